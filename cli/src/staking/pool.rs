//! Pools: small stakes together. A member's POP stays in the member's account and generates LIT there.

use super::{
	delegates,
	eras::Eras,
	position::{Membership, Position, Role},
	stake::{ensure_least, ensure_spare},
	unstake::{unlocking_json, unlocking_rows, Plan},
	Generation,
};
use crate::{
	access::Access,
	amounts::{format_amount, format_percent, pop},
	chain::{
		calls::{account, address, list as values, number, option, word, Call, Step},
		state::{account_of, number_in, Key, State},
	},
	errors::Error,
	show::{row, table},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value as ScaleValue};

/// Most bytes of a pool's name.
const NAME_BYTES_MAX: usize = 256;
const SEE_LIST: &str = "see `popctl pool list`";

/// What a pool lets others do.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum PoolState {
	Open,
	Blocked,
	Destroying,
}

impl PoolState {
	fn name(self) -> &'static str {
		match self {
			Self::Open => "open",
			Self::Blocked => "closed",
			Self::Destroying => "ending",
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Roles {
	depositor: Key,
	root: Option<Key>,
	nominator: Option<Key>,
	bouncer: Option<Key>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Commission {
	current: Option<(u32, Key)>,
}

/// A pool as the chain stores it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Stored {
	commission: Commission,
	member_counter: u32,
	points: Balance,
	roles: Roles,
	state: PoolState,
}

/// A pool.
struct Pool {
	id: u32,
	stored: Stored,
	name: String,
	active: Balance,
}

impl Pool {
	async fn complete(state: &State<'_>, id: u32, stored: Stored) -> Result<Self, Error> {
		let name: Option<Vec<u8>> =
			state.value("NominationPools", "Metadata", vec![number(id)]).await?;
		let name = String::from_utf8_lossy(&name.unwrap_or_default()).into_owned();
		let points = vec![number(id), number(stored.points)];
		let active = state.api("NominationPoolsApi", "points_to_balance", points).await?;
		Ok(Self { id, stored, name, active })
	}

	async fn read(state: &State<'_>, id: u32) -> Result<Self, Error> {
		let stored = state.value("NominationPools", "BondedPools", vec![number(id)]).await?;
		let stored =
			stored.ok_or_else(|| Error::unknown(format!("there is no pool {id}"), SEE_LIST))?;
		Self::complete(state, id, stored).await
	}

	fn commission(&self) -> u32 {
		self.stored.commission.current.map_or(0, |(parts, _)| parts)
	}

	fn name_for_people(&self) -> String {
		let shown = self.name.chars().map(|letter| match letter.is_control() {
			true => ' ',
			false => letter,
		});
		match self.name.is_empty() {
			true => "-".into(),
			false => shown.collect(),
		}
	}

	fn json(&self) -> Value {
		json!({
			"id": self.id,
			"name": self.name,
			"state": self.stored.state.name(),
			"members": self.stored.member_counter,
			"active": format_amount(self.active),
			"commission": format_percent(self.commission()),
		})
	}
}

/// Shows all pools.
pub async fn list(access: Access<'_>) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let mut stored: Vec<(u32, Stored)> =
		state.entries("NominationPools", "BondedPools", Vec::new()).await?;
	stored.sort_by_key(|(id, _)| *id);
	let mut pools = Vec::new();
	for (id, stored) in stored {
		pools.push(Pool::complete(&state, id, stored).await?);
	}
	let listed: Vec<Value> = pools.iter().map(Pool::json).collect();
	access.output.result(&json!({ "pools": listed }), || {
		if pools.is_empty() {
			return "there are no pools: open one with `popctl pool create`".into();
		}
		let heads = ["ID", "NAME", "STATE", "MEMBERS", "STAKE", "COMMISSION"];
		let mut rows = vec![heads.map(str::to_owned).to_vec()];
		rows.extend(pools.iter().map(|pool| {
			vec![
				pool.id.to_string(),
				pool.name_for_people(),
				pool.stored.state.name().to_owned(),
				pool.stored.member_counter.to_string(),
				pop(pool.active),
				format_percent(pool.commission()),
			]
		}));
		table(&rows)
	});
	Ok(())
}

/// Shows one pool, and the signer's share of it where there is one.
pub async fn show(access: Access<'_>, id: u32) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let pool = Pool::read(&state, id).await?;
	let eras = Eras::read(&state).await?;
	let accounts: (Key, Key) =
		state.api("NominationPoolsApi", "pool_accounts", vec![number(id)]).await?;
	let stash = account_of(accounts.0);
	let supported = match super::position::role(&state, &stash).await? {
		Role::Nominator(targets) => targets,
		_ => Vec::new(),
	};
	let elected = delegates::elected(&state, eras, &supported).await?;
	let least: Balance = state.required("NominationPools", "MinJoinBond", Vec::new()).await?;
	let share = match access.signer() {
		Ok(signer) => super::position::membership(&state, &signer.account).await?,
		Err(_) => None,
	};
	let share = share.filter(|member| member.pool == id);
	let roles = roles(&pool.stored.roles);
	let mut result = pool.json();
	if let Some(object) = result.as_object_mut() {
		object.insert("account".into(), json!(stash.to_string()));
		object.insert("leastShare".into(), json!(format_amount(least)));
		for (name, who) in &roles {
			object.insert((*name).into(), json!(who.as_ref().map(ToString::to_string)));
		}
		let json = |target: &AccountId| json!({ "account": target.to_string(), "active": elected.contains(target) });
		object.insert("delegates".into(), supported.iter().map(json).collect());
		object.insert("share".into(), share.as_ref().map_or(Value::Null, |m| share_json(m, eras)));
	}
	access.output.result(&result, || {
		let mut rows = vec![
			row("pool", format!("{id} {}", pool.name_for_people())),
			row("state", pool.stored.state.name()),
			row("stake", format!("{} of {} members", pop(pool.active), pool.stored.member_counter)),
			row("least", format!("{} to join", pop(least))),
			row("commission", format_percent(pool.commission())),
			row("account", &stash),
		];
		for (name, who) in &roles {
			rows.push(row(name, who.as_ref().map_or("nobody".into(), ToString::to_string)));
		}
		for target in &supported {
			let word = if elected.contains(target) { "active" } else { "not active" };
			rows.push(row("supports", format!("{target} ({word})")));
		}
		rows.extend(share.iter().flat_map(|member| share_rows(member, eras)));
		table(&rows)
	});
	Ok(())
}

fn roles(roles: &Roles) -> [(&'static str, Option<AccountId>); 4] {
	[
		("depositor", Some(account_of(roles.depositor))),
		("root", roles.root.map(account_of)),
		("nominator", roles.nominator.map(account_of)),
		("bouncer", roles.bouncer.map(account_of)),
	]
}

/// A share of a pool, for programs.
pub fn share_json(member: &Membership, eras: Eras) -> Value {
	json!({
		"pool": member.pool,
		"active": format_amount(member.active),
		"unlocking": unlocking_json(&member.ledger(), eras),
		"rewards": format_amount(member.rewards),
	})
}

/// A share of a pool, for people.
pub fn share_rows(member: &Membership, eras: Eras) -> Vec<Vec<String>> {
	let mut rows = vec![
		row("share", format!("{} in pool {}", pop(member.active), member.pool)),
		row("rewards", format!("{} to be claimed", pop(member.rewards))),
	];
	rows.extend(unlocking_rows(&member.ledger(), eras));
	rows
}

/// Refuses accounts that stake in their own name: nobody does both.
fn ensure_not_alone(position: &Position) -> Result<(), Error> {
	match &position.ledger {
		None => Ok(()),
		Some(_) => Err(Error::not_possible(
			"the account stakes in its own name, and nobody does both",
			"add to that with `popctl stake`, or end it first with `popctl unstake --all --wait`",
		)),
	}
}

/// Joins pool `id`, or adds to the share of it.
pub async fn join(access: Access<'_>, id: u32, amount: Balance) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let pool = Pool::read(&state, id).await?;
	let position = Position::read(&state, &signer.account).await?;
	let step = joining(&state, &pool, &position, amount).await?;
	let receipt = chain.submit(&step.into(), &signer).await?;

	let after = chain.state_after(&receipt).await?;
	let eras = Eras::read(&after).await?;
	let position = Position::read(&after, &signer.account).await?;
	let active = position.pool.as_ref().map_or(0, |member| member.active);
	let own = Generation::read(&after, &signer.account, amount).await?;
	let all = Generation::read(&after, &signer.account, position.funds.generating).await?;
	let counting = eras.start(eras.counting());
	let result = json!({
		"account": signer.account.to_string(),
		"pool": id,
		"staked": format_amount(amount),
		"active": format_amount(active),
		"countsFrom": { "era": eras.counting(), "begins": counting.json() },
		"lit": own.json(),
		"litOfAll": all.json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
		"next": "popctl staking",
	});
	access.output.result(&result, || {
		table(&[
			row("staked", format!("{}; {} in all, in pool {id}", pop(amount), pop(active))),
			row("generates", own.text()),
			row("in all", all.text()),
			row("counts", format!("from era {}, {counting}", eras.counting())),
			row("next", "`popctl pool claim` collects rewards, `popctl pool leave` ends it"),
		])
	});
	Ok(())
}

async fn joining(
	state: &State<'_>,
	pool: &Pool,
	position: &Position,
	amount: Balance,
) -> Result<Step, Error> {
	ensure_not_alone(position)?;
	ensure_spare(&position.funds, amount)?;
	match &position.pool {
		Some(member) if member.pool != pool.id => Err(Error::not_possible(
			format!("the account has a share of pool {}, and nobody has two", member.pool),
			format!(
				"add to that with `popctl pool join {}`, or leave it with `popctl pool leave --wait`",
				member.pool
			),
		)),
		Some(member) if member.points == 0 => Err(Error::not_possible(
			format!("the account is leaving pool {}", member.pool),
			"wait for the end with `popctl unstake --wait`, then join again",
		)),
		Some(_) => {
			let extra = ScaleValue::unnamed_variant("FreeBalance", [number(amount)]);
			Ok(Step::new("NominationPools", "bond_extra", [extra]))
		}
		None if pool.stored.state != PoolState::Open => Err(Error::not_possible(
			format!("pool {} takes no members: it is {}", pool.id, pool.stored.state.name()),
			format!("choose another; {SEE_LIST}"),
		)),
		None => {
			let least = state.required("NominationPools", "MinJoinBond", Vec::new()).await?;
			if amount < least {
				return Err(Error::usage(
					format!("{} are too little: a share is at least {}", pop(amount), pop(least)),
					format!("join with {} or more", pop(least)),
				));
			}
			Ok(Step::new("NominationPools", "join", [number(amount), number(pool.id)]))
		}
	}
}

/// Collects what the signer's share has earned, or adds it to the stake.
pub async fn claim(access: Access<'_>, compound: bool) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let member = super::position::membership(&state, &signer.account).await?;
	let member = member.ok_or_else(|| {
		Error::not_possible(
			"the account has no share of a pool",
			"join one; see `popctl pool list`",
		)
	})?;
	if member.rewards == 0 {
		return Err(Error::not_possible(
			"there are no rewards to claim",
			"the pool gets some when one of its Delegates is paid for an era; see `popctl pool show`",
		));
	}
	let step = match compound {
		true => Step::new("NominationPools", "bond_extra", [word("Rewards")]),
		false => Step::new("NominationPools", "claim_payout", []),
	};
	let receipt = chain.submit(&step.into(), &signer).await?;
	let done = if compound { "staked" } else { "paid" };
	let result = json!({
		"pool": member.pool,
		"claimed": format_amount(member.rewards),
		"done": done,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || format!("{done} {}", pop(member.rewards)));
	Ok(())
}

/// Of what kind a new pool is.
pub struct Terms {
	/// POP that its founder stakes.
	pub amount: Balance,
	/// Name that others see.
	pub name: Option<String>,
	/// Whom it supports.
	pub delegates: Vec<AccountId>,
	/// What its founder keeps of rewards, in parts of the whole.
	pub commission: Option<u32>,
}

/// Opens a pool.
pub async fn create(access: Access<'_>, terms: Terms) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let who = &signer.account;
	let position = Position::read(&state, who).await?;
	ensure_can_create(&state, &position, &terms).await?;
	let all = delegates::all(&state, Eras::read(&state).await?).await?;
	let (chosen, why) = match terms.delegates.is_empty() {
		true => {
			let choice = delegates::choose(&all, who)?;
			(choice.delegates, choice.why)
		}
		false => {
			delegates::check(&all, &terms.delegates, &[])?;
			(terms.delegates.clone(), "as named".to_owned())
		}
	};
	let last: u32 = state.required("NominationPools", "LastPoolId", Vec::new()).await?;
	// Should somebody else open a pool meanwhile, this fails as a whole: the name would be another's.
	let steps = creation(who, last.saturating_add(1), &terms, &chosen);
	let receipt = chain.submit(&Call::all(steps), &signer).await?;

	let id = receipt.event("NominationPools", "Created").and_then(|fields| number_in(fields, 1));
	let id = id.and_then(|id| u32::try_from(id).ok()).unwrap_or(last.saturating_add(1));
	let chosen: Vec<String> = chosen.iter().map(ToString::to_string).collect();
	let result = json!({
		"pool": id,
		"name": terms.name,
		"staked": format_amount(terms.amount),
		"delegates": chosen,
		"why": why,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let mut rows = vec![
			row("pool", format!("{id} is open, with {}", pop(terms.amount))),
			row("why", &why),
		];
		rows.extend(chosen.iter().map(|delegate| row("supports", delegate)));
		rows.push(row("next", format!("others join with `popctl pool join {id} AMOUNT`")));
		table(&rows)
	});
	Ok(())
}

async fn ensure_can_create(
	state: &State<'_>,
	position: &Position,
	terms: &Terms,
) -> Result<(), Error> {
	ensure_not_alone(position)?;
	if let Some(member) = &position.pool {
		return Err(Error::not_possible(
			format!("the account has a share of pool {}, and nobody has two", member.pool),
			"leave it first with `popctl pool leave --wait`",
		));
	}
	if terms.name.as_ref().is_some_and(|name| name.len() > NAME_BYTES_MAX) {
		return Err(Error::usage(
			format!("a name has at most {NAME_BYTES_MAX} bytes"),
			"choose a shorter one",
		));
	}
	let least: Balance = state.required("NominationPools", "MinCreateBond", Vec::new()).await?;
	ensure_least(terms.amount, least, "a new pool's stake")?;
	// The account that collects the pool's rewards is kept alive by its founder.
	ensure_spare(&position.funds, terms.amount.saturating_add(position.funds.least))
}

fn creation(who: &AccountId, id: u32, terms: &Terms, delegates: &[AccountId]) -> Vec<Step> {
	let roles = [number(terms.amount), address(who), address(who), address(who)];
	let mut steps = vec![Step::new("NominationPools", "create", roles)];
	if let Some(name) = &terms.name {
		let name = ScaleValue::from_bytes(name);
		steps.push(Step::new("NominationPools", "set_metadata", [number(id), name]));
	}
	if let Some(parts) = terms.commission {
		let commission = values([number(parts), account(who)]);
		let arguments = [number(id), option(Some(commission))];
		steps.push(Step::new("NominationPools", "set_commission", arguments));
	}
	let targets = values(delegates.iter().map(account));
	steps.push(Step::new("NominationPools", "nominate", [number(id), targets]));
	steps
}

/// The calls by which `who` leaves its pool as `plan` says.
pub async fn exit_steps(
	state: &State<'_>,
	who: &AccountId,
	member: &Membership,
	plan: Plan,
) -> Result<Vec<Step>, Error> {
	let mut steps = Vec::new();
	if plan.due > 0 {
		let accounts: (Key, Key) =
			state.api("NominationPoolsApi", "pool_accounts", vec![number(member.pool)]).await?;
		let spans = Position::read(state, &account_of(accounts.0)).await?.spans;
		let arguments = [address(who), number(spans)];
		steps.push(Step::new("NominationPools", "withdraw_unbonded", arguments));
	}
	if plan.unbond == 0 {
		return Ok(steps);
	}
	let pool = Pool::read(state, member.pool).await?;
	if account_of(pool.stored.roles.depositor) == *who {
		steps.extend(closing_steps(state, &pool, member, plan).await?);
	}
	let points: Balance = match plan.everything {
		true => member.points,
		false => {
			let amount = vec![number(member.pool), number(plan.unbond)];
			state.api("NominationPoolsApi", "balance_to_points", amount).await?
		}
	};
	steps.push(Step::new("NominationPools", "unbond", [address(who), number(points)]));
	Ok(steps)
}

/// What a pool's founder does before leaving: as the last one, to end the pool.
async fn closing_steps(
	state: &State<'_>,
	pool: &Pool,
	member: &Membership,
	plan: Plan,
) -> Result<Vec<Step>, Error> {
	if !plan.everything {
		let least: Balance = state.required("NominationPools", "MinCreateBond", Vec::new()).await?;
		let rest = member.active.saturating_sub(plan.unbond);
		if rest < least {
			return Err(Error::usage(
				format!("{} would stay, and a pool's founder keeps {}", pop(rest), pop(least)),
				"unstake less, or end the pool with --all when all others have left",
			));
		}
		return Ok(Vec::new());
	}
	let others = pool.stored.member_counter.saturating_sub(1);
	if others > 0 {
		return Err(Error::not_possible(
			format!("the account founded pool {}, which has {others} more members", pool.id),
			"a founder leaves last: run this again when they have left",
		));
	}
	let mut steps = Vec::new();
	if pool.stored.state != PoolState::Destroying {
		let arguments = [number(pool.id), word("Destroying")];
		steps.push(Step::new("NominationPools", "set_state", arguments));
	}
	steps.push(Step::new("NominationPools", "chill", [number(pool.id)]));
	Ok(steps)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::staking::delegates::tests::who;

	#[test]
	fn a_pool_is_opened_named_and_supports_in_one_go() {
		let terms = Terms {
			amount: 5,
			name: Some("ours".into()),
			delegates: Vec::new(),
			commission: Some(1),
		};
		let names: Vec<String> =
			creation(&who(1), 3, &terms, &[who(2)]).iter().map(Step::full_name).collect();
		assert_eq!(
			names,
			[
				"NominationPools.create",
				"NominationPools.set_metadata",
				"NominationPools.set_commission",
				"NominationPools.nominate"
			]
		);
		let plain = Terms { name: None, commission: None, ..terms };
		assert_eq!(creation(&who(1), 3, &plain, &[who(2)]).len(), 2);
	}
}
