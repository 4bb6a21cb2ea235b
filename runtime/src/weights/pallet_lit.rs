//! Weights of `pallet_lit`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_lit`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_lit::WeightInfo for WeightInfo<T> {
	/// Storage: `LitGeneration::Accounts` (r:1 w:1)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Revive::OriginalAccount` (r:1 w:1)
	/// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Minted` (r:1 w:1)
	/// Proof: `LitGeneration::Minted` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn claim() -> Weight {
		// Proof in bytes: 8886 measured. At least 103_154_000 ps.
		Weight::from_parts(108_061_000, 11088)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `LitGeneration::Accounts` (r:1 w:1)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Revive::OriginalAccount` (r:1 w:1)
	/// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Minted` (r:1 w:1)
	/// Proof: `LitGeneration::Minted` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn claim_for() -> Weight {
		// Proof in bytes: 8797 measured. At least 100_840_000 ps.
		Weight::from_parts(107_280_000, 11088)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `LitGeneration::Current` (r:1 w:1)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:1 w:1)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	fn set_rate() -> Weight {
		// Proof in bytes: 2725 measured. At least 25_277_000 ps.
		Weight::from_parts(27_121_000, 6039)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `LitGeneration::NextLease` (r:1 w:1)
	/// Proof: `LitGeneration::NextLease` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:3 w:3)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	fn lend() -> Weight {
		// Proof in bytes: 11983 measured. At least 185_817_000 ps.
		Weight::from_parts(191_275_000, 15009)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `LitGeneration::Accounts` (r:2 w:2)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	/// Storage: `PaceOfChain::Current` (r:1 w:0)
	/// Proof: `PaceOfChain::Current` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	fn end_lease() -> Weight {
		// Proof in bytes: 9623 measured. At least 112_427_000 ps.
		Weight::from_parts(116_895_000, 11088)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `LitGeneration::Accounts` (r:2 w:2)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	fn give_back() -> Weight {
		// Proof in bytes: 9558 measured. At least 105_848_000 ps.
		Weight::from_parts(109_643_000, 11088)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `LitGeneration::Accounts` (r:1 w:1)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Revive::OriginalAccount` (r:1 w:1)
	/// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Minted` (r:1 w:1)
	/// Proof: `LitGeneration::Minted` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn settle() -> Weight {
		// Proof in bytes: 8886 measured. At least 89_002_000 ps.
		Weight::from_parts(95_422_000, 11088)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `LitGeneration::Accounts` (r:17 w:17)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Rates` (r:2 w:0)
	/// Proof: `LitGeneration::Rates` (`max_values`: None, `max_size`: Some(2574), added: 5049, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Masternodes` (r:1 w:0)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:0)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// `n` is in 0 ..= 16.
	fn stake_changed(n: u32) -> Weight {
		// Proof in bytes: 7613 + n * 2079 measured. At least 54_592_000 ps.
		Weight::from_parts(57_512_437, 11088)
			// Standard error: 50_954.
			.saturating_add(Weight::from_parts(34_797_871, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 4673).saturating_mul(n.into()))
	}
}
