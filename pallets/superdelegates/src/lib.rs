//! Superdelegates: the set that screens all content, appointed from among the active Delegates.
//!
//! # Terms
//!
//! *Delegate*: an elected author of blocks; *active* while it belongs to the present session's set,
//! [`Config::Delegates`]. *Candidate*: an active Delegate who offers to screen, with an X25519
//! screening key and the hash of the model it runs. *Approval*: an active Delegate's statement that a
//! candidate is fit, one per voter and candidate. *Superdelegate* or *member*: a candidate in office.
//! *Seats*: how many may be in office.
//!
//! # Life of a membership
//!
//! `stand` → approvals → appointed by the next rotation → leaves. A *rotation* happens when a session
//! begins and when the number of seats changes: candidates and voters who are not active Delegates
//! any more are dropped, then the best [`Seats`] of the candidates whom more than half of the active
//! Delegates approve take office, more approvals first, earlier standing first among equals. Between
//! rotations nobody is appointed, but a member leaves at once when it withdraws, loses its majority
//! by a `disapprove`, or is no longer an active Delegate (checked in every block, at a cost that
//! depends on the seats only). [`Config::OnLeft`] hears of everyone who leaves.
//!
//! # Invariants
//!
//! - `members ⊆ candidates`, with the same screening key, and `|members| ≤ seats ≤ MaxSeats`.
//! - `|candidates| ≤ MaxCandidates`; approvals of a candidate are distinct and `≤ MaxDelegates`.
//! - Standings are distinct and below [`NextStanding`].
//!
//! # What it does not do
//!
//! It elects no Delegates, draws no panels, judges no content, and holds or moves no money. Clock:
//! none of its own, it is told when a session begins ([`SessionObserver`]).
#![cfg_attr(not(feature = "std"), no_std)]

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
pub use types::{is_low_order, Candidate, Departure, Member, ModelHash, ScreeningKey};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, DefaultNoBound};
use frame_system::pallet_prelude::*;
use popnet_primitives::traits::{DelegateSet, OnLeft, ScreeningSet, SessionObserver};

/// A candidate as stored.
pub type CandidateOf<T> =
	Candidate<<T as frame_system::Config>::AccountId, <T as Config>::MaxDelegates>;
/// A member as stored.
pub type MemberOf<T> = Member<<T as frame_system::Config>::AccountId>;

