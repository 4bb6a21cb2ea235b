//! The content services of this node: Masternodes, screening, gateway.
//!
//! The crates below `client/` do the work and know nothing of the node; this module starts them with
//! what the command line and the keystore say, hands them to the off-chain workers as
//! [`ContentServices`], and counts what they do. [`development`] adds what makes a network of one
//! process.

mod development;
mod identity;
mod library;
mod metrics;
mod screening;

pub use development::join_network;

use super::{Client, Mode};
use crate::cli::ContentArgs;
use library::ChainLibrary;
use popnet_content_net::{Host, HostConfig, Keeper, KeeperConfig, ShareOrder};
use popnet_gateway::Gateway;
use popnet_primitives::{
	content::ContentId,
	services::{
		ContentServices, ScreeningResult, ScreeningTask, StoreTask, MASTERNODE_KEY,
		SUPERDELEGATE_KEY,
	},
	AccountId, BlockNumber,
};
use popnet_screening::Screener;
use popnet_shard_store::MemoryStore;
use sc_keystore::LocalKeystore;
use sc_service::{error::Error as ServiceError, ChainType, Configuration, TaskManager};
use screening::ScreeningService;
use serde::Serialize;
use sp_core::crypto::Ss58Codec;
use sp_keystore::Keystore;
use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

/// Bytes of a GiB.
const GIB: u64 = 1024 * 1024 * 1024;
/// Where the gateway of a development node listens unless the command line says otherwise.
const DEVELOPMENT_GATEWAY: ([u8; 4], u16) = ([127, 0, 0, 1], 8080);

/// What the services are started with.
pub struct Parts<'a> {
	/// What the command line says about them.
	pub args: &'a ContentArgs,
	/// Configuration of the node.
	pub config: &'a Configuration,
	/// The chain.
	pub client: Arc<Client>,
	/// Holds the keys of Masternode and Superdelegate.
	pub keystore: Arc<LocalKeystore>,
	/// Runs what has to run beside them.
	pub task_manager: &'a TaskManager,
	/// How blocks come about.
	pub mode: Mode,
}

/// The running services.
pub struct Services {
	runtime: tokio::runtime::Handle,
	masternodes: Vec<LocalMasternode>,
	superdelegates: BTreeMap<[u8; 32], Arc<ScreeningService>>,
	gateway: Option<Gateway>,
	viewer: Host,
}

/// A Masternode that runs in this process.
pub struct LocalMasternode {
	account: AccountId,
	keeper: Arc<Keeper>,
}

/// What the RPC says about a Masternode of this process.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LocalMasternodeView {
	/// Place in the list, from 1.
	pub number: usize,
	/// Account in SS58.
	pub account: String,
	/// Peer id in the content network; empty while it is stopped.
	pub peer_id: String,
	/// Addresses in the content network.
	pub addresses: Vec<String>,
	/// Whether it serves.
	pub running: bool,
	/// Blocks stored.
	pub blocks: usize,
	/// Bytes stored.
	pub bytes: u64,
}

/// Starts the services that the command line asks for; on a development node all of them.
///
/// # Errors
/// When a key is missing, a port or a folder is taken, or the model cannot be used.
pub async fn start(parts: Parts<'_>) -> Result<Option<Arc<Services>>, ServiceError> {
	let development = parts.mode == Mode::Development;
	if !development && !super::wants_services(parts.args) {
		return Ok(None);
	}
	if development {
		development::insert_keys(&parts.keystore, parts.args.dev_masternodes)?;
	}
	let folder = parts.config.base_path.config_dir(parts.config.chain_spec.id()).join("content");
	let viewer_store = Arc::new(MemoryStore::new(0));
	let viewer_config = HostConfig { secret: identity::random_seed(), ..Default::default() };
	let viewer = Host::start(viewer_config, viewer_store).await.map_err(application)?;
	let services = Arc::new(Services {
		runtime: parts.config.tokio_handle.clone(),
		masternodes: start_masternodes(&parts, folder.join("masternodes")).await?,
		superdelegates: start_superdelegates(&parts, folder.join("superdelegates"), &viewer)?,
		gateway: start_gateway(&parts, &viewer).await?,
		viewer,
	});
	if let Some(gateway) = &services.gateway {
		log::info!("🎬 gateway: http://{}/", gateway.address());
	}
	if let Some(registry) = parts.config.prometheus_registry() {
		metrics::start(registry, services.clone(), parts.task_manager)
			.map_err(|error| ServiceError::Other(error.to_string()))?;
	}
	Ok(Some(services))
}

