//! How a Masternode gets its share of an item and makes it durable.
//!
//! The publisher's addresses, the *sources*, are asked first. What they do not deliver is rebuilt from
//! the shards of the placement's other slots, stripe by stripe, so that no more than one stripe is in
//! memory. An order whose peers are all silent never gets a turn; one that takes long lets the others
//! have theirs, and goes on where it was.

use crate::{peers::Peers, Host, Retrieval, RetrievalError, Whereabouts};
use popnet_media_codec::{
	decoder::{is_shard, DecodeError},
	erasure::{self, ErasureError},
	manifest::{slot_of, Row, ShardRef},
	Coding, Digest, Manifest,
};
use popnet_shard_store::{BlockStore, StoreError};
use std::{
	collections::HashSet,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::{OnceCell, Semaphore};

/// Shares that are fetched at a time.
const SHARES_AT_A_TIME: usize = 4;
/// Orders whose peers are asked at a time whether they are there.
const CONTACTS_AT_A_TIME: usize = 256;
/// Time after which a share lets another one have its turn.
const TURN: Duration = Duration::from_secs(60);
/// Blocks that are made durable together.
const BATCH: usize = 32;
/// Time for a peer to show that it is there.
const CONTACT_TIMEOUT: Duration = Duration::from_secs(25);
/// Time for a source to do so before the holders, if there are any, are asked in its place.
const HEAD_START: Duration = Duration::from_secs(3);
/// Time for the holders to say whether they have shards of this slot.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(3);
/// Time for the manifest.
const MANIFEST_TIMEOUT: Duration = Duration::from_secs(60);

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareOrder {
	/// The item.
	pub id: Digest,
	/// Slot of this Masternode.
	pub slot: u32,
	/// Slots of the placement.
	pub slots: u32,
	/// Where the publisher serves the item.
	pub sources: Vec<String>,
	/// The addresses of each slot's Masternode in slot order, from whose shards those of this slot can
	/// be rebuilt; those of this slot are not used. Empty when unknown.
	pub holders: Vec<Vec<String>>,
	/// Registered bytes of the manifest block.
	pub manifest_size: u32,
	/// Registered erasure code: shards that suffice, and shards of a stripe.
	pub coding: (u16, u16),
}

/// Why a share is not complete.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
	/// None of the peers that the order names can be reached.
	#[error("none of {asked} peers that may have {} answers", popnet_media_codec::cid::cid_text(.id))]
	Unanswered {
		/// The item.
		id: Digest,
		/// Addresses that were tried.
		asked: usize,
	},
	/// The publisher does not deliver a block, or not the right one.
	#[error("the publisher does not deliver block {}", popnet_media_codec::cid::cid_text(.0))]
	Missing(Digest),
	/// The manifest is not as long as was registered.
	#[error("the manifest has {got} bytes, {registered} are registered")]
	ManifestSize {
		/// Registered bytes.
		registered: u32,
		/// Bytes that it has.
		got: usize,
	},
	/// The manifest has another code than was registered: the placement is made for the other one.
	#[error("the manifest's code is {} of {}, {} of {} is registered", .got.0, .got.1, .registered.0, .registered.1)]
	Coding {
		/// Registered shards that suffice, and shards of a stripe.
		registered: (u16, u16),
		/// Those of the manifest.
		got: (u16, u16),
	},
	/// The shards of the other slots make another shard than the manifest names: the publisher made it
	/// so, and only the publisher has that one.
	#[error("block {} cannot be rebuilt: the manifest names another one than its stripe makes", popnet_media_codec::cid::cid_text(.0))]
	Code(Digest),
	/// The manifest, a segment of it, or the shards of a stripe cannot be fetched.
	#[error(transparent)]
	Retrieval(#[from] RetrievalError),
	/// Shards cannot be rebuilt.
	#[error(transparent)]
	Erasure(#[from] ErasureError),
	/// The store refuses.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The task was interrupted.
	#[error("storing was interrupted")]
	Interrupted,
	/// A later order for the share names holders, which this one did not.
	#[error("a later order for the share takes over")]
	Overtaken,
	/// Blocks were deleted, or found damaged, as often as they were fetched.
	#[error("blocks of the share went away while others were fetched")]
	Lost,
}

impl ShareError {
	/// Whether there is no room for the share.
	pub fn is_no_room(&self) -> bool {
		matches!(self, Self::Store(error) if error.is_no_room())
	}

	/// Whether the manifest is not the registered one, which no further try changes.
	pub fn is_misfit(&self) -> bool {
		matches!(self, Self::ManifestSize { .. } | Self::Coding { .. })
	}
}

/// Whose turn it is. Whoever waits longest is next.
pub(crate) struct Turns {
	contacts: Semaphore,
	shares: Semaphore,
	/// Time after which a share lets another one have its turn.
	length: Duration,
}

impl Default for Turns {
	fn default() -> Self {
		Self {
			contacts: Semaphore::new(CONTACTS_AT_A_TIME),
			shares: Semaphore::new(SHARES_AT_A_TIME),
			length: TURN,
		}
	}
}

/// Gets what `order` asks for into `store`: the manifest, and of each stripe and segment the shards of
/// the slot. When it returns, everything is durable. Blocks that are there already are kept.
/// `share` are the digests of all blocks of the share, if they are known, else nothing; they are
/// written to it.
///
/// # Errors
/// When a block cannot be had or stored; what was stored before stays, and is in `share`.
pub(crate) async fn fetch_share(
	host: &Host,
	store: &Arc<dyn BlockStore>,
	order: &ShareOrder,
	turns: &Turns,
	share: &mut Vec<Digest>,
) -> Result<(), ShareError> {
	if !share.is_empty() && share.iter().all(|block| store.has(block)) {
		return Ok(());
	}
	let fetching = Fetching::new(host, store, order);
	let contact = turns.contacts.acquire().await.map_err(|_| ShareError::Interrupted)?;
	fetching.contact().await?;
	drop(contact);
	if !share.is_empty() && fetching.sources.have_answered() {
		let _turn = turns.shares.acquire().await.map_err(|_| ShareError::Interrupted)?;
		let missing = fetching.fetch_from(&fetching.sources, share).await?;
		match (missing.first(), &fetching.holders) {
			(None, _) => return Ok(()),
			(Some(block), None) => return Err(ShareError::Missing(*block)),
			(Some(_), Some(_)) => {}
		}
	}
	share.clear();
	share.push(order.id);
	let mut next_stripe = 0;
	loop {
		let _turn = turns.shares.acquire().await.map_err(|_| ShareError::Interrupted)?;
		let end = Instant::now() + turns.length;
		if fetching.fetch_stripes(&mut next_stripe, end, share).await? {
			return Ok(());
		}
	}
}

/// A stripe or a segment.
struct Part {
	number: u64,
	/// All of its shards.
	all: Vec<ShardRef>,
	/// Those of the slot.
	own: Vec<ShardRef>,
}

impl Part {
	fn new(order: &ShareOrder, number: u64, all: Vec<ShardRef>) -> Self {
		let is_own = |shard: &&ShardRef| slot_of(number, shard.shard, order.slots) == order.slot;
		let own = all.iter().filter(is_own).copied().collect();
		Self { number, all, own }
	}

	fn own_blocks(&self) -> impl Iterator<Item = Digest> + '_ {
		self.own.iter().map(|shard| shard.digest)
	}
}

/// The rows of the segment that was read last.
type Table = Option<(u32, Arc<Vec<Row>>)>;

/// One order and its peers.
struct Fetching<'a> {
	store: &'a Arc<dyn BlockStore>,
	order: &'a ShareOrder,
	sources: Peers,
	holders: Option<Holders>,
}

