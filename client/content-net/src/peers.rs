//! Peers that are asked for the same blocks in the course of one order.
//!
//! A peer that cannot be reached, does not answer in time or lies is not asked again, so that each
//! costs its time-out once.

use crate::{retrieval::fetch_patiently, Host, NetError};
use futures::{stream, stream::FuturesUnordered, Stream, StreamExt};
use parking_lot::Mutex;
use popnet_media_codec::{manifest::ShardRef, Digest};
use std::time::{Duration, Instant};

/// Blocks that are asked for at a time.
const BLOCKS_AT_A_TIME: usize = 8;
/// Peers that are asked at a time whether they are there.
const PEERS_AT_A_TIME: usize = 32;
/// Time without a block after which no more are waited for.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);

/// What is known of a peer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
	/// It has answered last at this moment.
	Answered(Instant),
	Unknown,
	/// It is not asked again.
	Dead,
}

struct Peer {
	address: String,
	state: Mutex<State>,
}

impl Peer {
	fn has_answered(&self) -> bool {
		matches!(*self.state.lock(), State::Answered(_))
	}

	fn is_dead(&self) -> bool {
		*self.state.lock() == State::Dead
	}

	/// Takes account of what came of a request that was sent at `asked_at`.
	fn note<T>(&self, result: &Result<T, NetError>, asked_at: Instant) {
		let mut state = self.state.lock();
		*state = match (result, *state) {
			(_, State::Dead) | (Err(NetError::Lie(_)), _) => State::Dead,
			(Ok(_) | Err(NetError::Missing(_) | NetError::Busy(_) | NetError::Refused(_)), _) => {
				State::Answered(Instant::now())
			}
			// It is slow, or the connection was closed, but it is there.
			(Err(_), State::Answered(at)) if at >= asked_at => State::Answered(at),
			(Err(_), _) => State::Dead,
		};
	}
}

/// Peers of which each may have every block that is asked for.
pub(crate) struct Peers {
	host: Host,
	all: Vec<Peer>,
}

impl Peers {
	pub(crate) fn new(host: &Host, addresses: impl IntoIterator<Item = String>) -> Self {
		let peer = |address| Peer { address, state: Mutex::new(State::Unknown) };
		Self { host: host.clone(), all: addresses.into_iter().map(peer).collect() }
	}

	/// How many there are.
	pub(crate) fn count(&self) -> usize {
		self.all.len()
	}

	/// Whether one that has answered is not dead.
	pub(crate) fn have_answered(&self) -> bool {
		self.all.iter().any(Peer::has_answered)
	}

	/// Asks all that are not dead until one answers; `false` when none does within `patience`.
	pub(crate) async fn contact(&self, name: &Digest, patience: Duration) -> bool {
		let mut answers = self.ask_all(*name);
		let first = async {
			while let Some((peer, _)) = answers.next().await {
				if peer.has_answered() {
					return true;
				}
			}
			false
		};
		tokio::time::timeout(patience, first).await.unwrap_or(false)
	}

	/// Those that say within `patience` that they have the block `name`.
	pub(crate) async fn who_has(&self, name: &Digest, patience: Duration) -> Self {
		let (mut answers, mut found) = (self.ask_all(*name), Vec::new());
		let deadline = tokio::time::Instant::now() + patience;
		while let Ok(Some((peer, answer))) = tokio::time::timeout_at(deadline, answers.next()).await
		{
			if matches!(answer, Ok(true)) {
				found.push(peer.address.clone());
			}
		}
		Self::new(&self.host, found)
	}

	/// Asks all that are not dead whether they have the block `name`.
	fn ask_all(&self, name: Digest) -> impl Stream<Item = (&Peer, Result<bool, NetError>)> + Unpin {
		let living = self.all.iter().filter(|peer| !peer.is_dead());
		let questions: Vec<_> =
			living.map(|peer| async move { (peer, self.has(peer, &name).await) }).collect();
		Box::pin(stream::iter(questions).buffer_unordered(PEERS_AT_A_TIME))
	}

	async fn has(&self, peer: &Peer, name: &Digest) -> Result<bool, NetError> {
		let asked_at = Instant::now();
		let answer = self.host.has(&peer.address, name).await;
		peer.note(&answer, asked_at);
		answer
	}

	/// The block `name` from whichever has it; those are asked first that have answered before.
	pub(crate) async fn block(&self, name: &Digest) -> Option<Vec<u8>> {
		let mut order: Vec<&Peer> = self.all.iter().collect();
		order.sort_by_key(|peer| !peer.has_answered());
		for peer in order {
			if peer.is_dead() {
				continue;
			}
			let asked_at = Instant::now();
			let result = fetch_patiently(&self.host, &peer.address, name).await;
			peer.note(&result, asked_at);
			match result {
				Ok(block) => return Some(block),
				Err(error) => tracing::debug!(peer = %peer.address, %error, "a source failed"),
			}
		}
		None
	}

	/// Those of the blocks `names` that are delivered. Once one is not, no others are asked for,
	/// unless `go_on`.
	pub(crate) async fn blocks(&self, names: &[Digest], go_on: bool) -> Vec<(Digest, Vec<u8>)> {
		let mut answers = stream::iter(names.iter().copied())
			.map(|name| async move { (name, self.block(&name).await) })
			.buffer_unordered(BLOCKS_AT_A_TIME);
		let mut delivered = Vec::new();
		while let Ok(Some(answer)) = tokio::time::timeout(DELIVERY_TIMEOUT, answers.next()).await {
			match answer {
				(name, Some(block)) => delivered.push((name, block)),
				(_, None) if go_on => {}
				(_, None) => break,
			}
		}
		delivered
	}

	/// Any `needed` of `wanted`, or as many as are delivered.
	pub(crate) async fn any_shards(
		&self,
		wanted: &[ShardRef],
		needed: usize,
	) -> Vec<(u16, Vec<u8>)> {
		let ask = |shard: ShardRef| async move {
			let bytes = self.block(&shard.digest).await;
			(shard.shard, bytes.filter(|bytes| bytes.len() == shard.length))
		};
		let (mut pending, mut found) = (wanted.iter(), Vec::new());
		let mut under_way = FuturesUnordered::new();
		loop {
			let room = needed.saturating_sub(found.len()).min(BLOCKS_AT_A_TIME);
			let more = room.saturating_sub(under_way.len());
			under_way.extend(pending.by_ref().take(more).map(|shard| ask(*shard)));
			match tokio::time::timeout(DELIVERY_TIMEOUT, under_way.next()).await {
				Ok(Some((shard, Some(bytes)))) => found.push((shard, bytes)),
				Ok(Some((_, None))) => {}
				Ok(None) | Err(_) => return found,
			}
		}
	}
}
