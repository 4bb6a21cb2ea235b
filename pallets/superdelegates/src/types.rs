//! Stored types, the rule of the majority, and which screening keys are acceptable.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	traits::Get, BoundedVec, CloneNoBound, DebugNoBound, EqNoBound, PartialEqNoBound,
};
use popnet_primitives::Balance;
use scale_info::TypeInfo;

/// An X25519 public key to which content keys are sealed.
pub type ScreeningKey = [u8; 32];
/// BLAKE3 digest of the model that a Superdelegate runs.
pub type ModelHash = [u8; 32];
/// Number of an era, as staking counts them.
pub type EraIndex = u32;

/// A Delegate who offers to screen.
#[derive(
	Encode, Decode, MaxEncodedLen, TypeInfo, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound,
)]
#[scale_info(skip_type_params(MaxDelegates))]
#[codec(mel_bound(AccountId: MaxEncodedLen))]
pub struct Candidate<AccountId: Clone + PartialEq + Eq + core::fmt::Debug, MaxDelegates: Get<u32>> {
	/// Where content keys are sealed to.
	pub screening_key: ScreeningKey,
	/// The model that this candidate runs.
	pub model: ModelHash,
	/// Order of standing: lower stood earlier. Unique.
	pub standing: u64,
	/// Delegates who approve, each once, in the order of their approval.
	pub approvals: BoundedVec<AccountId, MaxDelegates>,
}

/// A Superdelegate in office.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Member<AccountId> {
	/// The account, also that of a Delegate and a candidate.
	pub who: AccountId,
	/// Where content keys are sealed to.
	pub screening_key: ScreeningKey,
	/// The model that its verdicts have to come from.
	pub model: ModelHash,
}

/// What an account that screens or screened has failed in lately.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Strikes<AccountId> {
	/// The account.
	pub who: AccountId,
	/// Failures that count, at least 1.
	pub count: u32,
	/// Era of the latest.
	pub last: EraIndex,
}

impl<AccountId> Strikes<AccountId> {
	/// Whether they still count in `era`, when strikes are forgotten `memory` eras after the latest.
	pub fn count_in(&self, era: EraIndex, memory: EraIndex) -> bool {
		era.saturating_sub(self.last) < memory
	}
}

/// An account that cannot stand for a while.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Bar<AccountId> {
	/// The account.
	pub who: AccountId,
	/// First era in which it can stand again.
	pub until: EraIndex,
}

/// Why a Superdelegate has left office.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Departure {
	/// By own wish.
	Withdrew,
	/// No longer one of the active Delegates.
	LostDelegacy,
	/// No longer approved by more than half of the active Delegates' elected stake.
	VotedOut,
	/// Others are approved by more stake, or stood earlier with as much.
	Outvoted,
	/// Missed duties, or had verdicts reversed, too often.
	MissedDuties,
	/// By a referendum.
	Recalled,
}

/// Whether `approving` is more than half of the elected stake `total`, so that no two disjoint groups
/// of Delegates can decide and none without stake.
pub fn is_majority(approving: Balance, total: Balance) -> bool {
	approving > total.saturating_sub(approving)
}

/// The u-coordinates of all points whose order divides eight, little-endian, with the encodings
/// beyond the field's prime that X25519 reduces to one of them. A shared secret with such a key is
/// zero whatever the other side's secret is, so everything sealed to it could be read by anyone.
const LOW_ORDER: [ScreeningKey; 7] = [
	[0; 32],
	// 1
	[
		1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0,
	],
	// The two points of order eight.
	[
		0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
		0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
		0xb8, 0x00,
	],
	[
		0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
		0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
		0x11, 0x57,
	],
	near_prime(0xec),
	near_prime(0xed),
	near_prime(0xee),
];

/// 2^255 − 2^8 + `low`: with 0xed the field's prime.
const fn near_prime(low: u8) -> ScreeningKey {
	let mut key = [0xff; 32];
	key[0] = low;
	key[31] = 0x7f;
	key
}

/// Whether sealing to `key` would protect nothing. X25519 ignores the highest bit, and so does this.
pub fn is_low_order(key: &ScreeningKey) -> bool {
	let mut masked = *key;
	masked[31] &= 0x7f;
	LOW_ORDER.contains(&masked)
}
