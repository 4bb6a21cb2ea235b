//! Delegates: who stands, who is active, and whom to choose.

use super::{
	eras::Eras,
	position::{preferences, Preferences},
};
use crate::{
	amounts::{format_amount, format_percent, rounded, WHOLE},
	chain::{
		calls::{account, number},
		state::{account_of, Key, State},
		Chain,
	},
	errors::Error,
	output::Output,
	show::table,
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use subxt::ext::scale_decode::DecodeAsType;

/// Most Delegates that this program chooses: enough that a stake is spread, few enough to know them.
const CHOSEN_MAX: usize = 8;
/// Most Delegates that an account can nominate.
pub const NOMINATIONS_MAX: usize = 16;

#[derive(DecodeAsType, Clone, Copy)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Overview {
	total: Balance,
	own: Balance,
	nominator_count: u32,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Points {
	individual: Vec<(Key, u32)>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Targets {
	targets: Vec<Key>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Bonded {
	active: Balance,
}

/// Somebody who stands as Delegate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegate {
	/// The account.
	pub who: AccountId,
	/// Commission, and whether it takes new nominations.
	pub preferences: Preferences,
	/// Whether it authors blocks in the present era.
	pub active: bool,
	/// POP that supports it in the present era; while it waits, its own stake.
	pub stake: Balance,
	/// Its own part of that.
	pub own: Balance,
	/// Nominators that support it in the present era; while it waits, that name it.
	pub nominators: u32,
	/// Points of the present era.
	pub points: u32,
}

impl Delegate {
	fn state(&self) -> &'static str {
		match (self.active, self.preferences.blocked) {
			(true, false) => "active",
			(true, true) => "active, closed",
			(false, false) => "waiting",
			(false, true) => "waiting, closed",
		}
	}

	fn json(&self) -> Value {
		json!({
			"account": self.who.to_string(),
			"active": self.active,
			"closed": self.preferences.blocked,
			"stake": format_amount(self.stake),
			"ownStake": format_amount(self.own),
			"commission": format_percent(self.preferences.commission),
			"points": self.points,
			"nominators": self.nominators,
		})
	}

	fn row(&self) -> Vec<String> {
		vec![
			self.who.to_string(),
			self.state().to_owned(),
			format!("{} POP", rounded(self.stake, 2)),
			format_percent(self.preferences.commission),
			self.points.to_string(),
			self.nominators.to_string(),
		]
	}
}

/// All Delegates: the active ones first, then those with the most stake.
pub async fn all(state: &State<'_>, eras: Eras) -> Result<Vec<Delegate>, Error> {
	let overviews: Vec<(Key, Overview)> =
		state.entries("Staking", "ErasStakersOverview", vec![number(eras.active)]).await?;
	let overviews: BTreeMap<Key, Overview> = overviews.into_iter().collect();
	let points: Option<Points> =
		state.value("Staking", "ErasRewardPoints", vec![number(eras.active)]).await?;
	let points: BTreeMap<Key, u32> =
		points.map(|points| points.individual).unwrap_or_default().into_iter().collect();
	let named = nominations(state).await?;
	let mut delegates = Vec::new();
	for (who, preferences) in preferences(state).await? {
		let key: &Key = who.as_ref();
		let overview = overviews.get(key).copied();
		let (stake, own, nominators) = match overview {
			Some(seen) => (seen.total, seen.own, seen.nominator_count),
			None => {
				let bonded: Option<Bonded> =
					state.value("Staking", "Ledger", vec![account(&who)]).await?;
				let own = bonded.map_or(0, |bonded| bonded.active);
				(own, own, named.get(key).copied().unwrap_or(0))
			}
		};
		delegates.push(Delegate {
			preferences,
			active: overview.is_some(),
			stake,
			own,
			nominators,
			points: points.get(key).copied().unwrap_or(0),
			who,
		});
	}
	delegates.sort_by_key(|delegate| {
		(!delegate.active, std::cmp::Reverse(delegate.stake), delegate.who.clone())
	});
	Ok(delegates)
}

/// How many accounts name each Delegate.
async fn nominations(state: &State<'_>) -> Result<BTreeMap<Key, u32>, Error> {
	let all: Vec<(Key, Targets)> = state.entries("Staking", "Nominators", Vec::new()).await?;
	let mut counts = BTreeMap::new();
	for key in all.into_iter().flat_map(|(_, nominations)| nominations.targets) {
		let count: &mut u32 = counts.entry(key).or_default();
		*count = count.saturating_add(1);
	}
	Ok(counts)
}

/// Accounts that support a Delegate with stake in the present era, of all of `targets`.
pub async fn elected(
	state: &State<'_>,
	eras: Eras,
	targets: &[AccountId],
) -> Result<Vec<AccountId>, Error> {
	let active: Vec<(Key, Overview)> =
		state.entries("Staking", "ErasStakersOverview", vec![number(eras.active)]).await?;
	let active: Vec<AccountId> = active.into_iter().map(|(key, _)| account_of(key)).collect();
	Ok(targets.iter().filter(|target| active.contains(target)).cloned().collect())
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
	value: Balance,
}

/// POP of `who` that backs `delegate` in the present era.
pub async fn backing(
	state: &State<'_>,
	eras: Eras,
	who: &AccountId,
	delegate: &AccountId,
) -> Result<Balance, Error> {
	let prefix = vec![number(eras.active), account(delegate)];
	let pages: Vec<(u32, Page)> = state.entries("Staking", "ErasStakersPaged", prefix).await?;
	let own = pages.iter().flat_map(|(_, page)| &page.others).filter(|backer| {
		let key: &Key = who.as_ref();
		backer.who == *key
	});
	Ok(own.map(|backer| backer.value).fold(0, Balance::saturating_add))
}

/// Delegates that were chosen, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
	/// Whom.
	pub delegates: Vec<AccountId>,
	/// Why them, for people.
	pub why: String,
}

