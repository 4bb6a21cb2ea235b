//! Weights of `pallet_superdelegates`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_superdelegates`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_superdelegates::WeightInfo for WeightInfo<T> {
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Superdelegates::Barred` (r:1 w:0)
	/// Proof: `Superdelegates::Barred` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CounterForCandidates` (r:1 w:1)
	/// Proof: `Superdelegates::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::NextStanding` (r:1 w:1)
	/// Proof: `Superdelegates::NextStanding` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	fn stand() -> Weight {
		// Proof in bytes: 3962 measured. At least 30_806_000 ps.
		Weight::from_parts(32_809_000, 6787)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CounterForCandidates` (r:1 w:1)
	/// Proof: `Superdelegates::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof in bytes: 2823 measured. At least 37_727_000 ps.
		Weight::from_parts(40_169_000, 6787)
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	fn approve() -> Weight {
		// Proof in bytes: 3665 measured. At least 25_138_000 ps.
		Weight::from_parts(27_071_000, 6787)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasStakersOverview` (r:99 w:0)
	/// Proof: `Staking::ErasStakersOverview` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasTotalStake` (r:1 w:0)
	/// Proof: `Staking::ErasTotalStake` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// `d` is in 1 ..= 100.
	fn disapprove(d: u32) -> Weight {
		// Proof in bytes: 3728 + d * 32 measured. At least 46_419_000 ps.
		Weight::from_parts(50_735_810, 13825)
			// Standard error: 5_959.
			.saturating_add(Weight::from_parts(3_797_208, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(4))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(2))
			.saturating_add(Weight::from_parts(0, 2341).saturating_mul(d.into()))
	}
	/// Storage: `Superdelegates::CurrentEra` (r:1 w:0)
	/// Proof: `Superdelegates::CurrentEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Barred` (r:1 w:1)
	/// Proof: `Superdelegates::Barred` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CounterForCandidates` (r:1 w:1)
	/// Proof: `Superdelegates::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	fn recall() -> Weight {
		// Proof in bytes: 9703 measured. At least 52_848_000 ps.
		Weight::from_parts(57_055_000, 6787)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	fn declare_model() -> Weight {
		// Proof in bytes: 5935 measured. At least 30_215_000 ps.
		Weight::from_parts(31_707_000, 6787)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasStakersOverview` (r:3 w:0)
	/// Proof: `Staking::ErasStakersOverview` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Candidates` (r:101 w:0)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:0)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Seats` (r:0 w:1)
	/// Proof: `Superdelegates::Seats` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// `c` is in 0 ..= 100.
	/// `d` is in 1 ..= 100.
	fn set_seats(c: u32, d: u32) -> Weight {
		// Proof in bytes: 0 + c * 3330 + d * 3200 measured. At least 45_337_000 ps.
		Weight::from_parts(45_728_000, 8691)
			// Standard error: 84_108.
			.saturating_add(Weight::from_parts(6_205_889, 0).saturating_mul(c.into()))
			// Standard error: 84_007.
			.saturating_add(Weight::from_parts(1_126_302, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 5797).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 1134).saturating_mul(d.into()))
	}
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasStakersOverview` (r:3 w:0)
	/// Proof: `Staking::ErasStakersOverview` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Candidates` (r:102 w:0)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Seats` (r:1 w:0)
	/// Proof: `Superdelegates::Seats` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// `c` is in 0 ..= 100.
	/// `d` is in 1 ..= 100.
	fn rotate(c: u32, d: u32) -> Weight {
		// Proof in bytes: 0 + c * 3330 + d * 3200 measured. At least 50_746_000 ps.
		Weight::from_parts(50_936_000, 12584)
			// Standard error: 80_056.
			.saturating_add(Weight::from_parts(5_940_475, 0).saturating_mul(c.into()))
			// Standard error: 79_961.
			.saturating_add(Weight::from_parts(1_135_756, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 5797).saturating_mul(c.into()))
			.saturating_add(Weight::from_parts(0, 1134).saturating_mul(d.into()))
	}
	/// Storage: `Superdelegates::Candidates` (r:101 w:100)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:0)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// `c` is in 0 ..= 100.
	/// `d` is in 1 ..= 100.
	fn drop_inactive(c: u32, d: u32) -> Weight {
		// Proof in bytes: 0 + c * 3330 + d * 3200 measured. At least 12_118_000 ps.
		Weight::from_parts(12_529_000, 6787)
			// Standard error: 213_079.
			.saturating_add(Weight::from_parts(12_686_903, 0).saturating_mul(c.into()))
			// Standard error: 212_826.
			.saturating_add(Weight::from_parts(2_001_304, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(c.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(c.into())))
			.saturating_add(Weight::from_parts(0, 5797).saturating_mul(c.into()))
	}
	/// Storage: `Superdelegates::StruckAccounts` (r:1 w:1)
	/// Proof: `Superdelegates::StruckAccounts` (`max_values`: Some(1), `max_size`: Some(4002), added: 4497, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Barred` (r:1 w:1)
	/// Proof: `Superdelegates::Barred` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CurrentEra` (r:0 w:1)
	/// Proof: `Superdelegates::CurrentEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn begin_era() -> Weight {
		// Proof in bytes: 7773 measured. At least 21_612_000 ps.
		Weight::from_parts(22_995_000, 5487)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Superdelegates::CurrentEra` (r:1 w:0)
	/// Proof: `Superdelegates::CurrentEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::StruckAccounts` (r:1 w:1)
	/// Proof: `Superdelegates::StruckAccounts` (`max_values`: Some(1), `max_size`: Some(4002), added: 4497, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Barred` (r:1 w:1)
	/// Proof: `Superdelegates::Barred` (`max_values`: Some(1), `max_size`: Some(3602), added: 4097, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Candidates` (r:1 w:1)
	/// Proof: `Superdelegates::Candidates` (`max_values`: None, `max_size`: Some(3322), added: 5797, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CounterForCandidates` (r:1 w:1)
	/// Proof: `Superdelegates::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	fn strike() -> Weight {
		// Proof in bytes: 13721 measured. At least 66_289_000 ps.
		Weight::from_parts(72_218_000, 6787)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Superdelegates::Members` (r:1 w:1)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Session::Validators` (r:1 w:0)
	/// Proof: `Session::Validators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Moderation::Duties` (r:21 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// `s` is in 0 ..= 21.
	fn remove_inactive_members(s: u32) -> Weight {
		// Proof in bytes: 540 + s * 96 measured. At least 5_358_000 ps.
		Weight::from_parts(13_537_985, 3502)
			// Standard error: 14_305.
			.saturating_add(Weight::from_parts(7_696_981, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(Weight::from_parts(0, 2571).saturating_mul(s.into()))
	}
}
