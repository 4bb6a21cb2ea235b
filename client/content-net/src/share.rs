//! How a Masternode fetches its share of an item and makes it durable.

use crate::{Host, Retrieval, RetrievalError, Whereabouts};
use futures::{stream, StreamExt, TryStreamExt};
use popnet_media_codec::{
	manifest::{slot_of, ShardRef},
	Digest, Manifest,
};
use popnet_shard_store::{BlockStore, StoreError};
use std::sync::Arc;

/// Blocks that are asked for at a time.
const PARALLEL: usize = 8;
/// Blocks that are made durable together.
const BATCH: usize = 32;

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
}

/// Why a share is not complete.
#[derive(Debug, thiserror::Error)]
pub enum ShareError {
	/// The publisher does not deliver a block, or not the right one.
	#[error("the publisher does not deliver block {}", popnet_media_codec::cid::cid_text(.0))]
	Missing(Digest),
	/// The manifest, or a segment of it, cannot be fetched.
	#[error(transparent)]
	Retrieval(#[from] RetrievalError),
	/// The store refuses.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The task was interrupted.
	#[error("storing was interrupted")]
	Interrupted,
}

/// Fetches what `order` asks for into `store`: the manifest, and of each stripe and segment the shards
/// of the slot. When it returns, everything is durable. Blocks that are there already are kept.
/// Returns the digests of all blocks of the share.
///
/// # Errors
/// When a block cannot be fetched or stored; what was stored before stays.
pub async fn fetch_share(
	host: &Host,
	store: &Arc<dyn BlockStore>,
	order: &ShareOrder,
) -> Result<Vec<Digest>, ShareError> {
	let retrieval = Retrieval::new(host.clone(), Whereabouts::Sources(order.sources.clone()));
	let manifest = fetch_manifest(host, store, order).await?;
	let mut share = vec![order.id];
	for segment in 0..manifest.segments() {
		let own = own_shards(order, u64::from(segment), &manifest.segment_shards(segment));
		fetch_blocks(host, store, order, &own).await?;
		share.extend(own);
	}
	let mut batch = Vec::new();
	for stripe in 0..manifest.stripes() {
		let row = retrieval.row(&manifest, stripe).await?;
		batch.extend(own_shards(order, stripe, &manifest.stripe_shards(stripe, &row)));
		if batch.len() >= BATCH || manifest.is_last(stripe) {
			fetch_blocks(host, store, order, &batch).await?;
			share.append(&mut batch);
		}
	}
	Ok(share)
}

async fn fetch_manifest(
	host: &Host,
	store: &Arc<dyn BlockStore>,
	order: &ShareOrder,
) -> Result<Manifest, ShareError> {
	fetch_blocks(host, store, order, &[order.id]).await?;
	let bytes = store.get(&order.id)?.ok_or(ShareError::Missing(order.id))?;
	Ok(Manifest::decode_verified(&bytes, &order.id).map_err(RetrievalError::from)?)
}

fn own_shards(order: &ShareOrder, number: u64, shards: &[ShardRef]) -> Vec<Digest> {
	shards
		.iter()
		.filter(|shard| slot_of(number, shard.shard, order.slots) == order.slot)
		.map(|shard| shard.digest)
		.collect()
}

async fn fetch_blocks(
	host: &Host,
	store: &Arc<dyn BlockStore>,
	order: &ShareOrder,
	names: &[Digest],
) -> Result<(), ShareError> {
	let missing: Vec<Digest> = names.iter().filter(|name| !store.has(name)).copied().collect();
	for chunk in missing.chunks(BATCH) {
		let blocks: Vec<(Digest, Vec<u8>)> = stream::iter(chunk.iter().copied())
			.map(|name| async move {
				fetch_from_any(host, &order.sources, &name).await.map(|block| (name, block))
			})
			.buffer_unordered(PARALLEL)
			.try_collect()
			.await?;
		let store = store.clone();
		tokio::task::spawn_blocking(move || {
			let borrowed: Vec<(Digest, &[u8])> =
				blocks.iter().map(|(name, block)| (*name, block.as_slice())).collect();
			store.put_many(&borrowed)
		})
		.await
		.map_err(|_| ShareError::Interrupted)??;
	}
	Ok(())
}

async fn fetch_from_any(
	host: &Host,
	sources: &[String],
	name: &Digest,
) -> Result<Vec<u8>, ShareError> {
	for source in sources {
		match host.fetch(source, name).await {
			Ok(block) => return Ok(block),
			Err(error) => tracing::debug!(%source, %error, "a source failed"),
		}
	}
	Err(ShareError::Missing(*name))
}
