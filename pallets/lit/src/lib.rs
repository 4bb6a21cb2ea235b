//! Staked POP generates LIT, continuously and lazily; LIT pays every fee.
//!
//! # Terms
//!
//! *Stake*: POP that is bonded and can be slashed, as [`Config::Stake`] reports it: what staking
//! holds (unbonding POP included, until it is withdrawn) and Masternode bonds. *Index*: LIT units
//! that one POP unit has generated since genesis, times [`INDEX_SCALE`]. *Settling* an account
//! turns `stake · (index − index at its last settlement)` into pending LIT, with one multiplication
//! however much time has passed and however many stakers there are. *Pending* LIT is minted as
//! soon as the account is settled and its LIT balance then reaches the existential deposit.
//!
//! # Life of an accrual
//!
//! Whatever changes stake goes through [`ObservedHolds`], which settles the account with the stake
//! it had and records the new one. Whoever pays a fee is settled first ([`ChargeLit`]), so accrued
//! LIT pays without a claim. Nothing runs per block, and nothing loops over stakers.
//!
//! # Invariants
//!
//! - `accounts[a].stake = Stake::stake_of(a)` for every account after every call.
//! - `accounts[a].index ≤ index(now)`; the index never falls.
//! - LIT minted for an account over any period ≤ ∫ stake · rate, and less by at most one unit per
//!   settlement (rounding is always down).
//!
//! # What it does not do
//!
//! It moves no POP, decides no stake, and burns nothing: fees are burned by dropping their credit.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod fee;
mod observed;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
pub mod weights;

pub use fee::ChargeLit;
pub use observed::ObservedHolds;
pub use pallet::*;
pub use popnet_primitives::economics::INDEX_SCALE;
pub use weights::WeightInfo;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	pallet_prelude::*,
	traits::fungible::{Inspect, Mutate},
};
use frame_system::pallet_prelude::*;
use popnet_primitives::{
	economics::{accrued, advance_index},
	traits::{StakeObserver, StakeOf},
	Balance,
};
use scale_info::TypeInfo;
use sp_runtime::traits::{SaturatedConversion, Saturating};

/// What is recorded about an account that has or had stake.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq,
	Debug, Default,
)]
pub struct Accrual {
	/// Stake since the last settlement, in POP units.
	pub stake: Balance,
	/// The index at the last settlement.
	pub index: u128,
	/// LIT units that are generated but not minted yet.
	pub pending: Balance,
}

impl Accrual {
	/// The accrual after settling at `index`.
	fn settled(self, index: u128) -> Self {
		let generated = accrued(self.stake, self.index, index);
		Self { stake: self.stake, index, pending: self.pending.saturating_add(generated) }
	}
}

/// The rate of generation and the index up to the block of its last change.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, Copy, PartialEq, Eq,
	Debug, Default,
)]
pub struct Generation<BlockNumber> {
	/// Index units per block.
	pub rate: u128,
	/// The index when the rate took effect.
	pub index: u128,
	/// The block in which the rate took effect.
	pub since: BlockNumber,
}

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
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Rate and index.
	#[pallet::storage]
	pub type Current<T: Config> =
		StorageValue<_, Generation<BlockNumberFor<T>>, ValueQuery>;

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
		/// Index units per block.
		pub rate: u128,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
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
			// The fee of this very call has settled the account already when it was not free.
			let accrual = Accounts::<T>::get(&who).ok_or(Error::<T>::NothingToClaim)?;
			let had_stake = accrual.stake > 0;
			let minted = Self::settle(&who);
			ensure!(minted > 0 || had_stake, Error::<T>::NothingToClaim);
			Ok(())
		}

		/// Changes the rate of generation, by at most a factor of two either way.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::set_rate())]
		pub fn set_rate(origin: OriginFor<T>, rate: u128) -> DispatchResult {
			T::RateOrigin::ensure_origin(origin)?;
			ensure!(
				(T::RateMin::get()..=T::RateMax::get()).contains(&rate),
				Error::<T>::RateOutOfRange
			);
			let from = Current::<T>::get().rate;
			ensure!(
				from == 0 || (rate >= from / 2 && rate <= from.saturating_mul(2)),
				Error::<T>::RateStepTooLarge
			);
			let index = Self::current_index();
			let since = frame_system::Pallet::<T>::block_number();
			Current::<T>::put(Generation { rate, index, since });
			Self::deposit_event(Event::RateChanged { from, to: rate });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// The index in this block.
		pub fn current_index() -> u128 {
			let current = Current::<T>::get();
			let now = frame_system::Pallet::<T>::block_number();
			let blocks: u32 = now.saturating_sub(current.since).saturated_into();
			advance_index(current.index, current.rate, blocks)
		}

		/// Settles `who` and mints what is pending, as far as the LIT account can take it. Returns
		/// the LIT units minted.
		pub fn settle(who: &T::AccountId) -> Balance {
			let Some(accrual) = Accounts::<T>::get(who) else { return 0 };
			let mut settled = accrual.settled(Self::current_index());
			let minted = Self::mint(who, settled.pending);
			settled.pending = settled.pending.saturating_sub(minted);
			if settled != accrual {
				Self::record(who, settled);
			}
			minted
		}

		/// LIT units that `who` can spend now: what is in the account and could leave it, and what
		/// would be minted first.
		pub fn available(who: &T::AccountId) -> Balance {
			let pending = Accounts::<T>::get(who)
				.map(|accrual| accrual.settled(Self::current_index()).pending)
				.unwrap_or_default();
			let total = T::Lit::balance(who).saturating_add(pending);
			if total < T::Lit::minimum_balance() {
				return 0;
			}
			total
		}

		/// LIT units that `stake` POP units generate in a day at the present rate.
		pub fn projection(stake: Balance) -> Balance {
			let blocks: u32 = T::BlocksPerDay::get().saturated_into();
			accrued(stake, 0, advance_index(0, Current::<T>::get().rate, blocks))
		}

		fn mint(who: &T::AccountId, amount: Balance) -> Balance {
			let lands = T::Lit::balance(who).saturating_add(amount) >= T::Lit::minimum_balance();
			if amount == 0 || !lands {
				return 0;
			}
			// Fails only when the total supply would overflow; the LIT then stays pending.
			let Ok(minted) = T::Lit::mint_into(who, amount) else { return 0 };
			Minted::<T>::mutate(|total| *total = total.saturating_add(minted));
			Self::deposit_event(Event::Generated { who: who.clone(), amount: minted });
			minted
		}

		fn record(who: &T::AccountId, accrual: Accrual) {
			if accrual.stake == 0 && accrual.pending == 0 {
				Accounts::<T>::remove(who);
			} else {
				Accounts::<T>::insert(who, accrual);
			}
		}

		/// Checks the invariants of the header.
		#[cfg(any(feature = "try-runtime", test))]
		pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
			let index = Self::current_index();
			for (who, accrual) in Accounts::<T>::iter() {
				ensure!(accrual.index <= index, "an account is settled in the future");
				ensure!(accrual.stake == T::Stake::stake_of(&who), "recorded stake is stale");
				ensure!(accrual.stake > 0 || accrual.pending > 0, "an empty record is stored");
			}
			Ok(())
		}
	}

	impl<T: Config> StakeObserver<T::AccountId> for Pallet<T> {
		fn stake_changed(who: &T::AccountId) {
			let index = Self::current_index();
			let accrual = Accounts::<T>::get(who).unwrap_or_default().settled(index);
			Self::record(who, Accrual { stake: T::Stake::stake_of(who), ..accrual });
		}
	}
}
