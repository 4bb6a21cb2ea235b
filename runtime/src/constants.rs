//! Every number of the protocol that is a constant of this runtime, in one place.

use crate::{Balance, BlockNumber};
use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight};
pub use popnet_primitives::economics::{LIT, MASTERNODE_BOND, POP, POP_SUPPLY};
use sp_runtime::Perbill;

/// Time and blocks. The clock is the parachain's block number.
pub mod time {
	use super::*;

	/// Milliseconds between two blocks.
	pub const MILLISECS_PER_BLOCK: u64 = 2_000;
	/// Milliseconds of an Aura slot; several blocks share one.
	pub const SLOT_DURATION: u64 = 6_000;
	/// Blocks in a minute.
	#[allow(clippy::cast_possible_truncation)] // no conversion is const; a block takes no weeks
	pub const MINUTES: BlockNumber = 60_000 / (MILLISECS_PER_BLOCK as BlockNumber);
	/// Blocks in an hour.
	pub const HOURS: BlockNumber = MINUTES * 60;
	/// Blocks in a day.
	pub const DAYS: BlockNumber = HOURS * 24;
	/// Blocks of a session, in the two paces: block authors may change at its end.
	pub const SESSION_BLOCKS: BlockNumber = 2 * HOURS;
	/// The same where the pace is fast.
	pub const FAST_SESSION_BLOCKS: BlockNumber = MINUTES;
	/// Sessions of an era: stake is counted and rewards are due at its end. Six hours, or three
	/// minutes where the pace is fast.
	pub const SESSIONS_PER_ERA: u32 = 3;
	/// Eras until unbonded POP can be withdrawn: seven days.
	pub const BONDING_ERAS: u32 = 28;
	/// The same where the pace is fast.
	pub const FAST_BONDING_ERAS: u32 = 2;
	/// Eras for which a slash can be cancelled before it is applied: three days and a half.
	pub const SLASH_DEFER_ERAS: u32 = 14;
	/// The same where the pace is fast.
	pub const FAST_SLASH_DEFER_ERAS: u32 = 1;
	/// Eras for which staking remembers exposures, points and payouts.
	pub const HISTORY_ERAS: u32 = 84;
}

/// Elections of Delegates, which run within one block.
pub mod election {
	/// Most voters that one election reads, those with the most stake, thanks to the sorted list: 5,000
	/// beside the Delegates, which measured 0.2 s and 4.4 MiB of proof (docs/performance.md).
	pub const VOTERS_MAX: u32 = 5_000 + TARGETS_MAX;
	/// Most Delegates that can stand.
	pub const TARGETS_MAX: u32 = 100;
	/// Number of bags of the sorted list of voters.
	const BAGS: usize = 87;
	/// Upper ends of the bags, in units of vote weight (POP units times `u64::MAX / issuance`): each a quarter above the
	/// one below, from well below the smallest nomination on; the last one holds everything above.
	pub const BAG_THRESHOLDS: [u64; BAGS] = bag_thresholds();

	const fn bag_thresholds() -> [u64; BAGS] {
		let mut thresholds = [u64::MAX; BAGS];
		let mut threshold = 60_000_000_000u64;
		let mut bag = 0;
		while bag < BAGS - 1 {
			thresholds[bag] = threshold;
			// Fails to compile where the bags reach beyond what a vote can weigh.
			threshold += threshold / 4;
			bag += 1;
		}
		thresholds
	}
}

/// The exchange of POP and LIT.
pub mod exchange {
	use super::*;

	/// Share of a swap that goes to those who provide liquidity, in parts per million: 0.3 %.
	pub const FEE_PARTS_PER_MILLION: u32 = 3_000;
	/// POP that opening a pool costs; goes to the treasury.
	pub const SETUP_FEE: Balance = 100 * POP;
	/// Least shares of a pool, which its first provider can never withdraw: enough to keep the pool's
	/// account alive when everybody else has withdrawn.
	pub const LIQUIDITY_MIN: Balance = POP / 100;
}

