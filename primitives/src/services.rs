//! How off-chain workers reach the native services of the node they run in.
//!
//! Off-chain workers see the chain and decide *what* has to be done; the services see the disk and
//! the network and do it; results come back as signed transactions. The host functions declared
//! here are called from `offchain_worker` only: while a block executes no extension is registered,
//! and the relay chain's validators do not have them at all.

use crate::{
	content::{Coding, ContentId, MediaKind, SealedKey},
	moderation::Verdict,
	BlockNumber,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_runtime_interface::{
	pass_by::{AllocateAndReturnByCodec, PassFatPointerAndDecode, PassPointerAndReadCopy},
	runtime_interface,
};

/// A Masternode's order to fetch, verify and keep its share of an item.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub struct StoreTask {
	/// The item; its manifest block has this digest.
	pub id: ContentId,
	/// Bytes of the manifest block.
	pub manifest_size: u32,
	/// Slot of this Masternode in the placement.
	pub slot: u32,
	/// Slots of the placement.
	pub slots: u32,
	/// Where to fetch from: the publisher's addresses, in text form with `/p2p/<peer id>`.
	pub sources: Vec<Vec<u8>>,
	/// The other Masternodes of the placement, from whose shards those of this slot can be rebuilt:
	/// the addresses of each slot's node in slot order, none for this slot and for one that stores
	/// nothing. Empty for a slot that is not acknowledged yet while too few others are to rebuild it.
	pub holders: Vec<Vec<Vec<u8>>>,
	/// Erasure code of the placement: the shards of a manifest with another one are not fetched.
	pub coding: Coding,
}

/// A panel member's order to screen an item.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub struct ScreeningTask {
	/// The item; its manifest block has this digest.
	pub id: ContentId,
	/// Which of the item's panels the result is for: the block in which it was drawn.
	pub round: BlockNumber,
	/// Declared kind of media.
	pub media: MediaKind,
	/// Plaintext bytes.
	pub size: u64,
	/// BLAKE3 digest of the plaintext.
	pub plaintext_root: [u8; 32],
	/// Commitment to the content key.
	pub key_commitment: [u8; 32],
	/// The content key, sealed to this member's screening key.
	pub sealed_key: SealedKey,
	/// Where to fetch from.
	pub sources: Vec<Vec<u8>>,
	/// Categories that the policy expects, in order.
	pub categories: Vec<Vec<u8>>,
	/// Registered erasure code of every stripe.
	pub coding: Coding,
	/// Registered number of stripes.
	pub stripes: u32,
	/// Registered bytes of all shards together, manifest excluded.
	pub stored_size: u64,
	/// Registered bytes of the manifest block.
	pub manifest_size: u32,
}

/// A finished screening: what to commit to now and to reveal later.
#[derive(Encode, Decode, Clone, PartialEq, Eq, Debug)]
pub struct ScreeningResult {
	/// The screened item.
	pub id: ContentId,
	/// The round of the order. Each has a result with a salt of its own, since what one panel has
	/// revealed must tell nothing about what is committed to for the next.
	pub round: BlockNumber,
	/// What was found.
	pub verdict: Verdict,
	/// Random salt of the commitment, kept on disk by the service until it is revealed.
	pub salt: [u8; 32],
	/// The content key, which opened and matched the commitment; `None` when it did not.
	pub key: Option<[u8; 32]>,
}

/// The services of one node, as the off-chain workers see them. Every call returns at once; work is
/// queued, and asking for the same work again changes nothing.
#[cfg(feature = "std")]
pub trait ContentServices: Send + Sync + 'static {
	/// Asks the Masternode `node` to store its share of an item.
	fn store(&self, node: [u8; 32], task: StoreTask);
	/// Items that `node` holds completely and durably.
	fn stored(&self, node: [u8; 32]) -> Vec<ContentId>;
	/// Tells `node` which items it has to keep; everything else may be deleted.
	fn retain(&self, node: [u8; 32], keep: Vec<ContentId>);
	/// Whether the service of `node` runs and has room for more: `None` while it does not run, so
	/// that nothing is ordered or said for it, `Some(false)` while its disk or its quota is all but
	/// full, so that it enters no new placements.
	fn accepts(&self, _node: [u8; 32]) -> Option<bool> {
		Some(true)
	}
	/// Asks the Superdelegate `member` to screen an item for one round.
	fn screen(&self, member: [u8; 32], task: ScreeningTask);
	/// The result for an item in this round, once there is one; never that of another round.
	fn screened(
		&self,
		member: [u8; 32],
		id: ContentId,
		round: BlockNumber,
	) -> Option<ScreeningResult>;
	/// Tells `member` that an item needs no more work in this round, so that the result can be
	/// deleted; results of other rounds stay.
	fn screening_done(&self, member: [u8; 32], id: ContentId, round: BlockNumber);
}

