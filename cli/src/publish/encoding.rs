//! Turns a file into blocks on disk.

use super::{
	media::{stamp, Source},
	work::{Record, Work},
	RESUME_HINT,
};
use crate::errors::Error;
use indicatif::ProgressBar;
use popnet_media_codec::{
	cipher::TAG_BYTES,
	encoder::{Description, EncodeError, DEFAULT_SHARD_BYTES},
	manifest::{MANIFEST_BYTES_MAX, SEGMENT_STRIPES, SHARD_BYTES_MAX},
	Coding, ContentKey, Digest, Encoder, Manifest, MediaKind as CodecKind,
};
use popnet_primitives::content::{self, Coding as ChainCoding, MediaKind};
use popnet_shard_store::{BlockStore, StoreError};
use rand::{rngs::OsRng, RngCore};
use std::{
	fs::File,
	io::{ErrorKind, Read},
	panic::resume_unwind,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
	thread::JoinHandle,
};
use tokio::sync::oneshot;

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
			writers
				.into_iter()
				.map(|writer| writer.join().unwrap_or_else(|panic| resume_unwind(panic)))
				.collect()
		});
		self.blocks.clear();
		self.bytes = 0;
		results.into_iter().collect()
	}
}

/// Bytes that all shards of `size` bytes will have, manifest excluded; 0 when the code is impossible.
pub fn stored_size(size: u64, coding: ChainCoding) -> u64 {
	let code = Coding { data: coding.data, total: coding.total };
	let stripes = size.div_ceil(capacity(code, shard_bytes(code, size)));
	content::stored_size(size, coding, u32::try_from(stripes).unwrap_or(u32::MAX)).unwrap_or(0)
}

/// A thread that encodes. Dropped before its end, as when the run is interrupted, it stops and
/// deletes what it has written.
struct Encoding {
	stop: Arc<AtomicBool>,
	thread: Option<JoinHandle<()>>,
}

impl Drop for Encoding {
	fn drop(&mut self) {
		self.stop.store(true, Ordering::Relaxed);
		if let Some(thread) = self.thread.take() {
			let _ = thread.join(); // a panic is told to whoever waits for the result
		}
	}
}

/// Encodes `source` with a fresh key into the work folder and keeps the record. What was encoded is
/// deleted when that fails or is interrupted.
///
/// # Errors
/// When the file cannot be read, changes meanwhile, or the disk refuses.
pub async fn encode(
	work: &Arc<Work>,
	source: &Source,
	coding: ChainCoding,
	bar: &ProgressBar,
) -> Result<(Record, Manifest), Error> {
	let stop = Arc::new(AtomicBool::new(false));
	let (answer, answered) = oneshot::channel();
	let (folder, source, bar, stopped) = (work.clone(), source.clone(), bar.clone(), stop.clone());
	let thread = std::thread::Builder::new()
		.name("encoding".into())
		.spawn(move || {
			let outcome = write(&folder, &source, coding, &bar, &stopped).inspect_err(|_| {
				let _ = folder.clear(); // the error that led here says more than another one
			});
			let _ = answer.send(outcome); // nobody waits after an interruption
		})
		.map_err(|error| Error::caused("no thread can be started", "free some resources", error))?;
	let _encoding = Encoding { stop, thread: Some(thread) };
	answered.await.unwrap_or_else(|_| {
		work.clear()?;
		Err(Error::internal(
			"the encoder has crashed",
			"this is a defect of popctl; please report what it printed",
		))
	})
}

