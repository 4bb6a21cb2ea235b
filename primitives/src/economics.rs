//! Amounts, and the formulas by which staked POP generates LIT.

use crate::Balance;
use sp_core::U256;

/// One POP in its smallest unit.
pub const POP: Balance = 1_000_000_000_000;
/// One LIT in its smallest unit.
pub const LIT: Balance = 1_000_000_000_000;
/// All POP that will ever be issued, including the reward pool of 20 %.
pub const POP_SUPPLY: Balance = 1_600_000_000 * POP;
/// What a Masternode bonds, exactly.
pub const MASTERNODE_BOND: Balance = 50_000 * POP;

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

	proptest! {
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
