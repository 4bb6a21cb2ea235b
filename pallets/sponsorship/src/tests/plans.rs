//! Opening, funding, changing and closing plans.

use crate::{mock::*, Audience, Error, HoldReason, NextPlan, Plans, State, Terms, TermsOf, Users};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use popnet_primitives::economics::LIT;
use sp_runtime::{DispatchError, TokenError};

type Refused = Error<Test>;

#[test]
fn opening_puts_funds_and_deposit_on_hold() {
	build_and_execute(|| {
		let before = lit(SPONSOR);

		let plan = open(terms());

		assert_eq!(held(HoldReason::Plan, SPONSOR), FUNDS);
		assert_eq!(held(HoldReason::Deposit, SPONSOR), PLAN_DEPOSIT);
		assert_eq!(lit(SPONSOR), before - FUNDS - PLAN_DEPOSIT);
		assert_eq!((funds(plan), NextPlan::<Test>::get()), (FUNDS, plan + 1));
	});
}

#[test]
fn open_fails_when_the_sponsor_has_too_little() {
	build_and_execute(|| {
		let all = Box::new(terms());
		assert_noop!(
			Sponsorship::open(signed(SPONSOR), all.clone(), 1_000 * LIT),
			TokenError::FundsUnavailable
		);
		assert_noop!(
			Sponsorship::open(signed(NEW), all, 0),
			DispatchError::Token(TokenError::FundsUnavailable)
		);
	});
}

#[test]
fn open_fails_when_there_are_no_numbers_left() {
	build_and_execute(|| {
		NextPlan::<Test>::put(u32::MAX);

		assert_noop!(
			Sponsorship::open(signed(SPONSOR), Box::new(terms()), 0),
			Refused::TooManyPlans
		);
	});
}

#[test]
fn open_and_change_fail_when_the_terms_are_of_no_use() {
	fn refused(change: impl FnOnce(&mut TermsOf<Test>), error: Refused) {
		let error = DispatchError::from(error);
		with_plan(|plan| {
			skip(10);
			let mut bad = terms();
			change(&mut bad);
			let open = Sponsorship::open(signed(SPONSOR), Box::new(bad.clone()), 0);
			let change = Sponsorship::change(signed(SPONSOR), plan, Box::new(bad));
			assert_eq!((open, change), (Err(error), Err(error)));
		});
	}
	refused(|terms| (terms.calls, terms.contracts) = Default::default(), Refused::NothingAllowed);
	refused(|terms| terms.fee_max = 0, Refused::LimitsOutOfOrder);
	refused(|terms| terms.fee_max = terms.user_day_max + 1, Refused::LimitsOutOfOrder);
	refused(|terms| terms.user_day_max = terms.day_max + 1, Refused::LimitsOutOfOrder);
	refused(|terms| terms.failures_max = 0, Refused::LimitsOutOfOrder);
	refused(|terms| terms.users_max = 0, Refused::LimitsOutOfOrder);
	refused(|terms| terms.last_block = 10, Refused::LastBlockOver);
}

