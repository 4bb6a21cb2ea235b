//! Where accounts want their rewards.

use crate::{Compounding, Config, Error, Event, Pallet};
use frame_support::traits::Get;
use popnet_primitives::rewards::Destination;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Where rewards of `who` go.
	pub fn destination_of(who: &T::AccountId) -> Destination {
		if Compounding::<T>::contains_key(who) {
			Destination::Compound
		} else {
			Destination::Free
		}
	}

	pub(crate) fn do_set_destination(
		who: T::AccountId,
		destination: Destination,
	) -> DispatchResult {
		match (destination, Compounding::<T>::get(&who)) {
			(Destination::Compound, None) => {
				let deposit = T::CompoundDeposit::get();
				Self::hold(&who, deposit)?;
				Compounding::<T>::insert(&who, deposit);
			}
			(Destination::Free, Some(deposit)) => {
				Self::release(&who, deposit)?;
				Compounding::<T>::remove(&who);
			}
			(Destination::Compound, Some(_)) | (Destination::Free, None) => {
				return Err(Error::<T>::DestinationUnchanged.into());
			}
		}
		Self::deposit_event(Event::DestinationSet { who, destination });
		Ok(())
	}
}
