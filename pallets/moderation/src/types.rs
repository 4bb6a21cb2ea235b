//! What is stored about panels, and the pure rules of policies and verdicts.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{BoundedBTreeMap, BoundedVec};
use popnet_primitives::{
	content::SealedKey,
	moderation::{
		decide, Category, Decision, Finding, RejectReason, RiskVector, Verdict, SCORE_MAX,
	},
	AccountId, BlockNumber,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::SaturatedConversion;

/// Most members of a panel.
pub const PANEL_MAX: u32 = 15;
/// Fewest members of a panel. Both of two have to agree, so that nobody decides alone.
pub const PANEL_MIN: u32 = 2;

/// Something for each member of a panel, in its order.
pub type PanelVec<T> = BoundedVec<T, ConstU32<PANEL_MAX>>;
/// The content key, sealed to each member of a panel.
pub type SealedKeyList = PanelVec<SealedKey>;
/// Number of a policy; each change makes a new one.
pub type PolicyVersion = u32;

/// BLAKE3 digest of a model.
pub type ModelHash = [u8; 32];
/// Most models that a policy admits.
pub const MODELS_MAX: u32 = 16;
/// The models that a policy admits; empty where it admits any.
pub type ModelList = BoundedVec<ModelHash, ConstU32<MODELS_MAX>>;

/// Most accounts that can have duties at a time: those in office, and some who have left and still have
/// to reveal.
pub const DUTY_HOLDERS_MAX: u32 = 128;
/// How many duties each account has that has any.
pub type DutyCounts = BoundedBTreeMap<AccountId, u32, ConstU32<DUTY_HOLDERS_MAX>>;

/// Whether `who` can be given one more duty where `max` is the most: there is room in the counts for it,
/// and for a whole panel beside it.
pub fn has_room(counts: &DutyCounts, who: &AccountId, max: u32) -> bool {
	match counts.get(who) {
		Some(count) => *count < max,
		None => {
			let holders: u32 = counts.len().saturated_into();
			holders.saturating_add(PANEL_MAX) <= DUTY_HOLDERS_MAX
		}
	}
}

/// Whether verdicts of `model` count where a policy admits `models`.
pub fn is_admitted(models: &[ModelHash], model: &ModelHash) -> bool {
	models.is_empty() || models.contains(model)
}

/// What a member has committed to.
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
pub struct Commitment {
	/// See `popnet_primitives::moderation::Seat::commitment`.
	pub hash: [u8; 32],
	/// The model that the member had declared when it committed, and that the verdict must name.
	pub model: ModelHash,
}

/// A member of a panel.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Member {
	/// The Superdelegate.
	pub account: AccountId,
	/// X25519 key to which the content key is sealed.
	pub screening_key: [u8; 32],
	/// What it has committed to.
	pub commitment: Option<Commitment>,
	/// What it has revealed.
	pub verdict: Option<Verdict>,
}

impl Member {
	/// A member that has done nothing yet.
	pub fn new(account: AccountId, screening_key: [u8; 32]) -> Self {
		Self { account, screening_key, commitment: None, verdict: None }
	}
}

/// How far a panel has come.
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
pub enum Phase {
	/// The panel is not drawn yet.
	Drawing,
	/// The publisher has to seal the content key to its members.
	Sealing,
	/// Members screen the item and commit to their verdicts.
	Committing,
	/// Members reveal their verdicts.
	Revealing,
	/// The panel has decided, or given up.
	Decided,
	/// Members have left office before members could reveal, and substitutes are not drawn yet.
	Substituting,
}

