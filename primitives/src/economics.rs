//! Amounts, the formulas by which staked POP generates LIT, and leases of that income.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use crate::Balance;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::U256;
use sp_runtime::Perbill;

/// One POP in its smallest unit.
pub const POP: Balance = 1_000_000_000_000;
/// One LIT in its smallest unit.
pub const LIT: Balance = 1_000_000_000_000;
/// All POP that will ever be issued, including the reward pool of 20 %.
pub const POP_SUPPLY: Balance = 1_600_000_000 * POP;
/// What a Masternode bonds, exactly.
pub const MASTERNODE_BOND: Balance = 50_000 * POP;

/// What an amount of staked POP yields in a day.
#[derive(Encode, Decode, TypeInfo, Clone, Copy, PartialEq, Eq, Debug)]
pub struct StakeProjection {
	/// LIT units.
	pub lit_per_day: Balance,
	/// Fee of a plain transfer of POP, in LIT units.
	pub transfer_fee: Balance,
	/// Plain transfers that the LIT of a day pays for.
	pub transfers_per_day: u64,
}

/// Scale of the LIT index: LIT units generated per POP unit, times 1e24.
pub const INDEX_SCALE: u128 = 1_000_000_000_000_000_000_000_000;

/// The LIT index after `blocks` more blocks at `rate` (index units per block). Saturates, which at
/// the highest rate that `pallet-lit` admits takes longer than the block number can count.
pub fn advance_index(index: u128, rate: u128, blocks: u32) -> u128 {
	index.saturating_add(rate.saturating_mul(u128::from(blocks)))
}

/// LIT units that `stake` POP units generated while the index rose from `from` to `to`, rounded
/// down. One multiplication and one division, whatever the time between.
pub fn accrued(stake: Balance, from: u128, to: u128) -> Balance {
	let rise = to.saturating_sub(from);
	let units = U256::from(stake).saturating_mul(U256::from(rise)) / U256::from(INDEX_SCALE);
	Balance::try_from(units).unwrap_or(Balance::MAX)
}

/// LIT units that accrue, and the fraction of one that remains (times [`INDEX_SCALE`], below that):
/// `fraction + Σ gained − Σ lost`, where each part is `stake · rise` of the index. Nothing is rounded
/// away, so however a span is divided, its parts pay what the whole pays. What is lost must be no
/// more than what is gained. Parts of any sizes fit 256 bits; their sum does as long as the stakes do
/// not exceed all amounts together, and else saturates.
pub fn accrue(
	fraction: u128,
	gained: impl Iterator<Item = (Balance, u128)>,
	lost: impl Iterator<Item = (Balance, u128)>,
) -> (Balance, u128) {
	let add = |sum: U256, (stake, rise): (Balance, u128)| {
		sum.saturating_add(U256::from(stake).saturating_mul(U256::from(rise)))
	};
	let lost = lost.fold(U256::zero(), add);
	let total = gained.fold(U256::from(fraction), add).saturating_sub(lost);
	let (units, rest) = total.div_mod(U256::from(INDEX_SCALE));
	(Balance::try_from(units).unwrap_or(Balance::MAX), rest.low_u128())
}

/// Number of a lease of LIT income.
pub type LeaseId = u64;

/// How much of its LIT income a lender lends.
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
)]
pub enum LeaseTerms {
	/// The income of this share of the lender's stake, however that changes.
	Share(Perbill),
	/// The income of so many POP units of the lender's stake.
	Fixed(Balance),
}

impl LeaseTerms {
	/// POP units of a `stake` whose income is lent, a share rounded down to a unit.
	pub fn amount(self, stake: Balance) -> Balance {
		match self {
			Self::Share(share) => share.mul_floor(stake),
			Self::Fixed(amount) => amount,
		}
	}

	/// The share, if the terms are one.
	pub fn share(self) -> Option<Perbill> {
		match self {
			Self::Share(share) => Some(share),
			Self::Fixed(_) => None,
		}
	}
}

/// A lease of LIT income, as one of its two sides sees it.
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
)]
pub struct Lease<AccountId, BlockNumber> {
	/// The lease's number.
	pub id: LeaseId,
	/// The other side: the borrower where the lease is given, the lender where it is received.
	pub other: AccountId,
	/// The share of the lender's stake; `None` for a fixed amount.
	pub share: Option<Perbill>,
	/// POP units of the lender's stake whose income goes to the borrower.
	pub amount: Balance,
	/// The block in which the lease ends: the last that generates for the borrower.
	pub end: BlockNumber,
}

