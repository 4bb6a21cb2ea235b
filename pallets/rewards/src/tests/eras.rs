//! What an era pays, and the split.

use crate::{mock::*, Error, Event, NextEra, PaidUntil, Phase, Split, SplitInForce};
use frame_support::{
	assert_noop, assert_ok,
	traits::{fungible::Balanced, Hooks, OnUnbalanced},
};
use popnet_primitives::{economics::POP, rewards::Role};
use proptest::prelude::*;
use sp_core::U256;
use sp_runtime::{DispatchError::BadOrigin, Perbill};
use sp_staking::EraPayout;

fn set_split(split: Split) -> sp_runtime::DispatchResult {
	Rewards::set_split(RuntimeOrigin::root(), split)
}

fn percent(split: [u32; 5]) -> Split {
	let [masternodes, stakers, creators, superdelegates, treasury] =
		split.map(Perbill::from_percent);
	Split { masternodes, stakers, creators, superdelegates, treasury }
}

#[test]
fn an_era_pays_what_the_pool_loses_in_its_blocks() {
	ExtBuilder::default().pool(1_000_000, 1_000).build_and_execute(|| {
		System::set_block_number(100);

		let (stakers, rest) = Rewards::era_payout(0, 0, 0);

		// A tenth of the time leaves 0.9² of the pool.
		assert_eq!(stakers + rest, 190_000);
		assert_eq!((stakers, PaidUntil::<Test>::get()), (57_000, 100));
		assert_eq!(Rewards::era_payout(0, 0, 0), (0, 0));
		Rewards::on_unbalanced(Balances::issue(0));
	});
}

#[test]
fn the_first_split_is_that_of_the_project() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(SplitInForce::<Test>::get(), percent([35, 30, 15, 10, 10]));
	});
}

#[test]
fn an_era_is_divided_by_the_split_and_the_treasury_is_paid_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		endow(pot(), MINIMUM);
		System::set_block_number(100);
		let budget = 60_800_000 * POP;

		let stakers = end_era();

		let reward = crate::Eras::<Test>::get(0).unwrap();
		assert_eq!(stakers, budget * 30 / 100);
		assert_eq!((reward.stakers, reward.total()), (stakers, budget));
		assert_eq!(role_of(0, Role::Masternode).amount, budget * 35 / 100);
		assert_eq!(role_of(0, Role::Creator).amount, budget * 15 / 100);
		assert_eq!(role_of(0, Role::Superdelegate).amount, budget / 10);
		assert_eq!(pop(TREASURY), ENDOWMENT + budget / 10);
		assert_eq!(pop(pot()), budget * 60 / 100 + MINIMUM);
		assert_eq!(take_events(), [Event::EraEnded { era: 0, reward }]);
		assert_eq!(NextEra::<Test>::get(), 1);
	});
}

#[test]
fn the_pot_keeps_its_existential_deposit_from_the_first_part_of_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		let first = era();
		assert_eq!(pop(TREASURY), ENDOWMENT + first.treasury - MINIMUM);
		assert_eq!(pop(pot()), first.roles() + MINIMUM);

		let second = era();
		assert_eq!(pop(TREASURY), ENDOWMENT + first.treasury + second.treasury - MINIMUM);
	});
}

#[test]
fn every_remainder_is_the_treasurys() {
	let divided = Split::default().divide(19);

	assert_eq!((divided.masternodes, divided.stakers), (6, 5));
	assert_eq!((divided.creators, divided.superdelegates, divided.treasury), (2, 1, 5));
}

#[test]
fn an_era_without_blocks_pays_nothing_and_still_ends() {
	ExtBuilder::default().build_and_execute(|| {
		era();
		settle_all();
		works(Role::Creator, 1, 5);
		take_events();

		assert_eq!(end_era(), 0);

		assert_eq!(crate::Eras::<Test>::get(1).unwrap().total(), 0);
		settle_all();
		assert_eq!(role_of(1, Role::Creator).phase, Phase::Settled);
		assert_eq!(pop(1), ENDOWMENT);
	});
}

