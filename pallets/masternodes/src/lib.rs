//! # Masternodes: bonds, placements, acknowledgements
//!
//! Masternodes bond POP and keep the shards of content items; this pallet says who they are and which
//! of them keeps which item.
//!
//! ## Terms
//!
//! - **Bond**: exactly [`Config::Bond`] POP, held with [`HoldReason::MasternodeBond`]. It generates
//!   LIT until it is withdrawn, since the node has duties, and pays for transactions, until then.
//! - **Standing**: *active* nodes enter new placements; *suspended* and *leaving* ones enter none,
//!   but keep bond and duties.
//! - **Placement**: the ordered list of nodes (its *slots*) that keep an item. Which shards of a
//!   stripe belong to a slot is `popnet_primitives::placement`'s business.
//! - **Acknowledge**: a node declares that it holds all shards of its slot durably.
//! - **Decline**: a node declares that it is there and nobody gives it the shards of its slot.
//! - **Stock**: the bytes of the slots that a node has acknowledged. A slot counts for an equal part of
//!   its item's stored bytes.
//! - **Points**: what a node earns of the Masternodes' share of the rewards: bytes times blocks.
//! - **Peer id**: the node's identity in the content network, at the end of all its addresses. No
//!   two Masternodes have the same.
//!
//! ## Life of a Masternode
//!
//! ```text
//! register ─► Active ◄─ resume ── Suspended
//!             │    └─ suspend, silent ─►│
//!             └─────── leave, evict ────┴─► Leaving ─ withdraw ─► gone
//! ```
//!
//! - A leaving node unbonds for [`Config::UnbondingPeriod`] blocks, still bound to its placements.
//!   An account that registers again starts anew: placements opened before do not count on it.
//! - A node suspends itself when it has no room for more (`suspend`), and is suspended when a
//!   placement expires that it has neither acknowledged nor declined.
//! - It may `resume` after one placement period. The wait doubles with each suspension, up to
//!   [`SUSPENSION_PERIODS_MAX`] periods, and is short again after it was active for that long.
//! - The root origin can `evict` a node, which is `leave` against its will.
//!
//! ## Life of a placement
//!
//! `Placer::place` → open → every slot acknowledged → complete (`OnPlaced::placed`), until
//! `Placer::drop`. A placement that is not complete [`Config::PlacementPeriod`] blocks after it was
//! opened is removed (`OnPlaced::expired`), and the silent nodes are suspended, so that the
//! publisher can publish again at once, on the others.
//!
//! Who is silent must not depend on the publisher, who could serve nobody, or only a few. So a node
//! may decline in the last quarter of the period, when its worker has seen that it does not get its
//! shards, unless the acknowledged slots suffice to rebuild them: then it can fetch from those.
//!
//! ## What is earned
//!
//! | A node | Its stock's points are |
//! |---|---|
//! | is active, or has suspended itself for want of room | earned |
//! | is suspended for silence, until it resumes | withheld |
//! | is leaving | earned or withheld as before, until the unbonding period is over |
//!
//! - Bytes only: a node that stores nothing earns nothing. While there are few items they share what
//!   many share later; a base share for being there would pay for bonds, not for storage.
//! - A full node is not to blame and stores the most. Were it not paid, it would do better not to say
//!   that it is full, and the placements that it enters would expire for all others.
//! - A leaving node has duties until its unbonding period is over, and is paid as long. To withdraw
//!   later earns nothing more.
//! - Counting is lazy: whatever changes the stock of a node, or what becomes of its points, counts up
//!   to that block first, with one multiplication. No hook, no loop over nodes.
//! - `pallet-rewards` takes the points when an era has ended ([`WorkSource`]). What a node has when it
//!   withdraws is recorded through [`Config::Work`], for the running era.
//!
//! [`WorkSource`]: popnet_primitives::rewards::WorkSource
//!
//! ## What is promised
//!
//! A registration needs a code that survives *any* ⌊0.2957 · N⌋ losses among the N nodes active
//! then; above 256 nodes, a random 29.57 %. Until the placement opens nodes may come and go; so it
//! opens as long as the code survives *any* three quarters of the tolerated losses, rounded down,
//! on the nodes active by then (`placement::is_placeable`). `durability_margin` says what an item
//! really survives.
//!
//! ## Clock
//!
//! Parachain blocks, from [`Config::BlockNumberProvider`].
//!
//! ## Invariants (checked by `try_state`)
//!
//! - ∀ account `a`: held(MasternodeBond, a) = bond(a) if `a` is registered, else 0.
//! - Active = { n ∈ Masternodes | n.standing = Active }, without duplicates, |Masternodes| ≤ max.
//! - ∀ node `n`: n.standing = Suspended ⇒ n.suspensions > 0.
//! - ∀ node `n`: all its addresses end in one peer id `p`, and PeerIds(p) = n; there are no other
//!   entries.
//! - ∀ placement `p`, slot `s` with node `n`: exactly one of `Fetching(n, p) = s` (not acknowledged)
//!   and `Keeping(n, p) = s` (acknowledged); there are no other entries.
//! - ∀ placement `p`: p.acknowledged and p.declined are sets of its slots.
//! - ∀ node `n`: Load(n) = |Fetching(n, ·)| + |Keeping(n, ·)|, absent when 0.
//! - ∀ node `n`: Stocks(n).bytes = Σ { slot_bytes(p) | n's slot of p is acknowledged,
//!   p.opened_at ≥ n.registered_at }; there are no other entries.
//! - ∀ node `n`: Stocks(n) has n's block of registration and of the end of its duties, is counted to no
//!   block after this one, and n.standing = Active ⇒ its points are earned.
//! - ∀ placement `p`: p.deadline = Some(d) ⇔ p is not complete ⇔ (d, p) ∈ Deadlines.
//!
//! ## What it does not do
//!
//! It does not judge content, move bytes, or check that an acknowledgement is true; storage
//! challenges, slashing and repair build on what is stored here. Until there are challenges, a node
//! earns by bytes that it says it stores, and a publisher who also runs Masternodes earns by what it
//! publishes, as all other nodes of the roster do. A peer id is not proven to be the
//! node's own: who registers another's first keeps the other out until it is evicted, at the price
//! of a bond. A suspended node counts in the margin of what it has acknowledged.
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

