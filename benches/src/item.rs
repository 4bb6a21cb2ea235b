//! The item that is measured.

use anyhow::{ensure, Context};
use popnet_media_codec::{
	encoder::{Description, DEFAULT_SHARD_BYTES},
	manifest::{slot_of, Row},
	Coding, ContentKey, Digest, Encoded, Encoder, MediaKind,
};
use popnet_primitives::content::Coding as ChainCoding;
use popnet_shard_store::{BlockStore, MemoryStore};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::{collections::HashMap, convert::Infallible};

/// Seed of plaintext and keys: every run measures the same bytes.
const SEED: u64 = 1;
/// Bytes of plaintext that are handed to the encoder at a time, as `popctl publish` does.
const PIECE_BYTES: usize = 1024 * 1024;

/// Random plaintext, encoded once, with all its blocks.
pub(crate) struct Item {
	pub(crate) plaintext: Vec<u8>,
	pub(crate) key: ContentKey,
	pub(crate) coding: Coding,
	pub(crate) encoded: Encoded,
	/// Digests of the shards, stripe by stripe.
	pub(crate) rows: Vec<Row>,
	blocks: HashMap<Digest, Vec<u8>>,
}

impl Item {
	/// `size` random bytes, encoded for placements with `coding`.
	pub(crate) fn random(size: usize, coding: ChainCoding) -> anyhow::Result<Self> {
		let mut random = StdRng::seed_from_u64(SEED);
		let mut plaintext = vec![0; size];
		random.fill_bytes(&mut plaintext);
		let key = ContentKey::generate(&mut random);
		let coding = Coding::new(coding.data, coding.total)?;
		let mut blocks = HashMap::new();
		let encoded = encode(&plaintext, &key, coding, &mut |name, block| {
			blocks.insert(name, block.to_vec());
		})?;
		let rows = rows(&encoded, &blocks)?;
		Ok(Self { plaintext, key, coding, encoded, rows, blocks })
	}

	/// The block with this digest.
	pub(crate) fn block(&self, name: &Digest) -> anyhow::Result<&[u8]> {
		self.blocks.get(name).map(Vec::as_slice).context("a block is missing")
	}

	/// A store with all blocks except the shards of stripes that the slots `gone` of `slots` keep.
	pub(crate) fn store_without(&self, gone: &[u32], slots: u32) -> anyhow::Result<MemoryStore> {
		let store = MemoryStore::new(u64::MAX);
		let blocks: Vec<(Digest, &[u8])> =
			self.blocks.iter().map(|(name, block)| (*name, block.as_slice())).collect();
		store.put_many(&blocks)?;
		for (stripe, row) in (0u64..).zip(&self.rows) {
			let mut removed = 0;
			for (shard, name) in (0u16..).zip(row) {
				if gone.contains(&slot_of(stripe, shard, slots)) {
					ensure!(store.remove(name)?, "a shard was not there");
					removed += 1;
				}
			}
			ensure!(removed <= self.coding.parity(), "more is gone than the code tolerates");
		}
		Ok(store)
	}
}

/// Encodes `plaintext`; finished blocks go to `sink`.
pub(crate) fn encode(
	plaintext: &[u8],
	key: &ContentKey,
	coding: Coding,
	sink: &mut impl FnMut(Digest, &[u8]),
) -> anyhow::Result<Encoded> {
	let description =
		Description { media: MediaKind::Video, mime: "video/mp4".into(), name: "bench".into() };
	let mut encoder = Encoder::new(key, coding, DEFAULT_SHARD_BYTES, description)?;
	let mut sink = |name: Digest, block: &[u8]| -> Result<(), Infallible> {
		sink(name, block);
		Ok(())
	};
	for piece in plaintext.chunks(PIECE_BYTES) {
		encoder.push(piece, &mut sink)?;
	}
	Ok(encoder.finish(&mut sink)?)
}

fn rows(encoded: &Encoded, blocks: &HashMap<Digest, Vec<u8>>) -> anyhow::Result<Vec<Row>> {
	let manifest = &encoded.manifest;
	let mut rows = Vec::new();
	for segment in 0..manifest.segments() {
		let shards: Vec<(u16, &[u8])> = manifest
			.segment_shards(segment)
			.iter()
			.filter_map(|shard| Some((shard.shard, blocks.get(&shard.digest)?.as_slice())))
			.collect();
		rows.extend(manifest.decode_segment(segment, &shards)?);
	}
	rows.extend((0..manifest.stripes()).filter_map(|stripe| manifest.inline_row(stripe).cloned()));
	ensure!(rows.len() as u64 == manifest.stripes(), "a stripe has no row of digests");
	Ok(rows)
}
