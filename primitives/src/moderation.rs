//! Risk vectors, findings and the rule that turns a panel's findings into a decision.

use crate::{content::ContentId, AccountId};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::ConstU32;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	BoundedVec,
};

/// Most categories of a policy.
pub const CATEGORIES_MAX: u32 = 16;
/// The score that means "certain", in basis points.
pub const SCORE_MAX: u16 = 10_000;
/// Longest category name in bytes.
pub const CATEGORY_NAME_BYTES_MAX: u32 = 48;

/// One score per category of the policy, in its order; each 0 ..= [`SCORE_MAX`] basis points.
pub type RiskVector = BoundedVec<u16, ConstU32<CATEGORIES_MAX>>;
/// Name of a category in lower case, for example `moderation-test-card`.
pub type CategoryName = BoundedVec<u8, ConstU32<CATEGORY_NAME_BYTES_MAX>>;

/// One line of the policy: an item whose median score reaches the threshold is rejected.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
	Clone,
	PartialEq,
	Eq,
	Debug,
	Serialize,
	Deserialize,
)]
pub struct Category {
	/// Name that users see when an item is rejected.
	pub name: CategoryName,
	/// Median score from which an item is rejected, 1 ..= [`SCORE_MAX`] basis points.
	pub threshold: u16,
}

/// The policy: categories in the order of the risk vector.
pub type Policy = BoundedVec<Category, ConstU32<CATEGORIES_MAX>>;

/// Why a panel member could not score an item. Each is the publisher's doing, not the network's.
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
	Debug,
	Serialize,
	Deserialize,
)]
pub enum Defect {
	/// The source did not deliver the item in time.
	Unreachable,
	/// The sealed key does not open, or does not match the commitment.
	WrongKey,
	/// A shard, a tag or the plaintext root does not fit the registration.
	Corrupt,
	/// Not media that the policy's decoder reads, or not of the declared kind.
	NotMedia,
	/// Decoding exceeds the limits for time, memory, frames or picture size.
	TooComplex,
}

/// What one panel member found.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub enum Finding {
	/// The item was decoded and scored.
	Scored(RiskVector),
	/// The item cannot be scored.
	Defective(Defect),
}

/// A finding with the model that made it, as it is revealed.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Verdict {
	/// What was found.
	pub finding: Finding,
	/// BLAKE3 digest of the ONNX model that scored.
	pub model: [u8; 32],
}

/// Why an item was rejected.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub enum RejectReason {
	/// The median score of this category of the policy reached its threshold.
	Policy {
		/// Index into the policy.
		category: u8,
		/// Median score in basis points.
		score: u16,
	},
	/// Most of the panel could not score the item.
	Defective(Defect),
}

/// What the panel decided.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub enum Decision {
	/// Every median lies below its threshold; the medians are attached.
	Approve(RiskVector),
	/// A median reached its threshold, or the item is defective.
	Reject(RejectReason),
	/// The findings do not allow a decision: too few, or of different lengths.
	Undecided,
}

/// The commitment that a panel member publishes before it reveals: BLAKE2b-256 over the SCALE
/// encoding of item, member, verdict and salt. Item and member are part of it so that nobody can
/// copy another member's commitment and reveal after them.
pub fn commitment(
	id: ContentId,
	member: &AccountId,
	verdict: &Verdict,
	salt: &[u8; 32],
) -> [u8; 32] {
	BlakeTwo256::hash_of(&(b"popnet-verdict-1", id, member, verdict, salt)).0
}

