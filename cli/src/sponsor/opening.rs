//! Opening, funding, changing and ending plans.

use super::{
	args::TermsArgs,
	plan::{today, Plan},
	terms::Terms,
};
use crate::{
	access::Access,
	amounts::{format_amount, lit},
	chain::{
		calls::{number, Call, Step},
		state::{number_in, State},
		transactions::{Receipt, Signer},
		Chain,
	},
	errors::Error,
	show::{row, table},
};
use codec::{Compact, Encode};
use popnet_primitives::Balance;
use serde_json::json;

/// Opens a plan with `funds`.
pub async fn open(access: Access<'_>, funds: Balance, options: &TermsArgs) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let terms = Terms::new(&state, state.clock().await?, options)?;
	let deposit: Balance = state.constant("Sponsorship", "PlanDeposit")?;
	ensure_available(&state, &signer, funds.saturating_add(deposit)).await?;
	let call = Call::new("Sponsorship", "open", (&terms, Compact(funds)).encode());
	let receipt = chain.submit(&call, &signer).await?;
	let opened = receipt.event("Sponsorship", "Opened");
	let id = opened.and_then(|fields| u32::try_from(number_in(fields, 0)?).ok());
	let id = id.ok_or_else(|| {
		Error::internal("the plan's number is not to be found", "see `popctl sponsor list`")
	})?;
	report(access, &chain, id, "opened", &receipt).await
}

/// Adds `amount` to a plan's funds.
pub async fn fund(access: Access<'_>, id: u32, amount: Balance) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	Plan::read(&state, id).await?.ensure_run_by(&signer.account, id)?;
	ensure_available(&state, &signer, amount).await?;
	let call = Call::new("Sponsorship", "fund", (id, Compact(amount)).encode());
	let receipt = chain.submit(&call, &signer).await?;
	report(access, &chain, id, "funded", &receipt).await
}

/// Gives a plan the terms that `options` name; what they leave out stays.
pub async fn change(access: Access<'_>, id: u32, options: &TermsArgs) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	plan.ensure_run_by(&signer.account, id)?;
	let terms = plan.terms.clone().changed(&state, state.clock().await?, options)?;
	if terms == plan.terms {
		return Err(Error::usage(
			"nothing would change",
			"name what is to change; see `popctl sponsor change --help`",
		));
	}
	let call = Call::new("Sponsorship", "change", (id, &terms).encode());
	let receipt = chain.submit(&call, &signer).await?;
	report(access, &chain, id, "changed", &receipt).await
}

/// Refuses what the account cannot set aside.
async fn ensure_available(
	state: &State<'_>,
	signer: &Signer,
	needed: Balance,
) -> Result<(), Error> {
	let available: Balance = state.ask("PopnetApi_lit_available", &signer.account).await?;
	if needed <= available {
		return Ok(());
	}
	Err(Error::insufficient(
		format!("{} are to be set aside, and the account has {}", lit(needed), lit(available)),
		"set less aside, or wait until stake has generated more; see `popctl lit`",
	))
}

/// Shows the plan after `receipt`.
async fn report(
	access: Access<'_>,
	chain: &Chain,
	id: u32,
	done: &str,
	receipt: &Receipt,
) -> Result<(), Error> {
	let state = chain.state_after(receipt).await?;
	let plan = Plan::read(&state, id).await?;
	let (clock, day) = (state.clock().await?, today(&state)?);
	let mut result = plan.json(id, state.metadata(), clock, day);
	if let Some(object) = result.as_object_mut() {
		object.insert("done".into(), json!(done));
		object.insert("fee".into(), receipt.fee().json());
		object.insert("block".into(), json!(receipt.block));
		object.insert("transaction".into(), json!(receipt.transaction));
	}
	access.output.result(&result, || {
		let mut rows = plan.rows(id, state.metadata(), clock, day);
		rows.push(row("fee", receipt.fee().text()));
		rows.push(row("next", format!("users add --sponsor {id} to what it pays for")));
		format!("{done}\n{}", table(&rows))
	});
	Ok(())
}

/// Ends a plan, which takes a transaction for every so many accounts that it remembers.
pub async fn close(access: Access<'_>, id: u32) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = Plan::read(&state, id).await?;
	ensure_closable(&state, &plan, &signer, id)?;
	let records: u32 = state.constant("Sponsorship", "ClearMax")?;
	let mut transactions = Vec::new();
	let returned = loop {
		let call = Step::new("Sponsorship", "close", [number(id), number(records)]).into();
		let receipt = chain.submit(&call, &signer).await?;
		transactions.push(receipt.transaction.clone());
		if let Some(closed) = receipt.event("Sponsorship", "Closed") {
			break number_in(closed, 1).unwrap_or(0);
		}
		let closing = receipt.event("Sponsorship", "Closing");
		let left = closing.and_then(|fields| number_in(fields, 1)).unwrap_or(0);
		access.output.note(&format!("{left} accounts are left to forget"));
	};
	let result = json!({
		"plan": id,
		"returned": format_amount(returned),
		"to": plan.sponsor().to_string(),
		"transactions": transactions,
	});
	access.output.result(&result, || {
		format!("closed plan {id}; {} are free again for {}", lit(returned), plan.sponsor())
	});
	Ok(())
}

/// Refuses somebody who may not end the plan.
fn ensure_closable(state: &State<'_>, plan: &Plan, signer: &Signer, id: u32) -> Result<(), Error> {
	let grace: u32 = state.constant("Sponsorship", "GraceBlocks")?;
	let abandoned_after = plan.terms.last_block.saturating_add(grace);
	let may =
		plan.is_closing() || plan.sponsor() == signer.account || state.number() > abandoned_after;
	if may {
		return Ok(());
	}
	Err(Error::not_possible(
		format!("plan {id} is that of {}", plan.sponsor()),
		format!("anybody may close it from block {abandoned_after} on, if it stays as it is"),
	))
}
