//! One referendum as the chain keeps it, and what that means: where it stands and what happens next.

use super::tracks::Track;
use crate::{
	amounts::{pop, WHOLE},
	chain::{
		calls::number,
		state::{account_of, Key, State},
	},
	dates::Clock,
	errors::Error,
};
use codec::Encode;
use popnet_primitives::{AccountId, Balance};
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// POP that somebody placed.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Deposit {
	who: Key,
	/// How much.
	pub amount: Balance,
}

impl Deposit {
	/// Whose it is.
	pub fn owner(&self) -> AccountId {
		account_of(self.who)
	}
}

/// Since when a referendum is decided, and until when its conditions have to hold.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Deciding {
	/// The block in which the decision began.
	pub since: u32,
	/// Where the conditions hold: the block in which it is approved if they go on to.
	pub confirming: Option<u32>,
}

/// Votes, in POP weighted by conviction, and support, in POP.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Tally {
	/// Votes for it.
	pub ayes: Balance,
	/// Votes against it.
	pub nays: Balance,
	/// POP that votes for it or abstains.
	pub support: Balance,
}

impl Tally {
	/// Share of the votes that are for it.
	pub fn approval(&self) -> u32 {
		share(self.ayes, self.ayes.saturating_add(self.nays))
	}

	/// Share of `turnout`, all POP that could vote, that supports it.
	pub fn support_of(&self, turnout: Balance) -> u32 {
		share(self.support, turnout)
	}
}

/// `part` of `all`, in parts of the whole, rounded down.
fn share(part: Balance, all: Balance) -> u32 {
	let parts = part.saturating_mul(Balance::from(WHOLE)).checked_div(all).unwrap_or(0);
	u32::try_from(parts).unwrap_or(WHOLE).min(WHOLE)
}

/// The call that is proposed, or where it lies.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Proposal {
	/// A hash alone.
	Legacy {
		/// The hash.
		hash: Key,
	},
	/// The call.
	Inline(Vec<u8>),
	/// It lies among the preimages.
	Lookup {
		/// Its hash.
		hash: Key,
		/// Its length.
		len: u32,
	},
}

impl Proposal {
	/// The encoded call, where the chain has it.
	pub async fn call(&self, state: &State<'_>) -> Result<Option<Vec<u8>>, Error> {
		match self {
			Self::Inline(bytes) => Ok(Some(bytes.clone())),
			Self::Lookup { hash, len } => {
				let key = Value::unnamed_composite([Value::from_bytes(hash), number(*len)]);
				state.value("Preimage", "PreimageFor", vec![key]).await
			}
			Self::Legacy { .. } => Ok(None),
		}
	}

	/// The hash under which it lies among the preimages.
	pub fn preimage(&self) -> Option<Key> {
		match self {
			Self::Inline(_) => None,
			Self::Legacy { hash } | Self::Lookup { hash, .. } => Some(*hash),
		}
	}
}

/// A referendum that has not ended.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Ongoing {
	/// Number of its track.
	pub track: u16,
	/// What it would do.
	pub proposal: Proposal,
	/// The block in which it was proposed.
	pub submitted: u32,
	/// What its proposer placed.
	pub submission_deposit: Deposit,
	/// Without it, it is not decided.
	pub decision_deposit: Option<Deposit>,
	/// Set when the decision has begun.
	pub deciding: Option<Deciding>,
	/// Votes.
	pub tally: Tally,
	/// Whether it waits for a place.
	pub in_queue: bool,
}

/// A referendum. An ended one has its last block, and what was placed for it and not returned.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Referendum {
	/// It has not ended.
	Ongoing(Ongoing),
	/// Approved.
	Approved(u32, Option<Deposit>, Option<Deposit>),
	/// Rejected.
	Rejected(u32, Option<Deposit>, Option<Deposit>),
	/// Cancelled; deposits are returned.
	Cancelled(u32, Option<Deposit>, Option<Deposit>),
	/// Never decided.
	TimedOut(u32, Option<Deposit>, Option<Deposit>),
	/// Killed; deposits are lost.
	Killed(u32),
}

/// Deposits of an ended referendum that can be returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returnable {
	/// What its proposer placed.
	pub submission: Option<Deposit>,
	/// What was placed for the decision.
	pub decision: Option<Deposit>,
}

