//! Weights of the calls and hooks.
//!
//! The runtime uses measured ones. `()`, for tests, counts storage accesses for the worst case, with
//! ParityDB's cost of an access, and adds the bytes that a proof carries. Counted are the pallet's own
//! items, two accesses for a hold or release, what opening or cancelling a screening takes, and three
//! accesses for work that is recorded.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet needs to know. What [`Placer`](popnet_primitives::traits::Placer) does comes on top.
pub trait WeightInfo {
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `withdraw` in state Placing.
	fn withdraw() -> Weight;
	/// Weight of `publish_key`.
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
	/// Weight of `tip` by an account with a LIT balance: whoever pays a fee is settled before.
	fn tip() -> Weight;
	/// Weight of the longest `comment`.
	fn comment() -> Weight;
	/// Weight of `play`.
	fn play() -> Weight;
	/// Weight of hearing that a placement is complete, or has expired.
	fn placement_ended() -> Weight;
}

/// Bytes of a proof for one access, trie nodes included.
const PROOF_BYTES: u64 = 1_500;
/// Bytes of an owner's list of 1,000 items.
const LIST_BYTES: u64 = 34_000;
/// Bytes of the list of active Masternodes at 1,024 of them.
const ACTIVE_BYTES: u64 = 34_000;
/// Bytes of a full panel with its verdicts.
const PANEL_BYTES: u64 = 4_000;
/// Storage items of a full panel beside itself: deadline, sealed keys, outcome, a duty for each of
/// its 15 members.
const PANEL_ITEMS: u64 = 18;
/// Accesses for work that is recorded.
const WORK: u64 = 3;

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

	/// Reads: item, account, hold, index, panel. Writes: the same, the deadline of the key, and the items
	/// of the panel. While it is screened it reads the outcome, and there is no index.
	fn withdraw() -> Weight {
		counted(5, 6u64.saturating_add(PANEL_ITEMS), PANEL_BYTES)
	}

	/// Reads: item, index. Writes: item, index and its deadline. When the placement is refused, account
	/// and hold as well.
	fn publish_key() -> Weight {
		counted(4, 5, 0)
	}

	/// Reads and writes: item, account, hold.
	fn reclaim_deposit() -> Weight {
		counted(3, 3, 0)
	}

	/// Reads: item, account, hold, list, panel. Writes: the same, the tips and the items of the panel.
	fn forget() -> Weight {
		counted(5, 6u64.saturating_add(PANEL_ITEMS), LIST_BYTES.saturating_add(PANEL_BYTES))
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

	/// Reads: item, tips, both LIT accounts and both accounts, the issuance of LIT; what the viewer's stake
	/// has generated, by its record, the rate and the sum; the work. Writes: the same, but for item and
	/// rate.
	fn tip() -> Weight {
		counted(10u64.saturating_add(WORK), 8u64.saturating_add(WORK), 0)
	}

	/// Reads the item.
	fn comment() -> Weight {
		counted(1, 0, 0)
	}

	/// Reads the item.
	fn play() -> Weight {
		counted(1, 0, 0)
	}

	/// Reads and writes: item, account, hold.
	fn placement_ended() -> Weight {
		counted(3, 3, 0)
	}
}
