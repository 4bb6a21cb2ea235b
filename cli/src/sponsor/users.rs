//! Accounts that a plan knows.

use super::plan::{today, Plan, User};
use crate::{
	access::Access,
	amounts::{format_amount, lit},
	chain::{
		calls::{account, number, Step},
		state::State,
		transactions::Signer,
		Chain,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::json;

async fn record(state: &State<'_>, id: u32, who: &AccountId) -> Result<Option<User>, Error> {
	state.value("Sponsorship", "Users", vec![number(id), account(who)]).await
}

/// Puts `who` on the list of a plan.
pub async fn admit(access: Access<'_>, id: u32, who: &AccountId) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	plan.ensure_run_by(&signer.account, id)?;
	let user = record(&state, id, who).await?;
	if user.is_some_and(|user| user.listed) {
		return Err(Error::not_possible(
			format!("{who} is on the list of plan {id} already"),
			"nothing is to be done",
		));
	}
	if user.is_none() {
		ensure_room(&state, &plan, id)?;
	}
	finish(access, &chain, &signer, ("admit", "admitted", id, who)).await
}

/// Refuses another record where there is no room or no deposit for it.
fn ensure_room(state: &State<'_>, plan: &Plan, id: u32) -> Result<(), Error> {
	if plan.users >= plan.terms.users_max {
		return Err(Error::not_possible(
			format!("plan {id} remembers {} accounts, as many as it may", plan.users),
			format!(
				"raise that with `popctl sponsor change {id} --users NUMBER`, or forget some with \
				 `popctl sponsor forget`"
			),
		));
	}
	let deposit: Balance = state.constant("Sponsorship", "UserDeposit")?;
	if plan.funds < deposit {
		return Err(Error::insufficient(
			format!("plan {id} has {}, and an account takes {}", lit(plan.funds), lit(deposit)),
			format!("add to it with `popctl sponsor fund {id} AMOUNT`"),
		));
	}
	Ok(())
}

/// Takes `who` off the list of a plan.
pub async fn dismiss(access: Access<'_>, id: u32, who: &AccountId) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	Plan::read(&state, id).await?.ensure_run_by(&signer.account, id)?;
	if !record(&state, id, who).await?.is_some_and(|user| user.listed) {
		return Err(Error::unknown(
			format!("{who} is not on the list of plan {id}"),
			format!("see `popctl sponsor show {id}`"),
		));
	}
	finish(access, &chain, &signer, ("dismiss", "dismissed", id, who)).await
}

/// Has a plan forget `who`.
pub async fn forget(access: Access<'_>, id: u32, who: &AccountId) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	let user = record(&state, id, who).await?.ok_or_else(|| {
		Error::unknown(
			format!("plan {id} does not know {who}"),
			format!("see `popctl sponsor show {id}`"),
		)
	})?;
	if !plan.is_closing() && !user.is_stale(today(&state)?) {
		return Err(Error::not_possible(
			format!("{who} is on the list of plan {id}, or has used it today"),
			format!(
				"wait for tomorrow, or take it off the list with `popctl sponsor dismiss {id}`"
			),
		));
	}
	finish(access, &chain, &signer, ("forget", "forgotten", id, who)).await
}

async fn finish(
	access: Access<'_>,
	chain: &Chain,
	signer: &Signer,
	(name, done, id, who): (&'static str, &str, u32, &AccountId),
) -> Result<(), Error> {
	let call = Step::new("Sponsorship", name, [number(id), account(who)]).into();
	let receipt = chain.submit(&call, signer).await?;
	let result = json!({
		"plan": id,
		"account": who.to_string(),
		"done": done,
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[row(done, who), row("plan", id), row("fee", receipt.fee().text())])
	});
	Ok(())
}

/// Shows what a plan would still pay for `chosen`, or the signer, today.
pub async fn allowance(
	access: Access<'_>,
	id: u32,
	chosen: Option<AccountId>,
) -> Result<(), Error> {
	let who = access.account(chosen)?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	let allowance: Balance = state.ask("EconomyApi_sponsor_allowance", &(id, &who)).await?;
	let largest = allowance.min(plan.terms.fee_max);
	let result = json!({
		"plan": id,
		"account": who.to_string(),
		"allowance": format_amount(allowance),
		"perTransaction": format_amount(largest),
	});
	access.output.result(&result, || match allowance {
		0 => format!(
			"plan {id} pays nothing more for {who} today; `popctl sponsor show {id}` tells why"
		),
		_ => format!(
			"plan {id} still pays {} for {who} today, {} for one transaction at most",
			lit(allowance),
			lit(largest)
		),
	});
	Ok(())
}
