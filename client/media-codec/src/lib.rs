//! Byte formats of content: how a file becomes shards, and how shards become the file again.
//!
//! A file is cut in *stripes*. A stripe is encrypted with a key-committing cipher ([`cipher`]), then
//! erasure coded ([`erasure`]) into `n` *shards* of which any `k` restore it. A shard is an IPFS
//! block ([`cid`]) whose digest is the root of a Merkle tree over leaves of 1 KiB ([`leaves`]). The
//! *manifest* ([`manifest`]) ties it together and is a block too; its digest is the item's identity.
//! [`encoder`] makes all of it from a stream, [`decoder`] verifies and undoes it. [`sealed`] closes a
//! content key to one recipient.
//!
//! Nothing here knows a disk, a network or a chain, and nothing needs the standard library, so that
//! the same code runs in a browser. Every input that does not fit is a typed error: never wrong
//! bytes, never a panic.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

pub mod cid;
pub mod cipher;
pub mod decoder;
pub mod encoder;
pub mod erasure;
pub mod leaves;
pub mod manifest;
pub mod sealed;

pub use cid::Digest;
pub use cipher::{CommittedKey, ContentKey};
pub use encoder::{Encoded, Encoder};
pub use erasure::Coding;
pub use manifest::{Manifest, MediaKind};
