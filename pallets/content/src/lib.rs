//! # Content: the registry of items
//!
//! Knows every content item: who published it, what was declared, where it stands in its life, what
//! deposit is on hold for it and, once it may be played, its key.
//!
//! ## Terms
//!
//! - **Item**: one published file, named by the digest of its manifest ([`ContentId`]).
//! - **Deposit**: POP held with [`HoldReason::ContentDeposit`] while the network works for an item:
//!   a base and an amount for each started MiB that its shards take.
//! - **Key commitment**: derived from the content key; the one key that matches it opens the item.
//!
//! [`ContentId`]: popnet_primitives::content::ContentId
//!
//! ## Life of an item
//!
//! ```text
//! register ─► Screening ─► Approved ─ publish_key ─► Placing ─► Available
//!                 │            └─────────┬─────────────┘ withdrawn, not placeable, timed out
//!                 ├► Rejected            ▼
//!                 └───────────────────► Expired ─ forget ─► (gone; so does Rejected)
//! ```
//!
//! - `register` opens the screening. The panel's decision comes through `Registry::decided`.
//! - Anybody who knows the key of an approved item may publish it; the panel's off-chain workers do.
//!   That opens the placement. When all Masternodes have acknowledged, the item is Available.
//! - A placement that cannot be opened, or does not complete, expires the item.
//!
//! ## What becomes of the deposit
//!
//! Expired, and Rejected for a defect: returned at once. Rejected by policy: held for
//! [`Config::AppealPeriod`] blocks, in which an appeal may need it, then `reclaim_deposit` returns it.
//! Available: held as long as Masternodes keep the item.
//!
//! Of a rejected item nothing readable stays: no placement was opened, its key was never published.
//!
//! ## Clock
//!
//! Parachain blocks, from [`Config::BlockNumberProvider`].
//!
//! ## Invariants (checked by `try_state`)
//!
//! - ∀ account `a`: held(ContentDeposit, a) = Σ { deposit(i) | i ∈ Items, i.owner = a }.
//! - ∀ item `i`: i ∈ ItemsOf(i.owner), once; nothing else is in ItemsOf.
//! - AwaitingKey = { i | i.state = Approved }.
//! - ∀ item `i`: i.key = Some(k) ⇔ i.state ∈ {Placing, Available}, and commitment(k) is the declared one.
//! - ∀ item `i` with i.state ∈ {Screening, Approved, Placing, Available}: i.deposit > 0.
//! - ∀ item `i`: i.reclaimable_at ≠ None ⇒ i.deposit > 0 and i has ended.
//!
//! ## What it does not do
//!
//! It does not draw panels, choose Masternodes, or look at bytes.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

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

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{Inspect, MutateHold},
	};
	use frame_system::{
		offchain::{AppCrypto, CreateSignedTransaction},
		pallet_prelude::*,
	};
	use popnet_primitives::{
		content::{ContentId, Registration},
		moderation::RejectReason,
		traits::{Placer, Screening},
		AccountId, Balance, BlockNumber,
	};
	use sp_runtime::traits::BlockNumberProvider;

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId> + CreateSignedTransaction<Call<Self>>
	{
		/// Blocks for which the deposit of an item rejected by policy stays on hold.
		#[pallet::constant]
		type AppealPeriod: Get<BlockNumber>;
		/// Keys by which off-chain workers sign: those of Superdelegates.
		type AuthorityId: AppCrypto<Self::Public, Self::Signature>;
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
		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why POP is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The deposits of an account's items.
		ContentDeposit,
	}

	/// Every item. An owner has at most [`Config::MaxItemsPerOwner`], each with a deposit until it
	/// has ended.
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

	/// Approved items whose key is still to be published, with the block of their approval; for the
	/// off-chain workers.
	#[pallet::storage]
	pub type AwaitingKey<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, BlockNumber, OptionQuery>;

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
		/// An item ended without becoming available.
		Expired {
			/// The item.
			id: ContentId,
			/// Why.
			reason: ExpiryReason,
		},
		/// The deposit of an item is free again.
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
	}

	#[pallet::error]
	pub enum Error<T> {
		/// An item with this id is registered already.
		AlreadyRegistered,
		/// No item has this id.
		UnknownItem,
		/// Only the account that registered the item may do this.
		NotOwner,
		/// The account has as many items as it may have. Forget ended ones.
		TooManyItems,
		/// The size is 0 or above the largest that can be registered.
		InvalidSize,
		/// The manifest's size is 0 or above the largest that can be registered.
		InvalidManifestSize,
		/// There are no stripes, or more stripes than bytes.
		InvalidStripes,
		/// The stored size does not fit the size, the code and the stripes.
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
		/// The item is available, or has ended, and cannot be withdrawn.
		NotWithdrawable,
		/// The item is not approved, or its key is published already.
		NotApproved,
		/// The key does not match the item's key commitment.
		WrongKey,
		/// The item has not ended.
		NotEnded,
		/// Nothing is on hold for the item.
		NoDeposit,
		/// The deposit stays on hold until the time for an appeal is over.
		AppealPeriodNotOver,
		/// The deposit is still on hold. Reclaim it first.
		DepositHeld,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::work_off_chain();
		}

		fn integrity_test() {
			assert!(T::MaxItemsPerOwner::get() > 0, "nobody could register anything");
			assert!(T::DepositBase::get() > 0, "items would be free to pile up");
			let largest = deposit_for(u64::MAX, T::DepositBase::get(), T::DepositPerMib::get());
			assert!(largest.is_some(), "a deposit must be countable");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers an item, puts its deposit on hold and opens its screening.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(origin: OriginFor<T>, registration: Registration) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_register(owner, registration)
		}

		/// Withdraws an item that is not yet available; its deposit comes back.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_withdraw(owner, id)
		}

		/// Publishes the key of an approved item and opens its placement.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::publish_key())]
		pub fn publish_key(origin: OriginFor<T>, id: ContentId, key: [u8; 32]) -> DispatchResult {
			let by = ensure_signed(origin)?;
			Self::do_publish_key(by, id, key)
		}

		/// Returns the deposit of an ended item, after the time for an appeal.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::reclaim_deposit())]
		pub fn reclaim_deposit(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_reclaim_deposit(owner, id)
		}

		/// Removes an ended item, whose deposit has been returned, from the registry.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, id: ContentId) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_forget(owner, id)
		}
	}
}
