//! Withdrawing, retiring, reclaiming and forgetting.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::{
	content::ContentState,
	moderation::{Decision, Defect, RejectReason},
};

#[test]
fn withdraw_ends_an_item_in_every_state_before_available() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		assert_ok!(register(1, 2));
		approve(2);
		assert_ok!(register(1, 3));
		approve(3);
		assert_ok!(publish_key(3));

		for n in 1..=3 {
			assert_ok!(withdraw(1, n));
			assert_eq!(state(n), ContentState::Expired);
			assert_eq!(Content::item(item(n)).unwrap().key, None);
		}

		assert!(Screenings::get().is_empty());
		assert!(Placements::get().is_empty());
		assert_eq!(held(1), 3 * BASE);
		let withdrawn = Event::Expired { id: item(3), reason: ExpiryReason::Withdrawn };
		assert!(events().contains(&withdrawn));
	});
}

#[test]
fn withdraw_fails_for_available_and_ended_items_and_for_strangers() {
	build_and_execute(|| {
		assert_noop!(withdraw(1, 1), Error::<Test>::UnknownItem);
		available(1);
		assert_noop!(withdraw(2, 1), Error::<Test>::NotOwner);
		assert_noop!(withdraw(1, 1), Error::<Test>::NotWithdrawable);
		assert_ok!(register(1, 2));
		decide(2, Decision::Reject(by_defect()));
		assert_noop!(withdraw(1, 2), Error::<Test>::NotWithdrawable);
		assert_ok!(register(1, 3));
		assert_ok!(withdraw(1, 3));
		assert_noop!(withdraw(1, 3), Error::<Test>::NotWithdrawable);
	});
}

#[test]
fn another_panel_for_the_same_item_costs_a_locked_deposit() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();

		assert_ok!(withdraw(1, 1));

		assert_eq!(held(1), DEPOSIT);
		assert_noop!(forget(1, 1), Error::<Test>::DepositHeld);
		assert_noop!(register(1, 1), Error::<Test>::AlreadyRegistered);
		assert_noop!(reclaim(1, 1), Error::<Test>::AppealPeriodNotOver);
		run_to(APPEAL + 1);
		assert_ok!(reclaim(1, 1));
		assert_eq!(held(1), BASE);
	});
}

#[test]
fn a_panel_that_was_sent_home_locks_as_well() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();
		dismiss_panel();

		assert_ok!(withdraw(1, 1));

		assert_eq!(held(1), DEPOSIT);
	});
}

#[test]
fn a_second_panel_that_cannot_be_drawn_costs_nothing() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();
		dismiss_panel();

		decide(1, Decision::Undecided);

		assert!(events().contains(&Event::Expired { id: item(1), reason: ExpiryReason::Undecided }));
		assert_eq!(held(1), BASE);
	});
}

#[test]
fn withdraw_fails_while_the_panel_has_the_key() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();
		KeysSealed::set(true);

		assert_noop!(withdraw(1, 1), Error::<Test>::BeingScreened);
		decide(1, Decision::Reject(by_policy()));

		assert_eq!(held(1), DEPOSIT);
	});
}

#[test]
fn withdraw_releases_the_rest_when_the_verdict_is_known() {
	build_and_execute(|| {
		draw_panel();
		KeysSealed::set(true);
		assert_ok!(register(1, 1));
		approve(1);

		assert_ok!(withdraw(1, 1));

		assert_eq!(held(1), BASE);
		assert_ok!(forget(1, 1));
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
	});
}

#[test]
fn a_publisher_who_seals_no_keys_is_locked() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();

		decide(1, Decision::Undecided);

		let missing = Event::Expired { id: item(1), reason: ExpiryReason::KeysMissing };
		assert_eq!(events().last(), Some(&missing));
		assert_eq!(held(1), DEPOSIT);
		assert_noop!(forget(1, 1), Error::<Test>::DepositHeld);
	});
}

#[test]
fn a_panel_that_does_not_decide_costs_its_publisher_nothing() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		draw_panel();
		KeysSealed::set(true);

		decide(1, Decision::Undecided);

		assert!(events().contains(&Event::Expired { id: item(1), reason: ExpiryReason::Undecided }));
		assert_ok!(forget(1, 1));
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
	});
}

#[test]
fn only_defects_that_a_panel_cannot_have_provoked_cost_nothing() {
	build_and_execute(|| {
		let defects = [
			(Defect::Unreachable, DEPOSIT),
			(Defect::WrongKey, DEPOSIT),
			(Defect::Corrupt, BASE),
			(Defect::NotMedia, BASE),
			(Defect::TooComplex, BASE),
		];
		for (n, (defect, expected)) in (10..).zip(defects) {
			let before = held(1);
			assert_ok!(register(1, n));

			decide(n, Decision::Reject(RejectReason::Defective(defect)));

			assert_eq!(held(1) - before, expected, "{defect:?}");
			if expected == BASE {
				assert_ok!(forget(1, n));
			}
		}
	});
}

