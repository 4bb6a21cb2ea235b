//! Addresses of peers.

use litep2p::{
	types::multiaddr::{Multiaddr, Protocol},
	PeerId,
};

/// Why a text is not the address of a peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerAddressError {
	/// Not a multiaddress.
	#[error("{0} is no multiaddress; one looks like /ip4/192.0.2.7/tcp/30500/p2p/12D3Koo…")]
	Malformed(String),
	/// The peer's identity is missing at the end.
	#[error("{0} does not end with /p2p/<peer id>")]
	NoPeer(String),
}

/// Where a peer is reached and who it must prove to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress {
	/// Identity.
	pub peer: PeerId,
	/// The whole address, `/p2p/…` included.
	pub address: Multiaddr,
}

impl std::str::FromStr for PeerAddress {
	type Err = PeerAddressError;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let address = parse(text)?;
		let peer = match address.iter().last() {
			Some(Protocol::P2p(hash)) => PeerId::from_multihash(hash)
				.map_err(|_| PeerAddressError::NoPeer(text.to_owned()))?,
			_ => return Err(PeerAddressError::NoPeer(text.to_owned())),
		};
		Ok(Self { peer, address })
	}
}

/// Reads a multiaddress.
pub(crate) fn parse(text: &str) -> Result<Multiaddr, PeerAddressError> {
	text.parse().map_err(|_| PeerAddressError::Malformed(text.to_owned()))
}

/// `address` with `/p2p/<peer>` at its end.
pub(crate) fn with_peer(address: &Multiaddr, peer: PeerId) -> Multiaddr {
	match address.iter().last() {
		Some(Protocol::P2p(_)) => address.clone(),
		_ => address.clone().with(Protocol::P2p(peer.into())),
	}
}

/// `address` without `/p2p/<peer>` at its end.
pub(crate) fn without_peer(address: &Multiaddr) -> Multiaddr {
	let identity = |part: &Protocol| matches!(part, Protocol::P2p(_));
	address.iter().filter(|part| !identity(part)).collect()
}

/// Whether the address is for WebSocket.
pub(crate) fn is_websocket(address: &Multiaddr) -> bool {
	address.iter().any(|part| matches!(part, Protocol::Ws(_) | Protocol::Wss(_)))
}

/// TCP port of the address; 0 when it names none.
pub(crate) fn port(address: &Multiaddr) -> u16 {
	let tcp = |part| match part {
		Protocol::Tcp(port) => Some(port),
		_ => None,
	};
	address.iter().find_map(tcp).unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn an_address_needs_transport_and_identity() {
		let text =
			"/ip4/127.0.0.1/tcp/30500/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";
		let address: PeerAddress = text.parse().unwrap();
		assert_eq!(address.address.to_string(), text);
		let plain = "/ip4/127.0.0.1/tcp/30500";
		assert_eq!(plain.parse::<PeerAddress>(), Err(PeerAddressError::NoPeer(plain.into())));
		assert_eq!("x".parse::<PeerAddress>(), Err(PeerAddressError::Malformed("x".into())));
	}
}
