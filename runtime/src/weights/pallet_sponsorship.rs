//! Weights of `pallet_sponsorship`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_sponsorship`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_sponsorship::WeightInfo for WeightInfo<T> {
	/// Storage: `Sponsorship::NextPlan` (r:1 w:1)
	/// Proof: `Sponsorship::NextPlan` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:0)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Plans` (r:0 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof in bytes: 1007 measured. At least 133_148_000 ps.
		Weight::from_parts(141_701_000, 5663)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:0)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn fund() -> Weight {
		// Proof in bytes: 1604 measured. At least 86_559_000 ps.
		Weight::from_parts(91_777_000, 5663)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	fn change() -> Weight {
		// Proof in bytes: 521 measured. At least 19_910_000 ps.
		Weight::from_parts(21_142_000, 3998)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:257 w:256)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// `u` is in 0 ..= 256.
	fn close(u: u32) -> Weight {
		// Proof in bytes: 1426 + u * 85 measured. At least 127_861_000 ps.
		Weight::from_parts(146_071_896, 3998)
			// Standard error: 25_555.
			.saturating_add(Weight::from_parts(7_056_586, 0).saturating_mul(u.into()))
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(u.into())))
			.saturating_add(T::DbWeight::get().writes(4))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(u.into())))
			.saturating_add(Weight::from_parts(0, 2576).saturating_mul(u.into()))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn admit() -> Weight {
		// Proof in bytes: 1411 measured. At least 68_362_000 ps.
		Weight::from_parts(73_670_000, 3998)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn dismiss() -> Weight {
		// Proof in bytes: 1504 measured. At least 70_255_000 ps.
		Weight::from_parts(73_960_000, 3998)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn forget() -> Weight {
		// Proof in bytes: 1504 measured. At least 142_162_000 ps.
		Weight::from_parts(147_350_000, 3998)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:0)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Bindings` (r:1 w:1)
	/// Proof: `Sponsorship::Bindings` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:2 w:2)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:2 w:2)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:0)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	fn bind() -> Weight {
		// Proof in bytes: 2117 measured. At least 135_833_000 ps.
		Weight::from_parts(143_755_000, 6470)
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Sponsorship::Bindings` (r:1 w:1)
	/// Proof: `Sponsorship::Bindings` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn unbind() -> Weight {
		// Proof in bytes: 968 measured. At least 62_954_000 ps.
		Weight::from_parts(65_098_000, 3730)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	fn sponsored() -> Weight {
		// Proof in bytes: 92 measured. At least 13_450_000 ps.
		Weight::from_parts(14_652_000, 3566)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:0)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn pay() -> Weight {
		// Proof in bytes: 1411 measured. At least 110_795_000 ps.
		Weight::from_parts(115_543_000, 3998)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Sponsorship::Plans` (r:1 w:1)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:1)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Holds` (r:1 w:1)
	/// Proof: `Lit::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:1 w:1)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Revive::OriginalAccount` (r:1 w:1)
	/// Proof: `Revive::OriginalAccount` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn introduce() -> Weight {
		// Proof in bytes: 2193 measured. At least 109_143_000 ps.
		Weight::from_parts(113_449_000, 6196)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Sponsorship::Bindings` (r:1 w:0)
	/// Proof: `Sponsorship::Bindings` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Plans` (r:1 w:0)
	/// Proof: `Sponsorship::Plans` (`max_values`: None, `max_size`: Some(533), added: 3008, mode: `MaxEncodedLen`)
	/// Storage: `Sponsorship::Users` (r:1 w:0)
	/// Proof: `Sponsorship::Users` (`max_values`: None, `max_size`: Some(101), added: 2576, mode: `MaxEncodedLen`)
	fn look_up() -> Weight {
		// Proof in bytes: 600 measured. At least 13_620_000 ps.
		Weight::from_parts(14_452_000, 3998)
			.saturating_add(T::DbWeight::get().reads(3))
	}
}
