//! Rewards: who works for the network, for what an era pays, and why it pays less than it could.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use crate::Balance;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;
use sp_runtime::{DispatchResult, Perbill, Weight};

/// Share of all rewards that Masternodes get. A promise of the project: no vote changes it.
pub const MASTERNODES_SHARE: Perbill = Perbill::from_percent(35);

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

impl Role {
	/// All roles, in the order in which an era pays them.
	pub const ALL: [Self; 3] = [Self::Masternode, Self::Creator, Self::Superdelegate];

	/// The role that is paid after this one; `None` after the last.
	pub fn next(self) -> Option<Self> {
		match self {
			Self::Masternode => Some(Self::Creator),
			Self::Creator => Some(Self::Superdelegate),
			Self::Superdelegate => None,
		}
	}
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

impl Withheld {
	/// How many reasons there are, thus how many a record can carry.
	pub const COUNT: u32 = 3;
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

/// What an account wants to become of its rewards.
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
pub enum Destination {
	/// They stay in the free balance.
	#[default]
	Free,
	/// They are bonded, so that they generate LIT and earn with the rest of the stake.
	Compound,
}

/// What has become of a reward.
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
pub enum PaidTo {
	/// It is in the free balance, as the account wants.
	Free,
	/// It is in the free balance and has been bonded from there.
	Compounded,
	/// It is in the free balance: it should have been bonded, and could not be.
	NotCompounded,
	/// The account cannot receive it, mostly because there is no account yet and the amount is less
	/// than one has to hold. It is kept, and paid with the next reward that the account can receive.
	Carried,
}

/// Whether a reward has been paid.
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
pub enum Payment {
	/// Not yet.
	#[default]
	Pending,
	/// It has.
	Paid {
		/// POP units.
		amount: Balance,
		/// Where they are.
		to: PaidTo,
	},
}

/// `points` of `total` points as a part of `amount`, rounded down; 0 without points. All parts
/// together never exceed the amount, and fall short of it by less than one unit for each part.
pub fn share_of(amount: Balance, points: u128, total: u128) -> Balance {
	if total == 0 {
		return 0;
	}
	let units = U256::from(amount) * U256::from(points.min(total)) / U256::from(total);
	// At most `amount`, as no more than all points count.
	Balance::try_from(units).unwrap_or(amount)
}

/// What an account's work has come to since it was last asked for.
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
pub struct Work {
	/// Points that it earned.
	pub earned: u128,
	/// Points that it could have earned, had it not been suspended.
	pub suspended: u128,
}

/// Work that is not recorded when it is done, but asked for when an era has ended: that of the
/// Masternodes, whose points grow with every block. Implemented by `pallet-masternodes`.
pub trait WorkSource<AccountId> {
	/// The account after `after` in an order that does not change while accounts come and go, or the
	/// first one; `None` after the last. `after` may be an account that has gone.
	fn next(after: Option<&AccountId>) -> Option<AccountId>;
	/// The work of `who` since the last call for `who`. Whoever goes away has its work recorded
	/// through [`RecordWork`] before.
	fn take(who: &AccountId) -> Work;
	/// What [`take`](Self::take) would return, changing nothing. For estimates.
	fn pending(who: &AccountId) -> Work;
	/// Most weight that one `next` and one `take` use together.
	fn weight_max() -> Weight;
}

impl<AccountId> WorkSource<AccountId> for () {
	fn next(_: Option<&AccountId>) -> Option<AccountId> {
		None
	}

	fn take(_: &AccountId) -> Work {
		Work::default()
	}

	fn pending(_: &AccountId) -> Work {
		Work::default()
	}

