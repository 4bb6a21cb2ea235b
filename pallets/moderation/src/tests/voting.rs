//! Sealing, committing, revealing, deciding.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::{
	moderation::{Decision, Defect, Finding, Policy, RejectReason, Verdict},
	AccountId,
};

#[test]
fn clean_scores_approve_with_the_medians() {
	build_and_execute(|| {
		let members = sealed(1);

		vote(&members, 1, &[score(100), score(9_000), score(300)]);

		let medians = vec![300].try_into().unwrap();
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Approve(medians))]);
		let view = view(1);
		assert_eq!(view.risk.unwrap().into_inner(), vec![300]);
		assert_eq!((view.committed, view.revealed, view.keys_sealed), (3, 3, true));
		assert_eq!(Duties::<Test>::iter().count(), 0);
		assert_eq!(SealedKeys::<Test>::iter().count(), 0);
		assert!(Silent::get().is_empty());
	});
}

#[test]
fn a_median_at_the_threshold_rejects_and_keeps_the_scores() {
	build_and_execute(|| {
		let members = sealed(1);

		vote(&members, 1, &[score(THRESHOLD), score(THRESHOLD), score(0)]);

		let reason = RejectReason::Policy { category: 0, score: THRESHOLD };
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Reject(reason))]);
		assert_eq!(Outcomes::<Test>::get(item(1)).unwrap().into_inner(), vec![THRESHOLD]);
	});
}

#[test]
fn most_defects_reject_without_scores() {
	build_and_execute(|| {
		let members = sealed(1);

		vote(&members, 1, &[defect(Defect::WrongKey), score(3), defect(Defect::WrongKey)]);

		let reason = RejectReason::Defective(Defect::WrongKey);
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Reject(reason))]);
		assert_eq!(Outcomes::<Test>::get(item(1)), None);
	});
}

#[test]
fn each_step_is_announced() {
	build_and_execute(|| {
		let members = sealed(1);
		let now = System::block_number();
		vote(&members, 1, &[score(1), score(2), score(3)]);

		let committed =
			|place: usize| Event::Committed { id: item(1), member: members[place].clone() };
		let revealed = |place: usize| Event::Revealed {
			id: item(1),
			member: members[place].clone(),
			model: [7; 32],
		};
		assert_eq!(
			events()[1..],
			[
				Event::KeysSealed { id: item(1), deadline: now + COMMIT },
				committed(0),
				committed(1),
				committed(2),
				Event::RevealOpened { id: item(1), deadline: now + REVEAL },
				revealed(0),
				revealed(1),
				revealed(2),
				Event::Decided {
					id: item(1),
					decision: Decision::Approve(vec![2].try_into().unwrap()),
				},
			]
		);
	});
}

#[test]
fn seal_keys_fails_out_of_turn_and_for_strangers() {
	build_and_execute(|| {
		assert_noop!(seal(1), Error::<Test>::NoScreening);
		assert_ok!(open(1));
		assert_noop!(seal(1), Error::<Test>::NotSealing);
		run_to(10);

		assert_noop!(seal_as(account(1), item(1), PANEL as u8), Error::<Test>::NotOwner);
		assert_noop!(seal_as(Owner::get(), item(1), 2), Error::<Test>::WrongKeyCount);
		assert_noop!(seal_as(Owner::get(), item(1), 4), Error::<Test>::WrongKeyCount);
		assert_ok!(seal(1));
		assert_noop!(seal(1), Error::<Test>::NotSealing);
	});
}

#[test]
fn commit_fails_out_of_turn_and_for_strangers() {
	build_and_execute(|| {
		assert_noop!(commit(&account(1), 1, &score(1)), Error::<Test>::NoScreening);
		let members = draw(1);
		let stranger = Members::get().into_iter().find(|who| !members.contains(who)).unwrap();

		assert_noop!(commit(&stranger, 1, &score(1)), Error::<Test>::NotMember);
		assert_noop!(commit(&members[0], 1, &score(1)), Error::<Test>::NotCommitting);
		assert_ok!(seal(1));
		assert_ok!(commit(&members[0], 1, &score(1)));
		assert_noop!(commit(&members[0], 1, &score(2)), Error::<Test>::AlreadyCommitted);
	});
}

#[test]
fn reveal_fails_out_of_turn_and_for_strangers() {
	build_and_execute(|| {
		assert_noop!(reveal(&account(1), 1, &score(1)), Error::<Test>::NoScreening);
		let members = sealed(1);
		assert_ok!(commit(&members[0], 1, &score(1)));
		assert_noop!(reveal(&members[0], 1, &score(1)), Error::<Test>::NotRevealing);
		assert_ok!(commit(&members[1], 1, &score(1)));
		run_to(System::block_number() + COMMIT + 1);

		let stranger = Members::get().into_iter().find(|who| !members.contains(who)).unwrap();
		assert_noop!(reveal(&stranger, 1, &score(1)), Error::<Test>::NotMember);
		assert_noop!(reveal(&members[2], 1, &score(1)), Error::<Test>::NotCommitted);
		assert_ok!(reveal(&members[0], 1, &score(1)));
		assert_noop!(reveal(&members[0], 1, &score(1)), Error::<Test>::AlreadyRevealed);
	});
}

