//! Opening, expiring and dropping placements, and the durability margin.

use crate::{mock::*, Deadlines, Error, Event, Load, Placements, Rosters};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use popnet_primitives::{
	content::Coding,
	placement::{coding_for, keeps_promise},
	traits::Placer,
};
use std::collections::BTreeSet;

#[test]
fn place_takes_every_active_masternode_once() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(leave(3));

		assert_ok!(place(1));

		let slots = Masternodes::placement(item(1)).unwrap();
		let nodes: BTreeSet<_> = slots.iter().map(|slot| slot.node.clone()).collect();
		let expected: BTreeSet<_> = (0..12).filter(|n| *n != 3).map(account).collect();
		assert_eq!(slots.len(), 11);
		assert_eq!(nodes, expected);
		assert!(slots.iter().all(|slot| !slot.acknowledged && !slot.addresses.is_empty()));
		assert_eq!(
			events().last(),
			Some(&Event::PlacementOpened { id: item(1), slots: 11, deadline: 1 + PLACEMENT })
		);
	});
}

#[test]
fn place_orders_slots_differently_for_each_item() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));

		assert_ne!(Rosters::<Test>::get(item(1)), Rosters::<Test>::get(item(2)));
	});
}

#[test]
fn place_samples_256_of_more_masternodes() {
	ExtBuilder::default().nodes(MASTERNODES_MAX).build_and_execute(|| {
		let coding = coding_for(MASTERNODES_MAX).unwrap();
		assert!(<Masternodes as Placer>::admits(coding));

		assert_ok!(place_with(1, coding));
		assert_ok!(place_with(2, coding));

		let roster =
			|n| -> BTreeSet<_> { Rosters::<Test>::get(item(n)).unwrap().into_iter().collect() };
		assert_eq!(roster(1).len(), 256);
		assert_ne!(roster(1), roster(2));
	});
}

#[test]
fn place_fails_when_the_code_does_not_keep_the_promise() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		// It survives two losses of the three that are tolerated: enough for an item that was
		// registered before the network changed, too little for a registration.
		let weak = Coding { data: 37, total: 48 };
		assert!(!keeps_promise(weak, 12, 12));
		assert!(!<Masternodes as Placer>::admits(weak));
		// It survives one.
		let weaker = Coding { data: 41, total: 48 };
		assert!(!<Masternodes as Placer>::admits(weaker));

		assert_noop!(place_with(1, weaker), Error::<Test>::PromiseNotKept);
		assert_noop!(place_with(1, Coding { data: 0, total: 48 }), Error::<Test>::PromiseNotKept);
	});
}

#[test]
fn an_item_under_way_is_placed_when_a_masternode_has_left() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		let registered_with = Masternodes::coding().unwrap();
		assert_ok!(leave(5));
		assert!(!<Masternodes as Placer>::admits(registered_with));

		assert_ok!(place_with(1, registered_with));

		acknowledge_without(1, &[]);
		assert_eq!(Placed::get(), vec![item(1)]);
		// Not what is promised to items that are registered now, and the chain says so.
		assert_eq!(tolerated(), 3);
		assert_eq!(Masternodes::durability_margin(item(1)), Some(2));
	});
}

#[test]
fn an_item_under_way_is_placed_when_a_masternode_has_joined() {
	ExtBuilder::default().nodes(6).build_and_execute(|| {
		let registered_with = Masternodes::coding().unwrap();
		assert_ok!(register(6));
		assert!(!<Masternodes as Placer>::admits(registered_with));

		assert_ok!(place_with(1, registered_with));

		acknowledge_without(1, &[]);
		assert_eq!(tolerated(), 2);
		assert_eq!(Masternodes::durability_margin(item(1)), Some(1));
	});
}

#[test]
fn an_item_under_way_is_placed_when_the_network_crosses_256() {
	ExtBuilder::default().nodes(256).build_and_execute(|| {
		let (small, large) = (coding_for(256).unwrap(), coding_for(257).unwrap());
		assert_ok!(register(256));
		assert!(!<Masternodes as Placer>::admits(small));

		assert_ok!(place_with(1, small));
		assert_ok!(leave(256));
		assert_ok!(place_with(2, large));
	});
}

