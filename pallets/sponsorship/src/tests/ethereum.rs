//! Ethereum transactions, paid by the plan of their contract or by a plan that they name.

use crate::{
	mock::{evm::Script, *},
	Deployment, Event, HoldReason, PlanId, Refusal, Users,
};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchClass,
	traits::fungible::{InspectHold, Mutate},
};
use popnet_primitives::{economics::LIT, Balance};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// A plan that the contract is bound to.
fn with_binding(test: impl FnOnce(PlanId)) {
	with_plan(|plan| {
		let proof = Some(Deployment::Create { nonce: 0 });
		assert_ok!(Sponsorship::bind(signed(SPONSOR), plan, contract(), proof));
		test(plan);
	});
}

fn stored() -> Balance {
	Lit::balance_on_hold(&evm::HoldReason::Storage.into(), &account_of(&contract()))
}

fn store(amount: Balance) -> RuntimeCall {
	eth_call(Script { store: amount, ..Default::default() })
}

fn plain() -> RuntimeCall {
	eth_call(Script::default())
}

fn times_paid() -> usize {
	System::events()
		.iter()
		.filter(|record| matches!(record.event, RuntimeEvent::Sponsorship(Event::FeePaid { .. })))
		.count()
}

#[test]
fn the_plan_of_the_contract_pays_the_fee() {
	with_binding(|plan| {
		let (rich, all, fee) = (lit(RICH), issuance(), fee_of(&plain()));

		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());

		assert_eq!(lit(RICH), rich);
		assert!(last_paid() < fee, "nothing of the unused weight went back");
		assert_eq!(issuance(), all - last_paid());
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
		let user = Users::<Test>::get(plan, RICH).unwrap();
		assert_eq!((user.spent.amount, user.failures), (last_paid(), 0));
	});
}

#[test]
fn an_unbound_contract_is_paid_by_the_signer() {
	with_plan(|plan| {
		let (rich, all) = (lit(RICH), issuance());

		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());

		assert_eq!(rich - lit(RICH), all - issuance());
		assert_eq!((funds(plan), times_paid()), (FUNDS, 0));
		assert_noop!(
			eth_transact(NEW, plain(), 0),
			TransactionValidityError::from(InvalidTransaction::Payment)
		);
	});
}

#[test]
fn the_signer_pays_what_the_plan_refuses() {
	with_binding(|plan| {
		change(plan, |terms| terms.fee_max = 1);
		let rich = lit(RICH);

		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());

		assert!(lit(RICH) < rich);
		assert_eq!((funds(plan), times_paid(), Users::<Test>::iter().count()), (FUNDS, 0, 0));
		assert_noop!(
			eth_transact(NEW, plain(), 0),
			TransactionValidityError::from(InvalidTransaction::Payment)
		);
	});
}

#[test]
fn a_binding_pays_nothing_once_its_plan_ends_or_drops_the_contract() {
	with_binding(|plan| {
		change(plan, |terms| terms.contracts = Default::default());
		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());
		change(plan, |terms| terms.contracts = super::super::mock::terms().contracts);
		System::set_block_number(1_001);
		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 0));
		assert_ok!(eth_transact(RICH, plain(), 0).unwrap());

		assert_eq!(times_paid(), 0);
	});
}

#[test]
fn the_first_ethereum_transaction_of_an_empty_account_passes() {
	with_binding(|plan| {
		let all = issuance();
		assert!(!exists(NEW));

		assert_ok!(eth_transact(NEW, plain(), 0).unwrap());

		assert_eq!((nonce(NEW), lit(NEW)), (1, 0));
		assert_eq!(issuance(), all - PRICE - last_paid());
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - PRICE - last_paid());
	});
}

#[test]
fn a_storage_deposit_is_the_signers() {
	with_binding(|plan| {
		let (rich, deposit) = (lit(RICH), LIT / 50);

		assert_ok!(eth_transact(RICH, store(deposit), 0).unwrap());

		assert_eq!((stored(), lit(RICH)), (deposit, rich - deposit));
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
	});
}