impl Referendum {
	/// Reads one.
	///
	/// # Errors
	/// When there is none.
	pub async fn read(state: &State<'_>, id: u32) -> Result<Self, Error> {
		let found = state.value("Referenda", "ReferendumInfoFor", vec![number(id)]).await?;
		found.ok_or_else(|| {
			Error::unknown(format!("there is no referendum {id}"), "see `popctl referenda`")
		})
	}

	/// All of them, the newest first.
	pub async fn all(state: &State<'_>) -> Result<Vec<(u32, Self)>, Error> {
		let mut all: Vec<(u32, Self)> =
			state.entries("Referenda", "ReferendumInfoFor", Vec::new()).await?;
		all.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
		Ok(all)
	}

	/// The ongoing referendum `id`.
	///
	/// # Errors
	/// When it has ended.
	pub fn ongoing(self, id: u32) -> Result<Ongoing, Error> {
		let how = match self {
			Self::Ongoing(ongoing) => return Ok(ongoing),
			Self::Approved(..) => "it was approved",
			Self::Rejected(..) => "it was rejected",
			Self::Cancelled(..) => "it was cancelled",
			Self::TimedOut(..) => "it was never decided",
			Self::Killed(_) => "it was killed",
		};
		Err(Error::not_possible(
			format!("referendum {id} has ended: {how}"),
			"see `popctl referenda`; free votes on ended ones with `popctl unlock`",
		))
	}

	/// Deposits that can be returned.
	pub fn returnable(&self) -> Returnable {
		let (submission, decision) = match self {
			Self::Approved(_, submission, decision) | Self::Cancelled(_, submission, decision) => {
				(*submission, *decision)
			}
			Self::Rejected(_, _, decision) | Self::TimedOut(_, _, decision) => (None, *decision),
			Self::Ongoing(_) | Self::Killed(_) => (None, None),
		};
		Returnable { submission, decision }
	}

	/// The block in which it ended.
	pub fn end(&self) -> Option<u32> {
		match self {
			Self::Ongoing(_) => None,
			Self::Approved(end, ..)
			| Self::Rejected(end, ..)
			| Self::Cancelled(end, ..)
			| Self::TimedOut(end, ..)
			| Self::Killed(end) => Some(*end),
		}
	}

	/// It as it was before it ended, where the node remembers that; the chain keeps little of it.
	pub async fn before_end(&self, state: &State<'_>, id: u32) -> Option<Ongoing> {
		let last = self.end()?.checked_sub(1)?;
		let state = state.earlier(last).await?;
		match Self::read(&state, id).await {
			Ok(Self::Ongoing(ongoing)) => Some(ongoing),
			_ => None,
		}
	}

	/// How it ended for those who voted.
	pub fn outcome(&self) -> Outcome {
		match self {
			Self::Ongoing(_) => Outcome::Ongoing,
			Self::Approved(end, ..) => Outcome::Decided { end: *end, approved: true },
			Self::Rejected(end, ..) => Outcome::Decided { end: *end, approved: false },
			Self::Cancelled(..) | Self::TimedOut(..) | Self::Killed(_) => Outcome::Void,
		}
	}
}

/// How a referendum ended for those who voted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
	/// It has not.
	Ongoing,
	/// With a decision.
	Decided {
		/// The block in which it ended.
		end: u32,
		/// Whether it was approved.
		approved: bool,
	},
	/// Without one.
	Void,
}

/// Where a referendum stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
	/// Nobody has placed the decision deposit; it times out at this block.
	AwaitingDeposit(u32),
	/// The decision begins at this block at the earliest.
	Preparing(u32),
	/// All places of its track are taken.
	Queued,
	/// It is decided, and the conditions do not hold.
	Deciding {
		/// The block at which it is rejected.
		ends: u32,
		/// The block from which on the present votes would be enough, if they ever are.
		passes: Option<u32>,
	},
	/// The conditions hold; it is approved at this block.
	Confirming(u32),
	/// It has ended.
	Approved,
	/// It has ended.
	Rejected,
	/// It has ended.
	Cancelled,
	/// It has ended.
	TimedOut,
	/// It has ended.
	Killed,
}

/// What is the same for all referenda of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
	/// All POP that could vote.
	pub turnout: Balance,
	/// Blocks after which a referendum without decision deposit times out.
	pub timeout: u32,
}

impl Terms {
	/// Reads them.
	pub async fn read(state: &State<'_>) -> Result<Self, Error> {
		let all: Balance = state.required("Balances", "TotalIssuance", Vec::new()).await?;
		let inactive: Balance = state.required("Balances", "InactiveIssuance", Vec::new()).await?;
		Ok(Self {
			turnout: all.saturating_sub(inactive),
			timeout: state.constant("Referenda", "UndecidingTimeout")?,
		})
	}
}