/// The other slots.
struct Holders {
	retrieval: Retrieval,
	peers: Peers,
	/// Those that have shards of this slot, which nobody obliges them to.
	direct: OnceCell<Peers>,
}

impl Holders {
	fn new(host: &Host, order: &ShareOrder) -> Option<Self> {
		if order.holders.is_empty() {
			return None;
		}
		let mut number = 0;
		let slots: Vec<Vec<String>> = std::iter::from_fn(|| {
			let is_other = number != order.slot;
			let holder = order.holders.get(number as usize).filter(|_| is_other);
			let slot = (number < order.slots).then(|| holder.cloned().unwrap_or_default());
			number += 1;
			slot
		})
		.collect();
		Some(Self {
			peers: Peers::new(host, slots.iter().flatten().cloned()),
			retrieval: Retrieval::new(host.clone(), Whereabouts::Slots(slots)),
			direct: OnceCell::new(),
		})
	}
}

impl<'a> Fetching<'a> {
	fn new(host: &Host, store: &'a Arc<dyn BlockStore>, order: &'a ShareOrder) -> Self {
		let sources = Peers::new(host, order.sources.iter().cloned());
		Self { store, order, sources, holders: Holders::new(host, order) }
	}

	/// Waits until a peer shows that it is there.
	async fn contact(&self) -> Result<(), ShareError> {
		let (id, sources) = (&self.order.id, &self.sources);
		let mut asked = sources.count();
		if let Some(Holders { peers, .. }) = &self.holders {
			asked += peers.count();
			if sources.contact(id, HEAD_START).await || peers.contact(id, CONTACT_TIMEOUT).await {
				return Ok(());
			}
		}
		match sources.contact(id, CONTACT_TIMEOUT).await {
			true => Ok(()),
			false => Err(ShareError::Unanswered { id: *id, asked }),
		}
	}

