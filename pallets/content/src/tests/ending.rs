//! Withdrawing, reclaiming and forgetting.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::{content::ContentState, moderation::Decision};

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
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
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
fn reclaim_fails_while_the_item_lives() {
	build_and_execute(|| {
		assert_noop!(reclaim(1, 1), Error::<Test>::UnknownItem);
		available(1);

		assert_noop!(reclaim(1, 1), Error::<Test>::NotEnded);
	});
}

#[test]
fn forget_makes_room_and_frees_the_id() {
	build_and_execute(|| {
		for n in 1..=ITEMS_MAX as u8 {
			assert_ok!(register(1, n));
		}
		decide(2, Decision::Reject(by_defect()));

		assert_noop!(forget(2, 2), Error::<Test>::NotOwner);
		assert_ok!(forget(1, 2));

		assert_eq!(Content::item(item(2)), None);
		assert!(!Screenings::get().contains(&item(2)));
		assert_eq!(Content::items_of(&account(1)), vec![item(1), item(3), item(4)]);
		assert_eq!(events().last(), Some(&Event::Forgotten { id: item(2) }));
		assert_ok!(register(1, 2));
		assert_eq!(Content::items_of(&account(1)).last(), Some(&item(2)));
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
