//! Verified blocks, named by their BLAKE3 digest, with a quota.
//!
//! [`DiskStore`] keeps them in files and survives a crash at any moment: when [`BlockStore::put_many`]
//! has returned, the blocks are on disk, and whatever was being written is swept away at the next
//! start. [`MemoryStore`] is its twin in memory; both run the same tests. A block is checked against
//! its digest when it comes in and whenever it goes out, so rot is noticed and never served.
//! [`Records`] keeps the small facts of a service equally safely.

mod disk;
mod memory;
mod records;

pub use disk::DiskStore;
pub use memory::MemoryStore;
pub use records::Records;

use std::{io, path::PathBuf};

/// BLAKE3-256 digest of a block.
pub type Digest = [u8; 32];

/// Largest block in bytes: an IPFS block.
pub const BLOCK_BYTES_MAX: usize = 1024 * 1024;

/// Why a block could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
	/// The bytes do not have the digest that names them.
	#[error("the bytes do not have the digest that names the block")]
	Digest,
	/// Empty, or longer than [`BLOCK_BYTES_MAX`].
	#[error("a block of {0} bytes cannot be stored")]
	Size(usize),
	/// The block on disk is damaged; it was taken out of the store.
	#[error("block {} is damaged on disk and was taken out of the store", hex::encode(.0))]
	Corrupt(Digest),
	/// The blocks would exceed the quota.
	#[error("storing {needed} bytes would exceed the quota: {used} of {quota} bytes are in use")]
	Quota {
		/// Bytes to be added.
		needed: u64,
		/// Bytes in use.
		used: u64,
		/// Bytes allowed.
		quota: u64,
	},
	/// The disk is full, or a limit of the system on its use is reached.
	#[error("the disk that holds {} is full", .0.display())]
	DiskFull(PathBuf),
	/// Another process uses the store.
	#[error("the store {} is in use by another process", .0.display())]
	InUse(PathBuf),
	/// The file system refused.
	#[error("cannot use {}", path.display())]
	Io {
		/// File or folder concerned.
		path: PathBuf,
		/// What the file system said.
		#[source]
		source: io::Error,
	},
}

impl StoreError {
	/// Names the file or folder that an error of the file system concerns.
	pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
		let path = path.into();
		move |source| match source.kind() {
			io::ErrorKind::StorageFull
			| io::ErrorKind::QuotaExceeded
			// What RLIMIT_FSIZE answers: blocks are far smaller than any file system's own limit.
			| io::ErrorKind::FileTooLarge => Self::DiskFull(path),
			_ => Self::Io { path, source },
		}
	}

	/// Whether there is no room, so that smaller blocks may fit, and these later.
	pub fn is_no_room(&self) -> bool {
		matches!(self, Self::Quota { .. } | Self::DiskFull(_))
	}
}

/// A place for blocks.
pub trait BlockStore: Send + Sync {
	/// Stores blocks; when it returns they are durable. Blocks that are there already are skipped.
	/// Either all are stored, or an error is returned; what was stored before the error stays.
	///
	/// # Errors
	/// When a block does not fit its digest, the quota, or the disk.
	fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError>;

	/// Stores one block.
	///
	/// # Errors
	/// As [`BlockStore::put_many`].
	fn put(&self, digest: Digest, bytes: &[u8]) -> Result<(), StoreError> {
		self.put_many(&[(digest, bytes)])
	}

	/// The block with this digest, checked; `None` when it is not there.
	///
	/// # Errors
	/// When the block is damaged, or the disk refuses.
	fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError>;

	/// Bytes of the block, if it is there, without reading it.
	fn length(&self, digest: &Digest) -> Option<u64>;

	/// Whether the block is there, without reading it.
	fn has(&self, digest: &Digest) -> bool {
		self.length(digest).is_some()
	}

	/// Deletes a block; `false` when it was not there.
	///
	/// # Errors
	/// When the disk refuses.
	fn remove(&self, digest: &Digest) -> Result<bool, StoreError>;

	/// The digests of all blocks, in no order.
	fn digests(&self) -> Vec<Digest>;

	/// Blocks in the store.
	fn count(&self) -> usize;

	/// Blocks that were found damaged, and taken out, since the store was opened.
	fn damaged(&self) -> u64;

	/// Bytes of all blocks together.
	fn used(&self) -> u64;

	/// Bytes that the blocks may take.
	fn quota(&self) -> u64;
}

fn check(digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
	if bytes.is_empty() || bytes.len() > BLOCK_BYTES_MAX {
		return Err(StoreError::Size(bytes.len()));
	}
	if blake3::hash(bytes).as_bytes() != digest {
		return Err(StoreError::Digest);
	}
	Ok(())
}

/// Bytes that `blocks` add to an index, each digest counted once.
fn added_bytes(blocks: &[(Digest, &[u8])], known: impl Fn(&Digest) -> bool) -> u64 {
	let mut seen = std::collections::HashSet::new();
	blocks
		.iter()
		.filter(|(digest, _)| !known(digest) && seen.insert(*digest))
		.map(|(_, bytes)| bytes.len() as u64)
		.sum()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_disk_is_full_whichever_limit_says_so() {
		use io::ErrorKind::{FileTooLarge, PermissionDenied, QuotaExceeded, StorageFull};
		for kind in [StorageFull, QuotaExceeded, FileTooLarge] {
			let error = StoreError::io("blocks")(kind.into());
			assert!(matches!(error, StoreError::DiskFull(_)), "{kind}: {error:?}");
			assert!(error.is_no_room());
		}
		let error = StoreError::io("blocks")(PermissionDenied.into());
		assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
		assert!(!error.is_no_room());
	}
}