fn application(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
	ServiceError::Application(Box::new(error))
}

async fn start_masternodes(
	parts: &Parts<'_>,
	folder: PathBuf,
) -> Result<Vec<LocalMasternode>, ServiceError> {
	let development = parts.mode == Mode::Development;
	let accounts: Vec<AccountId> = if development {
		popnet_runtime::genesis_config_presets::dev_masternodes()
			.take(parts.args.dev_masternodes as usize)
			.collect()
	} else if parts.args.masternode {
		let key = only_key(parts, MASTERNODE_KEY, "--masternode")?;
		vec![key]
	} else {
		Vec::new()
	};
	let mut running = Vec::new();
	for account in accounts {
		let folder = folder.join(account.to_ss58check());
		let (listen, announce) = if development {
			(development::listen_addresses(), Vec::new())
		} else {
			(parts.args.content_listen.clone(), parts.args.content_public_addr.clone())
		};
		let secret = identity::stored_secret(&folder.join("identity")).map_err(application)?;
		let config = KeeperConfig {
			folder,
			quota: parts.args.content_quota.saturating_mul(GIB),
			host: HostConfig { secret, listen, announce, writers: Vec::new() },
		};
		let keeper = Keeper::start(config).await.map_err(application)?;
		running.push(LocalMasternode { account, keeper });
	}
	if !running.is_empty() {
		log::info!("📦 {} Masternodes run in this process", running.len());
	}
	Ok(running)
}

fn start_superdelegates(
	parts: &Parts<'_>,
	folder: PathBuf,
	viewer: &Host,
) -> Result<BTreeMap<[u8; 32], Arc<ScreeningService>>, ServiceError> {
	let members: Vec<(AccountId, [u8; 32])> = if parts.mode == Mode::Development {
		development::superdelegates()
	} else if parts.args.superdelegate {
		let account = only_key(parts, SUPERDELEGATE_KEY, "--superdelegate")?;
		let local = parts.config.chain_spec.chain_type() == ChainType::Local;
		// The genesis of a local test network names the well-known Superdelegates' screening keys.
		let well_known = development::superdelegates()
			.into_iter()
			.find(|(member, _)| local && *member == account);
		let file = folder.join(account.to_ss58check()).join("screening-key");
		vec![match well_known {
			Some(member) => member,
			None => (account, identity::stored_secret(&file).map_err(application)?),
		}]
	} else {
		Vec::new()
	};
	if members.is_empty() {
		return Ok(BTreeMap::new());
	}
	let limits = popnet_screening::Limits::default();
	let screener = match &parts.args.screening_model {
		Some(model) => Screener::load(model, limits),
		None => Screener::bundled(limits),
	}
	.map_err(application)?;
	let turns = Arc::new(tokio::sync::Semaphore::new(1));
	let mut services = BTreeMap::new();
	for (account, secret) in members {
		let service = ScreeningService::open(
			folder.join(account.to_ss58check()),
			secret,
			screener.clone(),
			viewer.clone(),
			turns.clone(),
		)
		.map_err(application)?;
		log::info!(
			"🔎 Superdelegate {} screens; screening key 0x{}, model {} ",
			account.to_ss58check(),
			hex::encode(popnet_media_codec::sealed::public_key(&secret)),
			hex::encode(screener.model_hash()),
		);
		services.insert(account.into(), Arc::new(service));
	}
	Ok(services)
}

async fn start_gateway(parts: &Parts<'_>, viewer: &Host) -> Result<Option<Gateway>, ServiceError> {
	let development = parts.mode == Mode::Development;
	let listen = parts.args.gateway.or(development.then(|| DEVELOPMENT_GATEWAY.into()));
	let Some(listen) = listen else { return Ok(None) };
	let library = Arc::new(ChainLibrary::new(parts.client.clone(), viewer.clone()));
	let config = popnet_gateway::Config::new(listen);
	let gateway = Gateway::start(config, library).await.map_err(application)?;
	Ok(Some(gateway))
}

