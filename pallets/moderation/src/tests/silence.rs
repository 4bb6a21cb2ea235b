//! Deadlines that pass, and what becomes of silent members.

use crate::{mock::*, *};
use frame_support::assert_ok;
use popnet_primitives::moderation::{Decision, Defect};

#[test]
fn an_item_whose_keys_are_never_sealed_is_undecided() {
	build_and_execute(|| {
		draw(1);

		run_to(System::block_number() + KEYS);

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		assert!(events().contains(&Event::KeysMissing { id: item(1) }));
		assert!(Silent::get().is_empty());
		assert!(!view(1).keys_sealed);
	});
}

#[test]
fn a_majority_of_commitments_goes_on_without_the_silent() {
	build_and_execute(|| {
		let members = sealed(1);
		assert_ok!(commit(&members[0], 1, &score(10)));
		assert_ok!(commit(&members[2], 1, &score(20)));

		run_to(System::block_number() + COMMIT + 1);

		assert_eq!(panel(1).phase, Phase::Revealing);
		assert_eq!(Missed::<Test>::get(&members[1]), 1);
		assert_eq!(Silent::get(), vec![(members[1].clone(), item(1))]);
		assert!(events().contains(&Event::MissedDuty {
			id: item(1),
			member: members[1].clone(),
			duty: Duty::Commit,
		}));
		// Everybody who can reveal has: no need to wait for the deadline.
		assert_ok!(reveal(&members[0], 1, &score(10)));
		assert_ok!(reveal(&members[2], 1, &score(20)));
		let medians = vec![20].try_into().unwrap();
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Approve(medians))]);
	});
}

#[test]
fn too_few_commitments_draw_another_panel_without_the_silent() {
	build_and_execute(|| {
		let first = sealed(1);
		assert_ok!(commit(&first[0], 1, &score(10)));

		run_to(System::block_number() + COMMIT + 1);
		assert_eq!(panel(1).phase, Phase::Drawing);
		assert_eq!(panel(1).silent.to_vec(), first[1..]);
		assert_eq!(Missed::<Test>::get(&first[0]), 0);
		assert_eq!(Duties::<Test>::iter().count(), 0);
		assert_eq!(SealedKeys::<Test>::iter().count(), 0);
		run_to(System::block_number() + DRAW_DELAY + 1);

		let second = members(1);
		assert!(!second.contains(&first[1]) && !second.contains(&first[2]));
		assert_ok!(seal(1));
		vote(&second, 1, &[score(1), score(2), score(3)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn silent_members_are_drawn_again_when_there_are_no_others() {
	build_and_execute(|| {
		Members::set((1..=3).map(account).collect());
		sealed(1);

		run_to(System::block_number() + COMMIT + DRAW_DELAY + 2);

		assert_eq!(panel(1).phase, Phase::Sealing);
		assert_eq!(members(1).len(), 3);
	});
}

#[test]
fn a_second_silent_panel_leaves_the_item_undecided() {
	build_and_execute(|| {
		sealed(1);
		run_to(System::block_number() + COMMIT + DRAW_DELAY + 2);
		assert_ok!(seal(1));

		run_to(System::block_number() + COMMIT + 1);

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		// It was not for want of keys.
		assert!(view(1).keys_sealed);
		assert_eq!(Silent::get().len(), 6);
		let dismissed =
			events().iter().filter(|e| matches!(e, Event::PanelDismissed { .. })).count();
		assert_eq!(dismissed, 1);
	});
}

#[test]
fn a_majority_of_reveals_decides_at_the_deadline() {
	build_and_execute(|| {
		let members = sealed(1);
		for member in &members {
			assert_ok!(commit(member, 1, &score(10)));
		}
		assert_ok!(reveal(&members[0], 1, &score(10)));
		assert_ok!(reveal(&members[1], 1, &score(10)));

		run_to(System::block_number() + REVEAL);
		assert!(Decisions::get().is_empty());
		run_to(System::block_number() + 1);

		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
		assert!(events().contains(&Event::MissedDuty {
			id: item(1),
			member: members[2].clone(),
			duty: Duty::Reveal,
		}));
	});
}

#[test]
fn two_who_disagree_while_the_third_is_silent_decide_nothing() {
	let honest = [score(THRESHOLD), defect(Defect::WrongKey)];
	for (n, honest) in (1..).zip(honest) {
		build_and_execute(|| {
			let first = sealed(n);
			assert_ok!(commit(&first[0], n, &honest));
			assert_ok!(commit(&first[1], n, &score(0)));
			run_to(System::block_number() + COMMIT + 1);

			assert_ok!(reveal(&first[0], n, &honest));
			assert_ok!(reveal(&first[1], n, &score(0)));

			assert!(Decisions::get().is_empty());
			assert_eq!(panel(n).phase, Phase::Drawing);
			assert_eq!(panel(n).silent.to_vec(), first[2..]);
			assert_eq!(Outcomes::<Test>::get(item(n)), None);
		});
	}
}

#[test]
fn too_few_reveals_draw_another_panel() {
	build_and_execute(|| {
		let first = sealed(1);
		assert_ok!(commit(&first[0], 1, &score(10)));
		assert_ok!(commit(&first[1], 1, &score(10)));
		run_to(System::block_number() + COMMIT + 1);
		assert_ok!(reveal(&first[0], 1, &score(10)));

		run_to(System::block_number() + REVEAL + 1);

		assert_eq!(panel(1).phase, Phase::Drawing);
		assert_eq!(panel(1).silent.to_vec(), first[1..]);
		// One missed duty each, however late in the life of the panel.
		assert_eq!((Missed::<Test>::get(&first[1]), Missed::<Test>::get(&first[2])), (1, 1));
		assert!(Decisions::get().is_empty());
	});
}
