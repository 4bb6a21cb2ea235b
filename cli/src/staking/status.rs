//! What an account stakes, and what to do next.

use super::{
	delegates,
	eras::Eras,
	pool::{share_json, share_rows},
	position::{Position, Role},
	role_name,
	unstake::{unlocking_json, unlocking_rows},
	Generation,
};
use crate::{
	amounts::{format_amount, format_percent, pop, rounded},
	chain::{
		calls::{account, number},
		state::{account_of, Key, State},
		Chain,
	},
	errors::Error,
	output::Output,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};
use subxt::ext::scale_decode::DecodeAsType;

/// Past eras that are looked at for rewards which nobody has paid out.
const REWARD_ERAS_MAX: usize = 28;

/// Where rewards of stake go, as the chain stores it.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Destination {
	/// To the account, which stakes them.
	Staked,
	/// To the account.
	Stash,
	/// To the account, as it was called before.
	Controller,
	/// To this account.
	Account(Key),
	/// Nowhere: they are not paid.
	None,
}

impl Destination {
	/// For people: what becomes of rewards.
	pub fn text(&self) -> String {
		match self {
			Self::Staked => "are staked too".into(),
			Self::Stash | Self::Controller => "go to the account".into(),
			Self::Account(key) => format!("go to {}", account_of(*key)),
			Self::None => "are not paid".into(),
		}
	}
}

/// Everything that is shown.
struct Status {
	position: Position,
	eras: Eras,
	/// Of the Delegates that it supports, those that are active, and what it backs them with.
	elected: Vec<(AccountId, Balance)>,
	unclaimed: Vec<u32>,
	generation: Generation,
	payee: Option<Destination>,
}

/// Shows what `who` stakes.
pub async fn show(chain: &Chain, who: &AccountId, output: Output) -> Result<(), Error> {
	let state = chain.state().await?;
	let eras = Eras::read(&state).await?;
	let position = Position::read(&state, who).await?;
	let supported: &[AccountId] = match &position.role {
		Role::Nominator(targets) => targets,
		Role::Delegate(_) => std::slice::from_ref(who),
		Role::Idle => &[],
	};
	let mut elected = Vec::new();
	for delegate in delegates::elected(&state, eras, supported).await? {
		let backing = delegates::backing(&state, eras, who, &delegate).await?;
		elected.push((delegate, backing));
	}
	let status = Status {
		elected,
		unclaimed: unclaimed(&state, eras, supported).await?,
		generation: Generation::read(&state, who, position.funds.generating).await?,
		payee: match &position.ledger {
			Some(_) => state.value("Staking", "Payee", vec![account(who)]).await?,
			None => None,
		},
		eras,
		position,
	};
	output.result(&status.json(), || status.text());
	Ok(())
}

/// Past eras for which one of `delegates` has rewards that nobody has paid out.
async fn unclaimed(
	state: &State<'_>,
	eras: Eras,
	delegates: &[AccountId],
) -> Result<Vec<u32>, Error> {
	let paid: Vec<(u32, Balance)> =
		state.entries("Staking", "ErasValidatorReward", Vec::new()).await?;
	let mut rewarded: Vec<u32> = paid
		.into_iter()
		.filter(|(era, reward)| *reward > 0 && *era < eras.active)
		.map(|(era, _)| era)
		.collect();
	rewarded.sort_unstable();
	let older = rewarded.len().saturating_sub(REWARD_ERAS_MAX);
	let mut found = Vec::new();
	for era in rewarded.into_iter().skip(older) {
		for delegate in delegates {
			let arguments = vec![number(era), account(delegate)];
			let pending: bool = state.api("StakingApi", "pending_rewards", arguments).await?;
			if pending {
				found.push(era);
				break;
			}
		}
	}
	Ok(found)
}

