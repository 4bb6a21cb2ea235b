//! Proposing referenda, and the deposits that this takes.

use super::{
	args::{Proposal as Proposed, Propose},
	referendum::{Deposit, Referendum},
	text,
	tracks::{self, Track},
};
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{account, number, option, Call, Step},
		state::{account_of, number_in, Key, State},
		transactions::{Receipt, Signer},
		Chain,
	},
	dates::Clock,
	errors::Error,
	show::{row, table},
	staking::Funds,
};
use popnet_primitives::{AccountId, Balance};
use serde_json::json;
use std::collections::BTreeSet;
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// Longest call that a referendum carries itself; longer ones lie among the preimages.
const INLINE_BYTES_MAX: usize = 128;
/// Longest preimage.
const PREIMAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A call and the track that decides it.
struct Plan {
	call: Vec<u8>,
	track: Track,
	/// What it does, for people.
	title: String,
}

/// Proposes a referendum, with all its deposits.
pub async fn propose(access: Access<'_>, options: &Propose) -> Result<(), Error> {
	let signer = access.signer()?;
	// A file that cannot be read is found before the node is asked for anything.
	let upgrade = match &options.proposal {
		Some(Proposed::Upgrade { file }) => Some(super::upgrade::read(file)?),
		_ => None,
	};
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let plan = plan(&state, options, upgrade.as_deref())?;
	let submission: Balance = state.constant("Referenda", "SubmissionDeposit")?;
	let needed = submission.saturating_add(plan.track.decision_deposit);
	ensure_deposits(&state, &signer.account, needed).await?;
	if let Some(Proposed::TreasurySpend { amount, .. }) = &options.proposal {
		warn_of_empty_treasury(access, &state, *amount).await?;
	}
	let count: u32 = state.required("Referenda", "ReferendumCount", Vec::new()).await?;
	let steps = steps(&state, &plan, count).await?;
	let before = Funds::read(&state, &signer.account).await?;
	let receipt = chain.submit(&Call::all(steps), &signer).await?;

	let after = chain.state_after(&receipt).await?;
	let held = before.free.saturating_sub(Funds::read(&after, &signer.account).await?.free);
	let submitted = Submitted {
		id: index(&receipt, "Submitted").unwrap_or(count),
		placed_for: index(&receipt, "DecisionDepositPlaced"),
		submission,
		preimage: held.saturating_sub(needed),
		clock: after.clock().await?,
	};
	submitted.report(access, &plan, &receipt);
	Ok(())
}

/// The referendum that an event of the proposal names.
fn index(receipt: &Receipt, event: &str) -> Option<u32> {
	let fields = receipt.event("Referenda", event)?;
	u32::try_from(number_in(fields, 0)?).ok()
}

/// What came of a proposal.
struct Submitted {
	id: u32,
	/// The referendum for which the decision deposit was placed.
	placed_for: Option<u32>,
	submission: Balance,
	/// POP held for the preimage.
	preimage: Balance,
	clock: Clock,
}

impl Submitted {
	fn report(&self, access: Access<'_>, plan: &Plan, receipt: &Receipt) {
		let track = &plan.track;
		let begins = self.clock.at(self.clock.block().saturating_add(track.prepare));
		let is_placed = self.placed_for == Some(self.id);
		let result = json!({
			"referendum": self.id,
			"title": plan.title,
			"track": track.name,
			"deposits": {
				"submission": format_amount(self.submission),
				"decision": format_amount(track.decision_deposit),
				"preimage": format_amount(self.preimage),
			},
			"decisionDepositPlaced": is_placed,
			"decisionBegins": begins.json(),
			"block": receipt.block,
			"transaction": receipt.transaction,
			"next": format!("popctl vote {} aye AMOUNT", self.id),
		});
		access.output.result(&result, || {
			let mut rows = vec![
				row("referendum", self.id),
				row("what", &plan.title),
				row("track", &track.name),
				row(
					"deposits",
					format!(
						"{} return when it is approved, else they stay held",
						pop(self.submission)
					),
				),
				row("", format!("{} return when it has ended", pop(track.decision_deposit))),
			];
			if self.preimage > 0 {
				rows.push(row(
					"",
					format!("{} return when the call is needed no more", pop(self.preimage)),
				));
			}
			rows.push(row("", "all with `popctl refund-deposit`; a killed referendum loses them"));
			match is_placed {
				true => rows.push(row("begins", format!("its decision, {begins}"))),
				// Somebody else proposed at the same moment.
				false => rows.push(row(
					"begins",
					format!(
						"not yet: its deposit went to referendum {}; `popctl place-deposit {}`",
						self.placed_for.map_or("?".into(), |id| id.to_string()),
						self.id
					),
				)),
			}
			rows.push(row("next", format!("`popctl vote {} aye AMOUNT`", self.id)));
			table(&rows)
		});
	}
}

