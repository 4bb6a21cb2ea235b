//! Weights of the calls, until they are measured on reference hardware.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
	/// Weight of `claim`.
	fn claim() -> Weight;
	/// Weight of `set_rate`.
	fn set_rate() -> Weight;
	/// Weight of settling one account.
	fn settle() -> Weight;
}

/// Counted by hand: database accesses as ParityDB prices them, a bound for the compute, and for the
/// proof the largest encoding of each item read plus a trie path of 2.5 KiB.
impl WeightInfo for () {
	fn claim() -> Weight {
		Self::settle()
	}

	fn set_rate() -> Weight {
		// reads and writes: Current; reads: block number
		Weight::from_parts(12_000_000, 3_000)
			.saturating_add(ParityDbWeight::get().reads_writes(1, 1))
	}

	fn settle() -> Weight {
		// reads and writes: Accounts, Lit account, System account, Lit issuance, Minted; reads: Current
		Weight::from_parts(45_000_000, 16_000)
			.saturating_add(ParityDbWeight::get().reads_writes(6, 5))
	}
}
