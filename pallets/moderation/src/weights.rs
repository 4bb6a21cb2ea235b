//! Weights of the calls and hooks.
//!
//! The runtime uses measured ones. `()`, for tests, counts storage accesses for the worst case, with
//! ParityDB's cost of an access, and adds the bytes that a proof carries. The registry's answer to a
//! decision counts as six accesses (item, account and hold; panel, policy and outcome for the view),
//! what is recorded about the work of a member as three.

use frame_support::weights::{constants::ParityDbWeight, Weight};

/// What the pallet needs to know. What [`OnMissed`](popnet_primitives::traits::OnMissed) does comes on
/// top.
pub trait WeightInfo {
	/// Weight of `set_policy`.
	fn set_policy() -> Weight;
	/// Weight of `seal_keys`.
	fn seal_keys() -> Weight;
	/// Weight of `commit` by the last member.
	fn commit() -> Weight;
	/// Weight of `reveal` by the last of `members`, which decides.
	fn reveal(members: u32) -> Weight;
	/// Weight of `admit_models`.
	fn admit_models() -> Weight;
	/// Weight of hearing that a member has left.
	fn left() -> Weight;
	/// Weight of finding that there are no (more) departures.
	fn departures() -> Weight;
	/// Weight of vacating one seat of a panel of `members`, whatever comes of it.
	fn vacate_seat(members: u32) -> Weight;
	/// Weight of finding that a block has no (more) deadlines.
	fn deadlines_of_block() -> Weight;
	/// Weight of ending one phase of a panel of `members`, whichever it is.
	fn end_phase(members: u32) -> Weight;
	/// Weight of one draw of `members` or substitutes, whether it succeeds or not.
	fn draw(members: u32) -> Weight;
	/// Weight of all that hooks do for one item: `draws` draws of `members` or substitutes, `vacancies`
	/// seats that fall vacant, and two panels whose time to commit and to reveal runs out.
	fn screening_of_item(draws: u32, vacancies: u32, members: u32) -> Weight {
		let draws = Self::draw(members).saturating_mul(draws.into());
		let vacancies = Self::vacate_seat(members).saturating_mul(vacancies.into());
		Self::end_phase(members).saturating_mul(4).saturating_add(draws).saturating_add(vacancies)
	}
}

/// Bytes of a proof for one access, trie nodes included.
const PROOF_BYTES: u64 = 1_500;
/// Bytes of a full panel with its verdicts.
const PANEL_BYTES: u64 = 4_000;
/// Bytes of the list of Superdelegates.
const MEMBERS_BYTES: u64 = 8_000;
/// Bytes of the counts of duties.
const COUNTS_BYTES: u64 = 4_700;
/// Accesses of the registry when it takes a decision.
const DECISION: u64 = 6;
/// Accesses for each member whose verdict is recorded or withheld: its points, the sum of all.
const WORK: u64 = 3;
/// Accesses for each member that is given a duty or has done it.
const DUTY: u64 = 1;

fn counted(reads: u64, writes: u64, extra_bytes: u64) -> Weight {
	// 30 µs for decoding, checks, medians and the events.
	Weight::from_parts(30_000_000, reads.max(writes).saturating_mul(PROOF_BYTES))
		.saturating_add(Weight::from_parts(0, extra_bytes))
		.saturating_add(ParityDbWeight::get().reads_writes(reads, writes))
}

fn per_member(members: u32, accesses: u64) -> u64 {
	u64::from(members).saturating_mul(accesses)
}

impl WeightInfo for () {
	/// Reads: version, models. Writes: version, policy, models.
	fn set_policy() -> Weight {
		counted(2, 3, 0)
	}

	/// Reads: panel, item, keys. Writes: panel, keys, two deadlines.
	fn seal_keys() -> Weight {
		counted(3, 4, PANEL_BYTES)
	}

	/// Reads: panel, Superdelegates, models. Writes: panel, two deadlines.
	fn commit() -> Weight {
		counted(3, 3, PANEL_BYTES.saturating_add(MEMBERS_BYTES))
	}

	/// Reads: panel, policy twice, item, counts of duties, the registry's, and for each member its duty
	/// and work. Writes: panel, outcome, keys, deadline, counts, the registry's, and the same for each
	/// member. A panel that is dismissed has a second deadline instead.
	fn reveal(members: u32) -> Weight {
		let each = per_member(members, DUTY.saturating_add(WORK));
		counted(
			5u64.saturating_add(DECISION).saturating_add(each),
			5u64.saturating_add(DECISION).saturating_add(each),
			PANEL_BYTES.saturating_add(COUNTS_BYTES),
		)
	}

	/// Reads: version, policy. Writes: version, policy, models.
	fn admit_models() -> Weight {
		counted(2, 3, 0)
	}

	/// Reads the first duty, writes the departure.
	fn left() -> Weight {
		counted(1, 1, 0)
	}

	/// Reads the first departure and the first duty, removes the departure.
	fn departures() -> Weight {
		counted(2, 1, 0)
	}

	/// Reads: duty, panel, keys, counts of duties, the registry's, and each member's duty. Writes:
	/// departure, panel, keys, counts, two deadlines, the registry's, and each member's duty.
	fn vacate_seat(members: u32) -> Weight {
		let each = per_member(members, DUTY);
		counted(
			4u64.saturating_add(DECISION).saturating_add(each),
			6u64.saturating_add(DECISION).saturating_add(each),
			PANEL_BYTES.saturating_add(COUNTS_BYTES),
		)
	}

	/// Reads the position and the first key of a block, writes the position.
	fn deadlines_of_block() -> Weight {
		counted(2, 1, 0)
	}

	/// Reads: deadline, what a draw reads, and for each member a counter, its duty and work. Writes:
	/// outcome, what a draw writes, and the same for each member.
	fn end_phase(members: u32) -> Weight {
		let each = per_member(members, 1u64.saturating_add(DUTY).saturating_add(WORK));
		counted(
			10u64.saturating_add(DECISION).saturating_add(each),
			7u64.saturating_add(DECISION).saturating_add(each),
			PANEL_BYTES.saturating_add(MEMBERS_BYTES).saturating_add(COUNTS_BYTES),
		)
	}

	/// Reads: deadline, panel, policy, models, item, Superdelegates, two for the randomness, counts of
	/// duties. Writes: panel, two deadlines, counts, a duty per member; when the last one fails also
	/// keys and the registry's.
	fn draw(members: u32) -> Weight {
		counted(
			9u64.saturating_add(DECISION),
			5u64.saturating_add(DECISION).saturating_add(per_member(members, DUTY)),
			PANEL_BYTES.saturating_add(MEMBERS_BYTES).saturating_add(COUNTS_BYTES),
		)
	}
}
