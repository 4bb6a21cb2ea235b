//! Every movement of POP.

use crate::{Config, Event, HoldReason, Item, Pallet};
use frame_support::{
	defensive,
	traits::{fungible::MutateHold, tokens::Precision},
};
use popnet_primitives::{content::ContentId, AccountId, Balance};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Puts `deposit` on hold.
	pub(crate) fn hold_deposit(owner: &AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::ContentDeposit.into(), owner, deposit)
	}

	/// Returns what is on hold for `item`, which the caller stores afterwards. When the release
	/// fails, which the invariants exclude, the deposit stays on record and can be reclaimed.
	pub(crate) fn return_deposit(id: ContentId, item: &mut Item) {
		let deposit = item.deposit;
		let reason = HoldReason::ContentDeposit.into();
		if T::Currency::release(&reason, &item.owner, deposit, Precision::Exact).is_err() {
			defensive!("a recorded deposit is on hold");
			item.reclaimable_at = Some(Self::now());
			return;
		}
		item.deposit = 0;
		item.reclaimable_at = None;
		Self::deposit_event(Event::DepositReturned { id, owner: item.owner.clone(), deposit });
	}
}
