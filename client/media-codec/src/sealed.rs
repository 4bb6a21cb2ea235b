//! A content key closed to one recipient.
//!
//! Ephemeral X25519 key agreement, a one-time AES-256-GCM key derived with BLAKE3 from the shared
//! secret and both public keys, zero nonce. Layout: ephemeral public key (32 bytes), ciphertext of
//! the key (32), tag (16). The runtime's `SealedKey` in `primitives` has the same length.

use aes_gcm::{aead::AeadInPlace, Aes256Gcm, KeyInit};
use rand_core::{CryptoRng, RngCore};
use x25519_dalek::{EphemeralSecret, PublicKey, SharedSecret, StaticSecret};
use zeroize::Zeroize;

/// Bytes of a sealed key.
pub const SEALED_BYTES: usize = 80;

const CONTEXT: &str = "popnet 2026 sealed content key v1";

/// A key could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
	/// The other side's public key is of low order: everybody would know the secret.
	#[error("the public key is weak; its owner has to choose another one")]
	WeakKey,
	/// Sealed to somebody else, or altered.
	#[error("the sealed key does not open: it was sealed to another key, or altered")]
	NotForMe,
}

/// Seals `key` to the owner of `recipient`.
///
/// # Errors
/// [`SealError::WeakKey`].
pub fn seal(
	key: &[u8; 32],
	recipient: &[u8; 32],
	rng: &mut (impl RngCore + CryptoRng),
) -> Result<[u8; SEALED_BYTES], SealError> {
	let ephemeral = EphemeralSecret::random_from_rng(rng);
	let public = PublicKey::from(&ephemeral).to_bytes();
	let shared = ephemeral.diffie_hellman(&PublicKey::from(*recipient));
	let cipher = cipher(&shared, &public, recipient)?;
	let mut ciphertext = *key;
	let tag = cipher
		.encrypt_in_place_detached(&[0; 12].into(), &[], &mut ciphertext)
		.map_err(|_| SealError::WeakKey)?;
	let mut sealed = [0; SEALED_BYTES];
	sealed[..32].copy_from_slice(&public);
	sealed[32..64].copy_from_slice(&ciphertext);
	sealed[64..].copy_from_slice(&tag);
	Ok(sealed)
}

/// Opens a sealed key with the recipient's secret.
///
/// # Errors
/// [`SealError::NotForMe`], and [`SealError::WeakKey`] for a forged ephemeral key.
pub fn open(sealed: &[u8; SEALED_BYTES], secret: &[u8; 32]) -> Result<[u8; 32], SealError> {
	let secret = StaticSecret::from(*secret);
	let recipient = PublicKey::from(&secret).to_bytes();
	let (public, rest) = sealed.split_at(32);
	let (ciphertext, tag) = rest.split_at(32);
	let public: [u8; 32] = public.try_into().map_err(|_| SealError::NotForMe)?;
	let tag: [u8; 16] = tag.try_into().map_err(|_| SealError::NotForMe)?;
	let mut key: [u8; 32] = ciphertext.try_into().map_err(|_| SealError::NotForMe)?;
	let shared = secret.diffie_hellman(&PublicKey::from(public));
	cipher(&shared, &public, &recipient)?
		.decrypt_in_place_detached(&[0; 12].into(), &[], &mut key, &tag.into())
		.map_err(|_| SealError::NotForMe)?;
	Ok(key)
}

/// The public key of a screening secret.
pub fn public_key(secret: &[u8; 32]) -> [u8; 32] {
	PublicKey::from(&StaticSecret::from(*secret)).to_bytes()
}

fn cipher(
	shared: &SharedSecret,
	ephemeral: &[u8; 32],
	recipient: &[u8; 32],
) -> Result<Aes256Gcm, SealError> {
	if !shared.was_contributory() {
		return Err(SealError::WeakKey);
	}
	let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
	hasher.update(shared.as_bytes()).update(ephemeral).update(recipient);
	let mut key: [u8; 32] = hasher.finalize().into();
	let cipher = Aes256Gcm::new(&key.into());
	key.zeroize();
	Ok(cipher)
}

#[cfg(test)]
mod tests {
	use super::*;
	use rand::{rngs::StdRng, RngCore, SeedableRng};

	#[test]
	fn only_the_recipient_opens() {
		let mut rng = StdRng::seed_from_u64(5);
		let mut secret = [0; 32];
		rng.fill_bytes(&mut secret);
		let sealed = seal(&[7; 32], &public_key(&secret), &mut rng).unwrap();

		assert_eq!(open(&sealed, &secret), Ok([7; 32]));
		assert_eq!(open(&sealed, &[1; 32]), Err(SealError::NotForMe));
		for byte in 0..SEALED_BYTES {
			let mut altered = sealed;
			altered[byte] ^= 0x10;
			assert_eq!(open(&altered, &secret), Err(SealError::NotForMe), "byte {byte}");
		}
	}

	#[test]
	fn weak_keys_are_refused() {
		let mut rng = StdRng::seed_from_u64(6);
		assert_eq!(seal(&[7; 32], &[0; 32], &mut rng), Err(SealError::WeakKey));
		assert_eq!(open(&[0; SEALED_BYTES], &[9; 32]), Err(SealError::WeakKey));
	}
}
