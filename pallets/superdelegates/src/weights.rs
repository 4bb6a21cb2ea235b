//! Weights of the calls and hooks, until they are measured on reference hardware.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and hooks.
pub trait WeightInfo {
	/// Weight of `stand`.
	fn stand() -> Weight;
	/// Weight of `withdraw`.
	fn withdraw() -> Weight;
	/// Weight of `approve`.
	fn approve() -> Weight;
	/// Weight of `disapprove`.
	fn disapprove() -> Weight;
	/// Weight of `set_seats` with this many candidates and active Delegates.
	fn set_seats(candidates: u32, delegates: u32) -> Weight;
	/// Weight of a rotation with this many candidates and active Delegates.
	fn rotate(candidates: u32, delegates: u32) -> Weight;
	/// Weight of checking this many members for their Delegacy, and removing them all.
	fn remove_inactive_members(members: u32) -> Weight;
}

/// Bytes that one storage access adds to the proof: a path through the trie.
const PROOF_PER_ACCESS: u64 = 2_500;
/// Bytes of a set of 100 accounts.
const PROOF_PER_SET: u64 = 3_200;

/// Database accesses as ParityDB prices them, `compute` picoseconds, and the proof that the reads and
/// `sets` full sets of Delegates need.
fn cost(compute: u64, reads: u64, writes: u64, sets: u64) -> Weight {
	let proof =
		PROOF_PER_ACCESS.saturating_mul(reads).saturating_add(PROOF_PER_SET.saturating_mul(sets));
	Weight::from_parts(compute, proof)
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// Counted by hand from the code. Compute is a bound: 20 µs for a call's decoding, checks and event,
/// 10 µs to decode or encode a full set, 200 ns for one look-up in a set of accounts.
impl WeightInfo for () {
	fn stand() -> Weight {
		// Reads active Delegates, candidate, count, next standing; writes the last three.
		cost(30_000_000, 4, 3, 1)
	}

	fn withdraw() -> Weight {
		// Reads and writes candidate, count, members.
		cost(40_000_000, 3, 3, 1)
	}

	fn approve() -> Weight {
		// Reads active Delegates and candidate; writes the candidate.
		cost(50_000_000, 2, 1, 2)
	}

	fn disapprove() -> Weight {
		// Reads candidate, active Delegates, members; writes candidate and members.
		cost(60_000_000, 3, 2, 2)
	}

	fn set_seats(candidates: u32, delegates: u32) -> Weight {
		// Reads active Delegates, reads and writes seats, then rotates.
		cost(30_000_000, 2, 1, 1).saturating_add(Self::rotate(candidates, delegates))
	}

	fn rotate(candidates: u32, delegates: u32) -> Weight {
		// Reads seats and members and every candidate; writes members, count, every candidate, and
		// looks every approval up among the active Delegates.
		let candidates = u64::from(candidates);
		let approvals = candidates.saturating_mul(u64::from(delegates));
		cost(50_000_000, 3, 2, 1)
			.saturating_add(cost(20_000_000, 1, 1, 1).saturating_mul(candidates))
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(approvals))
	}

	fn remove_inactive_members(members: u32) -> Weight {
		// Reads members and active Delegates; writes members, one event each.
		cost(30_000_000, 2, 1, 1)
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(u64::from(members)))
	}
}
