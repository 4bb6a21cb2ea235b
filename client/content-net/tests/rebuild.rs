//! Shares that no publisher delivers any more: rebuilt from the other slots', or given up.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

mod peers;

use peers::{client, item, listening, placed, server, whereabouts, Item, Liar, QUOTA};
use popnet_content_net::{Host, Keeper, KeeperConfig, ShareCounts, ShareOrder};
use popnet_media_codec::{manifest::slot_of, Coding, Digest};
use std::{
	net::TcpListener,
	path::Path,
	sync::Arc,
	time::{Duration, Instant},
};

const CODING: Coding = Coding { data: 36, total: 48 };

/// Small shards make many stripes, so that the digests stand in a segment.
fn long_item() -> Item {
	item(1_500_000, 2_048, CODING)
}

async fn keeper(folder: &Path, quota: u64, secret: u8) -> Arc<Keeper> {
	let host = listening(secret, "/ip4/127.0.0.1/tcp/0");
	let folder = folder.join(format!("keeper {secret}"));
	Keeper::start(KeeperConfig { folder, quota, host }).await.unwrap()
}

/// Addresses of a publisher that is gone.
async fn gone(secret: u8) -> Vec<String> {
	let host = server(secret, peers::memory()).await;
	host.stop().await;
	host.addresses()
}

/// A port that takes connections and says nothing, and an address of a peer there.
async fn silent(secret: u8) -> (TcpListener, Vec<String>) {
	let peer = client(secret).await.peer_id();
	let listener = TcpListener::bind("127.0.0.1:0").unwrap();
	let port = listener.local_addr().unwrap().port();
	(listener, vec![format!("/ip4/127.0.0.1/tcp/{port}/p2p/{peer}")])
}

