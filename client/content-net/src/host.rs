//! One peer of the content network.

use crate::{
	address::{is_websocket, parse, port, with_peer, without_peer, PeerAddress, PeerAddressError},
	asking::{Asking, Command, RETRY_AFTER},
	executor::HostTasks,
	metrics::{Counters, Metrics},
	protocol::{read_response, Request, Response, MESSAGE_BYTES_MAX, PROTOCOL},
	serving::{Server, Turn, REQUESTS_MAX, WANTS_MAX},
};
use cid::Cid;
use codec::Encode;
use futures::StreamExt;
use litep2p::{
	config::ConfigBuilder,
	crypto::ed25519::{Keypair, SecretKey},
	protocol::{
		libp2p::{
			bitswap::{self, BitswapEvent, BitswapHandle, ResponseType, WantType},
			identify, ping,
		},
		request_response::{
			ConfigBuilder as RequestResponseBuilder, RequestResponseEvent, RequestResponseHandle,
		},
	},
	transport::{
		tcp::config::Config as TcpConfig, websocket::config::Config as WebSocketConfig,
		ConnectionLimitsConfig,
	},
	types::{multiaddr::Multiaddr, RequestId},
	yamux, Litep2p, Litep2pEvent, PeerId, ProtocolName,
};
use popnet_media_codec::{cid::digest, Digest};
use popnet_shard_store::BlockStore;
use std::{
	collections::{HashSet, VecDeque},
	sync::{atomic::Ordering, Arc},
	time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Time for one request, dialling included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// Time after which an idle connection is closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Commands that may wait; more callers wait for a place.
const COMMANDS_MAX: usize = 256;
/// Connections that others may have opened at a time; the next is closed at once.
const INCOMING_CONNECTIONS_MAX: usize = 1_024;
/// Substreams of one connection, to both sides; the next ends it. A peer may have two connections, and
/// litep2p waits for a request on a substream without end: two must not take all [`REQUESTS_MAX`].
const SUBSTREAMS_MAX: usize = 192;
/// Bytes of one connection that have arrived and are not read yet, at least 256 KiB a substream.
const RECEIVE_WINDOW_BYTES: usize = 64 * 1024 * 1024;

/// How a host is set up.
#[derive(Clone, Debug, Default)]
pub struct HostConfig {
	/// Seed of the ed25519 identity.
	pub secret: [u8; 32],
	/// Multiaddresses to listen at, TCP or WebSocket; port 0 takes any free port. Without any the
	/// host only asks.
	pub listen: Vec<String>,
	/// Multiaddresses under which others reach the host; without any the listen addresses.
	pub announce: Vec<String>,
	/// Peer ids that may put blocks into the store.
	pub writers: Vec<String>,
}

/// Why a host cannot start, or a request has failed.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
	/// An address cannot be used.
	#[error(transparent)]
	Address(#[from] PeerAddressError),
	/// A name in `writers` is no peer id.
	#[error("{0} is no peer id")]
	PeerId(String),
	/// The ports are taken, or the system refuses.
	#[error("the content network cannot listen at {listen:?}")]
	Start {
		/// Where it was to listen.
		listen: Vec<String>,
		/// What litep2p says.
		#[source]
		source: Box<litep2p::Error>,
	},
	/// The system does not let the host listen there; another program may.
	#[error("the content network cannot listen at {0}; another program may use the port")]
	Listen(String),
	/// The host has stopped.
	#[error("the content network host has stopped")]
	Stopped,
	/// The peer cannot be reached, is somebody else, or went away.
	#[error("{0} cannot be reached")]
	Unreachable(PeerId),
	/// The peer did not answer in time.
	#[error("{0} did not answer in time")]
	Timeout(PeerId),
	/// The peer has too much to do.
	#[error("{0} is busy")]
	Busy(PeerId),
	/// The peer does not have the block.
	#[error("{0} does not have the block")]
	Missing(PeerId),
	/// The peer does not take the block.
	#[error("{0} refuses the block")]
	Refused(PeerId),
	/// The peer's answer is not what was asked for.
	#[error("{0} answered with something that is not the block")]
	Lie(PeerId),
}

/// A running peer. Clones are the same peer.
#[derive(Clone)]
pub struct Host {
	peer: PeerId,
	addresses: Arc<Vec<String>>,
	listening: Arc<Vec<String>>,
	commands: mpsc::Sender<Command>,
	tasks: Arc<HostTasks>,
	counters: Arc<Counters>,
}

impl Host {
	/// Starts a peer that serves `store`.
	///
	/// # Errors
	/// When an address is malformed or taken.
	pub async fn start(config: HostConfig, store: Arc<dyn BlockStore>) -> Result<Self, NetError> {
		Self::start_limited(config, store, INCOMING_CONNECTIONS_MAX).await
	}

	async fn start_limited(
		config: HostConfig,
		store: Arc<dyn BlockStore>,
		incoming_max: usize,
	) -> Result<Self, NetError> {
		let tasks = Arc::new(HostTasks::new());
		let (parts, counters) = build(&config, store, tasks.clone(), incoming_max)?;
		let peer = *parts.litep2p.local_peer_id();
		let listening: Vec<Multiaddr> = parts.litep2p.listen_addresses().cloned().collect();
		if let Err(error) = ensure_listening(&config.listen, &listening) {
			drop(parts);
			tasks.stop().await; // what it has bound is free for the next try
			return Err(error);
		}
		let announced: Vec<Multiaddr> = if config.announce.is_empty() {
			listening.clone()
		} else {
			config.announce.iter().map(|text| parse(text)).collect::<Result<_, _>>()?
		};
		let addresses =
			announced.iter().map(|address| with_peer(address, peer).to_string()).collect();
		let listening = listening.iter().map(|address| without_peer(address).to_string()).collect();
		let (commands, received) = mpsc::channel(COMMANDS_MAX);
		let (answers, answered) = mpsc::channel(REQUESTS_MAX);
		tasks.spawn(run(Loop {
			parts,
			received,
			answers,
			answered,
			again: commands.downgrade(),
			asking: Asking::default(),
			tasks: Arc::downgrade(&tasks),
			counters: counters.clone(),
		}));
		Ok(Self {
			peer,
			addresses: Arc::new(addresses),
			listening: Arc::new(listening),
			commands,
			tasks,
			counters,
		})
	}

	/// The peer id in text form.
	pub fn peer_id(&self) -> String {
		self.peer.to_string()
	}

	/// Where others reach this peer, each with `/p2p/<peer id>`.
	pub fn addresses(&self) -> Vec<String> {
		self.addresses.to_vec()
	}

	/// Where it listens, without its identity.
	pub fn listening(&self) -> Vec<String> {
		self.listening.to_vec()
	}

	/// What the host has done so far.
	pub fn metrics(&self) -> Metrics {
		self.counters.snapshot()
	}

	/// Fetches the block `expected` from the peer at `from`.
	///
	/// # Errors
	/// When the peer cannot be reached, does not have the block, or lies.
	pub async fn fetch(&self, from: &str, expected: &Digest) -> Result<Vec<u8>, NetError> {
		let to: PeerAddress = from.parse()?;
		let peer = to.peer;
		let response = self.request(to, &Request::Get(*expected)).await?;
		match response {
			Response::Block(block) if digest(&block) == *expected => {
				Counters::add(&self.counters.blocks_fetched, 1);
				Counters::add(&self.counters.bytes_fetched, block.len());
				Ok(block)
			}
			Response::Missing => Err(NetError::Missing(peer)),
			Response::Busy => Err(NetError::Busy(peer)),
			Response::Refused => Err(NetError::Refused(peer)),
			_ => {
				Counters::add(&self.counters.lies, 1);
				Err(NetError::Lie(peer))
			}
		}
	}

	/// Stores a block at the peer at `to`, which must have named this peer as a writer. When it
	/// returns the block is durable there.
	///
	/// # Errors
	/// When the peer cannot be reached or refuses.
	pub async fn put(&self, to: &str, name: Digest, block: Vec<u8>) -> Result<(), NetError> {
		let to: PeerAddress = to.parse()?;
		let peer = to.peer;
		match self.request(to, &Request::Put(name, block)).await? {
			Response::Stored => Ok(()),
			Response::Busy => Err(NetError::Busy(peer)),
			Response::Refused => Err(NetError::Refused(peer)),
			_ => Err(NetError::Lie(peer)),
		}
	}

	/// Whether the peer at `address` says that it has the block.
	///
	/// # Errors
	/// When the peer cannot be reached.
	pub async fn has(&self, address: &str, name: &Digest) -> Result<bool, NetError> {
		let to: PeerAddress = address.parse()?;
		let peer = to.peer;
		match self.request(to, &Request::Has(*name)).await? {
			Response::Present => Ok(true),
			Response::Missing => Ok(false),
			Response::Busy => Err(NetError::Busy(peer)),
			_ => Err(NetError::Lie(peer)),
		}
	}

	/// Time that the peer at `address` takes to answer a question.
	///
	/// # Errors
	/// When it cannot be reached.
	pub async fn ping(&self, address: &str) -> Result<Duration, NetError> {
		let start = Instant::now();
		self.has(address, &[0; 32]).await?;
		Ok(start.elapsed())
	}

	/// Stops the host; when it returns its ports are free.
	pub async fn stop(&self) {
		self.tasks.stop().await;
	}

	async fn request(&self, to: PeerAddress, request: &Request) -> Result<Response, NetError> {
		let peer = to.peer;
		let (reply, answer) = oneshot::channel();
		let command = Command::new(to, request.encode(), reply);
		self.commands.send(command).await.map_err(|_| NetError::Stopped)?;
		let answered = tokio::time::timeout(REQUEST_TIMEOUT + Duration::from_secs(5), answer).await;
		let result = match answered {
			Err(_) => Err(NetError::Timeout(peer)),
			Ok(Err(_)) => Err(NetError::Stopped),
			Ok(Ok(result)) => result,
		};
		let bytes = result.inspect_err(|_| Counters::add(&self.counters.requests_failed, 1))?;
		read_response(&bytes).ok_or_else(|| {
			Counters::add(&self.counters.lies, 1);
			NetError::Lie(peer)
		})
	}
}

/// litep2p skips what it cannot bind; a host that others cannot reach must not start.
fn ensure_listening(wanted: &[String], bound: &[Multiaddr]) -> Result<(), NetError> {
	for text in wanted {
		let address = parse(text)?;
		let port = port(&address);
		let is_bound = bound.iter().any(|bound| {
			is_websocket(bound) == is_websocket(&address)
				&& (port == 0 || self::port(bound) == port)
		});
		if !is_bound {
			return Err(NetError::Listen(text.clone()));
		}
	}
	Ok(())
}

type Events<T> = Box<dyn futures::Stream<Item = T> + Send + Unpin>;

struct Parts {
	litep2p: Litep2p,
	blocks: RequestResponseHandle,
	bitswap: BitswapHandle,
	identify: Events<identify::IdentifyEvent>,
	ping: Events<ping::PingEvent>,
	server: Server,
}

fn build(
	config: &HostConfig,
	store: Arc<dyn BlockStore>,
	tasks: Arc<HostTasks>,
	incoming_max: usize,
) -> Result<(Parts, Arc<Counters>), NetError> {
	let failed = |error| NetError::Start { listen: config.listen.clone(), source: Box::new(error) };
	let listen: Vec<Multiaddr> =
		config.listen.iter().map(|text| parse(text)).collect::<Result<_, _>>()?;
	let writers: HashSet<PeerId> = config
		.writers
		.iter()
		.map(|text| text.parse().map_err(|_| NetError::PeerId(text.clone())))
		.collect::<Result<_, _>>()?;
	let (websocket, tcp) = listen.into_iter().partition(is_websocket);
	let secret = SecretKey::try_from_bytes(config.secret).map_err(failed)?;

	let (blocks_config, blocks) = RequestResponseBuilder::new(ProtocolName::from(PROTOCOL))
		.with_max_size(MESSAGE_BYTES_MAX)
		.with_timeout(REQUEST_TIMEOUT)
		.with_max_concurrent_inbound_requests(REQUESTS_MAX)
		.build();
	let (bitswap_config, bitswap) = bitswap::Config::new();
	let (identify_config, identify) = identify::Config::new(
		"/popnet/content/1".into(),
		Some(concat!("popnet-content-net/", env!("CARGO_PKG_VERSION")).into()),
	);
	let (ping_config, ping) = ping::Config::default();
	let litep2p_config = ConfigBuilder::new()
		.with_executor(tasks)
		.with_keypair(Keypair::from(secret))
		.with_tcp(TcpConfig {
			listen_addresses: tcp,
			nodelay: true,
			reuse_port: false,
			yamux_config: substreams(),
			..Default::default()
		})
		.with_websocket(WebSocketConfig {
			listen_addresses: websocket,
			nodelay: true,
			reuse_port: false,
			yamux_config: substreams(),
			..Default::default()
		})
		.with_request_response_protocol(blocks_config)
		.with_libp2p_bitswap(bitswap_config)
		.with_libp2p_identify(identify_config)
		.with_libp2p_ping(ping_config)
		.with_keep_alive_timeout(IDLE_TIMEOUT)
		.with_connection_limits(
			ConnectionLimitsConfig::default().max_incoming_connections(Some(incoming_max)),
		)
		.build();
	let litep2p = Litep2p::new(litep2p_config).map_err(failed)?;
	let counters = Arc::new(Counters::default());
	let server = Server::new(store, writers, counters.clone());
	Ok((Parts { litep2p, blocks, bitswap, identify, ping, server }, counters))
}

fn substreams() -> yamux::Config {
	let mut config = yamux::Config::default();
	config.set_max_num_streams(SUBSTREAMS_MAX);
	config.set_max_connection_receive_window(Some(RECEIVE_WINDOW_BYTES));
	config
}

/// An answer that has been read from the store, and the turn of its request.
enum Answer {
	Block(RequestId, Option<Vec<u8>>, Turn),
	Bitswap(PeerId, Vec<ResponseType>, Arc<Turn>),
}

struct Loop {
	parts: Parts,
	received: mpsc::Receiver<Command>,
	answers: mpsc::Sender<Answer>,
	answered: mpsc::Receiver<Answer>,
	/// Weak, so that the loop ends with the last handle.
	again: mpsc::WeakSender<Command>,
	asking: Asking,
	/// Weak, since these tasks are kept there.
	tasks: std::sync::Weak<HostTasks>,
	counters: Arc<Counters>,
}

async fn run(mut state: Loop) {
	loop {
		tokio::select! {
			event = state.parts.litep2p.next_event() => match event {
				Some(event) => state.on_connection(&event),
				None => return,
			},
			event = state.parts.blocks.next() => match event {
				Some(event) => state.on_blocks(event).await,
				None => return,
			},
			event = state.parts.bitswap.next() => match event {
				Some(event) => state.on_bitswap(event),
				None => return,
			},
			answer = state.answered.recv() => if let Some(answer) = answer {
				state.send_answer(answer).await;
			},
			command = state.received.recv() => match command {
				Some(command) => state.on_command(command).await,
				None => return,
			},
			_ = state.parts.identify.next() => {},
			_ = state.parts.ping.next() => {},
		}
	}
}

impl Loop {
	fn on_connection(&mut self, event: &Litep2pEvent) {
		match event {
			Litep2pEvent::ConnectionEstablished { .. } => {
				self.counters.peers.fetch_add(1, Ordering::Relaxed);
			}
			Litep2pEvent::ConnectionClosed { peer, .. } => {
				self.asking.closed(peer);
				self.counters.peers.fetch_sub(1, Ordering::Relaxed);
			}
			_ => {}
		}
	}

	async fn on_command(&mut self, command: Command) {
		if command.reply.is_closed() {
			return;
		}
		let peer = command.to.peer;
		if peer == *self.parts.litep2p.local_peer_id() {
			let answer = self.parts.server.answer(peer, &command.request);
			command.finish(answer.map(|response| response.encode()).ok_or(NetError::Lie(peer)));
			return;
		}
		self.parts.litep2p.add_known_address(peer, std::iter::once(command.to.address.clone()));
		self.asking.send(command, &mut self.parts.blocks).await;
	}

	async fn on_blocks(&mut self, event: RequestResponseEvent) {
		match event {
			RequestResponseEvent::RequestReceived { peer, request_id, request, .. } => {
				let Some(turn) = self.parts.server.admit(peer) else {
					self.parts.blocks.send_response(request_id, Response::Busy.encode());
					return;
				};
				self.answer(peer, request_id, request, turn);
			}
			RequestResponseEvent::ResponseReceived { request_id, response, .. } => {
				self.asking.answered(request_id, response, &mut self.parts.blocks).await;
			}
			RequestResponseEvent::RequestFailed { request_id, error, .. } => {
				for command in self.asking.failed(request_id, &error) {
					self.send_again(command);
				}
			}
		}
	}

	/// Hands the command to the loop once more, a moment later.
	fn send_again(&self, command: Command) {
		let (Some(tasks), Some(again)) = (self.tasks.upgrade(), self.again.upgrade()) else {
			return;
		};
		tasks.spawn(async move {
			tokio::time::sleep(RETRY_AFTER).await;
			let _ = again.send(command).await; // the host is stopping
		});
	}

	fn on_bitswap(&mut self, event: BitswapEvent) {
		// This host never asks under Bitswap, so a response is uncalled for.
		let BitswapEvent::Request { peer, mut cids } = event else { return };
		let Some(turn) = self.parts.server.admit(peer) else { return };
		cids.truncate(WANTS_MAX);
		self.answer_wants(peer, cids.into(), Arc::new(turn));
	}

	/// Reads the store on a thread that may block and hands the answer back to the loop.
	fn answer(&self, peer: PeerId, id: RequestId, request: Vec<u8>, turn: Turn) {
		let Some(tasks) = self.tasks.upgrade() else { return };
		let (server, answers) = (self.parts.server.clone(), self.answers.clone());
		tasks.spawn(async move {
			let read = move || server.answer(peer, &request).map(|response| response.encode());
			if let Ok(answer) = tokio::task::spawn_blocking(read).await {
				// An error: the host is stopping.
				let _ = answers.send(Answer::Block(id, answer, turn)).await;
			}
		});
	}

	/// Does the same for a Bitswap message, answer by answer, so that only one is in memory here.
	fn answer_wants(&self, peer: PeerId, mut wants: VecDeque<(Cid, WantType)>, turn: Arc<Turn>) {
		let Some(tasks) = self.tasks.upgrade() else { return };
		let (server, answers) = (self.parts.server.clone(), self.answers.clone());
		tasks.spawn(async move {
			while !wants.is_empty() {
				let server = server.clone();
				let read = move || {
					let responses = server.answer_wants(peer, &mut wants);
					(responses, wants)
				};
				let Ok((responses, rest)) = tokio::task::spawn_blocking(read).await else { return };
				wants = rest;
				// An error: the host is stopping.
				let _ = answers.send(Answer::Bitswap(peer, responses, turn.clone())).await;
			}
		});
	}

	async fn send_answer(&mut self, answer: Answer) {
		match answer {
			Answer::Block(request, Some(response), turn) => {
				let (sent, has_left) = futures::channel::oneshot::channel();
				self.parts.blocks.send_response_with_feedback(request, response, sent);
				let Some(tasks) = self.tasks.upgrade() else { return };
				tasks.spawn(async move {
					let _ = has_left.await; // an error: the peer is gone, or has not read it in time
					drop(turn);
				});
			}
			Answer::Block(request, None, _) => self.parts.blocks.reject_request(request),
			Answer::Bitswap(peer, responses, turn) => {
				if !responses.is_empty() {
					self.parts.bitswap.send_response(peer, responses).await;
				}
				drop(turn);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use popnet_shard_store::MemoryStore;

	async fn host(secret: u8, listen: &[&str], incoming_max: usize) -> Host {
		let config = HostConfig {
			secret: [secret; 32],
			listen: listen.iter().map(ToString::to_string).collect(),
			..Default::default()
		};
		let store = Arc::new(MemoryStore::new(0));
		Host::start_limited(config, store, incoming_max).await.unwrap()
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn a_connection_too_many_is_closed_until_another_ends() {
		let server = host(1, &["/ip4/127.0.0.1/tcp/0"], 2).await;
		let address = server.addresses()[0].clone();
		let first = host(2, &[], 1).await;
		let second = host(3, &[], 1).await;
		let third = host(4, &[], 1).await;
		first.ping(&address).await.unwrap();
		second.ping(&address).await.unwrap();

		let refused = third.ping(&address).await;

		assert!(matches!(refused, Err(NetError::Unreachable(_))), "{refused:?}");
		first.ping(&address).await.unwrap();
		second.stop().await;
		for attempt in 0.. {
			match third.ping(&address).await {
				Ok(_) => break,
				Err(error) => assert!(attempt < 50, "{error}"),
			}
			tokio::time::sleep(Duration::from_millis(100)).await;
		}
	}
}
