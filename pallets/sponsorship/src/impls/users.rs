//! User records: listing, dismissing, forgetting.

use crate::{
	types::{Day, Plan, PlanId, State, User},
	Config, Error, Event, Pallet, PlanOf, Plans, Users,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// Today's number.
	pub fn today() -> Day {
		let day = frame_system::Pallet::<T>::block_number() / T::BlocksPerDay::get();
		day.saturated_into()
	}

	pub(crate) fn do_admit(
		sponsor: &T::AccountId,
		id: PlanId,
		who: &T::AccountId,
	) -> DispatchResult {
		let mut plan = Self::ensure_sponsor(sponsor, id)?;
		let known = Users::<T>::get(id, who);
		ensure!(known.is_none_or(|user| !user.listed), Error::<T>::AlreadyListed);
		let user = match known {
			Some(user) => user,
			None => {
				ensure!(plan.users < plan.terms.users_max, Error::<T>::TooManyUsers);
				ensure!(plan.funds >= T::UserDeposit::get(), Error::<T>::FundsTooLow);
				Self::new_user(&mut plan)?
			}
		};
		Users::<T>::insert(id, who, User { listed: true, ..user });
		Plans::<T>::insert(id, plan);
		Self::deposit_event(Event::Admitted { plan: id, who: who.clone() });
		Ok(())
	}

	pub(crate) fn do_dismiss(
		sponsor: &T::AccountId,
		id: PlanId,
		who: &T::AccountId,
	) -> DispatchResult {
		let plan = Self::ensure_sponsor(sponsor, id)?;
		let user = Users::<T>::get(id, who).ok_or(Error::<T>::NotListed)?;
		ensure!(user.listed, Error::<T>::NotListed);
		let user = User { listed: false, ..user };
		if user.is_stale(Self::today()) {
			Plans::<T>::insert(id, Self::without(plan, id, who, user)?);
		} else {
			Users::<T>::insert(id, who, user);
		}
		Self::deposit_event(Event::Dismissed { plan: id, who: who.clone() });
		Ok(())
	}

	pub(crate) fn do_forget(id: PlanId, who: &T::AccountId) -> DispatchResult {
		let plan = Plans::<T>::get(id).ok_or(Error::<T>::UnknownPlan)?;
		let user = Users::<T>::get(id, who).ok_or(Error::<T>::UnknownUser)?;
		let is_closing = plan.state == State::Closing;
		ensure!(is_closing || user.is_stale(Self::today()), Error::<T>::RecordInUse);
		let plan = Self::without(plan, id, who, user)?;
		Self::deposit_event(Event::Forgotten { plan: id, who: who.clone() });
		if is_closing {
			return Self::keep_or_drop(id, plan);
		}
		Plans::<T>::insert(id, plan);
		Ok(())
	}

	/// A user record, whose deposit is locked out of the plan's funds; neither is stored yet. Callers
	/// have checked that the funds suffice.
	pub(crate) fn new_user(plan: &mut PlanOf<T>) -> Result<User, sp_runtime::DispatchError> {
		let deposit = T::UserDeposit::get();
		let funds = plan.funds.checked_sub(deposit).ok_or(ArithmeticError::Underflow)?;
		let users = plan.users.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Self::lock(&plan.sponsor, deposit)?;
		(plan.funds, plan.users) = (funds, users);
		Ok(User { deposit, ..User::default() })
	}

	/// The plan without a user record, whose deposit becomes funds again; to be stored by the caller.
	fn without(
		plan: PlanOf<T>,
		id: PlanId,
		who: &T::AccountId,
		user: User,
	) -> Result<PlanOf<T>, sp_runtime::DispatchError> {
		let funds = plan.funds.checked_add(user.deposit).ok_or(ArithmeticError::Overflow)?;
		let users = plan.users.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
		Self::unlock(&plan.sponsor, user.deposit)?;
		Users::<T>::remove(id, who);
		Ok(Plan { funds, users, ..plan })
	}
}
