//! HTTP gateway: plays public items in browsers, VLC, ffprobe and curl.
//!
//! The gateway knows neither chain nor network. It asks a [`Library`] for an [`Item`] and the item
//! for its stripes, and turns them into what HTTP clients expect: ranges, validators, media types,
//! pages with a player. Life of a request for `/content/{cid}`: the library opens or refuses the item
//! (`routes`), the header decides which bytes are meant (`conditions`), the first stripe is fetched
//! (`stripes`), and only then does the answer begin and flow stripe by stripe (`playback`).
//!
//! Invariants:
//! - a client receives the item's bytes or a broken connection, never other bytes;
//! - memory ≤ [`Config::cache_bytes_max`] + [`Config::streams_bytes_max`] + what the fetches in
//!   progress need inside the library, of which there are at most [`Config::fetches_max`];
//! - nothing is fetched for a client that has gone, nor outside the range it asked for, read-ahead
//!   included.
//!
//! What it does not do: TLS, authentication, fairness between client addresses, a least speed of
//! readers, HTTP/2. Put a reverse proxy in front where these matter; see `docs/gateway.md`.

mod answers;
mod conditions;
mod connection;
mod library;
mod pages;
mod playback;
mod routes;
mod stripes;

pub use library::{Item, Library, Listed, Refusal, LISTED_MAX};
pub use popnet_media_codec::{Digest, Manifest};

use connection::{Door, Line, Timeouts};
use routes::Service;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// Time that open streams get to end by themselves when the gateway stops.
const STOP_GRACE: Duration = Duration::from_secs(2);

/// What an operator decides.
#[derive(Clone, Debug)]
pub struct Config {
	/// Address to listen on; port 0 lets the system choose.
	pub listen: SocketAddr,
	/// Most connections that are served at a time, ≥ 1; some more are told to come back later.
	pub connections_max: usize,
	/// Most bytes of decoded stripes that are kept for other requests.
	pub cache_bytes_max: usize,
	/// Most bytes of decoded stripes that open streams hold, ≥ 1: half for the stripes being sent, and
	/// half for read-ahead. One stripe of a larger size is let through.
	pub streams_bytes_max: usize,
	/// Stripes that a stream requests before it needs them.
	pub read_ahead: usize,
	/// Most stripes that are asked of the library at a time, ≥ 1.
	pub fetches_max: usize,
	/// Longest time for one stripe; then it counts as unavailable.
	pub stripe_timeout: Duration,
	/// Longest time from the first byte of a request's head to its last, and from a new connection to
	/// its first complete head.
	pub header_timeout: Duration,
	/// Longest time without a request on an open connection.
	pub idle_timeout: Duration,
	/// Longest time in which a client takes no byte of an answer.
	pub stall_timeout: Duration,
}

impl Config {
	/// The defaults, on this address.
	pub fn new(listen: SocketAddr) -> Self {
		Self {
			listen,
			connections_max: 256,
			cache_bytes_max: 256 * 1024 * 1024,
			streams_bytes_max: 512 * 1024 * 1024,
			read_ahead: 2,
			fetches_max: 32,
			stripe_timeout: Duration::from_secs(30),
			header_timeout: Duration::from_secs(15),
			idle_timeout: Duration::from_secs(60),
			stall_timeout: Duration::from_secs(300),
		}
	}

	fn check(&self) -> Result<(), GatewayError> {
		for (name, value) in [
			("connections_max", self.connections_max),
			("streams_bytes_max", self.streams_bytes_max),
			("fetches_max", self.fetches_max),
		] {
			if value == 0 {
				return Err(GatewayError::Zero(name));
			}
		}
		Ok(())
	}
}

/// Why the gateway could not start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
	/// A limit with which nothing could be served; set it to at least 1.
	#[error("the gateway's {0} must be at least 1")]
	Zero(&'static str),
	/// The address is in use or not ours; choose another.
	#[error("the gateway cannot listen on {address}")]
	Listen {
		/// Address that was asked for.
		address: SocketAddr,
		/// What the system said.
		#[source]
		source: io::Error,
	},
}

/// What the gateway has done since it started, and does now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
	/// Requests of any kind.
	pub requests: u64,
	/// Bytes of items handed to the network; what was under way when a client left is included.
	pub bytes_served: u64,
	/// Requests answered by an error, whoever's fault it was.
	pub refused: u64,
	/// Streams that were cut off because a later stripe could not be had.
	pub aborted: u64,
	/// Streams that are open now.
	pub streams_open: u64,
}

/// A running gateway. Dropping it stops it at once; [`Gateway::stop`] is gentler.
pub struct Gateway {
	address: SocketAddr,
	service: Arc<Service>,
	stopping: CancellationToken,
	closing: CancellationToken,
	task: Option<JoinHandle<()>>,
}

impl Gateway {
	/// Starts to listen and serve.
	///
	/// # Errors
	/// When a limit is zero, or the address cannot be listened on.
	pub async fn start(config: Config, library: Arc<dyn Library>) -> Result<Self, GatewayError> {
		config.check()?;
		let failed = |source| GatewayError::Listen { address: config.listen, source };
		let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
		let address = listener.local_addr().map_err(failed)?;
		let stopping = CancellationToken::new();
		let closing = CancellationToken::new();
		let timeouts = Timeouts {
			header: config.header_timeout,
			idle: config.idle_timeout,
			stall: config.stall_timeout,
		};
		let door = Door::new(listener, config.connections_max, timeouts, closing.clone());
		let service = Arc::new(Service::new(&config, library));
		let routes = routes::router(service.clone()).into_make_service_with_connect_info::<Line>();
		let stopped = stopping.clone().cancelled_owned();
		let task = tokio::spawn(async move {
			if let Err(error) = axum::serve(door, routes).with_graceful_shutdown(stopped).await {
				tracing::error!(%error, "gateway ended");
			}
		});
		tracing::info!(%address, "gateway listens");
		Ok(Self { address, service, stopping, closing, task: Some(task) })
	}

	/// The address it listens on.
	pub fn address(&self) -> SocketAddr {
		self.address
	}

	/// What it has done so far.
	pub fn metrics(&self) -> Metrics {
		self.service.metrics()
	}

	/// Frees the port, lets open streams end for two seconds, then cuts them off.
	pub async fn stop(mut self) {
		self.stopping.cancel();
		let Some(mut task) = self.task.take() else { return };
		let ended = tokio::time::timeout(STOP_GRACE, &mut task).await.is_ok();
		self.closing.cancel();
		if !ended && task.await.is_err() {
			tracing::error!("gateway task failed");
		}
	}
}

impl Drop for Gateway {
	fn drop(&mut self) {
		self.stopping.cancel();
		self.closing.cancel();
	}
}
