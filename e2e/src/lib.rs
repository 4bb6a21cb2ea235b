//! Starts the built binaries and looks at them from outside, as a user would.
//!
//! Only tests use this crate, so a failure is a panic that says what the programs printed.

#![allow(clippy::unwrap_used)]

pub mod media;
mod network;
mod process;

pub use network::{address_after, Network, SHARD_FILES};
pub use process::{binary, curl, run, Answer, Download};
