//! Retrieving an item into a file.
//!
//! The plaintext goes to `<file>.part`, which is locked, checked as a whole and then renamed: the file
//! itself is always the right one or not there. What cannot be finished is deleted.

use crate::{args, chain::Chain, disk::ensure_room, errors::Error, output::Output, show};
use futures::{stream, StreamExt};
use popnet_content_net::{Host, HostConfig, Retrieval, Whereabouts};
use popnet_media_codec::{
	cid::cid_text, decoder::PlaintextCheck, CommittedKey, ContentKey, Manifest,
};
use popnet_primitives::content::{ContentId, ContentState, ItemView, SlotView};
use popnet_shard_store::MemoryStore;
use rand::{rngs::OsRng, RngCore};
use serde_json::json;
use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, Instant},
};
use tempfile::TempPath;

/// Stripes that are fetched at a time.
const STRIPES_AT_A_TIME: usize = 4;
/// Times that a stripe is tried.
const TRIES: u32 = 3;
/// Time before a stripe is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// Time in which a holder has to answer when it is asked whether it is there.
const PING_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest name of a file that a publisher chooses, in bytes; `.part` comes after it for a while, and
/// file systems take 255.
const NAME_BYTES_MAX: usize = 240;
/// Blocks that this program has for others: none.
const NO_BLOCKS: u64 = 0;

/// What the chain says about an item that can be played.
struct Playable {
	view: ItemView,
	slots: Vec<SlotView>,
	key: [u8; 32],
}

/// Fetches an item, checks it, and writes it to a file.
///
/// # Errors
/// When it is not available, cannot be retrieved, or cannot be written.
pub async fn fetch(chain: &Chain, options: &args::Fetch, output: Output) -> Result<(), Error> {
	let started = Instant::now();
	let id = options.cid;
	// Before anything is fetched, where that is possible already.
	if let Some(target) = options.output.as_deref().filter(|path| !path.is_dir()) {
		refuse_to_overwrite(target, options.force)?;
	}
	let Playable { view, slots, key } = playable(chain, id).await?;
	let mut secret = [0; 32];
	OsRng.fill_bytes(&mut secret);
	let config = HostConfig { secret, ..Default::default() };
	let host =
		Host::start(config, Arc::new(MemoryStore::new(NO_BLOCKS))).await.map_err(|error| {
			Error::caused(
				"the content network cannot be joined",
				"see whether sockets are allowed",
				error,
			)
		})?;
	let whereabouts = slots.iter().map(|slot| show::addresses(&slot.addresses)).collect();
	let retrieval = Retrieval::new(host.clone(), Whereabouts::Slots(whereabouts));

	let (manifest, key) = open(&retrieval, id, &view, key).await?;
	let target = target(options.output.as_deref(), &manifest.name, id);
	refuse_to_overwrite(&target, options.force)?;
	let mut part = Part::create(&target)?;
	ensure_room(folder_of(&target), manifest.size, "choose another disk with -o")?;
	let bar = output.bytes_bar(manifest.size, "fetching");
	let mut check = PlaintextCheck::default();
	let mut stripes = stream::iter(0..manifest.stripes())
		.map(|stripe| fetch_stripe(&retrieval, &manifest, &key, stripe, id))
		.buffered(STRIPES_AT_A_TIME);
	while let Some(plaintext) = stripes.next().await {
		let plaintext = plaintext?;
		check.update(&plaintext);
		part.write(&plaintext)?;
		bar.inc(u64::try_from(plaintext.len()).unwrap_or(0));
	}
	drop(stripes);
	check.finish(&view.registration.plaintext_root).map_err(|error| failed(id, error))?;
	part.finish(&target, options.force)?;
	bar.finish_and_clear();

	let unreachable = match retrieval.unreachable() {
		0 => Vec::new(),
		_ => unreachable(&host, &slots).await,
	};
	host.stop().await;
	let seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
	let result = json!({
		"cid": cid_text(&id.0),
		"file": target.display().to_string(),
		"bytes": manifest.size,
		"seconds": seconds,
		"unreachable": unreachable,
	});
	output.result(&result, || {
		let missing = match unreachable.len() {
			0 => String::new(),
			count => format!("; {count} of {} Masternodes did not answer", slots.len()),
		};
		format!("{} ({} bytes in {seconds:.1} s{missing})", target.display(), manifest.size)
	});
	Ok(())
}

