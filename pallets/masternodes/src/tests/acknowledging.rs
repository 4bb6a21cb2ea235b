//! Acknowledging slots.

use crate::{mock::*, Call, Error, Event, Fetching, Keeping, Stock, Stocks, WeightInfo};
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};

#[test]
fn the_last_acknowledgement_completes_the_placement() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place(1));

		assert_ok!(acknowledge(0, &[1]));
		assert_ok!(acknowledge(1, &[1]));
		assert!(Placed::get().is_empty());
		assert_ok!(acknowledge(2, &[1]));

		assert_eq!(Placed::get(), vec![item(1)]);
		assert!(Masternodes::placement(item(1)).unwrap().iter().all(|slot| slot.acknowledged));
		assert_eq!(
			events()[events().len() - 2..],
			[
				Event::Acknowledged { node: account(2), accepted: 1, skipped: 0 },
				Event::PlacementCompleted { id: item(1) },
			]
		);
	});
}

#[test]
fn unknown_and_repeated_ids_do_not_block_the_others() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));
		assert_ok!(acknowledge(0, &[1]));

		assert_ok!(acknowledge(0, &[1, 9, 2, 2]));

		assert_eq!(
			events().last(),
			Some(&Event::Acknowledged { node: account(0), accepted: 1, skipped: 3 })
		);
		assert_eq!(Keeping::<Test>::iter_prefix(account(0)).count(), 2);
		assert_eq!(Fetching::<Test>::iter_prefix(account(0)).count(), 0);
		assert_eq!(Fetching::<Test>::iter_prefix(account(1)).count(), 2);
	});
}

#[test]
fn acknowledge_fails_when_nothing_is_left_to_acknowledge() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(acknowledge(0, &[1]));

		assert_noop!(acknowledge(0, &[1]), Error::<Test>::NothingToAcknowledge);
		assert_noop!(acknowledge(0, &[8, 9]), Error::<Test>::NothingToAcknowledge);
		assert_noop!(acknowledge(0, &[]), Error::<Test>::NothingToAcknowledge);
		assert_noop!(acknowledge(7, &[1]), Error::<Test>::NotMasternode);
	});
}

#[test]
fn acknowledge_fails_for_an_item_that_is_placed_on_others() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(register(2));

		assert_noop!(acknowledge(2, &[1]), Error::<Test>::NothingToAcknowledge);
	});
}

#[test]
fn a_leaving_node_still_acknowledges() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		assert_ok!(place(1));
		assert_ok!(leave(0));

		assert_ok!(acknowledge(0, &[1]));

		assert_eq!(Placed::get(), vec![item(1)]);
	});
}

#[test]
fn a_new_bond_cannot_acknowledge_for_the_old_one() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(leave(0));
		run_to(UNBONDING);
		// Opened while node 1 is active, and still open when it comes back.
		assert_ok!(place(1));
		crate::Masternodes::<Test>::mutate(account(1), |node| {
			node.as_mut().unwrap().registered_at = UNBONDING + 1;
		});
		Stocks::<Test>::insert(account(1), Stock::new(UNBONDING + 1));
		run_to(UNBONDING + 1);

		assert_noop!(acknowledge(1, &[1]), Error::<Test>::NothingToAcknowledge);
	});
}

#[test]
fn acknowledge_pays_for_what_the_observer_does_with_each_item() {
	let ids = vec![item(1), item(2), item(3)].try_into().unwrap();
	let weight = Call::<Test>::acknowledge { ids }.get_dispatch_info().call_weight;

	assert_eq!(weight, <() as WeightInfo>::acknowledge(3) + OBSERVER_WEIGHT * 3);
}
