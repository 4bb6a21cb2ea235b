//! Storage, constants and functions of the runtime at one final block, read by name: the chain's
//! metadata says how they are encoded, and fields that this program does not know are skipped.

use super::{
	calls::{self, Call, Step},
	transactions::Receipt,
	Chain, ANSWER_TIMEOUT,
};
use crate::{
	dates::{Clock, BLOCK_MS},
	errors::{Cause, Error},
};
use codec::{Decode, DecodeAll, Encode};
use popnet_primitives::{AccountId, Balance};
use std::future::Future;
use subxt::{
	config::{
		substrate::{SubstrateExtrinsicParamsBuilder, H256},
		Hasher,
	},
	constants,
	error::{
		BackendError, OnlineClientAtBlockError, RpcError as BackendRpcError, RuntimeApiError,
		StorageError,
	},
	ext::{
		scale_decode::DecodeAsType,
		scale_value::{self, Composite, Value, ValueDef},
	},
	rpcs::Error as RpcError,
	runtime_apis,
	storage::{self, DynamicAddress},
	utils::{AccountId32, MultiSignature},
	Metadata, OnlineClientAtBlock, SubstrateConfig,
};
use tokio::time::timeout;

/// Blocks over which the time between two of them is measured.
const CLOCK_BLOCKS: u32 = 60;

/// An account as the chain stores it.
pub type Key = [u8; 32];

/// The account of a stored key.
pub fn account_of(key: Key) -> AccountId {
	AccountId::new(key)
}

/// The chain's state at one final block.
pub struct State<'a> {
	chain: &'a Chain,
	block: OnlineClientAtBlock<SubstrateConfig>,
}

impl Chain {
	/// The chain's state at its last final block.
	///
	/// # Errors
	/// When the node cannot be reached.
	pub async fn state(&self) -> Result<State<'_>, Error> {
		for again in [true, false] {
			let connection = self.connection().await?;
			let opening = connection.client.at_current_block();
			match timeout(ANSWER_TIMEOUT.min(self.patience()), opening).await {
				Ok(Ok(block)) => return Ok(State { chain: self, block }),
				Ok(Err(error)) => {
					let error = subxt::Error::from(error);
					self.disconnect().await;
					if !again || !is_disconnection(&error) {
						return Err(self.reading_failed("the last final block", error));
					}
				}
				Err(_) => {
					self.disconnect().await;
					return Err(self.unreachable("it does not answer"));
				}
			}
		}
		Err(self.unreachable("it does not answer"))
	}

	/// The chain's state at the block in which a transaction ended up.
	///
	/// # Errors
	/// When the node cannot be reached.
	pub async fn state_after(&self, receipt: &Receipt) -> Result<State<'_>, Error> {
		let hash = hex::decode(receipt.block.trim_start_matches("0x")).unwrap_or_default();
		let Ok(hash) = Key::try_from(hash) else { return self.state().await };
		let connection = self.connection().await?;
		let opening = connection.client.at_block(H256(hash));
		match timeout(ANSWER_TIMEOUT.min(self.patience()), opening).await {
			Ok(Ok(block)) => Ok(State { chain: self, block }),
			Ok(Err(error)) => {
				Err(self.reading_failed("the block of the transaction", error.into()))
			}
			Err(_) => Err(self.unreachable("it does not answer")),
		}
	}

	fn reading_failed(&self, what: &str, error: subxt::Error) -> Error {
		match is_disconnection(&error) {
			true => self.unreachable(error),
			false => unreadable(what, error),
		}
	}
}

/// Whether the connection is at fault, and not what the node said.
fn is_disconnection(error: &subxt::Error) -> bool {
	let backend = match error {
		subxt::Error::StorageError(
			StorageError::CannotFetchValue(error)
			| StorageError::CannotIterateValues(error)
			| StorageError::StreamFailure(error),
		)
		| subxt::Error::RuntimeApiError(RuntimeApiError::CannotCallApi(error))
		| subxt::Error::OnlineClientAtBlockError(
			OnlineClientAtBlockError::CannotGetCurrentBlock { reason: error }
			| OnlineClientAtBlockError::CannotGetBlockHeader { reason: error, .. }
			| OnlineClientAtBlockError::CannotGetSpecVersion { reason: error, .. },
		) => error,
		_ => return false,
	};
	matches!(backend, BackendError::Rpc(BackendRpcError::ClientError(RpcError::Client(_))))
}

fn unreadable(what: &str, cause: impl Into<Cause>) -> Error {
	Error::caused(
		format!("{what} cannot be read"),
		"popctl and the node's runtime may be of different versions",
		cause,
	)
}