impl Stage {
	/// Where `referendum` of `track` stands.
	pub fn of(referendum: &Referendum, track: &Track, terms: Terms, now: u32) -> Self {
		let ongoing = match referendum {
			Referendum::Ongoing(ongoing) => ongoing,
			Referendum::Approved(..) => return Self::Approved,
			Referendum::Rejected(..) => return Self::Rejected,
			Referendum::Cancelled(..) => return Self::Cancelled,
			Referendum::TimedOut(..) => return Self::TimedOut,
			Referendum::Killed(_) => return Self::Killed,
		};
		if let Some(deciding) = ongoing.deciding {
			return Self::deciding(ongoing, deciding, track, terms, now);
		}
		if ongoing.in_queue {
			return Self::Queued;
		}
		match ongoing.decision_deposit {
			None => Self::AwaitingDeposit(ongoing.submitted.saturating_add(terms.timeout)),
			Some(_) => Self::Preparing(ongoing.submitted.saturating_add(track.prepare)),
		}
	}

	fn deciding(
		ongoing: &Ongoing,
		deciding: Deciding,
		track: &Track,
		terms: Terms,
		now: u32,
	) -> Self {
		if let Some(until) = deciding.confirming {
			return Self::Confirming(until);
		}
		let approved = track.approval.enough_after(ongoing.tally.approval());
		let supported = track.support.enough_after(ongoing.tally.support_of(terms.turnout));
		let passes = approved.zip(supported).map(|(one, other)| {
			let block = deciding.since.saturating_add(track.blocks(one.max(other)));
			block.max(now.saturating_add(1))
		});
		Self::Deciding { ends: deciding.since.saturating_add(track.decision), passes }
	}

	/// In a word or two.
	pub fn name(self) -> &'static str {
		match self {
			Self::AwaitingDeposit(_) => "needs a deposit",
			Self::Preparing(_) => "preparing",
			Self::Queued => "queued",
			Self::Deciding { .. } => "deciding",
			Self::Confirming(_) => "confirming",
			Self::Approved => "approved",
			Self::Rejected => "rejected",
			Self::Cancelled => "cancelled",
			Self::TimedOut => "timed out",
			Self::Killed => "killed",
		}
	}

	/// The block at which it changes by itself.
	pub fn changes_at(self) -> Option<u32> {
		match self {
			Self::AwaitingDeposit(block) | Self::Preparing(block) | Self::Confirming(block) => {
				Some(block)
			}
			Self::Deciding { ends, passes } => Some(passes.map_or(ends, |passes| passes.min(ends))),
			_ => None,
		}
	}

	/// What happens next, in a sentence.
	pub fn next(self, id: u32, track: &Track, clock: Clock) -> String {
		match self {
			Self::AwaitingDeposit(block) => format!(
				"it needs a deposit of {}: `popctl place-deposit {id}`; without it, it ends {}",
				pop(track.decision_deposit),
				clock.at(block)
			),
			Self::Preparing(block) => format!(
				"its decision begins {}; votes count already",
				clock.at(block.max(clock.block().saturating_add(1)))
			),
			Self::Queued => format!(
				"it waits until fewer than {} others of its track are decided; those with more votes \
				 for them go first",
				track.max_deciding
			),
			Self::Deciding { passes: Some(passes), ends } if passes <= ends => format!(
				"with these votes its confirmation begins {} and takes {}",
				clock.at(passes),
				clock.span(track.confirm)
			),
			Self::Deciding { ends, .. } => {
				format!("with these votes it is rejected {}", clock.at(ends))
			}
			Self::Confirming(until) => {
				format!("if the conditions hold until then, it is approved {}", clock.at(until))
			}
			Self::Approved | Self::Cancelled => {
				format!("its deposits return with `popctl refund-deposit {id}`")
			}
			Self::Rejected | Self::TimedOut => format!(
				"its decision deposit returns with `popctl refund-deposit {id}`; that of its proposer \
				 stays held"
			),
			Self::Killed => "nothing: its deposits are lost".into(),
		}
	}
}