	/// Fetches the shards of the slot from `next_stripe` on, of one stripe at least; `false` when `end`
	/// comes before the last.
	async fn fetch_stripes(
		&self,
		next_stripe: &mut u64,
		end: Instant,
		share: &mut Vec<Digest>,
	) -> Result<bool, ShareError> {
		let manifest = self.manifest().await?;
		let mut table = None;
		while *next_stripe < manifest.stripes() {
			// Sources give many blocks at a time; a stripe is rebuilt alone.
			let most = if self.sources.have_answered() { BATCH } else { 1 };
			let (mut batch, mut blocks) = (Vec::new(), 0);
			while *next_stripe < manifest.stripes() && blocks < most && batch.len() < most {
				let stripe = *next_stripe;
				let row = self.row(&manifest, &mut table, stripe, share).await?;
				let part = Part::new(self.order, stripe, manifest.stripe_shards(stripe, &row));
				share.extend(part.own_blocks());
				blocks += part.own.len();
				batch.push(part);
				*next_stripe += 1;
			}
			self.fetch_parts(manifest.coding, &batch).await?;
			if Instant::now() >= end {
				break;
			}
		}
		Ok(*next_stripe >= manifest.stripes())
	}

	/// The manifest, which is stored when it is the registered one.
	async fn manifest(&self) -> Result<Manifest, ShareError> {
		let id = &self.order.id;
		match self.store.get(id) {
			Ok(Some(bytes)) => return self.checked(&bytes),
			Ok(None) | Err(StoreError::Corrupt(_)) => {}
			Err(error) => return Err(error.into()),
		}
		let fetched = async {
			let block = match self.sources.have_answered() {
				true => self.sources.block(id).await,
				false => None,
			};
			match (block, &self.holders) {
				(Some(block), _) => Ok(block),
				(None, Some(holders)) => Ok(holders.retrieval.manifest_block(id).await?),
				(None, None) => Err(ShareError::Missing(*id)),
			}
		};
		let bytes = tokio::time::timeout(MANIFEST_TIMEOUT, fetched)
			.await
			.map_err(|_| ShareError::Missing(*id))??;
		let manifest = self.checked(&bytes)?;
		self.put(vec![(*id, bytes)]).await?;
		Ok(manifest)
	}

	/// The manifest in `bytes`, when it is the registered one.
	fn checked(&self, bytes: &[u8]) -> Result<Manifest, ShareError> {
		let (registered, got) = (self.order.manifest_size, bytes.len());
		if u32::try_from(got) != Ok(registered) {
			return Err(ShareError::ManifestSize { registered, got });
		}
		let manifest =
			Manifest::decode_verified(bytes, &self.order.id).map_err(RetrievalError::from)?;
		let (registered, Coding { data, total }) = (self.order.coding, manifest.coding);
		if (data, total) != registered {
			return Err(ShareError::Coding { registered, got: (data, total) });
		}
		Ok(manifest)
	}

	/// The digests of the shards of `stripe`. With those of a segment that is not in `table` the shards
	/// of the segment are fetched.
	async fn row(
		&self,
		manifest: &Manifest,
		table: &mut Table,
		stripe: u64,
		share: &mut Vec<Digest>,
	) -> Result<Row, ShareError> {
		let no_stripe = || RetrievalError::from(DecodeError::NoStripe(stripe));
		if let Some(row) = manifest.inline_row(stripe) {
			return Ok(row.clone());
		}
		let (segment, index) = manifest.segment_of(stripe).ok_or_else(no_stripe)?;
		let rows = match table {
			Some((read, rows)) if *read == segment => rows.clone(),
			_ => {
				let shards = manifest.segment_shards(segment);
				let part = Part::new(self.order, u64::from(segment), shards);
				if index == 0 {
					share.extend(part.own_blocks());
				}
				self.fetch_parts(manifest.coding, std::slice::from_ref(&part)).await?;
				let rows = self.rows(manifest, segment, &part.all).await?;
				*table = Some((segment, rows.clone()));
				rows
			}
		};
		Ok(rows.get(index).cloned().ok_or_else(no_stripe)?)
	}

