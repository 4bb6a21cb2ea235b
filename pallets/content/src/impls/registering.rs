//! The calls of publishers.

use crate::{
	check, deposit_for, key_commitment, rest_when_withdrawn, Config, Error, Event, ExpiryReason,
	Flaw, Item, Items, ItemsOf, Pallet, Rest, Tips,
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
		let base = T::DepositBase::get();
		let deposit = deposit_for(registration.stored_size, base, T::DepositPerMib::get())
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
			base,
			ended_at: None,
			reclaimable_at: None,
			key: None,
		};
		Items::<T>::insert(id, item);
		Self::deposit_event(Event::Registered { id, owner, deposit });
		T::Screening::open(id)
	}

	pub(crate) fn do_withdraw(owner: AccountId, id: ContentId) -> DispatchResult {
		let item = Self::item_of(&owner, &id)?;
		let rest = match item.state {
			ContentState::Screening => {
				rest_when_withdrawn(&T::Screening::view(&id)).ok_or(Error::<T>::BeingScreened)?
			}
			ContentState::Approved | ContentState::Placing => Rest::Released,
			_ => return Err(Error::<T>::NotWithdrawable.into()),
		};

		if item.state == ContentState::Placing {
			T::Placer::drop(id);
		}
		T::Screening::cancel(id);
		Self::expire(id, item, ExpiryReason::Withdrawn, rest);
		Ok(())
	}

	pub(crate) fn do_retire(owner: AccountId, id: ContentId) -> DispatchResult {
		let item = Self::item_of(&owner, &id)?;
		ensure!(item.state == ContentState::Available, Error::<T>::NotAvailable);

		T::Placer::drop(id);
		T::Screening::cancel(id);
		Self::expire(id, item, ExpiryReason::Retired, Rest::Released);
		Ok(())
	}

	pub(crate) fn do_publish_key(by: AccountId, id: ContentId, key: [u8; 32]) -> DispatchResult {
		let mut item = Items::<T>::get(id).ok_or(Error::<T>::UnknownItem)?;
		ensure!(item.state == ContentState::Approved, Error::<T>::NotApproved);
		let registration = &item.registration;
		ensure!(key_commitment(&key) == registration.key_commitment, Error::<T>::WrongKey);

		let placed = with_storage_layer(|| T::Placer::place(registration));
		if let Err(error) = placed {
			log::info!(target: "content", "item {id:?} cannot be placed: {error:?}");
			Self::expire(id, item, ExpiryReason::NotPlaceable, Rest::Released);
			return Ok(());
		}
		item.state = ContentState::Placing;
		item.key = Some(key);
		Items::<T>::insert(id, item);
		Self::await_key_no_more(id);
		Self::deposit_event(Event::KeyPublished { id, by });
		Ok(())
	}

	pub(crate) fn do_reclaim_deposit(owner: AccountId, id: ContentId) -> DispatchResult {
		let mut item = Self::item_of(&owner, &id)?;
		ensure!(item.has_ended(), Error::<T>::NotEnded);
		ensure!(item.reclaimable_at.is_some(), Error::<T>::NoDeposit);
		ensure!(!item.is_locked(Self::now()), Error::<T>::AppealPeriodNotOver);

		let rest = item.rest();
		Self::release(id, &mut item, rest)?;
		item.reclaimable_at = None;
		Items::<T>::insert(id, item);
		Ok(())
	}

	pub(crate) fn do_forget(who: AccountId, id: ContentId) -> DispatchResult {
		let mut item = Items::<T>::get(id).ok_or(Error::<T>::UnknownItem)?;
		let now = Self::now();
		let may = item.owner == who || item.is_grace_over(T::GracePeriod::get(), now);
		ensure!(may, Error::<T>::NotOwner);
		ensure!(item.has_ended(), Error::<T>::NotEnded);
		ensure!(!item.is_locked(now), Error::<T>::DepositHeld);

		let deposit = item.deposit;
		Self::release(id, &mut item, deposit)?;
		Items::<T>::remove(id);
		Tips::<T>::remove(id);
		ItemsOf::<T>::mutate_exists(&item.owner, |items| {
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
			Flaw::Coding => Self::InvalidCoding,
			Flaw::Stripes => Self::InvalidStripes,
			Flaw::StoredSize => Self::ImplausibleStoredSize,
			Flaw::Sources => Self::InvalidSources,
			Flaw::ZeroDigest => Self::ZeroDigest,
		}
	}
}
