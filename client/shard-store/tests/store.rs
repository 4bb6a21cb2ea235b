//! One body of tests over memory and disk, and what only a disk can suffer.
#![allow(missing_docs, clippy::unwrap_used, clippy::cast_possible_truncation)]

use popnet_shard_store::{BlockStore, Digest, DiskStore, MemoryStore, Records, StoreError};
use rand::{rngs::StdRng, Rng, RngCore, SeedableRng};
use std::{
	fs,
	io::{BufRead, BufReader},
	path::Path,
	process::{Command, Stdio},
	time::Duration,
};

fn block(seed: u64, length: usize) -> (Digest, Vec<u8>) {
	let mut bytes = vec![0; length];
	StdRng::seed_from_u64(seed).fill_bytes(&mut bytes);
	(*blake3::hash(&bytes).as_bytes(), bytes)
}

fn both(test: impl Fn(&dyn BlockStore)) {
	let folder = tempfile::tempdir().unwrap();
	test(&DiskStore::open(folder.path(), 10_000).unwrap());
	test(&MemoryStore::new(10_000));
}

#[test]
fn blocks_come_back_and_can_be_removed() {
	both(|store| {
		let (one, two) = (block(1, 1_000), block(2, 2_000));
		store.put_many(&[(one.0, &one.1), (two.0, &two.1), (one.0, &one.1)]).unwrap();
		store.put(one.0, &one.1).unwrap();
		assert_eq!(store.used(), 3_000);
		assert_eq!(store.get(&one.0).unwrap().as_ref(), Some(&one.1));
		assert!(store.has(&two.0));
		assert_eq!(store.digests().len(), 2);
		assert_eq!((store.count(), store.damaged()), (2, 0));
		assert_eq!((store.length(&two.0), store.length(&[0; 32])), (Some(2_000), None));
		assert!(store.remove(&two.0).unwrap());
		assert!(!store.remove(&two.0).unwrap());
		assert_eq!(store.get(&two.0).unwrap(), None);
		assert_eq!(store.used(), 1_000);
	});
}

#[test]
fn wrong_bytes_and_impossible_sizes_are_refused() {
	both(|store| {
		let (name, bytes) = block(1, 100);
		let mut altered = bytes.clone();
		altered[5] ^= 4;
		assert!(matches!(store.put(name, &altered), Err(StoreError::Digest)));
		assert!(matches!(store.put(name, &[]), Err(StoreError::Size(0))));
		let large = vec![0; 1024 * 1024 + 1];
		assert!(matches!(store.put(name, &large), Err(StoreError::Size(_))));
		assert_eq!(store.used(), 0);
	});
}

#[test]
fn the_quota_is_kept_and_freed_by_removal() {
	both(|store| {
		let blocks: Vec<_> = (0..5).map(|seed| block(seed, 2_000)).collect();
		for (name, bytes) in &blocks {
			store.put(*name, bytes).unwrap();
		}
		let (name, bytes) = block(9, 1);
		let refused = store.put(name, &bytes);
		assert!(matches!(
			refused,
			Err(StoreError::Quota { needed: 1, used: 10_000, quota: 10_000 })
		));
		assert!(store.remove(&blocks[0].0).unwrap());
		store.put(name, &bytes).unwrap();
	});
}

#[test]
fn a_restart_finds_everything_and_sweeps_what_was_unfinished() {
	let folder = tempfile::tempdir().unwrap();
	let (name, bytes) = block(1, 500);
	{
		let store = DiskStore::open(folder.path(), 10_000).unwrap();
		store.put(name, &bytes).unwrap();
		assert!(matches!(DiskStore::open(folder.path(), 1), Err(StoreError::InUse(_))));
		fs::write(folder.path().join("incoming/77"), b"half a bl").unwrap();
	}
	let store = DiskStore::open(folder.path(), 10_000).unwrap();
	assert_eq!(store.get(&name).unwrap(), Some(bytes));
	assert_eq!(store.used(), 500);
	assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
}

fn place(root: &Path, name: &Digest) -> std::path::PathBuf {
	let name = hex::encode(name);
	root.join("blocks").join(&name[..2]).join(&name[2..])
}

