//! The way out: what is unbonded leaves after some eras, and is withdrawn then.
//!
//! One command does both, and says each time what is left to do: it unbonds what the user names, and
//! withdraws whatever is due. Run again it does only what is still to be done.

use super::{
	args::Unstake,
	eras::Eras,
	pool,
	position::{Ledger, Position, Role},
};
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{number, Call, Step},
		state::State,
		transactions::Signer,
		Chain,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::Balance;
use serde_json::{json, Value};
use std::time::Duration;

/// Time between two looks while something is waited for.
const LOOK: Duration = Duration::from_secs(2);

/// What the user wants to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
	/// So much.
	Amount(Balance),
	/// Everything.
	All,
	/// Nothing more than what is on its way already.
	Due,
}

/// What is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
	/// POP to unbond; 0 when nothing is.
	pub unbond: Balance,
	/// Whether nothing stays.
	pub everything: bool,
	/// POP that can be withdrawn now.
	pub due: Balance,
}

/// The least that may stay, and what it is the least of.
#[derive(Debug, Clone, Copy)]
pub struct Least {
	/// POP that the role needs.
	pub role: Balance,
	/// POP below which nothing stays at all.
	pub dust: Balance,
}

/// What to do about `request`.
///
/// # Errors
/// When more is named than there is, too little would stay, or there is nothing to do and nothing to
/// wait for.
pub fn plan(ledger: &Ledger, eras: Eras, request: Request, least: Least) -> Result<Plan, Error> {
	let due = ledger.due(eras);
	let active = ledger.active;
	let amount = match request {
		Request::Amount(amount) => amount,
		Request::All => active,
		Request::Due => 0,
	};
	if amount == 0 {
		if due > 0 || !ledger.unlocking.is_empty() {
			return Ok(Plan { unbond: 0, everything: false, due });
		}
		return Err(Error::usage(
			"nothing is on its way out",
			format!("{} are staked: say how much to unstake, or --all", pop(active)),
		));
	}
	if amount > active {
		let leaving = ledger.total.saturating_sub(active);
		return Err(Error::usage(
			format!("{} are more than what is staked: {}", pop(amount), pop(active)),
			match leaving {
				0 => "unstake less, or --all".to_owned(),
				_ => format!("{} more are on their way out; see `popctl staking`", pop(leaving)),
			},
		));
	}
	let rest = active.saturating_sub(amount);
	if rest < least.dust || rest == 0 {
		return Ok(Plan { unbond: active, everything: true, due });
	}
	if rest < least.role {
		let most = active.saturating_sub(least.role);
		return Err(Error::usage(
			format!("{} would stay, and the least is {}", pop(rest), pop(least.role)),
			match most {
				0 => "unstake everything with --all".to_owned(),
				_ => format!("unstake at most {}, or everything with --all", pop(most)),
			},
		));
	}
	Ok(Plan { unbond: amount, everything: false, due })
}

/// Unbonds, withdraws, or waits.
pub async fn unstake(access: Access<'_>, options: &Unstake) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = Position::read(&state, &signer.account).await?;
	let request = match (options.amount, options.all) {
		(Some(amount), _) => Request::Amount(amount),
		(None, true) => Request::All,
		(None, false) => Request::Due,
	};
	let eras = Eras::read(&state).await?;
	let ledger = source(&position, options.pool)?;
	let least = least(&state, &position).await?;
	let plan = plan(&ledger, eras, request, least)?;
	let steps = steps(&state, &position, plan).await?;

	let mut exit = Exit { withdrawn: 0, unbonded: plan.unbond, transactions: Vec::new() };
	if !steps.is_empty() {
		let receipt = chain.submit(&Call::all(steps), &signer).await?;
		exit.withdrawn = plan.due;
		exit.transactions.push(receipt.transaction.clone());
	}
	if options.wait {
		exit.wait(access, &chain, &signer).await?;
	}
	exit.report(access, &chain, &signer).await
}

/// What the account has staked, in its own name or through its pool.
fn source(position: &Position, pool: Option<u32>) -> Result<Ledger, Error> {
	match (pool, &position.pool, &position.ledger) {
		(Some(id), Some(member), _) if member.pool != id => Err(Error::unknown(
			format!("the account has no share of pool {id}"),
			format!("its pool is {}: leave out --pool", member.pool),
		)),
		(Some(id), None, _) => Err(Error::unknown(
			format!("the account has no share of pool {id}"),
			"leave out --pool to unstake what it stakes itself; see `popctl staking`",
		)),
		(Some(_), Some(member), _) | (None, Some(member), None) => Ok(member.ledger()),
		(None, _, Some(ledger)) => Ok(ledger.clone()),
		(None, None, None) => Err(Error::not_possible(
			"the account stakes nothing",
			"begin with `popctl stake AMOUNT`",
		)),
	}
}