/// The panel of an item.
#[derive(
	Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen, Clone, PartialEq, Eq, Debug,
)]
pub struct Panel {
	/// How far it has come.
	pub phase: Phase,
	/// Block at which the phase ends; `None` once it has decided.
	pub deadline: Option<BlockNumber>,
	/// Policy by which it decides: the one in force when it was drawn.
	pub policy: PolicyVersion,
	/// Block of the registration, or of the first panel's dismissal. The draw takes randomness that
	/// was fixed later.
	pub requested_at: BlockNumber,
	/// Block of the draw, by which commitments and results tell the panels of an item apart; while
	/// it is not drawn that of the first panel, or 0.
	pub round: BlockNumber,
	/// Draws for the item that failed, those for the first panel included.
	pub failed_draws: u32,
	/// Whether this is the second panel of the item.
	pub redrawn: bool,
	/// How many members were drawn for it: a majority is one of these. 0 until then.
	pub seats: u32,
	/// Block since which a seat is vacant for which a substitute will be drawn.
	pub vacant_since: Option<BlockNumber>,
	/// Substitutes for the item, those on the first panel included. A draw that found none counts as
	/// one.
	pub substitutes: u32,
	/// To how many of its members, from the first on, the publisher has sealed the content key.
	pub keys: u32,
	/// Its members in the order drawn, without those who have left office before members could
	/// reveal; empty until it is drawn.
	pub members: PanelVec<Member>,
	/// Members of the first panel who did not do their duty.
	pub silent: PanelVec<AccountId>,
}

impl Panel {
	/// A panel that is requested at block `now` and will be drawn under `policy`.
	pub fn new(policy: PolicyVersion, now: BlockNumber) -> Self {
		Self {
			phase: Phase::Drawing,
			deadline: None,
			policy,
			requested_at: now,
			round: 0,
			failed_draws: 0,
			redrawn: false,
			seats: 0,
			vacant_since: None,
			substitutes: 0,
			keys: 0,
			members: PanelVec::default(),
			silent: PanelVec::default(),
		}
	}

	/// How many members have to agree on a decision: more than half of those drawn. Who has left and
	/// has no substitute agrees with nobody.
	pub fn majority(&self) -> usize {
		(self.seats / 2).saturating_add(1).saturated_into()
	}

	/// Seats whose members have left.
	pub fn vacant(&self) -> usize {
		self.seats.saturated_into::<usize>().saturating_sub(self.members.len())
	}

	/// Members who have committed.
	pub fn committed(&self) -> usize {
		self.members.iter().filter(|member| member.commitment.is_some()).count()
	}

	/// Members who have revealed.
	pub fn revealed(&self) -> usize {
		self.members.iter().filter(|member| member.verdict.is_some()).count()
	}

	/// Place of `who` on the panel.
	pub fn place_of(&self, who: &AccountId) -> Option<usize> {
		self.members.iter().position(|member| member.account == *who)
	}

	/// Whether the publisher has sealed the content key to every member.
	pub fn is_sealed(&self) -> bool {
		!self.members.is_empty() && self.keys.saturated_into::<usize>() == self.members.len()
	}

	/// Whether its members may change and commit: it is drawn, and nothing is revealed yet.
	pub fn is_forming(&self) -> bool {
		matches!(self.phase, Phase::Sealing | Phase::Substituting | Phase::Committing)
	}

	/// Whether the member at `place` may commit: it can open the item, and nobody has revealed yet.
	pub fn may_commit(&self, place: usize) -> bool {
		self.is_forming() && place < self.keys.saturated_into()
	}

	/// Members who have not done what the phase asks of them, or an earlier one did.
	pub fn idle_members(&self) -> impl Iterator<Item = &AccountId> {
		let phase = self.phase;
		let idle = move |member: &&Member| match phase {
			Phase::Committing => member.commitment.is_none(),
			Phase::Revealing => member.verdict.is_none(),
			Phase::Drawing | Phase::Sealing | Phase::Substituting | Phase::Decided => false,
		};
		self.members.iter().filter(idle).map(|member| &member.account)
	}

	/// Members who have still to commit, now or once they have their key, or to reveal what they
	/// have committed to.
	pub fn members_on_duty(&self) -> impl Iterator<Item = &AccountId> {
		let phase = self.phase;
		let on_duty = move |member: &&Member| match phase {
			Phase::Sealing | Phase::Substituting | Phase::Committing => true,
			Phase::Revealing => member.commitment.is_some() && member.verdict.is_none(),
			Phase::Drawing | Phase::Decided => false,
		};
		self.members.iter().filter(on_duty).map(|member| &member.account)
	}

	/// What the members have revealed.
	pub fn findings(&self) -> Vec<Finding> {
		self.members
			.iter()
			.flat_map(|m| &m.verdict)
			.map(|verdict| verdict.finding.clone())
			.collect()
	}
}

