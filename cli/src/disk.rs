//! Whether there is room on a disk.

use crate::{amounts::format_bytes, errors::Error};
use std::path::Path;

/// Refuses `needed` bytes that the disk of `folder` has no room for. Where the system does not tell,
/// writing will.
///
/// # Errors
/// When there is too little room; `hint` says what to do besides making some.
pub fn ensure_room(folder: &Path, needed: u64, hint: &str) -> Result<(), Error> {
	match free_bytes(folder) {
		Some(free) if free < needed => Err(Error::internal(
			format!(
				"the disk that holds {} is too full: {} are needed and {} are free",
				folder.display(),
				format_bytes(needed),
				format_bytes(free)
			),
			format!("make room, or {hint}"),
		)),
		_ => Ok(()),
	}
}

/// Bytes that this user can still write to the disk of `folder`.
#[cfg(unix)]
fn free_bytes(folder: &Path) -> Option<u64> {
	let disk = rustix::fs::statvfs(folder).ok()?;
	Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
	None
}

#[cfg(test)]
mod tests {
	use super::*;

	#[cfg(unix)]
	#[test]
	fn room_is_refused_when_the_disk_has_less() {
		let folder = tempfile::tempdir().unwrap();

		assert!(ensure_room(folder.path(), 1, "").is_ok());
		let error = ensure_room(folder.path(), u64::MAX, "choose another disk").unwrap_err();

		assert_eq!(error.exit_code(), 1);
		assert!(error.message().contains("too full"), "{}", error.message());
		assert!(error.hint().ends_with("or choose another disk"));
	}

	#[test]
	fn room_is_not_refused_when_the_disk_is_unknown() {
		assert!(ensure_room(Path::new("/nowhere/at/all"), u64::MAX, "").is_ok());
	}
}
