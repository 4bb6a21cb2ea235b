//! What the node's JSON-RPC offers beside the SDK's standard methods.

use crate::service::{Client, Pool};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// The methods of `system_*` that need the pool, and `payment_*`.
pub fn create(
	client: Arc<Client>,
	pool: Arc<Pool>,
) -> Result<jsonrpsee::RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
	let mut module = jsonrpsee::RpcModule::new(());
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client).into_rpc())?;
	Ok(module)
}
