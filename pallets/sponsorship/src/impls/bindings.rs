//! Which plan pays for Ethereum transactions to a contract.

use crate::{
	types::{Binding, Deployment, PlanId, State},
	Bindings, Config, Contracts, Error, Event, HoldReason, Pallet, Plans,
};
use frame_support::{ensure, traits::Get};
use sp_core::H160;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bind(
		who: T::AccountId,
		id: PlanId,
		contract: H160,
		deployment: Option<Deployment>,
	) -> DispatchResult {
		let speaks_for_it = match deployment {
			None => who == T::Contracts::account_of(&contract),
			Some(deployment) => deployment.address(T::Contracts::address_of(&who)) == contract,
		};
		ensure!(speaks_for_it, Error::<T>::NotDeployer);
		let plan = Plans::<T>::get(id).ok_or(Error::<T>::UnknownPlan)?;
		ensure!(plan.state == State::Open, Error::<T>::PlanClosing);
		ensure!(plan.terms.contracts.contains(&contract), Error::<T>::ContractNotInPlan);

		if let Some(earlier) = Bindings::<T>::get(contract) {
			Self::release(HoldReason::Deposit, &earlier.owner, earlier.deposit)?;
		}
		let deposit = T::BindingDeposit::get();
		Self::hold(HoldReason::Deposit, &who, deposit)?;
		Bindings::<T>::insert(contract, Binding { plan: id, owner: who, deposit });
		Self::deposit_event(Event::Bound { contract, plan: id });
		Ok(())
	}

	pub(crate) fn do_unbind(who: &T::AccountId, contract: H160) -> DispatchResult {
		let binding = Bindings::<T>::get(contract).ok_or(Error::<T>::UnknownBinding)?;
		ensure!(
			binding.owner == *who
				|| *who == T::Contracts::account_of(&contract)
				|| !Plans::<T>::contains_key(binding.plan),
			Error::<T>::NotBindingOwner
		);
		Self::release(HoldReason::Deposit, &binding.owner, binding.deposit)?;
		Bindings::<T>::remove(contract);
		Self::deposit_event(Event::Unbound { contract });
		Ok(())
	}
}
