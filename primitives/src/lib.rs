//! Types and pure rules shared by the runtime, the node and the clients.
//!
//! Nothing here knows a pallet, a database or a network. The modules are
//! [`content`] (what an item is and how it travels through its life), [`placement`] (which
//! Masternode holds which shard), [`moderation`] (risk vectors, findings and the
//! decision rule), [`economics`] (amounts and the LIT formulas), [`randomness`] (numbers from a seed),
//! [`services`] (how off-chain workers reach the native services), [`offchain`] (how they take turns
//! in sending) and [`traits`] (what one pallet may ask of another).
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

pub mod content;
pub mod economics;
pub mod moderation;
pub mod offchain;
pub mod placement;
pub mod randomness;
pub mod rewards;
pub mod runtime_api;
pub mod services;
pub mod traits;

/// Identifier of an account: an sr25519 public key, or an Ethereum address padded with `0xEE`.
pub type AccountId = sp_runtime::AccountId32;
/// Amount of POP or LIT in its smallest unit (1e-12).
pub type Balance = u128;
/// Parachain block number.
pub type BlockNumber = u32;
