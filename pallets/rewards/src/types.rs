//! Stored types and their pure methods.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{defensive, traits::ConstU32, BoundedVec, DefaultNoBound};
use popnet_primitives::{
	rewards::{share_of, Payment, Role, StakerPage, Withheld, MASTERNODES_SHARE},
	Balance,
};
use scale_info::TypeInfo;
use sp_runtime::Perbill;
use sp_staking::EraIndex;

/// How the rewards of an era are divided. The shares are the whole: they add up to exactly 100 %.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Split {
	/// Masternodes: always [`MASTERNODES_SHARE`].
	pub masternodes: Perbill,
	/// Delegates and their nominators.
	pub stakers: Perbill,
	/// Creators.
	pub creators: Perbill,
	/// Superdelegates.
	pub superdelegates: Perbill,
	/// The treasury, which also gets what rounding leaves.
	pub treasury: Perbill,
}

impl Default for Split {
	fn default() -> Self {
		Self {
			masternodes: MASTERNODES_SHARE,
			stakers: Perbill::from_percent(30),
			creators: Perbill::from_percent(15),
			superdelegates: Perbill::from_percent(10),
			treasury: Perbill::from_percent(10),
		}
	}
}

impl Split {
	/// Whether the shares add up to exactly 100 %.
	pub fn is_whole(&self) -> bool {
		let shares =
			[self.masternodes, self.stakers, self.creators, self.superdelegates, self.treasury];
		let parts: u64 = shares.iter().map(|share| u64::from(share.deconstruct())).sum();
		parts == u64::from(Perbill::one().deconstruct())
	}

	/// Divides `amount`: shares are rounded down, the treasury gets the rest, nothing is lost.
	pub fn divide(&self, amount: Balance) -> EraReward {
		let shares = EraReward {
			masternodes: self.masternodes.mul_floor(amount),
			stakers: self.stakers.mul_floor(amount),
			creators: self.creators.mul_floor(amount),
			superdelegates: self.superdelegates.mul_floor(amount),
			treasury: 0,
		};
		// Each share is rounded down, so that together they are at most the amount.
		EraReward { treasury: amount.saturating_sub(shares.total()), ..shares }
	}
}

/// What an era pays to whom, in POP units.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct EraReward {
	/// To Masternodes.
	pub masternodes: Balance,
	/// To Delegates and their nominators; staking mints it.
	pub stakers: Balance,
	/// To creators.
	pub creators: Balance,
	/// To Superdelegates.
	pub superdelegates: Balance,
	/// To the treasury, at once.
	pub treasury: Balance,
}

impl EraReward {
	/// What the accounts of `role` get together.
	pub fn of(&self, role: Role) -> Balance {
		match role {
			Role::Masternode => self.masternodes,
			Role::Creator => self.creators,
			Role::Superdelegate => self.superdelegates,
		}
	}

	/// What the accounts of all roles get together, in POP units: less than the issuance.
	pub fn roles(&self) -> Balance {
		self.masternodes.saturating_add(self.creators).saturating_add(self.superdelegates)
	}

	/// All that the era pays, in POP units: less than the issuance.
	pub fn total(&self) -> Balance {
		self.roles().saturating_add(self.stakers).saturating_add(self.treasury)
	}
}

/// How far the payment of a role in an era has come.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Phase {
	/// Points are still counted; nothing is paid.
	#[default]
	Counting,
	/// The points are what they will be; accounts are paid.
	Paying,
	/// All accounts are paid, and what nobody could get is in the treasury.
	Settled,
}

/// A role in an era.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct RoleReward {
	/// How far it has come.
	pub phase: Phase,
	/// Points of all accounts.
	pub points: u128,
	/// Accounts with a record.
	pub accounts: u32,
	/// POP units for all accounts together; 0 until the era ends.
	pub amount: Balance,
	/// POP units of the amount that are not paid yet.
	pub unpaid: Balance,
}

impl RoleReward {
	/// POP units for `points` of the points, rounded down.
	pub fn share(&self, points: u128) -> Balance {
		share_of(self.amount, points, self.points)
	}

	/// POP units that `points` more would have earned, had they been counted too; rounded down.
	pub fn worth(&self, points: u128) -> Balance {
		share_of(self.amount, points, self.points.saturating_add(points))
	}

	/// Adds POP units to the amount.
	pub fn endow(&mut self, amount: Balance) {
		// Both are below the issuance.
		self.amount = self.amount.saturating_add(amount);
		self.unpaid = self.unpaid.saturating_add(amount);
	}
}

/// Points that were withheld, by reason; each reason once.
pub type WithheldPoints = BoundedVec<(Withheld, u128), ConstU32<{ Withheld::COUNT }>>;

/// What an account did in a role in an era, and what it got for it.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Record {
	/// Points earned.
	pub points: u128,
	/// Points that could have been earned.
	pub withheld: WithheldPoints,
	/// What was paid.
	pub payment: Payment,
}

impl Record {
	/// Adds points that could have been earned. They are for information: a sum that does not fit stays
	/// at the highest number. No points leave no entry.
	pub fn withhold(&mut self, points: u128, reason: Withheld) {
		if points == 0 {
			return;
		}
		if let Some((_, sum)) = self.withheld.iter_mut().find(|(stored, _)| *stored == reason) {
			*sum = sum.saturating_add(points);
		} else if self.withheld.try_push((reason, points)).is_err() {
			defensive!("there are more reasons than are counted");
		}
	}
}

/// Rewards that an account could not receive yet.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Carry {
	/// POP units, never 0.
	pub amount: Balance,
	/// The latest era whose reward is in it.
	pub era: EraIndex,
}

/// What is done next for the oldest era that is not paid.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Stage {
	/// The Masternodes are asked for their work.
	#[default]
	Collecting,
	/// The accounts of a role are paid.
	Paying(Role),
}

/// How far the hook has come.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	DefaultNoBound,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Progress<AccountId> {
	/// The first era whose roles are not all paid.
	pub era: EraIndex,
	/// What is done for it.
	pub stage: Stage,
	/// The account that was dealt with last in this stage.
	pub after: Option<AccountId>,
	/// The ended era for which the Masternodes' work is still to be collected.
	pub collecting: Option<EraIndex>,
	/// The first era whose stakers are not all paid.
	pub stakers_era: EraIndex,
	/// The page of its stakers that was paid last.
	pub stakers_after: Option<StakerPage<AccountId>>,
	/// The first era of which something may be stored.
	pub oldest: EraIndex,
}

impl<AccountId> Progress<AccountId> {
	/// Turns to the next stage, or to the next era after the last one.
	pub fn advance(&mut self) {
		let next = match self.stage {
			Stage::Collecting => Some(Role::Masternode),
			Stage::Paying(role) => role.next(),
		};
		self.after = None;
		self.stage = next.map_or(Stage::Collecting, Stage::Paying);
		if next.is_none() {
			self.era = self.era.saturating_add(1);
		}
	}

	/// Passes over eras before `era`, if everything before them is paid: they never ended.
	pub fn skip_to(&mut self, next: EraIndex, era: EraIndex) {
		if self.era == next {
			self.era = era;
		}
		if self.stakers_era == next {
			self.stakers_era = era;
		}
	}
}