#[test]
fn reveal_fails_for_another_verdict_or_salt() {
	build_and_execute(|| {
		let members = sealed(1);
		for member in &members {
			assert_ok!(commit(member, 1, &score(1)));
		}

		assert_noop!(reveal(&members[0], 1, &score(2)), Error::<Test>::WrongReveal);
		assert_noop!(
			Moderation::reveal(
				RuntimeOrigin::signed(members[0].clone()),
				item(1),
				score(1),
				[0; 32]
			),
			Error::<Test>::WrongReveal
		);
	});
}

#[test]
fn a_copied_commitment_cannot_be_revealed() {
	build_and_execute(|| {
		let members = sealed(1);
		let honest = score(1);
		let hash = commitment(&members[0], 1, &honest);
		assert_ok!(commit(&members[0], 1, &honest));
		assert_ok!(commit(&members[2], 1, &honest));

		// The copier waits for the verdict and salt that fit what it has copied.
		assert_ok!(Moderation::commit(RuntimeOrigin::signed(members[1].clone()), item(1), hash));
		assert_ok!(reveal(&members[0], 1, &honest));

		assert_noop!(reveal(&members[1], 1, &honest), Error::<Test>::WrongReveal);
	});
}

#[test]
fn a_commitment_of_a_former_round_cannot_be_revealed() {
	build_and_execute(|| {
		Members::set((1..=3).map(account).collect());
		let first = sealed(1);
		let verdict = score(1);
		let hash = commitment(&first[0], 1, &verdict);
		assert_ok!(commit(&first[0], 1, &verdict));
		assert_ok!(commit(&first[1], 1, &verdict));
		run_to(System::block_number() + COMMIT + 1);
		assert_ok!(reveal(&first[0], 1, &verdict));
		run_to(System::block_number() + REVEAL + DRAW_DELAY + 2);
		assert_ok!(seal(1));

		// Everybody knows by now what is behind the old commitment.
		assert_ok!(Moderation::commit(RuntimeOrigin::signed(first[0].clone()), item(1), hash));
		assert_ok!(commit(&first[1], 1, &verdict));
		assert_ok!(commit(&first[2], 1, &verdict));

		assert_noop!(reveal(&first[0], 1, &verdict), Error::<Test>::WrongReveal);
	});
}

/// Who has duties, in panel order.
fn on_duty(members: &[AccountId]) -> Vec<usize> {
	let on_duty = |place: &usize| Duties::<Test>::contains_key(&members[*place], item(1));
	(0..members.len()).filter(on_duty).collect()
}

#[test]
fn duties_last_from_the_draw_until_there_is_nothing_to_do() {
	build_and_execute(|| {
		let members = draw(1);
		assert_eq!(on_duty(&members), [0, 1, 2]);
		assert_ok!(seal(1));

		assert_ok!(commit(&members[0], 1, &score(1)));
		assert_ok!(commit(&members[1], 1, &score(1)));
		assert_eq!(on_duty(&members), [0, 1, 2]);
		run_to(System::block_number() + COMMIT + 1);
		assert_eq!(on_duty(&members), [0, 1]);

		assert_ok!(reveal(&members[1], 1, &score(1)));
		assert_eq!(on_duty(&members), [0]);
		run_to(System::block_number() + REVEAL + 1);
		assert!(on_duty(&members).is_empty());
		assert!(OpenDuties::<Test>::get().is_empty());
	});
}

#[test]
fn a_malformed_verdict_cannot_keep_the_others_from_deciding() {
	build_and_execute(|| {
		let members = sealed(1);
		let finding = Finding::Scored(vec![1, 2].try_into().unwrap());
		let too_long = Verdict { finding, model: [7; 32] };
		let verdicts = [score(1), score(2), too_long.clone()];
		for (member, verdict) in members.iter().zip(&verdicts) {
			assert_ok!(commit(member, 1, verdict));
		}

		assert_noop!(reveal(&members[2], 1, &too_long), Error::<Test>::MalformedVerdict);
		assert_ok!(reveal(&members[0], 1, &score(1)));
		assert_ok!(reveal(&members[1], 1, &score(2)));
		run_to(System::block_number() + REVEAL + 1);

		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
		assert_eq!(Silent::get(), vec![(members[2].clone(), item(1))]);
	});
}

#[test]
fn scores_beyond_certainty_are_refused() {
	build_and_execute(|| {
		let members = sealed(1);
		for member in &members {
			assert_ok!(commit(member, 1, &score(10_001)));
		}

		assert_noop!(reveal(&members[0], 1, &score(10_001)), Error::<Test>::MalformedVerdict);
	});
}

#[test]
fn a_panel_decides_by_the_policy_under_which_it_was_drawn() {
	build_and_execute(|| {
		let old = sealed(1);
		let strict: Policy = vec![category("a", 1), category("b", 1)].try_into().unwrap();
		assert_ok!(Moderation::set_policy(RuntimeOrigin::root(), strict));

		vote(&old, 1, &[score(100), score(100), score(100)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));

		let new = sealed(2);
		let finding = Finding::Scored(vec![0, 1].try_into().unwrap());
		let verdict = Verdict { finding, model: [7; 32] };
		vote(&new, 2, &[verdict.clone(), verdict.clone(), verdict]);
		let reason = RejectReason::Policy { category: 1, score: 1 };
		assert_eq!(Decisions::get()[1].1, Decision::Reject(reason));
	});
}
