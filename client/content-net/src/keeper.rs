//! A Masternode's service: fetches the shares it is told to keep, serves them, deletes the rest.

use crate::{fetch_share, Host, HostConfig, Metrics, NetError, ShareOrder};
use codec::{Decode, Encode};
use parking_lot::Mutex;
use popnet_media_codec::{cid::cid_text, Digest};
use popnet_shard_store::{BlockStore, DiskStore, Records, StoreError};
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Shares that are fetched at a time.
const SHARES_AT_A_TIME: usize = 4;
/// Time after which a share that could not be fetched is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(4);
/// Name of the record that holds the addresses the host listened at.
const LISTEN_RECORD: &[u8] = b"listen";

/// How a keeper is set up.
#[derive(Clone, Debug)]
pub struct KeeperConfig {
	/// Folder of the store and the records.
	pub folder: PathBuf,
	/// Bytes that shards may take.
	pub quota: u64,
	/// The host. An address with port 0 gets the port of the last start, if that is free.
	pub host: HostConfig,
}

/// Why a keeper cannot start.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
	/// The disk refuses.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The network refuses.
	#[error(transparent)]
	Net(#[from] NetError),
}

#[derive(Default)]
struct Work {
	/// Shares that are complete and durable, with the digests of their blocks.
	complete: BTreeMap<Digest, Vec<Digest>>,
	/// Shares that are being fetched, or wait for it.
	under_way: HashSet<Digest>,
	failed_at: HashMap<Digest, Instant>,
}

/// A running Masternode service. All methods but [`Keeper::start`] and [`Keeper::stop`] return at once.
pub struct Keeper {
	config: KeeperConfig,
	store: Arc<dyn BlockStore>,
	records: Records,
	shares: Records,
	host: Mutex<Option<Host>>,
	work: Mutex<Work>,
	turns: Semaphore,
}

impl Keeper {
	/// Opens the store and starts the host.
	///
	/// # Errors
	/// When the folder is in use or broken, or the host cannot listen.
	pub async fn start(config: KeeperConfig) -> Result<Arc<Self>, KeeperError> {
		let store: Arc<dyn BlockStore> =
			Arc::new(DiskStore::open(config.folder.join("shards"), config.quota)?);
		let records = Records::open(config.folder.join("records"))?;
		let shares = Records::open(config.folder.join("shares"))?;
		let complete = read_shares(&shares, store.as_ref())?;
		let keeper = Arc::new(Self {
			config,
			store,
			records,
			shares,
			host: Mutex::new(None),
			work: Mutex::new(Work { complete, ..Default::default() }),
			turns: Semaphore::new(SHARES_AT_A_TIME),
		});
		keeper.resume().await?;
		Ok(keeper)
	}

	/// Starts the host again after [`Keeper::stop`]; does nothing while it runs.
	///
	/// # Errors
	/// When the host cannot listen.
	pub async fn resume(&self) -> Result<(), KeeperError> {
		if self.host.lock().is_some() {
			return Ok(());
		}
		let remembered = self
			.records
			.get(LISTEN_RECORD)?
			.and_then(|bytes| Vec::<String>::decode(&mut &bytes[..]).ok())
			.unwrap_or_default();
		let listen = same_ports(&self.config.host.listen, &remembered);
		let again = HostConfig { listen, ..self.config.host.clone() };
		let host = match Host::start(again, self.store.clone()).await {
			Ok(host) => host,
			Err(NetError::Start { .. }) if !remembered.is_empty() => {
				Host::start(self.config.host.clone(), self.store.clone()).await?
			}
			Err(error) => return Err(error.into()),
		};
		self.records.put(LISTEN_RECORD, &host.listening().encode())?;
		*self.host.lock() = Some(host);
		Ok(())
	}

	/// Stops serving and fetching; when it returns the ports are free. The store stays.
	pub async fn stop(&self) {
		let host = self.host.lock().take();
		if let Some(host) = host {
			host.stop().await;
		}
	}

	/// The host, while it runs.
	pub fn host(&self) -> Option<Host> {
		self.host.lock().clone()
	}

	/// Fetches a share, unless it is complete, under way, or has just failed.
	pub fn keep(self: &Arc<Self>, order: ShareOrder) {
		let Some(host) = self.host() else { return };
		let mut work = self.work.lock();
		let waits = work.failed_at.get(&order.id).is_some_and(|at| at.elapsed() < RETRY_AFTER);
		if waits || work.complete.contains_key(&order.id) || !work.under_way.insert(order.id) {
			return;
		}
		drop(work);
		let keeper = self.clone();
		tokio::spawn(async move { keeper.fetch(host, order).await });
	}

