//! Weights of the calls and hooks.
//!
//! `()` counts storage accesses for the worst case, with ParityDB's cost of an access, and adds the
//! bytes that a proof carries. They are not measured yet. A panel has at most
//! [`PANEL_MAX`](crate::PANEL_MAX) members. The registry's answer to a decision counts as six accesses
//! (item, account and hold; panel, policy and outcome for the view).

use crate::PANEL_MAX;
use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet needs to know.
pub trait WeightInfo {
	/// Weight of `set_policy`.
	fn set_policy() -> Weight;
	/// Weight of `seal_keys`.
	fn seal_keys() -> Weight;
	/// Weight of `commit` by the last member.
	fn commit() -> Weight;
	/// Weight of `reveal` by the last member, which decides.
	fn reveal() -> Weight;
	/// Weight of finding that a block has no (more) deadlines.
	fn deadlines_of_block() -> Weight;
	/// Weight of ending one phase, whichever it is.
	fn end_phase() -> Weight;
	/// Weight of one draw, whether it succeeds or not.
	fn draw() -> Weight;
	/// Weight of all that hooks do for one item: `draws` draws, and two panels whose time to commit
	/// and to reveal runs out.
	fn screening_of_item(draws: u32) -> Weight {
		let draws = Self::draw().saturating_mul(draws.into());
		Self::end_phase().saturating_mul(4).saturating_add(draws)
	}
}

/// Bytes of a proof for one access, trie nodes included.
const PROOF_BYTES: u64 = 1_500;
/// Bytes of a full panel with its verdicts.
const PANEL_BYTES: u64 = 4_000;
/// Bytes of the list of Superdelegates.
const MEMBERS_BYTES: u64 = 8_000;
/// Accesses of the registry when it takes a decision.
const DECISION: u64 = 6;

fn counted(reads: u64, writes: u64, extra_bytes: u64) -> Weight {
	// 30 µs for decoding, checks, medians and the events.
	Weight::from_parts(30_000_000, reads.max(writes).saturating_mul(PROOF_BYTES))
		.saturating_add(Weight::from_parts(0, extra_bytes))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

impl WeightInfo for () {
	/// Reads: version. Writes: version, policy.
	fn set_policy() -> Weight {
		counted(1, 2, 0)
	}

	/// Reads: panel, item. Writes: panel, keys, two deadlines, a duty per member.
	fn seal_keys() -> Weight {
		counted(2, u64::from(PANEL_MAX).saturating_add(4), PANEL_BYTES)
	}

	/// Reads: panel. Writes: panel, two deadlines.
	fn commit() -> Weight {
		counted(1, 3, PANEL_BYTES)
	}

	/// Reads: panel, policy twice, the registry's. Writes: panel, outcome, keys, deadline, a duty
	/// per member, the registry's. A panel that is dismissed has a second deadline instead.
	fn reveal() -> Weight {
		let writes = u64::from(PANEL_MAX).saturating_add(4).saturating_add(DECISION);
		counted(3u64.saturating_add(DECISION), writes, PANEL_BYTES)
	}

	/// Reads the position and the first key of a block, writes the position.
	fn deadlines_of_block() -> Weight {
		counted(2, 1, 0)
	}

	/// Reads: deadline, panel, policy, item, Superdelegates, two for the randomness, a counter per
	/// member, the registry's. Writes: panel, outcome, keys, two deadlines, a duty and a counter per
	/// member, the registry's.
	fn end_phase() -> Weight {
		let members = u64::from(PANEL_MAX);
		counted(
			members.saturating_add(7).saturating_add(DECISION),
			members.saturating_mul(2).saturating_add(5).saturating_add(DECISION),
			PANEL_BYTES.saturating_add(MEMBERS_BYTES),
		)
	}

	/// Reads: deadline, panel, policy, item, Superdelegates, two for the randomness. Writes: panel,
	/// two deadlines; when the last one fails also keys and the registry's.
	fn draw() -> Weight {
		counted(
			7u64.saturating_add(DECISION),
			4u64.saturating_add(DECISION),
			PANEL_BYTES.saturating_add(MEMBERS_BYTES),
		)
	}
}
