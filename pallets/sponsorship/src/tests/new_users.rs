//! Accounts that have nothing, and what would be tried with them.

use crate::{mock::*, CheckNonceOrSponsored, Event, Refusal, Users};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::economics::LIT;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn introductions() -> usize {
	System::events()
		.iter()
		.filter(|record| {
			matches!(record.event, RuntimeEvent::Sponsorship(Event::Introduced { .. }))
		})
		.count()
}

fn invalid(reason: InvalidTransaction) -> TransactionValidityError {
	reason.into()
}

#[test]
fn the_first_transaction_of_an_empty_account_passes() {
	with_plan(|plan| {
		let (call, all) = (sponsored(plan, remark()), issuance());
		assert!(!exists(NEW));

		assert_ok!(validate(NEW, &call, extension(0, 0)));
		assert!(!exists(NEW), "validation left a trace");
		assert_ok!(transact(NEW, call.clone()).unwrap());

		assert!(exists(NEW));
		assert_eq!((nonce(NEW), lit(NEW)), (1, 0));
		assert_eq!(issuance(), all - PRICE - last_paid());
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - PRICE - last_paid());
		assert_eq!(Users::<Test>::get(plan, NEW).unwrap().spent.amount, PRICE + last_paid());
		assert_ok!(transact(NEW, call).unwrap());
		assert_eq!(introductions(), 1);
	});
}

#[test]
fn an_account_without_lit_can_be_introduced_to_do_what_needs_none() {
	with_plan(|plan| {
		// Its own money is what it has: none.
		assert!(transact(NEW, sponsored(plan, transfer(5, LIT))).unwrap().is_err());

		assert!(exists(NEW));
		assert_eq!((lit(5), lit(NEW)), (0, 0));
	});
}

#[test]
fn a_replayed_transaction_is_stale() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		assert_ok!(transact_with(NEW, call.clone(), extension(0, 0)).unwrap());

		let stale = invalid(InvalidTransaction::Stale);
		assert_eq!(validate(NEW, &call, extension(0, 0)).unwrap_err(), stale);
		assert_noop!(transact_with(NEW, call, extension(0, 0)), stale);
	});
}

#[test]
fn an_introduced_account_cannot_be_reaped_and_its_transactions_not_replayed() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		assert_ok!(transact_with(NEW, call.clone(), extension(0, 0)).unwrap());
		// It gets LIT, so a provider, and moves all of it away again.
		assert_ok!(Lit::transfer_allow_death(signed(RICH), NEW, LIT));
		let away = sponsored(plan, transfer(RICH, LIT));
		assert_ok!(transact_with(NEW, away, extension(1, 0)).unwrap());

		assert_eq!((lit(NEW), System::providers(&NEW)), (0, 0));
		assert!(exists(NEW), "the account was reaped");
		let stale = invalid(InvalidTransaction::Stale);
		assert_noop!(transact_with(NEW, call.clone(), extension(0, 0)), stale);
		assert_ok!(transact_with(NEW, call, extension(2, 0)).unwrap());
		assert_eq!(introductions(), 1);
	});
}

#[test]
fn replaying_a_reaped_account_never_passes_the_limits() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let mut accepted = 0;
		// An account of its own, which its owner reaps to start again with the same signatures.
		for round in 0..30 {
			if System::sufficients(&NEW) == 0 && round < 5 {
				assert_ok!(Lit::transfer_allow_death(signed(RICH), NEW, LIT_MINIMUM));
			}
			accepted += u32::from(transact_with(NEW, call.clone(), extension(0, 0)).is_ok());
			if lit(NEW) > 0 {
				assert_ok!(Lit::transfer_allow_death(signed(NEW), RICH, LIT_MINIMUM));
				assert!(!exists(NEW));
			}
		}

		// Five while it had an account of its own, and once more when the plan made it exist.
		assert_eq!(accepted, 6);
		assert_eq!(introductions(), 1);
		let user = Users::<Test>::get(plan, NEW).unwrap();
		assert_eq!(user.spent.amount, Sponsorship::plan(plan).unwrap().spent.amount);
		assert!(user.spent.amount <= 2 * LIT);
	});
}

#[test]
fn reaping_does_not_renew_the_limit_of_a_day() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		assert_ok!(Lit::transfer_allow_death(signed(RICH), NEW, LIT_MINIMUM));
		while transact(NEW, call.clone()).is_ok() {}
		assert_ok!(Lit::transfer_allow_death(signed(NEW), RICH, LIT_MINIMUM));
		assert!(!exists(NEW));

		let refused = TransactionValidityError::from(Refusal::UserLimit);
		assert_noop!(transact(NEW, call), refused);
	});
}

