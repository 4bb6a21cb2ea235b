//! Serves the blocks of an item while the network fetches them.

use super::work::{Record, Work};
use crate::errors::Error;
use popnet_content_net::{Host, HostConfig, NetError};
use popnet_primitives::content::{is_peer_address, Addresses, ADDRESSES_MAX, ADDRESS_BYTES_MAX};
use std::net::TcpListener;

/// How an item is to be served.
pub struct Serving<'a> {
	/// Where the user wants to listen.
	pub listen: &'a [String],
	/// Where the user says that others reach it.
	pub announce: &'a [String],
	/// Whether the whole network is on this machine.
	pub local: bool,
	/// The addresses that the chain knows, once the item is registered.
	pub registered: Option<&'a Addresses>,
}

/// Starts serving, at the addresses of an earlier run where there was one, and records them.
///
/// # Errors
/// When the addresses are taken or malformed.
pub async fn start(work: &Work, record: &mut Record, serving: &Serving<'_>) -> Result<Host, Error> {
	let default = if serving.local { "/ip4/127.0.0.1/tcp/0" } else { "/ip4/0.0.0.0/tcp/0" };
	let wanted: Vec<String> =
		if serving.listen.is_empty() { vec![default.to_owned()] } else { serving.listen.to_vec() };
	let again = !record.listen.is_empty()
		&& (serving.listen.is_empty() || are_chosen_from(&record.listen, serving.listen));
	let listen = if again { record.listen.clone() } else { with_ports(&wanted)? };
	let started = match host(work, record, serving, listen.clone()).await {
		Ok(host) => Ok((host, listen)),
		// Nobody knows the old port yet.
		Err(_) if again && serving.registered.is_none() => {
			let listen = with_ports(&wanted)?;
			host(work, record, serving, listen.clone()).await.map(|host| (host, listen))
		}
		Err(error) => Err(error),
	};
	let (host, listen) = started.map_err(|error| match error {
		NetError::Address(error) => {
			Error::usage(error.to_string(), "a multiaddress looks like /ip4/192.0.2.7/tcp/30600")
		}
		error => Error::caused(
			"the item cannot be served",
			"free the port, or choose another with --listen; an item that is registered must be \
			 served where it was registered",
			error,
		),
	})?;
	record.listen = listen;
	work.keep(record)?;
	Ok(host)
}

async fn host(
	work: &Work,
	record: &Record,
	serving: &Serving<'_>,
	listen: Vec<String>,
) -> Result<Host, NetError> {
	let config = HostConfig {
		secret: record.host_secret,
		listen,
		announce: serving.announce.to_vec(),
		writers: Vec::new(),
	};
	Host::start(config, work.store.clone()).await
}

/// `addresses` with a free port in place of port 0, so that a later run can listen there again.
fn with_ports(addresses: &[String]) -> Result<Vec<String>, Error> {
	addresses
		.iter()
		.map(|address| {
			let parts: Vec<&str> = address.split('/').collect();
			let free = parts.windows(2).position(|pair| pair == ["tcp", "0"]);
			let Some(position) = free else { return Ok(address.clone()) };
			let port = free_port()?.to_string();
			let mut parts = parts;
			if let Some(part) = parts.get_mut(position + 1) {
				*part = &port;
			}
			Ok(parts.join("/"))
		})
		.collect()
}

/// Whether an earlier run chose `addresses` when the user wanted `wanted`.
fn are_chosen_from(addresses: &[String], wanted: &[String]) -> bool {
	let is_chosen = |(address, wanted): (&String, &String)| {
		let (address, wanted) = (address.split('/'), wanted.split('/'));
		address.clone().count() == wanted.clone().count()
			&& address.zip(wanted).all(|(part, wanted)| part == wanted || wanted == "0")
	};
	addresses.len() == wanted.len() && addresses.iter().zip(wanted).all(is_chosen)
}

fn free_port() -> Result<u16, Error> {
	TcpListener::bind(("0.0.0.0", 0))
		.and_then(|listener| listener.local_addr())
		.map(|address| address.port())
		.map_err(|error| Error::caused("there is no free port", "choose one with --listen", error))
}

/// The addresses that go to the chain: as many as it takes, loopback only for a local network.
pub fn announced(addresses: &[String], local: bool) -> Vec<String> {
	let is_loopback =
		|address: &&String| address.starts_with("/ip4/127.") || address.starts_with("/ip6/::1/");
	let bytes_max = usize::try_from(ADDRESS_BYTES_MAX).unwrap_or(usize::MAX);
	let fit = |address: &&String| address.len() <= bytes_max && is_peer_address(address.as_bytes());
	let (loopback, public): (Vec<&String>, Vec<&String>) =
		addresses.iter().filter(fit).partition(is_loopback);
	let chosen = if local || public.is_empty() {
		loopback.into_iter().chain(public).collect()
	} else {
		public
	};
	chosen.into_iter().take(usize::try_from(ADDRESSES_MAX).unwrap_or(usize::MAX)).cloned().collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn free_ports_are_filled_in() {
		let wanted = ["/ip4/127.0.0.1/tcp/0".to_owned(), "/ip4/0.0.0.0/tcp/0/ws".to_owned()];
		let filled = with_ports(&wanted).unwrap();
		assert!(filled[0].starts_with("/ip4/127.0.0.1/tcp/"));
		assert!(!filled[0].ends_with("/0"));
		assert!(filled[1].ends_with("/ws") && !filled[1].contains("/tcp/0/"));
		let fixed = ["/ip4/127.0.0.1/tcp/30600".to_owned()];
		assert_eq!(with_ports(&fixed).unwrap(), fixed);
	}

	#[test]
	fn ports_of_an_earlier_run_are_recognised() {
		let wanted = ["/ip4/0.0.0.0/tcp/0".to_owned(), "/ip4/0.0.0.0/tcp/30600/ws".to_owned()];
		let chosen = with_ports(&wanted).unwrap();
		assert!(are_chosen_from(&chosen, &wanted));
		assert!(!are_chosen_from(&chosen[..1], &wanted));
		assert!(!are_chosen_from(&chosen, &["/ip4/0.0.0.0/tcp/1".to_owned(), wanted[1].clone()]));
		assert!(!are_chosen_from(&chosen[1..], &wanted[..1]));
	}

	#[test]
	fn loopback_is_announced_to_a_local_network_only() {
		let loopback = "/ip4/127.0.0.1/tcp/1/p2p/12D3KooW".to_owned();
		let public = "/ip4/192.0.2.7/tcp/1/p2p/12D3KooW".to_owned();
		let both = [loopback, public.clone()];
		assert_eq!(announced(&both, false), both[1..]);
		assert_eq!(announced(&both, true), both);
		assert_eq!(announced(&both[..1], false), both[..1]);
		let many = vec![public; 9];
		assert_eq!(announced(&many, false).len(), 4);
		assert!(announced(&["/ip4/192.0.2.7/tcp/1".to_owned()], false).is_empty());
	}
}
