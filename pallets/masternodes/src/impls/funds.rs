//! Every movement of POP.

use crate::{Config, HoldReason, Pallet};
use frame_support::traits::{fungible::MutateHold, tokens::Precision};
use popnet_primitives::{traits::StakeObserver, AccountId, Balance};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Puts `bond` on hold.
	pub(crate) fn hold_bond(node: &AccountId, bond: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::MasternodeBond.into(), node, bond)
	}

	/// Releases exactly `bond`.
	pub(crate) fn release_bond(node: &AccountId, bond: Balance) -> DispatchResult {
		let reason = HoldReason::MasternodeBond.into();
		T::Currency::release(&reason, node, bond, Precision::Exact)?;
		Ok(())
	}

	/// Tells who depends on it that the bond of `node` has changed; after all writes.
	pub(crate) fn bond_changed(node: &AccountId) {
		T::StakeObserver::stake_changed(node);
	}
}
