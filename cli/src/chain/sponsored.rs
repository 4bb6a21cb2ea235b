//! Who pays for a transaction. Where a plan does, the call is wrapped, and what the plan refuses is put
//! into words.

use super::calls::Call;
use crate::{
	amounts::{format_amount, lit},
	errors::Error,
};
use codec::Encode;
use popnet_primitives::Balance;
use serde_json::{json, Value};

/// What a transaction cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fee {
	/// LIT units.
	pub amount: Balance,
	/// The plan that paid them; `None` where the account did.
	pub plan: Option<u32>,
}

impl Fee {
	/// For programs.
	pub fn json(self) -> Value {
		json!({ "lit": format_amount(self.amount), "plan": self.plan })
	}

	/// For people.
	pub fn text(self) -> String {
		match self.plan {
			Some(plan) => format!("{}, paid by plan {plan}", lit(self.amount)),
			None => lit(self.amount),
		}
	}
}

/// `call`, which is `encoded` so, at the cost of `plan`.
pub fn wrap(call: &Call, encoded: &[u8], plan: u32) -> Call {
	let arguments = [plan.encode(), encoded.to_vec()].concat();
	Call::carrying("Sponsorship", "sponsored", arguments, call.full_name())
}

/// What the transaction pool's custom code `code` means for `call` at the cost of `plan`. Codes:
/// `Refusal` in `pallets/sponsorship`.
pub fn refusal(call: &Call, plan: u32, code: u8) -> Option<Error> {
	let call = call.full_name();
	let see = format!("see `popctl sponsor show {plan}`");
	let lower = "pay by yourself, without --sponsor, or ask the sponsor";
	let tomorrow = "try again tomorrow, or pay by yourself, without --sponsor";
	Some(match code {
		101 => Error::unknown(
			format!("there is no plan {plan}, or it is being closed"),
			"see `popctl sponsor list`",
		),
		102 => Error::not_possible(format!("plan {plan} is over"), "see `popctl sponsor list`"),
		103 => Error::usage(
			"a call that a plan pays for cannot carry another such call",
			"leave out --sponsor",
		),
		104 => Error::not_possible(format!("plan {plan} does not pay for {call}"), see),
		105 => Error::not_possible(
			format!("plan {plan} pays for listed accounts only, and this one is not listed"),
			format!("have its sponsor run `popctl sponsor admit {plan} ACCOUNT`"),
		),
		106 => Error::not_possible(
			format!("plan {plan} does not pay for accounts that do not exist yet"),
			"have some POP or LIT sent to the account first",
		),
		107 => Error::not_possible(
			format!("the fee of {call} is more than plan {plan} pays for one transaction"),
			lower,
		),
		108 => Error::not_possible(
			format!("too many transactions that plan {plan} paid for failed today"),
			tomorrow,
		),
		109 => Error::not_possible(
			format!("plan {plan} has paid for this account what it pays in a day"),
			tomorrow,
		),
		110 => Error::not_possible(
			format!("plan {plan} has paid for all accounts what it pays in a day"),
			tomorrow,
		),
		111 => Error::not_possible(format!("plan {plan} takes no more users"), lower),
		112 => Error::insufficient(
			format!("plan {plan} has too little LIT left for {call}"),
			format!("have its sponsor run `popctl sponsor fund {plan} AMOUNT`"),
		),
		_ => return None,
	})
}

/// The custom code in what the pool says, such as `Custom error: 112`.
pub fn custom_code(said: &str) -> Option<u8> {
	said.strip_prefix("Custom error: ")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::tx::Payload;

	#[test]
	fn a_fee_names_the_plan_that_paid_it() {
		let own = Fee { amount: 1_500_000_000_000, plan: None };
		assert_eq!((own.text().as_str(), &own.json()["plan"]), ("1.5 LIT", &Value::Null));
		let plan = Fee { plan: Some(3), ..own };
		assert_eq!(plan.text(), "1.5 LIT, paid by plan 3");
		assert_eq!(plan.json(), json!({ "lit": "1.5", "plan": 3 }));
	}

	#[test]
	fn a_wrapped_call_keeps_its_name_and_carries_plan_and_call() {
		let call = Call::new("Content", "play", vec![7; 3]);
		let wrapped = wrap(&call, &[42, 8, 7, 7, 7], 258);
		assert_eq!((wrapped.pallet_name(), wrapped.call_name()), ("Sponsorship", "sponsored"));
		assert_eq!(wrapped.full_name(), "Content.play");
		let expected = [2, 1, 0, 0, 42, 8, 7, 7, 7];
		assert!(matches!(
			wrapped.call_data(),
			crate::chain::calls::Arguments::Encoded(bytes) if bytes == &expected
		));
	}

	#[test]
	fn every_refusal_says_what_to_do() {
		let call = Call::new("Content", "play", Vec::new());
		for (code, exit) in [(101, 4), (102, 6), (103, 2), (104, 6), (109, 6), (112, 8)] {
			let error = refusal(&call, 5, code).unwrap();
			assert_eq!(error.exit_code(), exit, "{code}");
			assert!(!error.hint().is_empty(), "{code}");
		}
		for code in 101..=112 {
			assert!(!refusal(&call, 5, code).unwrap().hint().is_empty(), "{code}");
		}
		assert!(refusal(&call, 5, 100).is_none() && refusal(&call, 5, 113).is_none());
		assert_eq!(custom_code("Custom error: 112"), Some(112));
		assert_eq!(custom_code("Custom error: 300"), None);
		assert_eq!(custom_code("Transaction is outdated"), None);
	}
}