/// Decides by the median of each category; of two middle values the higher counts, so that an even
/// panel errs on the side of the viewer. Defects outvote scores when more members report them than
/// score; the commonest defect, the lowest among equals, is the reason.
pub fn decide(findings: &[Finding], policy: &[Category]) -> Decision {
	let mut defects: Vec<Defect> = Vec::new();
	let mut scores: Vec<&RiskVector> = Vec::new();
	for finding in findings {
		match finding {
			Finding::Defective(defect) => defects.push(*defect),
			Finding::Scored(risk) => scores.push(risk),
		}
	}
	if defects.len() > scores.len() {
		return commonest(&mut defects).map_or(Decision::Undecided, |defect| {
			Decision::Reject(RejectReason::Defective(defect))
		});
	}
	if scores.is_empty() || scores.iter().any(|risk| risk.len() != policy.len()) {
		return Decision::Undecided;
	}
	let mut medians = RiskVector::default();
	let mut worst: Option<(u8, u16)> = None;
	for (index, category) in policy.iter().enumerate() {
		let mut column: Vec<u16> =
			scores.iter().filter_map(|risk| risk.get(index).copied()).collect();
		column.sort_unstable();
		let median = column.get(column.len() / 2).copied().unwrap_or(SCORE_MAX).min(SCORE_MAX);
		if median >= category.threshold && worst.map_or(true, |(_, score)| median > score) {
			worst = u8::try_from(index).ok().map(|index| (index, median));
		}
		if medians.try_push(median).is_err() {
			return Decision::Undecided;
		}
	}
	match worst {
		Some((category, score)) => Decision::Reject(RejectReason::Policy { category, score }),
		None => Decision::Approve(medians),
	}
}

fn commonest(defects: &mut [Defect]) -> Option<Defect> {
	defects.sort_unstable();
	let mut best: Option<(usize, Defect)> = None;
	for group in defects.chunk_by(|a, b| a == b) {
		let candidate = group.first().map(|defect| (group.len(), *defect))?;
		if best.map_or(true, |(count, _)| candidate.0 > count) {
			best = Some(candidate);
		}
	}
	best.map(|(_, defect)| defect)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn policy(thresholds: &[u16]) -> Vec<Category> {
		thresholds
			.iter()
			.map(|threshold| Category { name: Default::default(), threshold: *threshold })
			.collect()
	}

	fn scored(scores: &[u16]) -> Finding {
		Finding::Scored(scores.to_vec().try_into().unwrap())
	}

	#[test]
	fn one_liar_in_three_changes_nothing() {
		let policy = policy(&[5_000]);
		let clean = [scored(&[10]), scored(&[20]), scored(&[10_000])];
		assert_eq!(decide(&clean, &policy), Decision::Approve(vec![20].try_into().unwrap()));
		let bad = [scored(&[9_000]), scored(&[0]), scored(&[8_000])];
		assert_eq!(
			decide(&bad, &policy),
			Decision::Reject(RejectReason::Policy { category: 0, score: 8_000 })
		);
		let defect = [scored(&[0]), Finding::Defective(Defect::NotMedia), scored(&[1])];
		assert!(matches!(decide(&defect, &policy), Decision::Approve(_)));
	}

	#[test]
	fn an_even_panel_takes_the_higher_middle_value() {
		let policy = policy(&[5_000]);
		assert!(matches!(
			decide(&[scored(&[4_000]), scored(&[5_000])], &policy),
			Decision::Reject(_)
		));
	}

	#[test]
	fn most_defects_reject_with_the_commonest_reason() {
		let findings = [
			Finding::Defective(Defect::NotMedia),
			Finding::Defective(Defect::Corrupt),
			Finding::Defective(Defect::NotMedia),
			scored(&[0]),
		];
		assert_eq!(
			decide(&findings, &policy(&[5_000])),
			Decision::Reject(RejectReason::Defective(Defect::NotMedia))
		);
	}

	#[test]
	fn nothing_or_wrong_lengths_decide_nothing() {
		let policy = policy(&[5_000, 5_000]);
		assert_eq!(decide(&[], &policy), Decision::Undecided);
		assert_eq!(decide(&[scored(&[1])], &policy), Decision::Undecided);
	}

	#[test]
	fn the_worst_category_is_the_reason() {
		let findings = [scored(&[6_000, 9_000, 0])];
		assert_eq!(
			decide(&findings, &policy(&[5_000, 5_000, 5_000])),
			Decision::Reject(RejectReason::Policy { category: 1, score: 9_000 })
		);
	}

	#[test]
	fn a_commitment_binds_item_and_member() {
		let verdict = Verdict { finding: scored(&[1]), model: [3; 32] };
		let (a, b) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
		let salt = [9; 32];
		let base = commitment(ContentId([0; 32]), &a, &verdict, &salt);
		assert_ne!(base, commitment(ContentId([0; 32]), &b, &verdict, &salt));
		assert_ne!(base, commitment(ContentId([1; 32]), &a, &verdict, &salt));
		assert_ne!(base, commitment(ContentId([0; 32]), &a, &verdict, &[8; 32]));
	}
}