/// The block at which an approved referendum is carried out; `None` when that has happened.
pub async fn carried_out_at(state: &State<'_>, id: u32) -> Result<Option<u32>, Error> {
	/// How `pallet-referenda` names the task, before the number of the referendum.
	const TASK: ([u8; 8], &str) = (*b"assembly", "enactment");
	let name = state.hash(&(TASK.0, TASK.1, id).encode());
	let address: Option<(u32, u32)> =
		state.value("Scheduler", "Lookup", vec![Value::from_bytes(name)]).await?;
	Ok(address.map(|(block, _)| block))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::governance::tracks::tests::{percent, track};
	use popnet_primitives::economics::POP;

	const TERMS: Terms = Terms { turnout: 1_000 * POP, timeout: 150 };

	/// A referendum proposed at block 100, without deposit and votes.
	pub fn ongoing() -> Ongoing {
		Ongoing {
			track: 10,
			proposal: Proposal::Inline(Vec::new()),
			submitted: 100,
			submission_deposit: Deposit { who: [1; 32], amount: 100 * POP },
			decision_deposit: None,
			deciding: None,
			tally: Tally { ayes: 0, nays: 0, support: 0 },
			in_queue: false,
		}
	}

	fn stage(ongoing: Ongoing) -> Stage {
		Stage::of(&Referendum::Ongoing(ongoing), &track(), TERMS, 120)
	}

	fn placed() -> Option<Deposit> {
		Some(Deposit { who: [2; 32], amount: POP })
	}

	#[test]
	fn stages_follow_deposit_time_and_votes() {
		assert_eq!(stage(ongoing()), Stage::AwaitingDeposit(250));
		let waiting = Ongoing { decision_deposit: placed(), ..ongoing() };
		assert_eq!(stage(waiting.clone()), Stage::Preparing(102));
		assert_eq!(stage(Ongoing { in_queue: true, ..waiting.clone() }), Stage::Queued);
		let deciding = Ongoing {
			deciding: Some(Deciding { since: 110, confirming: None }),
			..waiting.clone()
		};
		assert_eq!(stage(deciding.clone()), Stage::Deciding { ends: 260, passes: None });
		let confirming =
			Ongoing { deciding: Some(Deciding { since: 110, confirming: Some(140) }), ..waiting };
		assert_eq!(stage(confirming), Stage::Confirming(140));
		assert_eq!(
			Stage::of(&Referendum::Killed(5), &track(), TERMS, 120).next(
				3,
				&track(),
				Clock::new(1, 2_000)
			),
			"nothing: its deposits are lost"
		);
		// All votes for it, from a quarter of all POP: enough when the curve has fallen to 25 %.
		let tally = Tally { ayes: 25 * POP, nays: 0, support: 250 * POP };
		let Stage::Deciding { passes: Some(passes), .. } = stage(Ongoing { tally, ..deciding })
		else {
			panic!("it passes some day")
		};
		let needed = track().support.needed(track().passed(passes - 110));
		assert!(needed <= percent(25), "{needed}");
		assert!(track().support.needed(track().passed(passes - 111)) > percent(25));
	}

	#[test]
	fn shares_are_rounded_down() {
		let tally = Tally { ayes: 2, nays: 1, support: POP };
		assert_eq!(tally.approval(), 666_666_666);
		assert_eq!(tally.support_of(1_000 * POP), 1_000_000);
		assert_eq!(Tally { ayes: 0, nays: 0, support: 0 }.approval(), 0);
	}

	#[test]
	fn deposits_return_as_the_end_allows() {
		let approved = Referendum::Approved(9, placed(), placed());
		assert_eq!(approved.returnable(), Returnable { submission: placed(), decision: placed() });
		let rejected = Referendum::Rejected(9, placed(), placed());
		assert_eq!(rejected.returnable(), Returnable { submission: None, decision: placed() });
		let nothing = Returnable { submission: None, decision: None };
		assert_eq!(Referendum::Ongoing(ongoing()).returnable(), nothing);
		assert_eq!(Referendum::Killed(9).returnable(), nothing);
	}

	#[test]
	fn an_ended_referendum_is_told_apart() {
		assert!(Referendum::Ongoing(ongoing()).ongoing(3).is_ok());
		let ended = Referendum::TimedOut(9, None, None).ongoing(3).unwrap_err();
		assert_eq!(ended.exit_code(), 6);
		assert!(ended.message().contains("never decided"), "{}", ended.message());
		assert_eq!(Referendum::Killed(1).outcome(), Outcome::Void);
		let approved = Referendum::Approved(9, None, None).outcome();
		assert_eq!(approved, Outcome::Decided { end: 9, approved: true });
	}
}
