//! From a file to shards and back, with everything that can be lost or altered.
#![allow(missing_docs, clippy::unwrap_used, clippy::cast_possible_truncation)]

use codec::Encode;
use popnet_media_codec::{
	cid::digest,
	decoder::{decode_stripe, verify_row, DecodeError, PlaintextCheck},
	encoder::{Description, EncodeError, ParameterError, DEFAULT_SHARD_BYTES},
	erasure::{ErasureError, SHARDS_MAX},
	manifest::{slot_of, Index, ManifestError, Row, CODED_BYTES_MAX, STRIPE_BYTES_MAX},
	Coding, ContentKey, Digest, Encoded, Encoder, Manifest, MediaKind,
};
use proptest::prelude::*;
use rand::{rngs::StdRng, seq::SliceRandom, Rng, RngCore, SeedableRng};
use std::{collections::HashMap, convert::Infallible};

type Blocks = HashMap<Digest, Vec<u8>>;

fn description() -> Description {
	Description { media: MediaKind::Video, mime: "video/mp4".into(), name: "film.mp4".into() }
}

fn encode(plaintext: &[u8], coding: Coding, shard_len: u32, key: &ContentKey) -> (Encoded, Blocks) {
	let mut blocks = Blocks::new();
	let mut sink = |name: Digest, bytes: &[u8]| -> Result<(), Infallible> {
		blocks.insert(name, bytes.to_vec());
		Ok(())
	};
	let mut encoder = Encoder::new(key, coding, shard_len, description()).unwrap();
	// Odd pieces, so that pieces and stripes never line up.
	for piece in plaintext.chunks(10_007) {
		encoder.push(piece, &mut sink).unwrap();
	}
	let encoded = encoder.finish(&mut sink).unwrap();
	(encoded, blocks)
}

/// The rows of all stripes, through segments where there are any.
fn rows(
	manifest: &Manifest,
	blocks: &Blocks,
	alive: &dyn Fn(u64, u16) -> bool,
) -> Option<Vec<Row>> {
	if manifest.segments() == 0 {
		return (0..manifest.stripes()).map(|s| manifest.inline_row(s).cloned()).collect();
	}
	let mut all = Vec::new();
	for segment in 0..manifest.segments() {
		let shards: Vec<(u16, &[u8])> = manifest
			.segment_shards(segment)
			.iter()
			.filter(|shard| alive(u64::from(segment), shard.shard))
			.map(|shard| (shard.shard, blocks[&shard.digest].as_slice()))
			.collect();
		all.extend(manifest.decode_segment(segment, &shards).ok()?);
	}
	Some(all)
}

/// Decodes with the shards for which `alive` holds.
fn decode(
	encoded: &Encoded,
	blocks: &Blocks,
	key: &ContentKey,
	alive: &dyn Fn(u64, u16) -> bool,
) -> Option<Vec<u8>> {
	let manifest = Manifest::decode_verified(&blocks[&encoded.id], &encoded.id).unwrap();
	assert_eq!(manifest, encoded.manifest);
	let key = ContentKey::open(*key.expose(), &manifest.key_commitment).unwrap();
	let mut plaintext = Vec::new();
	let mut check = PlaintextCheck::default();
	for (stripe, row) in (0u64..).zip(rows(&manifest, blocks, alive)?) {
		let shards: Vec<(u16, &[u8])> = manifest
			.stripe_shards(stripe, &row)
			.iter()
			.filter(|shard| alive(stripe, shard.shard))
			.map(|shard| {
				let bytes = blocks[&shard.digest].as_slice();
				assert_eq!(bytes.len(), shard.length);
				(shard.shard, bytes)
			})
			.collect();
		let part = decode_stripe(&manifest, &key, stripe, &row, &shards).ok()?;
		check.update(&part);
		plaintext.extend(part);
	}
	check.finish(&manifest.plaintext_root).unwrap();
	Some(plaintext)
}

fn random(length: usize, seed: u64) -> Vec<u8> {
	let mut bytes = vec![0; length];
	StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
	bytes
}