	fn weight_max() -> Weight {
		Weight::zero()
	}
}

/// A page of a Delegate's backers, which staking pays at once.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct StakerPage<AccountId> {
	/// The Delegate.
	pub validator: AccountId,
	/// Number of the page, from 0.
	pub index: u32,
}

/// The rewards of Delegates and their nominators, which staking computes and mints. Implemented by
/// the runtime.
pub trait StakerPayouts<AccountId> {
	/// Pays the page after `after` in `era`, or its first one, and returns it with the weight used.
	/// A page that is paid already, or cannot be paid, is returned too; `None` after the last.
	fn pay_next(
		era: u32,
		after: Option<&StakerPage<AccountId>>,
	) -> Option<(StakerPage<AccountId>, Weight)>;
	/// Most weight that one `pay_next` uses, what stake that changes registers included.
	fn weight_max() -> Weight;
	/// Weight of finding that there is no further page.
	fn look_weight() -> Weight;
}

impl<AccountId> StakerPayouts<AccountId> for () {
	fn pay_next(
		_: u32,
		_: Option<&StakerPage<AccountId>>,
	) -> Option<(StakerPage<AccountId>, Weight)> {
		None
	}

	fn weight_max() -> Weight {
		Weight::zero()
	}

	fn look_weight() -> Weight {
		Weight::zero()
	}
}

/// How rewards are bonded. Implemented by the runtime.
pub trait Compound<AccountId> {
	/// Bonds `amount` POP units that `who` has just got in the free balance. When it fails, nothing of
	/// it remains.
	fn compound(who: &AccountId, amount: Balance) -> DispatchResult;
	/// Weight of one `compound`, without what stake that changes registers.
	fn weight() -> Weight;
	/// Most weight that one `compound` uses, what stake that changes registers included.
	fn weight_max() -> Weight;
}

/// For what an account earned, as clients show it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Reason<AccountId> {
	/// Stored and served shards as a Masternode.
	Stored,
	/// Published what others value.
	Published,
	/// Screened content as a Superdelegate.
	Screened,
	/// Produced blocks as a Delegate.
	Validated,
	/// Nominated a Delegate who produced blocks.
	Nominated {
		/// The Delegate.
		validator: AccountId,
	},
}

impl<AccountId> From<Role> for Reason<AccountId> {
	fn from(role: Role) -> Self {
		match role {
			Role::Masternode => Self::Stored,
			Role::Creator => Self::Published,
			Role::Superdelegate => Self::Screened,
		}
	}
}

/// What an account has earned, in POP units.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub enum Earned {
	/// What it would be if the era ended now, or no more points came: both amount and points still
	/// change.
	Estimate(Balance),
	/// What it is.
	Exact(Balance),
}

/// What one account earned in one era for one reason, and how that was computed.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct RewardView<AccountId> {
	/// For what.
	pub reason: Reason<AccountId>,
	/// The account's points.
	pub points: u128,
	/// The points of all accounts.
	pub points_total: u128,
	/// POP units that the era pays to all accounts together for this reason.
	pub amount_total: Balance,
	/// `amount_total · points / points_total`, rounded down.
	pub earned: Earned,
	/// Whether it has been paid.
	pub payment: Payment,
	/// Points that were withheld, by reason, each with the POP units that it would have earned had
	/// these points been earned too: `amount_total · w / (points_total + w)`, rounded down.
	pub withheld: Vec<(Withheld, Balance)>,
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn nobody_has_a_share_of_no_points() {
		assert_eq!(share_of(1_000, 0, 0), 0);
		assert_eq!(share_of(1_000, 5, 0), 0);
		assert_eq!(share_of(1_000, 0, 5), 0);
		assert_eq!(share_of(Balance::MAX, u128::MAX, u128::MAX), Balance::MAX);
	}

	#[test]
	fn roles_are_paid_one_after_the_other() {
		let mut order = vec![Role::ALL[0]];
		while let Some(next) = order.last().and_then(|role| role.next()) {
			order.push(next);
		}
		assert_eq!(order, Role::ALL);
	}

	proptest! {
		/// Parts never add up to more than the amount, and miss less than a unit each.
		#[test]
		fn parts_add_up_to_the_amount_but_for_rounding(
			amount: Balance,
			points in proptest::collection::vec(0..u128::MAX / 100, 1..50),
		) {
			let total: u128 = points.iter().sum();
			let paid: U256 =
				points.iter().map(|part| U256::from(share_of(amount, *part, total))).fold(
					U256::zero(),
					|sum, part| sum + part,
				);
			prop_assert!(paid <= U256::from(amount));
			if total > 0 {
				prop_assert!(U256::from(amount) - paid < U256::from(points.len()));
			}
		}
	}
}
