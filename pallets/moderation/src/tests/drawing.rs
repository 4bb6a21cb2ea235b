//! Who is drawn, when, and by what.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use popnet_primitives::{moderation::Decision, traits::Screening};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn a_panel_is_drawn_after_the_delay() {
	build_and_execute(|| {
		assert_ok!(open(1));
		assert_noop!(open(1), Error::<Test>::AlreadyOpen);

		run_to(1 + DRAW_DELAY);
		assert_eq!(panel(1).phase, Phase::Drawing);
		run_to(2 + DRAW_DELAY);

		let drawn = members(1);
		let distinct: BTreeSet<_> = drawn.iter().collect();
		assert_eq!(distinct.len(), PANEL as usize);
		assert!(drawn.iter().all(|member| Members::get().contains(member)));
		assert_eq!(panel(1).phase, Phase::Sealing);
		let deadline = 1 + DRAW_DELAY + KEYS;
		assert_eq!(
			events(),
			vec![Event::PanelDrawn {
				id: item(1),
				members: drawn.clone().try_into().unwrap(),
				deadline
			}]
		);
		assert_eq!(view(1).panel[0], (drawn[0].clone(), screening_key(&drawn[0])));
		assert_eq!((view(1).round, view(1).keys_sealed), (1 + DRAW_DELAY, false));
		assert_eq!(view(2), Default::default());
	});
}

/// The members drawn for an item under a seed, with a parent block that `block` fixes.
fn drawn_under(seed: [u8; 32], block: u32, n: u8) -> Vec<popnet_primitives::AccountId> {
	build().execute_with(|| {
		Members::set((1..=100).map(account).collect());
		Seed::set(seed);
		System::set_block_number(block);
		draw(n)
	})
}

#[test]
fn the_draw_depends_on_randomness_and_item_and_on_nothing_that_an_author_chooses() {
	let base = drawn_under([1; 32], 5, 1);
	assert_eq!(base, drawn_under([1; 32], 5, 1));
	assert_eq!(base, drawn_under([1; 32], 6, 1));
	assert_ne!(base, drawn_under([2; 32], 5, 1));
	assert_ne!(base, drawn_under([1; 32], 5, 2));
}

#[test]
fn the_draw_waits_for_randomness_that_was_fixed_after_the_registration() {
	build_and_execute(|| {
		// At the first draw the randomness is exactly as old as the registration.
		SeedAge::set(DRAW_DELAY);
		assert_ok!(open(1));

		run_to(2 + DRAW_DELAY);
		let until = 1 + DRAW_DELAY + DRAW_RETRY;
		assert_eq!(events(), vec![Event::DrawPostponed { id: item(1), until }]);
		run_to(until);
		assert_eq!(panel(1).phase, Phase::Drawing);
		run_to(until + 1);

		assert_eq!(panel(1).phase, Phase::Sealing);
		assert_eq!(panel(1).round, until);
	});
}

#[test]
fn another_panel_waits_for_randomness_that_was_fixed_after_the_dismissal() {
	build_and_execute(|| {
		sealed(1);
		SeedAge::set(DRAW_DELAY);

		run_to(System::block_number() + COMMIT + DRAW_DELAY + 2);
		assert_eq!(panel(1).phase, Phase::Drawing);
		run_to(System::block_number() + DRAW_RETRY);

		assert_eq!(panel(1).phase, Phase::Sealing);
	});
}

#[test]
fn old_randomness_for_ever_ends_undecided() {
	build_and_execute(|| {
		SeedAge::set(1_000);
		assert_ok!(open(1));

		run_to(2 + DRAW_DELAY + (DRAW_ATTEMPTS - 1) * DRAW_RETRY);

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
	});
}

#[test]
fn every_superdelegate_has_the_same_chance() {
	build_and_execute(|| {
		let mut drawn = [0u32; 9];
		for n in 0..255 {
			for member in draw(n) {
				drawn[usize::from(<[u8; 32]>::from(member)[0]) - 1] += 1;
			}
			cancel(n);
		}
		// 85 expected each, standard deviation 7.5.
		assert!(drawn.iter().all(|count| (50..120).contains(count)), "{drawn:?}");
	});
}

