//! Worst case of every call and hook; each asserts its result.

use super::*;
use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, InspectHold, Unbalanced},
		tokens::Precision,
		Get,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::RawOrigin;
use popnet_primitives::{
	content::{
		Address, Addresses, ContentId, MediaKind, Registration, ADDRESSES_MAX, ADDRESS_BYTES_MAX,
		SLOTS_MAX,
	},
	placement,
	rewards::{Work, WorkSource},
	traits::Placer,
	AccountId, Balance,
};

/// Bytes of the shards of an item.
const STORED_SIZE: u64 = 1_000_000;

/// The longest addresses, as many as a node may have; all end in the peer id of node `n`.
fn addresses(n: u32) -> Addresses {
	let peer =
		n.to_be_bytes().into_iter().flat_map(|byte| [byte / 16, byte % 16]).map(|d| b'a' + d);
	let mut end = b"/p2p/12D3KooW".to_vec();
	end.extend(peer);
	let mut address = b"/dns/".to_vec();
	address.resize(ADDRESS_BYTES_MAX as usize - end.len(), b'x');
	address.extend(end);
	Addresses::truncate_from(vec![Address::truncate_from(address); ADDRESSES_MAX as usize])
}

fn node(n: u32) -> AccountId {
	account("node", n, 0)
}

fn item(n: u32) -> ContentId {
	ContentId(node(n).into())
}

/// Registers node 0, the last in a full list of active nodes.
fn registered<T: Config>() -> AccountId {
	let caller = node(0);
	let funds: Balance = T::Bond::get() + T::Currency::minimum_balance() * 10;
	T::Currency::increase_balance(&caller, funds, Precision::Exact)
		.expect("an account can receive its bond");
	Active::<T>::kill();
	Pallet::<T>::do_register(caller.clone(), addresses(0)).expect("an account with funds can bond");
	let mut active = other_nodes::<T>();
	active.push(caller.clone());
	Active::<T>::put(BoundedVec::truncate_from(active));
	caller
}

/// Registers a node, which is active from now on.
pub fn activate<T: Config>() {
	let _ = registered::<T>();
	Active::<T>::put(BoundedVec::truncate_from(vec![node(0)]));
}

/// All nodes but one that there may be.
fn other_nodes<T: Config>() -> Vec<AccountId> {
	(1..T::MaxMasternodes::get()).map(node).collect()
}

fn change_standing<T: Config>(who: &AccountId, standing: Standing) {
	Masternodes::<T>::mutate(who, |stored| {
		stored.as_mut().expect("the node is registered").standing = standing;
	});
}

/// As many active nodes as there may be, with everything that is stored about them but the bond.
fn network<T: Config>() -> Vec<AccountId> {
	let now = Pallet::<T>::now();
	let nodes: Vec<AccountId> = (0..T::MaxMasternodes::get()).map(node).collect();
	for (n, who) in (0u32..).zip(&nodes) {
		let addresses = addresses(n);
		let standing = Standing::Active { since: now };
		let bond = T::Bond::get();
		Masternodes::<T>::insert(
			who,
			Masternode { bond, addresses, registered_at: now, standing, suspensions: 0 },
		);
		Stocks::<T>::insert(who, Stock { bytes: u128::from(u64::MAX), ..Stock::new(now) });
		Load::<T>::insert(who, 1);
	}
	Active::<T>::put(BoundedVec::truncate_from(nodes.clone()));
	nodes
}

fn registration<T: Config>(n: u32) -> Registration {
	let coding =
		placement::coding_for(<Pallet<T> as Placer>::active()).expect("there are active nodes");
	Registration {
		id: item(n),
		media: MediaKind::Video,
		size: STORED_SIZE / 2,
		plaintext_root: [1; 32],
		key_commitment: [2; 32],
		coding,
		stripes: 1,
		manifest_size: 1_000,
		stored_size: STORED_SIZE,
		sources: addresses(u32::MAX),
	}
}

/// Opens a placement on 256 nodes, or all if there are fewer.
fn placed<T: Config>(n: u32) -> Roster {
	<Pallet<T> as Placer>::place(&registration::<T>(n)).expect("the code is that of the network");
	let roster = Rosters::<T>::get(item(n)).expect("the placement has just been opened");
	assert_eq!(u32::try_from(roster.len()), Ok(SLOTS_MAX.min(T::MaxMasternodes::get())));
	roster
}

