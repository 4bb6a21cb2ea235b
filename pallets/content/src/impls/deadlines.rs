//! How long an approved item waits for its key.

use crate::{
	AwaitingKey, Config, ExpiryReason, KeyDeadlines, KeyDeadlinesFrom, KeyWait, Pallet, Rest,
	WeightInfo,
};
use frame_support::{traits::Get, weights::WeightMeter};
use popnet_primitives::{
	content::{ContentId, ContentState},
	BlockNumber,
};

impl<T: Config> Pallet<T> {
	/// Starts the wait for the key of an item that has been approved.
	pub(crate) fn await_key(id: ContentId) {
		let since = Self::now();
		let until = since.saturating_add(T::KeyPeriod::get());
		AwaitingKey::<T>::insert(id, KeyWait { since, until });
		KeyDeadlines::<T>::insert(until, id, ());
	}

	/// Ends the wait, when the key has come or the item is over.
	pub(crate) fn await_key_no_more(id: ContentId) {
		if let Some(wait) = AwaitingKey::<T>::take(id) {
			KeyDeadlines::<T>::remove(wait.until, id);
		}
	}

	/// Ends approved items whose key did not come in time, as far as the weight reaches.
	pub(crate) fn expire_keyless(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
			return;
		}
		let now = Self::now();
		let started_at = KeyDeadlinesFrom::<T>::get();
		let mut block = started_at.unwrap_or(now);
		while block <= now {
			let expired = Self::expire_keyless_of(block, meter);
			if !expired || meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
				break;
			}
			block = block.saturating_add(1);
		}
		if started_at != Some(block) {
			KeyDeadlinesFrom::<T>::put(block);
		}
	}

	/// Ends the items that wait until `block`; `false` when the weight did not suffice.
	pub(crate) fn expire_keyless_of(block: BlockNumber, meter: &mut WeightMeter) -> bool {
		while let Some(id) = KeyDeadlines::<T>::iter_key_prefix(block).next() {
			if meter.try_consume(T::WeightInfo::expire_keyless()).is_err() {
				return false;
			}
			// Removed here as well, so that the loop ends whatever the item says.
			KeyDeadlines::<T>::remove(block, id);
			if let Some(item) = Self::item_in(id, ContentState::Approved) {
				Self::expire(id, item, ExpiryReason::KeyTimedOut, Rest::Released);
			}
		}
		true
	}
}