impl Status {
	/// What a Delegate is backed with in this era; `None` where it is not active.
	fn backing(&self, delegate: &AccountId) -> Option<Balance> {
		self.elected.iter().find(|(elected, _)| elected == delegate).map(|(_, backing)| *backing)
	}

	/// Whether stake of the account backs somebody in this era.
	fn counts(&self) -> bool {
		self.elected.iter().any(|(_, backing)| *backing > 0)
	}

	fn json(&self) -> Value {
		let position = &self.position;
		let ledger = position.ledger.as_ref();
		let delegates: Vec<Value> = match &position.role {
			Role::Nominator(targets) => targets
				.iter()
				.map(|target| {
					let backing = self.backing(target);
					json!({
						"account": target.to_string(),
						"active": backing.is_some(),
						"backing": format_amount(backing.unwrap_or(0)),
					})
				})
				.collect(),
			_ => Vec::new(),
		};
		json!({
			"account": position.who.to_string(),
			"role": role_name(&position.role),
			"bonded": format_amount(ledger.map_or(0, |ledger| ledger.total)),
			"active": format_amount(position.active()),
			"unlocking": ledger.map(|ledger| unlocking_json(ledger, self.eras)).unwrap_or_default(),
			"withdrawable": format_amount(ledger.map_or(0, |ledger| ledger.due(self.eras))),
			"delegates": delegates,
			"elected": match position.role {
				Role::Delegate(_) => json!(!self.elected.is_empty()),
				_ => Value::Null,
			},
			"payee": self.payee.as_ref().map(Destination::text),
			"pool": position.pool.as_ref().map(|member| share_json(member, self.eras)),
			"unclaimedEras": self.unclaimed,
			"lit": self.generation.json(),
			"era": self.eras.json(),
			"next": self.next(),
		})
	}

	fn text(&self) -> String {
		let position = &self.position;
		let mut rows = vec![row("account", &position.who)];
		if let Some(ledger) = &position.ledger {
			rows.push(row(
				"bonded",
				format!("{}, {} of it counts", pop(ledger.total), pop(ledger.active)),
			));
			rows.extend(unlocking_rows(ledger, self.eras));
		}
		rows.extend(self.role_rows());
		rows.extend(self.payee.as_ref().map(|payee| row("rewards", payee.text())));
		if !self.unclaimed.is_empty() {
			let eras: Vec<String> = self.unclaimed.iter().map(ToString::to_string).collect();
			rows.push(row("unclaimed", format!("rewards of eras {}", eras.join(", "))));
		}
		rows.extend(position.pool.iter().flat_map(|member| share_rows(member, self.eras)));
		rows.push(row("generates", self.generation.text()));
		rows.push(row("era", self.eras.text()));
		rows.push(row("next", self.next()));
		table(&rows)
	}

	fn role_rows(&self) -> Vec<Vec<String>> {
		match &self.position.role {
			Role::Idle if self.position.active() > 0 => vec![row("supports", "nobody")],
			Role::Idle => Vec::new(),
			Role::Nominator(targets) => targets
				.iter()
				.map(|target| {
					let how = match self.backing(target) {
						None => "not active".into(),
						Some(0) => "active".into(),
						Some(backing) => {
							format!("active, with {} POP of this", rounded(backing, 6))
						}
					};
					row("supports", format!("{target} ({how})"))
				})
				.collect(),
			Role::Delegate(commission) => {
				let word = if self.elected.is_empty() { "waiting" } else { "active in this era" };
				let commission = format_percent(*commission);
				vec![row("delegate", format!("{word}, with a commission of {commission}"))]
			}
		}
	}

