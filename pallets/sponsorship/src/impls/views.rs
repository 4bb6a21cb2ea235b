//! What clients can ask.

use crate::{
	types::{PlanId, State},
	Audience, Config, NextPlan, Pallet, PlanOf, Plans, Users,
};
use alloc::vec::Vec;
use frame_support::traits::Get;
use popnet_primitives::Balance;

/// Most plans that one question looks at.
pub const VIEW_MAX: u32 = 1_000;

impl<T: Config> Pallet<T> {
	/// The plan.
	pub fn plan(id: PlanId) -> Option<PlanOf<T>> {
		Plans::<T>::get(id)
	}

	/// LIT units that `who` can still have paid today in any number of transactions, introduction and
	/// all; zero where the plan does not admit the account.
	pub fn allowance(id: PlanId, who: &T::AccountId) -> Balance {
		let Some(plan) = Plans::<T>::get(id) else { return 0 };
		let (terms, today) = (&plan.terms, Self::today());
		let user = Users::<T>::get(id, who);
		let record = user.unwrap_or_default();
		let is_out = plan.state == State::Closing
			|| plan.is_over(frame_system::Pallet::<T>::block_number())
			|| (terms.audience == Audience::Listed && !record.listed)
			|| (!terms.introduces && Self::is_missing(who))
			|| (user.is_none() && plan.users >= terms.users_max)
			|| record.failures_on(today) >= terms.failures_max;
		if is_out {
			return 0;
		}
		let deposit = if user.is_none() { T::UserDeposit::get() } else { 0 };
		// Limits that the sponsor has lowered may lie below what is spent: nothing is left.
		let of_user = terms.user_day_max.saturating_sub(record.spent.on(today));
		let of_day = terms.day_max.saturating_sub(plan.spent.on(today));
		let of_funds = plan.funds.saturating_sub(deposit);
		of_user.min(of_day).min(of_funds)
	}

	/// Plans from number `from` on, of `limit` numbers at most, that would pay a fee of `fee` LIT units
	/// for `call` of `who`.
	pub fn plans_for(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		fee: Balance,
		from: PlanId,
		limit: u32,
	) -> Vec<PlanId> {
		let introduction = if Self::is_missing(who) { T::IntroductionPrice::get() } else { 0 };
		let end = from.saturating_add(limit.min(VIEW_MAX)).min(NextPlan::<T>::get());
		(from..end)
			.filter(|id| {
				let target = super::Target::Call(call);
				Self::admission(*id, who, target, fee, introduction).is_ok()
			})
			.collect()
	}
}
