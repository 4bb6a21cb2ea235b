//! The body of an answer: a range of an item, stripe by stripe.

use crate::{
	connection::Busy,
	library::{Item, Refusal},
	routes::{Counters, OpenStream},
	stripes::{Awaited, Stripes},
};
use bytes::Bytes;
use futures::stream::{self, Stream};
use popnet_media_codec::Digest;
use std::{
	collections::VecDeque,
	ops::Range,
	sync::{atomic::Ordering, Arc},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes handed to the connection at a time.
const PIECE_BYTES: usize = 64 * 1024;
/// Bytes that one permit of the streams' memory stands for.
const PERMIT_BYTES: u64 = 1024;

/// Memory for the stripes that streams hold: one half for those they send, the other for those they
/// read ahead, so that the comfort of one stream never keeps another from starting.
pub(crate) struct Room {
	sent: Arc<Semaphore>,
	ahead: Arc<Semaphore>,
	half: u32,
}

impl Room {
	/// Room for `bytes_max` bytes.
	pub(crate) fn new(bytes_max: usize) -> Self {
		let half = (bytes_max as u64).div_ceil(2 * PERMIT_BYTES);
		let half = u32::try_from(half).unwrap_or(u32::MAX);
		let permits = || Arc::new(Semaphore::new(half as usize));
		Self { sent: permits(), ahead: permits(), half }
	}

	/// Room in one half for a stripe of an item, or nothing. A stripe larger than the half takes all
	/// of it, so that such items can be played one at a time.
	fn stripe(&self, half: &Arc<Semaphore>, item: &dyn Item) -> Option<OwnedSemaphorePermit> {
		let permits = item.manifest().stripe_size(0).div_ceil(PERMIT_BYTES);
		let permits = u32::try_from(permits).unwrap_or(u32::MAX).min(self.half);
		half.clone().try_acquire_many_owned(permits).ok()
	}

	fn to_send(&self, item: &dyn Item) -> Option<OwnedSemaphorePermit> {
		self.stripe(&self.sent, item)
	}

	fn to_read_ahead(&self, item: &dyn Item) -> Option<OwnedSemaphorePermit> {
		self.stripe(&self.ahead, item)
	}
}

/// What is to be streamed.
pub(crate) struct Wanted {
	/// Digest of the manifest.
	pub(crate) id: Digest,
	/// The item.
	pub(crate) item: Arc<dyn Item>,
	/// Bytes of it, within its size and not empty.
	pub(crate) range: Range<u64>,
	/// Stripes to request ahead.
	pub(crate) read_ahead: usize,
}

/// A range on its way to a client.
pub(crate) struct Playback {
	wanted: Wanted,
	stripes: Arc<Stripes>,
	room: Arc<Room>,
	counters: Arc<Counters>,
	/// What is left of the stripe that is being sent, outside the range cut away.
	current: Bytes,
	/// Requested, in order, with the memory they take.
	ahead: VecDeque<(u64, Awaited, OwnedSemaphorePermit)>,
	/// Stripes not requested yet.
	rest: Range<u64>,
	/// Memory of `current`.
	_held: OwnedSemaphorePermit,
	/// Present while the answer flows.
	open: Option<(Busy, OpenStream)>,
}

impl Playback {
	/// Fetches the first stripe. `None` when streams hold all the memory they may.
	///
	/// # Errors
	/// When the stripe cannot be had.
	pub(crate) async fn start(
		wanted: Wanted,
		stripes: Arc<Stripes>,
		room: Arc<Room>,
		counters: Arc<Counters>,
	) -> Result<Option<Self>, Refusal> {
		let Some(held) = room.to_send(&*wanted.item) else { return Ok(None) };
		let mut rest = wanted.item.manifest().stripes_of(wanted.range.start, wanted.range.end);
		let Some(first) = rest.next() else { return Ok(None) };
		let awaited = stripes.get(wanted.id, &wanted.item, first);
		let mut playback = Self {
			wanted,
			stripes,
			room,
			counters,
			current: Bytes::new(),
			ahead: VecDeque::new(),
			rest,
			_held: held,
			open: None,
		};
		playback.current = playback.cut(first, &awaited.bytes().await?);
		Ok(Some(playback))
	}

	/// The bytes of the range, or an error that must break the connection.
	pub(crate) fn into_stream(
		mut self,
		busy: Busy,
	) -> impl Stream<Item = Result<Bytes, Refusal>> + Send {
		self.open = Some((busy, OpenStream::new(self.counters.clone())));
		stream::try_unfold(self, |mut playback| async move {
			let piece = playback.piece().await?;
			Ok(piece.map(|piece| (piece, playback)))
		})
	}

	async fn piece(&mut self) -> Result<Option<Bytes>, Refusal> {
		self.request_ahead();
		while self.current.is_empty() {
			let (stripe, awaited) = match self.ahead.pop_front() {
				Some((stripe, awaited, _)) => (stripe, awaited),
				// There was no memory to read ahead.
				None => match self.rest.next() {
					Some(next) => (next, self.stripes.get(self.wanted.id, &self.wanted.item, next)),
					None => return Ok(None),
				},
			};
			let bytes = awaited.bytes().await.inspect_err(|error| {
				self.counters.aborted.fetch_add(1, Ordering::Relaxed);
				tracing::warn!(stripe, %error, "stream cut off");
			})?;
			self.current = self.cut(stripe, &bytes);
			self.request_ahead();
		}
		let piece = self.current.split_to(self.current.len().min(PIECE_BYTES));
		self.counters.bytes_served.fetch_add(piece.len() as u64, Ordering::Relaxed);
		Ok(Some(piece))
	}

	fn request_ahead(&mut self) {
		while self.ahead.len() < self.wanted.read_ahead && !self.rest.is_empty() {
			let Some(held) = self.room.to_read_ahead(&*self.wanted.item) else { return };
			let Some(next) = self.rest.next() else { return };
			let awaited = self.stripes.get(self.wanted.id, &self.wanted.item, next);
			self.ahead.push_back((next, awaited, held));
		}
	}

	/// The part of a stripe that lies in the range.
	fn cut(&self, stripe: u64, bytes: &Bytes) -> Bytes {
		let start = stripe.saturating_mul(self.wanted.item.manifest().stripe_capacity());
		let within = |position: u64| {
			let offset = position.saturating_sub(start);
			usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len())
		};
		bytes.slice(within(self.wanted.range.start)..within(self.wanted.range.end))
	}
}
