//! What a content item is: identity, registration, life cycle.
//!
//! The byte formats behind the hashes named here (manifest, stripes, shards, sealed keys) belong to
//! `client/media-codec`, which does not depend on this crate so that it can run in a browser.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use crate::moderation::{CategoryName, RejectReason, RiskVector};
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
/// Most slots (Masternodes) in one placement (docs/adr/0005-placement.md).
pub const SLOTS_MAX: u32 = 256;
// The codec's limits. Same values as in `client/media-codec`, modules `erasure` and `manifest`.
/// Most shards of a stripe.
pub const SHARDS_MAX: u16 = 1024;
/// Largest shard in bytes: an IPFS block.
pub const SHARD_BYTES_MAX: u32 = 1024 * 1024;
/// Most bytes of a stripe's k data shards together.
pub const STRIPE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most bytes of all n shards of a stripe together.
pub const CODED_BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Bytes of a content key sealed to one panel member: ephemeral X25519 key (32), ciphertext of the
/// key (32), tag (16). Layout owned by `client/media-codec`, module `sealed`.
pub const SEALED_KEY_BYTES: usize = 80;

// The manifest's format, owned by `client/media-codec`, modules `cipher` and `manifest`.
/// Bytes that encryption adds to a stripe.
const TAG_BYTES: u64 = 16;
/// Bytes of a shard's digest.
const DIGEST_BYTES: u64 = 32;
/// Most stripes whose digests stand in the manifest itself; with more they stand in segments.
const INLINE_STRIPES_MAX: u32 = 8;
/// Stripes whose digests one segment holds.
const SEGMENT_STRIPES: u32 = 256;

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
	/// Shards of a stripe (n), 1 ..= [`SHARDS_MAX`].
	pub total: u16,
}

impl Coding {
	/// Whether the codec can make it: 1 ≤ k ≤ n ≤ [`SHARDS_MAX`].
	pub fn is_possible(&self) -> bool {
		1 <= self.data && self.data <= self.total && self.total <= SHARDS_MAX
	}

	/// Shards of a stripe that may be lost without losing the stripe (n − k).
	pub fn parity(&self) -> u16 {
		self.total.saturating_sub(self.data)
	}
}

/// Fewest stripes that `size` bytes can be cut in: shards have an even length, and one, those of a
/// stripe that hold its data, and all of a stripe have each a largest size. `None` for an impossible
/// code.
pub fn stripes_min(size: u64, coding: Coding) -> Option<u64> {
	let data = u64::from(coding.data);
	let longest = u64::from(SHARD_BYTES_MAX)
		.min(STRIPE_BYTES_MAX.checked_div(data)?)
		.min(CODED_BYTES_MAX.checked_div(u64::from(coding.total))?);
	let even = longest.saturating_sub(longest % 2);
	let capacity = data.saturating_mul(even).saturating_sub(TAG_BYTES);
	coding.is_possible().then(|| size.div_ceil(capacity))
}

/// Bytes of all shards of an item, of its stripes and of the segments that hold their digests; the
/// manifest is not among them. `None` for an impossible code. The numbers of a [`Registration`]
/// are small enough that nothing saturates.
///
/// The k data shards of a stripe are its plaintext and a tag, cut in equal parts; shards have an even
/// length, and all stripes but the last are full. So the shards with one number have, over all stripes, the
/// one even length that `size` bytes and the tags need.
///
/// ```
/// # use popnet_primitives::content::{stored_size, Coding};
/// let coding = Coding { data: 36, total: 48 };
/// assert_eq!(stored_size(1, coding, 1), Some(2 * 48));
/// assert_eq!(stored_size(10 * 1024 * 1024, coding, 5), Some(13_981_152));
/// ```
pub fn stored_size(size: u64, coding: Coding, stripes: u32) -> Option<u64> {
	if !coding.is_possible() {
		return None;
	}
	let total = u64::from(coding.total);
	let shard_len = |bytes: u64| {
		bytes.div_ceil(u64::from(coding.data)).checked_next_multiple_of(2).unwrap_or(u64::MAX)
	};
	let tags = u64::from(stripes).saturating_mul(TAG_BYTES);
	let mut length = shard_len(size.saturating_add(tags));
	if stripes > INLINE_STRIPES_MAX {
		let segment = |rows: u32| {
			shard_len(u64::from(rows).saturating_mul(total).saturating_mul(DIGEST_BYTES))
		};
		let full = u64::from(stripes / SEGMENT_STRIPES).saturating_mul(segment(SEGMENT_STRIPES));
		length = length.saturating_add(full).saturating_add(segment(stripes % SEGMENT_STRIPES));
	}
	Some(length.saturating_mul(total))
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
	/// Number of stripes, ≥ [`stripes_min`].
	pub stripes: u32,
	/// Bytes of the manifest block, 1 ..= [`MANIFEST_SIZE_MAX`].
	pub manifest_size: u32,
	/// Bytes of all shards together, manifest excluded; what [`stored_size`] computes.
	pub stored_size: u64,
	/// Where screening and Masternodes fetch the item until it is Available.
	pub sources: Addresses,
}

/// Where an item stands in its life.
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
	/// Screening, key or placement did not come in time, or the publisher withdrew or retired the
	/// item.
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
	/// Names of the policy's categories to which `risk` and a reason of rejection refer.
	pub categories: Vec<CategoryName>,
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
	/// Block from which it may resume, while it is suspended.
	pub suspended_until: Option<crate::BlockNumber>,
}
