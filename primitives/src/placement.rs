//! Which Masternode holds which shard, and how much may be lost (docs/adr/0005-placement.md).
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
/// What an item may fall short of the promise when Masternodes joined or left after its
/// registration: one in this many of the losses that are tolerated, rounded up.
pub const GRACE_DIVISOR: u32 = 4;

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
	if !coding.is_possible() || slots == 0 {
		return false;
	}
	if nodes > SLOTS_MAX {
		return slots == SLOTS_MAX && coding.total == 256 && coding.data <= SAMPLED_DATA_SHARDS;
	}
	slots == nodes && margin(coding, slots, 0) >= tolerated_losses(nodes)
}

/// How many Masternodes may vanish at least when an item that was registered before the last
/// changes is placed on `nodes` active Masternodes: the tolerated losses without the grace, which
/// is ⌊¾ · ⌊0.2957 · nodes⌋⌋.
///
/// ```
/// # use popnet_primitives::placement::losses_with_grace;
/// assert_eq!(losses_with_grace(12), 2);
/// assert_eq!(losses_with_grace(256), 56);
/// ```
pub fn losses_with_grace(nodes: u32) -> u32 {
	let tolerated = tolerated_losses(nodes);
	tolerated.saturating_sub(tolerated.div_ceil(GRACE_DIVISOR))
}

/// Whether an item whose `coding` kept the promise when it was registered may be placed on `slots`
/// slots of a network that has `nodes` active Masternodes by now: it keeps the promise still, or
/// survives *any* loss of [`losses_with_grace`].
///
/// The rule asks for less than [`keeps_promise`], so it is not for registrations. With the code
/// that [`coding_for`] names an item stays placeable when one Masternode joins or leaves and, from
/// 256 or fewer, when up to a twelfth leave or a quarter join.
pub fn is_placeable(coding: Coding, slots: u32, nodes: u32) -> bool {
	if keeps_promise(coding, slots, nodes) {
		return true;
	}
	coding.is_possible()
		&& slots > 0
		&& slots == nodes.min(SLOTS_MAX)
		&& margin(coding, slots, 0) >= losses_with_grace(nodes)
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
/// argument. Used to draw panels and rosters.
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

	/// The largest number of slots that may vanish, whichever they are, by trying all subsets on
	/// all stripes of one rotation.
	fn brute_force_margin(coding: Coding, slots: u32) -> u32 {
		let mut worst = slots;
		for set in 0u32..(1 << slots) {
			let gone: Vec<u32> = (0..slots).filter(|s| set & (1 << s) != 0).collect();
			let lost = (0..u64::from(slots))
				.any(|stripe| survivors(coding, slots, stripe, &gone) < u32::from(coding.data));
			if lost {
				worst = worst.min(gone.len() as u32 - 1);
			}
		}
		worst
	}

	#[test]
	fn margin_is_the_brute_force_worst_case() {
		// Codes that do not divide evenly among them.
		for (data, total, slots) in
			[(36, 48, 12), (36, 48, 11), (30, 48, 9), (5, 7, 7), (10, 17, 5)]
		{
			let coding = Coding { data, total };
			let worst = brute_force_margin(coding, slots);
			assert_eq!(margin(coding, slots, 0), worst, "{data}/{total} on {slots}");
		}
	}

	/// Every number of Masternodes up to beyond the boundary, and one that joins or leaves.
	fn changes() -> impl Iterator<Item = (u32, u32)> {
		(2..=300).flat_map(|nodes| [(nodes, nodes - 1), (nodes, nodes + 1)])
	}

	#[test]
	fn an_item_stays_placeable_when_one_masternode_joins_or_leaves() {
		for (registered, nodes) in changes() {
			let coding = coding_for(registered).unwrap();
			assert!(is_placeable(coding, nodes.min(SLOTS_MAX), nodes), "{registered} → {nodes}");
		}
	}

	#[test]
	fn an_item_stays_placeable_when_a_twelfth_leave_or_a_quarter_join() {
		for registered in 1..=256 {
			let coding = coding_for(registered).unwrap();
			for nodes in registered - registered / 12..=registered + registered / 4 {
				let slots = nodes.min(SLOTS_MAX);
				assert!(is_placeable(coding, slots, nodes), "{registered} → {nodes}");
			}
		}
	}

	#[test]
	fn whatever_is_placeable_survives_three_quarters_of_the_tolerated_losses() {
		for registered in 1..=300 {
			let coding = coding_for(registered).unwrap();
			for nodes in 1..=300 {
				let slots = nodes.min(SLOTS_MAX);
				if !is_placeable(coding, slots, nodes) {
					continue;
				}
				let margin = margin(coding, slots, 0);
				let sampled = nodes > SLOTS_MAX && coding.data <= SAMPLED_DATA_SHARDS;
				assert!(sampled || margin >= tolerated_losses(nodes) * 3 / 4, "{coding:?} {nodes}");
			}
		}
	}

	#[test]
	fn the_grace_has_an_end() {
		// 100 nodes tolerate 29 losses. 90 of them tolerate 26: 19 are enough, and 19 are left.
		let coding = coding_for(100).unwrap();
		assert!(is_placeable(coding, 90, 90));
		assert!(!is_placeable(coding, 89, 89));
		// Codes that the codec cannot make, and placements that do not span the network.
		for (data, total) in [(0, 48), (49, 48), (1, 2_000)] {
			assert!(!is_placeable(Coding { data, total }, 4, 4), "{data}/{total}");
		}
		assert!(!is_placeable(coding_for(12).unwrap(), 11, 12));
		assert!(!is_placeable(coding_for(12).unwrap(), 0, 0));
	}

	#[test]
	fn margin_is_the_brute_force_worst_case_after_a_change_of_the_network() {
		for (registered, nodes) in changes().filter(|(_, nodes)| (3..=9).contains(nodes)) {
			let coding = coding_for(registered).unwrap();
			let worst = brute_force_margin(coding, nodes);
			assert_eq!(margin(coding, nodes, 0), worst, "{registered} → {nodes}");
			assert!(worst >= losses_with_grace(nodes), "{registered} → {nodes}");
		}
	}

	#[test]
	fn every_shard_has_exactly_one_slot() {
		let coding = Coding { data: 36, total: 48 };
		for slots in [1, 5, 12, 48] {
			for stripe in 0..20 {
				let mut seen = [0; 48];
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
