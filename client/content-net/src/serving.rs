//! Answers what other peers ask for, within limits.

use crate::{
	budget::{Budget, ANSWER_BYTES_MAX},
	metrics::Counters,
	protocol::{read_request, Request, Response},
};
use cid::Cid;
use litep2p::{
	protocol::libp2p::bitswap::{BlockPresenceType, ResponseType, WantType},
	PeerId,
};
use parking_lot::Mutex;
use popnet_media_codec::cid::digest_of;
use popnet_shard_store::{BlockStore, StoreError};
use std::{
	collections::{HashMap, HashSet, VecDeque},
	sync::Arc,
	time::Instant,
};

/// Requests of one peer that are answered at a time, until the answer has left.
pub(crate) const REQUESTS_PER_PEER_MAX: usize = 64;
/// Requests of all peers that are answered at a time.
pub(crate) const REQUESTS_MAX: usize = 512;
/// Blocks of one Bitswap message that are answered.
pub(crate) const WANTS_MAX: usize = 64;
/// Bytes that an answer to one want takes in memory beside its block.
const WANT_BYTES: u64 = 256;

/// Reads the store for others.
#[derive(Clone)]
pub(crate) struct Server {
	store: Arc<dyn BlockStore>,
	writers: Arc<HashSet<PeerId>>,
	under_way: Arc<Mutex<HashMap<PeerId, usize>>>,
	budget: Arc<Mutex<Budget>>,
	counters: Arc<Counters>,
}

/// One request that is being answered; ends when it is dropped.
pub(crate) struct Turn {
	peer: PeerId,
	under_way: Arc<Mutex<HashMap<PeerId, usize>>>,
}

impl Drop for Turn {
	fn drop(&mut self) {
		let mut under_way = self.under_way.lock();
		if let Some(count) = under_way.get_mut(&self.peer) {
			*count -= 1;
			if *count == 0 {
				under_way.remove(&self.peer);
			}
		}
	}
}

impl Server {
	/// Serves `store`; `writers` may put blocks into it.
	pub(crate) fn new(
		store: Arc<dyn BlockStore>,
		writers: HashSet<PeerId>,
		counters: Arc<Counters>,
	) -> Self {
		let budget = Arc::new(Mutex::new(Budget::new(Instant::now())));
		Self { store, writers: Arc::new(writers), under_way: Arc::default(), budget, counters }
	}

	/// Admits a request of `peer`; `None` when there are too many.
	pub(crate) fn admit(&self, peer: PeerId) -> Option<Turn> {
		let mut under_way = self.under_way.lock();
		let all: usize = under_way.values().sum();
		let of_peer = under_way.entry(peer).or_default();
		if *of_peer >= REQUESTS_PER_PEER_MAX || all >= REQUESTS_MAX {
			if *of_peer == 0 {
				under_way.remove(&peer);
			}
			Counters::add(&self.counters.requests_refused, 1);
			return None;
		}
		*of_peer += 1;
		Some(Turn { peer, under_way: self.under_way.clone() })
	}

	/// Answers one request under `/popnet/block/1`; `None` when it is malformed. Reads the disk.
	pub(crate) fn answer(&self, peer: PeerId, request: &[u8]) -> Option<Response> {
		let response = match read_request(request)? {
			Request::Get(digest) => match self.read(&digest) {
				Some(block) => Response::Block(block),
				None => Response::Missing,
			},
			Request::Has(digest) if self.store.has(&digest) => Response::Present,
			Request::Has(_) => Response::Missing,
			Request::Put(digest, block) => self.accept(peer, digest, &block),
		};
		Some(response)
	}

	/// Answers the first of `wants` and takes them out, until the answer has [`ANSWER_BYTES_MAX`]
	/// bytes. Reads the disk.
	///
	/// A block for which the budget of `peer` has no bytes is left unanswered: *don't have* would be
	/// untrue, and some IPFS programs take it for a peer's last word. Who asks again gets it.
	pub(crate) fn answer_wants(
		&self,
		peer: PeerId,
		wants: &mut VecDeque<(Cid, WantType)>,
	) -> Vec<ResponseType> {
		let (mut answers, mut bytes) = (Vec::new(), 0);
		while let Some((cid, want)) = wants.pop_front() {
			let digest = digest_of(&cid).ok();
			let length = digest.as_ref().and_then(|digest| self.store.length(digest));
			let is_block = matches!(want, WantType::Block);
			let block_bytes = length.filter(|_| is_block).unwrap_or(0);
			// The first is taken in any case: a damaged file may be longer than any answer.
			if bytes > 0 && bytes + block_bytes > ANSWER_BYTES_MAX {
				wants.push_front((cid, want));
				break;
			}
			if !self.budget.lock().take(peer, WANT_BYTES + block_bytes, Instant::now()) {
				Counters::add(&self.counters.wants_unanswered, 1);
				continue;
			}
			bytes += block_bytes;
			let block = digest.filter(|_| is_block).and_then(|digest| self.read(&digest));
			let presence = |presence| ResponseType::Presence { cid, presence };
			answers.push(match (block, length) {
				(Some(block), _) => ResponseType::Block { cid, block },
				(None, Some(_)) if !is_block => presence(BlockPresenceType::Have),
				_ => presence(BlockPresenceType::DontHave),
			});
		}
		answers
	}

	fn read(&self, digest: &[u8; 32]) -> Option<Vec<u8>> {
		match self.store.get(digest) {
			Ok(Some(block)) => {
				Counters::add(&self.counters.blocks_served, 1);
				Counters::add(&self.counters.bytes_served, block.len());
				Some(block)
			}
			Ok(None) => {
				Counters::add(&self.counters.blocks_missing, 1);
				None
			}
			Err(error) => {
				tracing::warn!(%error, "a block cannot be served");
				Counters::add(&self.counters.blocks_missing, 1);
				None
			}
		}
	}

	fn accept(&self, peer: PeerId, digest: [u8; 32], block: &[u8]) -> Response {
		if !self.writers.contains(&peer) {
			Counters::add(&self.counters.requests_refused, 1);
			return Response::Refused;
		}
		match self.store.put(digest, block) {
			Ok(()) => Response::Stored,
			Err(error @ (StoreError::Digest | StoreError::Size(_) | StoreError::Quota { .. })) => {
				tracing::debug!(%peer, %error, "a block was refused");
				Response::Refused
			}
			Err(error) => {
				tracing::warn!(%error, "a block cannot be stored");
				Response::Refused
			}
		}
	}
}
