//! What a content item is: identity, registration, life cycle.
//!
//! The byte formats behind the hashes named here (manifest, stripes, shards, sealed keys) belong to
//! `client/media-codec`, which does not depend on this crate so that it can run in a browser.

use crate::moderation::{RejectReason, RiskVector};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

/// Largest item that can be registered: 256 GiB of plaintext.
pub const CONTENT_SIZE_MAX: u64 = 256 * 1024 * 1024 * 1024;
/// Largest manifest block in bytes; manifests travel as one IPFS block.
pub const MANIFEST_SIZE_MAX: u32 = 1024 * 1024;
/// Longest multiaddress in bytes (text form, with `/p2p/<peer id>`).
pub const ADDRESS_BYTES_MAX: u32 = 160;
/// Most addresses that a peer may announce.
pub const ADDRESSES_MAX: u32 = 4;
/// Most slots (Masternodes) in one placement, DESIGN section 5.
pub const SLOTS_MAX: u32 = 256;
/// Bytes of a content key sealed to one panel member: ephemeral X25519 key (32), ciphertext of the
/// key (32), tag (16). Layout owned by `client/media-codec`, module `sealed`.
pub const SEALED_KEY_BYTES: usize = 80;

/// A multiaddress in text form, for example `/ip4/192.0.2.7/tcp/30500/p2p/12D3Koo…`.
pub type Address = BoundedVec<u8, ConstU32<ADDRESS_BYTES_MAX>>;
/// The addresses under which a peer can be reached.
pub type Addresses = BoundedVec<Address, ConstU32<ADDRESSES_MAX>>;
/// A content key sealed to one panel member.
pub type SealedKey = [u8; SEALED_KEY_BYTES];

/// Whether `bytes` read like `/<protocol>/…/p2p/<peer id>`: printable text that starts with a slash
/// and ends with a peer id. Whether anybody listens there only a connection can tell.
///
/// ```
/// # use popnet_primitives::content::is_peer_address;
/// assert!(is_peer_address(b"/ip4/192.0.2.7/tcp/30500/p2p/12D3KooW"));
/// assert!(!is_peer_address(b"/ip4/192.0.2.7/tcp/30500"));
/// assert!(!is_peer_address(b"https://example.org/p2p/12D3KooW"));
/// ```
pub fn is_peer_address(bytes: &[u8]) -> bool {
	let Ok(text) = core::str::from_utf8(bytes) else { return false };
	if !text.starts_with('/') || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
		return false;
	}
	text.rsplit_once("/p2p/").is_some_and(|(_, peer)| {
		!peer.is_empty() && peer.chars().all(|c| c.is_ascii_alphanumeric())
	})
}

/// Identity of an item: the BLAKE3 digest of its manifest block. Its text form is the manifest's
/// CIDv1 (raw codec, multihash `blake3`), which `client/media-codec` renders and parses.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Hash,
	Debug,
	Serialize,
	Deserialize,
	Default,
)]
pub struct ContentId(pub [u8; 32]);

impl From<[u8; 32]> for ContentId {
	fn from(digest: [u8; 32]) -> Self {
		Self(digest)
	}
}

impl AsRef<[u8]> for ContentId {
	fn as_ref(&self) -> &[u8] {
		&self.0
	}
}

/// What kind of media the publisher declares; screening checks it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
)]
pub enum MediaKind {
	/// Moving pictures, with or without sound.
	Video,
	/// Sound, with or without a cover picture.
	Audio,
	/// One still picture.
	Image,
}

/// Erasure code of an item: any `data` of the `total` shards of a stripe restore it.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
)]
pub struct Coding {
	/// Shards that suffice (k), 1 ..= total.
	pub data: u16,
	/// Shards of a stripe (n), 1 ..= 1024.
	pub total: u16,
}

impl Coding {
	/// Shards of a stripe that may be lost without losing the stripe (n − k).
	pub fn parity(&self) -> u16 {
		self.total.saturating_sub(self.data)
	}
}

/// What a publisher tells the chain about an encoded item.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Registration {
	/// Digest of the manifest block.
	pub id: ContentId,
	/// Declared kind of media.
	pub media: MediaKind,
	/// Plaintext bytes, 1 ..= [`CONTENT_SIZE_MAX`].
	pub size: u64,
	/// BLAKE3 digest of the whole plaintext.
	pub plaintext_root: [u8; 32],
	/// Commitment to the content key; see `client/media-codec`, module `cipher`.
	pub key_commitment: [u8; 32],
	/// Erasure code of every stripe.
	pub coding: Coding,
	/// Number of stripes, ≥ 1.
	pub stripes: u32,
	/// Bytes of the manifest block, 1 ..= [`MANIFEST_SIZE_MAX`].
	pub manifest_size: u32,
	/// Bytes of all shards of all stripes together, manifest excluded.
	pub stored_size: u64,
	/// Where screening and Masternodes fetch the item until it is Available.
	pub sources: Addresses,
}

/// Where an item stands in its life (DESIGN section 4).
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub enum ContentState {
	/// Registered; a panel is being drawn or is screening.
	Screening,
	/// The panel passed it; waiting for its key and its placement.
	Approved,
	/// Masternodes are fetching their shards.
	Placing,
	/// Every shard is acknowledged; the publisher may leave.
	Available,
	/// The panel refused it; no Masternode fetches it and its key is never published.
	Rejected(RejectReason),
	/// Screening or placing did not finish in time, or the publisher withdrew the item.
	Expired,
}

/// Everything a client wants to know about one item, answered by the runtime API.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct ItemView {
	/// Account that registered the item and owns its deposit.
	pub owner: crate::AccountId,
	/// State at the queried block.
	pub state: ContentState,
	/// The registration as the publisher made it.
	pub registration: Registration,
	/// Block of the registration.
	pub registered_at: crate::BlockNumber,
	/// Deposit held, in POP units.
	pub deposit: crate::Balance,
	/// The content key: `Some` for public items that were approved.
	pub key: Option<[u8; 32]>,
	/// The decision's risk vector, once the panel decided.
	pub risk: Option<RiskVector>,
	/// Panel members with their X25519 screening keys, in panel order; empty until it is drawn.
	pub panel: Vec<(crate::AccountId, [u8; 32])>,
	/// Whether the publisher has sealed the content key to the panel.
	pub keys_sealed: bool,
	/// How many panel members have committed and how many have revealed.
	pub votes: (u32, u32),
}

/// One slot of a placement, answered by the runtime API.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct SlotView {
	/// Masternode that keeps the slot's shards.
	pub node: crate::AccountId,
	/// Where to reach it; empty when it has left.
	pub addresses: Addresses,
	/// Whether it has acknowledged that it stores them.
	pub acknowledged: bool,
}

/// A Masternode as the runtime API shows it.
#[derive(Encode, Decode, TypeInfo, Clone, PartialEq, Eq, Debug)]
pub struct MasternodeView {
	/// Account that bonded.
	pub node: crate::AccountId,
	/// POP units on hold.
	pub bond: crate::Balance,
	/// Where to reach it.
	pub addresses: Addresses,
	/// Block at which the bond can be withdrawn, while it is leaving.
	pub leaving_at: Option<crate::BlockNumber>,
	/// Placements it is part of.
	pub placements: u32,
}
