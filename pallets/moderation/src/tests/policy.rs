//! Setting the policy, and what it refuses.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::moderation::{Category, Defect, Finding, Policy, CATEGORIES_MAX, SCORE_MAX};
use proptest::prelude::*;
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};

fn set(categories: Vec<Category>) -> DispatchResult {
	Moderation::set_policy(RuntimeOrigin::root(), Policy::try_from(categories).unwrap())
}

#[test]
fn genesis_sets_the_first_policy() {
	build_and_execute(|| {
		assert_eq!(Moderation::policy().len(), 1);
		assert_eq!(CurrentPolicy::<Test>::get(), Some(0));
	});
}

#[test]
#[should_panic(expected = "the policy at genesis is invalid")]
fn genesis_refuses_a_policy_that_rejects_everything() {
	let genesis = GenesisConfig::<Test> { policy: vec![category("a", 0)], ..Default::default() };
	let _ = genesis.build_storage();
}

#[test]
fn without_a_policy_nothing_opens() {
	build_with(vec![]).execute_with(|| {
		assert_eq!(Moderation::policy(), Policy::default());
		assert_noop!(open(1), Error::<Test>::NoPolicy);

		assert_ok!(set(vec![category("a", 1)]));
		assert_ok!(open(1));
		Moderation::do_try_state().unwrap();
	});
}

#[test]
fn set_policy_keeps_the_old_one_for_old_decisions() {
	build_and_execute(|| {
		assert_ok!(set(vec![category("a", 1), category("b-2", SCORE_MAX)]));

		assert_eq!(Moderation::policy().len(), 2);
		assert_eq!(Moderation::policy_of(0).len(), 1);
		assert_eq!(events().last(), Some(&Event::PolicySet { version: 1 }));
	});
}

#[test]
fn a_view_names_the_categories_of_the_panels_policy() {
	build_and_execute(|| {
		draw(1);

		assert_ok!(set(vec![category("a", 1), category("b-2", SCORE_MAX)]));

		assert_eq!(view(1).categories, vec![category("moderation-test-card", 1).name]);
		draw(2);
		assert_eq!(view(2).categories, vec![category("a", 1).name, category("b-2", 1).name]);
		assert!(view(3).categories.is_empty());
	});
}

#[test]
fn set_policy_fails_for_policies_that_make_no_sense() {
	build_and_execute(|| {
		assert_noop!(set(vec![]), Error::<Test>::EmptyPolicy);
		assert_noop!(set(vec![category("a", 0)]), Error::<Test>::InvalidThreshold);
		assert_noop!(set(vec![category("a", SCORE_MAX + 1)]), Error::<Test>::InvalidThreshold);
		for name in ["", "Upper", "with space", "under_score", "ümlaut"] {
			assert_noop!(set(vec![category(name, 1)]), Error::<Test>::InvalidCategoryName);
		}
		assert_noop!(
			set(vec![category("a", 1), category("b", 2), category("a", 3)]),
			Error::<Test>::DuplicateCategory
		);
		CurrentPolicy::<Test>::put(u32::MAX);
		assert_noop!(set(vec![category("a", 1)]), Error::<Test>::TooManyPolicies);
		CurrentPolicy::<Test>::put(0);
	});
}

#[test]
fn set_policy_fails_for_anybody_but_governance() {
	build_and_execute(|| {
		let policy = Policy::try_from(vec![category("a", 1)]).unwrap();
		assert_noop!(
			Moderation::set_policy(RuntimeOrigin::signed(account(1)), policy),
			DispatchError::BadOrigin
		);
	});
}

proptest! {
	/// The medians agree with sorting each column, whatever the thresholds.
	#[test]
	fn medians_are_the_higher_middle_values(
		rows in prop::collection::vec(prop::collection::vec(0..=SCORE_MAX, 4), 1..8),
		threshold in 1..=SCORE_MAX,
		defects in 0usize..3,
	) {
		let policy: Vec<_> = ["a", "b", "c", "d"].map(|name| category(name, threshold)).into();
		let mut findings: Vec<_> = rows
			.iter()
			.map(|row| Finding::Scored(row.clone().try_into().unwrap()))
			.collect();
		findings.extend((0..defects).map(|_| Finding::Defective(Defect::Corrupt)));
		let majority = findings.len() / 2 + 1;
		let expected = (rows.len() >= majority).then(|| {
			let median = |column: usize| {
				let mut scores: Vec<u16> = rows.iter().map(|row| row[column]).collect();
				scores.sort();
				scores[scores.len() / 2]
			};
			(0..4).map(median).collect::<Vec<_>>()
		});
		let medians = medians(&findings, majority, &policy);
		prop_assert_eq!(medians.map(|risk| risk.into_inner()), expected);
	}

	/// A finding is countable exactly when it has a score of at most certainty for each category.
	#[test]
	fn well_formed_findings_fit_the_policy(
		scores in prop::collection::vec(0..=SCORE_MAX + 1, 0..CATEGORIES_MAX as usize),
		categories in 1usize..5,
	) {
		let policy: Vec<_> = (0..categories).map(|n| category(&format!("c{n}"), 1)).collect();
		let fits = scores.len() == categories && scores.iter().all(|score| *score <= SCORE_MAX);
		let finding = Finding::Scored(scores.try_into().unwrap());
		prop_assert_eq!(is_well_formed(&finding, &policy), fits);
		prop_assert!(is_well_formed(&Finding::Defective(Defect::NotMedia), &policy));
	}
}
