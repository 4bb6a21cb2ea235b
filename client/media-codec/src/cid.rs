//! Names of blocks: BLAKE3 digests, and their text form as CIDs.

use ::cid::{multihash::Multihash, Cid, Version};
use alloc::string::{String, ToString};

/// BLAKE3-256 digest of a block.
pub type Digest = [u8; 32];

/// Multicodec of raw bytes.
pub const RAW: u64 = 0x55;
/// Multihash code of BLAKE3.
pub const BLAKE3: u64 = 0x1e;

/// Why a text is not the name of one of our blocks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CidError {
	/// Not a CID in any base.
	#[error("this is not a CID; a content id looks like bafkr4i… and is 59 characters long")]
	Malformed,
	/// A CID of version 0, which cannot name a raw block.
	#[error("this CID has version 0; content ids have version 1")]
	Version,
	/// A CID of another codec than raw.
	#[error("this CID has the codec {0:#x}; content ids have the codec raw (0x55)")]
	Codec(u64),
	/// A CID of another hash than BLAKE3-256.
	#[error(
		"this CID uses the hash {0:#x} of {1} bytes; content ids use BLAKE3 (0x1e) of 32 bytes"
	)]
	Hash(u64, u8),
}

/// The digest of `bytes`.
pub fn digest(bytes: &[u8]) -> Digest {
	*blake3::hash(bytes).as_bytes()
}

/// The CID of the block with this digest: version 1, raw, BLAKE3-256.
pub fn to_cid(digest: &Digest) -> Cid {
	// 32 bytes always fit the 64 bytes that a CID reserves.
	let hash = Multihash::wrap(BLAKE3, digest).unwrap_or_default();
	Cid::new_v1(RAW, hash)
}

/// The CID as text, in lower-case base 32.
pub fn cid_text(digest: &Digest) -> String {
	to_cid(digest).to_string()
}

/// The digest that a CID names.
///
/// # Errors
/// When the CID is not version 1, raw, BLAKE3-256.
pub fn digest_of(cid: &Cid) -> Result<Digest, CidError> {
	if cid.version() != Version::V1 {
		return Err(CidError::Version);
	}
	if cid.codec() != RAW {
		return Err(CidError::Codec(cid.codec()));
	}
	let hash = cid.hash();
	if hash.code() != BLAKE3 {
		return Err(CidError::Hash(hash.code(), hash.size()));
	}
	hash.digest().try_into().map_err(|_| CidError::Hash(hash.code(), hash.size()))
}

/// The digest that a CID in text form names; any multibase is accepted.
///
/// # Errors
/// When the text is no CID, or not one of ours.
pub fn parse_cid(text: &str) -> Result<Digest, CidError> {
	let cid = Cid::try_from(text.trim()).map_err(|_| CidError::Malformed)?;
	digest_of(&cid)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_and_digest_are_one_to_one() {
		let digest = digest(b"a block");
		let text = cid_text(&digest);
		assert!(text.starts_with("bafkr4i"), "{text}");
		assert_eq!(text.len(), 59);
		assert_eq!(parse_cid(&text), Ok(digest));
	}

	#[test]
	fn other_cids_are_told_apart() {
		assert_eq!(parse_cid("hello"), Err(CidError::Malformed));
		assert_eq!(parse_cid(""), Err(CidError::Malformed));
		assert_eq!(
			parse_cid("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"),
			Err(CidError::Version)
		);
		assert_eq!(
			parse_cid("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"),
			Err(CidError::Hash(0x12, 32))
		);
		assert_eq!(
			parse_cid("bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"),
			Err(CidError::Codec(0x70))
		);
	}
}