/// What the chain says, if the item can be played.
async fn playable(chain: &Chain, id: ContentId) -> Result<Playable, Error> {
	let snapshot = chain.snapshot().await?;
	let cid = cid_text(&id.0);
	let view = snapshot.item(id).await?.ok_or_else(|| unknown(id))?;
	let not_yet = |what: &str, hint: &str| Error::NotAvailable {
		what: format!("{cid} {what}"),
		hint: hint.to_owned(),
		summary: None,
	};
	let later = "wait, and look with `popctl status`";
	match &view.state {
		ContentState::Available => {}
		ContentState::Screening => return Err(not_yet("is being screened", later)),
		ContentState::Approved => return Err(not_yet("waits for its placement", later)),
		ContentState::Placing => return Err(not_yet("is being stored by Masternodes", later)),
		ContentState::Rejected(reason) => {
			let reason = show::reject_reason(reason, &view.categories);
			return Err(Error::Rejected { cid, reason, summary: None });
		}
		ContentState::Expired => {
			return Err(not_yet("has expired", "its publisher can publish the file again"))
		}
	}
	let key = view.key.ok_or_else(|| not_yet("has no public key", later))?;
	let slots = snapshot
		.placement(id)
		.await?
		.filter(|slots| !slots.is_empty())
		.ok_or_else(|| not_yet("has no placement", later))?;
	Ok(Playable { view, slots, key })
}

/// The error for an item that the chain does not know.
pub fn unknown(id: ContentId) -> Error {
	Error::Unknown {
		what: format!("{} is not registered", cid_text(&id.0)),
		hint: "check the content id, and that --url leads to the right network".into(),
	}
}

fn failed(id: ContentId, source: impl Into<crate::errors::Cause>) -> Error {
	Error::Retrieval { cid: cid_text(&id.0), source: source.into() }
}

/// The manifest, if it is the registered one, and the key that fits it.
async fn open(
	retrieval: &Retrieval,
	id: ContentId,
	view: &ItemView,
	key: [u8; 32],
) -> Result<(Manifest, CommittedKey), Error> {
	let manifest = retrieval.manifest(&id.0).await.map_err(|error| failed(id, error))?;
	let registration = &view.registration;
	let as_registered = manifest.size == registration.size
		&& manifest.plaintext_root == registration.plaintext_root
		&& manifest.key_commitment == registration.key_commitment;
	if !as_registered {
		return Err(failed(id, "its manifest contradicts its registration"));
	}
	let key = ContentKey::open(key, &manifest.key_commitment).map_err(|error| failed(id, error))?;
	Ok((manifest, key))
}

async fn fetch_stripe(
	retrieval: &Retrieval,
	manifest: &Manifest,
	key: &CommittedKey,
	stripe: u64,
	id: ContentId,
) -> Result<Vec<u8>, Error> {
	let mut tries = 1;
	loop {
		match retrieval.stripe(manifest, key, stripe).await {
			Ok(plaintext) => return Ok(plaintext),
			Err(error) if tries == TRIES => return Err(failed(id, error)),
			Err(_) => tries += 1,
		}
		tokio::time::sleep(RETRY_AFTER).await;
	}
}

/// The accounts of the holders that do not answer.
async fn unreachable(host: &Host, slots: &[SlotView]) -> Vec<String> {
	let asked = slots.iter().map(|slot| async move {
		for address in show::addresses(&slot.addresses) {
			let answer = tokio::time::timeout(PING_TIMEOUT, host.ping(&address)).await;
			if matches!(answer, Ok(Ok(_))) {
				return None;
			}
		}
		Some(slot.node.to_string())
	});
	futures::future::join_all(asked).await.into_iter().flatten().collect()
}

/// Where the item goes: the user's choice, or the published name in the folder.
fn target(chosen: Option<&Path>, name: &str, id: ContentId) -> PathBuf {
	match chosen {
		Some(path) if path.is_dir() => path.join(safe_name(name, id)),
		Some(path) => path.to_owned(),
		None => PathBuf::from(safe_name(name, id)),
	}
}

