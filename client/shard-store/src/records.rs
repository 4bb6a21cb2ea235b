//! Small facts on disk, replaced atomically.

use crate::{disk::sync_folder, StoreError};
use parking_lot::Mutex;
use std::{
	fs::{self, DirBuilder, File, OpenOptions},
	io::{self, Write},
	path::{Path, PathBuf},
};

/// Named records in one folder. A record is small, is replaced as a whole, and is durable when
/// [`Records::put`] has returned. Records may be secret: on Unix only their owner can read them.
pub struct Records {
	folder: PathBuf,
	/// One writer at a time: the temporary file is shared.
	writing: Mutex<()>,
}

impl Records {
	/// Opens the records in `folder`, which is created when it is missing and closed to other users.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
		let folder = folder.into();
		create_private_folder(&folder).map_err(StoreError::io(&folder))?;
		Ok(Self { folder, writing: Mutex::new(()) })
	}

	fn path(&self, name: &[u8]) -> PathBuf {
		self.folder.join(hex::encode(name))
	}

	/// Stores `bytes` under `name` (at most 100 bytes), replacing what was there.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn put(&self, name: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
		let _writing = self.writing.lock();
		let incoming = self.folder.join("incoming");
		let write = || -> io::Result<()> {
			let mut file = create_private_file(&incoming)?;
			file.write_all(bytes)?;
			file.sync_data()?;
			fs::rename(&incoming, self.path(name))
		};
		write().map_err(StoreError::io(&incoming))?;
		sync_folder(&self.folder)
	}

	/// The record `name`.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn get(&self, name: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
		let path = self.path(name);
		match fs::read(&path) {
			Ok(bytes) => Ok(Some(bytes)),
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
			Err(error) => Err(StoreError::io(path)(error)),
		}
	}

	/// Deletes the record `name`, if it is there.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn remove(&self, name: &[u8]) -> Result<(), StoreError> {
		let path = self.path(name);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => {
				Err(StoreError::io(path)(error))
			}
			_ => Ok(()),
		}
	}

	/// The names of all records, in no order.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn names(&self) -> Result<Vec<Vec<u8>>, StoreError> {
		let entries = fs::read_dir(&self.folder).map_err(StoreError::io(&self.folder))?;
		let mut names = Vec::new();
		for entry in entries {
			let entry = entry.map_err(StoreError::io(&self.folder))?;
			if let Some(name) = entry.file_name().to_str().and_then(|name| hex::decode(name).ok()) {
				names.push(name);
			}
		}
		Ok(names)
	}
}

/// Creates `folder`, and what it lies in, for its owner only; closes it if it was open.
fn create_private_folder(folder: &Path) -> io::Result<()> {
	let mut builder = DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	{
		use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
		builder.mode(0o700);
		builder.create(folder)?;
		if fs::metadata(folder)?.permissions().mode() & 0o077 == 0 {
			return Ok(());
		}
		fs::set_permissions(folder, PermissionsExt::from_mode(0o700))
	}
	#[cfg(not(unix))]
	builder.create(folder)
}

/// Creates a file that only its owner can read, in place of one that an interrupted write has left.
fn create_private_file(path: &Path) -> io::Result<File> {
	match fs::remove_file(path) {
		Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
		_ => {}
	}
	let mut options = OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	options.open(path)
}
