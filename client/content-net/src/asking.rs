//! The requests that this peer has sent.
//!
//! litep2p dials a peer for one request at a time: a second request to a peer that is still being
//! dialled displaces the first without a word. So the first request to a peer opens the connection,
//! and the others wait until it is answered. A peer answers only so many requests at a time, and
//! closes a connection with too many substreams, so no more than [`REQUESTS_SENT_MAX`] are sent to it.

use crate::{address::PeerAddress, host::NetError};
use litep2p::{
	error::ImmediateDialError,
	protocol::request_response::{
		DialOptions, RejectReason, RequestResponseError, RequestResponseHandle,
	},
	types::RequestId,
	PeerId,
};
use std::{
	collections::{HashMap, HashSet, VecDeque},
	time::Duration,
};
use tokio::sync::oneshot;

/// Requests to one peer that are sent and not answered yet; more wait. Fewer than a peer answers, which
/// may learn later than this host that its answer has arrived.
const REQUESTS_SENT_MAX: usize = 48;
/// Times that a request is sent again because the connection was closed or opened at that moment.
const RETRIES_MAX: u8 = 5;
/// Time before it is sent again.
pub(crate) const RETRY_AFTER: Duration = Duration::from_millis(50);

/// A request and who waits for its answer.
pub(crate) struct Command {
	pub(crate) to: PeerAddress,
	pub(crate) request: Vec<u8>,
	pub(crate) reply: oneshot::Sender<Result<Vec<u8>, NetError>>,
	retries: u8,
}

impl Command {
	pub(crate) fn new(
		to: PeerAddress,
		request: Vec<u8>,
		reply: oneshot::Sender<Result<Vec<u8>, NetError>>,
	) -> Self {
		Self { to, request, reply, retries: 0 }
	}

	pub(crate) fn finish(self, result: Result<Vec<u8>, NetError>) {
		let _ = self.reply.send(result); // the caller may be gone
	}
}

/// All requests that are not answered yet.
#[derive(Default)]
pub(crate) struct Asking {
	/// Peers that have answered since their connection was opened.
	connected: HashSet<PeerId>,
	/// Peers that are being dialled, and the request that does it.
	opening: HashMap<PeerId, RequestId>,
	/// What waits for a connection, or for one of the requests before it.
	waiting: HashMap<PeerId, VecDeque<Command>>,
	sent: HashMap<RequestId, Command>,
	/// How many of `sent` went to each peer.
	sent_to: HashMap<PeerId, usize>,
}

impl Asking {
	/// Sends a request, or lets it wait.
	pub(crate) async fn send(&mut self, command: Command, protocol: &mut RequestResponseHandle) {
		let peer = command.to.peer;
		self.waiting.entry(peer).or_default().push_back(command);
		self.send_waiting(peer, protocol).await;
	}

	/// Sends what waits for `peer`, as far as that is possible now.
	async fn send_waiting(&mut self, peer: PeerId, protocol: &mut RequestResponseHandle) {
		while !self.opening.contains_key(&peer) && self.has_room(peer, protocol).await {
			let Some(command) = self.waiting.get_mut(&peer).and_then(VecDeque::pop_front) else {
				self.waiting.remove(&peer);
				return;
			};
			if command.reply.is_closed() {
				continue;
			}
			let is_connected = self.connected.contains(&peer);
			let options = if is_connected { DialOptions::Reject } else { DialOptions::Dial };
			match protocol.send_request(peer, command.request.clone(), options).await {
				Ok(id) => {
					if !is_connected {
						self.opening.insert(peer, id);
					}
					self.sent.insert(id, command);
					*self.sent_to.entry(peer).or_default() += 1;
				}
				Err(_) => command.finish(Err(NetError::Stopped)),
			}
		}
	}

	/// Whether one more request may be sent to `peer`; if not, those are cancelled that nobody waits
	/// for any more.
	async fn has_room(&mut self, peer: PeerId, protocol: &mut RequestResponseHandle) -> bool {
		let count = |asking: &Self| asking.sent_to.get(&peer).copied().unwrap_or_default();
		if count(self) < REQUESTS_SENT_MAX {
			return true;
		}
		let is_given_up = |command: &Command| command.to.peer == peer && command.reply.is_closed();
		let given_up: Vec<RequestId> = self
			.sent
			.iter()
			.filter(|(_, command)| is_given_up(command))
			.map(|(id, _)| *id)
			.collect();
		for id in given_up {
			protocol.cancel_request(id).await;
			self.take_sent(id);
		}
		count(self) < REQUESTS_SENT_MAX
	}

	fn take_sent(&mut self, id: RequestId) -> Option<Command> {
		let command = self.sent.remove(&id)?;
		if let Some(count) = self.sent_to.get_mut(&command.to.peer) {
			*count -= 1;
			if *count == 0 {
				self.sent_to.remove(&command.to.peer);
			}
		}
		Some(command)
	}

	/// Takes an answer, and sends what has waited for it.
	pub(crate) async fn answered(
		&mut self,
		id: RequestId,
		response: Vec<u8>,
		protocol: &mut RequestResponseHandle,
	) {
		let Some(command) = self.take_sent(id) else { return };
		let peer = command.to.peer;
		command.finish(Ok(response));
		self.connected.insert(peer);
		self.opening.remove(&peer);
		self.send_waiting(peer, protocol).await;
	}

	/// Takes a failure and returns what is to be sent again, after [`RETRY_AFTER`].
	pub(crate) fn failed(&mut self, id: RequestId, error: &RequestResponseError) -> Vec<Command> {
		let Some(mut command) = self.take_sent(id) else { return Vec::new() };
		let peer = command.to.peer;
		if self.opening.get(&peer) == Some(&id) {
			self.opening.remove(&peer);
		}
		let waiting = match self.opening.contains_key(&peer) {
			true => VecDeque::new(),
			false => self.waiting.remove(&peer).unwrap_or_default(),
		};
		let ill_timed = matches!(
			error,
			RequestResponseError::NotConnected
				| RequestResponseError::Rejected(
					RejectReason::ConnectionClosed
						| RejectReason::DialFailed(Some(ImmediateDialError::AlreadyConnected))
				)
		);
		if ill_timed {
			self.connected.remove(&peer);
		}
		if ill_timed && command.retries < RETRIES_MAX {
			command.retries += 1;
			return std::iter::once(command).chain(waiting).collect();
		}
		if matches!(error, RequestResponseError::Timeout) {
			command.finish(Err(NetError::Timeout(peer)));
			return waiting.into();
		}
		// A peer that cannot be dialled for one request cannot be dialled for the others.
		let dialled_in_vain =
			matches!(error, RequestResponseError::Rejected(RejectReason::DialFailed(_)));
		command.finish(Err(NetError::Unreachable(peer)));
		if !dialled_in_vain {
			return waiting.into();
		}
		for command in waiting {
			command.finish(Err(NetError::Unreachable(peer)));
		}
		Vec::new()
	}

	/// Takes the news that the connection to `peer` is closed.
	pub(crate) fn closed(&mut self, peer: &PeerId) {
		self.connected.remove(peer);
	}
}
