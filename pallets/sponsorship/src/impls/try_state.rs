//! The invariants of the header.

use crate::{Bindings, Config, Current, HoldReason, NextPlan, Pallet, Plans, Users};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use popnet_primitives::Balance;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks that records and holds agree, in both directions, and that records belong together.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		ensure!(!Current::<T>::exists(), "a payment has outlived its transaction");
		Self::check_records()?;
		Self::check_holds()
	}

	fn check_records() -> Result<(), TryRuntimeError> {
		let (next, today) = (NextPlan::<T>::get(), Self::today());
		for (id, plan) in Plans::<T>::iter() {
			ensure!(id < next, "a plan has a number that is to come");
			ensure!(plan.spent.day <= today, "a plan has spent on a day that is to come");
			ensure!(plan.terms.are_in_order(), "the limits of a plan are out of order");
			ensure!(plan.terms.allow_something(), "a plan allows nothing");
			let users = Users::<T>::iter_key_prefix(id).count();
			ensure!(u32::try_from(users) == Ok(plan.users), "user records are miscounted");
		}
		for (id, _, user) in Users::<T>::iter() {
			ensure!(Plans::<T>::contains_key(id), "a user record has no plan");
			ensure!(user.spent.day <= today, "a user has spent on a day that is to come");
		}
		for binding in Bindings::<T>::iter_values() {
			ensure!(binding.plan < next, "a binding is to a plan that is to come");
		}
		Ok(())
	}

	fn check_holds() -> Result<(), TryRuntimeError> {
		let mut funds = BTreeMap::<T::AccountId, Balance>::new();
		let mut deposits = BTreeMap::<T::AccountId, Balance>::new();
		let add = |sums: &mut BTreeMap<T::AccountId, Balance>, who: T::AccountId, amount| {
			let sum = sums.entry(who).or_default();
			*sum = sum.saturating_add(amount);
		};
		for (id, plan) in Plans::<T>::iter() {
			add(&mut funds, plan.sponsor.clone(), plan.funds);
			add(&mut deposits, plan.sponsor.clone(), plan.deposit);
			for user in Users::<T>::iter_prefix_values(id) {
				add(&mut deposits, plan.sponsor.clone(), user.deposit);
			}
		}
		for binding in Bindings::<T>::iter_values() {
			add(&mut deposits, binding.owner, binding.deposit);
		}
		let accounts: BTreeSet<_> = frame_system::Account::<T>::iter_keys()
			.chain(funds.keys().cloned())
			.chain(deposits.keys().cloned())
			.collect();
		for who in accounts {
			for (reason, sums) in [(HoldReason::Plan, &funds), (HoldReason::Deposit, &deposits)] {
				let recorded = sums.get(&who).copied().unwrap_or_default();
				let held = T::Lit::balance_on_hold(&reason.into(), &who);
				ensure!(held == recorded, "what is on hold is not what is recorded");
			}
		}
		Ok(())
	}
}
