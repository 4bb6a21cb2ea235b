//! Leaving office between rotations.

use crate::{mock::*, Candidates, Departure, Event, WeightInfo};
use frame_support::traits::Hooks;
use frame_system::Pallet as SystemPallet;
use std::collections::BTreeMap;

fn two_members() -> ExtBuilder {
	ExtBuilder::default().members(vec![1, 2])
}

#[test]
fn a_member_leaves_at_once_when_it_withdraws() {
	two_members().build_and_execute(|| {
		withdraw(1).unwrap();

		assert_eq!(in_office(), [2]);
		assert_eq!(
			take_events(),
			[Event::Left { who: 1, reason: Departure::Withdrew }, Event::CandidacyEnded { who: 1 }]
		);
		assert_eq!(Departed::get(), [1]);
	});
}

#[test]
fn a_member_leaves_at_once_when_its_majority_is_gone() {
	two_members().build_and_execute(|| {
		disapprove(3, 1).unwrap();
		disapprove(4, 1).unwrap();
		assert_eq!(in_office(), [1, 2]);

		disapprove(5, 1).unwrap();

		assert_eq!((in_office(), Departed::get()), (vec![2], vec![1]));
		assert!(take_events().contains(&Event::Left { who: 1, reason: Departure::VotedOut }));
	});
}

#[test]
fn the_majority_of_a_member_is_one_of_stake() {
	two_members().build_and_execute(|| {
		Stakes::set(BTreeMap::from([(5, 401)]));
		for voter in 1..=4 {
			disapprove(voter, 1).unwrap();
		}
		assert_eq!(in_office(), [1, 2]);

		disapprove(5, 2).unwrap();

		assert_eq!(in_office(), [1]);
	});
}

#[test]
fn a_session_ends_candidacies_and_memberships_of_former_delegates() {
	ExtBuilder::default().build_and_execute(|| {
		stand_with(1, &[1, 2, 3]);
		stand(2).unwrap();
		next_era();
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
fn a_session_drops_approvals_of_former_delegates_and_nobody_from_office() {
	two_members().build_and_execute(|| {
		new_session(vec![1, 2, 6, 7, 8]);

		assert_eq!(Candidates::<Test>::get(1).unwrap().approvals.into_inner(), [1, 2]);
		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn a_session_counts_its_weight_in_the_block() {
	two_members().build_and_execute(|| {
		let before = SystemPallet::<Test>::block_weight().total();

		new_session(vec![2, 3, 4]);

		let spent = SystemPallet::<Test>::block_weight().total().saturating_sub(before);
		assert_eq!(spent, <()>::drop_inactive(2, 3).saturating_add(LEFT_WEIGHT));
	});
}

#[test]
fn a_member_leaves_in_the_next_block_when_it_is_no_active_delegate() {
	two_members().build_and_execute(|| {
		ActiveDelegates::set(vec![2, 3, 4, 5]);

		Superdelegates::on_initialize(2);

		assert_eq!((in_office(), Departed::get()), (vec![2], vec![1]));
		assert_eq!(take_events(), [Event::Left { who: 1, reason: Departure::LostDelegacy }]);
	});
}

#[test]
fn a_block_changes_nothing_when_all_members_are_active() {
	two_members().build_and_execute(|| {
		Superdelegates::on_initialize(2);

		assert_eq!((in_office(), Departed::get()), (vec![1, 2], vec![]));
		assert!(take_events().is_empty());
	});
}

#[test]
fn the_block_hook_reports_a_weight_that_depends_on_the_members_only() {
	let weight_with = |delegates: Vec<u64>, members: Vec<u64>| {
		let mut weight = Default::default();
		ExtBuilder::default()
			.delegates(delegates)
			.members(members)
			.build_and_execute(|| weight = Superdelegates::on_initialize(2));
		weight
	};

	assert_eq!(weight_with(vec![1, 2], vec![1, 2]), weight_with((1..=8).collect(), vec![1, 2]));
	assert!(weight_with(vec![1, 2], vec![1]).any_lt(weight_with(vec![1, 2], vec![1, 2])));
}
