//! What the node's JSON-RPC offers beside the SDK's standard methods.
//!
//! | method | answer |
//! |---|---|
//! | `lit_projection(stake[, hash])` | what a stake of so many POP units, a decimal string or a number, yields: `stake`, `litPerDay`, `transferFee` in units, `transfersPerDay` |
//! | `lit_available(account[, hash])` | LIT units that the account can spend, as a decimal string |
//! | `popnet_checkState([hash])` | unsafe; the hash of the block, the best one unless it is given, whose state fulfils all invariants |
//! | `popnet_gateway()` | address of the HTTP gateway, or null |
//! | `popnet_localMasternodes()` | the Masternodes of this process |
//! | `popnet_stopMasternode(account)` | unsafe; whether this process has that Masternode, now stopped |
//! | `popnet_startMasternode(account)` | unsafe; the same, now started |

mod economy;

use crate::{
	invariants,
	service::{content::Services, Client, Pool},
};
use jsonrpsee::{
	types::{ErrorObject, ErrorObjectOwned, Params},
	Extensions, RpcModule,
};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use popnet_primitives::AccountId;
use popnet_runtime::Hash;
use sc_rpc::DenyUnsafe;
use sp_blockchain::HeaderBackend;
use sp_core::crypto::Ss58Codec;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// JSON-RPC code of a call that this node cannot serve.
const FAILED: i32 = 1;

/// The methods of `system_*` that need the pool, `payment_*`, `lit_*` and `popnet_*`.
///
/// # Errors
/// When two methods have the same name.
pub fn create(
	client: Arc<Client>,
	pool: Arc<Pool>,
	services: Option<Arc<Services>>,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	module.merge(chain_methods(client.clone())?)?;
	module.merge(economy::methods(client)?)?;
	if let Some(services) = services {
		module.merge(content_methods(services)?)?;
	}
	Ok(module)
}

fn chain_methods(
	client: Arc<Client>,
) -> Result<RpcModule<Arc<Client>>, jsonrpsee::core::RegisterMethodError> {
	let mut module = RpcModule::new(client);
	module.register_blocking_method("popnet_checkState", |params, client, extensions| {
		check_safe(&extensions)?;
		let at: Option<Hash> = params.sequence().optional_next()?;
		let at = at.unwrap_or_else(|| client.info().best_hash);
		invariants::check(&client, at)
			.map_err(|error| ErrorObject::owned(FAILED, error.to_string(), None::<()>))?;
		Ok::<_, ErrorObjectOwned>(at)
	})?;
	Ok(module)
}

/// Whether the caller may do what costs or changes this node.
fn check_safe(extensions: &Extensions) -> Result<(), ErrorObjectOwned> {
	// Without a word from the server the connection is taken for a stranger's.
	let deny = extensions.get::<DenyUnsafe>().copied().unwrap_or(DenyUnsafe::Yes);
	deny.check_if_safe().map_err(Into::into)
}

fn content_methods(
	services: Arc<Services>,
) -> Result<RpcModule<Arc<Services>>, jsonrpsee::core::RegisterMethodError> {
	let mut module = RpcModule::new(services);
	module.register_method("popnet_gateway", |_, services, _| {
		services.gateway_address().map(|address| address.to_string())
	})?;
	module.register_method("popnet_localMasternodes", |_, services, _| {
		services.local_masternodes()
	})?;
	module.register_async_method(
		"popnet_stopMasternode",
		|params, services, extensions| async move {
			let node = operated_account(&params, &extensions)?;
			Ok::<_, ErrorObjectOwned>(services.stop_masternode(&node).await)
		},
	)?;
	module.register_async_method(
		"popnet_startMasternode",
		|params, services, extensions| async move {
			let node = operated_account(&params, &extensions)?;
			services
				.start_masternode(&node)
				.await
				.map_err(|error| ErrorObject::owned(FAILED, error.to_string(), None::<()>))
		},
	)?;
	Ok(module)
}

/// The account that the first parameter names in SS58, if the caller may operate Masternodes.
fn operated_account(
	params: &Params<'_>,
	extensions: &Extensions,
) -> Result<AccountId, ErrorObjectOwned> {
	check_safe(extensions)?;
	let text: String = params.one()?;
	AccountId::from_ss58check(&text).map_err(|error| {
		ErrorObject::owned(
			jsonrpsee::types::error::INVALID_PARAMS_CODE,
			format!("{text} is no account: {error}"),
			None::<()>,
		)
	})
}
