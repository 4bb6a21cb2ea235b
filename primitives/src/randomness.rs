//! Numbers drawn from a seed, the same on every node.

use sp_runtime::traits::{BlakeTwo256, Hash};

/// A stream of numbers that is fixed by its seed.
pub struct SeededRandom {
	seed: [u8; 32],
	drawn: u32,
}

impl SeededRandom {
	/// The stream of `seed`.
	pub fn new(seed: [u8; 32]) -> Self {
		Self { seed, drawn: 0 }
	}

	/// The next number below `bound`; 0 for a bound of 0. The numbers differ from even
	/// distribution by less than 2⁻³², since each is a 64-bit number modulo a 32-bit one.
	pub fn below(&mut self, bound: u32) -> u32 {
		let digest = BlakeTwo256::hash_of(&(b"popnet-random-1", self.seed, self.drawn));
		self.drawn = self.drawn.wrapping_add(1);
		let mut bytes = [0; 8];
		bytes.copy_from_slice(&digest.0[..8]);
		let number = u64::from_le_bytes(bytes).checked_rem(u64::from(bound)).unwrap_or(0);
		u32::try_from(number).unwrap_or(0)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_stay_below_their_bound_and_fill_the_range() {
		let mut random = SeededRandom::new([7; 32]);
		let mut counts = [0u32; 10];
		for _ in 0..10_000 {
			counts[random.below(10) as usize] += 1;
		}
		// 1,000 expected each, standard deviation 30.
		assert!(counts.iter().all(|count| (850..1_150).contains(count)), "{counts:?}");
		assert_eq!(random.below(0), 0);
		assert_eq!(random.below(1), 0);
	}

	#[test]
	fn a_seed_fixes_the_stream() {
		let draw = |seed| {
			let mut random = SeededRandom::new([seed; 32]);
			(0..20).map(|_| random.below(u32::MAX)).collect::<alloc::vec::Vec<_>>()
		};
		assert_eq!(draw(1), draw(1));
		assert_ne!(draw(1), draw(2));
	}
}