/// Nomination pools.
pub mod pools {
	use super::*;

	/// Least POP that joins a pool.
	pub const MIN_JOIN: Balance = POP;
	/// Least POP that opens one.
	pub const MIN_CREATE: Balance = 1_000 * POP;
	/// Most pools.
	pub const POOLS_MAX: u32 = 256;
	/// Most members of all pools together.
	pub const MEMBERS_MAX: u32 = 1_000_000;
}

/// Referenda and the treasury.
pub mod governance {
	use super::*;

	/// Blocks that stand for an hour of a track where the pace is fast.
	pub const FAST_BLOCKS_PER_HOUR: BlockNumber = 1;
	/// Blocks of a decision where the pace is fast.
	pub const FAST_DECISION_BLOCKS: BlockNumber = 5 * time::MINUTES;
	/// POP held while a referendum is open.
	pub const SUBMISSION_DEPOSIT: Balance = 100 * POP;
	/// Blocks for which a vote with conviction 1 on the winning side is locked.
	pub const VOTE_LOCKING_BLOCKS: BlockNumber = 7 * time::DAYS;
	/// The same where the pace is fast.
	pub const FAST_VOTE_LOCKING_BLOCKS: BlockNumber = 10;
	/// Blocks after which a referendum without a decision deposit is closed.
	pub const UNDECIDING_BLOCKS: BlockNumber = 14 * time::DAYS;
	/// The same where the pace is fast.
	pub const FAST_UNDECIDING_BLOCKS: BlockNumber = 5 * time::MINUTES;
	/// Blocks between two rounds of paying bounties.
	pub const SPEND_BLOCKS: BlockNumber = 7 * time::DAYS;
	/// The same where the pace is fast.
	pub const FAST_SPEND_BLOCKS: BlockNumber = time::MINUTES;
	/// Blocks in which an approved spend has to be collected.
	pub const PAYOUT_BLOCKS: BlockNumber = 30 * time::DAYS;
	/// POP held for proposing a bounty.
	pub const BOUNTY_DEPOSIT: Balance = 10 * POP;
	/// Least POP of a bounty.
	pub const BOUNTY_MIN: Balance = 100 * POP;
	/// Blocks between awarding a bounty and paying it.
	pub const BOUNTY_DELAY_BLOCKS: BlockNumber = 3 * time::DAYS;
	/// Blocks after which a curator who has not reported can be dismissed.
	pub const BOUNTY_UPDATE_BLOCKS: BlockNumber = 90 * time::DAYS;
}

/// Relay chain.
pub mod relay {
	/// Parachain blocks authored per relay chain parent.
	pub const BLOCK_PROCESSING_VELOCITY: u32 = 3;
	/// Blocks that may wait for their inclusion.
	pub const UNINCLUDED_SEGMENT_CAPACITY: u32 = 3 * BLOCK_PROCESSING_VELOCITY;
	/// Milliseconds of a relay chain slot.
	pub const SLOT_DURATION_MILLIS: u32 = 6_000;
	/// Build on a relay parent this many blocks behind the tip.
	pub const PARENT_OFFSET: u32 = 0;
	/// Parachain id in the presets of this repository.
	pub const PARA_ID: u32 = 2_000;
}

/// Block limits.
pub mod limits {
	use super::*;

	/// Share of a block that `on_initialize` is assumed to take; limits a single transaction.
	pub const AVERAGE_ON_INITIALIZE: Perbill = Perbill::from_percent(10);
	/// Share of a block for normal transactions; operational ones may use the rest.
	pub const NORMAL_DISPATCH: Perbill = Perbill::from_percent(75);
	/// Two seconds of compute, and the relay chain's limit for a proof of validity.
	pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(
		WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2),
		cumulus_primitives_core::relay_chain::MAX_POV_SIZE as u64,
	);
	/// Bytes of a block.
	pub const BLOCK_LENGTH_MAX: u32 = 5 * 1024 * 1024;
}

