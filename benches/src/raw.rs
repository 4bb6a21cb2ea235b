//! The parts alone: the same crates, over the same bytes, in the same shapes, used as well as they can
//! be. What is prepared or compared before and after is not measured.

use crate::item::Item;
use aes_gcm::{aead::AeadInPlace, Aes256Gcm, KeyInit};
use anyhow::{ensure, Context};
use popnet_media_codec::{manifest::slot_of, Digest};
use reed_solomon_simd::{ReedSolomonDecoder, ReedSolomonEncoder};
use std::{
	hint::black_box,
	time::{Duration, Instant},
};

/// A raw key, nonce prefix and associated data; their values do not matter.
const KEY: [u8; 32] = [7; 32];
const ASSOCIATED_DATA: [u8; 10] = [1; 10];

/// Encrypts every stripe in place and decrypts it again.
pub(crate) fn cipher(item: &Item) -> anyhow::Result<(Duration, Duration)> {
	let capacity = usize::try_from(item.encoded.manifest.stripe_capacity())?;
	let mut stripes: Vec<Vec<u8>> = item.plaintext.chunks(capacity).map(<[u8]>::to_vec).collect();
	let mut tags = Vec::with_capacity(stripes.len());
	let cipher = Aes256Gcm::new(&KEY.into());
	let start = Instant::now();
	for (index, stripe) in (0u64..).zip(&mut stripes) {
		let nonce = nonce(index).into();
		let tag = cipher.encrypt_in_place_detached(&nonce, &ASSOCIATED_DATA, stripe);
		tags.push(tag.ok().context("a stripe is too long")?);
	}
	let encrypting = start.elapsed();
	let unchanged = stripes.iter().zip(item.plaintext.chunks(capacity)).any(|(a, b)| a == b);
	ensure!(!unchanged, "a stripe was not encrypted");
	let start = Instant::now();
	for ((index, stripe), tag) in (0u64..).zip(&mut stripes).zip(&tags) {
		let nonce = nonce(index).into();
		let opened = cipher.decrypt_in_place_detached(&nonce, &ASSOCIATED_DATA, stripe, tag);
		opened.ok().context("a stripe does not authenticate")?;
	}
	let decrypting = start.elapsed();
	let equal = stripes.iter().zip(item.plaintext.chunks(capacity)).all(|(a, b)| a == b);
	ensure!(equal, "the decrypted stripes differ from the plaintext");
	Ok((encrypting, decrypting))
}

fn nonce(index: u64) -> [u8; 12] {
	let mut nonce = [0; 12];
	nonce[4..].copy_from_slice(&index.to_be_bytes());
	nonce
}

/// Makes the parity of every stripe, with one encoder for all of them.
pub(crate) fn code(item: &Item) -> anyhow::Result<Duration> {
	let (data, parity) = counts(item);
	let mut encoder = ReedSolomonEncoder::new(data, parity, 2)?;
	let mut time = Duration::ZERO;
	for row in &item.rows {
		let shards = shards(item, row)?;
		let length = shards.first().map_or(0, |shard| shard.len());
		let start = Instant::now();
		encoder.reset(data, parity, length)?;
		for shard in shards.iter().take(data) {
			encoder.add_original_shard(shard)?;
		}
		let coded = encoder.encode()?;
		time += start.elapsed();
		let equal = coded.recovery_iter().eq(shards.iter().skip(data).copied());
		ensure!(equal, "the parity differs from that of the first encoding");
	}
	Ok(time)
}

/// Restores the data shards of every stripe that the slots `gone` of `slots` keep, with one decoder for
/// all of them.
pub(crate) fn restore(item: &Item, gone: &[u32], slots: u32) -> anyhow::Result<Duration> {
	let (data, parity) = counts(item);
	let mut decoder = ReedSolomonDecoder::new(data, parity, 2)?;
	let mut time = Duration::ZERO;
	for (stripe, row) in (0u64..).zip(&item.rows) {
		let shards = shards(item, row)?;
		let length = shards.first().map_or(0, |shard| shard.len());
		let numbers = (0u16..).zip(&shards).map(|(number, shard)| (number, *shard));
		let left: Vec<(usize, &[u8])> = numbers
			.filter(|(shard, _)| !gone.contains(&slot_of(stripe, *shard, slots)))
			.map(|(shard, bytes)| (usize::from(shard), bytes))
			.take(data)
			.collect();
		let start = Instant::now();
		decoder.reset(data, parity, length)?;
		for (shard, bytes) in &left {
			match shard.checked_sub(data) {
				None => decoder.add_original_shard(*shard, bytes)?,
				Some(parity) => decoder.add_recovery_shard(parity, bytes)?,
			}
		}
		let restored = decoder.decode()?;
		time += start.elapsed();
		let mut count = left.iter().filter(|(shard, _)| *shard < data).count();
		for (shard, bytes) in restored.restored_original_iter() {
			ensure!(
				shards.get(shard) == Some(&bytes),
				"a restored shard differs from the original"
			);
			count += 1;
		}
		ensure!(count == data, "data shards are missing");
	}
	Ok(time)
}

/// Compares the first `count` shards of every stripe with their digests.
pub(crate) fn hash(item: &Item, count: u16) -> anyhow::Result<Duration> {
	let mut time = Duration::ZERO;
	for row in &item.rows {
		let shards = shards(item, row)?;
		let start = Instant::now();
		let equal = row
			.iter()
			.zip(&shards)
			.take(usize::from(count))
			.all(|(name, shard)| blake3::hash(shard).as_bytes() == name);
		time += start.elapsed();
		ensure!(equal, "a shard differs from its digest");
	}
	Ok(time)
}

/// Compares the plaintext with its digest.
pub(crate) fn hash_plaintext(item: &Item) -> anyhow::Result<Duration> {
	let start = Instant::now();
	let digest = black_box(blake3::hash(&item.plaintext));
	let time = start.elapsed();
	let expected = item.encoded.manifest.plaintext_root;
	ensure!(*digest.as_bytes() == expected, "the plaintext differs from its digest");
	Ok(time)
}

fn counts(item: &Item) -> (usize, usize) {
	(usize::from(item.coding.data), usize::from(item.coding.parity()))
}

fn shards<'a>(item: &'a Item, row: &[Digest]) -> anyhow::Result<Vec<&'a [u8]>> {
	row.iter().map(|name| item.block(name)).collect()
}