pub mod crypto;
pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarking;
mod impls;
#[cfg(test)]
mod mock;
mod offchain;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Most ids that one `acknowledge` or `decline` may carry.
pub const ACKNOWLEDGEMENTS_MAX: u32 = 64;

// The macros number variants of enums by casts.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::fungible::{Inspect, MutateHold},
		weights::WeightMeter,
	};
	use frame_system::{
		offchain::{AppCrypto, CreateSignedTransaction},
		pallet_prelude::*,
	};
	use popnet_primitives::{
		content::{Addresses, ContentId, SLOTS_MAX},
		rewards::RecordWork,
		traits::{OnPlaced, StakeObserver},
		AccountId, Balance, BlockNumber,
	};
	use sp_runtime::traits::BlockNumberProvider;

	#[pallet::config]
	pub trait Config:
		frame_system::Config<AccountId = AccountId> + CreateSignedTransaction<Call<Self>>
	{
		/// Keys by which off-chain workers sign, normally [`crate::crypto::MasternodeAuthId`].
		type AuthorityId: AppCrypto<Self::Public, Self::Signature>;
		/// The clock: parachain blocks.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// What a Masternode bonds, exactly, in POP units.
		#[pallet::constant]
		type Bond: Get<Balance>;
		/// POP.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;
		/// Most registered Masternodes, leaving ones included.
		#[pallet::constant]
		type MaxMasternodes: Get<u32>;
		/// Who is told that a placement is complete or expired.
		type OnPlaced: OnPlaced;
		/// Blocks in which all slots of a placement must be acknowledged, and of the first
		/// suspension.
		#[pallet::constant]
		type PlacementPeriod: Get<BlockNumber>;
		/// Blocks between two times that a node is told which items it has to keep.
		#[pallet::constant]
		type RetainInterval: Get<BlockNumber>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// Who is told when an account's bond has changed.
		type StakeObserver: StakeObserver<AccountId>;
		/// Blocks from `leave` until the bond can be withdrawn.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;
		/// Weights of the calls and hooks.
		type WeightInfo: WeightInfo;
		/// Where the points of a node that withdraws are recorded.
		type Work: RecordWork<AccountId>;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why POP is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bond of a Masternode.
		MasternodeBond,
	}

	/// Registered Masternodes. Written by the node's own calls.
	#[pallet::storage]
	pub type Masternodes<T: Config> =
		CountedStorageMap<_, Blake2_128Concat, AccountId, Masternode, OptionQuery>;

	/// Masternodes that enter new placements, in no order.
	#[pallet::storage]
	pub type Active<T: Config> =
		StorageValue<_, BoundedVec<AccountId, T::MaxMasternodes>, ValueQuery>;

	/// Which Masternode has a peer id. One entry per Masternode.
	#[pallet::storage]
	pub type PeerIds<T: Config> = StorageMap<_, Blake2_128Concat, PeerId, AccountId, OptionQuery>;

	/// Open and complete placements. As many as there are items in state Placing or Available.
	#[pallet::storage]
	pub type Placements<T: Config> =
		StorageMap<_, Blake2_128Concat, ContentId, Placement, OptionQuery>;

	/// The nodes of each placement in slot order.
	#[pallet::storage]
	pub type Rosters<T: Config> = StorageMap<_, Blake2_128Concat, ContentId, Roster, OptionQuery>;

	/// Slots that a node has still to fetch, for its off-chain worker. At most one per roster entry.
	#[pallet::storage]
	pub type Fetching<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Blake2_128Concat,
		ContentId,
		u32,
		OptionQuery,
	>;

	/// Slots that a node has acknowledged. At most one per roster entry.
	#[pallet::storage]
	pub type Keeping<T: Config> = StorageDoubleMap<
		_,
		Blake2_128Concat,
		AccountId,
		Blake2_128Concat,
		ContentId,
		u32,
		OptionQuery,
	>;

	/// Number of placements that a node is part of.
	#[pallet::storage]
	pub type Load<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

	/// What each Masternode stores, and the points that nobody has taken yet. One entry per Masternode.
	#[pallet::storage]
	pub type Stocks<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Stock, OptionQuery>;

	/// Placements that are not complete, by the block at which they expire. One entry per open
	/// placement.
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

	/// Masternodes that are bonded in the genesis block.
	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Accounts, which need the bond in their free balance, and their addresses in text form.
		pub masternodes: Vec<(AccountId, Vec<Vec<u8>>)>,
		/// Ties the configuration to the runtime.
		#[serde(skip)]
		pub _config: core::marker::PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for (node, texts) in &self.masternodes {
				let bonded = Pallet::<T>::addresses_from(texts)
					.and_then(|addresses| Pallet::<T>::do_register(node.clone(), addresses));
				assert!(bonded.is_ok(), "Masternode {node:?} cannot bond at genesis: {bonded:?}");
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A Masternode has bonded and is active.
		Registered {
			/// The node.
			node: AccountId,
			/// POP units put on hold.
			bond: Balance,
		},
		/// A Masternode has changed its addresses.
		AddressesUpdated {
			/// The node.
			node: AccountId,
		},
		/// A Masternode takes no new placements and waits for its bond.
		Left {
			/// The node.
			node: AccountId,
			/// Block from which the bond can be withdrawn.
			withdraw_at: BlockNumber,
		},
		/// A Masternode is gone and its bond is free.
		Withdrawn {
			/// The node.
			node: AccountId,
			/// POP units released.
			bond: Balance,
		},
		/// Masternodes have to fetch the shards of an item.
		PlacementOpened {
			/// The item.
			id: ContentId,
			/// Number of slots.
			slots: u32,
			/// Block at which it expires when a slot is not acknowledged.
			deadline: BlockNumber,
		},
		/// A Masternode holds its slots of some items.
		Acknowledged {
			/// The node.
			node: AccountId,
			/// Slots that are acknowledged now.
			accepted: u32,
			/// Ids that are unknown, named twice, acknowledged before, or not this node's.
			skipped: u32,
		},
		/// All slots of an item are acknowledged.
		PlacementCompleted {
			/// The item.
			id: ContentId,
		},
		/// A placement was not complete in time and is removed.
		PlacementExpired {
			/// The item.
			id: ContentId,
			/// Slots that were not acknowledged.
			missing: u32,
		},
		/// A placement is removed; its nodes may delete what they hold.
		PlacementDropped {
			/// The item.
			id: ContentId,
		},
		/// A Masternode enters no new placements until it resumes.
		Suspended {
			/// The node.
			node: AccountId,
			/// The item whose placement expired without a word of the node; `None` when the node
			/// has asked for it.
			missed: Option<ContentId>,
			/// Block from which it may resume.
			until: BlockNumber,
		},
		/// A suspended Masternode is active again.
		Resumed {
			/// The node.
			node: AccountId,
		},
		/// The root origin has made a Masternode leave.
		Evicted {
			/// The node.
			node: AccountId,
			/// Block from which the bond can be withdrawn.
			withdraw_at: BlockNumber,
		},
		/// A Masternode cannot get the shards of its slots of some items.
		Declined {
			/// The node.
			node: AccountId,
			/// Slots that are declined now.
			accepted: u32,
			/// Ids that are unknown, named twice, acknowledged or declined before, not this node's,
			/// not yet or no longer to be declined.
			skipped: u32,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The account is a Masternode already. Leave and withdraw before you register again.
		AlreadyRegistered,
		/// The account is not a Masternode. Register first.
		NotMasternode,
		/// There are as many Masternodes as the chain admits. Wait until one withdraws.
		TooManyMasternodes,
		/// No address was given. Name at least one under which other nodes reach this one.
		NoAddress,
		/// An address is not a multiaddress in text form, or lacks `/p2p/<peer id>` at its end.
		InvalidAddress,
		/// The node is leaving already. Withdraw when the unbonding period is over.
		AlreadyLeaving,
		/// The node is not leaving. Call `leave` first.
		NotLeaving,
		/// The unbonding period is not over. Try again at `withdraw_at`.
		StillUnbonding,
		/// None of the ids names a slot of this node that is still to be acknowledged.
		NothingToAcknowledge,
		/// The item has a placement already.
		AlreadyPlaced,
		/// The item's code falls too short of the durability promise on the active Masternodes.
		/// Encode it again for the present network.
		PromiseNotKept,
		/// Another Masternode has this peer id. Give each its own identity in the content network.
		PeerIdTaken,
		/// The addresses end in different peer ids. Name those of one node.
		DifferentPeerIds,
		/// The node is suspended or leaving, so it enters no placements anyway.
		NotActive,
		/// The node is not suspended.
		NotSuspended,
		/// The suspension is not over. Try again at `until`.
		StillSuspended,
		/// None of the ids names a slot of this node that can be declined. Slots can be declined in
		/// the last quarter of the placement period, as long as too few others have acknowledged.
		NothingToDecline,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::expire_placements(&mut meter);
			meter.consumed()
		}

		fn offchain_worker(_: BlockNumberFor<T>) {
			Self::work_off_chain();
		}

		fn integrity_test() {
			assert!(T::PlacementPeriod::get() >= DECLINE_DIVISOR, "a placement needs time");
			assert!(T::UnbondingPeriod::get() > 0, "a bond must outlive the block of its end");
			assert!(T::RetainInterval::get() > 0, "the interval divides the block number");
			assert!(T::MaxMasternodes::get() > 0, "without Masternodes nothing can be placed");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Bonds the caller as a Masternode that other nodes reach at `addresses`.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(origin: OriginFor<T>, addresses: Addresses) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_register(node, addresses)
		}

		/// Replaces the caller's addresses.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_addresses())]
		pub fn update_addresses(origin: OriginFor<T>, addresses: Addresses) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_update_addresses(node, addresses)
		}

		/// Starts the caller's unbonding period, suspended or not. It enters no new placements;
		/// those that it is part of remain its duty until the period is over.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::leave())]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_leave(node)
		}

		/// Releases the caller's bond after the unbonding period, and records what it has earned and
		/// not been asked for.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::withdraw())]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_withdraw(node)
		}

		/// Declares that the caller holds its shards of `ids`. Ids that it cannot acknowledge are
		/// skipped and counted in the event, so that one of them does not block the others.
		#[pallet::call_index(4)]
		#[pallet::weight({
			let n = u32::try_from(ids.len()).unwrap_or(u32::MAX);
			T::WeightInfo::acknowledge(n)
				.saturating_add(T::OnPlaced::weight().saturating_mul(n.into()))
		})]
		pub fn acknowledge(
			origin: OriginFor<T>,
			ids: BoundedVec<ContentId, ConstU32<ACKNOWLEDGEMENTS_MAX>>,
		) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_acknowledge(node, ids)
		}

		/// Suspends the caller, which has no room for more: it enters no new placements until it
		/// resumes, and earns by what it stores all the same.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::suspend())]
		pub fn suspend(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_suspend(node)
		}

		/// Makes the caller active again, once its suspension is over.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::resume())]
		pub fn resume(origin: OriginFor<T>) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_resume(node)
		}

		/// Starts the unbonding period of `node`. Only for the root origin.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::evict())]
		pub fn evict(origin: OriginFor<T>, node: AccountId) -> DispatchResult {
			ensure_root(origin)?;
			Self::do_evict(node)
		}

		/// Declares that the caller cannot get its shards of `ids`, so that it is not taken for
		/// silent when their placements expire. Ids that it cannot decline are skipped and counted
		/// in the event.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::decline(ids.len().try_into().unwrap_or(u32::MAX)))]
		pub fn decline(
			origin: OriginFor<T>,
			ids: BoundedVec<ContentId, ConstU32<ACKNOWLEDGEMENTS_MAX>>,
		) -> DispatchResult {
			let node = ensure_signed(origin)?;
			Self::do_decline(node, ids)
		}
	}

	const _: () = assert!(SLOTS_MAX.is_multiple_of(8), "a slot set has whole bytes");
}
