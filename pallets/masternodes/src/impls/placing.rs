//! Opening, acknowledging, declining, expiring and dropping placements.

use crate::{
	Active, Config, Deadlines, DeadlinesFrom, Error, Event, Fetching, Keeping, Load, Masternode,
	Masternodes, Pallet, Placement, Placements, Roster, Rosters, SlotSet, WeightInfo,
};
use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
	defensive, ensure,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use popnet_primitives::{
	content::{Coding, ContentId, Registration, SLOTS_MAX},
	placement,
	randomness::SeededRandom,
	traits::{OnPlaced, Placer},
	AccountId, BlockNumber,
};
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	DispatchResult,
};

impl<T: Config> Placer for Pallet<T> {
	fn active() -> u32 {
		len_u32(Active::<T>::decode_len().unwrap_or_default())
	}

	fn admits(coding: Coding) -> bool {
		let nodes = <Self as Placer>::active();
		placement::keeps_promise(coding, nodes.min(SLOTS_MAX), nodes)
	}

	fn place(registration: &Registration) -> DispatchResult {
		let Registration { id, coding, manifest_size, stored_size, .. } = *registration;
		ensure!(!Placements::<T>::contains_key(id), Error::<T>::AlreadyPlaced);
		let nodes = <Self as Placer>::active();
		ensure!(
			placement::is_placeable(coding, nodes.min(SLOTS_MAX), nodes),
			Error::<T>::PromiseNotKept
		);
		let roster = Self::draw_roster(id);
		let slots = len_u32(roster.len());
		let opened_at = Self::now();
		let deadline = opened_at.saturating_add(T::PlacementPeriod::get());

		for (slot, node) in (0u32..).zip(&roster) {
			Fetching::<T>::insert(node, id, slot);
			Load::<T>::mutate(node, |load| *load = load.saturating_add(1));
		}
		Rosters::<T>::insert(id, roster);
		Placements::<T>::insert(
			id,
			Placement {
				coding,
				manifest_size,
				sources: registration.sources.clone(),
				opened_at,
				deadline: Some(deadline),
				slots,
				stored_size,
				acknowledged: SlotSet::default(),
				declined: SlotSet::default(),
			},
		);
		Deadlines::<T>::insert(deadline, id, ());
		Self::deposit_event(Event::PlacementOpened { id, slots, deadline });
		Ok(())
	}

	fn drop(id: ContentId) {
		if Self::remove_placement(id).is_some() {
			Self::deposit_event(Event::PlacementDropped { id });
		}
	}

	fn weight_of_place() -> Weight {
		T::WeightInfo::place()
	}

	fn weight_of_drop() -> Weight {
		T::WeightInfo::drop_placement()
	}

