//! Signing, sending and following transactions.

use super::{calls::Call, Chain};
use crate::errors::Error;
use popnet_primitives::AccountId;
use serde_json::{json, Value};
use std::{path::Path, str::FromStr, time::Duration};
use subxt::{
	config::substrate::SubstrateExtrinsicParamsBuilder,
	error::{
		ArithmeticError, BackendError, DispatchError, EventsError, ExtrinsicError,
		RpcError as BackendRpcError, TokenError, TransactionProgressError, TransactionStatusError,
	},
	events::{Events, Phase},
	ext::scale_value::Composite,
	rpcs::Error as RpcError,
	SubstrateConfig,
};
use subxt_signer::{sr25519::Keypair, SecretUri};
use tokio::time::timeout;

/// Blocks for which a transaction stays valid.
const VALID_BLOCKS: u64 = 64;
/// Times that a transaction is signed anew because another one took its nonce.
const NONCE_RETRIES: u32 = 5;
/// Time before it is signed anew.
const NONCE_RETRY_AFTER: Duration = Duration::from_millis(700);

/// An account that signs.
pub struct Signer {
	keypair: Keypair,
	/// The account.
	pub account: AccountId,
}

impl Signer {
	/// The account of a secret such as `//Alice`, or of the secret in a file.
	///
	/// # Errors
	/// When there is no secret, or it is malformed. The text never contains the secret.
	pub fn new(secret: Option<&str>, file: Option<&Path>) -> Result<Self, Error> {
		let from_file = match file {
			Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
				Error::usage(
					format!("the signer file {} cannot be read: {error}", path.display()),
					"name a text file that holds one secret phrase, seed or URI",
				)
			})?),
			None => None,
		};
		let secret = from_file.as_deref().or(secret).map(str::trim).unwrap_or_default();
		if secret.is_empty() {
			return Err(Error::usage(
				"no account to sign with",
				"pass --signer //Dave or --signer-file FILE, or set POPCTL_SIGNER",
			));
		}
		let malformed = || {
			Error::usage(
				"the signer's secret is malformed",
				"a secret is a BIP-39 phrase or 0x and 64 hex digits, with /soft and //hard \
				 derivation, for example //Dave",
			)
		};
		let uri = SecretUri::from_str(secret).map_err(|_| malformed())?;
		let keypair = Keypair::from_uri(&uri).map_err(|_| malformed())?;
		let account = AccountId::new(keypair.public_key().0);
		Ok(Self { keypair, account })
	}
}

/// Where a transaction ended up.
#[derive(Clone, Debug)]
pub struct Receipt {
	/// Hash of the final block that holds it.
	pub block: String,
	/// Its own hash.
	pub transaction: String,
	/// What it made happen.
	happened: Vec<Happened>,
}

/// Something that a transaction made happen.
#[derive(Clone, Debug)]
struct Happened {
	pallet: String,
	name: String,
	fields: Composite<()>,
}

impl Receipt {
	/// Fields of the first event `name` of `pallet` that the transaction caused.
	pub fn event(&self, pallet: &str, name: &str) -> Option<&Composite<()>> {
		let same = |event: &&Happened| event.pallet == pallet && event.name == name;
		self.happened.iter().find(same).map(|event| &event.fields)
	}
}

/// Why one try failed.
enum Failure {
	/// Another transaction of the account took the nonce; nothing has happened.
	Nonce(Error),
	/// For good.
	Final(Error),
}

impl Chain {
	/// Signs `call`, sends it, and waits until it is final and has succeeded.
	///
	/// # Errors
	/// When it is refused, fails, or is not final in time.
	pub async fn submit(&self, call: &Call, signer: &Signer) -> Result<Receipt, Error> {
		let mut tries = 0;
		loop {
			match self.submit_once(call, signer).await {
				Ok(receipt) => return Ok(receipt),
				Err(Failure::Nonce(_)) if tries < NONCE_RETRIES => tries += 1,
				Err(Failure::Nonce(error) | Failure::Final(error)) => return Err(error),
			}
			tokio::time::sleep(NONCE_RETRY_AFTER).await;
		}
	}

