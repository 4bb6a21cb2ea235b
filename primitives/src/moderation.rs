//! Risk vectors, findings and the rule that turns a panel's findings into a decision.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use crate::{content::ContentId, AccountId, BlockNumber};
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
		/// Index into the policy by which the panel decided, which need not be the present one.
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
	/// The findings do not allow a decision: no majority of the panel stands behind one.
	Undecided,
}

/// A member's place on one of the panels of an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seat<'a> {
	/// The item.
	pub id: ContentId,
	/// Block in which the panel was drawn. No two panels of an item have the same.
	pub round: BlockNumber,
	/// The member.
	pub member: &'a AccountId,
}

impl Seat<'_> {
	/// The commitment that the member publishes before it reveals: BLAKE2b-256 over the SCALE
	/// encoding of item, round, member, verdict and salt. The seat is part of it so that nobody can
	/// copy a commitment and reveal after its author: not another member, and not for another panel.
	pub fn commitment(&self, verdict: &Verdict, salt: &[u8; 32]) -> [u8; 32] {
		let Self { id, round, member } = self;
		BlakeTwo256::hash_of(&(b"popnet-verdict-1", id, round, member, verdict, salt)).0
	}
}

/// Decides when at least `majority` members, more than half of the panel, agree: that the item is
/// defective, that a category's score reaches its threshold, or that none does. Members who are
/// silent agree with nobody, so that no minority decides, whatever it reveals.
///
/// Of several defects the commonest, the lowest among equals, is the reason; of several categories
/// the one with the highest median. Of two middle values the higher is the median.
pub fn decide(findings: &[Finding], majority: usize, policy: &[Category]) -> Decision {
	let mut defects: Vec<Defect> = Vec::new();
	let mut scores: Vec<&RiskVector> = Vec::new();
	for finding in findings {
		match finding {
			Finding::Defective(defect) => defects.push(*defect),
			Finding::Scored(risk) => scores.push(risk),
		}
	}
	if defects.len() >= majority {
		return commonest(&mut defects).map_or(Decision::Undecided, |defect| {
			Decision::Reject(RejectReason::Defective(defect))
		});
	}
	if scores.len() < majority || scores.iter().any(|risk| risk.len() != policy.len()) {
		return Decision::Undecided;
	}
	let mut medians = RiskVector::default();
	let mut worst: Option<(u8, u16)> = None;
	let mut contested = false;
	for (index, category) in policy.iter().enumerate() {
		let mut column: Vec<u16> =
			scores.iter().filter_map(|risk| risk.get(index).copied()).collect();
		column.sort_unstable();
		let median = column.get(column.len() / 2).copied().unwrap_or(SCORE_MAX).min(SCORE_MAX);
		let reaching = column.iter().filter(|score| **score >= category.threshold).count();
		if reaching >= majority {
			if worst.is_none_or(|(_, score)| median > score) {
				worst = u8::try_from(index).ok().map(|index| (index, median));
			}
		} else if column.len().saturating_sub(reaching) < majority {
			contested = true;
		}
		if medians.try_push(median).is_err() {
			return Decision::Undecided;
		}
	}
	match worst {
		Some((category, score)) => Decision::Reject(RejectReason::Policy { category, score }),
		None if contested => Decision::Undecided,
		None => Decision::Approve(medians),
	}
}

