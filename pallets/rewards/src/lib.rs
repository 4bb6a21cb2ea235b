//! Rewards: the POP that an era pays, divided among those who work for the network, and paid to them
//! without a claim.
//!
//! # Terms
//!
//! *Reward pool*: the POP that is issued as rewards, [`Config::RewardPool`], over
//! [`Config::RewardBlocks`] blocks from block 0 on. *Role*: Masternode, creator, Superdelegate.
//! *Stakers*: Delegates and their nominators, whom staking pays. *Points*: work in a role, as the
//! pallets that see it count it ([`RecordWork`]); *withheld* points could have been earned and were
//! not, for a reason. *Record*: an account's points in a role in an era, what was withheld, and what
//! was paid. *Pot*: the account that holds what is to be paid.
//!
//! [`RecordWork`]: popnet_primitives::rewards::RecordWork
//!
//! # Life of an era
//!
//! ```text
//! running ── ends ─► Masternodes' work is collected ─► Masternodes, creators, Superdelegates are paid
//!    │          └──► treasury                      └─► stakers are paid, page by page
//!    └ points are recorded                             … after HistoryDepth eras: removed
//! ```
//!
//! - An era pays `left(PaidUntil) − left(now)` of the pool, with `left` as [`reward_pool_left`] defines
//!   it: all payments together are the pool, to the last unit.
//! - [`Split`] divides it, rounded down; the treasury's part includes the remainder. The split in force
//!   when an era ends counts for that whole era: a referendum changes the era that is running.
//! - Staking asks for the amounts ([`EraPayout`](sp_staking::EraPayout)) and hands over, in the same
//!   block, all but the stakers' part as a credit
//!   ([`OnUnbalanced`](frame_support::traits::OnUnbalanced)). It mints the stakers' part when they
//!   are paid; if it caps that part (`MaxStakedRewards`), the treasury gets the difference.
//! - Each block's `on_idle` then does as much as its weight admits: it asks each Masternode for its
//!   work ([`WorkSource`]), pays one account after the other, and one page of stakers after the other.
//!   Eras wait for each other, in order. Whoever cannot wait calls `pay`, for anybody.
//! - An account gets `amount · points / total`, rounded down. What nobody gets, the whole amount where
//!   nobody has points, goes to the treasury as soon as the role is paid.
//! - The Masternodes' work in an era is what was done between two collections. Should an era end before
//!   the work of an earlier one has been collected, then its share is paid together with that one,
//!   because the work of both is.
//! - Payments go to the free balance, and from there into a bond where the account wants it and it is
//!   possible ([`Destination`]). The choice counts that stands when the payment is made.
//! - An amount that an account cannot receive, because it is less than an account has to hold and there
//!   is none yet, is *carried*: kept and paid with the account's next reward, or by `pay` as soon as
//!   the account can receive it. When the last record of it is removed, it goes to the treasury.
//!
//! [`reward_pool_left`]: popnet_primitives::economics::reward_pool_left
//!
//! # Invariants (checked by `try_state`)
//!
//! - `Owed = Σ roles.unpaid + Σ carried`, and `pot ≥ Owed + existential deposit` if anything is owed.
//!   What the pot has beyond that belongs to the treasury.
//! - For every role of an era: `points = Σ records.points`, `accounts = |records|`, and
//!   `amount = unpaid + Σ records.paid` until it is settled, `amount ≥ Σ records.paid` after.
//! - Whoever is paid got `⌊amount · points / total⌋`, once. While points are counted nobody is paid.
//! - `held(Compounding, a) = Compounding(a)` for every account.
//! - No record, role or era outside of `oldest ..= present era`; records without role and era only of
//!   the oldest era, while it is being removed.
//!
//! # What it does not do
//!
//! It counts no work itself, and computes no reward of a staker. Bounds: a record is made by the call
//! that does the work, at the price of that call; it is removed after [`Config::HistoryDepth`] eras.
//! Clock: the parachain's block number; eras are those of [`Config::Era`].
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

pub use pallet::*;
pub use types::{
	Carry, EraReward, Phase, Progress, Record, RoleReward, Split, Stage, WithheldPoints,
};
pub use weights::WeightInfo;

