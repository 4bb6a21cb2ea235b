//! Suspending, resuming, declining, evicting.

use crate::{
	mock::*, Error, Event, HoldReason, Masternodes as Nodes, Standing, SUSPENSION_PERIODS_MAX,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use popnet_primitives::traits::Placer;
use sp_runtime::DispatchError;

fn suspended(n: u32) -> bool {
	matches!(standing(n), Standing::Suspended { .. })
}

fn is_placed_on(n: u8, node: u32) -> bool {
	let slots = Masternodes::placement(item(n)).unwrap();
	slots.iter().any(|slot| slot.node == account(node))
}

/// Lets the placements that are open at present expire; the next block begins.
fn let_expire() {
	run_to(System::block_number() + PLACEMENT + 1);
}

#[test]
fn a_silent_node_is_suspended_when_a_placement_expires() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		place_without(1, &[3]);

		let_expire();

		let until = 1 + 2 * PLACEMENT;
		assert_eq!(Expired::get(), vec![item(1)]);
		assert_eq!(standing(3), Standing::Suspended { until });
		assert_eq!(active(), 11);
		assert_eq!(
			events()[events().len() - 2..],
			[
				Event::PlacementExpired { id: item(1), missing: 1 },
				Event::Suspended { node: account(3), missed: Some(item(1)), until },
			]
		);
	});
}

#[test]
fn publishing_goes_on_without_a_silent_node_and_with_it_when_it_is_back() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		// The machine of node 3 is gone. Nobody can know, and the first item dies of it.
		place_without(1, &[3]);
		let_expire();
		assert_eq!(Expired::get(), vec![item(1)]);

		// Its publisher encodes it for the eleven others, at once, and succeeds.
		let coding = Masternodes::coding().unwrap();
		assert!(<Masternodes as Placer>::admits(coding));
		assert_ok!(place_with(2, coding));
		acknowledge_without(2, &[]);
		assert_eq!(Placed::get(), vec![item(2)]);
		assert_eq!(Masternodes::durability_margin(item(2)), Some(tolerated()));
		assert!(!is_placed_on(2, 3));

		// The machine is back and takes part again.
		run_to(1 + 2 * PLACEMENT);
		assert_ok!(resume(3));
		place_completely(3);
		assert_eq!(Placed::get(), vec![item(2), item(3)]);
		assert!(is_placed_on(3, 3));
	});
}

#[test]
fn an_item_that_was_registered_before_the_suspension_is_placed_after_it() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		let registered_with = Masternodes::coding().unwrap();
		place_without(1, &[2, 3, 4]);
		let_expire();
		assert_eq!(active(), 9);

		assert_ok!(place_with(2, registered_with));

		acknowledge_without(2, &[]);
		assert_eq!(Placed::get(), vec![item(2)]);
	});
}

#[test]
fn a_suspended_node_keeps_its_bond_and_its_duties() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		place_completely(1);
		assert_ok!(place(2));

		assert_ok!(suspend(0));

		let until = 1 + PLACEMENT;
		assert_eq!(
			events().last(),
			Some(&Event::Suspended { node: account(0), missed: None, until })
		);
		let reason = HoldReason::MasternodeBond.into();
		assert_eq!(Balances::balance_on_hold(&reason, &account(0)), BOND);
		assert_eq!(Masternodes::durability_margin(item(1)), Some(3));
		assert_ok!(acknowledge(0, &[2]));
		assert_ok!(place(3));
		assert_eq!(Masternodes::placement(item(3)).unwrap().len(), 11);
	});
}

#[test]
fn suspend_fails_when_the_node_is_not_active() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(suspend(0));
		assert_ok!(leave(1));

		assert_noop!(suspend(0), Error::<Test>::NotActive);
		assert_noop!(suspend(1), Error::<Test>::NotActive);
		assert_noop!(suspend(2), Error::<Test>::NotMasternode);
	});
}

#[test]
fn resume_fails_before_the_suspension_is_over_and_without_one() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(suspend(0));
		assert_ok!(leave(1));
		assert_noop!(resume(1), Error::<Test>::NotSuspended);
		assert_noop!(resume(2), Error::<Test>::NotSuspended);
		assert_noop!(resume(3), Error::<Test>::NotMasternode);

		run_to(PLACEMENT);
		assert_noop!(resume(0), Error::<Test>::StillSuspended);
		run_to(1 + PLACEMENT);
		assert_ok!(resume(0));

		assert_eq!(standing(0), Standing::Active { since: 1 + PLACEMENT });
		assert_eq!(active(), 2);
		assert_eq!(events().last(), Some(&Event::Resumed { node: account(0) }));
	});
}

#[test]
fn the_wait_doubles_up_to_the_longest_and_is_short_again_after_a_calm() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		let longest = PLACEMENT * SUSPENSION_PERIODS_MAX;
		let wait_of = |pause: u32| {
			let now = System::block_number() + pause;
			System::set_block_number(now);
			assert_ok!(suspend(0));
			let Standing::Suspended { until } = standing(0) else { panic!("not suspended") };
			System::set_block_number(until);
			assert_ok!(resume(0));
			until - now
		};

		let waits: Vec<u32> = (0..8).map(|_| wait_of(1)).collect();
		assert_eq!(waits, [1, 2, 4, 8, 16, 32, 32, 32].map(|periods| periods * PLACEMENT));
		assert_eq!(wait_of(longest - 1), longest);
		assert_eq!(wait_of(longest), PLACEMENT);
		assert_eq!(wait_of(0), 2 * PLACEMENT);
	});
}