#[test]
fn place_fails_without_masternodes_and_for_a_placed_item() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Masternodes::coding(), None);
		assert_noop!(place_with(1, Coding { data: 36, total: 48 }), Error::<Test>::PromiseNotKept);

		assert_ok!(register(0));
		assert_ok!(place(1));
		assert_noop!(place(1), Error::<Test>::AlreadyPlaced);
	});
}

#[test]
fn an_incomplete_placement_expires_at_its_deadline() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(acknowledge(0, &[1]));

		run_to(1 + PLACEMENT);
		assert!(Placements::<Test>::contains_key(item(1)));
		run_to(2 + PLACEMENT);

		assert!(!Placements::<Test>::contains_key(item(1)));
		assert_eq!(Masternodes::placement(item(1)), None);
		assert_eq!(Load::<Test>::get(account(0)), 0);
		assert_eq!(Expired::get(), vec![item(1)]);
		assert!(events().contains(&Event::PlacementExpired { id: item(1), missing: 2 }));
	});
}

#[test]
fn a_complete_placement_never_expires() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		place_completely(1);

		run_to(10 * PLACEMENT);

		assert!(Placements::<Test>::contains_key(item(1)));
		assert!(Expired::get().is_empty());
	});
}

#[test]
fn expiry_spends_no_more_than_it_is_given_and_goes_on_later() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		for n in 0..5 {
			assert_ok!(place(n));
		}
		System::set_block_number(1 + PLACEMENT);
		let now = System::block_number();
		let walk = <() as crate::WeightInfo>::deadlines_of_block();
		let expiry = <() as crate::WeightInfo>::expire_placement() + OBSERVER_WEIGHT;
		let one = expiry + walk;
		assert_eq!(<Masternodes as Placer>::weight_of_expiry(), one);

		assert_eq!(Masternodes::on_idle(now, Weight::zero()), Weight::zero());
		assert_eq!(Expired::get().len(), 0);
		assert_eq!(Masternodes::on_idle(now, one), one);
		assert_eq!(Expired::get().len(), 1);
		Masternodes::do_try_state().unwrap();

		System::set_block_number(now + 3);
		let used = Masternodes::on_idle(now + 3, Weight::MAX);
		assert_eq!(Expired::get().len(), 5);
		assert_eq!(used, expiry * 4 + walk * 5);
		assert_eq!(Deadlines::<Test>::iter().count(), 0);
	});
}

#[test]
fn drop_forgets_open_and_complete_placements() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place(1));
		place_completely(2);

		<Masternodes as Placer>::drop(item(1));
		<Masternodes as Placer>::drop(item(2));
		<Masternodes as Placer>::drop(item(3));

		assert_eq!(Placements::<Test>::iter().count(), 0);
		assert_eq!(Load::<Test>::iter().count(), 0);
		let dropped =
			events().iter().filter(|e| matches!(e, Event::PlacementDropped { .. })).count();
		assert_eq!(dropped, 2);
	});
}

#[test]
fn margin_counts_missing_and_withdrawn_nodes_as_lost() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_eq!(Masternodes::durability_margin(item(1)), None);
		assert_ok!(place(1));
		assert_eq!(Masternodes::durability_margin(item(1)), Some(0));

		for node in 0..12 {
			assert_ok!(acknowledge(node, &[1]));
		}
		assert_eq!(Masternodes::durability_margin(item(1)), Some(tolerated()));
		assert_eq!(tolerated(), 3);

		// Leaving changes nothing while the node has its duties; withdrawing does.
		assert_ok!(leave(5));
		assert_eq!(Masternodes::durability_margin(item(1)), Some(3));
		run_to(2 + UNBONDING);
		assert_ok!(withdraw(5));
		assert_eq!(Masternodes::durability_margin(item(1)), Some(2));
	});
}

#[test]
fn a_new_bond_does_not_revive_old_duties() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		place_completely(1);
		assert_ok!(leave(5));
		run_to(2 + UNBONDING);
		assert_ok!(withdraw(5));

		assert_ok!(register(5));

		assert_eq!(Masternodes::durability_margin(item(1)), Some(2));
		let slots = Masternodes::placement(item(1)).unwrap();
		let slot = slots.iter().find(|slot| slot.node == account(5)).unwrap();
		assert!(!slot.acknowledged && slot.addresses.is_empty());
	});
}
