//! Strangers that ask for more than they are due, or do not read what they have asked for.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

mod peers;

use futures::StreamExt;
use litep2p::{
	codec::ProtocolCodec,
	config::ConfigBuilder,
	protocol::{Direction, TransportEvent, TransportService, UserProtocol},
	substream::Substream,
	transport::tcp::config::Config as TcpConfig,
	Litep2p, ProtocolName,
};
use peers::{client, memory, server};
use popnet_content_net::{
	protocol::{Request, BLOCK_BYTES_MAX, PROTOCOL},
	NetError,
};
use popnet_media_codec::{
	cid::{digest, to_cid},
	Digest,
};
use popnet_shard_store::{BlockStore, DiskStore};
use std::{
	collections::{HashMap, HashSet},
	future::Future,
	pin::Pin,
	sync::Arc,
	time::{Duration, Instant},
};
use tokio::sync::mpsc;

const BITSWAP: &str = "/ipfs/bitswap/1.2.0";
const MIB: u64 = 1024 * 1024;

/// A peer that opens substreams of one protocol and writes what it is told to.
struct Stranger {
	protocol: &'static str,
	/// Substreams to open, and what to write to each of them at once.
	substreams: usize,
	opening: Option<Vec<u8>>,
	/// What to write to the first.
	frames: mpsc::Receiver<Vec<u8>>,
	/// Where to put what arrives on substreams of the other side; nothing is read otherwise.
	received: Option<mpsc::Sender<Vec<u8>>>,
	opened: mpsc::Sender<usize>,
}

/// A stranger at work.
struct Handle {
	frames: mpsc::Sender<Vec<u8>>,
	received: mpsc::Receiver<Vec<u8>>,
	opened: mpsc::Receiver<usize>,
}

impl Stranger {
	async fn work(mut self, mut service: TransportService) -> litep2p::Result<()> {
		let (mut own, mut others): (Vec<Substream>, Vec<Substream>) = Default::default();
		loop {
			tokio::select! {
				event = service.next() => match event {
					Some(TransportEvent::ConnectionEstablished { peer, .. }) => {
						let _ = service.open_substream(peer);
					}
					Some(TransportEvent::SubstreamOpened { peer, mut substream, direction, .. }) => {
						if direction == Direction::Inbound {
							match self.received.clone() {
								Some(received) => drop(tokio::spawn(forward(substream, received))),
								None => others.push(substream),
							}
							continue;
						}
						if let Some(opening) = &self.opening {
							let _ = substream.send_framed(opening.clone().into()).await;
						}
						own.push(substream);
						let _ = self.opened.try_send(own.len());
						if own.len() < self.substreams {
							let _ = service.open_substream(peer);
						}
					}
					Some(_) => {}
					None => return Ok(()),
				},
				Some(frame) = self.frames.recv(), if !own.is_empty() => {
					let _ = own[0].send_framed(frame.into()).await;
				}
			}
		}
	}
}

async fn forward(mut substream: Substream, received: mpsc::Sender<Vec<u8>>) {
	while let Some(Ok(frame)) = substream.next().await {
		if received.send(frame.to_vec()).await.is_err() {
			return;
		}
	}
}

impl UserProtocol for Stranger {
	fn protocol(&self) -> ProtocolName {
		ProtocolName::from(self.protocol)
	}
	fn codec(&self) -> ProtocolCodec {
		ProtocolCodec::UnsignedVarint(Some(4 * 1024 * 1024))
	}
	fn run<'a>(
		self: Box<Self>,
		service: TransportService,
	) -> Pin<Box<dyn Future<Output = litep2p::Result<()>> + Send + 'a>>
	where
		Self: 'a,
	{
		Box::pin(self.work(service))
	}
}

/// Connects a stranger to `address`.
async fn stranger(
	address: &str,
	protocol: &'static str,
	substreams: usize,
	opening: Option<Vec<u8>>,
	reads: bool,
) -> Handle {
	let (frames, to_write) = mpsc::channel(1_024);
	let (read, received) = mpsc::channel(1_024);
	let (opened_tx, opened) = mpsc::channel(1_024);
	let stranger = Stranger {
		protocol,
		substreams,
		opening,
		frames: to_write,
		received: reads.then_some(read),
		opened: opened_tx,
	};
	let config = ConfigBuilder::new()
		.with_tcp(TcpConfig { listen_addresses: Vec::new(), ..Default::default() })
		.with_user_protocol(Box::new(stranger))
		.with_keep_alive_timeout(Duration::from_secs(60))
		.build();
	let mut litep2p = Litep2p::new(config).unwrap();
	litep2p.dial_address(address.parse().unwrap()).await.unwrap();
	tokio::spawn(async move { while litep2p.next_event().await.is_some() {} });
	Handle { frames, received, opened }
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
	let mut out = vec![number << 3 | 2];
	let mut length = bytes.len();
	while length >= 128 {
		out.push((length % 128) as u8 | 128);
		length /= 128;
	}
	out.push(length as u8);
	out.extend(bytes);
	out
}