#[test]
fn a_new_split_counts_for_the_running_era() {
	ExtBuilder::default().build_and_execute(|| {
		skip(50);
		let split = percent([35, 20, 25, 15, 5]);

		assert_ok!(set_split(split));

		System::assert_last_event(Event::SplitChanged { split }.into());
		let reward = era();
		assert_eq!(reward.creators, reward.total() / 4);
		assert_eq!(reward.stakers, reward.total() / 5);
	});
}

#[test]
fn set_split_fails_when_the_shares_do_not_add_up() {
	ExtBuilder::default().build_and_execute(|| {
		let nearly = Split { treasury: Perbill::from_parts(99_999_999), ..Default::default() };
		let beyond = Split { treasury: Perbill::from_parts(100_000_001), ..Default::default() };
		for split in [nearly, beyond, percent([35, 0, 0, 0, 0]), percent([35, 100, 100, 100, 100])]
		{
			assert_noop!(set_split(split), Error::<Test>::NotWhole);
		}
	});
}

#[test]
fn set_split_fails_when_the_share_of_masternodes_changes() {
	ExtBuilder::default().build_and_execute(|| {
		for split in [percent([34, 31, 15, 10, 10]), percent([36, 29, 15, 10, 10])] {
			assert_noop!(set_split(split), Error::<Test>::MasternodesShareFixed);
		}
	});
}

#[test]
fn set_split_fails_when_the_origin_is_not_governance() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Rewards::set_split(RuntimeOrigin::signed(1), Split::default());
		assert_noop!(call, BadOrigin);
	});
}

#[test]
fn what_staking_keeps_back_from_stakers_is_the_treasurys() {
	ExtBuilder::default().build_and_execute(|| {
		skip(100);

		let (stakers, rest) = Rewards::era_payout(0, 0, 0);
		Rewards::on_unbalanced(Balances::issue(rest + stakers / 2));
		ActiveEra::set(1);

		let reward = crate::Eras::<Test>::get(0).unwrap();
		assert_eq!(reward.stakers, stakers - stakers / 2);
		assert_eq!(reward.total(), stakers + rest);
		assert_eq!(pop(TREASURY), ENDOWMENT + reward.treasury - MINIMUM);
	});
}

#[test]
fn roles_are_promised_no_more_than_the_pot_has() {
	ExtBuilder::default().build_and_execute(|| {
		skip(100);
		let planned = Rewards::accrued();

		Rewards::era_payout(0, 0, 0);
		Rewards::on_unbalanced(Balances::issue(planned.masternodes + MINIMUM + 7));
		ActiveEra::set(1);

		let reward = crate::Eras::<Test>::get(0).unwrap();
		assert_eq!(reward.masternodes, planned.masternodes);
		assert_eq!((reward.creators, reward.superdelegates), (7, 0));
		assert_eq!(pop(TREASURY), ENDOWMENT);
	});
}

#[test]
fn a_credit_too_small_for_the_pot_is_the_treasurys() {
	ExtBuilder::default().pool(1_000, 1_000).build_and_execute(|| {
		let reward = era();

		assert_eq!((reward.roles(), reward.total()), (0, 192));
		assert_eq!(pop(TREASURY), ENDOWMENT + reward.treasury);
		settle_all();
	});
}

#[test]
fn a_credit_that_nobody_can_hold_is_not_issued() {
	ExtBuilder::default().pool(1_000, 1_000).endowed(vec![1]).build_and_execute(|| {
		era();

		assert_eq!(Balances::total_issuance(), ENDOWMENT);
		settle_all();
	});
}

#[test]
fn a_credit_between_eras_is_the_treasurys() {
	ExtBuilder::default().build_and_execute(|| {
		let first = era();

		Rewards::on_unbalanced(Balances::issue(123));

		assert_eq!(pop(TREASURY), ENDOWMENT + first.treasury - MINIMUM + 123);
		assert_eq!(NextEra::<Test>::get(), 1);
	});
}

#[test]
fn an_era_end_counts_its_weight_in_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		let before = System::block_weight().total();

		end_era();

		let spent = System::block_weight().total().saturating_sub(before);
		assert_eq!(spent, <() as crate::WeightInfo>::end_era());
	});
}

