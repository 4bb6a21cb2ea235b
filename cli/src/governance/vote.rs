//! Voting, delegating votes, and freeing what they lock.

use super::{
	args::{Vote, VoteAction, Way},
	referendum::{Ongoing, Outcome, Referendum},
	tracks::{self, Track},
	voting::{self, Conviction, Doing, Lock, OnTrack},
};
use crate::{
	access::Access,
	amounts::{format_amount, pop, rounded},
	chain::calls::{address, number, option, word, Call, Step},
	dates::Clock,
	errors::Error,
	show::{row, table},
	staking::Funds,
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use subxt::ext::scale_value::Value as ScaleValue;

/// Most calls of one transaction that unlocks: each may move an agenda of the scheduler, which is long.
const UNLOCK_STEPS_MAX: usize = 16;

/// Votes, or does something else with votes.
pub async fn run(access: Access<'_>, options: Vote) -> Result<(), Error> {
	match options.action {
		Some(VoteAction::Remove { referendum }) => remove(access, referendum).await,
		Some(VoteAction::Delegate { to, amount, track, conviction }) => {
			let delegation = Delegation { to, amount, track, conviction: Conviction(conviction) };
			delegate(access, delegation).await
		}
		Some(VoteAction::Undelegate { track }) => undelegate(access, &track).await,
		None => match (options.referendum, options.way, options.amount) {
			(Some(referendum), Some(way), Some(amount)) => {
				let conviction = Conviction(options.conviction);
				vote(access, Ballot { referendum, way, amount, conviction }).await
			}
			_ => Err(Error::usage("the vote is incomplete", "popctl vote REFERENDUM aye AMOUNT")),
		},
	}
}

struct Ballot {
	referendum: u32,
	way: Way,
	amount: Balance,
	conviction: Conviction,
}

impl Ballot {
	/// As the runtime takes it.
	fn value(&self) -> ScaleValue {
		let aye = match self.way {
			Way::Aye => voting::AYE,
			Way::Nay => 0,
			Way::Abstain => {
				let nothing = || number(0u32);
				let fields =
					[("aye", nothing()), ("nay", nothing()), ("abstain", number(self.amount))];
				return ScaleValue::named_variant("SplitAbstain", fields);
			}
		};
		let vote = number(aye | self.conviction.0);
		ScaleValue::named_variant("Standard", [("vote", vote), ("balance", number(self.amount))])
	}

	fn word(&self) -> &'static str {
		match self.way {
			Way::Aye => "aye",
			Way::Nay => "nay",
			Way::Abstain => "abstain",
		}
	}
}

async fn vote(access: Access<'_>, ballot: Ballot) -> Result<(), Error> {
	let signer = access.signer()?;
	if ballot.way == Way::Abstain && ballot.conviction.0 > 0 {
		return Err(Error::usage(
			"who abstains has no conviction",
			"leave out --conviction, or vote aye or nay",
		));
	}
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let id = ballot.referendum;
	let ongoing = Referendum::read(&state, id).await?.ongoing(id)?;
	let funds = Funds::read(&state, &signer.account).await?;
	ensure_owned(&funds, ballot.amount)?;
	let before = voting::read(&state, &signer.account).await?;
	let earlier = earlier_vote(&before, ongoing.track, id)?;
	let call = Step::new("ConvictionVoting", "vote", [number(id), ballot.value()]).into();
	let receipt = chain.submit(&call, &signer).await?;

	let after = chain.state_after(&receipt).await?;
	let clock = after.clock().await?;
	let period: u32 = after.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let tracks = tracks::all(&after)?;
	let ends = tracks::by_id(&tracks, ongoing.track)
		.map(|track| clock.at(latest_end(&ongoing, track, clock.block())));
	let lock = lock_text(&ballot, period, clock);
	let votes = match ballot.way {
		Way::Abstain => 0,
		_ => ballot.conviction.votes(ballot.amount),
	};
	let result = json!({
		"referendum": id,
		"way": ballot.word(),
		"amount": format_amount(ballot.amount),
		"conviction": ballot.conviction.0,
		"votes": format_amount(votes),
		"replaces": earlier,
		"lock": lock,
		"lockBlocks": period.saturating_mul(ballot.conviction.periods()),
		"endsAtTheLatest": ends.map(|moment| moment.json()),
		"block": receipt.block,
		"transaction": receipt.transaction,
		"next": format!("popctl referenda {id}"),
	});
	access.output.result(&result, || {
		let mut rows = vec![row(
			"voted",
			format!(
				"{} on {id}: {} votes of {}",
				ballot.word(),
				rounded(votes, 6),
				pop(ballot.amount)
			),
		)];
		rows.extend(earlier.iter().map(|vote| row("replaces", vote)));
		rows.extend(ends.map(|moment| row("ends", format!("{moment} at the latest"))));
		rows.push(row("locked", &lock));
		rows.push(row("staked", "staked POP stays staked and generates LIT while it votes"));
		rows.push(row("next", format!("`popctl referenda {id}` shows how it stands")));
		table(&rows)
	});
	Ok(())
}

