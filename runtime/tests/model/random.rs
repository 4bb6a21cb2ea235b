//! Random numbers that are the same on every machine.

use popnet_runtime::Balance;

/// A generator of random numbers (SplitMix64).
pub struct Random(u64);

impl Random {
	/// The generator of `seed` and `stream`.
	pub fn new(seed: u64, stream: u64) -> Self {
		let mut random = Self(seed ^ stream.rotate_left(48));
		random.next();
		random
	}

	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `bound`, which is above 0.
	pub fn below(&mut self, bound: u32) -> u32 {
		u32::try_from(self.next() % u64::from(bound)).unwrap()
	}

	/// A number of `from ..= to`.
	pub fn range(&mut self, from: u32, to: u32) -> u32 {
		from + self.below(to - from + 1)
	}

	/// True `percent` of the time.
	pub fn chance(&mut self, percent: u32) -> bool {
		self.below(100) < percent
	}

	/// True once in `times`.
	pub fn once_in(&mut self, times: u32) -> bool {
		self.below(times) == 0
	}

	/// An index of a list of `length`; `None` for an empty one.
	pub fn index(&mut self, length: usize) -> Option<usize> {
		let length = u32::try_from(length).unwrap();
		(length > 0).then(|| usize::try_from(self.below(length)).unwrap())
	}

	/// One of the list.
	pub fn pick<T: Clone>(&mut self, list: &[T]) -> Option<T> {
		self.index(list.len()).map(|index| list[index].clone())
	}

	/// A part of `most`, of any order of magnitude, at least 1.
	pub fn amount(&mut self, most: Balance) -> Balance {
		let shift = self.below(20);
		let part = (most >> shift).max(1);
		(part / 1_000 * Balance::from(self.range(1, 1_000))).max(1)
	}

	/// 32 random bytes.
	pub fn bytes(&mut self) -> [u8; 32] {
		let mut bytes = [0; 32];
		for chunk in bytes.chunks_mut(8) {
			chunk.copy_from_slice(&self.next().to_le_bytes());
		}
		bytes
	}
}
