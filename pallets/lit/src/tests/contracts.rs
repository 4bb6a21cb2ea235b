//! LIT as contracts see it: what stake has generated counts as balance.

use crate::{mock::*, Accounts, Minted};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	traits::{
		fungible::{Balanced, Inspect, InspectHold, Mutate, MutateHold, Unbalanced},
		tokens::{Fortitude, Precision, Preservation, WithdrawConsequence},
		Imbalance,
	},
};
use popnet_primitives::economics::{LIT, POP};
use sp_runtime::TokenError;

/// Account 1 has no LIT and 10 LIT accrued.
fn staker(test: impl FnOnce()) {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);
		test();
	});
}

/// What contracts ask of their currency.
fn is_currency_of_contracts<Currency>()
where
	Currency: Inspect<AccountId, Balance = u128>
		+ Mutate<AccountId>
		+ MutateHold<AccountId, Reason = RuntimeHoldReason>
		+ Balanced<AccountId>,
{
}

fn spendable(who: AccountId) -> u128 {
	Spendable::reducible_balance(&who, Preservation::Preserve, Fortitude::Polite)
}

#[test]
fn accrued_lit_counts_as_balance_without_being_minted() {
	is_currency_of_contracts::<Spendable>();
	staker(|| {
		endow_lit(9, 100 * LIT);
		assert_storage_noop!({
			assert_eq!(Spendable::balance(&1), 10 * LIT);
			assert_eq!(Spendable::total_balance(&1), 10 * LIT);
			assert_eq!(spendable(1), 10 * LIT - LIT_MINIMUM);
			assert_eq!(Spendable::can_withdraw(&1, 9 * LIT), WithdrawConsequence::Success);
			assert_eq!(Spendable::can_withdraw(&1, 11 * LIT), WithdrawConsequence::BalanceLow);
		});
		assert_eq!((lit(1), Minted::<Test>::get()), (0, 0));
	});
}

#[test]
fn an_account_without_stake_looks_the_same_through_both_currencies() {
	build_and_execute(|| {
		endow_lit(2, 5 * LIT);

		assert_eq!(Spendable::balance(&2), lit(2));
		assert_eq!(spendable(2), 5 * LIT - LIT_MINIMUM);
		assert_eq!(Spendable::balance(&3), 0);
	});
}

#[test]
fn a_storage_deposit_can_come_from_stake_before_the_fee_is_charged() {
	staker(|| {
		let (exact, keep, polite) = (Precision::Exact, Preservation::Preserve, Fortitude::Polite);
		assert_noop!(
			<Lit as Balanced<u64>>::withdraw(&1, 4 * LIT, exact, keep, polite).map(drop),
			TokenError::FundsUnavailable
		);

		let credit = Spendable::withdraw(&1, 4 * LIT, exact, keep, polite).unwrap();

		assert_eq!((credit.peek(), lit(1)), (4 * LIT, 6 * LIT));
		drop(credit);
		assert_eq!(Spendable::total_issuance(), 6 * LIT);
	});
}

#[test]
fn transfers_and_holds_spend_what_is_accrued() {
	staker(|| {
		assert_ok!(Spendable::transfer(&1, &2, 3 * LIT, Preservation::Preserve));
		skip(1);
		assert_ok!(Spendable::hold(&OTHER, &1, 8 * LIT - LIT_MINIMUM));

		assert_eq!((lit(1), lit(2)), (LIT_MINIMUM, 3 * LIT));
		assert_eq!(Spendable::balance_on_hold(&OTHER, &1), 8 * LIT - LIT_MINIMUM);
		assert_noop!(
			Spendable::transfer(&1, &2, LIT, Preservation::Preserve),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn receiving_does_not_count_accrued_lit_twice() {
	staker(|| {
		endow_lit(1, LIT);
		Spendable::mint_into(&1, LIT).unwrap();
		assert_eq!(Spendable::balance(&1), 12 * LIT);

		Spendable::resolve(&1, Spendable::issue(LIT)).unwrap();

		assert_eq!(Spendable::balance(&1), 13 * LIT);
		Generation::settle(&1);
		assert_eq!((lit(1), Spendable::total_issuance()), (13 * LIT, 13 * LIT));
	});
}

#[test]
fn setting_a_balance_means_the_balance_that_is_seen() {
	staker(|| {
		assert_eq!(Spendable::set_balance(&1, 4 * LIT), 4 * LIT);
		assert_eq!((lit(1), Spendable::balance(&1)), (4 * LIT, 4 * LIT));
		skip(1);

		assert_eq!(Spendable::write_balance(&1, 2 * LIT).unwrap(), None);

		assert_eq!((lit(1), Accounts::<Test>::get(1).unwrap().pending), (2 * LIT, 0));
	});
}

#[test]
fn shelved_lit_can_come_from_stake_and_be_restored() {
	staker(|| {
		assert_eq!(Spendable::shelve(&1, 4 * LIT), Ok(4 * LIT));
		assert_eq!((lit(1), Spendable::total_issuance()), (6 * LIT, 6 * LIT));

		assert_eq!(Spendable::restore(&1, 4 * LIT), Ok(4 * LIT));

		assert_eq!((lit(1), Spendable::total_issuance()), (10 * LIT, 10 * LIT));
	});
}

#[test]
fn previews_inside_many_nested_transactions_fall_back_to_the_plain_balance() {
	fn nested(depth: u32, read: &dyn Fn() -> u128) -> u128 {
		use frame_support::storage::{with_transaction, TransactionOutcome};
		if depth == 0 {
			return read();
		}
		with_transaction(|| {
			TransactionOutcome::Commit(Ok::<_, sp_runtime::DispatchError>(nested(depth - 1, read)))
		})
		.unwrap()
	}
	staker(|| {
		assert_eq!(nested(100, &|| Spendable::balance(&1)), 10 * LIT);
		assert_eq!(nested(255, &|| Spendable::balance(&1)), 0);
	});
}
