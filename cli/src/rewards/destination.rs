//! Where the rewards of an account go: those of work, and those of stake.

use super::args::Goal;
use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{account, word, Call, Step},
		state::{account_of, State},
	},
	errors::Error,
	show::{row, table},
	staking::{args::Payee, payee, Destination, Funds, Position},
};
use popnet_primitives::{AccountId, Balance};
use serde_json::{json, Value};

/// Where rewards go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directions {
	/// Whether those of work are staked.
	compounds: bool,
	/// Where those of stake go; `None` where the account stakes nothing in its own name.
	stake: Option<Destination>,
}

impl Directions {
	/// Reads them.
	pub async fn read(state: &State<'_>, who: &AccountId) -> Result<Self, Error> {
		let entry: Option<Balance> =
			state.value("Rewards", "Compounding", vec![account(who)]).await?;
		let position = Position::read(state, who).await?;
		let stake = match position.ledger {
			Some(_) => state.value("Staking", "Payee", vec![account(who)]).await?,
			None => None,
		};
		Ok(Self { compounds: entry.is_some(), stake })
	}

	fn work_text(&self) -> &'static str {
		match self.compounds {
			true => "are staked",
			false => "stay in the balance",
		}
	}

	/// For programs.
	pub fn json(&self) -> Value {
		json!({
			"work": if self.compounds { "compound" } else { "free" },
			"stake": self.stake.as_ref().map(|stake| match stake {
				Destination::Staked => "compound".to_owned(),
				Destination::Stash | Destination::Controller => "free".to_owned(),
				Destination::Account(key) => account_of(*key).to_string(),
				Destination::None => "none".to_owned(),
			}),
		})
	}

	/// For people.
	pub fn rows(&self) -> Vec<Vec<String>> {
		let mut rows = vec![row("work", format!("its rewards {}", self.work_text()))];
		rows.extend(
			self.stake.as_ref().map(|stake| row("stake", format!("its rewards {}", stake.text()))),
		);
		rows
	}

	/// The calls that lead to `goal`.
	///
	/// # Errors
	/// When there is nothing to do, or nothing that goes elsewhere.
	fn steps(&self, goal: &Goal) -> Result<Vec<Step>, Error> {
		if matches!(goal, Goal::Account(_)) && self.stake.is_none() {
			return Err(Error::not_possible(
				"the account stakes nothing in its own name, and only rewards of stake can go elsewhere",
				"choose `compound` or `free`; see `popctl staking`",
			));
		}
		let mut steps = Vec::new();
		let compounds = *goal == Goal::Compound;
		if compounds != self.compounds {
			let word = word(if compounds { "Compound" } else { "Free" });
			steps.push(Step::new("Rewards", "set_destination", [word]));
		}
		let (wanted, argument) = match goal {
			Goal::Compound => (Destination::Staked, Payee::Staked),
			Goal::Free => (Destination::Stash, Payee::Stash),
			Goal::Account(who) => {
				let key = *AsRef::<[u8; 32]>::as_ref(who);
				(Destination::Account(key), Payee::Account(who.clone()))
			}
		};
		if self.stake.as_ref().is_some_and(|present| *present != wanted) {
			steps.push(Step::new("Staking", "set_payee", [payee(&argument)]));
		}
		if steps.is_empty() {
			return Err(Error::not_possible(
				"rewards go there already",
				"nothing is to be done; see `popctl rewards destination`",
			));
		}
		Ok(steps)
	}
}

/// Shows where rewards go, or directs them to `goal`.
pub async fn run(access: Access<'_>, goal: Option<Goal>) -> Result<(), Error> {
	let signer = access.signer()?;
	let who = signer.account.clone();
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let before = Directions::read(&state, &who).await?;
	let Some(goal) = goal else {
		show(access, &who, &before, None);
		return Ok(());
	};
	let steps = before.steps(&goal)?;
	let funds = Funds::read(&state, &who).await?;
	if goal == Goal::Compound && !before.compounds {
		let deposit: Balance = state.constant("Rewards", "CompoundDeposit")?;
		let spare = funds.spare();
		if spare < deposit {
			return Err(Error::insufficient(
				format!("staking rewards holds {}, and {} are to spare", pop(deposit), pop(spare)),
				"see `popctl balance`",
			));
		}
	}
	let receipt = chain.submit(&Call::all(steps), &signer).await?;
	let after = chain.state_after(&receipt).await?;
	let now = Directions::read(&after, &who).await?;
	let free = Funds::read(&after, &who).await?.free;
	let details = json!({
		"held": format_amount(funds.free.saturating_sub(free)),
		"returned": format_amount(free.saturating_sub(funds.free)),
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	show(access, &who, &now, Some(details));
	Ok(())
}

fn show(access: Access<'_>, who: &AccountId, directions: &Directions, details: Option<Value>) {
	let mut result = json!({ "account": who.to_string(), "destination": directions.json() });
	if let (Some(object), Some(Value::Object(details))) = (result.as_object_mut(), details) {
		object.extend(details);
	}
	access.output.result(&result, || {
		let mut rows = vec![row("account", who)];
		rows.extend(directions.rows());
		table(&rows)
	});
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::staking::tests::who;

	fn names(directions: &Directions, goal: &Goal) -> Vec<String> {
		directions.steps(goal).unwrap().iter().map(Step::full_name).collect()
	}

	#[test]
	fn only_what_differs_is_changed() {
		let worker = Directions { compounds: false, stake: None };
		assert_eq!(names(&worker, &Goal::Compound), ["Rewards.set_destination"]);
		assert_eq!(worker.steps(&Goal::Free).unwrap_err().exit_code(), 6);
		assert_eq!(worker.steps(&Goal::Account(who(2))).unwrap_err().exit_code(), 6);
		let staker = Directions { compounds: false, stake: Some(Destination::Staked) };
		assert_eq!(names(&staker, &Goal::Compound), ["Rewards.set_destination"]);
		assert_eq!(names(&staker, &Goal::Free), ["Staking.set_payee"]);
		assert_eq!(names(&staker, &Goal::Account(who(2))), ["Staking.set_payee"]);
		let both = Directions { compounds: true, ..staker };
		let all = ["Rewards.set_destination", "Staking.set_payee"];
		assert_eq!(names(&both, &Goal::Free), all);
		assert!(both.steps(&Goal::Compound).is_err());
		assert_eq!(both.json(), json!({ "work": "compound", "stake": "compound" }));
	}
}
