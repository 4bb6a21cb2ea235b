//! Listing, dismissing and forgetting users.

use crate::{mock::*, Error, HoldReason, Users};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::economics::LIT;

type Refused = Error<Test>;

#[test]
fn admitting_locks_a_deposit_out_of_the_funds() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, NEW));

		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT);
		assert_eq!(held(HoldReason::Plan, SPONSOR), FUNDS - USER_DEPOSIT);
		assert_eq!(held(HoldReason::Deposit, SPONSOR), PLAN_DEPOSIT + USER_DEPOSIT);
		assert_noop!(Sponsorship::admit(signed(SPONSOR), plan, NEW), Refused::AlreadyListed);
	});
}

#[test]
fn admitting_a_known_user_locks_nothing_more() {
	with_plan(|plan| {
		assert_ok!(transact(RICH, sponsored(plan, remark())));
		let (before, spent) = (funds(plan), Users::<Test>::get(plan, RICH).unwrap().spent);

		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, RICH));

		let user = Users::<Test>::get(plan, RICH).unwrap();
		assert_eq!((funds(plan), user.spent, user.listed), (before, spent, true));
	});
}

#[test]
fn admit_fails_when_records_or_funds_do_not_suffice() {
	build_and_execute(|| {
		assert_ok!(Sponsorship::open(signed(SPONSOR), Box::new(terms()), USER_DEPOSIT - 1));
		assert_noop!(Sponsorship::admit(signed(SPONSOR), 0, NEW), Refused::FundsTooLow);
		assert_ok!(Sponsorship::fund(signed(SPONSOR), 0, LIT));
		change(0, |terms| terms.users_max = 1);
		assert_ok!(Sponsorship::admit(signed(SPONSOR), 0, NEW));

		assert_noop!(Sponsorship::admit(signed(SPONSOR), 0, RICH), Refused::TooManyUsers);
	});
}

#[test]
fn dismissing_returns_the_deposit_of_an_unused_record_at_once() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, NEW));

		assert_ok!(Sponsorship::dismiss(signed(SPONSOR), plan, NEW));

		assert_eq!((funds(plan), Users::<Test>::iter().count()), (FUNDS, 0));
		assert_noop!(Sponsorship::dismiss(signed(SPONSOR), plan, NEW), Refused::NotListed);
	});
}

#[test]
fn dismissing_does_not_renew_the_limit_of_a_day() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, RICH));
		assert_ok!(transact(RICH, sponsored(plan, remark())));
		let spent = Users::<Test>::get(plan, RICH).unwrap().spent;

		assert_ok!(Sponsorship::dismiss(signed(SPONSOR), plan, RICH));

		let user = Users::<Test>::get(plan, RICH).unwrap();
		assert_eq!((user.spent, user.listed), (spent, false));
		assert_noop!(Sponsorship::dismiss(signed(SPONSOR), plan, RICH), Refused::NotListed);
		assert_noop!(Sponsorship::forget(signed(POOR), plan, RICH), Refused::RecordInUse);
	});
}

#[test]
fn anybody_forgets_a_record_of_another_day() {
	with_plan(|plan| {
		assert_ok!(transact(RICH, sponsored(plan, remark())));
		let paid = last_paid();
		assert_noop!(Sponsorship::forget(signed(POOR), plan, RICH), Refused::RecordInUse);
		next_day();

		assert_ok!(Sponsorship::forget(signed(POOR), plan, RICH));

		assert_eq!((funds(plan), Users::<Test>::iter().count()), (FUNDS - paid, 0));
		assert_noop!(Sponsorship::forget(signed(POOR), plan, RICH), Refused::UnknownUser);
		assert_noop!(Sponsorship::forget(signed(POOR), 9, RICH), Refused::UnknownPlan);
	});
}

#[test]
fn a_record_of_nothing_but_a_failure_is_kept_for_the_day() {
	with_plan(|plan| {
		assert!(transact(RICH, sponsored(plan, transfer(5, 1_000_000 * LIT))).unwrap().is_err());

		assert_noop!(Sponsorship::forget(signed(POOR), plan, RICH), Refused::RecordInUse);
	});
}

#[test]
fn a_listed_record_is_never_forgotten() {
	with_plan(|plan| {
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, RICH));
		next_day();

		assert_noop!(Sponsorship::forget(signed(POOR), plan, RICH), Refused::RecordInUse);
	});
}