/// A file name that a publisher's name cannot turn into a path or a hidden file.
fn safe_name(name: &str, id: ContentId) -> String {
	let plain: String =
		name.chars().map(|c| if c.is_control() || "/\\:".contains(c) { '_' } else { c }).collect();
	let plain = plain.trim().trim_start_matches(['.', '-', '~']);
	match plain.is_empty() {
		true => cid_text(&id.0),
		false => shortened(plain),
	}
}

/// `name` with so much cut out before its extension that file systems take it.
fn shortened(name: &str) -> String {
	let surplus = name.len().saturating_sub(NAME_BYTES_MAX);
	let (stem, extension) = match name.rfind('.') {
		Some(dot) if name.len() - dot <= NAME_BYTES_MAX / 2 => name.split_at(dot),
		_ => (name, ""),
	};
	let mut end = stem.len().saturating_sub(surplus);
	while !stem.is_char_boundary(end) {
		end -= 1;
	}
	format!("{}{extension}", stem.split_at(end).0)
}

fn refuse_to_overwrite(target: &Path, force: bool) -> Result<(), Error> {
	match target.symlink_metadata() {
		Ok(found) if found.is_dir() => {
			Err(Error::usage(format!("{} is a folder", target.display()), "choose a file with -o"))
		}
		Ok(_) if !force => Err(exists(target)),
		_ => Ok(()),
	}
}

fn exists(target: &Path) -> Error {
	Error::usage(
		format!("{} exists already", target.display()),
		"pass --force to replace it, or choose another file with -o",
	)
}

fn cannot_write(path: &Path, error: io::Error) -> Error {
	let hint = match error.kind() {
		io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
			"make room, or choose another disk with -o"
		}
		io::ErrorKind::NotFound => "make the folder first, or choose another with -o",
		io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
			"check the permissions of the folder, or choose another with -o"
		}
		_ => "check the folder and the disk, or choose another place with -o",
	};
	Error::caused(format!("{} cannot be written", path.display()), hint, error)
}

fn folder_of(target: &Path) -> &Path {
	let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
	folder.unwrap_or(Path::new("."))
}

/// The file while it is incomplete; deleted unless it is finished.
struct Part {
	file: File,
	path: TempPath,
}

impl Part {
	fn create(target: &Path) -> Result<Self, Error> {
		let mut name = target.as_os_str().to_owned();
		name.push(".part");
		let path = PathBuf::from(name);
		let file = OpenOptions::new()
			.create(true)
			.truncate(false)
			.write(true)
			.open(&path)
			.map_err(|error| cannot_write(&path, error))?;
		match file.try_lock() {
			Ok(()) => {}
			Err(TryLockError::WouldBlock) => {
				return Err(Error::usage(
					format!("another popctl is writing {}", path.display()),
					"wait for it, or choose another file with -o",
				))
			}
			Err(TryLockError::Error(error)) => return Err(cannot_write(&path, error)),
		}
		// Only now: until the lock is held the bytes are another process's.
		file.set_len(0).map_err(|error| cannot_write(&path, error))?;
		Ok(Self { file, path: TempPath::from_path(path) })
	}

	fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
		self.file.write_all(bytes).map_err(|error| cannot_write(&self.path, error))
	}

	fn finish(self, target: &Path, force: bool) -> Result<(), Error> {
		self.file.sync_all().map_err(|error| cannot_write(&self.path, error))?;
		let moved = match force {
			true => self.path.persist(target),
			false => self.path.persist_noclobber(target),
		};
		moved.map_err(|error| match error.error.kind() {
			io::ErrorKind::AlreadyExists => exists(target),
			_ => cannot_write(target, error.error),
		})?;
		// The name is durable when the folder is; systems that cannot sync folders keep it anyway.
		let _ = fs::File::open(folder_of(target)).and_then(|folder| folder.sync_all());
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const ID: ContentId = ContentId([7; 32]);

	#[test]
	fn a_publisher_does_not_choose_the_folder() {
		assert_eq!(safe_name("clip.mp4", ID), "clip.mp4");
		assert_eq!(safe_name("../../etc/passwd", ID), "_.._etc_passwd");
		assert_eq!(safe_name(".bashrc", ID), "bashrc");
		assert_eq!(safe_name("-rf", ID), "rf");
		assert_eq!(safe_name("C:\\x\n", ID), "C__x_");
		for empty in ["", "..", " . "] {
			assert_eq!(safe_name(empty, ID), cid_text(&ID.0), "{empty}");
		}
	}

	#[test]
	fn long_names_are_cut_before_their_extension() {
		assert_eq!(shortened("clip.mp4"), "clip.mp4");
		assert_eq!(
			shortened(&format!("{}.mp4", "x".repeat(251))),
			format!("{}.mp4", "x".repeat(236))
		);
		let letters = shortened(&format!("{}.mp4", "ü".repeat(125)));
		assert!(letters.ends_with("ü.mp4") && letters.len() <= NAME_BYTES_MAX);
		assert_eq!(shortened(&format!("a.{}", "x".repeat(250))).len(), NAME_BYTES_MAX);
	}

	#[test]
	fn a_folder_takes_the_published_name() {
		let folder = tempfile::tempdir().unwrap();
		let inside = target(Some(folder.path()), "clip.mp4", ID);
		assert_eq!(inside, folder.path().join("clip.mp4"));
		assert_eq!(target(Some(Path::new("x.mp4")), "clip.mp4", ID), Path::new("x.mp4"));
		assert_eq!(target(None, "clip.mp4", ID), Path::new("clip.mp4"));
	}

	#[test]
	fn a_file_is_replaced_only_by_force() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		fs::write(&file, b"old").unwrap();
		assert_eq!(refuse_to_overwrite(&file, false).unwrap_err().exit_code(), 2);
		assert!(refuse_to_overwrite(&file, true).is_ok());
		assert_eq!(refuse_to_overwrite(folder.path(), true).unwrap_err().exit_code(), 2);

		let mut part = Part::create(&file).unwrap();
		part.write(b"new").unwrap();
		assert_eq!(part.finish(&file, false).unwrap_err().exit_code(), 2);
		assert_eq!(fs::read(&file).unwrap(), b"old");
		let mut part = Part::create(&file).unwrap();
		part.write(b"new").unwrap();
		part.finish(&file, true).unwrap();
		assert_eq!(fs::read(&file).unwrap(), b"new");
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
	}

	#[test]
	fn nothing_is_left_of_an_unfinished_file() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("clip.mp4");
		fs::write(folder.path().join("clip.mp4.part"), b"stale and longer").unwrap();
		let mut part = Part::create(&file).unwrap();
		part.write(b"half").unwrap();
		assert!(Part::create(&file).is_err());
		drop(part);
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
	}

	#[cfg(target_os = "linux")]
	#[test]
	fn full_disk_is_an_error_that_says_what_to_do() {
		let folder = tempfile::tempdir().unwrap();
		let target = folder.path().join("clip.mp4");
		let mut part = Part::create(&target).unwrap();
		part.file = OpenOptions::new().write(true).open("/dev/full").unwrap();

		let error = part.write(b"half").unwrap_err();

		assert_eq!(error.exit_code(), 1);
		assert!(error.message().contains("clip.mp4.part cannot be written"), "{}", error.message());
		assert!(error.hint().contains("make room"));
		drop(part);
		assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
	}

	#[test]
	fn folder_that_cannot_be_written_is_named() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("file");
		fs::write(&file, b"").unwrap();
		let fails = |target: PathBuf| match Part::create(&target) {
			Err(error) => error,
			Ok(_) => panic!("{} can be written", target.display()),
		};

		let missing = fails(folder.path().join("missing/clip.mp4"));
		let no_folder = fails(file.join("clip.mp4"));

		assert_eq!((missing.exit_code(), no_folder.exit_code()), (1, 1));
		assert!(missing.hint().contains("make the folder"), "{}", missing.hint());
		assert!(no_folder.message().contains("file/clip.mp4.part cannot be written"));
	}
}