fn key(seed: u64) -> ContentKey {
	ContentKey::generate(&mut StdRng::seed_from_u64(seed))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn any_size_comes_back_after_the_largest_tolerated_loss(
		k in 1u16..24, parity in 0u16..12, size in 1usize..40_000, half in 16u32..200, seed in any::<u64>(),
	) {
		let coding = Coding::new(k, k + parity).unwrap();
		let plaintext = random(size, seed);
		let (encoded, blocks) = encode(&plaintext, coding, half * 2, &key(seed));
		let stored: u64 = blocks.values().map(|block| block.len() as u64).sum();
		prop_assert!(stored <= encoded.manifest.stored_size() + u64::from(encoded.manifest_size));
		let mut order: Vec<u16> = (0..coding.total).collect();
		order.shuffle(&mut StdRng::seed_from_u64(seed));
		let lost = &order[..usize::from(parity)];
		let found = decode(&encoded, &blocks, &key(seed), &|_, shard| !lost.contains(&shard));
		prop_assert_eq!(found, Some(plaintext));
		if coding.total > parity {
			let more = &order[..usize::from(parity) + 1];
			prop_assert_eq!(decode(&encoded, &blocks, &key(seed), &|_, s| !more.contains(&s)), None);
		}
	}

	#[test]
	fn no_altered_manifest_is_read_and_none_panics(bit in any::<u32>(), cut in any::<u32>()) {
		let (encoded, blocks) = encode(&random(3_000, 1), Coding::new(3, 5).unwrap(), 512, &key(1));
		let good = &blocks[&encoded.id];
		let mut altered = good.clone();
		let place = bit as usize / 8 % altered.len();
		altered[place] ^= 1 << (bit % 8);
		prop_assert_eq!(
			Manifest::decode_verified(&altered, &encoded.id),
			Err(ManifestError::Digest)
		);
		// With the digest of the altered bytes: decodes to something consistent, or is refused.
		if let Ok(manifest) = Manifest::decode_verified(&altered, &digest(&altered)) {
			let _ = manifest.stored_size();
			let _ = manifest.stripes_of(0, u64::MAX);
			// One manifest, one encoding: its length can be told from what was read.
			prop_assert_eq!(manifest.encode(), altered);
		}
		let short = &good[..cut as usize % good.len()];
		prop_assert!(Manifest::decode_verified(short, &digest(short)).is_err());
	}
}

#[test]
fn twelve_masternodes_survive_every_loss_of_three() {
	let coding = Coding::new(36, 48).unwrap();
	let plaintext = random(100_000, 7);
	let (encoded, blocks) = encode(&plaintext, coding, DEFAULT_SHARD_BYTES, &key(7));
	let mut sets = 0;
	for a in 0..12 {
		for b in a + 1..12 {
			for c in b + 1..12 {
				let gone = [a, b, c];
				let alive = |stripe, shard| !gone.contains(&slot_of(stripe, shard, 12));
				assert_eq!(decode(&encoded, &blocks, &key(7), &alive).as_ref(), Some(&plaintext));
				sets += 1;
			}
		}
	}
	assert_eq!(sets, 220);
	let four = |stripe, shard| slot_of(stripe, shard, 12) > 3;
	assert_eq!(decode(&encoded, &blocks, &key(7), &four), None);
}

#[test]
fn many_stripes_and_segments_survive_sampled_losses_of_three() {
	let coding = Coding::new(36, 48).unwrap();
	// 64-byte shards: 2,288 bytes a stripe, so 1,400,000 bytes make 612 stripes in 3 segments.
	let plaintext = random(1_400_000, 8);
	let (encoded, blocks) = encode(&plaintext, coding, 64, &key(8));
	assert_eq!(encoded.manifest.segments(), 3);
	let mut rng = StdRng::seed_from_u64(9);
	for _ in 0..20 {
		let mut nodes: Vec<u32> = (0..12).collect();
		nodes.shuffle(&mut rng);
		let gone = &nodes[..3];
		let alive = |stripe, shard| !gone.contains(&slot_of(stripe, shard, 12));
		assert_eq!(decode(&encoded, &blocks, &key(8), &alive).as_ref(), Some(&plaintext));
	}
}

