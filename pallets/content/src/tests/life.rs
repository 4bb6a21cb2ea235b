//! From Screening to Available, and where it can fail.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use popnet_primitives::{
	content::ContentState,
	moderation::Decision,
	traits::{OnPlaced, Registry},
};

#[test]
fn an_approved_item_with_its_key_is_placed_and_becomes_available() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		approve(1);
		assert_eq!(state(1), ContentState::Approved);
		assert!(<Content as Registry<_>>::awaits_key(&item(1)));
		assert_ok!(publish_key(1));
		assert_eq!(state(1), ContentState::Placing);
		assert!(!<Content as Registry<_>>::awaits_key(&item(1)));
		assert_eq!(Placements::get(), vec![item(1)]);
		<Content as OnPlaced>::placed(item(1));

		assert_eq!(state(1), ContentState::Available);
		let view = Content::item(item(1)).unwrap();
		assert_eq!((view.key, view.deposit), (Some(key(1)), DEPOSIT));
		assert_eq!(
			events()[1..],
			[
				Event::Approved { id: item(1) },
				Event::KeyPublished { id: item(1), by: account(2) },
				Event::Available { id: item(1) },
			]
		);
	});
}

#[test]
fn items_in_screening_are_named() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		assert_ok!(register(1, 2));
		approve(2);

		assert_eq!(<Content as Registry<_>>::in_screening(), vec![item(1)]);
	});
}

#[test]
fn publish_key_fails_before_approval_and_after_publication() {
	build_and_execute(|| {
		assert_noop!(publish_key(1), Error::<Test>::UnknownItem);
		assert_ok!(register(1, 1));
		assert_noop!(publish_key(1), Error::<Test>::NotApproved);
		approve(1);
		assert_ok!(publish_key(1));
		assert_noop!(publish_key(1), Error::<Test>::NotApproved);
	});
}

#[test]
fn publish_key_fails_for_a_key_that_does_not_match() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		approve(1);

		assert_noop!(
			Content::publish_key(RuntimeOrigin::signed(account(2)), item(1), key(2)),
			Error::<Test>::WrongKey
		);
		assert_eq!(state(1), ContentState::Approved);
	});
}

#[test]
fn an_item_that_cannot_be_placed_expires_and_leaves_nothing() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		approve(1);
		PlacingFails::set(true);

		assert_ok!(publish_key(1));

		assert_eq!(state(1), ContentState::Expired);
		assert_eq!(Content::item(item(1)).unwrap().key, None);
		assert_eq!(held(1), BASE);
		assert!(!frame_support::storage::unhashed::exists(b"placing"));
		assert_eq!(
			events()[2..],
			[
				Event::Expired { id: item(1), reason: ExpiryReason::NotPlaceable },
				Event::DepositReturned { id: item(1), owner: account(1), deposit: REST },
			]
		);
	});
}

#[test]
fn an_item_whose_placement_times_out_expires() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		approve(1);
		assert_ok!(publish_key(1));

		<Content as OnPlaced>::expired(item(1));

		assert_eq!(state(1), ContentState::Expired);
		assert_eq!(Content::item(item(1)).unwrap().key, None);
		assert_eq!(held(1), BASE);
		assert!(events()
			.contains(&Event::Expired { id: item(1), reason: ExpiryReason::PlacementTimedOut }));
	});
}

#[test]
fn an_undecided_item_expires() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		decide(1, Decision::Undecided);

		assert_eq!(state(1), ContentState::Expired);
		assert_eq!(held(1), BASE);
		assert!(events().contains(&Event::Expired { id: item(1), reason: ExpiryReason::Undecided }));
	});
}

#[test]
fn a_defective_item_is_rejected_and_the_rest_released() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		decide(1, Decision::Reject(by_defect()));

		assert_eq!(state(1), ContentState::Rejected(by_defect()));
		assert_eq!(held(1), BASE);
		assert_noop!(publish_key(1), Error::<Test>::NotApproved);
		assert_noop!(reclaim(1, 1), Error::<Test>::NoDeposit);
	});
}

#[test]
fn a_policy_rejection_keeps_the_deposit_until_the_appeal_period_is_over() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		decide(1, Decision::Reject(by_policy()));

		assert_eq!(state(1), ContentState::Rejected(by_policy()));
		assert_eq!(Content::item(item(1)).unwrap().key, None);
		assert_noop!(publish_key(1), Error::<Test>::NotApproved);
		assert_noop!(forget(1, 1), Error::<Test>::DepositHeld);
		run_to(APPEAL);
		assert_noop!(reclaim(1, 1), Error::<Test>::AppealPeriodNotOver);
		run_to(APPEAL + 1);
		assert_noop!(reclaim(2, 1), Error::<Test>::NotOwner);
		assert_ok!(reclaim(1, 1));

		assert_eq!(held(1), BASE);
		assert_eq!(
			events().last(),
			Some(&Event::DepositReturned { id: item(1), owner: account(1), deposit: REST })
		);
	});
}

#[test]
fn an_approved_item_expires_when_nobody_publishes_its_key() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));
		approve(1);

		run_to(KEY_PERIOD + 1);
		assert_eq!(state(1), ContentState::Approved);
		run_to(KEY_PERIOD + 2);

		assert_eq!(state(1), ContentState::Expired);
		assert_noop!(publish_key(1), Error::<Test>::NotApproved);
		assert!(!<Content as Registry<_>>::awaits_key(&item(1)));
		assert_eq!(held(1), BASE);
		let expired = Event::Expired { id: item(1), reason: ExpiryReason::KeyTimedOut };
		assert!(events().contains(&expired));
	});
}

#[test]
fn an_item_whose_key_came_in_time_does_not_expire() {
	build_and_execute(|| {
		available(1);
		assert_ok!(register(1, 2));
		approve(2);
		assert_ok!(withdraw(1, 2));

		run_to(2 * KEY_PERIOD);

		assert_eq!(state(1), ContentState::Available);
		assert_eq!(KeyDeadlines::<Test>::iter().count(), 0);
	});
}

#[test]
fn keys_that_time_out_at_once_are_worked_off_as_the_weight_reaches() {
	build_and_execute(|| {
		for n in 1..=3 {
			assert_ok!(register(1, n));
			approve(n);
		}
		run_to(KEY_PERIOD + 1);
		let one = <() as WeightInfo>::deadlines_of_block() + <() as WeightInfo>::expire_keyless();
		let left = || AwaitingKey::<Test>::iter().count();

		assert_eq!(Content::on_idle(KEY_PERIOD + 1, Weight::zero()), Weight::zero());
		assert_eq!(left(), 3);
		for expected in [2, 1, 0] {
			let used = Content::on_idle(KEY_PERIOD + 1, one);
			assert!(used.all_lte(one), "{used:?}");
			assert_eq!(left(), expected);
			Content::do_try_state().unwrap();
		}
	});
}