/// Whether the exit is through a pool.
fn is_pooled(position: &Position) -> bool {
	position.ledger.is_none()
}

async fn least(state: &State<'_>, position: &Position) -> Result<Least, Error> {
	let (pallet, entry) = match (&position.role, is_pooled(position)) {
		(_, true) => ("NominationPools", "MinJoinBond"),
		(Role::Nominator(_), false) => ("Staking", "MinNominatorBond"),
		(Role::Delegate(_), false) => ("Staking", "MinValidatorBond"),
		(Role::Idle, false) => return Ok(Least { role: 0, dust: position.funds.least }),
	};
	let role = state.required(pallet, entry, Vec::new()).await?;
	// A pool keeps what the pallet's least is, and has no dust of its own.
	let dust = if is_pooled(position) { 0 } else { position.funds.least };
	Ok(Least { role, dust })
}

async fn steps(state: &State<'_>, position: &Position, plan: Plan) -> Result<Vec<Step>, Error> {
	if let (true, Some(member)) = (is_pooled(position), &position.pool) {
		return pool::exit_steps(state, &position.who, member, plan).await;
	}
	let mut steps = Vec::new();
	if plan.due > 0 {
		steps.push(Step::new("Staking", "withdraw_unbonded", [number(position.spans)]));
	}
	if plan.everything && position.role != Role::Idle {
		steps.push(Step::new("Staking", "chill", []));
	}
	if plan.unbond > 0 {
		steps.push(Step::new("Staking", "unbond", [number(plan.unbond)]));
	}
	Ok(steps)
}

/// What an exit has done.
struct Exit {
	unbonded: Balance,
	withdrawn: Balance,
	transactions: Vec<String>,
}

impl Exit {
	/// Stays until nothing is on its way out any more, and withdraws what is due.
	async fn wait(
		&mut self,
		access: Access<'_>,
		chain: &Chain,
		signer: &Signer,
	) -> Result<(), Error> {
		let spinner = access.output.spinner();
		let mut announced = None;
		loop {
			let state = chain.state().await?;
			let eras = Eras::read(&state).await?;
			let position = Position::read(&state, &signer.account).await?;
			let Ok(ledger) = source(&position, None) else { break };
			if ledger.unlocking.is_empty() {
				break;
			}
			let plan = Plan { unbond: 0, everything: false, due: ledger.due(eras) };
			if plan.due > 0 {
				let steps = steps(&state, &position, plan).await?;
				let receipt = chain.submit(&Call::all(steps), signer).await?;
				self.withdrawn = self.withdrawn.saturating_add(plan.due);
				self.transactions.push(receipt.transaction);
				continue;
			}
			if let Some(next) = ledger.next(eras) {
				let due = eras.due(next.era);
				let text = format!("{} can be withdrawn {due}", pop(next.value));
				if announced != Some(next.era) {
					announced = Some(next.era);
					access.output.note(&format!("waiting: {text}"));
				}
				spinner.set_message(text);
			}
			tokio::time::sleep(LOOK).await;
		}
		spinner.finish_and_clear();
		Ok(())
	}

	async fn report(self, access: Access<'_>, chain: &Chain, signer: &Signer) -> Result<(), Error> {
		let state = chain.state().await?;
		let eras = Eras::read(&state).await?;
		let position = Position::read(&state, &signer.account).await?;
		let ledger = source(&position, None).unwrap_or(Ledger {
			total: 0,
			active: 0,
			unlocking: Vec::new(),
		});
		let next = ledger.next(eras);
		let result = json!({
			"account": signer.account.to_string(),
			"unbonded": format_amount(self.unbonded),
			"withdrawn": format_amount(self.withdrawn),
			"active": format_amount(ledger.active),
			"unlocking": unlocking_json(&ledger, eras),
			"transactions": self.transactions,
			"next": next.map(|_| "popctl unstake"),
		});
		access.output.result(&result, || {
			let mut rows = Vec::new();
			if self.unbonded > 0 {
				rows.push(row("unbonded", pop(self.unbonded)));
			}
			if self.withdrawn > 0 {
				rows.push(row("withdrawn", format!("{}; they are free", pop(self.withdrawn))));
			}
			rows.push(row("staked", pop(ledger.active)));
			rows.extend(unlocking_rows(&ledger, eras));
			if let Some(next) = next {
				let due = eras.due(next.era);
				rows.push(row("next", format!("`popctl unstake` with the same signer, {due}")));
				rows.push(row("or", "`popctl unstake --wait`, which stays until then"));
			}
			table(&rows)
		});
		Ok(())
	}
}

