//! Answers what other peers ask for, within limits.

use crate::{
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
	collections::{HashMap, HashSet},
	sync::Arc,
};

/// Requests of one peer that are answered at a time.
pub(crate) const REQUESTS_PER_PEER_MAX: usize = 64;
/// Requests of all peers that are answered at a time.
pub(crate) const REQUESTS_MAX: usize = 512;
/// Blocks of one Bitswap message that are answered.
const WANTS_MAX: usize = 64;

/// Reads the store for others.
#[derive(Clone)]
pub(crate) struct Server {
	store: Arc<dyn BlockStore>,
	writers: Arc<HashSet<PeerId>>,
	under_way: Arc<Mutex<HashMap<PeerId, usize>>>,
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
		Self { store, writers: Arc::new(writers), under_way: Arc::default(), counters }
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

	/// Answers one Bitswap message. Reads the disk.
	pub(crate) fn answer_wants(&self, wants: &[(Cid, WantType)]) -> Vec<ResponseType> {
		wants
			.iter()
			.take(WANTS_MAX)
			.map(|(cid, want)| {
				let digest = digest_of(cid).ok();
				let presence = |presence| ResponseType::Presence { cid: *cid, presence };
				match (digest, want) {
					(Some(digest), WantType::Block) => match self.read(&digest) {
						Some(block) => ResponseType::Block { cid: *cid, block },
						None => presence(BlockPresenceType::DontHave),
					},
					(Some(digest), WantType::Have) if self.store.has(&digest) => {
						presence(BlockPresenceType::Have)
					}
					_ => presence(BlockPresenceType::DontHave),
				}
			})
			.collect()
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
