//! What an account earned in some eras.

use crate::{
	amounts::{format_amount, pop, rounded},
	chain::state::State,
	errors::Error,
	show::row,
	staking::Eras,
};
use popnet_primitives::{
	rewards::{Earned, PaidTo, Payment, Reason, RewardView, Withheld},
	AccountId, Balance,
};
use serde_json::{json, Value};
use std::ops::RangeInclusive;

/// What was earned for one reason.
pub type Reward = RewardView<AccountId>;

/// The eras that are to be shown: `era`, or the last `count`.
///
/// # Errors
/// When the era has not begun, or is forgotten.
pub fn span(
	active: u32,
	depth: u32,
	era: Option<u32>,
	count: u32,
) -> Result<RangeInclusive<u32>, Error> {
	let oldest = active.saturating_sub(depth);
	match era {
		Some(era) if era > active => Err(Error::usage(
			format!("era {era} has not begun"),
			format!("era {active} is running; name one of {oldest} to {active}"),
		)),
		Some(era) if era < oldest => Err(Error::unknown(
			format!("era {era} is forgotten"),
			format!("the chain remembers {depth} eras: name one of {oldest} to {active}"),
		)),
		Some(era) => Ok(era..=era),
		None => Ok(active.saturating_sub(count.saturating_sub(1)).max(oldest)..=active),
	}
}

/// What an account earned in each of some eras, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earnings {
	eras: Vec<(u32, Vec<Reward>)>,
	active: u32,
}

impl Earnings {
	/// Reads what `who` earned in `eras`, of which `active` is running.
	pub async fn read(
		state: &State<'_>,
		who: &AccountId,
		eras: RangeInclusive<u32>,
		active: u32,
	) -> Result<Self, Error> {
		let mut all = Vec::new();
		for era in eras {
			all.push((era, state.ask("EconomyApi_rewards_of", &(era, who)).await?));
		}
		Ok(Self { eras: all, active })
	}

	/// Everything that was earned and has not been paid.
	pub fn pending(&self) -> Vec<(u32, &Reward)> {
		let all = self
			.eras
			.iter()
			.flat_map(|(era, rewards)| rewards.iter().map(move |reward| (*era, reward)));
		all.filter(|(era, reward)| *era < self.active && due(reward) > 0).collect()
	}

	/// POP units of them.
	pub fn unpaid(&self) -> Balance {
		let all = self.pending();
		all.iter().map(|(_, reward)| due(reward)).fold(0, Balance::saturating_add)
	}

	/// The reward of `era` for `reason`.
	pub fn find(&self, era: u32, reason: &Reason<AccountId>) -> Option<&Reward> {
		let (_, rewards) = self.eras.iter().find(|(other, _)| *other == era)?;
		rewards.iter().find(|reward| reward.reason == *reason)
	}

	/// For programs.
	pub fn json(&self) -> Vec<Value> {
		let eras = self.eras.iter().map(|(era, rewards)| {
			let rewards: Vec<Value> = rewards.iter().map(reward_json).collect();
			json!({ "era": era, "running": *era == self.active, "rewards": rewards })
		});
		eras.collect()
	}

	/// For people.
	pub fn rows(&self) -> Vec<Vec<String>> {
		let mut rows = Vec::new();
		for (era, rewards) in &self.eras {
			let name = format!("era {era}");
			if rewards.is_empty() {
				rows.push(row(&name, "nothing"));
			}
			for (index, reward) in rewards.iter().enumerate() {
				let name = if index == 0 { name.as_str() } else { "" };
				let how = payment_text(reward, *era == self.active);
				rows.push(row(name, format!("{}; {how}", earned_text(reward))));
				rows.extend(reward.withheld.iter().map(|(reason, amount)| {
					row("", format!("{} less: {}", pop(*amount), withheld_text(*reason)))
				}));
			}
		}
		rows
	}

	/// What to do next, in one sentence.
	pub fn next(&self, eras: Eras) -> String {
		match self.unpaid() {
			0 => {
				let next = self.active.saturating_add(1);
				format!(
					"nothing is to be done: era {} is paid after its end, {}",
					self.active,
					eras.start(next)
				)
			}
			unpaid => format!(
				"wait: {} are paid by themselves; `popctl rewards pay` pays them now",
				pop(unpaid)
			),
		}
	}
}

/// POP units that can be paid now.
pub fn due(reward: &Reward) -> Balance {
	match (reward.earned, reward.payment) {
		(Earned::Exact(amount), Payment::Pending) => amount,
		(_, Payment::Paid { amount, to: PaidTo::Carried }) => amount,
		_ => 0,
	}
}

/// For what, in a word for programs.
fn reason_word(reason: &Reason<AccountId>) -> &'static str {
	match reason {
		Reason::Stored => "masternode",
		Reason::Published => "creator",
		Reason::Screened => "superdelegate",
		Reason::Validated => "delegate",
		Reason::Nominated { .. } => "nominator",
	}
}

/// For what, for people.
pub fn reason_text(reason: &Reason<AccountId>) -> String {
	match reason {
		Reason::Stored => "storing and serving as a Masternode".into(),
		Reason::Published => "publishing what viewers tip".into(),
		Reason::Screened => "screening as a Superdelegate".into(),
		Reason::Validated => "making blocks as a Delegate".into(),
		Reason::Nominated { validator } => format!("supporting the Delegate {validator}"),
	}
}

fn withheld_word(reason: Withheld) -> &'static str {
	match reason {
		Withheld::Suspended => "suspended",
		Withheld::MissedDuty => "missedDuty",
		Withheld::Deviating => "deviating",
	}
}

