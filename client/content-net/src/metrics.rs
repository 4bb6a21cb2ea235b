//! Counters of a host.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a host has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Metrics {
	/// Blocks given to other peers, under both protocols.
	pub blocks_served: u64,
	/// Their bytes.
	pub bytes_served: u64,
	/// Blocks that others asked for and this host does not have.
	pub blocks_missing: u64,
	/// Requests turned away because the peer or the host had too many under way, or was not allowed to.
	pub requests_refused: u64,
	/// Blocks that peers asked for under Bitswap and did not get, since they had got too much lately.
	pub wants_unanswered: u64,
	/// Blocks received and found to be the right ones.
	pub blocks_fetched: u64,
	/// Their bytes.
	pub bytes_fetched: u64,
	/// Answers whose bytes were not the block that was asked for.
	pub lies: u64,
	/// Requests of this host that failed.
	pub requests_failed: u64,
	/// Peers connected now.
	pub peers: u64,
}

/// The counters themselves.
#[derive(Default)]
pub(crate) struct Counters {
	pub(crate) blocks_served: AtomicU64,
	pub(crate) bytes_served: AtomicU64,
	pub(crate) blocks_missing: AtomicU64,
	pub(crate) requests_refused: AtomicU64,
	pub(crate) wants_unanswered: AtomicU64,
	pub(crate) blocks_fetched: AtomicU64,
	pub(crate) bytes_fetched: AtomicU64,
	pub(crate) lies: AtomicU64,
	pub(crate) requests_failed: AtomicU64,
	pub(crate) peers: AtomicU64,
}

impl Counters {
	pub(crate) fn add(counter: &AtomicU64, amount: usize) {
		counter.fetch_add(amount as u64, Ordering::Relaxed);
	}

	pub(crate) fn snapshot(&self) -> Metrics {
		let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
		Metrics {
			blocks_served: read(&self.blocks_served),
			bytes_served: read(&self.bytes_served),
			blocks_missing: read(&self.blocks_missing),
			requests_refused: read(&self.requests_refused),
			wants_unanswered: read(&self.wants_unanswered),
			blocks_fetched: read(&self.blocks_fetched),
			bytes_fetched: read(&self.bytes_fetched),
			lies: read(&self.lies),
			requests_failed: read(&self.requests_failed),
			peers: read(&self.peers),
		}
	}
}
