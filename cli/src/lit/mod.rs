//! LIT, which pays every fee: what an account has and what comes in, leases of that income, and the
//! exchange.
//!
//! [`income`] is what an account has, [`lending`] makes leases of it and [`leases`] ends them, [`exchange`]
//! trades LIT for POP.

pub mod args;
mod exchange;
mod income;
mod leases;
mod lending;

use crate::{
	access::Access,
	amounts::{format_amount, lit, pop},
	chain::{
		calls::{account, Step},
		state::{account_in, number_in},
	},
	errors::Error,
	show::{row, table},
};
use args::{LeaseAction, Lit, LitAction, LitCommand};
use income::Income;
use popnet_primitives::{economics::StakeProjection, AccountId, Balance};
use serde_json::json;

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: LitCommand) -> Result<(), Error> {
	match command {
		LitCommand::Lit(Lit { action: Some(action), .. }) => match action {
			LitAction::Claim { account } => claim(access, account).await,
			LitAction::Buy(options) => exchange::buy(access, &options).await,
			LitAction::Sell(options) => exchange::sell(access, &options).await,
		},
		LitCommand::Lit(Lit { stake: Some(stake), .. }) => project(access, stake).await,
		LitCommand::Lit(Lit { account, .. }) => {
			let who = access.account(account)?;
			let chain = access.connect().await?;
			let income = Income::read(&chain.state().await?, &who).await?;
			access.output.result(&income.json(), || table(&income.rows()));
			Ok(())
		}
		LitCommand::Lease { action } => match action {
			LeaseAction::Give(options) => lending::give(access, &options).await,
			LeaseAction::List { account } => leases::list(access, account).await,
			LeaseAction::End { id } => leases::end(access, id).await,
			LeaseAction::Return { id } => leases::give_back(access, id).await,
		},
	}
}

/// Shows what `stake` POP units would yield.
async fn project(access: Access<'_>, stake: Balance) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let projection: StakeProjection = state.ask("EconomyApi_stake_projection", &stake).await?;
	let StakeProjection { lit_per_day, transfer_fee, transfers_per_day } = projection;
	let result = json!({
		"stake": format_amount(stake),
		"litPerDay": format_amount(lit_per_day),
		"transferFee": format_amount(transfer_fee),
		"transfersPerDay": transfers_per_day,
	});
	access.output.result(&result, || {
		table(&[
			row("a stake of", pop(stake)),
			row("generates", format!("{} a day", lit(lit_per_day))),
			row("pays for", format!("{} a day", income::transfers_text(transfers_per_day))),
			row("a transfer", format!("costs {}", lit(transfer_fee))),
		])
	});
	Ok(())
}

/// Puts what was generated for `chosen`, or for the signer, into the balance.
async fn claim(access: Access<'_>, chosen: Option<AccountId>) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let who = chosen.clone().unwrap_or_else(|| signer.account.clone());
	let before = Income::read(&chain.state().await?, &who).await?;
	if before.accrued() == 0 {
		return Err(Error::not_possible(
			format!("nothing has been generated for {who} since it was last touched"),
			match before.per_day {
				0 => "it has no stake and receives no lease; see `popctl lit`",
				_ => "wait some blocks; see `popctl lit`",
			},
		));
	}
	let step = match chosen {
		Some(_) => Step::new("LitGeneration", "claim_for", [account(&who)]),
		None => Step::new("LitGeneration", "claim", []),
	};
	let receipt = chain.submit(&step.into(), &signer).await?;
	let claimed = receipt
		.events("LitGeneration", "Generated")
		.filter(|fields| account_in(fields, 0).as_ref() == Some(&who))
		.filter_map(|fields| number_in(fields, 1))
		.fold(0, Balance::saturating_add);
	let after = Income::read(&chain.state_after(&receipt).await?, &who).await?;
	let result = json!({
		"account": who.to_string(),
		"claimed": format_amount(claimed),
		"free": format_amount(after.free),
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row("account", &who),
			row("claimed", lit(claimed)),
			row("fee", receipt.fee().text()),
			row("free", lit(after.free)),
		])
	});
	Ok(())
}
