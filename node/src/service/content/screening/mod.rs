//! A Superdelegate's service: fetches an item, opens it, has it scored, and keeps the verdict.
//!
//! An order is for one round, the panel of an item that was drawn in one block. It waits for one of a few
//! places, then its item is fetched ([`fetching`]) into a file that only
//! this user can read ([`disk`]), scored and deleted. What the publisher is to blame for becomes a
//! finding; what this node is to blame for becomes an error, and the item is tried again.

mod disk;
mod fetching;
#[cfg(test)]
mod tests;

use codec::{Decode, Encode};
use disk::{Disk, Plaintext};
use fetching::{Failure, Fetching};
use parking_lot::Mutex;
use popnet_content_net::Host;
use popnet_media_codec::{cid::cid_text, sealed, CommittedKey, ContentKey};
use popnet_primitives::{
	content::{ContentId, MediaKind},
	moderation::{Defect, Finding, RiskVector, Verdict},
	services::{ScreeningResult, ScreeningTask},
	BlockNumber,
};
use popnet_screening::{MediaKind as ScreenedKind, ScreenError, Screener};
use popnet_shard_store::{Records, StoreError};
use std::{
	collections::HashMap,
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::{sync::Semaphore, task::AbortHandle};

/// Orders that wait or are under way at a time; the worker repeats the others.
const ORDERS_MAX: usize = 1_024;
/// Items that are fetched and scored at a time. Each needs room for its plaintext and, at worst, half
/// a GiB of memory to code its stripes again.
const ITEMS_AT_A_TIME: usize = 4;
/// Time without a stripe after which a publisher that cannot be reached is the finding.
const PATIENCE: Duration = Duration::from_secs(180);
/// Time for a whole item, however willing its publisher seems. Scoring and committing have to follow
/// within the commit period of the runtime, an hour, or the member counts as silent.
const FETCH_TIME: Duration = Duration::from_secs(40 * 60);
/// Time between two tries.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// Time before an item is screened again when this node itself was at fault.
const OWN_FAULT_RETRY_AFTER: Duration = Duration::from_secs(30);
/// Bytes of the file system that plaintext leaves free: the chain needs them.
const DISK_RESERVE: u64 = 1024 * 1024 * 1024;

/// Why there is no verdict: this node's fault, not the publisher's.
#[derive(Debug, thiserror::Error)]
pub enum ScreeningError {
	/// The disk refuses.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// A file or folder cannot be written.
	#[error("cannot write {}", path.display())]
	Write {
		/// The file or folder.
		path: PathBuf,
		/// What the file system said.
		#[source]
		source: std::io::Error,
	},
	/// The plaintext does not fit the disk. Remedy: free some space, or give the node a larger disk.
	#[error(
		"no room for {needed} bytes of plaintext in {}: {free} bytes are free, {kept} are kept back \
		 for the chain and for other items; free some space",
		folder.display()
	)]
	NoRoom {
		/// Where it was to go.
		folder: PathBuf,
		/// Bytes of the item.
		needed: u64,
		/// Bytes that are free.
		free: u64,
		/// Bytes that the item cannot have.
		kept: u64,
	},
	/// ffmpeg or the model failed.
	#[error(transparent)]
	Screen(#[from] ScreenError),
	/// Decoding was interrupted.
	#[error("decoding was interrupted")]
	Interrupted,
	/// The policy scores something that the model does not know.
	#[error("the policy expects the category {0}, which the model does not score; use a model that does (--screening-model)")]
	UnknownCategory(String),
}

/// What screening may take; the constants above, except in tests.
#[derive(Clone, Debug)]
struct Limits {
	items_at_a_time: usize,
	patience: Duration,
	fetch_time: Duration,
	retry_after: Duration,
	disk_reserve: u64,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			items_at_a_time: ITEMS_AT_A_TIME,
			patience: PATIENCE,
			fetch_time: FETCH_TIME,
			retry_after: RETRY_AFTER,
			disk_reserve: DISK_RESERVE,
		}
	}
}

