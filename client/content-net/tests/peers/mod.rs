//! Peers and items for the tests.
#![allow(dead_code, missing_docs)] // no test uses all of it

use popnet_content_net::{Host, HostConfig, Keeper, KeeperConfig, ShareOrder};
use popnet_media_codec::{
	encoder::{Description, Encoder},
	manifest::{Manifest, MediaKind},
	Coding, ContentKey, Digest,
};
use popnet_shard_store::{BlockStore, MemoryStore, StoreError};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use std::{path::Path, sync::Arc, time::Duration};

pub const QUOTA: u64 = 1 << 30;

pub fn memory() -> Arc<dyn BlockStore> {
	Arc::new(MemoryStore::new(QUOTA))
}

pub fn listening(secret: u8, address: &str) -> HostConfig {
	HostConfig { secret: [secret; 32], listen: vec![address.into()], ..Default::default() }
}

pub async fn server(secret: u8, store: Arc<dyn BlockStore>) -> Host {
	Host::start(listening(secret, "/ip4/127.0.0.1/tcp/0"), store).await.unwrap()
}

pub async fn client(secret: u8) -> Host {
	Host::start(HostConfig { secret: [secret; 32], ..Default::default() }, memory()).await.unwrap()
}

/// An encoded item, and the store that has all of its blocks.
pub struct Item {
	pub plaintext: Vec<u8>,
	pub id: Digest,
	pub manifest: Manifest,
	pub key: ContentKey,
	pub store: Arc<dyn BlockStore>,
}

impl Item {
	/// An order for the share of `slot` in a placement of twelve slots.
	pub fn order(&self, slot: u32, sources: Vec<String>) -> ShareOrder {
		ShareOrder {
			id: self.id,
			slot,
			slots: 12,
			sources,
			holders: Vec::new(),
			manifest_size: u32::try_from(self.store.length(&self.id).unwrap()).unwrap(),
			coding: (self.manifest.coding.data, self.manifest.coding.total),
		}
	}
}

pub fn item(size: usize, shard_len: u32, coding: Coding) -> Item {
	let mut rng = StdRng::seed_from_u64(size as u64);
	let mut plaintext = vec![0; size];
	rng.fill_bytes(&mut plaintext);
	let key = ContentKey::generate(&mut rng);
	let store = memory();
	let description =
		Description { media: MediaKind::Video, mime: "video/mp4".into(), name: "film.mp4".into() };
	let mut sink = |name, bytes: &[u8]| store.put(name, bytes);
	let mut encoder = Encoder::new(&key, coding, shard_len, description).unwrap();
	encoder.push(&plaintext, &mut sink).unwrap();
	let encoded = encoder.finish(&mut sink).unwrap();
	Item { plaintext, id: encoded.id, manifest: encoded.manifest, key, store }
}

/// Twelve keepers that hold `item`.
pub async fn placed(item: &Item, folder: &Path, first_secret: u8) -> Vec<Arc<Keeper>> {
	let publisher = server(first_secret, item.store.clone()).await;
	let mut keepers = Vec::new();
	for slot in 0..12u8 {
		let config = KeeperConfig {
			folder: folder.join(slot.to_string()),
			quota: QUOTA,
			host: listening(first_secret + 1 + slot, "/ip4/127.0.0.1/tcp/0"),
		};
		let keeper = Keeper::start(config).await.unwrap();
		keeper.keep(item.order(u32::from(slot), publisher.addresses()));
		keepers.push(keeper);
	}
	for keeper in &keepers {
		for _ in 0..600 {
			if keeper.stored() == [item.id] {
				break;
			}
			tokio::time::sleep(Duration::from_millis(50)).await;
		}
		assert_eq!(keeper.stored(), [item.id]);
	}
	publisher.stop().await;
	keepers
}

pub fn whereabouts(keepers: &[Arc<Keeper>]) -> Vec<Vec<String>> {
	keepers
		.iter()
		.map(|keeper| keeper.host().map(|host| host.addresses()).unwrap_or_default())
		.collect()
}

/// A store whose every block has one flipped bit.
pub struct Liar(pub Arc<dyn BlockStore>);

impl BlockStore for Liar {
	fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		self.0.put_many(blocks)
	}
	fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		let mut block = self.0.get(digest)?;
		if let Some(first) = block.as_mut().and_then(|bytes| bytes.first_mut()) {
			*first ^= 1;
		}
		Ok(block)
	}
	fn length(&self, digest: &Digest) -> Option<u64> {
		self.0.length(digest)
	}
	fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
		self.0.remove(digest)
	}
	fn digests(&self) -> Vec<Digest> {
		self.0.digests()
	}
	fn count(&self) -> usize {
		self.0.count()
	}
	fn damaged(&self) -> u64 {
		self.0.damaged()
	}
	fn used(&self) -> u64 {
		self.0.used()
	}
	fn quota(&self) -> u64 {
		self.0.quota()
	}
}
