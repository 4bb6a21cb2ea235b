//! The requests that this peer has sent.
//!
//! litep2p dials a peer for one request at a time: a second request to a peer that is still being
//! dialled displaces the first without a word. So the first request to a peer opens the connection,
//! and the others wait until it is answered.

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
	/// Peers that are being dialled, with what waits for that.
	opening: HashMap<PeerId, VecDeque<Command>>,
	sent: HashMap<RequestId, Command>,
}

impl Asking {
	/// Sends a request, or lets it wait for the connection.
	pub(crate) async fn send(&mut self, command: Command, protocol: &mut RequestResponseHandle) {
		let peer = command.to.peer;
		if let Some(waiting) = self.opening.get_mut(&peer) {
			waiting.push_back(command);
			return;
		}
		let options = if self.connected.contains(&peer) {
			DialOptions::Reject
		} else {
			self.opening.insert(peer, VecDeque::new());
			DialOptions::Dial
		};
		match protocol.send_request(peer, command.request.clone(), options).await {
			Ok(id) => {
				self.sent.insert(id, command);
			}
			Err(_) => command.finish(Err(NetError::Stopped)),
		}
	}

	/// Takes an answer; what has waited for the connection is sent.
	pub(crate) async fn answered(
		&mut self,
		id: RequestId,
		response: Vec<u8>,
		protocol: &mut RequestResponseHandle,
	) {
		let Some(command) = self.sent.remove(&id) else { return };
		let peer = command.to.peer;
		command.finish(Ok(response));
		self.connected.insert(peer);
		for waiting in self.opening.remove(&peer).unwrap_or_default() {
			self.send(waiting, protocol).await;
		}
	}

	/// Takes a failure and returns what is to be sent again, after [`RETRY_AFTER`].
	pub(crate) fn failed(&mut self, id: RequestId, error: &RequestResponseError) -> Vec<Command> {
		let Some(mut command) = self.sent.remove(&id) else { return Vec::new() };
		let peer = command.to.peer;
		let waiting = self.opening.remove(&peer).unwrap_or_default();
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
