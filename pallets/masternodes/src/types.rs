//! What is stored about Masternodes and placements.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use popnet_primitives::{
	content::{Addresses, Coding, ADDRESS_BYTES_MAX, SLOTS_MAX},
	placement,
	rewards::Work,
	AccountId, Balance, BlockNumber,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;

/// Bytes of a [`SlotSet`]: one bit for each slot.
const SLOT_SET_BYTES: usize = (SLOTS_MAX as usize) / 8;

/// The nodes of a placement in slot order.
pub type Roster = BoundedVec<AccountId, ConstU32<SLOTS_MAX>>;

/// Text form of a peer id: what follows the last `/p2p/` of an address.
pub type PeerId = BoundedVec<u8, ConstU32<ADDRESS_BYTES_MAX>>;

/// Longest suspension, in placement periods.
pub const SUSPENSION_PERIODS_MAX: u32 = 32;
/// A slot may be declined in the last part of the placement period: one in this many.
pub const DECLINE_DIVISOR: u32 = 4;

/// What a Masternode does for new placements.
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
)]
pub enum Standing {
	/// It enters them.
	Active {
		/// Block since which it does.
		since: BlockNumber,
	},
	/// It enters none until it resumes.
	Suspended {
		/// First block at which it may.
		until: BlockNumber,
	},
	/// It enters none any more.
	Leaving {
		/// First block at which its bond can be withdrawn.
		withdraw_at: BlockNumber,
	},
}

/// A registered Masternode.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Masternode {
	/// POP units on hold.
	pub bond: Balance,
	/// Where to reach it; all of them end in the same peer id.
	pub addresses: Addresses,
	/// Block at which it registered. Placements opened earlier belong to a former bond of the same
	/// account and are not kept by this one.
	pub registered_at: BlockNumber,
	/// Whether it enters new placements.
	pub standing: Standing,
	/// Suspensions that followed one another; see [`Masternode::suspend`].
	pub suspensions: u32,
}

impl Masternode {
	/// Whether it enters new placements.
	pub fn is_active(&self) -> bool {
		matches!(self.standing, Standing::Active { .. })
	}

	/// Block from which its bond can be withdrawn; `None` when it is not leaving.
	pub fn withdraw_at(&self) -> Option<BlockNumber> {
		match self.standing {
			Standing::Leaving { withdraw_at } => Some(withdraw_at),
			_ => None,
		}
	}

	/// Block from which it may resume; `None` when it is not suspended.
	pub fn suspended_until(&self) -> Option<BlockNumber> {
		match self.standing {
			Standing::Suspended { until } => Some(until),
			_ => None,
		}
	}

	/// Whether a placement that was opened at `opened_at` is this bond's duty.
	pub fn keeps(&self, opened_at: BlockNumber) -> bool {
		self.registered_at <= opened_at
	}

	/// Whether it is to blame for a placement that was opened at `opened_at`: it has been active
	/// ever since. One that was suspended in between has paid for that outage.
	pub fn answers_for(&self, opened_at: BlockNumber) -> bool {
		matches!(self.standing, Standing::Active { since } if since <= opened_at)
	}

	/// Suspends it at block `now` and returns the block from which it may resume: after one
	/// placement period of `period` blocks the first time, twice as many each time that it was
	/// active for less than the longest suspension before, at most [`SUSPENSION_PERIODS_MAX`].
	pub fn suspend(&mut self, now: BlockNumber, period: BlockNumber) -> BlockNumber {
		let longest = period.saturating_mul(SUSPENSION_PERIODS_MAX);
		let calm = match self.standing {
			Standing::Active { since } => now.saturating_sub(since) >= longest,
			_ => false,
		};
		let before = if calm { 0 } else { self.suspensions };
		let blocks = period.saturating_mul(2u32.saturating_pow(before)).min(longest);
		let until = now.saturating_add(blocks);
		self.suspensions = before.saturating_add(1);
		self.standing = Standing::Suspended { until };
		until
	}
}

