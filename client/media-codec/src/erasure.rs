//! Systematic Reed–Solomon code: the first `k` of `n` shards are the data itself, and any `k`
//! restore it. The arithmetic is `reed-solomon-simd`, which is maintained, takes any `n` and `k` that
//! docs/adr/0005-placement.md asks for, and chooses its instructions at run time.

use alloc::{vec, vec::Vec};
use codec::{Decode, Encode};
use reed_solomon_simd::{ReedSolomonDecoder, ReedSolomonEncoder};

/// Most shards of a stripe.
pub const SHARDS_MAX: u16 = 1024;

/// A code: any `data` of `total` shards suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Coding {
	/// Shards that suffice (k), 1 ..= total.
	pub data: u16,
	/// Shards of a stripe (n), 1 ..= [`SHARDS_MAX`].
	pub total: u16,
}

/// Shards that cannot be coded or restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErasureError {
	/// Not 1 ≤ k ≤ n ≤ 1024.
	#[error("{data} of {total} shards is no valid code")]
	Coding {
		/// k
		data: u16,
		/// n
		total: u16,
	},
	/// A shard's length is zero, odd, or not that of the others.
	#[error("a shard has {got} bytes instead of {expected}")]
	Length {
		/// Bytes that it should have.
		expected: usize,
		/// Bytes that it has.
		got: usize,
	},
	/// A shard's number is not below n.
	#[error("shard {0} does not exist")]
	Index(u16),
	/// A shard was given twice.
	#[error("shard {0} was given twice")]
	Duplicate(u16),
	/// Fewer shards than k.
	#[error("{got} shards are not enough, {needed} are needed")]
	TooFew {
		/// k
		needed: u16,
		/// Shards that were given.
		got: usize,
	},
}

impl Coding {
	/// A code with checked numbers.
	///
	/// # Errors
	/// [`ErasureError::Coding`].
	pub fn new(data: u16, total: u16) -> Result<Self, ErasureError> {
		let coding = Self { data, total };
		coding.check()?;
		Ok(coding)
	}

	/// Whether the numbers are in range.
	pub(crate) fn check(&self) -> Result<(), ErasureError> {
		let valid = 1 <= self.data && self.data <= self.total && self.total <= SHARDS_MAX;
		if valid {
			Ok(())
		} else {
			Err(ErasureError::Coding { data: self.data, total: self.total })
		}
	}

	/// Shards that may be lost (n − k).
	pub fn parity(&self) -> u16 {
		self.total - self.data
	}

	/// Bytes of each shard when `length` bytes are coded: even, and at least 2.
	pub fn shard_len(&self, length: usize) -> usize {
		length.div_ceil(usize::from(self.data).max(1)).max(1).next_multiple_of(2)
	}
}

fn refused(coding: Coding) -> ErasureError {
	ErasureError::Coding { data: coding.data, total: coding.total }
}

/// Parity shards for the `k` data shards that lie one behind the other in `data`.
///
/// # Errors
/// When `data` is not `k` shards of an even length.
pub fn encode(coding: Coding, data: &[u8]) -> Result<Vec<Vec<u8>>, ErasureError> {
	coding.check()?;
	let count = usize::from(coding.data);
	let length = data.len() / count;
	if length == 0 || !length.is_multiple_of(2) || length * count != data.len() {
		return Err(ErasureError::Length { expected: coding.shard_len(data.len()), got: length });
	}
	if coding.parity() == 0 {
		return Ok(Vec::new());
	}
	let mut encoder = ReedSolomonEncoder::new(count, usize::from(coding.parity()), length)
		.map_err(|_| refused(coding))?;
	for shard in data.chunks_exact(length) {
		encoder.add_original_shard(shard).map_err(|_| refused(coding))?;
	}
	let result = encoder.encode().map_err(|_| refused(coding))?;
	Ok(result.recovery_iter().map(<[u8]>::to_vec).collect())
}

/// The `k` data shards one behind the other, from any `k` or more shards of `length` bytes. Nothing
/// is computed when all data shards are among them.
///
/// # Errors
/// When shards are too few, given twice, out of range, or of another length.
pub fn reconstruct(
	coding: Coding,
	length: usize,
	shards: &[(u16, &[u8])],
) -> Result<Vec<u8>, ErasureError> {
	coding.check()?;
	if length == 0 || !length.is_multiple_of(2) {
		return Err(ErasureError::Length {
			expected: length.next_multiple_of(2).max(2),
			got: length,
		});
	}
	let mut seen = vec![false; usize::from(coding.total)];
	for (index, bytes) in shards {
		let slot = seen.get_mut(usize::from(*index)).ok_or(ErasureError::Index(*index))?;
		if core::mem::replace(slot, true) {
			return Err(ErasureError::Duplicate(*index));
		}
		if bytes.len() != length {
			return Err(ErasureError::Length { expected: length, got: bytes.len() });
		}
	}
	if shards.len() < usize::from(coding.data) {
		return Err(ErasureError::TooFew { needed: coding.data, got: shards.len() });
	}

	let count = usize::from(coding.data);
	let mut data = vec![0; count * length];
	let mut place = |index: usize, bytes: &[u8]| {
		if let Some(target) = data.get_mut(index * length..(index + 1) * length) {
			target.copy_from_slice(bytes);
		}
	};
	let mut missing = count;
	for (index, bytes) in shards.iter().filter(|(index, _)| *index < coding.data) {
		place(usize::from(*index), bytes);
		missing -= 1;
	}
	if missing == 0 {
		return Ok(data);
	}

	let mut decoder = ReedSolomonDecoder::new(count, usize::from(coding.parity()), length)
		.map_err(|_| refused(coding))?;
	let (originals, parity): (Vec<_>, Vec<_>) =
		shards.iter().partition(|(index, _)| *index < coding.data);
	for (index, bytes) in &originals {
		decoder.add_original_shard(usize::from(*index), bytes).map_err(|_| refused(coding))?;
	}
	for (index, bytes) in parity.iter().take(missing) {
		decoder
			.add_recovery_shard(usize::from(index - coding.data), bytes)
			.map_err(|_| refused(coding))?;
	}
	let result = decoder.decode().map_err(|_| refused(coding))?;
	for (index, bytes) in result.restored_original_iter() {
		place(index, bytes);
	}
	Ok(data)
}