fn plan(state: &State<'_>, options: &Propose, upgrade: Option<&[u8]>) -> Result<Plan, Error> {
	let (step, track) = match &options.proposal {
		None => return raw(state, options),
		Some(Proposed::LitRate { rate }) => (lit_rate(state, *rate)?, "economy"),
		Some(Proposed::Seats { seats }) => (seats_step(state, *seats)?, "superdelegates"),
		Some(Proposed::TreasurySpend { amount, to }) => (spend(*amount, to), "treasury"),
		Some(Proposed::Upgrade { .. }) => {
			let hash = state.hash(upgrade.unwrap_or_default());
			(Step::new("System", "authorize_upgrade", [Value::from_bytes(hash)]), "root")
		}
	};
	let call = state.encode(&step.into())?;
	finished(state, call, track)
}

fn finished(state: &State<'_>, call: Vec<u8>, track: &str) -> Result<Plan, Error> {
	let tracks = tracks::all(state)?;
	let track = tracks::by_name(&tracks, track)?.clone();
	let decoded = state.decode_call(&call).ok_or_else(|| {
		Error::usage(
			"these bytes are no call of the runtime",
			"encode the call with the metadata of this network's present runtime",
		)
	})?;
	Ok(Plan { title: text::describe(state, &decoded), call, track })
}

fn raw(state: &State<'_>, options: &Propose) -> Result<Plan, Error> {
	let (Some(call), Some(track)) = (&options.call, &options.track) else {
		return Err(Error::usage("nothing is proposed", "see `popctl propose --help`"));
	};
	let call = hex::decode(call.trim_start_matches("0x")).map_err(|_| {
		Error::usage("the call is no hexadecimal number", "a call looks like 0x00070c68656c6c6f")
	})?;
	if call.len() > PREIMAGE_BYTES_MAX {
		return Err(Error::usage("the call is larger than 4 MiB", "propose a smaller one"));
	}
	finished(state, call, track)
}

fn lit_rate(state: &State<'_>, per_day: Balance) -> Result<Step, Error> {
	let blocks_per_day: u32 = state.constant("LitGeneration", "BlocksPerDay")?;
	let rate = text::rate_for(per_day, blocks_per_day);
	let least: u128 = state.constant("LitGeneration", "RateMin")?;
	let most: u128 = state.constant("LitGeneration", "RateMax")?;
	if rate < least || rate > most {
		let shown = |rate| format_amount(text::lit_per_day(rate, blocks_per_day));
		return Err(Error::usage(
			format!("a rate of {} LIT a day is not possible", format_amount(per_day)),
			format!("the runtime takes {} to {}", shown(least), shown(most)),
		));
	}
	Ok(Step::new("LitGeneration", "set_rate", [number(rate)]))
}

fn seats_step(state: &State<'_>, seats: u32) -> Result<Step, Error> {
	let most: u32 = state.constant("Superdelegates", "MaxSeats")?;
	if seats == 0 || seats > most {
		return Err(Error::usage(
			format!("there cannot be {seats} Superdelegates"),
			format!("1 to {most} are possible"),
		));
	}
	Ok(Step::new("Superdelegates", "set_seats", [number(seats)]))
}

fn spend(amount: Balance, to: &AccountId) -> Step {
	let asset = Value::unnamed_composite([]);
	Step::new("Treasury", "spend", [asset, number(amount), account(to), option(None)])
}

/// Says so where the treasury does not have what is asked for: it may, when it comes to that.
async fn warn_of_empty_treasury(
	access: Access<'_>,
	state: &State<'_>,
	amount: Balance,
) -> Result<(), Error> {
	let treasury = account_of(state.constant::<Key>("Treasury", "pot_account")?);
	let funds = Funds::read(state, &treasury).await?;
	if funds.spare() < amount {
		access.output.note(&format!("the treasury can spare {} now", pop(funds.spare())));
	}
	Ok(())
}

