//! What a transaction asks of a plan, what the plan answers, and how it pays.

use crate::{
	types::{Cost, Manner, Payment, PlanId, Refusal, State, User},
	Audience, Bindings, Call, Config, ContractCall, Contracts, Current, Error, Event, Pallet,
	PaymentOf, PlanOf, Plans, Users, WeightInfo,
};
use frame_support::{
	defensive,
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	ensure,
	traits::{Get, IsSubType},
};
use frame_system::pallet_prelude::OriginFor;
use popnet_primitives::Balance;
use sp_core::H160;
use sp_runtime::{
	traits::{Dispatchable, Zero},
	transaction_validity::TransactionValidityError,
	DispatchErrorWithPostInfo, DispatchResultWithInfo,
};

/// What a transaction asks of plans, as its call alone tells.
pub(crate) enum Ask<'a, Call> {
	/// This plan is to pay for this call, or nobody.
	Named(PlanId, &'a Call),
	/// The plan of this contract may pay.
	Contract(H160),
}

/// What a plan is asked to pay for.
pub(crate) enum Target<'a, Call> {
	/// A call, which a transaction wraps in `sponsored`.
	Call(&'a Call),
	/// An Ethereum transaction to a contract.
	Contract(H160),
}

// Derived ones would ask the same of `Call`.
impl<Call> Clone for Target<'_, Call> {
	fn clone(&self) -> Self {
		*self
	}
}

impl<Call> Copy for Target<'_, Call> {}

impl<Call> Target<'_, Call> {
	/// Whether an Ethereum transaction is to be paid, whose weight knows nothing of plans.
	pub(crate) fn is_contract(&self) -> bool {
		matches!(self, Self::Contract(_))
	}
}