	fn weight_of_expiry() -> Weight {
		Self::weight_of_expired().saturating_add(T::WeightInfo::deadlines_of_block())
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_acknowledge(
		node: AccountId,
		ids: impl IntoIterator<Item = ContentId>,
	) -> DispatchResult {
		let masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let mut slots: BTreeMap<ContentId, (u32, Placement)> = BTreeMap::new();
		let mut named = 0u32;
		for id in ids {
			named = named.saturating_add(1);
			if let Some(open) = Self::open_slot(&node, &masternode, id) {
				slots.insert(id, open);
			}
		}
		ensure!(!slots.is_empty(), Error::<T>::NothingToAcknowledge);
		let accepted = len_u32(slots.len());

		let mut completed = Vec::new();
		let mut bytes = 0u128;
		for (id, (slot, mut placement)) in slots {
			Fetching::<T>::remove(&node, id);
			Keeping::<T>::insert(&node, id, slot);
			if !placement.acknowledged.insert(slot) {
				defensive!("a slot that is still to be fetched is not acknowledged");
			}
			// At most 64 times less than 2^64.
			bytes = bytes.saturating_add(u128::from(placement.slot_bytes()));
			if placement.is_complete() {
				if let Some(deadline) = placement.deadline.take() {
					Deadlines::<T>::remove(deadline, id);
				}
				completed.push(id);
			}
			Placements::<T>::insert(id, placement);
		}
		// At most 2^96, see `Stock`.
		Self::change_stock(&node, |stock| stock.bytes = stock.bytes.saturating_add(bytes));
		let skipped = named.saturating_sub(accepted);
		Self::deposit_event(Event::Acknowledged { node, accepted, skipped });
		for id in completed {
			Self::deposit_event(Event::PlacementCompleted { id });
			T::OnPlaced::placed(id);
		}
		Ok(())
	}

	pub(crate) fn do_decline(
		node: AccountId,
		ids: impl IntoIterator<Item = ContentId>,
	) -> DispatchResult {
		let masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let (now, period) = (Self::now(), T::PlacementPeriod::get());
		let mut declined: BTreeMap<ContentId, Placement> = BTreeMap::new();
		let mut named = 0u32;
		for id in ids {
			named = named.saturating_add(1);
			let open = Self::open_slot(&node, &masternode, id);
			let Some((slot, mut placement)) = open else { continue };
			if placement.takes_declines(now, period) && placement.declined.insert(slot) {
				declined.insert(id, placement);
			}
		}
		ensure!(!declined.is_empty(), Error::<T>::NothingToDecline);
		let accepted = len_u32(declined.len());

		for (id, placement) in declined {
			Placements::<T>::insert(id, placement);
		}
		let skipped = named.saturating_sub(accepted);
		Self::deposit_event(Event::Declined { node, accepted, skipped });
		Ok(())
	}

	/// The slot of the item that `node` has still to acknowledge.
	fn open_slot(
		node: &AccountId,
		masternode: &Masternode,
		id: ContentId,
	) -> Option<(u32, Placement)> {
		let slot = Fetching::<T>::get(node, id)?;
		let placement = Placements::<T>::get(id)?;
		masternode.keeps(placement.opened_at).then_some((slot, placement))
	}

	/// Removes placements whose deadline has passed, as far as the weight reaches.
	pub(crate) fn expire_placements(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
			return;
		}
		let now = Self::now();
		let started_at = DeadlinesFrom::<T>::get();
		let mut block = started_at.unwrap_or(now);
		while block <= now {
			let expired = Self::expire_placements_of(block, meter);
			if !expired || meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
				break;
			}
			block = block.saturating_add(1);
		}
		if started_at != Some(block) {
			DeadlinesFrom::<T>::put(block);
		}
	}

	/// Removes the placements that expire at `block` and suspends who kept silent; `false` when the
	/// weight did not suffice.
	pub(crate) fn expire_placements_of(block: BlockNumber, meter: &mut WeightMeter) -> bool {
		while let Some(id) = Deadlines::<T>::iter_key_prefix(block).next() {
			if meter.try_consume(Self::weight_of_expired()).is_err() {
				return false;
			}
			let Some((placement, roster)) = Self::remove_placement(id) else {
				defensive!("a deadline belongs to a placement");
				Deadlines::<T>::remove(block, id);
				continue;
			};
			let missing = placement.slots.saturating_sub(placement.acknowledged.count());
			Self::deposit_event(Event::PlacementExpired { id, missing });
			Self::suspend_silent(id, &placement, roster);
			T::OnPlaced::expired(id);
		}
		true
	}

	/// Weight of ending one placement, the observer's part included.
	fn weight_of_expired() -> Weight {
		T::WeightInfo::expire_placement().saturating_add(T::OnPlaced::weight())
	}

	/// The active Masternodes in an order that the parent block and the item fix, cut to the most
	/// slots a placement has.
	fn draw_roster(id: ContentId) -> Roster {
		let mut nodes = Active::<T>::get().into_inner();
		let parent = frame_system::Pallet::<T>::parent_hash();
		let mut random = SeededRandom::new(BlakeTwo256::hash_of(&(b"roster", parent, id)).0);
		placement::shuffle(&mut nodes, |bound| random.below(bound));
		Roster::truncate_from(nodes)
	}

	fn remove_placement(id: ContentId) -> Option<(Placement, Roster)> {
		let placement = Placements::<T>::take(id)?;
		if let Some(deadline) = placement.deadline {
			Deadlines::<T>::remove(deadline, id);
		}
		let roster = Rosters::<T>::take(id).unwrap_or_default();
		for (slot, node) in (0u32..).zip(&roster) {
			if placement.acknowledged.contains(slot) {
				Keeping::<T>::remove(node, id);
				Self::shrink_stock(node, &placement);
			} else {
				Fetching::<T>::remove(node, id);
			}
			Load::<T>::mutate_exists(node, |load| {
				*load = load.and_then(|load| load.checked_sub(1)).filter(|load| *load > 0);
			});
		}
		Some((placement, roster))
	}
}

pub(crate) fn len_u32(len: usize) -> u32 {
	u32::try_from(len).unwrap_or(u32::MAX)
}
