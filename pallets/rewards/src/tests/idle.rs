//! What the hook does with little room.

use crate::{mock::*, InProgress, Owed, Phase, Progress, WeightInfo};
use frame_support::{assert_ok, weights::Weight};
use popnet_primitives::rewards::{
	Destination,
	Role::{Creator, Masternode, Superdelegate},
	StakerPage,
};

/// Two eras with everything that can be in one.
fn two_busy_eras() {
	assert_ok!(Rewards::set_destination(RuntimeOrigin::signed(2), Destination::Compound));
	for number in 0..2 {
		for who in 1..=4 {
			serves(who, u128::from(who), 0);
			works(Creator, who, 10 + u128::from(who));
			works(Superdelegate, who, 1);
		}
		works(Creator, 77, 1);
		Pages::mutate(|pages| {
			let page = |validator, index| StakerPage { validator, index };
			pages.insert(number, vec![page(1, 0), page(1, 1), page(2, 0)]);
		});
		era();
	}
}

fn is_done() -> bool {
	let progress = InProgress::<Test>::get();
	progress.era == 2 && progress.stakers_era == 2
}

#[test]
fn without_room_nothing_happens() {
	ExtBuilder::default().build_and_execute(|| {
		two_busy_eras();
		let before = InProgress::<Test>::get();

		assert_eq!(idle(Weight::zero()), Weight::zero());
		let almost = <() as WeightInfo>::look() - Weight::from_parts(0, 1);
		assert_eq!(idle(almost), Weight::zero());
		assert_eq!(idle(<() as WeightInfo>::look()), <() as WeightInfo>::look());

		assert_eq!(InProgress::<Test>::get(), before);
	});
}

#[test]
fn without_work_only_the_look_is_paid() {
	ExtBuilder::default().build_and_execute(|| {
		two_busy_eras();
		settle_all();

		assert_eq!(idle(Weight::MAX), <() as WeightInfo>::look());
	});
}

#[test]
fn room_for_one_step_always_gets_on() {
	ExtBuilder::default().build_and_execute(|| {
		two_busy_eras();
		let mut blocks = 0;

		while !is_done() {
			let before = InProgress::<Test>::get();
			let used = idle(Rewards::step_max());
			assert!(used.all_lte(Rewards::step_max()), "{used:?}");
			assert_ne!(InProgress::<Test>::get(), before);
			Rewards::do_try_state().unwrap();
			blocks += 1;
			assert!(blocks < 100);
		}

		assert_eq!((Owed::<Test>::get(), pop(pot())), (0, MINIMUM));
		assert_eq!(PaidPages::get().len(), 6);
	});
}

#[test]
fn any_room_leads_to_the_same_balances() {
	let balances = |room: fn(u64) -> Weight| {
		let mut result = vec![];
		ExtBuilder::default().build_and_execute(|| {
			two_busy_eras();
			for block in 0.. {
				if is_done() {
					break;
				}
				let room = room(block);
				assert!(idle(room).all_lte(room));
			}
			result = [1, 2, 3, 4, 77, TREASURY, pot()].map(pop).to_vec();
		});
		result
	};

	let at_once = balances(|_| Weight::MAX);
	let in_steps = balances(|_| Rewards::step_max());
	let irregular = balances(|block| match block % 3 {
		0 => Rewards::step_max() * 3,
		1 => Rewards::step_max() / 2,
		_ => Rewards::step_max(),
	});

	assert_eq!(at_once, in_steps);
	assert_eq!(at_once, irregular);
}

#[test]
fn stages_follow_each_other() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 1, 0);
		works(Creator, 1, 1);
		era();
		let phases = || [Masternode, Creator, Superdelegate].map(|role| role_of(0, role).phase);
		assert_eq!(phases(), [Phase::Counting, Phase::Paying, Phase::Paying]);
		let collect = room(<() as WeightInfo>::collect() + WORK_WEIGHT);
		let step = room(<() as WeightInfo>::pay_record());

		idle(collect);
		assert_eq!(phases()[0], Phase::Counting);
		idle(collect);
		assert_eq!(phases()[0], Phase::Paying);
		idle(step);
		assert_eq!(phases()[0], Phase::Paying);
		idle(step);
		assert_eq!(phases(), [Phase::Settled, Phase::Paying, Phase::Paying]);
		idle(step);
		idle(step);
		assert_eq!(phases(), [Phase::Settled, Phase::Settled, Phase::Paying]);
		idle(step);

		assert_eq!(phases(), [Phase::Settled; 3]);
		let progress = InProgress::<Test>::get();
		assert_eq!(
			Progress { stakers_era: 0, ..progress },
			Progress { era: 1, ..Default::default() }
		);
	});
}

#[test]
fn a_bond_waits_for_a_block_with_room_for_it() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 2, 1);
		assert_ok!(Rewards::set_destination(RuntimeOrigin::signed(2), Destination::Compound));
		let reward = era();
		let paying = <() as WeightInfo>::pay_record();
		// Masternodes: nothing to collect, nobody to pay.
		idle(room(<() as WeightInfo>::collect() + WORK_WEIGHT));
		idle(room(paying));

		idle(room(paying));
		assert_eq!(pop(2), ENDOWMENT - DEPOSIT);
		idle(room(paying + COMPOUND_WEIGHT));

		assert_eq!(pop(2), ENDOWMENT - DEPOSIT + reward.creators);
		assert_eq!(Bonded::get(), [(2, reward.creators)]);
	});
}

#[test]
fn stakers_do_not_wait_for_a_block_that_has_no_room_for_roles_and_the_other_way_round() {
	ExtBuilder::default().build_and_execute(|| {
		two_busy_eras();

		// A page of stakers does not fit in here.
		for _ in 0..50 {
			idle(room(<() as WeightInfo>::pay_record() + COMPOUND_WEIGHT));
		}

		let progress = InProgress::<Test>::get();
		assert_eq!((progress.era, progress.stakers_era), (2, 0));
		settle_all();
		assert!(is_done());
	});
}