#[test]
fn sizes_around_a_stripe_come_back() {
	let coding = Coding::new(4, 6).unwrap();
	let capacity = 4 * 128 - 16;
	for stripes in [1usize, 2, 8, 9] {
		for size in [stripes * capacity - 1, stripes * capacity, stripes * capacity + 1, 1] {
			let plaintext = random(size, size as u64);
			let (encoded, blocks) = encode(&plaintext, coding, 128, &key(2));
			assert_eq!(
				decode(&encoded, &blocks, &key(2), &|_, shard| shard >= 2).as_ref(),
				Some(&plaintext),
				"{size}"
			);
		}
	}
}

#[test]
fn a_large_item_takes_at_most_1_425_times_its_size() {
	for (k, n, limit) in [(51u16, 71u64, 1.425), (36, 48, 1.36)] {
		let coding = Coding::new(k, n as u16).unwrap();
		let size = 64 * 1024 * 1024;
		let mut stored = 0u64;
		let mut sink = |_: Digest, bytes: &[u8]| -> Result<(), Infallible> {
			stored += bytes.len() as u64;
			Ok(())
		};
		let mut encoder =
			Encoder::new(&key(3), coding, DEFAULT_SHARD_BYTES, description()).unwrap();
		let piece = random(1024 * 1024, 3);
		for _ in 0..size / piece.len() {
			encoder.push(&piece, &mut sink).unwrap();
		}
		let encoded = encoder.finish(&mut sink).unwrap();
		// Every Masternode keeps the manifest.
		let total = stored + u64::from(encoded.manifest_size) * (n - 1);
		let overhead = total as f64 / size as f64;
		assert!(overhead <= limit, "{k} of {n}: {overhead}");
		let pure = f64::from(n as u16) / f64::from(k);
		assert!(overhead / pure < 1.005, "padding and metadata: {overhead} over {pure}");
		assert_eq!(encoded.manifest.stored_size() + u64::from(encoded.manifest_size), stored);
	}
}

#[test]
fn altered_shards_and_strange_input_are_typed_errors() {
	let coding = Coding::new(3, 5).unwrap();
	let (encoded, blocks) = encode(&random(5_000, 4), coding, 512, &key(4));
	let manifest = &encoded.manifest;
	let opened = ContentKey::open(*key(4).expose(), &manifest.key_commitment).unwrap();
	let row = manifest.inline_row(1).unwrap().clone();
	let good: Vec<Vec<u8>> = row.iter().map(|name| blocks[name].clone()).collect();
	let give = |shards: &[Vec<u8>], pick: &[u16]| -> Result<Vec<u8>, DecodeError> {
		let given: Vec<(u16, &[u8])> =
			pick.iter().map(|i| (*i, shards[usize::from(*i)].as_slice())).collect();
		decode_stripe(manifest, &opened, 1, &row, &given)
	};
	assert!(give(&good, &[0, 3, 4]).is_ok());
	let mut rng = StdRng::seed_from_u64(4);
	for _ in 0..100 {
		let mut bad = good.clone();
		let byte = rng.gen_range(0..512);
		bad[3][byte] ^= 1 << rng.gen_range(0..8);
		assert_eq!(give(&bad, &[0, 3, 4]), Err(DecodeError::Shard { stripe: 1, shard: 3 }));
	}
	assert_eq!(
		give(&good, &[0, 1]),
		Err(DecodeError::Erasure(ErasureError::TooFew { needed: 3, got: 2 }))
	);
	assert_eq!(give(&good, &[0, 0, 1]), Err(DecodeError::Erasure(ErasureError::Duplicate(0))));
	let short = vec![good[0].clone(), good[1].clone(), good[2][..10].to_vec(), vec![], vec![]];
	assert_eq!(give(&short, &[0, 1, 2]), Err(DecodeError::Shard { stripe: 1, shard: 2 }));
	assert_eq!(decode_stripe(manifest, &opened, 99, &row, &[]), Err(DecodeError::NoStripe(99)));
	assert_eq!(
		decode_stripe(manifest, &opened, 1, &row[..4].to_vec(), &[]),
		Err(DecodeError::Row(1))
	);
	// The row of another stripe: the shards are genuine, the place is wrong.
	let other = manifest.inline_row(0).unwrap().clone();
	let moved: Vec<(u16, &[u8])> =
		(0u16..3).map(|i| (i, blocks[&other[usize::from(i)]].as_slice())).collect();
	assert!(matches!(
		decode_stripe(manifest, &opened, 1, &other, &moved),
		Err(DecodeError::Cipher(_))
	));
}

