//! Weights of the calls and hooks. The runtime uses measured ones; `()`, for tests, is counted by hand.

use crate::Config;
use core::marker::PhantomData;
use frame_support::weights::{constants::ParityDbWeight, Weight};

/// Weights of the calls and hooks.
pub trait WeightInfo {
	/// Weight of `claim`.
	fn claim() -> Weight;
	/// Weight of `set_rate`.
	fn set_rate() -> Weight;
	/// Weight of `lend`.
	fn lend() -> Weight;
	/// Weight of `end_lease`.
	fn end_lease() -> Weight;
	/// Weight of `give_back`.
	fn give_back() -> Weight;
	/// Weight of `claim_for`.
	fn claim_for() -> Weight;
	/// Weight of settling one account and minting.
	fn settle() -> Weight;
	/// Weight of recording that one account's stake has changed, and so many of its leases with it.
	fn stake_changed(leases: u32) -> Weight;
}

/// Bytes that one storage access adds to the proof: a path through the trie and a small value.
const PROOF_PER_ACCESS: u64 = 2_700;
/// Bytes of an account's record with the most leases: 2 · 16 of 65 bytes, and 70.
const RECORD: u64 = 2_150;
/// Bytes of a page of the history: 64 rates of 40 bytes, and 2.
const PAGE: u64 = 2_562;

/// Database accesses as ParityDB prices them, `compute` picoseconds, and the proof of the reads.
fn cost(compute: u64, reads: u64, writes: u64) -> Weight {
	Weight::from_parts(compute, PROOF_PER_ACCESS.saturating_mul(reads))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

/// Reads and settles the record of one account with the most leases, all of them ended, and writes
/// it. Reads record and two pages, writes the record. Compute: 33 products of 256 bits and a division,
/// two passes over 128 rates for 32 ends, decoding and encoding.
fn account() -> Weight {
	cost(30_000_000, 3, 1).saturating_add(Weight::from_parts(0, RECORD + 2 * PAGE))
}

/// Counted by hand from the code. Compute is a bound.
impl WeightInfo for () {
	fn claim() -> Weight {
		// Reads the record once more than a settlement.
		cost(15_000_000, 1, 0).saturating_add(Self::settle())
	}

	fn set_rate() -> Weight {
		// Reads and writes the rate and a page, one event.
		cost(20_000_000, 2, 2).saturating_add(Weight::from_parts(0, PAGE))
	}

	fn lend() -> Weight {
		// Lender, borrower, and the lender of the lease that gives way; reads the rate, reads and
		// writes the lease number; two events.
		cost(40_000_000, 2, 1).saturating_add(account().saturating_mul(3))
	}

	fn end_lease() -> Weight {
		// Lender and borrower; reads the rate; one event.
		cost(20_000_000, 1, 0).saturating_add(account().saturating_mul(2))
	}

	fn give_back() -> Weight {
		Self::end_lease()
	}

	fn claim_for() -> Weight {
		Self::claim()
	}

	fn settle() -> Weight {
		// Reads rate, LIT account, system account, LIT issuance, total minted; writes all of them but
		// the rate; two events.
		cost(35_000_000, 5, 4).saturating_add(account())
	}

	fn stake_changed(leases: u32) -> Weight {
		// Reads rate, holds and bond. Each lease: its borrower, one event.
		let lease = account().saturating_add(cost(5_000_000, 0, 0));
		cost(10_000_000, 3, 0)
			.saturating_add(account())
			.saturating_add(lease.saturating_mul(leases.into()))
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
