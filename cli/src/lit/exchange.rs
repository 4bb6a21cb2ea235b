//! Buying and selling LIT for POP on the exchange of the chain.

use super::args::{Buy, Sell};
use crate::{
	access::Access,
	amounts::{format_amount, lit, pop, rounded, WHOLE},
	chain::{
		calls::{account, list, number, word, Step},
		state::{number_in, State},
		transactions::Receipt,
	},
	errors::Error,
	show::{row, table},
	staking::Funds,
};
use popnet_primitives::{economics::LIT, Balance};
use serde_json::json;
use subxt::ext::scale_value::Value;

/// Which way LIT goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
	/// To the account.
	Buy,
	/// From the account.
	Sell,
}

impl Side {
	/// What is given and what is got.
	fn path(self) -> [&'static str; 2] {
		match self {
			Self::Buy => ["Pop", "Lit"],
			Self::Sell => ["Lit", "Pop"],
		}
	}

	/// The call that exchanges exactly so much LIT.
	fn call(self) -> &'static str {
		match self {
			Self::Buy => "swap_tokens_for_exact_tokens",
			Self::Sell => "swap_exact_tokens_for_tokens",
		}
	}

	/// The function that says for how much POP.
	fn quote(self) -> &'static str {
		match self {
			Self::Buy => "quote_price_tokens_for_exact_tokens",
			Self::Sell => "quote_price_exact_tokens_for_tokens",
		}
	}

	/// The worst amount of POP that is still fine, `slippage` parts of the whole from `quoted`.
	fn limit(self, quoted: Balance, slippage: u32) -> Balance {
		let (whole, slippage) = (Balance::from(WHOLE), Balance::from(slippage));
		match self {
			Self::Buy => quoted.saturating_add(quoted.saturating_mul(slippage).div_ceil(whole)),
			Self::Sell => quoted.saturating_sub(quoted.saturating_mul(slippage) / whole),
		}
	}
}

/// What is to be exchanged, and for what.
#[derive(Debug, Clone, Copy)]
struct Order {
	side: Side,
	/// LIT units, exactly.
	lit: Balance,
	/// POP units that are quoted.
	quoted: Balance,
	/// Most POP units to pay, or least to get.
	limit: Balance,
}

/// Buys LIT.
pub async fn buy(access: Access<'_>, options: &Buy) -> Result<(), Error> {
	exchange(access, Side::Buy, options.amount, options.max, options.slippage).await
}

/// Sells LIT.
pub async fn sell(access: Access<'_>, options: &Sell) -> Result<(), Error> {
	exchange(access, Side::Sell, options.amount, options.min, options.slippage).await
}

async fn exchange(
	access: Access<'_>,
	side: Side,
	amount: Balance,
	limit: Option<Balance>,
	slippage: u32,
) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let quoted = quote(&state, side, amount).await?;
	let limit = limit.unwrap_or_else(|| side.limit(quoted, slippage));
	let order = Order { side, lit: amount, quoted, limit };
	order.ensure_within_limit()?;
	let funds = Funds::read(&state, &signer.account).await?;
	let available: Balance = state.ask("PopnetApi_lit_available", &signer.account).await?;
	order.ensure_payable(funds.spare(), available)?;
	let way = match side {
		Side::Buy => format!("at most {}", pop(limit)),
		Side::Sell => format!("at least {}", pop(limit)),
	};
	access.output.note(&format!("quoted: {} for {}; {way}", lit(amount), pop(quoted)));
	// Both calls take first what is exact, then the limit.
	let arguments = [
		list(side.path().map(word)),
		number(amount),
		number(limit),
		account(&signer.account),
		Value::bool(true),
	];
	let call = Step::new("Exchange", side.call(), arguments).into();
	let receipt = chain.submit(&call, &signer).await?;
	order.report(access, &receipt);
	Ok(())
}

/// POP units for so much LIT, the exchange's fee included.
async fn quote(state: &State<'_>, side: Side, amount: Balance) -> Result<Balance, Error> {
	let pair = || vec![word("Pop"), word("Lit")];
	let reserves: Option<(Balance, Balance)> =
		state.api("AssetConversionApi", "get_reserves", pair()).await?;
	let Some((_, stock)) = reserves.filter(|(pop, lit)| *pop > 0 && *lit > 0) else {
		return Err(Error::not_possible(
			"nobody has put POP and LIT in the exchange yet",
			"get LIT by staking POP, with `popctl stake`, or have it sent or leased to the account",
		));
	};
	let [give, get] = side.path();
	let arguments = vec![word(give), word(get), number(amount), Value::bool(true)];
	let quoted: Option<Balance> = state.api("AssetConversionApi", side.quote(), arguments).await?;
	quoted.filter(|quoted| *quoted > 0).ok_or_else(|| match side {
		Side::Buy => Error::not_possible(
			format!("the exchange does not have {}", lit(amount)),
			format!("buy less: it has {} in all, and the last of it costs most", lit(stock)),
		),
		Side::Sell => Error::not_possible(
			format!("nobody gives POP for {}", lit(amount)),
			"sell more at once",
		),
	})
}

