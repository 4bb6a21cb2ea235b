//! What stored bytes earn.

use crate::{mock::*, Counting, Placements, Stock, Stocks};
use frame_support::assert_ok;
use popnet_primitives::{
	content::Coding,
	rewards::{Work, WorkSource},
	traits::Placer,
	AccountId,
};
use std::collections::BTreeSet;

fn earned(earned: u128) -> Work {
	Work { earned, suspended: 0 }
}

fn pending(n: u32) -> Work {
	<Masternodes as WorkSource<AccountId>>::pending(&account(n))
}

fn take(n: u32) -> Work {
	<Masternodes as WorkSource<AccountId>>::take(&account(n))
}

fn bytes(n: u32) -> u128 {
	Stocks::<Test>::get(account(n)).unwrap().bytes
}

#[test]
fn a_node_earns_its_part_of_the_bytes_for_each_block_that_it_stores_them() {
	ExtBuilder::default().nodes(4).build_and_execute(|| {
		assert_ok!(place_sized(1, 4_003));
		run_to(3);
		assert_eq!(pending(0), Work::default());

		assert_ok!(acknowledge(0, &[1]));
		assert_eq!((bytes(0), bytes(1)), (1_000, 0));
		assert_eq!(pending(0), Work::default());
		run_to(8);

		assert_eq!(pending(0), earned(5_000));
		assert_eq!(pending(1), Work::default());
		assert_eq!(take(0), earned(5_000));
		assert_eq!(take(0), Work::default());
		run_to(9);
		assert_eq!(take(0), earned(1_000));
	});
}

#[test]
fn several_items_add_up_however_they_are_acknowledged() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		for (n, size) in [(1, 200), (2, 2_000), (3, 20_000)] {
			assert_ok!(place_sized(n, size));
		}

		assert_ok!(acknowledge(0, &[1, 2, 2, 9]));
		assert_ok!(acknowledge(0, &[3]));

		assert_eq!(bytes(0), 11_100);
		run_to(2);
		assert_eq!(take(0), earned(11_100));
	});
}

#[test]
fn a_dropped_and_an_expired_placement_earn_nothing_more() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place_sized(1, 200));
		assert_ok!(place_sized(2, 2_000));
		assert_ok!(acknowledge(0, &[1, 2]));
		assert_ok!(acknowledge(1, &[1]));
		run_to(4);

		<Masternodes as Placer>::drop(item(1));
		assert_eq!((bytes(0), bytes(1)), (1_000, 0));
		assert_eq!(pending(0), earned(3 * 1_100));

		// Item 2 expires in the hook of block 1 + PLACEMENT.
		run_to(5 + PLACEMENT);
		assert_eq!(bytes(0), 0);
		assert_eq!(take(0), earned(3 * 1_100 + u128::from(PLACEMENT - 3) * 1_000));
		assert_eq!(take(1), earned(3 * 100));
	});
}

#[test]
fn a_node_without_bytes_earns_nothing() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		run_to(100);

		assert_eq!(take(0), Work::default());
		assert_eq!(pending(99), Work::default());
		assert_eq!(take(99), Work::default());
		assert!(!Stocks::<Test>::contains_key(account(99)));
	});
}

#[test]
fn points_of_a_silent_node_are_withheld_until_it_resumes() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place_sized(1, 300));
		acknowledge_without(1, &[]);
		place_without(2, &[0]);
		// Suspended by the hook of block 1 + PLACEMENT, for as long.
		run_to(1 + 2 * PLACEMENT);
		let blocks = u128::from(PLACEMENT);
		assert_eq!(pending(0), Work { earned: blocks * 100, suspended: blocks * 100 });

		run_to(6 + 2 * PLACEMENT);
		assert_ok!(resume(0));
		run_to(7 + 2 * PLACEMENT);

		let expected = Work { earned: (blocks + 1) * 100, suspended: (blocks + 5) * 100 };
		assert_eq!(take(0), expected);
		assert_eq!(take(0), Work::default());
	});
}

#[test]
fn a_full_node_earns_by_what_it_stores() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place_sized(1, 200));
		acknowledge_without(1, &[]);

		assert_ok!(suspend(0));
		run_to(31);
		assert_ok!(resume(0));
		run_to(41);

		assert_eq!(take(0), earned(4_000));
	});
}

#[test]
fn a_leaving_node_earns_until_its_duties_end() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place_sized(1, 200));
		acknowledge_without(1, &[]);
		run_to(6);
		assert_ok!(leave(0));
		run_to(16);
		assert_eq!(pending(0), earned(1_500));

		// It stays bonded for longer than it has to.
		run_to(6 + 3 * UNBONDING);

		assert_eq!(take(0), earned(u128::from(5 + UNBONDING) * 100));
		run_to(7 + 3 * UNBONDING);
		assert_eq!(take(0), Work::default());
	});
}

