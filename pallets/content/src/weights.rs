//! Weights of the calls and hooks.
//!
//! `()` counts storage accesses for the worst case, with ParityDB's cost of an access, and adds the
//! bytes that a proof carries. They are not measured yet. Counted are the pallet's own
//! items, two accesses for a hold or release, and what opening or dropping a placement on 256
//! Masternodes and opening or cancelling a screening take.

use frame_support::weights::{constants::ParityDbWeight, Weight};
use popnet_primitives::content::SLOTS_MAX;

/// What the pallet needs to know.
pub trait WeightInfo {
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `withdraw` in state Placing.
	fn withdraw() -> Weight;
	/// Weight of `publish_key`, the placement included.
	fn publish_key() -> Weight;
	/// Weight of `reclaim_deposit`.
	fn reclaim_deposit() -> Weight;
	/// Weight of `forget`.
	fn forget() -> Weight;
	/// Weight of `retire`.
	fn retire() -> Weight;
	/// Weight of finding that a block has no (more) key deadlines.
	fn deadlines_of_block() -> Weight;
	/// Weight of ending one approved item without a key.
	fn expire_keyless() -> Weight;
}

/// Bytes of a proof for one access, trie nodes included.
const PROOF_BYTES: u64 = 1_500;
/// Bytes of an owner's list of 1,000 items.
const LIST_BYTES: u64 = 34_000;
/// Bytes of the list of active Masternodes at 1,024 of them.
const ACTIVE_BYTES: u64 = 34_000;
/// Bytes of a full roster.
const ROSTER_BYTES: u64 = 10_000;
/// Bytes of a full panel with its verdicts.
const PANEL_BYTES: u64 = 4_000;
/// Storage items of a full panel beside itself: deadline, sealed keys, outcome, a duty for each of
/// its 15 members.
const PANEL_ITEMS: u64 = 18;

fn counted(reads: u64, writes: u64, extra_bytes: u64) -> Weight {
	// 30 µs for decoding, checks, a BLAKE3 digest and the events.
	Weight::from_parts(30_000_000, reads.max(writes).saturating_mul(PROOF_BYTES))
		.saturating_add(Weight::from_parts(0, extra_bytes))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	/// Reads: item, list, account, hold, number of Masternodes, policy, panel. Writes: item, list,
	/// account, hold, panel, its deadline.
	fn register() -> Weight {
		counted(7, 6, LIST_BYTES.saturating_add(ACTIVE_BYTES))
	}

	/// Reads: item, account, hold, placement, roster, panel, and for each slot the load. Writes: item,
	/// account, hold, placement, roster, deadline, panel and its items, and for each slot its load and
	/// both slot maps. While it is screened it reads the outcome and touches no placement.
	fn withdraw() -> Weight {
		let slots = u64::from(SLOTS_MAX);
		counted(
			slots.saturating_add(6),
			slots.saturating_mul(3).saturating_add(7).saturating_add(PANEL_ITEMS),
			PANEL_BYTES.saturating_add(ROSTER_BYTES),
		)
	}

	/// Reads: item, index, placement, active list, and for each slot the load. Writes: item, index and
	/// its deadline, placement, roster, deadline, and for each slot its load and its entry. A placement
	/// that is refused writes less: account and hold instead.
	fn publish_key() -> Weight {
		let slots = u64::from(SLOTS_MAX);
		counted(slots.saturating_add(6), slots.saturating_mul(2).saturating_add(8), ACTIVE_BYTES)
	}

	/// Reads and writes: item, account, hold.
	fn reclaim_deposit() -> Weight {
		counted(3, 3, 0)
	}

	/// Reads: item, account, hold, list, panel. Writes: the same and the items of the panel.
	fn forget() -> Weight {
		counted(5, 5u64.saturating_add(PANEL_ITEMS), LIST_BYTES.saturating_add(PANEL_BYTES))
	}

	/// As `withdraw`.
	fn retire() -> Weight {
		Self::withdraw()
	}

	/// Reads the position and the first key of a block, writes the position.
	fn deadlines_of_block() -> Weight {
		counted(2, 1, 0)
	}

	/// Reads: the next key, item, index, account, hold. Writes: item, index, deadline, account, hold.
	fn expire_keyless() -> Weight {
		counted(5, 5, 0)
	}
}
