//! What `popnet benchmark` measures: our own modules. Those of the SDK bring their weights along.

use crate::*;
use alloc::string::String;
use frame_benchmarking::{define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::{
	traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys},
	BoundedVec,
};
use popnet_primitives::content::{Coding, ContentId, ContentState, MediaKind, Registration};

define_benchmarks!(
	[pallet_content, Content]
	[pallet_lit, LitGeneration]
	[pallet_masternodes, Masternodes]
	[pallet_moderation, Moderation]
	[pallet_rewards, Rewards]
	[pallet_sponsorship, Sponsorship]
	[pallet_superdelegates, Superdelegates]
);

/// The benchmarks there are, and the storage that they may touch.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs one benchmark.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// One Masternode, so that placements cost as little as they can: their cost is measured by itself.
pub struct OneMasternode;
impl pallet_content::BenchmarkHelper for OneMasternode {
	fn activate_masternode() {
		if Masternodes::masternodes().is_empty() {
			pallet_masternodes::benchmarking::activate::<Runtime>();
		}
	}
}

/// Registers what benchmarks of moderation decide on.
pub struct ScreenedItems;
impl pallet_moderation::BenchmarkHelper for ScreenedItems {
	fn register(owner: &AccountId, id: ContentId) {
		let registration = Registration {
			id,
			media: MediaKind::Video,
			size: 1,
			plaintext_root: [1; 32],
			key_commitment: [2; 32],
			coding: Coding { data: 1, total: 2 },
			stripes: 1,
			manifest_size: 1,
			stored_size: 1,
			sources: Default::default(),
		};
		let item = pallet_content::Item {
			owner: owner.clone(),
			state: ContentState::Screening,
			registration,
			registered_at: 0,
			deposit: 0,
			base: 0,
			ended_at: None,
			reclaimable_at: None,
			key: None,
		};
		pallet_content::Items::<Runtime>::insert(id, item);
		pallet_content::ItemsOf::<Runtime>::insert(
			owner,
			BoundedVec::truncate_from(alloc::vec![id]),
		);
	}
}