#[test]
fn leaving_does_not_end_the_withholding() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place_sized(1, 300));
		acknowledge_without(1, &[]);
		place_without(2, &[0]);
		run_to(2 + PLACEMENT);
		assert_eq!(take(0), Work { earned: u128::from(PLACEMENT) * 100, suspended: 100 });

		assert_ok!(evict(0));
		run_to(2 + PLACEMENT + 2 * UNBONDING);

		assert_eq!(take(0), Work { earned: 0, suspended: u128::from(UNBONDING) * 100 });
	});
}

#[test]
fn what_a_node_has_when_it_withdraws_is_recorded() {
	ExtBuilder::default().nodes(3).build_and_execute(|| {
		assert_ok!(place_sized(1, 300));
		acknowledge_without(1, &[]);
		assert_ok!(place_sized(2, 30));
		acknowledge_without(2, &[0]);
		run_to(2 + PLACEMENT);
		assert_ok!(leave(0));
		assert_ok!(leave(1));
		run_to(2 + PLACEMENT + UNBONDING);

		assert_ok!(withdraw(0));
		assert_ok!(withdraw(1));

		let before = u128::from(PLACEMENT) * 100;
		let after = u128::from(1 + UNBONDING) * 100;
		let recorded = vec![
			(account(0), earned(before)),
			(account(0), Work { earned: 0, suspended: after }),
			// It has also stored its part of item 2 until that expired.
			(account(1), earned(before + after + u128::from(PLACEMENT) * 10)),
		];
		assert_eq!(Recorded::get(), recorded);
		assert!(!Stocks::<Test>::contains_key(account(0)));
		assert_eq!(take(0), Work::default());
	});
}

#[test]
fn a_node_that_stored_nothing_leaves_no_record() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(leave(0));
		run_to(1 + UNBONDING);

		assert_ok!(withdraw(0));

		assert!(Recorded::get().is_empty());
	});
}

#[test]
fn a_new_bond_earns_nothing_by_the_slots_of_the_old_one() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(place_sized(1, 200));
		acknowledge_without(1, &[]);
		assert_ok!(leave(0));
		run_to(1 + UNBONDING);
		assert_ok!(withdraw(0));

		assert_ok!(register(0));
		assert_ok!(place_sized(2, 20));
		assert_ok!(acknowledge(0, &[2]));
		run_to(2 + UNBONDING);
		assert_eq!(take(0), earned(10));

		<Masternodes as Placer>::drop(item(1));
		assert_eq!(bytes(0), 10);
		assert_eq!(bytes(1), 0);
	});
}

#[test]
fn all_slots_of_an_item_count_alike_and_never_for_more_than_it_has() {
	ExtBuilder::default().nodes(7).build_and_execute(|| {
		// Registered for another network: seven slots share 48 shards.
		let coding = Coding { data: 33, total: 48 };
		let id = item(1);
		assert_ok!(<Masternodes as Placer>::place(&registration(id, coding, u64::MAX)));

		acknowledge_without(1, &[]);

		let slot = Placements::<Test>::get(id).unwrap().slot_bytes();
		assert_eq!(slot, u64::MAX / 7);
		assert!((0..7).all(|n| bytes(n) == u128::from(slot)));
	});
}

#[test]
fn the_most_points_that_are_possible_fit() {
	let mut stock = Stock { bytes: u128::from(u32::MAX) * u128::from(u64::MAX), ..Stock::new(0) };
	for counting in [Counting::Earned, Counting::Withheld] {
		stock.counting = counting;
		stock.counted_to = 0;
		stock.count(u32::MAX);
	}

	let most = stock.bytes.checked_mul(u128::from(u32::MAX)).unwrap();
	assert_eq!(stock.work, Work { earned: most, suspended: most });
}

#[test]
fn every_node_is_named_once_while_others_come_and_go() {
	ExtBuilder::default().nodes(20).build_and_execute(|| {
		let next = |after: Option<&AccountId>| <Masternodes as WorkSource<_>>::next(after);
		let mut named = vec![];
		let mut last = None;
		while let Some(node) = next(last.as_ref()) {
			named.push(node.clone());
			if named.len() == 10 {
				// The one that was named last goes away.
				Stocks::<Test>::remove(&node);
				assert_ok!(register(50));
				assert_ok!(register(51));
			}
			last = Some(node);
		}

		let distinct: BTreeSet<_> = named.iter().cloned().collect();
		assert_eq!(distinct.len(), named.len());
		assert!((0..20).all(|n| distinct.contains(&account(n))));
		Stocks::<Test>::insert(&named[9], Stock::new(0));
	});
}
