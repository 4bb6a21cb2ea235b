//! Being a Delegate: keys for the node that authors blocks, a bond, and a commission.

use super::{
	eras::Eras,
	position::{Position, Preferences, Role},
	stake::{ensure_least, ensure_spare},
	support::staker,
};
use crate::{
	access::Access,
	amounts::{format_amount, format_percent, pop},
	chain::{
		calls::{account, number, word, Call, Step},
		state::{Key, State},
		Chain,
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde::Deserialize;
use serde_json::json;
use subxt::ext::scale_value::Value as ScaleValue;

/// How somebody stands for election.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
	/// What to keep of the rewards, in parts of the whole.
	pub commission: u32,
	/// POP to bond; without it, what is missing.
	pub stake: Option<Balance>,
	/// Whether the keys of before are good.
	pub keep_keys: bool,
}

/// Keys that a node made for an account, and the proof that they are its own.
#[derive(Deserialize)]
struct NewKeys {
	keys: String,
	#[serde(default)]
	proof: Option<String>,
}

/// Stands for election.
pub async fn register(access: Access<'_>, terms: Terms) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let who = &signer.account;
	let position = Position::read(&state, who).await?;
	if let Some(member) = &position.pool {
		return Err(Error::not_possible(
			format!("the account stakes through pool {}, and nobody does both", member.pool),
			"leave it first with `popctl pool leave --wait`, or use another account",
		));
	}
	ensure_commission(&state, terms.commission).await?;
	let least: Balance = state.required("Staking", "MinValidatorBond", Vec::new()).await?;
	let bonded = bond(&position, terms.stake, least)?;
	let mut steps: Vec<Step> = bonded.step.into_iter().collect();
	let keys = keys(&chain, &state, who, terms.keep_keys).await?;
	let (keys, set_keys) = (keys.0, keys.1);
	steps.extend(set_keys);
	steps.push(validate(terms.commission, is_blocked(&state, who).await?));
	let receipt = chain.submit(&Call::all(steps), &signer).await?;

	let eras = Eras::read(&chain.state_after(&receipt).await?).await?;
	let counting = eras.start(eras.counting());
	let active = position.active().saturating_add(bonded.amount);
	let result = json!({
		"account": who.to_string(),
		"commission": format_percent(terms.commission),
		"bonded": format_amount(bonded.amount),
		"active": format_amount(active),
		"keys": keys,
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"block": receipt.block,
		"transaction": receipt.transaction,
		"next": "popctl delegates",
	});
	access.output.result(&result, || {
		table(&[
			row(
				"stands",
				format!(
					"with {} and a commission of {}",
					pop(active),
					format_percent(terms.commission)
				),
			),
			row("keys", format!("{keys}; the node at {} has their secrets", access.global.url)),
			row("counts", format!("from era {}, {counting}, if it is elected", eras.counting())),
			row(
				"next",
				"keep that node running as a collator; `popctl delegates` shows who is elected",
			),
		])
	});
	Ok(())
}

/// What a registration bonds.
struct Bond {
	amount: Balance,
	step: Option<Step>,
}

/// Bonds `chosen`, or what is missing to `least`.
fn bond(position: &Position, chosen: Option<Balance>, least: Balance) -> Result<Bond, Error> {
	let missing = least.saturating_sub(position.active());
	let amount = chosen.unwrap_or(missing);
	ensure_spare(&position.funds, amount)?;
	let active = position.active().saturating_add(amount);
	ensure_least(active, least, "the stake of a Delegate")?;
	let step = match (&position.ledger, amount) {
		(Some(_), 0) => None,
		(Some(_), _) => Some(Step::new("Staking", "bond_extra", [number(amount)])),
		(None, _) => Some(Step::new("Staking", "bond", [number(amount), word("Staked")])),
	};
	Ok(Bond { amount, step })
}

async fn ensure_commission(state: &State<'_>, commission: u32) -> Result<(), Error> {
	let least: u32 = state.required("Staking", "MinCommission", Vec::new()).await?;
	if commission >= least {
		return Ok(());
	}
	Err(Error::usage(
		format!("a commission of {} is too low", format_percent(commission)),
		format!("the least is {}", format_percent(least)),
	))
}

/// New keys from the node with the call that sets them, or the account's present keys.
async fn keys(
	chain: &Chain,
	state: &State<'_>,
	who: &AccountId,
	keep: bool,
) -> Result<(String, Option<Step>), Error> {
	if keep {
		let present: Option<Key> = state.value("Session", "NextKeys", vec![account(who)]).await?;
		let present = present.ok_or_else(|| {
			Error::not_possible("the account has no keys to keep", "leave out --keep-keys")
		})?;
		return Ok((format!("0x{}", hex::encode(present)), None));
	}
	let owner = format!("0x{}", hex::encode(AsRef::<[u8]>::as_ref(who)));
	let made: NewKeys = chain.request("author_rotateKeysWithOwner", &[json!(owner)]).await?;
	let bytes = |text: &str| hex::decode(text.trim_start_matches("0x")).ok();
	let proof = made.proof.as_deref().and_then(bytes);
	let value =
		bytes(&made.keys).and_then(|keys| state.decode_argument(("Session", "set_keys"), 0, &keys));
	let (Some(keys), Some(proof)) = (value, proof) else {
		return Err(Error::internal(
			"the node's new keys have no proof, or are no keys of this network",
			"use a node of the network's present version",
		));
	};
	let step = Step::new("Session", "set_keys", [keys, ScaleValue::from_bytes(proof)]);
	Ok((made.keys, Some(step)))
}

/// Whether the Delegate `who` takes no new nominations.
async fn is_blocked(state: &State<'_>, who: &AccountId) -> Result<bool, Error> {
	let preferences: Option<Preferences> =
		state.value("Staking", "Validators", vec![account(who)]).await?;
	Ok(preferences.is_some_and(|preferences| preferences.blocked))
}

fn validate(commission: u32, blocked: bool) -> Step {
	let preferences = ScaleValue::named_composite([
		("commission", number(commission)),
		("blocked", ScaleValue::bool(blocked)),
	]);
	Step::new("Staking", "validate", [preferences])
}

/// The stake of an account that has to be a Delegate.
async fn delegate(state: &State<'_>, who: &AccountId) -> Result<Position, Error> {
	let position = staker(state, who).await?;
	match position.role {
		Role::Delegate(_) => Ok(position),
		_ => Err(Error::not_possible(
			format!("{who} is not a Delegate"),
			"become one with `popctl delegate register`; see `popctl delegates`",
		)),
	}
}

/// Changes the commission.
pub async fn commission(access: Access<'_>, commission: u32) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = delegate(&state, &signer.account).await?;
	let Role::Delegate(before) = position.role else { return Ok(()) };
	ensure_commission(&state, commission).await?;
	let step = validate(commission, is_blocked(&state, &signer.account).await?);
	let receipt = chain.submit(&step.into(), &signer).await?;
	let eras = Eras::read(&chain.state_after(&receipt).await?).await?;
	let counting = eras.start(eras.counting());
	let result = json!({
		"account": signer.account.to_string(),
		"before": format_percent(before),
		"commission": format_percent(commission),
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row(
				"commission",
				format!("{}, {} before", format_percent(commission), format_percent(before)),
			),
			row("counts", format!("from era {}, {counting}", eras.counting())),
		])
	});
	Ok(())
}