/// What leaves, for programs.
pub fn unlocking_json(ledger: &Ledger, eras: Eras) -> Vec<Value> {
	let chunks = ledger.unlocking.iter().map(|chunk| {
		json!({
			"amount": format_amount(chunk.value),
			"era": chunk.era,
			"due": eras.is_due(chunk.era),
			"at": eras.due(chunk.era).json(),
		})
	});
	chunks.collect()
}

/// What leaves, for people.
pub fn unlocking_rows(ledger: &Ledger, eras: Eras) -> Vec<Vec<String>> {
	let chunks = ledger.unlocking.iter().map(|chunk| {
		let when = match eras.is_due(chunk.era) {
			true => "can be withdrawn now".to_owned(),
			false => format!("can be withdrawn for era {}, {}", chunk.era, eras.due(chunk.era)),
		};
		row("leaves", format!("{} {when}", pop(chunk.value)))
	});
	chunks.collect()
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

	const NOMINATOR: Least = Least { role: 10 * POP, dust: POP };

	fn planned(unlocking: &[(u32, Balance)], request: Request) -> Result<Plan, Error> {
		plan(&ledger(unlocking), eras(), request, NOMINATOR)
	}

	#[test]
	fn a_part_leaves_and_the_rest_stays() {
		let plan = planned(&[], Request::Amount(90 * POP)).unwrap();
		assert_eq!(plan, Plan { unbond: 90 * POP, everything: false, due: 0 });
	}

	#[test]
	fn everything_leaves_with_all_and_when_only_dust_would_stay() {
		let all = Plan { unbond: 100 * POP, everything: true, due: 0 };
		assert_eq!(planned(&[], Request::All).unwrap(), all);
		assert_eq!(planned(&[], Request::Amount(100 * POP)).unwrap(), all);
		assert_eq!(planned(&[], Request::Amount(100 * POP - 1)).unwrap(), all);
	}

	#[test]
	fn what_is_due_is_withdrawn_on_the_way() {
		let plan = planned(&[(1, 7)], Request::Amount(POP)).unwrap();
		assert_eq!(plan, Plan { unbond: POP, everything: false, due: 7 * POP });
	}

	#[test]
	fn without_an_amount_what_is_due_is_withdrawn() {
		let plan = planned(&[(1, 7), (3, 2)], Request::Due).unwrap();
		assert_eq!(plan, Plan { unbond: 0, everything: false, due: 7 * POP });
		// Nothing is due yet: there is nothing to do, and something to wait for.
		let plan = planned(&[(3, 2)], Request::Due).unwrap();
		assert_eq!(plan, Plan { unbond: 0, everything: false, due: 0 });
	}

	#[test]
	fn all_again_after_everything_left_is_no_error() {
		let mut left = ledger(&[(3, 100)]);
		left.active = 0;
		left.total = 100 * POP;
		let plan = plan(&left, eras(), Request::All, NOMINATOR).unwrap();
		assert_eq!(plan, Plan { unbond: 0, everything: false, due: 0 });
	}

	#[test]
	fn impossible_exits_are_refused_with_what_is_possible() {
		let more = planned(&[(3, 2)], Request::Amount(101 * POP)).unwrap_err();
		assert_eq!(more.exit_code(), 2);
		assert!(more.hint().contains("2 POP more"), "{}", more.hint());
		let little = planned(&[], Request::Amount(95 * POP)).unwrap_err();
		assert!(little.hint().contains("at most 90 POP"), "{}", little.hint());
		let nothing = planned(&[], Request::Due).unwrap_err();
		assert!(nothing.hint().contains("100 POP are staked"), "{}", nothing.hint());
	}

	#[test]
	fn the_pool_of_an_exit_is_found_or_checked() {
		let nobody = Position {
			who: who(1),
			funds: Funds::default(),
			ledger: None,
			role: Role::Idle,
			pool: None,
			spans: 0,
		};
		assert_eq!(source(&nobody, None).unwrap_err().exit_code(), 6);
		assert_eq!(source(&nobody, Some(1)).unwrap_err().exit_code(), 4);
		let share = Membership { pool: 7, points: 5, active: 5, unlocking: Vec::new(), rewards: 0 };
		let member = Position { pool: Some(share), ..nobody };
		assert_eq!(source(&member, None).unwrap().active, 5);
		assert_eq!(source(&member, Some(7)).unwrap().active, 5);
		let other = source(&member, Some(8)).unwrap_err();
		assert!(other.hint().contains("pool is 7"), "{}", other.hint());
	}
}
