//! Every movement of POP.

use crate::{Config, CreditOf, HoldReason, Owed, Pallet};
use frame_support::{
	storage::with_storage_layer,
	traits::{
		fungible::{Balanced, Inspect, Mutate, MutateHold},
		tokens::{Precision, Preservation},
		Get, Imbalance,
	},
};
use popnet_primitives::{
	rewards::{Compound, Destination, PaidTo},
	Balance,
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The account that holds what is to be paid.
	pub fn pot() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// POP units of the pot that belong to no account and do not keep it alive: the treasury's.
	pub(crate) fn surplus() -> Balance {
		T::Currency::balance(&Self::pot())
			.saturating_sub(Owed::<T>::get())
			.saturating_sub(T::Currency::minimum_balance())
	}

	/// Gives the treasury what belongs to it.
	pub(crate) fn sweep() {
		let surplus = Self::surplus();
		if surplus == 0 {
			return;
		}
		let (pot, treasury) = (Self::pot(), T::Treasury::get());
		// Fails when a treasury without account would get less than one has to hold. It then stays
		// in the pot as surplus, which the next sweep finds.
		let _ = T::Currency::transfer(&pot, &treasury, surplus, Preservation::Preserve);
	}

	/// Puts a credit in the pot.
	pub(crate) fn take_in(credit: CreditOf<T>) {
		if credit.peek() == 0 {
			return;
		}
		// Fails when a pot that is not alive would get less than keeps it alive; the treasury may
		// be alive. If not that either, dropping the credit takes it from the issuance again.
		if let Err(credit) = T::Currency::resolve(&Self::pot(), credit) {
			let _ = T::Currency::resolve(&T::Treasury::get(), credit);
		}
	}

	/// Counts POP of the pot as belonging to accounts.
	pub(crate) fn owe(amount: Balance) {
		// Below the issuance.
		Owed::<T>::mutate(|owed| *owed = owed.saturating_add(amount));
	}

	/// Counts it as belonging to accounts no longer.
	pub(crate) fn owe_less(amount: Balance) {
		// Every amount that leaves was owed before: see the invariants.
		Owed::<T>::mutate(|owed| *owed = owed.saturating_sub(amount));
	}

	/// Pays `amount`, and bonds it if the account wants that. All or nothing: when it fails, the
	/// account cannot receive the amount.
	pub(crate) fn hand_over(who: &T::AccountId, amount: Balance) -> Result<PaidTo, DispatchError> {
		with_storage_layer(|| {
			T::Currency::transfer(&Self::pot(), who, amount, Preservation::Preserve)
		})?;
		if Self::destination_of(who) == Destination::Free {
			return Ok(PaidTo::Free);
		}
		match with_storage_layer(|| T::Compound::compound(who, amount)) {
			Ok(()) => Ok(PaidTo::Compounded),
			Err(_) => Ok(PaidTo::NotCompounded),
		}
	}

	/// Puts free POP of `who` on hold.
	pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::Compounding.into(), who, amount)
	}

	/// Returns POP on hold to the free balance of `who`.
	pub(crate) fn release(who: &T::AccountId, amount: Balance) -> DispatchResult {
		let reason = HoldReason::Compounding.into();
		T::Currency::release(&reason, who, amount, Precision::Exact).map(|_| ())
	}
}
