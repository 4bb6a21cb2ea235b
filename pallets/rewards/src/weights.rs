//! Weights of the calls and hooks. The runtime uses measured ones; `()`, for tests, is counted by hand.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and hooks. What staking, bonding and Masternodes do comes on top: their traits
/// say how much it is.
pub trait WeightInfo {
	/// Weight of `set_split`.
	fn set_split() -> Weight;
	/// Weight of `pay`, without the bond.
	fn pay() -> Weight;
	/// Weight of `set_destination`.
	fn set_destination() -> Weight;
	/// Weight of recording work, or that it was withheld.
	fn record() -> Weight;
	/// Weight of ending an era.
	fn end_era() -> Weight;
	/// Weight of looking what the hook has to do, and of remembering how far it came.
	fn look() -> Weight;
	/// Weight of adding the work of a Masternode, or of finding that all is added.
	fn collect() -> Weight;
	/// Weight of paying one account, without the bond.
	fn pay_record() -> Weight;
	/// Weight of ending the payment of a role.
	fn settle() -> Weight;
	/// Weight of removing one record, with what is carried for its account.
	fn remove_record() -> Weight;
	/// Weight of removing what else is stored about an era.
	fn remove_era() -> Weight;
}

/// Bytes that one storage access adds to the proof: a path through the trie and the value.
const PROOF_PER_ACCESS: u64 = 2_700;

/// Database accesses as ParityDB prices them, `compute` picoseconds, and the proof of the accesses.
fn cost(compute: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(compute, PROOF_PER_ACCESS.saturating_mul(reads.max(writes)))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// Counted by hand from the code. Compute is a bound: a share is one 256-bit multiplication and
/// division (below 1 µs), the rest is decoding, encoding and events.
impl WeightInfo for () {
	fn set_split() -> Weight {
		// Writes the split, one event.
		cost(20_000_000, 0, 1)
	}

	fn pay() -> Weight {
		// Reads next era and era more than paying a record.
		cost(15_000_000, 2, 0).saturating_add(Self::pay_record())
	}

	fn set_destination() -> Weight {
		// Reads and writes entry, account, holds; one event.
		cost(40_000_000, 3, 3)
	}

	fn record() -> Weight {
		// Reads active era, next era, progress, role, record; writes the last two.
		cost(20_000_000, 5, 2)
	}

	fn end_era() -> Weight {
		// Reads active era, next era, split, block paid until, what the era pays, progress, four roles,
		// what is owed, pot, treasury; writes all but the first and the split, one role less, and the
		// era; five events.
		cost(150_000_000, 13, 11)
	}

	fn look() -> Weight {
		// Reads next era and progress; writes progress.
		cost(10_000_000, 2, 1)
	}

	fn collect() -> Weight {
		// Reads and writes role and record.
		cost(15_000_000, 2, 2)
	}

	fn pay_record() -> Weight {
		// Reads the key of the record, record, role, destination, carry, what is owed, pot, account;
		// writes record, role, carry, what is owed, pot, account; three events.
		cost(70_000_000, 8, 6)
	}

	fn settle() -> Weight {
		// Reads the key after the last record, role, what is owed, pot, treasury; writes all but the
		// first; two events.
		cost(50_000_000, 5, 4)
	}

	fn remove_record() -> Weight {
		// Reads the era, the key of the record, record, carry, what is owed; writes the last three; one
		// event.
		cost(20_000_000, 5, 3)
	}

	fn remove_era() -> Weight {
		// Reads the era, or the key after the last record; writes era and three roles; one event.
		cost(20_000_000, 2, 4)
	}
}
