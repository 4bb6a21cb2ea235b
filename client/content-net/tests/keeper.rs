//! A Masternode's service under misfortune: rot, restarts, full disks, taken ports.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

mod peers;

use parking_lot::Mutex;
use peers::{client, item, listening, server, Item, QUOTA};
use popnet_content_net::{Keeper, KeeperConfig, KeeperError, NetError, ShareCounts, ShareOrder};
use popnet_media_codec::{cid::digest, manifest::slot_of, Coding, Digest};
use std::{
	fmt::Debug,
	fs,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};
use tracing::{field::Field, span, Event, Level, Metadata, Subscriber};

const CODING: Coding = Coding { data: 36, total: 48 };
const SLOTS: u32 = 12;

fn config(folder: &Path, quota: u64, secret: u8) -> KeeperConfig {
	let host = listening(secret, "/ip4/127.0.0.1/tcp/0");
	KeeperConfig { folder: folder.to_path_buf(), quota, host }
}

fn order(item: &Item, sources: Vec<String>) -> ShareOrder {
	item.order(0, sources)
}

async fn wait_until(keeper: &Keeper, is_met: impl Fn(&Keeper) -> bool) {
	for _ in 0..600 {
		if is_met(keeper) {
			return;
		}
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
	panic!("still {:?}", keeper.share_counts());
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn place(folder: &Path, block: &Digest) -> PathBuf {
	let name = hex(block);
	folder.join("shards/blocks").join(&name[..2]).join(&name[2..])
}

/// Bytes of all blocks on disk, and files that are being written.
fn on_disk(folder: &Path) -> (u64, usize) {
	let files = |folder: &Path| -> Vec<PathBuf> {
		fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
	};
	let bytes = files(&folder.join("shards/blocks"))
		.iter()
		.flat_map(|folder| files(folder))
		.map(|file| fs::metadata(file).unwrap().len())
		.sum();
	(bytes, files(&folder.join("shards/incoming")).len())
}

/// A keeper that has the share of slot 0, and the publisher.
async fn kept(item: &Item, folder: &Path, secret: u8) -> (Arc<Keeper>, popnet_content_net::Host) {
	let publisher = server(secret, item.store.clone()).await;
	let keeper = Keeper::start(config(folder, QUOTA, secret + 1)).await.unwrap();
	keeper.keep(order(item, publisher.addresses()));
	wait_until(&keeper, |keeper| keeper.stored() == [item.id]).await;
	(keeper, publisher)
}

async fn restarted(keeper: Arc<Keeper>, folder: &Path, secret: u8) -> Arc<Keeper> {
	keeper.stop().await;
	// A task that has just ended may still hold the keeper, and with it the lock of the store.
	let weak = Arc::downgrade(&keeper);
	drop(keeper);
	while weak.strong_count() > 0 {
		tokio::time::sleep(Duration::from_millis(10)).await;
	}
	Keeper::start(config(folder, QUOTA, secret)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotten_block_costs_only_itself_and_is_fetched_again_on_demand() {
	let folder = tempfile::tempdir().unwrap();
	// Small shards make many stripes, so that the digests stand in segments.
	let item = item(1_500_000, 2_048, CODING);
	let (keeper, publisher) = kept(&item, folder.path(), 150).await;
	let blocks = keeper.blocks();
	let of_slot_0: Vec<Digest> = item
		.manifest
		.segment_shards(0)
		.iter()
		.filter(|shard| slot_of(0, shard.shard, SLOTS) == 0)
		.map(|shard| shard.digest)
		.collect();
	let (rotten, sound) = (of_slot_0[0], of_slot_0[1]);
	let mut bytes = fs::read(place(folder.path(), &rotten)).unwrap();
	bytes[7] ^= 1;
	fs::write(place(folder.path(), &rotten), bytes).unwrap();

	let viewer = client(152).await;
	let address = keeper.host().unwrap().addresses()[0].clone();
	let asked = viewer.fetch(&address, &rotten).await;

	assert!(matches!(asked, Err(NetError::Missing(_))), "{asked:?}");
	assert!(keeper.stored().is_empty(), "not acknowledged while it lacks a block");
	let damaged = ShareCounts { damaged: 1, blocks_damaged: 1, ..Default::default() };
	assert_eq!(keeper.share_counts(), damaged);

	let keeper = restarted(keeper, folder.path(), 151).await;
	keeper.retain(&[item.id]);

	assert!(keeper.stored().is_empty());
	assert_eq!(keeper.share_counts(), ShareCounts { damaged: 1, ..Default::default() });
	assert_eq!(keeper.blocks(), blocks - 1, "the other blocks are still there");
	let address = keeper.host().unwrap().addresses()[0].clone();
	assert_eq!(digest(&viewer.fetch(&address, &sound).await.unwrap()), sound);

	let served = publisher.metrics().blocks_served;
	keeper.keep(order(&item, publisher.addresses()));
	wait_until(&keeper, |keeper| keeper.stored() == [item.id]).await;

	assert_eq!(keeper.blocks(), blocks);
	assert_eq!(publisher.metrics().blocks_served, served + 1, "only what was missing");
	assert_eq!(digest(&viewer.fetch(&address, &rotten).await.unwrap()), rotten);
	let keeper = restarted(keeper, folder.path(), 151).await;
	assert_eq!(keeper.stored(), [item.id]);
	keeper.retain(&[]);
	assert_eq!((keeper.blocks(), keeper.share_counts()), (0, ShareCounts::default()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_share_that_is_not_wanted_any_more_is_deleted() {
	let folder = tempfile::tempdir().unwrap();
	let item = item(110_000, 4_096, CODING);
	let (keeper, _publisher) = kept(&item, folder.path(), 155).await;
	fs::remove_file(place(folder.path(), &item.id)).unwrap();
	let keeper = restarted(keeper, folder.path(), 156).await;
	assert_eq!(keeper.share_counts().damaged, 1);

	keeper.retain(&[]);

	assert_eq!((keeper.blocks(), keeper.share_counts()), (0, ShareCounts::default()));
	assert_eq!(fs::read_dir(folder.path().join("shares")).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_whose_record_is_damaged_keeps_its_blocks() {
	let folder = tempfile::tempdir().unwrap();
	let item = item(120_000, 4_096, CODING);
	let (keeper, publisher) = kept(&item, folder.path(), 160).await;
	let blocks = keeper.blocks();
	fs::write(folder.path().join("shares").join(hex(&item.id)), b"rot").unwrap();

	let keeper = restarted(keeper, folder.path(), 161).await;
	keeper.retain(&[item.id]);

	assert!(keeper.stored().is_empty());
	assert_eq!((keeper.blocks(), keeper.share_counts().damaged), (blocks, 1));
	let served = publisher.metrics().blocks_served;
	keeper.keep(order(&item, publisher.addresses()));
	wait_until(&keeper, |keeper| keeper.stored() == [item.id]).await;
	assert_eq!(publisher.metrics().blocks_served, served, "nothing was missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_any_more_is_deleted_while_another_share_is_fetched() {
	let folder = tempfile::tempdir().unwrap();
	let (first, second) = (item(100_000, 4_096, CODING), item(130_000, 4_096, CODING));
	let left_over = b"perhaps of the second".to_vec();
	let left_over_at = place(folder.path(), &digest(&left_over));
	fs::create_dir_all(left_over_at.parent().unwrap()).unwrap();
	fs::write(&left_over_at, &left_over).unwrap();
	let (keeper, _publisher) = kept(&first, folder.path(), 165).await;
	// Takes connections and says nothing; the peer that it stands for is not connected yet.
	let peer = client(167).await.peer_id();
	let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
	let port = silent.local_addr().unwrap().port();
	let address = format!("/ip4/127.0.0.1/tcp/{port}/p2p/{peer}");
	keeper.keep(order(&second, vec![address]));
	assert_eq!(keeper.share_counts().under_way, 1);

	keeper.retain(&[second.id]);

	assert_eq!(keeper.share_counts().under_way, 1, "still being fetched");
	assert!(keeper.stored().is_empty());
	assert_eq!(keeper.blocks(), 1, "only what may belong to the share under way is left");
	assert!(left_over_at.exists());
	drop(silent);
	wait_until(&keeper, |keeper| keeper.share_counts().under_way == 0).await;
	keeper.retain(&[second.id]);
	assert_eq!(keeper.blocks(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_the_last_start_is_replaced_when_it_is_taken() {
	let folder = tempfile::tempdir().unwrap();
	let keeper = Keeper::start(config(folder.path(), QUOTA, 170)).await.unwrap();
	let last = keeper.host().unwrap().listening();
	keeper.stop().await;
	drop(keeper);
	let port = last[0].rsplit('/').next().unwrap().parse::<u16>().unwrap();
	let _taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();

	let again = Keeper::start(config(folder.path(), QUOTA, 170)).await.unwrap();

	let host = again.host().unwrap();
	assert_ne!(host.listening(), last);
	client(171).await.ping(&host.addresses()[0]).await.unwrap();
	let other = tempfile::tempdir().unwrap();
	let mut asked_for = config(other.path(), QUOTA, 172);
	asked_for.host.listen = last;
	let refused = Keeper::start(asked_for).await.err();
	assert!(matches!(refused, Some(KeeperError::Net(NetError::Listen(_)))), "{refused:?}");
}

/// Keeps the errors that this crate logs on the thread.
#[derive(Clone, Default)]
struct ErrorLog(Arc<Mutex<Vec<String>>>);

impl Subscriber for ErrorLog {
	fn enabled(&self, metadata: &Metadata<'_>) -> bool {
		*metadata.level() == Level::ERROR && metadata.target().starts_with("popnet")
	}
	fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
		span::Id::from_u64(1)
	}
	fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
	fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
	fn event(&self, event: &Event<'_>) {
		let mut line = String::new();
		event.record(&mut |field: &Field, value: &dyn Debug| {
			line += &format!("{field}={value:?} ");
		});
		self.0.lock().push(line);
	}
	fn enter(&self, _: &span::Id) {}
	fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn a_share_without_room_leaves_room_for_smaller_ones() {
	let log = ErrorLog::default();
	let _logging = tracing::subscriber::set_default(log.clone());
	let folder = tempfile::tempdir().unwrap();
	let (first, large) = (item(101_000, 4_096, CODING), item(2_000_000, 4_096, CODING));
	let last = item(102_000, 4_096, CODING);
	let keeper = Keeper::start(config(folder.path(), 60_000, 180)).await.unwrap();
	let mut sources = Vec::new();
	let mut publishers = Vec::new();
	for (secret, item) in (181..).zip([&first, &large, &last]) {
		let publisher = server(secret, item.store.clone()).await;
		sources.push(publisher.addresses());
		publishers.push(publisher);
	}
	keeper.keep(order(&first, sources[0].clone()));
	wait_until(&keeper, |keeper| keeper.stored() == [first.id]).await;
	let bytes = keeper.bytes();

	keeper.keep(order(&large, sources[1].clone()));
	wait_until(&keeper, |keeper| keeper.share_counts().without_room == 1).await;

	let expected = ShareCounts { complete: 1, without_room: 1, ..Default::default() };
	assert_eq!(keeper.share_counts(), expected);
	assert_eq!(keeper.stored(), [first.id]);
	assert_eq!((keeper.bytes(), on_disk(folder.path())), (bytes, (bytes, 0)));
	let lines = log.0.lock().clone();
	assert!(
		matches!(&lines[..], [line] if line.contains("no room for a share") && line.contains("would exceed the quota")),
		"{lines:?}"
	);
	let viewer = client(185).await;
	let address = keeper.host().unwrap().addresses()[0].clone();
	assert_eq!(digest(&viewer.fetch(&address, &first.id).await.unwrap()), first.id);

	// Not tried again at once, and out of the way of a smaller one.
	keeper.keep(order(&large, sources[1].clone()));
	assert_eq!(keeper.share_counts().under_way, 0);
	keeper.keep(order(&last, sources[2].clone()));
	wait_until(&keeper, |keeper| keeper.stored().len() == 2).await;
	assert!(keeper.stored().contains(&last.id));
	assert_eq!(on_disk(folder.path()), (keeper.bytes(), 0));

	// When something is deleted it is tried again.
	keeper.retain(&[first.id, large.id]);
	keeper.keep(order(&large, sources[1].clone()));
	assert_eq!(keeper.share_counts().under_way, 1);
	wait_until(&keeper, |keeper| keeper.share_counts().without_room == 2).await;
	assert_eq!((keeper.bytes(), on_disk(folder.path())), (bytes, (bytes, 0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_that_fit_one_by_one_do_not_push_out_one_another() {
	let folder = tempfile::tempdir().unwrap();
	let items: Vec<Item> =
		[3_000_000, 3_001_000, 3_002_000].map(|size| item(size, 2_048, CODING)).into();
	// Each takes about 350 KB in several batches: there is room for one, and for parts of the others.
	let keeper = Keeper::start(config(folder.path(), 500_000, 190)).await.unwrap();
	let mut publishers = Vec::new();
	for (secret, item) in (191..).zip(&items) {
		publishers.push(server(secret, item.store.clone()).await);
	}

	for (item, publisher) in items.iter().zip(&publishers) {
		keeper.keep(order(item, publisher.addresses()));
	}
	wait_until(&keeper, |keeper| keeper.share_counts().under_way == 0).await;

	let expected = ShareCounts { complete: 1, without_room: 2, ..Default::default() };
	assert_eq!(keeper.share_counts(), expected);
	assert_eq!(on_disk(folder.path()), (keeper.bytes(), 0));
}
