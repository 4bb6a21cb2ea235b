//! Connections: how many there are, and how long one may do nothing.
//!
//! The HTTP library is not asked for timeouts; the stream beneath it has them. It knows three kinds
//! of silence: a request's head that does not end, a connection without requests, an answer that the
//! client does not take. While an answer is being made ([`Busy`]) silence is nobody's fault.

use axum::{
	extract::connect_info::Connected,
	serve::{IncomingStream, Listener},
};
use std::{
	future::Future,
	io::{self, IoSlice},
	net::SocketAddr,
	pin::Pin,
	sync::{
		atomic::{AtomicUsize, Ordering},
		Arc,
	},
	task::{Context, Poll},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::{TcpListener, TcpStream},
	sync::{OwnedSemaphorePermit, Semaphore},
	time::{sleep, Instant, Sleep},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Connections beyond the limit that get an answer, namely to come back later; others are closed.
const SURPLUS_MAX: usize = 64;
/// Pause after the system refused to accept, for example because files are used up.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// How long a connection may be silent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
	/// Within a request's head.
	pub(crate) header: Duration,
	/// Between requests.
	pub(crate) idle: Duration,
	/// Without taking a byte of the answer.
	pub(crate) stall: Duration,
}

/// What a request may know of its connection.
#[derive(Clone)]
pub(crate) struct Line {
	answers: Arc<AtomicUsize>,
	surplus: bool,
}

impl Line {
	/// Whether the connection is one too many.
	pub(crate) fn is_surplus(&self) -> bool {
		self.surplus
	}

	/// Marks an answer that is being made.
	pub(crate) fn busy(&self) -> Busy {
		self.answers.fetch_add(1, Ordering::Relaxed);
		Busy(self.answers.clone())
	}

	fn is_busy(&self) -> bool {
		self.answers.load(Ordering::Relaxed) > 0
	}
}

/// An answer that is being made, until dropped.
pub(crate) struct Busy(Arc<AtomicUsize>);

impl Drop for Busy {
	fn drop(&mut self) {
		self.0.fetch_sub(1, Ordering::Relaxed);
	}
}

/// Accepts connections up to the limit.
pub(crate) struct Door {
	listener: TcpListener,
	places: Arc<Semaphore>,
	surplus: Arc<Semaphore>,
	timeouts: Timeouts,
	closing: CancellationToken,
}

impl Door {
	/// Lets `connections_max` connections in; `closing` breaks all of them.
	pub(crate) fn new(
		listener: TcpListener,
		connections_max: usize,
		timeouts: Timeouts,
		closing: CancellationToken,
	) -> Self {
		let places = Arc::new(Semaphore::new(connections_max.min(Semaphore::MAX_PERMITS)));
		let surplus = Arc::new(Semaphore::new(SURPLUS_MAX));
		Self { listener, places, surplus, timeouts, closing }
	}

	fn admit(&self, stream: TcpStream) -> Option<GuardedStream> {
		if let Ok(place) = self.places.clone().try_acquire_owned() {
			return Some(self.guard(stream, place, false));
		}
		let place = self.surplus.clone().try_acquire_owned().ok()?;
		Some(self.guard(stream, place, true))
	}

	fn guard(
		&self,
		stream: TcpStream,
		place: OwnedSemaphorePermit,
		surplus: bool,
	) -> GuardedStream {
		if let Err(error) = stream.set_nodelay(true) {
			tracing::debug!(%error, "cannot set no-delay");
		}
		GuardedStream {
			stream,
			line: Line { answers: Arc::default(), surplus },
			timeouts: self.timeouts,
			silence: Box::pin(sleep(self.timeouts.header)),
			in_head: true,
			stall: None,
			closing: Box::pin(self.closing.clone().cancelled_owned()),
			_place: place,
		}
	}
}

impl Listener for Door {
	type Io = GuardedStream;
	type Addr = SocketAddr;

