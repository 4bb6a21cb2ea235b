//! LIT of an account: what it has, what comes in, and what that pays for.

use crate::{
	amounts::{format_amount, format_percent, lit, pop, rounded},
	chain::{calls::account, state::State},
	dates::{span, Clock},
	errors::Error,
	show::row,
	staking::Funds,
};
use popnet_primitives::{
	economics::{accrued, advance_index, Lease, StakeProjection},
	runtime_api::Leases,
	AccountId, Balance,
};
use serde_json::{json, Value};
use subxt::ext::scale_decode::DecodeAsType;

/// A lease as one side sees it.
pub type LeaseOf = Lease<AccountId, u32>;

/// The index counts in 10^-24. Half of that is taken from each side of a division, so that every amount
/// fits.
const HALF_SCALE: u128 = 1_000_000_000_000;

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
	free: Balance,
	reserved: Balance,
}

/// What keeps an account alive: LIT alone does not.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct References {
	providers: u32,
	sufficients: u32,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Generation {
	rate: u128,
}

/// How much LIT stake generates, and what a transfer costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
	/// Rise of the index in a block.
	per_block: u128,
	/// Blocks of a day.
	blocks_per_day: u32,
	/// LIT units of a plain transfer of POP.
	pub transfer_fee: Balance,
}

impl Rate {
	/// Reads it.
	pub async fn read(state: &State<'_>) -> Result<Self, Error> {
		let current: Generation = state.required("LitGeneration", "Current", Vec::new()).await?;
		let none: Balance = 0;
		let projection: StakeProjection = state.ask("EconomyApi_stake_projection", &none).await?;
		Ok(Self {
			per_block: current.rate,
			blocks_per_day: state.constant("LitGeneration", "BlocksPerDay")?,
			transfer_fee: projection.transfer_fee,
		})
	}

	/// LIT units that the income of `stake` POP units is in so many blocks.
	pub fn over(self, stake: Balance, blocks: u32) -> Balance {
		accrued(stake, 0, advance_index(0, self.per_block, blocks))
	}

	/// LIT units that it is in a day.
	pub fn per_day(self, stake: Balance) -> Balance {
		self.over(stake, self.blocks_per_day)
	}

	/// POP units whose income is at least `per_day` LIT units a day, and hardly more; `None` where that
	/// is more than can be counted.
	pub fn stake_for(self, per_day: Balance) -> Option<Balance> {
		let rise = advance_index(0, self.per_block, self.blocks_per_day) / HALF_SCALE;
		let units = per_day.checked_mul(HALF_SCALE)?;
		let stake = units.checked_div(rise)?;
		stake.checked_add(Balance::from(units % rise > 0))
	}

	/// Transfers that `lit` LIT units pay for.
	pub fn transfers(self, lit: Balance) -> u64 {
		let transfers = lit.checked_div(self.transfer_fee).unwrap_or(0);
		u64::try_from(transfers).unwrap_or(u64::MAX)
	}
}

/// A number of transfers for people.
pub fn transfers_text(transfers: u64) -> String {
	match transfers {
		1 => "1 transfer".to_owned(),
		count => format!("{count} transfers"),
	}
}

/// LIT a day for people, with what it pays for.
pub fn daily_text(per_day: Balance, rate: Rate) -> String {
	let transfers = transfers_text(rate.transfers(per_day));
	format!("{} LIT a day, which pays for {transfers}", rounded(per_day, 6))
}

/// The LIT of an account.
#[derive(Debug, Clone)]
pub struct Income {
	/// The account.
	pub who: AccountId,
	/// Whether it exists, so that it can send transactions.
	pub exists: bool,
	/// Free LIT units.
	pub free: Balance,
	/// LIT units on hold.
	pub held: Balance,
	/// LIT units that can be spent: free, and what was generated since the account was last touched.
	pub available: Balance,
	/// LIT units that come in each day, net of leases.
	pub per_day: Balance,
	/// POP units that generate.
	pub stake: Balance,
	/// Leases given.
	pub given: Vec<LeaseOf>,
	/// Leases received.
	pub received: Vec<LeaseOf>,
	/// What stake generates.
	pub rate: Rate,
	/// Time.
	pub clock: Clock,
}

