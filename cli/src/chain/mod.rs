//! The connection to a node.
//!
//! [`reads`] and [`state`] ask the runtime at one final block, [`calls`] and [`transactions`] change
//! something, [`sponsored`] at the cost of a plan; [`refusals`] says why that failed. A connection that
//! breaks is made anew once; what is still unreachable then is an error.

pub mod calls;
#[cfg(test)]
pub mod fake;
pub mod reads;
mod refusals;
mod sponsored;
pub mod state;
pub mod transactions;

use crate::errors::Error;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use subxt::{
	backend::LegacyBackend,
	rpcs::{client::RpcParams, Error as RpcError, RpcClient},
	OnlineClient, SubstrateConfig,
};
use tokio::{sync::Mutex, time::timeout};

/// Longest time for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest time for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// JSON-RPC code of a method that the node does not offer, or not to this caller.
const METHOD_NOT_FOUND: i32 = -32601;

/// A node and what this program knows about reaching it.
pub struct Chain {
	url: String,
	patience: Duration,
	/// Keeps the metadata across connections.
	config: SubstrateConfig,
	connection: Mutex<Option<Connection>>,
}

#[derive(Clone)]
struct Connection {
	rpc: RpcClient,
	client: OnlineClient<SubstrateConfig>,
}

impl Chain {
	/// Connects to the node at `url`; no wait without progress is longer than `patience`.
	///
	/// # Errors
	/// When it cannot be reached.
	pub async fn connect(url: &str, patience: Duration) -> Result<Self, Error> {
		let chain = Self {
			url: url.to_owned(),
			patience,
			config: SubstrateConfig::new(),
			connection: Mutex::new(None),
		};
		chain.connection().await?;
		Ok(chain)
	}

	/// The longest wait without progress.
	pub fn patience(&self) -> Duration {
		self.patience
	}

	fn unreachable(&self, source: impl Into<crate::errors::Cause>) -> Error {
		// subxt says of every error that it is one of the client, sometimes twice.
		let text = source.into().to_string().replace("RPC error: client error: ", "");
		Error::Unreachable { url: self.url.clone(), source: Some(text.into()) }
	}

	async fn connection(&self) -> Result<Connection, Error> {
		let mut slot = self.connection.lock().await;
		if let Some(connection) = slot.as_ref() {
			return Ok(connection.clone());
		}
		let opening = async {
			let rpc = RpcClient::from_insecure_url(&self.url)
				.await
				.map_err(|error| self.unreachable(error))?;
			let backend = LegacyBackend::<SubstrateConfig>::builder().build(rpc.clone());
			let client =
				OnlineClient::from_backend_with_config(self.config.clone(), Arc::new(backend))
					.await
					.map_err(|error| self.unreachable(error))?;
			Ok::<_, Error>(Connection { rpc, client })
		};
		let connection = timeout(CONNECT_TIMEOUT.min(self.patience), opening)
			.await
			.map_err(|_| self.unreachable("it does not answer"))??;
		*slot = Some(connection.clone());
		Ok(connection)
	}

	/// Forgets a connection that does not work any more.
	async fn disconnect(&self) {
		*self.connection.lock().await = None;
	}

	/// Calls a JSON-RPC method.
	///
	/// # Errors
	/// When the node cannot be reached, does not have the method, or refuses.
	pub async fn request<R: DeserializeOwned>(
		&self,
		method: &str,
		params: &[Value],
	) -> Result<R, Error> {
		for again in [true, false] {
			let connection = self.connection().await?;
			let mut encoded = RpcParams::new();
			for param in params {
				encoded.push(param).map_err(|error| refused(method, error))?;
			}
			let answer =
				timeout(ANSWER_TIMEOUT.min(self.patience), connection.rpc.request(method, encoded));
			match answer.await {
				Ok(Ok(answer)) => return Ok(answer),
				Ok(Err(RpcError::Client(source))) => {
					self.disconnect().await;
					if !again {
						return Err(self.unreachable(source));
					}
				}
				Ok(Err(error)) => return Err(refused(method, error)),
				Err(_) => {
					self.disconnect().await;
					return Err(self.unreachable(format!("it does not answer {method}")));
				}
			}
		}
		Err(Error::Unreachable { url: self.url.clone(), source: None })
	}
}

fn refused(method: &str, error: RpcError) -> Error {
	match &error {
		RpcError::User(user) if user.code == METHOD_NOT_FOUND => {
			let hint = if method.starts_with("popnet_") || method.starts_with("author_") {
				"the method is missing, or only for callers that may operate the node: ask a POP \
				 Network node on this machine, or one started with --rpc-methods unsafe"
			} else {
				"this does not seem to be a POP Network node; see --url"
			};
			Error::internal(format!("the node does not offer {method}: {}", user.message), hint)
		}
		RpcError::User(user) => {
			let details = user.data.as_ref().map(|data| data.get()).unwrap_or_default();
			Error::internal(
				format!("the node refuses {method}: {} {details}", user.message),
				"is it a POP Network node of this version? see --url",
			)
		}
		_ => Error::caused(
			format!("the node's answer to {method} cannot be read"),
			"is it a POP Network node? see --url",
			error,
		),
	}
}

/// Whether a WebSocket address leads to this machine.
fn is_loopback(url: &str) -> bool {
	let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
	let authority = rest.split(['/', '?']).next().unwrap_or_default();
	let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
	let name = match host.strip_prefix('[') {
		Some(rest) => rest.split(']').next().unwrap_or_default(),
		None => host.split(':').next().unwrap_or_default(),
	};
	name == "localhost" || name == "::1" || name.starts_with("127.")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn nodes_on_this_machine_are_recognised() {
		for url in
			["ws://127.0.0.1:9944", "ws://localhost", "ws://[::1]:9944/x", "wss://a@127.1.1.1"]
		{
			assert!(is_loopback(url), "{url}");
		}
		for url in ["ws://192.0.2.7:9944", "wss://localhost.example.org", "ws://[2001:db8::1]:1"] {
			assert!(!is_loopback(url), "{url}");
		}
	}
}
