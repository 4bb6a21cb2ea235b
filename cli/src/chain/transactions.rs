//! Signing, sending and following transactions.

use super::{
	calls::Call,
	refusals::{dispatch_error, dropped, pool_error, Failure},
	sponsored::{self, Fee},
	state::number_in,
	Chain,
};
use crate::errors::Error;
use popnet_primitives::AccountId;
use serde_json::{json, Value};
use std::{path::Path, str::FromStr, time::Duration};
use subxt::{
	config::substrate::SubstrateExtrinsicParamsBuilder,
	error::{
		BackendError, DispatchError, EventsError, ExtrinsicError, RpcError as BackendRpcError,
		TransactionProgressError,
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
	/// The plan that pays its fees; without one, the account does.
	pub sponsor: Option<u32>,
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
		Ok(Self { keypair, account, sponsor: None })
	}

	/// The same account, whose fees `plan` pays, if there is one.
	pub fn sponsored_by(self, plan: Option<u32>) -> Self {
		Self { sponsor: plan, ..self }
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

impl Happened {
	fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}
}

impl Receipt {
	/// Fields of the first event `name` of `pallet` that the transaction caused.
	pub fn event(&self, pallet: &str, name: &str) -> Option<&Composite<()>> {
		self.happened.iter().find(|event| event.is(pallet, name)).map(|event| &event.fields)
	}

	/// Fields of all of them, in their order.
	pub fn events<'a>(
		&'a self,
		pallet: &'a str,
		name: &'a str,
	) -> impl Iterator<Item = &'a Composite<()>> {
		let same = move |event: &&Happened| event.is(pallet, name);
		self.happened.iter().filter(same).map(|event| &event.fields)
	}

	/// What it cost.
	pub fn fee(&self) -> Fee {
		if let Some(fields) = self.event("Sponsorship", "FeePaid") {
			let plan = number_in(fields, 0).and_then(|plan| u32::try_from(plan).ok());
			return Fee { amount: number_in(fields, 2).unwrap_or(0), plan };
		}
		let own = self.event("TransactionPayment", "TransactionFeePaid");
		Fee { amount: own.and_then(|fields| number_in(fields, 1)).unwrap_or(0), plan: None }
	}
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
			let refusal = |error| self.refusal(call, signer.sponsor, error);
			let wrapped = match signer.sponsor {
				Some(plan) => {
					let encoded = transactions.call_data(call).map_err(refusal)?;
					Some(sponsored::wrap(call, &encoded, plan))
				}
				None => None,
			};
			let sent = wrapped.as_ref().unwrap_or(call);
			let signed =
				transactions.create_signed(sent, &signer.keypair, params).await.map_err(refusal)?;
			let progress = signed.submit_and_watch().await.map_err(refusal)?;
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

	fn refusal(&self, call: &Call, sponsor: Option<u32>, error: ExtrinsicError) -> Failure {
		match &error {
			ExtrinsicError::ErrorSubmittingTransaction(BackendError::Rpc(
				BackendRpcError::ClientError(RpcError::User(user)),
			)) => {
				let data = user.data.as_ref().map(|data| data.get()).unwrap_or_default();
				let data = data.trim_matches('"');
				let refused = sponsor.zip(sponsored::custom_code(data));
				let refused = refused.and_then(|(plan, code)| sponsored::refusal(call, plan, code));
				match refused {
					Some(refused) => Failure::Final(refused),
					None => pool_error(call, user.code, &user.message, data),
				}
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

#[cfg(test)]
mod tests {
	use super::*;

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
}
