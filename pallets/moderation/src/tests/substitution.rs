//! Members who leave office, and who takes their seats.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use popnet_primitives::{
	content::SEALED_KEY_BYTES, moderation::Decision, traits::OnLeft, AccountId,
};
use std::collections::BTreeSet;

/// Ends the present block, in which seats are vacated.
fn end_block() {
	run_to(System::block_number() + 1);
}

/// Ends the blocks until substitutes are drawn.
fn await_draw() {
	run_to(System::block_number() + DRAW_DELAY);
}

/// `who` leaves office, and substitutes are drawn for item 1.
fn replace(who: &AccountId) -> Vec<AccountId> {
	leave(who);
	end_block();
	await_draw();
	members(1)
}

/// Only these are in office beside the members of the panel.
fn reserve(panel: &[AccountId], others: &[u8]) {
	appoint(panel.iter().cloned().chain(others.iter().map(|n| account(*n))).collect());
}

fn substitutes_drawn() -> Vec<Vec<AccountId>> {
	let drawn = events().into_iter().filter_map(|event| match event {
		Event::SubstitutesDrawn { id, members } if id == item(1) => Some(members.into_inner()),
		_ => None,
	});
	drawn.collect()
}

#[test]
fn a_member_that_leaves_before_the_keys_is_replaced() {
	build_and_execute(|| {
		let first = draw(1);
		leave(&first[0]);
		let left_at = System::block_number();

		end_block();
		let draw_at = left_at + DRAW_DELAY;
		assert_eq!((panel(1).phase, panel(1).deadline), (Phase::Substituting, Some(draw_at)));
		let vacated =
			Event::SeatVacated { id: item(1), member: first[0].clone(), draw_at: Some(draw_at) };
		assert_eq!(events().last(), Some(&vacated));
		await_draw();

		let second = members(1);
		assert_eq!((second.len(), &second[..2]), (3, &first[1..]));
		assert!(Members::get().contains(&second[2]));
		assert_eq!((panel(1).phase, panel(1).deadline), (Phase::Sealing, Some(draw_at + KEYS)));
		assert_ok!(seal(1));
		vote(&second, 1, &[score(1), score(2), score(3)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
		assert!(Silent::get().is_empty());
	});
}

#[test]
fn the_others_keep_seats_keys_and_commitments() {
	build_and_execute(|| {
		let first = sealed(1);
		assert_ok!(commit(&first[1], 1, &score(10)));
		let keys = SealedKeys::<Test>::get(item(1)).unwrap();
		let round = view(1).round;

		leave(&first[0]);
		end_block();
		// Work goes on while a substitute is awaited.
		assert_ok!(commit(&first[2], 1, &score(20)));
		await_draw();

		let second = members(1);
		assert_eq!(&second[..2], &first[1..]);
		assert_eq!((view(1).round, view(1).committed), (round, 2));
		assert_eq!(SealedKeys::<Test>::get(item(1)).unwrap()[..], keys[1..]);
		assert!(!view(1).keys_sealed);
		assert_noop!(commit(&second[2], 1, &score(30)), Error::<Test>::NotCommitting);

		let others = vec![[99; SEALED_KEY_BYTES]; 3];
		let owner = RuntimeOrigin::signed(Owner::get());
		assert_ok!(Moderation::seal_keys(owner, item(1), others.try_into().unwrap()));
		// Nobody's key changes under its hands.
		let sealed = SealedKeys::<Test>::get(item(1)).unwrap();
		assert_eq!(sealed[..2], keys[1..]);
		assert_eq!(sealed[2], [99; SEALED_KEY_BYTES]);
		assert_ok!(commit(&second[2], 1, &score(30)));
		for (member, score) in second.iter().zip([10, 20, 30].map(score)) {
			assert_ok!(reveal(member, 1, &score));
		}
		let medians = vec![20].try_into().unwrap();
		assert_eq!(Decisions::get(), vec![(item(1), Decision::Approve(medians))]);
	});
}

#[test]
fn whoever_has_left_has_no_say_although_it_had_committed() {
	build_and_execute(|| {
		let first = sealed(1);
		for member in &first[..2] {
			assert_ok!(commit(member, 1, &score(9_000)));
		}
		let second = replace(&first[0]);

		assert_noop!(commit(&first[0], 1, &score(9_000)), Error::<Test>::NotMember);
		assert_ok!(seal(1));
		assert_ok!(commit(&second[1], 1, &score(0)));
		assert_ok!(commit(&second[2], 1, &score(0)));
		assert_noop!(reveal(&first[0], 1, &score(9_000)), Error::<Test>::NotMember);
		assert_ok!(reveal(&second[0], 1, &score(9_000)));
		assert_ok!(reveal(&second[1], 1, &score(0)));
		assert_ok!(reveal(&second[2], 1, &score(0)));

		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn whoever_has_left_cannot_commit_in_the_same_block() {
	build_and_execute(|| {
		let first = sealed(1);

		leave(&first[0]);

		assert_noop!(commit(&first[0], 1, &score(1)), Error::<Test>::NotInOffice);
	});
}

#[test]
fn the_substitute_has_the_whole_time_and_so_have_the_others() {
	build_and_execute(|| {
		let first = sealed(1);
		assert_ok!(commit(&first[1], 1, &score(1)));
		run_to(System::block_number() + COMMIT - 1);

		let second = replace(&first[0]);
		run_to(System::block_number() + KEYS - 1);
		assert_ok!(seal(1));
		assert_eq!(panel(1).deadline, Some(System::block_number() + COMMIT));
		run_to(System::block_number() + COMMIT);

		assert!(Silent::get().is_empty());
		assert_ok!(commit(&second[1], 1, &score(1)));
		assert_ok!(commit(&second[2], 1, &score(1)));
		assert_eq!(panel(1).phase, Phase::Revealing);
	});
}

#[test]
fn a_member_that_leaves_while_others_reveal_may_reveal_too() {
	build_and_execute(|| {
		let members = sealed(1);
		for member in &members {
			assert_ok!(commit(member, 1, &score(9_000)));
		}

		leave(&members[0]);
		end_block();

		assert_eq!(panel(1).phase, Phase::Revealing);
		assert!(!Departures::<Test>::contains_key(&members[0]));
		assert_ok!(reveal(&members[0], 1, &score(9_000)));
		assert_ok!(reveal(&members[1], 1, &score(9_000)));
		assert_ok!(reveal(&members[2], 1, &score(9_000)));
		assert!(matches!(Decisions::get()[..], [(_, Decision::Reject(_))]));
	});
}

#[test]
fn a_member_that_leaves_while_others_reveal_is_still_bound_to_reveal() {
	build_and_execute(|| {
		let members = sealed(1);
		for member in &members {
			assert_ok!(commit(member, 1, &score(10)));
		}
		leave(&members[0]);
		assert_ok!(reveal(&members[1], 1, &score(10)));
		assert_ok!(reveal(&members[2], 1, &score(10)));

		run_to(System::block_number() + REVEAL + 1);

		assert_eq!(Silent::get(), vec![(members[0].clone(), item(1))]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn without_a_substitute_the_panel_goes_on_and_the_majority_stays_that_of_all_seats() {
	build_and_execute(|| {
		let first = sealed(1);
		reserve(&first, &[]);
		assert_ok!(commit(&first[1], 1, &score(10)));

		let second = replace(&first[0]);

		assert_eq!(second, first[1..]);
		assert_eq!(substitutes_drawn(), vec![Vec::<AccountId>::new()]);
		// A draw that finds nobody is paid for like one that does.
		assert_eq!(panel(1).substitutes, 1);
		assert_eq!((panel(1).phase, view(1).keys_sealed), (Phase::Committing, true));
		assert_ok!(commit(&first[2], 1, &score(9_000)));
		assert_ok!(reveal(&first[1], 1, &score(10)));
		assert_ok!(reveal(&first[2], 1, &score(9_000)));
		// One of each is no majority of three.
		assert_eq!(panel(1).phase, Phase::Drawing);
		assert!(Decisions::get().is_empty());
	});
}

#[test]
fn members_reveal_at_once_when_the_only_one_who_had_not_committed_has_no_substitute() {
	build_and_execute(|| {
		let first = sealed(1);
		reserve(&first, &[]);
		assert_ok!(commit(&first[1], 1, &score(10)));
		assert_ok!(commit(&first[2], 1, &score(10)));

		replace(&first[0]);

		assert_eq!(panel(1).phase, Phase::Revealing);
		assert_ok!(reveal(&first[1], 1, &score(10)));
		assert_ok!(reveal(&first[2], 1, &score(10)));
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn too_few_who_are_left_are_dismissed_and_nobody_is_blamed() {
	build_and_execute(|| {
		let first = sealed(1);
		reserve(&first, &[]);
		leave(&first[0]);
		leave(&first[1]);

		end_block();
		await_draw();

		assert_eq!((panel(1).phase, panel(1).redrawn), (Phase::Drawing, true));
		assert!(panel(1).silent.is_empty() && Silent::get().is_empty());
		assert_eq!(SealedKeys::<Test>::iter().count(), 0);
		// Others are appointed, and the item gets a whole panel.
		appoint((1..=9).map(account).collect());
		await_draw();
		end_block();
		assert_eq!(members(1).len(), 3);
	});
}

#[test]
fn an_item_whose_second_panel_falls_apart_is_undecided_through_no_fault_of_its_publisher() {
	build_and_execute(|| {
		sealed(1);
		run_to(System::block_number() + COMMIT + DRAW_DELAY + 2);
		let second = members(1);
		reserve(&second, &[]);
		leave(&second[0]);
		leave(&second[1]);

		end_block();
		await_draw();

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		// The registry takes an undecided panel that lacks keys for the publisher's doing.
		assert!(view(1).panel.is_empty());
	});
}

#[test]
fn several_who_leave_are_all_replaced() {
	build_and_execute(|| {
		let first = sealed(1);
		for member in &first {
			leave(member);
		}

		end_block();
		assert!(members(1).is_empty());
		assert_noop!(seal_as(Owner::get(), item(1), 0), Error::<Test>::NotSealing);
		await_draw();

		let second = members(1);
		assert_eq!(second.len(), 3);
		assert!(second.iter().all(|member| !first.contains(member)));
		assert_ok!(seal(1));
		vote(&second, 1, &[score(1), score(2), score(3)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn a_substitute_who_leaves_is_replaced_too() {
	build_and_execute(|| {
		let first = sealed(1);
		let second = replace(&first[0]);

		let third = replace(&second[2]);

		assert_eq!(third[..2], first[1..]);
		assert_ne!(third[2], second[2]);
		assert_ok!(seal(1));
		vote(&third, 1, &[score(1), score(2), score(3)]);
		assert!(matches!(Decisions::get()[..], [(_, Decision::Approve(_))]));
	});
}

#[test]
fn substitutes_are_drawn_by_lot_from_those_who_are_not_on_the_panel_and_do_not_publish() {
	let mut drawn = BTreeSet::new();
	for n in 0..60 {
		build_and_execute(|| {
			Owner::set(account(9));
			let first = sealed(1);
			Seed::set([n; 32]);
			let second = replace(&first[0]);
			assert!(!first.contains(&second[2]) && second[2] != account(9));
			drawn.insert(second[2].clone());
		});
	}
	// Of nine, three are on the panel and one publishes.
	assert_eq!(drawn.len(), 5);
}

#[test]
fn the_draw_of_a_substitute_waits_for_randomness_that_was_fixed_after_the_departure() {
	build_and_execute(|| {
		let first = sealed(1);
		SeedAge::set(DRAW_DELAY);
		leave(&first[0]);

		end_block();
		await_draw();
		assert_eq!((panel(1).phase, members(1).len()), (Phase::Substituting, 2));
		let until = System::block_number() - 1 + DRAW_RETRY;
		assert_eq!(events().last(), Some(&Event::DrawPostponed { id: item(1), until }));
		run_to(until + 1);

		assert_eq!((panel(1).phase, members(1).len()), (Phase::Sealing, 3));
	});
}

#[test]
fn a_panel_goes_on_without_a_substitute_when_there_is_no_young_randomness() {
	build_and_execute(|| {
		let first = sealed(1);
		SeedAge::set(1_000);
		leave(&first[0]);

		run_to(System::block_number() + 1 + DRAW_DELAY + (DRAW_ATTEMPTS - 1) * DRAW_RETRY);

		assert_eq!(panel(1).phase, Phase::Committing);
		assert_ok!(commit(&first[1], 1, &score(1)));
		assert_ok!(commit(&first[2], 1, &score(1)));
		assert_eq!(panel(1).phase, Phase::Revealing);
	});
}

#[test]
fn an_item_has_so_many_substitutes_and_no_more() {
	build_and_execute(|| {
		Members::set((1..=50).map(account).collect());
		let mut last = sealed(1);
		for _ in 0..SUBSTITUTES {
			last = replace(&last[0]);
			assert_eq!(last.len(), 3);
		}
		assert_ok!(seal(1));

		leave(&last[0]);
		end_block();

		let gone = Event::SeatVacated { id: item(1), member: last[0].clone(), draw_at: None };
		assert_eq!(events().last(), Some(&gone));
		assert_eq!((panel(1).phase, members(1)), (Phase::Committing, last[1..].to_vec()));
		assert_eq!(panel(1).deadline, Some(System::block_number() - 1 + COMMIT));
		leave(&last[1]);
		end_block();
		assert_eq!(panel(1).phase, Phase::Drawing);
		assert!(panel(1).silent.is_empty());
	});
}

#[test]
fn an_item_whose_publisher_seals_no_key_to_a_substitute_is_undecided() {
	build_and_execute(|| {
		let first = sealed(1);
		replace(&first[0]);

		run_to(System::block_number() + KEYS);

		assert_eq!(Decisions::get(), vec![(item(1), Decision::Undecided)]);
		assert!(events().contains(&Event::KeysMissing { id: item(1) }));
		assert!(!view(1).keys_sealed && !view(1).panel.is_empty());
	});
}

#[test]
fn keys_can_be_sealed_to_those_who_are_left_while_a_substitute_is_awaited() {
	build_and_execute(|| {
		let first = draw(1);
		leave(&first[0]);
		end_block();

		assert_noop!(seal(1), Error::<Test>::WrongKeyCount);
		assert_ok!(seal_as(Owner::get(), item(1), 2));
		assert_noop!(seal_as(Owner::get(), item(1), 2), Error::<Test>::NotSealing);

		assert_ok!(commit(&first[1], 1, &score(1)));
		await_draw();
		assert_eq!((panel(1).phase, panel(1).keys), (Phase::Sealing, 2));
	});
}

#[test]
fn members_who_all_have_committed_wait_for_the_substitute() {
	build_and_execute(|| {
		let first = sealed(1);
		leave(&first[0]);
		end_block();

		assert_ok!(commit(&first[1], 1, &score(1)));
		assert_ok!(commit(&first[2], 1, &score(1)));

		assert_eq!(panel(1).phase, Phase::Substituting);
		await_draw();
		assert_eq!(panel(1).phase, Phase::Sealing);
		assert_noop!(reveal(&first[1], 1, &score(1)), Error::<Test>::NotRevealing);
	});
}

#[test]
fn whoever_is_expelled_for_silence_is_replaced_on_its_other_panels() {
	build_and_execute(|| {
		Members::set((1..=3).map(account).collect());
		sealed(1);
		run_to(System::block_number() + 2);
		sealed(2);
		for member in [2, 3].map(account) {
			assert_ok!(commit(&member, 1, &score(1)));
		}
		Members::mutate(|members| members.push(account(4)));
		SilenceExpels::set(true);

		run_to(panel(1).deadline.unwrap() + 1);
		assert_eq!(Silent::get(), vec![(account(1), item(1))]);
		Moderation::do_try_state().unwrap();
		run_to(System::block_number() + 1);

		assert_eq!(panel(2).phase, Phase::Substituting);
		await_draw();
		assert!(members(2).contains(&account(4)));
		// On the first it had no duty any more.
		assert_eq!((panel(1).phase, members(1).len()), (Phase::Revealing, 3));
	});
}

#[test]
fn nobody_is_blamed_at_the_deadline_of_the_block_in_which_it_leaves() {
	build_and_execute(|| {
		let first = sealed(1);
		run_to(panel(1).deadline.unwrap());

		leave(&first[0]);
		end_block();

		assert!(Silent::get().is_empty());
		assert_eq!(panel(1).phase, Phase::Substituting);
	});
}

#[test]
fn departures_spend_no_more_than_they_are_given_and_deadlines_wait_for_them() {
	build_and_execute(|| {
		Members::set((1..=3).map(account).collect());
		for n in 1..=4 {
			sealed(n);
		}
		assert_ok!(open(9));
		leave(&account(1));
		System::set_block_number(System::block_number() + DRAW_DELAY);
		let now = System::block_number();
		let vacated =
			|| Panels::<Test>::iter().filter(|(_, p)| p.phase == Phase::Substituting).count();
		let look = <() as WeightInfo>::departures();
		let one = look + <() as WeightInfo>::vacate_seat(PANEL);

		assert_eq!(Moderation::on_idle(now, Weight::zero()), Weight::zero());
		assert_eq!(vacated(), 0);
		for count in 1..=3 {
			assert_eq!(Moderation::on_idle(now, one), one);
			assert_eq!((vacated(), panel(9).phase), (count, Phase::Drawing));
			Moderation::do_try_state().unwrap();
		}
		// The last one, and a look that finds no more.
		assert_eq!(Moderation::on_idle(now, one + look), one + look);
		assert_eq!((vacated(), panel(9).phase), (4, Phase::Drawing));
		assert_eq!(Departures::<Test>::iter().count(), 0);

		Moderation::on_idle(now, Weight::MAX);
		assert_ne!(panel(9).deadline, Some(now));
	});
}

#[test]
fn duties_to_reveal_are_passed_over_once_however_little_weight_there_is() {
	build_and_execute(|| {
		Members::set((1..=3).map(account).collect());
		for n in 1..=4 {
			assert_ok!(open(n));
		}
		run_to(System::block_number() + DRAW_DELAY + 1);
		for n in 1..=4 {
			assert_ok!(seal(n));
			for member in members(n) {
				assert_ok!(commit(&member, n, &score(1)));
			}
		}
		leave(&account(1));
		let now = System::block_number();
		let look = <() as WeightInfo>::departures();
		let one = look + <() as WeightInfo>::vacate_seat(PANEL);

		for passed in 1..=3 {
			assert_eq!(Moderation::on_idle(now, one), one);
			assert!(Departures::<Test>::get(account(1)).unwrap().is_some(), "{passed}");
		}
		assert_eq!(Moderation::on_idle(now, one + look), one + look);

		assert_eq!(Departures::<Test>::iter().count(), 0);
		assert_eq!(OpenDuties::<Test>::get()[&account(1)], 4);
	});
}

#[test]
fn whoever_leaves_without_duties_leaves_no_trace() {
	build_and_execute(|| {
		leave(&account(1));

		assert_eq!(Departures::<Test>::iter().count(), 0);
	});
}

#[test]
fn cancel_forgets_a_panel_with_a_vacant_seat() {
	build_and_execute(|| {
		let first = sealed(1);
		leave(&first[0]);
		cancel(1);
		sealed(2);
		leave(&members(2)[0]);
		end_block();
		cancel(2);

		run_to(System::block_number() + 20);

		assert_eq!(Panels::<Test>::iter().count(), 0);
		assert!(OpenDuties::<Test>::get().is_empty());
	});
}

#[test]
fn whoever_returns_to_office_in_the_same_block_has_lost_its_seats() {
	build_and_execute(|| {
		let first = sealed(1);
		leave(&first[0]);
		Members::mutate(|members| members.push(first[0].clone()));

		end_block();

		assert_eq!(members(1), first[1..]);
	});
}

#[test]
fn the_weight_of_a_departure_is_told() {
	assert_eq!(<Moderation as OnLeft<AccountId>>::weight(), <() as WeightInfo>::left());
}
