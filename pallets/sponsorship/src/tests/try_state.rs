//! `try_state` finds corrupted state.

use crate::{
	mock::*, Bindings, Current, Deployment, HoldReason, Manner, NextPlan, Payment, Plans, User,
	Users,
};
use frame_support::{
	assert_ok,
	traits::{
		fungible::{MutateHold, UnbalancedHold},
		tokens::Precision,
	},
};

/// A plan with a record and a binding.
fn fails_after(corrupt: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		let plan = open(terms());
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, NEW));
		let proof = Some(Deployment::Create { nonce: 0 });
		assert_ok!(Sponsorship::bind(signed(SPONSOR), plan, contract(), proof));
		Sponsorship::do_try_state().unwrap();
		corrupt();
		assert!(Sponsorship::do_try_state().is_err());
	});
}

fn change_plan(change: impl FnOnce(&mut crate::PlanOf<Test>)) {
	Plans::<Test>::mutate(0, |plan| change(plan.as_mut().unwrap()));
}

fn change_user(change: impl FnOnce(&mut User)) {
	Users::<Test>::mutate(0, NEW, |user| change(user.as_mut().unwrap()));
}

#[test]
fn try_state_fails_when_more_funds_are_recorded_than_held() {
	fails_after(|| change_plan(|plan| plan.funds += 1));
}

#[test]
fn try_state_fails_when_more_funds_are_held_than_recorded() {
	fails_after(|| change_plan(|plan| plan.funds -= 1));
}

#[test]
fn try_state_fails_when_deposits_do_not_match() {
	fails_after(|| change_plan(|plan| plan.deposit -= 1));
	fails_after(|| change_user(|user| user.deposit += 1));
	fails_after(|| Bindings::<Test>::remove(contract()));
}

#[test]
fn try_state_fails_when_lit_is_held_for_somebody_without_a_plan() {
	fails_after(|| {
		Lit::hold(&HoldReason::Plan.into(), &RICH, 5).unwrap();
	});
}

#[test]
fn try_state_fails_when_a_hold_is_lost() {
	fails_after(|| {
		let reason = HoldReason::Deposit.into();
		Lit::decrease_balance_on_hold(&reason, &SPONSOR, 1, Precision::Exact).unwrap();
	});
}

#[test]
fn try_state_fails_when_a_plan_is_lost() {
	fails_after(|| Plans::<Test>::remove(0));
}

#[test]
fn try_state_fails_when_records_are_miscounted() {
	fails_after(|| change_plan(|plan| plan.users = 0));
	fails_after(|| Users::<Test>::insert(0, RICH, User::default()));
}

#[test]
fn try_state_fails_when_a_record_has_no_plan() {
	fails_after(|| Users::<Test>::insert(9, RICH, User::default()));
}

#[test]
fn try_state_fails_when_something_is_of_a_later_day() {
	fails_after(|| change_plan(|plan| plan.spent.day = 1));
	fails_after(|| change_user(|user| user.spent.day = 1));
}

#[test]
fn try_state_fails_when_terms_are_of_no_use() {
	fails_after(|| change_plan(|plan| plan.terms.fee_max = u128::MAX));
	fails_after(|| {
		change_plan(|plan| (plan.terms.calls, plan.terms.contracts) = Default::default())
	});
}

#[test]
fn try_state_fails_when_numbers_are_to_come() {
	fails_after(|| NextPlan::<Test>::put(0));
	fails_after(|| {
		Bindings::<Test>::mutate(contract(), |binding| binding.as_mut().unwrap().plan = 1)
	});
}

#[test]
fn try_state_fails_when_a_payment_outlives_its_transaction() {
	fails_after(|| {
		let (plan, sponsor, who) = (0, SPONSOR, NEW);
		Current::<Test>::put(Payment { plan, sponsor, who, fee: 1, manner: Manner::Named });
	});
}