async fn wait_until(within: Duration, keeper: &Keeper, is_met: impl Fn(&Keeper) -> bool) {
	let end = Instant::now() + within;
	while !is_met(keeper) {
		assert!(Instant::now() < end, "still {:?}", keeper.share_counts());
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
}

async fn wait_until_stored(within: u64, keeper: &Keeper, item: &Item) {
	let is_stored = |keeper: &Keeper| keeper.stored().contains(&item.id);
	wait_until(Duration::from_secs(within), keeper, is_stored).await;
}

/// The blocks of the share of slot 0.
fn share_of(item: &Item, rows: &[Vec<Digest>]) -> Vec<Digest> {
	let own = |number: u64, row: Vec<Digest>| -> Vec<Digest> {
		let shards = (0u16..).zip(row);
		shards.filter(|(shard, _)| slot_of(number, *shard, 12) == 0).map(|(_, name)| name).collect()
	};
	let segments = (0..item.manifest.segments()).flat_map(|segment| {
		let shards = item.manifest.segment_shards(segment);
		own(u64::from(segment), shards.iter().map(|shard| shard.digest).collect())
	});
	let stripes = (0u64..).zip(rows).flat_map(|(stripe, row)| own(stripe, row.clone()));
	std::iter::once(item.id).chain(segments).chain(stripes).collect()
}

/// The rows of the only segment.
fn rows(item: &Item) -> Vec<Vec<Digest>> {
	let shards: Vec<(u16, Vec<u8>)> = item
		.manifest
		.segment_shards(0)
		.iter()
		.map(|shard| (shard.shard, item.store.get(&shard.digest).unwrap().unwrap()))
		.collect();
	let borrowed: Vec<(u16, &[u8])> =
		shards.iter().map(|(shard, bytes)| (*shard, bytes.as_slice())).collect();
	item.manifest.decode_segment(0, &borrowed).unwrap()
}

/// Whether `keeper` serves the share of slot 0, byte by byte, and has nothing else.
async fn assert_has_share(keeper: &Keeper, item: &Item, viewer: u8) {
	let share = share_of(item, &rows(item));
	assert_eq!(keeper.blocks(), share.len());
	let viewer = client(viewer).await;
	let address = keeper.host().unwrap().addresses()[0].clone();
	for block in share {
		let original = item.store.get(&block).unwrap().unwrap();
		assert_eq!(viewer.fetch(&address, &block).await.unwrap(), original);
	}
}

fn rebuilding(item: &Item, sources: Vec<String>, holders: Vec<Vec<String>>) -> ShareOrder {
	ShareOrder { holders, ..item.order(0, sources) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_rebuilt_from_any_k_shards_when_the_publisher_is_gone() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 1).await;
	let mut holders = whereabouts(&keepers);
	// It would have everything, but is said to be at the slot itself.
	let own = server(20, item.store.clone()).await;
	holders[0] = own.addresses();
	for lost in [0, 3, 7] {
		keepers[lost].stop().await; // nine times four shards are left
	}
	let successor = keeper(folder.path(), QUOTA, 21).await;

	successor.keep(rebuilding(&item, gone(22).await, holders.clone()));
	wait_until_stored(25, &successor, &item).await;

	assert_has_share(&successor, &item, 23).await;
	assert_eq!((own.metrics().blocks_served, own.metrics().peers), (0, 0), "not asked");
	let without_sources = keeper(folder.path(), QUOTA, 24).await;
	without_sources.keep(rebuilding(&item, Vec::new(), holders));
	wait_until_stored(25, &without_sources, &item).await;
	assert_has_share(&without_sources, &item, 25).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_rebuilt_although_a_holder_lies() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 30).await;
	let mut holders = whereabouts(&keepers);
	let liar = server(50, Arc::new(Liar(item.store.clone()))).await;
	holders[5] = liar.addresses();
	let successor = keeper(folder.path(), QUOTA, 51).await;

	successor.keep(rebuilding(&item, gone(52).await, holders));
	wait_until_stored(25, &successor, &item).await;

	assert!(successor.metrics().lies > 0);
	assert_has_share(&successor, &item, 53).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_when_fewer_than_k_shards_are_left() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 60).await;
	let holders = whereabouts(&keepers);
	for lost in [0, 1, 4, 8] {
		keepers[lost].stop().await; // eight times four shards are left
	}
	let successor = keeper(folder.path(), QUOTA, 80).await;

	successor.keep(rebuilding(&item, gone(81).await, holders.clone()));
	assert_eq!(successor.share_counts().under_way, 1);
	let has_ended = |keeper: &Keeper| keeper.share_counts().under_way == 0;
	wait_until(Duration::from_secs(30), &successor, has_ended).await;

	assert_eq!(successor.share_counts(), ShareCounts::default());
	assert!(successor.stored().is_empty());
	let records = std::fs::read_dir(folder.path().join("keeper 80/shares")).unwrap();
	assert_eq!(records.count(), 0);
	// One more comes back: four more shards are enough.
	keepers[4].resume().await.unwrap();
	tokio::time::sleep(Duration::from_secs(4)).await; // the failed order waits that long
	successor.keep(rebuilding(&item, Vec::new(), holders));
	wait_until_stored(25, &successor, &item).await;
	assert_has_share(&successor, &item, 82).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_of_the_slot_are_not_rebuilt_when_a_holder_has_them() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 90).await;
	let mut holders = whereabouts(&keepers);
	let everything = server(111, item.store.clone()).await;
	holders[2] = everything.addresses();
	let successor = keeper(folder.path(), QUOTA, 112).await;

	successor.keep(rebuilding(&item, Vec::new(), holders));
	wait_until_stored(25, &successor, &item).await;

	assert_has_share(&successor, &item, 113).await;
	// Beside the share the digests of the stripes, which k shards of the segment hold.
	let needed = successor.blocks() as u64 + u64::from(CODING.data);
	let fetched = successor.metrics().blocks_fetched;
	assert!(fetched <= needed + 12, "{fetched} instead of {needed} blocks");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_share_is_rebuilt_where_it_is_damaged() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 120).await;
	let holders = whereabouts(&keepers);
	let share = share_of(&item, &rows(&item));
	let lost = share.last().unwrap();
	let name: String = lost.iter().map(|byte| format!("{byte:02x}")).collect();
	let place = folder.path().join("0/shards/blocks").join(&name[..2]).join(&name[2..]);
	std::fs::write(place, b"rot").unwrap();
	let viewer = client(140).await;
	let address = keepers[0].host().unwrap().addresses()[0].clone();
	assert!(viewer.fetch(&address, lost).await.is_err());
	assert_eq!(keepers[0].share_counts().damaged, 1);

	keepers[0].keep(rebuilding(&item, gone(141).await, holders));
	wait_until_stored(25, &keepers[0], &item).await;

	assert_has_share(&keepers[0], &item, 142).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_source_costs_its_time_out_once() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 150).await;
	// It answers, and has the manifest only: for everything else the silent one is turned to.
	let store = peers::memory();
	store.put(item.id, &item.store.get(&item.id).unwrap().unwrap()).unwrap();
	let poor = server(170, store).await;
	let (_silent, mut sources) = silent(171).await;
	sources.extend(poor.addresses());
	let successor = keeper(folder.path(), QUOTA, 172).await;

	let start = Instant::now();
	successor.keep(rebuilding(&item, sources, whereabouts(&keepers)));
	wait_until_stored(60, &successor, &item).await;

	// A time-out takes up to 25 s; there are twelve times eight blocks to ask for.
	assert!(start.elapsed() < Duration::from_secs(35), "{:?}", start.elapsed());
	assert_has_share(&successor, &item, 173).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_holders_takes_over_from_one_without() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let keepers = placed(&item, folder.path(), 180).await;
	let (_silent, sources) = silent(200).await;
	let under_way = keeper(folder.path(), QUOTA, 201).await;
	under_way.keep(item.order(0, sources.clone()));
	tokio::time::sleep(Duration::from_millis(300)).await;
	assert_eq!(under_way.share_counts().under_way, 1);

	// The silent source holds it up for a moment only, and not for its time-out.
	under_way.keep(rebuilding(&item, sources, whereabouts(&keepers)));
	wait_until_stored(9, &under_way, &item).await;

	assert_has_share(&under_way, &item, 202).await;
	let has_failed = keeper(folder.path(), QUOTA, 203).await;
	let gone = gone(204).await;
	has_failed.keep(item.order(0, gone.clone()));
	let has_ended = |keeper: &Keeper| keeper.share_counts().under_way == 0;
	wait_until(Duration::from_secs(20), &has_failed, has_ended).await;
	has_failed.keep(item.order(0, gone.clone()));
	assert_eq!(has_failed.share_counts().under_way, 0, "tried again later");
	has_failed.keep(rebuilding(&item, gone, whereabouts(&keepers)));
	assert_eq!(has_failed.share_counts().under_way, 1, "now that there is a new way");
	wait_until_stored(25, &has_failed, &item).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_with_dead_sources_do_not_hold_up_others() {
	let folder = tempfile::tempdir().unwrap();
	let item = long_item();
	let publisher = server(210, item.store.clone()).await;
	let (_silent, sources) = silent(211).await;
	let keeper = keeper(folder.path(), QUOTA, 212).await;
	for number in 0..200 {
		let id = [number; 32];
		keeper.keep(ShareOrder { id, ..item.order(0, sources.clone()) });
	}

	keeper.keep(item.order(0, publisher.addresses()));
	wait_until_stored(8, &keeper, &item).await;

	assert_eq!(keeper.share_counts().under_way, 200);
	for number in 0..2_000u16 {
		let mut id = [0; 32];
		id[..2].copy_from_slice(&number.to_be_bytes());
		keeper.keep(ShareOrder { id, ..item.order(0, sources.clone()) });
	}
	assert!(keeper.share_counts().under_way <= 1_024);
}

