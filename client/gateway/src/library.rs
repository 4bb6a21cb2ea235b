//! What the gateway asks of whoever knows chain and network.

use async_trait::async_trait;
use bytes::Bytes;
use popnet_media_codec::{Digest, Manifest};
use std::sync::Arc;

/// Most items that the front page lists.
pub const LISTED_MAX: usize = 100;

/// Why an item cannot be streamed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
	/// No item has this id; check the CID.
	#[error("no item with this content id is registered")]
	Unknown,
	/// Registered, not yet open to the public; the text is its state. Wait.
	#[error("this item cannot be played yet: {0}")]
	NotYet(String),
	/// Moderation decided against it; the text is the reason.
	#[error("this item was rejected: {0}")]
	Rejected(String),
	/// It ended without becoming available, or its publisher ended it; the publisher may publish it again.
	#[error("this item has expired and is no longer stored")]
	Expired,
	/// Its shards cannot be reached now; the text is the cause. Try again.
	#[error("this item cannot be reached at the moment: {0}")]
	Unavailable(String),
}

/// A line of the front page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
	/// Digest of the manifest.
	pub id: Digest,
	/// Name of the file, as its publisher wrote it.
	pub name: String,
	/// Media type, as its publisher wrote it.
	pub mime: String,
	/// Plaintext bytes.
	pub size: u64,
}

/// The public items.
#[async_trait]
pub trait Library: Send + Sync + 'static {
	/// The item with this id. Asked once a request, ranges included, so that a verdict takes effect at
	/// the next request; implementations keep what is costly to find out.
	///
	/// # Errors
	/// When the public may not or cannot have it.
	async fn open(&self, id: Digest) -> Result<Arc<dyn Item>, Refusal>;

	/// Items for the front page, newest first, at most [`LISTED_MAX`].
	async fn list(&self) -> Vec<Listed>;
}

/// An item that may be streamed.
#[async_trait]
pub trait Item: Send + Sync + 'static {
	/// What it is made of.
	fn manifest(&self) -> &Manifest;

	/// The decrypted and verified plaintext of one stripe. The future is dropped when nobody waits for
	/// the stripe any more, or when it takes too long.
	///
	/// # Errors
	/// When the stripe cannot be had now, or the item may no longer be streamed.
	async fn stripe(&self, stripe: u64) -> Result<Bytes, Refusal>;
}