/// The one key of type `key_type` in the keystore.
fn only_key(
	parts: &Parts<'_>,
	key_type: sp_core::crypto::KeyTypeId,
	option: &str,
) -> Result<AccountId, ServiceError> {
	let keys = parts.keystore.sr25519_public_keys(key_type);
	let name = String::from_utf8_lossy(&key_type.0).into_owned();
	match keys.as_slice() {
		[key] => Ok(AccountId::from(key.0)),
		[] => Err(ServiceError::Other(format!(
			"{option} needs a key: popnet key insert --key-type {name} --scheme sr25519 --suri <secret>"
		))),
		_ => Err(ServiceError::Other(format!(
			"{option} needs exactly one key of type {name}; the keystore holds {}",
			keys.len()
		))),
	}
}

impl Services {
	fn keeper(&self, node: &[u8; 32]) -> Option<&Arc<Keeper>> {
		let of_node = |local: &&LocalMasternode| AsRef::<[u8; 32]>::as_ref(&local.account) == node;
		self.masternodes.iter().find(of_node).map(|local| &local.keeper)
	}

	/// The Masternodes of this process.
	pub fn local_masternodes(&self) -> Vec<LocalMasternodeView> {
		(1..)
			.zip(&self.masternodes)
			.map(|(number, LocalMasternode { account, keeper })| {
				let host = keeper.host();
				LocalMasternodeView {
					number,
					account: account.to_ss58check(),
					peer_id: host.as_ref().map(Host::peer_id).unwrap_or_default(),
					addresses: host.as_ref().map(Host::addresses).unwrap_or_default(),
					running: host.is_some(),
					blocks: keeper.blocks(),
					bytes: keeper.bytes(),
				}
			})
			.collect()
	}

	/// Stops a Masternode of this process, as if its machine were gone; `false` when there is none.
	pub async fn stop_masternode(&self, node: &AccountId) -> bool {
		match self.keeper(node.as_ref()) {
			Some(keeper) => {
				keeper.stop().await;
				true
			}
			None => false,
		}
	}

	/// Starts it again; `false` when there is none.
	///
	/// # Errors
	/// When its ports are taken.
	pub async fn start_masternode(
		&self,
		node: &AccountId,
	) -> Result<bool, popnet_content_net::KeeperError> {
		match self.keeper(node.as_ref()) {
			Some(keeper) => keeper.resume().await.map(|()| true),
			None => Ok(false),
		}
	}

	/// Where the gateway listens.
	pub fn gateway_address(&self) -> Option<std::net::SocketAddr> {
		self.gateway.as_ref().map(Gateway::address)
	}
}

fn texts(sources: Vec<Vec<u8>>) -> Vec<String> {
	sources.into_iter().filter_map(|source| String::from_utf8(source).ok()).collect()
}

// Off-chain workers run on threads of their own, without the node's runtime.
impl ContentServices for Services {
	fn store(&self, node: [u8; 32], task: StoreTask) {
		let _runtime = self.runtime.enter();
		if let Some(keeper) = self.keeper(&node) {
			keeper.keep(ShareOrder {
				id: task.id.0,
				slot: task.slot,
				slots: task.slots,
				sources: texts(task.sources),
				holders: task.holders.into_iter().map(texts).collect(),
				manifest_size: task.manifest_size,
				coding: (task.coding.data, task.coding.total),
			});
		}
	}

	fn stored(&self, node: [u8; 32]) -> Vec<ContentId> {
		let stored = self.keeper(&node).map(|keeper| keeper.stored()).unwrap_or_default();
		stored.into_iter().map(ContentId).collect()
	}

	fn retain(&self, node: [u8; 32], keep: Vec<ContentId>) {
		if let Some(keeper) = self.keeper(&node) {
			let keep: Vec<_> = keep.into_iter().map(|id| id.0).collect();
			keeper.retain(&keep);
		}
	}

	fn accepts(&self, node: [u8; 32]) -> Option<bool> {
		let keeper = self.keeper(&node).filter(|keeper| keeper.host().is_some())?;
		Some(keeper.accepts())
	}

	fn screen(&self, member: [u8; 32], task: ScreeningTask) {
		let _runtime = self.runtime.enter();
		if let Some(service) = self.superdelegates.get(&member) {
			service.screen(task);
		}
	}

	fn screened(
		&self,
		member: [u8; 32],
		id: ContentId,
		round: BlockNumber,
	) -> Option<ScreeningResult> {
		self.superdelegates.get(&member).and_then(|service| service.result(id, round))
	}

	fn screening_done(&self, member: [u8; 32], id: ContentId, round: BlockNumber) {
		if let Some(service) = self.superdelegates.get(&member) {
			service.forget(id, round);
		}
	}
}
