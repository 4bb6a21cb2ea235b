//! Decoded stripes: the recently used ones, and those that are being fetched.
//!
//! A stripe that several requests want is fetched once. A fetch is a task of its own, so that it goes
//! on while its stream waits for a slow client, and it is aborted when the last request that wanted it
//! has gone.

use crate::library::{Item, Refusal};
use bytes::Bytes;
use futures::future::{FutureExt, Shared, WeakShared};
use popnet_media_codec::Digest;
use std::{
	collections::{BTreeMap, HashMap},
	future::Future,
	pin::Pin,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	task::{Context, Poll},
	time::Duration,
};
use tokio::{sync::Semaphore, task::JoinHandle};

type Key = (Digest, u64);
type Outcome = Result<Bytes, Refusal>;

/// All stripes that this gateway holds or fetches.
pub(crate) struct Stripes {
	state: Mutex<State>,
	bytes_max: usize,
	fetches: Semaphore,
	timeout: Duration,
}

#[derive(Default)]
struct State {
	/// Finished stripes.
	kept: HashMap<Key, Kept>,
	/// The same by time of last use; the first is the oldest.
	order: BTreeMap<u64, Key>,
	/// Bytes of all finished stripes.
	bytes: usize,
	/// Fetches in progress with their numbers; an entry lives as long as its [`Flight`].
	flights: HashMap<Key, (u64, WeakShared<Flight>)>,
	/// Source of times and flight numbers.
	clock: u64,
}

struct Kept {
	bytes: Bytes,
	used: u64,
}

/// A stripe that is here, or on its way.
pub(crate) enum Awaited {
	/// Here.
	Ready(Bytes),
	/// On its way; dropping all of these aborts the fetch.
	Fetched(Shared<Flight>),
}

impl Awaited {
	/// The stripe's plaintext.
	pub(crate) async fn bytes(self) -> Outcome {
		match self {
			Self::Ready(bytes) => Ok(bytes),
			Self::Fetched(flight) => flight.await,
		}
	}
}

/// A fetch in progress.
pub(crate) struct Flight {
	task: JoinHandle<Outcome>,
	stripes: Arc<Stripes>,
	key: Key,
	number: u64,
}

impl Future for Flight {
	type Output = Outcome;

	fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
		self.task.poll_unpin(context).map(|joined| {
			joined.unwrap_or_else(|error| {
				tracing::error!(%error, stripe = self.key.1, "fetch of a stripe failed");
				Err(Refusal::Unavailable("internal error".into()))
			})
		})
	}
}

impl Drop for Flight {
	fn drop(&mut self) {
		self.task.abort();
		let mut state = self.stripes.state();
		// A newer fetch of the same stripe may have taken the place.
		if state.flights.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
			state.flights.remove(&self.key);
		}
	}
}

impl Stripes {
	/// Keeps up to `bytes_max` bytes, and asks for up to `fetches_max` stripes at a time.
	pub(crate) fn new(bytes_max: usize, fetches_max: usize, timeout: Duration) -> Arc<Self> {
		Arc::new(Self {
			state: Mutex::default(),
			bytes_max,
			fetches: Semaphore::new(fetches_max),
			timeout,
		})
	}

	/// Stripe `stripe` of the item `id`: kept, joined, or newly fetched.
	pub(crate) fn get(self: &Arc<Self>, id: Digest, item: &Arc<dyn Item>, stripe: u64) -> Awaited {
		let key = (id, stripe);
		let mut state = self.state();
		if let Some(bytes) = state.touch(key) {
			return Awaited::Ready(bytes);
		}
		if let Some(flight) = state.flights.get(&key).and_then(|(_, flight)| flight.upgrade()) {
			return Awaited::Fetched(flight);
		}
		let number = state.tick();
		let task = tokio::spawn(self.clone().fetch(key, item.clone()));
		let flight = Flight { task, stripes: self.clone(), key, number }.shared();
		if let Some(weak) = flight.downgrade() {
			state.flights.insert(key, (number, weak));
		}
		Awaited::Fetched(flight)
	}

	async fn fetch(self: Arc<Self>, key: Key, item: Arc<dyn Item>) -> Outcome {
		let unavailable = |cause: &str| Refusal::Unavailable(cause.into());
		let asked = async {
			let _turn = self.fetches.acquire().await.map_err(|_| unavailable("shutting down"))?;
			item.stripe(key.1).await
		};
		let bytes = tokio::time::timeout(self.timeout, asked)
			.await
			.map_err(|_| unavailable("the shards did not arrive in time"))??;
		if bytes.len() as u64 != item.manifest().stripe_size(key.1) {
			tracing::error!(stripe = key.1, length = bytes.len(), "stripe has a wrong length");
			return Err(unavailable("a stripe has a wrong length"));
		}
		self.state().keep(key, &bytes, self.bytes_max);
		Ok(bytes)
	}

	fn state(&self) -> MutexGuard<'_, State> {
		// No code panics between two writes to the state.
		self.state.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl State {
	fn tick(&mut self) -> u64 {
		self.clock += 1;
		self.clock
	}

	fn touch(&mut self, key: Key) -> Option<Bytes> {
		let now = self.tick();
		let kept = self.kept.get_mut(&key)?;
		self.order.remove(&kept.used);
		self.order.insert(now, key);
		kept.used = now;
		Some(kept.bytes.clone())
	}

	fn keep(&mut self, key: Key, bytes: &Bytes, bytes_max: usize) {
		if bytes.len() > bytes_max || self.kept.contains_key(&key) {
			return;
		}
		while self.bytes + bytes.len() > bytes_max {
			let Some((_, oldest)) = self.order.pop_first() else { break };
			if let Some(gone) = self.kept.remove(&oldest) {
				self.bytes -= gone.bytes.len();
			}
		}
		let used = self.tick();
		self.bytes += bytes.len();
		self.order.insert(used, key);
		self.kept.insert(key, Kept { bytes: bytes.clone(), used });
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn the_longest_unused_stripe_goes_when_the_cache_is_full() {
		let mut state = State::default();
		let ten = Bytes::from_static(&[0; 10]);
		for stripe in 0..3 {
			state.keep(([0; 32], stripe), &ten, 30);
		}

		state.touch(([0; 32], 0));
		state.keep(([0; 32], 3), &ten, 30);
		state.keep(([0; 32], 4), &Bytes::from_static(&[0; 31]), 30);

		let kept = |stripe| state.kept.contains_key(&([0; 32], stripe));
		assert_eq!([0, 1, 2, 3, 4].map(kept), [true, false, true, true, false]);
		assert_eq!((state.bytes, state.order.len()), (30, 3));
	}
}
