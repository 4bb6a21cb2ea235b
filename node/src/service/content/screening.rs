//! A Superdelegate's service: fetches an item, opens it, has it scored, and keeps the verdict.

use codec::{Decode, Encode};
use parking_lot::Mutex;
use popnet_content_net::{Host, Retrieval, RetrievalError, Whereabouts};
use popnet_media_codec::{
	cid::cid_text, decoder::PlaintextCheck, sealed, ContentKey, Manifest, MediaKind as CodecKind,
};
use popnet_primitives::{
	content::{ContentId, MediaKind},
	moderation::{Defect, Finding, RiskVector, Verdict},
	services::{ScreeningResult, ScreeningTask},
};
use popnet_screening::{MediaKind as ScreenedKind, ScreenError, Screener};
use popnet_shard_store::{Records, StoreError};
use std::{
	collections::{HashMap, HashSet},
	path::{Path, PathBuf},
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
	time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, sync::Semaphore};

/// Time for which a publisher that cannot be reached is tried again before that is the finding.
const PATIENCE: Duration = Duration::from_secs(180);
/// Time between two tries.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// Time before an item is screened again when this node itself was at fault.
const OWN_FAULT_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Why there is no verdict: this node's fault, not the publisher's.
#[derive(Debug, thiserror::Error)]
pub enum ScreeningError {
	/// The disk refuses.
	#[error(transparent)]
	Store(#[from] StoreError),
	/// The file to be decoded cannot be written.
	#[error("cannot write {}", path.display())]
	Write {
		/// The file.
		path: PathBuf,
		/// What the file system said.
		#[source]
		source: std::io::Error,
	},
	/// ffmpeg or the model failed.
	#[error(transparent)]
	Screen(#[from] ScreenError),
	/// The policy scores something that the model does not know.
	#[error("the policy expects the category {0}, which the model does not score; use a model that does (--screening-model)")]
	UnknownCategory(String),
}

#[derive(Default)]
struct Work {
	under_way: HashSet<ContentId>,
	failed_at: HashMap<ContentId, Instant>,
	results: HashMap<ContentId, ScreeningResult>,
}

/// A running service; its results survive restarts.
pub struct ScreeningService {
	secret: [u8; 32],
	folder: PathBuf,
	screener: Screener,
	host: Host,
	/// Shared by all services of the process: decoding takes what the machine has.
	turns: Arc<Semaphore>,
	records: Records,
	work: Mutex<Work>,
	finished: AtomicU64,
}

impl ScreeningService {
	/// Opens the service in `folder`.
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
		let records = Records::open(folder.join("results"))?;
		let mut work = Work::default();
		for name in records.names()? {
			let result =
				records.get(&name)?.and_then(|bytes| ScreeningResult::decode(&mut &bytes[..]).ok());
			if let Some(result) = result {
				work.results.insert(result.id, result);
			}
		}
		// Plaintext of items must not outlive their screening, not even after a crash.
		let plaintext = folder.join("plaintext");
		let _ = std::fs::remove_dir_all(&plaintext); // there is none at the first start
		std::fs::create_dir_all(&plaintext)
			.map_err(|source| ScreeningError::Write { path: plaintext, source })?;
		Ok(Self {
			secret,
			folder,
			screener,
			host,
			turns,
			records,
			work: Mutex::new(work),
			finished: AtomicU64::new(0),
		})
	}

	/// Screens an item, unless that is under way or done.
	pub fn screen(self: &Arc<Self>, task: ScreeningTask) {
		let id = task.id;
		let mut work = self.work.lock();
		let waits = work.failed_at.get(&id).is_some_and(|at| at.elapsed() < OWN_FAULT_RETRY_AFTER);
		if waits || work.results.contains_key(&id) || !work.under_way.insert(id) {
			return;
		}
		drop(work);
		let service = self.clone();
		tokio::spawn(async move {
			let outcome = service.run(&task).await;
			let mut work = service.work.lock();
			work.under_way.remove(&id);
			match outcome {
				Ok(result) => {
					log::info!(
						target: "screening",
						"{} screened: {:?}",
						cid_text(&id.0),
						result.verdict.finding
					);
					work.failed_at.remove(&id);
					work.results.insert(id, result);
					service.finished.fetch_add(1, Ordering::Relaxed);
				}
				Err(error) => {
					log::error!(target: "screening", "{} not screened: {error}", cid_text(&id.0));
					work.failed_at.insert(id, Instant::now());
				}
			}
		});
	}

	/// The result for an item.
	pub fn result(&self, id: &ContentId) -> Option<ScreeningResult> {
		self.work.lock().results.get(id).cloned()
	}

	/// Deletes the result for an item.
	pub fn forget(&self, id: &ContentId) {
		let mut work = self.work.lock();
		work.results.remove(id);
		work.failed_at.remove(id);
		if let Err(error) = self.records.remove(&id.0) {
			log::warn!(target: "screening", "the result for {id:?} cannot be deleted: {error}");
		}
	}

	/// Items under way, results kept, and items finished since the start.
	pub fn counts(&self) -> (usize, usize, u64) {
		let work = self.work.lock();
		(work.under_way.len(), work.results.len(), self.finished.load(Ordering::Relaxed))
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
			verdict: Verdict { finding, model: self.screener.model_hash() },
			salt: super::identity::random_seed(),
			key: opened.map(|key| *key.expose()),
		};
		// On disk before the worker can commit to it: what is committed to must be revealed.
		self.records.put(&task.id.0, &result.encode())?;
		Ok(result)
	}

