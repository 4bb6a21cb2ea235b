//! Origins that a referendum can act with, one for each kind of decision.

use crate::{OriginCaller, RuntimeOrigin};
use core::marker::PhantomData;
use frame_support::traits::{EnsureOrigin, OriginTrait};
use frame_system::RawOrigin;
pub use pallet::*;

/// Gives the runtime its governance origins; has no calls and no storage.
#[allow(clippy::cast_possible_truncation)] // the expansion casts indices of variants
#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;

	/// Nothing is needed.
	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// A kind of decision that token holders can take.
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
	#[pallet::origin]
	pub enum Origin {
		/// Parameters of the economy: the rate of LIT, the split of rewards, limits of pools.
		Economy,
		/// The moderation policy: categories and thresholds.
		ModerationPolicy,
		/// Superdelegates: number of seats, recall of one.
		Superdelegates,
		/// Staking: cancelling slashes, commission bounds, unpublished exits of Masternodes.
		Staking,
		/// Spending from the treasury.
		Treasury,
		/// Cancelling a referendum, deposits returned.
		ReferendumCanceller,
		/// Killing a referendum, deposits slashed.
		ReferendumKiller,
	}
}

impl Config for crate::Runtime {}

/// A kind of decision, as a type.
pub trait Kind {
	/// The origin of the referenda that decide it.
	const ORIGIN: Origin;
}

/// Root, or a referendum of the kind `K`.
pub struct Ensure<K>(PhantomData<K>);

impl<K: Kind> EnsureOrigin<RuntimeOrigin> for Ensure<K> {
	type Success = ();

	fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
		match origin.caller() {
			OriginCaller::system(RawOrigin::Root) => Ok(()),
			OriginCaller::Origins(decided) if *decided == K::ORIGIN => Ok(()),
			_ => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(K::ORIGIN.into())
	}
}

/// Parameters of the economy.
pub struct Economy;
impl Kind for Economy {
	const ORIGIN: Origin = Origin::Economy;
}

/// The moderation policy.
pub struct ModerationPolicy;
impl Kind for ModerationPolicy {
	const ORIGIN: Origin = Origin::ModerationPolicy;
}

/// Superdelegates.
pub struct Superdelegates;
impl Kind for Superdelegates {
	const ORIGIN: Origin = Origin::Superdelegates;
}

/// Staking.
pub struct Staking;
impl Kind for Staking {
	const ORIGIN: Origin = Origin::Staking;
}

/// The treasury.
pub struct Treasury;
impl Kind for Treasury {
	const ORIGIN: Origin = Origin::Treasury;
}

/// Cancelling referenda.
pub struct ReferendumCanceller;
impl Kind for ReferendumCanceller {
	const ORIGIN: Origin = Origin::ReferendumCanceller;
}

/// Killing referenda.
pub struct ReferendumKiller;
impl Kind for ReferendumKiller {
	const ORIGIN: Origin = Origin::ReferendumKiller;
}
