//! Weights of `pallet_content`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_content`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_content::WeightInfo for WeightInfo<T> {
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:0)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `Content::ItemsOf` (r:1 w:1)
	/// Proof: `Content::ItemsOf` (`max_values`: None, `max_size`: Some(32050), added: 34525, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::CurrentPolicy` (r:1 w:0)
	/// Proof: `Moderation::CurrentPolicy` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// Proof in bytes: 32563 measured. At least 157_215_000 ps.
		Weight::from_parts(165_587_000, 35515)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:1 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:1 w:1)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:0 w:1)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:0 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:0 w:1)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof in bytes: 2686 measured. At least 121_462_000 ps.
		Weight::from_parts(130_655_000, 11707)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:0)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:1 w:1)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Content::AwaitingKey` (r:1 w:1)
	/// Proof: `Content::AwaitingKey` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Content::KeyDeadlines` (r:0 w:1)
	/// Proof: `Content::KeyDeadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:0 w:1)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:0 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	fn publish_key() -> Weight {
		// Proof in bytes: 1242 measured. At least 63_025_000 ps.
		Weight::from_parts(67_370_000, 34255)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn reclaim_deposit() -> Weight {
		// Proof in bytes: 1281 measured. At least 73_530_000 ps.
		Weight::from_parts(77_746_000, 4403)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Content::ItemsOf` (r:1 w:1)
	/// Proof: `Content::ItemsOf` (`max_values`: None, `max_size`: Some(32050), added: 34525, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:0 w:1)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:0 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Content::Tips` (r:0 w:1)
	/// Proof: `Content::Tips` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	fn forget() -> Weight {
		// Proof in bytes: 33589 measured. At least 142_442_000 ps.
		Weight::from_parts(153_880_000, 35515)
			.saturating_add(T::DbWeight::get().reads(5))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:1 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:1 w:1)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Panels` (r:1 w:1)
	/// Proof: `Moderation::Panels` (`max_values`: None, `max_size`: Some(3510), added: 5985, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Deadlines` (r:0 w:1)
	/// Proof: `Moderation::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::Outcomes` (r:0 w:1)
	/// Proof: `Moderation::Outcomes` (`max_values`: None, `max_size`: Some(81), added: 2556, mode: `MaxEncodedLen`)
	/// Storage: `Moderation::SealedKeys` (r:0 w:1)
	/// Proof: `Moderation::SealedKeys` (`max_values`: None, `max_size`: Some(1249), added: 3724, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:0 w:1)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// Proof in bytes: 2686 measured. At least 124_365_000 ps.
		Weight::from_parts(131_316_000, 11707)
			.saturating_add(T::DbWeight::get().reads(7))
			.saturating_add(T::DbWeight::get().writes(12))
	}
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:0)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Lit::Account` (r:2 w:2)
	/// Proof: `Lit::Account` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:1 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `Content::Tips` (r:1 w:1)
	/// Proof: `Content::Tips` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	fn tip() -> Weight {
		// Proof in bytes: 3044 measured. At least 160_079_000 ps.
		Weight::from_parts(171_536_000, 6196)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(6))
	}
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	fn comment() -> Weight {
		// Proof in bytes: 972 measured. At least 17_406_000 ps.
		Weight::from_parts(20_461_000, 4403)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	fn play() -> Weight {
		// Proof in bytes: 972 measured. At least 15_363_000 ps.
		Weight::from_parts(17_626_000, 4403)
			.saturating_add(T::DbWeight::get().reads(1))
	}
	/// Storage: `Content::KeyDeadlinesFrom` (r:1 w:1)
	/// Proof: `Content::KeyDeadlinesFrom` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Content::KeyDeadlines` (r:1 w:0)
	/// Proof: `Content::KeyDeadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn deadlines_of_block() -> Weight {
		// Proof in bytes: 6 measured. At least 7_602_000 ps.
		Weight::from_parts(8_303_000, 3525)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Content::KeyDeadlines` (r:2 w:1)
	/// Proof: `Content::KeyDeadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Content::AwaitingKey` (r:1 w:1)
	/// Proof: `Content::AwaitingKey` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn expire_keyless() -> Weight {
		// Proof in bytes: 1436 measured. At least 92_588_000 ps.
		Weight::from_parts(98_116_000, 6060)
			.saturating_add(T::DbWeight::get().reads(6))
			.saturating_add(T::DbWeight::get().writes(5))
	}
	/// Storage: `Content::Items` (r:1 w:1)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn placement_ended() -> Weight {
		// Proof in bytes: 1305 measured. At least 74_070_000 ps.
		Weight::from_parts(76_945_000, 4403)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
}
