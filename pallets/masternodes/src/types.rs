//! What is stored about Masternodes and placements.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use popnet_primitives::{
	content::{Addresses, Coding, SLOTS_MAX},
	placement, AccountId, Balance, BlockNumber,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;

/// Bytes of a [`SlotSet`]: one bit for each slot.
const SLOT_SET_BYTES: usize = (SLOTS_MAX as usize) / 8;

/// The nodes of a placement in slot order.
pub type Roster = BoundedVec<AccountId, ConstU32<SLOTS_MAX>>;

/// A registered Masternode.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Masternode {
	/// POP units on hold.
	pub bond: Balance,
	/// Where to reach it.
	pub addresses: Addresses,
	/// Block at which it registered. Placements opened earlier belong to a former bond of the same
	/// account and are not kept by this one.
	pub registered_at: BlockNumber,
	/// Block from which the bond can be withdrawn; `None` while the node is active.
	pub leaving_at: Option<BlockNumber>,
}

impl Masternode {
	/// Whether it takes new placements.
	pub fn is_active(&self) -> bool {
		self.leaving_at.is_none()
	}

	/// Whether a placement that was opened at `opened_at` is this bond's duty.
	pub fn keeps(&self, opened_at: BlockNumber) -> bool {
		self.registered_at <= opened_at
	}
}

/// A set of slots, one bit each.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct SlotSet([u8; SLOT_SET_BYTES]);

impl SlotSet {
	/// Adds `slot`; `false` when it was in the set already or lies outside 0 .. 256.
	pub fn insert(&mut self, slot: u32) -> bool {
		let bit = 1u8 << (slot % 8);
		match self.byte_mut(slot) {
			Some(byte) if *byte & bit == 0 => {
				*byte |= bit;
				true
			}
			_ => false,
		}
	}

	/// Whether `slot` is in the set.
	pub fn contains(&self, slot: u32) -> bool {
		usize::try_from(slot / 8)
			.ok()
			.and_then(|index| self.0.get(index))
			.is_some_and(|byte| byte & (1 << (slot % 8)) != 0)
	}

	/// Number of slots in the set.
	pub fn count(&self) -> u32 {
		self.0.iter().map(|byte| byte.count_ones()).sum()
	}

	fn byte_mut(&mut self, slot: u32) -> Option<&mut u8> {
		usize::try_from(slot / 8).ok().and_then(|index| self.0.get_mut(index))
	}
}

/// A placement without its roster, which is stored apart because acknowledging does not read it.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Placement {
	/// Erasure code of every stripe.
	pub coding: Coding,
	/// Bytes of the manifest block.
	pub manifest_size: u32,
	/// Where the nodes fetch their shards from.
	pub sources: Addresses,
	/// Block at which it was opened.
	pub opened_at: BlockNumber,
	/// Block at which it expires; `None` once every slot is acknowledged.
	pub deadline: Option<BlockNumber>,
	/// Number of slots, 1 ..= 256.
	pub slots: u32,
	/// Slots whose node stores its shards.
	pub acknowledged: SlotSet,
}

impl Placement {
	/// Whether every slot is acknowledged.
	pub fn is_complete(&self) -> bool {
		self.acknowledged.count() == self.slots
	}

	/// How many more slots may vanish when `lost` have none to serve.
	pub fn margin(&self, lost: u32) -> u32 {
		placement::margin(self.coding, self.slots, lost)
	}
}
