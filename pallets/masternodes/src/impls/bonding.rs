//! Registering, leaving, withdrawing.

use crate::{Active, Config, Error, Event, Masternode, Masternodes, Pallet};
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
		Self::ensure_addresses(&addresses)?;
		let bond = T::Bond::get();
		let mut active = Active::<T>::get();
		active.try_push(node.clone()).map_err(|_| Error::<T>::TooManyMasternodes)?;
		Self::hold_bond(&node, bond)?;

		Active::<T>::put(active);
		let registered_at = Self::now();
		Masternodes::<T>::insert(
			&node,
			Masternode { bond, addresses, registered_at, leaving_at: None },
		);
		Self::bond_changed(&node);
		Self::deposit_event(Event::Registered { node, bond });
		Ok(())
	}

	pub(crate) fn do_update_addresses(node: AccountId, addresses: Addresses) -> DispatchResult {
		let mut masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		Self::ensure_addresses(&addresses)?;

		masternode.addresses = addresses;
		Masternodes::<T>::insert(&node, masternode);
		Self::deposit_event(Event::AddressesUpdated { node });
		Ok(())
	}

	pub(crate) fn do_leave(node: AccountId) -> DispatchResult {
		let mut masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		ensure!(masternode.is_active(), Error::<T>::AlreadyLeaving);

		let withdraw_at = Self::now().saturating_add(T::UnbondingPeriod::get());
		masternode.leaving_at = Some(withdraw_at);
		Masternodes::<T>::insert(&node, masternode);
		Active::<T>::mutate(|active| match active.iter().position(|other| *other == node) {
			Some(index) => {
				active.swap_remove(index);
			}
			None => {
				defensive!("a Masternode that is not leaving is active");
			}
		});
		Self::deposit_event(Event::Left { node, withdraw_at });
		Ok(())
	}

	pub(crate) fn do_withdraw(node: AccountId) -> DispatchResult {
		let masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let leaving_at = masternode.leaving_at.ok_or(Error::<T>::NotLeaving)?;
		ensure!(leaving_at <= Self::now(), Error::<T>::StillUnbonding);
		let bond = masternode.bond;
		Self::release_bond(&node, bond)?;

		Masternodes::<T>::remove(&node);
		Self::bond_changed(&node);
		Self::deposit_event(Event::Withdrawn { node, bond });
		Ok(())
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

	fn ensure_addresses(addresses: &Addresses) -> DispatchResult {
		ensure!(!addresses.is_empty(), Error::<T>::NoAddress);
		ensure!(
			addresses.iter().all(|address| is_peer_address(address)),
			Error::<T>::InvalidAddress
		);
		Ok(())
	}
}
