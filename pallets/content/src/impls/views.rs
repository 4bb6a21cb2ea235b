//! What the runtime API answers.

use crate::{Config, Items, ItemsOf, Pallet};
use alloc::vec::Vec;
use core::cmp::Reverse;
use popnet_primitives::{
	content::{ContentId, ContentState, ItemView},
	traits::Screening,
	AccountId,
};

impl<T: Config> Pallet<T> {
	/// Everything about one item; `None` when it is unknown.
	pub fn item(id: ContentId) -> Option<ItemView> {
		let item = Items::<T>::get(id)?;
		let screening = T::Screening::view(&id);
		Some(ItemView {
			owner: item.owner,
			state: item.state,
			registration: item.registration,
			registered_at: item.registered_at,
			deposit: item.deposit,
			key: item.key,
			risk: screening.risk,
			panel: screening.panel,
			keys_sealed: screening.keys_sealed,
			votes: (screening.committed, screening.revealed),
			categories: screening.categories,
		})
	}

	/// Items that `owner` has registered, newest last.
	pub fn items_of(owner: &AccountId) -> Vec<ContentId> {
		ItemsOf::<T>::get(owner).into_inner()
	}

	/// At most `limit` items that are Available, the newest registrations first. Reads all items: for
	/// answers to clients, not for blocks.
	pub fn available_items(limit: u32) -> Vec<ContentId> {
		let mut available: Vec<_> = Items::<T>::iter()
			.filter(|(_, item)| item.state == ContentState::Available)
			.map(|(id, item)| (Reverse(item.registered_at), id))
			.collect();
		available.sort_unstable();
		available.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
		available.into_iter().map(|(_, id)| id).collect()
	}
}
