//! Weights of `pallet_moderation`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_moderation`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_moderation::WeightInfo for WeightInfo<T> {
	/// Storage: `Moderation::CurrentPolicy` (r:1 w:1)
	/// Proof: `Moderation::CurrentPolicy` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::AdmittedModels` (r:1 w:1)
	/// Proof: `Moderation::AdmittedModels` (`max_values`: None, `max_size`: Some(525), added: 3000, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Policies` (r:0 w:1)
	/// Proof: `Moderation::Policies` (`max_values`: None, `max_size`: Some(829), added: 3304, mode: `MaxEncodedLen`)
	fn set_policy() -> Weight {
		// Proof in bytes: 612 measured. At least 24_797_000 ps.
		Weight::from_parts(25_859_000, 3990)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Moderation::CurrentPolicy` (r:1 w:1)
	/// Proof: `Moderation::CurrentPolicy` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Policies` (r:1 w:1)
	/// Proof: `Moderation::Policies` (`max_values`: None, `max_size`: Some(829), added: 3304, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::AdmittedModels` (r:0 w:1)
	/// Proof: `Moderation::AdmittedModels` (`max_values`: None, `max_size`: Some(525), added: 3000, mode: `MaxEncodedLen`)
	fn admit_models() -> Weight {
		// Proof in bytes: 988 measured. At least 29_124_000 ps.
		Weight::from_parts(31_327_000, 4294)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:1 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:2)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn seal_keys() -> Weight {
		// Proof in bytes: 1681 measured. At least 40_010_000 ps.
		Weight::from_parts(42_634_000, 6975)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(4))
	}
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:0)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::AdmittedModels` (r:1 w:0)
	/// Proof: `Moderation::AdmittedModels` (`max_values`: None, `max_size`: Some(525), added: 3000, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:2)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn commit() -> Weight {
		// Proof in bytes: 3229 measured. At least 42_133_000 ps.
		Weight::from_parts(43_776_000, 6975)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Policies` (r:1 w:0)
	/// Proof: `Moderation::Policies` (`max_values`: None, `max_size`: Some(829), added: 3304, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:15 w:15)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::OpenDuties` (r:1 w:1)
	/// Proof: `Moderation::OpenDuties` (`max_values`: Some(1), `max_size`: Some(4610), added: 5105, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:15 w:15)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:0 w:1)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:0 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Content::AwaitingKey` (r:0 w:1)
	/// Proof: `Content::AwaitingKey` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Content::KeyDeadlines` (r:0 w:1)
	/// Proof: `Content::KeyDeadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// `m` is in 2 ..= 15.
	fn reveal(m: u32) -> Weight {
		// Proof in bytes: 2109 + m * 334 measured. At least 145_217_000 ps.
		Weight::from_parts(85_933_598, 6975)
			// Standard error: 40_045.
			.saturating_add(Weight::from_parts(30_274_164, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2630).saturating_mul(m.into()))
	}
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Departures` (r:0 w:1)
	/// Proof: `Moderation::Departures` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	fn left() -> Weight {
		// Proof in bytes: 622 measured. At least 8_603_000 ps.
		Weight::from_parts(9_204_000, 3561)
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Moderation::Departures` (r:2 w:1)
	/// Proof: `Moderation::Departures` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:1 w:0)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	fn departures() -> Weight {
		// Proof in bytes: 238 measured. At least 19_819_000 ps.
		Weight::from_parts(20_471_000, 6102)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Moderation::Departures` (r:2 w:1)
	/// Proof: `Moderation::Departures` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:16 w:15)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:1 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::OpenDuties` (r:1 w:1)
	/// Proof: `Moderation::OpenDuties` (`max_values`: Some(1), `max_size`: Some(4610), added: 5105, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Policies` (r:1 w:0)
	/// Proof: `Moderation::Policies` (`max_values`: None, `max_size`: Some(829), added: 3304, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:1 w:0)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// `m` is in 2 ..= 15.
	fn vacate_seat(m: u32) -> Weight {
		// Proof in bytes: 1592 + m * 348 measured. At least 96_334_000 ps.
		Weight::from_parts(78_708_073, 6975)
			// Standard error: 16_525.
			.saturating_add(Weight::from_parts(9_217_264, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(9))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(6))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2571).saturating_mul(m.into()))
	}
	/// Storage: `Moderation::DeadlinesFrom` (r:1 w:1)
	/// Proof: `Moderation::DeadlinesFrom` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:1 w:0)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn deadlines_of_block() -> Weight {
		// Proof in bytes: 64 measured. At least 8_272_000 ps.
		Weight::from_parts(8_833_000, 3525)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Moderation::DeadlinesFrom` (r:1 w:1)
	/// Proof: `Moderation::DeadlinesFrom` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:2 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Missed` (r:7 w:7)
	/// Proof: `Moderation::Missed` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:15 w:15)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::CurrentEra` (r:1 w:0)
	/// Proof: `Superdelegates::CurrentEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::StruckAccounts` (r:1 w:1)
	/// Proof: `Superdelegates::StruckAccounts` (`max_values`: Some(1), `max_size`: Some(4002), added: 4497, mode: `MaxEncodedLen`)
	/// Storage: `Session::CurrentIndex` (r:1 w:0)
	/// Proof: `Session::CurrentIndex` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Staking::SlashRewardFraction` (r:1 w:0)
	/// Proof: `Staking::SlashRewardFraction` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasStartSessionIndex` (r:1 w:0)
	/// Proof: `Staking::ErasStartSessionIndex` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `PaceOfChain::Current` (r:1 w:0)
	/// Proof: `PaceOfChain::Current` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
	/// Storage: `Staking::Invulnerables` (r:1 w:0)
	/// Proof: `Staking::Invulnerables` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Staking::ErasStakersOverview` (r:7 w:0)
	/// Proof: `Staking::ErasStakersOverview` (`max_values`: None, `max_size`: Some(92), added: 2567, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ErasStakers` (r:7 w:0)
	/// Proof: `Staking::ErasStakers` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Session::DisabledValidators` (r:1 w:0)
	/// Proof: `Session::DisabledValidators` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Staking::SlashingSpans` (r:7 w:7)
	/// Proof: `Staking::SlashingSpans` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Moderation::Policies` (r:1 w:0)
	/// Proof: `Moderation::Policies` (`max_values`: None, `max_size`: Some(829), added: 3304, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:15 w:15)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::OpenDuties` (r:1 w:1)
	/// Proof: `Moderation::OpenDuties` (`max_values`: Some(1), `max_size`: Some(4610), added: 5105, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:0 w:1)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:0 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Content::AwaitingKey` (r:0 w:1)
	/// Proof: `Content::AwaitingKey` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Content::KeyDeadlines` (r:0 w:1)
	/// Proof: `Content::KeyDeadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ValidatorSlashInEra` (r:1 w:1)
	/// Proof: `Staking::ValidatorSlashInEra` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Staking::SpanSlash` (r:1 w:1)
	/// Proof: `Staking::SpanSlash` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Staking::UnappliedSlashes` (r:1 w:1)
	/// Proof: `Staking::UnappliedSlashes` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// `m` is in 2 ..= 15.
	fn end_phase(m: u32) -> Weight {
		// Proof in bytes: 2979 + m * 302 measured. At least 141_260_000 ps.
		Weight::from_parts(60_099_115, 6975)
			// Standard error: 399_100.
			.saturating_add(Weight::from_parts(54_347_993, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(11))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(9))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2630).saturating_mul(m.into()))
	}
	/// Storage: `Moderation::DeadlinesFrom` (r:1 w:1)
	/// Proof: `Moderation::DeadlinesFrom` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:2 w:2)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `ParachainSystem::ValidationData` (r:1 w:0)
	/// Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `ParachainSystem::RelayStateProof` (r:1 w:0)
	/// Proof: `ParachainSystem::RelayStateProof` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Superdelegates::Members` (r:1 w:0)
	/// Proof: `Superdelegates::Members` (`max_values`: Some(1), `max_size`: Some(2017), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::AdmittedModels` (r:1 w:0)
	/// Proof: `Moderation::AdmittedModels` (`max_values`: None, `max_size`: Some(525), added: 3000, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::OpenDuties` (r:1 w:1)
	/// Proof: `Moderation::OpenDuties` (`max_values`: Some(1), `max_size`: Some(4610), added: 5105, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Duties` (r:0 w:3)
	/// Proof: `Moderation::Duties` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
	/// `m` is in 1 ..= 3.
	fn draw(m: u32) -> Weight {
		// Proof in bytes: 3209 measured. At least 74_241_000 ps.
		Weight::from_parts(83_932_542, 6975)
			// Standard error: 578_056.
			.saturating_add(Weight::from_parts(4_718_811, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(10))
			.saturating_add(T::DbWeight::get().writes(5))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(m.into())))
	}
}