#[test]
fn rows_are_verified_only_when_all_shards_code_the_plaintext() {
	let coding = Coding::new(3, 5).unwrap();
	let plaintext = random(5_000, 10);
	let (encoded, _) = encode(&plaintext, coding, 512, &key(10));
	let manifest = &encoded.manifest;
	let opened = key(10).commit();
	let capacity = usize::try_from(manifest.stripe_capacity()).unwrap();
	for (stripe, part) in (0u64..).zip(plaintext.chunks(capacity)) {
		let row = manifest.inline_row(stripe).unwrap();
		let verify =
			|row: &Row, part: &[u8]| verify_row(manifest, &opened, stripe, row, part.to_vec());
		assert_eq!(verify(row, part), Ok(()));
		for shard in 0..5 {
			let mut junk = row.clone();
			junk[shard][0] ^= 1;
			assert_eq!(verify(&junk, part), Err(DecodeError::Code(stripe)), "shard {shard}");
		}
		assert_eq!(verify(&row[..4].to_vec(), part), Err(DecodeError::Code(stripe)));
		assert_eq!(verify(row, &part[1..]), Err(DecodeError::Code(stripe)));
		let other = key(11).commit();
		let with_other = verify_row(manifest, &other, stripe, row, part.to_vec());
		assert_eq!(with_other, Err(DecodeError::Code(stripe)));
	}
	let beyond = verify_row(manifest, &opened, 4, manifest.inline_row(0).unwrap(), vec![]);
	assert_eq!(beyond, Err(DecodeError::NoStripe(4)));
}

#[test]
fn segments_are_verified_only_when_all_shards_code_the_rows() {
	let coding = Coding::new(3, 5).unwrap();
	// 32-byte shards: 80 bytes a stripe, so 25,000 bytes make 313 stripes in 2 segments.
	let (encoded, blocks) = encode(&random(25_000, 12), coding, 32, &key(12));
	let manifest = &encoded.manifest;
	let all = rows(manifest, &blocks, &|_, _| true).unwrap();
	for (segment, rows) in (0u32..).zip(all.chunks(256)) {
		assert_eq!(manifest.verify_segment(segment, rows), Ok(()));
		let refused = Err(ManifestError::Segment(segment));
		for shard in 0..5 {
			let mut junk = manifest.clone();
			let Index::Segments(segments) = &mut junk.index else { panic!("no segments") };
			segments[segment as usize].shards[shard][0] ^= 1;
			assert_eq!(junk.verify_segment(segment, rows), refused, "shard {shard}");
		}
		let mut altered = rows.to_vec();
		altered[7][4][0] ^= 1;
		assert_eq!(manifest.verify_segment(segment, &altered), refused);
		assert_eq!(manifest.verify_segment(segment, &rows[1..]), refused);
	}
	assert_eq!(manifest.verify_segment(2, &[]), Err(ManifestError::Segment(2)));
	let (inline, _) = encode(&random(100, 12), coding, 512, &key(12));
	assert_eq!(inline.manifest.verify_segment(0, &[]), Err(ManifestError::Segment(0)));
}

