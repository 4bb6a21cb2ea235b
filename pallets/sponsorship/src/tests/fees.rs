//! Fees of transactions, paid by a plan.

use crate::{mock::*, Error, HoldReason, Payment, Refusal, Users};
use frame_support::{assert_noop, assert_ok, traits::fungible::Credit, weights::Weight};
use pallet_transaction_payment::TxCreditHold;
use popnet_primitives::economics::LIT;
use sp_runtime::{
	traits::{Dispatchable, TransactionExtension},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};

fn refused(refusal: Refusal) -> TransactionValidityError {
	refusal.into()
}

#[test]
fn the_plan_pays_and_the_user_does_not() {
	with_plan(|plan| {
		let (rich, all) = (lit(RICH), issuance());

		assert_ok!(validate(RICH, &sponsored(plan, remark()), extension(0, 0)));
		assert_ok!(transact(RICH, sponsored(plan, remark())).unwrap());

		let paid = last_paid();
		assert!(paid >= LIT_PER_BYTE * u128::from(LENGTH));
		assert_eq!((lit(RICH), issuance()), (rich, all - paid), "fees are burned");
		assert_eq!(funds(plan), FUNDS - paid - USER_DEPOSIT);
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
		assert_eq!(nonce(RICH), 1);
	});
}

#[test]
fn unused_weight_goes_back_to_the_plan() {
	with_plan(|plan| {
		let call = sponsored(plan, remark());
		let highest = fee_of(&call);
		let rich = lit(RICH);

		assert_ok!(transact(RICH, call).unwrap());

		// The account existed: the weight of an introduction was not used.
		assert!(last_paid() < highest);
		let user = Users::<Test>::get(plan, RICH).unwrap();
		assert_eq!((user.spent.amount, user.failures), (last_paid(), 0));
		assert_eq!(Sponsorship::plan(plan).unwrap().spent.amount, last_paid());
		assert_eq!(lit(RICH), rich, "a refund went to the user");
	});
}

#[test]
fn the_call_runs_as_the_user_with_the_users_money() {
	with_plan(|plan| {
		let (rich, all) = (lit(RICH), issuance());

		assert_ok!(transact(RICH, sponsored(plan, transfer(50, 3 * LIT))).unwrap());

		assert_eq!((lit(RICH), lit(50)), (rich - 3 * LIT, 3 * LIT));
		assert_eq!(issuance(), all - last_paid());
	});
}

#[test]
fn a_tip_is_the_users_own() {
	with_plan(|plan| {
		let (rich, tip) = (lit(RICH), LIT / 4);
		let call = sponsored(plan, remark());

		assert_ok!(transact_with(RICH, call.clone(), extension(0, tip)).unwrap());
		assert_eq!(lit(RICH), rich - tip);
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());

		// Who has none cannot give one.
		assert_noop!(
			transact_with(NEW, call, extension(0, tip)),
			TransactionValidityError::from(InvalidTransaction::Payment)
		);
	});
}

#[test]
fn unsponsored_transactions_pay_as_ever() {
	with_plan(|plan| {
		let (rich, fee) = (lit(RICH), fee_of(&remark()));

		assert_ok!(transact(RICH, remark()).unwrap());

		assert_eq!((lit(RICH), funds(plan)), (rich - fee, FUNDS));
	});
}

#[test]
fn an_account_without_lit_is_refused_when_no_plan_pays() {
	with_plan(|_| {
		let payment = TransactionValidityError::from(InvalidTransaction::Payment);

		assert_eq!(validate(POOR, &remark(), extension(0, 0)).unwrap_err(), payment);
		assert_noop!(transact(POOR, remark()), payment);
		assert_noop!(transact(NEW, remark()), payment);
	});
}

#[test]
fn an_account_with_pop_and_no_lit_needs_no_lit() {
	with_plan(|plan| {
		assert_ok!(transact(POOR, sponsored(plan, remark())).unwrap());

		assert_eq!(lit(POOR), 0);
		assert!(last_paid() > 0);
	});
}

#[test]
fn a_batch_of_sponsored_calls_is_paid_by_its_sender() {
	with_plan(|plan| {
		let (rich, call) = (lit(RICH), batch(vec![sponsored(plan, remark())]));
		let fee = fee_of(&call);

		assert_ok!(transact(RICH, call).unwrap());

		assert!(lit(RICH) < rich && lit(RICH) >= rich - fee);
		assert_eq!((funds(plan), Users::<Test>::iter().count()), (FUNDS, 0));
	});
}

#[test]
fn a_sponsored_call_inside_another_is_refused() {
	with_plan(|plan| {
		change(plan, |terms| terms.calls = allow(&[(4, None), (7, None)]));
		let nested = sponsored(plan, sponsored(plan, remark()));
		assert_noop!(transact(RICH, nested.clone()), refused(Refusal::Nested));
		assert_noop!(
			Sponsorship::sponsored(signed(RICH), plan, Box::new(sponsored(plan, remark()))),
			Error::<Test>::Nested
		);

		// Deeper down it is a plain wrapper: the plan pays once, for the outermost call.
		let deep = sponsored(plan, batch(vec![sponsored(plan, remark()), sponsored(9, remark())]));
		assert_ok!(transact(RICH, deep).unwrap());

		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
		assert_eq!(Users::<Test>::get(plan, RICH).unwrap().failures, 0);
	});
}

