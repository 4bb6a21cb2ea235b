//! Opening, funding, changing and closing plans.

use crate::{
	types::{Plan, PlanId, Spending, State},
	Config, Error, Event, HoldReason, NextPlan, Pallet, PlanOf, Plans, TermsOf, Users,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use popnet_primitives::Balance;
use sp_runtime::{traits::Saturating, ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_open(
		sponsor: T::AccountId,
		terms: TermsOf<T>,
		funds: Balance,
	) -> DispatchResult {
		Self::ensure_terms(&terms)?;
		let id = NextPlan::<T>::get();
		let next = id.checked_add(1).ok_or(Error::<T>::TooManyPlans)?;
		let deposit = T::PlanDeposit::get();
		Self::hold(HoldReason::Deposit, &sponsor, deposit)?;
		Self::hold(HoldReason::Plan, &sponsor, funds)?;
		NextPlan::<T>::put(next);
		let plan = Plan {
			sponsor: sponsor.clone(),
			terms,
			state: State::Open,
			funds,
			deposit,
			spent: Spending::default(),
			users: 0,
		};
		Plans::<T>::insert(id, plan);
		Self::deposit_event(Event::Opened { plan: id, sponsor, funds });
		Ok(())
	}

	pub(crate) fn do_fund(who: &T::AccountId, id: PlanId, amount: Balance) -> DispatchResult {
		let mut plan = Self::ensure_sponsor(who, id)?;
		plan.funds = plan.funds.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		Self::hold(HoldReason::Plan, who, amount)?;
		Plans::<T>::insert(id, plan);
		Self::deposit_event(Event::Funded { plan: id, amount });
		Ok(())
	}

	pub(crate) fn do_change(who: &T::AccountId, id: PlanId, terms: TermsOf<T>) -> DispatchResult {
		let plan = Self::ensure_sponsor(who, id)?;
		Self::ensure_terms(&terms)?;
		Plans::<T>::insert(id, Plan { terms, ..plan });
		Self::deposit_event(Event::Changed { plan: id });
		Ok(())
	}

	/// Removes up to `limit` user records, then the plan if none is left. Returns the records removed.
	pub(crate) fn do_close(
		who: &T::AccountId,
		id: PlanId,
		limit: u32,
	) -> Result<u32, DispatchError> {
		let mut plan = Plans::<T>::get(id).ok_or(Error::<T>::UnknownPlan)?;
		let abandoned = plan.is_over(
			frame_system::Pallet::<T>::block_number().saturating_sub(T::GraceBlocks::get()),
		);
		ensure!(
			plan.sponsor == *who || plan.state == State::Closing || abandoned,
			Error::<T>::NotAbandoned
		);

		let limit = usize::try_from(limit).unwrap_or(usize::MAX);
		let records: Vec<_> = Users::<T>::iter_prefix(id).take(limit).collect();
		let removed = u32::try_from(records.len()).unwrap_or(u32::MAX);
		let mut unlocked: Balance = 0;
		for (user, record) in records {
			unlocked = unlocked.checked_add(record.deposit).ok_or(ArithmeticError::Overflow)?;
			Users::<T>::remove(id, user);
		}
		Self::unlock(&plan.sponsor, unlocked)?;
		plan.funds = plan.funds.checked_add(unlocked).ok_or(ArithmeticError::Overflow)?;
		plan.users = plan.users.checked_sub(removed).ok_or(ArithmeticError::Underflow)?;
		plan.state = State::Closing;
		Self::keep_or_drop(id, plan)?;
		Ok(removed)
	}

	/// Stores a plan that is being closed, or returns its LIT if it has no user records any more.
	pub(crate) fn keep_or_drop(id: PlanId, plan: PlanOf<T>) -> DispatchResult {
		if plan.users > 0 {
			Self::deposit_event(Event::Closing { plan: id, users: plan.users });
			Plans::<T>::insert(id, plan);
			return Ok(());
		}
		let returned = plan.deposit.checked_add(plan.funds).ok_or(ArithmeticError::Overflow)?;
		// The deposit first: it is large enough for an account without free LIT, funds may not be.
		Self::release(HoldReason::Deposit, &plan.sponsor, plan.deposit)?;
		Self::release(HoldReason::Plan, &plan.sponsor, plan.funds)?;
		Plans::<T>::remove(id);
		Self::deposit_event(Event::Closed { plan: id, returned });
		Ok(())
	}

	/// The plan, which is open and `who`'s.
	pub(crate) fn ensure_sponsor(
		who: &T::AccountId,
		id: PlanId,
	) -> Result<PlanOf<T>, DispatchError> {
		let plan = Plans::<T>::get(id).ok_or(Error::<T>::UnknownPlan)?;
		ensure!(plan.sponsor == *who, Error::<T>::NotSponsor);
		ensure!(plan.state == State::Open, Error::<T>::PlanClosing);
		Ok(plan)
	}

	fn ensure_terms(terms: &TermsOf<T>) -> DispatchResult {
		ensure!(terms.allow_something(), Error::<T>::NothingAllowed);
		ensure!(terms.are_in_order(), Error::<T>::LimitsOutOfOrder);
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(terms.last_block >= now, Error::<T>::LastBlockOver);
		Ok(())
	}
}