	async fn submit_once(&self, call: &Call, signer: &Signer) -> Result<Receipt, Failure> {
		// The pool knows transactions that are not in a block yet; the chain does not.
		let nonce: u64 = self
			.request("system_accountNextIndex", &[json!(signer.account.to_string())])
			.await
			.map_err(Failure::Final)?;
		let connection = self.connection().await.map_err(Failure::Final)?;
		let params = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new()
			.nonce(nonce)
			.mortal(VALID_BLOCKS)
			.build();
		let unclear = |error: subxt::Error| Failure::Final(self.unclear(call, error));
		let sending = async {
			let mut transactions =
				connection.client.tx().await.map_err(|error| unclear(error.into()))?;
			let signed = transactions
				.create_signed(call, &signer.keypair, params)
				.await
				.map_err(|error| self.refusal(call, error))?;
			let progress =
				signed.submit_and_watch().await.map_err(|error| self.refusal(call, error))?;
			let block = progress.wait_for_finalized().await.map_err(|error| match error {
				TransactionProgressError::TransactionStatusError(status) => dropped(call, status),
				error => unclear(error.into()),
			})?;
			let at = block.block_hash();
			let index = self
				.index_in_block(&format!("{at:?}"), signed.encoded())
				.await
				.map_err(Failure::Final)?;
			let block_client =
				connection.client.at_block(at).await.map_err(|error| unclear(error.into()))?;
			let events =
				block_client.events().fetch().await.map_err(|error| unclear(error.into()))?;
			let metadata = block_client.metadata();
			let happened = own_events(&events, index).map_err(|error| unclear((*error).into()))?;
			if let Some(bytes) = happened.failure {
				let error = DispatchError::decode_from(bytes, metadata)
					.map_err(|error| unclear(error.into()))?;
				return Err(Failure::Final(dispatch_error(call, &error)));
			}
			Ok(Receipt {
				block: format!("{:?}", block.block_hash()),
				transaction: format!("{:?}", block.extrinsic_hash()),
				happened: happened.events,
			})
		};
		match timeout(self.patience, sending).await {
			Ok(outcome) => outcome,
			Err(_) => Err(Failure::Final(Error::Timeout {
				what: format!("{} was to become final", call.full_name()),
				seconds: self.patience.as_secs(),
				hint: "it may still go through; look before you repeat it, or raise --timeout"
					.into(),
			})),
		}
	}

	/// Place of a transaction in its block. Nodes show transactions in hex, or as lists of numbers.
	async fn index_in_block(&self, block: &str, transaction: &[u8]) -> Result<u32, Error> {
		let answer: Value = self.request("chain_getBlock", &[json!(block)]).await?;
		let transactions = answer.pointer("/block/extrinsics").and_then(Value::as_array);
		transactions
			.and_then(|all| {
				all.iter().position(|other| bytes_of(other).as_deref() == Some(transaction))
			})
			.and_then(|index| u32::try_from(index).ok())
			.ok_or_else(|| {
				Error::internal(
					format!("the transaction is not in the block {block} that the node names"),
					"it may have gone through; look before you repeat it",
				)
			})
	}

	/// An error on the way that does not tell what became of the transaction.
	fn unclear(&self, call: &Call, error: subxt::Error) -> Error {
		Error::Unreachable {
			url: format!("{} (while sending {})", self.url, call.full_name()),
			source: Some(error.into()),
		}
	}