/// Chooses Delegates for the account `own` that has named none: active ones that take nominations and
/// leave something to nominators, those with the lowest commission first, then those with the most
/// points of the era.
///
/// # Errors
/// When there is none.
pub fn choose(delegates: &[Delegate], own: &AccountId) -> Result<Choice, Error> {
	let active = delegates.iter().filter(|delegate| delegate.active).count();
	let mut fit: Vec<&Delegate> = delegates
		.iter()
		.filter(|delegate| {
			delegate.active
				&& !delegate.preferences.blocked
				&& delegate.preferences.commission < WHOLE
				&& delegate.who != *own
		})
		.collect();
	fit.sort_by_key(|delegate| {
		(delegate.preferences.commission, std::cmp::Reverse(delegate.points), delegate.who.clone())
	});
	fit.truncate(CHOSEN_MAX);
	let (Some(first), Some(last)) = (fit.first(), fit.last()) else {
		return Err(Error::not_possible(
			"no active Delegate takes nominations",
			"name some with --delegate; see `popctl delegates`",
		));
	};
	let commission = match (first.preferences.commission, last.preferences.commission) {
		(low, high) if low == high => format!("a commission of {}", format_percent(low)),
		(low, high) => {
			format!("a commission of {} to {}", format_percent(low), format_percent(high))
		}
	};
	let why = format!(
		"{} of {active} active Delegates: they take nominations, and have {commission}, the lowest",
		fit.len()
	);
	Ok(Choice { delegates: fit.into_iter().map(|delegate| delegate.who.clone()).collect(), why })
}

