//! Registering, leaving, withdrawing.

use crate::{mock::*, Error, Event, HoldReason, Masternodes as Nodes, PeerIds, Standing};
use frame_support::{
	assert_noop, assert_ok,
	traits::fungible::{InspectHold, Mutate},
};
use popnet_primitives::content::{Addresses, MasternodeView};
use sp_runtime::{traits::Hash, TokenError};

fn held(n: u32) -> u128 {
	Balances::balance_on_hold(&HoldReason::MasternodeBond.into(), &account(n))
}

#[test]
fn register_holds_exactly_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(register(0));

		assert_eq!(held(0), BOND);
		assert_eq!(Masternodes::bonded(&account(0)), BOND);
		assert_eq!(active(), 1);
		assert_eq!(StakeChanges::get(), vec![(account(0), BOND)]);
		assert_eq!(events(), vec![Event::Registered { node: account(0), bond: BOND }]);
	});
}

#[test]
fn genesis_bonds_its_masternodes() {
	ExtBuilder::default().nodes(12).build_and_execute(|| {
		assert_eq!(active(), 12);
		assert_eq!(held(11), BOND);
		let views = Masternodes::masternodes();
		assert_eq!(views.len(), 12);
		assert!(views.iter().all(|view| view.bond == BOND && view.leaving_at.is_none()));
		assert!(views.iter().any(|view| view.addresses == addresses(7)));
	});
}

#[test]
#[should_panic(expected = "cannot bond at genesis")]
fn genesis_refuses_a_masternode_without_funds() {
	use sp_runtime::BuildStorage;
	let genesis = crate::GenesisConfig::<Test> {
		masternodes: vec![(account(0), vec![address(0).into_inner()])],
		..Default::default()
	};
	let _ = genesis.build_storage();
}

#[test]
fn register_fails_without_funds_for_the_bond() {
	ExtBuilder::default().build_and_execute(|| {
		Balances::set_balance(&account(0), BOND - 1);

		assert_noop!(register(0), TokenError::FundsUnavailable);
	});
}

#[test]
fn register_fails_when_registered() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		assert_noop!(register(0), Error::<Test>::AlreadyRegistered);
		assert_ok!(leave(0));
		assert_noop!(register(0), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn register_fails_when_all_places_are_taken() {
	ExtBuilder::default().nodes(MASTERNODES_MAX).build_and_execute(|| {
		assert_noop!(register(MASTERNODES_MAX), Error::<Test>::TooManyMasternodes);

		// A leaving node still counts: its bond and duties are there.
		assert_ok!(leave(0));
		assert_noop!(register(MASTERNODES_MAX), Error::<Test>::TooManyMasternodes);

		run_to(1 + UNBONDING);
		assert_ok!(withdraw(0));
		assert_ok!(register(MASTERNODES_MAX));
	});
}

#[test]
fn register_fails_with_addresses_that_reach_nobody() {
	ExtBuilder::default().build_and_execute(|| {
		let with = |texts: &[&[u8]]| {
			let addresses: Vec<_> =
				texts.iter().map(|text| text.to_vec().try_into().unwrap()).collect();
			Masternodes::register(
				RuntimeOrigin::signed(account(0)),
				Addresses::try_from(addresses).unwrap(),
			)
		};
		let good: &[u8] = b"/ip4/10.0.0.1/tcp/1/p2p/12D3KooW";

		assert_noop!(with(&[]), Error::<Test>::NoAddress);
		let bad: [&[u8]; 7] = [
			b"",
			b"/ip4/10.0.0.1/tcp/1",
			b"ip4/10.0.0.1/tcp/1/p2p/12D3KooW",
			b"/ip4/10.0.0.1/tcp/1/p2p/",
			b"/ip4/10.0.0.1/tcp/1/p2p/12D3 KooW",
			b"/ip4/10.0.0.1\n/tcp/1/p2p/12D3KooW",
			b"/ip4/\xff\xfe/p2p/12D3KooW",
		];
		for text in bad {
			assert_noop!(with(&[good, text]), Error::<Test>::InvalidAddress);
		}
		assert_ok!(with(&[good]));
	});
}

#[test]
fn update_addresses_replaces_them() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		let origin = RuntimeOrigin::signed(account(0));

		assert_ok!(Masternodes::update_addresses(origin.clone(), addresses(77)));

		assert_eq!(Masternodes::masternodes()[0].addresses, addresses(77));
		assert_eq!(events(), vec![Event::AddressesUpdated { node: account(0) }]);
		assert_noop!(
			Masternodes::update_addresses(origin, Addresses::default()),
			Error::<Test>::NoAddress
		);
		assert_noop!(
			Masternodes::update_addresses(RuntimeOrigin::signed(account(1)), addresses(1)),
			Error::<Test>::NotMasternode
		);
	});
}

/// Addresses in text form.
fn texts(texts: &[&str]) -> Addresses {
	let addresses: Vec<_> =
		texts.iter().map(|text| text.as_bytes().to_vec().try_into().unwrap()).collect();
	addresses.try_into().unwrap()
}

