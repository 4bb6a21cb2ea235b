//! The manifest: what an item is made of.
//!
//! One block of at most 1 MiB, SCALE encoded, which every Masternode of the placement keeps. It
//! names all shards: directly while the item has few stripes, else through *segments*, which hold the
//! digests of up to 256 stripes each and are erasure coded like a stripe, but not encrypted. So what
//! is replicated stays small, and what is large is coded.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use crate::{
	cid::{digest, Digest},
	cipher::TAG_BYTES,
	encoder::row_of,
	erasure::{Coding, ErasureError},
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeLimit, Encode, Input};

/// Largest manifest in bytes.
pub const MANIFEST_BYTES_MAX: usize = 1024 * 1024;
/// Most stripes whose digests stand in the manifest itself.
pub const INLINE_STRIPES_MAX: u32 = 8;
/// Stripes whose digests one segment holds.
pub const SEGMENT_STRIPES: u32 = 256;
/// Largest shard in bytes: an IPFS block.
pub const SHARD_BYTES_MAX: u32 = 1024 * 1024;
/// Most bytes of a stripe's k data shards: what a reader holds in memory.
pub const STRIPE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Most bytes of all n shards of a stripe or segment: what whoever codes it holds in memory.
pub const CODED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Longest media type and longest file name in bytes.
pub const TEXT_BYTES_MAX: usize = 255;

const VERSION: u8 = 1;
const DECODE_DEPTH: u32 = 8;

/// What kind of media an item is. The numbers are those of the runtime's `MediaKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum MediaKind {
	/// Moving pictures.
	Video,
	/// Sound.
	Audio,
	/// A still picture.
	Image,
}

/// The digests of a stripe's shards, in order.
pub type Row = Vec<Digest>;

/// A coded table of the digests of up to [`SEGMENT_STRIPES`] stripes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Segment {
	/// Digests of the segment's shards.
	pub shards: Row,
}

/// Where the digests of the stripes stand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Index {
	/// Here, one row a stripe.
	Inline(Vec<Row>),
	/// In coded segments.
	Segments(Vec<Segment>),
}

/// What an item is made of.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Manifest {
	version: u8,
	/// Declared kind of media.
	pub media: MediaKind,
	/// Media type, for example `video/mp4`; ASCII, at most [`TEXT_BYTES_MAX`] bytes.
	pub mime: String,
	/// Name of the file, at most [`TEXT_BYTES_MAX`] bytes; without meaning to the network.
	pub name: String,
	/// Plaintext bytes, ≥ 1.
	pub size: u64,
	/// BLAKE3 digest of the plaintext.
	pub plaintext_root: Digest,
	/// Commitment to the content key.
	pub key_commitment: [u8; 32],
	/// The code of stripes and segments.
	pub coding: Coding,
	/// Bytes of a shard of every stripe but the last, even, 2 ..= [`SHARD_BYTES_MAX`].
	pub shard_len: u32,
	/// The digests.
	pub index: Index,
}