	fn refusal(&self, call: &Call, error: ExtrinsicError) -> Failure {
		match &error {
			ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(
				BackendRpcError::ClientError(RpcError::User(user)),
			)) => {
				let data = user.data.as_ref().map(|data| data.get()).unwrap_or_default();
				pool_error(call, user.code, &user.message, data.trim_matches('"'))
			}
			ExtrinsicError::ErrorSubmittingTransaction(_)
			| ExtrinsicError::AccountNonceError { .. } => Failure::Final(self.unclear(call, error.into())),
			_ => Failure::Final(Error::caused(
				format!("{} cannot be encoded", call.full_name()),
				"popctl and the node's runtime may be of different versions",
				error,
			)),
		}
	}
}

/// What happened because of one transaction.
struct Own {
	events: Vec<Happened>,
	/// The error with which it failed, encoded.
	failure: Option<Vec<u8>>,
}

/// Events of the transaction `index` of a block.
fn own_events(events: &Events<SubstrateConfig>, index: u32) -> Result<Own, Box<EventsError>> {
	let mut own = Own { events: Vec::new(), failure: None };
	for event in events.iter() {
		let event = event?;
		if event.phase() != Phase::ApplyExtrinsic(index) {
			continue;
		}
		if (event.pallet_name(), event.event_name()) == ("System", "ExtrinsicFailed") {
			own.failure = Some(event.field_bytes().to_vec());
		}
		own.events.push(Happened {
			pallet: event.pallet_name().to_owned(),
			name: event.event_name().to_owned(),
			// What cannot be read is nothing that this program looks for.
			fields: event.decode_fields_unchecked_as().unwrap_or_else(|_| Composite::unnamed([])),
		});
	}
	Ok(own)
}

fn bytes_of(value: &Value) -> Option<Vec<u8>> {
	match value {
		Value::String(text) => hex::decode(text.trim_start_matches("0x")).ok(),
		list => serde_json::from_value(list.clone()).ok(),
	}
}

/// What the transaction pool's refusal means. Codes: `sc-rpc-api`, module `author`.
fn pool_error(call: &Call, code: i32, message: &str, data: &str) -> Failure {
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
					"stake POP and wait for it to generate LIT, or have LIT sent to the account; \
				       see `popctl balance`"
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

fn dropped(call: &Call, status: TransactionStatusError) -> Failure {
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
fn dispatch_error(call: &Call, error: &DispatchError) -> Error {
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
		("Lit", _) => "LIT for the transfer",
		_ => "POP",
	};
	Error::InsufficientFunds {
		what: format!("the account has too little {purpose} ({})", call.full_name()),
		hint: "see `popctl balance`; deposits of ended items come back with `popctl forget`".into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn call() -> Call {
		Call::new("Content", "register", vec![1, 2, 3])
	}

	#[test]
	fn transactions_are_read_from_hex_and_lists() {
		assert_eq!(bytes_of(&json!("0x0102")), Some(vec![1, 2]));
		assert_eq!(bytes_of(&json!([1, 2])), Some(vec![1, 2]));
		assert_eq!(bytes_of(&json!([1, 256])), None);
		assert_eq!(bytes_of(&json!("xyz")), None);
	}

	#[test]
	fn secrets_are_read_and_never_shown() {
		let alice = Signer::new(Some(" //Alice\n"), None).unwrap();
		assert_eq!(alice.account.to_string(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
		for secret in [None, Some(""), Some("correct horse battery"), Some("0x12")] {
			let Err(error) = Signer::new(secret, None) else { panic!("{secret:?} is no secret") };
			assert_eq!(error.exit_code(), 2);
			assert!(!error.message().contains("horse"));
		}
		let Err(error) = Signer::new(None, Some(Path::new("/nowhere/at/all"))) else { panic!() };
		assert_eq!(error.exit_code(), 2);
	}

	#[test]
	fn a_file_goes_before_the_secret() {
		let file = tempfile::NamedTempFile::new().unwrap();
		std::fs::write(file.path(), "//Bob\n").unwrap();
		let signer = Signer::new(Some("//Alice"), Some(file.path())).unwrap();
		let bob = Signer::new(Some("//Bob"), None).unwrap();
		assert_eq!(signer.account, bob.account);
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