impl<T: Config> Pallet<T> {
	/// What a transaction with `call` asks of plans.
	pub(crate) fn ask(call: &T::RuntimeCall) -> Option<Ask<'_, T::RuntimeCall>> {
		let call = match T::Contracts::inspect(call) {
			Some(ContractCall::Ethereum(contract)) => return Some(Ask::Contract(contract)),
			Some(ContractCall::EthereumRuntime(inner)) => inner,
			_ => call,
		};
		match call.is_sub_type() {
			Some(Call::sponsored { plan, call }) => Some(Ask::Named(*plan, call)),
			_ => None,
		}
	}

	/// What the plan that `call` asks answers to `question`. None where no plan is asked, and where the plan
	/// of a contract refuses: the signer then pays as if it were not bound. A named plan that refuses makes
	/// the transaction invalid.
	pub(crate) fn consult<Answer>(
		call: &T::RuntimeCall,
		question: impl FnOnce(PlanId, Target<'_, T::RuntimeCall>) -> Result<Answer, Refusal>,
	) -> Result<Option<Answer>, TransactionValidityError> {
		match Self::ask(call) {
			None => Ok(None),
			Some(Ask::Named(plan, call)) => Ok(Some(question(plan, Target::Call(call))?)),
			Some(Ask::Contract(contract)) => Ok(Bindings::<T>::get(contract)
				.and_then(|binding| question(binding.plan, Target::Contract(contract)).ok())),
		}
	}

	/// Whether an account has nothing that keeps it alive, so that it cannot send transactions.
	pub(crate) fn is_missing(who: &T::AccountId) -> bool {
		let account = frame_system::Account::<T>::get(who);
		account.providers.is_zero() && account.sufficients.is_zero()
	}

	/// The plan and its record of `who`, if it pays `fee` and `introduction` for `target`.
	pub(crate) fn admission(
		id: PlanId,
		who: &T::AccountId,
		target: Target<'_, T::RuntimeCall>,
		fee: Balance,
		introduction: Balance,
	) -> Result<(PlanOf<T>, Option<User>), Refusal> {
		let plan = Plans::<T>::get(id).ok_or(Refusal::UnknownPlan)?;
		if plan.state == State::Closing {
			return Err(Refusal::UnknownPlan);
		}
		if plan.is_over(frame_system::Pallet::<T>::block_number()) {
			return Err(Refusal::Expired);
		}
		Self::covers(&plan, target)?;
		let user = Users::<T>::get(id, who);
		if plan.terms.audience == Audience::Listed && !user.is_some_and(|user| user.listed) {
			return Err(Refusal::NotListed);
		}
		if introduction > 0 && !plan.terms.introduces {
			return Err(Refusal::NotIntroduced);
		}
		let deposit = if user.is_none() { T::UserDeposit::get() } else { 0 };
		plan.afford(user.as_ref(), &Cost { day: Self::today(), fee, introduction, deposit })?;
		Ok((plan, user))
	}

	fn covers(plan: &PlanOf<T>, target: Target<'_, T::RuntimeCall>) -> Result<(), Refusal> {
		let is_covered = match target {
			Target::Contract(contract) => plan.terms.contracts.contains(&contract),
			Target::Call(call) => {
				if matches!(Self::ask(call), Some(Ask::Named(..))) {
					return Err(Refusal::Nested);
				}
				let contract = match T::Contracts::inspect(call) {
					Some(ContractCall::Native(contract)) => Some(contract),
					_ => None,
				};
				plan.terms.cover(call, contract)
			}
		};
		if is_covered {
			return Ok(());
		}
		Err(Refusal::CallOutsidePlan)
	}

	/// Sets `fee` aside, which [`Pallet::settle`] then burns as far as it is due. Writes nothing if
	/// the plan refuses.
	pub(crate) fn pay(
		id: PlanId,
		who: &T::AccountId,
		target: Target<'_, T::RuntimeCall>,
		fee: Balance,
	) -> Result<PaymentOf<T>, Refusal> {
		let (mut plan, user) = Self::admission(id, who, target, fee, 0)?;
		let mut user = Self::known_or_new(user, &mut plan)?;
		plan.spend(&mut user, Self::today(), fee);
		let manner = match target {
			Target::Contract(_) => Manner::Lent,
			Target::Call(_) => {
				// Taken back when the call succeeds, which alone changes the state.
				user.failures = user.failures.saturating_add(1);
				Manner::Named
			}
		};
		let sponsor = plan.sponsor.clone();
		Plans::<T>::insert(id, plan);
		Users::<T>::insert(id, who, user);
		let payment = Payment { plan: id, sponsor, who: who.clone(), fee, manner };
		Current::<T>::put(payment.clone());
		Ok(payment)
	}

	/// Makes `who` exist for good, at the cost of a plan that will also have to pay `fee`.
	pub(crate) fn introduce(
		id: PlanId,
		who: &T::AccountId,
		target: Target<'_, T::RuntimeCall>,
		fee: Balance,
	) -> Result<(), Refusal> {
		let price = T::IntroductionPrice::get();
		let (mut plan, user) = Self::admission(id, who, target, fee, price)?;
		let mut user = Self::known_or_new(user, &mut plan)?;
		plan.spend(&mut user, Self::today(), price);
		if Self::burn(&plan.sponsor, price).is_err() {
			defensive!("a plan's funds are on hold");
			return Err(Refusal::Exhausted);
		}
		Plans::<T>::insert(id, plan);
		Users::<T>::insert(id, who, user);
		frame_system::Pallet::<T>::inc_sufficients(who);
		Self::deposit_event(Event::Introduced { plan: id, who: who.clone(), price });
		Ok(())
	}

	fn known_or_new(user: Option<User>, plan: &mut PlanOf<T>) -> Result<User, Refusal> {
		match user {
			Some(user) => Ok(user),
			None => Self::new_user(plan).map_err(|_| {
				defensive!("a plan's funds are on hold and were found to suffice");
				Refusal::Exhausted
			}),
		}
	}

	/// Burns `paid` of what was set aside and leaves the rest with the plan.
	pub(crate) fn settle(payment: PaymentOf<T>, paid: Balance) {
		Current::<T>::kill();
		let Payment { plan: id, sponsor, who, fee, .. } = payment;
		let rest = fee.saturating_sub(paid);
		match Plans::<T>::get(id) {
			None => Self::burn_and_return(&sponsor, paid, rest),
			Some(mut plan) => {
				if Self::burn(&sponsor, paid).is_err() {
					defensive!("what was set aside is on hold");
				}
				let today = Self::today();
				// No more than was taken from it when the fee was set aside.
				plan.funds = plan.funds.saturating_add(rest);
				plan.spent.take_back(today, rest);
				Plans::<T>::insert(id, plan);
				// The transaction itself may have removed the record.
				Self::update_user(id, &who, |user| user.spent.take_back(today, rest));
			}
		}
		Self::deposit_event(Event::FeePaid { plan: id, who, fee: paid });
	}

	pub(crate) fn do_sponsored(
		origin: OriginFor<T>,
		who: T::AccountId,
		id: PlanId,
		call: T::RuntimeCall,
	) -> DispatchResultWithInfo<PostDispatchInfo> {
		ensure!(!matches!(Self::ask(&call), Some(Ask::Named(..))), Error::<T>::Nested);
		let is_paid = Current::<T>::get().is_some_and(|payment| {
			payment.manner == Manner::Named && payment.plan == id && payment.who == who
		});
		if is_paid {
			// Whatever the call dispatches is not what the plan was asked for.
			Current::<T>::kill();
		}
		let info = call.get_dispatch_info();
		match call.dispatch(origin) {
			Ok(post_info) => {
				if is_paid {
					Self::update_user(id, &who, |user| {
						user.failures = user.failures.saturating_sub(1);
					});
				}
				Ok(Self::with_own_weight(&info, post_info))
			}
			Err(DispatchErrorWithPostInfo { post_info, error }) => Err(DispatchErrorWithPostInfo {
				post_info: Self::with_own_weight(&info, post_info),
				error,
			}),
		}
	}

	fn update_user(id: PlanId, who: &T::AccountId, change: impl FnOnce(&mut User)) {
		Users::<T>::mutate_exists(id, who, |record| {
			if let Some(user) = record {
				change(user);
			}
		});
	}

	fn with_own_weight(info: &DispatchInfo, post_info: PostDispatchInfo) -> PostDispatchInfo {
		let inner = post_info.calc_actual_weight(info);
		PostDispatchInfo {
			actual_weight: Some(inner.saturating_add(T::WeightInfo::sponsored())),
			pays_fee: post_info.pays_fee(info),
		}
	}
}
