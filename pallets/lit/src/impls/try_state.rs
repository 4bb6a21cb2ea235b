//! The invariants of the header.

use crate::{
	Accounts, AccrualOf, Config, Current, Generation, LeaseOf, NextLease, Pallet, Rates,
	INDEX_SCALE, RATES_PER_PAGE,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use popnet_primitives::traits::StakeOf;
use sp_runtime::{traits::Saturating, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks rates, that records and stake agree in both directions, and that both sides of every
	/// lease agree.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_rates()?;
		for (who, accrual) in Accounts::<T>::iter() {
			Self::check_account(&who, &accrual)?;
			Self::check_leases(&who, &accrual)?;
		}
		for (who, accrual) in Accounts::<T>::iter() {
			Self::check_sides(&who, &accrual)?;
		}
		for who in frame_system::Account::<T>::iter_keys() {
			ensure!(
				T::Stake::stake_of(&who) == 0 || Accounts::<T>::contains_key(&who),
				"stake is not recorded"
			);
		}
		Ok(())
	}

	fn check_rates() -> Result<(), TryRuntimeError> {
		let current = Current::<T>::get();
		ensure!(
			current.since <= frame_system::Pallet::<T>::block_number(),
			"the rate is of a block that is to come"
		);
		let pages = current.number.div_ceil(RATES_PER_PAGE);
		ensure!(
			Rates::<T>::iter_keys().all(|page| page < pages),
			"the history has a page too many"
		);
		let mut rates: Vec<Generation<BlockNumberFor<T>>> =
			(0..pages).flat_map(Rates::<T>::get).collect();
		rates.push(current);
		for (position, rate) in rates.iter().enumerate() {
			ensure!(rate.number as usize == position, "the rates are not numbered in order");
			ensure!(
				rate.rate == 0 || (T::RateMin::get()..=T::RateMax::get()).contains(&rate.rate),
				"the rate is outside its limits"
			);
		}
		for (before, after) in rates.iter().zip(rates.iter().skip(1)) {
			ensure!(
				after.index == before.index_at(after.since),
				"a rate begins at another index than the one before it ends"
			);
			let apart = after.since.saturating_sub(before.since);
			ensure!(
				before.number == 0 || apart >= T::RateChangeBlocks::get(),
				"two rates follow too closely"
			);
		}
		Ok(())
	}

	fn check_account(who: &T::AccountId, accrual: &AccrualOf<T>) -> Result<(), TryRuntimeError> {
		let current = Current::<T>::get();
		ensure!(accrual.index <= Self::current_index(), "an account is settled in the future");
		ensure!(accrual.rate_number <= current.number, "an account is settled at a rate to come");
		ensure!(accrual.fraction < INDEX_SCALE, "a fraction is a unit or more");
		ensure!(accrual.stake == T::Stake::stake_of(who), "recorded stake is stale");
		ensure!(!accrual.is_empty(), "an empty record is stored");
		Ok(())
	}

	/// Checks the leases of one account by themselves.
	fn check_leases(who: &T::AccountId, accrual: &AccrualOf<T>) -> Result<(), TryRuntimeError> {
		let last =
			frame_system::Pallet::<T>::block_number().saturating_add(T::LeaseBlocksMax::get());
		for lease in accrual.given.iter().chain(&accrual.received) {
			ensure!(
				lease.id < NextLease::<T>::get(),
				"a lease has a number that is still to be given"
			);
			ensure!(lease.other != *who, "an account lends to itself");
			ensure!(lease.amount >= T::LentMin::get() / 2, "a lease is too small");
			ensure!(lease.end <= last, "a lease is too long");
		}
		let in_order = |leases: &[LeaseOf<T>]| leases.is_sorted_by(|one, next| one.id < next.id);
		ensure!(
			in_order(&accrual.given) && in_order(&accrual.received),
			"leases are not in their order"
		);
		ensure!(accrual.fits() && accrual.lent() <= accrual.stake, "more is lent than there is");
		for lease in &accrual.given {
			let share = lease.share.map(|share| share.mul_floor(accrual.stake));
			ensure!(
				share.is_none_or(|amount| amount == lease.amount),
				"a share does not follow the stake"
			);
		}
		Ok(())
	}

	/// Checks that the other side records every lease in the same way, unless it has ended.
	fn check_sides(who: &T::AccountId, accrual: &AccrualOf<T>) -> Result<(), TryRuntimeError> {
		let record = |lease: &LeaseOf<T>| Accounts::<T>::get(&lease.other).unwrap_or_default();
		for lease in &accrual.given {
			Self::check_side(who, lease, &record(lease).received)?;
		}
		for lease in &accrual.received {
			Self::check_side(who, lease, &record(lease).given)?;
		}
		Ok(())
	}

	fn check_side(
		who: &T::AccountId,
		lease: &LeaseOf<T>,
		others: &[LeaseOf<T>],
	) -> Result<(), TryRuntimeError> {
		let mirrored = LeaseOf::<T> { other: who.clone(), ..lease.clone() };
		match others.iter().find(|other| other.id == lease.id) {
			Some(other) => ensure!(*other == mirrored, "the sides of a lease differ"),
			None => ensure!(
				lease.end <= frame_system::Pallet::<T>::block_number(),
				"a lease is recorded by one side only"
			),
		}
		Ok(())
	}
}
