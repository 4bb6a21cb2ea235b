//! Tracks: what each kind of decision needs to pass, and how long it takes.

use crate::{
	amounts::WHOLE,
	chain::{calls::word, state::State},
	errors::Error,
};
use popnet_primitives::Balance;
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// A share that falls with time, as the chain describes it; numbers are parts of the whole.
#[derive(DecodeAsType, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Curve {
	/// From `ceil` to `floor` within `length`, evenly.
	LinearDecreasing {
		/// Part of the time in which it falls.
		length: u32,
		/// Where it ends.
		floor: u32,
		/// Where it begins.
		ceil: u32,
	},
	/// From `begin` to `end`, by `step` each `period`.
	SteppedDecreasing {
		/// Where it begins.
		begin: u32,
		/// Where it ends.
		end: u32,
		/// What it falls by.
		step: u32,
		/// Part of the time between two steps.
		period: u32,
	},
	/// `factor / (time + x_offset) + y_offset`.
	Reciprocal {
		/// In parts of the whole, as the others.
		factor: i64,
		/// Added to the time.
		x_offset: i64,
		/// Added to the share.
		y_offset: i64,
	},
}

impl Curve {
	/// The share that is needed after the part `time` of the time for a decision.
	pub fn needed(&self, time: u32) -> u32 {
		let whole = i128::from(WHOLE);
		let time = i128::from(time.min(WHOLE));
		let share = match *self {
			Self::LinearDecreasing { length, floor, ceil } => {
				let (floor, ceil) = (i128::from(floor), i128::from(ceil));
				let length = i128::from(length.max(1));
				ceil.saturating_sub(
					time.min(length).saturating_mul(ceil.saturating_sub(floor)) / length,
				)
			}
			Self::SteppedDecreasing { begin, end, step, period } => {
				let steps = time / i128::from(period.max(1));
				let fallen = steps.saturating_mul(i128::from(step));
				i128::from(begin).saturating_sub(fallen).max(i128::from(end))
			}
			Self::Reciprocal { factor, x_offset, y_offset } => {
				let divisor = time.saturating_add(i128::from(x_offset));
				match i128::from(factor).saturating_mul(whole).checked_div(divisor) {
					Some(share) => share.saturating_add(i128::from(y_offset)),
					None => whole,
				}
			}
		};
		u32::try_from(share.clamp(0, whole)).unwrap_or(WHOLE)
	}

	/// The part of the time after which `share` is enough; `None` when it never is.
	pub fn enough_after(&self, share: u32) -> Option<u32> {
		if self.needed(WHOLE) > share {
			return None;
		}
		// What is needed never rises, so the first time at which `share` is enough can be halved for.
		let (mut low, mut high) = (0, WHOLE);
		while low < high {
			let middle = low + (high - low) / 2;
			match self.needed(middle) <= share {
				true => high = middle,
				false => low = middle + 1,
			}
		}
		Some(low)
	}
}

#[derive(DecodeAsType, Debug, Clone)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Details {
	name: String,
	max_deciding: u32,
	decision_deposit: Balance,
	prepare_period: u32,
	decision_period: u32,
	confirm_period: u32,
	min_approval: Curve,
	min_support: Curve,
}

/// A kind of decision. Times are in blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
	/// Number.
	pub id: u16,
	/// Name, for example `moderation policy`.
	pub name: String,
	/// Most referenda that are decided at a time.
	pub max_deciding: u32,
	/// POP without which nothing is decided.
	pub decision_deposit: Balance,
	/// From the proposal to the beginning of the decision, at least.
	pub prepare: u32,
	/// The longest time for a decision.
	pub decision: u32,
	/// How long the conditions have to hold.
	pub confirm: u32,
	/// Share of the votes that has to approve.
	pub approval: Curve,
	/// Share of all POP that has to vote for it or abstain.
	pub support: Curve,
}

/// All tracks.
pub fn all(state: &State<'_>) -> Result<Vec<Track>, Error> {
	let stored: Vec<(u16, Details)> = state.constant("Referenda", "Tracks")?;
	let tracks = stored.into_iter().map(|(id, details)| Track {
		id,
		name: details.name.trim_end_matches('\0').to_owned(),
		max_deciding: details.max_deciding,
		decision_deposit: details.decision_deposit,
		prepare: details.prepare_period,
		decision: details.decision_period,
		confirm: details.confirm_period,
		approval: details.min_approval,
		support: details.min_support,
	});
	Ok(tracks.collect())
}

/// The track with this number.
pub fn by_id(tracks: &[Track], id: u16) -> Option<&Track> {
	tracks.iter().find(|track| track.id == id)
}

/// The name of the track with this number.
pub fn name_of(tracks: &[Track], id: u16) -> String {
	by_id(tracks, id).map_or_else(|| format!("track {id}"), |track| track.name.clone())
}