	async fn accept(&mut self) -> (GuardedStream, SocketAddr) {
		loop {
			match self.listener.accept().await {
				Ok((stream, address)) => match self.admit(stream) {
					Some(guarded) => return (guarded, address),
					None => tracing::debug!(%address, "connection closed: too many"),
				},
				Err(error) => {
					tracing::warn!(%error, "cannot accept a connection");
					sleep(ACCEPT_PAUSE).await;
				}
			}
		}
	}

	fn local_addr(&self) -> io::Result<SocketAddr> {
		self.listener.local_addr()
	}
}

impl Connected<IncomingStream<'_, Door>> for Line {
	fn connect_info(incoming: IncomingStream<'_, Door>) -> Self {
		incoming.io().line.clone()
	}
}

/// A connection that breaks when it is silent for too long, or when the gateway ends.
pub(crate) struct GuardedStream {
	stream: TcpStream,
	line: Line,
	timeouts: Timeouts,
	/// Ends a head or an idle connection.
	silence: Pin<Box<Sleep>>,
	/// Whether bytes of a request have come that was not answered yet.
	in_head: bool,
	/// Runs while the client takes nothing.
	stall: Option<Pin<Box<Sleep>>>,
	closing: Pin<Box<WaitForCancellationFutureOwned>>,
	_place: OwnedSemaphorePermit,
}

impl GuardedStream {
	fn check_closing(&mut self, context: &mut Context<'_>) -> io::Result<()> {
		match self.closing.as_mut().poll(context) {
			Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
			Poll::Pending => Ok(()),
		}
	}

	fn check_silence(&mut self, context: &mut Context<'_>) -> io::Result<()> {
		while self.silence.as_mut().poll(context).is_ready() {
			// A client that takes nothing has a limit of its own.
			if !self.line.is_busy() && self.stall.is_none() {
				return Err(io::ErrorKind::TimedOut.into());
			}
			self.silence.as_mut().reset(Instant::now() + self.timeouts.idle);
		}
		Ok(())
	}

	/// Takes note of what a write came to.
	fn wrote(
		&mut self,
		context: &mut Context<'_>,
		result: Poll<io::Result<usize>>,
	) -> Poll<io::Result<usize>> {
		if result.is_ready() {
			self.stall = None;
			self.in_head = false;
			self.silence.as_mut().reset(Instant::now() + self.timeouts.idle);
			return result;
		}
		let timeout = self.timeouts.stall;
		let stall = self.stall.get_or_insert_with(|| Box::pin(sleep(timeout)));
		match stall.as_mut().poll(context) {
			Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
			Poll::Pending => Poll::Pending,
		}
	}
}

impl AsyncRead for GuardedStream {
	fn poll_read(
		self: Pin<&mut Self>,
		context: &mut Context<'_>,
		buffer: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		let this = self.get_mut();
		this.check_closing(context)?;
		this.check_silence(context)?;
		let before = buffer.filled().len();
		let result = Pin::new(&mut this.stream).poll_read(context, buffer);
		if buffer.filled().len() > before && !this.in_head {
			this.in_head = true;
			this.silence.as_mut().reset(Instant::now() + this.timeouts.header);
			// Asks to be woken at the new time.
			this.check_silence(context)?;
		}
		result
	}
}

impl AsyncWrite for GuardedStream {
	fn poll_write(
		self: Pin<&mut Self>,
		context: &mut Context<'_>,
		bytes: &[u8],
	) -> Poll<io::Result<usize>> {
		let this = self.get_mut();
		this.check_closing(context)?;
		let result = Pin::new(&mut this.stream).poll_write(context, bytes);
		this.wrote(context, result)
	}

	fn poll_write_vectored(
		self: Pin<&mut Self>,
		context: &mut Context<'_>,
		slices: &[IoSlice<'_>],
	) -> Poll<io::Result<usize>> {
		let this = self.get_mut();
		this.check_closing(context)?;
		let result = Pin::new(&mut this.stream).poll_write_vectored(context, slices);
		this.wrote(context, result)
	}

	fn is_write_vectored(&self) -> bool {
		self.stream.is_write_vectored()
	}

	fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_flush(context)
	}

	fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_shutdown(context)
	}
}
