//! The invariants of the pallet's header.

use crate::{
	key_commitment, AwaitingKey, Config, HoldReason, Item, Items, ItemsOf, KeyDeadlines,
	KeyDeadlinesFrom, Pallet, Tips,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use popnet_primitives::{
	content::{ContentId, ContentState},
	AccountId, Balance,
};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_deposits()?;
		Self::check_owners()?;
		for (id, item) in Items::<T>::iter() {
			Self::check_item(id, &item)?;
			Self::check_end(&item)?;
		}
		Self::check_awaited()?;
		Self::check_tips()
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
		ensure!(expected.is_empty(), "a deposit belongs to no account");
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

	fn check_item(id: ContentId, item: &Item) -> Result<(), TryRuntimeError> {
		ensure!(item.registration.id == id, "an item is stored under another id");
		let has_key = matches!(item.state, ContentState::Placing | ContentState::Available);
		ensure!(item.key.is_some() == has_key, "a key that should not be there, or none");
		let commitment = item.registration.key_commitment;
		let right = item.key.is_none_or(|key| key_commitment(&key) == commitment);
		ensure!(right, "a wrong key is stored");
		Ok(())
	}

	fn check_end(item: &Item) -> Result<(), TryRuntimeError> {
		ensure!(item.base > 0, "an item is in the registry for nothing");
		ensure!(item.deposit >= item.base, "the base is not on hold");
		ensure!(item.has_ended() == item.ended_at.is_some(), "an end without a block, or reverse");
		ensure!(item.ended_at.is_none_or(|block| block <= Self::now()), "an end in the future");
		match (item.ended_at, item.reclaimable_at) {
			(Some(ended), Some(block)) => ensure!(ended <= block, "a lock is over before the end"),
			(Some(_), None) => ensure!(item.rest() == 0, "the rest cannot be reclaimed"),
			(None, lock) => ensure!(lock.is_none(), "a live item is locked"),
		}
		Ok(())
	}

	fn check_awaited() -> Result<(), TryRuntimeError> {
		let approved: BTreeSet<_> = Items::<T>::iter()
			.filter(|(_, item)| item.state == ContentState::Approved)
			.map(|(id, _)| id)
			.collect();
		let awaiting: BTreeSet<_> = AwaitingKey::<T>::iter_keys().collect();
		ensure!(awaiting == approved, "the items that await a key are not the approved ones");
		let expected: BTreeSet<_> =
			AwaitingKey::<T>::iter().map(|(id, wait)| (wait.until, id)).collect();
		let stored: BTreeSet<_> = KeyDeadlines::<T>::iter().map(|(at, id, ())| (at, id)).collect();
		ensure!(stored == expected, "a deadline without an awaited key, or the other way round");
		if let Some(from) = KeyDeadlinesFrom::<T>::get() {
			ensure!(stored.iter().all(|(at, _)| *at >= from), "a deadline was passed over");
		}
		Ok(())
	}

	fn check_tips() -> Result<(), TryRuntimeError> {
		for (id, totals) in Tips::<T>::iter() {
			let item = Items::<T>::get(id).ok_or("there are tips for no item")?;
			let was_available =
				matches!(item.state, ContentState::Available | ContentState::Expired);
			ensure!(was_available, "an item was tipped before it was available");
			ensure!(totals.tips > 0, "a record of no tips is stored");
			ensure!(totals.burned >= totals.tips.into(), "a tip has burned nothing");
		}
		Ok(())
	}
}
