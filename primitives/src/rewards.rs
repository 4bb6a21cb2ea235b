//! Rewards: who works for the network, for what an era pays, and why it pays less than it could.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// For what an account is rewarded. Delegates and their nominators are paid by staking.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Role {
	/// Stores and serves shards.
	Masternode,
	/// Published what others value.
	Creator,
	/// Screens content.
	Superdelegate,
}

/// Why work that was expected earned nothing.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Withheld {
	/// A Masternode was suspended while it should have served.
	Suspended,
	/// A Superdelegate did not commit to or reveal a verdict in time.
	MissedDuty,
	/// A Superdelegate's verdict was far from its panel's.
	Deviating,
}

/// Where work is counted; implemented by `pallet-rewards`.
pub trait RecordWork<AccountId> {
	/// `who` has earned `points` of `role`'s share of the present era.
	fn record(role: Role, who: &AccountId, points: u128);
	/// `who` could have earned `points` of `role`'s share, and has not.
	fn withhold(role: Role, who: &AccountId, points: u128, reason: Withheld);
}

impl<AccountId> RecordWork<AccountId> for () {
	fn record(_: Role, _: &AccountId, _: u128) {}
	fn withhold(_: Role, _: &AccountId, _: u128, _: Withheld) {}
}