#[test]
fn stripes_and_segments_that_need_too_much_memory_are_refused() {
	let new = |data, total, shard_len| {
		Encoder::new(&key(13), Coding { data, total }, shard_len, description())
	};
	// Every code that there is, with shards of the default length.
	for data in [1, SHARDS_MAX] {
		assert!(new(data, SHARDS_MAX, DEFAULT_SHARD_BYTES).is_ok());
	}
	// What popctl may choose for the largest item on 256 Masternodes.
	assert!(new(181, 256, 4 * DEFAULT_SHARD_BYTES).is_ok());
	let large = u32::try_from(STRIPE_BYTES_MAX / 100).unwrap() & !1;
	assert!(new(100, 150, large).is_ok());
	let error = ParameterError::StripeLength { data: 101, total: 150, shard_len: large };
	assert_eq!(new(101, 150, large).err(), Some(error));
	let coded = u32::try_from(CODED_BYTES_MAX / 512).unwrap();
	assert!(new(1, 512, coded).is_ok());
	assert!(matches!(new(1, 513, coded), Err(ParameterError::StripeLength { .. })));

	let read = |manifest: &Manifest| {
		let bytes = manifest.encode();
		Manifest::decode_verified(&bytes, &digest(&bytes)).err()
	};
	let (encoded, _) = encode(&random(100, 13), Coding::new(3, 5).unwrap(), 512, &key(13));
	assert_eq!(read(&encoded.manifest), None);
	let mut large = encoded.manifest.clone();
	large.coding = Coding::new(100, 100).unwrap();
	large.shard_len = 1024 * 1024;
	large.index = Index::Inline(vec![vec![[1; 32]; 100]]);
	assert_eq!(read(&large), Some(ManifestError::Inconsistent("stripes are too large")));
	// 256 rows of 256 digests make a table of 2 MiB, and k = 1 puts it into one shard: that is no block.
	let mut wide = |_: Digest, _: &[u8]| Ok::<(), Infallible>(());
	let mut encoder = new(1, 256, 32).ok().unwrap();
	encoder.push(&random(16 * 256, 13), &mut wide).unwrap();
	let refused = encoder.finish(&mut wide);
	let error = ManifestError::Inconsistent("segments are too large");
	assert!(matches!(refused, Err(EncodeError::Manifest(found)) if found == error));
}

#[test]
fn an_empty_item_and_impossible_parameters_are_refused() {
	let coding = Coding::new(3, 5).unwrap();
	let new = |coding, shard_len| Encoder::new(&key(5), coding, shard_len, description());
	assert!(matches!(new(coding, 511), Err(ParameterError::ShardLength(511))));
	assert!(matches!(new(coding, 0), Err(ParameterError::ShardLength(0))));
	assert!(matches!(new(coding, 4), Err(ParameterError::ShardLength(4))));
	assert!(matches!(new(coding, 2 << 20), Err(ParameterError::ShardLength(_))));
	assert!(matches!(new(Coding { data: 6, total: 5 }, 64), Err(ParameterError::Erasure(_))));
	let long = Description { name: "n".repeat(256), ..description() };
	assert!(matches!(Encoder::new(&key(5), coding, 64, long), Err(ParameterError::Text)));
	let empty = new(coding, 64).unwrap().finish(&mut |_, _| Ok::<(), Infallible>(()));
	assert!(matches!(empty, Err(EncodeError::Empty)));
	let full = new(coding, 64).unwrap();
	let mut full = full;
	full.push(&[1; 10], &mut |_, _| Ok::<(), &str>(())).unwrap();
	assert!(matches!(
		full.finish(&mut |_, _| Err("disk full")),
		Err(EncodeError::Sink("disk full"))
	));
}

#[test]
fn ranges_map_to_stripes() {
	let (encoded, _) = encode(&random(5_000, 6), Coding::new(3, 5).unwrap(), 512, &key(6));
	let manifest = encoded.manifest;
	assert_eq!(manifest.stripe_capacity(), 1_520);
	assert_eq!(manifest.stripes(), 4);
	assert_eq!(manifest.stripes_of(0, 1), 0..1);
	assert_eq!(manifest.stripes_of(1_519, 1_521), 0..2);
	assert_eq!(manifest.stripes_of(1_520, 1_521), 1..2);
	assert_eq!(manifest.stripes_of(0, u64::MAX), 0..4);
	assert_eq!(manifest.stripes_of(5_000, 6_000), 0..0);
	assert_eq!(manifest.stripes_of(9, 9), 0..0);
	assert_eq!(manifest.stripe_size(3), 5_000 - 3 * 1_520);
}
