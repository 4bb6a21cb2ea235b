//! A Masternode's service: fetches the shares it is told to keep, serves them, deletes the rest.
//!
//! A share whose blocks are all there is complete. When one of them is found damaged, the share is
//! damaged: it does not count as stored, its other blocks are kept and served, and the next order for
//! it fetches what is missing. So the chain's worker, which orders what it wants acknowledged and is
//! not yet stored, needs to know of complete shares only.
//!
//! A share that cannot be fetched is tried again with the next order for it, after a wait that doubles
//! with every failure. An order that names holders where the last one named none does not wait for the
//! failures of that one, and takes over from it while it is under way; it waits only for room.

use crate::{
	share::{fetch_share, ShareError, Turns},
	Host, HostConfig, Metrics, NetError, ShareOrder,
};
use codec::{Decode, DecodeAll, Encode};
use parking_lot::Mutex;
use popnet_media_codec::{cid::cid_text, Digest};
use popnet_shard_store::{BlockStore, DiskStore, Records, StoreError};
use std::{
	collections::{BTreeMap, HashMap, HashSet},
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::watch;

/// Shares that are being fetched, or wait for it; further orders are ignored until one is done.
const UNDER_WAY_MAX: usize = 1_024;
/// Time after which a share that could not be fetched is tried again, the first time.
const RETRY_AFTER: Duration = Duration::from_secs(4);
/// The same when it has failed often.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(32);
/// Time after which a share is tried again that found no room, unless something is deleted before, or
/// whose manifest is not the registered one.
const LONG_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);
/// Times that a share is looked through for blocks it lacks, which are then fetched.
const CONFIRMATIONS_MAX: usize = 4;
/// What [`Keeper::accepts`] measures room by, unless the quota is smaller.
const ROOM_BYTES: u64 = 1 << 30;
/// Free part of it, in percent, below which no more is accepted.
const ROOM_MIN_PERCENT: u64 = 5;
/// Free part of it, in percent, above which it is accepted again.
const ROOM_AGAIN_PERCENT: u64 = 10;
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

/// What a keeper has of its shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ShareCounts {
	/// Shares that are complete and durable.
	pub complete: usize,
	/// Shares that lack blocks which were found damaged, until an order for them comes.
	pub damaged: usize,
	/// Shares that are being fetched, or wait for it.
	pub under_way: usize,
	/// Blocks found damaged since the start.
	pub blocks_damaged: u64,
	/// Orders since the start that found no room.
	pub without_room: u64,
}

/// A share that is recorded on disk.
enum Share {
	/// All of these blocks are there.
	Complete(Vec<Digest>),
	/// Some of these blocks are not.
	Damaged(Vec<Digest>),
	/// The record does not say which blocks it has.
	Unreadable,
}

impl Share {
	fn blocks(&self) -> &[Digest] {
		match self {
			Self::Complete(blocks) | Self::Damaged(blocks) => blocks,
			Self::Unreadable => &[],
		}
	}
}

/// A share that could not be fetched.
#[derive(Clone, Copy)]
struct Failed {
	times: u32,
	/// When it may be tried again.
	retry_at: Instant,
	/// Whether the last order named holders.
	had_holders: bool,
	/// Whether there was no room for it.
	found_no_room: bool,
}

#[derive(Default)]
struct Work {
	shares: BTreeMap<Digest, Share>,
	/// Orders for shares that are being fetched, or wait for it, as they are read by who fetches.
	under_way: HashMap<Digest, watch::Sender<ShareOrder>>,
	failed: HashMap<Digest, Failed>,
	/// Damaged blocks of the store that `shares` takes account of.
	blocks_damaged: u64,
	without_room: u64,
	/// The last share for which there was no room, until it is stored or something is deleted.
	refused: Option<Digest>,
	/// Whether [`Keeper::accepts`] has last answered no.
	is_full: bool,
}

impl Work {
	/// Whether a share that has failed has to wait.
	fn waits(&self, order: &ShareOrder) -> bool {
		self.failed.get(&order.id).is_some_and(|failed| {
			let brings_holders = !order.holders.is_empty() && !failed.had_holders;
			Instant::now() < failed.retry_at && (failed.found_no_room || !brings_holders)
		})
	}

