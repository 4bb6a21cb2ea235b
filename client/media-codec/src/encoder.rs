//! Makes the blocks of an item from a stream of plaintext.

use crate::{
	cid::{digest, Digest},
	cipher::{CipherError, CommittedKey, ContentKey, TAG_BYTES},
	erasure::{self, Coding, ErasureError},
	manifest::{
		stripe_fits, Index, Manifest, ManifestError, MediaKind, Row, Segment, INLINE_STRIPES_MAX,
		SEGMENT_STRIPES, SHARD_BYTES_MAX, TEXT_BYTES_MAX,
	},
};
use alloc::{string::String, vec::Vec};

/// Bytes of a shard unless the publisher chooses otherwise: with k = 36 a stripe then holds 2.25 MiB,
/// less than a second of high-definition video, so that a player can start and seek quickly.
pub const DEFAULT_SHARD_BYTES: u32 = 64 * 1024;

/// What the publisher says about an item before it is encoded.
#[derive(Clone, Debug)]
pub struct Description {
	/// Kind of media.
	pub media: MediaKind,
	/// Media type, for example `video/mp4`.
	pub mime: String,
	/// Name of the file.
	pub name: String,
}

/// Why an item cannot be encoded this way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
	/// Not 2 ..= 1 MiB, odd, or too small for a tag.
	#[error("{0} bytes is no valid shard length")]
	ShardLength(u32),
	/// A stripe would be larger than what others hold in memory:
	/// [`STRIPE_BYTES_MAX`](crate::manifest::STRIPE_BYTES_MAX) or
	/// [`CODED_BYTES_MAX`](crate::manifest::CODED_BYTES_MAX). Remedy: shorter shards, or fewer.
	#[error("stripes of {data} of {total} shards of {shard_len} bytes are too large")]
	StripeLength {
		/// k
		data: u16,
		/// n
		total: u16,
		/// Bytes of a shard.
		shard_len: u32,
	},
	/// The media type or the name is too long.
	#[error("the media type and the name may have at most 255 bytes each")]
	Text,
	/// The code is impossible.
	#[error(transparent)]
	Erasure(#[from] ErasureError),
}

