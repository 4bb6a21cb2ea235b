//! # Content: the registry of items
//!
//! Knows every content item: who published it, what was declared, where it stands in its life, what
//! deposit is on hold for it, once it may be played, its key, and what its viewers give for it.
//!
//! ## Terms
//!
//! - **Item**: one published file, named by the digest of its manifest ([`ContentId`]).
//! - **Deposit**: POP held with [`HoldReason::ContentDeposit`]: the **base** for the item's place in
//!   the registry, and the **rest**, an amount for each started MiB that its shards take.
//! - **Locked**: an ended item whose whole deposit stays on hold for [`Config::AppealPeriod`] blocks;
//!   until then it cannot be forgotten.
//! - **Grace period**: [`Config::GracePeriod`] blocks after an item's end, in which only its owner may
//!   forget it.
//! - **Tip**: LIT that a viewer gives for an Available item: [`Config::TipBurn`] of it is burned, the rest
//!   goes to the item's owner.
//! - **Key commitment**: derived from the content key; the one key that matches it opens the item.
//!
//! [`ContentId`]: popnet_primitives::content::ContentId
//!
//! ## Life of an item
//!
//! ```text
//! register ─► Screening ─► Approved ─ publish_key ─► Placing ─► Available
//!                 │            │ withdrawn, no key      │            │ retired
//!                 ├► Rejected  ▼ in time, not placeable ▼ timed out  ▼
//!                 └───────────────────► Expired ─ forget ─► (gone; so does Rejected)
//! ```
//!
//! - `register` opens the screening. The panel's decision comes through `Registry::decided`.
//! - Anybody who knows the key of an approved item may publish it; the panel's off-chain workers do.
//!   That opens the placement. When all Masternodes have acknowledged, the item is Available.
//! - An approved item whose key nobody publishes within [`Config::KeyPeriod`] blocks expires. So does
//!   one whose placement cannot be opened, or does not complete.
//! - `retire` ends an Available item; Masternodes delete what they hold of it.
//!
//! ## What becomes of the deposit
//!
//! The base stays on hold until the item is forgotten, because until then it takes a place in the
//! registry. The rest is on hold while the item lives; when it ends it is released, or locked:
//!
//! | The item | The rest |
//! |---|---|
//! | is withdrawn before its panel is drawn, or after its approval | is released |
//! | is withdrawn when a panel has been drawn; its publisher seals no keys in time | is locked |
//! | is rejected: by policy, unreachable, or for a sealed key that does not fit | is locked |
//! | is rejected for another defect; no panel decides | is released |
//! | its key or its placement does not come in time; it is not placeable; it is retired | is released |
//!
//! So whoever sees its panel and wants another one pays with a lock, and an appeal finds a deposit.
//! From the sealing of the keys to the decision nobody can withdraw: the verdicts appear one by one,
//! and a publisher who sees the first could leave before the others.
//!
//! `reclaim_deposit` releases the rest when the lock is over, `forget` whatever is on hold. After the
//! grace period anybody may forget an ended item; its owner gets the base back.
//!
//! ## Who registers an id first
//!
//! An id is not reserved: an account that sees a `register` under way can be faster with the same id.
//! It pays a deposit, and gains nothing. It has no key that opens the item, so that it seals none or
//! a wrong one, the item is never approved, and the deposit is locked. The publisher encodes anew:
//! another key makes another id. The id itself is free again when the item is forgotten.
//!
//! ## What creators earn
//!
//! What a tip burns is recorded as work of the owner ([`Config::Work`]): creators share their part of
//! the POP rewards by the LIT that was burned for their items. The measure is simple and has limits:
//!
//! - It says what was spent, not what was watched or who did. Viewers who do not tip do not count.
//! - Nobody can be told from a second account of the same person, so tips of an owner for its own item
//!   count as all others do. They give it back the part that is not burned; the burn is their price,
//!   and what protects the measure.
//! - So whoever burns b of all B units of an era gets b / B of the creators' share, viewer or not. It
//!   pays as long as the share is worth more than all that was burned for it, and the more do it, the
//!   less. An era in which viewers burn little is cheap to buy; nobody gets anything for nothing, and
//!   what buyers burn is taken out of circulation for the good of all who hold LIT.
//!
//! `comment` and `play` are events only, for players and indexers: no state, no reward. They say that
//! an account paid a fee to say so. Anybody may repeat them, and a client should count accounts rather
//! than events. Nobody screens comments; what is shown is the client's choice.
//!
//! ## Clock
//!
//! Parachain blocks, from [`Config::BlockNumberProvider`].
//!
//! ## Invariants (checked by `try_state`)
//!
//! - ∀ account `a`: held(ContentDeposit, a) = Σ { deposit(i) | i ∈ Items, i.owner = a }.
//! - ∀ item `i`: i ∈ ItemsOf(i.owner), once; nothing else is in ItemsOf.
//! - ∀ item `i`: i.deposit ≥ i.base > 0.
//! - ∀ item `i`: i.ended_at ≠ None ⇔ i.state ∈ {Rejected, Expired}, and then i.ended_at ≤ now.
//! - ∀ item `i`: i.reclaimable_at = Some(b) ⇒ i.ended_at ≤ b; i ended and i.reclaimable_at = None ⇒
//!   i.deposit = i.base.
//! - ∀ item `i`: i.key = Some(k) ⇔ i.state ∈ {Placing, Available}, and commitment(k) is the declared one.
//! - i ∈ AwaitingKey ⇔ i.state = Approved; AwaitingKey(i).until = d ⇔ (d, i) ∈ KeyDeadlines; no
//!   deadline lies before KeyDeadlinesFrom.
//! - ∀ tips `t` of an item `i`: i ∈ Items, i.state ∈ {Available, Expired}, t.burned ≥ t.tips > 0.
//!
//! ## What it does not do
//!
//! It does not draw panels, choose Masternodes, look at bytes, or pay POP rewards.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

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
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{Inspect, Mutate, MutateHold},
		weights::WeightMeter,
	};
	use frame_system::{
		offchain::{AppCrypto, CreateSignedTransaction},
		pallet_prelude::*,
	};
	use popnet_primitives::{
		content::{ContentId, Registration},
		moderation::RejectReason,
		rewards::RecordWork,
		traits::{Placer, Screening},
		AccountId, Balance, BlockNumber,
	};
	use sp_runtime::{traits::BlockNumberProvider, Perbill};

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId> + CreateSignedTransaction<Call<Self>>
	{
		/// Blocks for which the deposit of an ended item is locked, when it is.
		#[pallet::constant]
		type AppealPeriod: Get<BlockNumber>;
		/// Keys by which off-chain workers sign: those of Superdelegates.
		type AuthorityId: AppCrypto<Self::Public, Self::Signature>;
		/// Makes a network that items can be registered in.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: crate::BenchmarkHelper;
		/// The clock: parachain blocks.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// POP.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;
		/// POP units held for each item.
		#[pallet::constant]
		type DepositBase: Get<Balance>;
		/// POP units held for each started MiB that an item's shards take.
		#[pallet::constant]
		type DepositPerMib: Get<Balance>;
		/// Blocks after an item's end from which anybody may forget it; at least the appeal period.
		#[pallet::constant]
		type GracePeriod: Get<BlockNumber>;
		/// Blocks for which an approved item waits for its key.
		#[pallet::constant]
		type KeyPeriod: Get<BlockNumber>;
		/// LIT, with which viewers tip.
		type Lit: Mutate<AccountId, Balance = Balance>;
		/// Most items that an account may have in the registry, ended ones included until they are
		/// forgotten.
		#[pallet::constant]
		type MaxItemsPerOwner: Get<u32>;
		/// The Masternodes.
		type Placer: Placer;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Who screens items.
		type Screening: Screening;
		/// Share of a tip that is burned, rounded up.
		#[pallet::constant]
		type TipBurn: Get<Perbill>;
		/// Smallest tip in LIT units. What it leaves after the burn must be enough for an account that
		/// had no LIT before.
		#[pallet::constant]
		type TipMin: Get<Balance>;
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
		/// Where it is counted what is burned for a creator's items.
		type Work: RecordWork<AccountId>;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why POP is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposits of an account's items.
		ContentDeposit,
	}

	/// Every item. An owner has at most [`Config::MaxItemsPerOwner`], each with a deposit.
	#[pallet::storage]
	pub type Items<T: Config> = StorageMap<_, Blake2_128Concat, ContentId, Item, OptionQuery>;

	/// Items of an account, newest last.
	#[pallet::storage]
	pub type ItemsOf<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		AccountId,
		BoundedVec<ContentId, T::MaxItemsPerOwner>,
		ValueQuery,
	>;

	/// Approved items whose key is still to be published; for the off-chain workers.
	#[pallet::storage]
	pub type AwaitingKey<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, KeyWait, OptionQuery>;

	/// Approved items, by the block at which they expire without a key. One entry for each that
	/// awaits its key.
	#[pallet::storage]
	pub type KeyDeadlines<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		BlockNumber,
		Blake2_128Concat,
		ContentId,
		(),
		OptionQuery,
	>;

	/// First block whose key deadlines are not worked off yet.
	#[pallet::storage]
	pub type KeyDeadlinesFrom<T: Config> = StorageValue<_, BlockNumber, OptionQuery>;

	/// What viewers have given for an item. At most one entry per item, removed with it.
	#[pallet::storage]
	pub type Tips<T: Config> = StorageMap<_, Blake2_128Concat, ContentId, TipTotals, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An item is registered and will be screened.
		Registered {
			/// The item.
			id: ContentId,
			/// Account that published it.
			owner: AccountId,
			/// POP units put on hold.
			deposit: Balance,
		},
		/// A panel passed an item.
		Approved {
			/// The item.
			id: ContentId,
		},
		/// A panel refused an item.
		Rejected {
			/// The item.
			id: ContentId,
			/// Why.
			reason: RejectReason,
		},
		/// The key of an item is known and Masternodes fetch their shards.
		KeyPublished {
			/// The item.
			id: ContentId,
			/// Account that published the key.
			by: AccountId,
		},
		/// Every shard of an item is stored; its publisher may leave.
		Available {
			/// The item.
			id: ContentId,
		},
		/// An item has ended, other than by a rejection.
		Expired {
			/// The item.
			id: ContentId,
			/// Why.
			reason: ExpiryReason,
		},
		/// The deposit of an item, or a part of it, is free again.
		DepositReturned {
			/// The item.
			id: ContentId,
			/// Account that owns the deposit.
			owner: AccountId,
			/// POP units released.
			deposit: Balance,
		},
		/// An ended item is no longer in the registry.
		Forgotten {
			/// The item.
			id: ContentId,
		},
		/// A viewer has tipped the owner of an item.
		Tipped {
			/// The item.
			id: ContentId,
			/// Account that gave the tip.
			viewer: AccountId,
			/// LIT units that the owner got.
			received: Balance,
			/// LIT units that were burned.
			burned: Balance,
		},
		/// A viewer has commented on an item.
		Commented {
			/// The item.
			id: ContentId,
			/// Account that commented.
			viewer: AccountId,
			/// What it says, in UTF-8. Nobody has screened it.
			text: CommentText,
		},
		/// An account says that it has started to play an item.
		Played {
			/// The item.
			id: ContentId,
			/// The account.
			viewer: AccountId,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// An item with this id is registered already. Encode anew: another key makes another id.
		AlreadyRegistered,
		/// No item has this id.
		UnknownItem,
		/// Only the account that registered the item may do this. An ended item may be forgotten by
		/// anybody when its grace period is over.
		NotOwner,
		/// The account has as many items as it may have. Forget ended ones.
		TooManyItems,
		/// The size is 0 or above the largest that can be registered.
		InvalidSize,
		/// The manifest's size is 0 or above the largest that can be registered.
		InvalidManifestSize,
		/// There are more stripes than bytes, or so few that stripes would exceed the codec's limits.
		InvalidStripes,
		/// The stored size is not what the size, the code and the stripes make.
		ImplausibleStoredSize,
		/// No source is named, or one is not an address that ends with `/p2p/<peer id>`.
		InvalidSources,
		/// The id, the plaintext root or the key commitment is zero.
		ZeroDigest,
		/// The code does not keep the durability promise on the active Masternodes. Encode the item
		/// with the code that the runtime API `coding` names.
		CodingNotAdmitted,
		/// The deposit exceeds what can be counted.
		DepositOverflow,
		/// The item is available, or has ended, and cannot be withdrawn. Retire an available one.
		NotWithdrawable,
		/// The item is not approved, or its key is published already.
		NotApproved,
		/// The key does not match the item's key commitment.
		WrongKey,
		/// The item has not ended.
		NotEnded,
		/// Nothing is on hold for the item but the base of its deposit. Forget it to get that back.
		NoDeposit,
		/// The deposit stays on hold until the time for an appeal is over.
		AppealPeriodNotOver,
		/// The deposit is locked. Forget the item when the time for an appeal is over.
		DepositHeld,
		/// The panel has the key and screens the item. Wait for its decision.
		BeingScreened,
		/// The item is not available. Its owner can withdraw it if it has not ended; viewers have to wait
		/// until it is available.
		NotAvailable,
		/// The code has no data shards, more data shards than shards, or more than 1024 shards.
		InvalidCoding,
		/// The tip is less than the smallest one. Give at least `TipMin`.
		TipTooSmall,
		/// The account has less LIT than the tip and what has to stay in the account. Give less, or wait
		/// until stake has generated more.
		InsufficientLit,
		/// The comment is not UTF-8. Encode it so.
		CommentNotUtf8,
		/// There is nothing in the comment but white space. Say something.
		CommentBlank,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::expire_keyless(&mut meter);
			meter.consumed()
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::work_off_chain();
		}

		fn integrity_test() {
			assert!(T::MaxItemsPerOwner::get() > 0, "nobody could register anything");
			assert!(T::DepositBase::get() > 0, "items would be free to pile up");
			assert!(T::AppealPeriod::get() > 0, "panels could be tried out for nothing");
			assert!(T::KeyPeriod::get() > 0, "the publication of a key needs time");
			assert!(
				T::GracePeriod::get() >= T::AppealPeriod::get(),
				"a locked item must not be forgotten by strangers"
			);
			let largest = deposit_for(u64::MAX, T::DepositBase::get(), T::DepositPerMib::get());
			assert!(largest.is_some(), "a deposit must be countable");
			assert!(!T::TipBurn::get().is_zero(), "tips of nothing would count");
			let least = Tip::divide(T::TipMin::get(), T::TipBurn::get());
			assert!(
				least.received >= T::Lit::minimum_balance() && least.received > 0,
				"the smallest tip must open an account"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers an item, puts its deposit on hold and opens its screening. Pays for what hooks do
		/// for the item later: its screening, and its end when no key comes or its placement is not
		/// completed.
		#[pallet::call_index(0)]
		#[pallet::weight(
			T::WeightInfo::register()
				.saturating_add(T::WeightInfo::expire_keyless())
				.saturating_add(T::Screening::weight_of_item())
				.saturating_add(T::Placer::weight_of_expiry())
		)]
		pub fn register(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register(owner, registration)
		}

		/// Withdraws an item that is not yet available and is not being screened. From the draw of its
		/// panel to the sealing of its keys that locks the deposit.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::withdraw().saturating_add(T::Placer::weight_of_drop()))]
		pub fn withdraw(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_withdraw(owner, id)
		}

		/// Publishes the key of an approved item and opens its placement.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::publish_key().saturating_add(T::Placer::weight_of_place()))]
		pub fn publish_key(origin: OriginFor<T>, id: ContentId, key: [u8; 32]) -> DispatchResult {
			let by = ensure_signed(origin)?;
			Self::do_publish_key(by, id, key)
		}

		/// Releases the rest of the deposit of an ended item, after the time for an appeal.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::reclaim_deposit())]
		pub fn reclaim_deposit(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_reclaim_deposit(owner, id)
		}

		/// Removes an ended item from the registry and releases what is on hold for it. In its grace
		/// period only its owner may do that.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_forget(who, id)
		}

		/// Ends an available item: Masternodes delete it and nobody can play it any more.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::retire().saturating_add(T::Placer::weight_of_drop()))]
		pub fn retire(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_retire(owner, id)
		}

		/// Gives `amount` LIT units for an available item: a share is burned and counts for its creator's
		/// rewards, the rest is the creator's at once.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::tip())]
		pub fn tip(
			origin: OriginFor<T>,
			id: ContentId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let viewer = ensure_signed(origin)?;
			Self::do_tip(viewer, id, amount)
		}

		/// Says something about an available item, in UTF-8. Nothing is stored but the event.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::comment())]
		pub fn comment(origin: OriginFor<T>, id: ContentId, text: CommentText) -> DispatchResult {
			let viewer = ensure_signed(origin)?;
			Self::do_comment(viewer, id, text)
		}

		/// Says that the caller has started to play an available item. Nothing is stored but the event,
		/// and nobody earns by it.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::play())]
		pub fn play(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let viewer = ensure_signed(origin)?;
			Self::do_play(viewer, id)
		}
	}
}

/// What benchmarks need from the runtime.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Sees to it that at least one Masternode is active.
	fn activate_masternode();
}
