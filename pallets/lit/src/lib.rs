//! Staked POP generates LIT, continuously and lazily; LIT pays every fee.
//!
//! # Terms
//!
//! *Stake*: POP that is bonded and can be slashed, as [`Config::Stake`] reports it: what staking
//! holds (unbonding POP included, until it is withdrawn) and Masternode bonds. *Index*: LIT units
//! that one POP unit has generated since genesis, times `INDEX_SCALE`. *Settling* an account
//! turns `stake · (index − index at its last settlement)` into pending LIT, with one multiplication
//! however much time has passed and however many stakers there are. *Pending* LIT is minted as
//! soon as the account is settled and its LIT balance then reaches the existential deposit.
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
//! # Invariants
//!
//! - `accounts[a].stake = Stake::stake_of(a)` for every account after every call, 0 where no record is.
//! - `accounts[a].index ≤ index(now)`; the index never falls.
//! - `0 ≤ Σ_t stake · rate − (minted + pending) < 1 + settlements` for each account, in LIT units:
//!   never one unit too much, at most one too little per settlement (rounding is always down).
//!
//! # What it does not do
//!
//! It moves no POP, decides no stake, and burns nothing: fees are burned by dropping their credit.
//! Lending LIT income needs no other record than [`Accrual`]: a lease is stake that another account's
//! [`Config::Stake`] counts. Clock: the parachain's block number.
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
pub use popnet_primitives::economics::INDEX_SCALE;
pub use types::{Accrual, Generation};
pub use weights::{ChargeLitWeight, WeightInfo};

use frame_support::{
	pallet_prelude::*,
	traits::fungible::{Inspect, Mutate},
};
use frame_system::pallet_prelude::*;
use popnet_primitives::{traits::StakeOf, Balance};

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
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Rate and index. Written by `set_rate` only.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, Generation<BlockNumberFor<T>>, ValueQuery>;

	/// Accounts that have stake or pending LIT. Bounded by the accounts that hold POP.
	#[pallet::storage]
	pub type Accounts<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, Accrual, OptionQuery>;

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
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The rate lies outside `RateMin ..= RateMax`. Choose one inside.
		RateOutOfRange,
		/// The rate would more than double or fall below half. Change it in several steps.
		RateStepTooLarge,
		/// There is nothing to claim: no stake, or less accrued than a LIT account must hold. Wait
		/// until `lit_available` shows more.
		NothingToClaim,
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
	}
}