#[test]
fn retire_ends_an_available_item() {
	build_and_execute(|| {
		available(1);

		assert_ok!(retire(1, 1));

		assert_eq!(state(1), ContentState::Expired);
		assert_eq!(Content::item(item(1)).unwrap().key, None);
		assert!(Placements::get().is_empty());
		assert!(Screenings::get().is_empty());
		assert!(Content::available_items(9).is_empty());
		assert_eq!(held(1), BASE);
		assert_eq!(
			events()[4..],
			[
				Event::Expired { id: item(1), reason: ExpiryReason::Retired },
				Event::DepositReturned { id: item(1), owner: account(1), deposit: REST },
			]
		);
		assert_ok!(forget(1, 1));
		assert_ok!(register(1, 1));
	});
}

#[test]
fn retire_fails_for_strangers_and_in_every_other_state() {
	build_and_execute(|| {
		assert_noop!(retire(1, 1), Error::<Test>::UnknownItem);
		available(1);
		assert_noop!(retire(2, 1), Error::<Test>::NotOwner);
		assert_ok!(register(1, 2));
		assert_noop!(retire(1, 2), Error::<Test>::NotAvailable);
		approve(2);
		assert_noop!(retire(1, 2), Error::<Test>::NotAvailable);
		assert_ok!(publish_key(2));
		assert_noop!(retire(1, 2), Error::<Test>::NotAvailable);
		assert_ok!(withdraw(1, 2));
		assert_noop!(retire(1, 2), Error::<Test>::NotAvailable);
	});
}

#[test]
fn reclaim_fails_while_the_item_lives_and_when_only_the_base_is_left() {
	build_and_execute(|| {
		assert_noop!(reclaim(1, 1), Error::<Test>::UnknownItem);
		available(1);
		assert_noop!(reclaim(1, 1), Error::<Test>::NotEnded);
		assert_ok!(retire(1, 1));

		assert_noop!(reclaim(1, 1), Error::<Test>::NoDeposit);
	});
}

#[test]
fn forget_releases_the_base_makes_room_and_frees_the_id() {
	build_and_execute(|| {
		for n in 1..=ITEMS_MAX as u8 {
			assert_ok!(register(1, n));
		}
		decide(2, Decision::Reject(by_defect()));
		let before = held(1);

		assert_noop!(forget(2, 2), Error::<Test>::NotOwner);
		assert_ok!(forget(1, 2));

		assert_eq!(held(1), before - BASE);
		assert_eq!(Content::item(item(2)), None);
		assert!(!Screenings::get().contains(&item(2)));
		assert_eq!(Content::items_of(&account(1)), vec![item(1), item(3), item(4)]);
		assert_eq!(events().last(), Some(&Event::Forgotten { id: item(2) }));
		assert_ok!(register(1, 2));
		assert_eq!(Content::items_of(&account(1)).last(), Some(&item(2)));
	});
}

#[test]
fn forget_releases_all_of_a_deposit_whose_lock_is_over() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		decide(1, Decision::Reject(by_policy()));
		run_to(APPEAL);
		assert_noop!(forget(1, 1), Error::<Test>::DepositHeld);
		run_to(APPEAL + 1);

		assert_ok!(forget(1, 1));

		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
	});
}

#[test]
fn forget_fails_while_the_item_lives() {
	build_and_execute(|| {
		assert_noop!(forget(1, 1), Error::<Test>::UnknownItem);
		available(1);
		assert_noop!(forget(1, 1), Error::<Test>::NotEnded);
		assert_ok!(register(1, 2));
		assert_noop!(forget(1, 2), Error::<Test>::NotEnded);
		run_to(2 * GRACE);
		assert_noop!(forget(1, 1), Error::<Test>::NotEnded);
		assert_noop!(forget(2, 1), Error::<Test>::NotOwner);
	});
}

#[test]
fn anybody_forgets_an_ended_item_after_its_grace_period() {
	build_and_execute(|| {
		for (n, end) in [(1, by_defect()), (2, by_policy())] {
			assert_ok!(register(1, n));
			decide(n, Decision::Reject(end));
		}
		run_to(GRACE);
		assert_noop!(forget(2, 1), Error::<Test>::NotOwner);
		run_to(GRACE + 1);

		assert_ok!(forget(2, 1));
		assert_ok!(forget(2, 2));

		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
		assert_eq!(Balances::free_balance(account(2)), ENDOWMENT);
		assert!(Content::items_of(&account(1)).is_empty());
	});
}

#[test]
fn a_squatted_id_costs_the_squatter_and_comes_free() {
	build_and_execute(|| {
		// Account 2 was faster with the id of account 1, but has no key for the panel.
		assert_ok!(register(2, 1));
		assert_noop!(register(1, 1), Error::<Test>::AlreadyRegistered);
		draw_panel();
		decide(1, Decision::Undecided);
		assert_eq!(held(2), DEPOSIT);

		run_to(GRACE + 1);
		assert_ok!(forget(1, 1));

		assert_ok!(register(1, 1));
	});
}

#[test]
fn forgetting_the_last_item_leaves_no_list() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		assert_ok!(withdraw(1, 1));

		assert_ok!(forget(1, 1));

		assert!(!ItemsOf::<Test>::contains_key(account(1)));
	});
}
