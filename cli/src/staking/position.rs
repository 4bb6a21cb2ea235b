//! What an account has staked, in its own name and through a pool.

use super::eras::Eras;
use crate::{
	amounts::WHOLE,
	chain::{
		calls::{account, number},
		state::{account_of, Key, State},
	},
	errors::Error,
};
use popnet_primitives::{AccountId, Balance};
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// Pallets that hold POP which generates LIT.
const GENERATING: [&str; 3] = ["Staking", "DelegatedStaking", "Masternodes"];

/// What is bonded and what of it is on its way out.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Ledger {
	/// Everything.
	pub total: Balance,
	/// What counts in elections.
	pub active: Balance,
	/// What leaves.
	pub unlocking: Vec<Chunk>,
}

/// A part that leaves.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Chunk {
	/// How much.
	pub value: Balance,
	/// The era in which it can be withdrawn.
	pub era: u32,
}

/// Chunks of one kind together.
pub fn sum<'a>(chunks: impl IntoIterator<Item = &'a Chunk>) -> Balance {
	chunks.into_iter().map(|chunk| chunk.value).fold(0, Balance::saturating_add)
}

impl Ledger {
	/// What can be withdrawn now.
	pub fn due(&self, eras: Eras) -> Balance {
		sum(self.unlocking.iter().filter(|chunk| eras.is_due(chunk.era)))
	}

	/// The part that is due next, of those that are not due yet.
	pub fn next(&self, eras: Eras) -> Option<Chunk> {
		let waiting = self.unlocking.iter().filter(|chunk| !eras.is_due(chunk.era));
		waiting.copied().min_by_key(|chunk| chunk.era)
	}
}

/// What an account does with its stake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
	/// Nothing.
	Idle,
	/// Supports Delegates.
	Nominator(Vec<AccountId>),
	/// Is one, for this commission in parts of the whole.
	Delegate(u32),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Nominations {
	targets: Vec<Key>,
}

/// How a Delegate serves, as the chain stores it.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Preferences {
	/// What it keeps of the rewards, in parts of the whole.
	pub commission: u32,
	/// Whether it takes no new nominations.
	pub blocked: bool,
}

/// An account's share of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
	/// The pool.
	pub pool: u32,
	/// Shares that count.
	pub points: Balance,
	/// POP that they are.
	pub active: Balance,
	/// What leaves.
	pub unlocking: Vec<Chunk>,
	/// POP that can be claimed.
	pub rewards: Balance,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct PoolMember {
	pool_id: u32,
	points: Balance,
	unbonding_eras: Vec<(u32, Balance)>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct SubPools {
	no_era: UnbondPool,
	with_era: Vec<(u32, UnbondPool)>,
}

#[derive(DecodeAsType, Clone, Copy)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct UnbondPool {
	points: Balance,
	balance: Balance,
}

