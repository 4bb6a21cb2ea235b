//! Blocks in files.
//!
//! `<root>/blocks/ab/<rest of the digest in hex>` holds a block whose digest begins with `ab`. A block is
//! written to `<root>/incoming`, synced, renamed to its place, and the folder is synced: at every moment
//! the place holds the whole block or nothing. `incoming` is emptied at start. `<root>/damaged` keeps
//! what did not fit its digest any more, for whoever wants to know why. `<root>/lock` keeps a second
//! process out.

use crate::{added_bytes, check, BlockStore, Digest, StoreError};
use parking_lot::Mutex;
use std::{
	collections::{BTreeSet, HashMap},
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

/// Blocks in files below one folder.
pub struct DiskStore {
	root: PathBuf,
	quota: u64,
	/// Length of every block, so that `has` and `used` need no disk.
	index: Mutex<Index>,
	/// Distinguishes files in `incoming`.
	next: AtomicU64,
	_lock: File,
}

#[derive(Default)]
struct Index {
	lengths: HashMap<Digest, u64>,
	used: u64,
	/// Bytes of blocks that are being written.
	reserved: u64,
}

impl Index {
	fn insert(&mut self, digest: Digest, length: u64) {
		if self.lengths.insert(digest, length).is_none() {
			self.used += length;
		}
	}

	fn remove(&mut self, digest: &Digest) -> bool {
		match self.lengths.remove(digest) {
			Some(length) => {
				self.used -= length;
				true
			}
			None => false,
		}
	}
}

impl DiskStore {
	/// Opens the store below `root`, which is created when it is missing, for `quota` bytes.
	///
	/// # Errors
	/// When another process uses the store, or the disk refuses.
	pub fn open(root: impl Into<PathBuf>, quota: u64) -> Result<Self, StoreError> {
		let root = root.into();
		for folder in ["blocks", "damaged"] {
			let path = root.join(folder);
			fs::create_dir_all(&path).map_err(StoreError::io(path))?;
		}
		let lock_path = root.join("lock");
		let lock = OpenOptions::new()
			.create(true)
			.truncate(false)
			.write(true)
			.open(&lock_path)
			.map_err(StoreError::io(&lock_path))?;
		match lock.try_lock() {
			Ok(()) => {}
			Err(fs::TryLockError::WouldBlock) => return Err(StoreError::InUse(root)),
			Err(fs::TryLockError::Error(error)) => return Err(StoreError::io(lock_path)(error)),
		}
		let incoming = root.join("incoming");
		match fs::remove_dir_all(&incoming) {
			Ok(()) => {}
			Err(error) if error.kind() == io::ErrorKind::NotFound => {}
			Err(error) => return Err(StoreError::io(incoming)(error)),
		}
		fs::create_dir_all(&incoming).map_err(StoreError::io(&incoming))?;
		let index = Mutex::new(read_index(&root.join("blocks"))?);
		Ok(Self { root, quota, index, next: AtomicU64::new(0), _lock: lock })
	}

	fn place(&self, digest: &Digest) -> PathBuf {
		let name = hex::encode(digest);
		let (folder, file) = name.split_at(2);
		self.root.join("blocks").join(folder).join(file)
	}

	/// Writes a block to `incoming` and syncs it.
	fn write_incoming(&self, bytes: &[u8]) -> Result<PathBuf, StoreError> {
		let number = self.next.fetch_add(1, Ordering::Relaxed);
		let path = self.root.join("incoming").join(number.to_string());
		let write = || -> io::Result<()> {
			let mut file = File::create(&path)?;
			file.write_all(bytes)?;
			file.sync_data()
		};
		write().map_err(|error| {
			let _ = fs::remove_file(&path); // swept at the next start otherwise
			StoreError::io(&path)(error)
		})?;
		Ok(path)
	}

	/// Writes blocks that are not there yet; the caller has reserved their bytes.
	fn write_all(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		let mut folders = BTreeSet::new();
		for (digest, bytes) in blocks {
			if self.has(digest) {
				continue;
			}
			let incoming = self.write_incoming(bytes)?;
			let place = self.place(digest);
			let folder = place.parent().unwrap_or(&self.root).to_path_buf();
			if folders.insert(folder.clone()) && !folder.is_dir() {
				fs::create_dir_all(&folder).map_err(StoreError::io(&folder))?;
				sync_folder(&self.root.join("blocks"))?;
			}
			fs::rename(&incoming, &place).map_err(StoreError::io(&place))?;
		}
		for folder in &folders {
			sync_folder(folder)?;
		}
		let mut index = self.index.lock();
		for (digest, bytes) in blocks {
			index.insert(*digest, bytes.len() as u64);
		}
		Ok(())
	}
}

impl BlockStore for DiskStore {
	fn put_many(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		for (digest, bytes) in blocks {
			check(digest, bytes)?;
		}
		let needed = {
			let mut index = self.index.lock();
			let needed = added_bytes(blocks, |digest| index.lengths.contains_key(digest));
			let used = index.used + index.reserved;
			if used + needed > self.quota {
				return Err(StoreError::Quota { needed, used, quota: self.quota });
			}
			index.reserved += needed;
			needed
		};
		let written = self.write_all(blocks);
		self.index.lock().reserved -= needed;
		written
	}

	fn get(&self, digest: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
		let Some(length) = self.index.lock().lengths.get(digest).copied() else { return Ok(None) };
		let place = self.place(digest);
		let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
		match File::open(&place).and_then(|mut file| file.read_to_end(&mut bytes)) {
			Ok(_) => {}
			Err(error) if error.kind() == io::ErrorKind::NotFound => {
				// Removed meanwhile, or lost behind our back.
				let lost = self.index.lock().remove(digest);
				return if lost { Err(StoreError::Corrupt(*digest)) } else { Ok(None) };
			}
			Err(error) => return Err(StoreError::io(place)(error)),
		}
		if check(digest, &bytes).is_err() {
			tracing::warn!(block = %hex::encode(digest), "block is damaged on disk");
			let kept = self.root.join("damaged").join(hex::encode(digest));
			fs::rename(&place, &kept).map_err(StoreError::io(&place))?;
			self.index.lock().remove(digest);
			return Err(StoreError::Corrupt(*digest));
		}
		Ok(Some(bytes))
	}

	fn has(&self, digest: &Digest) -> bool {
		self.index.lock().lengths.contains_key(digest)
	}

	fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
		let mut index = self.index.lock();
		if !index.lengths.contains_key(digest) {
			return Ok(false);
		}
		let place = self.place(digest);
		match fs::remove_file(&place) {
			Ok(()) => {}
			Err(error) if error.kind() == io::ErrorKind::NotFound => {}
			Err(error) => return Err(StoreError::io(place)(error)),
		}
		Ok(index.remove(digest))
	}

	fn digests(&self) -> Vec<Digest> {
		self.index.lock().lengths.keys().copied().collect()
	}

	fn used(&self) -> u64 {
		self.index.lock().used
	}

	fn quota(&self) -> u64 {
		self.quota
	}
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
	File::open(folder).and_then(|folder| folder.sync_all()).map_err(StoreError::io(folder))
}

fn read_index(blocks: &Path) -> Result<Index, StoreError> {
	let mut index = Index::default();
	for folder in list(blocks)? {
		if !folder.is_dir() {
			continue;
		}
		for file in list(&folder)? {
			let name = [&folder, &file]
				.iter()
				.filter_map(|path| path.file_name().and_then(|name| name.to_str()))
				.collect::<String>();
			let mut digest = [0; 32];
			// Whatever is not a block has no business here, and is left alone.
			if hex::decode_to_slice(&name, &mut digest).is_ok() {
				let length = fs::metadata(&file).map_err(StoreError::io(&file))?.len();
				index.insert(digest, length);
			}
		}
	}
	Ok(index)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
	fs::read_dir(folder)
		.and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
		.map_err(StoreError::io(folder))
}
