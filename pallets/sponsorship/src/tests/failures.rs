//! Calls that fail cost the plan a fee, so they are counted.

use crate::{mock::*, Refusal, Users};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::economics::LIT;
use sp_runtime::transaction_validity::TransactionValidityError;

fn failures(who: AccountId) -> u32 {
	Users::<Test>::get(0, who).unwrap().failures
}

/// More than anybody has.
fn failing() -> RuntimeCall {
	sponsored(0, transfer(5, 1_000_000 * LIT))
}

#[test]
fn a_failing_call_costs_the_plan_a_fee_and_is_counted() {
	with_plan(|plan| {
		let rich = lit(RICH);

		assert!(transact(RICH, failing()).unwrap().is_err());

		assert_eq!((lit(RICH), nonce(RICH)), (rich, 1));
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
		assert_eq!(failures(RICH), 1);
	});
}

#[test]
fn success_is_not_counted() {
	with_plan(|plan| {
		assert!(transact(RICH, failing()).unwrap().is_err());
		for _ in 0..3 {
			assert_ok!(transact(RICH, sponsored(plan, remark())).unwrap());
		}

		assert_eq!(failures(RICH), 1);
	});
}

#[test]
fn a_user_who_fails_too_often_is_out_for_the_day() {
	with_plan(|plan| {
		for _ in 0..3 {
			assert!(transact(RICH, failing()).unwrap().is_err());
		}
		let out = TransactionValidityError::from(Refusal::TooManyFailures);
		assert_noop!(transact(RICH, sponsored(plan, remark())), out);
		assert_eq!(Sponsorship::allowance(plan, &RICH), 0);
		assert_ok!(transact(POOR, sponsored(plan, remark())).unwrap());

		next_day();

		assert_ok!(transact(RICH, sponsored(plan, remark())).unwrap());
		assert_eq!(failures(RICH), 0);
	});
}

#[test]
fn nothing_but_a_paid_success_takes_a_failure_back() {
	with_plan(|plan| {
		change(plan, |terms| terms.calls = allow(&[(0, None), (2, None), (7, None)]));
		assert!(transact(RICH, failing()).unwrap().is_err());

		// Neither calls that the user pays, nor those inside one that the plan pays.
		let many = vec![sponsored(plan, remark()), sponsored(plan, remark())];
		assert_ok!(transact(RICH, batch(many.clone())).unwrap());
		assert_ok!(transact(RICH, sponsored(plan, batch(many))).unwrap());
		assert_ok!(Sponsorship::sponsored(signed(RICH), plan, Box::new(remark())));

		assert_eq!(failures(RICH), 1);
	});
}