/// Money.
pub mod currency {
	use super::*;

	/// Smallest POP balance that keeps an account alive.
	pub const EXISTENTIAL_DEPOSIT_POP: Balance = POP / 100;
	/// Smallest LIT balance that keeps an account alive.
	pub const EXISTENTIAL_DEPOSIT_LIT: Balance = LIT / 1_000_000;
	/// LIT for one byte of a transaction.
	pub const LIT_PER_BYTE: Balance = LIT / 1_000_000;
	/// POP held for `items` storage items of `bytes` bytes together.
	pub const fn deposit(items: u32, bytes: u32) -> Balance {
		items as Balance * POP / 10 + bytes as Balance * POP / 10_000
	}
}

/// LIT.
pub mod lit {
	use super::*;
	use popnet_primitives::economics::INDEX_SCALE;

	/// LIT that one staked POP generates per day in thousandths: about six POP pay for a transfer a day.
	const MILLI_LIT_PER_POP_AND_DAY: u128 = 1;
	/// Index units per block at genesis.
	pub const RATE: u128 = INDEX_SCALE / 1_000 * MILLI_LIT_PER_POP_AND_DAY / time::DAYS as u128;
	/// Lowest rate that governance can set.
	pub const RATE_MIN: u128 = RATE / 100;
	/// Highest rate that governance can set.
	pub const RATE_MAX: u128 = RATE * 100;
	/// Fewest blocks between two changes of the rate.
	pub const RATE_CHANGE_BLOCKS: BlockNumber = 7 * time::DAYS;
	/// Longest lease.
	pub const LEASE_BLOCKS_MAX: BlockNumber = 365 * time::DAYS;
	/// Blocks after which a lease ends whose lender ends it early.
	pub const NOTICE_BLOCKS: BlockNumber = time::DAYS;
	/// Least POP whose income a lease lends.
	pub const LENT_MIN: Balance = 100 * POP;
}

/// Plans that pay fees for others.
pub mod sponsorship {
	use super::*;

	/// LIT held for a plan.
	pub const PLAN_DEPOSIT: Balance = LIT / 10;
	/// LIT locked out of a plan's funds for each user.
	pub const USER_DEPOSIT: Balance = LIT / 1_000;
	/// LIT held for binding a plan to a contract.
	pub const BINDING_DEPOSIT: Balance = LIT / 100;
	/// LIT burned for an account that a plan makes exist.
	pub const INTRODUCTION_PRICE: Balance = LIT / 1_000;
	/// Blocks after its last one from which anybody may close a plan.
	pub const GRACE_BLOCKS: BlockNumber = 14 * time::DAYS;
	/// Most users that one call removes from a plan.
	pub const CLEAR_MAX: u32 = 256;
}

/// Rewards in POP.
pub mod rewards {
	use super::*;

	/// All POP that will ever be paid as rewards: 20 % of the supply.
	pub const POOL: Balance = POP_SUPPLY / 5;
	/// Blocks over which it is paid, ever less: 30 years.
	pub const BLOCKS: BlockNumber = 30 * 365 * time::DAYS;
	/// POP held while an account has its rewards bonded.
	pub const COMPOUND_DEPOSIT: Balance = currency::deposit(1, 48);
}

/// Content, screening and Masternodes.
pub mod content {
	use super::*;

