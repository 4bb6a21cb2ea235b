//! What others report about an item, the panel's decision and the Masternodes' success, and its end.

use crate::{
	rest_when_rejected, when_undecided, AwaitingKey, Config, Event, ExpiryReason, Item, Items,
	Pallet, Rest, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{defensive, weights::Weight};
use popnet_primitives::{
	content::{ContentId, ContentState, Registration},
	moderation::{Decision, RejectReason},
	traits::{OnPlaced, Registry, Screening},
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

	fn in_screening() -> Vec<ContentId> {
		Items::<T>::iter()
			.filter(|(_, item)| item.state == ContentState::Screening)
			.map(|(id, _)| id)
			.collect()
	}

	fn decided(id: ContentId, decision: Decision) {
		let Some(mut item) = Self::item_in(id, ContentState::Screening) else { return };
		match decision {
			Decision::Approve(_) => {
				item.state = ContentState::Approved;
				Items::<T>::insert(id, item);
				Self::await_key(id);
				Self::deposit_event(Event::Approved { id });
			}
			Decision::Reject(reason) => Self::reject(id, item, reason),
			Decision::Undecided => {
				let (reason, rest) = when_undecided(&T::Screening::view(&id));
				Self::expire(id, item, reason, rest);
			}
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
			Self::expire(id, item, ExpiryReason::PlacementTimedOut, Rest::Released);
		}
	}

	fn weight() -> Weight {
		T::WeightInfo::placement_ended()
	}
}

impl<T: Config> Pallet<T> {
	/// Ends `item` as expired.
	pub(crate) fn expire(id: ContentId, item: Item, reason: ExpiryReason, rest: Rest) {
		Self::deposit_event(Event::Expired { id, reason });
		Self::end(id, item, ContentState::Expired, rest);
	}

	/// Ends `item` as rejected.
	fn reject(id: ContentId, item: Item, reason: RejectReason) {
		let rest = rest_when_rejected(&reason);
		Self::deposit_event(Event::Rejected { id, reason: reason.clone() });
		Self::end(id, item, ContentState::Rejected(reason), rest);
	}

	/// Ends `item` in `state`: no key, none awaited, the rest of the deposit released or locked.
	fn end(id: ContentId, mut item: Item, state: ContentState, rest: Rest) {
		if item.state == ContentState::Approved {
			Self::await_key_no_more(id);
		}
		item.state = state;
		item.key = None;
		item.ended_at = Some(Self::now());
		Self::settle(id, &mut item, rest);
		Items::<T>::insert(id, item);
	}

	/// The item when it is in `state`; a report about one that is not is a fault of the reporter.
	pub(crate) fn item_in(id: ContentId, state: ContentState) -> Option<Item> {
		let item = Items::<T>::get(id).filter(|item| item.state == state);
		if item.is_none() {
			defensive!("a report about an item in another state", id);
		}
		item
	}
}