	/// Ends what is under way for `order`, and lets the share wait.
	fn fail(&mut self, order: &ShareOrder, error: &ShareError) {
		self.under_way.remove(&order.id);
		let times = self.failed.get(&order.id).map_or(0, |failed| failed.times);
		let wait = match error.is_no_room() || error.is_misfit() {
			true => LONG_RETRY_AFTER,
			false => RETRY_AFTER.saturating_mul(1 << times.min(8)).min(RETRY_AFTER_MAX),
		};
		let failed = Failed {
			times: times.saturating_add(1),
			retry_at: Instant::now() + wait,
			had_holders: !order.holders.is_empty(),
			found_no_room: error.is_no_room(),
		};
		self.failed.insert(order.id, failed);
	}

	/// Takes account of room that deleted blocks have left.
	fn notice_room(&mut self) {
		self.failed.retain(|_, failed| !failed.found_no_room);
		self.refused = None;
	}

	/// Takes account of blocks that `store` has found damaged meanwhile.
	fn notice_damage(&mut self, store: &dyn BlockStore) {
		let damaged = store.damaged();
		if damaged == self.blocks_damaged {
			return;
		}
		self.blocks_damaged = damaged;
		for (id, share) in &mut self.shares {
			match share {
				Share::Complete(blocks) if !blocks.iter().all(|block| store.has(block)) => {
					tracing::warn!(item = %cid_text(id), "a share is damaged");
					*share = Share::Damaged(std::mem::take(blocks));
				}
				_ => {}
			}
		}
	}

	fn count(&self, is_counted: impl Fn(&Share) -> bool) -> usize {
		self.shares.values().filter(|share| is_counted(share)).count()
	}

	/// The blocks of all recorded shares.
	fn needed(&self) -> HashSet<Digest> {
		self.shares.values().flat_map(Share::blocks).copied().collect()
	}

	/// Whether blocks that no recorded share needs belong nowhere.
	fn knows_all_blocks(&self) -> bool {
		self.under_way.is_empty()
			&& !self.shares.values().any(|share| matches!(share, Share::Unreadable))
	}
}

/// A running Masternode service. All methods but [`Keeper::start`], [`Keeper::stop`] and
/// [`Keeper::resume`] return at once; [`Keeper::retain`] deletes files before.
pub struct Keeper {
	config: KeeperConfig,
	store: Arc<dyn BlockStore>,
	records: Records,
	shares: Records,
	host: Mutex<Option<Host>>,
	/// Never locked while the disk works, for metrics wait for it.
	work: Mutex<Work>,
	/// Locked while blocks are deleted, and while a share is confirmed to be complete and recorded, so
	/// that a share is not recorded with blocks that are being deleted. Locked before `work`.
	settling: Mutex<()>,
	/// Locked while a share for which there is no room is deleted, which may make room for the others.
	giving_up: tokio::sync::Mutex<()>,
	turns: Turns,
}

impl Keeper {
	/// Opens the store and starts the host.
	///
	/// # Errors
	/// When the folder is in use or broken, or the host cannot listen.
	pub async fn start(config: KeeperConfig) -> Result<Arc<Self>, KeeperError> {
		let store = DiskStore::open(config.folder.join("shards"), config.quota)?;
		Self::start_with(config, Arc::new(store)).await
	}

	async fn start_with(
		config: KeeperConfig,
		store: Arc<dyn BlockStore>,
	) -> Result<Arc<Self>, KeeperError> {
		let records = Records::open(config.folder.join("records"))?;
		let shares = Records::open(config.folder.join("shares"))?;
		let recorded = read_shares(&shares, store.as_ref())?;
		let keeper = Arc::new(Self {
			config,
			store,
			records,
			shares,
			host: Mutex::new(None),
			work: Mutex::new(Work { shares: recorded, ..Default::default() }),
			settling: Mutex::default(),
			giving_up: tokio::sync::Mutex::default(),
			turns: Turns::default(),
		});
		keeper.resume().await?;
		Ok(keeper)
	}

