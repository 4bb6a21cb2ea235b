//! Eras and sessions: which era counts a change of stake, and when.
//!
//! A session is a fixed number of blocks, an era some sessions. The Delegates of an era are elected one
//! session before it begins: what is staked until then counts. Staking calls the era that was elected
//! last the current one, so that what leaves can be withdrawn one session before its era begins.

use crate::{
	chain::{calls::number, state::State},
	dates::{Clock, Moment},
	errors::Error,
};
use serde_json::{json, Value};
use subxt::ext::{scale_decode::DecodeAsType, scale_value};

/// Blocks of a session where the pace is real, and where it is fast.
const SESSION_BLOCKS: [u32; 2] = [3_600, 30];

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct ActiveEra {
	index: u32,
}

/// Where the chain stands in its eras.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eras {
	/// Time.
	pub clock: Clock,
	/// The era whose Delegates author blocks.
	pub active: u32,
	/// The era that was elected last; the active one, or the next.
	pub elected: u32,
	/// The first session of the era that was elected last.
	elected_start: u32,
	session: u32,
	session_blocks: u32,
	sessions_per_era: u32,
}

impl Eras {
	/// Reads them.
	pub async fn read(state: &State<'_>) -> Result<Self, Error> {
		let clock = state.clock().await?;
		let session: u32 = state.required("Session", "CurrentIndex", Vec::new()).await?;
		let elected: u32 = state.required("Staking", "CurrentEra", Vec::new()).await?;
		let active: ActiveEra = state.required("Staking", "ActiveEra", Vec::new()).await?;
		let start = state.value("Staking", "ErasStartSessionIndex", vec![number(elected)]).await?;
		let fast = is_fast(state).await?;
		Ok(Self {
			clock,
			active: active.index,
			elected,
			elected_start: start.unwrap_or(session),
			session,
			session_blocks: session_blocks(clock.block(), session, fast),
			sessions_per_era: state.constant("Staking", "SessionsPerEra")?,
		})
	}

	/// The first era that counts what is staked, or changed, now.
	pub fn counting(self) -> u32 {
		self.elected.saturating_add(1)
	}

	/// Blocks of an era.
	pub fn era_blocks(self) -> u32 {
		self.session_blocks.saturating_mul(self.sessions_per_era)
	}

	/// When `era` begins, or began.
	pub fn start(self, era: u32) -> Moment {
		self.clock.at(self.session_start(self.first_session(era)))
	}

	/// When what is bound until `era` can be withdrawn: when the era is elected.
	pub fn due(self, era: u32) -> Moment {
		self.clock.at(self.session_start(self.first_session(era).saturating_sub(1)))
	}

	/// Whether what is bound until `era` can be withdrawn now.
	pub fn is_due(self, era: u32) -> bool {
		era <= self.elected
	}

	fn first_session(self, era: u32) -> u32 {
		match era.checked_sub(self.elected) {
			Some(ahead) => {
				self.elected_start.saturating_add(ahead.saturating_mul(self.sessions_per_era))
			}
			None => {
				let behind = self.elected.saturating_sub(era);
				self.elected_start.saturating_sub(behind.saturating_mul(self.sessions_per_era))
			}
		}
	}

	/// The block at which `session` begins. Sessions begin at multiples of their length.
	fn session_start(self, session: u32) -> u32 {
		let block = self.clock.block();
		let start = block.saturating_sub(block % self.session_blocks.max(1));
		match session.checked_sub(self.session) {
			Some(ahead) => start.saturating_add(ahead.saturating_mul(self.session_blocks)),
			None => {
				let behind = self.session.saturating_sub(session);
				start.saturating_sub(behind.saturating_mul(self.session_blocks))
			}
		}
	}

	/// For programs.
	pub fn json(self) -> Value {
		json!({
			"active": self.active,
			"next": self.active.saturating_add(1),
			"nextBegins": self.start(self.active.saturating_add(1)).json(),
			"eraBlocks": self.era_blocks(),
		})
	}

	/// For people: which era it is and when the next begins.
	pub fn text(self) -> String {
		let next = self.active.saturating_add(1);
		format!(
			"{}; era {next} begins {}; an era takes {}",
			self.active,
			self.start(next),
			self.clock.span(self.era_blocks())
		)
	}
}

/// Whether the chain's periods are the short ones for development and tests.
async fn is_fast(state: &State<'_>) -> Result<bool, Error> {
	let pace: scale_value::Value = state.required("PaceOfChain", "Current", Vec::new()).await?;
	Ok(matches!(&pace.value, scale_value::ValueDef::Variant(variant) if variant.name == "Fast"))
}

/// Blocks of a session: as the pace says, or as many as there were on average where a later runtime
/// has sessions of another length.
fn session_blocks(block: u32, session: u32, fast: bool) -> u32 {
	let [real, short] = SESSION_BLOCKS;
	let usual = if fast { short } else { real };
	if block / usual == session {
		return usual;
	}
	block.checked_div(session).unwrap_or(usual).max(1)
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// Session 5 of a fast chain at block 160: era 1 is active and elected last.
	pub fn eras() -> Eras {
		Eras {
			clock: Clock::new(160, 2_000),
			active: 1,
			elected: 1,
			elected_start: 3,
			session: 5,
			session_blocks: 30,
			sessions_per_era: 3,
		}
	}

	#[test]
	fn eras_begin_at_multiples_of_their_sessions() {
		let eras = eras();
		assert_eq!(eras.start(1).block, 90);
		assert_eq!(eras.start(2).block, 180);
		assert_eq!(eras.start(0).block, 0);
		assert_eq!(eras.era_blocks(), 90);
	}

	#[test]
	fn stake_counts_from_the_era_after_the_last_election() {
		let eras = eras();
		assert_eq!(eras.counting(), 2);
		assert_eq!(eras.start(eras.counting()).block, 180);
		// The next era was elected already: the one after it is the first that counts.
		let later = Eras { elected: 2, elected_start: 6, ..eras };
		assert_eq!(later.counting(), 3);
		assert_eq!(later.start(3).block, 270);
	}

	#[test]
	fn what_leaves_is_due_one_session_before_its_era_begins() {
		let eras = eras();
		assert_eq!(eras.start(3).block, 270);
		assert_eq!(eras.due(3).block, 240);
		assert!(!eras.is_due(3));
		assert!(eras.is_due(1));
	}

	#[test]
	fn length_of_a_session_follows_the_pace_or_the_past() {
		assert_eq!(session_blocks(160, 5, true), 30);
		assert_eq!(session_blocks(7_300, 2, false), 3_600);
		assert_eq!(session_blocks(0, 0, false), 3_600);
		// A runtime that this program does not know.
		assert_eq!(session_blocks(1_000, 10, true), 100);
	}
}