/// Encodes on this thread, until `stop` is set.
fn write(
	work: &Work,
	source: &Source,
	coding: ChainCoding,
	bar: &ProgressBar,
	stop: &AtomicBool,
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
		.map_err(|error| {
			Error::caused("the file cannot be encoded", "try another --name or --mime", error)
		})?;

	let mut batch = Batch { store: work.store.clone(), blocks: Vec::new(), bytes: 0 };
	let mut sink = |name: Digest, block: &[u8]| batch.add(name, block);
	let file = File::open(&source.path).map_err(|e| bad(format!("cannot be opened: {e}")))?;
	// One byte more than expected tells that the file has grown.
	let mut file = file.take(source.size.saturating_add(1));
	let mut buffer = vec![0; READ_BYTES];
	loop {
		if stop.load(Ordering::Relaxed) {
			bar.set_message("deleting what was encoded");
			return Err(Error::Interrupted { hint: RESUME_HINT.into() });
		}
		let count = match file.read(&mut buffer) {
			Ok(0) => break,
			Ok(count) => count,
			Err(error) if error.kind() == ErrorKind::Interrupted => continue,
			Err(error) => return Err(bad(format!("cannot be read: {error}"))),
		};
		let bytes = buffer.get(..count).unwrap_or_default();
		encoder.push(bytes, &mut sink).map_err(|error| failed(source, error))?;
		bar.inc(u64::try_from(count).unwrap_or(0));
	}
	let encoded = encoder.finish(&mut sink).map_err(|error| failed(source, error))?;
	batch.write()?;
	if encoded.manifest.size != source.size
		|| stamp(&source.path) != Ok((source.size, source.modified))
	{
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
		let segments = size.div_ceil(capacity(coding, bytes)).div_ceil(u64::from(SEGMENT_STRIPES));
		let row = u64::from(coding.total) * 32 + 8;
		// What is left is for names and numbers.
		segments.saturating_mul(row) <= MANIFEST_BYTES_MAX as u64 - 4096
	};
	while !fits(bytes) && bytes < SHARD_BYTES_MAX {
		bytes *= 2;
	}
	bytes
}

