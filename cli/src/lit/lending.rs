//! Lending: whom, how much of the income of one's stake, until when.

use super::{
	args::Give,
	income::{daily_text, lease_json, Income, LeaseOf},
};
use crate::{
	access::Access,
	amounts::{format_amount, format_percent, lit, pop, WHOLE},
	chain::{
		calls::{account, number, Step},
		state::{number_in, State},
		transactions::Receipt,
	},
	dates::Until,
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{economics::LeaseId, Balance};
use serde_json::json;
use subxt::ext::scale_value::Value as ScaleValue;

/// Most leases that an account gives.
const GIVEN_MAX: usize = 16;

/// Limits of leases, as the chain has them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
	/// Blocks of the longest lease.
	blocks_max: u32,
	/// Blocks after which a lease ends whose lender ends it.
	pub notice_blocks: u32,
	/// Least POP units whose income is lent.
	amount_min: Balance,
}

impl Limits {
	/// Reads them.
	pub fn read(state: &State<'_>) -> Result<Self, Error> {
		Ok(Self {
			blocks_max: state.constant("LitGeneration", "LeaseBlocksMax")?,
			notice_blocks: state.constant("LitGeneration", "NoticeBlocks")?,
			amount_min: state.constant("LitGeneration", "LentMin")?,
		})
	}
}

/// How much of the income is lent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Terms {
	/// Parts of the whole.
	Share(u32),
	/// That of so many POP units.
	Fixed(Balance),
}

impl Terms {
	/// POP units of a `stake` whose income is lent, rounded down.
	fn amount(self, stake: Balance) -> Balance {
		match self {
			Self::Share(parts) => part_of(stake, parts),
			Self::Fixed(amount) => amount,
		}
	}

	fn argument(self) -> ScaleValue {
		let (name, value) = match self {
			Self::Share(parts) => ("Share", number(parts)),
			Self::Fixed(amount) => ("Fixed", number(amount)),
		};
		ScaleValue::unnamed_variant(name, [value])
	}
}

fn part_of(stake: Balance, parts: u32) -> Balance {
	// All POP together times the whole is far below what fits.
	stake.saturating_mul(Balance::from(parts)) / Balance::from(WHOLE)
}

/// Lends income.
pub async fn give(access: Access<'_>, options: &Give) -> Result<(), Error> {
	let signer = access.signer()?;
	if options.to == signer.account {
		return Err(Error::usage(
			"lender and borrower are the same account",
			"name another account that is to have the LIT",
		));
	}
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let limits = Limits::read(&state)?;
	let income = Income::read(&state, &signer.account).await?;
	let terms = terms(&income, options)?;
	ensure_lendable(&income, terms, limits)?;
	let end = end_block(&income, options.until, limits)?;
	let arguments = [account(&options.to), terms.argument(), number(end)];
	let call = Step::new("LitGeneration", "lend", arguments).into();
	let receipt = chain.submit(&call, &signer).await?;

	let after = Income::read(&chain.state_after(&receipt).await?, &signer.account).await?;
	let made = lease_number(&receipt, "Lent");
	let lease = after.given.iter().find(|lease| Some(lease.id) == made);
	let lease = lease.ok_or_else(|| {
		Error::internal("the lease is not to be found", "see `popctl lease list`")
	})?;
	report_given(access, &after, lease, &receipt, limits);
	Ok(())
}