#[test]
fn one_flipped_bit_on_disk_is_noticed_and_never_served() {
	let folder = tempfile::tempdir().unwrap();
	let store = DiskStore::open(folder.path(), 10_000).unwrap();
	let (name, bytes) = block(3, 900);
	store.put(name, &bytes).unwrap();
	let mut rotten = bytes.clone();
	rotten[450] ^= 1;
	fs::write(place(folder.path(), &name), rotten).unwrap();

	assert!(matches!(store.get(&name), Err(StoreError::Corrupt(found)) if found == name));
	assert!(!store.has(&name));
	assert_eq!(store.get(&name).unwrap(), None);
	store.put(name, &bytes).unwrap();
	assert_eq!(store.get(&name).unwrap(), Some(bytes));

	fs::remove_file(place(folder.path(), &name)).unwrap();
	assert!(matches!(store.get(&name), Err(StoreError::Corrupt(_))));
}

#[test]
fn damaged_files_are_kept_up_to_a_maximum() {
	let folder = tempfile::tempdir().unwrap();
	let store = DiskStore::open(folder.path(), 10_000).unwrap();
	for seed in 0..70 {
		let (name, bytes) = block(seed, 100);
		store.put(name, &bytes).unwrap();
		fs::write(place(folder.path(), &name), b"rotten").unwrap();
		assert!(matches!(store.get(&name), Err(StoreError::Corrupt(_))));
		assert!(!place(folder.path(), &name).exists());
	}

	assert_eq!(fs::read_dir(folder.path().join("damaged")).unwrap().count(), 64);

	// A file that has grown beyond any block is not kept either, nor read as a whole.
	let (name, bytes) = block(100, 100);
	store.put(name, &bytes).unwrap();
	fs::remove_dir_all(folder.path().join("damaged")).unwrap();
	fs::create_dir(folder.path().join("damaged")).unwrap();
	fs::write(place(folder.path(), &name), vec![0; 3 * 1024 * 1024]).unwrap();
	assert_eq!(store.damaged(), 70);
	assert!(matches!(store.get(&name), Err(StoreError::Corrupt(_))));

	assert_eq!(fs::read_dir(folder.path().join("damaged")).unwrap().count(), 0);
	assert_eq!((store.damaged(), store.count(), store.used()), (71, 0, 0));
}

/// Bytes of all files in the places of blocks.
fn bytes_on_disk(root: &Path) -> u64 {
	fs::read_dir(root.join("blocks"))
		.unwrap()
		.filter_map(|folder| fs::read_dir(folder.unwrap().path()).ok())
		.flatten()
		.map(|file| file.unwrap().metadata().unwrap().len())
		.sum()
}