/// A Bitswap message that asks for blocks: a wantlist of entries with CID, priority and want type 0.
fn wantlist(names: &[Digest]) -> Vec<u8> {
	let entries = names.iter().flat_map(|name| {
		let mut entry = field(1, &to_cid(name).to_bytes());
		entry.extend([2 << 3, 1]);
		field(1, &entry)
	});
	field(1, &entries.collect::<Vec<_>>())
}

/// The fields of a Protocol Buffers message that have a length.
fn fields(mut bytes: &[u8]) -> Vec<(u8, &[u8])> {
	let mut out = Vec::new();
	let varint = |bytes: &mut &[u8]| {
		let mut value = 0usize;
		for shift in (0..).step_by(7) {
			let (first, rest) = bytes.split_first().unwrap();
			*bytes = rest;
			value |= usize::from(first % 128) << shift;
			if *first < 128 {
				return value;
			}
		}
		unreachable!()
	};
	while !bytes.is_empty() {
		let key = varint(&mut bytes);
		let value = varint(&mut bytes);
		if key % 8 == 2 {
			let (content, rest) = bytes.split_at(value);
			bytes = rest;
			out.push(((key / 8) as u8, content));
		}
	}
	out
}

/// The blocks in a Bitswap message (field 3, in it 2), and the CIDs in its block presences (4, in it 1).
fn blocks_and_presences(message: &[u8]) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
	let inner = |outer: u8, inner: u8| {
		fields(message)
			.into_iter()
			.filter(|(number, _)| *number == outer)
			.flat_map(|(_, content)| fields(content))
			.filter(|(number, _)| *number == inner)
			.map(|(_, content)| content.to_vec())
			.collect()
	};
	(inner(3, 2), inner(4, 1))
}