	/// The rows of `segment`, from any of its `shards`.
	async fn rows(
		&self,
		manifest: &Manifest,
		segment: u32,
		shards: &[ShardRef],
	) -> Result<Arc<Vec<Row>>, ShareError> {
		let needed = usize::from(manifest.coding.data);
		let mut found = Vec::new();
		if self.sources.have_answered() {
			found = self.sources.any_shards(shards, needed).await;
		}
		if found.len() >= needed {
			let borrowed: Vec<(u16, &[u8])> =
				found.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
			let rows = manifest.decode_segment(segment, &borrowed).map_err(RetrievalError::from)?;
			return Ok(Arc::new(rows));
		}
		match &self.holders {
			Some(holders) => Ok(holders.retrieval.segment(manifest, segment).await?),
			None => Err(ShareError::Retrieval(RetrievalError::TooFewShards {
				stripe: u64::from(segment),
				found: found.len(),
				needed,
				holders_failed: self.sources.count(),
			})),
		}
	}

	/// Gets the shards of the slot that are missing, from the sources or from those of the other slots.
	async fn fetch_parts(&self, coding: Coding, parts: &[Part]) -> Result<(), ShareError> {
		if self.sources.have_answered() || self.holders.is_none() {
			let blocks: Vec<Digest> = parts.iter().flat_map(Part::own_blocks).collect();
			let missing = self.fetch_from(&self.sources, &blocks).await?;
			if let (Some(block), None) = (missing.first(), &self.holders) {
				return Err(ShareError::Missing(*block));
			}
		}
		if let Some(holders) = &self.holders {
			for part in parts {
				self.rebuild(holders, coding, part).await?;
			}
		}
		Ok(())
	}

	/// Gets the shards of the slot that `part` lacks from the holders.
	async fn rebuild(
		&self,
		holders: &Holders,
		coding: Coding,
		part: &Part,
	) -> Result<(), ShareError> {
		let blocks: Vec<Digest> = part.own_blocks().collect();
		let Some(first) = blocks.iter().find(|block| !self.store.has(block)) else {
			return Ok(());
		};
		let search = || holders.peers.who_has(first, SEARCH_TIMEOUT);
		let direct = holders.direct.get_or_init(search).await;
		let missing: HashSet<Digest> =
			self.fetch_from(direct, &blocks).await?.into_iter().collect();
		let lacking: Vec<ShardRef> =
			part.own.iter().filter(|shard| missing.contains(&shard.digest)).copied().collect();
		let Some(length) = lacking.first().map(|shard| shard.length) else { return Ok(()) };
		let shards = holders.retrieval.any_shards(part.number, &part.all, coding.data).await?;
		let rebuilt = tokio::task::spawn_blocking(move || {
			let borrowed: Vec<(u16, &[u8])> =
				shards.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
			let wanted: Vec<u16> = lacking.iter().map(|shard| shard.shard).collect();
			let rebuilt = erasure::rebuild(coding, length, &borrowed, &wanted)?;
			match lacking.iter().zip(&rebuilt).find(|(shard, bytes)| !is_shard(shard, bytes)) {
				Some((shard, _)) => Err(ShareError::Code(shard.digest)),
				None => Ok(lacking.iter().map(|shard| shard.digest).zip(rebuilt).collect()),
			}
		});
		self.put(rebuilt.await.map_err(|_| ShareError::Interrupted)??).await
	}

	/// Stores those of `blocks` that are missing and that `peers` deliver; returns the others.
	async fn fetch_from(
		&self,
		peers: &Peers,
		blocks: &[Digest],
	) -> Result<Vec<Digest>, ShareError> {
		let mut seen = HashSet::new();
		let missing: Vec<Digest> = blocks
			.iter()
			.filter(|block| seen.insert(**block) && !self.store.has(block))
			.copied()
			.collect();
		let mut undelivered = Vec::new();
		for batch in missing.chunks(BATCH) {
			let delivered = peers.blocks(batch, self.holders.is_some()).await;
			let names: HashSet<Digest> = delivered.iter().map(|(name, _)| *name).collect();
			self.put(delivered).await?;
			undelivered.extend(batch.iter().filter(|name| !names.contains(*name)));
			if !undelivered.is_empty() && self.holders.is_none() {
				break;
			}
		}
		Ok(undelivered)
	}