/// Why an item cannot be encoded. `E` is the error of whoever takes the blocks.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError<E> {
	/// There was no plaintext.
	#[error("the file is empty")]
	Empty,
	/// A stripe could not be coded.
	#[error(transparent)]
	Erasure(#[from] ErasureError),
	/// A stripe could not be encrypted.
	#[error(transparent)]
	Cipher(#[from] CipherError),
	/// The item is too large for one manifest.
	#[error(transparent)]
	Manifest(#[from] ManifestError),
	/// The block could not be put away.
	#[error("a block could not be stored")]
	Sink(#[source] E),
}

/// An encoded item; all its blocks have been handed out.
#[derive(Clone, Debug)]
pub struct Encoded {
	/// Digest of the manifest: the item's identity.
	pub id: Digest,
	/// The manifest.
	pub manifest: Manifest,
	/// Bytes of the manifest block.
	pub manifest_size: u32,
}

/// Encodes one item. Feed plaintext with [`Encoder::push`], then call [`Encoder::finish`]; finished
/// blocks go to the closure, so that memory holds one stripe whatever the item's size.
pub struct Encoder {
	key: CommittedKey,
	commitment: [u8; 32],
	coding: Coding,
	shard_len: u32,
	description: Description,
	plaintext: blake3::Hasher,
	size: u64,
	buffer: Vec<u8>,
	capacity: usize,
	rows: Vec<Row>,
	segments: Vec<Segment>,
	stripes: u64,
}

impl Encoder {
	/// Starts an item with a fresh `key`.
	///
	/// # Errors
	/// When the code, the shard length or a text is out of range.
	pub fn new(
		key: &ContentKey,
		coding: Coding,
		shard_len: u32,
		description: Description,
	) -> Result<Self, ParameterError> {
		coding.check()?;
		let capacity = (usize::from(coding.data) * shard_len as usize).saturating_sub(TAG_BYTES);
		if !shard_len.is_multiple_of(2) || shard_len > SHARD_BYTES_MAX || capacity == 0 {
			return Err(ParameterError::ShardLength(shard_len));
		}
		if !stripe_fits(coding, u64::from(shard_len)) {
			let Coding { data, total } = coding;
			return Err(ParameterError::StripeLength { data, total, shard_len });
		}
		if description.mime.len() > TEXT_BYTES_MAX || description.name.len() > TEXT_BYTES_MAX {
			return Err(ParameterError::Text);
		}
		Ok(Self {
			key: key.commit(),
			commitment: key.commitment(),
			coding,
			shard_len,
			description,
			plaintext: blake3::Hasher::new(),
			size: 0,
			buffer: Vec::new(),
			capacity,
			rows: Vec::new(),
			segments: Vec::new(),
			stripes: 0,
		})
	}

	/// Takes more plaintext.
	///
	/// # Errors
	/// When a block cannot be made or put away.
	pub fn push<E>(
		&mut self,
		mut bytes: &[u8],
		sink: &mut impl FnMut(Digest, &[u8]) -> Result<(), E>,
	) -> Result<(), EncodeError<E>> {
		self.plaintext.update(bytes);
		self.size += bytes.len() as u64;
		while !bytes.is_empty() {
			// A full stripe is closed only when more follows: the last one is marked as such.
			if self.buffer.len() == self.capacity {
				self.close_stripe(false, sink)?;
			}
			let take = bytes.len().min(self.capacity - self.buffer.len());
			let (now, later) = bytes.split_at(take);
			self.buffer.extend_from_slice(now);
			bytes = later;
		}
		Ok(())
	}

	/// Ends the item and hands out its last blocks, the manifest last of all.
	///
	/// # Errors
	/// When there was no plaintext, or a block cannot be made or put away.
	pub fn finish<E>(
		mut self,
		sink: &mut impl FnMut(Digest, &[u8]) -> Result<(), E>,
	) -> Result<Encoded, EncodeError<E>> {
		if self.buffer.is_empty() {
			return Err(EncodeError::Empty);
		}
		self.close_stripe(true, sink)?;
		let index = if self.stripes <= u64::from(INLINE_STRIPES_MAX) {
			Index::Inline(core::mem::take(&mut self.rows))
		} else {
			if !self.rows.is_empty() {
				self.close_segment(sink)?;
			}
			Index::Segments(core::mem::take(&mut self.segments))
		};
		let Description { media, mime, name } = self.description;
		let (manifest, bytes) = Manifest::assemble(
			media,
			mime,
			name,
			self.size,
			*self.plaintext.finalize().as_bytes(),
			self.commitment,
			self.coding,
			self.shard_len,
			index,
		)?;
		let id = digest(&bytes);
		sink(id, &bytes).map_err(EncodeError::Sink)?;
		let manifest_size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
		Ok(Encoded { id, manifest, manifest_size })
	}

	fn close_stripe<E>(
		&mut self,
		last: bool,
		sink: &mut impl FnMut(Digest, &[u8]) -> Result<(), E>,
	) -> Result<(), EncodeError<E>> {
		self.key.encrypt(self.stripes, last, &mut self.buffer)?;
		let shard_len =
			if last { self.coding.shard_len(self.buffer.len()) } else { self.shard_len as usize };
		let row = code_and_hand_out(self.coding, shard_len, &mut self.buffer, sink)?;
		self.buffer.clear();
		self.rows.push(row);
		self.stripes += 1;
		if self.rows.len() as u64 == u64::from(SEGMENT_STRIPES) {
			self.close_segment(sink)?;
		}
		Ok(())
	}

	fn close_segment<E>(
		&mut self,
		sink: &mut impl FnMut(Digest, &[u8]) -> Result<(), E>,
	) -> Result<(), EncodeError<E>> {
		let mut table: Vec<u8> = self.rows.iter().flatten().flatten().copied().collect();
		let shard_len = self.coding.shard_len(table.len());
		let shards = code_and_hand_out(self.coding, shard_len, &mut table, sink)?;
		self.segments.push(Segment { shards });
		self.rows.clear();
		Ok(())
	}
}

/// The digests of the n shards that `data` is coded into, padded to k shards of `shard_len` bytes.
pub(crate) fn row_of(
	coding: Coding,
	shard_len: usize,
	mut data: Vec<u8>,
) -> Result<Row, ErasureError> {
	data.resize(shard_len * usize::from(coding.data), 0);
	let parity = erasure::encode(coding, &data)?;
	Ok(data.chunks_exact(shard_len).chain(parity.iter().map(Vec::as_slice)).map(digest).collect())
}

/// Pads `data` to k shards, adds the parity, hands all shards out and returns their digests.
fn code_and_hand_out<E>(
	coding: Coding,
	shard_len: usize,
	data: &mut Vec<u8>,
	sink: &mut impl FnMut(Digest, &[u8]) -> Result<(), E>,
) -> Result<Row, EncodeError<E>> {
	data.resize(shard_len * usize::from(coding.data), 0);
	let parity = erasure::encode(coding, data)?;
	let mut row = Row::with_capacity(usize::from(coding.total));
	for shard in data.chunks_exact(shard_len).chain(parity.iter().map(Vec::as_slice)) {
		let name = digest(shard);
		sink(name, shard).map_err(EncodeError::Sink)?;
		row.push(name);
	}
	Ok(row)
}
