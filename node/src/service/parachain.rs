//! Starts a parachain node: a full node, or a collator that authors blocks for the relay chain.

use super::{
	content, new_partial, start_offchain_workers, Backend, Block, Client, Extra, Mode,
	OffchainParts, ParachainBlockImport, Pool,
};
use crate::{cli::ContentArgs, rpc};
use cumulus_client_cli::CollatorOptions;
use cumulus_client_collator::service::CollatorService;
use cumulus_client_consensus_aura::collators::lookahead::{self as aura, Params as AuraParams};
use cumulus_client_service::{
	build_network, build_relay_chain_interface, start_relay_chain_tasks, BuildNetworkParams,
	DARecoveryProfile, ParachainTracingExecuteBlock, StartRelayChainTasksParams,
};
use cumulus_primitives_core::{
	relay_chain::{CollatorPair, ValidationCode},
	ParaId,
};
use cumulus_relay_chain_interface::{OverseerHandle, RelayChainInterface};
use popnet_runtime::Hash;
use sc_consensus::ImportQueue;
use sc_network::{config::FullNetworkConfiguration, NetworkBackend, NetworkBlock, PeerId};
use sc_service::{error::Error as ServiceError, Configuration, PartialComponents, TaskManager};
use sp_consensus_aura::sr25519::AuthorityPair as AuraPair;
use sp_keystore::KeystorePtr;
use std::{sync::Arc, time::Duration};

type Network = sc_network::Litep2pNetworkBackend;

const RELAY_CHAIN_SLOT: Duration = Duration::from_secs(6);
const AUTHORING_DURATION: Duration = Duration::from_secs(2);

/// Starts the node and returns its tasks.
///
/// # Errors
/// When the relay chain node, the database, the network or a content service cannot be started.
pub async fn start(
	config: Configuration,
	relay_config: Configuration,
	collator_options: CollatorOptions,
	content_args: ContentArgs,
	para_id: ParaId,
) -> Result<TaskManager, ServiceError> {
	let config = cumulus_client_service::prepare_node_config(config);
	let PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		transaction_pool,
		other: Extra { block_import, mut telemetry, telemetry_worker },
		..
	} = new_partial(&config, Mode::Parachain)?;

	let (relay_chain_interface, collator_key, relay_network, _paranode_requests) =
		build_relay_chain_interface(
			relay_config,
			&config,
			telemetry_worker,
			&mut task_manager,
			collator_options,
			None,
		)
		.await
		.map_err(|error| ServiceError::Application(Box::new(error)))?;

	let is_collator = config.role.is_authority();
	let registry = config.prometheus_registry().cloned();
	let import_queue_service = import_queue.service();
	let net_config =
		FullNetworkConfiguration::<_, _, Network>::new(&config.network, registry.clone());
	let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
		config.prometheus_registry(),
	);

	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		build_network(BuildNetworkParams {
			parachain_config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			para_id,
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			relay_chain_interface: relay_chain_interface.clone(),
			import_queue,
			metrics,
			gap_sync_body_policy: None,
		})
		.await?;

	let services = content::start(content::Parts {
		args: &content_args,
		config: &config,
		client: client.clone(),
		keystore: keystore_container.local_keystore(),
		task_manager: &task_manager,
		mode: Mode::Parachain,
	})
	.await?;
	start_offchain_workers(OffchainParts {
		config: &config,
		task_manager: &task_manager,
		client: client.clone(),
		backend: backend.clone(),
		pool: transaction_pool.clone(),
		keystore: keystore_container.keystore(),
		network: network.clone(),
		services: services.clone().map(|services| services as _),
	})?;

	let rpc_builder = {
		let (client, pool) = (client.clone(), transaction_pool.clone());
		Box::new(move |_| {
			rpc::create(client.clone(), pool.clone(), services.clone()).map_err(Into::into)
		})
	};
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		backend: backend.clone(),
		client: client.clone(),
		config,
		keystore: keystore_container.keystore(),
		network,
		rpc_builder,
		sync_service: sync_service.clone(),
		system_rpc_tx,
		task_manager: &mut task_manager,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: Some(Arc::new(ParachainTracingExecuteBlock::new(client.clone()))),
		transaction_pool: transaction_pool.clone(),
		tx_handler_controller,
	})?;

	let announce_block = {
		let sync_service = sync_service.clone();
		Arc::new(move |hash, data| sync_service.announce_block(hash, data))
	};
	let overseer_handle = relay_chain_interface
		.overseer_handle()
		.map_err(|error| ServiceError::Application(Box::new(error)))?;
	start_relay_chain_tasks(StartRelayChainTasksParams {
		announce_block: announce_block.clone(),
		client: client.clone(),
		da_recovery_profile: if is_collator {
			DARecoveryProfile::Collator
		} else {
			DARecoveryProfile::FullNode
		},
		import_queue: import_queue_service,
		para_id,
		prometheus_registry: registry.as_ref(),
		recovery_handle: Box::new(overseer_handle.clone()),
		relay_chain_interface: relay_chain_interface.clone(),
		relay_chain_slot_duration: RELAY_CHAIN_SLOT,
		sync_service,
		task_manager: &mut task_manager,
	})?;

	if is_collator {
		start_authoring(Authoring {
			announce_block,
			backend,
			block_import,
			client,
			collator_key: collator_key
				.ok_or_else(|| ServiceError::Other("a collator needs a collator key".into()))?,
			collator_peer_id: relay_network.local_peer_id(),
			keystore: keystore_container.keystore(),
			overseer_handle,
			para_id,
			pool: transaction_pool,
			registry: registry.as_ref(),
			relay_chain_interface,
			task_manager: &task_manager,
			telemetry: telemetry.as_ref().map(|telemetry| telemetry.handle()),
		});
	}
	Ok(task_manager)
}

