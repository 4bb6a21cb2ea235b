//! The invariants of the header.

use crate::{Accounts, Config, Current, Pallet};
use frame_support::{ensure, traits::Get};
use popnet_primitives::traits::StakeOf;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that records and stake agree, in both directions.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let current = Current::<T>::get();
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(current.since <= now, "the rate is of a block that is to come");
		ensure!(
			current.rate == 0 || (T::RateMin::get()..=T::RateMax::get()).contains(&current.rate),
			"the rate is outside its limits"
		);

		let index = Self::current_index();
		for (who, accrual) in Accounts::<T>::iter() {
			ensure!(accrual.index <= index, "an account is settled in the future");
			ensure!(accrual.stake == T::Stake::stake_of(&who), "recorded stake is stale");
			ensure!(!accrual.is_empty(), "an empty record is stored");
		}

		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				T::Stake::stake_of(&who) == 0 || Accounts::<T>::contains_key(&who),
				"stake is not recorded"
			);
		}
		Ok(())
	}
}
