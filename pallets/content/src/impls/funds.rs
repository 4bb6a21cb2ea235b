//! Every movement of POP and LIT.

use crate::{Config, Event, HoldReason, Item, Pallet, Rest, Tip};
use frame_support::{
	defensive,
	traits::{
		fungible::{Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
		Get,
	},
};
use popnet_primitives::{content::ContentId, AccountId, Balance};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Puts `deposit` on hold.
	pub(crate) fn hold_deposit(owner: &AccountId, deposit: Balance) -> DispatchResult {
		T::Currency::hold(&HoldReason::ContentDeposit.into(), owner, deposit)
	}

	/// Releases the rest of the deposit of `item`, which has ended now, or locks all of it. The caller
	/// stores the item. When the release fails, which the invariants exclude, the rest stays on
	/// record and can be reclaimed.
	pub(crate) fn settle(id: ContentId, item: &mut Item, rest: Rest) {
		let now = Self::now();
		match rest {
			Rest::Locked => {
				item.reclaimable_at = Some(now.saturating_add(T::AppealPeriod::get()));
			}
			Rest::Released => {
				let rest = item.rest();
				if Self::release(id, item, rest).is_err() {
					defensive!("a recorded deposit is on hold");
					item.reclaimable_at = Some(now);
				}
			}
		}
	}

	/// Releases `amount` of the deposit of `item`, which the caller stores.
	pub(crate) fn release(id: ContentId, item: &mut Item, amount: Balance) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let reason = HoldReason::ContentDeposit.into();
		T::Currency::release(&reason, &item.owner, amount, Precision::Exact)?;
		item.deposit = item.deposit.saturating_sub(amount);
		let owner = item.owner.clone();
		Self::deposit_event(Event::DepositReturned { id, owner, deposit: amount });
		Ok(())
	}

	/// Pays and burns the parts of a tip. The viewer's LIT account stays alive: a tip neither loses dust
	/// nor lets the account start anew with its first nonce.
	pub(crate) fn pay_tip(viewer: &AccountId, owner: &AccountId, tip: Tip) -> DispatchResult {
		let keep = Preservation::Preserve;
		T::Lit::transfer(viewer, owner, tip.received, keep)?;
		T::Lit::burn_from(viewer, tip.burned, keep, Precision::Exact, Fortitude::Polite)?;
		Ok(())
	}
}
