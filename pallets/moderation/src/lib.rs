//! # Moderation: policy, panels, verdicts
//!
//! Decides, before anybody can read an item, whether the network carries it: a panel of
//! Superdelegates drawn by lot screens it, and what more than half of them find decides.
//!
//! ## Terms
//!
//! - **Policy**: the categories in which items are scored, each with the score that rejects, and the
//!   models that may score; without a list any may.
//! - **Panel**: [`Config::PanelSize`] Superdelegates drawn for one item, or as many as there are,
//!   but never fewer than [`PANEL_MIN`].
//! - **Round**: the block in which a panel was drawn. It tells the two panels of an item apart.
//! - **Verdict**: what one member found, with the digest of the model that found it: the one that the
//!   member has declared ([`ScreeningSet::model_of`]) and the policy admits.
//! - **Commit, reveal**: a member publishes a salted digest of its verdict first and the verdict when
//!   all have committed, so that nobody can copy. The digest covers item, round and member.
//! - **Silent**: a member that did not commit or did not reveal in time.
//! - **Substitute**: a member drawn in the place of one that has left office.
//!
//! ## Life of a panel
//!
//! ```text
//!             ┌──────── Substituting ◄───────┐ a member leaves office
//!             ▼                              │
//! open ─► Drawing ─► Sealing ─► Committing ──┤
//!            ▲          │ no keys    │ all   │
//!            │          ▼            ▼       │ too few
//!            │       Decided ◄── Revealing ──┤
//!            └───────────────────────────────┘ once
//! ```
//!
//! - **Drawing**: [`Config::DrawDelay`] blocks after the registration, from [`Config::Randomness`]
//!   that was fixed after it, so that nobody can try out ids until a panel suits. Never drawn are the
//!   publisher, members whose model the policy does not admit, and those with [`Config::DutiesMax`]
//!   open items; silent members of a first panel only when there are too few others. While the
//!   randomness is too old or fewer than [`PANEL_MIN`] can be drawn, the draw is repeated; at the
//!   [`Config::DrawAttemptsMax`]-th failure the item is undecided.
//! - **Sealing**: the publisher seals the content key to each member that lacks it, in panel order.
//! - **Committing, Revealing**: each ends when everybody has done it, or at its deadline. What more
//!   than half of the panel agree on decides: a defect, a score that reaches its threshold, or that
//!   none does. The silent agree with nobody. Without a majority another panel is drawn, once, then
//!   the item is undecided.
//! - **Substituting**: a member that leaves office before members can reveal loses its seat, and its
//!   commitment with it. [`Config::DrawDelay`] blocks later a substitute is drawn, from randomness
//!   that was fixed after the departure; the publisher seals the key to it, and everybody has the
//!   whole time to commit once more. The others keep their seats, keys and commitments meanwhile and
//!   go on. Where there is no substitute, or the item has had [`Config::SubstitutesMax`], the seat
//!   stays vacant: its vote counts as silent, and too few members are dismissed like a panel without
//!   majority. Once others can reveal, nobody can be replaced any more without seeing their verdicts:
//!   who leaves then is still bound to reveal.
//!
//! What hooks do for an item its registration pays: [`WeightInfo::screening_of_item`]. Departures are
//! worked off before deadlines, so that nobody is blamed for duties that it lost with its office.
//!
//! ## Rewards
//!
//! A revealed verdict earns [`points_for`] the item's size, recorded with [`Config::Work`]. Withheld are
//! those of the silent, and of verdicts that are far from what the panel decided ([`deviates`]).
//!
//! ## Clock
//!
//! Parachain blocks, from [`Config::BlockNumberProvider`].
//!
//! ## Invariants (checked by `try_state`)
//!
//! - ∀ panel `p`: p.phase = Decided ⇔ p.deadline = None; p.deadline = Some(d) ⇔ (d, p) ∈ Deadlines.
//! - { p | p.phase ≠ Decided } = items in state Screening.
//! - Duties = { (m, p) | m ∈ p.members, p.phase ∈ {Sealing, Substituting, Committing} or
//!   (p.phase = Revealing, m.commitment ≠ None, m.verdict = None) }.
//! - ∀ member `m`: OpenDuties(m) = |{ p | (m, p) ∈ Duties }| ≤ DutiesMax.
//! - ∀ panel `p` with p.phase ∈ {Sealing, Substituting, Committing}: each of its members is in office
//!   or in Departures.
//! - ∀ panel `p`: SealedKeys(p) exists ⇔ p.keys > 0 and p is not Decided, and then
//!   |SealedKeys(p)| = p.keys. p.keys ≤ |p.members|, with equality when p.phase ∈ {Committing,
//!   Revealing} and without when p.phase = Sealing.
//! - ∀ member `m`: m.verdict ≠ None ⇒ m.commitment ≠ None, of the same model, and the phase is
//!   Revealing or Decided; m.commitment ≠ None ⇒ it has its key and the policy admits its model.
//! - ∀ panel `p` that is not Decided: p.phase = Drawing ⇔ p.seats = 0; p.phase ∈ {Sealing, Committing,
//!   Revealing} ⇒ |p.members| ≥ p.majority; p.phase = Substituting ⇔ p.vacant_since ≠ None ⇒
//!   |p.members| < p.seats; p.failed_draws < DrawAttemptsMax.
//! - ∀ panel `p` with members: they are distinct, at most p.seats ≥ [`PANEL_MIN`], none is the
//!   publisher, and p.requested_at < p.round ≤ now. p.substitutes ≤ SubstitutesMax.
//! - Outcomes(p) exists ⇒ p.phase = Decided. ∀ panel `p`: p.policy ∈ Policies.
//! - CurrentPolicy = Some(v) ⇒ Policies = {0, …, v}; CurrentPolicy = None ⇒ Policies = ∅. Lists of
//!   AdmittedModels belong to a policy, are not empty and name each model once.
//!
//! ## What it does not do
//!
//! It does not look at media (the members' nodes do), move deposits (`pallet-content` does), pay
//! ([`Config::Work`] is told) or slash ([`Config::OnMissed`] is told who was silent).
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