/// Stands for election no more.
pub async fn leave(access: Access<'_>) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let position = delegate(&state, &signer.account).await?;
	let receipt = chain.submit(&Step::new("Staking", "chill", []).into(), &signer).await?;
	let eras = Eras::read(&chain.state_after(&receipt).await?).await?;
	let ends = eras.start(eras.counting());
	let result = json!({
		"account": signer.account.to_string(),
		"active": format_amount(position.active()),
		"endsWith": { "era": eras.counting(), "begins": ends.json() },
		"block": receipt.block,
		"transaction": receipt.transaction,
		"next": "popctl unstake --all",
	});
	access.output.result(&result, || {
		table(&[
			row("leaves", format!("it authors no blocks from era {} on, {ends}", eras.counting())),
			row("until", "keep its node running until then"),
			row("stays", format!("{} stay bonded and generate LIT", pop(position.active()))),
			row("next", "`popctl unstake --all`, or support others with `popctl nominate`"),
		])
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::fake::{self, Node},
		staking::{
			delegates::tests::who,
			position::{tests::ledger, Funds},
		},
	};
	use popnet_primitives::economics::POP;

	fn position() -> Position {
		Position {
			who: who(1),
			funds: Funds { free: 1_000 * POP, total: 1_000 * POP, generating: 0, least: POP },
			ledger: Some(ledger(&[])),
			role: Role::Idle,
			pool: None,
			spans: 0,
		}
	}

	#[test]
	fn a_delegate_bonds_what_is_missing() {
		let bonded = bond(&position(), None, 500 * POP).unwrap();
		assert_eq!(bonded.amount, 400 * POP);
		assert_eq!(bonded.step.map(|step| step.full_name()), Some("Staking.bond_extra".into()));
		// Nothing is missing: nothing is bonded.
		assert!(bond(&position(), None, 100 * POP).unwrap().step.is_none());
		let new = Position { ledger: None, ..position() };
		let bonded = bond(&new, Some(600 * POP), 500 * POP).unwrap();
		assert_eq!(bonded.step.map(|step| step.full_name()), Some("Staking.bond".into()));
	}

	#[test]
	fn a_delegate_needs_its_least_stake() {
		let little = bond(&position(), Some(POP), 500 * POP);
		assert_eq!(little.err().map(|error| error.exit_code()), Some(2));
		let more = bond(&position(), None, 5_000 * POP);
		assert_eq!(more.err().map(|error| error.exit_code()), Some(8));
	}

	#[tokio::test]
	async fn node_that_makes_no_keys_is_told_apart() {
		let node = Node::start(|module| fake::answer(module, "system_chainType", json!("x"))).await;
		let chain = node.chain(5).await;
		let made: Result<NewKeys, Error> =
			chain.request("author_rotateKeysWithOwner", &[json!("0x00")]).await;
		let Err(error) = made else { panic!("the node has no such method") };
		assert_eq!(error.exit_code(), 1);
		assert!(error.hint().contains("may operate the node"), "{}", error.hint());
	}
}
