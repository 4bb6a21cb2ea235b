//! The content path as publishers and viewers run it, without disk and network.

use crate::item::{self, Item};
use anyhow::ensure;
use popnet_media_codec::decoder::decode_stripe;
use popnet_shard_store::{BlockStore, MemoryStore};
use std::{
	hint::black_box,
	time::{Duration, Instant},
};

/// Encodes the item. What becomes of the blocks is the caller's business and costs nothing here;
/// that they are the right ones follows from the manifest's digest.
pub(crate) fn encode(item: &Item) -> anyhow::Result<Duration> {
	let start = Instant::now();
	let encoded = item::encode(&item.plaintext, &item.key, item.coding, &mut |name, block| {
		black_box((name, block));
	})?;
	let time = start.elapsed();
	ensure!(encoded.id == item.encoded.id, "the blocks differ from those of the first encoding");
	Ok(time)
}

/// Fetches all stripes from `store`, data shards first, and decodes them.
pub(crate) fn fetch(item: &Item, store: &MemoryStore) -> anyhow::Result<Duration> {
	let manifest = &item.encoded.manifest;
	let needed = usize::from(item.coding.data);
	let mut stripes = Vec::with_capacity(item.rows.len());
	let start = Instant::now();
	let key = item.key.commit();
	for (stripe, row) in (0u64..).zip(&item.rows) {
		let mut shards = Vec::with_capacity(needed);
		for (shard, name) in (0u16..).zip(row) {
			if let Some(bytes) = store.get(name)? {
				shards.push((shard, bytes));
			}
			if shards.len() == needed {
				break;
			}
		}
		let borrowed: Vec<(u16, &[u8])> =
			shards.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
		stripes.push(decode_stripe(manifest, &key, stripe, row, &borrowed)?);
	}
	let time = start.elapsed();
	let mut rest = item.plaintext.as_slice();
	for stripe in &stripes {
		let (expected, later) = rest.split_at(stripe.len().min(rest.len()));
		ensure!(stripe == expected, "the fetched item differs from the plaintext");
		rest = later;
	}
	ensure!(rest.is_empty(), "the fetched item is too short");
	Ok(time)
}
