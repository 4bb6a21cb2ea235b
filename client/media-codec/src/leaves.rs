//! Proofs that a small leaf belongs to a shard.
//!
//! BLAKE3 is a Merkle tree over chunks of 1 KiB, so a shard's digest is the root over its leaves and
//! a storage challenge needs no second hash: the proof of a leaf is the leaf and the chaining values
//! of the subtrees beside its path (BLAKE3 paper, section 2; the construction of Bao).

use crate::cid::Digest;
use alloc::vec::Vec;
use blake3::hazmat::{
	left_subtree_len, merge_subtrees_non_root, merge_subtrees_root, ChainingValue, HasherExt, Mode,
};
use codec::{Decode, Encode};

/// Bytes of a leaf; the last leaf of a shard may be shorter.
pub const LEAF_BYTES: usize = 1024;
/// Most siblings of a proof: shards have at most 2^20 leaves.
const SIBLINGS_MAX: usize = 20;

/// A leaf and the way from it to the root.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LeafProof {
	/// The leaf's bytes, 1 ..= [`LEAF_BYTES`].
	pub leaf: Vec<u8>,
	/// Chaining values of the subtrees beside the path, from the root downwards.
	pub siblings: Vec<ChainingValue>,
}

/// A leaf that cannot be proven, or a proof that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
	/// The shard has fewer leaves, or none.
	#[error("the shard has no leaf {0}")]
	Index(u64),
	/// The leaf's length or the number of siblings does not fit the shard's length.
	#[error("the proof's shape does not fit the shard")]
	Shape,
	/// The root that follows from the proof is another one.
	#[error("the proof does not lead to the shard's digest")]
	Root,
}

/// Number of leaves of a shard of `length` bytes.
pub fn leaf_count(length: u64) -> u64 {
	length.div_ceil(LEAF_BYTES as u64)
}

/// One step from the root towards a leaf.
struct Step {
	sibling_start: u64,
	sibling_len: u64,
	leaf_is_left: bool,
}

/// The steps to leaf `index`, with the leaf's own start and length.
fn path(length: u64, index: u64) -> Result<(Vec<Step>, u64, u64), LeafError> {
	if index >= leaf_count(length) {
		return Err(LeafError::Index(index));
	}
	let target = index * LEAF_BYTES as u64;
	let (mut start, mut len) = (0, length);
	let mut steps = Vec::new();
	while len > LEAF_BYTES as u64 {
		let left = left_subtree_len(len);
		let leaf_is_left = target < start + left;
		if leaf_is_left {
			steps.push(Step { sibling_start: start + left, sibling_len: len - left, leaf_is_left });
			len = left;
		} else {
			steps.push(Step { sibling_start: start, sibling_len: left, leaf_is_left });
			start += left;
			len -= left;
		}
	}
	Ok((steps, start, len))
}

fn chaining_value(start: u64, bytes: &[u8]) -> ChainingValue {
	let mut hasher = blake3::Hasher::new();
	hasher.set_input_offset(start);
	hasher.update(bytes);
	hasher.finalize_non_root()
}

fn slice(shard: &[u8], start: u64, len: u64) -> Result<&[u8], LeafError> {
	let start = usize::try_from(start).map_err(|_| LeafError::Shape)?;
	let len = usize::try_from(len).map_err(|_| LeafError::Shape)?;
	shard.get(start..).and_then(|rest| rest.get(..len)).ok_or(LeafError::Shape)
}

/// Proves leaf `index` of `shard`.
///
/// # Errors
/// [`LeafError::Index`].
pub fn prove(shard: &[u8], index: u64) -> Result<LeafProof, LeafError> {
	let (steps, start, len) = path(shard.len() as u64, index)?;
	let siblings = steps
		.iter()
		.map(|step| {
			slice(shard, step.sibling_start, step.sibling_len)
				.map(|bytes| chaining_value(step.sibling_start, bytes))
		})
		.collect::<Result<_, _>>()?;
	Ok(LeafProof { leaf: slice(shard, start, len)?.to_vec(), siblings })
}

/// Checks that `proof` shows leaf `index` of the shard with this digest and length in bytes.
///
/// # Errors
/// When it does not.
pub fn verify(root: &Digest, length: u64, index: u64, proof: &LeafProof) -> Result<(), LeafError> {
	let (steps, start, len) = path(length, index)?;
	if proof.leaf.len() as u64 != len
		|| proof.siblings.len() != steps.len()
		|| steps.len() > SIBLINGS_MAX
	{
		return Err(LeafError::Shape);
	}
	let found = if steps.is_empty() {
		blake3::hash(&proof.leaf)
	} else {
		let mut value = chaining_value(start, &proof.leaf);
		let mut found = None;
		for (depth, (step, sibling)) in steps.iter().zip(&proof.siblings).enumerate().rev() {
			let (left, right) =
				if step.leaf_is_left { (&value, sibling) } else { (sibling, &value) };
			if depth == 0 {
				found = Some(merge_subtrees_root(left, right, Mode::Hash));
			} else {
				value = merge_subtrees_non_root(left, right, Mode::Hash);
			}
		}
		found.ok_or(LeafError::Shape)?
	};
	if found.as_bytes() == root {
		Ok(())
	} else {
		Err(LeafError::Root)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn shard(length: usize) -> Vec<u8> {
		(0..length).map(|i| (i * 31 + i / 251) as u8).collect()
	}

	#[test]
	fn every_leaf_of_awkward_lengths_is_proven() {
		for length in [1, 2, 1023, 1024, 1025, 2048, 2049, 3072, 5000, 65_536, 65_538, 100_000] {
			let shard = shard(length);
			let root = *blake3::hash(&shard).as_bytes();
			for index in 0..leaf_count(length as u64) {
				let proof = prove(&shard, index).unwrap();
				assert_eq!(verify(&root, length as u64, index, &proof), Ok(()), "{length}/{index}");
			}
			let beyond = leaf_count(length as u64);
			assert_eq!(prove(&shard, beyond), Err(LeafError::Index(beyond)));
		}
		assert_eq!(prove(&[], 0), Err(LeafError::Index(0)));
	}

	proptest! {
		#[test]
		fn an_altered_proof_never_holds(
			length in 1025usize..20_000, pick in any::<u64>(), bit in any::<u32>(), other in any::<u64>(),
		) {
			let shard = shard(length);
			let root = *blake3::hash(&shard).as_bytes();
			let leaves = leaf_count(length as u64);
			let index = pick % leaves;
			let proof = prove(&shard, index).unwrap();

			let mut altered = proof.clone();
			let byte = bit as usize / 8 % altered.leaf.len();
			altered.leaf[byte] ^= 1 << (bit % 8);
			prop_assert_eq!(verify(&root, length as u64, index, &altered), Err(LeafError::Root));

			let mut altered = proof.clone();
			let sibling = bit as usize % altered.siblings.len();
			altered.siblings[sibling][7] ^= 1;
			prop_assert_eq!(verify(&root, length as u64, index, &altered), Err(LeafError::Root));

			let elsewhere = other % leaves;
			if elsewhere != index {
				prop_assert!(verify(&root, length as u64, elsewhere, &proof).is_err());
			}
			let mut short = proof;
			short.siblings.pop();
			prop_assert_eq!(verify(&root, length as u64, index, &short), Err(LeafError::Shape));
		}
	}
}