	/// Starts the host again after [`Keeper::stop`]; does nothing while it runs. When a port of the last
	/// start is taken and the configuration leaves the choice, others are used.
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
		let has_choice = listen != self.config.host.listen;
		let again = HostConfig { listen, ..self.config.host.clone() };
		let host = match Host::start(again, self.store.clone()).await {
			Ok(host) => host,
			Err(error @ (NetError::Start { .. } | NetError::Listen(_))) if has_choice => {
				tracing::warn!(%error, "a port of the last start is taken; others are used");
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

	/// Fetches a share, or what a damaged one lacks, unless it is complete, under way, or has just
	/// failed. An order with holders takes over from one without.
	pub fn keep(self: &Arc<Self>, order: ShareOrder) {
		let Some(host) = self.host() else { return };
		let mut work = self.work.lock();
		work.notice_damage(self.store.as_ref());
		if let Some(under_way) = work.under_way.get(&order.id) {
			under_way.send_if_modified(|present| {
				let takes_over = present.holders.is_empty() && !order.holders.is_empty();
				if takes_over {
					*present = order;
				}
				takes_over
			});
			return;
		}
		let is_complete = matches!(work.shares.get(&order.id), Some(Share::Complete(_)));
		if is_complete || work.waits(&order) || work.under_way.len() >= UNDER_WAY_MAX {
			return;
		}
		let id = order.id;
		let (sender, orders) = watch::channel(order);
		work.under_way.insert(id, sender);
		drop(work);
		let keeper = self.clone();
		tokio::spawn(async move { keeper.fetch(host, orders).await });
	}

	/// Fetches the share that the last of `orders` is for.
	async fn fetch(self: Arc<Self>, host: Host, mut orders: watch::Receiver<ShareOrder>) {
		loop {
			let order = orders.borrow_and_update().clone();
			let (item, slot) = (cid_text(&order.id), order.slot);
			let given_up = self.work.lock().without_room;
			let mut blocks = Vec::new();
			match self.complete(&host, &order, &mut orders, &mut blocks).await {
				Ok(()) => tracing::info!(%item, slot, blocks = blocks.len(), "share stored"),
				Err(ShareError::Overtaken) => continue,
				Err(error) if error.is_no_room() => {
					let _alone = self.giving_up.lock().await;
					if self.work.lock().without_room != given_up {
						continue; // another share has made room meanwhile
					}
					tracing::error!(%item, slot, %error, "no room for a share; tried again later");
					self.give_up(&order, blocks, &error).await;
				}
				Err(error) => {
					let mut work = self.work.lock();
					if orders.has_changed().unwrap_or(false) {
						continue; // an order with holders came at the last moment
					}
					work.fail(&order, &error);
					drop(work);
					tracing::warn!(%item, slot, %error, "share not stored");
				}
			}
			return;
		}
	}

	/// Gets what is missing of the share and records it. `blocks` are then its blocks, and after an
	/// error those that may be stored.
	async fn complete(
		self: &Arc<Self>,
		host: &Host,
		order: &ShareOrder,
		orders: &mut watch::Receiver<ShareOrder>,
		blocks: &mut Vec<Digest>,
	) -> Result<(), ShareError> {
		if let Some(Share::Damaged(recorded)) = self.work.lock().shares.get(&order.id) {
			blocks.clone_from(recorded);
		}
		for _ in 0..=CONFIRMATIONS_MAX {
			tokio::select! {
				fetched = fetch_share(host, &self.store, order, &self.turns, blocks) => fetched?,
				Ok(()) = orders.changed() => return Err(ShareError::Overtaken),
			}
			let (keeper, id, found) = (self.clone(), order.id, blocks.clone());
			let confirmed = tokio::task::spawn_blocking(move || keeper.confirm(id, found));
			if confirmed.await.map_err(|_| ShareError::Interrupted)?? {
				return Ok(());
			}
		}
		Err(ShareError::Lost)
	}

	/// Records the share, if all of its blocks are there.
	fn confirm(&self, id: Digest, blocks: Vec<Digest>) -> Result<bool, StoreError> {
		let _settling = self.settling.lock();
		if !blocks.iter().all(|block| self.store.has(block)) {
			return Ok(false);
		}
		self.shares.put(&id, &blocks.encode())?;
		let mut work = self.work.lock();
		work.under_way.remove(&id);
		work.failed.remove(&id);
		work.refused = work.refused.filter(|refused| *refused != id);
		work.shares.insert(id, Share::Complete(blocks));
		Ok(true)
	}

	/// Deletes what was fetched of a share for which there is no room, to leave it to smaller ones.
	async fn give_up(
		self: &Arc<Self>,
		order: &ShareOrder,
		blocks: Vec<Digest>,
		error: &ShareError,
	) {
		let keeper = self.clone();
		let deleted = tokio::task::spawn_blocking(move || {
			let _settling = keeper.settling.lock();
			let needed = keeper.work.lock().needed();
			keeper.delete(blocks.into_iter().filter(|block| !needed.contains(block)));
		});
		let _ = deleted.await; // the process ends
		let mut work = self.work.lock();
		work.fail(order, error);
		work.refused = Some(order.id);
		work.without_room += 1;
	}

	/// Deletes blocks and returns how many were there; `settling` is locked.
	fn delete(&self, blocks: impl Iterator<Item = Digest>) -> usize {
		let mut deleted = 0;
		for block in blocks {
			match self.store.remove(&block) {
				Ok(was_there) => deleted += usize::from(was_there),
				Err(error) => tracing::warn!(%error, "a block cannot be deleted"),
			}
		}
		deleted
	}

	/// Items whose share is complete and durable; none while the host is stopped.
	pub fn stored(&self) -> Vec<Digest> {
		if self.host.lock().is_none() {
			return Vec::new();
		}
		let mut work = self.work.lock();
		work.notice_damage(self.store.as_ref());
		let complete = work.shares.iter().filter(|(_, share)| matches!(share, Share::Complete(_)));
		complete.map(|(id, _)| *id).collect()
	}

	/// Deletes every share that is not in `keep`, and, while no share is being fetched to which they
	/// may belong, blocks that belong to none.
	pub fn retain(&self, keep: &[Digest]) {
		let keep: HashSet<Digest> = keep.iter().copied().collect();
		let _settling = self.settling.lock();
		let mut work = self.work.lock();
		work.failed.retain(|id, _| keep.contains(id));
		let (kept, dropped): (BTreeMap<_, _>, BTreeMap<_, _>) =
			std::mem::take(&mut work.shares).into_iter().partition(|(id, _)| keep.contains(id));
		work.shares = kept;
		let needed = work.needed();
		let candidates: Vec<Digest> = match work.knows_all_blocks() {
			true => self.store.digests(),
			false => dropped.values().flat_map(Share::blocks).copied().collect(),
		};
		drop(work);
		for id in dropped.keys() {
			if let Err(error) = self.shares.remove(id) {
				tracing::warn!(item = %cid_text(id), %error, "a share cannot be forgotten");
			}
		}
		let deleted = self.delete(candidates.into_iter().filter(|block| !needed.contains(block)));
		if deleted > 0 {
			self.work.lock().notice_room();
		}
	}

	/// Whether there is room for more: not while less than 5 % of the quota, or of a GiB if the quota is
	/// larger, is free, nor after a share found no room, until something is deleted or the share is
	/// stored after all; then again when more than 10 % is free. Says nothing of whether the host runs.
	/// Takes no more than a look at counters.
	pub fn accepts(&self) -> bool {
		let quota = self.store.quota();
		let free = quota.saturating_sub(self.store.used());
		let percent = |percent| quota.min(ROOM_BYTES) * percent / 100;
		let mut work = self.work.lock();
		if work.refused.is_some() || free < percent(ROOM_MIN_PERCENT) {
			work.is_full = true;
		} else if free > percent(ROOM_AGAIN_PERCENT) {
			work.is_full = false;
		}
		!work.is_full
	}

	/// Blocks in the store.
	pub fn blocks(&self) -> usize {
		self.store.count()
	}

	/// Bytes of the store in use.
	pub fn bytes(&self) -> u64 {
		self.store.used()
	}

	/// What the keeper has of its shares.
	pub fn share_counts(&self) -> ShareCounts {
		let mut work = self.work.lock();
		work.notice_damage(self.store.as_ref());
		let complete = work.count(|share| matches!(share, Share::Complete(_)));
		ShareCounts {
			complete,
			damaged: work.shares.len() - complete,
			under_way: work.under_way.len(),
			blocks_damaged: work.blocks_damaged,
			without_room: work.without_room,
		}
	}

	/// What the present host has done; nothing while it is stopped.
	pub fn metrics(&self) -> Metrics {
		self.host().map(|host| host.metrics()).unwrap_or_default()
	}
}

/// The shares that are recorded on disk. The record of one that lacks blocks stays: while it is there,
/// the other blocks are kept.
fn read_shares(
	shares: &Records,
	store: &dyn BlockStore,
) -> Result<BTreeMap<Digest, Share>, StoreError> {
	let mut recorded = BTreeMap::new();
	for name in shares.names()? {
		let Ok(id) = Digest::try_from(name.as_slice()) else { continue };
		let Some(bytes) = shares.get(&name)? else { continue };
		let item = cid_text(&id);
		let share = match Vec::<Digest>::decode_all(&mut &bytes[..]) {
			Ok(blocks) => {
				let missing = blocks.iter().filter(|block| !store.has(block)).count();
				if missing == 0 {
					Share::Complete(blocks)
				} else {
					tracing::warn!(%item, missing, "a share lacks blocks");
					Share::Damaged(blocks)
				}
			}
			Err(error) => {
				tracing::warn!(%item, %error, "the record of a share is damaged");
				Share::Unreadable
			}
		};
		recorded.insert(id, share);
	}
	Ok(recorded)
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
	use popnet_media_codec::{
		encoder::{Description, Encoder},
		manifest::MediaKind,
		Coding, ContentKey,
	};
	use popnet_shard_store::MemoryStore;
	use rand::{rngs::StdRng, SeedableRng};
	use std::sync::atomic::{AtomicUsize, Ordering};

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

	#[test]
	fn a_share_waits_longer_each_time_unless_the_order_brings_holders() {
		let order = ShareOrder {
			id: [1; 32],
			slot: 0,
			slots: 12,
			sources: Vec::new(),
			holders: Vec::new(),
			manifest_size: 1,
			coding: (36, 48),
		};
		let with_holders = ShareOrder { holders: vec![Vec::new(); 12], ..order.clone() };
		let (mut work, error) = (Work::default(), ShareError::Missing(order.id));
		let mut waits = Vec::new();
		for _ in 0..5 {
			let now = Instant::now();
			work.fail(&order, &error);
			waits.push((work.failed[&order.id].retry_at - now).as_secs());
		}

		assert_eq!(waits, [4, 8, 16, 32, 32]);
		assert!(work.waits(&order) && !work.waits(&with_holders));
		work.fail(&with_holders, &error);
		assert!(work.waits(&with_holders), "they were of no use");
		let misfit = ShareError::ManifestSize { registered: 1, got: 2 };
		work.fail(&order, &misfit);
		assert!(work.failed[&order.id].retry_at > Instant::now() + RETRY_AFTER_MAX);
	}

	/// Loses the block `victim` when blocks are stored for the second time.
	struct Forgetful {
		inner: MemoryStore,
		victim: Digest,
		puts: AtomicUsize,
	}

	impl BlockStore for Forgetful {
		fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
			if self.puts.fetch_add(1, Ordering::Relaxed) == 1 {
				assert!(self.inner.remove(&self.victim)?);
			}
			self.inner.put_many(blocks)
		}
		fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
			self.inner.get(digest)
		}
		fn length(&self, digest: &Digest) -> Option<u64> {
			self.inner.length(digest)
		}
		fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
			self.inner.remove(digest)
		}
		fn digests(&self) -> Vec<Digest> {
			self.inner.digests()
		}
		fn count(&self) -> usize {
			self.inner.count()
		}
		fn damaged(&self) -> u64 {
			self.inner.damaged()
		}
		fn used(&self) -> u64 {
			self.inner.used()
		}
		fn quota(&self) -> u64 {
			self.inner.quota()
		}
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_share_is_recorded_only_with_all_of_its_blocks() {
		let published = Arc::new(MemoryStore::new(u64::MAX));
		let mut rng = StdRng::seed_from_u64(1);
		let description = Description {
			media: MediaKind::Video,
			mime: "video/mp4".into(),
			name: "film.mp4".into(),
		};
		let coding = Coding { data: 36, total: 48 };
		let key = ContentKey::generate(&mut rng);
		let mut encoder = Encoder::new(&key, coding, 4_096, description).unwrap();
		let mut sink = |name, bytes: &[u8]| published.put(name, bytes);
		encoder.push(&[7; 100_000], &mut sink).unwrap();
		let id = encoder.finish(&mut sink).unwrap().id;
		let listen = vec!["/ip4/127.0.0.1/tcp/0".to_string()];
		let host = HostConfig { secret: [200; 32], listen, ..Default::default() };
		let publisher = Host::start(host, published.clone()).await.unwrap();
		let folder = tempfile::tempdir().unwrap();
		let config = KeeperConfig {
			folder: folder.path().to_path_buf(),
			quota: u64::MAX,
			host: HostConfig { secret: [201; 32], ..Default::default() },
		};
		let store = Arc::new(Forgetful {
			inner: MemoryStore::new(u64::MAX),
			victim: id,
			puts: AtomicUsize::new(0),
		});
		let keeper = Keeper::start_with(config, store.clone()).await.unwrap();

		let manifest_size = u32::try_from(published.length(&id).unwrap()).unwrap();
		keeper.keep(ShareOrder {
			id,
			slot: 0,
			slots: 12,
			sources: publisher.addresses(),
			holders: Vec::new(),
			manifest_size,
			coding: (36, 48),
		});
		for _ in 0..600 {
			if keeper.share_counts().under_way == 0 {
				break;
			}
			tokio::time::sleep(Duration::from_millis(20)).await;
		}

		assert_eq!(keeper.stored(), [id]);
		assert!(store.has(&id), "the lost block was fetched again");
		assert_eq!(publisher.metrics().blocks_served, keeper.blocks() as u64 + 1);
	}
}