struct Authoring<'a> {
	announce_block: Arc<dyn Fn(Hash, Option<Vec<u8>>) + Send + Sync>,
	backend: Arc<Backend>,
	block_import: ParachainBlockImport,
	client: Arc<Client>,
	collator_key: CollatorPair,
	collator_peer_id: PeerId,
	keystore: KeystorePtr,
	overseer_handle: OverseerHandle,
	para_id: ParaId,
	pool: Arc<Pool>,
	registry: Option<&'a prometheus_endpoint::Registry>,
	relay_chain_interface: Arc<dyn RelayChainInterface>,
	task_manager: &'a TaskManager,
	telemetry: Option<sc_telemetry::TelemetryHandle>,
}

fn start_authoring(parts: Authoring<'_>) {
	let proposer = sc_basic_authorship::ProposerFactory::new(
		parts.task_manager.spawn_handle(),
		parts.client.clone(),
		parts.pool,
		parts.registry,
		parts.telemetry,
	);
	let collator_service =
		CollatorService::new(parts.client.clone(), parts.announce_block, parts.client.clone());
	let code_client = parts.client.clone();
	let params = AuraParams {
		authoring_duration: AUTHORING_DURATION,
		block_import: parts.block_import,
		code_hash_provider: move |block| {
			code_client.code_at(block).ok().map(|code| ValidationCode::from(code).hash())
		},
		collator_key: parts.collator_key,
		collator_peer_id: parts.collator_peer_id,
		collator_service,
		create_inherent_data_providers: move |_, ()| async move { Ok(()) },
		keystore: parts.keystore,
		max_pov_percentage: None,
		overseer_handle: parts.overseer_handle,
		para_backend: parts.backend,
		para_client: parts.client,
		para_id: parts.para_id,
		proposer,
		reinitialize: false,
		relay_chain_slot_duration: RELAY_CHAIN_SLOT,
		relay_client: parts.relay_chain_interface,
	};
	let authoring = aura::run::<Block, AuraPair, _, _, _, _, _, _, _, _>(params);
	parts.task_manager.spawn_essential_handle().spawn("aura", None, authoring);
}
