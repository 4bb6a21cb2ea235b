//! Staked POP generates LIT, continuously and lazily; LIT pays every fee.
//!
//! # Terms
//!
//! *Stake*: POP that is bonded and can be slashed, as [`Config::Stake`] reports it: what staking
//! holds (unbonding POP included, until it is withdrawn) and Masternode bonds. *Index*: LIT units
//! that one POP unit has generated since genesis, times `INDEX_SCALE`. *Settling* an account
//! turns `stake · (index − index at its last settlement)` into pending LIT, with one division
//! however much time has passed and however many stakers there are; what is less than a unit is
//! kept as a *fraction*. *Pending* LIT is minted as soon as the account is settled and its LIT
//! balance then reaches the existential deposit. *Lease*: a *lender* leaves the income of some of its
//! stake to a *borrower*, which is any account, a contract too, until a block: a *share* of the
//! stake, however that changes, or a *fixed* amount of it.
//!
//! # Life of an accrual
//!
//! Whatever changes stake goes through [`ObservedHolds`] or calls
//! [`StakeObserver`](popnet_primitives::traits::StakeObserver) in the same block: the account is
//! settled with the stake it had, then the new one is recorded. Stake is defined by holds, which are
//! written before the observer is called, so it never reads an old value; genesis bonds take the
//! same way, so stake generates from block zero. Whoever pays a fee is settled first ([`ChargeLit`]),
//! and contracts count what is generated as balance ([`SpendableLit`]), so accrued LIT pays without
//! a claim. Nothing runs per block, and nothing loops over stakers.
//!
//! # Life of a lease
//!
//! `lend` records the lease with both sides, each of which is settled by itself from then on: the
//! lender's stake counts less by its amount, the borrower's more, up to the index of the end block.
//! So a lease ends exactly there without a hook and without anybody's call; each side forgets it when
//! it is settled next. An account that was not settled for years asks the history of rates for the
//! index of the end block. The history has one entry per change of the rate, which
//! [`Config::RateChangeBlocks`] keeps rare. All ends that an account has not accounted for lie within
//! [`Config::LeaseBlocksMax`] of its last settlement, as making a lease settles both sides; hence a
//! settlement reads two pages of the history at most, and none if the rate has not changed since.
//!
//! The borrower may give a lease back at once; the lender can bring the end forward to
//! [`Config::NoticeBlocks`] from now. What the borrower has been given is in its own record and
//! account, so no end can drain it, and it has no way to reach what is the lender's.
//!
//! When the lender's stake changes, shares follow. Fixed amounts are then cut to what the shares leave,
//! the newest lease first, and stay cut; more stake never cuts anything. A lease with less than half of
//! [`Config::LentMin`] left ends. The borrowers concerned are settled at that moment. No deposit is taken:
//! the stake behind each recorded lease, never less than that, is one.
//!
//! Anybody may lend to anybody, as a contract cannot consent. An account that receives the most leases
//! it can receive takes another one only in place of its smallest, and only if it is at least twice as
//! large: filling the places of an account keeps nobody out who lends twice as much, and whoever
//! tries pays with income.
//!
//! # Invariants
//!
//! - `accounts[a].stake = Stake::stake_of(a)` for every account after every call, 0 where no record is.
//! - `accounts[a].index ≤ index(now)`; the index never falls.
//! - `Σ given ≤ stake`; shares are at most 100 %, fixed amounts at most what the shares leave.
//! - A lease that has not ended is recorded by both sides, with the same number, amount and end; so what
//!   lender and borrower are given for any period is together what the stake generates in it.
//! - `Σ_t net stake · rate = minted + pending + fraction / INDEX_SCALE` for each account, in LIT units, since
//!   it was recorded: never one unit too much, less than one too little. Its record is forgotten, and with
//!   it the fraction, once the account has no stake, no lease and nothing pending.
//!
//! # What it does not do
//!
//! It moves no POP, decides no stake, and burns nothing: fees are burned by dropping their credit.
//! Income received cannot be lent on. Clock: the parachain's block number.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod currency;
mod fee;
mod impls;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

pub use currency::{ObservedHolds, Settle, SpendableLit, TellHolds, Watch, Watched};
pub use fee::ChargeLit;
pub use pallet::*;
pub use popnet_primitives::economics::{Lease, LeaseId, LeaseTerms, INDEX_SCALE};
pub use types::{Accrual, Generation, Leases, Timeline, LEASES_MAX, RATES_PER_PAGE};
pub use weights::{ChargeLitWeight, WeightInfo};

