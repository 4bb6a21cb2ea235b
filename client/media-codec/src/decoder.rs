//! Verifies shards and turns them into plaintext.

use crate::{
	cid::{digest, Digest},
	cipher::{CipherError, CommittedKey},
	encoder::row_of,
	erasure::{self, ErasureError},
	manifest::{Manifest, Row, ShardRef},
};
use alloc::vec::Vec;

/// Why a stripe cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
	/// The item has fewer stripes.
	#[error("the item has no stripe {0}")]
	NoStripe(u64),
	/// The row of digests is not that of this item's stripes.
	#[error("stripe {0} has a wrong number of digests")]
	Row(u64),
	/// A shard's bytes do not have the digest that the manifest names.
	#[error("shard {shard} of stripe {stripe} is not the one that the manifest names")]
	Shard {
		/// Number of the stripe.
		stripe: u64,
		/// Number of the shard in the stripe.
		shard: u16,
	},
	/// The manifest names shards that an honest encoder does not make of this plaintext: whoever lost
	/// data shards could not restore them.
	#[error("the manifest names shards of stripe {0} that do not code it")]
	Code(u64),
	/// Bytes follow the ciphertext that are not zero.
	#[error("stripe {0} is padded with something else than zeros")]
	Padding(u64),
	/// The whole plaintext is not what was registered.
	#[error("the plaintext does not have the digest that was registered")]
	Root,
	/// Too few shards, or shards that do not fit.
	#[error(transparent)]
	Erasure(#[from] ErasureError),
	/// The stripe does not authenticate.
	#[error(transparent)]
	Cipher(#[from] CipherError),
}

/// Whether `bytes` are the shard that `expected` names.
pub fn is_shard(expected: &ShardRef, bytes: &[u8]) -> bool {
	bytes.len() == expected.length && digest(bytes) == expected.digest
}

/// The plaintext of stripe `stripe`, from any `k` of its shards. Every shard is checked against its
/// digest, the stripe against its tag, and its padding must be zero.
///
/// # Errors
/// When anything does not fit; there is no partial result.
pub fn decode_stripe(
	manifest: &Manifest,
	key: &CommittedKey,
	stripe: u64,
	row: &Row,
	shards: &[(u16, &[u8])],
) -> Result<Vec<u8>, DecodeError> {
	if stripe >= manifest.stripes() {
		return Err(DecodeError::NoStripe(stripe));
	}
	if row.len() != usize::from(manifest.coding.total) {
		return Err(DecodeError::Row(stripe));
	}
	for (shard, bytes) in shards {
		let expected: Option<&Digest> = row.get(usize::from(*shard));
		if expected.is_some_and(|expected| digest(bytes) != *expected) {
			return Err(DecodeError::Shard { stripe, shard: *shard });
		}
	}
	let shard_len = manifest.stripe_shard_len(stripe);
	let mut data = erasure::reconstruct(manifest.coding, shard_len, shards)?;
	let length = usize::try_from(manifest.stripe_size(stripe))
		.map_err(|_| DecodeError::NoStripe(stripe))?
		+ crate::cipher::TAG_BYTES;
	if data.iter().skip(length).any(|byte| *byte != 0) {
		return Err(DecodeError::Padding(stripe));
	}
	data.truncate(length);
	key.decrypt(stripe, manifest.is_last(stripe), &mut data)?;
	Ok(data)
}

/// Whether `row` names the shards, all n of them, that an honest encoder makes of `plaintext`, the
/// plaintext of stripe `stripe`. Key, number and plaintext always make the same shards, so the stripe is
/// encrypted and coded once more and every digest compared, those of shards that nobody has fetched
/// included.
///
/// # Errors
/// [`DecodeError::Code`] when a digest differs, and [`DecodeError::NoStripe`].
pub fn verify_row(
	manifest: &Manifest,
	key: &CommittedKey,
	stripe: u64,
	row: &Row,
	mut plaintext: Vec<u8>,
) -> Result<(), DecodeError> {
	if stripe >= manifest.stripes() {
		return Err(DecodeError::NoStripe(stripe));
	}
	if plaintext.len() as u64 != manifest.stripe_size(stripe) {
		return Err(DecodeError::Code(stripe));
	}
	key.encrypt(stripe, manifest.is_last(stripe), &mut plaintext)?;
	let shard_len = manifest.stripe_shard_len(stripe);
	if row_of(manifest.coding, shard_len, plaintext)? == *row {
		Ok(())
	} else {
		Err(DecodeError::Code(stripe))
	}
}

/// Checks a whole plaintext, stripe by stripe, against the manifest.
#[derive(Clone, Default)]
pub struct PlaintextCheck(blake3::Hasher);

impl PlaintextCheck {
	/// Takes the plaintext of the next stripe.
	pub fn update(&mut self, plaintext: &[u8]) {
		self.0.update(plaintext);
	}

	/// Whether everything that was taken is the registered plaintext.
	///
	/// # Errors
	/// [`DecodeError::Root`].
	pub fn finish(self, root: &Digest) -> Result<(), DecodeError> {
		if self.0.finalize().as_bytes() == root {
			Ok(())
		} else {
			Err(DecodeError::Root)
		}
	}
}