/// Refuses an amount that the account does not have; what is held may vote.
fn ensure_owned(funds: &Funds, amount: Balance) -> Result<(), Error> {
	if amount <= funds.total {
		return Ok(());
	}
	Err(Error::insufficient(
		format!("{} are more than the account has: {}", pop(amount), pop(funds.total)),
		"vote with less; staked and held POP may vote as well; see `popctl balance`",
	))
}

/// The vote that a new one replaces.
fn earlier_vote(before: &[OnTrack], track: u16, id: u32) -> Result<Option<String>, Error> {
	let Some(on_track) = before.iter().find(|on_track| on_track.track == track) else {
		return Ok(None);
	};
	match &on_track.doing {
		Doing::Delegating { to, .. } => Err(Error::not_possible(
			format!("{to} votes for the account on this track"),
			"end that first with `popctl vote undelegate --track NAME`; see `popctl votes`",
		)),
		Doing::Voting(votes) => {
			Ok(votes.iter().find(|(other, _)| *other == id).map(|(_, vote)| vote.text()))
		}
	}
}

/// The last block in which the referendum can end.
fn latest_end(ongoing: &Ongoing, track: &Track, now: u32) -> u32 {
	let begins = match ongoing.deciding {
		Some(deciding) => deciding.since,
		None => now.max(ongoing.submitted.saturating_add(track.prepare)),
	};
	begins.saturating_add(track.decision).saturating_add(track.confirm)
}

/// What a vote locks and until when.
fn lock_text(ballot: &Ballot, period: u32, clock: Clock) -> String {
	let amount = pop(ballot.amount);
	match ballot.conviction.0 {
		0 => format!(
			"{amount} until it ends, whoever wins; sooner with `popctl vote remove {}`",
			ballot.referendum
		),
		_ => format!(
			"{amount} until {} after its end if {} wins, else until it ends; `popctl unlock` frees it",
			clock.span(period.saturating_mul(ballot.conviction.periods())),
			ballot.word()
		),
	}
}