use frame_support::{
	pallet_prelude::*,
	traits::fungible::{Inspect, Mutate},
};
use frame_system::pallet_prelude::*;
use popnet_primitives::{traits::StakeOf, Balance};
use sp_runtime::traits::Zero;

/// The record of an account.
pub type AccrualOf<T> = Accrual<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
/// A lease as one side records it.
pub type LeaseOf<T> = Lease<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

// The expansion casts indices of variants, of which there are never 256.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// What this pallet needs. Clock: the parachain's block number.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The LIT token.
		type Lit: Inspect<Self::AccountId, Balance = Balance> + Mutate<Self::AccountId>;
		/// POP that generates LIT.
		type Stake: StakeOf<Self::AccountId>;
		/// Who may change the rate.
		type RateOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Lowest rate, in index units per block.
		#[pallet::constant]
		type RateMin: Get<u128>;
		/// Highest rate, in index units per block.
		#[pallet::constant]
		type RateMax: Get<u128>;
		/// Blocks of a day, for projections.
		#[pallet::constant]
		type BlocksPerDay: Get<BlockNumberFor<Self>>;
		/// Fewest blocks between two changes of the rate. Bounds the history, and what a series of
		/// steps can do.
		#[pallet::constant]
		type RateChangeBlocks: Get<BlockNumberFor<Self>>;
		/// Longest lease, in blocks.
		#[pallet::constant]
		type LeaseBlocksMax: Get<BlockNumberFor<Self>>;
		/// Blocks after which a lease ends whose lender ends it early.
		#[pallet::constant]
		type NoticeBlocks: Get<BlockNumberFor<Self>>;
		/// Least POP units whose income a new lease lends. With less than half of it left a lease ends.
		#[pallet::constant]
		type LentMin: Get<Balance>;
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The present rate, and the index where it began. Written by `set_rate` only.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, Generation<BlockNumberFor<T>>, ValueQuery>;

	/// Rates of the past by their number, `RATES_PER_PAGE` a page. Written by `set_rate` only, so
	/// there is at most one per `RateChangeBlocks`.
	#[pallet::storage]
	pub type Rates<T: Config> = StorageMap<
		_,
		Twox64Concat,
		u32,
		BoundedVec<Generation<BlockNumberFor<T>>, ConstU32<RATES_PER_PAGE>>,
		ValueQuery,
	>;

	/// Accounts that have stake, leases or pending LIT. Bounded by the accounts that hold POP, and by
	/// `LEASES_MAX` borrowers of each; a borrower's record outlives its leases as long as LIT waits in
	/// it to be minted.
	#[pallet::storage]
	pub type Accounts<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, AccrualOf<T>, OptionQuery>;

	/// Number of the next lease.
	#[pallet::storage]
	pub type NextLease<T: Config> = StorageValue<_, LeaseId, ValueQuery>;

	/// LIT units minted since genesis.
	#[pallet::storage]
	pub type Minted<T: Config> = StorageValue<_, Balance, ValueQuery>;

	/// Genesis state.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Index units per block; zero for no generation until the first `set_rate`.
		pub rate: u128,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(
				self.rate == 0 || (T::RateMin::get()..=T::RateMax::get()).contains(&self.rate),
				"the genesis rate is outside its limits"
			);
			Current::<T>::mutate(|current| current.rate = self.rate);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Stake generated LIT, which is now in the account's free balance.
		Generated {
			/// The staker.
			who: T::AccountId,
			/// LIT units.
			amount: Balance,
		},
		/// The rate of generation has changed.
		RateChanged {
			/// Index units per block until now.
			from: u128,
			/// Index units per block from now on.
			to: u128,
		},
		/// Income of stake is lent from this block on.
		Lent {
			/// The lease's number.
			lease: LeaseId,
			/// Whose stake it is.
			lender: T::AccountId,
			/// Whom the income goes to.
			borrower: T::AccountId,
			/// Share or fixed amount.
			terms: LeaseTerms,
			/// POP units whose income is lent now.
			amount: Balance,
			/// The block in which the lease ends.
			end: BlockNumberFor<T>,
		},
		/// The lender's stake has changed, or the lender ends the lease early.
		LeaseChanged {
			/// The lease's number.
			lease: LeaseId,
			/// POP units whose income is lent from now on; zero if the lease has ended.
			amount: Balance,
			/// The block in which the lease ends.
			end: BlockNumberFor<T>,
		},
		/// The borrower has ended the lease.
		GivenBack {
			/// The lease's number.
			lease: LeaseId,
		},
		/// The lease has ended, as its borrower receives a larger one in its place.
		Displaced {
			/// The lease's number.
			lease: LeaseId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The rate lies outside `RateMin ..= RateMax`. Choose one inside.
		RateOutOfRange,
		/// The rate would more than double or fall below half. Change it in several steps.
		RateStepTooLarge,
		/// There is nothing to claim: no stake and no lease, or less accrued than a LIT account must hold. Wait
		/// until `lit_available` shows more.
		NothingToClaim,
		/// The rate has changed less than `RateChangeBlocks` ago. Wait until they have passed.
		RateChangedRecently,
		/// Lender and borrower are the same account. Lend to another one.
		OwnBorrower,
		/// The lease would end in this block or before. Choose a later end.
		EndPassed,
		/// The lease would last longer than `LeaseBlocksMax`. Choose an earlier end, and lend again
		/// after it.
		LeaseTooLong,
		/// The lease would lend the income of less than `LentMin`. Lend more.
		LeaseTooSmall,
		/// More would be lent than there is: shares of more than 100 % together, or fixed amounts of
		/// more than the shares leave. Lend less, or bond more.
		LeaseExceedsStake,
		/// The lender gives `LEASES_MAX` leases already. Wait for one to end.
		TooManyGiven,
		/// The borrower receives `LEASES_MAX` leases already, and the smallest is more than half as large
		/// as the new one. Lend more, or wait for one to end.
		TooManyReceived,
		/// The caller has no lease of this number, or none any more.
		UnknownLease,
		/// The lease ends within the time of notice by itself. Wait for its end.
		EndsSoon,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::RateMin::get() > 0, "a rate of zero could never be left in steps");
			assert!(T::RateMin::get() <= T::RateMax::get());
			assert!(
				T::RateMax::get().checked_mul(u128::from(u32::MAX)).is_some(),
				"the index must not overflow before the block number does"
			);
			assert!(!T::RateChangeBlocks::get().is_zero());
			assert!(
				T::LeaseBlocksMax::get() / T::RateChangeBlocks::get() + 1u32.into()
					< RATES_PER_PAGE.into(),
				"a lease must not see more rates than a page holds"
			);
			assert!(!T::NoticeBlocks::get().is_zero());
			assert!(T::NoticeBlocks::get() <= T::LeaseBlocksMax::get());
			assert!(T::LentMin::get() >= 2, "half of it must not be zero");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Mints what the caller's stake has generated. Fees do this by themselves; the call serves
		/// those who want to see or pass on their LIT.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::claim())]
		pub fn claim(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_claim(&who)
		}

		/// Changes the rate of generation, by at most a factor of two either way. What has accrued
		/// until this block accrued at the old rate.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_rate())]
		pub fn set_rate(origin: OriginFor<T>, rate: u128) -> DispatchResult {
			T::RateOrigin::ensure_origin(origin)?;
			Self::do_set_rate(rate)
		}

		/// Lends income of the caller's stake to `borrower` until block `end`. What the stake has
		/// generated until this block is the caller's.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::lend())]
		pub fn lend(
			origin: OriginFor<T>,
			borrower: T::AccountId,
			terms: LeaseTerms,
			end: BlockNumberFor<T>,
		) -> DispatchResult {
			let lender = ensure_signed(origin)?;
			Self::do_lend(lender, borrower, terms, end)
		}

		/// Lets a lease that the caller gives end `NoticeBlocks` from now.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::end_lease())]
		pub fn end_lease(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
			let lender = ensure_signed(origin)?;
			Self::do_end_lease(lender, lease)
		}

		/// Ends a lease that the caller receives, in this block.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::give_back())]
		pub fn give_back(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
			let borrower = ensure_signed(origin)?;
			Self::do_give_back(borrower, lease)
		}

		/// Mints what `who` has been generated, and forgets its leases that have ended. Anybody may do
		/// this for anybody: for contracts, which send no transactions.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::claim_for())]
		pub fn claim_for(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_claim(&who)
		}
	}
}