/// What becomes of the points that a node's bytes make.
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
)]
pub enum Counting {
	/// They are earned.
	Earned,
	/// They are withheld, since the node was silent and has not resumed.
	Withheld,
}

/// The bytes that a Masternode stores and the points that they have made.
///
/// Points are bytes times blocks. They fit: a node has at most `u32::MAX` slots (its load), none of
/// more than `u64::MAX` bytes, and the clock counts at most `u32::MAX` blocks, which makes less than
/// `u128::MAX` even if nobody ever took any.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Stock {
	/// Block at which the node registered; see [`Masternode::registered_at`].
	pub registered_at: BlockNumber,
	/// Bytes of the slots that it has acknowledged.
	pub bytes: u128,
	/// Block up to which they are counted.
	pub counted_to: BlockNumber,
	/// What becomes of the points.
	pub counting: Counting,
	/// Block from which the node has no duties and its bytes make no points; `None` unless it is
	/// leaving.
	pub until: Option<BlockNumber>,
	/// Points counted and not taken yet.
	pub work: Work,
}

impl Stock {
	/// That of a node that registers at block `now`.
	pub fn new(now: BlockNumber) -> Self {
		Self {
			registered_at: now,
			bytes: 0,
			counted_to: now,
			counting: Counting::Earned,
			until: None,
			work: Work::default(),
		}
	}

	/// Whether it counts slots of a placement that was opened at `opened_at`.
	pub fn keeps(&self, opened_at: BlockNumber) -> bool {
		self.registered_at <= opened_at
	}

	/// Counts the bytes as they are up to block `now`. Before every change.
	pub fn count(&mut self, now: BlockNumber) {
		let end = self.until.map_or(now, |until| until.min(now));
		let blocks = u128::from(end.saturating_sub(self.counted_to));
		let sum = match self.counting {
			Counting::Earned => &mut self.work.earned,
			Counting::Withheld => &mut self.work.suspended,
		};
		// Neither saturates, see above.
		*sum = sum.saturating_add(self.bytes.saturating_mul(blocks));
		self.counted_to = now;
	}

	/// Counts up to block `now`, and hands over and forgets the points.
	pub fn take(&mut self, now: BlockNumber) -> Work {
		self.count(now);
		core::mem::take(&mut self.work)
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
	/// Bytes of all shards together.
	pub stored_size: u64,
	/// Slots whose node stores its shards.
	pub acknowledged: SlotSet,
	/// Slots whose node has said that it cannot get its shards.
	pub declined: SlotSet,
}

impl Placement {
	/// Whether every slot is acknowledged.
	pub fn is_complete(&self) -> bool {
		self.acknowledged.count() == self.slots
	}

	/// Bytes that each slot counts for: an equal part of all, rounded down. A slot holds exactly that,
	/// but for rounding, where the slots divide the shards of a stripe, as they do when as many nodes
	/// were active at the registration. Else it holds one shard more or less in some stripes, in turn.
	pub fn slot_bytes(&self) -> u64 {
		self.stored_size.checked_div(u64::from(self.slots)).unwrap_or(0)
	}

	/// Whether the shards of the acknowledged slots restore those of all others, whichever they
	/// are.
	pub fn is_restorable(&self) -> bool {
		self.slots.saturating_sub(self.acknowledged.count()) <= self.margin(0)
	}

	/// Whether a slot may be declined at block `now`: the end of the placement `period` is near,
	/// and the item can be fetched from nobody but its publisher.
	pub fn takes_declines(&self, now: BlockNumber, period: BlockNumber) -> bool {
		let last_part = period.checked_div(DECLINE_DIVISOR).unwrap_or(0);
		self.deadline.is_some_and(|deadline| now >= deadline.saturating_sub(last_part))
			&& !self.is_restorable()
	}

	/// How many more slots may vanish when `lost` have none to serve.
	pub fn margin(&self, lost: u32) -> u32 {
		placement::margin(self.coding, self.slots, lost)
	}
}