	async fn find(
		&self,
		task: &ScreeningTask,
		key: &popnet_media_codec::CommittedKey,
	) -> Result<Finding, ScreeningError> {
		let file = self.folder.join("plaintext").join(hex::encode(task.id.0));
		let fetched = self.fetch(task, key, &file).await;
		let found = match fetched {
			Ok(None) => self.score(task, &file).await,
			Ok(Some(defect)) => Ok(Finding::Defective(defect)),
			Err(error) => Err(error),
		};
		let _ = tokio::fs::remove_file(&file).await; // may never have been written
		found
	}

	/// Writes the plaintext to `file`, or says what is wrong with the item.
	async fn fetch(
		&self,
		task: &ScreeningTask,
		key: &popnet_media_codec::CommittedKey,
		file: &Path,
	) -> Result<Option<Defect>, ScreeningError> {
		let sources = task
			.sources
			.iter()
			.filter_map(|source| String::from_utf8(source.clone()).ok())
			.collect();
		let retrieval = Retrieval::new(self.host.clone(), Whereabouts::Sources(sources));
		let patience = Instant::now() + PATIENCE;
		let manifest = loop {
			match retrieval.manifest(&task.id.0).await {
				Ok(manifest) => break manifest,
				Err(RetrievalError::Manifest(_)) => return Ok(Some(Defect::Corrupt)),
				Err(_) if Instant::now() > patience => return Ok(Some(Defect::Unreachable)),
				Err(_) => tokio::time::sleep(RETRY_AFTER).await,
			}
		};
		if !is_as_registered(&manifest, task) {
			return Ok(Some(Defect::Corrupt));
		}
		let failed = |source| ScreeningError::Write { path: file.to_owned(), source };
		let mut output = tokio::fs::File::create(file).await.map_err(failed)?;
		let mut check = PlaintextCheck::default();
		for stripe in 0..manifest.stripes() {
			let plaintext = loop {
				match retrieval.stripe(&manifest, key, stripe).await {
					Ok(plaintext) => break plaintext,
					Err(RetrievalError::Decode(_) | RetrievalError::Manifest(_)) => {
						return Ok(Some(Defect::Corrupt))
					}
					Err(_) if Instant::now() > patience => return Ok(Some(Defect::Unreachable)),
					Err(_) => tokio::time::sleep(RETRY_AFTER).await,
				}
			};
			check.update(&plaintext);
			output.write_all(&plaintext).await.map_err(failed)?;
		}
		output.flush().await.map_err(failed)?;
		Ok(check.finish(&task.plaintext_root).is_err().then_some(Defect::Corrupt))
	}

	async fn score(&self, task: &ScreeningTask, file: &Path) -> Result<Finding, ScreeningError> {
		let kind = match task.media {
			MediaKind::Video => ScreenedKind::Video,
			MediaKind::Audio => ScreenedKind::Audio,
			MediaKind::Image => ScreenedKind::Image,
		};
		let Ok(_turn) = self.turns.acquire().await else {
			return Ok(Finding::Defective(Defect::Unreachable));
		};
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

/// Whether the manifest says what the chain was told.
fn is_as_registered(manifest: &Manifest, task: &ScreeningTask) -> bool {
	let kind = match task.media {
		MediaKind::Video => CodecKind::Video,
		MediaKind::Audio => CodecKind::Audio,
		MediaKind::Image => CodecKind::Image,
	};
	manifest.media == kind
		&& manifest.size == task.size
		&& manifest.plaintext_root == task.plaintext_root
		&& manifest.key_commitment == task.key_commitment
}