/// What a member missed.
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
pub enum Duty {
	/// It did not commit to a verdict.
	Commit,
	/// It committed and did not reveal.
	Reveal,
}

/// What is wrong with a policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PolicyFlaw {
	/// It has no category, so that it would pass everything.
	Empty,
	/// A threshold lies outside 1 ..= 10,000 basis points.
	Threshold,
	/// A name is empty or has other characters than lower case letters, digits and hyphens.
	Name,
	/// Two categories have one name.
	Duplicate,
}

/// Checks a policy before it comes into force.
pub fn check_policy(policy: &[Category]) -> Result<(), PolicyFlaw> {
	if policy.is_empty() {
		return Err(PolicyFlaw::Empty);
	}
	let mut names = BTreeSet::new();
	for category in policy {
		if category.threshold == 0 || category.threshold > SCORE_MAX {
			return Err(PolicyFlaw::Threshold);
		}
		let plain = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-';
		if category.name.is_empty() || !category.name.iter().all(plain) {
			return Err(PolicyFlaw::Name);
		}
		if !names.insert(&category.name) {
			return Err(PolicyFlaw::Duplicate);
		}
	}
	Ok(())
}

/// Whether a finding can be counted under `policy`: one score per category, none above certainty.
/// A single finding of another length would keep the others from deciding.
pub fn is_well_formed(finding: &Finding, policy: &[Category]) -> bool {
	match finding {
		Finding::Defective(_) => true,
		Finding::Scored(risk) => {
			risk.len() == policy.len() && risk.iter().all(|score| *score <= SCORE_MAX)
		}
	}
}

/// The medians of the findings, whatever they decide; `None` unless `majority` members have scored.
pub fn medians(findings: &[Finding], majority: usize, policy: &[Category]) -> Option<RiskVector> {
	// No score reaches these thresholds, so that the decision names every median.
	let open: Vec<Category> = policy
		.iter()
		.map(|category| Category { name: category.name.clone(), threshold: u16::MAX })
		.collect();
	match decide(findings, majority, &open) {
		Decision::Approve(medians) => Some(medians),
		Decision::Reject(_) | Decision::Undecided => None,
	}
}

/// Points for decoding and scoring an item, which costs about the same for all.
const POINTS_FOR_SCORING: u64 = 100;
/// Bytes of an item whose fetching earns one point more.
const BYTES_PER_POINT: u64 = 8 * 1024 * 1024;
/// Most points for fetching, so that no single item outweighs a day's work.
const POINTS_FOR_FETCHING_MAX: u64 = 900;

/// Points that one verdict on an item of `size` plaintext bytes earns: 100 for decoding and scoring, and
/// one for each started 8 MiB that have to be fetched, 900 at most.
///
/// ```
/// # use pallet_moderation::points_for;
/// assert_eq!(points_for(1), 101);
/// assert_eq!(points_for(1024 * 1024 * 1024), 228);
/// assert_eq!(points_for(u64::MAX), 1_000);
/// ```
pub fn points_for(size: u64) -> u128 {
	let fetching = size.div_ceil(BYTES_PER_POINT).min(POINTS_FOR_FETCHING_MAX);
	POINTS_FOR_SCORING.saturating_add(fetching).into()
}

/// Whether a finding is far from what its panel decided: it says defective where the panel has scored,
/// or the other way round, or one of its scores differs from the median by more than `tolerance` basis
/// points. A panel that has not decided is no measure.
pub fn deviates(
	finding: &Finding,
	decision: &Decision,
	medians: Option<&RiskVector>,
	tolerance: u16,
) -> bool {
	let has_scored = match decision {
		Decision::Undecided => return false,
		Decision::Reject(RejectReason::Defective(_)) => false,
		Decision::Approve(_) | Decision::Reject(RejectReason::Policy { .. }) => true,
	};
	match finding {
		Finding::Defective(_) => has_scored,
		Finding::Scored(_) if !has_scored => true,
		Finding::Scored(risk) => medians.is_some_and(|medians| {
			risk.iter().zip(medians).any(|(score, median)| score.abs_diff(*median) > tolerance)
		}),
	}
}
