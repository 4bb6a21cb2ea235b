//! Weights of the calls and hooks. The runtime uses measured ones; `()`, for tests, is counted by hand.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and hooks. What [`OnLeft`](popnet_primitives::traits::OnLeft) and
/// [`ReportDuty`](popnet_primitives::traits::ReportDuty) do comes on top.
pub trait WeightInfo {
	/// Weight of `stand`.
	fn stand() -> Weight;
	/// Weight of `withdraw`.
	fn withdraw() -> Weight;
	/// Weight of `approve`.
	fn approve() -> Weight;
	/// Weight of `disapprove` of a candidate whom this many Delegates approve.
	fn disapprove(delegates: u32) -> Weight;
	/// Weight of `set_seats` with this many candidates and active Delegates.
	fn set_seats(candidates: u32, delegates: u32) -> Weight;
	/// Weight of `recall`.
	fn recall() -> Weight;
	/// Weight of `declare_model`.
	fn declare_model() -> Weight;
	/// Weight of a rotation with this many candidates and active Delegates.
	fn rotate(candidates: u32, delegates: u32) -> Weight;
	/// Weight of dropping the inactive among this many candidates, when this many Delegates are active.
	fn drop_inactive(candidates: u32, delegates: u32) -> Weight;
	/// Weight of noting an era and dropping the records that mean nothing in it.
	fn begin_era() -> Weight;
	/// Weight of a strike that ends a membership.
	fn strike() -> Weight;
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
/// 10 µs to decode or encode a full set, 200 ns for one look-up in a set of accounts. A Delegate's stake
/// is one access.
impl WeightInfo for () {
	fn stand() -> Weight {
		// Reads active Delegates, barred accounts, candidate, count, next standing; writes the last
		// three.
		cost(40_000_000, 5, 3, 2)
	}

	fn withdraw() -> Weight {
		// Reads and writes candidate, count, members.
		cost(40_000_000, 3, 3, 1)
	}

	fn approve() -> Weight {
		// Reads active Delegates and candidate; writes the candidate.
		cost(50_000_000, 2, 1, 2)
	}

	fn disapprove(delegates: u32) -> Weight {
		// Reads candidate, active Delegates, members, the stake of every voter and of every active
		// Delegate; writes candidate and members. Looks every voter up among the active Delegates.
		let delegates = u64::from(delegates);
		let looked_up = delegates.saturating_mul(delegates);
		cost(60_000_000, 3, 2, 2)
			.saturating_add(cost(0, 2, 0, 0).saturating_mul(delegates))
			.saturating_add(Weight::from_parts(20_000, 0).saturating_mul(looked_up))
	}

	fn set_seats(candidates: u32, delegates: u32) -> Weight {
		// Reads and writes seats, then rotates.
		cost(30_000_000, 1, 1, 0).saturating_add(Self::rotate(candidates, delegates))
	}

	fn recall() -> Weight {
		// Reads era, barred accounts, candidate, count, members; writes all but the era.
		cost(60_000_000, 5, 4, 3)
	}

	fn declare_model() -> Weight {
		// Reads and writes candidate and members.
		cost(50_000_000, 2, 2, 2)
	}

	fn rotate(candidates: u32, delegates: u32) -> Weight {
		// Reads seats, members, active Delegates, every stake and every candidate; writes members, and
		// looks every approval up among the active Delegates.
		let (candidates, delegates) = (u64::from(candidates), u64::from(delegates));
		let approvals = candidates.saturating_mul(delegates);
		cost(50_000_000, 3, 1, 2)
			.saturating_add(cost(0, 1, 0, 0).saturating_mul(delegates))
			.saturating_add(cost(20_000_000, 1, 0, 1).saturating_mul(candidates))
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(approvals))
	}

	fn drop_inactive(candidates: u32, delegates: u32) -> Weight {
		// Reads members and every candidate; writes members, count, every candidate, and looks every
		// approval up among the active Delegates.
		let candidates = u64::from(candidates);
		let approvals = candidates.saturating_mul(u64::from(delegates));
		cost(50_000_000, 2, 2, 1)
			.saturating_add(cost(20_000_000, 1, 1, 1).saturating_mul(candidates))
			.saturating_add(Weight::from_parts(200_000, 0).saturating_mul(approvals))
	}

	fn begin_era() -> Weight {
		// Writes the era; reads and writes strikes and barred accounts.
		cost(40_000_000, 2, 3, 2)
	}

	fn strike() -> Weight {
		// Reads and writes the strikes, then does what a recall does.
		cost(30_000_000, 1, 1, 1).saturating_add(Self::recall())
	}

	fn remove_inactive_members(members: u32) -> Weight {
		// Reads members and active Delegates; writes members, one event each.
		cost(30_000_000, 2, 1, 1)
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(u64::from(members)))
	}
}
