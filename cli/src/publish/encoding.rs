//! Turns a file into blocks on disk.

use super::{
	media::{stamp, Source},
	work::{Record, Work},
};
use crate::errors::Error;
use indicatif::ProgressBar;
use popnet_media_codec::{
	cipher::TAG_BYTES,
	encoder::{Description, EncodeError, DEFAULT_SHARD_BYTES},
	manifest::{MANIFEST_BYTES_MAX, SEGMENT_STRIPES, SHARD_BYTES_MAX},
	Coding, ContentKey, Digest, Encoder, Manifest, MediaKind as CodecKind,
};
use popnet_primitives::content::{Coding as ChainCoding, MediaKind};
use popnet_shard_store::{BlockStore, StoreError};
use rand::{rngs::OsRng, RngCore};
use std::{fs::File, io::Read, sync::Arc};

/// Bytes that are read from the file at a time.
const READ_BYTES: usize = 1024 * 1024;
/// Blocks that are made durable together.
const BATCH_BLOCKS: usize = 128;
/// Bytes of blocks that are made durable together.
const BATCH_BYTES: usize = 16 * 1024 * 1024;
/// Threads that write a batch: syncing waits for the disk, not for the processor.
const WRITERS: usize = 4;

/// Blocks that wait to be written.
struct Batch {
	store: Arc<dyn BlockStore>,
	blocks: Vec<(Digest, Vec<u8>)>,
	bytes: usize,
}

impl Batch {
	fn add(&mut self, name: Digest, block: &[u8]) -> Result<(), StoreError> {
		self.bytes += block.len();
		self.blocks.push((name, block.to_vec()));
		if self.blocks.len() >= BATCH_BLOCKS || self.bytes >= BATCH_BYTES {
			self.write()?;
		}
		Ok(())
	}

	fn write(&mut self) -> Result<(), StoreError> {
		let share = self.blocks.len().div_ceil(WRITERS).max(1);
		let store = &self.store;
		let results: Vec<Result<(), StoreError>> = std::thread::scope(|scope| {
			let writers: Vec<_> = self
				.blocks
				.chunks(share)
				.map(|chunk| {
					scope.spawn(move || {
						let blocks: Vec<(Digest, &[u8])> =
							chunk.iter().map(|(name, block)| (*name, block.as_slice())).collect();
						store.put_many(&blocks)
					})
				})
				.collect();
			writers.into_iter().filter_map(|writer| writer.join().ok()).collect()
		});
		self.blocks.clear();
		self.bytes = 0;
		results.into_iter().collect()
	}
}

/// Encodes `source` with a fresh key into the work folder and keeps the record. Blocks for as long
/// as that takes.
///
/// # Errors
/// When the file cannot be read, changes meanwhile, or the disk refuses.
pub fn encode(
	work: &Work,
	source: &Source,
	coding: ChainCoding,
	bar: &ProgressBar,
) -> Result<(Record, Manifest), Error> {
	work.clear()?;
	let bad = |what: String| Error::BadFile {
		path: source.path.clone(),
		what,
		hint: "nothing was registered; repair the file and try again".into(),
	};
	let key = ContentKey::generate(&mut OsRng);
	let code = Coding { data: coding.data, total: coding.total };
	let description = Description {
		media: codec_kind(source.kind),
		mime: source.mime.clone(),
		name: source.name.clone(),
	};
	let mut encoder = Encoder::new(&key, code, shard_bytes(code, source.size), description)
		.map_err(|error| Error::caused("the file cannot be encoded", "", error))?;

	let mut batch = Batch { store: work.store.clone(), blocks: Vec::new(), bytes: 0 };
	let mut sink = |name: Digest, block: &[u8]| batch.add(name, block);
	let mut file = File::open(&source.path).map_err(|e| bad(format!("cannot be opened: {e}")))?;
	let mut buffer = vec![0; READ_BYTES];
	loop {
		let count = file.read(&mut buffer).map_err(|e| bad(format!("cannot be read: {e}")))?;
		if count == 0 {
			break;
		}
		let bytes = buffer.get(..count).unwrap_or_default();
		encoder.push(bytes, &mut sink).map_err(|error| failed(source, error))?;
		bar.inc(u64::try_from(count).unwrap_or(0));
	}
	let encoded = encoder.finish(&mut sink).map_err(|error| failed(source, error))?;
	batch.write()?;
	if encoded.manifest.size != source.size
		|| stamp(&source.path) != Ok((source.size, source.modified))
	{
		work.clear()?;
		return Err(bad("has changed while it was read".into()));
	}
	let mut host_secret = [0; 32];
	OsRng.fill_bytes(&mut host_secret);
	let record = Record::new(encoded.id, encoded.manifest_size, *key.expose(), host_secret);
	work.keep(&record)?;
	Ok((record, encoded.manifest))
}

