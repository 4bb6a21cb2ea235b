//! Who takes office when an era begins.

use crate::{mock::*, Departure, Error, Event, Seats, WeightInfo};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use frame_system::Pallet as SystemPallet;
use popnet_primitives::traits::{EraObserver, ScreeningSet};
use std::collections::BTreeMap;

#[test]
fn an_era_appoints_candidates_whom_more_than_half_of_the_stake_approves() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand_with(2, &[1, 2]);
		take_events();

		next_era();

		assert_eq!(Superdelegates::members(), [(1, key(1))]);
		assert_eq!(Superdelegates::model_of(&1), Some(MODEL));
		assert_eq!(Superdelegates::model_of(&2), None);
		assert_eq!(take_events(), [Event::Appointed { who: 1 }]);
	});
}

#[test]
fn stake_decides_and_not_the_number_of_voters() {
	ExtBuilder::default().build_and_execute(|| {
		Stakes::set(BTreeMap::from([(5, 401)]));
		stand_with(1, &[1, 2, 3, 4]);
		stand_with(2, &[5]);

		next_era();

		assert_eq!(in_office(), [2]);
	});
}

#[test]
fn exactly_half_of_the_stake_is_not_enough() {
	ExtBuilder::default().build_and_execute(|| {
		Stakes::set(BTreeMap::from([(5, 400)]));
		stand_with(1, &[5]);
		stand_with(2, &[1, 2, 3, 4]);
		next_era();
		assert!(in_office().is_empty());

		approve(1, 1).unwrap();
		next_era();

		assert_eq!(in_office(), [1]);
	});
}

#[test]
fn without_stake_nobody_is_appointed() {
	ExtBuilder::default().build_and_execute(|| {
		Stakes::set((1..=5).map(|who| (who, 0)).collect());
		stand_with(1, &[1, 2, 3, 4, 5]);

		next_era();

		assert!(in_office().is_empty());
	});
}

#[test]
fn more_approving_stake_comes_first_and_earlier_standing_breaks_ties() {
	ExtBuilder::default().seats(3).build_and_execute(|| {
		Stakes::set(BTreeMap::from([(1, 250)]));
		stand_with(4, &[2, 3, 4, 5]);
		stand_with(3, &[1, 2, 3]);
		stand_with(2, &[1, 3, 4]);
		stand_with(1, &[1, 2, 3, 4]);

		next_era();

		assert_eq!(in_office(), [1, 3, 2]);
	});
}

#[test]
fn a_session_appoints_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);

		new_session(vec![1, 2, 3, 4, 5]);

		assert!(in_office().is_empty());
	});
}

#[test]
fn a_better_candidate_takes_the_seat_at_the_next_era() {
	ExtBuilder::default().seats(1).build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		next_era();
		stand_with(2, &[1, 2, 3, 4]);
		new_session(vec![1, 2, 3, 4, 5]);
		assert_eq!(in_office(), [1]);
		take_events();

		next_era();

		assert_eq!(in_office(), [2]);
		assert_eq!(
			take_events(),
			[Event::Appointed { who: 2 }, Event::Left { who: 1, reason: Departure::Outvoted }]
		);
		assert_eq!(Departed::get(), [1]);
	});
}

#[test]
fn a_member_whose_approving_stake_has_shrunk_is_voted_out_at_the_next_era() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[3, 4, 5]);
		next_era();
		assert_eq!(in_office(), [1]);
		take_events();

		Stakes::set(BTreeMap::from([(1, 301)]));
		next_era();

		assert_eq!(take_events(), [Event::Left { who: 1, reason: Departure::VotedOut }]);
	});
}

#[test]
fn approvals_of_former_delegates_do_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[3, 4, 5]);
		next_era();
		take_events();

		new_era(vec![1, 2, 3, 6, 7]);

		assert_eq!(take_events(), [Event::Left { who: 1, reason: Departure::VotedOut }]);
	});
}

#[test]
fn an_era_without_change_is_silent() {
	ExtBuilder::default().members(vec![1, 2]).build_and_execute(|| {
		next_era();

		assert!(take_events().is_empty());
		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn a_new_era_counts_its_weight_in_the_block() {
	ExtBuilder::default().members(vec![4]).build_and_execute(|| {
		stand(1).unwrap();
		let before = SystemPallet::<Test>::block_weight().total();

		Superdelegates::on_new_era(7);

		let spent = SystemPallet::<Test>::block_weight().total().saturating_sub(before);
		let expected = <()>::begin_era().saturating_add(<()>::rotate(2, 5));
		assert_eq!(spent, expected);
	});
}

#[test]
fn departures_of_a_rotation_are_weighed() {
	ExtBuilder::default().members(vec![4, 5]).build_and_execute(|| {
		ActiveDelegates::set(vec![1, 2]);
		let before = SystemPallet::<Test>::block_weight().total();

		Superdelegates::on_new_era(7);

		let spent = SystemPallet::<Test>::block_weight().total().saturating_sub(before);
		let rotation = <()>::begin_era().saturating_add(<()>::rotate(2, 2));
		assert_eq!(spent, rotation.saturating_add(LEFT_WEIGHT.saturating_mul(2)));
	});
}

#[test]
fn set_seats_rotates_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand_with(2, &[1, 2, 3, 4]);
		next_era();
		assert_eq!(in_office(), [2, 1]);

		assert_ok!(Superdelegates::set_seats(RuntimeOrigin::root(), 1));

		assert_eq!((in_office(), Seats::<Test>::get()), (vec![2], 1));
		assert_eq!(Departed::get(), [1]);
	});
}

#[test]
fn set_seats_fails_when_the_number_is_out_of_range() {
	ExtBuilder::default().build_and_execute(|| {
		for seats in [0, MAX_SEATS + 1] {
			assert_noop!(
				Superdelegates::set_seats(RuntimeOrigin::root(), seats),
				Error::<Test>::SeatsOutOfRange
			);
		}
	});
}

#[test]
fn constants_of_the_mock_are_sound() {
	Superdelegates::integrity_test();
}
