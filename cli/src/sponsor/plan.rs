//! A plan as the chain keeps it, and what is left of it.

use super::terms::Terms;
use crate::{
	amounts::{format_amount, lit},
	chain::{
		calls::number,
		state::{account_of, Key, State},
	},
	dates::Clock,
	errors::Error,
	show::row,
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};
use subxt::{ext::scale_decode::DecodeAsType, Metadata};

#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Standing {
	Open,
	Closing,
}

/// LIT units spent on one day.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Spending {
	day: u32,
	amount: Balance,
}

impl Spending {
	fn on(self, day: u32) -> Balance {
		if self.day == day {
			return self.amount;
		}
		0
	}
}

/// A plan.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Plan {
	sponsor: Key,
	/// What it pays for.
	pub terms: Terms,
	state: Standing,
	/// LIT units left to pay with.
	pub funds: Balance,
	/// LIT units on hold for the plan itself.
	pub deposit: Balance,
	spent: Spending,
	/// Accounts that it remembers.
	pub users: u32,
}

/// What a plan remembers of an account.
#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct User {
	/// Whether the sponsor has admitted it.
	pub listed: bool,
	spent: Spending,
	failures: u32,
}

impl User {
	/// Whether it can be forgotten on `day`.
	pub fn is_stale(self, day: u32) -> bool {
		!self.listed && self.spent.on(day) == 0 && self.failures_on(day) == 0
	}

	fn failures_on(self, day: u32) -> u32 {
		if self.spent.day == day {
			return self.failures;
		}
		0
	}

	/// For programs.
	pub fn json(self, who: &AccountId, day: u32) -> Value {
		json!({
			"account": who.to_string(),
			"listed": self.listed,
			"usedToday": format_amount(self.spent.on(day)),
			"failedToday": self.failures_on(day),
		})
	}

	/// For people.
	pub fn row(self, who: &AccountId, day: u32) -> Vec<String> {
		let listed = if self.listed { "admitted, " } else { "" };
		let mut what = format!("{who}: {listed}{} used today", lit(self.spent.on(day)));
		match self.failures_on(day) {
			0 => {}
			failures => what.push_str(&format!(", {failures} failed")),
		}
		row("user", what)
	}
}

impl Plan {
	/// The plan `id`.
	///
	/// # Errors
	/// When there is none.
	pub async fn read(state: &State<'_>, id: u32) -> Result<Self, Error> {
		let plan = state.value("Sponsorship", "Plans", vec![number(id)]).await?;
		plan.ok_or_else(|| {
			Error::unknown(format!("there is no plan {id}"), "see `popctl sponsor list`")
		})
	}

	/// All plans, the oldest first.
	pub async fn all(state: &State<'_>) -> Result<Vec<(u32, Self)>, Error> {
		let mut plans: Vec<(u32, Self)> = state.entries("Sponsorship", "Plans", Vec::new()).await?;
		plans.sort_by_key(|(id, _)| *id);
		Ok(plans)
	}

	/// Who pays.
	pub fn sponsor(&self) -> AccountId {
		account_of(self.sponsor)
	}

	/// Whether it is being closed.
	pub fn is_closing(&self) -> bool {
		self.state == Standing::Closing
	}

	/// Refuses what only the sponsor of an open plan may do.
	pub fn ensure_run_by(&self, who: &AccountId, id: u32) -> Result<(), Error> {
		if self.sponsor() != *who {
			return Err(Error::not_possible(
				format!("plan {id} is that of {}", self.sponsor()),
				"sign as that account; see `popctl sponsor list --of ACCOUNT` for one's own",
			));
		}
		if self.is_closing() {
			return Err(Error::not_possible(
				format!("plan {id} is being closed"),
				format!("end that with `popctl sponsor close {id}`, and open another one"),
			));
		}
		Ok(())
	}

	/// LIT units that it can still pay today.
	fn left_today(&self, day: u32) -> Balance {
		self.terms.day_max.saturating_sub(self.spent.on(day)).min(self.funds)
	}