/// An item, and the round for which it is screened.
type Order = (ContentId, BlockNumber);

#[derive(Default)]
struct Work {
	under_way: HashMap<Order, AbortHandle>,
	failed_at: HashMap<Order, Instant>,
	results: HashMap<Order, ScreeningResult>,
}

/// A running service; its results survive restarts.
pub struct ScreeningService {
	secret: [u8; 32],
	screener: Screener,
	host: Host,
	/// Shared by all services of the process: decoding takes what the machine has.
	turns: Arc<Semaphore>,
	/// Items that are fetched and scored; the others wait.
	places: Semaphore,
	limits: Limits,
	disk: Disk,
	records: Records,
	work: Mutex<Work>,
	finished: AtomicU64,
}

impl ScreeningService {
	/// Opens the service in `folder`, which others of this machine cannot read.
	///
	/// # Errors
	/// When the disk refuses.
	pub fn open(
		folder: PathBuf,
		secret: [u8; 32],
		screener: Screener,
		host: Host,
		turns: Arc<Semaphore>,
	) -> Result<Self, ScreeningError> {
		let limits = Limits::default();
		disk::make_private(&folder)?;
		let records = Records::open(folder.join("results"))?;
		let mut work = Work::default();
		for name in records.names()? {
			let result =
				records.get(&name)?.and_then(|bytes| ScreeningResult::decode(&mut &bytes[..]).ok());
			// A record of another form is nobody's result.
			if let Some(result) = result.filter(|result| record_name(&order_of(result)) == name) {
				work.results.insert(order_of(&result), result);
			}
		}
		Ok(Self {
			secret,
			screener,
			host,
			turns,
			places: Semaphore::new(limits.items_at_a_time),
			disk: Disk::open(folder.join("plaintext"), limits.disk_reserve)?,
			limits,
			records,
			work: Mutex::new(work),
			finished: AtomicU64::new(0),
		})
	}

	/// Screens an item for a round, unless that is under way or done.
	pub fn screen(self: &Arc<Self>, task: ScreeningTask) {
		let order = (task.id, task.round);
		let mut work = self.work.lock();
		let waits =
			work.failed_at.get(&order).is_some_and(|at| at.elapsed() < OWN_FAULT_RETRY_AFTER);
		// One that has ended without a word has panicked, and is tried again.
		let is_under_way = work.under_way.get(&order).is_some_and(|task| !task.is_finished());
		let is_full = work.under_way.len() >= ORDERS_MAX;
		if waits || is_under_way || is_full || work.results.contains_key(&order) {
			return;
		}
		let service = self.clone();
		let running = tokio::spawn(async move {
			let outcome = service.run(&task).await;
			service.finish(order, outcome);
		});
		work.under_way.insert(order, running.abort_handle());
	}

	/// The result for an item in a round.
	pub fn result(&self, id: ContentId, round: BlockNumber) -> Option<ScreeningResult> {
		self.work.lock().results.get(&(id, round)).cloned()
	}

	/// Deletes the result for an item in a round, or ends its screening.
	pub fn forget(&self, id: ContentId, round: BlockNumber) {
		let order = (id, round);
		let mut work = self.work.lock();
		if let Some(running) = work.under_way.remove(&order) {
			running.abort();
		}
		work.results.remove(&order);
		work.failed_at.remove(&order);
		self.delete_record(&order);
	}

	/// Items under way, results kept, and items finished since the start.
	pub fn counts(&self) -> (usize, usize, u64) {
		let work = self.work.lock();
		(work.under_way.len(), work.results.len(), self.finished.load(Ordering::Relaxed))
	}

	fn finish(&self, order: Order, outcome: Result<ScreeningResult, ScreeningError>) {
		let item = cid_text(&order.0 .0);
		let mut work = self.work.lock();
		if work.under_way.remove(&order).is_none() {
			// Forgotten at the last moment.
			self.delete_record(&order);
			return;
		}
		match outcome {
			Ok(result) => {
				let finding = &result.verdict.finding;
				log::info!(target: "screening", "{item} screened: {finding:?}");
				work.failed_at.remove(&order);
				work.results.insert(order, result);
				self.finished.fetch_add(1, Ordering::Relaxed);
			}
			Err(error) => {
				log::error!(target: "screening", "{item} not screened: {error}");
				work.failed_at.insert(order, Instant::now());
			}
		}
	}