/// Blocks of 1 MiB in `store`.
fn fill(store: &Arc<dyn BlockStore>, count: u8) -> Vec<Digest> {
	(0..count)
		.map(|number| {
			let block = vec![number; BLOCK_BYTES_MAX];
			let name = digest(&block);
			store.put(name, &block).unwrap();
			name
		})
		.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bitswap_client_gets_its_rate_and_the_rest_when_it_asks_again() {
	let store = memory();
	let names = fill(&store, 20);
	let server = server(210, store).await;
	let mut handle = stranger(&server.addresses()[0], BITSWAP, 1, None, true).await;
	let unknown = digest(b"nobody has this");

	let mut wanted: HashSet<Digest> = names.iter().copied().collect();
	let mut per_round = Vec::new();
	while !wanted.is_empty() {
		let mut asked: Vec<Digest> = wanted.iter().copied().collect();
		asked.push(unknown);
		handle.frames.send(wantlist(&asked)).await.unwrap();
		let (before, mut denied) = (wanted.len(), Vec::new());
		while let Ok(message) =
			tokio::time::timeout(Duration::from_millis(700), handle.received.recv()).await
		{
			let message = message.unwrap();
			assert!(message.len() as u64 <= 2 * MIB + 1_024, "{} bytes", message.len());
			let (blocks, presences) = blocks_and_presences(&message);
			for block in blocks {
				assert!(wanted.remove(&digest(&block)));
			}
			denied.extend(presences);
		}
		assert_eq!(denied, [to_cid(&unknown).to_bytes()], "what is there is not denied");
		per_round.push(before - wanted.len());
		assert!(per_round.len() < 10, "{per_round:?}");
	}

	assert!(per_round.iter().all(|blocks| (1..=10).contains(blocks)), "{per_round:?}");
	assert!(server.metrics().wants_unanswered >= 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_has_grown_on_disk_is_denied_and_holds_up_nothing() {
	let folder = tempfile::tempdir().unwrap();
	let (grown, sound) = (b"a block that grows".to_vec(), b"another block".to_vec());
	let store = DiskStore::open(folder.path(), u64::MAX).unwrap();
	store.put(digest(&grown), &grown).unwrap();
	store.put(digest(&sound), &sound).unwrap();
	drop(store);
	let name: String = digest(&grown).iter().map(|byte| format!("{byte:02x}")).collect();
	let place = folder.path().join("blocks").join(&name[..2]).join(&name[2..]);
	std::fs::write(place, vec![0; 3 * 1024 * 1024]).unwrap();
	let store = Arc::new(DiskStore::open(folder.path(), u64::MAX).unwrap());
	let server = server(221, store).await;
	let mut handle = stranger(&server.addresses()[0], BITSWAP, 1, None, true).await;

	handle.frames.send(wantlist(&[digest(&grown), digest(&sound)])).await.unwrap();

	let (mut blocks, mut denied) = (Vec::new(), Vec::new());
	while blocks.is_empty() || denied.is_empty() {
		let waiting = tokio::time::timeout(Duration::from_secs(10), handle.received.recv());
		let message = waiting.await.unwrap().unwrap();
		let (more_blocks, more_denied) = blocks_and_presences(&message);
		blocks.extend(more_blocks);
		denied.extend(more_denied);
	}
	assert_eq!((blocks, denied), (vec![sound], vec![to_cid(&digest(&grown)).to_bytes()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_bitswap_wants_takes_no_more_than_its_rate() {
	let store = memory();
	let names = fill(&store, 64);
	let server = server(213, store).await;
	let address = server.addresses()[0].clone();
	let start = Instant::now();
	let mut flooders = Vec::new();
	for _ in 0..6 {
		let flooder = stranger(&address, BITSWAP, 1, None, false).await;
		for _ in 0..200 {
			flooder.frames.send(wantlist(&names)).await.unwrap();
		}
		flooders.push(flooder);
	}
	let polite = client(214).await;

	while start.elapsed() < Duration::from_secs(3) {
		assert!(polite.fetch(&address, &names[0]).await.is_ok());
		tokio::time::sleep(Duration::from_millis(100)).await;
	}

	let own = polite.metrics().bytes_fetched;
	let given = server.metrics().bytes_served - own;
	// What all peers may have saved up, and a second's rate each second.
	let allowed = 32 * MIB + 32 * MIB * (start.elapsed().as_millis() as u64) / 1_000;
	assert!((8 * MIB..=allowed).contains(&given), "{given} of {allowed} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_does_not_read_gets_no_more_than_its_turns() {
	let store = memory();
	let name = fill(&store, 1)[0];
	let server = server(215, store).await;
	let address = server.addresses()[0].clone();
	let request = codec::Encode::encode(&Request::Get(name));
	let mut handle = stranger(&address, PROTOCOL, 150, Some(request), false).await;
	while handle.opened.recv().await.unwrap() < 150 {}
	for _ in 0..100 {
		if server.metrics().requests_refused > 0 {
			break;
		}
		tokio::time::sleep(Duration::from_millis(50)).await;
	}
	tokio::time::sleep(Duration::from_millis(500)).await;

	let metrics = server.metrics();

	assert_eq!((metrics.blocks_served, metrics.requests_refused), (64, 150 - 64));
	assert!(client(216).await.fetch(&address, &name).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_with_silent_substreams_does_not_take_all_places() {
	let store = memory();
	let name = fill(&store, 1)[0];
	let server = server(217, store).await;
	let address = server.addresses()[0].clone();
	let mut handle = stranger(&address, PROTOCOL, 600, None, false).await;
	let mut opened = 0;
	while let Ok(Some(more)) =
		tokio::time::timeout(Duration::from_secs(1), handle.opened.recv()).await
	{
		opened = more;
	}

	let fetched = client(218).await.fetch(&address, &name).await;

	assert!(fetched.is_ok(), "{:?} with {opened} substreams", fetched.err());
	assert!(opened < 200, "{opened}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_asks_one_peer_no_more_than_that_answers() {
	let store = memory();
	let names = fill(&store, 3);
	let server = server(219, store).await;
	let host = client(220).await;
	let address = server.addresses()[0].clone();
	let requests: Vec<_> = (0..400)
		.map(|number| {
			let (host, address, name) = (host.clone(), address.clone(), names[number % 3]);
			// Every tenth is given up, as a reader does that has enough shards.
			let patience = Duration::from_millis(if number % 10 == 0 { 1 } else { 20_000 });
			tokio::spawn(async move {
				tokio::time::timeout(patience, host.fetch(&address, &name)).await
			})
		})
		.collect();

	let mut outcomes: HashMap<&str, usize> = HashMap::new();
	for request in requests {
		*outcomes
			.entry(match request.await.unwrap() {
				Ok(Ok(_)) => "fetched",
				Ok(Err(NetError::Busy(_))) => "busy",
				Ok(Err(error)) => panic!("{error}"),
				Err(_) => "given up",
			})
			.or_default() += 1;
	}

	assert_eq!(outcomes.get("busy"), None, "{outcomes:?}");
	assert!(outcomes.get("fetched").is_some_and(|fetched| *fetched >= 360), "{outcomes:?}");
	assert_eq!(server.metrics().requests_refused, 0);
}
