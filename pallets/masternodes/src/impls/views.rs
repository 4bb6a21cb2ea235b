//! What the runtime API answers.

use super::placing::len_u32;
use crate::{Config, Load, Masternodes, Pallet, Placements, Rosters};
use alloc::vec::Vec;
use popnet_primitives::{
	content::{Coding, ContentId, MasternodeView, SlotView},
	placement,
	traits::Placer,
	AccountId, Balance,
};

impl<T: Config> Pallet<T> {
	/// All Masternodes, active, suspended and leaving.
	pub fn masternodes() -> Vec<MasternodeView> {
		Masternodes::<T>::iter()
			.map(|(node, masternode)| MasternodeView {
				placements: Load::<T>::get(&node),
				node,
				bond: masternode.bond,
				leaving_at: masternode.withdraw_at(),
				suspended_until: masternode.suspended_until(),
				addresses: masternode.addresses,
			})
			.collect()
	}

	/// The slots of an item's placement in order; `None` when it has none.
	pub fn placement(id: ContentId) -> Option<Vec<SlotView>> {
		let placement = Placements::<T>::get(id)?;
		let slots = Rosters::<T>::get(id)?.into_iter().zip(0u32..).map(|(node, slot)| {
			let keeper = Masternodes::<T>::get(&node)
				.filter(|masternode| masternode.keeps(placement.opened_at));
			SlotView {
				node,
				acknowledged: keeper.is_some() && placement.acknowledged.contains(slot),
				addresses: keeper.map(|masternode| masternode.addresses).unwrap_or_default(),
			}
		});
		Some(slots.collect())
	}

	/// How many more Masternodes may vanish, whichever they are, without losing the item. A slot
	/// that is not acknowledged, or whose node is gone, counts as lost.
	pub fn durability_margin(id: ContentId) -> Option<u32> {
		let placement = Placements::<T>::get(id)?;
		let lost = Self::placement(id)?.iter().filter(|slot| !slot.acknowledged).count();
		Some(placement.margin(len_u32(lost)))
	}

	/// POP units that `who` has bonded as a Masternode and not withdrawn.
	pub fn bonded(who: &AccountId) -> Balance {
		Masternodes::<T>::get(who).map_or(0, |masternode| masternode.bond)
	}

	/// The code that an item registered now has to use; `None` without active Masternodes.
	pub fn coding() -> Option<Coding> {
		placement::coding_for(<Self as Placer>::active())
	}
}
