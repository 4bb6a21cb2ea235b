//! The cipher of stripes: AES-256-GCM under a key that is bound by a commitment.
//!
//! AES-GCM alone does not commit to its key: whoever chooses two keys can make one ciphertext that
//! decrypts under both, to different plaintexts, and so show one film to the panel and another to
//! the viewer. So the key of the cipher and a commitment are both derived from the content key with
//! BLAKE3, the commitment is on the chain, and nothing is decrypted with a key that has not been
//! compared with it first: a second content key would need a collision of BLAKE3. (Construction:
//! hash-based commitment beside an AEAD, after Albertini, Duong, Gueron, Kölbl, Luykx, Schmieg, "How
//! to abuse and fix authenticated encryption without key commitment", 2022.)

use aes_gcm::{aead::AeadInPlace, Aes256Gcm, KeyInit};
use alloc::vec::Vec;
use rand_core::{CryptoRng, RngCore};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes that encryption adds to a stripe.
pub const TAG_BYTES: usize = 16;

const KEY_CONTEXT: &str = "popnet 2026 stripe key v1";
const COMMITMENT_CONTEXT: &str = "popnet 2026 key commitment v1";
const FORMAT: u8 = 1;

/// The secret of one item. Each item has a key of its own, drawn at random, so a stripe's number
/// can serve as nonce.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ContentKey([u8; 32]);

/// A content key that has been compared with its commitment.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CommittedKey {
	content: [u8; 32],
	stripe: [u8; 32],
}

/// The key is not the one that was committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the content key does not match the commitment in the registration")]
pub struct WrongKey;

/// A stripe could not be encrypted or decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
	/// The tag does not fit: the bytes were altered, or belong to another stripe or item.
	#[error("stripe {0} does not authenticate: its bytes were altered or belong elsewhere")]
	Tag(u64),
	/// The ciphertext is shorter than a tag.
	#[error("stripe {0} is shorter than its authentication tag")]
	TooShort(u64),
	/// The plaintext exceeds what the cipher takes (2^36 − 32 bytes).
	#[error("stripe {0} is longer than the cipher allows")]
	TooLong(u64),
}

/// The commitment to a content key.
pub fn commitment(key: &[u8; 32]) -> [u8; 32] {
	blake3::derive_key(COMMITMENT_CONTEXT, key)
}

impl ContentKey {
	/// Draws a key.
	pub fn generate(rng: &mut (impl RngCore + CryptoRng)) -> Self {
		let mut bytes = [0; 32];
		rng.fill_bytes(&mut bytes);
		Self(bytes)
	}

	/// The commitment to this key.
	pub fn commitment(&self) -> [u8; 32] {
		commitment(&self.0)
	}

	/// The key as its own publisher uses it.
	pub fn commit(&self) -> CommittedKey {
		CommittedKey { content: self.0, stripe: blake3::derive_key(KEY_CONTEXT, &self.0) }
	}

	/// The key as others use it, once it fits the commitment that the chain holds.
	///
	/// # Errors
	/// When it does not fit.
	pub fn open(bytes: [u8; 32], expected: &[u8; 32]) -> Result<CommittedKey, WrongKey> {
		let key = Self(bytes);
		// Comparing digests of a public value needs no constant time.
		if key.commitment() == *expected {
			Ok(key.commit())
		} else {
			Err(WrongKey)
		}
	}

	/// The secret bytes.
	pub fn expose(&self) -> &[u8; 32] {
		&self.0
	}
}

impl CommittedKey {
	/// The secret bytes of the content key.
	pub fn expose(&self) -> &[u8; 32] {
		&self.content
	}

	/// Encrypts stripe `index` in place and appends the tag. `last` marks the item's final stripe, so
	/// that a shortened item does not authenticate.
	///
	/// # Errors
	/// [`CipherError::TooLong`].
	pub fn encrypt(&self, index: u64, last: bool, stripe: &mut Vec<u8>) -> Result<(), CipherError> {
		let aad = associated_data(last, stripe.len());
		let tag = self
			.cipher()
			.encrypt_in_place_detached(&nonce(index).into(), &aad, stripe)
			.map_err(|_| CipherError::TooLong(index))?;
		stripe.extend_from_slice(&tag);
		Ok(())
	}

	/// Decrypts stripe `index` in place and removes the tag. On an error the content of `stripe`
	/// is unspecified and must not be used.
	///
	/// # Errors
	/// [`CipherError::Tag`] and [`CipherError::TooShort`].
	pub fn decrypt(&self, index: u64, last: bool, stripe: &mut Vec<u8>) -> Result<(), CipherError> {
		let length = stripe.len().checked_sub(TAG_BYTES).ok_or(CipherError::TooShort(index))?;
		let tag: [u8; TAG_BYTES] =
			stripe.split_off(length).try_into().map_err(|_| CipherError::TooShort(index))?;
		let aad = associated_data(last, length);
		self.cipher()
			.decrypt_in_place_detached(&nonce(index).into(), &aad, stripe, &tag.into())
			.map_err(|_| CipherError::Tag(index))
	}

	fn cipher(&self) -> Aes256Gcm {
		Aes256Gcm::new(&self.stripe.into())
	}
}

fn nonce(index: u64) -> [u8; 12] {
	let mut nonce = [0; 12];
	nonce[4..].copy_from_slice(&index.to_be_bytes());
	nonce
}

fn associated_data(last: bool, length: usize) -> [u8; 10] {
	let mut data = [0; 10];
	data[0] = FORMAT;
	data[1] = u8::from(last);
	data[2..].copy_from_slice(&(length as u64).to_be_bytes());
	data
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::{rngs::StdRng, SeedableRng};

	fn key() -> ContentKey {
		ContentKey::generate(&mut StdRng::seed_from_u64(1))
	}

	#[test]
	fn a_stripe_comes_back_only_where_it_belongs() {
		let key = key();
		let committed = ContentKey::open(*key.expose(), &key.commitment()).unwrap();
		let mut stripe = b"some frames".to_vec();
		committed.encrypt(3, false, &mut stripe).unwrap();
		assert_eq!(stripe.len(), 11 + TAG_BYTES);

		for (index, last) in [(4, false), (3, true)] {
			let mut moved = stripe.clone();
			assert_eq!(committed.decrypt(index, last, &mut moved), Err(CipherError::Tag(index)));
		}
		committed.decrypt(3, false, &mut stripe).unwrap();
		assert_eq!(stripe, b"some frames");
	}

	#[test]
	fn every_flipped_bit_is_noticed() {
		let committed = key().commit();
		let mut stripe = b"frames".to_vec();
		committed.encrypt(0, true, &mut stripe).unwrap();
		for bit in 0..stripe.len() * 8 {
			let mut altered = stripe.clone();
			altered[bit / 8] ^= 1 << (bit % 8);
			assert_eq!(committed.decrypt(0, true, &mut altered), Err(CipherError::Tag(0)));
		}
		assert_eq!(
			committed.decrypt(0, true, &mut vec![0; TAG_BYTES - 1]),
			Err(CipherError::TooShort(0))
		);
	}

	#[test]
	fn another_key_never_opens() {
		let key = key();
		let mut other = *key.expose();
		other[31] ^= 1;
		assert!(matches!(ContentKey::open(other, &key.commitment()), Err(WrongKey)));
	}
}