fn withheld_text(reason: Withheld) -> &'static str {
	match reason {
		Withheld::Suspended => "the Masternode was suspended while it should have served",
		Withheld::MissedDuty => "a verdict was not committed or revealed in time",
		Withheld::Deviating => "a verdict was far from the panel's",
	}
}

fn amount(earned: Earned) -> Balance {
	match earned {
		Earned::Estimate(amount) | Earned::Exact(amount) => amount,
	}
}

fn earned_text(reward: &Reward) -> String {
	let about = if matches!(reward.earned, Earned::Estimate(_)) { "about " } else { "" };
	let share = match reward.points_total {
		0 => String::new(),
		total => {
			let share = reward.points.saturating_mul(10_000).checked_div(total).unwrap_or(0);
			format!(" ({}.{:02} % of all points)", share / 100, share % 100)
		}
	};
	format!(
		"{about}{} POP for {}{share}",
		rounded(amount(reward.earned), 6),
		reason_text(&reward.reason)
	)
}

fn payment_text(reward: &Reward, running: bool) -> &'static str {
	match (reward.payment, reward.earned) {
		(Payment::Paid { to, .. }, _) => paid_text(to),
		(Payment::Pending, _) if running => "the era is running",
		(Payment::Pending, Earned::Estimate(_)) => "still being counted",
		(Payment::Pending, Earned::Exact(0)) => "nothing is to be paid",
		(Payment::Pending, Earned::Exact(_)) => "not paid yet",
	}
}

fn paid_text(to: PaidTo) -> &'static str {
	match to {
		PaidTo::Free => "paid",
		PaidTo::Compounded => "paid, and staked",
		PaidTo::NotCompounded => "paid, and free, as it could not be staked",
		PaidTo::Carried => "kept until the account can receive it",
	}
}

fn reward_json(reward: &Reward) -> Value {
	let delegate = match &reward.reason {
		Reason::Nominated { validator } => Some(validator.to_string()),
		_ => None,
	};
	let (paid, to) = match reward.payment {
		Payment::Pending => (None, None),
		Payment::Paid { amount, to } => (Some(format_amount(amount)), Some(to)),
	};
	let withheld: Vec<Value> = reward
		.withheld
		.iter()
		.map(|(reason, amount)| {
			json!({
				"reason": withheld_word(*reason),
				"amount": format_amount(*amount),
				"text": withheld_text(*reason),
			})
		})
		.collect();
	json!({
		"for": reason_word(&reward.reason),
		"text": reason_text(&reward.reason),
		"delegate": delegate,
		"points": reward.points.to_string(),
		"pointsTotal": reward.points_total.to_string(),
		"amountTotal": format_amount(reward.amount_total),
		"earned": format_amount(amount(reward.earned)),
		"estimate": matches!(reward.earned, Earned::Estimate(_)),
		"paid": paid,
		"paidTo": to.map(paid_text),
		"withheld": withheld,
	})
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use popnet_primitives::economics::POP;

	/// 7 POP for `reason`, not paid yet.
	pub fn reward(reason: Reason<AccountId>) -> Reward {
		Reward {
			reason,
			points: 70,
			points_total: 100,
			amount_total: 10 * POP,
			earned: Earned::Exact(7 * POP),
			payment: Payment::Pending,
			withheld: vec![(Withheld::MissedDuty, POP)],
		}
	}

	/// Era 3 with a reward that is not paid, and era 4, which is running.
	pub fn earnings() -> Earnings {
		let running = Reward { earned: Earned::Estimate(POP), ..reward(Reason::Stored) };
		Earnings { eras: vec![(3, vec![reward(Reason::Screened)]), (4, vec![running])], active: 4 }
	}

	#[test]
	fn eras_are_those_that_the_chain_remembers() {
		assert_eq!(span(10, 84, None, 4).unwrap(), 7..=10);
		assert_eq!(span(1, 84, None, 4).unwrap(), 0..=1);
		assert_eq!(span(100, 84, None, 85).unwrap(), 16..=100);
		assert_eq!(span(100, 84, Some(16), 4).unwrap(), 16..=16);
		assert_eq!(span(100, 84, Some(101), 4).unwrap_err().exit_code(), 2);
		assert_eq!(span(100, 84, Some(15), 4).unwrap_err().exit_code(), 4);
	}

	#[test]
	fn what_is_shown_to_people_and_programs_agrees() {
		let (json, text) = (earnings().json(), crate::show::table(&earnings().rows()));
		assert_eq!(json[0]["rewards"][0]["for"], "superdelegate");
		assert_eq!(json[0]["rewards"][0]["withheld"][0]["reason"], "missedDuty");
		assert_eq!(json[0]["rewards"][0]["paid"], Value::Null);
		assert_eq!(
			(&json[1]["running"], &json[1]["rewards"][0]["estimate"]),
			(&true.into(), &true.into())
		);
		assert!(text.contains("7 POP for screening as a Superdelegate (70.00 %"), "{text}");
		assert!(text.contains("not paid yet") && text.contains("the era is running"), "{text}");
		assert!(text.contains("1 POP less: a verdict was not committed"), "{text}");
	}

	#[test]
	fn only_what_is_earned_for_good_and_unpaid_is_due() {
		assert_eq!(earnings().unpaid(), 7 * POP);
		assert_eq!(earnings().pending().len(), 1);
		let paid = |to| Payment::Paid { amount: 7 * POP, to };
		for (to, expected) in
			[(PaidTo::Free, 0), (PaidTo::NotCompounded, 0), (PaidTo::Carried, 7 * POP)]
		{
			let reward = Reward { payment: paid(to), ..reward(Reason::Stored) };
			assert_eq!(due(&reward), expected, "{to:?}");
		}
	}
}
