//! Fetching an item from whoever holds it.
//!
//! For each stripe the data shards are asked for first, so that an undisturbed read needs no
//! decoding. A holder that fails, lies or is slow is passed over: another shard of the stripe is asked
//! for in its place, and holders that failed recently are asked last.

use crate::{Host, NetError};
use futures::{stream::FuturesUnordered, StreamExt};
use parking_lot::Mutex;
use popnet_media_codec::{
	cid::cid_text,
	decoder::{decode_stripe, DecodeError},
	manifest::{slot_of, ManifestError, Row, ShardRef},
	CommittedKey, Digest, Manifest,
};
use std::{
	collections::{HashMap, HashSet, VecDeque},
	sync::Arc,
	time::{Duration, Instant},
};

/// Time without progress after which one more shard of the stripe is asked for.
const HEDGE_AFTER: Duration = Duration::from_millis(400);
/// Time for which a holder that failed is asked last.
const DISTRUST: Duration = Duration::from_secs(15);
/// Time for all shards of one stripe.
const STRIPE_TIMEOUT: Duration = Duration::from_secs(60);
/// Times that a busy holder is asked again.
const BUSY_RETRIES: u32 = 5;
/// Segments of the manifest that are kept in memory; the oldest is fetched again.
const SEGMENTS_KEPT: usize = 4;

/// Where the blocks of an item are.
#[derive(Debug, Clone)]
pub enum Whereabouts {
	/// Each of these peers has everything: the publisher's addresses.
	Sources(Vec<String>),
	/// The addresses of each slot's Masternode, in slot order; empty for one that is gone.
	Slots(Vec<Vec<String>>),
}

