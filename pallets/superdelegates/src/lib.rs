//! Superdelegates: the set that screens all content, appointed from among the active Delegates.
//!
//! # Terms
//!
//! *Delegate*: an elected author of blocks; *active* while it belongs to the present session's set,
//! [`Config::Delegates`], with the *stake* that elected it. *Candidate*: an active Delegate who offers
//! to screen, with an X25519 screening key and the hash of the model it runs. *Approval*: an active
//! Delegate's statement that a candidate is fit, one per voter and candidate, which weighs as much as
//! the voter's stake. *Superdelegate* or *member*: a candidate in office. *Seats*: how many may be in
//! office. *Strike*: a duty that was missed, or a verdict that was reversed. *Barred*: not admitted
//! as a candidate.
//!
//! # Life of a membership
//!
//! `stand` → approvals → appointed by the next rotation → leaves. A *rotation* happens when an era
//! begins and when the number of seats changes: the best [`Seats`] of the candidates whom more than
//! half of the active Delegates' stake approves take office, more approving stake first, earlier
//! standing first among equals. Between rotations nobody is appointed, but a member leaves at once
//!
//! - when it withdraws, or loses its majority by a `disapprove`;
//! - when it is no longer an active Delegate: checked in every block, at a cost that depends on the
//!   seats only, and when a session begins, which also drops candidates and voters who are not active
//!   any more;
//! - at its [`Config::StrikesMax`]-th strike, where strikes are forgotten [`Config::StrikeEras`] eras
//!   after the latest one; it is barred for [`Config::CoolDownEras`] eras;
//! - by `recall`, the token holders' call; it is barred for [`Config::RecallEras`] eras.
//!
//! [`Config::OnLeft`] hears of everyone who leaves, [`Config::Offences`] of every strike.
//!
//! # Invariants
//!
//! - `members ⊆ candidates`, with the same screening key and model, and `|members| ≤ seats ≤ MaxSeats`.
//! - `|candidates| ≤ MaxCandidates`; approvals of a candidate are distinct and `≤ MaxDelegates`.
//! - Standings are distinct and below [`NextStanding`]. No model's hash is zero.
//! - ∀ `b ∈ Barred`: `b.who ∉ candidates`, `CurrentEra < b.until`. The accounts are distinct.
//! - ∀ `s ∈ StruckAccounts`: `0 < s.count < StrikesMax`, `s.last ≤ CurrentEra < s.last + StrikeEras`.
//!   The accounts are distinct.
//!
//! # What it does not do
//!
//! It elects no Delegates, draws no panels, judges no content, and holds, moves or slashes no money.
//! Clock: none of its own, it is told when sessions ([`SessionObserver`]) and eras ([`EraObserver`])
//! begin.
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
pub use types::{
	is_low_order, is_majority, Bar, Candidate, Departure, EraIndex, Member, ModelHash,
	ScreeningKey, Strikes,
};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, DefaultNoBound};
use frame_system::pallet_prelude::*;
use popnet_primitives::{
	content::ContentId,
	traits::{
		DelegateSet, EraObserver, OnLeft, OnMissed, ReportDuty, ScreeningSet, SessionObserver,
	},
};

/// A candidate as stored.
pub type CandidateOf<T> =
	Candidate<<T as frame_system::Config>::AccountId, <T as Config>::MaxDelegates>;
/// A member as stored.
pub type MemberOf<T> = Member<<T as frame_system::Config>::AccountId>;
/// Strikes as stored.
pub type StrikesOf<T> = Strikes<<T as frame_system::Config>::AccountId>;
/// A bar as stored.
pub type BarOf<T> = Bar<<T as frame_system::Config>::AccountId>;

