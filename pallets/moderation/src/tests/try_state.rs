//! The invariants are noticed when they are broken.

use crate::{mock::*, *};
use popnet_primitives::{content::SEALED_KEY_BYTES, moderation::RiskVector};

/// Breaks a state with item 1 drawing, 2 sealing, 3 committing and 4 decided, and expects the
/// invariants to notice.
fn breaks(corrupt: impl FnOnce()) {
	build().execute_with(|| {
		let members = sealed(4);
		vote(&members, 4, &[score(1), score(2), score(3)]);
		sealed(3);
		draw(2);
		open(1).unwrap();
		Moderation::do_try_state().unwrap();

		corrupt();

		assert!(Moderation::do_try_state().is_err());
	});
}

fn change(n: u8, change: impl FnOnce(&mut Panel)) {
	Panels::<Test>::mutate(item(n), |panel| change(panel.as_mut().unwrap()));
}

#[test]
fn wrong_deadlines_are_noticed() {
	breaks(|| {
		let _ = Deadlines::<Test>::clear(u32::MAX, None);
	});
	breaks(|| Deadlines::<Test>::insert(500, item(4), ()));
	breaks(|| change(2, |panel| panel.deadline = None));
	breaks(|| DeadlinesFrom::<Test>::put(500));
}

#[test]
fn wrong_duties_are_noticed() {
	breaks(|| Duties::<Test>::insert(account(1), item(4), ()));
	breaks(|| Duties::<Test>::insert(&members(2)[0], item(1), ()));
	breaks(|| Duties::<Test>::remove(&members(3)[0], item(3)));
	breaks(|| {
		OpenDuties::<Test>::mutate(|counts| *counts.get_mut(&members(3)[0]).unwrap() += 1);
	});
	breaks(|| {
		OpenDuties::<Test>::mutate(|counts| counts.try_insert(account(99), 0).unwrap());
	});
	breaks(|| DutiesMax::set(0));
}

#[test]
fn wrong_members_are_noticed() {
	breaks(|| change(2, |panel| panel.members[0] = panel.members[1].clone()));
	breaks(|| change(2, |panel| panel.seats = PANEL_MIN - 1));
	breaks(|| change(2, |panel| panel.seats = 2));
	breaks(|| {
		let member = members(3)[0].clone();
		Members::mutate(|members| members.retain(|other| *other != member));
	});
	breaks(|| Owner::set(members(2)[0].clone()));
}

#[test]
fn wrong_rounds_and_draws_are_noticed() {
	breaks(|| change(2, |panel| panel.round = panel.requested_at));
	breaks(|| change(2, |panel| panel.round = System::block_number() + 1));
	breaks(|| change(1, |panel| panel.failed_draws = DRAW_ATTEMPTS));
}

#[test]
fn screenings_without_items_and_items_without_screening_are_noticed() {
	breaks(|| InScreening::mutate(|ids| assert!(ids.remove(&item(1)))));
	breaks(|| InScreening::mutate(|ids| assert!(ids.insert(item(4)))));
	breaks(|| InScreening::mutate(|ids| assert!(ids.insert(item(90)))));
}

#[test]
fn wrong_phases_are_noticed() {
	breaks(|| change(2, |panel| panel.phase = Phase::Drawing));
	breaks(|| change(2, |panel| panel.phase = Phase::Committing));
	breaks(|| change(3, |panel| panel.members[0].verdict = Some(score(1))));
	breaks(|| change(4, |panel| panel.members[0].commitment = None));
}

#[test]
fn wrong_keys_outcomes_and_policies_are_noticed() {
	breaks(|| SealedKeys::<Test>::remove(item(3)));
	breaks(|| change(2, |panel| panel.keys = PANEL));
	breaks(|| change(3, |panel| panel.keys = 2));
	breaks(|| change(4, |panel| panel.keys = 2));
	breaks(|| change(4, |panel| panel.keys = PANEL + 1));
	breaks(|| {
		let keys = SealedKeyList::truncate_from(vec![[0; SEALED_KEY_BYTES]; 2]);
		SealedKeys::<Test>::insert(item(3), keys);
	});
	breaks(|| SealedKeys::<Test>::insert(item(90), SealedKeyList::default()));
	breaks(|| Outcomes::<Test>::insert(item(3), RiskVector::default()));
	breaks(|| Policies::<Test>::insert(7, Moderation::policy()));
	breaks(|| change(1, |panel| panel.policy = 3));
}

#[test]
fn wrong_models_are_noticed() {
	let list = |models: &[ModelHash]| ModelList::truncate_from(models.to_vec());
	breaks(|| AdmittedModels::<Test>::insert(7, list(&[MODEL])));
	breaks(|| AdmittedModels::<Test>::insert(0, ModelList::default()));
	breaks(|| AdmittedModels::<Test>::insert(0, list(&[MODEL, MODEL])));
	breaks(|| AdmittedModels::<Test>::insert(0, list(&[MODEL, [0; 32]])));
	// The decided panel's verdicts come from another model.
	breaks(|| AdmittedModels::<Test>::insert(0, list(&[[1; 32]])));
	breaks(|| {
		change(4, |panel| {
			panel.members[0].commitment.as_mut().unwrap().model = [1; 32];
		});
	});
}

#[test]
fn wrong_vacancies_are_noticed() {
	breaks(|| change(2, |panel| panel.vacant_since = Some(1)));
	breaks(|| change(2, |panel| panel.substitutes = SUBSTITUTES + 1));
	breaks(|| change(1, |panel| panel.seats = PANEL));
	breaks(|| {
		change(3, |panel| {
			panel.phase = Phase::Substituting;
			panel.vacant_since = Some(1);
		});
	});
	// One member who is left is not the majority of three.
	breaks(|| {
		let gone = members(3).split_off(1);
		change(3, |panel| {
			panel.members.truncate(1);
			panel.keys = 1;
		});
		SealedKeys::<Test>::mutate(item(3), |keys| keys.as_mut().unwrap().truncate(1));
		for member in gone {
			Moderation::end_duty(&member, item(3));
		}
	});
}