/// The track with this name. Dashes count as spaces.
///
/// # Errors
/// When there is none.
pub fn by_name<'a>(tracks: &'a [Track], name: &str) -> Result<&'a Track, Error> {
	let wanted = name.to_lowercase().replace(['-', '_'], " ");
	tracks.iter().find(|track| track.name == wanted).ok_or_else(|| {
		let names: Vec<&str> = tracks.iter().map(|track| track.name.as_str()).collect();
		Error::unknown(format!("there is no track {name}"), format!("one of {}", names.join(", ")))
	})
}

impl Track {
	/// The origin of its decisions, as the runtime names it.
	pub fn origin(&self) -> Value {
		if self.id == 0 {
			return Value::unnamed_variant("system", [word("Root")]);
		}
		let capitalised = self.name.split(' ').map(|part| {
			let mut letters = part.chars();
			let first = letters.next().map(|letter| letter.to_ascii_uppercase());
			first.into_iter().chain(letters).collect::<String>()
		});
		Value::unnamed_variant("Origins", [word(&capitalised.collect::<String>())])
	}

	/// The part of the time for a decision that has passed after `blocks`.
	pub fn passed(&self, blocks: u32) -> u32 {
		let parts = u64::from(blocks.min(self.decision)).saturating_mul(u64::from(WHOLE));
		let parts = parts.checked_div(u64::from(self.decision)).unwrap_or(u64::from(WHOLE));
		u32::try_from(parts).unwrap_or(WHOLE)
	}

	/// Blocks that the part `time` of the time for a decision takes, rounded up.
	pub fn blocks(&self, time: u32) -> u32 {
		let blocks = u64::from(time).saturating_mul(u64::from(self.decision));
		u32::try_from(blocks.div_ceil(u64::from(WHOLE))).unwrap_or(u32::MAX)
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;

	/// A percentage in parts of the whole.
	pub fn percent(percent: u32) -> u32 {
		percent * 10_000_000
	}

	/// A track like economy, at the fast pace, whose approval falls from all to half.
	pub fn track() -> Track {
		Track {
			id: 10,
			name: "economy".into(),
			max_deciding: 3,
			decision_deposit: 20_000_000_000_000_000,
			prepare: 2,
			decision: 150,
			confirm: 24,
			approval: Curve::LinearDecreasing {
				length: WHOLE,
				floor: percent(50),
				ceil: percent(100),
			},
			support: Curve::LinearDecreasing {
				length: WHOLE,
				floor: percent(2),
				ceil: percent(50),
			},
		}
	}

	#[test]
	fn linear_curves_fall_evenly() {
		let curve = track().support;
		assert_eq!(curve.needed(0), percent(50));
		assert_eq!(curve.needed(WHOLE / 2), percent(26));
		assert_eq!(curve.needed(WHOLE), percent(2));
		assert_eq!(curve.needed(u32::MAX), percent(2));
	}

	/// Two thirds at half time, half at the end, all at the start: as the runtime makes it.
	#[test]
	fn reciprocal_curves_fall_fast_at_first() {
		let curve = Curve::Reciprocal { factor: 999_999_996, x_offset: 999_999_998, y_offset: 2 };
		assert!(curve.needed(0).abs_diff(WHOLE) < 10);
		assert!(curve.needed(WHOLE / 2).abs_diff(666_666_666) < 10);
		assert!(curve.needed(WHOLE).abs_diff(percent(50)) < 10);
	}

	#[test]
	fn stepped_curves_fall_in_steps() {
		let curve = Curve::SteppedDecreasing {
			begin: percent(80),
			end: percent(30),
			step: percent(10),
			period: percent(25),
		};
		assert_eq!(curve.needed(percent(24)), percent(80));
		assert_eq!(curve.needed(percent(25)), percent(70));
		assert_eq!(curve.needed(WHOLE), percent(40));
	}

	#[test]
	fn a_share_is_enough_from_a_moment_on() {
		let curve = track().support;
		assert_eq!(curve.enough_after(percent(50)), Some(0));
		assert_eq!(curve.enough_after(percent(26)), Some(WHOLE / 2));
		assert_eq!(curve.enough_after(percent(1)), None);
		let after = curve.enough_after(percent(10)).unwrap();
		assert!(curve.needed(after) <= percent(10));
		assert!(curve.needed(after - 1) > percent(10));
	}

	#[test]
	fn tracks_are_found_by_name_and_say_their_origin() {
		let policy = Track { id: 11, name: "moderation policy".into(), ..track() };
		let tracks = [track(), policy];
		assert_eq!(by_name(&tracks, "Moderation-Policy").unwrap().id, 11);
		let error = by_name(&tracks, "money").unwrap_err();
		assert_eq!(error.exit_code(), 4);
		assert!(error.hint().contains("economy, moderation policy"), "{}", error.hint());
		assert!(tracks[1].origin().to_string().contains("ModerationPolicy"));
		assert!(Track { id: 0, ..track() }.origin().to_string().contains("Root"));
	}

	#[test]
	fn time_of_a_decision_is_counted_in_parts() {
		assert_eq!(track().passed(75), WHOLE / 2);
		assert_eq!(track().passed(1_000), WHOLE);
		assert_eq!(track().blocks(WHOLE / 2), 75);
		assert_eq!(track().blocks(1), 1);
	}
}
