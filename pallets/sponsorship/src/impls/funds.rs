//! Every movement of LIT.

use crate::{Config, HoldReason, Pallet};
use frame_support::{
	defensive,
	traits::{
		fungible::{MutateHold, UnbalancedHold},
		tokens::{Fortitude, Precision},
	},
};
use popnet_primitives::Balance;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Puts free LIT of `who` on hold.
	pub(crate) fn hold(reason: HoldReason, who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Lit::hold(&reason.into(), who, amount)
	}

	/// Returns LIT on hold to the free balance of `who`.
	pub(crate) fn release(
		reason: HoldReason,
		who: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		T::Lit::release(&reason.into(), who, amount, Precision::Exact).map(|_| ())
	}

	/// Turns funds of a plan of `sponsor` into a deposit.
	pub(crate) fn lock(sponsor: &T::AccountId, amount: Balance) -> DispatchResult {
		Self::shift(sponsor, HoldReason::Plan, HoldReason::Deposit, amount)
	}

	/// Turns a deposit of `sponsor` into funds of a plan.
	pub(crate) fn unlock(sponsor: &T::AccountId, amount: Balance) -> DispatchResult {
		Self::shift(sponsor, HoldReason::Deposit, HoldReason::Plan, amount)
	}

	/// Burns funds of a plan of `sponsor`.
	pub(crate) fn burn(sponsor: &T::AccountId, amount: Balance) -> DispatchResult {
		let reason = HoldReason::Plan.into();
		T::Lit::burn_held(&reason, sponsor, amount, Precision::Exact, Fortitude::Force).map(|_| ())
	}

	/// Burns `paid` of what was set aside of a plan that the transaction itself has closed, and returns
	/// `rest` to its sponsor.
	pub(crate) fn burn_and_return(sponsor: &T::AccountId, paid: Balance, rest: Balance) {
		if Self::burn(sponsor, paid).is_err() {
			defensive!("what was set aside is on hold");
		}
		// Less than an account must have cannot be returned to one without free LIT.
		if Self::release(HoldReason::Plan, sponsor, rest).is_err()
			&& Self::burn(sponsor, rest).is_err()
		{
			defensive!("what was set aside is on hold");
		}
	}

	/// From one hold to the other without touching the free balance, which may be too low to take part:
	/// an account with LIT on hold may have none that is free. Raises first, so that the account never
	/// looks empty.
	fn shift(
		who: &T::AccountId,
		from: HoldReason,
		to: HoldReason,
		amount: Balance,
	) -> DispatchResult {
		frame_support::storage::with_storage_layer(|| {
			T::Lit::increase_balance_on_hold(&to.into(), who, amount, Precision::Exact)?;
			T::Lit::decrease_balance_on_hold(&from.into(), who, amount, Precision::Exact)?;
			Ok::<_, DispatchError>(())
		})
	}
}
