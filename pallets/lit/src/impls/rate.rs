//! The index and its rate.

use crate::{types::Generation, Config, Current, Error, Event, Pallet};
use frame_support::{ensure, traits::Get};
use popnet_primitives::{
	economics::{accrued, advance_index},
	Balance,
};
use sp_runtime::{DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// The index in this block.
	pub fn current_index() -> u128 {
		Current::<T>::get().index_at(frame_system::Pallet::<T>::block_number())
	}

	/// LIT units that `stake` POP units generate in a day at the present rate, rounded down.
	pub fn projection(stake: Balance) -> Balance {
		let blocks: u32 = T::BlocksPerDay::get().saturated_into();
		accrued(stake, 0, advance_index(0, Current::<T>::get().rate, blocks))
	}

	pub(crate) fn do_set_rate(rate: u128) -> DispatchResult {
		ensure!(
			(T::RateMin::get()..=T::RateMax::get()).contains(&rate),
			Error::<T>::RateOutOfRange
		);
		let from = Current::<T>::get().rate;
		// A chain that starts without generation begins with any rate inside the limits.
		let is_step = rate <= from.saturating_mul(2) && from <= rate.saturating_mul(2);
		ensure!(from == 0 || is_step, Error::<T>::RateStepTooLarge);
		let since = frame_system::Pallet::<T>::block_number();
		Current::<T>::put(Generation { rate, index: Self::current_index(), since });
		Self::deposit_event(Event::RateChanged { from, to: rate });
		Ok(())
	}
}