/// `n` placements of 256 slots that end now, in which the caller has the last slot; the others are
/// acknowledged or not.
fn placements<T: Config>(caller: &AccountId, n: u32, acknowledged: bool) -> Vec<ContentId> {
	let (now, slot) = (Pallet::<T>::now(), SLOTS_MAX - 1);
	let mut others = SlotSet::default();
	if acknowledged {
		(0..slot).for_each(|slot| assert!(others.insert(slot)));
	}
	let ids: Vec<ContentId> = (0..n).map(item).collect();
	for id in &ids {
		let Registration { manifest_size, stored_size, sources, .. } = registration::<T>(0);
		let placement = Placement {
			coding: placement::coding_for(SLOTS_MAX).expect("256 nodes are some"),
			manifest_size,
			sources,
			opened_at: now,
			deadline: Some(now),
			slots: SLOTS_MAX,
			stored_size,
			acknowledged: others,
			declined: SlotSet::default(),
		};
		Placements::<T>::insert(id, placement);
		Deadlines::<T>::insert(now, id, ());
		Fetching::<T>::insert(caller, id, slot);
	}
	ids
}

fn all_acknowledge<T: Config>(roster: &Roster, id: ContentId) {
	for who in roster {
		Pallet::<T>::do_acknowledge(who.clone(), [id]).expect("the slot is open");
	}
}

