//! Which models may find a verdict.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::moderation::{Decision, Policy, Verdict};
use sp_runtime::{BuildStorage, DispatchError, DispatchResult};

const OTHER: ModelHash = [8; 32];

fn admit(models: &[ModelHash]) -> DispatchResult {
	let models = ModelList::try_from(models.to_vec()).unwrap();
	Moderation::admit_models(RuntimeOrigin::root(), models)
}

fn score_of(model: ModelHash) -> Verdict {
	Verdict { model, ..score(1) }
}

#[test]
fn a_verdict_of_a_model_that_was_not_declared_cannot_be_revealed() {
	build_and_execute(|| {
		let members = sealed(1);
		assert_ok!(commit(&members[0], 1, &score_of(OTHER)));
		assert_ok!(commit(&members[1], 1, &score(1)));
		assert_ok!(commit(&members[2], 1, &score(1)));

		assert_noop!(reveal(&members[0], 1, &score_of(OTHER)), Error::<Test>::WrongModel);

		// The others decide, and it has missed its duty.
		assert_ok!(reveal(&members[1], 1, &score(1)));
		assert_ok!(reveal(&members[2], 1, &score(1)));
		run_to(System::block_number() + REVEAL + 1);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
		assert_eq!(Silent::get(), vec![(members[0].clone(), item(1))]);
	});
}

#[test]
fn the_model_that_counts_is_the_one_declared_when_the_member_commits() {
	build_and_execute(|| {
		let members = sealed(1);
		declare(&members[0], OTHER);
		assert_ok!(commit(&members[0], 1, &score_of(OTHER)));
		assert_ok!(commit(&members[1], 1, &score(1)));
		assert_ok!(commit(&members[2], 1, &score(1)));

		declare(&members[0], [9; 32]);

		assert_ok!(reveal(&members[0], 1, &score_of(OTHER)));
	});
}

#[test]
fn commit_fails_when_the_policy_does_not_admit_the_declared_model() {
	build_and_execute(|| {
		assert_ok!(admit(&[MODEL]));
		let members = sealed(1);

		declare(&members[0], OTHER);
		assert_noop!(commit(&members[0], 1, &score_of(OTHER)), Error::<Test>::ModelNotAdmitted);

		declare(&members[0], MODEL);
		assert_ok!(commit(&members[0], 1, &score(1)));
	});
}

#[test]
fn a_panel_keeps_to_the_models_of_the_policy_under_which_it_was_drawn() {
	build_and_execute(|| {
		assert_ok!(admit(&[MODEL]));
		let members = sealed(1);

		assert_ok!(admit(&[OTHER]));

		vote(&members, 1, &[score(1), score(2), score(3)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn only_members_with_an_admitted_model_are_drawn() {
	build_and_execute(|| {
		let able: Vec<_> = [2, 5, 7].map(account).into();
		for who in &able {
			declare(who, OTHER);
		}
		assert_ok!(admit(&[[9; 32], OTHER]));

		for n in 1..=10 {
			let mut drawn = draw(n);
			drawn.sort();
			assert_eq!(drawn, able);
		}
	});
}

#[test]
fn a_draw_is_postponed_while_too_few_run_an_admitted_model() {
	build_and_execute(|| {
		assert_ok!(admit(&[OTHER]));
		declare(&account(1), OTHER);
		assert!(draw(1).is_empty());

		declare(&account(2), OTHER);
		run_to(System::block_number() + DRAW_RETRY);

		assert_eq!(members(1).len(), 2);
	});
}

#[test]
fn admit_models_makes_a_policy_and_keeps_its_categories() {
	build_and_execute(|| {
		assert_ok!(admit(&[MODEL, OTHER]));

		let models = ModelList::truncate_from(vec![MODEL, OTHER]);
		assert_eq!(CurrentPolicy::<Test>::get(), Some(1));
		assert_eq!(Moderation::policy(), Moderation::policy_of(0));
		assert_eq!(AdmittedModels::<Test>::get(1), models);
		assert_eq!(
			events(),
			vec![Event::PolicySet { version: 1 }, Event::ModelsAdmitted { version: 1, models }]
		);

		assert_ok!(admit(&[]));
		assert!(Moderation::admits(2, &[99; 32]) && !Moderation::admits(1, &[99; 32]));
		assert!(!AdmittedModels::<Test>::contains_key(2));
	});
}

#[test]
fn set_policy_keeps_the_admitted_models() {
	build_and_execute(|| {
		assert_ok!(admit(&[MODEL]));

		let policy = Policy::try_from(vec![category("a", 1)]).unwrap();
		assert_ok!(Moderation::set_policy(RuntimeOrigin::root(), policy));

		assert_eq!(AdmittedModels::<Test>::get(2).into_inner(), vec![MODEL]);
	});
}

#[test]
fn admit_models_fails_for_lists_that_make_no_sense() {
	build_and_execute(|| {
		assert_noop!(admit(&[MODEL, OTHER, MODEL]), Error::<Test>::InvalidModelList);
		assert_noop!(admit(&[MODEL, [0; 32]]), Error::<Test>::InvalidModelList);
	});
	build().execute_with(|| {
		Policies::<Test>::insert(u32::MAX, Moderation::policy());
		CurrentPolicy::<Test>::put(u32::MAX);
		assert_noop!(admit(&[MODEL]), Error::<Test>::TooManyPolicies);
	});
	build_with(vec![]).execute_with(|| {
		assert_noop!(admit(&[MODEL]), Error::<Test>::NoPolicy);
	});
}

#[test]
fn admit_models_fails_for_anybody_but_governance() {
	build_and_execute(|| {
		let models = ModelList::default();
		assert_noop!(
			Moderation::admit_models(RuntimeOrigin::signed(account(1)), models),
			DispatchError::BadOrigin
		);
	});
}

fn genesis(models: Vec<ModelHash>) -> GenesisConfig<Test> {
	GenesisConfig { policy: vec![category("a", 1)], models, ..Default::default() }
}

#[test]
fn genesis_admits_models() {
	let storage = genesis(vec![MODEL]).build_storage().unwrap();
	sp_io::TestExternalities::from(storage).execute_with(|| {
		assert_eq!(CurrentPolicy::<Test>::get(), Some(0));
		assert!(Moderation::admits(0, &MODEL) && !Moderation::admits(0, &OTHER));
		Moderation::do_try_state().unwrap();
	});
}

#[test]
#[should_panic(expected = "the policy at genesis is invalid")]
fn genesis_refuses_models_that_are_none() {
	let _ = genesis(vec![[0; 32]]).build_storage();
}
