//! How long the periods of staking and governance are: days where value is at stake, minutes where
//! somebody develops or tests. One runtime serves both; genesis decides, and nothing changes it later.

use crate::BlockNumber;
use codec::{Decode, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame_support::{pallet_prelude::*, traits::Get};
use serde::{Deserialize, Serialize};

pub use pallet::*;

/// Length of the periods of staking and governance.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	MaxEncodedLen,
	TypeInfo,
	Serialize,
	Deserialize,
)]
pub enum Pace {
	/// Hours and days.
	#[default]
	Real,
	/// Seconds and minutes, for development and tests.
	Fast,
}

impl Pace {
	/// The pace of this chain.
	pub fn current() -> Self {
		Current::<crate::Runtime>::get()
	}

	/// `real` or `fast`, by the pace of this chain.
	pub fn pick<T>(real: T, fast: T) -> T {
		match Self::current() {
			Self::Real => real,
			Self::Fast => fast,
		}
	}
}

/// A number of blocks, eras or sessions that depends on the pace: `REAL` or `FAST`.
pub struct Paced<const REAL: BlockNumber, const FAST: BlockNumber>;
impl<const REAL: BlockNumber, const FAST: BlockNumber> Get<BlockNumber> for Paced<REAL, FAST> {
	fn get() -> BlockNumber {
		Pace::pick(REAL, FAST)
	}
}

/// Keeps the pace that genesis chose.
#[allow(clippy::cast_possible_truncation)] // the expansion casts indices of variants
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// Nothing is needed.
	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// The pace. Written at genesis only.
	#[pallet::storage]
	pub type Current<T: Config> = StorageValue<_, Pace, ValueQuery>;

	/// Genesis state.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The pace of this chain.
		pub pace: Pace,
		#[doc(hidden)]
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Current::<T>::put(self.pace);
		}
	}
}

impl Config for crate::Runtime {}
