//! Leaving office between rotations.

use crate::{mock::*, Departure, Event};
use frame_support::traits::Hooks;

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
