//! Stored types and their pure methods.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::iter::once;
use frame_support::{defensive, pallet_prelude::ConstU32, BoundedVec, DefaultNoBound};
use popnet_primitives::{
	economics::{accrue, advance_index, Lease},
	Balance,
};
use scale_info::TypeInfo;
use sp_runtime::{
	traits::{AtLeast32BitUnsigned, SaturatedConversion},
	PerThing, Perbill,
};

/// Most leases that one account gives, and as many that it receives.
pub const LEASES_MAX: u32 = 16;
/// Rates of the past in one page of the history. Settling an account reads two pages at most, as
/// `integrity_test` sees to it that the rate changes less often while a lease lasts.
pub const RATES_PER_PAGE: u32 = 64;

/// Leases on one side of an account, in the order in which they were made.
pub type Leases<AccountId, BlockNumber> =
	BoundedVec<Lease<AccountId, BlockNumber>, ConstU32<LEASES_MAX>>;

/// What is recorded about an account that has or had stake or leases.
#[derive(Encode, Decode, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug, DefaultNoBound)]
pub struct Accrual<AccountId, BlockNumber> {
	/// Stake since the last settlement, in POP units.
	pub stake: Balance,
	/// The index at the last settlement.
	pub index: u128,
	/// Number of the rate at the last settlement.
	pub rate_number: u32,
	/// LIT units that are generated but not minted yet.
	pub pending: Balance,
	/// Part of a LIT unit that is generated beyond them, times `INDEX_SCALE`; below that.
	pub fraction: u128,
	/// Leases given that had not ended at the last settlement. Their amounts are no more than the
	/// stake: see [`Accrual::fits`].
	pub given: Leases<AccountId, BlockNumber>,
	/// Leases received that had not ended at the last settlement.
	pub received: Leases<AccountId, BlockNumber>,
}

impl<AccountId: Clone, BlockNumber: AtLeast32BitUnsigned + Copy> Accrual<AccountId, BlockNumber> {
	/// The accrual after settling now, without the leases that have ended by now: `stake · rise +
	/// Σ received · rise − Σ given · rise`, where the index rises from the last settlement until now,
	/// or until the end of the lease. Exact: what is not a whole LIT unit stays in the fraction. One
	/// division, whatever the time between.
	pub fn settled(mut self, timeline: &Timeline<BlockNumber>) -> Self {
		let from = self.index;
		// An end lies behind the last settlement, or the lease would not be recorded any more.
		let rise = |until| timeline.index_at(until).saturating_sub(from);
		let part = |lease: &Lease<_, BlockNumber>| (lease.amount, rise(lease.end));
		let own = (self.stake, rise(timeline.now));
		let (units, fraction) = accrue(
			self.fraction,
			once(own).chain(self.received.iter().map(part)),
			self.given.iter().map(part),
		);
		// All LIT that can exist fits in a balance; saturating can only lose, never gain.
		self.pending = self.pending.saturating_add(units);
		self.fraction = fraction;
		self.index = timeline.index;
		self.rate_number = timeline.rate_number;
		self.given.retain(|lease| lease.end > timeline.now);
		self.received.retain(|lease| lease.end > timeline.now);
		self
	}

	/// The latest end that has been reached by now, of all leases.
	pub fn last_end(&self, now: BlockNumber) -> Option<BlockNumber> {
		self.given
			.iter()
			.chain(self.received.iter())
			.map(|lease| lease.end)
			.filter(|end| *end <= now)
			.max()
	}

	/// POP units whose income the account has since the last settlement.
	pub fn net(&self) -> Balance {
		self.received
			.iter()
			.fold(self.stake, |sum, lease| sum.saturating_add(lease.amount))
			.saturating_sub(self.lent())
	}

	/// POP units whose income is lent.
	pub fn lent(&self) -> Balance {
		self.given.iter().fold(0, |sum, lease| sum.saturating_add(lease.amount))
	}

