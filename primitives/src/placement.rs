//! Which Masternode holds which shard, and how much may be lost (DESIGN section 5).
//!
//! A placement is an ordered list of *slots*, one Masternode each. Shard `j` of stripe `s` belongs to
//! slot `(j + s) mod slots`, so every slot holds `⌊total/slots⌋` or `⌈total/slots⌉` shards of each
//! stripe, and data and parity shards take turns.

use crate::content::{Coding, SLOTS_MAX};

/// The share of Masternodes that may vanish, in parts per ten thousand: 29.57 %.
pub const TOLERATED_LOSS_PER_10K: u32 = 2957;
/// Shards per stripe aimed at while the network is small; more shards mean a finer choice of k.
pub const SHARDS_TARGET: u32 = 48;
/// k of a stripe of 256 shards that is sampled from more than 256 Masternodes. It keeps the chance
/// of losing a stripe when a random 29.57 % fail at or below 1e-11 for every network size: for
/// ever more Masternodes the number of lost shards tends to Binomial(256, 0.2957), whose upper tail
/// bounds the hypergeometric one from above.
pub const SAMPLED_DATA_SHARDS: u16 = 128;

/// How many of `nodes` Masternodes may vanish: ⌊0.2957 · nodes⌋.
pub fn tolerated_losses(nodes: u32) -> u32 {
	let losses = u64::from(nodes) * u64::from(TOLERATED_LOSS_PER_10K) / 10_000;
	u32::try_from(losses).unwrap_or(u32::MAX)
}

/// The code for an item that is placed on `nodes` active Masternodes: with `c` shards per
/// Masternode and stripe, n = c · nodes and k = n − c · ⌊0.2957 · nodes⌋. `None` without Masternodes.
///
/// ```
/// # use popnet_primitives::placement::coding_for;
/// let coding = coding_for(12).unwrap();
/// assert_eq!((coding.data, coding.total), (36, 48));
/// let coding = coding_for(71).unwrap();
/// assert_eq!((coding.data, coding.total), (51, 71));
/// ```
pub fn coding_for(nodes: u32) -> Option<Coding> {
	if nodes == 0 {
		return None;
	}
	if nodes > SLOTS_MAX {
		return Some(Coding { data: SAMPLED_DATA_SHARDS, total: 256 });
	}
	let per_node = (SHARDS_TARGET / nodes).max(1);
	let total = per_node * nodes;
	let data = total - per_node * tolerated_losses(nodes);
	Some(Coding { data: u16::try_from(data).ok()?, total: u16::try_from(total).ok()? })
}

/// Whether `coding` keeps the promise on `slots` slots of a network of `nodes` active Masternodes.
/// Up to 256 Masternodes the placement must span all of them and survive *any* loss of
/// ⌊0.2957 · nodes⌋; above, the sampled code is required.
pub fn keeps_promise(coding: Coding, slots: u32, nodes: u32) -> bool {
	if coding.data == 0 || coding.data > coding.total || slots == 0 {
		return false;
	}
	if nodes > SLOTS_MAX {
		return slots == SLOTS_MAX && coding.total == 256 && coding.data <= SAMPLED_DATA_SHARDS;
	}
	slots == nodes && margin(coding, slots, 0) >= tolerated_losses(nodes)
}

/// The largest number of shards of one stripe that a single slot may hold: ⌈total / slots⌉.
pub fn shards_per_slot(coding: Coding, slots: u32) -> u32 {
	u32::from(coding.total).div_ceil(slots.max(1))
}

/// How many more slots may vanish, whichever they are, when `lost` have vanished already.
///
/// The worst case takes the slots with the most shards first: `total mod slots` of them hold one
/// shard more than the others in any given stripe.
pub fn margin(coding: Coding, slots: u32, lost: u32) -> u32 {
	if slots == 0 || coding.data == 0 || coding.data > coding.total {
		return 0;
	}
	let total = u32::from(coding.total);
	let parity = u32::from(coding.parity());
	let small = total / slots;
	let large_slots = total % slots;
	let lost_shards = |gone: u32| small * gone + gone.min(large_slots);
	let mut tolerated = 0;
	while tolerated < slots && lost_shards(tolerated + 1) <= parity {
		tolerated += 1;
	}
	tolerated.saturating_sub(lost)
}

/// Slot that keeps shard `shard` of stripe `stripe`.
pub fn slot_of(stripe: u64, shard: u16, slots: u32) -> u32 {
	let slots = u64::from(slots.max(1));
	u32::try_from((stripe % slots + u64::from(shard)) % slots).unwrap_or(0)
}

/// The shards of stripe `stripe` that slot `slot` keeps, ascending.
pub fn shards_of(slot: u32, stripe: u64, coding: Coding, slots: u32) -> impl Iterator<Item = u16> {
	(0..coding.total).filter(move |shard| slot_of(stripe, *shard, slots) == slot)
}

