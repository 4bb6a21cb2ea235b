//! Blocks in files.
//!
//! `<root>/blocks/ab/<rest of the digest in hex>` holds a block whose digest begins with `ab`. A block is
//! written to `<root>/incoming`, synced, renamed to its place, and the folder is synced: at every moment
//! the place holds the whole block or nothing. `incoming` is emptied at start. `<root>/damaged` keeps
//! the first [`DAMAGED_MAX`] blocks that did not fit their digest any more, for whoever wants to know
//! why. `<root>/lock` keeps a second process out.

use crate::{added_bytes, check, BlockStore, Digest, StoreError, BLOCK_BYTES_MAX};
use parking_lot::{Mutex, RwLock};
use std::{
	collections::{BTreeSet, HashMap},
	fs::{self, File, OpenOptions},
	io::{self, Read, Write},
	path::{Path, PathBuf},
	sync::atomic::{AtomicU64, Ordering},
};

/// Files in `damaged`; further damaged blocks are deleted. They do not count against the quota.
const DAMAGED_MAX: usize = 64;

/// Blocks in files below one folder.
pub struct DiskStore {
	root: PathBuf,
	quota: u64,
	/// Length of every block, so that `has` and `used` need no disk. Never locked while the disk works.
	index: Mutex<Index>,
	/// Shared by those who put files in their places, exclusive for those who take one away.
	places: RwLock<()>,
	/// Blocks found damaged since the store was opened.
	damaged: AtomicU64,
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

/// What is at the place of a block.
enum Found {
	Block(Vec<u8>),
	/// Other bytes, or as many of them as were read.
	Damaged(usize),
	Nothing,
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
		Ok(Self {
			root,
			quota,
			index,
			places: RwLock::default(),
			damaged: AtomicU64::new(0),
			next: AtomicU64::new(0),
			_lock: lock,
		})
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

	/// Writes blocks that are not there yet; the caller has reserved their bytes. After an error the
	/// blocks that are durable are in the store, and nothing else is left on disk.
	fn write_all(&self, blocks: &[(Digest, &[u8])]) -> Result<(), StoreError> {
		let _shared = self.places.read();
		let mut placed = Vec::new();
		let written = blocks.iter().filter(|(digest, _)| !self.has(digest)).try_for_each(
			|(digest, bytes)| {
				self.place_block(digest, bytes)?;
				placed.push((*digest, bytes.len() as u64));
				Ok(())
			},
		);
		let folders: BTreeSet<PathBuf> = placed
			.iter()
			.filter_map(|(digest, _)| Some(self.place(digest).parent()?.into()))
			.collect();
		let synced = folders.iter().try_for_each(|folder| sync_folder(folder));
		if synced.is_err() {
			// Not durable, so not stored. A file that cannot be deleted either still takes its room.
			placed.retain(|(digest, _)| {
				!self.has(digest) && fs::remove_file(self.place(digest)).is_err()
			});
		}
		let mut index = self.index.lock();
		for (digest, length) in placed {
			index.insert(digest, length);
		}
		written.and(synced)
	}

	/// Writes a block and renames it to its place. The name is not durable yet.
	fn place_block(&self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
		let incoming = self.write_incoming(bytes)?;
		let place = self.place(digest);
		let put = || {
			let folder = place.parent().unwrap_or(&self.root);
			if !folder.is_dir() {
				fs::create_dir_all(folder).map_err(StoreError::io(folder))?;
				sync_folder(&self.root.join("blocks"))?;
			}
			fs::rename(&incoming, &place).map_err(StoreError::io(&place))
		};
		put().inspect_err(|_| {
			let _ = fs::remove_file(&incoming); // swept at the next start otherwise
		})
	}

	/// Reads what is at the block's place.
	fn read(&self, digest: &Digest) -> Result<Found, StoreError> {
		let place = self.place(digest);
		let length = self.length(digest).and_then(|length| usize::try_from(length).ok());
		let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(BLOCK_BYTES_MAX));
		let read = File::open(&place)
			.and_then(|file| file.take(BLOCK_BYTES_MAX as u64 + 1).read_to_end(&mut bytes));
		match read {
			Ok(_) if check(digest, &bytes).is_ok() => Ok(Found::Block(bytes)),
			Ok(length) => Ok(Found::Damaged(length)),
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
			Err(error) => Err(StoreError::io(place)(error)),
		}
	}

	/// Takes the file of a damaged block away: to `damaged` while there is room, else for good.
	fn set_aside(&self, digest: &Digest, length: usize) -> Result<(), StoreError> {
		let (place, folder) = (self.place(digest), self.root.join("damaged"));
		let is_kept = length <= BLOCK_BYTES_MAX && list(&folder)?.len() < DAMAGED_MAX;
		let taken = if is_kept {
			fs::rename(&place, folder.join(hex::encode(digest)))
		} else {
			fs::remove_file(&place)
		};
		taken.map_err(StoreError::io(place))
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
		if !self.has(digest) {
			return Ok(None);
		}
		if let Found::Block(bytes) = self.read(digest)? {
			return Ok(Some(bytes));
		}
		// It is damaged, lost, or was removed meanwhile: look again while nobody touches the place.
		let _alone = self.places.write();
		if !self.has(digest) {
			return Ok(None);
		}
		match self.read(digest)? {
			Found::Block(bytes) => return Ok(Some(bytes)),
			Found::Damaged(length) => self.set_aside(digest, length)?,
			Found::Nothing => {}
		}
		tracing::warn!(block = %hex::encode(digest), "block is damaged on disk");
		self.index.lock().remove(digest);
		self.damaged.fetch_add(1, Ordering::Relaxed);
		Err(StoreError::Corrupt(*digest))
	}

	fn length(&self, digest: &Digest) -> Option<u64> {
		self.index.lock().lengths.get(digest).copied()
	}

	fn remove(&self, digest: &Digest) -> Result<bool, StoreError> {
		let _alone = self.places.write();
		if !self.has(digest) {
			return Ok(false);
		}
		let place = self.place(digest);
		match fs::remove_file(&place) {
			Ok(()) => {}
			Err(error) if error.kind() == io::ErrorKind::NotFound => {}
			Err(error) => return Err(StoreError::io(place)(error)),
		}
		Ok(self.index.lock().remove(digest))
	}

	fn digests(&self) -> Vec<Digest> {
		self.index.lock().lengths.keys().copied().collect()
	}

	fn count(&self) -> usize {
		self.index.lock().lengths.len()
	}

	fn damaged(&self) -> u64 {
		self.damaged.load(Ordering::Relaxed)
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