/// Plaintext bytes of a full stripe with shards of `bytes` bytes.
fn capacity(coding: Coding, bytes: u32) -> u64 {
	(u64::from(coding.data) * u64::from(bytes)).saturating_sub(TAG_BYTES as u64).max(1)
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
	use std::{fs, path::Path, time::Duration};

	const CODING: ChainCoding = ChainCoding { data: 3, total: 4 };

	/// A store that takes `room` bytes, then says that the disk is full, or panics.
	struct Narrow {
		inner: Arc<dyn BlockStore>,
		room: u64,
		panics: bool,
	}

	impl BlockStore for Narrow {
		fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
			if self.inner.used() < self.room {
				return self.inner.put_many(blocks);
			}
			assert!(!self.panics, "a defect");
			Err(StoreError::DiskFull("/work".into()))
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
			self.room
		}
	}

	fn source(folder: &Path, bytes: &[u8]) -> Source {
		let file = folder.join("clip.mp4");
		fs::write(&file, bytes).unwrap();
		inspect(&file, &Claims::default()).unwrap()
	}

	fn work(folder: &Path, source: &Source) -> Work {
		Work::open(folder, source, &AccountId::new([1; 32])).unwrap()
	}

	fn assert_empty(work: &Work) {
		assert_eq!(work.record().unwrap(), None);
		assert_eq!(work.store.used(), 0);
		for folder in fs::read_dir(work.folder().join("shards/blocks")).unwrap() {
			assert_eq!(fs::read_dir(folder.unwrap().path()).unwrap().count(), 0);
		}
	}

	async fn encoded(
		work: &Arc<Work>,
		source: &Source,
		coding: ChainCoding,
	) -> Result<(Record, Manifest), Error> {
		encode(work, source, coding, &ProgressBar::hidden()).await
	}

	#[tokio::test]
	async fn what_was_encoded_can_be_resumed_and_decoded() {
		let folder = tempfile::tempdir().unwrap();
		let plaintext: Vec<u8> = (0..3_000_000u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
		let source = source(folder.path(), &plaintext);
		let coding = ChainCoding { data: 36, total: 48 };

		let first = Arc::new(work(folder.path(), &source));
		let (record, manifest) = encoded(&first, &source, coding).await.unwrap();

		drop(first);
		let work = work(folder.path(), &source);
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

	#[tokio::test]
	async fn stored_size_is_known_before_encoding() {
		let folder = tempfile::tempdir().unwrap();
		let capacity = usize::try_from(capacity(Coding { data: 3, total: 4 }, DEFAULT_SHARD_BYTES));
		let capacity = capacity.unwrap();
		// Around the ends of a stripe, and of what the manifest names without segments.
		for size in [1, capacity, capacity + 1, 8 * capacity, 8 * capacity + 1] {
			let source = source(folder.path(), &vec![5; size]);
			let work = Arc::new(work(folder.path(), &source));

			let (_, manifest) = encoded(&work, &source, CODING).await.unwrap();

			assert_eq!(stored_size(source.size, CODING), manifest.stored_size(), "{size} bytes");
		}
		assert_eq!(stored_size(1, ChainCoding { data: 0, total: 4 }), 0);
	}

	#[tokio::test]
	async fn another_run_draws_another_key() {
		let folder = tempfile::tempdir().unwrap();
		let source = source(folder.path(), b"some frames");
		let work = Arc::new(work(folder.path(), &source));
		let (first, _) = encoded(&work, &source, CODING).await.unwrap();
		let (second, _) = encoded(&work, &source, CODING).await.unwrap();
		assert_ne!(first.key, second.key);
		assert_ne!(first.id, second.id);
		assert_eq!(work.store.digests().len(), 5);
	}

	#[tokio::test]
	async fn a_file_that_changes_is_noticed() {
		let folder = tempfile::tempdir().unwrap();
		for change in [-1i64, 1] {
			let mut source = source(folder.path(), b"some frames");
			source.size = source.size.saturating_add_signed(change);
			let work = Arc::new(work(folder.path(), &source));
			let error = encoded(&work, &source, CODING).await.unwrap_err();
			assert_eq!(error.exit_code(), 7);
			assert_empty(&work);
		}
	}

	#[tokio::test]
	async fn nothing_is_left_when_the_disk_is_full() {
		let folder = tempfile::tempdir().unwrap();
		let source = source(folder.path(), &vec![5; 40_000_000]);
		let mut work = work(folder.path(), &source);
		let room = 20_000_000;
		work.store = Arc::new(Narrow { inner: work.store.clone(), room, panics: false });
		let work = Arc::new(work);

		let error = encoded(&work, &source, CODING).await.unwrap_err();

		assert_eq!(error.exit_code(), 1);
		assert!(error.message().contains("is full"), "{}", error.message());
		assert_empty(&work);
	}

	#[tokio::test]
	async fn encoding_fails_when_a_writer_panics() {
		let folder = tempfile::tempdir().unwrap();
		let source = source(folder.path(), b"some frames");
		let mut work = work(folder.path(), &source);
		work.store = Arc::new(Narrow { inner: work.store.clone(), room: 0, panics: true });
		let work = Arc::new(work);

		let error = encoded(&work, &source, CODING).await.unwrap_err();

		assert_eq!(error.exit_code(), 1);
		assert!(error.message().contains("crashed"), "{}", error.message());
		assert_empty(&work);
	}

	#[tokio::test]
	async fn nothing_is_left_when_encoding_is_interrupted() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		File::create(&file).unwrap().set_len(100_000_000_000).unwrap();
		let source = inspect(&file, &Claims::default()).unwrap();
		let work = Arc::new(work(folder.path(), &source));
		let bar = ProgressBar::hidden();
		let something_is_written = async {
			while work.store.used() == 0 {
				tokio::time::sleep(Duration::from_millis(5)).await;
			}
		};

		tokio::select! {
			_ = encode(&work, &source, CODING, &bar) => panic!("encoding has ended"),
			() = something_is_written => {}
		}

		assert_empty(&work);
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