#[test]
fn register_fails_with_the_peer_id_of_another() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		let register_at =
			|n: u32, addresses| Masternodes::register(RuntimeOrigin::signed(account(n)), addresses);

		assert_noop!(register_at(1, addresses(0)), Error::<Test>::PeerIdTaken);
		// At another place, over a relay, or beside an address of its own.
		let elsewhere = texts(&["/dns/example.org/tcp/443/wss/p2p/12D3KooW0"]);
		assert_noop!(register_at(1, elsewhere), Error::<Test>::PeerIdTaken);
		let relayed = texts(&["/ip4/10.0.0.9/tcp/1/p2p/12D3KooW9/p2p-circuit/p2p/12D3KooW0"]);
		assert_noop!(register_at(1, relayed), Error::<Test>::PeerIdTaken);
		let mixed =
			texts(&["/ip4/10.0.0.9/tcp/1/p2p/12D3KooW1", "/ip4/10.0.0.9/tcp/2/p2p/12D3KooW0"]);
		assert_noop!(register_at(1, mixed), Error::<Test>::DifferentPeerIds);

		let own = texts(&["/ip4/10.0.0.9/tcp/1/p2p/12D3KooW1", "/ip6/::1/tcp/2/ws/p2p/12D3KooW1"]);
		assert_ok!(register_at(1, own));
	});
}

#[test]
#[should_panic(expected = "cannot bond at genesis")]
fn genesis_refuses_two_masternodes_with_one_peer_id() {
	use sp_runtime::BuildStorage;
	let funds = pallet_balances::GenesisConfig::<Test> {
		balances: (0..2).map(|n| (account(n), ENDOWMENT)).collect(),
		..Default::default()
	};
	let mut storage = funds.build_storage().unwrap();
	let genesis = crate::GenesisConfig::<Test> {
		masternodes: (0..2).map(|n| (account(n), vec![address(7).into_inner()])).collect(),
		..Default::default()
	};
	let _ = genesis.assimilate_storage(&mut storage);
}

#[test]
fn a_new_identity_frees_the_old_peer_id() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		let update = |n: u32, addresses| {
			Masternodes::update_addresses(RuntimeOrigin::signed(account(n)), addresses)
		};
		assert_noop!(update(1, addresses(0)), Error::<Test>::PeerIdTaken);
		// Another place, the same identity.
		assert_ok!(update(0, texts(&["/ip4/10.0.0.9/tcp/1/p2p/12D3KooW0"])));

		assert_ok!(update(0, addresses(50)));
		assert_ok!(update(1, addresses(0)));

		assert_eq!(PeerIds::<Test>::iter().count(), 2);
		assert_noop!(update(0, addresses(0)), Error::<Test>::PeerIdTaken);
	});
}

#[test]
fn a_peer_id_is_taken_until_its_masternode_has_withdrawn() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		let register_there =
			|| Masternodes::register(RuntimeOrigin::signed(account(1)), addresses(0));
		assert_ok!(leave(0));
		run_to(1 + UNBONDING);
		assert_noop!(register_there(), Error::<Test>::PeerIdTaken);

		assert_ok!(withdraw(0));

		assert_ok!(register_there());
	});
}

#[test]
fn leave_ends_activity_but_keeps_the_bond() {
	ExtBuilder::default().nodes(2).build_and_execute(|| {
		assert_ok!(leave(0));

		assert_eq!(active(), 1);
		assert_eq!(held(0), BOND);
		assert_eq!(Masternodes::bonded(&account(0)), BOND);
		assert_eq!(standing(0), Standing::Leaving { withdraw_at: 1 + UNBONDING });
		let left_at = |view: &MasternodeView| view.node == account(0) && view.leaving_at.is_some();
		assert!(Masternodes::masternodes().iter().any(left_at));
		let left = Event::Left { node: account(0), withdraw_at: 1 + UNBONDING };
		assert_eq!(events(), vec![left]);
		assert_noop!(leave(0), Error::<Test>::AlreadyLeaving);
		assert_noop!(leave(5), Error::<Test>::NotMasternode);
	});
}

#[test]
fn withdraw_releases_the_bond_after_the_period() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		assert_noop!(withdraw(0), Error::<Test>::NotLeaving);
		assert_noop!(withdraw(1), Error::<Test>::NotMasternode);
		assert_ok!(leave(0));
		StakeChanges::take();

		run_to(UNBONDING);
		assert_noop!(withdraw(0), Error::<Test>::StillUnbonding);
		run_to(UNBONDING + 1);
		assert_ok!(withdraw(0));

		assert_eq!(held(0), 0);
		assert_eq!(Balances::free_balance(account(0)), ENDOWMENT);
		assert_eq!(StakeChanges::get(), vec![(account(0), 0)]);
		assert!(!Nodes::<Test>::contains_key(account(0)));
		assert_eq!(events().last(), Some(&Event::Withdrawn { node: account(0), bond: BOND }));
	});
}

#[test]
fn the_stored_bond_is_released_when_the_constant_has_changed() {
	ExtBuilder::default().nodes(1).build_and_execute(|| {
		assert_ok!(leave(0));
		// A hold of another amount, as an upgrade of the constant would leave behind.
		Nodes::<Test>::mutate(account(0), |node| node.as_mut().unwrap().bond = BOND - 10);
		frame_support::assert_ok!(
			<Balances as frame_support::traits::fungible::MutateHold<_>>::release(
				&HoldReason::MasternodeBond.into(),
				&account(0),
				10,
				frame_support::traits::tokens::Precision::Exact,
			)
		);

		run_to(UNBONDING + 1);
		assert_ok!(withdraw(0));

		assert_eq!(held(0), 0);
	});
}

#[test]
fn slot_sets_agree_with_a_plain_set() {
	use std::collections::BTreeSet;
	let mut set = crate::SlotSet::default();
	let mut oracle = BTreeSet::new();
	for n in 0u32..2_000 {
		let slot = sp_runtime::traits::BlakeTwo256::hash_of(&n).0[0];
		assert_eq!(set.insert(u32::from(slot)), oracle.insert(slot));
		assert_eq!(set.count() as usize, oracle.len());
	}
	assert!((0..=255u8).all(|slot| set.contains(u32::from(slot)) == oracle.contains(&slot)));
	assert!(!set.insert(256) && !set.contains(256) && !set.contains(u32::MAX));
}
