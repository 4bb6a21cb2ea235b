//! Weights of the calls and hooks, until they are measured on reference hardware.

use crate::Config;
use core::marker::PhantomData;
use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and hooks.
pub trait WeightInfo {
	/// Weight of `claim`.
	fn claim() -> Weight;
	/// Weight of `set_rate`.
	fn set_rate() -> Weight;
	/// Weight of settling one account and minting.
	fn settle() -> Weight;
	/// Weight of recording that one account's stake has changed.
	fn stake_changed() -> Weight;
}

/// Bytes that one storage access adds to the proof: a path through the trie and the value.
const PROOF_PER_ACCESS: u64 = 2_700;

/// Database accesses as ParityDB prices them, `compute` picoseconds, and the proof of the reads.
fn cost(compute: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(compute, PROOF_PER_ACCESS.saturating_mul(reads))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// Counted by hand from the code. Compute is a bound: a settlement is one 256-bit multiplication and
/// division (below 1 µs), the rest is decoding, encoding and events.
impl WeightInfo for () {
	fn claim() -> Weight {
		// Reads the record once more than a settlement.
		cost(15_000_000, 1, 0).saturating_add(Self::settle())
	}

	fn set_rate() -> Weight {
		// Reads and writes the rate, one event.
		cost(20_000_000, 1, 1)
	}

	fn settle() -> Weight {
		// Reads record, rate, LIT account, system account, LIT issuance, total minted; writes all of
		// them but the rate; two events.
		cost(45_000_000, 6, 5)
	}

	fn stake_changed() -> Weight {
		// Reads record, rate, holds and bond; writes the record.
		cost(20_000_000, 4, 1)
	}
}

/// Weight of charging a fee through [`ChargeLit`](crate::ChargeLit): what `Inner` takes, and the
/// settlement before it.
pub struct ChargeLitWeight<T, Inner>(PhantomData<(T, Inner)>);

impl<T: Config, Inner: pallet_transaction_payment::WeightInfo>
	pallet_transaction_payment::WeightInfo for ChargeLitWeight<T, Inner>
{
	fn charge_transaction_payment() -> Weight {
		Inner::charge_transaction_payment().saturating_add(T::WeightInfo::settle())
	}
}
