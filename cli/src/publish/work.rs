//! What a publication keeps on disk, so that an interrupted run can go on.
//!
//! Every file, signer and description has a folder of its own: `shards` is the block store that is
//! served, `records` holds one [`Record`]. The record is written when everything is encoded and before
//! anything is registered. So a run that finds a record goes on with the same key and manifest, and one
//! that finds none starts over with a *new* key: stripes number the cipher's nonces, and one key must
//! never encrypt two different files.

use super::media::Source;
use crate::errors::Error;
use codec::{Decode, DecodeAll, Encode};
use popnet_media_codec::{cid::digest, Digest, Manifest};
use popnet_primitives::AccountId;
use popnet_shard_store::{BlockStore, DiskStore, Records, StoreError};
use std::{
	fs,
	path::{Path, PathBuf},
	sync::Arc,
};

const RECORD: &[u8] = b"item";
const RECORD_VERSION: u8 = 1;

/// What has to survive an interruption.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
	version: u8,
	/// The item.
	pub id: Digest,
	/// Bytes of the manifest block.
	pub manifest_size: u32,
	/// The content key.
	pub key: [u8; 32],
	/// Seed of the identity under which the item is served.
	pub host_secret: [u8; 32],
	/// Where it is served, ports included; empty until then.
	pub listen: Vec<String>,
}

impl Record {
	/// A record of an encoded item that is not served yet.
	pub fn new(id: Digest, manifest_size: u32, key: [u8; 32], host_secret: [u8; 32]) -> Self {
		Self { version: RECORD_VERSION, id, manifest_size, key, host_secret, listen: Vec::new() }
	}
}

/// The folder of one publication, locked against a second process.
pub struct Work {
	folder: PathBuf,
	/// The blocks.
	pub store: Arc<dyn BlockStore>,
	records: Records,
}

impl Work {
	/// Opens the folder of `source` below `parent`.
	///
	/// # Errors
	/// When another process uses it, or the disk refuses.
	pub fn open(parent: &Path, source: &Source, signer: &AccountId) -> Result<Self, Error> {
		let folder = parent.join(folder_name(source, signer));
		let store = DiskStore::open(folder.join("shards"), u64::MAX)?;
		make_private(&folder)?;
		let records = Records::open(folder.join("records"))?;
		Ok(Self { folder, store: Arc::new(store), records })
	}

	/// The folder.
	pub fn folder(&self) -> &Path {
		&self.folder
	}

	/// The record of an earlier run; `None` when there is none that this version reads.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn record(&self) -> Result<Option<Record>, StoreError> {
		let bytes = self.records.get(RECORD)?;
		Ok(bytes
			.and_then(|bytes| Record::decode_all(&mut &bytes[..]).ok())
			.filter(|record| record.version == RECORD_VERSION))
	}

	/// Replaces the record.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn keep(&self, record: &Record) -> Result<(), StoreError> {
		self.records.put(RECORD, &record.encode())
	}

	/// Forgets record and blocks.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn clear(&self) -> Result<(), StoreError> {
		self.records.remove(RECORD)?;
		self.drop_blocks()
	}

	/// Deletes the blocks, which nobody needs from here any more.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn drop_blocks(&self) -> Result<(), StoreError> {
		for block in self.store.digests() {
			self.store.remove(&block)?;
		}
		Ok(())
	}

	/// The manifest of the record, if every block that it names is here.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn complete(&self, record: &Record) -> Result<Option<Manifest>, StoreError> {
		let manifest = match self.store.get(&record.id) {
			Ok(Some(bytes)) => Manifest::decode_verified(&bytes, &record.id).ok(),
			Ok(None) | Err(StoreError::Corrupt(_)) => None,
			Err(error) => return Err(error),
		};
		Ok(manifest.filter(|manifest| self.has_all(manifest)))
	}

	fn has_all(&self, manifest: &Manifest) -> bool {
		let has = |digest: &Digest| self.store.has(digest);
		for segment in 0..manifest.segments() {
			let shards = manifest.segment_shards(segment);
			if !shards.iter().all(|shard| has(&shard.digest)) {
				return false;
			}
			let data: Option<Vec<(u16, Vec<u8>)>> = shards
				.iter()
				.take(usize::from(manifest.coding.data))
				.map(|shard| {
					self.store.get(&shard.digest).ok().flatten().map(|bytes| (shard.shard, bytes))
				})
				.collect();
			let rows = data.and_then(|data| {
				let data: Vec<(u16, &[u8])> =
					data.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
				manifest.decode_segment(segment, &data).ok()
			});
			if !rows.is_some_and(|rows| rows.iter().flatten().all(has)) {
				return false;
			}
		}
		let inline = manifest.segments() == 0;
		!inline
			|| (0..manifest.stripes())
				.all(|stripe| manifest.inline_row(stripe).is_some_and(|row| row.iter().all(has)))
	}
}

