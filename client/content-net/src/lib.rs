//! The content network: peers that give one another blocks by digest.
//!
//! A [`Host`] is one peer: it has an identity, listens on TCP and WebSocket, serves the blocks of a
//! [`popnet_shard_store::BlockStore`] under `/popnet/block/1` ([`protocol`]) and, to IPFS peers, under
//! Bitswap 1.2, and asks other peers for blocks. Every block that arrives is compared with the digest
//! that was asked for. Many hosts can run in one process; stopping one frees its ports.
//!
//! [`Retrieval`] plays an item from its placement, whichever holders answer. [`share`] is how a
//! Masternode fetches or rebuilds what it has to keep, [`Keeper`] the Masternode's whole service.

mod address;
mod asking;
mod budget;
mod executor;
mod host;
pub mod keeper;
mod metrics;
mod peers;
pub mod protocol;
pub mod retrieval;
mod serving;
pub mod share;

pub use address::{PeerAddress, PeerAddressError};
pub use host::{Host, HostConfig, NetError};
pub use keeper::{Keeper, KeeperConfig, KeeperError, ShareCounts};
pub use metrics::Metrics;
pub use retrieval::{Retrieval, RetrievalError, Whereabouts};
pub use share::{ShareError, ShareOrder};
