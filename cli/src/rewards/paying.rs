//! Paying what an account has earned, where that has not happened by itself.

use super::history::{due, reason_text, span, Earnings, Reward};
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{account, number, word, Call, Step},
		state::{Key, State},
	},
	errors::Error,
	show::{row, table},
	staking::Eras,
};
use popnet_primitives::{
	rewards::{PaidTo, Payment, Reason},
	AccountId, Balance,
};
use serde_json::{json, Value};
use subxt::ext::scale_decode::DecodeAsType;

/// Payments in one transaction: a page of a Delegate's backers fills a good part of a block.
const STEPS_MAX: usize = 4;

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Overview {
	page_count: u32,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Page {
	others: Vec<Backer>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Backer {
	who: Key,
}

/// A call that pays.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Payout {
	/// An account, for its work in a role.
	Role { era: u32, role: &'static str },
	/// A page of a Delegate's backers.
	Page { era: u32, delegate: AccountId, page: u32 },
}

impl Payout {
	fn step(&self, who: &AccountId) -> Step {
		match self {
			Self::Role { era, role } => {
				Step::new("Rewards", "pay", [number(*era), word(role), account(who)])
			}
			Self::Page { era, delegate, page } => Step::new(
				"Staking",
				"payout_stakers_by_page",
				[account(delegate), number(*era), number(*page)],
			),
		}
	}
}

/// Pays what `chosen`, or the signer, has earned and has not got.
pub async fn pay(access: Access<'_>, chosen: Option<AccountId>) -> Result<(), Error> {
	let signer = access.signer()?;
	let who = chosen.unwrap_or_else(|| signer.account.clone());
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let eras = Eras::read(&state).await?;
	let depth: u32 = state.constant("Rewards", "HistoryDepth")?;
	let all = span(eras.active, depth, None, depth.saturating_add(1))?;
	let earnings = Earnings::read(&state, &who, all.clone(), eras.active).await?;
	let pending = earnings.pending();
	if pending.is_empty() {
		return Err(Error::not_possible(
			format!("everything that {who} earned in eras that have ended is paid"),
			format!(
				"era {} is paid by itself after its end, {}; see `popctl rewards`",
				eras.active,
				eras.start(eras.active.saturating_add(1))
			),
		));
	}
	let payouts = payouts(&state, &who, &pending).await?;
	let mut transactions = Vec::new();
	let mut last = None;
	for part in payouts.chunks(STEPS_MAX) {
		let steps = part.iter().map(|payout| payout.step(&who)).collect();
		// The chain may be faster, and pay some of them meanwhile.
		let receipt = chain.submit(&Call::each(steps), &signer).await?;
		transactions.push(receipt.transaction.clone());
		last = Some(receipt);
	}
	let state = match &last {
		Some(receipt) => chain.state_after(receipt).await?,
		None => state,
	};
	let after = Earnings::read(&state, &who, all, eras.active).await?;
	report(access, &who, &pending, &after, &transactions);
	Ok(())
}

/// The calls that pay `pending`.
async fn payouts(
	state: &State<'_>,
	who: &AccountId,
	pending: &[(u32, &Reward)],
) -> Result<Vec<Payout>, Error> {
	let mut payouts = Vec::new();
	let mut is_carry_paid = false;
	for (era, reward) in pending {
		// One payment brings all that was carried.
		if matches!(reward.payment, Payment::Paid { to: PaidTo::Carried, .. }) {
			if is_carry_paid {
				continue;
			}
			is_carry_paid = true;
		}
		let found = match &reward.reason {
			Reason::Stored => vec![role(*era, "Masternode")],
			Reason::Published => vec![role(*era, "Creator")],
			Reason::Screened => vec![role(*era, "Superdelegate")],
			Reason::Validated => pages(state, *era, who, None).await?,
			Reason::Nominated { validator } => pages(state, *era, validator, Some(who)).await?,
		};
		for payout in found {
			if !payouts.contains(&payout) {
				payouts.push(payout);
			}
		}
	}
	Ok(payouts)
}

fn role(era: u32, role: &'static str) -> Payout {
	Payout::Role { era, role }
}

/// The pages of a Delegate that nobody has paid out yet; with a backer, the one that pays it.
async fn pages(
	state: &State<'_>,
	era: u32,
	delegate: &AccountId,
	backer: Option<&AccountId>,
) -> Result<Vec<Payout>, Error> {
	let keys = || vec![number(era), account(delegate)];
	let overview: Option<Overview> = state.value("Staking", "ErasStakersOverview", keys()).await?;
	let claimed: Option<Vec<u32>> = state.value("Staking", "ClaimedRewards", keys()).await?;
	let claimed = claimed.unwrap_or_default();
	let count = overview.map_or(0, |overview| overview.page_count).max(1);
	let mut open: Vec<u32> = (0..count).filter(|page| !claimed.contains(page)).collect();
	if let Some(backer) = backer {
		let key: &Key = backer.as_ref();
		let all: Vec<(u32, Page)> = state.entries("Staking", "ErasStakersPaged", keys()).await?;
		let own = all.iter().find(|(_, page)| page.others.iter().any(|other| other.who == *key));
		open.retain(|page| own.is_some_and(|(number, _)| number == page));
	}
	let pages = open.into_iter().map(|page| Payout::Page { era, delegate: delegate.clone(), page });
	Ok(pages.collect())
}

fn report(
	access: Access<'_>,
	who: &AccountId,
	pending: &[(u32, &Reward)],
	after: &Earnings,
	transactions: &[String],
) {
	let outcomes: Vec<(u32, &Reward, bool)> = pending
		.iter()
		.map(|(era, reward)| {
			let now = after.find(*era, &reward.reason);
			(*era, *reward, now.is_none_or(|now| due(now) == 0))
		})
		.collect();
	let paid = outcomes.iter().filter(|(.., is_paid)| *is_paid);
	let paid = paid.map(|(_, reward, _)| due(reward)).fold(0, Balance::saturating_add);
	let listed: Vec<Value> = outcomes
		.iter()
		.map(|(era, reward, is_paid)| {
			json!({
				"era": era,
				"for": reason_text(&reward.reason),
				"amount": format_amount(due(reward)),
				"paid": is_paid,
			})
		})
		.collect();
	let result = json!({
		"account": who.to_string(),
		"paid": format_amount(paid),
		"unpaid": format_amount(after.unpaid()),
		"rewards": listed,
		"transactions": transactions,
	});
	access.output.result(&result, || {
		let mut rows = vec![row("account", who), row("paid", pop(paid))];
		rows.extend(outcomes.iter().map(|(era, reward, is_paid)| {
			let word = if *is_paid { "" } else { "; could not be paid" };
			let what = format!("{} for {}{word}", pop(due(reward)), reason_text(&reward.reason));
			row(&format!("era {era}"), what)
		}));
		table(&rows)
	});
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::staking::tests::who;

	#[test]
	fn roles_and_pages_are_paid_by_their_pallets() {
		let role = role(3, "Creator").step(&who(1));
		assert_eq!(role.full_name(), "Rewards.pay");
		let page = Payout::Page { era: 3, delegate: who(2), page: 1 };
		assert_eq!(page.step(&who(1)).full_name(), "Staking.payout_stakers_by_page");
	}
}
