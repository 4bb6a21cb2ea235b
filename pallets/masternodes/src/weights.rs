//! Weights of the calls and hooks.
//!
//! The runtime uses measured ones. `()`, for tests, counts storage accesses for the worst case, with
//! ParityDB's cost of an access, and adds the bytes that a proof carries. Counted are the pallet's own
//! items, two accesses for a hold, one read and one write for what an observer of stake does, and three
//! of each for work that is recorded or withheld.

use frame_support::weights::{constants::ParityDbWeight, Weight};
use popnet_primitives::content::SLOTS_MAX;

/// What the pallet needs to know. What [`OnPlaced`](popnet_primitives::traits::OnPlaced) does comes on
/// top.
pub trait WeightInfo {
	/// Weight of `register`.
	fn register() -> Weight;
	/// Weight of `update_addresses`.
	fn update_addresses() -> Weight;
	/// Weight of `leave`.
	fn leave() -> Weight;
	/// Weight of `withdraw` of a node with points, earned and withheld.
	fn withdraw() -> Weight;
	/// Weight of `acknowledge` with `n` ids, each of which completes its placement.
	fn acknowledge(n: u32) -> Weight;
	/// Weight of `suspend`.
	fn suspend() -> Weight;
	/// Weight of `resume`.
	fn resume() -> Weight;
	/// Weight of `evict`.
	fn evict() -> Weight;
	/// Weight of `decline` with `n` ids.
	fn decline(n: u32) -> Weight;
	/// Weight of finding that a block has no (more) deadlines.
	fn deadlines_of_block() -> Weight;
	/// Weight of removing one placement of 256 slots and suspending all its nodes.
	fn expire_placement() -> Weight;
	/// Weight of opening a placement of 256 slots.
	fn place() -> Weight;
	/// Weight of dropping a complete placement of 256 slots.
	fn drop_placement() -> Weight;
	/// Weight of finding the next Masternode and taking its points.
	fn take_work() -> Weight;
}

/// Bytes of a proof for one access, trie nodes included.
const PROOF_BYTES: u64 = 1_500;
/// Bytes of the list of active Masternodes at 1,024 of them.
const ACTIVE_BYTES: u64 = 34_000;
/// Bytes of a full roster.
const ROSTER_BYTES: u64 = 10_000;
/// Accesses for work that is recorded or withheld.
const WORK: u64 = 3;

fn counted(reads: u64, writes: u64, extra_bytes: u64) -> Weight {
	// 20 µs for decoding, checks and the event.
	Weight::from_parts(20_000_000, reads.max(writes).saturating_mul(PROOF_BYTES))
		.saturating_add(Weight::from_parts(0, extra_bytes))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	/// Reads: node, counter, peer id, active list, account, hold, observer. Writes: the same, and the
	/// stock.
	fn register() -> Weight {
		counted(7, 8, ACTIVE_BYTES)
	}

	/// Reads: node, new peer id. Writes: node, old and new peer id.
	fn update_addresses() -> Weight {
		counted(2, 3, 0)
	}

	/// Reads and writes: node, active list, stock.
	fn leave() -> Weight {
		counted(3, 3, ACTIVE_BYTES)
	}

	/// Reads: node, counter, account, hold, observer, stock, work twice. Writes: the same, and the peer
	/// id.
	fn withdraw() -> Weight {
		let work = WORK.saturating_mul(2);
		counted(6u64.saturating_add(work), 7u64.saturating_add(work), 0)
	}

	/// Reads: node and stock; for each id its slot and its placement. Writes: the stock; for each id
	/// both slot maps, placement, deadline.
	fn acknowledge(n: u32) -> Weight {
		let n = u64::from(n);
		counted(n.saturating_mul(2).saturating_add(2), n.saturating_mul(4).saturating_add(1), 0)
	}

	/// Reads and writes: node, active list.
	fn suspend() -> Weight {
		counted(2, 2, ACTIVE_BYTES)
	}

	/// Reads and writes: node, active list, stock.
	fn resume() -> Weight {
		counted(3, 3, ACTIVE_BYTES)
	}

	/// Reads and writes: node, active list, stock.
	fn evict() -> Weight {
		counted(3, 3, ACTIVE_BYTES)
	}

	/// Reads: the node; for each id its slot and its placement. Writes for each id: the placement.
	fn decline(n: u32) -> Weight {
		let n = u64::from(n);
		counted(n.saturating_mul(2).saturating_add(1), n, 0)
	}

	/// Reads the position and the first key of a block, writes the position.
	fn deadlines_of_block() -> Weight {
		counted(2, 1, 0)
	}

	/// Reads: placement, roster, active list; load, node and stock of each slot. Writes: the same,
	/// deadline, and the entry of each slot.
	fn expire_placement() -> Weight {
		let slots = u64::from(SLOTS_MAX);
		counted(
			slots.saturating_mul(3).saturating_add(3),
			slots.saturating_mul(4).saturating_add(4),
			ROSTER_BYTES.saturating_add(ACTIVE_BYTES),
		)
	}

	/// Reads: placement, active list, the load of each slot. Writes: placement, roster, deadline, and
	/// for each slot its load and its entry.
	fn place() -> Weight {
		let slots = u64::from(SLOTS_MAX);
		counted(slots.saturating_add(2), slots.saturating_mul(2).saturating_add(3), ACTIVE_BYTES)
	}

	/// Reads: placement, roster, load and stock of each slot. Writes: the same, deadline, and the entry
	/// of each slot.
	fn drop_placement() -> Weight {
		let slots = u64::from(SLOTS_MAX);
		counted(
			slots.saturating_mul(2).saturating_add(2),
			slots.saturating_mul(3).saturating_add(3),
			ROSTER_BYTES,
		)
	}

	/// Reads: the next key, the stock. Writes the stock.
	fn take_work() -> Weight {
		counted(2, 1, 0)
	}
}
