//! What makes one process a whole network: well-known keys, and Masternodes that register
//! themselves.

use super::{LocalMasternode, Services};
use crate::service::{Client, Pool};
use codec::Encode;
use frame_system_rpc_runtime_api::AccountNonceApi;
use popnet_primitives::{
	content::{Address, Addresses},
	runtime_api::PopnetApi,
	services::{MASTERNODE_KEY, SUPERDELEGATE_KEY},
	AccountId,
};
use popnet_runtime::{RuntimeCall, SignedPayload, UncheckedExtrinsic};
use sc_client_api::HeaderBackend;
use sc_keystore::LocalKeystore;
use sc_service::{error::Error as ServiceError, TaskManager};
use sc_transaction_pool_api::{TransactionPool, TransactionSource};
use sp_api::ProvideRuntimeApi;
use sp_core::{sr25519, Pair};
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring;
use sp_keystore::Keystore;
use sp_runtime::{generic, OpaqueExtrinsic};
use std::{sync::Arc, time::Duration};

/// Time between two looks at the chain until all Masternodes are registered.
const PERIOD: Duration = Duration::from_secs(2);

fn masternode_seed(number: u32) -> String {
	format!("//Masternode//{number}")
}

/// Puts the well-known keys of Superdelegates and Masternodes into the keystore.
///
/// # Errors
/// When the keystore refuses.
pub fn insert_keys(keystore: &LocalKeystore, masternodes: u32) -> Result<(), ServiceError> {
	let refused = |error: sp_keystore::Error| ServiceError::Other(error.to_string());
	for number in 1..=masternodes {
		keystore
			.sr25519_generate_new(MASTERNODE_KEY, Some(&masternode_seed(number)))
			.map_err(refused)?;
	}
	for key in [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie] {
		keystore.sr25519_generate_new(SUPERDELEGATE_KEY, Some(&key.to_seed())).map_err(refused)?;
	}
	Ok(())
}

/// The Superdelegates of the development network with their screening secrets, whose public keys the
/// genesis preset holds.
pub fn superdelegates() -> Vec<(AccountId, [u8; 32])> {
	[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
		.into_iter()
		.map(|key| {
			let name: &'static str = key.into();
			(key.to_account_id(), blake2_256(format!("popnet-dev-screening{name}").as_bytes()))
		})
		.collect()
}

/// Where Masternodes of a development network listen: any free ports, TCP and WebSocket.
pub fn listen_addresses() -> Vec<String> {
	vec!["/ip4/127.0.0.1/tcp/0".into(), "/ip4/127.0.0.1/tcp/0/ws".into()]
}

/// Registers every local Masternode on the chain with its addresses, or updates them, and goes on until
/// the chain shows it.
pub fn join_network(
	services: Arc<Services>,
	client: Arc<Client>,
	pool: Arc<Pool>,
	task_manager: &TaskManager,
) {
	let joining = async move {
		loop {
			tokio::time::sleep(PERIOD).await;
			let mut missing = 0;
			for (number, local) in (1..).zip(&services.masternodes) {
				match join(number, local, &client, &pool).await {
					Ok(true) => {}
					Ok(false) => missing += 1,
					Err(error) => {
						missing += 1;
						log::debug!("Masternode {number} cannot join yet: {error}");
					}
				}
			}
			if missing == 0 {
				log::info!("📦 all {} Masternodes are registered", services.masternodes.len());
				return;
			}
		}
	};
	task_manager.spawn_handle().spawn("join-network", "content", joining);
}

/// Whether the chain shows the Masternode at its addresses. If not, sends what is needed.
async fn join(
	number: u32,
	local: &LocalMasternode,
	client: &Arc<Client>,
	pool: &Arc<Pool>,
) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
	// A stopped Masternode keeps the addresses that it had.
	let Some(host) = local.keeper.host() else { return Ok(true) };
	let addresses: Vec<Address> = host
		.addresses()
		.into_iter()
		.filter_map(|address| address.into_bytes().try_into().ok())
		.collect();
	let addresses = Addresses::truncate_from(addresses);
	let best = client.info().best_hash;
	let known = client.runtime_api().masternodes(best)?;
	let call = match known.into_iter().find(|view| view.node == local.account) {
		Some(view) if view.addresses == addresses => return Ok(true),
		Some(_) => pallet_masternodes::Call::update_addresses { addresses },
		None => pallet_masternodes::Call::register { addresses },
	};
	let pair = sr25519::Pair::from_string(&masternode_seed(number), None)
		.map_err(|error| format!("{error:?}"))?;
	let transaction = sign(&pair, RuntimeCall::Masternodes(call), client)?;
	pool.submit_one(best, TransactionSource::Local, transaction).await?;
	Ok(false)
}

fn sign(
	pair: &sr25519::Pair,
	call: RuntimeCall,
	client: &Arc<Client>,
) -> Result<OpaqueExtrinsic, Box<dyn std::error::Error + Send + Sync>> {
	let info = client.info();
	let account = AccountId::from(pair.public().0);
	let nonce = client.runtime_api().account_nonce(info.best_hash, account.clone())?;
	let extension = popnet_runtime::native_extension(nonce, 0, generic::Era::Immortal);
	let version = popnet_runtime::VERSION;
	let implicit = (
		(),
		version.spec_version,
		version.transaction_version,
		info.genesis_hash,
		info.genesis_hash,
		(),
		(),
		(),
		None,
		(),
	);
	let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
	let signature = payload.using_encoded(|bytes| pair.sign(bytes));
	let signed: UncheckedExtrinsic = generic::UncheckedExtrinsic::new_signed(
		call,
		popnet_runtime::Address::Id(account),
		signature.into(),
		extension,
	)
	.into();
	Ok(OpaqueExtrinsic::try_from_encoded_extrinsic(&signed.encode())
		.map_err(|_| "a signed transaction is one")?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use popnet_media_codec::sealed::public_key;

	#[test]
	fn preset_and_node_agree_on_masternodes() {
		for (number, account) in
			(1..).zip(popnet_runtime::genesis_config_presets::dev_masternodes())
		{
			let pair = sr25519::Pair::from_string(&masternode_seed(number), None).unwrap();
			assert_eq!(AccountId::from(pair.public().0), account, "{number}");
		}
	}

	#[test]
	fn preset_and_node_agree_on_screening_keys() {
		let preset = popnet_runtime::genesis_config_presets::get_preset(&"development".into());
		let preset = String::from_utf8(preset.unwrap()).unwrap();
		let preset: serde_json::Value = serde_json::from_str(&preset).unwrap();
		let members = preset["superdelegates"]["members"].as_array().unwrap();
		assert_eq!(members.len(), 3);
		for (member, (_, secret)) in members.iter().zip(superdelegates()) {
			let key: Vec<u8> = serde_json::from_value(member[1].clone()).unwrap();
			assert_eq!(key, public_key(&secret));
		}
	}
}