async fn ensure_deposits(state: &State<'_>, who: &AccountId, needed: Balance) -> Result<(), Error> {
	let funds = Funds::read(state, who).await?;
	if needed <= funds.spare() {
		return Ok(());
	}
	Err(Error::insufficient(
		format!(
			"the deposits of {} are more than the account can spare: {}",
			pop(needed),
			pop(funds.spare())
		),
		"they return later; see `popctl balance`, and docs/popctl.md for those of each track",
	))
}

/// The calls that propose: the preimage where one is needed, the referendum, its decision deposit.
/// `count` is the number that it gets unless somebody else is faster.
async fn steps(state: &State<'_>, plan: &Plan, count: u32) -> Result<Vec<Step>, Error> {
	let mut steps = Vec::new();
	let proposal = match plan.call.len() <= INLINE_BYTES_MAX {
		true => Value::unnamed_variant("Inline", [Value::from_bytes(&plan.call)]),
		false => {
			let hash = Value::from_bytes(state.hash(&plan.call));
			let length = u32::try_from(plan.call.len()).unwrap_or(u32::MAX);
			let key = Value::unnamed_composite([hash.clone(), number(length)]);
			let noted: Option<Vec<u8>> = state.value("Preimage", "PreimageFor", vec![key]).await?;
			if noted.is_none() {
				let bytes = Value::from_bytes(&plan.call);
				steps.push(Step::new("Preimage", "note_preimage", [bytes]));
			}
			Value::named_variant("Lookup", [("hash", hash), ("len", number(length))])
		}
	};
	let soon = Value::unnamed_variant("After", [number(0u32)]);
	steps.push(Step::new("Referenda", "submit", [plan.track.origin(), proposal, soon]));
	steps.push(Step::new("Referenda", "place_decision_deposit", [number(count)]));
	Ok(steps)
}

/// Places the deposit without which a referendum is not decided.
pub async fn place_deposit(access: Access<'_>, id: u32) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let ongoing = Referendum::read(&state, id).await?.ongoing(id)?;
	if ongoing.decision_deposit.is_some() {
		return Err(Error::not_possible(
			format!("the deposit of referendum {id} is placed already"),
			format!("vote with `popctl vote {id} aye AMOUNT`"),
		));
	}
	let tracks = tracks::all(&state)?;
	let deposit = tracks::by_id(&tracks, ongoing.track).map_or(0, |track| track.decision_deposit);
	ensure_deposits(&state, &signer.account, deposit).await?;
	let call = Step::new("Referenda", "place_decision_deposit", [number(id)]).into();
	let receipt = chain.submit(&call, &signer).await?;
	let result = json!({
		"referendum": id,
		"placed": format_amount(deposit),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		format!(
			"placed {} for referendum {id}; they return when it has ended, with `popctl refund-deposit \
			 {id}`",
			pop(deposit)
		)
	});
	Ok(())
}

/// Something that can be returned.
struct Refund {
	step: Step,
	/// What is known about it.
	deposit: Option<Deposit>,
	what: String,
}

/// Returns deposits of the referendum `id`, or all of the signer's.
pub async fn refund_deposit(access: Access<'_>, id: Option<u32>) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let refunds = match id {
		Some(id) => {
			let referendum = Referendum::read(&state, id).await?;
			let found = refunds(id, &referendum);
			if found.is_empty() {
				return Err(nothing_to_refund(id, &referendum));
			}
			found
		}
		None => own_refunds(&state, &signer.account).await?,
	};
	if refunds.is_empty() {
		return Err(Error::not_possible(
			"no deposit of the account can be returned now",
			"deposits return when their referendum has ended; see `popctl referenda`",
		));
	}
	refund(access, &chain, &signer, refunds).await
}

async fn refund(
	access: Access<'_>,
	chain: &Chain,
	signer: &Signer,
	refunds: Vec<Refund>,
) -> Result<(), Error> {
	let before = Funds::read(&chain.state().await?, &signer.account).await?;
	let calls = refunds.iter().map(|refund| refund.step.clone()).collect();
	let receipt = chain.submit(&Call::all(calls), signer).await?;
	let after = Funds::read(&chain.state_after(&receipt).await?, &signer.account).await?;
	let returned = after.free.saturating_sub(before.free);
	let parts: Vec<_> = refunds
		.iter()
		.map(|refund| {
			json!({
				"what": refund.what,
				"account": refund.deposit.map(|deposit| deposit.owner().to_string()),
				"amount": refund.deposit.map(|deposit| format_amount(deposit.amount)),
			})
		})
		.collect();
	let result = json!({
		"returned": format_amount(returned),
		"deposits": parts,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let mut rows = vec![row("returned", format!("{} to this account", pop(returned)))];
		rows.extend(refunds.iter().map(|refund| match refund.deposit {
			Some(deposit) => row(
				"deposit",
				format!("{}: {} to {}", refund.what, pop(deposit.amount), deposit.owner()),
			),
			None => row("deposit", &refund.what),
		}));
		table(&rows)
	});
	Ok(())
}

