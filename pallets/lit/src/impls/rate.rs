//! The index and its rates, present and past.

use crate::{
	types::{Generation, Timeline, RATES_PER_PAGE},
	Config, Current, Error, Event, Pallet, Rates,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use popnet_primitives::{
	economics::{accrued, advance_index},
	Balance,
};
use sp_runtime::{
	traits::Saturating, ArithmeticError, DispatchError, DispatchResult, SaturatedConversion,
};

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

	/// The index now, and from the rate with number `first` on up to block `until`. Reads no history
	/// where `first` is the present rate, and otherwise two pages at most (see [`RATES_PER_PAGE`]).
	pub(crate) fn timeline(
		first: u32,
		until: Option<BlockNumberFor<T>>,
	) -> Timeline<BlockNumberFor<T>> {
		let current = Current::<T>::get();
		let now = frame_system::Pallet::<T>::block_number();
		let mut rates = Vec::new();
		if let Some(until) = until {
			if first < current.number {
				rates = Self::past_rates(first, current.number, until);
			}
			rates.push(current);
		}
		Timeline { now, index: current.index_at(now), rate_number: current.number, rates }
	}

	/// The rates before number `end` from `first` on, as far as they took effect up to block `until`;
	/// some more on either side, as they come in pages.
	fn past_rates(
		first: u32,
		end: u32,
		until: BlockNumberFor<T>,
	) -> Vec<Generation<BlockNumberFor<T>>> {
		let mut rates = Vec::new();
		for page in first / RATES_PER_PAGE..end.div_ceil(RATES_PER_PAGE) {
			let page = Rates::<T>::get(page);
			let reaches_beyond = page.last().is_some_and(|last| last.since > until);
			rates.extend(page);
			if reaches_beyond {
				break;
			}
		}
		rates
	}

	pub(crate) fn do_set_rate(rate: u128) -> DispatchResult {
		ensure!(
			(T::RateMin::get()..=T::RateMax::get()).contains(&rate),
			Error::<T>::RateOutOfRange
		);
		let current = Current::<T>::get();
		// A chain that starts without generation begins with any rate inside the limits.
		let is_step =
			rate <= current.rate.saturating_mul(2) && current.rate <= rate.saturating_mul(2);
		ensure!(current.rate == 0 || is_step, Error::<T>::RateStepTooLarge);
		let since = frame_system::Pallet::<T>::block_number();
		let earliest = current.since.saturating_add(T::RateChangeBlocks::get());
		ensure!(current.number == 0 || since >= earliest, Error::<T>::RateChangedRecently);
		let number = current.number.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		// A page takes as many rates as have its number, so this does not fail.
		Rates::<T>::try_mutate(current.number / RATES_PER_PAGE, |page| page.try_push(current))
			.map_err(|_| DispatchError::Corruption)?;
		Current::<T>::put(Generation { rate, index: current.index_at(since), since, number });
		Self::deposit_event(Event::RateChanged { from: current.rate, to: rate });
		Ok(())
	}
}
