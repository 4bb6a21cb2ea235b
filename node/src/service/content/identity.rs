//! Secrets of the services that are not keys of the chain.

use sp_core::Pair as _;
use std::{
	fs::{self, OpenOptions},
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// A secret cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the secret in {}", path.display())]
pub struct SecretError {
	path: PathBuf,
	#[source]
	source: io::Error,
}

/// A seed from the system's randomness.
pub fn random_seed() -> [u8; 32] {
	sp_core::ed25519::Pair::generate().1
}

/// The secret in `file`, drawn and written when there is none; only the owner can read it.
///
/// # Errors
/// When the file cannot be read or written, or holds something else.
pub fn stored_secret(file: &Path) -> Result<[u8; 32], SecretError> {
	let failed = |source| SecretError { path: file.to_owned(), source };
	match fs::read(file) {
		Ok(bytes) => bytes.try_into().map_err(|_| {
			failed(io::Error::new(io::ErrorKind::InvalidData, "it is not 32 bytes long"))
		}),
		Err(error) if error.kind() == io::ErrorKind::NotFound => create(file).map_err(failed),
		Err(error) => Err(failed(error)),
	}
}

fn create(file: &Path) -> io::Result<[u8; 32]> {
	if let Some(folder) = file.parent() {
		fs::create_dir_all(folder)?;
	}
	let secret = random_seed();
	// Written aside and renamed: a crash must not leave half a secret behind.
	let incoming = file.with_extension("incoming");
	let mut opened =
		OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&incoming)?;
	opened.write_all(&secret)?;
	opened.sync_all()?;
	fs::rename(&incoming, file)?;
	Ok(secret)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::PermissionsExt;

	#[test]
	fn a_secret_is_drawn_once_and_private() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("deep").join("identity");
		let secret = stored_secret(&file).unwrap();
		assert_eq!(stored_secret(&file).unwrap(), secret);
		assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
		fs::write(&file, b"short").unwrap();
		assert!(stored_secret(&file).is_err());
	}
}