#[cfg(feature = "std")]
sp_externalities::decl_extension! {
	/// Registered by the node for each off-chain worker run.
	pub struct ContentServicesExt(std::sync::Arc<dyn ContentServices>);
}

#[cfg(feature = "std")]
impl ContentServicesExt {
	/// Wraps the services of this node.
	pub fn new(services: std::sync::Arc<dyn ContentServices>) -> Self {
		Self(services)
	}
}

#[cfg(feature = "std")]
use sp_externalities::ExternalitiesExt;

/// Host functions of the content services; without services in the node they do nothing.
#[runtime_interface]
pub trait PopnetServices {
	/// See `ContentServices::store`.
	fn store(
		&mut self,
		node: PassPointerAndReadCopy<[u8; 32], 32>,
		task: PassFatPointerAndDecode<StoreTask>,
	) {
		if let Some(ContentServicesExt(services)) = self.extension::<ContentServicesExt>() {
			services.store(node, task);
		}
	}

	/// See `ContentServices::stored`.
	fn stored(
		&mut self,
		node: PassPointerAndReadCopy<[u8; 32], 32>,
	) -> AllocateAndReturnByCodec<Vec<ContentId>> {
		match self.extension::<ContentServicesExt>() {
			Some(ContentServicesExt(services)) => services.stored(node),
			None => Vec::new(),
		}
	}

	/// See `ContentServices::retain`.
	fn retain(
		&mut self,
		node: PassPointerAndReadCopy<[u8; 32], 32>,
		keep: PassFatPointerAndDecode<Vec<ContentId>>,
	) {
		if let Some(ContentServicesExt(services)) = self.extension::<ContentServicesExt>() {
			services.retain(node, keep);
		}
	}

	/// See `ContentServices::accepts`.
	fn accepts(
		&mut self,
		node: PassPointerAndReadCopy<[u8; 32], 32>,
	) -> AllocateAndReturnByCodec<Option<bool>> {
		match self.extension::<ContentServicesExt>() {
			Some(ContentServicesExt(services)) => services.accepts(node),
			None => None,
		}
	}

	/// See `ContentServices::screen`.
	fn screen(
		&mut self,
		member: PassPointerAndReadCopy<[u8; 32], 32>,
		task: PassFatPointerAndDecode<ScreeningTask>,
	) {
		if let Some(ContentServicesExt(services)) = self.extension::<ContentServicesExt>() {
			services.screen(member, task);
		}
	}

	/// See `ContentServices::screened`.
	fn screened(
		&mut self,
		member: PassPointerAndReadCopy<[u8; 32], 32>,
		id: PassPointerAndReadCopy<[u8; 32], 32>,
		round: BlockNumber,
	) -> AllocateAndReturnByCodec<Option<ScreeningResult>> {
		match self.extension::<ContentServicesExt>() {
			Some(ContentServicesExt(services)) => services.screened(member, ContentId(id), round),
			None => None,
		}
	}

	/// See `ContentServices::screening_done`.
	fn screening_done(
		&mut self,
		member: PassPointerAndReadCopy<[u8; 32], 32>,
		id: PassPointerAndReadCopy<[u8; 32], 32>,
		round: BlockNumber,
	) {
		if let Some(ContentServicesExt(services)) = self.extension::<ContentServicesExt>() {
			services.screening_done(member, ContentId(id), round);
		}
	}
}

/// Key type of a Masternode's signing key in the keystore.
pub const MASTERNODE_KEY: sp_core::crypto::KeyTypeId = sp_core::crypto::KeyTypeId(*b"mstr");
/// Key type of a Superdelegate's signing key in the keystore.
pub const SUPERDELEGATE_KEY: sp_core::crypto::KeyTypeId = sp_core::crypto::KeyTypeId(*b"sdlg");

/// Application keys of the two roles that report through off-chain workers. The account of a role
/// is the public key itself.
pub mod crypto {
	/// Signing key of a Masternode.
	pub mod masternode {
		mod app {
			use sp_application_crypto::{app_crypto, sr25519};
			app_crypto!(sr25519, crate::services::MASTERNODE_KEY);
		}
		/// Public half.
		pub type Public = app::Public;
		/// Signature.
		pub type Signature = app::Signature;
	}
	/// Signing key of a Superdelegate.
	pub mod superdelegate {
		mod app {
			use sp_application_crypto::{app_crypto, sr25519};
			app_crypto!(sr25519, crate::services::SUPERDELEGATE_KEY);
		}
		/// Public half.
		pub type Public = app::Public;
		/// Signature.
		pub type Signature = app::Signature;
	}
}