	/// Blocks after which a leaving Masternode can withdraw its bond.
	pub const MASTERNODE_UNBONDING_BLOCKS: BlockNumber = 7 * time::DAYS;
	/// Blocks in which all slots of a placement must be acknowledged.
	pub const PLACEMENT_BLOCKS: BlockNumber = time::HOURS;
	/// POP held for each registered item.
	pub const DEPOSIT_BASE: Balance = POP;
	/// POP held for each started MiB that the item's shards take.
	pub const DEPOSIT_PER_MIB: Balance = POP / 100;
	/// Members of a screening panel.
	pub const PANEL_SIZE: u32 = 3;
	/// Items that one account may have registered.
	pub const ITEMS_PER_OWNER: u32 = 1_000;
	/// Blocks for which the deposit of an item stays held that the policy rejected, or whose publisher
	/// turned away from its panel.
	pub const APPEAL_BLOCKS: BlockNumber = 7 * time::DAYS;
	/// Blocks in which the key of an approved item has to be published.
	pub const KEY_BLOCKS: BlockNumber = time::DAYS;
	/// Blocks after its end from which anybody may remove an item from the registry.
	pub const GRACE_BLOCKS: BlockNumber = 14 * time::DAYS;
	/// Blocks that a publisher has to seal the content key to the panel.
	pub const KEYS_BLOCKS: BlockNumber = 10 * time::MINUTES;
	/// Blocks that a panel has to fetch, decode, score and commit.
	pub const COMMIT_BLOCKS: BlockNumber = time::HOURS;
	/// Blocks that a panel has to reveal.
	pub const REVEAL_BLOCKS: BlockNumber = 10 * time::MINUTES;
	/// Draws tried while there are too few Superdelegates.
	pub const DRAW_ATTEMPTS: u32 = 10;
	/// Blocks between two such draws.
	pub const DRAW_RETRY_BLOCKS: BlockNumber = 10 * time::MINUTES;
	/// Blocks between two reports to a Masternode of what it has to keep.
	pub const RETAIN_BLOCKS: BlockNumber = 10 * time::MINUTES;
	/// Most Masternodes.
	pub const MASTERNODES_MAX: u32 = 1_024;
	/// Most candidates for the office of Superdelegate, and most active Delegates.
	pub const CANDIDATES_MAX: u32 = 100;
	/// Most Superdelegates.
	pub const SEATS_MAX: u32 = 21;
	/// Missed duties that end a Superdelegate's term.
	pub const STRIKES_MAX: u32 = 3;
	/// Eras after the latest missed duty for which missed duties count.
	pub const STRIKE_ERAS: u32 = 28;
	/// Eras for which a Superdelegate that left for its missed duties cannot stand again.
	pub const COOL_DOWN_ERAS: u32 = 28;
	/// Eras for which one that a referendum recalled cannot.
	pub const RECALL_ERAS: u32 = 120;
	/// Share of its stake that a missed duty costs a Superdelegate, and its nominators, for each of
	/// its strikes.
	pub const MISSED_DUTY_SLASH: Perbill = Perbill::from_parts(1_000_000);
	/// And a verdict that an appeal reversed.
	pub const REVERSED_SLASH: Perbill = Perbill::from_percent(1);
	/// Difference from the panel's median, in basis points, up to which a verdict is rewarded.
	pub const DEVIATION_MAX: u16 = 1_000;
	/// Open items of a Superdelegate beyond which it is not drawn.
	pub const DUTIES_MAX: u32 = 256;
	/// Substitutes drawn for one item.
	pub const SUBSTITUTES_MAX: u32 = 3;
	/// Share of a tip that is burned, and counts for the creator's part of the rewards.
	pub const TIP_BURN: Perbill = Perbill::from_percent(10);
	/// Smallest tip in LIT.
	pub const TIP_MIN: Balance = LIT / 100_000;
	/// Relay chain blocks by which a block's relay parent may lie behind the newest one.
	const RELAY_PARENT_AGE: u32 = 3;
	/// Blocks of this chain in which the randomness of a relay parent may have been known before it
	/// is used: for each relay chain block that may be newer, all that its slot admits.
	pub const RANDOMNESS_AGE_BLOCKS: BlockNumber =
		(relay::BLOCK_PROCESSING_VELOCITY + 1) * (RELAY_PARENT_AGE + 1);
	/// Blocks between registration and the draw of the panel: until there is randomness that nobody
	/// could know at the registration.
	pub const DRAW_DELAY_BLOCKS: BlockNumber = RANDOMNESS_AGE_BLOCKS + 1;
}
