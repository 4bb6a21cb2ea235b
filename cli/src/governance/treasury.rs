//! The treasury: what it has, and what referenda have granted and nobody has collected yet.

use crate::{
	access::Access,
	amounts::{format_amount, pop},
	chain::{
		calls::{number, Call, Step},
		state::{account_of, Key, State},
	},
	dates::Clock,
	errors::Error,
	show::{row, table},
	staking::Funds,
};
use popnet_primitives::Balance;
use serde_json::{json, Value};
use subxt::ext::scale_decode::DecodeAsType;

#[derive(DecodeAsType, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Payment {
	Pending,
	Attempted,
	Failed,
}

/// A payment that a referendum has granted.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Spend {
	amount: Balance,
	beneficiary: Key,
	valid_from: u32,
	expire_at: u32,
	status: Payment,
}

/// Whether a payment can be collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
	/// From this block on.
	Early(u32),
	/// Until this block.
	Due(u32),
	/// Not any more.
	Expired,
	/// It was.
	Paid,
}

impl Spend {
	fn standing(&self, now: u32) -> Standing {
		match self.status {
			Payment::Attempted => Standing::Paid,
			_ if now >= self.expire_at => Standing::Expired,
			_ if now < self.valid_from => Standing::Early(self.valid_from),
			_ => Standing::Due(self.expire_at),
		}
	}

	fn standing_text(&self, clock: Clock) -> String {
		match self.standing(clock.block()) {
			Standing::Early(block) => format!("can be paid {}", clock.at(block)),
			Standing::Due(block) => format!("can be paid until {}", clock.at(block)),
			Standing::Expired => "expired".into(),
			Standing::Paid => "paid".into(),
		}
	}
}

async fn spends(state: &State<'_>) -> Result<Vec<(u32, Spend)>, Error> {
	let mut spends: Vec<(u32, Spend)> = state.entries("Treasury", "Spends", Vec::new()).await?;
	spends.sort_by_key(|(id, _)| *id);
	Ok(spends)
}

/// Shows the treasury, or pays out one grant.
pub async fn run(access: Access<'_>, payout: Option<u32>) -> Result<(), Error> {
	match payout {
		Some(id) => pay(access, id).await,
		None => show(access).await,
	}
}

async fn show(access: Access<'_>) -> Result<(), Error> {
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let clock = state.clock().await?;
	let account = account_of(state.constant::<Key>("Treasury", "pot_account")?);
	let funds = Funds::read(&state, &account).await?;
	let spends = spends(&state).await?;
	let listed: Vec<Value> = spends
		.iter()
		.map(|(id, spend)| {
			json!({
				"id": id,
				"amount": format_amount(spend.amount),
				"to": account_of(spend.beneficiary).to_string(),
				"state": spend.standing_text(clock),
			})
		})
		.collect();
	let result = json!({
		"account": account.to_string(),
		"pop": format_amount(funds.free),
		"spends": listed,
	});
	access.output.result(&result, || {
		let mut rows = vec![row("account", &account), row("has", pop(funds.free))];
		rows.extend(spends.iter().map(|(id, spend)| {
			let to = account_of(spend.beneficiary);
			let what =
				format!("{id}: {} to {to}, {}", pop(spend.amount), spend.standing_text(clock));
			row("granted", what)
		}));
		rows.push(row("next", "`popctl treasury --payout ID` pays one that can be paid"));
		table(&rows)
	});
	Ok(())
}

async fn pay(access: Access<'_>, id: u32) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let clock = state.clock().await?;
	let spend: Option<Spend> = state.value("Treasury", "Spends", vec![number(id)]).await?;
	let spend = spend.ok_or_else(|| {
		Error::unknown(format!("the treasury has granted nothing as {id}"), "see `popctl treasury`")
	})?;
	if !matches!(spend.standing(clock.block()), Standing::Due(_)) {
		return Err(Error::not_possible(
			format!("{id} cannot be paid: {}", spend.standing_text(clock)),
			"see `popctl treasury`",
		));
	}
	let account = account_of(state.constant::<Key>("Treasury", "pot_account")?);
	let funds = Funds::read(&state, &account).await?;
	if funds.free < spend.amount {
		return Err(Error::insufficient(
			format!("the treasury has {}, and is to pay {}", pop(funds.free), pop(spend.amount)),
			"wait until it has more; see `popctl treasury`",
		));
	}
	let steps = ["payout", "check_status"].map(|call| Step::new("Treasury", call, [number(id)]));
	let receipt = chain.submit(&Call::all(steps.to_vec()), &signer).await?;
	let to = account_of(spend.beneficiary);
	let result = json!({
		"id": id,
		"paid": format_amount(spend.amount),
		"to": to.to_string(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || format!("paid {} to {to}", pop(spend.amount)));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_grant_is_collected_in_its_time() {
		let spend = Spend {
			amount: 1,
			beneficiary: [1; 32],
			valid_from: 10,
			expire_at: 20,
			status: Payment::Pending,
		};
		assert_eq!(spend.standing(9), Standing::Early(10));
		assert_eq!(spend.standing(10), Standing::Due(20));
		assert_eq!(spend.standing(20), Standing::Expired);
		let paid = Spend { status: Payment::Attempted, ..spend };
		assert_eq!(paid.standing(15), Standing::Paid);
	}
}
