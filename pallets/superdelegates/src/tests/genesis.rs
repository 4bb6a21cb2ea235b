//! Superdelegates from the first block on.

use crate::{mock::*, Candidates, Seats};
use popnet_primitives::traits::ScreeningSet;
use sp_runtime::BuildStorage;

#[test]
fn genesis_members_stay_in_office_through_sessions_and_eras() {
	ExtBuilder::default().members(vec![4, 2]).build_and_execute(|| {
		assert_eq!(Superdelegates::members(), [(4, key(4)), (2, key(2))]);

		new_session(vec![1, 2, 3, 4, 5]);
		next_era();

		assert_eq!(in_office(), [4, 2]);
	});
}

#[test]
fn genesis_members_approve_of_each_other_when_no_delegate_is_active_yet() {
	ExtBuilder::default().delegates(vec![]).members(vec![1, 2]).build_and_execute(|| {
		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [1, 2]);

		new_era(vec![1, 2, 3]);

		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn an_empty_genesis_has_no_seats_and_survives_an_era() {
	ExtBuilder::default().seats(0).build_and_execute(|| {
		new_era(vec![1, 2, 3]);

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

#[test]
#[should_panic(expected = "without a model")]
fn genesis_is_refused_when_a_member_has_no_model() {
	let members = vec![(1, key(1), [0; 32])];
	let _ = crate::GenesisConfig::<Test> { seats: 1, members }.build_storage();
}
