//! An account's votes, and what they lock until when.

use super::referendum::{Outcome, Referendum};
use crate::{
	amounts::pop,
	chain::{
		calls::account,
		state::{account_of, Key, State},
	},
	errors::Error,
};
use popnet_primitives::{AccountId, Balance};
use std::collections::BTreeMap;
use subxt::ext::scale_decode::DecodeAsType;

/// How much a vote counts, as the chain stores it.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum StoredConviction {
	None,
	Locked1x,
	Locked2x,
	Locked3x,
	Locked4x,
	Locked5x,
	Locked6x,
}

/// How much a vote counts: 0 for a tenth, else so many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conviction(pub u8);

impl From<StoredConviction> for Conviction {
	fn from(stored: StoredConviction) -> Self {
		Self(match stored {
			StoredConviction::None => 0,
			StoredConviction::Locked1x => 1,
			StoredConviction::Locked2x => 2,
			StoredConviction::Locked3x => 3,
			StoredConviction::Locked4x => 4,
			StoredConviction::Locked5x => 5,
			StoredConviction::Locked6x => 6,
		})
	}
}

impl Conviction {
	/// Periods for which it locks.
	pub fn periods(self) -> u32 {
		match self.0.checked_sub(1) {
			Some(doublings) => 1u32.checked_shl(u32::from(doublings)).unwrap_or(u32::MAX),
			None => 0,
		}
	}

	/// Votes of `amount`.
	pub fn votes(self, amount: Balance) -> Balance {
		match self.0 {
			0 => amount / 10,
			times => amount.saturating_mul(Balance::from(times)),
		}
	}

	/// As the runtime names it.
	pub fn name(self) -> String {
		match self.0 {
			0 => "None".into(),
			times => format!("Locked{times}x"),
		}
	}
}

/// A vote as the chain stores it.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum AccountVote {
	/// One way, with conviction.
	Standard {
		/// The way in the highest bit, the conviction in the others.
		vote: u8,
		/// POP.
		balance: Balance,
	},
	/// Both ways.
	Split {
		/// POP for it.
		aye: Balance,
		/// POP against it.
		nay: Balance,
	},
	/// All ways.
	SplitAbstain {
		/// POP for it.
		aye: Balance,
		/// POP against it.
		nay: Balance,
		/// POP that only supports that it is decided.
		abstain: Balance,
	},
}

/// In the byte of a vote: for it.
pub const AYE: u8 = 0b1000_0000;

impl AccountVote {
	/// POP that it locks while the referendum goes on.
	pub fn amount(self) -> Balance {
		match self {
			Self::Standard { balance, .. } => balance,
			Self::Split { aye, nay } => aye.saturating_add(nay),
			Self::SplitAbstain { aye, nay, abstain } => {
				aye.saturating_add(nay).saturating_add(abstain)
			}
		}
	}

	fn conviction(self) -> Conviction {
		match self {
			Self::Standard { vote, .. } => Conviction(vote & !AYE),
			_ => Conviction(0),
		}
	}

	/// For people.
	pub fn text(self) -> String {
		match self {
			Self::Standard { vote, balance } => {
				let way = if vote & AYE == 0 { "nay" } else { "aye" };
				format!("{way} with {} at conviction {}", pop(balance), self.conviction().0)
			}
			Self::Split { aye, nay } => format!("aye with {}, nay with {}", pop(aye), pop(nay)),
			Self::SplitAbstain { aye: 0, nay: 0, abstain } => {
				format!("abstain with {}", pop(abstain))
			}
			Self::SplitAbstain { aye, nay, abstain } => {
				format!(
					"aye with {}, nay with {}, abstain with {}",
					pop(aye),
					pop(nay),
					pop(abstain)
				)
			}
		}
	}

	/// Until when it locks, where periods have `period` blocks.
	pub fn lock(self, outcome: Outcome, period: u32) -> Lock {
		let (end, approved) = match outcome {
			Outcome::Ongoing => return Lock::Ongoing,
			Outcome::Void => return Lock::Free,
			Outcome::Decided { end, approved } => (end, approved),
		};
		match self {
			Self::Standard { vote, .. }
				if (vote & AYE != 0) == approved && self.conviction().0 > 0 =>
			{
				Lock::Until(end.saturating_add(period.saturating_mul(self.conviction().periods())))
			}
			_ => Lock::Free,
		}
	}
}

