//! When something happens: blocks as dates, how long that is from now, and the blocks that users mean.

use chrono::{DateTime, Local, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone};
use serde_json::{json, Value};
use std::{
	fmt,
	str::FromStr,
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

	/// The block that `until` means: the first one that is not earlier.
	pub fn block_of(self, until: Until) -> u32 {
		let in_s = match until {
			Until::Block(block) => return block,
			Until::In(seconds) => i64::try_from(seconds).unwrap_or(i64::MAX),
			Until::At(unix_s) => unix_s.saturating_sub(self.now_s),
		};
		let block_ms = i64::try_from(self.block_ms.max(1)).unwrap_or(i64::MAX);
		let ms = in_s.saturating_mul(1_000);
		let whole = ms.div_euclid(block_ms);
		let blocks = whole.saturating_add(i64::from(ms.rem_euclid(block_ms) > 0));
		let block = i64::from(self.block).saturating_add(blocks).max(0);
		u32::try_from(block).unwrap_or(u32::MAX)
	}
}

/// An end, as users say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
	/// At this block: `12345`.
	Block(u32),
	/// So many seconds from now: `30d`, `2h10min`.
	In(u64),
	/// At this Unix time: `2027-01-31`, `2027-01-31T18:00`, in the local zone if none is named.
	At(i64),
}

/// What an end looks like.
const UNTIL: &str =
	"an end looks like 30d, 12h or 2h10min, like 2027-01-31 or 2027-01-31T18:00, or \
                     is the number of a block";

impl FromStr for Until {
	type Err = &'static str;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
		if is_number {
			return text.parse().map(Self::Block).map_err(|_| UNTIL);
		}
		parse_span(text).map(Self::In).or_else(|| parse_date(text).map(Self::At)).ok_or(UNTIL)
	}
}

/// Seconds of a span such as `2h10min`, which is more than nothing.
fn parse_span(text: &str) -> Option<u64> {
	let compact: String = text.chars().filter(|letter| *letter != ' ').collect();
	let mut rest = compact.as_str();
	let mut seconds = 0u64;
	while !rest.is_empty() {
		let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
		let (number, tail) = rest.split_at(digits);
		let letters = tail.bytes().take_while(u8::is_ascii_alphabetic).count();
		let (unit, tail) = tail.split_at(letters);
		let length = match unit {
			"w" => 604_800,
			"d" => 86_400,
			"h" => 3_600,
			"min" | "m" => 60,
			"s" => 1,
			_ => return None,
		};
		let part = number.parse::<u64>().ok()?.checked_mul(length)?;
		seconds = seconds.checked_add(part)?;
		rest = tail;
	}
	(seconds > 0).then_some(seconds)
}

/// The Unix time of a date, with or without time of day and zone.
fn parse_date(text: &str) -> Option<i64> {
	if let Ok(time) = DateTime::parse_from_rfc3339(text) {
		return Some(time.timestamp());
	}
	let with_time = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
	let time = with_time
		.iter()
		.find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
		.or_else(|| {
			let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
			Some(day.and_time(NaiveTime::MIN))
		})?;
	Local.from_local_datetime(&time).earliest().map(|time| time.timestamp())
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
	fn ends_are_blocks_spans_or_dates() {
		for (text, until) in [
			("12345", Until::Block(12_345)),
			("30d", Until::In(2_592_000)),
			("2h10min", Until::In(7_800)),
			("1w 1s", Until::In(604_801)),
			("2027-01-31T18:00:00Z", Until::At(1_801_418_400)),
			("2027-01-31T18:00:00+01:00", Until::At(1_801_414_800)),
		] {
			assert_eq!(text.parse(), Ok(until), "{text}");
		}
		for text in ["2027-01-31", "2027-01-31T18:00", "2027-01-31T18:00:30", "2027-01-31 18:00"] {
			assert!(matches!(text.parse(), Ok(Until::At(_))), "{text}");
		}
		for text in
			["", "-5", "5 days", "d", "0d", "h5", "2027-02-30", "99999999999", "5d3", "5y", "ü"]
		{
			assert!(text.parse::<Until>().is_err(), "{text}");
		}
	}

	#[test]
	fn ends_become_the_first_block_that_is_not_earlier() {
		let clock = Clock { now_s: 1_700_000_000, block: 100, block_ms: 2_000 };
		assert_eq!(clock.block_of(Until::Block(7)), 7);
		assert_eq!(clock.block_of(Until::In(60)), 130);
		assert_eq!(clock.block_of(Until::In(61)), 131);
		assert_eq!(clock.block_of(Until::At(1_700_000_060)), 130);
		assert_eq!(clock.block_of(Until::At(1_699_999_990)), 95);
		assert_eq!(clock.block_of(Until::At(0)), 0);
		assert_eq!(clock.block_of(Until::In(u64::MAX)), u32::MAX);
	}

	#[test]
	fn dates_are_iso_8601_with_a_zone() {
		let text = local_time(1_700_000_000);
		assert_eq!(text.get(4..5), Some("-"), "{text}");
		assert_eq!(text.get(10..11), Some("T"), "{text}");
		assert!(chrono::DateTime::parse_from_rfc3339(&text).is_ok(), "{text}");
	}
}
