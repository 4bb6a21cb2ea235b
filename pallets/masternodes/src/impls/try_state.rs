//! The invariants of the pallet's header.

use super::placing::len_u32;
use crate::{
	Active, Config, Counting, Deadlines, Fetching, HoldReason, Keeping, Load, Masternodes, Pallet,
	PeerId, PeerIds, Placements, Rosters, Standing, Stocks,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{fungible::InspectHold, Get},
};
use popnet_primitives::{content::ContentId, AccountId};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_bonds()?;
		Self::check_active()?;
		Self::check_peer_ids()?;
		Self::check_slots()?;
		Self::check_stocks()?;
		Self::check_deadlines()
	}

	fn check_bonds() -> Result<(), TryRuntimeError> {
		for account in frame_system::Account::<T>::iter_keys() {
			let held = T::Currency::balance_on_hold(&HoldReason::MasternodeBond.into(), &account);
			ensure!(held == Self::bonded(&account), "a bond differs from what is held");
		}
		for node in Masternodes::<T>::iter_keys() {
			let alive = frame_system::Account::<T>::contains_key(&node);
			ensure!(alive, "a Masternode has no account");
		}
		Ok(())
	}

	fn check_active() -> Result<(), TryRuntimeError> {
		let count = Masternodes::<T>::count();
		ensure!(count == len_u32(Masternodes::<T>::iter_keys().count()), "miscounted Masternodes");
		ensure!(count <= T::MaxMasternodes::get(), "too many Masternodes");
		let active = Active::<T>::get();
		let distinct: BTreeSet<AccountId> = active.iter().cloned().collect();
		ensure!(distinct.len() == active.len(), "a Masternode is active twice");
		let expected: BTreeSet<AccountId> = Masternodes::<T>::iter()
			.filter(|(_, masternode)| masternode.is_active())
			.map(|(node, _)| node)
			.collect();
		ensure!(distinct == expected, "the list of active Masternodes is not who is active");
		for masternode in Masternodes::<T>::iter_values() {
			ensure!(
				!matches!(masternode.standing, Standing::Suspended { .. })
					|| masternode.suspensions > 0,
				"a Masternode is suspended without a count"
			);
		}
		Ok(())
	}

	fn check_peer_ids() -> Result<(), TryRuntimeError> {
		let mut expected = BTreeMap::new();
		for (node, masternode) in Masternodes::<T>::iter() {
			let peer = Self::peer_id_of(&masternode.addresses)
				.map_err(|_| "a Masternode has not one peer id in all its addresses")?;
			ensure!(expected.insert(peer, node).is_none(), "two Masternodes have one peer id");
		}
		let stored: BTreeMap<PeerId, AccountId> = PeerIds::<T>::iter().collect();
		ensure!(stored == expected, "a peer id without its Masternode, or the other way round");
		Ok(())
	}

	fn check_slots() -> Result<(), TryRuntimeError> {
		let mut fetching: BTreeMap<(AccountId, ContentId), u32> = BTreeMap::new();
		let mut keeping = fetching.clone();
		let mut load: BTreeMap<AccountId, u32> = BTreeMap::new();
		for (id, placement) in Placements::<T>::iter() {
			let roster = Rosters::<T>::get(id).ok_or("a placement has no roster")?;
			ensure!(len_u32(roster.len()) == placement.slots, "a roster has not one node per slot");
			ensure!(placement.slots > 0, "a placement has no slots");
			for (slot, node) in (0u32..).zip(roster) {
				*load.entry(node.clone()).or_default() += 1;
				let expected = match placement.acknowledged.contains(slot) {
					true => &mut keeping,
					false => &mut fetching,
				};
				ensure!(expected.insert((node, id), slot).is_none(), "a node has two slots");
			}
			for set in [&placement.acknowledged, &placement.declined] {
				let within = (0..placement.slots).filter(|slot| set.contains(*slot)).count();
				ensure!(set.count() == len_u32(within), "a slot beyond the roster is marked");
			}
		}
		for id in Rosters::<T>::iter_keys() {
			ensure!(Placements::<T>::contains_key(id), "a roster has no placement");
		}
		let stored = |entries: &mut dyn Iterator<Item = (AccountId, ContentId, u32)>| {
			entries.map(|(node, id, slot)| ((node, id), slot)).collect::<BTreeMap<_, _>>()
		};
		ensure!(stored(&mut Fetching::<T>::iter()) == fetching, "wrong slots to fetch");
		ensure!(stored(&mut Keeping::<T>::iter()) == keeping, "wrong slots kept");
		ensure!(Load::<T>::iter().collect::<BTreeMap<_, _>>() == load, "a load is miscounted");
		Ok(())
	}

	fn check_stocks() -> Result<(), TryRuntimeError> {
		let mut bytes: BTreeMap<AccountId, u128> = BTreeMap::new();
		for (id, placement) in Placements::<T>::iter() {
			let roster = Rosters::<T>::get(id).ok_or("a placement has no roster")?;
			let acknowledged =
				(0u32..).zip(roster).filter(|(slot, _)| placement.acknowledged.contains(*slot));
			for (_, node) in acknowledged {
				let keeper = Masternodes::<T>::get(&node);
				if keeper.is_some_and(|keeper| keeper.keeps(placement.opened_at)) {
					let sum = bytes.entry(node).or_default();
					*sum = sum
						.checked_add(placement.slot_bytes().into())
						.ok_or("there are more bytes than can be")?;
				}
			}
		}
		for (node, stock) in Stocks::<T>::iter() {
			let masternode = Masternodes::<T>::get(&node).ok_or("a stock has no Masternode")?;
			ensure!(
				stock.bytes == bytes.remove(&node).unwrap_or_default(),
				"a stock is not what the node has acknowledged"
			);
			ensure!(stock.registered_at == masternode.registered_at, "a stock of another bond");
			ensure!(stock.counted_to <= Self::now(), "a stock is counted ahead");
			ensure!(stock.until == masternode.withdraw_at(), "a stock ends with no departure");
			ensure!(
				!masternode.is_active() || stock.counting == Counting::Earned,
				"points of an active Masternode are withheld"
			);
		}
		ensure!(
			Masternodes::<T>::iter_keys().all(Stocks::<T>::contains_key),
			"a Masternode has no stock"
		);
		Ok(())
	}

	fn check_deadlines() -> Result<(), TryRuntimeError> {
		let mut expected = BTreeSet::new();
		for (id, placement) in Placements::<T>::iter() {
			ensure!(
				placement.deadline.is_none() == placement.is_complete(),
				"a placement expires although it is complete, or never although it is not"
			);
			expected.extend(placement.deadline.map(|deadline| (deadline, id)));
		}
		let stored: BTreeSet<_> =
			Deadlines::<T>::iter().map(|(deadline, id, ())| (deadline, id)).collect();
		ensure!(stored == expected, "a deadline without an open placement, or the other way round");
		if let Some(from) = crate::DeadlinesFrom::<T>::get() {
			ensure!(
				stored.iter().all(|(deadline, _)| *deadline >= from),
				"a deadline was passed over"
			);
		}
		Ok(())
	}
}