impl UnbondPool {
	/// POP of so many points, to nine digits.
	fn value_of(self, points: Balance) -> Balance {
		let whole = Balance::from(WHOLE);
		match self.points {
			0 => 0,
			// Without a slash a point is a unit.
			_ if self.points == self.balance => points,
			all => points.saturating_mul(self.balance.saturating_mul(whole) / all) / whole,
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountInfo {
	data: AccountData,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
	free: Balance,
	reserved: Balance,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Held {
	id: Value,
	amount: Balance,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Spans {
	prior: Vec<u32>,
}

/// POP of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Funds {
	/// Free.
	pub free: Balance,
	/// Free and held.
	pub total: Balance,
	/// Held in a way that generates LIT.
	pub generating: Balance,
	/// Least free POP that keeps the account alive.
	pub least: Balance,
}

impl Funds {
	/// Reads them.
	pub async fn read(state: &State<'_>, who: &AccountId) -> Result<Self, Error> {
		let info: Option<AccountInfo> =
			state.value("System", "Account", vec![account(who)]).await?;
		let held: Vec<Held> =
			state.value("Balances", "Holds", vec![account(who)]).await?.unwrap_or_default();
		let generating = held.iter().filter(|held| {
			matches!(&held.id.value, subxt::ext::scale_value::ValueDef::Variant(reason)
				if GENERATING.contains(&reason.name.as_str()))
		});
		let (free, reserved) = info.map_or((0, 0), |info| (info.data.free, info.data.reserved));
		Ok(Self {
			free,
			total: free.saturating_add(reserved),
			generating: generating.map(|held| held.amount).fold(0, Balance::saturating_add),
			least: state.constant("Balances", "ExistentialDeposit")?,
		})
	}

	/// What can be bonded without ending the account.
	pub fn spare(&self) -> Balance {
		self.free.saturating_sub(self.least)
	}
}

/// Everything that an account has staked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
	/// The account.
	pub who: AccountId,
	/// Its POP.
	pub funds: Funds,
	/// What it has staked in its own name.
	pub ledger: Option<Ledger>,
	/// What it does with that.
	pub role: Role,
	/// Its share of a pool.
	pub pool: Option<Membership>,
	/// Number of periods of slashes that the chain remembers of it.
	pub spans: u32,
}

impl Position {
	/// Reads it.
	pub async fn read(state: &State<'_>, who: &AccountId) -> Result<Self, Error> {
		let key = || vec![account(who)];
		let ledger: Option<Ledger> = state.value("Staking", "Ledger", key()).await?;
		let spans: Option<Spans> = state.value("Staking", "SlashingSpans", key()).await?;
		let spans = spans.map_or(0, |spans| spans.prior.len().saturating_add(1));
		Ok(Self {
			who: who.clone(),
			funds: Funds::read(state, who).await?,
			role: if ledger.is_some() { role(state, who).await? } else { Role::Idle },
			ledger,
			pool: membership(state, who).await?,
			spans: u32::try_from(spans).unwrap_or(u32::MAX),
		})
	}

	/// What is bonded in the account's own name and counts.
	pub fn active(&self) -> Balance {
		self.ledger.as_ref().map_or(0, |ledger| ledger.active)
	}
}

/// What the account `who`, which stakes, does with its stake.
pub async fn role(state: &State<'_>, who: &AccountId) -> Result<Role, Error> {
	let nominations: Option<Nominations> =
		state.value("Staking", "Nominators", vec![account(who)]).await?;
	if let Some(nominations) = nominations {
		return Ok(Role::Nominator(nominations.targets.into_iter().map(account_of).collect()));
	}
	// The chain answers with the default for accounts that are none, so all of them are read.
	let delegates = preferences(state).await?;
	let own = delegates.iter().find(|(delegate, _)| delegate == who);
	Ok(own.map_or(Role::Idle, |(_, preferences)| Role::Delegate(preferences.commission)))
}

/// All accounts that stand as Delegates.
pub async fn preferences(state: &State<'_>) -> Result<Vec<(AccountId, Preferences)>, Error> {
	let all: Vec<(Key, Preferences)> = state.entries("Staking", "Validators", Vec::new()).await?;
	Ok(all.into_iter().map(|(key, preferences)| (account_of(key), preferences)).collect())
}

/// The share of `who` in a pool.
pub async fn membership(state: &State<'_>, who: &AccountId) -> Result<Option<Membership>, Error> {
	let member: Option<PoolMember> =
		state.value("NominationPools", "PoolMembers", vec![account(who)]).await?;
	let Some(member) = member else { return Ok(None) };
	let pool = number(member.pool_id);
	let pending: Option<SubPools> =
		state.value("NominationPools", "SubPoolsStorage", vec![pool.clone()]).await?;
	let unlocking = member.unbonding_eras.iter().map(|(era, points)| Chunk {
		value: unbonding_value(pending.as_ref(), *era, *points),
		era: *era,
	});
	let unlocking = unlocking.collect();
	let active = vec![pool, number(member.points)];
	Ok(Some(Membership {
		pool: member.pool_id,
		points: member.points,
		active: state.api("NominationPoolsApi", "points_to_balance", active).await?,
		unlocking,
		rewards: state.api("NominationPoolsApi", "pending_rewards", vec![account(who)]).await?,
	}))
}

/// POP of points that leave in `era`. Eras of long ago are kept together.
fn unbonding_value(pending: Option<&SubPools>, era: u32, points: Balance) -> Balance {
	let Some(pending) = pending else { return points };
	let of_era = pending.with_era.iter().find(|(other, _)| *other == era).map(|(_, pool)| *pool);
	of_era.unwrap_or(pending.no_era).value_of(points)
}

impl Membership {
	/// The same as a ledger.
	pub fn ledger(&self) -> Ledger {
		Ledger {
			total: self.active.saturating_add(sum(&self.unlocking)),
			active: self.active,
			unlocking: self.unlocking.clone(),
		}
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::staking::eras::tests::eras;
	use popnet_primitives::economics::POP;

	/// 100 POP that count, and parts that leave in these eras.
	pub fn ledger(unlocking: &[(u32, Balance)]) -> Ledger {
		let unlocking: Vec<Chunk> =
			unlocking.iter().map(|(era, pop)| Chunk { value: pop * POP, era: *era }).collect();
		Ledger { total: 100 * POP + sum(&unlocking), active: 100 * POP, unlocking }
	}

	#[test]
	fn parts_that_are_due_are_told_from_those_that_are_not() {
		let ledger = ledger(&[(1, 5), (3, 7), (2, 8)]);
		assert_eq!(ledger.due(eras()), 5 * POP);
		assert_eq!(ledger.next(eras()).map(|chunk| chunk.era), Some(2));
		assert_eq!(super::tests::ledger(&[(1, 5)]).next(eras()), None);
	}

	#[test]
	fn points_of_a_slashed_pool_are_worth_less() {
		let pool = UnbondPool { points: 100, balance: 90 };
		assert_eq!(pool.value_of(50), 45);
		assert_eq!(UnbondPool { points: 7, balance: 7 }.value_of(7), 7);
		assert_eq!(UnbondPool { points: 0, balance: 0 }.value_of(7), 0);
	}

	#[test]
	fn an_account_keeps_what_keeps_it_alive() {
		let funds = Funds { free: 10, total: 10, generating: 0, least: 3 };
		assert_eq!(funds.spare(), 7);
		assert_eq!(Funds { free: 2, ..funds }.spare(), 0);
	}
}
