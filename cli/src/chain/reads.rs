//! What the chain says, at one final block.

use super::{is_loopback, Chain};
use crate::errors::{Cause, Error};
use codec::{Decode, DecodeAll, Encode};
use popnet_primitives::{
	content::{Coding, ContentId, ItemView, MasternodeView, SlotView},
	moderation::Policy,
	AccountId, Balance,
};
use serde::Deserialize;
use serde_json::{json, Value};
use subxt::{
	ext::scale_value::Value as ScaleValue,
	storage::{dynamic, DynamicAddress},
};

/// The chain at one final block.
pub struct Snapshot<'a> {
	chain: &'a Chain,
	at: String,
}

/// A Masternode of the node's own process, as its RPC shows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalMasternode {
	/// From 1.
	pub number: u32,
	/// SS58.
	pub account: String,
	/// Identity in the content network; empty while it is stopped.
	#[serde(default)]
	pub peer_id: String,
	/// Where it is reached; empty while it is stopped.
	#[serde(default)]
	pub addresses: Vec<String>,
	/// Whether it runs.
	pub running: bool,
	/// Blocks in its store.
	#[serde(default)]
	pub blocks: u64,
	/// Bytes in its store.
	#[serde(default)]
	pub bytes: u64,
}

/// What the chain holds for an item, as constants of its `Content` pallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepositTerms {
	/// POP units for each item.
	pub base: Balance,
	/// POP units for each started MiB that its shards take.
	pub per_mib: Balance,
}

/// What `pallet-balances` stores about an account, as part of `System.Account`.
#[derive(Decode)]
struct AccountInfo {
	_nonce: u32,
	_references: (u32, u32, u32),
	free: Balance,
}

impl Chain {
	/// The chain at its last final block.
	///
	/// # Errors
	/// When the node cannot be reached.
	pub async fn snapshot(&self) -> Result<Snapshot<'_>, Error> {
		let at = self.request("chain_getFinalizedHead", &[]).await?;
		Ok(Snapshot { chain: self, at })
	}

	/// The Masternodes of the node's own process.
	///
	/// # Errors
	/// When the node does not offer them.
	pub async fn local_masternodes(&self) -> Result<Vec<LocalMasternode>, Error> {
		self.request("popnet_localMasternodes", &[]).await
	}

	/// Starts or stops a Masternode of the node's own process; `false` when there is no such one.
	///
	/// # Errors
	/// When the node does not allow it.
	pub async fn run_masternode(&self, account: &str, run: bool) -> Result<bool, Error> {
		let method = if run { "popnet_startMasternode" } else { "popnet_stopMasternode" };
		self.request(method, &[json!(account)]).await
	}

	/// Whether the whole network runs on this machine: a node that is reached here, of a chain for
	/// development or of a local one. A node of one's own of a real network is none of these.
	///
	/// # Errors
	/// When the node cannot be asked.
	pub async fn is_on_this_machine(&self) -> Result<bool, Error> {
		let kind: Value = self.request("system_chainType", &[]).await?;
		Ok(is_loopback(&self.url) && matches!(kind.as_str(), Some("Development" | "Local")))
	}

	/// Where the node's HTTP gateway listens.
	///
	/// # Errors
	/// When the node does not tell.
	pub async fn gateway(&self) -> Result<Option<String>, Error> {
		self.request("popnet_gateway", &[]).await
	}
}

