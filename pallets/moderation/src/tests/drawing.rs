//! Who is drawn, when, and by what.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use popnet_primitives::{moderation::Decision, traits::Screening};
use std::collections::BTreeSet;

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
		let view = <Moderation as Screening>::view(&item(1));
		assert_eq!(view.panel[0], (drawn[0].clone(), screening_key(&drawn[0])));
		assert!(!view.keys_sealed);
		assert_eq!(<Moderation as Screening>::view(&item(2)), Default::default());
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
fn the_draw_depends_on_relay_seed_parent_and_item_and_nothing_else() {
	let base = drawn_under([1; 32], 5, 1);
	assert_eq!(base, drawn_under([1; 32], 5, 1));
	assert_ne!(base, drawn_under([2; 32], 5, 1));
	assert_ne!(base, drawn_under([1; 32], 6, 1));
	assert_ne!(base, drawn_under([1; 32], 5, 2));
}

#[test]
fn every_superdelegate_has_the_same_chance() {
	build_and_execute(|| {
		let mut drawn = [0u32; 9];
		for n in 0..255 {
			for member in draw(n) {
				drawn[usize::from(<[u8; 32]>::from(member)[0]) - 1] += 1;
			}
			<Moderation as Screening>::cancel(item(n));
		}
		// 85 expected each, standard deviation 7.5.
		assert!(drawn.iter().all(|count| (50..120).contains(count)), "{drawn:?}");
	});
}

#[test]
fn the_publisher_is_drawn_only_when_others_do_not_suffice() {
	build_and_execute(|| {
		Owner::set(account(1));
		Members::set((1..=4).map(account).collect());
		for n in 0..30 {
			assert!(!draw(n).contains(&account(1)));
		}

		Members::set((1..=3).map(account).collect());
		assert!(draw(99).contains(&account(1)));
	});
}

#[test]
fn too_few_superdelegates_postpone_the_draw_and_end_undecided() {
	build_and_execute(|| {
		Members::set(vec![account(1), account(2)]);
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
fn a_postponed_draw_succeeds_once_there_are_enough() {
	build_and_execute(|| {
		Members::set(vec![account(1), account(2)]);
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
			<Moderation as Screening>::cancel(item(n));
		}

		assert_eq!(Panels::<Test>::iter().count(), 0);
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
		let one = <() as WeightInfo>::end_phase() + <() as WeightInfo>::deadlines_of_block();

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
