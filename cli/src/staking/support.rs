//! Whom stake supports, and its place in the list that elections read.

use super::{
	delegates,
	eras::Eras,
	position::{Position, Role},
	stake,
};
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{account, address, Step},
		state::State,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::json;
use subxt::ext::scale_decode::DecodeAsType;

/// Supports `targets` and no others.
pub async fn nominate(access: Access<'_>, targets: &[AccountId]) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = staker(&state, &signer.account).await?;
	let present = match &position.role {
		Role::Delegate(_) => {
			return Err(Error::not_possible(
				"a Delegate supports itself and nobody else",
				"stand no more with `popctl delegate leave`",
			));
		}
		Role::Nominator(present) => present.clone(),
		Role::Idle => Vec::new(),
	};
	let least: Balance = state.required("Staking", "MinNominatorBond", Vec::new()).await?;
	stake::ensure_least(position.active(), least, "a stake that supports Delegates")?;
	let all = delegates::all(&state, Eras::read(&state).await?).await?;
	delegates::check(&all, targets, &present)?;
	let receipt = chain.submit(&stake::nominate(targets).into(), &signer).await?;

	let eras = Eras::read(&chain.state_after(&receipt).await?).await?;
	let counting = eras.start(eras.counting());
	let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
	let result = json!({
		"delegates": names,
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let mut rows: Vec<_> = names.iter().map(|name| row("supports", name)).collect();
		rows.push(row("counts", format!("from era {}, {counting}", eras.counting())));
		table(&rows)
	});
	Ok(())
}

/// Supports nobody.
pub async fn chill(access: Access<'_>) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = staker(&state, &signer.account).await?;
	match position.role {
		Role::Nominator(_) => {}
		Role::Delegate(_) => {
			return Err(Error::not_possible(
				"the account is a Delegate",
				"stand no more with `popctl delegate leave`",
			));
		}
		Role::Idle => {
			return Err(Error::not_possible(
				"the account supports nobody already",
				"name Delegates with `popctl nominate`, or end the stake with `popctl unstake --all`",
			));
		}
	}
	let receipt = chain.submit(&Step::new("Staking", "chill", []).into(), &signer).await?;
	let eras = Eras::read(&chain.state_after(&receipt).await?).await?;
	let ends = eras.start(eras.counting());
	let result = json!({
		"active": format_amount(position.active()),
		"endsWith": { "era": eras.counting(), "begins": ends.json() },
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row("chilled", format!("it supports nobody from era {} on, {ends}", eras.counting())),
			row("stays", format!("{} stay bonded and generate LIT", pop(position.active()))),
			row("next", "`popctl nominate DELEGATE`, or `popctl unstake --all`"),
		])
	});
	Ok(())
}

/// An account that stakes in its own name.
///
/// # Errors
/// When it does not.
pub async fn staker(state: &State<'_>, who: &AccountId) -> Result<Position, Error> {
	let position = Position::read(state, who).await?;
	match (&position.ledger, &position.pool) {
		(Some(_), _) => Ok(position),
		(None, Some(member)) => Err(Error::not_possible(
			format!("the account stakes through pool {}, which supports Delegates", member.pool),
			format!("see `popctl pool show {}`", member.pool),
		)),
		(None, None) => Err(Error::not_possible(
			"the account stakes nothing",
			"begin with `popctl stake AMOUNT`",
		)),
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Place {
	bag_upper: u64,
}

/// A place in the list of voters: its bag, and the one where its stake belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bags {
	present: u64,
	right: u64,
}

/// POP of one unit of vote weight.
fn weight_unit(issuance: Balance) -> Balance {
	(issuance / Balance::from(u64::MAX)).max(1)
}

/// The bag for a stake: the first whose upper end it does not exceed.
fn bag_for(stake: Balance, unit: Balance, thresholds: &[u64]) -> u64 {
	let weight = u64::try_from(stake / unit.max(1)).unwrap_or(u64::MAX);
	thresholds.iter().copied().find(|upper| weight <= *upper).unwrap_or(u64::MAX)
}

/// The upper end of a bag, for people.
fn bag_name(upper: u64, unit: Balance) -> String {
	match upper {
		u64::MAX => "the bag of the largest stakes".into(),
		_ => format!("the bag up to {}", pop(Balance::from(upper).saturating_mul(unit))),
	}
}

/// Puts an account into the bag where its stake belongs.
pub async fn rebag(access: Access<'_>, chosen: Option<AccountId>) -> Result<(), Error> {
	let signer = access.signer()?;
	let who = chosen.unwrap_or_else(|| signer.account.clone());
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let place: Option<Place> = state.value("VoterList", "ListNodes", vec![account(&who)]).await?;
	let place = place.ok_or_else(|| {
		Error::unknown(
			format!("{who} is not in the list of voters"),
			"those are in it who nominate or are Delegates; see `popctl staking`",
		)
	})?;
	let issuance: Balance = state.required("Balances", "TotalIssuance", Vec::new()).await?;
	let unit = weight_unit(issuance);
	let thresholds: Vec<u64> = state.constant("VoterList", "BagThresholds")?;
	let stake = Position::read(&state, &who).await?.active();
	let bags = Bags { present: place.bag_upper, right: bag_for(stake, unit, &thresholds) };
	let changes = bags.present != bags.right;
	let receipt = match changes {
		true => {
			let call = Step::new("VoterList", "rebag", [address(&who)]).into();
			Some(chain.submit(&call, &signer).await?)
		}
		false => None,
	};
	let result = json!({
		"account": who.to_string(),
		"active": format_amount(stake),
		"changed": changes,
		"from": bags.present,
		"to": bags.right,
		"block": receipt.as_ref().map(|receipt| &receipt.block),
		"transaction": receipt.as_ref().map(|receipt| &receipt.transaction),
	});
	access.output.result(&result, || {
		let (from, to) = (bag_name(bags.present, unit), bag_name(bags.right, unit));
		match changes {
			true => format!("{who} with {} moved from {from} to {to}", pop(stake)),
			false => format!("{who} with {} is in the right bag already: {to}", pop(stake)),
		}
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use popnet_primitives::economics::{POP, POP_SUPPLY};

	#[test]
	fn a_stake_belongs_into_the_first_bag_that_is_large_enough() {
		let thresholds = [10, 20, u64::MAX];
		assert_eq!(bag_for(0, 1, &thresholds), 10);
		assert_eq!(bag_for(10, 1, &thresholds), 10);
		assert_eq!(bag_for(11, 1, &thresholds), 20);
		assert_eq!(bag_for(21, 1, &thresholds), u64::MAX);
		assert_eq!(bag_for(Balance::MAX, 1, &thresholds), u64::MAX);
	}

	#[test]
	fn votes_weigh_what_a_64_bit_number_can_hold() {
		assert_eq!(weight_unit(1), 1);
		let unit = weight_unit(POP_SUPPLY);
		assert!(POP_SUPPLY / unit >= Balance::from(u64::MAX));
		assert!(bag_name(u64::MAX, unit).contains("largest"));
		let upper = u64::try_from(POP / unit).unwrap();
		assert!(bag_name(upper, unit).contains("0.99999"), "{}", bag_name(upper, unit));
	}
}