	/// The word for how it stands.
	fn standing(&self, clock: Clock) -> &'static str {
		match self.state {
			Standing::Closing => "closing",
			Standing::Open if clock.block() > self.terms.last_block => "over",
			Standing::Open if self.funds == 0 => "exhausted",
			Standing::Open => "open",
		}
	}

	/// For programs.
	pub fn json(&self, id: u32, metadata: &Metadata, clock: Clock, day: u32) -> Value {
		json!({
			"plan": id,
			"sponsor": self.sponsor().to_string(),
			"state": self.standing(clock),
			"funds": format_amount(self.funds),
			"deposit": format_amount(self.deposit),
			"usedToday": format_amount(self.spent.on(day)),
			"leftToday": format_amount(self.left_today(day)),
			"remembered": self.users,
			"terms": self.terms.json(metadata, clock),
		})
	}

	/// For people.
	pub fn rows(&self, id: u32, metadata: &Metadata, clock: Clock, day: u32) -> Vec<Vec<String>> {
		let mut rows = vec![
			row("plan", format!("{id}, {}", self.standing(clock))),
			row("sponsor", self.sponsor()),
		];
		rows.extend(self.terms.rows(metadata, clock));
		rows.push(row(
			"left",
			format!(
				"{}; today {}, and {} are used",
				lit(self.funds),
				lit(self.left_today(day)),
				lit(self.spent.on(day))
			),
		));
		rows.push(row("deposit", format!("{}, which returns with the end", lit(self.deposit))));
		rows.push(row("users", format!("{} of {} at most", self.users, self.terms.users_max)));
		rows
	}

	/// The heads of [`Plan::listed`].
	pub fn heads() -> Vec<String> {
		["PLAN", "STATE", "FOR", "PAYS FOR", "LEFT", "LEFT TODAY", "UNTIL"]
			.map(str::to_owned)
			.to_vec()
	}

	/// One line of a list.
	pub fn listed(&self, id: u32, metadata: &Metadata, clock: Clock, day: u32) -> Vec<String> {
		vec![
			id.to_string(),
			self.standing(clock).to_owned(),
			self.terms.audience.word().to_owned(),
			self.terms.names(metadata).join(", "),
			lit(self.funds),
			lit(self.left_today(day)),
			clock.at(self.terms.last_block).relative(),
		]
	}
}

/// The number of today, as plans count days.
pub fn today(state: &State<'_>) -> Result<u32, Error> {
	let blocks: u32 = state.constant("Sponsorship", "BlocksPerDay")?;
	Ok(state.number().checked_div(blocks).unwrap_or(0))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{sponsor::terms::tests::terms, staking::tests::who};
	use popnet_primitives::economics::LIT;

	fn plan() -> Plan {
		let spent = Spending { day: 3, amount: 4 * LIT };
		let sponsor = *AsRef::<[u8; 32]>::as_ref(&who(1));
		Plan {
			sponsor,
			terms: terms(),
			state: Standing::Open,
			funds: 50 * LIT,
			deposit: LIT / 10,
			spent,
			users: 2,
		}
	}

	#[test]
	fn what_is_left_today_follows_funds_and_limit() {
		assert_eq!(plan().left_today(3), 6 * LIT);
		assert_eq!(plan().left_today(4), 10 * LIT);
		assert_eq!(Plan { funds: LIT, ..plan() }.left_today(4), LIT);
	}

	#[test]
	fn the_standing_says_whether_it_pays() {
		let now = Clock::new(500, 2_000);
		assert_eq!(plan().standing(now), "open");
		assert_eq!(plan().standing(Clock::new(501, 2_000)), "over");
		assert_eq!(Plan { funds: 0, ..plan() }.standing(now), "exhausted");
		assert_eq!(Plan { state: Standing::Closing, ..plan() }.standing(now), "closing");
	}

	#[test]
	fn only_the_sponsor_of_an_open_plan_changes_it() {
		assert!(plan().ensure_run_by(&who(1), 5).is_ok());
		assert_eq!(plan().ensure_run_by(&who(2), 5).unwrap_err().exit_code(), 6);
		let closing = Plan { state: Standing::Closing, ..plan() };
		let error = closing.ensure_run_by(&who(1), 5).unwrap_err();
		assert!(error.hint().contains("sponsor close 5"), "{}", error.hint());
	}

	#[test]
	fn a_record_is_stale_when_it_is_of_another_day_and_not_listed() {
		let user = User { listed: false, spent: Spending { day: 3, amount: 1 }, failures: 1 };
		assert!(!user.is_stale(3));
		assert!(user.is_stale(4));
		assert!(!User { listed: true, ..user }.is_stale(4));
		let row = user.row(&who(2), 3).join(" ");
		assert!(row.contains("0.000000000001 LIT used today, 1 failed"), "{row}");
	}
}