#[test]
fn a_signer_without_lit_cannot_store_at_the_cost_of_the_plan() {
	with_binding(|plan| {
		let all = issuance();

		// The fee has room for the deposit; the contract call fails nevertheless.
		assert_ok!(eth_transact(NEW, store(1_000), 0).unwrap());

		assert_eq!((stored(), lit(NEW)), (0, 0));
		assert_eq!(issuance(), all - PRICE - last_paid());
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - PRICE - last_paid());
	});
}

#[test]
fn accounts_are_not_created_at_the_cost_of_the_plan() {
	with_binding(|plan| {
		let create = eth_call(Script { create: Some(77), ..Default::default() });
		assert_ok!(eth_transact(NEW, create.clone(), 0).unwrap());
		assert!(!exists(77));
		let rich = lit(RICH);

		assert_ok!(eth_transact(RICH, create, 0).unwrap());

		assert_eq!((lit(77), lit(RICH)), (LIT_MINIMUM, rich - LIT_MINIMUM));
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
	});
}

#[test]
fn the_deposit_that_the_signer_gave_is_used_first_and_returned() {
	with_binding(|_| {
		let (rich, given) = (lit(RICH), LIT);

		assert_ok!(eth_transact(RICH, store(LIT / 4), given).unwrap());
		assert_eq!((stored(), lit(RICH)), (LIT / 4, rich - LIT / 4));
		assert_ok!(eth_transact(RICH, plain(), given).unwrap());

		assert_eq!(lit(RICH), rich - LIT / 4);
	});
}

#[test]
fn a_freed_deposit_goes_to_the_signer_and_nothing_else() {
	with_binding(|plan| {
		assert_ok!(eth_transact(RICH, store(LIT / 20), 0).unwrap());
		let (rich, before, all) = (lit(RICH), funds(plan), issuance());
		let free = eth_call(Script { free: LIT / 20, ..Default::default() });

		assert_ok!(eth_transact(RICH, free, 0).unwrap());

		assert_eq!((stored(), lit(RICH)), (0, rich + LIT / 20));
		assert_eq!((funds(plan), issuance()), (before - last_paid(), all - last_paid()));
	});
}

#[test]
fn storing_and_freeing_over_and_over_gains_nothing() {
	with_binding(|plan| {
		change(plan, |terms| terms.user_day_max = terms.day_max);
		let rich = lit(RICH);
		for _ in 0..10 {
			assert_ok!(eth_transact(RICH, store(LIT / 100), 0).unwrap());
			let free = eth_call(Script { free: LIT / 100, ..Default::default() });
			assert_ok!(eth_transact(RICH, free, 0).unwrap());
		}

		assert_eq!((times_paid(), lit(RICH)), (20, rich));
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
	});
}

#[test]
fn freeing_pays_for_storing_in_the_same_transaction() {
	with_binding(|_| {
		Guarded::mint_into(&NEW, LIT_MINIMUM).unwrap();
		assert_ok!(eth_transact(RICH, store(LIT / 20), 0).unwrap());
		let (free, store) = (LIT / 20, LIT / 30);

		let swap = eth_call(Script { free, store, ..Default::default() });
		assert_ok!(eth_transact(NEW, swap, 0).unwrap());

		assert_eq!((stored(), lit(NEW)), (LIT / 30, LIT_MINIMUM + LIT / 20 - LIT / 30));
	});
}

#[test]
fn a_reverted_transaction_costs_the_plan_its_weight_and_the_signer_nothing() {
	with_binding(|plan| {
		let rich = lit(RICH);
		let revert = eth_call(Script { store: LIT / 20, revert: true, ..Default::default() });

		assert_ok!(eth_transact(RICH, revert, 0).unwrap());

		assert_eq!((stored(), lit(RICH)), (0, rich));
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
		assert_eq!(Users::<Test>::get(plan, RICH).unwrap().failures, 0);
	});
}