#[test]
fn what_was_written_before_an_error_is_stored_and_counted() {
	let folder = tempfile::tempdir().unwrap();
	let store = DiskStore::open(folder.path(), 1_000).unwrap();
	let (first, second) = (block(1, 600), block(2, 300));
	// Where the folder of the second block would be there is a file.
	let obstacle = place(folder.path(), &second.0).parent().unwrap().to_path_buf();
	fs::write(&obstacle, b"").unwrap();

	let failed = store.put_many(&[(first.0, &first.1), (second.0, &second.1)]);

	assert!(matches!(failed, Err(StoreError::Io { .. })), "{failed:?}");
	assert_eq!(store.get(&first.0).unwrap().as_ref(), Some(&first.1));
	assert!(!store.has(&second.0));
	assert_eq!((store.used(), bytes_on_disk(folder.path())), (600, 600));
	assert_eq!(fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
	let third = block(3, 500);
	assert!(matches!(store.put(third.0, &third.1), Err(StoreError::Quota { used: 600, .. })));
	fs::remove_file(obstacle).unwrap();
	store.put(second.0, &second.1).unwrap();
	assert!(store.remove(&first.0).unwrap());
	assert_eq!((store.used(), bytes_on_disk(folder.path())), (300, 300));
}

/// Runs as a child of the test below, under a limit on the size of files.
#[test]
#[ignore = "the child process of the next test"]
fn child_whose_disk_is_full() {
	let Ok(root) = std::env::var("POPNET_STORE_CHILD") else { return };
	let root = Path::new(&root);
	let store = DiskStore::open(root, u64::MAX / 2).unwrap();
	let (small, large, last) = (block(1, 20_000), block(2, 1_000_000), block(3, 20_000));

	let error = store.put_many(&[(small.0, &small.1), (large.0, &large.1)]).unwrap_err();

	assert!(matches!(error, StoreError::DiskFull(_)), "{error:?}");
	assert!(!store.has(&large.0));
	assert_eq!(fs::read_dir(root.join("incoming")).unwrap().count(), 0);
	store.put(last.0, &last.1).unwrap();
	for (name, bytes) in [&small, &last] {
		assert_eq!(store.get(name).unwrap().as_ref(), Some(bytes));
	}
	assert_eq!((store.used(), bytes_on_disk(root)), (40_000, 40_000));
	println!("the disk was full");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_typed_error_and_leaves_nothing_behind() {
	// A limit on the size of files needs no rights, unlike a small file system, and is met in the
	// middle of a write just so. Where it is exceeded, the signal would end the process.
	let folder = tempfile::tempdir().unwrap();
	let output = Command::new("sh")
		.args(["-c", "trap '' XFSZ; ulimit -f 128 && exec \"$0\" \"$@\""])
		.arg(std::env::current_exe().unwrap())
		.args(["--ignored", "--exact", "child_whose_disk_is_full", "--nocapture"])
		.env("POPNET_STORE_CHILD", folder.path())
		.output()
		.unwrap();
	let said = String::from_utf8_lossy(&output.stdout);
	assert!(output.status.success() && said.contains("the disk was full"), "{output:?}");
}

/// Runs as a child of the test below: stores blocks for ever and prints each number once it is
/// acknowledged.
#[test]
#[ignore = "the child process of the next test"]
fn child_that_stores_until_it_is_killed() {
	let Ok(root) = std::env::var("POPNET_STORE_CHILD") else { return };
	let store = DiskStore::open(root, u64::MAX / 2).unwrap();
	for number in 0u64.. {
		let (name, bytes) = block(number, 3_000 + (number as usize % 5_000));
		store.put(name, &bytes).unwrap();
		println!("acknowledged {number}");
	}
}

#[test]
fn whatever_was_acknowledged_survives_a_kill() {
	let mut rng = StdRng::seed_from_u64(1);
	for _ in 0..6 {
		let folder = tempfile::tempdir().unwrap();
		let mut child = Command::new(std::env::current_exe().unwrap())
			.args(["--ignored", "--exact", "child_that_stores_until_it_is_killed", "--nocapture"])
			.env("POPNET_STORE_CHILD", folder.path())
			.stdout(Stdio::piped())
			.stderr(Stdio::null())
			.spawn()
			.unwrap();
		let output = child.stdout.take().unwrap();
		std::thread::sleep(Duration::from_millis(rng.gen_range(50..400)));
		child.kill().unwrap();
		child.wait().unwrap();
		let acknowledged: Vec<u64> = BufReader::new(output)
			.lines()
			.map_while(Result::ok)
			.filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse().ok())
			.collect();
		assert!(!acknowledged.is_empty());
		let store = DiskStore::open(folder.path(), u64::MAX / 2).unwrap();
		for number in acknowledged {
			let (name, bytes) = block(number, 3_000 + (number as usize % 5_000));
			assert_eq!(store.get(&name).unwrap(), Some(bytes), "block {number}");
		}
		for name in store.digests() {
			store.get(&name).unwrap();
		}
	}
}

#[test]
fn records_are_replaced_as_a_whole() {
	let folder = tempfile::tempdir().unwrap();
	let records = Records::open(folder.path()).unwrap();
	assert_eq!(records.get(b"a").unwrap(), None);
	records.put(b"a", b"one").unwrap();
	records.put(b"a", b"two").unwrap();
	records.put(&[0xff, 0x2f, 0], b"any name").unwrap();
	let again = Records::open(folder.path()).unwrap();
	assert_eq!(again.get(b"a").unwrap(), Some(b"two".to_vec()));
	assert_eq!(again.names().unwrap().len(), 2);
	again.remove(b"a").unwrap();
	again.remove(b"a").unwrap();
	assert_eq!(again.names().unwrap(), [vec![0xff, 0x2f, 0]]);
}

#[cfg(unix)]
#[test]
fn records_can_be_read_by_their_owner_only() {
	use std::os::unix::fs::PermissionsExt;
	let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
	let parent = tempfile::tempdir().unwrap();
	let folder = parent.path().join("content/records");

	let records = Records::open(&folder).unwrap();
	// What an interrupted write of an earlier release has left.
	fs::write(folder.join("incoming"), b"half a k").unwrap();
	fs::set_permissions(folder.join("incoming"), PermissionsExt::from_mode(0o644)).unwrap();
	records.put(b"key", b"secret").unwrap();

	assert_eq!(mode(&folder), 0o700);
	assert_eq!(mode(&folder.join(hex::encode("key"))), 0o600);
	fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
	let again = Records::open(&folder).unwrap();
	assert_eq!(mode(&folder), 0o700);
	assert_eq!(again.get(b"key").unwrap(), Some(b"secret".to_vec()));
}
