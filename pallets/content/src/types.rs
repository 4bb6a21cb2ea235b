//! What is stored about content items, and the pure rules of a registration.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use popnet_primitives::{
	content::{is_peer_address, ContentState, Registration, CONTENT_SIZE_MAX, MANIFEST_SIZE_MAX},
	moderation::RejectReason,
	AccountId, Balance, BlockNumber,
};
use scale_info::TypeInfo;

/// Bytes of a MiB.
const MIB: u64 = 1024 * 1024;
/// Bytes that padding, tags and lengths may add to each shard of a stripe.
pub const SHARD_SLACK_BYTES: u64 = 4 * 1024;

/// A registered item.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Item {
	/// Account that registered it and owns its deposit.
	pub owner: AccountId,
	/// Where it stands in its life.
	pub state: ContentState,
	/// What the publisher declared.
	pub registration: Registration,
	/// Block of the registration.
	pub registered_at: BlockNumber,
	/// POP units on hold for it; 0 once they are returned.
	pub deposit: Balance,
	/// Block from which the deposit of an ended item can be reclaimed.
	pub reclaimable_at: Option<BlockNumber>,
	/// The content key, from the placement on.
	pub key: Option<[u8; 32]>,
}

impl Item {
	/// Whether its life is over, so that it can be forgotten once its deposit is back.
	pub fn has_ended(&self) -> bool {
		matches!(self.state, ContentState::Rejected(_) | ContentState::Expired)
	}
}

/// Why an item expired.
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
)]
pub enum ExpiryReason {
	/// Its publisher withdrew it.
	Withdrawn,
	/// No panel came to a decision.
	Undecided,
	/// Its code does not keep the durability promise on the Masternodes that are active now.
	NotPlaceable,
	/// Some Masternodes did not store their shards in time.
	PlacementTimedOut,
}

/// Why the deposit of a rejected item stays on hold, or not: a defect may be an accident and costs
/// nothing; after a rejection by policy the deposit waits for a possible appeal.
pub fn waits_for_appeal(reason: &RejectReason) -> bool {
	matches!(reason, RejectReason::Policy { .. })
}

/// What is wrong with a registration, whatever the state of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
	/// The size is 0 or beyond the largest.
	Size,
	/// The manifest's size is 0 or beyond the largest.
	ManifestSize,
	/// There is no stripe, or there are more stripes than bytes.
	Stripes,
	/// The stored size does not fit size, code and stripes.
	StoredSize,
	/// There is no source, or one is not a peer's address.
	Sources,
	/// Id, plaintext root or key commitment is all zero, which no digest is.
	ZeroDigest,
}

/// Checks what can be checked about a registration without the chain's state.
pub fn check(registration: &Registration) -> Result<(), Flaw> {
	if registration.size == 0 || registration.size > CONTENT_SIZE_MAX {
		return Err(Flaw::Size);
	}
	if registration.manifest_size == 0 || registration.manifest_size > MANIFEST_SIZE_MAX {
		return Err(Flaw::ManifestSize);
	}
	if registration.stripes == 0 || u64::from(registration.stripes) > registration.size {
		return Err(Flaw::Stripes);
	}
	let largest = largest_stored_size(registration).ok_or(Flaw::StoredSize)?;
	if registration.stored_size < registration.size || registration.stored_size > largest {
		return Err(Flaw::StoredSize);
	}
	let addresses = &registration.sources;
	if addresses.is_empty() || !addresses.iter().all(|address| is_peer_address(address)) {
		return Err(Flaw::Sources);
	}
	let digests = [registration.id.0, registration.plaintext_root, registration.key_commitment];
	if digests.contains(&[0; 32]) {
		return Err(Flaw::ZeroDigest);
	}
	Ok(())
}

/// The most bytes that the shards of an honest encoding take: size · n / k and a tenth more, and
/// [`SHARD_SLACK_BYTES`] for each shard. `None` when the code has no data shards.
fn largest_stored_size(registration: &Registration) -> Option<u64> {
	let total = u128::from(registration.coding.total);
	let data = u128::from(registration.coding.data);
	let shards = u128::from(registration.stripes).saturating_mul(total);
	u128::from(registration.size)
		.saturating_mul(total)
		.saturating_mul(11)
		.checked_div(data.saturating_mul(10))
		.map(|bytes| bytes.saturating_add(shards.saturating_mul(u128::from(SHARD_SLACK_BYTES))))
		.map(|bytes| u64::try_from(bytes).unwrap_or(u64::MAX))
}

/// The deposit for `stored_size` bytes: `base` and `per_mib` for each started MiB. `None` when it
/// exceeds what can be counted.
pub fn deposit_for(stored_size: u64, base: Balance, per_mib: Balance) -> Option<Balance> {
	per_mib.checked_mul(Balance::from(stored_size.div_ceil(MIB)))?.checked_add(base)
}

/// The commitment to a content key, by which the chain recognises it. Same value as in
/// `client/media-codec`, module `cipher`.
pub fn key_commitment(key: &[u8; 32]) -> [u8; 32] {
	blake3::derive_key("popnet 2026 key commitment v1", key)
}
