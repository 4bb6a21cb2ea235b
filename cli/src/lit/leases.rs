//! Leases that exist: looking at them, ending them, giving them back.

use super::{
	income::{daily_text, lease_json, lease_text, Income, LeaseOf},
	lending::Limits,
};
use crate::{
	access::Access,
	amounts::{format_amount, lit},
	chain::{
		calls::{number, Step},
		state::number_in,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{economics::LeaseId, AccountId};
use serde_json::{json, Value};

/// Lists the leases of `chosen`, or of the signer.
pub async fn list(access: Access<'_>, chosen: Option<AccountId>) -> Result<(), Error> {
	let who = access.account(chosen)?;
	let chain = access.connect().await?;
	let income = Income::read(&chain.state().await?, &who).await?;
	let all = |leases: &[LeaseOf]| -> Vec<Value> {
		leases.iter().map(|lease| lease_json(lease, income.rate, income.clock)).collect()
	};
	let result = json!({
		"account": who.to_string(),
		"given": all(&income.given),
		"received": all(&income.received),
	});
	access.output.result(&result, || match income.lease_rows() {
		rows if rows.is_empty() => format!("{who} gives and receives no lease"),
		rows => table(&rows),
	});
	Ok(())
}

/// Ends a lease that the signer gives.
pub async fn end(access: Access<'_>, id: LeaseId) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let limits = Limits::read(&state)?;
	let income = Income::read(&state, &signer.account).await?;
	let lease = find(&income.given, id).ok_or_else(|| match find(&income.received, id) {
		Some(_) => Error::not_possible(
			format!("the account receives lease {id}, and does not give it"),
			format!("give it back with `popctl lease return {id}`"),
		),
		None => unknown(id),
	})?;
	let clock = income.clock;
	if lease.end <= clock.block().saturating_add(limits.notice_blocks) {
		return Err(Error::not_possible(
			format!(
				"lease {id} ends by itself, {}: sooner than after {} of notice",
				clock.at(lease.end),
				clock.span(limits.notice_blocks)
			),
			"nothing is to be done",
		));
	}
	let call = Step::new("LitGeneration", "end_lease", [number(id)]).into();
	let receipt = chain.submit(&call, &signer).await?;
	let clock = chain.state_after(&receipt).await?.clock().await?;
	let changed = receipt.event("LitGeneration", "LeaseChanged");
	let end = changed
		.and_then(|fields| u32::try_from(number_in(fields, 2)?).ok())
		.unwrap_or_else(|| clock.block().saturating_add(limits.notice_blocks));
	let rest = end.saturating_sub(clock.block());
	let still = income.rate.over(lease.amount, rest);
	let result = json!({
		"lease": id,
		"to": lease.other.to_string(),
		"end": clock.at(end).json(),
		"stillPaid": format_amount(still),
		"noticeBlocks": limits.notice_blocks,
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row("lease", id),
			row("to", &lease.other),
			row("ends", format!("{}, after {} of notice", clock.at(end), clock.span(rest))),
			row("until then", format!("about {} more go to the borrower", lit(still))),
			row("before", "what the borrower got is the borrower's, and stays so"),
			row("fee", receipt.fee().text()),
		])
	});
	Ok(())
}

/// Gives back a lease that the signer receives.
pub async fn give_back(access: Access<'_>, id: LeaseId) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let income = Income::read(&chain.state().await?, &signer.account).await?;
	let lease = find(&income.received, id).ok_or_else(|| match find(&income.given, id) {
		Some(_) => Error::not_possible(
			format!("the account gives lease {id}, and does not receive it"),
			format!("end it with `popctl lease end {id}`"),
		),
		None => unknown(id),
	})?;
	let what = lease_text(lease, income.rate, income.clock);
	let call = Step::new("LitGeneration", "give_back", [number(id)]).into();
	let receipt = chain.submit(&call, &signer).await?;
	let after = Income::read(&chain.state_after(&receipt).await?, &signer.account).await?;
	let result = json!({
		"lease": id,
		"from": lease.other.to_string(),
		"perDay": format_amount(after.per_day),
		"available": format_amount(after.available),
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row("lease", id),
			row("given back", format!("to {}: {what}", lease.other)),
			row("available", lit(after.available)),
			row("income", daily_text(after.per_day, after.rate)),
			row("fee", receipt.fee().text()),
		])
	});
	Ok(())
}

fn find(leases: &[LeaseOf], id: LeaseId) -> Option<&LeaseOf> {
	leases.iter().find(|lease| lease.id == id)
}

fn unknown(id: LeaseId) -> Error {
	Error::unknown(
		format!("the account neither gives nor receives a lease {id}, or it has ended"),
		"see `popctl lease list`",
	)
}
