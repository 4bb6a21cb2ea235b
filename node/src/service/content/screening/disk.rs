//! Plaintext on disk: for nobody else's eyes, gone when its screening ends, and only where there is
//! room.

use super::ScreeningError;
use parking_lot::Mutex;
use std::{
	fs::{self, DirBuilder, File, OpenOptions, Permissions},
	io,
	os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
	path::{Path, PathBuf},
};

/// Only the owner may look into a folder of the service.
const FOLDER_MODE: u32 = 0o700;
/// Only the owner may read a plaintext.
const FILE_MODE: u32 = 0o600;

fn failed(path: &Path) -> impl FnOnce(io::Error) -> ScreeningError + '_ {
	|source| ScreeningError::Write { path: path.to_owned(), source }
}

/// Creates a folder that only its owner can use, or makes an existing one so.
///
/// # Errors
/// When the disk refuses.
pub(super) fn make_private(folder: &Path) -> Result<(), ScreeningError> {
	DirBuilder::new()
		.recursive(true)
		.mode(FOLDER_MODE)
		.create(folder)
		.and_then(|()| fs::set_permissions(folder, Permissions::from_mode(FOLDER_MODE)))
		.map_err(failed(folder))
}

/// The folder of the plaintexts, and what its file system has room for.
pub(super) struct Disk {
	folder: PathBuf,
	reserve: u64,
	/// Bytes that are promised to items.
	promised: Mutex<u64>,
}

impl Disk {
	/// Opens the folder and empties it: plaintext must not outlive its screening, not even after a
	/// crash. At least `reserve` bytes of the file system stay free.
	///
	/// # Errors
	/// When the disk refuses.
	pub(super) fn open(folder: PathBuf, reserve: u64) -> Result<Self, ScreeningError> {
		match fs::remove_dir_all(&folder) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => {
				return Err(failed(&folder)(error));
			}
			_ => make_private(&folder)?,
		}
		Ok(Self { folder, reserve, promised: Mutex::new(0) })
	}

	/// Room for a plaintext of `size` bytes under `name`.
	///
	/// # Errors
	/// [`ScreeningError::NoRoom`], and when the file system does not say what is free.
	pub(super) fn plaintext(
		&self,
		name: &[u8],
		size: u64,
	) -> Result<Plaintext<'_>, ScreeningError> {
		let folder = self.folder.as_path();
		let status = rustix::fs::statvfs(folder).map_err(|error| failed(folder)(error.into()))?;
		let free = status.f_bavail.saturating_mul(status.f_frsize);
		let mut promised = self.promised.lock();
		// What the others have written already counts twice; too careful is good enough.
		let kept = self.reserve.saturating_add(*promised);
		if size > free.saturating_sub(kept) {
			let folder = folder.to_owned();
			return Err(ScreeningError::NoRoom { folder, needed: size, free, kept });
		}
		*promised = promised.saturating_add(size);
		Ok(Plaintext { disk: self, path: folder.join(hex::encode(name)), size })
	}
}

/// A plaintext; deleted when it is dropped.
pub(super) struct Plaintext<'a> {
	disk: &'a Disk,
	path: PathBuf,
	size: u64,
}

impl Plaintext<'_> {
	/// The file, once there is one.
	pub(super) fn path(&self) -> &Path {
		&self.path
	}

	/// Creates the file.
	///
	/// # Errors
	/// When the disk refuses.
	pub(super) fn create(&self) -> Result<File, ScreeningError> {
		// At once, not on a thread: a file that is created after the drop would stay.
		OpenOptions::new()
			.write(true)
			.create(true)
			.truncate(true)
			.mode(FILE_MODE)
			.open(&self.path)
			.map_err(failed(&self.path))
	}
}

impl Drop for Plaintext<'_> {
	fn drop(&mut self) {
		let _ = fs::remove_file(&self.path); // may never have been written
		let mut promised = self.disk.promised.lock();
		*promised = promised.saturating_sub(self.size);
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Enough to be wrong about what other programs write meanwhile.
	const SLACK: u64 = 256 * 1024 * 1024;

	#[test]
	fn room_is_refused_when_it_is_promised_to_others() {
		let folder = tempfile::tempdir().unwrap();
		let status = rustix::fs::statvfs(folder.path()).unwrap();
		let free = status.f_bavail * status.f_frsize;
		let disk = Disk::open(folder.path().join("plaintext"), free / 2).unwrap();
		let some = free / 2 - SLACK;

		let first = disk.plaintext(b"first", some).unwrap();
		let second = disk.plaintext(b"second", some);

		assert!(matches!(second, Err(ScreeningError::NoRoom { needed, .. }) if needed == some));
		drop(first);
		assert!(disk.plaintext(b"second", some).is_ok());
		assert!(disk.plaintext(b"second", u64::MAX).is_err());
	}

	#[test]
	fn plaintext_is_deleted_when_it_is_dropped_or_left_by_a_crash() {
		let folder = tempfile::tempdir().unwrap();
		let folder = folder.path().join("plaintext");
		let disk = Disk::open(folder.clone(), 0).unwrap();
		let plaintext = disk.plaintext(b"first", 1).unwrap();
		drop(plaintext.create().unwrap());
		assert!(plaintext.path().exists());

		drop(plaintext);

		assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
		fs::write(folder.join("left"), b"secret").unwrap();
		Disk::open(folder.clone(), 0).unwrap();
		assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
	}
}
