//! Accrual, settlement, claims.

use crate::{mock::*, Accounts, Accrual, AccrualOf, Error, Event, Minted, WeightInfo};
use frame_support::{
	assert_noop, assert_ok,
	dispatch::DispatchClass,
	traits::{
		fungible::{BalancedHold, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Restriction},
		Imbalance,
	},
};
use popnet_primitives::{
	economics::{LIT, POP},
	Balance,
};

#[test]
fn stake_generates_lit_from_the_block_of_the_bond() {
	build_and_execute(|| {
		skip(50);
		bond(1, 1_000 * POP);
		assert_eq!(Generation::available(&1), 0);

		skip(10);

		assert_eq!(Generation::available(&1), 10 * LIT);
		assert_eq!(Generation::settle(&1), 10 * LIT);
		assert_eq!((lit(1), Minted::<Test>::get()), (10 * LIT, 10 * LIT));
		assert_eq!(Generation::settle(&1), 0);
		assert_eq!(Generation::available(&1), 10 * LIT);
	});
}

#[test]
fn stake_of_genesis_generates_lit_from_block_zero() {
	build_and_execute(|| {
		System::set_block_number(0);
		bond(1, 1_000 * POP);

		System::set_block_number(7);

		assert_eq!(Generation::available(&1), 7 * LIT);
	});
}

#[test]
fn unbonding_and_slashing_keep_what_was_generated_before() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);
		unbond(1, 400 * POP);
		skip(10);
		slash(1, 100 * POP);
		skip(10);

		assert_eq!(Generation::available(&1), (10 + 6 + 5) * LIT);
	});
}

#[test]
fn every_way_to_change_a_hold_is_observed() {
	build_and_execute(|| {
		let recorded = |who| Accounts::<Test>::get(who).map_or(0, |accrual| accrual.stake) / POP;
		bond(1, 1_000 * POP);

		Observed::set_on_hold(&REASON, &1, 900 * POP).unwrap();
		assert_eq!(recorded(1), 900);

		Observed::burn_held(&REASON, &1, 100 * POP, Precision::Exact, Fortitude::Force).unwrap();
		assert_eq!(recorded(1), 800);

		let (exact, polite) = (Precision::Exact, Fortitude::Polite);
		Observed::transfer_on_hold(&REASON, &1, &2, 300 * POP, exact, Restriction::OnHold, polite)
			.unwrap();
		assert_eq!((recorded(1), recorded(2)), (500, 300));

		let keep = frame_support::traits::tokens::Preservation::Preserve;
		Observed::transfer_and_hold(&REASON, &1, &2, 100 * POP, exact, keep, polite).unwrap();
		assert_eq!((recorded(1), recorded(2)), (500, 400));

		let (credit, missing) = Observed::slash(&REASON, &1, 501 * POP);
		assert_eq!((credit.peek(), missing), (500 * POP, POP));
		assert_eq!(recorded(1), 0);

		Observed::release_all(&REASON, &2, Precision::BestEffort).unwrap();
		assert_eq!(recorded(2), 0);
	});
}

#[test]
fn pop_on_hold_for_another_reason_generates_nothing() {
	build_and_execute(|| {
		Observed::hold(&OTHER, &1, 1_000 * POP).unwrap();
		skip(10);

		assert_eq!(Generation::available(&1), 0);
		assert_eq!(Accounts::<Test>::get(1), None);
	});
}

#[test]
fn less_than_the_existential_deposit_stays_pending() {
	build_and_execute(|| {
		bond(1, POP / 2);
		skip(1);
		assert_eq!(Generation::settle(&1), 0);
		assert_eq!(Generation::available(&1), 0);

		skip(1);

		assert_eq!(Generation::available(&1), LIT_MINIMUM);
		assert_eq!(Generation::settle(&1), LIT_MINIMUM);
	});
}

#[test]
fn the_smallest_accrual_is_minted_when_the_account_exists() {
	build_and_execute(|| {
		endow_lit(1, LIT_MINIMUM);
		bond(1, 1_000);
		skip(1);

		assert_eq!(Generation::settle(&1), 1);
	});
}

#[test]
fn settling_often_loses_nothing() {
	build_and_execute(|| {
		endow_lit(1, LIT_MINIMUM);
		bond(1, 1_001);
		bond(2, 1_001);
		for _ in 0..1_000 {
			skip(1);
			Generation::settle(&1);
		}

		assert_eq!((earned(1) - LIT_MINIMUM, earned(2)), (1_001, 1_001));
	});
}

#[test]
fn an_account_without_stake_leaves_no_record() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(3);
		unbond(1, 1_000 * POP);
		assert_eq!(Accounts::<Test>::get(1).unwrap().pending, 3 * LIT);

		assert_eq!(Generation::settle(&1), 3 * LIT);

		assert_eq!(Accounts::<Test>::get(1), None);
		assert_noop!(Generation::claim(RuntimeOrigin::signed(1)), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn claim_mints_and_tells() {
	build_and_execute(|| {
		bond(2, 1_000 * POP);
		skip(1);

		assert_ok!(Generation::claim(RuntimeOrigin::signed(2)));

		assert_eq!(lit(2), LIT);
		System::assert_has_event(Event::Generated { who: 2, amount: LIT }.into());
	});
}

#[test]
fn claim_fails_when_there_was_never_stake() {
	build_and_execute(|| {
		assert_noop!(Generation::claim(RuntimeOrigin::signed(2)), Error::<Test>::NothingToClaim);
	});
}

#[test]
fn claim_fails_when_nobody_has_signed() {
	build_and_execute(|| {
		assert_noop!(
			Generation::claim(RuntimeOrigin::none()),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn minting_stops_at_the_largest_issuance_without_losing_the_claim() {
	build_and_execute(|| {
		endow_lit(9, Balance::MAX - LIT);
		bond(1, 1_000 * POP);
		skip(5);
		assert_eq!(Generation::settle(&1), 0);
		assert_eq!(Accounts::<Test>::get(1).unwrap().pending, 5 * LIT);

		Lit::set_balance(&9, LIT);

		assert_eq!(Generation::settle(&1), 5 * LIT);
	});
}

#[test]
fn settling_twice_in_a_block_writes_once() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(1);
		Generation::settle(&1);
		let settled = Accounts::<Test>::get(1);
		System::reset_events();

		Generation::settle(&1);

		assert_eq!(Accounts::<Test>::get(1), settled);
		assert!(System::events().is_empty());
	});
}

#[test]
fn a_stake_change_counts_its_weight_in_the_block() {
	build_and_execute(|| {
		let spent = || *System::block_weight().get(DispatchClass::Mandatory);
		let before = spent();

		bond(1, POP);

		assert_eq!(spent().saturating_sub(before), <() as WeightInfo>::stake_changed(0));
	});
}

#[test]
fn an_accrual_is_empty_without_stake_leases_and_pending_lit_only() {
	let empty = || AccrualOf::<Test> { index: 5, fraction: 1, ..Default::default() };

	assert!(empty().is_empty());
	assert!(!Accrual { stake: 1, ..empty() }.is_empty());
	assert!(!Accrual { pending: 1, ..empty() }.is_empty());
}