#[test]
fn one_outage_counts_once() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		place_without(1, &[0]);
		run_to(5);
		place_without(2, &[0]);

		run_to(6 + PLACEMENT);

		assert_eq!(Expired::get(), vec![item(1), item(2)]);
		assert_eq!(Nodes::<Test>::get(account(0)).unwrap().suspensions, 1);
		assert_eq!(standing(0), Standing::Suspended { until: 1 + 2 * PLACEMENT });
	});
}

#[test]
fn a_node_that_is_back_does_not_answer_for_what_it_missed_before() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place(1));
		run_to(2);
		assert_ok!(suspend(0));
		// The blocks are so full that the placement is removed late.
		System::set_block_number(5 + PLACEMENT);
		assert_ok!(resume(0));

		run_to(6 + PLACEMENT);

		assert_eq!(Expired::get(), vec![item(1)]);
		assert!(!suspended(0) && suspended(1) && suspended(2));
	});
}

#[test]
fn a_node_that_leaves_is_not_suspended() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(leave(0));

		let_expire();

		assert_eq!(standing(0), Standing::Leaving { withdraw_at: 1 + UNBONDING });
		assert!(suspended(1));
	});
}

#[test]
fn a_publisher_who_serves_nobody_suspends_nobody() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(place(1));
		run_to(1 + DECLINABLE);
		for node in 0..12 {
			assert_ok!(decline(node, &[1]));
		}

		let_expire();

		assert_eq!(Expired::get(), vec![item(1)]);
		assert_eq!(active(), 12);
	});
}

#[test]
fn more_silent_nodes_than_are_tolerated_are_suspended_and_the_others_are_not() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		// Five of twelve are gone, so what the others have acknowledged restores nothing; and one
		// is refused by the publisher.
		place_without(1, &[0, 1, 2, 3, 4, 5]);
		run_to(1 + DECLINABLE);
		assert_ok!(decline(5, &[1]));

		let_expire();

		assert!((0..5).all(suspended));
		assert!(!suspended(5));
		assert_eq!(active(), 7);
		place_completely(2);
		assert_eq!(Placed::get(), vec![item(2)]);
	});
}

#[test]
fn decline_fails_when_the_item_can_be_rebuilt_from_the_others() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		place_without(1, &[0, 1, 2, 3]);
		run_to(1 + DECLINABLE);
		assert_ok!(decline(0, &[1]));

		assert_ok!(acknowledge(3, &[1]));
		assert_noop!(decline(1, &[1]), Error::<Test>::NothingToDecline);

		// Who declined in time has nothing to fear from a publisher who serves just enough in the
		// end.
		let_expire();
		assert!(!suspended(0) && suspended(1) && suspended(2));
	});
}

#[test]
fn decline_fails_before_the_last_quarter_of_the_period() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(place(1));
		run_to(DECLINABLE);
		assert_noop!(decline(0, &[1]), Error::<Test>::NothingToDecline);

		run_to(1 + DECLINABLE);
		assert_ok!(decline(0, &[1]));
	});
}

#[test]
fn decline_skips_what_is_not_to_be_declined() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));
		assert_ok!(acknowledge(0, &[2]));
		assert_ok!(register(12));
		run_to(1 + DECLINABLE);

		assert_ok!(decline(0, &[1, 1, 2, 9]));

		assert_eq!(
			events().last(),
			Some(&Event::Declined { node: account(0), accepted: 1, skipped: 3 })
		);
		assert_noop!(decline(0, &[1]), Error::<Test>::NothingToDecline);
		assert_noop!(decline(12, &[1]), Error::<Test>::NothingToDecline);
		assert_noop!(decline(13, &[1]), Error::<Test>::NotMasternode);
	});
}

#[test]
fn a_declined_slot_can_still_be_acknowledged() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place(1));
		run_to(1 + DECLINABLE);
		assert_ok!(decline(0, &[1]));

		acknowledge_without(1, &[]);

		assert_eq!(Placed::get(), vec![item(1)]);
	});
}

#[test]
fn a_network_that_was_silent_as_a_whole_comes_back() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(place(1));
		let_expire();
		assert_eq!(active(), 0);
		assert_eq!(Masternodes::coding(), None);

		run_to(1 + 2 * PLACEMENT);
		for node in 0..12 {
			assert_ok!(resume(node));
		}

		place_completely(2);
		assert_eq!(Placed::get(), vec![item(2)]);
	});
}

#[test]
fn a_suspended_node_can_leave() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(suspend(0));

		assert_ok!(leave(0));

		assert_noop!(resume(0), Error::<Test>::NotSuspended);
		run_to(1 + UNBONDING);
		assert_ok!(withdraw(0));
	});
}

#[test]
fn evict_starts_the_unbonding_of_active_and_suspended_nodes() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(suspend(1));

		assert_ok!(evict(0));
		assert_ok!(evict(1));

		let withdraw_at = 1 + UNBONDING;
		assert_eq!(active(), 1);
		assert_eq!(standing(1), Standing::Leaving { withdraw_at });
		assert_eq!(events().last(), Some(&Event::Evicted { node: account(1), withdraw_at }));
		assert_noop!(evict(0), Error::<Test>::AlreadyLeaving);
		assert_noop!(evict(9), Error::<Test>::NotMasternode);
		run_to(withdraw_at);
		assert_ok!(withdraw(0));
	});
}

#[test]
fn evict_fails_for_others_than_root() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		let origin = RuntimeOrigin::signed(account(0));

		assert_noop!(Masternodes::evict(origin, account(1)), DispatchError::BadOrigin);
	});
}