#[test]
fn funding_adds_to_the_funds() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::fund(signed(SPONSOR), plan, LIT));

		assert_eq!(funds(plan), FUNDS + LIT);
		assert_eq!(held(HoldReason::Plan, SPONSOR), FUNDS + LIT);
		assert_noop!(
			Sponsorship::fund(signed(SPONSOR), plan, 10_000 * LIT),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn changing_replaces_the_terms_and_keeps_what_is_spent() {
	with_plan(|plan| {
		assert_ok!(transact(RICH, sponsored(plan, remark())));
		let spent = Plans::<Test>::get(plan).unwrap().spent;

		change(plan, |terms| terms.audience = Audience::Listed);

		let changed = Plans::<Test>::get(plan).unwrap();
		assert_eq!(changed.terms, Terms { audience: Audience::Listed, ..terms() });
		assert_eq!(changed.spent, spent);
		assert!(spent.amount > 0);
	});
}

#[test]
fn strangers_can_neither_fund_nor_change_nor_list() {
	with_plan(|plan| {
		let all = Box::new(terms());
		assert_noop!(Sponsorship::fund(signed(RICH), plan, LIT), Refused::NotSponsor);
		assert_noop!(Sponsorship::change(signed(RICH), plan, all.clone()), Refused::NotSponsor);
		assert_noop!(Sponsorship::admit(signed(RICH), plan, NEW), Refused::NotSponsor);
		assert_noop!(Sponsorship::dismiss(signed(RICH), plan, NEW), Refused::NotSponsor);
		assert_noop!(Sponsorship::close(signed(RICH), plan, 1), Refused::NotAbandoned);
		assert_noop!(Sponsorship::fund(signed(SPONSOR), 7, LIT), Refused::UnknownPlan);
		assert_noop!(Sponsorship::change(signed(SPONSOR), 7, all), Refused::UnknownPlan);
		assert_noop!(Sponsorship::close(signed(SPONSOR), 7, 1), Refused::UnknownPlan);
	});
}

#[test]
fn calls_fail_when_nobody_signs() {
	with_plan(|plan| {
		let (none, root) = (RuntimeOrigin::none, RuntimeOrigin::root);
		let all = Box::new(terms());
		assert_noop!(Sponsorship::open(root(), all.clone(), 0), DispatchError::BadOrigin);
		assert_noop!(Sponsorship::fund(root(), plan, 1), DispatchError::BadOrigin);
		assert_noop!(Sponsorship::change(root(), plan, all), DispatchError::BadOrigin);
		assert_noop!(Sponsorship::close(none(), plan, 1), DispatchError::BadOrigin);
		assert_noop!(Sponsorship::forget(none(), plan, 1), DispatchError::BadOrigin);
		assert_noop!(
			Sponsorship::sponsored(none(), plan, Box::new(remark())),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn closing_returns_all_that_is_left() {
	with_plan(|plan| {
		let before = lit(SPONSOR) + FUNDS + PLAN_DEPOSIT;
		assert_ok!(transact(RICH, sponsored(plan, remark())));

		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 1));

		assert_eq!(Sponsorship::plan(plan), None);
		assert_eq!(lit(SPONSOR), before - last_paid());
		assert_eq!(Users::<Test>::iter().count(), 0);
		assert_eq!(open(terms()), plan + 1, "a number was used twice");
	});
}

#[test]
fn closing_takes_as_many_calls_as_there_are_records() {
	with_plan(|plan| {
		for who in 10..18 {
			assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, who));
		}
		let locked = PLAN_DEPOSIT + 8 * USER_DEPOSIT;
		assert_eq!(held(HoldReason::Deposit, SPONSOR), locked);

		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 2));
		assert_eq!(Sponsorship::plan(plan).map(|plan| (plan.state, plan.users)), {
			Some((State::Closing, 6))
		});
		// No call removes more than the maximum.
		let done = Sponsorship::close(signed(RICH), plan, 1_000).unwrap();
		assert_eq!(done.actual_weight, Some(<() as crate::WeightInfo>::close(CLEAR_MAX)));
		assert_ok!(Sponsorship::close(signed(RICH), plan, 1_000));

		assert_eq!(Sponsorship::plan(plan), None);
		assert_eq!(held(HoldReason::Deposit, SPONSOR), 0);
		assert_eq!(lit(SPONSOR), 1_000 * LIT);
	});
}

#[test]
fn the_last_record_of_a_closing_plan_takes_the_plan_along() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, 10));
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 0));

		assert_ok!(Sponsorship::forget(signed(RICH), plan, 10));

		assert_eq!(Sponsorship::plan(plan), None);
		assert_eq!(lit(SPONSOR), 1_000 * LIT);
	});
}

#[test]
fn a_closing_plan_is_closed_for_everything_else() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, 10));
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 0));

		let all = Box::new(terms());
		assert_noop!(Sponsorship::fund(signed(SPONSOR), plan, 1), Refused::PlanClosing);
		assert_noop!(Sponsorship::change(signed(SPONSOR), plan, all), Refused::PlanClosing);
		assert_noop!(Sponsorship::admit(signed(SPONSOR), plan, 11), Refused::PlanClosing);
		assert_noop!(Sponsorship::dismiss(signed(SPONSOR), plan, 10), Refused::PlanClosing);
		assert_noop!(
			Sponsorship::bind(signed(account_of(&contract())), plan, contract(), None),
			Refused::PlanClosing
		);
	});
}

#[test]
fn anybody_closes_a_plan_that_is_over_for_long() {
	with_plan(|plan| {
		System::set_block_number(1_000 + GRACE);
		assert_noop!(Sponsorship::close(signed(RICH), plan, 1), Refused::NotAbandoned);
		skip(1);

		assert_ok!(Sponsorship::close(signed(RICH), plan, 1));

		assert_eq!(lit(SPONSOR), 1_000 * LIT);
	});
}

#[test]
fn a_sponsor_without_free_lit_gets_everything_back() {
	build_and_execute(|| {
		// A provider that is not LIT lets all LIT be on hold.
		System::inc_providers(&SPONSOR);
		let all = 1_000 * LIT - PLAN_DEPOSIT;
		assert_ok!(Sponsorship::open(signed(SPONSOR), Box::new(terms()), all));
		assert_eq!(lit(SPONSOR), 0);
		assert_ok!(transact(RICH, sponsored(0, remark())));
		next_day();
		assert_ok!(Sponsorship::forget(signed(RICH), 0, RICH));
		let paid = last_paid();

		assert_ok!(Sponsorship::close(signed(SPONSOR), 0, 0));

		assert_eq!(lit(SPONSOR), 1_000 * LIT - paid);
		assert_eq!(issuance(), 2_000 * LIT + LIT_MINIMUM - paid);
		assert!(Lit::total_balance(&SPONSOR) == lit(SPONSOR));
	});
}