impl State<'_> {
	/// Number of the block.
	pub fn number(&self) -> u32 {
		u32::try_from(self.block.block_number()).unwrap_or(u32::MAX)
	}

	/// What the chain says about its types.
	pub fn metadata(&self) -> &Metadata {
		self.block.metadata_ref()
	}

	/// The chain's hash of `bytes`.
	pub fn hash(&self, bytes: &[u8]) -> [u8; 32] {
		self.block.hasher().hash(bytes).0
	}

	async fn wait<T, E: Into<subxt::Error>>(
		&self,
		what: &str,
		answer: impl Future<Output = Result<T, E>>,
	) -> Result<T, Error> {
		match timeout(ANSWER_TIMEOUT.min(self.chain.patience()), answer).await {
			Ok(outcome) => outcome.map_err(|error| self.chain.reading_failed(what, error.into())),
			Err(_) => Err(self.chain.unreachable(format!("it does not tell {what}"))),
		}
	}

	/// A stored value, or the default of its kind.
	///
	/// # Errors
	/// When the node cannot be asked, or the chain has no such storage; the same holds for all others.
	pub async fn value<T: DecodeAsType>(
		&self,
		pallet: &str,
		entry: &str,
		keys: Vec<Value>,
	) -> Result<Option<T>, Error> {
		let what = format!("{pallet}.{entry}");
		let address: DynamicAddress<Vec<Value>, T> = storage::dynamic(pallet, entry);
		let reader = self.block.storage();
		let found = self.wait(&what, reader.try_fetch(address, keys)).await?;
		found.map(|value| value.decode()).transpose().map_err(|error| unreadable(&what, error))
	}

	/// A stored value that is always there.
	pub async fn required<T: DecodeAsType>(
		&self,
		pallet: &str,
		entry: &str,
		keys: Vec<Value>,
	) -> Result<T, Error> {
		let found = self.value(pallet, entry, keys).await?;
		found.ok_or_else(|| unreadable(&format!("{pallet}.{entry}"), "there is no value"))
	}

	/// Everything that a storage map holds below `prefix`, with the next part of its keys.
	pub async fn entries<K: DecodeAsType, T: DecodeAsType>(
		&self,
		pallet: &str,
		entry: &str,
		prefix: Vec<Value>,
	) -> Result<Vec<(K, T)>, Error> {
		let what = format!("{pallet}.{entry}");
		let part = prefix.len();
		let address: DynamicAddress<Vec<Value>, T> = storage::dynamic(pallet, entry);
		let reader = self.block.storage();
		let mut stream = self.wait(&what, reader.iter(address, prefix)).await?;
		let mut found = Vec::new();
		loop {
			let next = self.wait(&what, async { stream.next().await.transpose() }).await?;
			let Some(next) = next else { return Ok(found) };
			let unreadable = |error: subxt::Error| unreadable(&what, error);
			let key = next.key().map_err(|error| unreadable(error.into()))?;
			let key = key.part(part).map(|part| part.decode_as::<K>()).transpose();
			let key = key.map_err(|error| unreadable(error.into()))?.flatten();
			let value = next.value().decode().map_err(|error| unreadable(error.into()))?;
			if let Some(key) = key {
				found.push((key, value));
			}
		}
	}

	/// A constant of the runtime.
	pub fn constant<T: DecodeAsType>(&self, pallet: &str, name: &str) -> Result<T, Error> {
		let entry = self.block.constants().entry(constants::dynamic::<T>(pallet, name));
		entry.map_err(|error| unreadable(&format!("{pallet}.{name}"), error))
	}

	/// Asks a function of the runtime API.
	pub async fn api<R: DecodeAsType>(
		&self,
		api: &str,
		function: &str,
		arguments: Vec<Value>,
	) -> Result<R, Error> {
		let payload: runtime_apis::DynamicPayload<Vec<Value>, R> =
			runtime_apis::dynamic(api, function, arguments);
		let apis = self.block.runtime_apis();
		self.wait(&format!("{api}.{function}"), apis.call(payload)).await
	}

	/// Asks a function of the runtime API, named with its API, whose types this program shares with the
	/// runtime.
	pub async fn ask<R: Decode>(
		&self,
		function: &str,
		arguments: &impl Encode,
	) -> Result<R, Error> {
		let (apis, arguments) = (self.block.runtime_apis(), arguments.encode());
		let bytes = self.wait(function, apis.call_raw(function, Some(&arguments))).await?;
		R::decode_all(&mut bytes.as_slice()).map_err(|error| unreadable(function, error))
	}

	/// LIT that `stake` generates in a day.
	pub async fn lit_projection(&self, stake: Balance) -> Result<Balance, Error> {
		self.api("PopnetApi", "lit_projection", vec![calls::number(stake)]).await
	}

	/// Time now, and the pace of the last blocks.
	pub async fn clock(&self) -> Result<Clock, Error> {
		let number = self.number();
		let blocks = number.saturating_sub(1).min(CLOCK_BLOCKS);
		let block_ms = match blocks {
			0 => None,
			_ => self.block_ms(number.saturating_sub(blocks), blocks).await?,
		};
		Ok(Clock::new(number, block_ms.unwrap_or(BLOCK_MS)))
	}

	/// Milliseconds between two of the last `blocks` blocks; `None` where the node has forgotten.
	async fn block_ms(&self, since: u32, blocks: u32) -> Result<Option<u64>, Error> {
		let now: u64 = self.required("Timestamp", "Now", Vec::new()).await?;
		let Some(earlier) = self.earlier(since).await else { return Ok(None) };
		let then: Result<u64, Error> = earlier.required("Timestamp", "Now", Vec::new()).await;
		let Ok(then) = then else { return Ok(None) };
		let pace = now.saturating_sub(then) / u64::from(blocks);
		Ok((pace > 0).then_some(pace))
	}

	/// The state at the earlier block `number`; `None` where the node has forgotten the block. It may
	/// have forgotten the state.
	pub async fn earlier(&self, number: u32) -> Option<State<'_>> {
		let opening = self.block.online_client();
		let opening = opening.at_block(number);
		let block = timeout(ANSWER_TIMEOUT.min(self.chain.patience()), opening).await.ok()?.ok()?;
		Some(State { chain: self.chain, block })
	}

	/// LIT that a transfer of POP costs.
	pub async fn transfer_fee(&self, who: &AccountId) -> Result<Balance, Error> {
		/// Nobody checks it: only its length matters.
		const SIGNATURE: MultiSignature = MultiSignature::Sr25519([0; 64]);
		let what = "the fee of a transfer";
		let transfer: Call = Step::new(
			"Balances",
			"transfer_keep_alive",
			[calls::address(who), calls::number(1u32)],
		)
		.into();
		let parameters = SubstrateExtrinsicParamsBuilder::<SubstrateConfig>::new().build();
		let failed = |error: subxt::Error| unreadable(what, error);
		let transactions = self.block.tx();
		let mut transaction = transactions
			.create_signable_offline(&transfer, parameters)
			.map_err(|error| failed(error.into()))?;
		let account = AccountId32(*AsRef::<[u8; 32]>::as_ref(who));
		let signed = transaction
			.sign_with_account_and_signature(&account, &SIGNATURE)
			.map_err(|error| failed(error.into()))?;
		self.wait(what, signed.partial_fee_estimate()).await
	}

	/// `call` as the chain encodes it.
	pub fn encode(&self, call: &Call) -> Result<Vec<u8>, Error> {
		let encoded = self.block.tx().call_data(call);
		encoded.map_err(|error| {
			Error::caused(
				format!("{} cannot be encoded", call.full_name()),
				"popctl and the node's runtime may be of different versions",
				error,
			)
		})
	}

	/// What `bytes` mean as a call, with the types of all parts; `None` when they are none.
	pub fn decode_call(&self, bytes: &[u8]) -> Option<Value<u32>> {
		let mut rest = bytes;
		let call_type = self.metadata().outer_enums().call_enum_ty();
		let types = self.metadata().types();
		let call = scale_value::scale::decode_as_type(&mut rest, call_type, types).ok()?;
		rest.is_empty().then_some(call)
	}

	/// `bytes` as the argument `index` of a call.
	pub fn decode_argument(&self, call: (&str, &str), index: usize, bytes: &[u8]) -> Option<Value> {
		let pallet = self.metadata().pallet_by_name(call.0)?;
		let argument = pallet.call_variant_by_name(call.1)?.fields.get(index)?;
		let types = self.metadata().types();
		let mut rest = bytes;
		let value = scale_value::scale::decode_as_type(&mut rest, argument.ty.id, types).ok()?;
		rest.is_empty().then(|| value.remove_context())
	}
}

