//! Peers over real sockets: blocks, lies, losses, shares.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

mod peers;

use peers::{client, item, listening, memory, placed, server, whereabouts, Item, Liar, QUOTA};
use popnet_content_net::{
	protocol::BLOCK_BYTES_MAX, Host, HostConfig, Keeper, KeeperConfig, NetError, Retrieval,
	RetrievalError, Whereabouts,
};
use popnet_media_codec::{
	cid::digest, decoder::PlaintextCheck, manifest::slot_of, Coding, ContentKey,
};
use popnet_shard_store::BlockStore;
use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use std::{sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn blocks_travel_over_tcp_and_websocket() {
	let store = memory();
	let block = vec![7u8; BLOCK_BYTES_MAX];
	let name = digest(&block);
	store.put(name, &block).unwrap();
	for (secret, address) in [(1, "/ip4/127.0.0.1/tcp/0"), (2, "/ip4/127.0.0.1/tcp/0/ws")] {
		let server = Host::start(listening(secret, address), store.clone()).await.unwrap();
		let client = client(secret + 100).await;
		let from = &server.addresses()[0];
		assert_eq!(client.fetch(from, &name).await.unwrap(), block);
		assert!(matches!(client.fetch(from, &[0; 32]).await, Err(NetError::Missing(_))));
		assert!(client.has(from, &name).await.unwrap());
		assert!(client.ping(from).await.unwrap() < Duration::from_secs(5));
		assert_eq!(server.metrics().blocks_served, 1);
		assert_eq!(client.metrics().bytes_fetched, BLOCK_BYTES_MAX as u64);
		client.stop().await;
		server.stop().await;
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_host_frees_its_port_and_is_unreachable() {
	let server = server(3, memory()).await;
	let address = server.addresses()[0].clone();
	let client = client(4).await;
	client.ping(&address).await.unwrap();
	let listen = server.listening();
	server.stop().await;

	let started = std::time::Instant::now();
	let failed = client.fetch(&address, &[1; 32]).await;
	assert!(matches!(failed, Err(NetError::Unreachable(_))), "{failed:?}");
	assert!(started.elapsed() < Duration::from_secs(10));
	assert!(matches!(server.fetch(&address, &[1; 32]).await, Err(NetError::Stopped)));

	let again = HostConfig { secret: [3; 32], listen, ..Default::default() };
	let again = Host::start(again, memory()).await.unwrap();
	assert_eq!(again.addresses()[0], address);
	client.ping(&address).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_identity_at_the_address_is_refused() {
	let server = server(5, memory()).await;
	let other = client(6).await;
	let asked = format!("{}/p2p/{}", server.listening()[0], other.peer_id());
	let client = client(7).await;
	assert!(matches!(client.ping(&asked).await, Err(NetError::Unreachable(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_named_peers_put_blocks() {
	let writer = client(8).await;
	let stranger = client(9).await;
	let store = memory();
	let config =
		HostConfig { writers: vec![writer.peer_id()], ..listening(10, "/ip4/127.0.0.1/tcp/0") };
	let server = Host::start(config, store.clone()).await.unwrap();
	let to = &server.addresses()[0];
	let block = b"a block".to_vec();
	let name = digest(&block);

	let refused = stranger.put(to, name, block.clone()).await;
	assert!(matches!(refused, Err(NetError::Refused(_))));
	let wrong = writer.put(to, [1; 32], block.clone()).await;
	assert!(matches!(wrong, Err(NetError::Refused(_))));
	assert!(store.digests().is_empty());
	writer.put(to, name, block.clone()).await.unwrap();
	assert_eq!(store.get(&name).unwrap(), Some(block));
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_addresses_are_typed_errors() {
	let client = client(11).await;
	assert!(matches!(client.ping("nonsense").await, Err(NetError::Address(_))));
	assert!(matches!(client.ping("/ip4/127.0.0.1/tcp/1").await, Err(NetError::Address(_))));
	let taken = server(12, memory()).await;
	let config = HostConfig { listen: taken.listening(), ..listening(13, "/ip4/127.0.0.1/tcp/0") };
	assert!(matches!(Host::start(config, memory()).await, Err(NetError::Listen(_))));
}

async fn play(
	host: &Host,
	slots: Vec<Vec<String>>,
	item: &Item,
) -> Result<Vec<u8>, RetrievalError> {
	let retrieval = Retrieval::new(host.clone(), Whereabouts::Slots(slots));
	let manifest = retrieval.manifest(&item.id).await?;
	assert_eq!(manifest, item.manifest);
	let key = ContentKey::open(*item.key.expose(), &manifest.key_commitment).unwrap();
	let (mut plaintext, mut check) = (Vec::new(), PlaintextCheck::default());
	for stripe in 0..manifest.stripes() {
		let part = retrieval.stripe(&manifest, &key, stripe).await?;
		check.update(&part);
		plaintext.extend(part);
	}
	check.finish(&manifest.plaintext_root)?;
	Ok(plaintext)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_three_of_twelve_may_vanish_and_a_fourth_is_one_too_many() {
	let folder = tempfile::tempdir().unwrap();
	// Small shards make many stripes, so that the digests stand in segments.
	let item = item(1_500_000, 2_048, Coding { data: 36, total: 48 });
	assert!(item.manifest.segments() > 0);
	let keepers = placed(&item, folder.path(), 20).await;
	let viewer = client(50).await;
	let slots = whereabouts(&keepers);
	assert_eq!(play(&viewer, slots.clone(), &item).await.unwrap(), item.plaintext);

	let mut rng = StdRng::seed_from_u64(1);
	for round in 0..3 {
		let mut numbers: Vec<usize> = (0..12).collect();
		numbers.shuffle(&mut rng);
		for lost in &numbers[..3] {
			keepers[*lost].stop().await;
		}
		let played = play(&viewer, slots.clone(), &item).await;
		assert_eq!(played.unwrap(), item.plaintext, "round {round}: without {:?}", &numbers[..3]);
		if round == 2 {
			keepers[numbers[3]].stop().await;
			let failed = play(&viewer, slots.clone(), &item).await;
			assert!(matches!(failed, Err(RetrievalError::TooFewShards { .. })), "{failed:?}");
			keepers[numbers[3]].resume().await.unwrap();
		}
		for lost in &numbers[..3] {
			keepers[*lost].resume().await.unwrap();
		}
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn lying_masternodes_are_found_out_and_passed_over() {
	let item = item(300_000, 4_096, Coding { data: 36, total: 48 });
	let viewer = client(69).await;
	let mut hosts = Vec::new();
	for slot in 0..12u8 {
		let store: Arc<dyn BlockStore> =
			if slot < 3 { Arc::new(Liar(item.store.clone())) } else { item.store.clone() };
		hosts.push(server(70 + slot, store).await);
	}
	let slots = hosts.iter().map(Host::addresses).collect();
	assert_eq!(play(&viewer, slots, &item).await.unwrap(), item.plaintext);
	assert!(viewer.metrics().lies > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keeper_holds_exactly_its_share_over_restarts_and_forgets_on_demand() {
	let folder = tempfile::tempdir().unwrap();
	let item = item(200_000, 4_096, Coding { data: 36, total: 48 });
	let keepers = placed(&item, folder.path(), 100).await;
	let manifest = &item.manifest;
	for (slot, keeper) in (0u32..).zip(&keepers) {
		let mut expected = 1;
		for stripe in 0..manifest.stripes() {
			expected += (0..48).filter(|shard| slot_of(stripe, *shard, 12) == slot).count();
		}
		assert_eq!(keeper.blocks(), expected);
	}
	let before = keepers[0].host().unwrap().addresses();
	keepers[0].stop().await;
	assert!(keepers[0].stored().is_empty(), "a stopped Masternode claims nothing");
	let config = KeeperConfig {
		folder: folder.path().join("0"),
		quota: QUOTA,
		host: listening(101, "/ip4/127.0.0.1/tcp/0"),
	};
	let mut keepers = keepers;
	drop(keepers.remove(0));
	let again = Keeper::start(config).await.unwrap();
	assert_eq!(again.stored(), [item.id]);
	assert_eq!(again.host().unwrap().addresses(), before, "same port, same identity");
	again.retain(&[item.id]);
	assert_eq!(again.stored(), [item.id]);
	again.retain(&[]);
	assert!(again.stored().is_empty());
	assert_eq!(again.blocks(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_requests_is_answered_or_turned_away_and_the_host_lives() {
	let store = memory();
	let block = vec![1u8; 100_000];
	let name = digest(&block);
	store.put(name, &block).unwrap();
	let server = server(140, store).await;
	let flooder = client(141).await;
	let from = server.addresses()[0].clone();
	let mut rng = StdRng::seed_from_u64(3);
	let requests: Vec<_> = (0..300)
		.map(|_| {
			let (flooder, from) = (flooder.clone(), from.clone());
			let wanted = if rng.gen_bool(0.5) { name } else { rng.gen() };
			tokio::spawn(async move { flooder.fetch(&from, &wanted).await })
		})
		.collect();
	for request in requests {
		match request.await.unwrap() {
			Ok(bytes) => assert_eq!(bytes, block),
			Err(NetError::Missing(_) | NetError::Busy(_) | NetError::Unreachable(_)) => {}
			Err(other) => panic!("{other}"),
		}
	}
	let polite = client(142).await;
	assert_eq!(polite.fetch(&from, &name).await.unwrap(), block);
}