fn report_given(
	access: Access<'_>,
	after: &Income,
	lease: &LeaseOf,
	receipt: &Receipt,
	limits: Limits,
) {
	let mut result = lease_json(lease, after.rate, after.clock);
	if let Some(object) = result.as_object_mut() {
		object.insert("to".into(), json!(lease.other.to_string()));
		object.insert("left".into(), json!(format_amount(after.per_day)));
		object.insert("fee".into(), receipt.fee().json());
		object.insert("block".into(), json!(receipt.block));
		object.insert("transaction".into(), json!(receipt.transaction));
	}
	access.output.result(&result, || {
		let per_day = after.rate.per_day(lease.amount);
		table(&[
			row("lease", lease.id),
			row("to", &lease.other),
			row("gives", daily_text(per_day, after.rate)),
			row("of", stake_text(lease)),
			row("ends", after.clock.at(lease.end)),
			row("left", daily_text(after.per_day, after.rate)),
			row("fee", receipt.fee().text()),
			row(
				"sooner",
				format!(
					"`popctl lease end {}` ends it {} after that; the borrower can at any time",
					lease.id,
					after.clock.span(limits.notice_blocks)
				),
			),
		])
	});
}

/// What a lease is of, for people.
fn stake_text(lease: &LeaseOf) -> String {
	match lease.share {
		Some(share) => format!(
			"{} of the stake, now {}, however that changes",
			format_percent(share.deconstruct()),
			pop(lease.amount)
		),
		None => format!("{} of the stake", pop(lease.amount)),
	}
}

fn lease_number(receipt: &Receipt, event: &str) -> Option<LeaseId> {
	let fields = receipt.event("LitGeneration", event)?;
	LeaseId::try_from(number_in(fields, 0)?).ok()
}

fn terms(income: &Income, options: &Give) -> Result<Terms, Error> {
	if income.stake == 0 {
		return Err(Error::not_possible(
			"the account stakes nothing, and only what stake generates can be lent",
			"begin with `popctl stake AMOUNT`; received LIT cannot be lent on",
		));
	}
	match (options.share, options.per_day) {
		(Some(parts), _) => Ok(Terms::Share(parts)),
		(None, Some(per_day)) => {
			income.rate.stake_for(per_day).map(Terms::Fixed).ok_or_else(|| {
				Error::usage(
					format!("no stake generates {} a day", lit(per_day)),
					"lend less, or a --share",
				)
			})
		}
		(None, None) => Err(Error::usage("nothing is lent", "pass --share or --per-day")),
	}
}

/// Refuses what the chain would refuse, with what is possible.
fn ensure_lendable(income: &Income, terms: Terms, limits: Limits) -> Result<(), Error> {
	let amount = terms.amount(income.stake);
	if amount < limits.amount_min {
		let least = income.rate.per_day(limits.amount_min);
		let share = limits.amount_min.saturating_mul(Balance::from(WHOLE)) / income.stake.max(1);
		let share = u32::try_from(share.saturating_add(1)).unwrap_or(u32::MAX);
		let hint = match limits.amount_min > income.stake {
			true => format!("stake at least {} first", pop(limits.amount_min)),
			false => format!(
				"lend at least {} a day, or --share {}",
				lit(least),
				format_percent(share).replace(' ', "")
			),
		};
		return Err(Error::usage(
			format!(
				"that is the income of {}, and the least is that of {}",
				pop(amount),
				pop(limits.amount_min)
			),
			hint,
		));
	}
	let given = &income.given;
	if given.len() >= GIVEN_MAX {
		return Err(Error::not_possible(
			format!("the account gives {GIVEN_MAX} leases already, which is the most"),
			"end one with `popctl lease end`; see `popctl lease list`",
		));
	}
	let shares = given.iter().filter_map(|lease| lease.share.map(|share| share.deconstruct()));
	let shares = shares.fold(0, u32::saturating_add);
	let fixed = given.iter().filter(|lease| lease.share.is_none()).map(|lease| lease.amount);
	let fixed = fixed.fold(0, Balance::saturating_add);
	let (shares, fixed) = match terms {
		Terms::Share(parts) => (shares.saturating_add(parts), fixed),
		Terms::Fixed(amount) => (shares, fixed.saturating_add(amount)),
	};
	let left = WHOLE.checked_sub(shares).map(|rest| part_of(income.stake, rest));
	if left.is_some_and(|left| fixed <= left) {
		return Ok(());
	}
	Err(Error::not_possible(
		format!(
			"that is more than there is to lend: the stake of {} generates {} a day",
			pop(income.stake),
			lit(income.rate.per_day(income.stake))
		),
		format!(
			"at most {} a day are not lent yet: lend less, or stake more; see `popctl lease list`",
			lit(income.rate.per_day(unlent(income)))
		),
	))
}