/// Why an item, or a part of it, cannot be fetched.
#[derive(Debug, thiserror::Error)]
pub enum RetrievalError {
	/// Nobody delivered the manifest.
	#[error("nobody delivers the manifest {}; {asked} peers were asked", cid_text(.id))]
	NoManifest {
		/// The item.
		id: Digest,
		/// Peers that were asked.
		asked: usize,
	},
	/// Too few shards were delivered.
	#[error("stripe {stripe} cannot be restored: {found} of the {needed} shards it needs were delivered, {holders_failed} holders failed")]
	TooFewShards {
		/// The stripe, or the segment of the manifest.
		stripe: u64,
		/// Shards delivered.
		found: usize,
		/// Shards needed.
		needed: usize,
		/// Holders that have not answered.
		holders_failed: usize,
	},
	/// The manifest is not one.
	#[error(transparent)]
	Manifest(#[from] ManifestError),
	/// The shards are those of the manifest, and still do not fit: the publisher made them so.
	#[error(transparent)]
	Decode(#[from] DecodeError),
	/// Decoding was interrupted.
	#[error("decoding was interrupted")]
	Interrupted,
}

#[derive(Default)]
struct Reputation {
	failed_at: HashMap<usize, Instant>,
	/// Holders whose last answer was a failure.
	failing: HashSet<usize>,
}

/// Fetches one item.
pub struct Retrieval {
	host: Host,
	holders: Vec<Vec<String>>,
	everything_everywhere: bool,
	reputation: Mutex<Reputation>,
	rows: tokio::sync::Mutex<VecDeque<(u32, Arc<Vec<Row>>)>>,
}

impl Retrieval {
	/// Fetches through `host` from `whereabouts`.
	pub fn new(host: Host, whereabouts: Whereabouts) -> Self {
		let (holders, everything_everywhere) = match whereabouts {
			Whereabouts::Sources(sources) => (vec![sources], true),
			Whereabouts::Slots(slots) => (slots, false),
		};
		Self {
			host,
			holders,
			everything_everywhere,
			reputation: Mutex::default(),
			rows: Default::default(),
		}
	}

	/// Holders that were asked and whose last answer was none, or a lie.
	pub fn unreachable(&self) -> usize {
		self.reputation.lock().failing.len()
	}

	/// The manifest of the item.
	///
	/// # Errors
	/// When nobody delivers it, or it contradicts itself.
	pub async fn manifest(&self, id: &Digest) -> Result<Manifest, RetrievalError> {
		Ok(Manifest::decode_verified(&self.manifest_block(id).await?, id)?)
	}

	/// The block that holds the manifest, from any holder.
	pub(crate) async fn manifest_block(&self, id: &Digest) -> Result<Vec<u8>, RetrievalError> {
		let mut order: Vec<usize> = (0..self.holders.len()).collect();
		order.sort_by_key(|holder| self.is_distrusted(*holder));
		let mut pending = order.into_iter();
		let ask = |holder| self.block_from(holder, *id);
		let mut under_way = FuturesUnordered::new();
		// Two at a time, and more after a while: slow holders must not hold everything up.
		under_way.extend(pending.by_ref().take(2).map(ask));
		loop {
			match tokio::time::timeout(HEDGE_AFTER, under_way.next()).await {
				Ok(Some((_, Ok(bytes)))) => return Ok(bytes),
				Ok(Some((_, Err(_)))) | Err(_) => under_way.extend(pending.next().map(ask)),
				Ok(None) => match pending.next() {
					Some(holder) => under_way.push(ask(holder)),
					None => break,
				},
			}
		}
		Err(RetrievalError::NoManifest { id: *id, asked: self.holders.len() })
	}

	/// The digests of the shards of `stripe`.
	///
	/// # Errors
	/// When the segment of the manifest that holds them cannot be restored.
	pub async fn row(&self, manifest: &Manifest, stripe: u64) -> Result<Row, RetrievalError> {
		if let Some(row) = manifest.inline_row(stripe) {
			return Ok(row.clone());
		}
		let Some((segment, index)) = manifest.segment_of(stripe) else {
			return Err(DecodeError::NoStripe(stripe).into());
		};
		let rows = self.segment(manifest, segment).await?;
		rows.get(index).cloned().ok_or_else(|| DecodeError::NoStripe(stripe).into())
	}

	/// All rows of segment `segment`; the last few are fetched once.
	///
	/// # Errors
	/// When it cannot be restored.
	pub async fn segment(
		&self,
		manifest: &Manifest,
		segment: u32,
	) -> Result<Arc<Vec<Row>>, RetrievalError> {
		let mut rows = self.rows.lock().await;
		if let Some((_, rows)) = rows.iter().find(|(kept, _)| *kept == segment) {
			return Ok(rows.clone());
		}
		let number = u64::from(segment);
		let shards = self
			.any_shards(number, &manifest.segment_shards(segment), manifest.coding.data)
			.await?;
		let borrowed: Vec<(u16, &[u8])> =
			shards.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
		let decoded = Arc::new(manifest.decode_segment(segment, &borrowed)?);
		rows.truncate(SEGMENTS_KEPT - 1);
		rows.push_front((segment, decoded.clone()));
		Ok(decoded)
	}

	/// The plaintext of `stripe`, from whichever holders answer.
	///
	/// # Errors
	/// When too few shards are delivered, or they do not decode.
	pub async fn stripe(
		&self,
		manifest: &Manifest,
		key: &CommittedKey,
		stripe: u64,
	) -> Result<Vec<u8>, RetrievalError> {
		let row = self.row(manifest, stripe).await?;
		let wanted = manifest.stripe_shards(stripe, &row);
		let shards = self.any_shards(stripe, &wanted, manifest.coding.data).await?;
		let (manifest, key) = (manifest.clone(), key.clone());
		let decoded = tokio::task::spawn_blocking(move || {
			let borrowed: Vec<(u16, &[u8])> =
				shards.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
			decode_stripe(&manifest, &key, stripe, &row, &borrowed)
		});
		Ok(decoded.await.map_err(|_| RetrievalError::Interrupted)??)
	}

	/// Any `needed` of `wanted`, the shards of stripe or segment `number`.
	pub(crate) async fn any_shards(
		&self,
		number: u64,
		wanted: &[ShardRef],
		needed: u16,
	) -> Result<Vec<(u16, Vec<u8>)>, RetrievalError> {
		let needed = usize::from(needed);
		let mut order: Vec<&ShardRef> = wanted.iter().collect();
		// Stable: data shards stay before parity shards among the trusted.
		order.sort_by_key(|shard| self.is_distrusted(self.holder_of(number, shard.shard)));
		let mut pending = order.into_iter();
		let mut found = Vec::with_capacity(needed);
		let ask = |shard: &ShardRef| {
			let holder = self.holder_of(number, shard.shard);
			let (name, length, digest) = (shard.shard, shard.length, shard.digest);
			async move {
				let (_, result) = self.block_from(holder, digest).await;
				(name, result.ok().filter(|bytes| bytes.len() == length))
			}
		};
		let mut under_way = FuturesUnordered::new();
		under_way.extend(pending.by_ref().take(needed).map(ask));
		let deadline = Instant::now() + STRIPE_TIMEOUT;
		while found.len() < needed && Instant::now() < deadline {
			match tokio::time::timeout(HEDGE_AFTER, under_way.next()).await {
				Ok(Some((shard, Some(bytes)))) => found.push((shard, bytes)),
				Ok(Some((_, None))) | Err(_) => under_way.extend(pending.next().map(ask)),
				Ok(None) => match pending.next() {
					Some(shard) => under_way.push(ask(shard)),
					None => break,
				},
			}
		}
		if found.len() < needed {
			let (found, holders_failed) = (found.len(), self.unreachable());
			return Err(RetrievalError::TooFewShards {
				stripe: number,
				found,
				needed,
				holders_failed,
			});
		}
		Ok(found)
	}

	fn holder_of(&self, number: u64, shard: u16) -> usize {
		if self.everything_everywhere {
			return 0;
		}
		slot_of(number, shard, u32::try_from(self.holders.len()).unwrap_or(u32::MAX)) as usize
	}

	fn is_distrusted(&self, holder: usize) -> bool {
		self.holders.get(holder).is_none_or(Vec::is_empty)
			|| self
				.reputation
				.lock()
				.failed_at
				.get(&holder)
				.is_some_and(|failed| failed.elapsed() < DISTRUST)
	}

	/// The block from `holder`, at whichever of its addresses answers.
	async fn block_from(
		&self,
		holder: usize,
		digest: Digest,
	) -> (usize, Result<Vec<u8>, NetError>) {
		let addresses = self.holders.get(holder).map(Vec::as_slice).unwrap_or_default();
		let mut result = Err(NetError::Stopped);
		for address in addresses {
			result = fetch_patiently(&self.host, address, &digest).await;
			if matches!(&result, Ok(_) | Err(NetError::Missing(_) | NetError::Lie(_))) {
				break;
			}
		}
		let mut reputation = self.reputation.lock();
		match &result {
			Ok(_) => {
				reputation.failed_at.remove(&holder);
				reputation.failing.remove(&holder);
			}
			Err(error) => {
				tracing::debug!(holder, %error, "a holder failed");
				reputation.failed_at.insert(holder, Instant::now());
				reputation.failing.insert(holder);
			}
		}
		drop(reputation);
		(holder, result)
	}
}

/// The block from the peer at `address`, which is asked again while it is busy.
pub(crate) async fn fetch_patiently(
	host: &Host,
	address: &str,
	digest: &Digest,
) -> Result<Vec<u8>, NetError> {
	let mut wait = Duration::from_millis(50);
	for _ in 0..BUSY_RETRIES {
		match host.fetch(address, digest).await {
			Err(NetError::Busy(_)) => tokio::time::sleep(wait).await,
			result => return result,
		}
		wait *= 2;
	}
	host.fetch(address, digest).await
}
