//! The calls of publishers.

use crate::{
	check, deposit_for, key_commitment, waits_for_appeal, AwaitingKey, Config, Error, Event,
	ExpiryReason, Flaw, Item, Items, ItemsOf, Pallet,
};
use frame_support::{ensure, storage::with_storage_layer, traits::Get};
use popnet_primitives::{
	content::{ContentId, ContentState, Registration},
	traits::{Placer, Screening},
	AccountId, BlockNumber,
};
use sp_runtime::{traits::BlockNumberProvider, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The present block of this pallet's clock.
	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	pub(crate) fn do_register(owner: AccountId, registration: Registration) -> DispatchResult {
		let id = registration.id;
		check(&registration).map_err(Error::<T>::from)?;
		ensure!(!Items::<T>::contains_key(id), Error::<T>::AlreadyRegistered);
		ensure!(T::Placer::admits(registration.coding), Error::<T>::CodingNotAdmitted);
		let deposit =
			deposit_for(registration.stored_size, T::DepositBase::get(), T::DepositPerMib::get())
				.ok_or(Error::<T>::DepositOverflow)?;
		let mut items = ItemsOf::<T>::get(&owner);
		items.try_push(id).map_err(|_| Error::<T>::TooManyItems)?;
		Self::hold_deposit(&owner, deposit)?;

		ItemsOf::<T>::insert(&owner, items);
		let item = Item {
			owner: owner.clone(),
			state: ContentState::Screening,
			registration,
			registered_at: Self::now(),
			deposit,
			reclaimable_at: None,
			key: None,
		};
		Items::<T>::insert(id, item);
		Self::deposit_event(Event::Registered { id, owner, deposit });
		T::Screening::open(id)
	}

	pub(crate) fn do_withdraw(owner: AccountId, id: ContentId) -> DispatchResult {
		let item = Self::item_of(&owner, &id)?;
		match item.state {
			ContentState::Screening | ContentState::Approved => T::Screening::cancel(id),
			ContentState::Placing => {
				T::Placer::drop(id);
				T::Screening::cancel(id);
			}
			_ => return Err(Error::<T>::NotWithdrawable.into()),
		}
		Self::expire(id, item, ExpiryReason::Withdrawn);
		Ok(())
	}

	pub(crate) fn do_publish_key(by: AccountId, id: ContentId, key: [u8; 32]) -> DispatchResult {
		let mut item = Items::<T>::get(id).ok_or(Error::<T>::UnknownItem)?;
		ensure!(item.state == ContentState::Approved, Error::<T>::NotApproved);
		let registration = &item.registration;
		ensure!(key_commitment(&key) == registration.key_commitment, Error::<T>::WrongKey);

		let placed = with_storage_layer(|| {
			T::Placer::place(
				id,
				registration.coding,
				registration.manifest_size,
				registration.sources.clone(),
			)
		});
		if let Err(error) = placed {
			log::info!(target: "content", "item {id:?} cannot be placed: {error:?}");
			Self::expire(id, item, ExpiryReason::NotPlaceable);
			return Ok(());
		}
		item.state = ContentState::Placing;
		item.key = Some(key);
		Items::<T>::insert(id, item);
		AwaitingKey::<T>::remove(id);
		Self::deposit_event(Event::KeyPublished { id, by });
		Ok(())
	}

	pub(crate) fn do_reclaim_deposit(owner: AccountId, id: ContentId) -> DispatchResult {
		let mut item = Self::item_of(&owner, &id)?;
		ensure!(item.has_ended(), Error::<T>::NotEnded);
		ensure!(item.deposit > 0, Error::<T>::NoDeposit);
		let over = item.reclaimable_at.is_none_or(|block| block <= Self::now());
		ensure!(over, Error::<T>::AppealPeriodNotOver);

		Self::return_deposit(id, &mut item);
		Items::<T>::insert(id, item);
		Ok(())
	}

	pub(crate) fn do_forget(owner: AccountId, id: ContentId) -> DispatchResult {
		let item = Self::item_of(&owner, &id)?;
		ensure!(item.has_ended(), Error::<T>::NotEnded);
		ensure!(item.deposit == 0, Error::<T>::DepositHeld);

		Items::<T>::remove(id);
		ItemsOf::<T>::mutate_exists(&owner, |items| {
			if let Some(list) = items {
				list.retain(|other| *other != id);
				if list.is_empty() {
					*items = None;
				}
			}
		});
		T::Screening::cancel(id);
		Self::deposit_event(Event::Forgotten { id });
		Ok(())
	}

	/// Ends `item`: no key, no placement, the deposit returned.
	pub(crate) fn expire(id: ContentId, mut item: Item, reason: ExpiryReason) {
		item.state = ContentState::Expired;
		item.key = None;
		Self::deposit_event(Event::Expired { id, reason });
		Self::return_deposit(id, &mut item);
		Items::<T>::insert(id, item);
		AwaitingKey::<T>::remove(id);
	}

	/// Ends `item` as rejected; the deposit is returned, or waits for an appeal.
	pub(crate) fn reject(
		id: ContentId,
		mut item: Item,
		reason: popnet_primitives::moderation::RejectReason,
	) {
		item.state = ContentState::Rejected(reason.clone());
		let waits = waits_for_appeal(&reason);
		Self::deposit_event(Event::Rejected { id, reason });
		if waits {
			item.reclaimable_at = Some(Self::now().saturating_add(T::AppealPeriod::get()));
		} else {
			Self::return_deposit(id, &mut item);
		}
		Items::<T>::insert(id, item);
	}

	fn item_of(owner: &AccountId, id: &ContentId) -> Result<Item, Error<T>> {
		let item = Items::<T>::get(id).ok_or(Error::<T>::UnknownItem)?;
		match item.owner == *owner {
			true => Ok(item),
			false => Err(Error::<T>::NotOwner),
		}
	}
}

impl<T> From<Flaw> for Error<T> {
	fn from(flaw: Flaw) -> Self {
		match flaw {
			Flaw::Size => Self::InvalidSize,
			Flaw::ManifestSize => Self::InvalidManifestSize,
			Flaw::Stripes => Self::InvalidStripes,
			Flaw::StoredSize => Self::ImplausibleStoredSize,
			Flaw::Sources => Self::InvalidSources,
			Flaw::ZeroDigest => Self::ZeroDigest,
		}
	}
}