/// POP units of the stake whose income is not lent.
fn unlent(income: &Income) -> Balance {
	let lent = income.given.iter().map(|lease| lease.amount).fold(0, Balance::saturating_add);
	income.stake.saturating_sub(lent)
}

/// The block in which a lease until `until` ends.
fn end_block(income: &Income, until: Until, limits: Limits) -> Result<u32, Error> {
	let clock = income.clock;
	let (end, now) = (clock.block_of(until), clock.block());
	if end <= now {
		return Err(Error::usage(
			format!("the lease would end in the past: {}", clock.at(end)),
			format!("choose a later end; the chain is at block {now}"),
		));
	}
	let latest = now.saturating_add(limits.blocks_max);
	if end > latest {
		return Err(Error::usage(
			format!("the longest lease takes {}", clock.span(limits.blocks_max)),
			format!("choose an end before {}, and lend again after it", clock.at(latest)),
		));
	}
	Ok(end)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::lit::income::tests::{income, lease};
	use popnet_primitives::economics::POP;

	const LIMITS: Limits = Limits { blocks_max: 1_000, notice_blocks: 50, amount_min: 100 * POP };

	fn lent(given: Vec<LeaseOf>, terms: Terms) -> Result<(), Error> {
		ensure_lendable(&Income { given, ..income() }, terms, LIMITS)
	}

	#[test]
	fn what_is_left_can_be_lent_and_no_more() {
		let fixed = |pop: Balance| Terms::Fixed(pop * POP);
		assert!(lent(vec![lease(1)], fixed(900)).is_ok());
		let more = lent(vec![lease(1)], fixed(901)).unwrap_err();
		assert_eq!(more.exit_code(), 6);
		assert!(more.hint().contains("0.89"), "{}", more.hint());
		assert!(lent(vec![lease(1)], Terms::Share(WHOLE / 10 * 9)).is_ok());
		assert_eq!(lent(vec![lease(1)], Terms::Share(WHOLE)).unwrap_err().exit_code(), 6);
		let little = lent(Vec::new(), fixed(99)).unwrap_err();
		assert_eq!(little.exit_code(), 2);
		assert!(little.hint().contains("--share 10.0000001%"), "{}", little.hint());
		let many = (0..16).map(lease).collect();
		let many = Income { stake: 10_000 * POP, given: many, ..income() };
		let many = ensure_lendable(&many, fixed(100), LIMITS).unwrap_err();
		assert!(many.message().contains("16 leases"), "{}", many.message());
	}

	#[test]
	fn a_share_is_rounded_down_as_the_chain_does() {
		assert_eq!(Terms::Share(333_333_333).amount(3_000_000_001), 999_999_999);
		assert_eq!(Terms::Share(WHOLE).amount(7), 7);
		assert_eq!(Terms::Fixed(5).amount(3), 5);
	}

	#[test]
	fn an_end_lies_ahead_and_not_too_far() {
		let end = |until| end_block(&income(), until, LIMITS);
		assert_eq!(end(Until::Block(161)).unwrap(), 161);
		assert_eq!(end(Until::In(60)).unwrap(), 190);
		for past in [Until::Block(160), Until::Block(5), Until::At(0)] {
			let error = end(past).unwrap_err();
			assert_eq!(error.exit_code(), 2);
			assert!(error.message().contains("in the past"), "{}", error.message());
		}
		let far = end(Until::Block(1_161)).unwrap_err();
		assert!(far.message().contains("33 min"), "{}", far.message());
	}
}