use frame_support::{
	pallet_prelude::*,
	traits::fungible::{Balanced, Credit, Inspect, Mutate, MutateHold},
	PalletId,
};
use frame_system::pallet_prelude::*;
use popnet_primitives::{
	rewards::{Compound, Destination, PaidTo, Role, StakerPayouts, WorkSource},
	Balance,
};
use sp_staking::EraIndex;

/// POP that staking has issued and hands over.
pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;
/// Progress as stored.
pub type ProgressOf<T> = Progress<<T as frame_system::Config>::AccountId>;

// The expansion casts indices of variants, of which there are never 256.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// What this pallet needs. Clock: the parachain's block number.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// How rewards are bonded.
		type Compound: Compound<Self::AccountId>;
		/// POP units held from an account that has its rewards bonded, for the place in the state.
		#[pallet::constant]
		type CompoundDeposit: Get<Balance>;
		/// POP. Its credits are those of staking's currency.
		type Currency: Inspect<Self::AccountId, Balance = Balance>
			+ Mutate<Self::AccountId>
			+ Balanced<Self::AccountId>
			+ MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;
		/// The era that is running, or ending: staking's active era.
		type Era: Get<EraIndex>;
		/// Ended eras whose records are kept.
		#[pallet::constant]
		type HistoryDepth: Get<u32>;
		/// The Masternodes' work.
		type Masternodes: WorkSource<Self::AccountId>;
		/// From which the pot's account is derived.
		#[pallet::constant]
		type PalletId: Get<PalletId>;
		/// Who may change the split.
		type ParameterOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Blocks from block 0 on after which the pool is paid out.
		#[pallet::constant]
		type RewardBlocks: Get<u32>;
		/// POP units that are paid as rewards, all eras together.
		#[pallet::constant]
		type RewardPool: Get<Balance>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Pays Delegates and nominators.
		type Stakers: StakerPayouts<Self::AccountId>;
		/// The treasury's account.
		type Treasury: Get<Self::AccountId>;
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why POP is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For the entry by which an account has its rewards bonded.
		Compounding,
	}

	/// How rewards are divided. Written by `set_split` only.
	#[pallet::storage]
	pub type SplitInForce<T: Config> = StorageValue<_, Split, ValueQuery>;

	/// Block until which the pool has been paid.
	#[pallet::storage]
	pub type PaidUntil<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// What the ending era pays, from when staking asks until it hands the credit over in the same block.
	#[pallet::storage]
	pub type Ending<T: Config> = StorageValue<_, EraReward, OptionQuery>;

	/// First era that has not ended.
	#[pallet::storage]
	pub type NextEra<T: Config> = StorageValue<_, EraIndex, ValueQuery>;

	/// What an ended era pays. The last `HistoryDepth` eras, and older ones that wait for payment.
	#[pallet::storage]
	pub type Eras<T: Config> = StorageMap<_, Twox64Concat, EraIndex, EraReward, OptionQuery>;

	/// Points and amount of a role in an era; three at most for each era.
	#[pallet::storage]
	pub type Roles<T: Config> =
		StorageDoubleMap<_, Twox64Concat, EraIndex, Twox64Concat, Role, RoleReward, OptionQuery>;

	/// Who did what in an era, and got what for it. Written when work is done and when it is paid.
	#[pallet::storage]
	pub type Records<T: Config> = StorageNMap<
		_,
		(
			NMapKey<Twox64Concat, EraIndex>,
			NMapKey<Twox64Concat, Role>,
			NMapKey<Blake2_128Concat, T::AccountId>,
		),
		Record,
		OptionQuery,
	>;

	/// Rewards that accounts could not receive yet. Each has a record in `Records`.
	#[pallet::storage]
	pub type Carries<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Carry, OptionQuery>;

	/// Accounts whose rewards are bonded, with the POP units that are on hold for the entry.
	#[pallet::storage]
	pub type Compounding<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Balance, OptionQuery>;

	/// POP units of the pot that belong to accounts.
	#[pallet::storage]
	pub type Owed<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// How far the hook has come.
	#[pallet::storage]
	pub type InProgress<T: Config> = StorageValue<_, ProgressOf<T>, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// The split has changed, for the running era too.
		SplitChanged {
			/// How rewards are divided from now on.
			split: Split,
		},
		/// An era has ended.
		EraEnded {
			/// The era.
			era: EraIndex,
			/// What it pays.
			reward: EraReward,
		},
		/// The Masternodes' share of an era is paid with an earlier one, whose work is not collected yet.
		MasternodesJoined {
			/// The era.
			era: EraIndex,
			/// The earlier one.
			with: EraIndex,
			/// POP units of the share.
			amount: Balance,
		},
		/// An account has been paid.
		Paid {
			/// For which era.
			era: EraIndex,
			/// For which work.
			role: Role,
			/// The account.
			who: T::AccountId,
			/// POP units that it earned.
			amount: Balance,
			/// POP units of earlier eras that it gets on top of that.
			carried: Balance,
			/// Where they are.
			to: PaidTo,
		},
		/// What was carried for an account has been paid.
		CarryPaid {
			/// The account.
			who: T::AccountId,
			/// POP units.
			amount: Balance,
			/// Where they are.
			to: PaidTo,
		},
		/// What was carried for an account has gone to the treasury: the account could not receive it
		/// for as long as records are kept.
		CarryForfeited {
			/// The account.
			who: T::AccountId,
			/// POP units.
			amount: Balance,
		},
		/// All accounts of a role are paid for an era.
		Settled {
			/// The era.
			era: EraIndex,
			/// The role.
			role: Role,
			/// POP units that rounding left, now in the treasury.
			rest: Balance,
		},
		/// Nobody had points of a role in an era: its share is in the treasury.
		NobodyEarned {
			/// The era.
			era: EraIndex,
			/// The role.
			role: Role,
			/// POP units.
			amount: Balance,
		},
		/// All Delegates and nominators are paid for an era.
		StakersPaid {
			/// The era.
			era: EraIndex,
		},
		/// An era is forgotten. Its records are removed in this block and the next ones.
		HistoryRemoved {
			/// The era.
			era: EraIndex,
		},
		/// An account wants its rewards elsewhere.
		DestinationSet {
			/// The account.
			who: T::AccountId,
			/// Where they go from now on.
			destination: Destination,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The shares do not add up to exactly 100 %. Correct them.
		NotWhole,
		/// The Masternodes' share is not the 35 % that the project promises. Set it to that.
		MasternodesShareFixed,
		/// The era has not ended. Wait for its end.
		EraNotEnded,
		/// Nothing is stored about the era: it is too old, or never was.
		UnknownEra,
		/// The work of the Masternodes in the era is still being collected. Wait some blocks.
		StillCounting,
		/// The account has earned nothing in this role in this era, or less than one unit.
		NothingEarned,
		/// The account has been paid. Its record says how much and where to.
		AlreadyPaid,
		/// The account cannot receive what is carried for it. Give it the existential deposit first, or
		/// wait for more rewards.
		CannotReceive,
		/// The account's rewards go there already. There is nothing to do.
		DestinationUnchanged,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			Self::proceed(remaining)
		}

		fn integrity_test() {
			assert!(Split::default().is_whole(), "the first split does not add up");
			assert!(T::RewardBlocks::get() > 0, "the pool would be paid in block 0");
			assert!(T::HistoryDepth::get() > 0, "nobody could look at a reward");
			assert!(
				Self::step_max().all_lte(T::BlockWeights::get().max_block),
				"a step of the hook does not fit in a block"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Changes how rewards are divided, from the running era on. The shares have to add up to
		/// exactly 100 %, and the Masternodes' share stays what it is.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_split())]
		pub fn set_split(origin: OriginFor<T>, split: Split) -> DispatchResult {
			T::ParameterOrigin::ensure_origin(origin)?;
			Self::do_set_split(split)
		}

		/// Pays `who` for its work in `role` in `era`, or what is carried for it from there. Anybody may
		/// call this; it happens by itself some blocks later.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::pay().saturating_add(T::Compound::weight_max()))]
		pub fn pay(
			origin: OriginFor<T>,
			era: EraIndex,
			role: Role,
			who: T::AccountId,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			Self::do_pay(era, role, &who)
		}

		/// Chooses what becomes of the caller's rewards in roles. Bonding them takes a deposit, which
		/// comes back with the choice of the free balance.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::set_destination())]
		pub fn set_destination(origin: OriginFor<T>, destination: Destination) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_destination(who, destination)
		}
	}
}