/// Why a block is not the manifest that was asked for, or contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
	/// The bytes have another digest.
	#[error("the manifest's bytes do not have the digest that names it")]
	Digest,
	/// Too long, truncated, or not a manifest.
	#[error("the block is no manifest: {0}")]
	Encoding(&'static str),
	/// A format that this program does not know.
	#[error("the manifest has format {0}; update this program to read it")]
	Version(u8),
	/// Numbers that contradict one another.
	#[error("the manifest contradicts itself: {0}")]
	Inconsistent(&'static str),
	/// A segment's bytes do not fit the manifest.
	#[error("segment {0} of the manifest does not fit it")]
	Segment(u32),
	/// The code is impossible.
	#[error(transparent)]
	Erasure(#[from] ErasureError),
}

/// One shard that an item consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRef {
	/// Number of the shard in its stripe or segment.
	pub shard: u16,
	/// Digest of its bytes.
	pub digest: Digest,
	/// Its length in bytes.
	pub length: usize,
}

/// The slot of a placement that keeps shard `shard` of stripe or segment `number`. The runtime's
/// `primitives::placement::slot_of` is the same rule.
pub fn slot_of(number: u64, shard: u16, slots: u32) -> u32 {
	let slots = u64::from(slots.max(1));
	u32::try_from((number % slots + u64::from(shard)) % slots).unwrap_or(0)
}

/// Whether a stripe or segment of shards of `shard_len` bytes keeps to [`STRIPE_BYTES_MAX`] and
/// [`CODED_BYTES_MAX`].
pub(crate) fn stripe_fits(coding: Coding, shard_len: u64) -> bool {
	let bytes = |shards: u16| u64::from(shards).saturating_mul(shard_len);
	bytes(coding.data) <= STRIPE_BYTES_MAX && bytes(coding.total) <= CODED_BYTES_MAX
}

impl Manifest {
	/// Puts a manifest together.
	///
	/// # Errors
	/// When the parts contradict one another, or the encoding would be too long.
	#[allow(clippy::too_many_arguments)]
	pub(crate) fn assemble(
		media: MediaKind,
		mime: String,
		name: String,
		size: u64,
		plaintext_root: Digest,
		key_commitment: [u8; 32],
		coding: Coding,
		shard_len: u32,
		index: Index,
	) -> Result<(Self, Vec<u8>), ManifestError> {
		let manifest = Self {
			version: VERSION,
			media,
			mime,
			name,
			size,
			plaintext_root,
			key_commitment,
			coding,
			shard_len,
			index,
		};
		manifest.check()?;
		let bytes = manifest.encode();
		if bytes.len() > MANIFEST_BYTES_MAX {
			return Err(ManifestError::Encoding("it would be longer than 1 MiB"));
		}
		Ok((manifest, bytes))
	}

	/// Reads the manifest whose digest is `expected`.
	///
	/// # Errors
	/// When the bytes are another block, no manifest, or one that contradicts itself.
	pub fn decode_verified(bytes: &[u8], expected: &Digest) -> Result<Self, ManifestError> {
		if bytes.len() > MANIFEST_BYTES_MAX {
			return Err(ManifestError::Encoding("it is longer than 1 MiB"));
		}
		if digest(bytes) != *expected {
			return Err(ManifestError::Digest);
		}
		let mut input = bytes;
		match input.first() {
			Some(&VERSION) => {}
			Some(&other) => return Err(ManifestError::Version(other)),
			None => return Err(ManifestError::Encoding("it is empty")),
		}
		// SCALE reads a vector in steps that are bounded by the bytes that are left.
		let manifest = Self::decode_with_depth_limit(DECODE_DEPTH, &mut input)
			.map_err(|_| ManifestError::Encoding("it is truncated or malformed"))?;
		if input.remaining_len().ok().flatten() != Some(0) {
			return Err(ManifestError::Encoding("bytes follow its end"));
		}
		manifest.check()?;
		Ok(manifest)
	}

	fn check(&self) -> Result<(), ManifestError> {
		let inconsistent = |what| Err(ManifestError::Inconsistent(what));
		self.coding.check()?;
		if self.size == 0 {
			return inconsistent("the item is empty");
		}
		if self.shard_len < 2
			|| !self.shard_len.is_multiple_of(2)
			|| self.shard_len > SHARD_BYTES_MAX
		{
			return inconsistent("impossible shard length");
		}
		if self.stripe_capacity() == 0 {
			return inconsistent("stripes have no room for data");
		}
		if !stripe_fits(self.coding, u64::from(self.shard_len)) {
			return inconsistent("stripes are too large");
		}
		if self.mime.len() > TEXT_BYTES_MAX || self.name.len() > TEXT_BYTES_MAX {
			return inconsistent("a text is too long");
		}
		let total = usize::from(self.coding.total);
		match &self.index {
			Index::Inline(rows) => {
				if rows.len() as u64 != self.stripes()
					|| rows.len() as u64 > u64::from(INLINE_STRIPES_MAX)
				{
					return inconsistent("wrong number of stripes");
				}
				if rows.iter().any(|row| row.len() != total) {
					return inconsistent("wrong number of shards in a stripe");
				}
			}
			Index::Segments(segments) => {
				if self.stripes() <= u64::from(INLINE_STRIPES_MAX)
					|| segments.len() as u64 != self.stripes().div_ceil(u64::from(SEGMENT_STRIPES))
				{
					return inconsistent("wrong number of segments");
				}
				if segments.iter().any(|segment| segment.shards.len() != total) {
					return inconsistent("wrong number of shards in a segment");
				}
				let shard_len = self.coding.shard_len(self.segment_bytes(0)) as u64;
				if shard_len > u64::from(SHARD_BYTES_MAX) || !stripe_fits(self.coding, shard_len) {
					return inconsistent("segments are too large");
				}
			}
		}
		Ok(())
	}

	/// Plaintext bytes of every stripe but the last.
	pub fn stripe_capacity(&self) -> u64 {
		(u64::from(self.coding.data) * u64::from(self.shard_len)).saturating_sub(TAG_BYTES as u64)
	}

	/// Number of stripes.
	pub fn stripes(&self) -> u64 {
		self.size.div_ceil(self.stripe_capacity().max(1))
	}

	/// Plaintext bytes of stripe `stripe`; 0 beyond the last.
	pub fn stripe_size(&self, stripe: u64) -> u64 {
		let start = stripe.saturating_mul(self.stripe_capacity());
		self.size.saturating_sub(start).min(self.stripe_capacity())
	}

	/// Whether `stripe` is the last.
	pub fn is_last(&self, stripe: u64) -> bool {
		stripe + 1 == self.stripes()
	}

	/// Bytes of a shard of stripe `stripe`: shorter in the last, so that small items stay small.
	pub fn stripe_shard_len(&self, stripe: u64) -> usize {
		if self.is_last(stripe) {
			let size = usize::try_from(self.stripe_size(stripe)).unwrap_or(usize::MAX);
			self.coding.shard_len(size.saturating_add(TAG_BYTES))
		} else {
			self.shard_len as usize
		}
	}

	/// Number of segments; 0 while the digests stand in the manifest itself.
	pub fn segments(&self) -> u32 {
		match &self.index {
			Index::Inline(_) => 0,
			Index::Segments(segments) => u32::try_from(segments.len()).unwrap_or(u32::MAX),
		}
	}

	/// The segment that holds the digests of `stripe`, and the row within; `None` when they stand in
	/// the manifest itself.
	pub fn segment_of(&self, stripe: u64) -> Option<(u32, usize)> {
		match &self.index {
			Index::Inline(_) => None,
			Index::Segments(_) => {
				let segment = u32::try_from(stripe / u64::from(SEGMENT_STRIPES)).ok()?;
				let row = usize::try_from(stripe % u64::from(SEGMENT_STRIPES)).ok()?;
				Some((segment, row))
			}
		}
	}

	/// Stripes whose digests segment `segment` holds.
	pub fn segment_stripes(&self, segment: u32) -> u64 {
		let start = u64::from(segment) * u64::from(SEGMENT_STRIPES);
		self.stripes().saturating_sub(start).min(u64::from(SEGMENT_STRIPES))
	}

	fn segment_bytes(&self, segment: u32) -> usize {
		usize::try_from(self.segment_stripes(segment)).unwrap_or(0)
			* usize::from(self.coding.total)
			* 32
	}

	/// The shards of segment `segment`, in order.
	pub fn segment_shards(&self, segment: u32) -> Vec<ShardRef> {
		let Index::Segments(segments) = &self.index else { return Vec::new() };
		let length = self.coding.shard_len(self.segment_bytes(segment));
		segments
			.get(segment as usize)
			.map(|segment| shard_refs(&segment.shards, length))
			.unwrap_or_default()
	}

	/// The digests that segment `segment` holds, from any `k` of its shards. The caller has checked
	/// the shards against their digests.
	///
	/// # Errors
	/// When the shards are too few or do not fit.
	pub fn decode_segment(
		&self,
		segment: u32,
		shards: &[(u16, &[u8])],
	) -> Result<Vec<Row>, ManifestError> {
		let length = self.segment_bytes(segment);
		if length == 0 || segment >= self.segments() {
			return Err(ManifestError::Segment(segment));
		}
		let mut data =
			crate::erasure::reconstruct(self.coding, self.coding.shard_len(length), shards)?;
		data.truncate(length);
		let rows = data
			.chunks_exact(usize::from(self.coding.total) * 32)
			.map(|row| row.chunks_exact(32).filter_map(|digest| digest.try_into().ok()).collect())
			.collect();
		Ok(rows)
	}

	/// Whether the manifest names the shards, all n of them, that an honest encoder makes of `rows`, the
	/// digests that segment `segment` holds.
	///
	/// # Errors
	/// [`ManifestError::Segment`] when a digest differs, or there is no such segment.
	pub fn verify_segment(&self, segment: u32, rows: &[Row]) -> Result<(), ManifestError> {
		let table: Vec<u8> = rows.iter().flatten().flatten().copied().collect();
		let named = match &self.index {
			Index::Inline(_) => None,
			Index::Segments(segments) => segments.get(segment as usize),
		};
		let named = named.ok_or(ManifestError::Segment(segment))?;
		if table.len() != self.segment_bytes(segment) {
			return Err(ManifestError::Segment(segment));
		}
		let shard_len = self.coding.shard_len(table.len());
		if row_of(self.coding, shard_len, table)? == named.shards {
			Ok(())
		} else {
			Err(ManifestError::Segment(segment))
		}
	}

	/// The row of `stripe`, when the digests stand in the manifest itself.
	pub fn inline_row(&self, stripe: u64) -> Option<&Row> {
		match &self.index {
			Index::Inline(rows) => usize::try_from(stripe).ok().and_then(|index| rows.get(index)),
			Index::Segments(_) => None,
		}
	}

	/// The shards of stripe `stripe` with this row of digests, in order.
	pub fn stripe_shards(&self, stripe: u64, row: &Row) -> Vec<ShardRef> {
		shard_refs(row, self.stripe_shard_len(stripe))
	}

	/// Bytes of all shards of stripes and segments together, the manifest itself excluded.
	pub fn stored_size(&self) -> u64 {
		let total = u64::from(self.coding.total);
		let stripes = self.stripes();
		let full = stripes.saturating_sub(1) * u64::from(self.shard_len);
		let last = self.stripe_shard_len(stripes.saturating_sub(1)) as u64;
		let segments: u64 = (0..self.segments())
			.map(|segment| self.coding.shard_len(self.segment_bytes(segment)) as u64)
			.sum();
		(full + last + segments) * total
	}

	/// The stripes that hold the plaintext bytes `start .. end`.
	pub fn stripes_of(&self, start: u64, end: u64) -> core::ops::Range<u64> {
		let end = end.min(self.size);
		if start >= end {
			return 0..0;
		}
		let capacity = self.stripe_capacity().max(1);
		start / capacity..(end - 1) / capacity + 1
	}
}

fn shard_refs(row: &Row, length: usize) -> Vec<ShardRef> {
	(0u16..).zip(row).map(|(shard, digest)| ShardRef { shard, digest: *digest, length }).collect()
}