#[test]
fn a_plan_that_introduces_nobody_refuses_new_accounts() {
	with_plan(|plan| {
		change(plan, |terms| terms.introduces = false);
		let call = sponsored(plan, remark());

		assert_noop!(
			transact(NEW, call.clone()),
			TransactionValidityError::from(Refusal::NotIntroduced)
		);
		assert_ok!(transact(POOR, call).unwrap());
	});
}

#[test]
fn the_price_counts_towards_the_limits() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let fee = fee_of(&call);
		change(plan, |terms| {
			(terms.fee_max, terms.user_day_max) = (fee, fee + PRICE - 1);
		});
		let refused = TransactionValidityError::from(Refusal::UserLimit);
		assert_eq!(validate(NEW, &call, extension(0, 0)).unwrap_err(), refused);
		assert_noop!(transact(NEW, call.clone()), refused);

		change(plan, |terms| terms.user_day_max = fee + PRICE);

		assert_ok!(transact(NEW, call).unwrap());
	});
}

#[test]
fn calls_outside_the_plan_introduce_nobody() {
	with_plan(|plan| {
		let outside = sponsored(plan, batch(vec![]));
		assert_noop!(
			transact(NEW, outside),
			TransactionValidityError::from(Refusal::CallOutsidePlan)
		);
		assert_noop!(
			transact(NEW, sponsored(99, remark())),
			TransactionValidityError::from(Refusal::UnknownPlan)
		);
		// Nor does a batch, which the plan is not asked for.
		assert_noop!(
			transact(NEW, batch(vec![sponsored(plan, remark())])),
			invalid(InvalidTransaction::Payment)
		);
	});
}

#[test]
fn a_new_account_may_send_several_transactions_at_once() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let first = validate(NEW, &call, extension(0, 0)).unwrap();
		let third = validate(NEW, &call, extension(2, 0)).unwrap();

		assert_eq!((first.provides, first.requires), (vec![(NEW, 0u32).encode()], vec![]));
		assert_eq!(third.provides, vec![(NEW, 2u32).encode()]);
		assert_eq!(third.requires, vec![(NEW, 1u32).encode()]);
		assert_noop!(
			transact_with(NEW, call, extension(2, 0)),
			invalid(InvalidTransaction::Future)
		);
	});
}

#[test]
fn tags_are_those_of_an_account_that_exists() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		for nonce in [0, 1, 5] {
			let new = validate(NEW, &call, extension(nonce, 0)).unwrap();
			System::inc_sufficients(&NEW);
			let known = validate(NEW, &call, extension(nonce, 0)).unwrap();
			System::dec_sufficients(&NEW);
			assert_eq!(new, known);
		}
	});
}

#[test]
fn an_account_of_no_references_keeps_its_nonce() {
	with_plan(|plan| {
		// As a contract's creation may leave behind.
		frame_system::Account::<Test>::mutate(NEW, |account| account.nonce = 7);
		let call = sponsored(plan, remark());

		assert_noop!(
			transact_with(NEW, call.clone(), extension(0, 0)),
			invalid(InvalidTransaction::Stale)
		);
		assert_ok!(transact_with(NEW, call, extension(7, 0)).unwrap());

		assert_eq!(nonce(NEW), 8);
	});
}

#[test]
fn nobody_signs_for_whom_there_is_no_nonce() {
	with_plan(|plan| {
		use sp_runtime::traits::{DispatchTransaction, TransactionExtension};
		use sp_runtime::transaction_validity::TransactionSource::InBlock;
		let call = sponsored(plan, remark());
		let check = CheckNonceOrSponsored::<Test>::from(0);
		let info = info_of(&call);

		let refund = check.weight(&call);
		let (pre, _) = check.validate_and_prepare(root(), &call, &info, 0, 0).unwrap();
		let post = CheckNonceOrSponsored::<Test>::post_dispatch_details(
			pre,
			&info,
			&Default::default(),
			0,
			&Ok(()),
		);

		assert!(post.unwrap().all_lte(refund));
		assert!(CheckNonceOrSponsored::<Test>::from(0)
			.validate_only(root(), &call, &info, 0, InBlock, 0)
			.is_ok());
	});

	fn root() -> RuntimeOrigin {
		RuntimeOrigin::root()
	}
}
