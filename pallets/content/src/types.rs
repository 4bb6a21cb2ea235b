//! What is stored about content items, and the pure rules of a registration.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use popnet_primitives::{
	content::{
		is_peer_address, stored_size, stripes_min, ContentState, Registration, CONTENT_SIZE_MAX,
		MANIFEST_SIZE_MAX,
	},
	moderation::{Defect, RejectReason},
	traits::ScreeningView,
	AccountId, Balance, BlockNumber,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::{BoundedVec, Perbill};

/// Bytes of a MiB.
const MIB: u64 = 1024 * 1024;

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
	/// POP units on hold for it.
	pub deposit: Balance,
	/// The part of the deposit that stays on hold until it is forgotten.
	pub base: Balance,
	/// Block at which its life ended.
	pub ended_at: Option<BlockNumber>,
	/// Block at which its deposit is no longer locked; `None` unless it has ended and was locked.
	pub reclaimable_at: Option<BlockNumber>,
	/// The content key, from the placement on.
	pub key: Option<[u8; 32]>,
}

impl Item {
	/// Whether its life is over.
	pub fn has_ended(&self) -> bool {
		matches!(self.state, ContentState::Rejected(_) | ContentState::Expired)
	}

	/// The part of the deposit that is on hold beyond the base.
	pub fn rest(&self) -> Balance {
		self.deposit.saturating_sub(self.base)
	}

	/// Whether its deposit is locked at block `now`.
	pub fn is_locked(&self, now: BlockNumber) -> bool {
		self.reclaimable_at.is_some_and(|block| now < block)
	}

	/// Whether `grace` blocks have passed at block `now` since it ended.
	pub fn is_grace_over(&self, grace: BlockNumber, now: BlockNumber) -> bool {
		self.ended_at.is_some_and(|ended| ended.saturating_add(grace) <= now)
	}
}

/// How long an approved item waits for its key.
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
pub struct KeyWait {
	/// Block of the approval.
	pub since: BlockNumber,
	/// Block at which the item expires.
	pub until: BlockNumber,
}

/// What becomes of the rest of a deposit when its item ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
	/// It is released at once.
	Released,
	/// It stays on hold, and the item in the registry, for the appeal period.
	Locked,
}

/// What viewers have given for an item.
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
	Default,
)]
pub struct TipTotals {
	/// LIT units that its owner got.
	pub received: Balance,
	/// LIT units that were burned.
	pub burned: Balance,
	/// Number of tips.
	pub tips: u32,
}

impl TipTotals {
	/// Adds a tip. The totals are for information: one that does not fit stays at its highest number.
	pub fn add(&mut self, tip: Tip) {
		self.received = self.received.saturating_add(tip.received);
		self.burned = self.burned.saturating_add(tip.burned);
		self.tips = self.tips.saturating_add(1);
	}
}

/// A tip, divided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tip {
	/// LIT units for the owner of the item.
	pub received: Balance,
	/// LIT units to burn.
	pub burned: Balance,
}

impl Tip {
	/// Divides `amount`: what is burned is rounded up, so that no tip is free of it, and both parts
	/// together are the amount.
	pub fn divide(amount: Balance, burn: Perbill) -> Self {
		let burned = burn.mul_ceil(amount);
		// At most the amount.
		Self { received: amount.saturating_sub(burned), burned }
	}
}

/// Most bytes of a comment.
pub const COMMENT_BYTES_MAX: u32 = 1_024;

/// The text of a comment, in UTF-8.
pub type CommentText = BoundedVec<u8, ConstU32<COMMENT_BYTES_MAX>>;

/// What is wrong with the text of a comment, if anything.
pub fn check_comment(text: &[u8]) -> Result<(), CommentFlaw> {
	let text = core::str::from_utf8(text).map_err(|_| CommentFlaw::Encoding)?;
	match text.trim().is_empty() {
		true => Err(CommentFlaw::Blank),
		false => Ok(()),
	}
}

/// Why a comment is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommentFlaw {
	/// It is not UTF-8.
	Encoding,
	/// There is nothing but white space.
	Blank,
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
	/// Its owner retired it.
	Retired,
	/// Its publisher did not seal the key to its panel in time.
	KeysMissing,
	/// Nobody published its key in time.
	KeyTimedOut,
}

/// What becomes of the rest when an item is rejected. These defects were in the item when it was
/// registered, may be an accident, and cost nothing. Others can be caused when the panel is known,
/// and would let a publisher try out panels for nothing. After a rejection by policy an appeal may
/// need the deposit.
pub fn rest_when_rejected(reason: &RejectReason) -> Rest {
	match reason {
		RejectReason::Defective(Defect::Corrupt | Defect::NotMedia | Defect::TooComplex) => {
			Rest::Released
		}
		_ => Rest::Locked,
	}
}

/// What becomes of the rest when an item is withdrawn while it is being screened; `None` when it
/// cannot be withdrawn, since members can have revealed what they found. A panel that was sent home
/// counts as drawn: its round is known, and perhaps some of its verdicts.
pub fn rest_when_withdrawn(screening: &ScreeningView) -> Option<Rest> {
	match (screening.keys_sealed, screening.round) {
		(true, _) => None,
		(false, 0) => Some(Rest::Released),
		(false, _) => Some(Rest::Locked),
	}
}

/// Why an item is undecided, and what becomes of the rest: without sealed keys its panel could not
/// work, which is the publisher's doing; else it is the network's.
pub fn when_undecided(screening: &ScreeningView) -> (ExpiryReason, Rest) {
	match screening.panel.is_empty() || screening.keys_sealed {
		true => (ExpiryReason::Undecided, Rest::Released),
		false => (ExpiryReason::KeysMissing, Rest::Locked),
	}
}

/// What is wrong with a registration, whatever the state of the chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
	/// The size is 0 or beyond the largest.
	Size,
	/// The manifest's size is 0 or beyond the largest.
	ManifestSize,
	/// No codec can make the code.
	Coding,
	/// There are more stripes than bytes, or too few for the largest stripes.
	Stripes,
	/// The stored size is not what size, code and stripes make.
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
	let Registration { size, coding, stripes, .. } = *registration;
	let fewest = stripes_min(size, coding).ok_or(Flaw::Coding)?;
	if u64::from(stripes) < fewest || u64::from(stripes) > size {
		return Err(Flaw::Stripes);
	}
	if stored_size(size, coding, stripes) != Some(registration.stored_size) {
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
