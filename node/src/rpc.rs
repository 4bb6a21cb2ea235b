//! What the node's JSON-RPC offers beside the SDK's standard methods.
//!
//! | method | answer |
//! |---|---|
//! | `popnet_gateway()` | address of the HTTP gateway, or null |
//! | `popnet_localMasternodes()` | the Masternodes of this process |
//! | `popnet_stopMasternode(account)` | unsafe; whether this process has that Masternode, now stopped |
//! | `popnet_startMasternode(account)` | unsafe; the same, now started |

use crate::service::{content::Services, Client, Pool};
use jsonrpsee::{
	types::{ErrorObject, ErrorObjectOwned, Params},
	Extensions, RpcModule,
};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use popnet_primitives::AccountId;
use sc_rpc::DenyUnsafe;
use sp_core::crypto::Ss58Codec;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// JSON-RPC code of a call that this node cannot serve.
const FAILED: i32 = 1;

/// The methods of `system_*` that need the pool, `payment_*` and `popnet_*`.
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
	module.merge(TransactionPayment::new(client).into_rpc())?;
	if let Some(services) = services {
		module.merge(content_methods(services)?)?;
	}
	Ok(module)
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
	// Without a word from the server the connection is taken for a stranger's.
	let deny = extensions.get::<DenyUnsafe>().copied().unwrap_or(DenyUnsafe::Yes);
	deny.check_if_safe()?;
	let text: String = params.one()?;
	AccountId::from_ss58check(&text).map_err(|error| {
		ErrorObject::owned(
			jsonrpsee::types::error::INVALID_PARAMS_CODE,
			format!("{text} is no account: {error}"),
			None::<()>,
		)
	})
}