/// What the guard is for. Even without it no LIT is made or lost, and no limit is passed.
#[test]
fn without_the_guard_a_plan_would_pay_deposits_up_to_the_fee() {
	with_binding(|plan| {
		let deposit = LIT / 1_000;
		let script = Script { store: deposit, unguarded: true, ..Default::default() };
		let (all, rich) = (issuance(), lit(RICH));

		assert_ok!(eth_transact(RICH, eth_call(script), 0).unwrap());

		assert_eq!((stored(), lit(RICH)), (deposit, rich));
		assert_eq!(funds(plan), FUNDS - USER_DEPOSIT - last_paid());
		assert_eq!(issuance(), all - (last_paid() - deposit));
		assert!(last_paid() <= fee_of(&plain()));
	});
}

#[test]
fn a_native_transaction_is_not_guarded() {
	with_plan(|plan| {
		assert_ok!(transact(RICH, sponsored(plan, remark())).unwrap());
		let credit = <Lit as frame_support::traits::fungible::Balanced<u64>>::issue(LIT);

		assert_ok!(guarded(false, &NEW, credit));

		assert_eq!(lit(NEW), LIT);
	});
}

#[test]
fn an_ethereum_transaction_may_carry_a_sponsored_call() {
	with_plan(|plan| {
		let carry = |call| {
			RuntimeCall::from(evm::Call::eth_substrate_call {
				call: Box::new(sponsored(plan, call)),
			})
		};
		assert_ok!(eth_transact(NEW, carry(remark()), 0).unwrap());
		assert_eq!((nonce(NEW), lit(NEW)), (1, 0));
		assert!(eth_transact(NEW, carry(transfer(5, LIT)), 0).unwrap().is_err());

		assert_eq!(Users::<Test>::get(plan, NEW).unwrap().failures, 1);
		assert_noop!(
			eth_transact(NEW, carry(batch(vec![])), 0),
			TransactionValidityError::from(Refusal::CallOutsidePlan)
		);
	});
}

#[test]
fn work_beside_an_ethereum_transaction_is_registered() {
	with_binding(|_| {
		use crate::WeightInfo;
		let weigh = |who| {
			let before = System::block_weight().total();
			eth_transact(who, plain(), 0).unwrap().unwrap();
			System::block_weight().total() - before
		};
		let (paid, new) = (weigh(RICH), weigh(NEW));
		change(0, |terms| terms.fee_max = 1);
		let unpaid = weigh(RICH);

		assert_eq!(paid, unpaid + <()>::pay());
		assert_eq!(new, paid + <()>::introduce());
		assert!(System::block_weight().get(DispatchClass::Normal).all_gt(<()>::pay()));
	});
}

#[test]
fn what_gas_is_worth_beyond_the_fee_does_not_keep_an_empty_account_out() {
	with_binding(|plan| {
		let all = issuance();
		let refused = TransactionValidityError::from(InvalidTransaction::Payment);
		assert_noop!(eth_transact(NEW, plain(), PRICE), refused);

		assert_ok!(eth_transact(NEW, plain(), PRICE - 1).unwrap());

		assert_eq!((lit(NEW), issuance()), (0, all - PRICE - last_paid()));
		// Once it exists it gives what everybody gives.
		assert_noop!(eth_transact(NEW, plain(), 1), refused);
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
	});
}

#[test]
fn a_deposit_that_an_empty_account_did_not_give_is_not_there() {
	with_binding(|plan| {
		let all = issuance();

		assert_ok!(eth_transact(NEW, store(LIT_MINIMUM), PRICE - 1).unwrap());

		assert_eq!((stored(), lit(NEW)), (0, 0));
		assert_eq!(issuance(), all - PRICE - last_paid());
		assert_eq!(held(HoldReason::Plan, SPONSOR), funds(plan));
	});
}