fn commonest(defects: &mut [Defect]) -> Option<Defect> {
	defects.sort_unstable();
	let mut best: Option<(usize, Defect)> = None;
	for group in defects.chunk_by(|a, b| a == b) {
		let candidate = group.first().map(|defect| (group.len(), *defect))?;
		if best.is_none_or(|(count, _)| candidate.0 > count) {
			best = Some(candidate);
		}
	}
	best.map(|(_, defect)| defect)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn policy(thresholds: &[u16]) -> Vec<Category> {
		thresholds
			.iter()
			.map(|threshold| Category { name: Default::default(), threshold: *threshold })
			.collect()
	}

	fn scored(scores: &[u16]) -> Finding {
		Finding::Scored(scores.to_vec().try_into().unwrap())
	}

	fn reject(category: u8, score: u16) -> Decision {
		Decision::Reject(RejectReason::Policy { category, score })
	}

	#[test]
	fn one_liar_in_three_changes_nothing() {
		let policy = policy(&[5_000]);
		let clean = [scored(&[10]), scored(&[20]), scored(&[10_000])];
		assert_eq!(decide(&clean, 2, &policy), Decision::Approve(vec![20].try_into().unwrap()));
		let bad = [scored(&[9_000]), scored(&[0]), scored(&[8_000])];
		assert_eq!(decide(&bad, 2, &policy), reject(0, 8_000));
		let defect = [scored(&[0]), Finding::Defective(Defect::NotMedia), scored(&[1])];
		assert!(matches!(decide(&defect, 2, &policy), Decision::Approve(_)));
	}

	#[test]
	fn one_member_of_three_decides_nothing() {
		let policy = policy(&[5_000]);
		let defective = Finding::Defective(Defect::NotMedia);
		for alone in [scored(&[0]), scored(&[10_000]), defective.clone()] {
			assert_eq!(decide(&[alone], 2, &policy), Decision::Undecided);
		}
		// The third is silent, and the two disagree.
		assert_eq!(decide(&[defective, scored(&[0])], 2, &policy), Decision::Undecided);
		assert_eq!(decide(&[scored(&[0]), scored(&[9_000])], 2, &policy), Decision::Undecided);
	}

	#[test]
	fn an_even_panel_takes_the_higher_middle_value() {
		let findings = [scored(&[4_000]), scored(&[4_500]), scored(&[4_700]), scored(&[9_000])];
		let medians = vec![4_700].try_into().unwrap();
		assert_eq!(decide(&findings, 3, &policy(&[5_000])), Decision::Approve(medians));
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
			decide(&findings, 3, &policy(&[5_000])),
			Decision::Reject(RejectReason::Defective(Defect::NotMedia))
		);
	}

	#[test]
	fn nothing_or_wrong_lengths_decide_nothing() {
		let policy = policy(&[5_000, 5_000]);
		assert_eq!(decide(&[], 1, &policy), Decision::Undecided);
		assert_eq!(decide(&[scored(&[1])], 1, &policy), Decision::Undecided);
	}

	#[test]
	fn the_worst_category_is_the_reason() {
		let findings = [scored(&[6_000, 9_000, 0])];
		assert_eq!(decide(&findings, 1, &policy(&[5_000, 5_000, 5_000])), reject(1, 9_000));
	}

	#[test]
	fn a_category_without_a_majority_keeps_an_item_from_approval_but_not_from_rejection() {
		let findings = [scored(&[0, 9_000, 9_000]), scored(&[0, 9_000, 0])];
		assert_eq!(decide(&findings, 2, &policy(&[5_000, 10_000, 5_000])), Decision::Undecided);
		assert_eq!(decide(&findings, 2, &policy(&[5_000, 5_000, 5_000])), reject(1, 9_000));
	}

	/// Scores of two categories or a defect.
	fn finding() -> impl Strategy<Value = Finding> {
		let defects = [
			Defect::Unreachable,
			Defect::WrongKey,
			Defect::Corrupt,
			Defect::NotMedia,
			Defect::TooComplex,
		];
		prop_oneof![
			[0..=SCORE_MAX, 0..=SCORE_MAX].prop_map(|scores| scored(&scores)),
			prop::sample::select(defects.to_vec()).prop_map(Finding::Defective),
		]
	}

	proptest! {
		/// What more than half of a panel find alike is the decision, whatever the others reveal.
		#[test]
		fn no_minority_turns_equal_findings_around(
			honest in finding(),
			others in prop::collection::vec(finding(), 0..8),
			silent in 0usize..8,
			more in 0usize..3,
			threshold in 1..=SCORE_MAX,
		) {
			let majority = others.len() + silent + 1;
			let alike = vec![honest; majority + more];
			let policy = policy(&[threshold, threshold]);
			let panel = alike.len() + others.len() + silent;
			let findings: Vec<_> = others.into_iter().chain(alike.clone()).collect();

			prop_assert_eq!(
				decide(&findings, panel / 2 + 1, &policy),
				decide(&alike, panel / 2 + 1, &policy)
			);
		}

		/// Every decision has more than half of the panel behind it, the silent not counted.
		#[test]
		fn no_minority_decides(
			findings in prop::collection::vec(finding(), 0..16),
			silent in 0usize..8,
			thresholds in [1..=SCORE_MAX, 1..=SCORE_MAX],
		) {
			let majority = (findings.len() + silent) / 2 + 1;
			let score = |finding: &Finding, category: usize| match finding {
				Finding::Scored(risk) => Some(risk[category]),
				Finding::Defective(_) => None,
			};
			let count = |agrees: &dyn Fn(&Finding) -> bool| {
				findings.iter().filter(|finding| agrees(finding)).count()
			};
			let clean = |category: usize| {
				count(&|finding| score(finding, category).is_some_and(|s| s < thresholds[category]))
			};
			let behind = match decide(&findings, majority, &policy(&thresholds)) {
				Decision::Approve(_) => clean(0).min(clean(1)),
				Decision::Reject(RejectReason::Policy { category, .. }) => {
					let category = usize::from(category);
					count(&|f| score(f, category).is_some_and(|s| s >= thresholds[category]))
				}
				Decision::Reject(RejectReason::Defective(_)) => {
					count(&|finding| matches!(finding, Finding::Defective(_)))
				}
				Decision::Undecided => return Ok(()),
			};
			prop_assert!(behind >= majority, "{} of {}", behind, majority);
		}
	}

	#[test]
	fn a_commitment_binds_item_round_and_member() {
		let verdict = Verdict { finding: scored(&[1]), model: [3; 32] };
		let (a, b) = (AccountId::new([1; 32]), AccountId::new([2; 32]));
		let salt = [9; 32];
		let seat = Seat { id: ContentId([0; 32]), round: 7, member: &a };
		let base = seat.commitment(&verdict, &salt);
		assert_ne!(base, Seat { member: &b, ..seat }.commitment(&verdict, &salt));
		assert_ne!(base, Seat { round: 8, ..seat }.commitment(&verdict, &salt));
		assert_ne!(base, Seat { id: ContentId([1; 32]), ..seat }.commitment(&verdict, &salt));
		assert_ne!(base, seat.commitment(&verdict, &[8; 32]));
	}
}