impl Order {
	/// Refuses an exchange whose price is beyond what the user wants already.
	fn ensure_within_limit(&self) -> Result<(), Error> {
		let (is_beyond, words, option) = match self.side {
			Side::Buy => (self.quoted > self.limit, "cost", "--max"),
			Side::Sell => (self.quoted < self.limit, "bring", "--min"),
		};
		if !is_beyond {
			return Ok(());
		}
		Err(Error::not_possible(
			format!("{} {words} {} now", lit(self.lit), pop(self.quoted)),
			format!("wait for a better price, or choose another {option}"),
		))
	}

	/// Refuses what the account, with so much of both to spend, cannot pay.
	fn ensure_payable(&self, spare_pop: Balance, available_lit: Balance) -> Result<(), Error> {
		match self.side {
			Side::Buy if self.quoted > spare_pop => Err(Error::insufficient(
				format!(
					"{} cost {}, and the account can spare {}",
					lit(self.lit),
					pop(self.quoted),
					pop(spare_pop)
				),
				"buy less; see `popctl balance`",
			)),
			Side::Sell if self.lit > available_lit => Err(Error::insufficient(
				format!("the account has {}", lit(available_lit)),
				"sell less, and keep some for fees; see `popctl lit`",
			)),
			_ => Ok(()),
		}
	}

	fn report(&self, access: Access<'_>, receipt: &Receipt) {
		let swapped = receipt.event("Exchange", "SwapExecuted");
		let part = |index| swapped.and_then(|fields| number_in(fields, index));
		let (given, got) = (part(2).unwrap_or(self.lit), part(3).unwrap_or(self.quoted));
		let (lit_units, pop_units) = match self.side {
			Side::Buy => (got, given),
			Side::Sell => (given, got),
		};
		let (done, paid) = match self.side {
			Side::Buy => ("bought", "paid"),
			Side::Sell => ("sold", "received"),
		};
		let price = pop_units.saturating_mul(LIT).checked_div(lit_units).unwrap_or(0);
		let result = json!({
			done: format_amount(lit_units),
			paid: format_amount(pop_units),
			"quoted": format_amount(self.quoted),
			"limit": format_amount(self.limit),
			"popPerLit": format_amount(price),
			"fee": receipt.fee().json(),
			"block": receipt.block,
			"transaction": receipt.transaction,
		});
		access.output.result(&result, || {
			table(&[
				row(done, lit(lit_units)),
				row(paid, format!("{}, {} for a LIT", pop(pop_units), rounded(price, 6))),
				row("quoted", format!("{}; the limit was {}", pop(self.quoted), pop(self.limit))),
				row("fee", receipt.fee().text()),
			])
		});
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use popnet_primitives::economics::POP;

	fn order(side: Side, limit: Balance) -> Order {
		Order { side, lit: LIT, quoted: 100 * POP, limit }
	}

	#[test]
	fn a_limit_is_the_quote_and_the_slippage() {
		assert_eq!(Side::Buy.limit(1_000, WHOLE / 100), 1_010);
		assert_eq!(Side::Buy.limit(1, WHOLE / 100), 2);
		assert_eq!(Side::Sell.limit(1_000, WHOLE / 100), 990);
		assert_eq!(Side::Sell.limit(1_000, WHOLE), 0);
		assert_eq!(Side::Buy.limit(1_000, 0), 1_000);
	}

	#[test]
	fn a_price_beyond_the_limit_is_refused_before_anything_is_sent() {
		assert!(order(Side::Buy, 100 * POP).ensure_within_limit().is_ok());
		let dear = order(Side::Buy, 99 * POP).ensure_within_limit().unwrap_err();
		assert_eq!(dear.exit_code(), 6);
		assert!(dear.hint().contains("--max"), "{}", dear.hint());
		assert!(order(Side::Sell, 100 * POP).ensure_within_limit().is_ok());
		let cheap = order(Side::Sell, 101 * POP).ensure_within_limit().unwrap_err();
		assert!(cheap.hint().contains("--min"), "{}", cheap.hint());
	}

	#[test]
	fn nobody_pays_what_it_does_not_have() {
		let buy = order(Side::Buy, 100 * POP);
		assert!(buy.ensure_payable(100 * POP, 0).is_ok());
		assert_eq!(buy.ensure_payable(99 * POP, LIT).unwrap_err().exit_code(), 8);
		let sell = order(Side::Sell, 1);
		assert!(sell.ensure_payable(0, LIT).is_ok());
		assert_eq!(sell.ensure_payable(100 * POP, LIT - 1).unwrap_err().exit_code(), 8);
	}
}