	/// Whether the shares that are lent are no more than the whole, and the fixed amounts no more
	/// than what the shares leave. What fits, fits any larger stake too.
	pub fn fits(&self) -> bool {
		self.left_by_shares().is_some_and(|left| self.fixed() <= left)
	}

	/// POP units of the leases given that are of a fixed amount.
	fn fixed(&self) -> Balance {
		self.given
			.iter()
			.filter(|lease| lease.share.is_none())
			.fold(0, |sum: Balance, lease| sum.saturating_add(lease.amount))
	}

	/// POP units of the stake that the shares leave, rounded down; `None` if they exceed the whole.
	fn left_by_shares(&self) -> Option<Balance> {
		let shares = self
			.given
			.iter()
			.filter_map(|lease| lease.share)
			.fold(0u32, |sum, share| sum.saturating_add(share.deconstruct()));
		let rest = Perbill::ACCURACY.checked_sub(shares)?;
		Some(Perbill::from_parts(rest).mul_floor(self.stake))
	}

	/// Fits the leases given to the stake: shares follow it, then fixed amounts are cut to what the
	/// shares leave, the newest first, and stay cut. A lease of less than `least` POP units ends.
	/// Returns the leases that have changed, with an amount of zero if they have ended.
	pub fn refit(&mut self, least: Balance) -> Vec<Lease<AccountId, BlockNumber>> {
		let stake = self.stake;
		let left = self.left_by_shares().unwrap_or_default();
		let mut excess = self.fixed().saturating_sub(left);
		let mut changed = Vec::new();
		for lease in self.given.iter_mut().rev() {
			let wanted = match lease.share {
				Some(share) => share.mul_floor(stake),
				None => lease.amount.saturating_sub(excess),
			};
			if lease.share.is_none() {
				excess = excess.saturating_sub(lease.amount);
			}
			let amount = if wanted < least { 0 } else { wanted };
			if amount != lease.amount {
				lease.amount = amount;
				changed.push(lease.clone());
			}
		}
		self.given.retain(|lease| lease.amount > 0);
		changed
	}

	/// The lease received that gives way to a larger one: the smallest, of those the newest.
	pub fn weakest(&self) -> Option<&Lease<AccountId, BlockNumber>> {
		self.received.iter().rev().min_by_key(|lease| lease.amount)
	}

	/// Whether only a part of a LIT unit would be lost by forgetting the account.
	pub fn is_empty(&self) -> bool {
		self.stake == 0 && self.pending == 0 && self.given.is_empty() && self.received.is_empty()
	}
}

/// A rate of generation and the index at the block from which it counts.
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
	/// How many rates there were before.
	pub number: u32,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Generation<BlockNumber> {
	/// The index in block `block`, in which the rate must be in effect.
	pub fn index_at(&self, block: BlockNumber) -> u128 {
		let blocks = block.saturating_sub(self.since).saturated_into();
		advance_index(self.index, self.rate, blocks)
	}
}

/// The index now and, as far back as an account needs it, in the past.
#[derive(Debug)]
pub struct Timeline<BlockNumber> {
	/// This block.
	pub now: BlockNumber,
	/// The index now.
	pub index: u128,
	/// Number of the present rate.
	pub rate_number: u32,
	/// Rates in the order in which they took effect, the first of them before all ends asked for.
	pub rates: Vec<Generation<BlockNumber>>,
}

impl<BlockNumber: AtLeast32BitUnsigned + Copy> Timeline<BlockNumber> {
	/// The index in block `block`, or now if that is sooner.
	pub fn index_at(&self, block: BlockNumber) -> u128 {
		if block >= self.now {
			return self.index;
		}
		let Some(rate) = self.rates.iter().rev().find(|rate| rate.since <= block) else {
			defensive!("the history of rates does not reach back to the end of a lease");
			// Nobody gets anything of the lease, neither the borrower nor the lender twice.
			return 0;
		};
		rate.index_at(block)
	}
}
