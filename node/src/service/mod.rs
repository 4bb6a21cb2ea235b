//! Starts the node: the chain (`dev` or `parachain`), and beside it the content services.

pub mod content;
pub mod dev;
pub mod parachain;

use crate::cli::ContentArgs;
use cumulus_client_consensus_common::ParachainBlockImport as TParachainBlockImport;
use futures::FutureExt;
use popnet_runtime::{apis::RuntimeApi, Header};
use sc_client_api::Backend as _;
use sc_consensus::DefaultImportQueue;
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_service::{
	error::Error as ServiceError, ChainType, Configuration, PartialComponents, TFullBackend,
	TFullClient, TaskManager,
};
use sc_telemetry::{Telemetry, TelemetryWorker, TelemetryWorkerHandle};
use sc_transaction_pool::TransactionPoolHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_aura::sr25519::AuthorityPair as AuraPair;
use sp_runtime::{generic, OpaqueExtrinsic};
use std::sync::Arc;

/// A block as the node sees it: transactions are bytes, which JSON-RPC shows in hex.
pub type Block = generic::Block<Header, OpaqueExtrinsic>;
/// Functions that the runtime may import from the node.
pub type HostFunctions = (
	cumulus_client_service::ParachainHostFunctions,
	popnet_primitives::services::popnet_services::HostFunctions,
);
/// Runs the runtime.
pub type Executor = WasmExecutor<HostFunctions>;
/// The chain's client.
pub type Client = TFullClient<Block, RuntimeApi, Executor>;
/// The chain's database.
pub type Backend = TFullBackend<Block>;
/// The transaction pool.
pub type Pool = TransactionPoolHandle<Block, Client>;
/// Imports blocks of a parachain: the best block follows the relay chain.
pub type ParachainBlockImport = TParachainBlockImport<Block, Arc<Client>, Backend>;

/// How blocks come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
	/// One node seals blocks by the clock; there is no relay chain.
	Development,
	/// Collators author, the relay chain finalises.
	Parachain,
}

impl Mode {
	/// The mode that fits the chain of `config`.
	pub fn of(config: &Configuration) -> Self {
		match config.chain_spec.chain_type() {
			ChainType::Development => Self::Development,
			_ => Self::Parachain,
		}
	}
}

/// What [`new_partial`] makes beside the SDK's parts.
pub struct Extra {
	/// Imports the blocks that a collator authors.
	pub block_import: ParachainBlockImport,
	/// Telemetry, when endpoints are configured.
	pub telemetry: Option<Telemetry>,
	/// Lets the relay chain node report to the same telemetry.
	pub telemetry_worker: Option<TelemetryWorkerHandle>,
}

/// Opens the database and builds client, pool and import queue.
pub fn new_partial(
	config: &Configuration,
	mode: Mode,
) -> Result<
	PartialComponents<Client, Backend, (), DefaultImportQueue<Block>, Pool, Extra>,
	ServiceError,
> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;

	let heap = config
		.executor
		.default_heap_pages
		.and_then(|pages| u32::try_from(pages).ok())
		.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| HeapAllocStrategy::Static {
			extra_pages: pages,
		});
	let executor = Executor::builder()
		.with_execution_method(config.executor.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(config.executor.max_runtime_instances)
		.with_runtime_cache_size(config.executor.runtime_cache_size)
		.build();

	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts_record_import::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			true,
			Default::default(),
		)?;
	let client = Arc::new(client);

	let telemetry_worker = telemetry.as_ref().map(|(worker, _)| worker.handle());
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});

	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			task_manager.spawn_essential_handle(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let block_import = ParachainBlockImport::new(client.clone(), backend.clone());
	let import_queue = match mode {
		// Sealed blocks carry Aura's digest but no seal, and nothing finalises them but this node.
		Mode::Development => sc_consensus_manual_seal::import_queue(
			Box::new(client.clone()),
			&task_manager.spawn_essential_handle(),
			config.prometheus_registry(),
		),
		Mode::Parachain => parachain_import_queue(
			client.clone(),
			block_import.clone(),
			config,
			telemetry.as_ref().map(Telemetry::handle),
			&task_manager,
		),
	};

	Ok(PartialComponents {
		backend,
		client,
		import_queue,
		keystore_container,
		select_chain: (),
		task_manager,
		transaction_pool,
		other: Extra { block_import, telemetry, telemetry_worker },
	})
}

fn parachain_import_queue(
	client: Arc<Client>,
	block_import: ParachainBlockImport,
	config: &Configuration,
	telemetry: Option<sc_telemetry::TelemetryHandle>,
	task_manager: &TaskManager,
) -> DefaultImportQueue<Block> {
	use cumulus_client_consensus_aura::equivocation_import_queue;
	let slot_client = client.clone();
	equivocation_import_queue::fully_verifying_import_queue::<AuraPair, _, _, _, _>(
		client,
		block_import,
		move |parent, ()| {
			let client = slot_client.clone();
			async move {
				let slot_duration =
					sc_consensus_aura::standalone::slot_duration_at(&*client, parent)?;
				let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
				let slot =
					sp_consensus_aura::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
						*timestamp,
						slot_duration,
					);
				Ok((slot, timestamp))
			}
		},
		&task_manager.spawn_essential_handle(),
		config.prometheus_registry(),
		telemetry,
	)
}

/// What the off-chain workers are started with.
pub struct OffchainParts<'a> {
	/// Configuration of the node.
	pub config: &'a Configuration,
	/// Runs the workers' tasks.
	pub task_manager: &'a TaskManager,
	/// The chain.
	pub client: Arc<Client>,
	/// Storage of the workers.
	pub backend: Arc<Backend>,
	/// Receives their transactions.
	pub pool: Arc<Pool>,
	/// Holds the keys they sign with.
	pub keystore: sp_keystore::KeystorePtr,
	/// For what they may see of the network.
	pub network: Arc<dyn sc_network::service::traits::NetworkService>,
	/// The services that they drive; `None` on a node that runs none.
	pub services: Option<Arc<dyn popnet_primitives::services::ContentServices>>,
}

/// Starts the off-chain workers. They run on every node that has services to drive, whatever its
/// role, since a Masternode that authors no blocks has to report all the same.
pub fn start_offchain_workers(parts: OffchainParts<'_>) -> Result<(), ServiceError> {
	if !parts.config.offchain_worker.enabled && parts.services.is_none() {
		return Ok(());
	}
	let services = parts.services;
	let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
		runtime_api_provider: parts.client.clone(),
		keystore: Some(parts.keystore),
		offchain_db: parts.backend.offchain_storage(),
		transaction_pool: Some(OffchainTransactionPoolFactory::new(parts.pool)),
		network_provider: Arc::new(parts.network),
		is_validator: parts.config.role.is_authority(),
		enable_http_requests: false,
		custom_extensions: move |_| match &services {
			Some(services) => vec![Box::new(popnet_primitives::services::ContentServicesExt::new(
				services.clone(),
			)) as Box<_>],
			None => Vec::new(),
		},
	})?;
	parts.task_manager.spawn_handle().spawn(
		"offchain-workers-runner",
		"offchain-work",
		workers.run(parts.client, parts.task_manager.spawn_handle()).boxed(),
	);
	Ok(())
}

/// Whether the command line asks this node to run content services.
pub fn wants_services(args: &ContentArgs) -> bool {
	args.masternode || args.superdelegate || args.gateway.is_some()
}