// The expansion casts indices of variants, of which there are never 256.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// What this pallet needs.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// The active Delegates.
		type Delegates: DelegateSet<Self::AccountId>;
		/// Who may change the number of seats.
		type SeatsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Hears of every member who leaves office.
		type OnLeft: OnLeft<Self::AccountId>;
		/// Most Delegates that can be active, thus most approvals of a candidate.
		#[pallet::constant]
		type MaxDelegates: Get<u32>;
		/// Most candidates at a time.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// Most seats.
		#[pallet::constant]
		type MaxSeats: Get<u32>;
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// How many Superdelegates there can be, 1 ..= `MaxSeats` after genesis.
	#[pallet::storage]
	pub type Seats<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// Superdelegates in office, in the order of their appointment's merit.
	#[pallet::storage]
	pub type Members<T: Config> = StorageValue<_, BoundedVec<MemberOf<T>, T::MaxSeats>, ValueQuery>;

	/// Delegates who offer to screen, `MaxCandidates` at most. Written by the candidates, their voters
	/// and rotations.
	#[pallet::storage]
	pub type Candidates<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, T::AccountId, CandidateOf<T>, OptionQuery>;

	/// The standing that the next candidate gets.
	#[pallet::storage]
	pub type NextStanding<T: Config> = StorageValue<_, u64, ValueQuery>;

	/// Genesis state.
	#[pallet::genesis_config]
	#[derive(DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Number of seats.
		pub seats: u32,
		/// Superdelegates from the first block on, with screening key and model hash; the Delegates
		/// active at genesis approve of them, or they of each other when there are none yet.
		pub members: Vec<(T::AccountId, ScreeningKey, ModelHash)>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::build_genesis(self);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A Delegate offers to screen.
		Stood {
			/// The candidate.
			who: T::AccountId,
			/// Where content keys will be sealed to.
			screening_key: ScreeningKey,
			/// The model the candidate will run.
			model: ModelHash,
		},
		/// A candidacy has ended: withdrawn, or its Delegate is no longer active.
		CandidacyEnded {
			/// The former candidate.
			who: T::AccountId,
		},
		/// A Delegate approves of a candidate.
		Approved {
			/// The Delegate.
			voter: T::AccountId,
			/// The candidate.
			candidate: T::AccountId,
		},
		/// A Delegate has taken its approval back.
		Disapproved {
			/// The Delegate.
			voter: T::AccountId,
			/// The candidate.
			candidate: T::AccountId,
		},
		/// A candidate is now a Superdelegate.
		Appointed {
			/// The Superdelegate.
			who: T::AccountId,
		},
		/// A Superdelegate has left office.
		Left {
			/// The former Superdelegate.
			who: T::AccountId,
			/// Why.
			reason: Departure,
		},
		/// The number of seats has changed.
		SeatsSet {
			/// Seats from now on.
			seats: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The caller is not an active Delegate. Be elected, and wait for the next session.
		NotActiveDelegate,
		/// The caller is a candidate already. Withdraw first to stand with another key or model.
		AlreadyCandidate,
		/// The account is not a candidate. Look it up among the candidates.
		NotCandidate,
		/// The screening key protects nothing: it is zero or of low order. Generate another.
		WeakScreeningKey,
		/// There are as many candidates as there can be. Wait until one withdraws.
		TooManyCandidates,
		/// The caller approves of this candidate already. There is nothing to do.
		AlreadyApproved,
		/// The caller does not approve of this candidate. There is nothing to take back.
		NotApproved,
		/// The candidate has as many approvals as can be counted. Try again in the next session.
		TooManyApprovals,
		/// The number of seats is zero or above `MaxSeats`. Choose one inside.
		SeatsOutOfRange,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			Self::remove_inactive_members()
		}

		fn integrity_test() {
			assert!(T::MaxSeats::get() > 0, "somebody has to screen");
			assert!(T::MaxSeats::get() <= T::MaxCandidates::get(), "seats could never be filled");
			assert!(T::MaxDelegates::get() > 0, "nobody could approve");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Offers to screen, with the X25519 key that content keys are sealed to and the hash of the
		/// model that will run. Only for active Delegates.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::stand())]
		pub fn stand(
			origin: OriginFor<T>,
			screening_key: ScreeningKey,
			model: ModelHash,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_stand(who, screening_key, model)
		}

		/// Ends the caller's candidacy; a Superdelegate leaves office at once.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw(who)
		}

		/// Approves of a candidate, who may be the caller. Only for active Delegates.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::approve())]
		pub fn approve(origin: OriginFor<T>, candidate: T::AccountId) -> DispatchResult {
			let voter = ensure_signed(origin)?;
			Self::do_approve(voter, candidate)
		}

		/// Takes an approval back; a Superdelegate who loses the majority by it leaves at once.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::disapprove())]
		pub fn disapprove(origin: OriginFor<T>, candidate: T::AccountId) -> DispatchResult {
			let voter = ensure_signed(origin)?;
			Self::do_disapprove(voter, candidate)
		}

		/// Changes the number of seats and fills them anew.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::set_seats(
			T::MaxCandidates::get(),
			T::MaxDelegates::get(),
		))]
		pub fn set_seats(origin: OriginFor<T>, seats: u32) -> DispatchResult {
			T::SeatsOrigin::ensure_origin(origin)?;
			Self::do_set_seats(seats)
		}
	}

	impl<T: Config> ScreeningSet<T::AccountId> for Pallet<T> {
		fn members() -> Vec<(T::AccountId, [u8; 32])> {
			Members::<T>::get()
				.into_iter()
				.map(|member| (member.who, member.screening_key))
				.collect()
		}
	}

	impl<T: Config> SessionObserver<T::AccountId> for Pallet<T> {
		fn on_new_session(active: Vec<T::AccountId>) {
			let weight = Self::rotate(&active);
			// The caller is a hook whose weight knows nothing of this work.
			frame_system::Pallet::<T>::register_extra_weight_unchecked(
				weight,
				DispatchClass::Mandatory,
			);
		}
	}
}