/// Checks that `names` can be nominated by an account that nominates `present` already.
///
/// # Errors
/// When one is no Delegate, takes no nominations, or is named twice, or there are too many.
pub fn check(
	delegates: &[Delegate],
	names: &[AccountId],
	present: &[AccountId],
) -> Result<(), Error> {
	const SEE: &str = "see `popctl delegates`";
	if names.len() > NOMINATIONS_MAX {
		return Err(Error::usage(
			format!("an account nominates at most {NOMINATIONS_MAX} Delegates"),
			"name fewer",
		));
	}
	for (place, name) in names.iter().enumerate() {
		if names.iter().take(place).any(|earlier| earlier == name) {
			return Err(Error::usage(format!("{name} is named twice"), "name each Delegate once"));
		}
		let Some(delegate) = delegates.iter().find(|delegate| delegate.who == *name) else {
			return Err(Error::unknown(format!("{name} is not a Delegate"), SEE));
		};
		if delegate.preferences.blocked && !present.contains(name) {
			let what = format!("{name} takes no new nominations");
			return Err(Error::not_possible(what, format!("choose another Delegate; {SEE}")));
		}
	}
	Ok(())
}

/// Shows all Delegates.
pub async fn list(chain: &Chain, output: Output) -> Result<(), Error> {
	let state = chain.state().await?;
	let eras = Eras::read(&state).await?;
	let delegates = all(&state, eras).await?;
	let seats: u32 = state.required("Staking", "ValidatorCount", Vec::new()).await?;
	let listed: Vec<Value> = delegates.iter().map(Delegate::json).collect();
	let result = json!({ "era": eras.json(), "seats": seats, "delegates": listed });
	output.result(&result, || {
		let heads = ["ACCOUNT", "STATE", "STAKE", "COMMISSION", "POINTS", "NOMINATORS"];
		let mut rows = vec![heads.map(str::to_owned).to_vec()];
		rows.extend(delegates.iter().map(Delegate::row));
		format!("{}\n\n{seats} are elected for each era. Era {}.", table(&rows), eras.text())
	});
	Ok(())
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// The account with this number.
	pub fn who(number: u8) -> AccountId {
		AccountId::new([number; 32])
	}

	fn delegate(number: u8, percent: u32) -> Delegate {
		Delegate {
			who: who(number),
			preferences: Preferences { commission: percent * 10_000_000, blocked: false },
			active: true,
			stake: 1,
			own: 1,
			nominators: 0,
			points: 0,
		}
	}

	#[test]
	fn active_delegates_with_low_commission_are_chosen() {
		let waiting = Delegate { active: false, ..delegate(1, 0) };
		let mut closed = delegate(2, 0);
		closed.preferences.blocked = true;
		let greedy = delegate(3, 100);
		let all = [waiting, closed, greedy, delegate(4, 10), delegate(5, 2), delegate(6, 1)];

		let choice = choose(&all, &who(6)).unwrap();

		assert_eq!(choice.delegates, [who(5), who(4)]);
		assert!(choice.why.contains("2 of 5"), "{}", choice.why);
		assert!(choice.why.contains("2 % to 10 %"), "{}", choice.why);
		assert_eq!(choose(&all[..3], &who(9)).unwrap_err().exit_code(), 6);
	}

	#[test]
	fn no_more_are_chosen_than_one_can_know() {
		let all: Vec<Delegate> = (1..=20).map(|number| delegate(number, 5)).collect();
		let choice = choose(&all, &who(0)).unwrap();
		assert_eq!(choice.delegates.len(), CHOSEN_MAX);
		assert!(choice.why.contains("commission of 5 %"), "{}", choice.why);
	}

	#[test]
	fn whoever_cannot_be_nominated_is_named() {
		let mut closed = delegate(2, 0);
		closed.preferences.blocked = true;
		let all = [delegate(1, 0), closed];
		assert!(check(&all, &[who(1)], &[]).is_ok());
		assert!(check(&all, &[who(2)], &[who(2)]).is_ok());
		for (names, code) in [
			(vec![who(7)], 4),
			(vec![who(2)], 6),
			(vec![who(1), who(1)], 2),
			((0..17).map(who).collect(), 2),
		] {
			let error = check(&all, &names, &[]).unwrap_err();
			assert_eq!(error.exit_code(), code, "{names:?}");
			assert!(!error.hint().is_empty());
		}
	}
}
