//! Weights of `pallet_rewards`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_rewards`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_rewards::WeightInfo for WeightInfo<T> {
	/// Storage: `Rewards::SplitInForce` (r:0 w:1)
	/// Proof: `Rewards::SplitInForce` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
	fn set_split() -> Weight {
		// Proof in bytes: 0 measured. At least 6_229_000 ps.
		Weight::from_parts(6_750_000, 0)
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Eras` (r:1 w:0)
	/// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:1 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Carries` (r:1 w:1)
	/// Proof: `Rewards::Carries` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Compounding` (r:1 w:0)
	/// Proof: `Rewards::Compounding` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Owed` (r:1 w:1)
	/// Proof: `Rewards::Owed` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn pay() -> Weight {
		// Proof in bytes: 941 measured. At least 111_967_000 ps.
		Weight::from_parts(119_859_000, 6196)
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Rewards::Compounding` (r:1 w:1)
	/// Proof: `Rewards::Compounding` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn set_destination() -> Weight {
		// Proof in bytes: 302 measured. At least 73_250_000 ps.
		Weight::from_parts(77_846_000, 3730)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:1 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	fn record() -> Weight {
		// Proof in bytes: 928 measured. At least 32_258_000 ps.
		Weight::from_parts(34_371_000, 3620)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Ending` (r:1 w:1)
	/// Proof: `Rewards::Ending` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Owed` (r:1 w:1)
	/// Proof: `Rewards::Owed` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:1)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::InProgress` (r:1 w:1)
	/// Proof: `Rewards::InProgress` (`max_values`: Some(1), `max_size`: Some(89), added: 584, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:3 w:3)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Eras` (r:0 w:1)
	/// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	fn end_era() -> Weight {
		// Proof in bytes: 1572 measured. At least 140_489_000 ps.
		Weight::from_parts(147_640_000, 8637)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(10))
	}
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::InProgress` (r:1 w:1)
	/// Proof: `Rewards::InProgress` (`max_values`: Some(1), `max_size`: Some(89), added: 584, mode: `MaxEncodedLen`)
	fn look() -> Weight {
		// Proof in bytes: 302 measured. At least 6_520_000 ps.
		Weight::from_parts(7_140_000, 1574)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:1 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	fn collect() -> Weight {
		// Proof in bytes: 439 measured. At least 23_835_000 ps.
		Weight::from_parts(25_327_000, 3620)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Rewards::Records` (r:2 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Carries` (r:1 w:1)
	/// Proof: `Rewards::Carries` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Compounding` (r:1 w:0)
	/// Proof: `Rewards::Compounding` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Owed` (r:1 w:1)
	/// Proof: `Rewards::Owed` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn pay_record() -> Weight {
		// Proof in bytes: 911 measured. At least 105_568_000 ps.
		Weight::from_parts(109_444_000, 6250)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Owed` (r:1 w:1)
	/// Proof: `Rewards::Owed` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn settle() -> Weight {
		// Proof in bytes: 796 measured. At least 78_918_000 ps.
		Weight::from_parts(83_014_000, 6196)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Rewards::Eras` (r:1 w:0)
	/// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:2 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Carries` (r:1 w:1)
	/// Proof: `Rewards::Carries` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Owed` (r:1 w:1)
	/// Proof: `Rewards::Owed` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
	fn remove_record() -> Weight {
		// Proof in bytes: 492 measured. At least 26_560_000 ps.
		Weight::from_parts(28_332_000, 6250)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Rewards::Eras` (r:1 w:1)
	/// Proof: `Rewards::Eras` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:0 w:3)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	fn remove_era() -> Weight {
		// Proof in bytes: 421 measured. At least 18_949_000 ps.
		Weight::from_parts(19_830_000, 3557)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(4))
	}
}
