//! What a plan pays at most, to whom, and until when.

use crate::{mock::*, Audience, Refusal, Users};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::economics::LIT;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn refused(refusal: Refusal) -> TransactionValidityError {
	refusal.into()
}

/// Refused in the pool as in a block, and without a trace.
fn assert_refused(who: AccountId, call: RuntimeCall, refusal: Refusal) {
	let found = validate(who, &call, extension(nonce(who), 0));
	assert_eq!(found.unwrap_err(), refused(refusal));
	assert_noop!(transact(who, call), refused(refusal));
}

#[test]
fn codes_are_what_clients_know() {
	let codes = [
		(Refusal::UnknownPlan, 101),
		(Refusal::Expired, 102),
		(Refusal::Nested, 103),
		(Refusal::CallOutsidePlan, 104),
		(Refusal::NotListed, 105),
		(Refusal::NotIntroduced, 106),
		(Refusal::FeeTooHigh, 107),
		(Refusal::TooManyFailures, 108),
		(Refusal::UserLimit, 109),
		(Refusal::DayLimit, 110),
		(Refusal::Full, 111),
		(Refusal::Exhausted, 112),
	];
	for (refusal, code) in codes {
		assert_eq!(refused(refusal), InvalidTransaction::Custom(code).into());
	}
}

#[test]
fn a_fee_above_the_highest_is_refused() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let fee = fee_of(&call);
		change(plan, |terms| terms.fee_max = fee - 1);
		assert_refused(RICH, call.clone(), Refusal::FeeTooHigh);

		change(plan, |terms| terms.fee_max = fee);

		assert_ok!(transact(RICH, call).unwrap());
	});
}

#[test]
fn a_user_spends_no_more_than_the_limit_of_a_day() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let mut sent = 0;
		while transact(RICH, call.clone()).is_ok() {
			sent += 1;
		}
		let spent = Users::<Test>::get(plan, RICH).unwrap().spent.amount;
		assert!(spent <= 2 * LIT && spent + fee_of(&call) > 2 * LIT);
		assert!(sent > 10);
		assert_refused(RICH, call.clone(), Refusal::UserLimit);
		assert_ok!(transact(POOR, call.clone()).unwrap());

		next_day();

		assert_ok!(transact(RICH, call).unwrap());
		assert_eq!(Users::<Test>::get(plan, RICH).unwrap().spent.amount, last_paid());
	});
}

#[test]
fn all_users_together_spend_no_more_than_the_limit_of_a_day() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let fee = fee_of(&call);
		change(plan, |terms| {
			(terms.fee_max, terms.user_day_max, terms.day_max) = (fee, fee, 2 * fee - 1);
		});
		assert_ok!(transact(RICH, call.clone()).unwrap());
		assert_ok!(transact(POOR, call.clone()).unwrap());
		assert_refused(SPONSOR, call.clone(), Refusal::DayLimit);

		next_day();

		assert_ok!(transact(SPONSOR, call).unwrap());
	});
}

#[test]
fn many_new_keys_share_the_limit_of_a_day() {
	with_plan(|plan| {
		change(plan, |terms| terms.users_max = u32::MAX);
		let mut accepted = 0;
		for who in NEW..NEW + 100 {
			accepted += u32::from(transact(who, sponsored(plan, remark())).is_ok());
		}

		let plan = Sponsorship::plan(plan).unwrap();
		assert!(plan.spent.amount <= 5 * LIT);
		assert!(accepted > 10 && accepted < 20);
		assert_eq!(plan.users, accepted);
	});
}

#[test]
fn a_plan_has_no_more_user_records_than_it_wants() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		change(plan, |terms| terms.users_max = 1);
		assert_ok!(transact(RICH, call.clone()).unwrap());
		assert_refused(POOR, call.clone(), Refusal::Full);
		assert_ok!(transact(RICH, call.clone()).unwrap());

		next_day();
		assert_ok!(Sponsorship::forget(signed(POOR), plan, RICH));

		assert_ok!(transact(POOR, call).unwrap());
	});
}

#[test]
fn an_exhausted_plan_pays_nothing() {
	build_and_execute(|| {
		let call = sponsored(0, remark());
		let enough = fee_of(&call) + USER_DEPOSIT;
		assert_ok!(Sponsorship::open(signed(SPONSOR), Box::new(terms()), enough - 1));
		assert_refused(RICH, call.clone(), Refusal::Exhausted);
		assert_ok!(Sponsorship::fund(signed(SPONSOR), 0, 1));

		assert_ok!(transact(RICH, call.clone()).unwrap());

		assert_refused(RICH, call, Refusal::Exhausted);
		assert!(funds(0) < LIT_PER_BYTE * u128::from(LENGTH));
	});
}

#[test]
fn a_plan_pays_until_its_last_block() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		System::set_block_number(1_000);
		assert_ok!(transact(RICH, call.clone()).unwrap());
		skip(1);
		assert_refused(RICH, call.clone(), Refusal::Expired);

		change(plan, |terms| terms.last_block = 1_001);

		assert_ok!(transact(RICH, call).unwrap());
	});
}

#[test]
fn a_plan_closed_while_a_transaction_waits_pays_nothing() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, POOR));
		assert_ok!(validate(RICH, &call, extension(0, 0)));

		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 0));
		assert_refused(RICH, call.clone(), Refusal::UnknownPlan);
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 1));

		assert_refused(RICH, call, Refusal::UnknownPlan);
		assert_eq!(lit(SPONSOR), 1_000 * LIT);
	});
}

#[test]
fn a_plan_for_listed_accounts_pays_for_nobody_else() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		change(plan, |terms| terms.audience = Audience::Listed);
		assert_refused(RICH, call.clone(), Refusal::NotListed);
		assert_refused(NEW, call.clone(), Refusal::NotListed);

		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, NEW));
		assert_ok!(transact(NEW, call.clone()).unwrap());
		assert_ok!(Sponsorship::dismiss(signed(SPONSOR), plan, NEW));

		assert_refused(NEW, call, Refusal::NotListed);
	});
}

#[test]
fn terms_take_effect_at_once() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		assert_ok!(transact(RICH, call.clone()).unwrap());
		let spent = last_paid();
		let fee = fee_of(&call);

		change(plan, |terms| {
			(terms.fee_max, terms.user_day_max, terms.day_max) = (fee, fee, fee + spent - 1);
		});
		assert_refused(RICH, call.clone(), Refusal::UserLimit);

		assert_refused(POOR, call, Refusal::DayLimit);
	});
}