pub mod crypto;
pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod offchain;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

// The macros number variants of enums by casts.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::Randomness, weights::WeightMeter};
	use frame_system::{
		offchain::{AppCrypto, CreateSignedTransaction},
		pallet_prelude::*,
	};
	use popnet_primitives::{
		content::ContentId,
		moderation::{Category, Decision, Policy, RiskVector, Verdict, SCORE_MAX},
		rewards::RecordWork,
		traits::{OnLeft, OnMissed, Registry, ScreeningSet},
		AccountId, BlockNumber,
	};
	use sp_runtime::traits::BlockNumberProvider;

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId> + CreateSignedTransaction<Call<Self>>
	{
		/// Keys by which off-chain workers sign, normally [`crate::crypto::SuperdelegateAuthId`].
		type AuthorityId: AppCrypto<Self::Public, Self::Signature>;
		/// Makes items that benchmarks can decide on.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper;
		/// The clock: parachain blocks.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// Blocks in which members screen and commit.
		#[pallet::constant]
		type CommitPeriod: Get<BlockNumber>;
		/// Largest difference of a score from its panel's median that is still rewarded, in basis
		/// points: models that were run on different machines, or trained anew, differ a little.
		#[pallet::constant]
		type DeviationMax: Get<u16>;
		/// Draws for an item that fail before it is given up, or its panel goes on without a substitute.
		#[pallet::constant]
		type DrawAttemptsMax: Get<u32>;
		/// Blocks between the registration of an item, the dismissal of its first panel or the departure
		/// of a member, and the draw: enough for the randomness to be fixed later than that, or each draw
		/// fails once.
		#[pallet::constant]
		type DrawDelay: Get<BlockNumber>;
		/// Blocks between a draw that failed and the next.
		#[pallet::constant]
		type DrawRetryPeriod: Get<BlockNumber>;
		/// Open items of a member beyond which it is not drawn, so that nobody can be given more than
		/// it can do and be blamed for it.
		#[pallet::constant]
		type DutiesMax: Get<u32>;
		/// Who may change the policy.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Blocks in which the publisher seals the content key to the panel.
		#[pallet::constant]
		type KeysPeriod: Get<BlockNumber>;
		/// Who is told that a member was silent; it may leave office for it at once.
		type OnMissed: OnMissed<AccountId>;
		/// Members of a full panel: odd, [`PANEL_MIN`] ..= [`PANEL_MAX`].
		#[pallet::constant]
		type PanelSize: Get<u32>;
		/// Randomness that no author of a parachain block chooses, different for each subject, with the
		/// block of this pallet's clock since which anybody can have known it. Read at the end of the
		/// block that draws.
		type Randomness: Randomness<[u8; 32], BlockNumber>;
		/// The items.
		type Registry: Registry<AccountId>;
		/// Blocks in which members reveal.
		#[pallet::constant]
		type RevealPeriod: Get<BlockNumber>;
		/// The Superdelegates.
		type ScreeningSet: ScreeningSet<AccountId>;
		/// Substitutes that are drawn for one item at most; its registration pays for as many.
		#[pallet::constant]
		type SubstitutesMax: Get<u32>;
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
		/// Counts verdicts, for rewards.
		type Work: RecordWork<AccountId>;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Every policy that was ever in force; an old decision names a category of its own. Grows by
	/// governance only.
	#[pallet::storage]
	pub type Policies<T: Config> = StorageMap<_, Twox64Concat, PolicyVersion, Policy, OptionQuery>;

	/// The models that a policy admits; none where it admits any. At most one list per policy.
	#[pallet::storage]
	pub type AdmittedModels<T: Config> =
		StorageMap<_, Twox64Concat, PolicyVersion, ModelList, ValueQuery>;

	/// The policy in force; without one nothing can be registered.
	#[pallet::storage]
	pub type CurrentPolicy<T: Config> = StorageValue<_, PolicyVersion, OptionQuery>;

	/// The panels, one per item, kept with their verdicts until the item is forgotten.
	#[pallet::storage]
	pub type Panels<T: Config> = StorageMap<_, Blake2_128Concat, ContentId, Panel, OptionQuery>;

	/// The content key, sealed to the members that can open the item, in panel order, while the panel
	/// needs it.
	#[pallet::storage]
	pub type SealedKeys<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, SealedKeyList, OptionQuery>;

	/// Items that a member is drawn for and has not done with, for its off-chain worker and for its
	/// departure: from the draw until it has revealed, or can no longer. At most [`Config::DutiesMax`]
	/// for each member.
	#[pallet::storage]
	pub type Duties<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Blake2_128Concat,
		ContentId,
		(),
		OptionQuery,
	>;

	/// How many duties each member has who has any. One value, since most draws look at most members.
	#[pallet::storage]
	pub type OpenDuties<T: Config> = StorageValue<_, DutyCounts, ValueQuery>;

	/// Superdelegates who have left office with duties, each with the last of these, in the order of
	/// the map, that was passed on. Worked off by hooks, normally in the same block.
	#[pallet::storage]
	pub type Departures<T: Config> =
		StorageMap<_, Blake2_128Concat, AccountId, Option<ContentId>, OptionQuery>;

	/// Panels that have not decided, by the block at which their phase ends. One entry per panel.
	#[pallet::storage]
	pub type Deadlines<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		BlockNumber,
		Blake2_128Concat,
		ContentId,
		(),
		OptionQuery,
	>;

	/// First block whose deadlines are not worked off yet.
	#[pallet::storage]
	pub type DeadlinesFrom<T: Config> = StorageValue<_, BlockNumber, OptionQuery>;

	/// Median scores of decided items. At most one per panel.
	#[pallet::storage]
	pub type Outcomes<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, RiskVector, OptionQuery>;

	/// Duties that a Superdelegate has missed, ever. One counter per account that was drawn.
	#[pallet::storage]
	pub type Missed<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

	/// The first policy.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Categories in the order of the risk vector. When empty, nothing can be registered until
		/// governance sets a policy.
		pub policy: Vec<Category>,
		/// Models that the first policy admits; when empty, any.
		pub models: Vec<ModelHash>,
		/// Ties the configuration to the runtime.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			if self.policy.is_empty() {
				return;
			}
			let set = Pallet::<T>::make_first_policy(self.policy.clone(), self.models.clone());
			assert!(set.is_ok(), "the policy at genesis is invalid: {set:?}");
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A policy is in force for panels that are drawn from now on.
		PolicySet {
			/// Its number.
			version: PolicyVersion,
		},
		/// The panel of an item is drawn; its publisher has to seal the content key to it.
		PanelDrawn {
			/// The item.
			id: ContentId,
			/// Members in panel order.
			members: PanelVec<AccountId>,
			/// Block by which the keys must be sealed.
			deadline: BlockNumber,
		},
		/// There are too few Superdelegates for a panel, or the randomness is as old as the request for
		/// it or for a substitute; the draw will be repeated.
		DrawPostponed {
			/// The item.
			id: ContentId,
			/// Block of the next draw.
			until: BlockNumber,
		},
		/// The publisher has sealed the content key to all members; they screen and commit.
		KeysSealed {
			/// The item.
			id: ContentId,
			/// Block by which members must commit, or at which substitutes for others are drawn.
			deadline: BlockNumber,
		},
		/// The publisher did not seal the content key in time.
		KeysMissing {
			/// The item.
			id: ContentId,
		},
		/// A member has committed to its verdict.
		Committed {
			/// The item.
			id: ContentId,
			/// The member.
			member: AccountId,
		},
		/// Members reveal their verdicts.
		RevealOpened {
			/// The item.
			id: ContentId,
			/// Block by which members must reveal.
			deadline: BlockNumber,
		},
		/// A member has revealed its verdict.
		Revealed {
			/// The item.
			id: ContentId,
			/// The member.
			member: AccountId,
			/// BLAKE3 digest of the model that found it.
			model: [u8; 32],
		},
		/// A member did not do its duty in time.
		MissedDuty {
			/// The item.
			id: ContentId,
			/// The member.
			member: AccountId,
			/// What it missed.
			duty: Duty,
		},
		/// Too few members did their duty, or no majority agrees; another panel will be drawn.
		PanelDismissed {
			/// The item.
			id: ContentId,
			/// Block of the draw.
			draw_at: BlockNumber,
		},
		/// The screening of an item is over.
		Decided {
			/// The item.
			id: ContentId,
			/// What the panel decided.
			decision: Decision,
		},
		/// The policy in force admits these models only, or any if there are none.
		ModelsAdmitted {
			/// Number of the policy.
			version: PolicyVersion,
			/// The models.
			models: ModelList,
		},
		/// A member has left office and lost its seat on a panel.
		SeatVacated {
			/// The item.
			id: ContentId,
			/// The former member.
			member: AccountId,
			/// Block at which a substitute is drawn; `None` when there have been so many already
			/// that the seat stays vacant.
			draw_at: Option<BlockNumber>,
		},
		/// Substitutes are drawn for members who have left; the publisher has to seal the content key to
		/// them.
		SubstitutesDrawn {
			/// The item.
			id: ContentId,
			/// The substitutes, who come last in panel order. None where nobody could be drawn.
			members: PanelVec<AccountId>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// No policy is in force. Governance has to set one first.
		NoPolicy,
		/// The policy has no category, so that it would pass everything.
		EmptyPolicy,
		/// A threshold lies outside 1 ..= 10,000 basis points.
		InvalidThreshold,
		/// A category's name is empty or has other characters than lower case letters, digits and
		/// hyphens.
		InvalidCategoryName,
		/// Two categories have one name.
		DuplicateCategory,
		/// All version numbers of policies are used.
		TooManyPolicies,
		/// The item is being screened, or was.
		AlreadyOpen,
		/// No screening is open for the item.
		NoScreening,
		/// Only the account that registered the item may seal its key.
		NotOwner,
		/// The panel does not wait for keys: it is not drawn yet, or has them.
		NotSealing,
		/// There must be exactly one sealed key for each member, in panel order. Look the panel up
		/// again: a substitute may have been drawn.
		WrongKeyCount,
		/// The account is not on the item's panel.
		NotMember,
		/// The member cannot commit in this phase, or before the publisher has sealed the key to it.
		NotCommitting,
		/// The member has committed already.
		AlreadyCommitted,
		/// Members cannot reveal in this phase.
		NotRevealing,
		/// The member did not commit in time, so that it has nothing to reveal.
		NotCommitted,
		/// The member has revealed already.
		AlreadyRevealed,
		/// Verdict and salt do not match the commitment.
		WrongReveal,
		/// The verdict has not one score per category of the panel's policy, or a score above
		/// 10,000.
		MalformedVerdict,
		/// The account is not a Superdelegate any more; a substitute will take its seat.
		NotInOffice,
		/// The policy of the panel does not admit the model that the member has declared. Run one that
		/// it admits, and declare it with `superdelegates.declare_model`.
		ModelNotAdmitted,
		/// The verdict is of another model than the member had declared when it committed. Declare the
		/// model before committing to what it found.
		WrongModel,
		/// A model is listed twice, or its digest is zero. List each model once, by its digest.
		InvalidModelList,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		// At the end of the block: the relay chain's seed is known only then, and a block always
		// has room left that normal transactions cannot take.
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			if Self::work_off_departures(&mut meter) {
				Self::work_off_deadlines(&mut meter);
			}
			meter.consumed()
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::work_off_chain();
		}

		fn integrity_test() {
			let size = T::PanelSize::get();
			assert!(
				size % 2 == 1 && (PANEL_MIN..=PANEL_MAX).contains(&size),
				"a full panel is odd and has 2 to 15 members"
			);
			let periods = [
				T::CommitPeriod::get(),
				T::DrawDelay::get(),
				T::DrawRetryPeriod::get(),
				T::KeysPeriod::get(),
				T::RevealPeriod::get(),
			];
			assert!(periods.iter().all(|blocks| *blocks > 0), "every phase needs time");
			assert!(T::DrawAttemptsMax::get() > 0, "a panel must be drawn at least once");
			assert!(T::DutiesMax::get() > 0, "nobody could be drawn");
			assert!(T::SubstitutesMax::get() > 0, "nobody who leaves would be replaced");
			assert!(T::DeviationMax::get() < SCORE_MAX, "no verdict would be far from any other");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Sets the policy by which panels that are drawn from now on decide.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_policy())]
		pub fn set_policy(origin: OriginFor<T>, policy: Policy) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_set_policy(policy)
		}

		/// Hands the content key of the caller's item to its panel: one sealed key for each member,
		/// in panel order. Once, and again when a substitute was drawn: of members who have their
		/// key already the new one is ignored.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::seal_keys())]
		pub fn seal_keys(
			origin: OriginFor<T>,
			id: ContentId,
			keys: SealedKeyList,
		) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_seal_keys(owner, id, keys)
		}

		/// Commits the caller, a panel member, to a verdict; see
		/// `popnet_primitives::moderation::Seat::commitment`.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::commit())]
		pub fn commit(origin: OriginFor<T>, id: ContentId, hash: [u8; 32]) -> DispatchResult {
			let member = ensure_signed(origin)?;
			Self::do_commit(member, id, hash)
		}

		/// Reveals the verdict that the caller has committed to.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::reveal(T::PanelSize::get()))]
		pub fn reveal(
			origin: OriginFor<T>,
			id: ContentId,
			verdict: Verdict,
			salt: [u8; 32],
		) -> DispatchResult {
			let member = ensure_signed(origin)?;
			Self::do_reveal(member, id, verdict, salt)
		}

		/// Makes a policy with the categories in force that admits these models only, or any if there
		/// are none. `set_policy` keeps them.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::admit_models())]
		pub fn admit_models(origin: OriginFor<T>, models: ModelList) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_admit_models(models)
		}
	}

	impl<T: Config> OnLeft<AccountId> for Pallet<T> {
		fn left(who: &AccountId) {
			if Duties::<T>::iter_key_prefix(who).next().is_some() {
				Departures::<T>::insert(who, None::<ContentId>);
			}
		}

		fn weight() -> Weight {
			T::WeightInfo::left()
		}
	}
}

/// What benchmarks need from the runtime.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Puts an item of `owner` into the registry, in state Screening, without opening a panel.
	fn register(owner: &popnet_primitives::AccountId, id: popnet_primitives::content::ContentId);
}