/// A field of what happened, as a number.
pub fn number_in(fields: &Composite<()>, index: usize) -> Option<u128> {
	fields.values().nth(index).and_then(Value::as_u128)
}

/// A field of what happened, as an account.
pub fn account_in(fields: &Composite<()>, index: usize) -> Option<AccountId> {
	/// The bytes of a list, or of what holds nothing but one.
	fn bytes(value: &Value) -> Option<Vec<u8>> {
		let ValueDef::Composite(items) = &value.value else { return None };
		let own: Option<Vec<u8>> = items
			.values()
			.map(|item| item.as_u128().and_then(|byte| u8::try_from(byte).ok()))
			.collect();
		match (items.len(), own) {
			(1, None) => items.values().next().and_then(bytes),
			(_, own) => own,
		}
	}
	let key: Key = bytes(fields.values().nth(index)?)?.try_into().ok()?;
	Some(account_of(key))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn accounts_are_read_from_what_happened() {
		let account = Value::unnamed_composite([Value::from_bytes([7u8; 32])]);
		let fields = Composite::unnamed([Value::u128(5), account, Value::from_bytes([1u8; 3])]);
		assert_eq!(account_in(&fields, 1), Some(account_of([7; 32])));
		assert_eq!(account_in(&fields, 0), None);
		assert_eq!(account_in(&fields, 2), None);
		assert_eq!(account_in(&fields, 3), None);
		assert_eq!(number_in(&fields, 0), Some(5));
	}
}