#[test]
fn the_publisher_is_never_drawn() {
	build_and_execute(|| {
		Owner::set(account(1));
		Members::set((1..=4).map(account).collect());
		for n in 0..30 {
			assert!(!draw(n).contains(&account(1)));
		}

		// Two others are the least that a panel needs.
		appoint((1..=3).map(account).collect());
		let drawn: BTreeSet<_> = draw(99).into_iter().collect();
		assert_eq!(drawn, BTreeSet::from([account(2), account(3)]));
		appoint((1..=2).map(account).collect());
		assert!(draw(100).is_empty());
	});
}

#[test]
fn both_members_of_a_small_panel_must_agree() {
	build_and_execute(|| {
		Members::set(vec![account(1), account(2)]);
		let members = draw(1);
		assert_ok!(seal_as(Owner::get(), item(1), 2));

		vote(&members, 1, &[score(0), score(THRESHOLD)]);
		assert!(Decisions::get().is_empty());
		run_to(System::block_number() + DRAW_DELAY + 1);
		assert_ok!(seal_as(Owner::get(), item(1), 2));
		vote(&members, 1, &[score(0), score(THRESHOLD - 1)]);

		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn too_few_superdelegates_postpone_the_draw_and_end_undecided() {
	build_and_execute(|| {
		Members::set(vec![account(1)]);
		assert_ok!(open(1));

		run_to(2 + DRAW_DELAY);
		let until = 1 + DRAW_DELAY + DRAW_RETRY;
		assert_eq!(events(), vec![Event::DrawPostponed { id: item(1), until }]);
		run_to(2 + DRAW_DELAY + (DRAW_ATTEMPTS - 1) * DRAW_RETRY);

		assert_eq!(panel(1).phase, Phase::Decided);
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
	});
}

#[test]
fn draws_that_failed_for_the_first_panel_count_for_the_second() {
	build_and_execute(|| {
		SeedAge::set(1_000);
		assert_ok!(open(1));
		run_to(2 + DRAW_DELAY + (DRAW_ATTEMPTS - 2) * DRAW_RETRY);
		SeedAge::set(0);
		run_to(System::block_number() + DRAW_RETRY);
		assert_ok!(seal(1));

		SeedAge::set(1_000);
		run_to(System::block_number() + COMMIT + DRAW_DELAY + 1);

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		assert!(!view(1).keys_sealed);
	});
}

#[test]
fn a_postponed_draw_succeeds_once_there_are_enough() {
	build_and_execute(|| {
		Members::set(vec![account(1)]);
		assert_ok!(open(1));
		run_to(2 + DRAW_DELAY);

		Members::set((1..=3).map(account).collect());
		run_to(2 + DRAW_DELAY + DRAW_RETRY);

		assert_eq!(panel(1).phase, Phase::Sealing);
		assert_eq!(members(1).len(), 3);
	});
}

#[test]
fn cancel_forgets_a_screening_in_every_phase() {
	build_and_execute(|| {
		assert_ok!(open(1));
		draw(2);
		sealed(3);
		let members = sealed(4);
		vote(&members, 4, &[score(1), score(2), score(3)]);

		for n in 1..=5 {
			cancel(n);
		}

		assert_eq!(Panels::<Test>::iter().count(), 0);
		assert_eq!(Duties::<Test>::iter().count(), 0);
		assert!(OpenDuties::<Test>::get().is_empty());
		assert_eq!(Outcomes::<Test>::iter().count(), 0);
		run_to(100);
		assert_eq!(Decisions::get().len(), 1);
		assert_ok!(open(4));
	});
}

#[test]
fn deadlines_spend_no_more_than_they_are_given_and_go_on_later() {
	build_and_execute(|| {
		for n in 0..5 {
			assert_ok!(open(n));
		}
		System::set_block_number(1 + DRAW_DELAY);
		let now = System::block_number();
		let drawn = || Panels::<Test>::iter().filter(|(_, p)| p.phase == Phase::Sealing).count();
		let one = <() as WeightInfo>::departures()
			+ <() as WeightInfo>::deadlines_of_block()
			+ <() as WeightInfo>::end_phase(PANEL)
			+ MISSED_WEIGHT.saturating_mul(PANEL.into());

		assert_eq!(Moderation::on_idle(now, Weight::zero()), Weight::zero());
		assert_eq!(drawn(), 0);
		assert_eq!(Moderation::on_idle(now, one), one);
		assert_eq!(drawn(), 1);
		Moderation::do_try_state().unwrap();

		System::set_block_number(now + 2);
		Moderation::on_idle(now + 2, Weight::MAX);
		assert_eq!(drawn(), 5);
	});
}

#[test]
fn the_longest_screening_takes_no_more_than_its_registration_pays() {
	build_and_execute(|| {
		let paid = <Moderation as Screening>::weight_of_item();
		let mut hooks = 0;
		let mut run_idle = |blocks: u32| {
			for _ in 0..blocks {
				let due = Deadlines::<Test>::iter_key_prefix(System::block_number()).count();
				hooks += due as u32;
				run_to(System::block_number() + 1);
			}
		};

		// All draws but one fail, then both panels are silent after some have committed.
		SeedAge::set(1_000);
		assert_ok!(open(1));
		run_idle(DRAW_DELAY + (DRAW_ATTEMPTS - 2) * DRAW_RETRY + 1);
		SeedAge::set(0);
		run_idle(DRAW_RETRY);
		for _ in 0..2 {
			let members = members(1);
			assert_ok!(seal(1));
			assert_ok!(commit(&members[0], 1, &score(1)));
			assert_ok!(commit(&members[1], 1, &score(1)));
			run_idle(COMMIT + REVEAL + DRAW_DELAY + 1);
		}

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		// Draws: two that failed and two that did not. Phases: two for each panel.
		assert_eq!(hooks, DRAW_ATTEMPTS + 1 + 4);
		let phases = <() as WeightInfo>::end_phase(PANEL).saturating_mul(4);
		let draws = u64::from(DRAW_ATTEMPTS + 1 + SUBSTITUTES);
		let draws = <() as WeightInfo>::draw(PANEL).saturating_mul(draws);
		let vacancies = u64::from(2 * PANEL + SUBSTITUTES);
		let vacancies = <() as WeightInfo>::vacate_seat(PANEL).saturating_mul(vacancies);
		let missed = MISSED_WEIGHT.saturating_mul(u64::from(2 * PANEL));
		assert_eq!(paid, phases + draws + vacancies + missed);
	});
}

#[test]
fn whoever_has_too_much_to_do_is_not_drawn() {
	build_and_execute(|| {
		DutiesMax::set(2);
		Members::set((1..=4).map(account).collect());
		let mut drawn = BTreeMap::new();
		for n in 1..=2 {
			for member in draw(n) {
				*drawn.entry(member).or_insert(0) += 1;
			}
		}
		let busy: Vec<_> = drawn.iter().filter(|(_, open)| **open == 2).collect();
		assert!(!busy.is_empty());
		assert_eq!(*OpenDuties::<Test>::get(), drawn);

		let third = draw(3);

		assert!(busy.iter().all(|(member, _)| !third.contains(member)));
	});
}

#[test]
fn a_draw_is_postponed_while_everybody_has_too_much_to_do() {
	build_and_execute(|| {
		DutiesMax::set(1);
		Members::set((1..=3).map(account).collect());
		let first = draw(1);
		assert!(draw(2).is_empty());
		let until = System::block_number() - 1 + DRAW_RETRY;
		assert_eq!(events().last(), Some(&Event::DrawPostponed { id: item(2), until }));

		assert_ok!(seal(1));
		vote(&first, 1, &[score(1), score(2), score(3)]);
		run_to(until + 1);

		assert_eq!(members(2).len(), 3);
	});
}

#[test]
fn no_account_is_counted_beyond_the_room_for_counts() {
	let full: BTreeMap<_, _> = (0..DUTY_HOLDERS_MAX - PANEL_MAX + 1)
		.map(|n| (popnet_primitives::AccountId::new([n as u8; 32]), 1))
		.collect();
	let mut counts = DutyCounts::try_from(full).unwrap();
	let new = account(250);

	assert!(!has_room(&counts, &new, 9));
	assert!(has_room(&counts, &account(1), 9));
	assert!(!has_room(&counts, &account(1), 1));
	counts.remove(&account(1));
	assert!(has_room(&counts, &new, 9));
}