async fn share_bytes(folder: &Path, item: &Item, publisher: &Host, secret: u8) -> u64 {
	let keeper = keeper(folder, QUOTA, secret).await;
	keeper.keep(item.order(0, publisher.addresses()));
	wait_until_stored(25, &keeper, item).await;
	keeper.bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_accepted_when_little_room_is_left_until_there_is_enough() {
	let folder = tempfile::tempdir().unwrap();
	let (large, small) = (item(900_000, 4_096, CODING), item(20_000, 4_096, CODING));
	let (of_large, of_small) =
		(server(220, large.store.clone()).await, server(221, small.store.clone()).await);
	let large_bytes = share_bytes(folder.path(), &large, &of_large, 222).await;
	let bytes = large_bytes + share_bytes(folder.path(), &small, &of_small, 223).await;
	let quota = bytes * 100 / 96;
	let free = (quota - large_bytes) * 100 / quota;
	assert!((6..10).contains(&free), "{free} % without the small one");
	let keeper = keeper(folder.path(), quota, 224).await;
	assert!(keeper.accepts());
	keeper.keep(large.order(0, of_large.addresses()));
	wait_until_stored(25, &keeper, &large).await;
	assert!(keeper.accepts(), "more than 5 % are free");

	keeper.keep(small.order(0, of_small.addresses()));
	wait_until_stored(25, &keeper, &small).await;

	assert!(!keeper.accepts(), "4 % are free");
	keeper.retain(&[large.id]);
	assert!(!keeper.accepts(), "not again before 10 % are free");
	keeper.retain(&[]);
	assert!(keeper.accepts());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_accepted_after_a_share_found_no_room_until_something_is_deleted() {
	let folder = tempfile::tempdir().unwrap();
	let (large, small) = (item(2_000_000, 4_096, CODING), item(20_000, 4_096, CODING));
	let (of_large, of_small) =
		(server(230, large.store.clone()).await, server(231, small.store.clone()).await);
	let keeper = keeper(folder.path(), 60_000, 232).await;
	keeper.keep(small.order(0, of_small.addresses()));
	wait_until_stored(25, &keeper, &small).await;

	keeper.keep(large.order(0, of_large.addresses()));
	let is_refused = |keeper: &Keeper| keeper.share_counts().without_room == 1;
	wait_until(Duration::from_secs(25), &keeper, is_refused).await;

	assert!(keeper.bytes() < 30_000);
	assert!(!keeper.accepts());
	keeper.retain(&[small.id]);
	assert!(!keeper.accepts(), "nothing was deleted");
	keeper.retain(&[]);
	assert!(keeper.accepts());
}
