//! Counting work.

use crate::{mock::*, Event, NextEra, Phase, Records};
use popnet_primitives::rewards::{
	RecordWork,
	Role::{Creator, Masternode, Superdelegate},
	Withheld,
};

#[test]
fn points_add_up_for_the_account_and_for_all() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 5);
		works(Creator, 2, 7);
		works(Creator, 1, 3);
		works(Superdelegate, 1, 100);

		assert_eq!(record_of(0, Creator, 1).points, 8);
		let role = role_of(0, Creator);
		assert_eq!((role.points, role.accounts, role.amount), (15, 2, 0));
		assert_eq!(role.phase, Phase::Counting);
		assert_eq!(role_of(0, Superdelegate).points, 100);
	});
}

#[test]
fn withheld_points_are_kept_by_reason_and_count_for_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		withhold(Superdelegate, 1, 5, Withheld::MissedDuty);
		withhold(Superdelegate, 1, 2, Withheld::Deviating);
		withhold(Superdelegate, 1, 4, Withheld::MissedDuty);
		withhold(Superdelegate, 1, u128::MAX, Withheld::Suspended);
		withhold(Superdelegate, 1, 1, Withheld::Suspended);

		let record = record_of(0, Superdelegate, 1);
		assert_eq!(
			record.withheld.into_inner(),
			[(Withheld::MissedDuty, 9), (Withheld::Deviating, 2), (Withheld::Suspended, u128::MAX)]
		);
		assert_eq!((role_of(0, Superdelegate).points, role_of(0, Superdelegate).accounts), (0, 1));
	});
}

#[test]
fn no_points_leave_no_record() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 0);
		withhold(Creator, 1, 0, Withheld::Deviating);
		serves(2, 0, 0);
		era();
		settle_all();

		assert_eq!(Records::<Test>::iter().count(), 0);
	});
}

#[test]
fn more_points_than_can_be_counted_are_cut() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, u128::MAX - 1);
		works(Creator, 2, 5);
		works(Creator, 1, u128::MAX);

		assert_eq!(record_of(0, Creator, 1).points, u128::MAX - 1);
		assert_eq!(record_of(0, Creator, 2).points, 1);
		let reward = era();
		settle_all();
		assert_eq!(pop(1), ENDOWMENT + reward.creators - 1);
	});
}

#[test]
fn counting_counts_its_weight_in_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		let before = System::block_weight().total();

		works(Creator, 1, 5);
		withhold(Creator, 1, 5, Withheld::Deviating);
		Rewards::record(Creator, &1, 0);

		let spent = System::block_weight().total().saturating_sub(before);
		assert_eq!(spent, <() as crate::WeightInfo>::record() * 2);
	});
}

#[test]
fn work_between_an_eras_end_and_the_next_start_counts_for_the_next() {
	ExtBuilder::default().build_and_execute(|| {
		era();
		ActiveEra::set(0);
		assert_eq!(NextEra::<Test>::get(), 1);

		works(Creator, 1, 5);

		assert_eq!(record_of(1, Creator, 1).points, 5);
		ActiveEra::set(1);
	});
}

#[test]
fn masternodes_are_asked_for_their_work_when_the_era_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 30, 0);
		serves(2, 10, 5);
		serves(3, 0, 9);
		let reward = era();
		assert_eq!(role_of(0, Masternode).points, 0);

		settle_all();

		assert_eq!(role_of(0, Masternode).points, 40);
		assert_eq!(pop(1), ENDOWMENT + reward.masternodes * 3 / 4);
		assert_eq!(pop(2), ENDOWMENT + reward.masternodes / 4);
		let withheld = |who| record_of(0, Masternode, who).withheld.into_inner();
		assert_eq!(withheld(2), [(Withheld::Suspended, 5)]);
		assert_eq!(withheld(3), [(Withheld::Suspended, 9)]);
		assert_eq!(withheld(1), []);
	});
}

#[test]
fn a_masternode_that_goes_away_is_paid_with_the_others() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 30, 0);
		// Number 2 goes away while the era runs, number 3 when it has ended and nothing is collected.
		works(Masternode, 2, 10);
		let reward = era();
		works(Masternode, 3, 20);

		settle_all();

		assert_eq!(role_of(0, Masternode).points, 60);
		assert_eq!(pop(1), ENDOWMENT + reward.masternodes / 2);
		assert_eq!(pop(3), ENDOWMENT + reward.masternodes / 3);
		works(Masternode, 3, 1);
		assert_eq!(record_of(1, Masternode, 3).points, 1);
	});
}

#[test]
fn masternodes_of_an_era_that_ends_before_their_work_is_collected_are_paid_with_the_earlier_one() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 30, 0);
		works(Creator, 4, 1);
		let first = era();
		serves(2, 10, 0);
		works(Creator, 5, 1);
		take_events();

		let second = era();

		let amount = second.masternodes;
		assert_eq!(take_events()[0], Event::MasternodesJoined { era: 1, with: 0, amount });
		assert_eq!(role_of(0, Masternode).amount, first.masternodes + amount);
		Rewards::do_try_state().unwrap();
		settle_all();
		assert_eq!(pop(1), ENDOWMENT + (first.masternodes + amount) * 3 / 4);
		assert_eq!(pop(2), ENDOWMENT + (first.masternodes + amount) / 4);
		assert_eq!(pop(4), ENDOWMENT + first.creators);
		assert_eq!(pop(5), ENDOWMENT + second.creators);
		assert!(!crate::Roles::<Test>::contains_key(1, Masternode));
	});
}

#[test]
fn an_era_that_ends_while_the_work_of_an_earlier_one_is_collected_joins_it() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 30, 0);
		serves(2, 10, 0);
		let first = era();
		// Room for one Masternode only.
		idle(room(<() as crate::WeightInfo>::collect() + WORK_WEIGHT));
		assert_eq!(role_of(0, Masternode).points, 30);

		let second = era();
		settle_all();

		let together = first.masternodes + second.masternodes;
		assert_eq!(pop(1), ENDOWMENT + together * 3 / 4);
		serves(1, 1, 0);
		let third = era();
		settle_all();
		assert_eq!(pop(1), ENDOWMENT + together * 3 / 4 + third.masternodes);
	});
}
