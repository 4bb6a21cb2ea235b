//! Settling accounts, recording stake, minting.

use crate::{types::Accrual, Accounts, Config, Error, Event, Minted, Pallet, WeightInfo};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::fungible::{Inspect, Mutate},
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
		let mut settled = accrual.settled(Self::current_index());
		let minted = Self::mint(who, settled.pending);
		settled.pending = settled.pending.saturating_sub(minted);
		if settled != accrual {
			Self::record(who, settled);
		}
		minted
	}

	/// LIT units that `who` owns and does not hold for a purpose: the free balance, and what stake
	/// has generated; zero while that is less than an account must have.
	pub fn available(who: &T::AccountId) -> Balance {
		let total = T::Lit::balance(who).saturating_add(Self::pending(who));
		if total < T::Lit::minimum_balance() {
			return 0;
		}
		total
	}

	/// Whether settling `who` now would mint.
	pub(crate) fn would_mint(who: &T::AccountId) -> bool {
		Self::lands(who, Self::pending(who))
	}

	pub(crate) fn do_claim(who: &T::AccountId) -> DispatchResult {
		// The fee of this very call has settled the account already, unless it was free.
		let stake = Accounts::<T>::get(who).map(|accrual| accrual.stake).unwrap_or_default();
		let minted = Self::settle(who);
		ensure!(minted > 0 || stake > 0, Error::<T>::NothingToClaim);
		Ok(())
	}

	/// LIT units generated for `who` and not minted yet.
	fn pending(who: &T::AccountId) -> Balance {
		Accounts::<T>::get(who)
			.map(|accrual| accrual.settled(Self::current_index()).pending)
			.unwrap_or_default()
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

	fn record(who: &T::AccountId, accrual: Accrual) {
		if accrual.is_empty() {
			Accounts::<T>::remove(who);
		} else {
			Accounts::<T>::insert(who, accrual);
		}
	}
}

impl<T: Config> StakeObserver<T::AccountId> for Pallet<T> {
	fn stake_changed(who: &T::AccountId) {
		let accrual = Accounts::<T>::get(who).unwrap_or_default().settled(Self::current_index());
		Self::record(who, Accrual { stake: T::Stake::stake_of(who), ..accrual });
		// Whoever changes stake has weights that know nothing of this.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			T::WeightInfo::stake_changed(),
			DispatchClass::Mandatory,
		);
	}
}