fn failed(source: &Source, error: EncodeError<StoreError>) -> Error {
	match error {
		EncodeError::Sink(error) => error.into(),
		error => Error::BadFile {
			path: source.path.clone(),
			what: format!("cannot be encoded: {error}"),
			hint: "nothing was registered".into(),
		},
	}
}

/// Bytes of a shard: as few as the manifest of an item of this size has room for.
fn shard_bytes(coding: Coding, size: u64) -> u32 {
	let mut bytes = DEFAULT_SHARD_BYTES;
	let fits = |bytes: u32| {
		let capacity = (u64::from(coding.data) * u64::from(bytes)).saturating_sub(TAG_BYTES as u64);
		let segments = size.div_ceil(capacity.max(1)).div_ceil(u64::from(SEGMENT_STRIPES));
		let row = u64::from(coding.total) * 32 + 8;
		// What is left is for names and numbers.
		segments.saturating_mul(row) <= MANIFEST_BYTES_MAX as u64 - 4096
	};
	while !fits(bytes) && bytes < SHARD_BYTES_MAX {
		bytes *= 2;
	}
	bytes
}

fn codec_kind(kind: MediaKind) -> CodecKind {
	match kind {
		MediaKind::Video => CodecKind::Video,
		MediaKind::Audio => CodecKind::Audio,
		MediaKind::Image => CodecKind::Image,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::publish::media::{inspect, Claims};
	use popnet_media_codec::decoder::decode_stripe;
	use popnet_primitives::{content::CONTENT_SIZE_MAX, placement::coding_for, AccountId};

	#[test]
	fn what_was_encoded_can_be_resumed_and_decoded() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		let plaintext: Vec<u8> = (0..3_000_000u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
		std::fs::write(&file, &plaintext).unwrap();
		let source = inspect(&file, &Claims::default()).unwrap();
		let coding = ChainCoding { data: 36, total: 48 };
		let signer = AccountId::new([1; 32]);
		let work = Work::open(folder.path(), &source, &signer).unwrap();

		let (record, manifest) = encode(&work, &source, coding, &ProgressBar::hidden()).unwrap();

		drop(work);
		let work = Work::open(folder.path(), &source, &signer).unwrap();
		assert_eq!(work.record().unwrap(), Some(record.clone()));
		assert_eq!(work.complete(&record).unwrap(), Some(manifest.clone()));
		let key = ContentKey::open(record.key, &manifest.key_commitment).unwrap();
		let row = manifest.inline_row(0).unwrap();
		let shards: Vec<Vec<u8>> =
			row.iter().map(|name| work.store.get(name).unwrap().unwrap()).collect();
		let some: Vec<(u16, &[u8])> =
			(12u16..48).map(|n| (n, &shards[usize::from(n)][..])).collect();
		let decoded = decode_stripe(&manifest, &key, 0, row, &some).unwrap();
		assert_eq!(decoded[..], plaintext[..decoded.len()]);

		work.store.remove(&row[0]).unwrap();
		assert_eq!(work.complete(&record).unwrap(), None);
	}

	#[test]
	fn another_run_draws_another_key() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		std::fs::write(&file, b"some frames").unwrap();
		let source = inspect(&file, &Claims::default()).unwrap();
		let coding = ChainCoding { data: 3, total: 4 };
		let work = Work::open(folder.path(), &source, &AccountId::new([1; 32])).unwrap();
		let (first, _) = encode(&work, &source, coding, &ProgressBar::hidden()).unwrap();
		let (second, _) = encode(&work, &source, coding, &ProgressBar::hidden()).unwrap();
		assert_ne!(first.key, second.key);
		assert_ne!(first.id, second.id);
		assert_eq!(work.store.digests().len(), 5);
	}

	#[test]
	fn a_file_that_changes_is_noticed() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		std::fs::write(&file, b"some frames").unwrap();
		let mut source = inspect(&file, &Claims::default()).unwrap();
		source.size += 1;
		let coding = ChainCoding { data: 3, total: 4 };
		let work = Work::open(folder.path(), &source, &AccountId::new([1; 32])).unwrap();
		let error = encode(&work, &source, coding, &ProgressBar::hidden()).unwrap_err();
		assert_eq!(error.exit_code(), 7);
		assert_eq!(work.record().unwrap(), None);
		assert_eq!(work.store.used(), 0);
	}

	#[test]
	fn large_items_get_larger_shards() {
		for nodes in [1, 12, 71, 256, 1_000] {
			let coding = coding_for(nodes).unwrap();
			let coding = Coding { data: coding.data, total: coding.total };
			assert_eq!(shard_bytes(coding, 1), DEFAULT_SHARD_BYTES);
			let bytes = shard_bytes(coding, CONTENT_SIZE_MAX);
			assert!(bytes <= SHARD_BYTES_MAX && bytes.is_power_of_two());
		}
	}
}