/// Points of both kinds, and a stock that makes more.
fn with_points<T: Config>(who: &AccountId) {
	Pallet::<T>::change_stock(who, |stock| {
		stock.bytes = u128::from(u64::MAX);
		stock.work = Work { earned: u128::from(u64::MAX), suspended: u128::from(u64::MAX) };
	});
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let caller = node(0);
		let funds: Balance = T::Bond::get() + T::Currency::minimum_balance() * 10;
		T::Currency::increase_balance(&caller, funds, Precision::Exact)
			.expect("an account can receive its bond");
		Active::<T>::put(BoundedVec::truncate_from(other_nodes::<T>()));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), addresses(0));

		assert_eq!(Pallet::<T>::bonded(&caller), T::Bond::get());
		assert_eq!(<Pallet<T> as Placer>::active(), T::MaxMasternodes::get());
	}

	#[benchmark]
	fn update_addresses() {
		let caller = registered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), addresses(u32::MAX));

		let stored = Masternodes::<T>::get(&caller).map(|masternode| masternode.addresses);
		assert_eq!(stored, Some(addresses(u32::MAX)));
	}

	#[benchmark]
	fn leave() {
		let caller = registered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		let stored = Masternodes::<T>::get(&caller);
		assert!(stored.is_some_and(|masternode| masternode.withdraw_at().is_some()));
		assert_eq!(<Pallet<T> as Placer>::active(), T::MaxMasternodes::get() - 1);
	}

	#[benchmark]
	fn withdraw() {
		let caller = registered::<T>();
		Pallet::<T>::do_leave(caller.clone()).expect("the node is registered");
		let withdraw_at = Pallet::<T>::now();
		change_standing::<T>(&caller, Standing::Leaving { withdraw_at });
		with_points::<T>(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(!Masternodes::<T>::contains_key(&caller));
		assert!(!Stocks::<T>::contains_key(&caller));
		let reason = HoldReason::MasternodeBond.into();
		assert_eq!(T::Currency::balance_on_hold(&reason, &caller), 0);
	}

	#[benchmark]
	fn acknowledge(n: Linear<1, { ACKNOWLEDGEMENTS_MAX }>) {
		let caller = registered::<T>();
		let ids = placements::<T>(&caller, n, true);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), BoundedVec::truncate_from(ids.clone()));

		let complete = |id| Placements::<T>::get(id).is_some_and(|stored| stored.is_complete());
		assert!(ids.into_iter().all(complete));
		let expected = u128::from(STORED_SIZE / u64::from(SLOTS_MAX)) * u128::from(n);
		assert_eq!(Stocks::<T>::get(&caller).map(|stock| stock.bytes), Some(expected));
	}

	#[benchmark]
	fn decline(n: Linear<1, { ACKNOWLEDGEMENTS_MAX }>) {
		let caller = registered::<T>();
		let ids = placements::<T>(&caller, n, false);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), BoundedVec::truncate_from(ids.clone()));

		let declined = |id| {
			Placements::<T>::get(id).is_some_and(|stored| stored.declined.contains(SLOTS_MAX - 1))
		};
		assert!(ids.into_iter().all(declined));
	}

	#[benchmark]
	fn suspend() {
		let caller = registered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		let stored = Masternodes::<T>::get(&caller);
		assert!(stored.is_some_and(|masternode| masternode.suspended_until().is_some()));
	}

	#[benchmark]
	fn resume() {
		let caller = registered::<T>();
		Pallet::<T>::do_suspend(caller.clone()).expect("the node is active");
		let until = Pallet::<T>::now();
		change_standing::<T>(&caller, Standing::Suspended { until });

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(Masternodes::<T>::get(&caller).is_some_and(|masternode| masternode.is_active()));
		assert_eq!(<Pallet<T> as Placer>::active(), T::MaxMasternodes::get());
	}

	#[benchmark]
	fn evict() {
		let who = registered::<T>();

		#[extrinsic_call]
		_(RawOrigin::Root, who.clone());

		let stored = Masternodes::<T>::get(&who);
		assert!(stored.is_some_and(|masternode| masternode.withdraw_at().is_some()));
	}

	#[benchmark]
	fn deadlines_of_block() {
		DeadlinesFrom::<T>::kill();
		let mut meter = WeightMeter::with_limit(T::WeightInfo::deadlines_of_block());

		#[block]
		{
			Pallet::<T>::expire_placements(&mut meter);
		}

		// The weight does not reach for the next block.
		assert_eq!(DeadlinesFrom::<T>::get(), Some(Pallet::<T>::now()));
	}

	#[benchmark]
	fn expire_placement() {
		network::<T>();
		let silent = placed::<T>(0);
		let now = Pallet::<T>::now();
		Deadlines::<T>::remove(now + T::PlacementPeriod::get(), item(0));
		Placements::<T>::mutate_extant(item(0), |stored| stored.deadline = Some(now));
		Deadlines::<T>::insert(now, item(0), ());

		#[block]
		{
			Pallet::<T>::expire_placements_of(now, &mut WeightMeter::new());
		}

		assert!(!Placements::<T>::contains_key(item(0)));
		let suspended = |who| {
			Masternodes::<T>::get(who).is_some_and(|stored| stored.suspended_until().is_some())
		};
		assert!(silent.iter().all(suspended));
	}

	#[benchmark]
	fn place() {
		network::<T>();
		let registration = registration::<T>(0);

		#[block]
		{
			<Pallet<T> as Placer>::place(&registration).expect("the code is the network's");
		}

		assert!(Placements::<T>::contains_key(item(0)));
	}

	#[benchmark]
	fn drop_placement() {
		network::<T>();
		let roster = placed::<T>(0);
		// The last one is missing, so that nobody is told of a complete placement and the deadline is
		// there to be removed.
		let mut all_but_one = roster.clone();
		all_but_one.pop();
		all_acknowledge::<T>(&all_but_one, item(0));

		#[block]
		{
			<Pallet<T> as Placer>::drop(item(0));
		}

		assert!(!Placements::<T>::contains_key(item(0)));
		let bytes = |who| Stocks::<T>::get(who).map(|stock| stock.bytes);
		assert!(roster.iter().all(|who| bytes(who) == Some(u128::from(u64::MAX))));
	}

	#[benchmark]
	fn take_work() {
		let nodes = network::<T>();
		nodes.iter().for_each(|who| with_points::<T>(who));
		let first = <Pallet<T> as WorkSource<AccountId>>::next(None);
		let mut taken = Work::default();

		#[block]
		{
			if let Some(who) = <Pallet<T> as WorkSource<AccountId>>::next(first.as_ref()) {
				taken = <Pallet<T> as WorkSource<AccountId>>::take(&who);
			}
		}

		assert!(taken.earned >= u128::from(u64::MAX));
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
