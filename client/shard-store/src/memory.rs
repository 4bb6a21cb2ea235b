//! Blocks in memory.

use crate::{added_bytes, check, BlockStore, Digest, StoreError};
use parking_lot::RwLock;
use std::{
	collections::HashMap,
	sync::atomic::{AtomicU64, Ordering},
};

/// The twin of [`crate::DiskStore`] without a disk.
pub struct MemoryStore {
	blocks: RwLock<HashMap<Digest, Vec<u8>>>,
	quota: u64,
	damaged: AtomicU64,
}

impl MemoryStore {
	/// An empty store for `quota` bytes.
	pub fn new(quota: u64) -> Self {
		Self { blocks: RwLock::default(), quota, damaged: AtomicU64::new(0) }
	}
}

impl BlockStore for MemoryStore {
	fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		for (digest, bytes) in blocks {
			check(digest, bytes)?;
		}
		let mut stored = self.blocks.write();
		let used: u64 = stored.values().map(|block| block.len() as u64).sum();
		let needed = added_bytes(blocks, |digest| stored.contains_key(digest));
		if used + needed > self.quota {
			return Err(StoreError::Quota { needed, used, quota: self.quota });
		}
		for (digest, bytes) in blocks {
			stored.entry(*digest).or_insert_with(|| bytes.to_vec());
		}
		Ok(())
	}

	fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		let Some(bytes) = self.blocks.read().get(digest).cloned() else { return Ok(None) };
		if check(digest, &bytes).is_err() {
			self.blocks.write().remove(digest);
			self.damaged.fetch_add(1, Ordering::Relaxed);
			return Err(StoreError::Corrupt(*digest));
		}
		Ok(Some(bytes))
	}

	fn length(&self, digest: &Digest) -> Option<u64> {
		self.blocks.read().get(digest).map(|block| block.len() as u64)
	}

	fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
		Ok(self.blocks.write().remove(digest).is_some())
	}

	fn digests(&self) -> Vec<Digest> {
		self.blocks.read().keys().copied().collect()
	}

	fn count(&self) -> usize {
		self.blocks.read().len()
	}

	fn damaged(&self) -> u64 {
		self.damaged.load(Ordering::Relaxed)
	}

	fn used(&self) -> u64 {
		self.blocks.read().values().map(|block| block.len() as u64).sum()
	}

	fn quota(&self) -> u64 {
		self.quota
	}
}
