//! What others report about an item: the panel's decision, the Masternodes' success.

use crate::{AwaitingKey, Config, Event, ExpiryReason, Item, Items, Pallet};
use frame_support::defensive;
use popnet_primitives::{
	content::{ContentId, ContentState, Registration},
	moderation::Decision,
	traits::{OnPlaced, Registry},
	AccountId,
};

impl<T: Config> Registry<AccountId> for Pallet<T> {
	fn owner(id: &ContentId) -> Option<AccountId> {
		Items::<T>::get(id).map(|item| item.owner)
	}

	fn registration(id: &ContentId) -> Option<Registration> {
		Items::<T>::get(id).map(|item| item.registration)
	}

	fn awaits_key(id: &ContentId) -> bool {
		AwaitingKey::<T>::contains_key(id)
	}

	fn decided(id: ContentId, decision: Decision) {
		let Some(mut item) = Self::item_in(id, ContentState::Screening) else { return };
		match decision {
			Decision::Approve(_) => {
				item.state = ContentState::Approved;
				Items::<T>::insert(id, item);
				AwaitingKey::<T>::insert(id, Self::now());
				Self::deposit_event(Event::Approved { id });
			}
			Decision::Reject(reason) => Self::reject(id, item, reason),
			Decision::Undecided => Self::expire(id, item, ExpiryReason::Undecided),
		}
	}
}

impl<T: Config> OnPlaced for Pallet<T> {
	fn placed(id: ContentId) {
		if let Some(mut item) = Self::item_in(id, ContentState::Placing) {
			item.state = ContentState::Available;
			Items::<T>::insert(id, item);
			Self::deposit_event(Event::Available { id });
		}
	}

	fn expired(id: ContentId) {
		if let Some(item) = Self::item_in(id, ContentState::Placing) {
			Self::expire(id, item, ExpiryReason::PlacementTimedOut);
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The item when it is in `state`; a report about one that is not is a fault of the reporter.
	fn item_in(id: ContentId, state: ContentState) -> Option<Item> {
		let item = Items::<T>::get(id).filter(|item| item.state == state);
		if item.is_none() {
			defensive!("a report about an item in another state", id);
		}
		item
	}
}