impl Income {
	/// Reads it.
	pub async fn read(state: &State<'_>, who: &AccountId) -> Result<Self, Error> {
		let funds: Option<AccountData> = state.value("Lit", "Account", vec![account(who)]).await?;
		let (free, held) = funds.map_or((0, 0), |funds| (funds.free, funds.reserved));
		let alive: Option<References> =
			state.value("System", "Account", vec![account(who)]).await?;
		let (given, received): Leases = state.ask("EconomyApi_leases_of", who).await?;
		Ok(Self {
			exists: alive.is_some_and(|alive| alive.providers > 0 || alive.sufficients > 0),
			free,
			held,
			available: state.ask("PopnetApi_lit_available", who).await?,
			per_day: state.ask("EconomyApi_lit_income", who).await?,
			stake: Funds::read(state, who).await?.generating,
			given,
			received,
			rate: Rate::read(state).await?,
			clock: state.clock().await?,
			who: who.clone(),
		})
	}

	/// LIT units that were generated and are in no balance yet.
	pub fn accrued(&self) -> Balance {
		self.available.saturating_sub(self.free)
	}

	/// LIT units a day of all `leases` together.
	fn leased(&self, leases: &[LeaseOf]) -> Balance {
		let amount = leases.iter().map(|lease| lease.amount).fold(0, Balance::saturating_add);
		self.rate.per_day(amount)
	}

	fn lease_json(&self, lease: &LeaseOf) -> Value {
		lease_json(lease, self.rate, self.clock)
	}

	/// For programs.
	pub fn json(&self) -> Value {
		let leases = |leases: &[LeaseOf]| -> Vec<Value> {
			leases.iter().map(|lease| self.lease_json(lease)).collect()
		};
		json!({
			"account": self.who.to_string(),
			"free": format_amount(self.free),
			"held": format_amount(self.held),
			"accrued": format_amount(self.accrued()),
			"available": format_amount(self.available),
			"transfers": self.rate.transfers(self.available),
			"perDay": format_amount(self.per_day),
			"transfersPerDay": self.rate.transfers(self.per_day),
			"income": {
				"stake": format_amount(self.rate.per_day(self.stake)),
				"received": format_amount(self.leased(&self.received)),
				"given": format_amount(self.leased(&self.given)),
			},
			"staked": format_amount(self.stake),
			"transferFee": format_amount(self.rate.transfer_fee),
			"leases": { "given": leases(&self.given), "received": leases(&self.received) },
			"next": self.next(),
		})
	}

	/// For people.
	pub fn rows(&self) -> Vec<Vec<String>> {
		let daily = |amount| format!("{} LIT a day", rounded(amount, 6));
		let mut rows = vec![
			row("account", &self.who),
			row("free", lit(self.free)),
			row("held", lit(self.held)),
			row("accrued", format!("{}, which fees take by themselves", lit(self.accrued()))),
			row(
				"available",
				format!(
					"{}, which pays for {}",
					lit(self.available),
					transfers_text(self.rate.transfers(self.available))
				),
			),
			row("income", daily_text(self.per_day, self.rate)),
			row(
				"from stake",
				format!("{}, of {}", daily(self.rate.per_day(self.stake)), pop(self.stake)),
			),
		];
		if !self.received.is_empty() {
			rows.push(row("received", daily(self.leased(&self.received))));
		}
		if !self.given.is_empty() {
			rows.push(row("given away", daily(self.leased(&self.given))));
		}
		rows.extend(self.lease_rows());
		rows.push(row("next", self.next()));
		rows
	}

	/// The leases, for people.
	pub fn lease_rows(&self) -> Vec<Vec<String>> {
		let text = |lease: &LeaseOf, word: &str| {
			let what = lease_text(lease, self.rate, self.clock);
			row(&format!("lease {}", lease.id), format!("{word} {}: {what}", lease.other))
		};
		let given = self.given.iter().map(|lease| text(lease, "to"));
		given.chain(self.received.iter().map(|lease| text(lease, "from"))).collect()
	}

	/// What to do next, in one sentence.
	fn next(&self) -> String {
		if !self.exists && self.available > 0 {
			return "have some POP sent to the account, so that it can send transactions, or name a \
			        plan that makes it exist with --sponsor"
				.into();
		}
		if self.per_day == 0 && self.available == 0 {
			return "stake some POP with `popctl stake AMOUNT`, have LIT sent or leased to the \
			        account, or name a plan that pays with --sponsor"
				.into();
		}
		if self.available < self.rate.transfer_fee && self.per_day > 0 {
			let missing = self.rate.transfer_fee.saturating_sub(self.available);
			let seconds = missing.saturating_mul(86_400).checked_div(self.per_day).unwrap_or(0);
			let seconds = u64::try_from(seconds.saturating_add(1)).unwrap_or(u64::MAX);
			return format!("wait: the fee of a transfer will be there in {}", span(seconds));
		}
		"nothing is to be done: fees take what they need".into()
	}
}

