//! The invariants of the pallet's header.

use crate::{key_commitment, AwaitingKey, Config, HoldReason, Items, ItemsOf, Pallet};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use popnet_primitives::{content::ContentState, AccountId, Balance};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_deposits()?;
		Self::check_owners()?;
		Self::check_states()
	}

	fn check_deposits() -> Result<(), TryRuntimeError> {
		let mut expected: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for item in Items::<T>::iter_values() {
			let sum = expected.entry(item.owner).or_default();
			*sum = sum.checked_add(item.deposit).ok_or("deposits overflow")?;
		}
		let reason = HoldReason::ContentDeposit.into();
		for account in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&reason, &account);
			let recorded = expected.remove(&account).unwrap_or_default();
			ensure!(held == recorded, "deposits differ from what is held");
		}
		let left = expected.values().any(|deposit| *deposit > 0);
		ensure!(!left, "a deposit belongs to no account");
		Ok(())
	}

	fn check_owners() -> Result<(), TryRuntimeError> {
		let mut listed = BTreeSet::new();
		for (owner, items) in ItemsOf::<T>::iter() {
			ensure!(!items.is_empty(), "an empty list of items is stored");
			for id in items {
				let item = Items::<T>::get(id).ok_or("a listed item does not exist")?;
				ensure!(item.owner == owner, "an item is listed for another account");
				ensure!(listed.insert(id), "an item is listed twice");
			}
		}
		ensure!(Items::<T>::iter_keys().all(|id| listed.contains(&id)), "an item is not listed");
		Ok(())
	}

	fn check_states() -> Result<(), TryRuntimeError> {
		let mut approved = BTreeSet::new();
		for (id, item) in Items::<T>::iter() {
			ensure!(item.registration.id == id, "an item is stored under another id");
			let has_key = matches!(item.state, ContentState::Placing | ContentState::Available);
			ensure!(item.key.is_some() == has_key, "a key that should not be there, or none");
			let commitment = item.registration.key_commitment;
			let right = item.key.is_none_or(|key| key_commitment(&key) == commitment);
			ensure!(right, "a wrong key is stored");
			ensure!(item.has_ended() || item.deposit > 0, "a live item has no deposit");
			let waits = item.reclaimable_at.is_some();
			ensure!(!waits || (item.has_ended() && item.deposit > 0), "nothing to reclaim");
			if item.state == ContentState::Approved {
				approved.insert(id);
			}
		}
		let awaiting: BTreeSet<_> = AwaitingKey::<T>::iter_keys().collect();
		ensure!(awaiting == approved, "the items that await a key are not the approved ones");
		Ok(())
	}
}
