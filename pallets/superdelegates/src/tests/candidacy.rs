//! Standing, withdrawing, approving.

use crate::{mock::*, Candidates, Error, Event, NextStanding};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::traits::ScreeningSet;

#[test]
fn stand_records_key_and_model_of_an_active_delegate() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(stand(1));

		let candidate = Candidates::<Test>::get(1).unwrap();
		assert_eq!((candidate.screening_key, candidate.model), (key(1), MODEL));
		assert!(candidate.approvals.is_empty());
		assert_eq!(take_events(), [Event::Stood { who: 1, screening_key: key(1), model: MODEL }]);
		assert!(in_office().is_empty());
	});
}

#[test]
fn stand_fails_when_the_caller_is_no_active_delegate() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(stand(6), Error::<Test>::NotActiveDelegate);
	});
}

#[test]
fn stand_fails_when_the_caller_is_a_candidate() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();

		assert_noop!(stand(1), Error::<Test>::AlreadyCandidate);
	});
}

#[test]
fn stand_fails_when_there_are_too_many_candidates() {
	ExtBuilder::default().delegates((1..=8).collect()).build_and_execute(|| {
		for who in 1..=u64::from(MAX_CANDIDATES) {
			stand(who).unwrap();
		}

		assert_noop!(stand(7), Error::<Test>::TooManyCandidates);

		withdraw(3).unwrap();
		assert_ok!(stand(7));
	});
}

#[test]
fn stand_fails_when_the_screening_key_is_weak() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Superdelegates::stand(RuntimeOrigin::signed(1), [0; 32], MODEL),
			Error::<Test>::WeakScreeningKey
		);
	});
}

#[test]
fn stand_fails_when_there_is_no_model() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Superdelegates::stand(RuntimeOrigin::signed(1), key(1), [0; 32]),
			Error::<Test>::ZeroModel
		);
	});
}

#[test]
fn declare_model_changes_the_model_of_candidate_and_member_and_keeps_approvals() {
	ExtBuilder::default().members(vec![1]).build_and_execute(|| {
		assert_ok!(declare_model(1, [8; 32]));

		let candidate = Candidates::<Test>::get(1).unwrap();
		assert_eq!((candidate.model, candidate.approvals.len()), ([8; 32], 5));
		assert_eq!(Superdelegates::model_of(&1), Some([8; 32]));
		assert_eq!(take_events(), [Event::ModelDeclared { who: 1, model: [8; 32] }]);

		stand(2).unwrap();
		assert_ok!(declare_model(2, [9; 32]));
		assert_eq!(Superdelegates::model_of(&2), None);
	});
}

#[test]
fn declare_model_fails_when_there_is_nothing_to_declare() {
	ExtBuilder::default().members(vec![1]).build_and_execute(|| {
		assert_noop!(declare_model(1, MODEL), Error::<Test>::SameModel);
		assert_noop!(declare_model(1, [0; 32]), Error::<Test>::ZeroModel);
		assert_noop!(declare_model(2, [8; 32]), Error::<Test>::NotCandidate);
	});
}

#[test]
fn standing_again_starts_without_approvals_and_behind_the_others() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand(2).unwrap();
		withdraw(1).unwrap();

		stand(1).unwrap();

		let candidate = Candidates::<Test>::get(1).unwrap();
		assert!(candidate.approvals.is_empty());
		assert_eq!((candidate.standing, NextStanding::<Test>::get()), (2, 3));
	});
}

#[test]
fn withdraw_fails_when_the_caller_is_no_candidate() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(withdraw(1), Error::<Test>::NotCandidate);
	});
}

#[test]
fn approve_counts_each_delegate_once() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();

		assert_ok!(approve(2, 1));
		assert_noop!(approve(2, 1), Error::<Test>::AlreadyApproved);

		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [2]);
	});
}

#[test]
fn approve_fails_when_the_voter_is_no_active_delegate() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();

		assert_noop!(approve(6, 1), Error::<Test>::NotActiveDelegate);
	});
}

#[test]
fn approve_fails_when_the_account_is_no_candidate() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(approve(1, 2), Error::<Test>::NotCandidate);
	});
}

#[test]
fn approve_fails_when_approvals_of_former_delegates_fill_the_list() {
	ExtBuilder::default().delegates((1..=8).collect()).build_and_execute(|| {
		stand_with(1, &[1, 2, 3, 4, 5, 6, 7, 8]);
		ActiveDelegates::set(vec![1, 9]);

		assert_noop!(approve(9, 1), Error::<Test>::TooManyApprovals);

		new_session(vec![1, 9]);
		assert_ok!(approve(9, 1));
	});
}

#[test]
fn disapprove_takes_an_approval_back() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[2, 3]);
		take_events();

		assert_ok!(disapprove(2, 1));

		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [3]);
		assert_eq!(take_events(), [Event::Disapproved { voter: 2, candidate: 1 }]);
	});
}

#[test]
fn disapprove_fails_when_there_is_nothing_to_take_back() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();

		assert_noop!(disapprove(2, 1), Error::<Test>::NotApproved);
		assert_noop!(disapprove(2, 3), Error::<Test>::NotCandidate);
	});
}

#[test]
fn calls_fail_when_nobody_has_signed() {
	use sp_runtime::DispatchError::BadOrigin;
	ExtBuilder::default().build_and_execute(|| {
		let none = RuntimeOrigin::none;
		assert_noop!(Superdelegates::stand(none(), key(1), MODEL), BadOrigin);
		assert_noop!(Superdelegates::withdraw(none()), BadOrigin);
		assert_noop!(Superdelegates::approve(none(), 1), BadOrigin);
		assert_noop!(Superdelegates::disapprove(none(), 1), BadOrigin);
		assert_noop!(Superdelegates::set_seats(RuntimeOrigin::signed(1), 1), BadOrigin);
		assert_noop!(Superdelegates::declare_model(none(), MODEL), BadOrigin);
	});
}
