//! Staking in one's own name: bonding, adding to it, and taking back what is on its way out.

use super::{
	args::{Payee, Stake},
	delegates::{self, Choice},
	eras::Eras,
	position::{sum, Funds, Position, Role},
	Generation,
};
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{account, address, list, number, word, Call, Step},
		state::State,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::json;
use subxt::ext::scale_value::Value as ScaleValue;

/// What `stake` is going to do.
struct Plan {
	steps: Vec<Step>,
	/// Whom the stake supports afterwards, and why them.
	support: Support,
}

/// Whom stake supports.
enum Support {
	/// The account itself, which is a Delegate.
	Own,
	/// Those that it supported before.
	Present(Vec<AccountId>),
	/// Those that the user named.
	Named(Vec<AccountId>),
	/// Those that this program chose.
	Chosen(Choice),
}

impl Support {
	fn delegates(&self) -> &[AccountId] {
		match self {
			Self::Own => &[],
			Self::Present(delegates) | Self::Named(delegates) => delegates,
			Self::Chosen(choice) => &choice.delegates,
		}
	}

	fn why(&self) -> &str {
		match self {
			Self::Own => "the account is a Delegate and supports itself",
			Self::Present(_) => "as before",
			Self::Named(_) => "as named",
			Self::Chosen(choice) => &choice.why,
		}
	}
}

/// Bonds or adds to the bond, and nominates.
pub async fn stake(access: Access<'_>, options: &Stake) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = Position::read(&state, &signer.account).await?;
	let plan = plan(&state, &position, options).await?;
	let receipt = chain.submit(&Call::all(plan.steps), &signer).await?;

	let after = chain.state_after(&receipt).await?;
	let eras = Eras::read(&after).await?;
	let position = Position::read(&after, &signer.account).await?;
	let generation = Generation::read(&after, &signer.account, position.funds.generating).await?;
	let own = Generation::read(&after, &signer.account, options.amount).await?;
	let counting = eras.start(eras.counting());
	let supported: Vec<String> = plan.support.delegates().iter().map(ToString::to_string).collect();
	let result = json!({
		"account": signer.account.to_string(),
		"staked": format_amount(options.amount),
		"active": format_amount(position.active()),
		"delegates": supported,
		"why": plan.support.why(),
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"lit": own.json(),
		"litOfAll": generation.json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
		"next": "popctl staking",
	});
	access.output.result(&result, || {
		let mut rows = vec![
			row("staked", format!("{}; {} in all", pop(options.amount), pop(position.active()))),
			row("generates", own.text()),
			row("in all", generation.text()),
			row("counts", format!("from era {}, {counting}", eras.counting())),
			row("why", plan.support.why()),
		];
		rows.extend(supported.iter().map(|delegate| row("supports", delegate)));
		rows.push(row("next", "`popctl staking` shows whether they are elected"));
		table(&rows)
	});
	Ok(())
}

async fn plan(state: &State<'_>, position: &Position, options: &Stake) -> Result<Plan, Error> {
	if let Some(member) = &position.pool {
		return Err(Error::not_possible(
			format!("the account stakes through pool {}, and nobody does both", member.pool),
			format!(
				"add to it with --pool {}, or leave it first with `popctl pool leave --wait`",
				member.pool
			),
		));
	}
	ensure_spare(&position.funds, options.amount)?;
	let active = position.active().saturating_add(options.amount);
	let is_delegate = matches!(position.role, Role::Delegate(_));
	if !is_delegate {
		let least: Balance = state.required("Staking", "MinNominatorBond", Vec::new()).await?;
		ensure_least(active, least, "a stake that supports Delegates")?;
	}
	let mut steps = vec![match &position.ledger {
		Some(_) => Step::new("Staking", "bond_extra", [number(options.amount)]),
		None => {
			let payee = payee(options.payee.as_ref().unwrap_or(&Payee::Staked));
			Step::new("Staking", "bond", [number(options.amount), payee])
		}
	}];
	if let (Some(_), Some(chosen)) = (&position.ledger, &options.payee) {
		steps.push(Step::new("Staking", "set_payee", [payee(chosen)]));
	}
	let support = support(state, position, &options.delegates).await?;
	if let Support::Named(targets) | Support::Chosen(Choice { delegates: targets, .. }) = &support {
		steps.push(nominate(targets));
	}
	Ok(Plan { steps, support })
}

async fn support(
	state: &State<'_>,
	position: &Position,
	named: &[AccountId],
) -> Result<Support, Error> {
	match (&position.role, named) {
		(Role::Delegate(_), []) => return Ok(Support::Own),
		(Role::Delegate(_), _) => {
			return Err(Error::not_possible(
				"a Delegate supports itself and nobody else",
				"leave out --delegate, or stand no more with `popctl delegate leave`",
			));
		}
		(Role::Nominator(present), []) => return Ok(Support::Present(present.clone())),
		_ => {}
	}
	let all = delegates::all(state, Eras::read(state).await?).await?;
	if named.is_empty() {
		return delegates::choose(&all, &position.who).map(Support::Chosen);
	}
	let present: &[AccountId] = match &position.role {
		Role::Nominator(present) => present,
		_ => &[],
	};
	delegates::check(&all, named, present)?;
	Ok(Support::Named(named.to_vec()))
}