/// POP units of a `pool` that are still to be paid when `elapsed` of `total` blocks have passed:
/// `pool · ((total − elapsed) / total)²`, rounded down. What is paid between two blocks is the
/// difference of two such values, so that all payments together are the pool, to the last unit,
/// however the time is divided; and every block pays less than the one before (up to one unit of
/// rounding). `pool · total²` must fit 256 bits, which it does for all values.
pub fn reward_pool_left(pool: Balance, elapsed: u32, total: u32) -> Balance {
	if total == 0 {
		return 0;
	}
	let left = U256::from(total.saturating_sub(elapsed));
	let total = U256::from(total);
	let units = U256::from(pool) * left * left / (total * total);
	Balance::try_from(units).unwrap_or(Balance::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A block at a time, the whole pool is paid, and payments never grow by more than the rounding.
	#[test]
	fn the_reward_pool_is_paid_to_the_last_unit() {
		let (pool, total) = (POP_SUPPLY / 5, 1_000_003);
		let (mut paid, mut last) = (0, Balance::MAX);
		for block in 0..total {
			let payment =
				reward_pool_left(pool, block, total) - reward_pool_left(pool, block + 1, total);
			assert!(payment <= last.saturating_add(1));
			paid += payment;
			last = payment;
		}
		assert_eq!(paid, pool);
		assert_eq!(reward_pool_left(pool, u32::MAX, total), 0);
		assert_eq!(reward_pool_left(pool, 0, 0), 0);
	}
	use proptest::prelude::*;

	#[test]
	fn accrual_is_exact_on_round_numbers() {
		let rate = INDEX_SCALE / 1_000;
		let index = advance_index(0, rate, 500);
		assert_eq!(accrued(1_000 * POP, 0, index), 500 * LIT);
		assert_eq!(accrued(1_000 * POP, index, 0), 0);
		assert_eq!(accrued(Balance::MAX, 0, u128::MAX), Balance::MAX);
	}

	#[test]
	fn the_largest_accrual_fits() {
		let one = |stake, rise| core::iter::once((stake, rise));
		let none = core::iter::empty;
		assert_eq!(accrue(INDEX_SCALE - 1, one(1, 1), none()), (1, 0));
		assert_eq!(accrue(7, one(5, 3), one(5, 3)), (0, 7));
		let largest = one(Balance::MAX, u128::MAX);
		assert_eq!(accrue(INDEX_SCALE - 1, largest, none()).0, Balance::MAX);
		// All POP from genesis to the end of the index.
		let exact = U256::from(POP_SUPPLY) * U256::from(u128::MAX);
		let (units, fraction) = accrue(0, one(POP_SUPPLY, u128::MAX), none());
		let sum = U256::from(units) * U256::from(INDEX_SCALE) + U256::from(fraction);
		assert_eq!(sum, exact);
	}

	#[test]
	fn a_share_is_rounded_down() {
		let third = LeaseTerms::Share(Perbill::from_parts(333_333_333));
		assert_eq!(third.amount(3_000_000_001), 999_999_999);
		assert_eq!(LeaseTerms::Share(Perbill::one()).amount(Balance::MAX), Balance::MAX);
		assert_eq!(LeaseTerms::Fixed(5).amount(3), 5);
	}

	proptest! {
		/// What is lent moves, and neither appears nor vanishes, however the span is divided.
		#[test]
		fn accruing_in_steps_gives_exactly_what_one_step_gives(
			stake in 0..POP_SUPPLY,
			lent in 0..=100u128,
			rate in 0..INDEX_SCALE / 1_000,
			cuts in proptest::collection::vec(0u32..10_000_000, 1..20),
		) {
			let lent = stake / 100 * lent;
			let (mut lender, mut borrower) = ((0, 0), (0, 0));
			let mut index = 0;
			for blocks in cuts {
				let next = advance_index(index, rate, blocks);
				let rise = next - index;
				let own = core::iter::once((stake, rise));
				let moved = || core::iter::once((lent, rise));
				let more = accrue(lender.1, own, moved());
				lender = (lender.0 + more.0, more.1);
				let more = accrue(borrower.1, moved(), core::iter::empty());
				borrower = (borrower.0 + more.0, more.1);
				index = next;
			}
			let scaled = |(units, fraction): (Balance, u128)| {
				U256::from(units) * U256::from(INDEX_SCALE) + U256::from(fraction)
			};
			prop_assert!(lender.1 < INDEX_SCALE && borrower.1 < INDEX_SCALE);
			prop_assert_eq!(scaled(borrower), U256::from(lent) * U256::from(index));
			prop_assert_eq!(scaled(lender), U256::from(stake - lent) * U256::from(index));
		}

		/// However a span is divided, its parts pay what the whole pays.
		#[test]
		fn dividing_a_span_changes_no_payment(
			pool in 0..POP_SUPPLY,
			total in 1u32..,
			mut cuts in proptest::collection::vec(any::<u32>(), 1..50),
		) {
			cuts.push(0);
			cuts.push(total);
			cuts.sort_unstable();
			let paid: Balance = cuts
				.windows(2)
				.map(|pair| {
					reward_pool_left(pool, pair[0], total) - reward_pool_left(pool, pair[1], total)
				})
				.sum();
			prop_assert_eq!(paid, pool);
		}

		/// Settling in two steps never yields more than settling once, and at most one unit less.
		#[test]
		fn splitting_a_period_never_gains(
			stake in 0..POP_SUPPLY,
			rate in 0..INDEX_SCALE / 1_000,
			first in 0u32..10_000_000,
			second in 0u32..10_000_000,
		) {
			let middle = advance_index(0, rate, first);
			let end = advance_index(middle, rate, second);
			let once = accrued(stake, 0, end);
			let twice = accrued(stake, 0, middle) + accrued(stake, middle, end);
			prop_assert!(twice <= once && once - twice <= 1);
		}
	}
}
