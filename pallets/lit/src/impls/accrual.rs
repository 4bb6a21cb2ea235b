//! Settling accounts, recording stake, minting.

use crate::{Accounts, AccrualOf, Config, Error, Event, Minted, Pallet, WeightInfo};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
};
use popnet_primitives::{
	traits::{StakeObserver, StakeOf},
	Balance,
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Settles `who` and mints what is pending, as far as the LIT account can take it. Returns the
	/// LIT units minted.
	pub fn settle(who: &T::AccountId) -> Balance {
		let Some(accrual) = Accounts::<T>::get(who) else { return 0 };
		let mut settled = Self::settled(accrual.clone());
		let minted = Self::mint(who, settled.pending);
		settled.pending = settled.pending.saturating_sub(minted);
		if settled != accrual {
			Self::record(who, settled);
		}
		minted
	}

	/// LIT units that `who` owns and does not hold for a purpose: the free balance, and what stake
	/// and leases have generated; zero while that is less than an account must have.
	pub fn available(who: &T::AccountId) -> Balance {
		let total = T::Lit::balance(who).saturating_add(Self::pending(who));
		if total < T::Lit::minimum_balance() {
			return 0;
		}
		total
	}

	/// LIT units that `who` gets in a day at the present rate: of its stake, less what it lends, and
	/// of leases received; rounded down.
	pub fn income_of(who: &T::AccountId) -> Balance {
		Self::projection(Self::settled_account(who).net())
	}

	/// Whether settling `who` now would mint.
	pub(crate) fn would_mint(who: &T::AccountId) -> bool {
		Self::lands(who, Self::pending(who))
	}

	pub(crate) fn do_claim(who: &T::AccountId) -> DispatchResult {
		// The fee of this very call has settled its sender already, unless it was free.
		let earns = Accounts::<T>::get(who).is_some_and(|accrual| accrual.net() > 0);
		let minted = Self::settle(who);
		ensure!(minted > 0 || earns, Error::<T>::NothingToClaim);
		Ok(())
	}

	/// The record of `who`, settled now; nothing is written.
	pub(crate) fn settled_account(who: &T::AccountId) -> AccrualOf<T> {
		Self::settled(Accounts::<T>::get(who).unwrap_or_default())
	}

	/// Settles the record of `who`, changes it, and writes it.
	pub(crate) fn amend<Output>(
		who: &T::AccountId,
		change: impl FnOnce(&mut AccrualOf<T>) -> Output,
	) -> Output {
		let mut accrual = Self::settled_account(who);
		let output = change(&mut accrual);
		Self::record(who, accrual);
		output
	}

	fn settled(accrual: AccrualOf<T>) -> AccrualOf<T> {
		let ended = accrual.last_end(frame_system::Pallet::<T>::block_number());
		let timeline = Self::timeline(accrual.rate_number, ended);
		accrual.settled(&timeline)
	}

	/// LIT units generated for `who` and not minted yet.
	fn pending(who: &T::AccountId) -> Balance {
		Accounts::<T>::get(who).map(|accrual| Self::settled(accrual).pending).unwrap_or_default()
	}

	/// Whether `amount` LIT units can be credited to `who` by themselves.
	fn lands(who: &T::AccountId, amount: Balance) -> bool {
		amount > 0 && T::Lit::balance(who).saturating_add(amount) >= T::Lit::minimum_balance()
	}

	fn mint(who: &T::AccountId, amount: Balance) -> Balance {
		if !Self::lands(who, amount) {
			return 0;
		}
		// Fails only when the total supply would overflow; the LIT then stays pending.
		let Ok(minted) = T::Lit::mint_into(who, amount) else { return 0 };
		// Below the total issuance, which has just been checked, plus what was burned: 128 bits last.
		Minted::<T>::mutate(|total| *total = total.saturating_add(minted));
		Self::deposit_event(Event::Generated { who: who.clone(), amount: minted });
		minted
	}

	fn record(who: &T::AccountId, accrual: AccrualOf<T>) {
		if accrual.is_empty() {
			Accounts::<T>::remove(who);
		} else {
			Accounts::<T>::insert(who, accrual);
		}
	}
}

impl<T: Config> StakeObserver<T::AccountId> for Pallet<T> {
	fn stake_changed(who: &T::AccountId) {
		let changed = Self::amend(who, |accrual| {
			accrual.stake = T::Stake::stake_of(who);
			accrual.refit(T::LentMin::get() / 2)
		});
		for lease in &changed {
			Self::tell_borrower(lease);
		}
		// Whoever changes stake has weights that know nothing of this.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::stake_changed(changed.len().try_into().unwrap_or(u32::MAX)),
			DispatchClass::Mandatory,
		);
	}
}
