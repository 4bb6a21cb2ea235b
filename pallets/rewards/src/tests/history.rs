//! What is remembered, and how it is forgotten.

use crate::{mock::*, Eras, Error, Event, InProgress, Records, Roles, WeightInfo};
use frame_support::{assert_noop, weights::Weight};
use popnet_primitives::rewards::Role::{self, Creator, Superdelegate};

fn stored_eras() -> (Vec<u32>, usize, usize) {
	let mut eras: Vec<_> = Eras::<Test>::iter_keys().collect();
	eras.sort_unstable();
	(eras, Roles::<Test>::iter().count(), Records::<Test>::iter().count())
}

fn busy_era() {
	for who in 1..=5 {
		serves(who, 1, 1);
		works(Creator, who, 1);
		works(Superdelegate, who, 1);
	}
	era();
}

#[test]
fn as_many_ended_eras_are_kept_as_the_history_is_deep() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..HISTORY + 3 {
			busy_era();
			settle_all();
		}

		let kept = HISTORY as usize;
		assert_eq!(stored_eras(), ((3..HISTORY + 3).collect(), kept * Role::ALL.len(), kept * 15));
		assert!(take_events().contains(&Event::HistoryRemoved { era: 2 }));
	});
}

#[test]
fn an_era_is_removed_in_steps_after_it_has_become_unknown() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..HISTORY {
			busy_era();
			settle_all();
		}
		busy_era();
		let one = <() as WeightInfo>::remove_record().max(<() as WeightInfo>::remove_era());
		// The last era is paid first, with its stakers.
		while InProgress::<Test>::get().era <= HISTORY {
			idle(room(<() as WeightInfo>::pay_record()));
		}
		idle(room(PAGE_WEIGHT));
		let records = Records::<Test>::iter_prefix((0,)).count();
		assert_eq!(records, 15);

		idle(room(one));
		assert!(!Eras::<Test>::contains_key(0) && !Roles::<Test>::contains_key(0, Creator));
		for left in (0..records).rev() {
			assert_noop!(pay(0, Creator, 1), Error::<Test>::UnknownEra);
			assert_eq!(InProgress::<Test>::get().oldest, 0);
			Rewards::do_try_state().unwrap();
			let used = idle(room(one));
			assert_eq!(used, room(one));
			assert_eq!(Records::<Test>::iter_prefix((0,)).count(), left);
		}
		idle(room(one));

		assert_eq!(InProgress::<Test>::get().oldest, 1);
		assert_eq!(idle(Weight::MAX), <() as WeightInfo>::look());
	});
}

#[test]
fn an_era_that_is_not_paid_is_not_forgotten() {
	ExtBuilder::default().build_and_execute(|| {
		busy_era();
		for _ in 0..2 * HISTORY {
			era();
		}
		assert!(Eras::<Test>::contains_key(0));
		let amount = role_of(0, Creator).amount;

		settle_all();

		assert_eq!(InProgress::<Test>::get().oldest, HISTORY + 1);
		assert!(!Eras::<Test>::contains_key(0));
		assert!(pop(1) > ENDOWMENT + amount / 5);
	});
}