/// Until when something is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
	/// Until the referendum ends, or the vote is taken back.
	Ongoing,
	/// Until this block.
	Until(u32),
	/// No more.
	Free,
}

impl Lock {
	/// Whether it holds at block `now`.
	pub fn holds(self, now: u32) -> bool {
		match self {
			Self::Ongoing => true,
			Self::Until(block) => block > now,
			Self::Free => false,
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum StoredVoting {
	Casting(StoredCasting),
	Delegating(StoredDelegating),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct StoredCasting {
	votes: Vec<(u32, AccountVote)>,
	prior: (u32, Balance),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct StoredDelegating {
	balance: Balance,
	target: Key,
	conviction: StoredConviction,
	prior: (u32, Balance),
}

/// What an account does on one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
	/// It votes: on these referenda so.
	Voting(Vec<(u32, AccountVote)>),
	/// Another account votes for it.
	Delegating {
		/// The account that votes.
		to: AccountId,
		/// POP.
		amount: Balance,
		/// How much it counts.
		conviction: Conviction,
	},
}

/// An account on one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnTrack {
	/// Number of the track.
	pub track: u16,
	/// Votes, or delegation.
	pub doing: Doing,
	/// What earlier votes lock, until this block.
	pub prior: (u32, Balance),
	/// What is locked on this track, whether it has to be or not.
	pub locked: Balance,
}

/// What an account does on all tracks.
pub async fn read(state: &State<'_>, who: &AccountId) -> Result<Vec<OnTrack>, Error> {
	let locks: Option<Vec<(u16, Balance)>> =
		state.value("ConvictionVoting", "ClassLocksFor", vec![account(who)]).await?;
	let mut locks: BTreeMap<u16, Balance> = locks.unwrap_or_default().into_iter().collect();
	let stored: Vec<(u16, StoredVoting)> =
		state.entries("ConvictionVoting", "VotingFor", vec![account(who)]).await?;
	let mut tracks: Vec<OnTrack> = stored
		.into_iter()
		.map(|(track, voting)| {
			let (doing, prior) = match voting {
				StoredVoting::Casting(casting) => (Doing::Voting(casting.votes), casting.prior),
				StoredVoting::Delegating(stored) => (
					Doing::Delegating {
						to: account_of(stored.target),
						amount: stored.balance,
						conviction: stored.conviction.into(),
					},
					stored.prior,
				),
			};
			OnTrack { track, doing, prior, locked: locks.remove(&track).unwrap_or(0) }
		})
		.collect();
	// A lock without votes is left to be removed.
	tracks.extend(locks.into_iter().map(|(track, locked)| OnTrack {
		track,
		doing: Doing::Voting(Vec::new()),
		prior: (0, 0),
		locked,
	}));
	tracks.sort_by_key(|on_track| on_track.track);
	Ok(tracks)
}

/// How all referenda ended on which an account has votes.
pub async fn outcomes(
	state: &State<'_>,
	tracks: &[OnTrack],
) -> Result<BTreeMap<u32, Outcome>, Error> {
	let mut outcomes = BTreeMap::new();
	for on_track in tracks {
		let Doing::Voting(votes) = &on_track.doing else { continue };
		for (id, _) in votes {
			outcomes.insert(*id, Referendum::read(state, *id).await?.outcome());
		}
	}
	Ok(outcomes)
}

/// What can be freed now on one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeing {
	/// Number of the track.
	pub track: u16,
	/// Votes that are to be removed for it.
	pub votes: Vec<u32>,
	/// What stays locked on the track.
	pub left: Balance,
}

impl OnTrack {
	/// What can be freed at block `now`; `None` when nothing can.
	pub fn freeing(
		&self,
		outcomes: &BTreeMap<u32, Outcome>,
		period: u32,
		now: u32,
	) -> Option<Freeing> {
		let prior = if self.prior.0 > now { self.prior.1 } else { 0 };
		let (votes, left) = match &self.doing {
			Doing::Delegating { amount, .. } => (Vec::new(), prior.max(*amount)),
			Doing::Voting(votes) => {
				let holds = |id: &u32, vote: &AccountVote| {
					let outcome = outcomes.get(id).copied().unwrap_or(Outcome::Ongoing);
					vote.lock(outcome, period).holds(now)
				};
				let (kept, over): (Vec<_>, Vec<_>) =
					votes.iter().partition(|(id, vote)| holds(id, vote));
				let left = kept.iter().map(|(_, vote)| vote.amount()).fold(prior, Balance::max);
				(over.into_iter().map(|(id, _)| id).collect(), left)
			}
		};
		(left < self.locked || !votes.is_empty()).then_some(Freeing {
			track: self.track,
			votes,
			left,
		})
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use popnet_primitives::economics::POP;

	/// A vote for something.
	pub fn aye(conviction: u8, pops: Balance) -> AccountVote {
		AccountVote::Standard { vote: AYE | conviction, balance: pops * POP }
	}

	const WON: Outcome = Outcome::Decided { end: 100, approved: true };
	const LOST: Outcome = Outcome::Decided { end: 100, approved: false };

	#[test]
	fn conviction_doubles_the_time_for_each_vote_more() {
		let periods: Vec<u32> = (0..=6).map(|times| Conviction(times).periods()).collect();
		assert_eq!(periods, [0, 1, 2, 4, 8, 16, 32]);
		assert_eq!(Conviction(0).votes(100), 10);
		assert_eq!(Conviction(3).votes(100), 300);
		assert_eq!(Conviction(0).name(), "None");
		assert_eq!(Conviction(6).name(), "Locked6x");
	}

	#[test]
	fn only_winners_with_conviction_stay_locked() {
		assert_eq!(aye(2, 1).lock(WON, 10), Lock::Until(120));
		assert_eq!(aye(2, 1).lock(LOST, 10), Lock::Free);
		assert_eq!(aye(0, 1).lock(WON, 10), Lock::Free);
		assert_eq!(aye(6, 1).lock(Outcome::Void, 10), Lock::Free);
		assert_eq!(aye(6, 1).lock(Outcome::Ongoing, 10), Lock::Ongoing);
		let abstain = AccountVote::SplitAbstain { aye: 0, nay: 0, abstain: POP };
		assert_eq!(abstain.lock(WON, 10), Lock::Free);
		assert_eq!(abstain.text(), "abstain with 1 POP");
		assert_eq!(aye(2, 1).text(), "aye with 1 POP at conviction 2");
	}

	#[test]
	fn votes_that_lock_no_more_are_freed_and_others_stay() {
		let outcomes = BTreeMap::from([(1, WON), (2, LOST), (3, Outcome::Ongoing)]);
		let votes = vec![(1, aye(1, 50)), (2, aye(6, 90)), (3, aye(0, 20))];
		let on_track =
			OnTrack { track: 10, doing: Doing::Voting(votes), prior: (0, 0), locked: 90 * POP };

		let freeing = on_track.freeing(&outcomes, 10, 105).unwrap();

		assert_eq!(freeing, Freeing { track: 10, votes: vec![2], left: 50 * POP });
		let later = on_track.freeing(&outcomes, 10, 110).unwrap();
		assert_eq!(later, Freeing { track: 10, votes: vec![1, 2], left: 20 * POP });
	}

	#[test]
	fn nothing_is_freed_while_everything_has_to_be_locked() {
		let voting =
			|prior, locked| OnTrack { track: 10, doing: Doing::Voting(Vec::new()), prior, locked };
		let none = BTreeMap::new();
		assert_eq!(voting((200, 5), 5).freeing(&none, 10, 105), None);
		assert_eq!(
			voting((100, 5), 5).freeing(&none, 10, 105).map(|freeing| freeing.left),
			Some(0)
		);
		assert_eq!(voting((0, 0), 0).freeing(&none, 10, 105), None);
		let delegating = OnTrack {
			doing: Doing::Delegating {
				to: AccountId::new([1; 32]),
				amount: 7,
				conviction: Conviction(1),
			},
			..voting((0, 0), 7)
		};
		assert_eq!(delegating.freeing(&none, 10, 105), None);
	}
}
