//! Weights of `pallet_masternodes`, measured: `scripts/benchmark` writes this file.
//!
//! 2026-11-25, 20 steps, 10 repetitions, Compiled wasm; maps count as
//! 1000000 entries deep. Processor: AMD EPYC.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_masternodes`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_masternodes::WeightInfo for WeightInfo<T> {
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::CounterForMasternodes` (r:1 w:1)
	/// Proof: `Masternodes::CounterForMasternodes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::PeerIds` (r:1 w:1)
	/// Proof: `Masternodes::PeerIds` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:1)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:0 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// Proof in bytes: 33192 measured. At least 163_914_000 ps.
		Weight::from_parts(176_294_000, 34255)
			.saturating_add(T::DbWeight::get().reads(8))
			.saturating_add(T::DbWeight::get().writes(8))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::PeerIds` (r:1 w:2)
	/// Proof: `Masternodes::PeerIds` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	fn update_addresses() -> Weight {
		// Proof in bytes: 937 measured. At least 34_001_000 ps.
		Weight::from_parts(37_446_000, 4191)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:1 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// Proof in bytes: 33742 measured. At least 77_136_000 ps.
		Weight::from_parts(80_680_000, 34255)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::CounterForMasternodes` (r:1 w:1)
	/// Proof: `Masternodes::CounterForMasternodes` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:1 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::InProgress` (r:1 w:0)
	/// Proof: `Rewards::InProgress` (`max_values`: Some(1), `max_size`: Some(89), added: 584, mode: `MaxEncodedLen`)
	/// Storage: `Staking::ActiveEra` (r:1 w:0)
	/// Proof: `Staking::ActiveEra` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::NextEra` (r:1 w:0)
	/// Proof: `Rewards::NextEra` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Roles` (r:1 w:1)
	/// Proof: `Rewards::Roles` (`max_values`: None, `max_size`: Some(74), added: 2549, mode: `MaxEncodedLen`)
	/// Storage: `Rewards::Records` (r:1 w:1)
	/// Proof: `Rewards::Records` (`max_values`: None, `max_size`: Some(155), added: 2630, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Accounts` (r:1 w:1)
	/// Proof: `LitGeneration::Accounts` (`max_values`: None, `max_size`: Some(2198), added: 4673, mode: `MaxEncodedLen`)
	/// Storage: `LitGeneration::Current` (r:1 w:0)
	/// Proof: `LitGeneration::Current` (`max_values`: Some(1), `max_size`: Some(40), added: 535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::PeerIds` (r:0 w:1)
	/// Proof: `Masternodes::PeerIds` (`max_values`: None, `max_size`: Some(210), added: 2685, mode: `MaxEncodedLen`)
	fn withdraw() -> Weight {
		// Proof in bytes: 2267 measured. At least 157_515_000 ps.
		Weight::from_parts(168_521_000, 5663)
			.saturating_add(T::DbWeight::get().reads(12))
			.saturating_add(T::DbWeight::get().writes(9))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:0)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:64 w:64)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:64 w:64)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:1 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:64 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:64)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Keeping` (r:0 w:64)
	/// Proof: `Masternodes::Keeping` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// `n` is in 1 ..= 64.
	fn acknowledge(n: u32) -> Weight {
		// Proof in bytes: 1794 + n * 143 measured. At least 63_605_000 ps.
		Weight::from_parts(15_841_881, 4191)
			// Standard error: 112_604.
			.saturating_add(Weight::from_parts(34_106_851, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes(1))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3413).saturating_mul(n.into()))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:0)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:64 w:0)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:64 w:64)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// `n` is in 1 ..= 64.
	fn decline(n: u32) -> Weight {
		// Proof in bytes: 1691 + n * 143 measured. At least 33_700_000 ps.
		Weight::from_parts(19_413_789, 4191)
			// Standard error: 48_773.
			.saturating_add(Weight::from_parts(15_190_214, 0).saturating_mul(n.into()))
			.saturating_add(T::DbWeight::get().reads(1))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(n.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(n.into())))
			.saturating_add(Weight::from_parts(0, 3265).saturating_mul(n.into()))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	fn suspend() -> Weight {
		// Proof in bytes: 33645 measured. At least 71_977_000 ps.
		Weight::from_parts(76_234_000, 34255)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(2))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:1 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// Proof in bytes: 33710 measured. At least 74_341_000 ps.
		Weight::from_parts(81_401_000, 34255)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Masternodes::Masternodes` (r:1 w:1)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:1 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	fn evict() -> Weight {
		// Proof in bytes: 33742 measured. At least 81_872_000 ps.
		Weight::from_parts(87_410_000, 34255)
			.saturating_add(T::DbWeight::get().reads(3))
			.saturating_add(T::DbWeight::get().writes(3))
	}
	/// Storage: `Masternodes::DeadlinesFrom` (r:1 w:1)
	/// Proof: `Masternodes::DeadlinesFrom` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:1 w:0)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	fn deadlines_of_block() -> Weight {
		// Proof in bytes: 6 measured. At least 7_090_000 ps.
		Weight::from_parts(7_521_000, 3525)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
	/// Storage: `Masternodes::Deadlines` (r:2 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:1 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:256 w:256)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Masternodes` (r:256 w:256)
	/// Proof: `Masternodes::Masternodes` (`max_values`: None, `max_size`: Some(726), added: 3201, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:1)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:256 w:256)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Content::Items` (r:1 w:0)
	/// Proof: `Content::Items` (`max_values`: None, `max_size`: Some(938), added: 3413, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:256 w:256)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	fn expire_placement() -> Weight {
		// Proof in bytes: 350058 measured. At least 9_046_380_000 ps.
		Weight::from_parts(9_862_467_000, 820446)
			.saturating_add(T::DbWeight::get().reads(1030))
			.saturating_add(T::DbWeight::get().writes(1028))
	}
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Active` (r:1 w:0)
	/// Proof: `Masternodes::Active` (`max_values`: Some(1), `max_size`: Some(32770), added: 33265, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:256 w:256)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:0 w:256)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:0 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	fn place() -> Weight {
		// Proof in bytes: 66301 measured. At least 3_128_138_000 ps.
		Weight::from_parts(3_218_873_000, 647902)
			.saturating_add(T::DbWeight::get().reads(259))
			.saturating_add(T::DbWeight::get().writes(515))
	}
	/// Storage: `Masternodes::Placements` (r:1 w:1)
	/// Proof: `Masternodes::Placements` (`max_values`: None, `max_size`: Some(790), added: 3265, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Rosters` (r:1 w:1)
	/// Proof: `Masternodes::Rosters` (`max_values`: None, `max_size`: Some(8242), added: 10717, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Stocks` (r:255 w:255)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Load` (r:256 w:256)
	/// Proof: `Masternodes::Load` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Deadlines` (r:0 w:1)
	/// Proof: `Masternodes::Deadlines` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Keeping` (r:0 w:255)
	/// Proof: `Masternodes::Keeping` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	/// Storage: `Masternodes::Fetching` (r:0 w:1)
	/// Proof: `Masternodes::Fetching` (`max_values`: None, `max_size`: Some(100), added: 2575, mode: `MaxEncodedLen`)
	fn drop_placement() -> Weight {
		// Proof in bytes: 83082 measured. At least 4_537_461_000 ps.
		Weight::from_parts(4_814_455_000, 660165)
			.saturating_add(T::DbWeight::get().reads(513))
			.saturating_add(T::DbWeight::get().writes(770))
	}
	/// Storage: `Masternodes::Stocks` (r:2 w:1)
	/// Proof: `Masternodes::Stocks` (`max_values`: None, `max_size`: Some(110), added: 2585, mode: `MaxEncodedLen`)
	fn take_work() -> Weight {
		// Proof in bytes: 1384 measured. At least 46_088_000 ps.
		Weight::from_parts(51_136_000, 6160)
			.saturating_add(T::DbWeight::get().reads(2))
			.saturating_add(T::DbWeight::get().writes(1))
	}
}