/// The call that supports `targets`.
pub fn nominate(targets: &[AccountId]) -> Step {
	Step::new("Staking", "nominate", [list(targets.iter().map(address))])
}

/// Where rewards go, as an argument.
pub fn payee(payee: &Payee) -> ScaleValue {
	match payee {
		Payee::Staked => word("Staked"),
		Payee::Stash => word("Stash"),
		Payee::Account(who) => ScaleValue::unnamed_variant("Account", [account(who)]),
	}
}

/// Refuses an amount that the account cannot spare.
pub fn ensure_spare(funds: &Funds, amount: Balance) -> Result<(), Error> {
	if amount <= funds.spare() {
		return Ok(());
	}
	Err(Error::insufficient(
		format!("{} are more than the account can spare: {}", pop(amount), pop(funds.spare())),
		format!(
			"it has {} free, of which {} keep it alive; see `popctl balance`",
			pop(funds.free),
			pop(funds.least)
		),
	))
}

/// Refuses a stake that is too small for what it is to be.
pub fn ensure_least(stake: Balance, least: Balance, what: &str) -> Result<(), Error> {
	if stake >= least {
		return Ok(());
	}
	Err(Error::usage(
		format!("{} are too little: {what} is at least {}", pop(stake), pop(least)),
		format!("stake {} more, or any amount through a pool", pop(least.saturating_sub(stake))),
	))
}

/// Stakes again what is on its way out.
pub async fn rebond(access: Access<'_>, amount: Balance) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = Position::read(&state, &signer.account).await?;
	let leaving = rebondable(&position)?;
	if amount > leaving {
		return Err(Error::usage(
			format!("{} are more than what is on its way out: {}", pop(amount), pop(leaving)),
			format!("rebond at most {}", pop(leaving)),
		));
	}
	let call = Step::new("Staking", "rebond", [number(amount)]).into();
	let receipt = chain.submit(&call, &signer).await?;
	let after = chain.state_after(&receipt).await?;
	let eras = Eras::read(&after).await?;
	let position = Position::read(&after, &signer.account).await?;
	let counting = eras.start(eras.counting());
	let result = json!({
		"rebonded": format_amount(amount),
		"active": format_amount(position.active()),
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"role": super::role_name(&position.role),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let mut rows = vec![
			row("rebonded", format!("{}; {} in all", pop(amount), pop(position.active()))),
			row("counts", format!("from era {}, {counting}", eras.counting())),
		];
		if position.role == Role::Idle {
			rows.push(row("next", "it supports nobody: name Delegates with `popctl nominate`"));
		}
		table(&rows)
	});
	Ok(())
}

/// What an account can rebond.
fn rebondable(position: &Position) -> Result<Balance, Error> {
	if let (None, Some(member)) = (&position.ledger, &position.pool) {
		return Err(Error::not_possible(
			format!("what leaves pool {} cannot be rebonded", member.pool),
			format!(
				"wait for it with `popctl unstake --wait`, then `popctl pool join {}`",
				member.pool
			),
		));
	}
	match &position.ledger {
		Some(ledger) if !ledger.unlocking.is_empty() => Ok(sum(&ledger.unlocking)),
		_ => Err(Error::not_possible(
			"nothing is on its way out",
			"see `popctl staking`; add to the stake with `popctl stake`",
		)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::staking::{
		delegates::tests::who,
		position::{tests::ledger, Membership},
	};
	use popnet_primitives::economics::POP;

	/// An account that stakes nothing.
	fn nobody() -> Position {
		Position {
			who: who(1),
			funds: Funds { free: 10 * POP, total: 10 * POP, generating: 0, least: POP },
			ledger: None,
			role: Role::Idle,
			pool: None,
			spans: 0,
		}
	}

	#[test]
	fn more_than_there_is_and_dust_are_refused() {
		let funds = nobody().funds;
		assert!(ensure_spare(&funds, 9 * POP).is_ok());
		let error = ensure_spare(&funds, 9 * POP + 1).unwrap_err();
		assert_eq!(error.exit_code(), 8);
		assert!(error.message().contains("spare: 9 POP"), "{}", error.message());
		assert!(ensure_least(10 * POP, 10 * POP, "a stake").is_ok());
		let error = ensure_least(1, 10 * POP, "a stake").unwrap_err();
		assert_eq!(error.exit_code(), 2);
		assert!(error.hint().contains("9.999999999999 POP more"), "{}", error.hint());
	}

	#[test]
	fn only_what_is_on_its_way_out_is_rebonded() {
		assert_eq!(rebondable(&nobody()).unwrap_err().exit_code(), 6);
		let staking = Position { ledger: Some(ledger(&[])), ..nobody() };
		assert_eq!(rebondable(&staking).unwrap_err().exit_code(), 6);
		let leaving = Position { ledger: Some(ledger(&[(2, 5), (3, 1)])), ..nobody() };
		assert_eq!(rebondable(&leaving).unwrap(), 6 * POP);
		let share = Membership { pool: 7, points: 0, active: 0, unlocking: Vec::new(), rewards: 0 };
		let member = Position { pool: Some(share), ..nobody() };
		assert!(rebondable(&member).unwrap_err().message().contains("pool 7"));
	}
}
