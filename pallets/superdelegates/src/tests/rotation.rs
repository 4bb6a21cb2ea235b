//! Who takes office when a session begins.

use crate::{mock::*, Candidates, Departure, Error, Event, Seats};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use frame_system::Pallet as SystemPallet;
use popnet_primitives::traits::ScreeningSet;

#[test]
fn a_session_appoints_candidates_whom_more_than_half_approve() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand_with(2, &[1, 2]);
		take_events();

		new_session(vec![1, 2, 3, 4, 5]);

		assert_eq!(Superdelegates::members(), [(1, key(1))]);
		assert_eq!(take_events(), [Event::Appointed { who: 1 }]);
	});
}

#[test]
fn exactly_half_is_not_enough() {
	ExtBuilder::default().delegates(vec![1, 2, 3, 4]).build_and_execute(|| {
		stand_with(1, &[1, 2]);

		new_session(vec![1, 2, 3, 4]);
		assert!(in_office().is_empty());

		approve(3, 1).unwrap();
		new_session(vec![1, 2, 3, 4]);
		assert_eq!(in_office(), [1]);
	});
}

#[test]
fn more_approvals_come_first_and_earlier_standing_breaks_ties() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(3, &[1, 2, 3]);
		stand_with(2, &[1, 2, 3]);
		stand_with(1, &[1, 2, 3, 4]);

		new_session(vec![1, 2, 3, 4, 5]);

		assert_eq!(in_office(), [1, 3]);
	});
}

#[test]
fn a_better_candidate_takes_the_seat_at_the_next_session() {
	ExtBuilder::default().seats(1).build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		new_session(vec![1, 2, 3, 4, 5]);
		stand_with(2, &[1, 2, 3, 4]);
		assert_eq!(in_office(), [1]);
		take_events();

		new_session(vec![1, 2, 3, 4, 5]);

		assert_eq!(in_office(), [2]);
		assert_eq!(
			take_events(),
			[Event::Appointed { who: 2 }, Event::Left { who: 1, reason: Departure::Outvoted }]
		);
		assert_eq!(Departed::get(), [1]);
	});
}

#[test]
fn approvals_of_former_delegates_do_not_count() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[3, 4, 5]);
		new_session(vec![1, 2, 3, 4, 5]);
		assert_eq!(in_office(), [1]);
		take_events();

		new_session(vec![1, 2, 3, 6, 7]);

		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [3]);
		assert_eq!(take_events(), [Event::Left { who: 1, reason: Departure::VotedOut }]);
	});
}

#[test]
fn a_session_ends_candidacies_of_former_delegates() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand(2).unwrap();
		new_session(vec![1, 2, 3, 4, 5]);
		take_events();

		new_session(vec![3, 4, 5]);

		assert_eq!(Candidates::<Test>::count(), 0);
		assert_eq!(Departed::get(), [1]);
		let events = take_events();
		assert_eq!(events.len(), 3);
		for event in [
			Event::CandidacyEnded { who: 1 },
			Event::CandidacyEnded { who: 2 },
			Event::Left { who: 1, reason: Departure::LostDelegacy },
		] {
			assert!(events.contains(&event), "{event:?}");
		}
	});
}

#[test]
fn a_session_without_change_is_silent() {
	ExtBuilder::default().members(vec![1, 2]).build_and_execute(|| {
		new_session(vec![1, 2, 3, 4, 5]);

		assert!(take_events().is_empty());
		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn a_rotation_counts_its_weight_in_the_block() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();
		let before = SystemPallet::<Test>::block_weight().total();

		new_session(vec![1, 2, 3, 4, 5]);

		let spent = SystemPallet::<Test>::block_weight().total().saturating_sub(before);
		assert_eq!(spent, <() as crate::WeightInfo>::rotate(1, 5));
	});
}

#[test]
fn set_seats_rotates_at_once() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand_with(2, &[1, 2, 3, 4]);
		new_session(vec![1, 2, 3, 4, 5]);
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
