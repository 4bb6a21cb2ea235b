//! Rewards: what an account earned in each era and for what, paying it, and where it goes.
//!
//! [`history`] is what the chain says about each era, [`paying`] pays what is not paid yet,
//! [`destination`] says where rewards go.

pub mod args;
mod destination;
mod history;
mod paying;

use crate::{
	access::Access,
	amounts::format_amount,
	errors::Error,
	show::{row, table},
	staking::Eras,
};
use args::{Rewards, RewardsAction, RewardsCommand};
use destination::Directions;
use history::{span, Earnings};
use serde_json::json;

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: RewardsCommand) -> Result<(), Error> {
	let RewardsCommand::Rewards(options) = command;
	match options.action {
		Some(RewardsAction::Pay { account }) => paying::pay(access, account).await,
		Some(RewardsAction::Destination { to }) => destination::run(access, to).await,
		None => show(access, options).await,
	}
}

async fn show(access: Access<'_>, options: Rewards) -> Result<(), Error> {
	let who = access.account(options.account)?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let eras = Eras::read(&state).await?;
	let depth: u32 = state.constant("Rewards", "HistoryDepth")?;
	let shown = span(eras.active, depth, options.era, options.eras)?;
	let earnings = Earnings::read(&state, &who, shown, eras.active).await?;
	let directions = Directions::read(&state, &who).await?;
	let result = json!({
		"account": who.to_string(),
		"destination": directions.json(),
		"eras": earnings.json(),
		"unpaid": format_amount(earnings.unpaid()),
		"era": eras.json(),
		"next": earnings.next(eras),
	});
	access.output.result(&result, || {
		let mut rows = vec![row("account", &who)];
		rows.extend(earnings.rows());
		rows.extend(directions.rows());
		rows.push(row("era", eras.text()));
		rows.push(row("next", earnings.next(eras)));
		table(&rows)
	});
	Ok(())
}
