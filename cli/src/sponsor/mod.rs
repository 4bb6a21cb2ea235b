//! Plans: LIT that a sponsor sets aside to pay the fees of others.
//!
//! [`plan`] is one as the chain keeps it, [`terms`] what it pays for. [`opening`] opens, changes and ends
//! them, [`users`] are the accounts that they know, [`bindings`] are for contracts. Whoever wants a plan
//! to pay names it with `--sponsor`.

pub mod args;
mod bindings;
mod opening;
mod plan;
mod terms;
mod users;

use crate::{
	access::Access,
	chain::{
		calls::number,
		state::{account_of, Key},
	},
	errors::Error,
	show::{row, table},
};
use args::{SponsorAction, SponsorCommand};
use plan::{today, Plan, User};
use popnet_primitives::AccountId;
use serde_json::{json, Value};

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: SponsorCommand) -> Result<(), Error> {
	let SponsorCommand::Sponsor { action } = command;
	match action {
		SponsorAction::Open { funds, terms } => opening::open(access, funds, &terms).await,
		SponsorAction::Fund { plan, amount } => opening::fund(access, plan, amount).await,
		SponsorAction::Change { plan, terms } => opening::change(access, plan, &terms).await,
		SponsorAction::Close { plan } => opening::close(access, plan).await,
		SponsorAction::Show { plan } => show(access, plan).await,
		SponsorAction::List { of } => list(access, of).await,
		SponsorAction::Admit { plan, account } => users::admit(access, plan, &account).await,
		SponsorAction::Dismiss { plan, account } => users::dismiss(access, plan, &account).await,
		SponsorAction::Forget { plan, account } => users::forget(access, plan, &account).await,
		SponsorAction::Allowance { plan, account } => users::allowance(access, plan, account).await,
		SponsorAction::Bind(options) => bindings::bind(access, &options).await,
		SponsorAction::Unbind { contract } => bindings::unbind(access, contract).await,
	}
}

async fn show(access: Access<'_>, id: u32) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	let (clock, day) = (state.clock().await?, today(&state)?);
	let prefix = vec![number(id)];
	let users: Vec<(Key, User)> = state.entries("Sponsorship", "Users", prefix).await?;
	let mut users: Vec<(AccountId, User)> =
		users.into_iter().map(|(key, user)| (account_of(key), user)).collect();
	users.sort_by_key(|(who, _)| who.clone());
	let mut result = plan.json(id, state.metadata(), clock, day);
	let listed: Vec<Value> = users.iter().map(|(who, user)| user.json(who, day)).collect();
	if let Some(object) = result.as_object_mut() {
		object.insert("accounts".into(), json!(listed));
	}
	access.output.result(&result, || {
		let mut rows = plan.rows(id, state.metadata(), clock, day);
		rows.extend(users.iter().map(|(who, user)| user.row(who, day)));
		rows.push(row("to use it", format!("add --sponsor {id} to what it pays for")));
		table(&rows)
	});
	Ok(())
}

async fn list(access: Access<'_>, of: Option<AccountId>) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let (clock, day) = (state.clock().await?, today(&state)?);
	let mut plans = Plan::all(&state).await?;
	if let Some(sponsor) = &of {
		plans.retain(|(_, plan)| plan.sponsor() == *sponsor);
	}
	let metadata = state.metadata();
	let listed: Vec<Value> =
		plans.iter().map(|(id, plan)| plan.json(*id, metadata, clock, day)).collect();
	access.output.result(&json!({ "plans": listed }), || {
		if plans.is_empty() {
			return "there are no plans; `popctl sponsor open` opens one".into();
		}
		let mut rows = vec![Plan::heads()];
		rows.extend(plans.iter().map(|(id, plan)| plan.listed(*id, metadata, clock, day)));
		table(&rows)
	});
	Ok(())
}
