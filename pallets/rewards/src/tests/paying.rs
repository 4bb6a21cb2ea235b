//! Who is paid, how much, and never twice.

use crate::{mock::*, Error, Event, Owed, Phase};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use popnet_primitives::rewards::{
	Destination, PaidTo,
	Role::{self, Creator, Masternode, Superdelegate},
	Withheld,
};

#[test]
fn accounts_are_paid_in_proportion_without_a_claim() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 2);
		works(Superdelegate, 1, 5);
		let reward = era();

		settle_all();

		let (third, two_thirds) = (reward.creators / 3, reward.creators * 2 / 3);
		assert_eq!(pop(1), ENDOWMENT + third + reward.superdelegates);
		assert_eq!(pop(2), ENDOWMENT + two_thirds);
		assert_eq!(paid(0, Creator, 1), Some((third, PaidTo::Free)));
		assert_eq!((Owed::<Test>::get(), pop(pot())), (0, MINIMUM));
	});
}

#[test]
fn a_payment_and_its_remainder_are_announced() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 2);
		let reward = era();
		take_events();

		settle_all();

		let events = take_events();
		let amount = reward.creators / 3;
		assert!(events.contains(&Event::Paid {
			era: 0,
			role: Creator,
			who: 1,
			amount,
			carried: 0,
			to: PaidTo::Free
		}));
		let rest = reward.creators - amount - reward.creators * 2 / 3;
		assert!(events.contains(&Event::Settled { era: 0, role: Creator, rest }));
	});
}

#[test]
fn a_share_without_points_is_the_treasurys_and_is_announced() {
	ExtBuilder::default().build_and_execute(|| {
		withhold(Superdelegate, 1, 5, Withheld::MissedDuty);
		let reward = era();
		let before = pop(TREASURY);
		take_events();

		settle_all();

		assert_eq!(pop(TREASURY), before + reward.roles());
		assert_eq!(
			take_events()[..3],
			[
				Event::NobodyEarned { era: 0, role: Masternode, amount: reward.masternodes },
				Event::NobodyEarned { era: 0, role: Creator, amount: reward.creators },
				Event::NobodyEarned { era: 0, role: Superdelegate, amount: reward.superdelegates },
			]
		);
		assert_eq!(paid(0, Superdelegate, 1), Some((0, PaidTo::Free)));
	});
}

#[test]
fn anybody_can_have_an_account_paid_before_its_turn() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 1);
		let reward = era();

		assert_ok!(pay(0, Creator, 2));

		let amount = reward.creators / 2;
		assert_eq!((pop(1), pop(2)), (ENDOWMENT, ENDOWMENT + amount));
		System::assert_last_event(
			Event::Paid { era: 0, role: Creator, who: 2, amount, carried: 0, to: PaidTo::Free }
				.into(),
		);
		settle_all();
		assert_eq!((pop(1), pop(2)), (ENDOWMENT + amount, ENDOWMENT + amount));
	});
}

#[test]
fn pay_fails_when_the_account_has_been_paid() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 1);
		era();
		assert_ok!(pay(0, Creator, 1));

		assert_noop!(pay(0, Creator, 1), Error::<Test>::AlreadyPaid);

		settle_all();
		assert_eq!(role_of(0, Creator).phase, Phase::Settled);
		for who in [1, 2] {
			assert_noop!(pay(0, Creator, who), Error::<Test>::AlreadyPaid);
		}
	});
}

#[test]
fn pay_fails_when_the_era_has_not_ended() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		for era in [0, 1, u32::MAX] {
			assert_noop!(pay(era, Creator, 1), Error::<Test>::EraNotEnded);
		}
	});
}

#[test]
fn pay_fails_when_the_era_is_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		for _ in 0..=HISTORY {
			era();
			settle_all();
		}

		assert_noop!(pay(0, Creator, 1), Error::<Test>::UnknownEra);
		assert_noop!(pay(1, Creator, 1), Error::<Test>::NothingEarned);
	});
}

#[test]
fn pay_fails_when_the_work_of_masternodes_is_not_collected() {
	ExtBuilder::default().build_and_execute(|| {
		works(Masternode, 1, 1);
		serves(2, 1, 0);
		let reward = era();
		assert_noop!(pay(0, Masternode, 1), Error::<Test>::StillCounting);

		let step = <() as crate::WeightInfo>::collect() + WORK_WEIGHT;
		idle(room(step * 2));

		assert_eq!(role_of(0, Masternode).phase, Phase::Paying);
		assert_ok!(pay(0, Masternode, 1));
		assert_eq!(pop(1), ENDOWMENT + reward.masternodes / 2);
	});
}

#[test]
fn pay_fails_when_nothing_was_earned() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, u128::MAX - 1);
		works(Creator, 2, 1);
		withhold(Creator, 3, 5, Withheld::Deviating);
		works(Superdelegate, 4, 1);
		era();
		let (masternodes, creators) = (Role::Masternode, Role::Creator);

		for who in [2, 3, 4] {
			assert_noop!(pay(0, creators, who), Error::<Test>::NothingEarned);
		}
		settle_all();
		assert_noop!(pay(0, creators, 3), Error::<Test>::NothingEarned);
		assert_noop!(pay(0, masternodes, 1), Error::<Test>::NothingEarned);
	});
}

#[test]
fn pay_takes_the_weight_of_a_bond_only_when_there_is_one() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 1);
		assert_ok!(Rewards::set_destination(RuntimeOrigin::signed(2), Destination::Compound));
		era();
		let call = |who| crate::Call::<Test>::pay { era: 0, role: Creator, who };
		let paying = <() as crate::WeightInfo>::pay();

		let pay = |who| Rewards::pay(RuntimeOrigin::signed(9), 0, Creator, who).unwrap();

		assert_eq!(call(1).get_dispatch_info().call_weight, paying + COMPOUND_WEIGHT);
		assert_eq!(pay(1).actual_weight, Some(paying));
		assert_eq!(pay(2).actual_weight, None);
	});
}

#[test]
fn several_eras_are_paid_one_after_the_other() {
	ExtBuilder::default().build_and_execute(|| {
		let mut expected = ENDOWMENT;
		for _ in 0..3 {
			works(Creator, 1, 3);
			works(Creator, 2, 1);
			expected += era().creators * 3 / 4;
		}

		settle_all();

		assert_eq!(pop(1), expected);
		assert_eq!(Owed::<Test>::get(), 0);
	});
}