	fn delete_record(&self, order: &Order) {
		if let Err(error) = self.records.remove(&record_name(order)) {
			log::warn!(target: "screening", "the result for {order:?} cannot be deleted: {error}");
		}
	}

	async fn run(&self, task: &ScreeningTask) -> Result<ScreeningResult, ScreeningError> {
		let opened = sealed::open(&task.sealed_key, &self.secret)
			.ok()
			.and_then(|key| ContentKey::open(key, &task.key_commitment).ok());
		let finding = match &opened {
			None => Finding::Defective(Defect::WrongKey),
			Some(key) => self.find(task, key).await?,
		};
		let result = ScreeningResult {
			id: task.id,
			round: task.round,
			verdict: Verdict { finding, model: self.screener.model_hash() },
			salt: super::identity::random_seed(),
			key: opened.map(|key| *key.expose()),
		};
		// On disk before the worker can commit to it: what is committed to must be revealed.
		self.records.put(&record_name(&order_of(&result)), &result.encode())?;
		Ok(result)
	}

	async fn find(
		&self,
		task: &ScreeningTask,
		key: &CommittedKey,
	) -> Result<Finding, ScreeningError> {
		// Never closed, so a refusal cannot happen; without a place it still works.
		let _place = self.places.acquire().await.ok();
		let plaintext = self.disk.plaintext(&record_name(&(task.id, task.round)), task.size)?;
		match self.fetch(task, key, &plaintext).await {
			Ok(()) => self.score(task, plaintext.path()).await,
			Err(Failure::Defect(defect)) => Ok(Finding::Defective(defect)),
			Err(Failure::Own(error)) => Err(error),
		}
	}

	async fn fetch(
		&self,
		task: &ScreeningTask,
		key: &CommittedKey,
		plaintext: &Plaintext<'_>,
	) -> Result<(), Failure> {
		Fetching::new(&self.host, task, key, &self.limits).write_to(plaintext).await
	}

	async fn score(&self, task: &ScreeningTask, file: &Path) -> Result<Finding, ScreeningError> {
		let kind = match task.media {
			MediaKind::Video => ScreenedKind::Video,
			MediaKind::Audio => ScreenedKind::Audio,
			MediaKind::Image => ScreenedKind::Image,
		};
		// Never closed either.
		let _turn = self.turns.acquire().await.ok();
		match self.screener.screen(file, kind).await {
			Ok(assessment) => self.by_policy(task, &assessment.scores).map(Finding::Scored),
			Err(ScreenError::NotMedia(_) | ScreenError::WrongKind { .. }) => {
				Ok(Finding::Defective(Defect::NotMedia))
			}
			Err(ScreenError::TooComplex(_)) => Ok(Finding::Defective(Defect::TooComplex)),
			Err(error) => Err(error.into()),
		}
	}

	/// The scores in the order of the policy's categories.
	fn by_policy(
		&self,
		task: &ScreeningTask,
		scores: &[u16],
	) -> Result<RiskVector, ScreeningError> {
		let mut risk = RiskVector::default();
		for category in &task.categories {
			let name = String::from_utf8_lossy(category);
			let score = self
				.screener
				.categories()
				.iter()
				.position(|known| *known == name)
				.and_then(|index| scores.get(index))
				.ok_or_else(|| ScreeningError::UnknownCategory(name.into_owned()))?;
			if risk.try_push(*score).is_err() {
				break;
			}
		}
		Ok(risk)
	}
}

fn order_of(result: &ScreeningResult) -> Order {
	(result.id, result.round)
}

/// Name of what is kept on disk about an order.
fn record_name(order: &Order) -> Vec<u8> {
	order.encode()
}