	/// Makes blocks durable.
	async fn put(&self, blocks: Vec<(Digest, Vec<u8>)>) -> Result<(), ShareError> {
		let store = self.store.clone();
		let stored = tokio::task::spawn_blocking(move || {
			let borrowed: Vec<(Digest, &[u8])> =
				blocks.iter().map(|(name, block)| (*name, block.as_slice())).collect();
			store.put_many(&borrowed)
		});
		Ok(stored.await.map_err(|_| ShareError::Interrupted)??)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::HostConfig;
	use popnet_media_codec::{
		encoder::{Description, Encoder},
		ContentKey, MediaKind,
	};
	use popnet_shard_store::MemoryStore;
	use rand::{rngs::StdRng, SeedableRng};

	async fn host(secret: u8, store: Arc<dyn BlockStore>) -> Host {
		let listen = vec!["/ip4/127.0.0.1/tcp/0".to_string()];
		let config = HostConfig { secret: [secret; 32], listen, ..Default::default() };
		Host::start(config, store).await.unwrap()
	}

	/// A store with all blocks of an item of `size` bytes, and an order for the share of slot 0.
	fn published(size: usize, shard_len: u32) -> (Arc<MemoryStore>, ShareOrder) {
		let store = Arc::new(MemoryStore::new(u64::MAX));
		let description = Description {
			media: MediaKind::Video,
			mime: "video/mp4".into(),
			name: "film.mp4".into(),
		};
		let key = ContentKey::generate(&mut StdRng::seed_from_u64(1));
		let coding = Coding { data: 36, total: 48 };
		let mut encoder = Encoder::new(&key, coding, shard_len, description).unwrap();
		let mut sink = |name, bytes: &[u8]| store.put(name, bytes);
		encoder.push(&vec![7; size], &mut sink).unwrap();
		let id = encoder.finish(&mut sink).unwrap().id;
		let order = ShareOrder {
			id,
			slot: 0,
			slots: 12,
			sources: Vec::new(),
			holders: Vec::new(),
			manifest_size: u32::try_from(store.length(&id).unwrap()).unwrap(),
			coding: (36, 48),
		};
		(store, order)
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_manifest_is_refused_when_another_was_registered() {
		let (published, order) = published(100_000, 4_096);
		let publisher = host(210, published).await;
		let keeper = host(211, Arc::new(MemoryStore::new(0))).await;
		let store: Arc<dyn BlockStore> = Arc::new(MemoryStore::new(u64::MAX));
		let fitting = ShareOrder { sources: publisher.addresses(), ..order };
		let (turns, mut share) = (Turns::default(), Vec::new());

		let other_code = ShareOrder { coding: (30, 48), ..fitting.clone() };
		let code = fetch_share(&keeper, &store, &other_code, &turns, &mut share).await;
		let other_size = ShareOrder { manifest_size: fitting.manifest_size + 1, ..fitting.clone() };
		let mut share = Vec::new();
		let size = fetch_share(&keeper, &store, &other_size, &turns, &mut share).await;

		let code = code.unwrap_err();
		assert_eq!(code.to_string(), "the manifest's code is 36 of 48, 30 of 48 is registered");
		assert!(matches!(code, ShareError::Coding { .. }) && code.is_misfit());
		assert!(matches!(size, Err(ShareError::ManifestSize { .. })), "{size:?}");
		assert_eq!(store.count(), 0);
		assert_eq!(publisher.metrics().blocks_served, 2, "the manifests, and nothing of them");
		let mut share = Vec::new();
		fetch_share(&keeper, &store, &fitting, &turns, &mut share).await.unwrap();
		assert_eq!(store.count(), share.len());
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_share_goes_on_where_its_last_turn_ended() {
		// 21 stripes, four blocks of each, 32 blocks a turn.
		let (published, order) = published(1_500_000, 2_048);
		let publisher = host(212, published).await;
		let keeper = host(213, Arc::new(MemoryStore::new(0))).await;
		let store: Arc<dyn BlockStore> = Arc::new(MemoryStore::new(u64::MAX));
		let order = ShareOrder { sources: publisher.addresses(), ..order };
		let turns = Turns { length: Duration::ZERO, ..Default::default() };

		let mut share = Vec::new();
		let fetched = fetch_share(&keeper, &store, &order, &turns, &mut share);
		tokio::time::timeout(Duration::from_secs(20), fetched).await.unwrap().unwrap();

		assert_eq!(share.len(), 1 + 4 + 21 * 4);
		assert_eq!(store.count(), share.iter().collect::<HashSet<_>>().len());
		assert!(share.iter().all(|block| store.has(block)));
	}
}
