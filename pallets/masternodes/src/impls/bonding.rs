//! Registering, leaving, withdrawing.

use crate::{
	Active, Config, Error, Event, Masternode, Masternodes, Pallet, PeerId, PeerIds, Standing,
};
use alloc::vec::Vec;
use frame_support::{defensive, ensure, traits::Get};
use popnet_primitives::{
	content::{is_peer_address, Address, Addresses},
	AccountId, BlockNumber,
};
use sp_runtime::{traits::BlockNumberProvider, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// The present block of this pallet's clock.
	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	pub(crate) fn do_register(node: AccountId, addresses: Addresses) -> DispatchResult {
		ensure!(!Masternodes::<T>::contains_key(&node), Error::<T>::AlreadyRegistered);
		ensure!(
			Masternodes::<T>::count() < T::MaxMasternodes::get(),
			Error::<T>::TooManyMasternodes
		);
		let peer = Self::peer_id_of(&addresses)?;
		ensure!(!PeerIds::<T>::contains_key(&peer), Error::<T>::PeerIdTaken);
		let bond = T::Bond::get();
		let mut active = Active::<T>::get();
		active.try_push(node.clone()).map_err(|_| Error::<T>::TooManyMasternodes)?;
		Self::hold_bond(&node, bond)?;

		Active::<T>::put(active);
		PeerIds::<T>::insert(peer, &node);
		let now = Self::now();
		let standing = Standing::Active { since: now };
		Masternodes::<T>::insert(
			&node,
			Masternode { bond, addresses, registered_at: now, standing, suspensions: 0 },
		);
		Self::open_stock(&node);
		Self::bond_changed(&node);
		Self::deposit_event(Event::Registered { node, bond });
		Ok(())
	}

	pub(crate) fn do_update_addresses(node: AccountId, addresses: Addresses) -> DispatchResult {
		let mut masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let peer = Self::peer_id_of(&addresses)?;
		let holder = PeerIds::<T>::get(&peer);
		ensure!(holder.is_none_or(|holder| holder == node), Error::<T>::PeerIdTaken);

		Self::free_peer_id(&masternode);
		PeerIds::<T>::insert(peer, &node);
		masternode.addresses = addresses;
		Masternodes::<T>::insert(&node, masternode);
		Self::deposit_event(Event::AddressesUpdated { node });
		Ok(())
	}

	pub(crate) fn do_leave(node: AccountId) -> DispatchResult {
		let withdraw_at = Self::start_unbonding(&node)?;
		Self::deposit_event(Event::Left { node, withdraw_at });
		Ok(())
	}

	pub(crate) fn do_evict(node: AccountId) -> DispatchResult {
		let withdraw_at = Self::start_unbonding(&node)?;
		Self::deposit_event(Event::Evicted { node, withdraw_at });
		Ok(())
	}

	pub(crate) fn do_withdraw(node: AccountId) -> DispatchResult {
		let masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let withdraw_at = masternode.withdraw_at().ok_or(Error::<T>::NotLeaving)?;
		ensure!(withdraw_at <= Self::now(), Error::<T>::StillUnbonding);
		let bond = masternode.bond;
		Self::release_bond(&node, bond)?;

		Self::free_peer_id(&masternode);
		Masternodes::<T>::remove(&node);
		Self::close_stock(&node);
		Self::bond_changed(&node);
		Self::deposit_event(Event::Withdrawn { node, bond });
		Ok(())
	}

	/// Makes `node` leave; returns the block from which its bond can be withdrawn.
	fn start_unbonding(node: &AccountId) -> Result<BlockNumber, DispatchError> {
		let mut masternode = Masternodes::<T>::get(node).ok_or(Error::<T>::NotMasternode)?;
		ensure!(masternode.withdraw_at().is_none(), Error::<T>::AlreadyLeaving);

		let withdraw_at = Self::now().saturating_add(T::UnbondingPeriod::get());
		if masternode.is_active() {
			Self::deactivate([node]);
		}
		masternode.standing = Standing::Leaving { withdraw_at };
		Masternodes::<T>::insert(node, masternode);
		Self::change_stock(node, |stock| stock.until = Some(withdraw_at));
		Ok(withdraw_at)
	}

	/// Addresses from the plain form of the genesis configuration.
	pub(crate) fn addresses_from(texts: &[Vec<u8>]) -> Result<Addresses, DispatchError> {
		let addresses: Result<Vec<Address>, _> =
			texts.iter().map(|text| Address::try_from(text.clone())).collect();
		addresses
			.ok()
			.and_then(|addresses| Addresses::try_from(addresses).ok())
			.ok_or_else(|| Error::<T>::InvalidAddress.into())
	}

	/// The peer id in which all of `addresses` end.
	pub(crate) fn peer_id_of(addresses: &Addresses) -> Result<PeerId, Error<T>> {
		let mut found: Option<PeerId> = None;
		for address in addresses {
			ensure!(is_peer_address(address), Error::<T>::InvalidAddress);
			let peer = core::str::from_utf8(address)
				.ok()
				.and_then(|text| text.rsplit_once("/p2p/"))
				.and_then(|(_, peer)| PeerId::try_from(peer.as_bytes().to_vec()).ok())
				.ok_or(Error::<T>::InvalidAddress)?;
			ensure!(
				found.as_ref().is_none_or(|found| *found == peer),
				Error::<T>::DifferentPeerIds
			);
			found = Some(peer);
		}
		found.ok_or(Error::<T>::NoAddress)
	}

	fn free_peer_id(masternode: &Masternode) {
		match Self::peer_id_of(&masternode.addresses) {
			Ok(peer) => PeerIds::<T>::remove(peer),
			Err(_) => {
				defensive!("a Masternode has addresses with one peer id");
			}
		}
	}
}
