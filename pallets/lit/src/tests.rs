//! Accrual, settlement and rate changes.

use crate::{mock::*, Accounts, Accrual, Current, Error, Minted};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{Inspect, Mutate},
};
use popnet_primitives::{
	economics::{INDEX_SCALE, LIT, POP, POP_SUPPLY},
	Balance,
};
use proptest::prelude::*;
use sp_core::U512;

#[test]
fn stake_generates_lit_from_the_block_of_the_bond() {
	build_and_execute(|| {
		skip(50);
		bond(1, 1_000 * POP);
		assert_eq!(Generation::available(&1), 0);

		skip(10);

		assert_eq!(Generation::available(&1), 10 * LIT);
		assert_eq!(Generation::settle(&1), 10 * LIT);
		assert_eq!(<Lit as Inspect<_>>::balance(&1), 10 * LIT);
		assert_eq!(Minted::<Test>::get(), 10 * LIT);
		assert_eq!(Generation::settle(&1), 0);
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
fn less_than_the_existential_deposit_stays_pending() {
	build_and_execute(|| {
		bond(1, POP / 2);
		skip(1);
		assert_eq!(Generation::settle(&1), 0);
		assert_eq!(Generation::available(&1), 0);

		skip(1);

		assert_eq!(Generation::settle(&1), LIT_MINIMUM);
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
fn claim_mints_and_is_refused_without_stake() {
	build_and_execute(|| {
		assert_noop!(Generation::claim(RuntimeOrigin::signed(2)), Error::<Test>::NothingToClaim);
		bond(2, 1_000 * POP);
		skip(1);
		assert_ok!(Generation::claim(RuntimeOrigin::signed(2)));
		assert_eq!(<Lit as Inspect<_>>::balance(&2), LIT);
	});
}

#[test]
fn a_rate_change_counts_from_its_block_on() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);
		assert_ok!(Generation::set_rate(RuntimeOrigin::root(), RATE * 2));
		skip(10);
		assert_eq!(Generation::available(&1), 30 * LIT);
	});
}

#[test]
fn a_rate_outside_the_limits_changes_nothing() {
	build_and_execute(|| {
		let root = RuntimeOrigin::root;
		assert_noop!(Generation::set_rate(root(), 0), Error::<Test>::RateOutOfRange);
		assert_noop!(Generation::set_rate(root(), RATE * 101), Error::<Test>::RateOutOfRange);
		assert_noop!(Generation::set_rate(root(), RATE * 3), Error::<Test>::RateStepTooLarge);
		assert_noop!(Generation::set_rate(root(), RATE / 3), Error::<Test>::RateStepTooLarge);
		assert_noop!(
			Generation::set_rate(RuntimeOrigin::signed(1), RATE),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn minting_stops_at_the_largest_issuance_without_losing_the_claim() {
	build_and_execute(|| {
		Lit::mint_into(&9, Balance::MAX - LIT).unwrap();
		bond(1, 1_000 * POP);
		skip(5);
		assert_eq!(Generation::settle(&1), 0);
		assert_eq!(Accounts::<Test>::get(1).unwrap().pending, 5 * LIT);
	});
}

#[test]
fn projection_is_a_day_of_generation() {
	build_and_execute(|| assert_eq!(Generation::projection(1_000 * POP), 100 * LIT));
}

#[test]
fn try_state_finds_stale_stake_and_settlements_in_the_future() {
	build_and_execute(|| {
		bond(1, POP);
		let good = Accounts::<Test>::get(1).unwrap();
		Accounts::<Test>::insert(1, Accrual { stake: good.stake + 1, ..good });
		assert!(Generation::do_try_state().is_err());
		Accounts::<Test>::insert(1, Accrual { index: u128::MAX, ..good });
		assert!(Generation::do_try_state().is_err());
		Accounts::<Test>::insert(1, good);
	});
}

/// One step of a random history.
#[derive(Clone, Debug)]
enum Step {
	Bond(u64, Balance),
	Unbond(u64, Balance),
	Slash(u64, Balance),
	Settle(u64),
	Rate(u128),
	Skip(u64),
}

fn step() -> impl Strategy<Value = Step> {
	let who = 1u64..=9;
	prop_oneof![
		(who.clone(), 1..POP_SUPPLY / 2_000).prop_map(|(who, amount)| Step::Bond(who, amount)),
		(who.clone(), 1..POP_SUPPLY / 2_000).prop_map(|(who, amount)| Step::Unbond(who, amount)),
		(who.clone(), 1..POP_SUPPLY / 4_000).prop_map(|(who, amount)| Step::Slash(who, amount)),
		who.prop_map(Step::Settle),
		(RATE / 100..RATE * 100).prop_map(Step::Rate),
		(1u64..100_000).prop_map(Step::Skip),
	]
}

/// Exact generation of one account: sum of stake · rate · blocks, never rounded.
#[derive(Clone, Copy, Default)]
struct Exact {
	scaled: U512,
	touches: u128,
}

fn run_history(steps: Vec<Step>) {
	build_and_execute(|| {
		let mut exact = [Exact::default(); 10];
		let held = |who: u64| <Held as popnet_primitives::traits::StakeOf<u64>>::stake_of(&who);
		for step in steps {
			match step {
				Step::Bond(who, amount) => {
					let free = <Balances as Inspect<_>>::reducible_balance(
						&who,
						frame_support::traits::tokens::Preservation::Preserve,
						frame_support::traits::tokens::Fortitude::Polite,
					);
					if amount.min(free) > 0 {
						bond(who, amount.min(free));
						exact[who as usize].touches += 1;
					}
				},
				Step::Unbond(who, amount) => {
					if amount.min(held(who)) > 0 {
						unbond(who, amount.min(held(who)));
						exact[who as usize].touches += 1;
					}
				},
				Step::Slash(who, amount) => {
					slash(who, amount.min(held(who)));
					exact[who as usize].touches += 1;
				},
				Step::Settle(who) => {
					Generation::settle(&who);
					exact[who as usize].touches += 1;
				},
				Step::Rate(rate) => {
					let now = Current::<Test>::get().rate;
					let bounded = rate.clamp(now / 2 + 1, now * 2).clamp(RATE / 100, RATE * 100);
					assert_ok!(Generation::set_rate(RuntimeOrigin::root(), bounded));
				},
				Step::Skip(blocks) => {
					let rate = U512::from(Current::<Test>::get().rate) * U512::from(blocks);
					for who in 1..=9u64 {
						exact[who as usize].scaled += rate * U512::from(held(who));
					}
					skip(blocks);
				},
			}
		}
		let mut total = 0;
		for who in 1..=9u64 {
			Generation::settle(&who);
			let pending = Accounts::<Test>::get(who).map_or(0, |accrual| accrual.pending);
			let got = U512::from(<Lit as Inspect<_>>::balance(&who) + pending);
			let Exact { scaled, touches } = exact[who as usize];
			let fair = scaled / U512::from(INDEX_SCALE);
			assert!(got <= fair, "account {who} was given {got}, fair is {fair}");
			let short = fair - got;
			assert!(short <= U512::from(touches + 1), "account {who} is short of {short}");
			total += <Lit as Inspect<_>>::balance(&who);
		}
		assert_eq!(Minted::<Test>::get(), total);
		assert_eq!(<Lit as Inspect<u64>>::total_issuance(), total);
	});
}

proptest! {
	#![proptest_config(ProptestConfig {
		cases: std::env::var("POPNET_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(256),
		..ProptestConfig::default()
	})]

	/// Never one unit too much, at most one unit too little per operation, against exact integers.
	#[test]
	fn random_histories_match_the_exact_oracle(steps in prop::collection::vec(step(), 1..120)) {
		run_history(steps);
	}
}
