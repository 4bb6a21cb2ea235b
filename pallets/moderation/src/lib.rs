//! # Moderation: policy, panels, verdicts
//!
//! Decides, before anybody can read an item, whether the network carries it: a panel of
//! Superdelegates drawn by lot screens it, and what more than half of them find decides.
//!
//! ## Terms
//!
//! - **Policy**: the categories in which items are scored, each with the score that rejects.
//! - **Panel**: [`Config::PanelSize`] Superdelegates drawn for one item, or as many as there are,
//!   but never fewer than [`PANEL_MIN`].
//! - **Round**: the block in which a panel was drawn. It tells the two panels of an item apart.
//! - **Verdict**: what one member found, with the digest of the model that found it.
//! - **Commit, reveal**: a member publishes a salted digest of its verdict first and the verdict when
//!   all have committed, so that nobody can copy. The digest covers item, round and member.
//! - **Silent**: a member that did not commit or did not reveal in time.
//!
//! ## Life of a panel
//!
//! ```text
//! open ─► Drawing ─► Sealing ─► Committing ─► Revealing ─► Decided
//!            ▲          │ no keys  │ too few      │ no majority ▲
//!            └──────────│──────────┴──────────────┘ once        │
//!                       └───────────────────────────────────────┘ undecided
//! ```
//!
//! - **Drawing**: [`Config::DrawDelay`] blocks after the registration, from [`Config::Randomness`]
//!   that was fixed after it, so that nobody can try out ids until a panel suits. The publisher is
//!   never drawn, silent members of a first panel only when there are too few others. While the
//!   randomness is too old or fewer than [`PANEL_MIN`] can be drawn, the draw is repeated; at the
//!   [`Config::DrawAttemptsMax`]-th failure the item is undecided.
//! - **Sealing**: the publisher seals the content key to each member, in panel order, once.
//! - **Committing, Revealing**: each ends when everybody has done it, or at its deadline. What more
//!   than half of the panel agree on decides: a defect, a score that reaches its threshold, or that
//!   none does. The silent agree with nobody. Without a majority another panel is drawn, once, then
//!   the item is undecided.
//!
//! What hooks do for an item its registration pays: [`WeightInfo::screening_of_item`].
//!
//! ## Clock
//!
//! Parachain blocks, from [`Config::BlockNumberProvider`].
//!
//! ## Invariants (checked by `try_state`)
//!
//! - ∀ panel `p`: p.phase = Decided ⇔ p.deadline = None; p.deadline = Some(d) ⇔ (d, p) ∈ Deadlines.
//! - { p | p.phase ≠ Decided } = items in state Screening.
//! - Duties = { (m, p) | m ∈ p.members, p.phase = Committing or
//!   (p.phase = Revealing, m.commitment ≠ None, m.verdict = None) }.
//! - ∀ panel `p`: SealedKeys(p) exists ⇔ p.phase ∈ {Committing, Revealing}, and then
//!   |SealedKeys(p)| = |p.members|. Until `p` is Decided, p.keys_sealed ⇔ it exists.
//! - ∀ member `m`: m.verdict ≠ None ⇒ m.commitment ≠ None and the phase is Revealing or Decided;
//!   m.commitment ≠ None ⇒ p.keys_sealed.
//! - ∀ panel `p` that is not Decided: p.phase = Drawing ⇔ p.members = ∅;
//!   p.failed_draws < DrawAttemptsMax.
//! - ∀ panel `p` with members: they are distinct, at least [`PANEL_MIN`], none is the publisher, and
//!   p.requested_at < p.round ≤ now.
//! - Outcomes(p) exists ⇒ p.phase = Decided. ∀ panel `p`: p.policy ∈ Policies.
//! - CurrentPolicy = Some(v) ⇒ Policies = {0, …, v}; CurrentPolicy = None ⇒ Policies = ∅.
//!
//! ## What it does not do
//!
//! It does not look at media (the members' nodes do), move deposits (`pallet-content` does) or slash
//! ([`Config::OnMissed`] is told who was silent).
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

pub mod crypto;
pub mod types;
pub mod weights;

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
		moderation::{Category, Decision, Policy, RiskVector, Verdict},
		traits::{OnMissed, Registry, ScreeningSet},
		AccountId, BlockNumber,
	};
	use sp_runtime::traits::BlockNumberProvider;

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId> + CreateSignedTransaction<Call<Self>>
	{
		/// Keys by which off-chain workers sign, normally [`crate::crypto::SuperdelegateAuthId`].
		type AuthorityId: AppCrypto<Self::Public, Self::Signature>;
		/// The clock: parachain blocks.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// Blocks in which members screen and commit.
		#[pallet::constant]
		type CommitPeriod: Get<BlockNumber>;
		/// Draws for an item that fail before it is given up.
		#[pallet::constant]
		type DrawAttemptsMax: Get<u32>;
		/// Blocks between the registration of an item, or the dismissal of its first panel, and the
		/// draw: enough for the randomness to be fixed later than that, or each draw fails once.
		#[pallet::constant]
		type DrawDelay: Get<BlockNumber>;
		/// Blocks between a draw that failed and the next.
		#[pallet::constant]
		type DrawRetryPeriod: Get<BlockNumber>;
		/// Who may change the policy.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
		/// Blocks in which the publisher seals the content key to the panel.
		#[pallet::constant]
		type KeysPeriod: Get<BlockNumber>;
		/// Who is told that a member was silent.
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
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Every policy that was ever in force; an old decision names a category of its own. Grows by
	/// governance only.
	#[pallet::storage]
	pub type Policies<T: Config> = StorageMap<_, Twox64Concat, PolicyVersion, Policy, OptionQuery>;

	/// The policy in force; without one nothing can be registered.
	#[pallet::storage]
	pub type CurrentPolicy<T: Config> = StorageValue<_, PolicyVersion, OptionQuery>;

	/// The panels, one per item, kept with their verdicts until the item is forgotten.
	#[pallet::storage]
	pub type Panels<T: Config> = StorageMap<_, Blake2_128Concat, ContentId, Panel, OptionQuery>;

	/// The content key, sealed to each member in panel order, while the panel needs it.
	#[pallet::storage]
	pub type SealedKeys<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, SealedKeyList, OptionQuery>;

	/// Items that a member has still to work on, for its off-chain worker: from the sealing of the
	/// keys until it has revealed, or can no longer. At most one entry for each member of a panel.
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
			let set = Policy::try_from(self.policy.clone())
				.map_err(|_| "too many categories".into())
				.and_then(Pallet::<T>::do_set_policy);
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
		/// it; the draw will be repeated.
		DrawPostponed {
			/// The item.
			id: ContentId,
			/// Block of the next draw.
			until: BlockNumber,
		},
		/// The publisher has sealed the content key; members screen and commit.
		KeysSealed {
			/// The item.
			id: ContentId,
			/// Block by which members must commit.
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
		/// There must be exactly one sealed key for each member, in panel order.
		WrongKeyCount,
		/// The account is not on the item's panel.
		NotMember,
		/// Members cannot commit in this phase.
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
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		// At the end of the block: the relay chain's seed is known only then, and a block always
		// has room left that normal transactions cannot take.
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::work_off_deadlines(&mut meter);
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
		/// in panel order. Once.
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
		#[pallet::weight(T::WeightInfo::reveal())]
		pub fn reveal(
			origin: OriginFor<T>,
			id: ContentId,
			verdict: Verdict,
			salt: [u8; 32],
		) -> DispatchResult {
			let member = ensure_signed(origin)?;
			Self::do_reveal(member, id, verdict, salt)
		}
	}
}
