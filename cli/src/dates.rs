//! When something happens: blocks as dates, and how long that is from now.

use chrono::{Local, SecondsFormat, TimeZone};
use serde_json::{json, Value};
use std::{
	fmt,
	time::{SystemTime, UNIX_EPOCH},
};

/// Milliseconds between two blocks where the chain does not tell.
pub const BLOCK_MS: u64 = 2_000;

/// The time now, at a block of the chain, and the pace at which blocks follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
	now_s: i64,
	block: u32,
	block_ms: u64,
}

impl Clock {
	/// It is now, the chain is at `block`, and its blocks are `block_ms` apart.
	pub fn new(block: u32, block_ms: u64) -> Self {
		let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
		Self { now_s: i64::try_from(now.as_secs()).unwrap_or(i64::MAX), block, block_ms }
	}

	/// The block that the chain is at.
	pub fn block(self) -> u32 {
		self.block
	}

	/// When `block` is made, or was.
	pub fn at(self, block: u32) -> Moment {
		let blocks = i64::from(block) - i64::from(self.block);
		let block_ms = i64::try_from(self.block_ms).unwrap_or(i64::MAX);
		let in_s = blocks.saturating_mul(block_ms) / 1_000;
		Moment { block, unix_s: self.now_s.saturating_add(in_s), in_s }
	}

	/// How long `blocks` take.
	pub fn span(self, blocks: u32) -> String {
		let seconds = u64::from(blocks).saturating_mul(self.block_ms) / 1_000;
		span(seconds)
	}
}

/// A block and when it is expected, or was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
	/// The block.
	pub block: u32,
	unix_s: i64,
	in_s: i64,
}

impl Moment {
	/// How far away it is, for example `in 2 h 10 min`.
	pub fn relative(self) -> String {
		let away = span(self.in_s.unsigned_abs());
		match self.in_s {
			0 => "now".to_owned(),
			1.. => format!("in {away}"),
			_ => format!("{away} ago"),
		}
	}

	/// For programs.
	pub fn json(self) -> Value {
		json!({ "block": self.block, "time": local_time(self.unix_s), "inSeconds": self.in_s })
	}
}

impl fmt::Display for Moment {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(formatter, "{} ({})", local_time(self.unix_s), self.relative())
	}
}

/// A Unix time in the local zone, as ISO 8601 has it.
fn local_time(unix_s: i64) -> String {
	match Local.timestamp_opt(unix_s, 0).earliest() {
		Some(time) => time.to_rfc3339_opts(SecondsFormat::Secs, false),
		None => format!("{unix_s} s after 1970"),
	}
}

/// A time span for people: its two largest units.
pub fn span(seconds: u64) -> String {
	const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
	let mut rest = seconds;
	let mut parts = Vec::new();
	for (length, unit) in UNITS {
		let count = rest / length;
		rest %= length;
		if count > 0 {
			parts.push(format!("{count} {unit}"));
		} else if !parts.is_empty() {
			break;
		}
		if parts.len() == 2 {
			break;
		}
	}
	match parts.is_empty() {
		true => "0 s".into(),
		false => parts.join(" "),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn spans_have_two_units_at_most() {
		for (seconds, text) in [
			(0, "0 s"),
			(59, "59 s"),
			(60, "1 min"),
			(7_800, "2 h 10 min"),
			(7_805, "2 h 10 min"),
			(3_605, "1 h"),
			(86_400 * 7, "7 d"),
			(86_400 * 7 + 3_600 * 5 + 60, "7 d 5 h"),
		] {
			assert_eq!(span(seconds), text);
		}
	}

	#[test]
	fn blocks_become_dates() {
		let clock = Clock { now_s: 1_700_000_000, block: 100, block_ms: 2_000 };
		assert_eq!(clock.at(100).in_s, 0);
		assert_eq!(clock.at(130).in_s, 60);
		assert_eq!(clock.at(70).in_s, -60);
		assert_eq!(clock.at(130).unix_s, 1_700_000_060);
		assert!(clock.at(130).to_string().ends_with("(in 1 min)"));
		assert!(clock.at(70).to_string().ends_with("(1 min ago)"));
		assert!(clock.at(100).to_string().ends_with("(now)"));
		assert_eq!(clock.at(130).json()["inSeconds"], 60);
		assert_eq!(clock.span(1_800), "1 h");
	}

	#[test]
	fn dates_are_iso_8601_with_a_zone() {
		let text = local_time(1_700_000_000);
		assert_eq!(text.get(4..5), Some("-"), "{text}");
		assert_eq!(text.get(10..11), Some("T"), "{text}");
		assert!(chrono::DateTime::parse_from_rfc3339(&text).is_ok(), "{text}");
	}
}
