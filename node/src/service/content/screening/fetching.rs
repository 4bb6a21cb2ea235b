//! From the publisher's blocks to the plaintext of an item, or to what is wrong with it.
//!
//! What is fetched is compared with the registration first. Then every stripe is decoded, encrypted and
//! coded once more, and all digests of the manifest are compared with the result, those of parity shards
//! that nobody has fetched included: the chain counts on every shard when it says how many Masternodes
//! may fail.

use super::{disk::Plaintext, Limits, ScreeningError};
use codec::Encode;
use popnet_content_net::{Host, Retrieval, RetrievalError, Whereabouts};
use popnet_media_codec::{
	cid::cid_text,
	decoder::{verify_row, PlaintextCheck},
	Coding, CommittedKey, Manifest, MediaKind as CodecKind,
};
use popnet_primitives::{content::MediaKind, moderation::Defect, services::ScreeningTask};
use std::{future::Future, sync::Arc};
use tokio::{
	io::AsyncWriteExt,
	time::{sleep, timeout_at, Instant},
};

/// Why the plaintext of an item is not on disk.
pub(super) enum Failure {
	/// The publisher's fault.
	Defect(Defect),
	/// This node's.
	Own(ScreeningError),
}

impl From<ScreeningError> for Failure {
	fn from(error: ScreeningError) -> Self {
		Self::Own(error)
	}
}

/// Fetches one item.
pub(super) struct Fetching<'a> {
	task: &'a ScreeningTask,
	key: &'a CommittedKey,
	limits: &'a Limits,
	retrieval: Retrieval,
	/// When the whole item has to be here.
	deadline: Instant,
}

impl<'a> Fetching<'a> {
	/// Begins; the time for the whole item runs from here.
	pub(super) fn new(
		host: &Host,
		task: &'a ScreeningTask,
		key: &'a CommittedKey,
		limits: &'a Limits,
	) -> Self {
		let sources = task
			.sources
			.iter()
			.filter_map(|source| String::from_utf8(source.clone()).ok())
			.collect();
		let retrieval = Retrieval::new(host.clone(), Whereabouts::Sources(sources));
		Self { task, key, limits, retrieval, deadline: Instant::now() + limits.fetch_time }
	}

	/// Writes the plaintext and verifies everything about it, stripe by stripe.
	///
	/// # Errors
	/// The first thing that is wrong. What has been written is worth nothing then.
	pub(super) async fn write_to(self, plaintext: &Plaintext<'_>) -> Result<(), Failure> {
		let manifest = self.insist(|| self.retrieval.manifest(&self.task.id.0)).await?;
		if let Some(what) = difference(&manifest, self.task) {
			let item = cid_text(&self.task.id.0);
			log::info!(target: "screening", "{item}: {what} of the manifest is not the registered one");
			return Err(Failure::Defect(Defect::Corrupt));
		}
		let manifest = Arc::new(manifest);
		let path = plaintext.path();
		let failed = |source| ScreeningError::Write { path: path.to_owned(), source };
		let mut output = tokio::fs::File::from_std(plaintext.create()?);
		let mut check = PlaintextCheck::default();
		for stripe in 0..manifest.stripes() {
			if let Some((segment, 0)) = manifest.segment_of(stripe) {
				self.verify_segment(&manifest, segment).await?;
			}
			let bytes = self.insist(|| self.retrieval.stripe(&manifest, self.key, stripe)).await?;
			check.update(&bytes);
			output.write_all(&bytes).await.map_err(failed)?;
			self.verify_stripe(&manifest, stripe, bytes).await?;
		}
		output.flush().await.map_err(failed)?;
		check
			.finish(&self.task.plaintext_root)
			.map_err(|_other_plaintext| Failure::Defect(Defect::Corrupt))
	}

	/// Whether all shards of the segment code the rows that it holds.
	async fn verify_segment(&self, manifest: &Arc<Manifest>, segment: u32) -> Result<(), Failure> {
		let rows = self.insist(|| self.retrieval.segment(manifest, segment)).await?;
		let manifest = manifest.clone();
		verified(move || manifest.verify_segment(segment, &rows).is_ok()).await
	}

	/// Whether all shards of the stripe code its plaintext.
	async fn verify_stripe(
		&self,
		manifest: &Arc<Manifest>,
		stripe: u64,
		plaintext: Vec<u8>,
	) -> Result<(), Failure> {
		let row = self.insist(|| self.retrieval.row(manifest, stripe)).await?;
		let (manifest, key) = (manifest.clone(), self.key.clone());
		verified(move || verify_row(&manifest, &key, stripe, &row, plaintext).is_ok()).await
	}

	/// What `ask` delivers. It is asked again until the patience, which begins anew with every part of
	/// the item, or the time for the whole item is over.
	async fn insist<T, F>(&self, ask: impl Fn() -> F) -> Result<T, Failure>
	where
		F: Future<Output = Result<T, RetrievalError>>,
	{
		let until = self.deadline.min(Instant::now() + self.limits.patience);
		loop {
			match timeout_at(until, ask()).await {
				Ok(Ok(part)) => return Ok(part),
				Ok(Err(RetrievalError::Manifest(_) | RetrievalError::Decode(_))) => {
					return Err(Failure::Defect(Defect::Corrupt));
				}
				Ok(Err(RetrievalError::Interrupted)) => {
					return Err(ScreeningError::Interrupted.into());
				}
				Ok(Err(_)) if Instant::now() < until => sleep(self.limits.retry_after).await,
				Ok(Err(_)) | Err(_) => return Err(Failure::Defect(Defect::Unreachable)),
			}
		}
	}
}

/// Runs `check` where it may take its time; the item is corrupt when it fails.
async fn verified(check: impl FnOnce() -> bool + Send + 'static) -> Result<(), Failure> {
	match tokio::task::spawn_blocking(check).await {
		Ok(true) => Ok(()),
		Ok(false) => Err(Failure::Defect(Defect::Corrupt)),
		Err(_) => Err(ScreeningError::Interrupted.into()),
	}
}

/// What the manifest says otherwise than the chain was told; `None` when they agree.
pub(super) fn difference(manifest: &Manifest, task: &ScreeningTask) -> Option<&'static str> {
	let kind = match task.media {
		MediaKind::Video => CodecKind::Video,
		MediaKind::Audio => CodecKind::Audio,
		MediaKind::Image => CodecKind::Image,
	};
	let coding = Coding { data: task.coding.data, total: task.coding.total };
	// One manifest has one encoding, so what was read has the length of what was sent.
	let manifest_size = manifest.encoded_size() as u64;
	let agreement = [
		("the kind of media", manifest.media == kind),
		("the size", manifest.size == task.size),
		("the plaintext root", manifest.plaintext_root == task.plaintext_root),
		("the key commitment", manifest.key_commitment == task.key_commitment),
		("the code", manifest.coding == coding),
		("the number of stripes", manifest.stripes() == u64::from(task.stripes)),
		("the stored size", manifest.stored_size() == task.stored_size),
		("the length", manifest_size == u64::from(task.manifest_size)),
	];
	agreement.into_iter().find(|(_, agrees)| !agrees).map(|(what, _)| what)
}
