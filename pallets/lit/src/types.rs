//! Stored types and their pure methods.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use popnet_primitives::{
	economics::{accrued, advance_index},
	Balance,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{AtLeast32BitUnsigned, SaturatedConversion};

/// What is recorded about an account that has or had stake.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct Accrual {
	/// Stake since the last settlement, in POP units.
	pub stake: Balance,
	/// The index at the last settlement.
	pub index: u128,
	/// LIT units that are generated but not minted yet.
	pub pending: Balance,
}

impl Accrual {
	/// The accrual after settling at `index`: exact, rounded down to a LIT unit.
	pub fn settled(self, index: u128) -> Self {
		let generated = accrued(self.stake, self.index, index);
		// All LIT that can exist fits in a balance; saturating can only lose, never gain.
		Self { stake: self.stake, index, pending: self.pending.saturating_add(generated) }
	}

	/// Whether nothing would be lost by forgetting the account.
	pub fn is_empty(&self) -> bool {
		self.stake == 0 && self.pending == 0
	}
}

/// The rate of generation and the index up to the block of its last change.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct Generation<BlockNumber> {
	/// Index units per block.
	pub rate: u128,
	/// The index when the rate took effect.
	pub index: u128,
	/// The block in which the rate took effect.
	pub since: BlockNumber,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Generation<BlockNumber> {
	/// The index in block `now`.
	pub fn index_at(&self, now: BlockNumber) -> u128 {
		let blocks = now.saturating_sub(self.since).saturated_into();
		advance_index(self.index, self.rate, blocks)
	}
}