/// What of the referendum `id` can be returned.
fn refunds(id: u32, referendum: &Referendum) -> Vec<Refund> {
	let returnable = referendum.returnable();
	let refund = |deposit: Option<Deposit>, call, what| {
		deposit.map(|deposit| Refund {
			step: Step::new("Referenda", call, [number(id)]),
			deposit: Some(deposit),
			what: format!("{what} of referendum {id}"),
		})
	};
	let decision = refund(returnable.decision, "refund_decision_deposit", "decision deposit");
	let submission =
		refund(returnable.submission, "refund_submission_deposit", "submission deposit");
	decision.into_iter().chain(submission).collect()
}

fn nothing_to_refund(id: u32, referendum: &Referendum) -> Error {
	let (what, hint) = match referendum {
		Referendum::Ongoing(_) => (
			format!("referendum {id} has not ended"),
			format!("its deposits return when it has; see `popctl referenda {id}`"),
		),
		Referendum::Killed(_) => (
			format!("referendum {id} was killed, and its deposits are lost"),
			"nothing can be done about it".to_owned(),
		),
		_ => (
			format!("nothing of referendum {id} is left to be returned"),
			"what its proposer placed returns only when it is approved or cancelled".to_owned(),
		),
	};
	Error::not_possible(what, hint)
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Request {
	Unrequested { ticket: (Key, Value) },
	Requested,
}

/// All deposits of `who` that can be returned.
async fn own_refunds(state: &State<'_>, who: &AccountId) -> Result<Vec<Refund>, Error> {
	let all = Referendum::all(state).await?;
	let mut found = Vec::new();
	let mut needed = BTreeSet::new();
	for (id, referendum) in &all {
		let own = |refund: &Refund| refund.deposit.is_some_and(|deposit| deposit.owner() == *who);
		found.extend(refunds(*id, referendum).into_iter().filter(own));
		if let Referendum::Ongoing(ongoing) = referendum {
			needed.extend(ongoing.proposal.preimage());
		}
	}
	let noted: Vec<(Key, Request)> =
		state.entries("Preimage", "RequestStatusFor", Vec::new()).await?;
	for (hash, request) in noted {
		let Request::Unrequested { ticket: (owner, _) } = request else { continue };
		if account_of(owner) == *who && !needed.contains(&hash) {
			found.push(Refund {
				step: Step::new("Preimage", "unnote_preimage", [Value::from_bytes(hash)]),
				deposit: None,
				what: format!("that of the call 0x{}", hex::encode(hash)),
			});
		}
	}
	Ok(found)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::governance::referendum::tests::ongoing;

	#[test]
	fn deposits_are_returned_as_far_as_the_end_allows() {
		let deposit = Some(ongoing().submission_deposit);
		let names = |referendum: &Referendum| -> Vec<String> {
			refunds(3, referendum).iter().map(|refund| refund.step.full_name()).collect()
		};
		assert_eq!(
			names(&Referendum::Approved(9, deposit, deposit)),
			["Referenda.refund_decision_deposit", "Referenda.refund_submission_deposit"]
		);
		assert_eq!(
			names(&Referendum::Rejected(9, deposit, deposit)),
			["Referenda.refund_decision_deposit"]
		);
		assert!(names(&Referendum::Ongoing(ongoing())).is_empty());
	}

	#[test]
	fn why_nothing_returns_is_told() {
		for (referendum, words) in [
			(Referendum::Ongoing(ongoing()), "has not ended"),
			(Referendum::Killed(1), "are lost"),
			(Referendum::Rejected(1, None, None), "nothing"),
		] {
			let error = nothing_to_refund(3, &referendum);
			assert_eq!(error.exit_code(), 6);
			assert!(error.message().contains(words), "{}", error.message());
		}
	}
}