/// The shards with the numbers `wanted`, from any `k` others: what a Masternode does that takes
/// over the place of another.
///
/// # Errors
/// As [`reconstruct`], and [`ErasureError::Index`] for a number that does not exist.
pub fn rebuild(
	coding: Coding,
	length: usize,
	shards: &[(u16, &[u8])],
	wanted: &[u16],
) -> Result<Vec<Vec<u8>>, ErasureError> {
	if let Some(index) = wanted.iter().find(|index| **index >= coding.total) {
		return Err(ErasureError::Index(*index));
	}
	let data = reconstruct(coding, length, shards)?;
	let parity = if wanted.iter().any(|index| *index >= coding.data) {
		encode(coding, &data)?
	} else {
		Vec::new()
	};
	wanted
		.iter()
		.map(|index| {
			let found = if *index < coding.data {
				data.chunks_exact(length).nth(usize::from(*index)).map(<[u8]>::to_vec)
			} else {
				parity.get(usize::from(index - coding.data)).cloned()
			};
			found.ok_or(ErasureError::Index(*index))
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn all_shards(coding: Coding, data: &[u8]) -> Vec<Vec<u8>> {
		let length = data.len() / usize::from(coding.data);
		data.chunks_exact(length).map(<[u8]>::to_vec).chain(encode(coding, data).unwrap()).collect()
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(64))]
		#[test]
		fn any_k_of_n_restore_and_rebuild(
			k in 1u16..80, parity in 0u16..80, half in 1usize..40, seed in any::<u64>(),
		) {
			use rand::{seq::SliceRandom, Rng, SeedableRng};
			let mut rng = rand::rngs::StdRng::seed_from_u64(seed);
			let coding = Coding::new(k, k + parity).unwrap();
			let data: Vec<u8> = (0..usize::from(k) * half * 2).map(|_| rng.gen()).collect();
			let shards = all_shards(coding, &data);
			let mut order: Vec<u16> = (0..coding.total).collect();
			order.shuffle(&mut rng);
			let (kept, lost) = order.split_at(usize::from(k));
			let given: Vec<(u16, &[u8])> =
				kept.iter().map(|i| (*i, shards[usize::from(*i)].as_slice())).collect();
			prop_assert_eq!(&reconstruct(coding, half * 2, &given).unwrap(), &data);
			let rebuilt = rebuild(coding, half * 2, &given, lost).unwrap();
			for (index, bytes) in lost.iter().zip(rebuilt) {
				prop_assert_eq!(&bytes, &shards[usize::from(*index)]);
			}
			let few = &given[..given.len() - 1];
			prop_assert_eq!(
				reconstruct(coding, half * 2, few),
				Err(ErasureError::TooFew { needed: k, got: usize::from(k) - 1 })
			);
		}
	}

	#[test]
	fn the_codes_of_the_design_work_at_their_limits() {
		for (k, n) in [(36, 48), (51, 71), (128, 256), (181, 256), (1, 1), (700, 1024)] {
			let coding = Coding::new(k, n).unwrap();
			let data: Vec<u8> = (0..usize::from(k) * 2).map(|i| (i * 7) as u8).collect();
			let shards = all_shards(coding, &data);
			assert_eq!(shards.len(), usize::from(n));
			let tail: Vec<(u16, &[u8])> =
				(n - k..n).map(|i| (i, shards[usize::from(i)].as_slice())).collect();
			assert_eq!(reconstruct(coding, 2, &tail).unwrap(), data);
		}
	}

	#[test]
	fn bad_input_is_a_typed_error() {
		let coding = Coding::new(2, 3).unwrap();
		let (a, b) = ([1u8, 2], [3u8, 4]);
		assert!(matches!(Coding::new(0, 3), Err(ErasureError::Coding { .. })));
		assert!(matches!(Coding::new(4, 3), Err(ErasureError::Coding { .. })));
		assert!(matches!(Coding::new(1, 1025), Err(ErasureError::Coding { .. })));
		assert!(matches!(encode(coding, &[1, 2, 3]), Err(ErasureError::Length { .. })));
		assert!(matches!(encode(coding, &[]), Err(ErasureError::Length { .. })));
		assert_eq!(reconstruct(coding, 2, &[(0, &a), (0, &b)]), Err(ErasureError::Duplicate(0)));
		assert_eq!(reconstruct(coding, 2, &[(0, &a), (3, &b)]), Err(ErasureError::Index(3)));
		assert!(matches!(
			reconstruct(coding, 2, &[(0, &a), (1, &b[..1])]),
			Err(ErasureError::Length { .. })
		));
		assert!(matches!(reconstruct(coding, 3, &[]), Err(ErasureError::Length { .. })));
		assert_eq!(rebuild(coding, 2, &[(0, &a), (1, &b)], &[3]), Err(ErasureError::Index(3)));
	}
}
