//! Fees of transactions, paid from what stake has generated.

use crate::{mock::*, Minted};
use frame_support::{
	assert_noop, assert_ok,
	traits::{
		fungible::{Credit, Inspect},
		NoDrop, SuppressedDrop,
	},
	weights::Weight,
};
use pallet_transaction_payment::{TxCreditHold, WeightInfo as _};
use popnet_primitives::economics::{LIT, POP};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn issuance() -> u128 {
	<Lit as Inspect<AccountId>>::total_issuance()
}

fn transfer(to: AccountId, value: u128) -> RuntimeCall {
	pallet_balances::Call::<Test, pallet_balances::Instance2>::transfer_keep_alive {
		dest: to,
		value,
	}
	.into()
}

#[test]
fn a_staker_without_lit_transacts_at_once() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(1);
		let fee = fee_of(&remark());

		assert_ok!(validate(1, &remark()));
		assert_eq!((lit(1), Minted::<Test>::get()), (0, 0), "validation left a trace");
		assert_ok!(transact(1, remark(), 0, None).unwrap());

		assert_eq!(lit(1), LIT - fee);
		assert_eq!((issuance(), Minted::<Test>::get()), (LIT - fee, LIT), "fees are burned");
	});
}

#[test]
fn an_account_without_stake_and_lit_is_refused() {
	build_and_execute(|| {
		assert_eq!(validate(1, &remark()), Err(InvalidTransaction::Payment.into()));
		assert_noop!(
			transact(1, remark(), 0, None),
			TransactionValidityError::from(InvalidTransaction::Payment)
		);
	});
}

#[test]
fn a_fee_never_takes_the_existential_deposit() {
	build_and_execute(|| {
		let fee = fee_of(&remark());
		endow_lit(1, fee + LIT_MINIMUM - 1);
		endow_lit(2, fee + LIT_MINIMUM);

		assert_eq!(validate(1, &remark()), Err(InvalidTransaction::Payment.into()));
		assert_ok!(validate(2, &remark()));
		assert_ok!(transact(2, remark(), 0, None).unwrap());

		assert_eq!(lit(2), LIT_MINIMUM);
	});
}

#[test]
fn balance_and_accrual_pay_together() {
	build_and_execute(|| {
		let fee = fee_of(&remark());
		endow_lit(1, fee / 2);
		bond(1, 1_000 * POP);
		skip(1);

		assert_ok!(transact(1, remark(), 0, None).unwrap());

		assert_eq!(lit(1), fee / 2 + LIT - fee);
	});
}

#[test]
fn the_call_sees_what_stake_has_generated() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);

		assert_ok!(transact(1, transfer(2, 9 * LIT), 0, None).unwrap());

		assert_eq!(lit(2), 9 * LIT);
	});
}

#[test]
fn a_failing_call_pays_and_changes_nothing_else() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(1);
		let call = transfer(2, 50 * LIT);
		let fee = fee_of(&call);

		assert!(transact(1, call, 0, None).unwrap().is_err());

		assert_eq!((lit(1), lit(2)), (LIT - fee, 0));
		assert_eq!(issuance(), LIT - fee);
	});
}

#[test]
fn unused_weight_is_refunded_and_the_tip_is_burned() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);
		let call = transfer(2, LIT);
		let fee = fee_of(&call);
		let tip = LIT / 10;

		assert_ok!(transact(1, call, tip, Some(Weight::zero())).unwrap());

		let paid = 10 * LIT - LIT - lit(1);
		assert!(
			paid >= tip + LIT_PER_BYTE * u128::from(LENGTH),
			"the length fee and the tip are due"
		);
		assert!(paid < fee + tip, "nothing was refunded");
		assert_eq!(issuance(), 10 * LIT - paid);
	});
}

#[test]
fn the_credit_is_that_of_the_inner_charge() {
	type Charge = <Test as pallet_transaction_payment::Config>::OnChargeTransaction;
	fn same<Credit: SuppressedDrop<Inner = Inner>, Inner>() {}

	// Contracts ask for exactly this of the fee's credit, with either currency.
	same::<<Charge as TxCreditHold<Test>>::Credit, Credit<AccountId, Lit>>();
	same::<<Charge as TxCreditHold<Test>>::Credit, Credit<AccountId, Spendable>>();
	same::<NoDrop<Credit<AccountId, Lit>>, Credit<AccountId, Spendable>>();
}

#[test]
fn the_weight_of_a_charge_includes_the_settlement() {
	let charge =
		<Test as pallet_transaction_payment::Config>::WeightInfo::charge_transaction_payment();

	assert_eq!(
		charge,
		<() as pallet_transaction_payment::WeightInfo>::charge_transaction_payment()
			+ <() as crate::WeightInfo>::settle()
	);
}