// The expansion casts indices of variants, of which there are never 256.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// What this pallet needs.
	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
		/// Eras for which a member that left for its strikes cannot stand.
		#[pallet::constant]
		type CoolDownEras: Get<EraIndex>;
		/// The active Delegates.
		type Delegates: DelegateSet<Self::AccountId>;
		/// Most candidates at a time, and most accounts with strikes or a bar: of these the oldest
		/// record makes room.
		#[pallet::constant]
		type MaxCandidates: Get<u32>;
		/// Most Delegates that can be active, thus most approvals of a candidate.
		#[pallet::constant]
		type MaxDelegates: Get<u32>;
		/// Most seats.
		#[pallet::constant]
		type MaxSeats: Get<u32>;
		/// Hears of every strike, so that stake can be slashed.
		type Offences: ReportDuty<Self::AccountId>;
		/// Hears of every member who leaves office.
		type OnLeft: OnLeft<Self::AccountId>;
		/// Eras for which a recalled account cannot stand.
		#[pallet::constant]
		type RecallEras: Get<EraIndex>;
		/// Who may recall a Superdelegate.
		type RecallOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Who may change the number of seats.
		type SeatsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Eras after the latest strike in which strikes still count.
		#[pallet::constant]
		type StrikeEras: Get<EraIndex>;
		/// Strikes that end a membership.
		#[pallet::constant]
		type StrikesMax: Get<u32>;
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

	/// The present era, as the runtime has told.
	#[pallet::storage]
	pub type CurrentEra<T: Config> = StorageValue<_, EraIndex, ValueQuery>;

	/// Accounts with strikes that count, the latest last. Those that do not are dropped when an era
	/// begins.
	#[pallet::storage]
	pub type StruckAccounts<T: Config> =
		StorageValue<_, BoundedVec<StrikesOf<T>, T::MaxCandidates>, ValueQuery>;

	/// Accounts that cannot stand, the latest last. Those whose time is over are dropped when an era
	/// begins.
	#[pallet::storage]
	pub type Barred<T: Config> =
		StorageValue<_, BoundedVec<BarOf<T>, T::MaxCandidates>, ValueQuery>;

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
		/// A candidate runs another model from now on.
		ModelDeclared {
			/// The candidate, who may be in office.
			who: T::AccountId,
			/// The model.
			model: ModelHash,
		},
		/// An account has missed a duty, or a verdict of it was reversed.
		Struck {
			/// The account.
			who: T::AccountId,
			/// Its strikes that count.
			strikes: u32,
		},
		/// An account cannot stand for a while.
		BarredUntil {
			/// The account.
			who: T::AccountId,
			/// First era in which it can stand again.
			era: EraIndex,
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
		/// The hash of the model is zero, which no digest is. Take the one that the node logs when it
		/// starts.
		ZeroModel,
		/// The caller runs this model already. There is nothing to declare.
		SameModel,
		/// The caller was recalled or left for its strikes. Stand when the era has come that
		/// `BarredUntil` named.
		StillBarred,
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
			assert!(T::StrikesMax::get() > 0, "nobody could stay in office");
			assert!(T::StrikeEras::get() > 0, "strikes would never count");
			assert!(
				T::CoolDownEras::get() > 0 && T::RecallEras::get() > 0,
				"whoever is barred could stand at once"
			);
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
		#[pallet::weight(T::WeightInfo::withdraw().saturating_add(T::OnLeft::weight()))]
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
		#[pallet::weight(
			T::WeightInfo::disapprove(T::MaxDelegates::get()).saturating_add(T::OnLeft::weight())
		)]
		pub fn disapprove(origin: OriginFor<T>, candidate: T::AccountId) -> DispatchResult {
			let voter = ensure_signed(origin)?;
			Self::do_disapprove(voter, candidate)
		}

		/// Changes the number of seats and fills them anew.
		#[pallet::call_index(4)]
		#[pallet::weight(
			T::WeightInfo::set_seats(T::MaxCandidates::get(), T::MaxDelegates::get())
				.saturating_add(T::OnLeft::weight().saturating_mul(T::MaxSeats::get().into()))
		)]
		pub fn set_seats(origin: OriginFor<T>, seats: u32) -> DispatchResult {
			T::SeatsOrigin::ensure_origin(origin)?;
			Self::do_set_seats(seats)
		}

		/// Ends membership and candidacy of `who` at once and bars it. An account that is neither is
		/// barred too, so that nobody escapes by withdrawing while the referendum is under way.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::recall().saturating_add(T::OnLeft::weight()))]
		pub fn recall(origin: OriginFor<T>, who: T::AccountId) -> DispatchResult {
			T::RecallOrigin::ensure_origin(origin)?;
			Self::expel(&who, Departure::Recalled, T::RecallEras::get());
			Ok(())
		}

		/// Tells that the caller, a candidate or in office, runs another model. Approvals stay, and
		/// can be taken back.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::declare_model())]
		pub fn declare_model(origin: OriginFor<T>, model: ModelHash) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_declare_model(who, model)
		}
	}

	impl<T: Config> ScreeningSet<T::AccountId> for Pallet<T> {
		fn members() -> Vec<(T::AccountId, [u8; 32])> {
			Members::<T>::get()
				.into_iter()
				.map(|member| (member.who, member.screening_key))
				.collect()
		}

		fn model_of(who: &T::AccountId) -> Option<[u8; 32]> {
			Members::<T>::get()
				.into_iter()
				.find(|member| member.who == *who)
				.map(|member| member.model)
		}
	}

	// The callers of both observers are hooks whose weight knows nothing of this work.
	impl<T: Config> SessionObserver<T::AccountId> for Pallet<T> {
		fn on_new_session(active: Vec<T::AccountId>) {
			let weight = Self::drop_inactive(&active);
			frame_system::Pallet::<T>::register_extra_weight_unchecked(
				weight,
				DispatchClass::Mandatory,
			);
		}
	}

	impl<T: Config> EraObserver for Pallet<T> {
		fn on_new_era(era: EraIndex) {
			let weight = Self::begin_era(era).saturating_add(Self::rotate());
			frame_system::Pallet::<T>::register_extra_weight_unchecked(
				weight,
				DispatchClass::Mandatory,
			);
		}
	}

	impl<T: Config> OnMissed<T::AccountId> for Pallet<T> {
		fn missed(who: &T::AccountId, _: ContentId) {
			T::Offences::missed(who, Self::strike(who));
		}

		fn reversed(who: &T::AccountId, _: ContentId) {
			Self::strike(who);
			T::Offences::reversed(who);
		}

		fn weight() -> Weight {
			T::WeightInfo::strike()
				.saturating_add(T::Offences::weight())
				.saturating_add(T::OnLeft::weight())
		}
	}
}