	async fn fetch(&self, host: Host, order: ShareOrder) {
		let result = match self.turns.acquire().await {
			Ok(_turn) => fetch_share(&host, &self.store, &order).await,
			Err(_) => return,
		};
		let recorded = result.and_then(|blocks| {
			self.shares.put(&order.id, &blocks.encode())?;
			Ok(blocks)
		});
		let mut work = self.work.lock();
		work.under_way.remove(&order.id);
		match recorded {
			Ok(blocks) => {
				tracing::info!(item = %cid_text(&order.id), slot = order.slot, blocks = blocks.len(), "share stored");
				work.failed_at.remove(&order.id);
				work.complete.insert(order.id, blocks);
			}
			Err(error) => {
				tracing::warn!(item = %cid_text(&order.id), slot = order.slot, %error, "share not stored");
				work.failed_at.insert(order.id, Instant::now());
			}
		}
	}

	/// Items whose share is complete and durable; none while the host is stopped.
	pub fn stored(&self) -> Vec<Digest> {
		match self.host.lock().is_some() {
			true => self.work.lock().complete.keys().copied().collect(),
			false => Vec::new(),
		}
	}

	/// Deletes every share that is not in `keep`, and blocks that belong to no share.
	pub fn retain(self: &Arc<Self>, keep: &[Digest]) {
		let keep: HashSet<Digest> = keep.iter().copied().collect();
		let mut work = self.work.lock();
		work.failed_at.retain(|id, _| keep.contains(id));
		let dropped: Vec<Digest> =
			work.complete.keys().filter(|id| !keep.contains(*id)).copied().collect();
		// While shares are being fetched, blocks that seem to belong nowhere may be theirs.
		if !work.under_way.is_empty() {
			return;
		}
		for id in &dropped {
			work.complete.remove(id);
		}
		let needed: HashSet<Digest> = work.complete.values().flatten().copied().collect();
		for id in &dropped {
			if let Err(error) = self.shares.remove(id) {
				tracing::warn!(item = %cid_text(id), %error, "a share cannot be forgotten");
			}
		}
		for block in self.store.digests().into_iter().filter(|block| !needed.contains(block)) {
			if let Err(error) = self.store.remove(&block) {
				tracing::warn!(%error, "a block cannot be deleted");
			}
		}
	}

	/// Blocks in the store.
	pub fn blocks(&self) -> usize {
		self.store.digests().len()
	}

	/// Bytes of the store in use.
	pub fn bytes(&self) -> u64 {
		self.store.used()
	}

	/// Shares that are complete, and shares under way.
	pub fn shares(&self) -> (usize, usize) {
		let work = self.work.lock();
		(work.complete.len(), work.under_way.len())
	}

	/// What the present host has done; nothing while it is stopped.
	pub fn metrics(&self) -> Metrics {
		self.host().map(|host| host.metrics()).unwrap_or_default()
	}
}

/// The complete shares on disk. One that lacks a block is forgotten, so that it is fetched again.
fn read_shares(
	shares: &Records,
	store: &dyn BlockStore,
) -> Result<BTreeMap<Digest, Vec<Digest>>, StoreError> {
	let mut complete = BTreeMap::new();
	for name in shares.names()? {
		let Ok(id) = Digest::try_from(name.as_slice()) else { continue };
		let blocks =
			shares.get(&name)?.and_then(|bytes| Vec::<Digest>::decode(&mut &bytes[..]).ok());
		match blocks {
			Some(blocks) if blocks.iter().all(|block| store.has(block)) => {
				complete.insert(id, blocks);
			}
			_ => {
				tracing::warn!(item = %cid_text(&id), "a share lacks blocks and will be fetched again");
				shares.remove(&name)?;
			}
		}
	}
	Ok(complete)
}

/// `wanted` with the ports of `remembered` in place of port 0, where the two are alike.
fn same_ports(wanted: &[String], remembered: &[String]) -> Vec<String> {
	wanted
		.iter()
		.map(|address| {
			let Some((head, tail)) = address.split_once("/tcp/0") else { return address.clone() };
			let fits = |other: &&String| {
				other.strip_prefix(head).and_then(|rest| rest.strip_prefix("/tcp/")).is_some_and(
					|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()) == tail,
				)
			};
			remembered.iter().find(fits).unwrap_or(address).clone()
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_free_port_is_the_one_of_the_last_start() {
		let wanted = ["/ip4/127.0.0.1/tcp/0".to_string(), "/ip4/127.0.0.1/tcp/0/ws".to_string()];
		let last =
			["/ip4/127.0.0.1/tcp/4001".to_string(), "/ip4/127.0.0.1/tcp/4002/ws".to_string()];
		assert_eq!(same_ports(&wanted, &last), last);
		assert_eq!(same_ports(&wanted, &[]), wanted);
		let fixed = ["/ip4/127.0.0.1/tcp/30500".to_string()];
		assert_eq!(same_ports(&fixed, &last), fixed);
	}
}
