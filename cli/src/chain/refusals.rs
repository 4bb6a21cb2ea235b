//! What refusals of the transaction pool, and errors during execution, mean for users.

use super::calls::Call;
use crate::errors::Error;
use subxt::error::{ArithmeticError, DispatchError, TokenError, TransactionStatusError};

/// Why one try failed.
pub enum Failure {
	/// Another transaction of the account took the nonce; nothing has happened.
	Nonce(Error),
	/// For good.
	Final(Error),
}

/// What the transaction pool's refusal means. Codes: `sc-rpc-api`, module `author`.
pub fn pool_error(call: &Call, code: i32, message: &str, data: &str) -> Failure {
	/// The runtime calls the transaction invalid.
	const INVALID: i32 = 1010;
	/// The pool has it already.
	const ALREADY_IMPORTED: i32 = 1013;
	/// The pool has another one with this nonce.
	const PRIORITY_TOO_LOW: i32 = 1014;
	let refused = |name: &str| Error::Transaction {
		call: call.full_name(),
		name: name.to_owned(),
		docs: data.to_owned(),
	};
	let outdated = data.contains("outdated") || data.contains("Stale");
	match code {
		ALREADY_IMPORTED | PRIORITY_TOO_LOW => Failure::Nonce(refused(message)),
		INVALID if outdated => Failure::Nonce(refused(message)),
		INVALID if data.contains("pay some fees") || data.contains("Payment") => {
			Failure::Final(Error::InsufficientFunds {
				what: format!("the account has too little LIT for the fee of {}", call.full_name()),
				hint:
					"see `popctl lit`: an account needs some POP to exist, and LIT that stake \
				       generates, or that is sent or leased to it; a plan pays with --sponsor"
						.into(),
			})
		}
		INVALID if data.contains("exhaust") => Failure::Final(Error::not_possible(
			format!("{} is heavier than what a block of this network takes", call.full_name()),
			"do less at a time; where that is not possible, the network's runtime has to change first",
		)),
		_ => Failure::Final(refused(message)),
	}
}

/// What it means that the pool lets go of a transaction.
pub fn dropped(call: &Call, status: TransactionStatusError) -> Failure {
	let text = match &status {
		TransactionStatusError::Error(text)
		| TransactionStatusError::Invalid(text)
		| TransactionStatusError::Dropped(text) => text.clone(),
		_ => status.to_string(),
	};
	let error = Error::Transaction {
		call: call.full_name(),
		name: "a refusal by the transaction pool".into(),
		docs: text.clone(),
	};
	match status {
		// It was usurped, or its nonce was used meanwhile: it can never be included any more.
		TransactionStatusError::Invalid(_) => Failure::Nonce(error),
		_ => Failure::Final(error),
	}
}

/// What an error during execution means.
pub fn dispatch_error(call: &Call, error: &DispatchError) -> Error {
	match error {
		DispatchError::Module(module) => match module.details() {
			Ok(details) => named_error(
				call,
				details.pallet.name(),
				&details.variant.name,
				&details.variant.docs.join(" "),
			),
			Err(_) => named_error(call, "unknown", &format!("{:?}", module.bytes()), ""),
		},
		DispatchError::Token(
			TokenError::FundsUnavailable
			| TokenError::Frozen
			| TokenError::BelowMinimum
			| TokenError::NotExpendable
			| TokenError::CannotCreateHold,
		) => insufficient(call),
		// What a transfer of more than there is ends with.
		DispatchError::Arithmetic(ArithmeticError::Underflow)
			if matches!(call.pallet, "Balances" | "Lit") =>
		{
			insufficient(call)
		}
		other => Error::Transaction {
			call: call.full_name(),
			name: format!("{other:?}"),
			docs: other.to_string(),
		},
	}
}

fn named_error(call: &Call, pallet: &str, name: &str, docs: &str) -> Error {
	if name == "InsufficientBalance" || name == "Expendability" {
		return insufficient(call);
	}
	let docs = docs.split_whitespace().collect::<Vec<_>>().join(" ");
	Error::Transaction { call: call.full_name(), name: format!("{pallet}.{name}"), docs }
}

fn insufficient(call: &Call) -> Error {
	let purpose = match (call.pallet, call.name) {
		("Content", "register") => "POP for the deposit of the item",
		("Content", "tip") => "LIT for the tip",
		("Lit", _) => "LIT for the transfer",
		("Sponsorship", _) => "LIT for what the plan holds",
		_ => "POP",
	};
	Error::InsufficientFunds {
		what: format!("the account has too little {purpose} ({})", call.full_name()),
		hint: match call.pallet {
			"Content" if call.name == "register" => {
				"see `popctl balance`; deposits of ended items come back with `popctl forget`"
			}
			"Content" | "Lit" | "Sponsorship" => "see `popctl lit`",
			_ => "see `popctl balance`",
		}
		.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn call() -> Call {
		Call::new("Content", "register", vec![1, 2, 3])
	}

	#[test]
	fn refusals_of_the_pool_are_told_apart() {
		let fee = pool_error(
			&call(),
			1010,
			"Invalid Transaction",
			"Inability to pay some fees (e.g. account balance too low)",
		);
		assert!(matches!(fee, Failure::Final(Error::InsufficientFunds { .. })));
		let heavy = "Transaction would exhaust the block limits";
		let Failure::Final(heavy) = pool_error(&call(), 1010, "Invalid Transaction", heavy) else {
			panic!("a transaction that is too heavy stays so")
		};
		assert_eq!(heavy.exit_code(), 6);
		let stale = pool_error(&call(), 1010, "Invalid Transaction", "Transaction is outdated");
		assert!(matches!(stale, Failure::Nonce(_)));
		let usurped = pool_error(&call(), 1014, "Priority is too low: (1 vs 1)", "");
		assert!(matches!(usurped, Failure::Nonce(_)));
		let other = pool_error(&call(), 1010, "Invalid Transaction", "bad signature");
		let Failure::Final(other) = other else { panic!("a bad signature is final") };
		assert_eq!(other.exit_code(), 11);
		assert!(other.message().contains("bad signature"), "{}", other.message());
	}

	#[test]
	fn transaction_that_the_pool_drops_has_failed() {
		let status = TransactionStatusError::Dropped("the pool is full".into());
		let Failure::Final(error) = dropped(&call(), status) else { panic!("a drop is final") };
		assert_eq!(error.exit_code(), 11);
		assert!(error.message().contains("the pool is full"), "{}", error.message());
		assert!(!error.hint().is_empty());
	}

	#[test]
	fn errors_of_pallets_keep_their_name_and_text() {
		let error = named_error(&call(), "Content", "TooManyItems", " The account\n has many.");
		assert_eq!(error.exit_code(), 11);
		assert_eq!(
			error.message(),
			"Content.register failed with Content.TooManyItems: The account has many."
		);
		assert_eq!(named_error(&call(), "Balances", "InsufficientBalance", "").exit_code(), 8);
		let token = DispatchError::Token(TokenError::FundsUnavailable);
		assert_eq!(dispatch_error(&call(), &token).exit_code(), 8);
		let underflow = DispatchError::Arithmetic(ArithmeticError::Underflow);
		let transfer = Call::new("Balances", "transfer_keep_alive", Vec::new());
		assert_eq!(dispatch_error(&transfer, &underflow).exit_code(), 8);
		assert_eq!(dispatch_error(&call(), &underflow).exit_code(), 11);
	}
}