	/// What to do next, in one sentence.
	fn next(&self) -> String {
		let position = &self.position;
		let ledger =
			position.ledger.clone().or_else(|| position.pool.as_ref().map(|pool| pool.ledger()));
		let Some(ledger) = ledger else {
			return "stake some POP with `popctl stake AMOUNT`".into();
		};
		let due = ledger.due(self.eras);
		if due > 0 {
			return format!("withdraw {} with `popctl unstake`", pop(due));
		}
		if let Some(member) = position.pool.as_ref().filter(|member| member.rewards > 0) {
			return format!("claim {} with `popctl pool claim`", pop(member.rewards));
		}
		match &position.role {
			Role::Idle if position.active() > 0 => {
				return "name Delegates with `popctl nominate`, or end it with `popctl unstake --all`"
					.into();
			}
			Role::Nominator(_) if self.elected.is_empty() => {
				return "none of its Delegates is active in this era: choose others with `popctl nominate`"
					.into();
			}
			_ => {}
		}
		if matches!(position.role, Role::Nominator(_))
			&& !self.counts()
			&& ledger.unlocking.is_empty()
		{
			let next = self.eras.counting();
			return format!(
				"wait: it backs nobody yet; era {next} begins {}",
				self.eras.start(next)
			);
		}
		match ledger.next(self.eras) {
			Some(chunk) => {
				format!(
					"withdraw {} with `popctl unstake` {}",
					pop(chunk.value),
					self.eras.due(chunk.era)
				)
			}
			None => "nothing is to be done".into(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::staking::{
		delegates::tests::who,
		eras::tests::eras,
		position::{tests::ledger, Funds, Membership},
	};
	use popnet_primitives::economics::POP;

	fn status(unlocking: &[(u32, Balance)], role: Role) -> Status {
		let position = Position {
			who: who(1),
			funds: Funds::default(),
			ledger: Some(ledger(unlocking)),
			role,
			pool: None,
			spans: 0,
		};
		Status {
			position,
			eras: eras(),
			elected: vec![(who(2), 7 * POP)],
			unclaimed: Vec::new(),
			generation: Generation { per_day: POP / 10, transfers: 91 },
			payee: Some(Destination::Staked),
		}
	}

	#[test]
	fn the_next_step_is_the_most_urgent_one() {
		let nominator = || Role::Nominator(vec![who(2), who(3)]);
		let due = status(&[(1, 5), (3, 2)], nominator());
		assert_eq!(due.next(), "withdraw 5 POP with `popctl unstake`");
		let waiting = status(&[(3, 2)], nominator());
		assert!(waiting.next().starts_with("withdraw 2 POP with `popctl unstake` 2"));
		assert_eq!(status(&[], nominator()).next(), "nothing is to be done");
		assert!(status(&[], Role::Idle).next().contains("popctl nominate"));
		let mut new = status(&[], nominator());
		new.elected = vec![(who(2), 0)];
		assert!(
			new.next().starts_with("wait: it backs nobody yet; era 2 begins"),
			"{}",
			new.next()
		);
		let forgotten = Status { elected: Vec::new(), ..status(&[], nominator()) };
		assert!(forgotten.next().contains("none of its Delegates"));
		let mut nobody = status(&[], Role::Idle);
		nobody.position.ledger = None;
		assert!(nobody.next().contains("popctl stake"));
		let share =
			Membership { pool: 1, points: 1, active: 1, unlocking: Vec::new(), rewards: POP };
		nobody.position.pool = Some(share);
		assert_eq!(nobody.next(), "claim 1 POP with `popctl pool claim`");
	}

	#[test]
	fn what_is_shown_to_people_and_programs_agrees() {
		let status = status(&[(1, 5)], Role::Nominator(vec![who(2), who(3)]));
		let (json, text) = (status.json(), status.text());
		assert_eq!(json["withdrawable"], "5");
		assert_eq!(json["bonded"], "105");
		assert_eq!(json["delegates"][0]["active"], true);
		assert_eq!(json["delegates"][1]["active"], false);
		assert!(text.contains("active, with 7 POP") && text.contains("not active"), "{text}");
		assert!(text.contains("0.1 LIT a day, which pays for 91 transfers"), "{text}");
		assert!(text.contains(json["next"].as_str().unwrap()), "{text}");
	}
}