/// A lease for programs.
pub fn lease_json(lease: &LeaseOf, rate: Rate, clock: Clock) -> Value {
	let per_day = rate.per_day(lease.amount);
	json!({
		"lease": lease.id,
		"other": lease.other.to_string(),
		"share": lease.share.map(|share| format_percent(share.deconstruct())),
		"amount": format_amount(lease.amount),
		"perDay": format_amount(per_day),
		"transfersPerDay": rate.transfers(per_day),
		"end": clock.at(lease.end).json(),
	})
}

/// What a lease gives until when, for people.
pub fn lease_text(lease: &LeaseOf, rate: Rate, clock: Clock) -> String {
	let per_day = rounded(rate.per_day(lease.amount), 6);
	let of = match lease.share {
		Some(share) => format!(" ({} of the stake)", format_percent(share.deconstruct())),
		None => String::new(),
	};
	format!("{per_day} LIT a day{of} until {}", clock.at(lease.end))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use crate::staking::tests::who;
	use popnet_primitives::economics::{INDEX_SCALE, LIT, POP};

	/// A thousandth of a LIT a day for each POP; a transfer costs 0.006 LIT.
	pub fn rate() -> Rate {
		let blocks_per_day = 43_200;
		Rate {
			per_block: INDEX_SCALE / 1_000 / u128::from(blocks_per_day),
			blocks_per_day,
			transfer_fee: 6 * LIT / 1_000,
		}
	}

	/// A lease of the income of 100 POP to account 2, until block 500.
	pub fn lease(id: u64) -> LeaseOf {
		LeaseOf { id, other: who(2), share: None, amount: 100 * POP, end: 500 }
	}

	/// Account 1 with 1000 POP, which lends the income of 100.
	pub fn income() -> Income {
		Income {
			who: who(1),
			exists: true,
			free: LIT,
			held: LIT / 2,
			available: LIT + 3,
			per_day: rate().per_day(900 * POP),
			stake: 1_000 * POP,
			given: vec![lease(7)],
			received: Vec::new(),
			rate: rate(),
			clock: Clock::new(160, 2_000),
		}
	}

	#[test]
	fn stake_for_an_income_yields_it_and_hardly_more() {
		for wanted in [1, LIT / 3, LIT, 1_600_000 * LIT] {
			let stake = rate().stake_for(wanted).unwrap();
			let yielded = rate().per_day(stake);
			assert!(yielded >= wanted, "{wanted}: {yielded}");
			assert!(yielded - wanted <= 1 + wanted / 1_000_000, "{wanted}: {yielded}");
		}
		assert_eq!(rate().stake_for(Balance::MAX), None);
		let still = Rate { per_block: 0, ..rate() };
		assert_eq!(still.stake_for(LIT), None);
		assert_eq!(Rate { transfer_fee: 0, ..rate() }.transfers(LIT), 0);
	}

	#[test]
	fn what_is_shown_to_people_and_programs_agrees() {
		let income = income();
		let json = income.json();
		assert_eq!(json["accrued"], "0.000000000003");
		assert_eq!(json["transfers"], 166);
		assert_eq!(json["leases"]["given"][0]["lease"], 7);
		assert_eq!(json["income"]["received"], "0");
		let text = crate::show::table(&income.rows());
		assert!(text.contains("lease 7") && text.contains("given away"), "{text}");
		assert!(text.contains("0.1 LIT a day until"), "{text}");
		assert!(text.contains("0.9 LIT a day, which pays for 149 transfers"), "{text}");
		assert!(text.contains(json["next"].as_str().unwrap()), "{text}");
	}

	#[test]
	fn whoever_has_too_little_is_told_what_to_do() {
		let poor = Income { available: 0, per_day: 0, ..income() };
		assert!(poor.next().contains("--sponsor"), "{}", poor.next());
		let missing = Income { exists: false, ..income() };
		assert!(missing.next().contains("POP"), "{}", missing.next());
		let fee = rate().transfer_fee;
		let soon = Income { available: 0, per_day: fee * 24, ..income() };
		assert!(soon.next().ends_with("in 1 h"), "{}", soon.next());
	}
}