impl Snapshot<'_> {
	async fn call<R: Decode>(&self, function: &str, arguments: Vec<u8>) -> Result<R, Error> {
		let method = format!("PopnetApi_{function}");
		let params: [Value; 3] =
			[json!(method), json!(format!("0x{}", hex::encode(arguments))), json!(self.at)];
		let answer: String = self.chain.request("state_call", &params).await?;
		let unreadable = |error: String| {
			Error::caused(
				format!("the node's answer to {method} cannot be read"),
				"popctl and the node's runtime may be of different versions",
				error,
			)
		};
		let bytes = hex::decode(answer.trim_start_matches("0x"))
			.map_err(|error| unreadable(error.to_string()))?;
		R::decode_all(&mut bytes.as_slice()).map_err(|error| unreadable(error.to_string()))
	}

	/// Everything about one item.
	///
	/// # Errors
	/// When the node cannot be asked; the same holds for all other methods.
	pub async fn item(&self, id: ContentId) -> Result<Option<ItemView>, Error> {
		self.call("item", id.encode()).await
	}

	/// The slots of an item's placement.
	pub async fn placement(&self, id: ContentId) -> Result<Option<Vec<SlotView>>, Error> {
		self.call("placement", id.encode()).await
	}

	/// How many more Masternodes may vanish without losing the item.
	pub async fn durability_margin(&self, id: ContentId) -> Result<Option<u32>, Error> {
		self.call("durability_margin", id.encode()).await
	}

	/// Items that `owner` has registered.
	pub async fn items_of(&self, owner: &AccountId) -> Result<Vec<ContentId>, Error> {
		self.call("items_of", owner.encode()).await
	}

	/// All Masternodes.
	pub async fn masternodes(&self) -> Result<Vec<MasternodeView>, Error> {
		self.call("masternodes", Vec::new()).await
	}

	/// The code that an item registered now has to use.
	pub async fn coding(&self) -> Result<Option<Coding>, Error> {
		self.call("coding", Vec::new()).await
	}

	/// Superdelegates in office with their screening keys.
	pub async fn superdelegates(&self) -> Result<Vec<(AccountId, [u8; 32])>, Error> {
		self.call("superdelegates", Vec::new()).await
	}

	/// The moderation policy.
	pub async fn policy(&self) -> Result<Policy, Error> {
		self.call("policy", Vec::new()).await
	}

	/// LIT that `who` can spend.
	pub async fn lit_available(&self, who: &AccountId) -> Result<Balance, Error> {
		self.call("lit_available", who.encode()).await
	}

	/// POP of an account that is not on hold.
	pub async fn pop_free(&self, who: &AccountId) -> Result<Balance, Error> {
		let account = self.stored("System", "Account", who).await?;
		let info = account.and_then(|bytes| AccountInfo::decode(&mut &bytes[..]).ok());
		Ok(info.map_or(0, |info| info.free))
	}

	/// What the chain holds for an item.
	pub async fn deposit_terms(&self) -> Result<DepositTerms, Error> {
		Ok(DepositTerms {
			base: self.constant("Content", "DepositBase").await?,
			per_mib: self.constant("Content", "DepositPerMib").await?,
		})
	}

	/// A constant of a pallet, from the chain's metadata.
	async fn constant<R: Decode>(&self, pallet: &str, name: &str) -> Result<R, Error> {
		let connection = self.chain.connection().await?;
		let block = connection
			.client
			.at_current_block()
			.await
			.map_err(|error| unreadable(pallet, name, subxt::Error::from(error)))?;
		let bytes = block
			.constants()
			.entry_bytes((pallet, name))
			.map_err(|error| unreadable(pallet, name, subxt::Error::from(error)))?;
		R::decode_all(&mut bytes.as_slice()).map_err(|error| unreadable(pallet, name, error))
	}

	/// The bytes that a storage map keyed by accounts holds for `who`.
	async fn stored(
		&self,
		pallet: &str,
		entry: &str,
		who: &AccountId,
	) -> Result<Option<Vec<u8>>, Error> {
		let failed = |error: subxt::Error| unreadable(pallet, entry, error);
		let connection = self.chain.connection().await?;
		let block = connection.client.at_current_block().await.map_err(|e| failed(e.into()))?;
		let address: DynamicAddress<Vec<ScaleValue>, ScaleValue> = dynamic(pallet, entry);
		let key = vec![ScaleValue::from_bytes(AsRef::<[u8]>::as_ref(who))];
		let value = block.storage().try_fetch(address, key).await.map_err(|e| failed(e.into()))?;
		Ok(value.map(|value| value.into_bytes()))
	}
}

fn unreadable(pallet: &str, entry: &str, cause: impl Into<Cause>) -> Error {
	Error::caused(
		format!("{pallet}.{entry} cannot be read"),
		"popctl and the node's runtime may be of different versions",
		cause,
	)
}

#[cfg(test)]
mod tests {
	use crate::chain::fake::{self, Node};
	use serde_json::{json, Value};

	async fn is_on_this_machine(kind: Value) -> bool {
		let node = Node::start(|module| fake::answer(module, "system_chainType", kind)).await;
		node.chain(5).await.is_on_this_machine().await.unwrap()
	}

	#[tokio::test]
	async fn own_node_of_a_real_network_is_no_local_network() {
		assert!(is_on_this_machine(json!("Development")).await);
		assert!(is_on_this_machine(json!("Local")).await);
		assert!(!is_on_this_machine(json!("Live")).await);
		assert!(!is_on_this_machine(json!({ "Custom": "Local" })).await);
	}
}
