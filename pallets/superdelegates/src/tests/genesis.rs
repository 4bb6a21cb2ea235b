//! Superdelegates from the first block on.

use crate::{mock::*, Candidates, Seats};
use popnet_primitives::traits::{ScreeningSet, SessionObserver};

#[test]
fn genesis_members_stay_in_office_through_sessions() {
	ExtBuilder::default().members(vec![4, 2]).build_and_execute(|| {
		assert_eq!(Superdelegates::members(), [(4, key(4)), (2, key(2))]);

		new_session(vec![1, 2, 3, 4, 5]);

		assert_eq!(in_office(), [4, 2]);
	});
}

#[test]
fn genesis_members_approve_of_each_other_when_no_delegate_is_active_yet() {
	ExtBuilder::default().delegates(vec![]).members(vec![1, 2]).build_and_execute(|| {
		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [1, 2]);

		new_session(vec![1, 2, 3]);

		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn an_empty_genesis_has_no_seats_and_survives_a_session() {
	ExtBuilder::default().seats(0).build_and_execute(|| {
		Superdelegates::on_new_session(vec![1, 2, 3]);

		assert!(in_office().is_empty());
		assert_eq!(Seats::<Test>::get(), 0);
	});
}

#[test]
#[should_panic(expected = "more Superdelegates than seats")]
fn genesis_is_refused_when_members_outnumber_seats() {
	ExtBuilder::default().seats(1).members(vec![1, 2]).build();
}

#[test]
#[should_panic(expected = "more seats than allowed")]
fn genesis_is_refused_when_there_are_too_many_seats() {
	ExtBuilder::default().seats(MAX_SEATS + 1).build();
}

#[test]
#[should_panic(expected = "twice")]
fn genesis_is_refused_when_a_member_is_named_twice() {
	ExtBuilder::default().members(vec![1, 1]).build();
}
