//! Items in memory, made with the real codec, that count what is asked of them and fail on command.

use async_trait::async_trait;
use bytes::Bytes;
use popnet_gateway::{Config, Digest, Gateway, Item, Library, Listed, Manifest, Refusal};
use popnet_media_codec::{
	cid::cid_text, decoder::decode_stripe, encoder::Description, manifest::Row, Coding,
	CommittedKey, ContentKey, Encoder, MediaKind,
};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::{
	collections::HashMap,
	convert::Infallible,
	net::SocketAddr,
	sync::{
		atomic::{AtomicU64, AtomicUsize, Ordering},
		Arc, Mutex,
	},
	time::Duration,
};

/// An encoded item and all its shards.
pub struct TestItem {
	pub id: Digest,
	pub plaintext: Vec<u8>,
	manifest: Manifest,
	key: CommittedKey,
	rows: Vec<Row>,
	blocks: HashMap<Digest, Vec<u8>>,
	/// Stripes that were asked for, in order.
	pub asked: Mutex<Vec<u64>>,
	/// Requests for stripes that were dropped before they were answered.
	pub dropped: AtomicUsize,
	/// Stripes from this one on are unavailable.
	pub fails_from: AtomicU64,
	/// Time that a stripe takes, in milliseconds.
	pub delay_ms: AtomicU64,
}

impl TestItem {
	/// An item of random bytes.
	pub fn new(name: &str, mime: &str, size: usize, shard_len: u32) -> Arc<Self> {
		let mut rng = StdRng::seed_from_u64(size as u64);
		let mut plaintext = vec![0; size];
		rng.fill_bytes(&mut plaintext);
		let key = ContentKey::generate(&mut rng);
		let description =
			Description { media: MediaKind::Video, mime: mime.into(), name: name.into() };
		let mut blocks = HashMap::new();
		let mut sink = |name: Digest, bytes: &[u8]| -> Result<(), Infallible> {
			blocks.insert(name, bytes.to_vec());
			Ok(())
		};
		let coding = Coding::new(3, 5).unwrap();
		let mut encoder = Encoder::new(&key, coding, shard_len, description).unwrap();
		encoder.push(&plaintext, &mut sink).unwrap();
		let encoded = encoder.finish(&mut sink).unwrap();
		let rows = rows(&encoded.manifest, &blocks);
		let key = ContentKey::open(*key.expose(), &encoded.manifest.key_commitment).unwrap();
		Arc::new(Self {
			id: encoded.id,
			plaintext,
			manifest: encoded.manifest,
			key,
			rows,
			blocks,
			asked: Mutex::default(),
			dropped: AtomicUsize::new(0),
			fails_from: AtomicU64::new(u64::MAX),
			delay_ms: AtomicU64::new(0),
		})
	}

	/// Eight stripes of 1,520 bytes and a bit.
	pub fn film() -> Arc<Self> {
		Self::new("film.mp4", "video/mp4", 8 * 1520 + 77, 512)
	}

	/// Where the gateway has it.
	pub fn path(&self) -> String {
		format!("/content/{}", cid_text(&self.id))
	}

	/// The stripes that were asked for so far.
	pub fn asked(&self) -> Vec<u64> {
		self.asked.lock().unwrap().clone()
	}
}

fn rows(manifest: &Manifest, blocks: &HashMap<Digest, Vec<u8>>) -> Vec<Row> {
	if manifest.segments() == 0 {
		return (0..manifest.stripes()).map(|s| manifest.inline_row(s).unwrap().clone()).collect();
	}
	let of_segment = |segment| {
		let shards = manifest.segment_shards(segment);
		let shards: Vec<(u16, &[u8])> =
			shards.iter().map(|shard| (shard.shard, blocks[&shard.digest].as_slice())).collect();
		manifest.decode_segment(segment, &shards[..3]).unwrap()
	};
	(0..manifest.segments()).flat_map(of_segment).collect()
}

/// Counts a request as dropped unless told otherwise.
struct Asking<'a>(&'a TestItem, bool);

impl Drop for Asking<'_> {
	fn drop(&mut self) {
		if !self.1 {
			self.0.dropped.fetch_add(1, Ordering::SeqCst);
		}
	}
}

#[async_trait]
impl Item for TestItem {
	fn manifest(&self) -> &Manifest {
		&self.manifest
	}

	async fn stripe(&self, stripe: u64) -> Result<Bytes, Refusal> {
		self.asked.lock().unwrap().push(stripe);
		let mut asking = Asking(self, false);
		let delay = self.delay_ms.load(Ordering::SeqCst);
		tokio::time::sleep(Duration::from_millis(delay)).await;
		asking.1 = true;
		if stripe >= self.fails_from.load(Ordering::SeqCst) {
			return Err(Refusal::Unavailable("too few Masternodes answer".into()));
		}
		let row = &self.rows[stripe as usize];
		let shards: Vec<(u16, &[u8])> = self
			.manifest
			.stripe_shards(stripe, row)
			.iter()
			// Two of the five are lost.
			.filter(|shard| ![0, 3].contains(&shard.shard))
			.map(|shard| (shard.shard, self.blocks[&shard.digest].as_slice()))
			.collect();
		let plaintext = decode_stripe(&self.manifest, &self.key, stripe, row, &shards);
		Ok(Bytes::from(plaintext.unwrap()))
	}
}

/// Items and refusals.
#[derive(Default)]
pub struct TestLibrary {
	pub items: Vec<Arc<TestItem>>,
	pub refused: HashMap<Digest, Refusal>,
}

#[async_trait]
impl Library for TestLibrary {
	async fn open(&self, id: Digest) -> Result<Arc<dyn Item>, Refusal> {
		if let Some(refusal) = self.refused.get(&id) {
			return Err(refusal.clone());
		}
		let found = self.items.iter().find(|item| item.id == id);
		found.map(|item| item.clone() as Arc<dyn Item>).ok_or(Refusal::Unknown)
	}

	async fn list(&self) -> Vec<Listed> {
		let listed = |item: &Arc<TestItem>| Listed {
			id: item.id,
			name: item.manifest.name.clone(),
			mime: item.manifest.mime.clone(),
			size: item.manifest.size,
		};
		self.items.iter().map(listed).collect()
	}
}

/// The defaults, on a port that the system chooses.
pub fn config() -> Config {
	Config::new(SocketAddr::from(([127, 0, 0, 1], 0)))
}

/// A gateway with these items.
pub async fn serve_with(config: Config, items: &[&Arc<TestItem>]) -> Gateway {
	let items = items.iter().map(|item| (*item).clone()).collect();
	let library = TestLibrary { items, ..Default::default() };
	Gateway::start(config, Arc::new(library)).await.unwrap()
}

/// A gateway with these items and the defaults.
pub async fn serve(items: &[&Arc<TestItem>]) -> Gateway {
	serve_with(config(), items).await
}

/// Waits until `holds`, for at most ten seconds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
	for _ in 0..1000 {
		if holds() {
			return;
		}
		tokio::time::sleep(Duration::from_millis(10)).await;
	}
	panic!("never: {what}");
}