/// The folder below which publications are kept unless the user chooses another.
///
/// # Errors
/// When there is no home.
pub fn default_parent() -> Result<PathBuf, Error> {
	let variable =
		|name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
	variable("XDG_DATA_HOME")
		.or_else(|| variable("HOME").map(|home| home.join(".local/share")))
		.map(|data| data.join("popctl"))
		.ok_or_else(|| {
			Error::usage("neither XDG_DATA_HOME nor HOME is set", "choose a folder with --work-dir")
		})
}

/// Name of a publication's folder: what makes it another publication makes it another name.
fn folder_name(source: &Source, signer: &AccountId) -> String {
	let what = (
		b"popctl work 1",
		signer,
		source.path.as_os_str().as_encoded_bytes(),
		(source.size, source.modified),
		source.kind,
		(&source.mime, &source.name),
	);
	hex::encode(digest(&what.encode()).split_at(16).0)
}

/// Keys lie in the folder: nobody else may look into it.
fn make_private(folder: &Path) -> Result<(), Error> {
	#[cfg(unix)]
	{
		use std::os::unix::fs::PermissionsExt;
		fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(|error| {
			Error::caused(
				format!("{} cannot be made private", folder.display()),
				"choose another folder with --work-dir",
				error,
			)
		})?;
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use popnet_primitives::content::MediaKind;

	fn source() -> Source {
		Source {
			path: "/films/clip.mp4".into(),
			size: 5,
			modified: 7,
			kind: MediaKind::Video,
			mime: "video/mp4".into(),
			name: "clip".into(),
		}
	}

	fn alice() -> AccountId {
		AccountId::new([1; 32])
	}

	#[test]
	fn each_publication_has_a_folder_of_its_own() {
		let base = folder_name(&source(), &alice());
		assert_eq!(base.len(), 32);
		assert_eq!(base, folder_name(&source(), &alice()));
		let others = [
			Source { path: "/films/other.mp4".into(), ..source() },
			Source { size: 6, ..source() },
			Source { modified: 8, ..source() },
			Source { kind: MediaKind::Audio, ..source() },
			Source { mime: "video/webm".into(), ..source() },
			Source { name: "other".into(), ..source() },
		];
		for other in others {
			assert_ne!(base, folder_name(&other, &alice()), "{other:?}");
		}
		assert_ne!(base, folder_name(&source(), &AccountId::new([2; 32])));
	}

	#[test]
	fn a_record_survives_and_is_forgotten_on_request() {
		let parent = tempfile::tempdir().unwrap();
		let mut record = Record::new([1; 32], 99, [2; 32], [3; 32]);
		record.listen = vec!["/ip4/127.0.0.1/tcp/4001".into()];
		{
			let work = Work::open(parent.path(), &source(), &alice()).unwrap();
			assert_eq!(work.record().unwrap(), None);
			work.keep(&record).unwrap();
		}
		let work = Work::open(parent.path(), &source(), &alice()).unwrap();
		assert_eq!(work.record().unwrap(), Some(record.clone()));
		assert_eq!(work.complete(&record).unwrap(), None);
		work.records.put(RECORD, &[9; 200]).unwrap();
		assert_eq!(work.record().unwrap(), None);
		work.keep(&record).unwrap();
		work.clear().unwrap();
		assert_eq!(work.record().unwrap(), None);
	}

	#[test]
	fn a_second_process_is_kept_out() {
		let parent = tempfile::tempdir().unwrap();
		let _first = Work::open(parent.path(), &source(), &alice()).unwrap();
		let Err(error) = Work::open(parent.path(), &source(), &alice()) else {
			panic!("two processes in one folder")
		};
		assert!(error.hint().contains("another popctl"));
	}

	#[cfg(unix)]
	#[test]
	fn others_cannot_look_into_the_folder() {
		use std::os::unix::fs::PermissionsExt;
		let parent = tempfile::tempdir().unwrap();
		let work = Work::open(parent.path(), &source(), &alice()).unwrap();
		let mode = fs::metadata(work.folder()).unwrap().permissions().mode();
		assert_eq!(mode & 0o077, 0);
	}
}