/// Orders `0..count` by a Fisher–Yates shuffle driven by `random`, which returns a number below its
/// argument. Used to draw panels and, above 256 Masternodes, slots.
pub fn shuffle<T>(items: &mut [T], mut random: impl FnMut(u32) -> u32) {
	for end in (1..items.len()).rev() {
		let bound = u32::try_from(end + 1).unwrap_or(u32::MAX);
		let chosen = random(bound) as usize;
		if chosen <= end {
			items.swap(end, chosen);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Counts what is left of the worst stripe when the given slots vanish.
	fn survivors(coding: Coding, slots: u32, stripe: u64, gone: &[u32]) -> u32 {
		(0..coding.total).filter(|s| !gone.contains(&slot_of(stripe, *s, slots))).count() as u32
	}

	#[test]
	fn coding_keeps_the_promise_for_every_small_network() {
		for nodes in 1..=256 {
			let coding = coding_for(nodes).unwrap();
			assert!(keeps_promise(coding, nodes, nodes), "{nodes}");
			let overhead = f64::from(coding.total) / f64::from(coding.data);
			assert!(overhead <= 1.0 / (1.0 - 0.2957) + 1e-9, "{nodes}: {overhead}");
		}
	}

	#[test]
	fn design_examples_hold() {
		assert_eq!(tolerated_losses(71), 20);
		assert_eq!(tolerated_losses(12), 3);
		assert_eq!(coding_for(0), None);
		assert_eq!(coding_for(1), Some(Coding { data: 48, total: 48 }));
	}

	#[test]
	fn margin_is_the_brute_force_worst_case() {
		// All subsets of up to 12 slots, all stripes of one rotation, codes that do not divide evenly.
		for (data, total, slots) in
			[(36, 48, 12), (36, 48, 11), (30, 48, 9), (5, 7, 7), (10, 17, 5)]
		{
			let coding = Coding { data, total };
			let mut worst = slots;
			for set in 0u32..(1 << slots) {
				let gone: Vec<u32> = (0..slots).filter(|s| set & (1 << s) != 0).collect();
				let lost = (0..u64::from(slots))
					.any(|stripe| survivors(coding, slots, stripe, &gone) < u32::from(data));
				if lost {
					worst = worst.min(gone.len() as u32 - 1);
				}
			}
			assert_eq!(margin(coding, slots, 0), worst, "{data}/{total} on {slots}");
		}
	}

	#[test]
	fn every_shard_has_exactly_one_slot() {
		let coding = Coding { data: 36, total: 48 };
		for slots in [1, 5, 12, 48] {
			for stripe in 0..20 {
				let mut seen = vec![0; 48];
				for slot in 0..slots {
					for shard in shards_of(slot, stripe, coding, slots) {
						seen[shard as usize] += 1;
					}
				}
				assert!(seen.iter().all(|n| *n == 1));
			}
		}
	}

	/// Upper tail of Binomial(256, 0.2957) beyond the parity of the sampled code, in logarithms.
	#[test]
	fn sampled_code_loses_a_stripe_with_at_most_1e_11() {
		let p: f64 = 0.2957;
		let ln_factorial: Vec<f64> = (0..=256u32)
			.scan(0.0, |sum, i| {
				*sum += if i == 0 { 0.0 } else { f64::from(i).ln() };
				Some(*sum)
			})
			.collect();
		let tail = |data: u16| -> f64 {
			let parity = 256 - usize::from(data);
			(parity + 1..=256)
				.map(|lost| {
					let choose = ln_factorial[256] - ln_factorial[lost] - ln_factorial[256 - lost];
					(choose + lost as f64 * p.ln() + (256 - lost) as f64 * (1.0 - p).ln()).exp()
				})
				.sum()
		};
		assert!(tail(SAMPLED_DATA_SHARDS) <= 1e-11, "{:e}", tail(SAMPLED_DATA_SHARDS));
		assert!(tail(SAMPLED_DATA_SHARDS + 4) > 1e-11, "{:e}", tail(SAMPLED_DATA_SHARDS + 4));
	}

	#[test]
	fn shuffle_keeps_all_items_and_survives_a_bad_source() {
		let mut items: Vec<u32> = (0..50).collect();
		let mut state = 7u32;
		shuffle(&mut items, |bound| {
			state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
			state % bound
		});
		assert_ne!(items, (0..50).collect::<Vec<_>>());
		items.sort_unstable();
		assert_eq!(items, (0..50).collect::<Vec<_>>());
		shuffle(&mut items, |_| u32::MAX);
		assert_eq!(items.len(), 50);
	}
}