async fn remove(access: Access<'_>, id: u32) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let outcome = Referendum::read(&state, id).await?.outcome();
	let tracks = voting::read(&state, &signer.account).await?;
	let found = tracks.iter().find_map(|on_track| match &on_track.doing {
		Doing::Voting(votes) => {
			votes.iter().find(|(other, _)| *other == id).map(|(_, vote)| (on_track.track, *vote))
		}
		Doing::Delegating { .. } => None,
	});
	let (track, vote) = found.ok_or_else(|| {
		Error::not_possible(format!("the account has no vote on {id}"), "see `popctl votes`")
	})?;
	let period: u32 = state.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let clock = state.clock().await?;
	let lock = vote.lock(outcome, period);
	if let (Lock::Until(block), true) = (lock, lock.holds(clock.block())) {
		return Err(Error::not_possible(
			format!("the vote won: {} stay locked until {}", pop(vote.amount()), clock.at(block)),
			"free it then with `popctl unlock`",
		));
	}
	let steps = vec![removal(track, id), unlocking(track, &signer.account)];
	let receipt = chain.submit(&Call::all(steps), &signer).await?;
	let result = json!({
		"referendum": id,
		"removed": vote.text(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || format!("removed from {id}: {}", vote.text()));
	Ok(())
}

fn removal(track: u16, id: u32) -> Step {
	Step::new("ConvictionVoting", "remove_vote", [option(Some(number(track))), number(id)])
}

fn unlocking(track: u16, who: &AccountId) -> Step {
	Step::new("ConvictionVoting", "unlock", [number(track), address(who)])
}

struct Delegation {
	to: AccountId,
	amount: Balance,
	track: String,
	conviction: Conviction,
}

async fn delegate(access: Access<'_>, delegation: Delegation) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let tracks = tracks::all(&state)?;
	let track = tracks::by_name(&tracks, &delegation.track)?;
	if delegation.to == signer.account {
		return Err(Error::usage("an account votes for itself anyway", "name another account"));
	}
	ensure_owned(&Funds::read(&state, &signer.account).await?, delegation.amount)?;
	let before = voting::read(&state, &signer.account).await?;
	ensure_silent(&before, track)?;
	let call = Step::new(
		"ConvictionVoting",
		"delegate",
		[
			number(track.id),
			address(&delegation.to),
			word(&delegation.conviction.name()),
			number(delegation.amount),
		],
	);
	let receipt = chain.submit(&call.into(), &signer).await?;
	let clock = state.clock().await?;
	let period: u32 = state.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let locked = clock.span(period.saturating_mul(delegation.conviction.periods()));
	let result = json!({
		"to": delegation.to.to_string(),
		"track": track.name,
		"amount": format_amount(delegation.amount),
		"conviction": delegation.conviction.0,
		"votes": format_amount(delegation.conviction.votes(delegation.amount)),
		"lockBlocks": period.saturating_mul(delegation.conviction.periods()),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let votes = rounded(delegation.conviction.votes(delegation.amount), 6);
		table(&[
			row(
				"delegated",
				format!("{votes} votes of {} to {}", pop(delegation.amount), delegation.to),
			),
			row("track", &track.name),
			row("locked", format!("until {locked} after the delegation is ended")),
			row("next", format!("end it with `popctl vote undelegate --track {:?}`", track.name)),
		])
	});
	Ok(())
}

/// Refuses an account that votes, or delegates, on a track already.
fn ensure_silent(before: &[OnTrack], track: &Track) -> Result<(), Error> {
	let on_track = before.iter().find(|on_track| on_track.track == track.id);
	match on_track.map(|on_track| &on_track.doing) {
		Some(Doing::Delegating { to, .. }) => Err(Error::not_possible(
			format!("{to} votes for the account on {} already", track.name),
			format!("end that first with `popctl vote undelegate --track {:?}`", track.name),
		)),
		Some(Doing::Voting(votes)) if !votes.is_empty() => {
			let ids: Vec<String> = votes.iter().map(|(id, _)| id.to_string()).collect();
			Err(Error::not_possible(
				format!("the account has votes of its own on {}: {}", track.name, ids.join(", ")),
				"remove them first with `popctl vote remove`, or those on ended ones with `popctl unlock`",
			))
		}
		_ => Ok(()),
	}
}

async fn undelegate(access: Access<'_>, name: &str) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let tracks = tracks::all(&state)?;
	let track = tracks::by_name(&tracks, name)?;
	let before = voting::read(&state, &signer.account).await?;
	let doing = before.iter().find(|on_track| on_track.track == track.id);
	let Some(Doing::Delegating { to, amount, conviction }) = doing.map(|found| &found.doing) else {
		return Err(Error::not_possible(
			format!("nobody votes for the account on {}", track.name),
			"see `popctl votes`",
		));
	};
	let steps = vec![
		Step::new("ConvictionVoting", "undelegate", [number(track.id)]),
		unlocking(track.id, &signer.account),
	];
	let receipt = chain.submit(&Call::all(steps), &signer).await?;
	let after = chain.state_after(&receipt).await?;
	let clock = after.clock().await?;
	let period: u32 = after.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let blocks = period.saturating_mul(conviction.periods());
	let free = clock.at(clock.block().saturating_add(blocks));
	let result = json!({
		"track": track.name,
		"from": to.to_string(),
		"amount": format_amount(*amount),
		"freeAt": free.json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let mut rows = vec![row("ended", format!("{to} votes no more on {}", track.name))];
		rows.push(match blocks {
			0 => row("free", format!("{} are free", pop(*amount))),
			_ => row("locked", format!("{} until {free}: then `popctl unlock`", pop(*amount))),
		});
		table(&rows)
	});
	Ok(())
}

/// Frees what votes lock no more.
pub async fn unlock(access: Access<'_>) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let voting = voting::read(&state, &signer.account).await?;
	let outcomes = voting::outcomes(&state, &voting).await?;
	let period: u32 = state.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let now = state.number();
	let freeing: Vec<_> =
		voting.iter().filter_map(|on_track| on_track.freeing(&outcomes, period, now)).collect();
	if freeing.is_empty() {
		return Err(nothing_to_unlock(&voting, &outcomes, period, state.clock().await?));
	}
	let steps: Vec<Step> = freeing
		.iter()
		.flat_map(|freeing| {
			let removals = freeing.votes.iter().map(|id| removal(freeing.track, *id));
			removals.chain([unlocking(freeing.track, &signer.account)])
		})
		.collect();
	let mut receipts = Vec::new();
	for part in steps.chunks(UNLOCK_STEPS_MAX) {
		receipts.push(chain.submit(&Call::all(part.to_vec()), &signer).await?);
	}
	let Some(receipt) = receipts.last() else { return Ok(()) };
	let before = voting.iter().map(|on_track| on_track.locked).max().unwrap_or(0);
	let after = voting::read(&chain.state_after(receipt).await?, &signer.account).await?;
	let left = after.iter().map(|on_track| on_track.locked).max().unwrap_or(0);
	let removed: Vec<u32> = freeing.iter().flat_map(|freeing| freeing.votes.clone()).collect();
	let result = json!({
		"removedVotes": removed,
		"lockedBefore": format_amount(before),
		"locked": format_amount(left),
		"transactions": receipts.iter().map(|receipt| &receipt.transaction).collect::<Vec<_>>(),
	});
	access.output.result(&result, || {
		format!("{} are free; {} stay locked by votes", pop(before.saturating_sub(left)), pop(left))
	});
	Ok(())
}

/// Why nothing can be unlocked, and when something can.
fn nothing_to_unlock(
	voting: &[OnTrack],
	outcomes: &BTreeMap<u32, Outcome>,
	period: u32,
	clock: Clock,
) -> Error {
	let now = clock.block();
	let mut blocks = Vec::new();
	for on_track in voting {
		if on_track.prior.0 > now {
			blocks.push(on_track.prior.0);
		}
		let Doing::Voting(votes) = &on_track.doing else { continue };
		blocks.extend(votes.iter().filter_map(|(id, vote)| {
			match vote.lock(outcomes.get(id).copied().unwrap_or(Outcome::Ongoing), period) {
				Lock::Until(block) => Some(block),
				_ => None,
			}
		}));
	}
	let locked = voting.iter().map(|on_track| on_track.locked).max().unwrap_or(0);
	let what = match locked {
		0 => "votes lock nothing".to_owned(),
		_ => format!("votes lock {}, and nothing of it can be freed yet", pop(locked)),
	};
	match blocks.iter().min() {
		Some(block) => {
			Error::not_possible(what, format!("the next lock ends {}", clock.at(*block)))
		}
		None => Error::not_possible(
			what,
			"see `popctl votes`; a vote on an open referendum goes with `popctl vote remove`",
		),
	}
}

/// Shows an account's votes and locks.
pub async fn show(access: Access<'_>, chosen: Option<AccountId>) -> Result<(), Error> {
	let who = access.account(chosen)?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let clock = state.clock().await?;
	let tracks = tracks::all(&state)?;
	let voting = voting::read(&state, &who).await?;
	let outcomes = voting::outcomes(&state, &voting).await?;
	let period: u32 = state.constant("ConvictionVoting", "VoteLockingPeriod")?;
	let lines: Vec<Line> = voting
		.iter()
		.flat_map(|on_track| lines(on_track, &tracks, &outcomes, period, clock))
		.collect();
	let locked = voting.iter().map(|on_track| on_track.locked).max().unwrap_or(0);
	let freeable =
		voting.iter().any(|on_track| on_track.freeing(&outcomes, period, clock.block()).is_some());
	let next = match freeable {
		true => "some of it is free: `popctl unlock`",
		false => "nothing is to be done",
	};
	let listed: Vec<Value> = lines.iter().map(Line::json).collect();
	let result = json!({
		"account": who.to_string(),
		"votes": listed,
		"locked": format_amount(locked),
		"next": next,
	});
	access.output.result(&result, || {
		if lines.is_empty() && locked == 0 {
			return format!("{who} has no votes");
		}
		let heads = ["TRACK", "REFERENDUM", "VOTE", "LOCKED"];
		let mut rows = vec![heads.map(str::to_owned).to_vec()];
		rows.extend(lines.iter().map(Line::row));
		format!("{}\n\nVotes lock {} together; {next}.", table(&rows), pop(locked))
	});
	Ok(())
}

/// One vote, delegation or earlier lock, as it is shown.
struct Line {
	track: String,
	referendum: Option<u32>,
	vote: String,
	lock: String,
}

impl Line {
	fn json(&self) -> Value {
		json!({
			"track": self.track,
			"referendum": self.referendum,
			"vote": self.vote,
			"lock": self.lock,
		})
	}

	fn row(&self) -> Vec<String> {
		let referendum = self.referendum.map_or("-".into(), |id| id.to_string());
		vec![self.track.clone(), referendum, self.vote.clone(), self.lock.clone()]
	}
}

fn lines(
	on_track: &OnTrack,
	tracks: &[Track],
	outcomes: &BTreeMap<u32, Outcome>,
	period: u32,
	clock: Clock,
) -> Vec<Line> {
	let track = tracks::name_of(tracks, on_track.track);
	let line = |referendum, vote: String, lock: String| Line {
		track: track.clone(),
		referendum,
		vote,
		lock,
	};
	let until = |lock: Lock| match lock {
		Lock::Ongoing => "until it ends".to_owned(),
		Lock::Until(block) if lock.holds(clock.block()) => format!("until {}", clock.at(block)),
		Lock::Until(_) | Lock::Free => "free".to_owned(),
	};
	let mut lines = match &on_track.doing {
		Doing::Delegating { to, amount, conviction } => {
			let vote = format!("{to} with {} at conviction {}", pop(*amount), conviction.0);
			vec![line(None, vote, "until it is ended".into())]
		}
		Doing::Voting(votes) => votes
			.iter()
			.map(|(id, vote)| {
				let outcome = outcomes.get(id).copied().unwrap_or(Outcome::Ongoing);
				line(Some(*id), vote.text(), until(vote.lock(outcome, period)))
			})
			.collect(),
	};
	if on_track.prior.1 > 0 {
		let lock = until(Lock::Until(on_track.prior.0));
		lines.push(line(None, format!("earlier votes with {}", pop(on_track.prior.1)), lock));
	}
	lines
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::governance::{referendum::tests::ongoing, tracks::tests::track, voting::tests::aye};
	use popnet_primitives::economics::POP;

	fn ballot(way: Way, conviction: u8) -> Ballot {
		Ballot { referendum: 3, way, amount: 5 * POP, conviction: Conviction(conviction) }
	}

	#[test]
	fn a_ballot_is_encoded_as_the_runtime_reads_it() {
		assert!(ballot(Way::Aye, 2).value().to_string().contains("130"));
		assert!(ballot(Way::Nay, 2).value().to_string().contains("vote: 2"));
		assert!(ballot(Way::Abstain, 0).value().to_string().contains("SplitAbstain"));
	}

	#[test]
	fn a_lock_is_explained_with_its_end() {
		let clock = Clock::new(100, 2_000);
		let free = lock_text(&ballot(Way::Aye, 0), 30, clock);
		assert!(free.contains("popctl vote remove 3"), "{free}");
		let locked = lock_text(&ballot(Way::Nay, 3), 30, clock);
		assert!(locked.contains("4 min after its end if nay wins"), "{locked}");
		assert_eq!(latest_end(&ongoing(), &track(), 90), 102 + 150 + 24);
		assert_eq!(latest_end(&ongoing(), &track(), 200), 200 + 150 + 24);
	}

	#[test]
	fn more_than_the_account_has_cannot_vote() {
		let funds = Funds { free: POP, total: 5 * POP, generating: 0, least: 0 };
		assert!(ensure_owned(&funds, 5 * POP).is_ok());
		assert_eq!(ensure_owned(&funds, 5 * POP + 1).unwrap_err().exit_code(), 8);
	}

	#[test]
	fn own_votes_and_delegations_exclude_each_other() {
		let voting = |doing| OnTrack { track: 10, doing, prior: (0, 0), locked: 0 };
		let votes = [voting(Doing::Voting(vec![(3, aye(1, 5))]))];
		assert_eq!(
			earlier_vote(&votes, 10, 3).unwrap().as_deref(),
			Some("aye with 5 POP at conviction 1")
		);
		assert_eq!(earlier_vote(&votes, 10, 4).unwrap(), None);
		assert!(ensure_silent(&votes, &track()).unwrap_err().message().contains("economy: 3"));
		let delegating = [voting(Doing::Delegating {
			to: AccountId::new([1; 32]),
			amount: 1,
			conviction: Conviction(0),
		})];
		assert_eq!(earlier_vote(&delegating, 10, 3).unwrap_err().exit_code(), 6);
		assert_eq!(ensure_silent(&delegating, &track()).unwrap_err().exit_code(), 6);
		assert!(ensure_silent(&[], &track()).is_ok());
	}

	#[test]
	fn who_cannot_unlock_learns_when() {
		let clock = Clock::new(100, 2_000);
		let voting = [OnTrack {
			track: 10,
			doing: Doing::Voting(Vec::new()),
			prior: (130, 5 * POP),
			locked: 5 * POP,
		}];
		let error = nothing_to_unlock(&voting, &BTreeMap::new(), 30, clock);
		assert!(error.message().contains("5 POP"), "{}", error.message());
		assert!(error.hint().contains("in 1 min"), "{}", error.hint());
		let error = nothing_to_unlock(&[], &BTreeMap::new(), 30, clock);
		assert!(error.message().contains("lock nothing"), "{}", error.message());
	}
}
