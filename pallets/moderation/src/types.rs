//! What is stored about panels, and the pure rules of policies and verdicts.

use alloc::{collections::BTreeSet, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::BoundedVec;
use popnet_primitives::{
	content::SealedKey,
	moderation::{decide, Category, Decision, Finding, RiskVector, Verdict, SCORE_MAX},
	AccountId, BlockNumber,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;

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
	pub commitment: Option<[u8; 32]>,
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
	/// Whether the publisher has sealed the content key to its members.
	pub keys_sealed: bool,
	/// Its members in the order drawn; empty until then.
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
			keys_sealed: false,
			members: PanelVec::default(),
			silent: PanelVec::default(),
		}
	}

	/// How many members have to agree on a decision: more than half.
	pub fn majority(&self) -> usize {
		self.members.len() / 2 + 1
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

	/// Members who have not done what the phase asks of them, or an earlier one did.
	pub fn idle_members(&self) -> impl Iterator<Item = &AccountId> {
		let phase = self.phase;
		let idle = move |member: &&Member| match phase {
			Phase::Committing => member.commitment.is_none(),
			Phase::Revealing => member.verdict.is_none(),
			Phase::Drawing | Phase::Sealing | Phase::Decided => false,
		};
		self.members.iter().filter(idle).map(|member| &member.account)
	}

	/// Members who have still to commit, or to reveal what they have committed to.
	pub fn members_on_duty(&self) -> impl Iterator<Item = &AccountId> {
		let phase = self.phase;
		let on_duty = move |member: &&Member| match phase {
			Phase::Committing => true,
			Phase::Revealing => member.commitment.is_some() && member.verdict.is_none(),
			Phase::Drawing | Phase::Sealing | Phase::Decided => false,
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
