//! Limits, in bytes, on what is given away under Bitswap.
//!
//! litep2p queues Bitswap answers without a bound, writes them one after the other, and does not tell
//! when one has left. So what goes into its queue is limited: a peer that does not read can make the
//! host hold what it may take in the time that litep2p waits for it, and no more.

use litep2p::PeerId;
use std::{
	collections::HashMap,
	time::{Duration, Instant},
};

/// Bytes of one Bitswap answer; the blocks beyond go into the next.
pub(crate) const ANSWER_BYTES_MAX: u64 = 2 * MIB;
/// Bytes a second that one peer gets, and that it can save up.
const PEER_BYTES_PER_SECOND: u64 = 8 * MIB;
/// Bytes a second that all peers get, and that they can save up.
const HOST_BYTES_PER_SECOND: u64 = 32 * MIB;
/// Peers that are remembered beyond those that have all of their bytes again.
const PEERS_MAX: usize = 1_024;

const MIB: u64 = 1024 * 1024;

/// Tokens that come at a rate, a second's worth at most.
struct Bucket {
	rate: u64,
	left: u64,
	filled_at: Instant,
}

impl Bucket {
	fn full(rate: u64, now: Instant) -> Self {
		Self { rate, left: rate, filled_at: now }
	}

	fn fill(&mut self, now: Instant) {
		let elapsed = now.saturating_duration_since(self.filled_at).min(Duration::from_secs(1));
		let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
		let gained = self.rate.saturating_mul(micros) / 1_000_000;
		// Rounded down: a moment too short for one byte goes on counting.
		if gained > 0 {
			self.left = self.left.saturating_add(gained).min(self.rate);
			self.filled_at = now;
		}
	}
}

/// What may be given away now.
pub(crate) struct Budget {
	host: Bucket,
	peers: HashMap<PeerId, Bucket>,
}

impl Budget {
	/// All bytes are there.
	pub(crate) fn new(now: Instant) -> Self {
		Self { host: Bucket::full(HOST_BYTES_PER_SECOND, now), peers: HashMap::new() }
	}

	/// Takes `bytes` for `peer`; `false`, and nothing taken, when peer or host has had too many.
	pub(crate) fn take(&mut self, peer: PeerId, bytes: u64, now: Instant) -> bool {
		self.host.fill(now);
		if self.peers.len() >= PEERS_MAX && !self.peers.contains_key(&peer) {
			self.forget_full(now);
			if self.peers.len() >= PEERS_MAX {
				return false;
			}
		}
		let of_peer =
			self.peers.entry(peer).or_insert_with(|| Bucket::full(PEER_BYTES_PER_SECOND, now));
		of_peer.fill(now);
		if of_peer.left < bytes || self.host.left < bytes {
			return false;
		}
		of_peer.left -= bytes;
		self.host.left -= bytes;
		true
	}

	fn forget_full(&mut self, now: Instant) {
		self.peers.retain(|_, bucket| {
			bucket.fill(now);
			bucket.left < bucket.rate
		});
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_peer_gets_its_rate_and_no_more() {
		let (start, peer) = (Instant::now(), PeerId::random());
		let mut budget = Budget::new(start);
		let taken =
			|budget: &mut Budget, now| (0..100).filter(|_| budget.take(peer, MIB, now)).count();

		assert_eq!(taken(&mut budget, start), 8);
		assert_eq!(taken(&mut budget, start + Duration::from_millis(500)), 4);
		assert_eq!(taken(&mut budget, start + Duration::from_secs(60)), 8, "a second's worth");
		// A clock that runs back gives nothing.
		assert_eq!(taken(&mut budget, start), 0);
	}

	#[test]
	fn many_peers_share_the_rate_of_the_host() {
		let start = Instant::now();
		let mut budget = Budget::new(start);

		let taken = (0..100).filter(|_| budget.take(PeerId::random(), 2 * MIB, start)).count();

		assert_eq!(taken, 16);
		assert!(budget.take(PeerId::random(), 2 * MIB, start + Duration::from_millis(100)));
	}

	#[test]
	fn many_short_moments_give_as_much_as_one_long() {
		let (start, peer) = (Instant::now(), PeerId::random());
		let mut budget = Budget::new(start);
		while budget.take(peer, MIB, start) {}

		let mut taken = 0;
		for nanos in (0..1_000_000_000u64).step_by(10_000) {
			taken += u64::from(budget.take(peer, 64, start + Duration::from_nanos(nanos))) * 64;
		}

		assert!((6 * MIB..=8 * MIB).contains(&taken), "{taken}");
	}

	#[test]
	fn peers_that_have_everything_again_are_forgotten() {
		let start = Instant::now();
		let mut budget = Budget::new(start);
		for _ in 0..PEERS_MAX {
			assert!(budget.take(PeerId::random(), 1, start));
		}
		assert!(!budget.take(PeerId::random(), 1, start), "all of them are still owed a byte");

		assert!(budget.take(PeerId::random(), 1, start + Duration::from_secs(1)));

		assert_eq!(budget.peers.len(), 1);
	}
}