#[test]
fn a_wrapper_is_paid_only_where_the_plan_lists_it() {
	with_plan(|plan| {
		let call = sponsored(plan, batch(vec![remark()]));
		assert_noop!(transact(RICH, call.clone()), refused(Refusal::CallOutsidePlan));

		change(plan, |terms| terms.calls = allow(&[(7, Some(0))]));

		assert_ok!(transact(RICH, call).unwrap());
	});
}

#[test]
fn calls_outside_the_plan_are_invalid_and_cost_nobody() {
	with_plan(|plan| {
		change(plan, |terms| terms.calls = allow(&[(0, Some(0)), (2, Some(3))]));
		// The same pallet, another call; another pallet, the same call; another contract.
		let force = pallet_balances::Call::<Test>::transfer_allow_death { dest: 5, value: 1 };
		let elsewhere = evm::Call::call { dest: Default::default(), revert: false };
		for call in [remark(), force.into(), elsewhere.into()] {
			let outside = sponsored(plan, call);
			let found = validate(RICH, &outside, extension(0, 0));
			assert_eq!(found.unwrap_err(), refused(Refusal::CallOutsidePlan));
			assert_noop!(transact(RICH, outside), refused(Refusal::CallOutsidePlan));
		}

		let native = evm::Call::call { dest: contract(), revert: false };
		assert_ok!(transact(RICH, sponsored(plan, native.into())).unwrap());
	});
}

#[test]
fn a_filter_on_the_origin_holds_for_the_inner_call() {
	with_plan(|plan| {
		use frame_support::traits::OriginTrait;
		let mut origin = signed(RICH);
		origin.add_filter(|call: &RuntimeCall| !matches!(call, RuntimeCall::Lit(..)));
		let inner = Box::new(transfer(5, LIT));

		let result = RuntimeCall::from(crate::Call::sponsored { plan, call: inner })
			.dispatch(origin)
			.map_err(|error| error.error);

		assert_eq!(result, Err(frame_system::Error::<Test>::CallFiltered.into()));
		assert_eq!(lit(5), 0);
	});
}

#[test]
fn the_credit_is_that_of_the_inner_charge() {
	type Charge = <Test as pallet_transaction_payment::Config>::OnChargeTransaction;
	fn same<Credit: frame_support::traits::SuppressedDrop<Inner = Inner>, Inner>() {}

	// Contracts ask for exactly this of the fee's credit.
	same::<<Charge as TxCreditHold<Test>>::Credit, Credit<AccountId, Lit>>();
	same::<<Charge as TxCreditHold<Test>>::Credit, Credit<AccountId, Guarded>>();
}

#[test]
fn only_sponsored_transactions_weigh_more() {
	build_and_execute(|| {
		let weight = |call: RuntimeCall| extension(0, 0).0.weight(&call);
		let plain = frame_system::CheckNonce::<Test>::from(0).weight(&remark());
		let (pay, introduce, look_up) = {
			use crate::WeightInfo;
			(<()>::pay(), <()>::introduce(), <()>::look_up())
		};

		assert_eq!(weight(remark()), plain);
		assert_eq!(weight(sponsored(0, remark())), plain + pay + introduce);
		assert_eq!(weight(eth_call(Default::default())), plain + look_up);
		assert!(introduce.all_gt(Weight::zero()));
	});
}

#[test]
fn a_plan_closed_by_its_own_transaction_pays_and_returns_the_rest() {
	with_plan(|plan| {
		change(plan, |terms| terms.calls = allow(&[(4, None)]));
		let before = lit(SPONSOR) + FUNDS + PLAN_DEPOSIT;
		let close = crate::Call::close { plan, users: 9 }.into();

		assert_ok!(transact(SPONSOR, sponsored(plan, close)).unwrap());

		assert_eq!(Sponsorship::plan(plan), None);
		assert_eq!(lit(SPONSOR), before - last_paid());
		assert_eq!(held(HoldReason::Plan, SPONSOR), 0);
	});
}

#[test]
fn a_record_removed_by_its_own_transaction_stays_removed() {
	with_plan(|plan| {
		change(plan, |terms| terms.calls = allow(&[(4, None)]));
		let close = crate::Call::close { plan, users: 0 }.into();
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, RICH));
		assert_ok!(transact(SPONSOR, sponsored(plan, close)).unwrap());

		assert!(Sponsorship::plan(plan).is_some());
		assert_ok!(Sponsorship::forget(signed(RICH), plan, SPONSOR));
		assert_ok!(Sponsorship::forget(signed(RICH), plan, RICH));

		assert_eq!(lit(SPONSOR), 1_000 * LIT - last_paid());
	});
}

#[test]
fn a_payment_of_somebody_else_is_not_taken() {
	with_plan(|plan| {
		let sponsor = SPONSOR;
		let payment = Payment { plan, sponsor, who: RICH, fee: 0, manner: crate::Manner::Named };
		crate::Current::<Test>::put(payment.clone());

		assert_ok!(Sponsorship::sponsored(signed(POOR), plan, Box::new(remark())));
		assert_eq!(crate::Current::<Test>::get(), Some(payment));
		assert_ok!(Sponsorship::sponsored(signed(RICH), plan, Box::new(remark())));

		assert_eq!(crate::Current::<Test>::get(), None);
	});
}
