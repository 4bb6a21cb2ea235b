//! The invariants are noticed when they are broken.

use crate::{mock::*, Masternodes as Nodes, *};
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, tokens::Precision},
};

/// Breaks a good state and expects the invariants to notice.
fn breaks(corrupt: impl FnOnce()) {
	ExtBuilder::default().nodes(3).build().execute_with(|| {
		place_completely(1);
		assert_ok!(place(2));
		assert_ok!(acknowledge(0, &[2]));
		Pallet::<Test>::do_try_state().unwrap();

		corrupt();

		assert!(Pallet::<Test>::do_try_state().is_err());
	});
}

#[test]
fn a_missing_hold_is_noticed() {
	breaks(|| {
		let reason = HoldReason::MasternodeBond.into();
		assert_ok!(Balances::release(&reason, &account(0), 1, Precision::Exact));
	});
}

#[test]
fn a_hold_without_a_bond_is_noticed() {
	breaks(|| {
		assert_ok!(Balances::hold(&HoldReason::MasternodeBond.into(), &account(9), 1));
	});
}

#[test]
fn a_wrong_active_list_is_noticed() {
	breaks(Active::<Test>::kill);
	breaks(|| {
		Active::<Test>::mutate(|active| active.try_push(account(0)).unwrap());
	});
}

#[test]
fn a_wrong_standing_is_noticed() {
	let with = |standing: Standing| {
		breaks(move || {
			Nodes::<Test>::mutate(account(0), |node| node.as_mut().unwrap().standing = standing);
		});
	};
	with(Standing::Suspended { until: 9 });
	with(Standing::Leaving { withdraw_at: 9 });
	breaks(|| {
		assert_ok!(suspend(0));
		Nodes::<Test>::mutate(account(0), |node| node.as_mut().unwrap().suspensions = 0);
	});
}

#[test]
fn wrong_peer_ids_are_noticed() {
	let peer = || Pallet::<Test>::peer_id_of(&addresses(0)).unwrap();
	breaks(move || PeerIds::<Test>::remove(peer()));
	breaks(move || PeerIds::<Test>::insert(peer(), account(1)));
	breaks(|| PeerIds::<Test>::insert(PeerId::default(), account(1)));
	breaks(|| {
		Nodes::<Test>::mutate(account(1), |node| {
			node.as_mut().unwrap().addresses = addresses(0);
		});
	});
	breaks(|| {
		Nodes::<Test>::mutate(account(1), |node| {
			node.as_mut().unwrap().addresses = vec![address(1), address(2)].try_into().unwrap();
		});
	});
}

#[test]
fn a_mark_beyond_the_roster_is_noticed() {
	breaks(|| {
		Placements::<Test>::mutate(mock::item(2), |placement| {
			placement.as_mut().unwrap().declined.insert(3);
		});
	});
}

#[test]
fn wrong_slots_are_noticed() {
	breaks(|| Keeping::<Test>::remove(account(0), mock::item(1)));
	breaks(|| Fetching::<Test>::remove(account(1), mock::item(2)));
	breaks(|| Fetching::<Test>::insert(account(8), mock::item(2), 0));
	breaks(|| Load::<Test>::insert(account(0), 3));
	breaks(|| Rosters::<Test>::remove(mock::item(1)));
	breaks(|| Placements::<Test>::remove(mock::item(1)));
}

#[test]
fn wrong_stocks_are_noticed() {
	let change = |change: fn(&mut Stock)| {
		breaks(move || Stocks::<Test>::mutate(account(0), |stock| change(stock.as_mut().unwrap())));
	};
	change(|stock| stock.bytes += 1);
	change(|stock| stock.registered_at += 1);
	change(|stock| stock.counted_to += 1);
	change(|stock| stock.until = Some(9));
	change(|stock| stock.counting = Counting::Withheld);
	breaks(|| Stocks::<Test>::remove(account(0)));
	breaks(|| Stocks::<Test>::insert(account(9), Stock::new(1)));
	breaks(|| {
		Placements::<Test>::mutate(mock::item(1), |placement| {
			placement.as_mut().unwrap().stored_size += 3;
		});
	});
}

#[test]
fn wrong_deadlines_are_noticed() {
	breaks(|| Deadlines::<Test>::remove(1 + PLACEMENT, mock::item(2)));
	breaks(|| Deadlines::<Test>::insert(50, mock::item(1), ()));
	breaks(|| DeadlinesFrom::<Test>::put(500));
}