#[test]
fn all_eras_together_pay_the_pool_to_the_last_unit() {
	let pool = 320_000_000 * POP - 7;
	ExtBuilder::default().pool(pool, 997).build_and_execute(|| {
		let genesis = Balances::total_issuance();
		let mut stakers = 0;
		// The last eras lie beyond the end of the pool.
		for blocks in [1, 0, 7, 100, 113, 5, 271, 300, 150, 49, 12] {
			serves(1, 3, 0);
			works(Role::Creator, 2, 7);
			works(Role::Creator, 3, 4);
			works(Role::Superdelegate, 4, 1);
			skip(blocks);
			stakers += end_era();
			settle_all();
		}

		assert!(System::block_number() > 997);
		assert_eq!(stakers + Balances::total_issuance() - genesis, pool);
		// Nothing is left but what keeps the pot alive.
		assert_eq!(pop(pot()), MINIMUM);
		let received: u128 = [1, 2, 3, 4, TREASURY].map(|who| pop(who) - ENDOWMENT).iter().sum();
		assert_eq!(stakers + received + MINIMUM, pool);
		assert!(take_events().iter().any(|event| matches!(event, Event::Paid { .. })));
	});
}

#[test]
fn eras_that_never_ended_are_passed_over() {
	ExtBuilder::default().build_and_execute(|| {
		works(Role::Creator, 1, 5);
		ActiveEra::set(1_000);
		works(Role::Creator, 2, 5);

		let reward = era();
		settle_all();

		assert_eq!(pop(1), ENDOWMENT);
		assert_eq!(pop(2), ENDOWMENT + reward.creators);
		assert_noop!(pay(0, Role::Creator, 1), Error::<Test>::UnknownEra);
		assert_eq!(crate::InProgress::<Test>::get().oldest, 1_001 - HISTORY);
		assert!(!crate::Records::<Test>::contains_key((0, Role::Creator, 1)));
	});
}

#[test]
fn constants_of_the_mock_are_sound() {
	Rewards::integrity_test();
}

#[test]
#[should_panic(expected = "the pool would be paid in block 0")]
fn integrity_test_fails_when_the_pool_has_no_time() {
	PoolBlocks::set(0);
	Rewards::integrity_test();
}

#[test]
#[should_panic(expected = "nobody could look at a reward")]
fn integrity_test_fails_when_nothing_is_remembered() {
	Depth::set(0);
	Rewards::integrity_test();
}

/// Splits that governance could choose: whole, with the Masternodes' share.
pub fn any_split() -> impl Strategy<Value = Split> {
	prop::collection::vec(0u32..=650_000_000, 3).prop_map(|mut cuts| {
		cuts.sort_unstable();
		let parts = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 650_000_000 - cuts[2]];
		let [stakers, creators, superdelegates, treasury] = parts.map(Perbill::from_parts);
		Split { stakers, creators, superdelegates, treasury, ..Default::default() }
	})
}

proptest! {
	/// Nothing is lost or invented, and each share is the exact one but for less than a unit.
	#[test]
	fn a_division_is_exact(split in any_split(), amount: u128) {
		prop_assert!(split.is_whole());
		let divided = split.divide(amount);
		let sum = [divided.stakers, divided.roles(), divided.treasury]
			.into_iter()
			.fold(U256::zero(), |sum, part| sum + U256::from(part));
		prop_assert_eq!(sum, U256::from(amount));
		for (share, part) in [
			(split.masternodes, divided.masternodes),
			(split.stakers, divided.stakers),
			(split.creators, divided.creators),
			(split.superdelegates, divided.superdelegates),
		] {
			let exact = U256::from(amount) * U256::from(share.deconstruct());
			prop_assert_eq!(U256::from(part), exact / U256::from(1_000_000_000));
		}
		let exact = U256::from(amount) * U256::from(split.treasury.deconstruct());
		let least = exact / U256::from(1_000_000_000);
		let treasury = U256::from(divided.treasury);
		prop_assert!(least <= treasury && treasury <= least + U256::from(4));
	}
}
