//! Which bytes a request means: ranges and preconditions of RFC 9110, as pure functions.

use axum::http::{
	header::{HeaderName, IF_MATCH, IF_NONE_MATCH, IF_RANGE, RANGE},
	HeaderMap,
};
use std::ops::Range;

/// What to answer a request for an item that can be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
	/// 200 with everything.
	Whole,
	/// 206 with these bytes; not empty, within the item.
	Part(Range<u64>),
	/// 304: the client has it.
	Unchanged,
	/// 412: the client wants another version, and there is none.
	Otherwise,
	/// 416: the range starts beyond the end.
	Beyond,
}

/// Decides in the order of RFC 9110, section 13.2.2. `etag` is strong and in quotes. Only GET has
/// ranges; a Range header that is malformed, of another unit, or of several ranges is ignored, as
/// sections 14.2 and 15.3.7 allow.
pub(crate) fn decide(headers: &HeaderMap, is_get: bool, etag: &str, size: u64) -> Answer {
	if headers.contains_key(IF_MATCH) && !lists(headers, &IF_MATCH, etag, false) {
		return Answer::Otherwise;
	}
	if headers.contains_key(IF_NONE_MATCH) && lists(headers, &IF_NONE_MATCH, etag, true) {
		return Answer::Unchanged;
	}
	let mut ranges = headers.get_all(RANGE).iter();
	let (Some(range), None) = (ranges.next(), ranges.next()) else { return Answer::Whole };
	// If-Range compares strongly. A date never matches, for items carry none.
	let applies = headers.get(IF_RANGE).is_none_or(|given| given.as_bytes() == etag.as_bytes());
	if !is_get || !applies {
		return Answer::Whole;
	}
	match range.to_str().ok().and_then(parse_range) {
		Some(asked) => asked.within(size),
		None => Answer::Whole,
	}
}

/// Whether a list of entity tags holds ours, or is `*`.
fn lists(headers: &HeaderMap, name: &HeaderName, etag: &str, weak: bool) -> bool {
	let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
	// Our tags hold no comma, so that a foreign tag cut in two cannot become equal to ours.
	values.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
		tag == "*" || tag == etag || (weak && tag.strip_prefix("W/").is_some_and(|tag| tag == etag))
	})
}

/// A byte range as a client writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
	/// `first-last`, both included; without `last` up to the end.
	From(u64, Option<u64>),
	/// The last so many bytes.
	Suffix(u64),
}

impl Asked {
	fn within(self, size: u64) -> Answer {
		match self {
			Self::From(first, _) if first >= size => Answer::Beyond,
			Self::From(first, last) => {
				let end = last.map_or(size, |last| last.saturating_add(1).min(size));
				Answer::Part(first..end)
			}
			Self::Suffix(0) => Answer::Beyond,
			Self::Suffix(length) => Answer::Part(size.saturating_sub(length)..size),
		}
	}
}

/// One range in bytes; `None` for everything else.
fn parse_range(text: &str) -> Option<Asked> {
	let (unit, range) = text.split_once('=')?;
	if !unit.trim().eq_ignore_ascii_case("bytes") {
		return None;
	}
	let (first, last) = range.trim().split_once('-')?;
	match (number(first), number(last)) {
		(Some(first), Some(last)) if first <= last => Some(Asked::From(first, Some(last))),
		(Some(first), None) if last.is_empty() => Some(Asked::From(first, None)),
		(None, Some(length)) if first.is_empty() => Some(Asked::Suffix(length)),
		_ => None,
	}
}

/// Digits only. A number too large for us lies beyond every item.
fn number(text: &str) -> Option<u64> {
	if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
		return None;
	}
	Some(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
	use super::*;
	use axum::http::HeaderValue;

	const ETAG: &str = "\"abc\"";

	fn answer(headers: &[(HeaderName, &'static str)]) -> Answer {
		let mut map = HeaderMap::new();
		for (name, value) in headers {
			map.append(name, HeaderValue::from_static(value));
		}
		decide(&map, true, ETAG, 1000)
	}

	#[test]
	fn ranges_follow_rfc_9110() {
		for (range, expected) in [
			("bytes=0-0", Answer::Part(0..1)),
			("bytes=0-", Answer::Part(0..1000)),
			("Bytes=10-19", Answer::Part(10..20)),
			("bytes=990-5000", Answer::Part(990..1000)),
			("bytes=5-99999999999999999999999", Answer::Part(5..1000)),
			("bytes=-1", Answer::Part(999..1000)),
			("bytes=-5000", Answer::Part(0..1000)),
			("bytes=999-", Answer::Part(999..1000)),
			("bytes=1000-", Answer::Beyond),
			("bytes=99999999999999999999999-", Answer::Beyond),
			("bytes=-0", Answer::Beyond),
			("bytes=20-10", Answer::Whole),
			("bytes=0-1,5-6", Answer::Whole),
			("bytes=-", Answer::Whole),
			("bytes=", Answer::Whole),
			("bytes=+1-2", Answer::Whole),
			("bytes=a-b", Answer::Whole),
			("bytes 0-1", Answer::Whole),
			("items=0-1", Answer::Whole),
		] {
			assert_eq!(answer(&[(RANGE, range)]), expected, "{range}");
		}
		assert_eq!(answer(&[(RANGE, "bytes=0-1"), (RANGE, "bytes=0-1")]), Answer::Whole);
	}

	#[test]
	fn preconditions_come_before_ranges() {
		let range = (RANGE, "bytes=0-1");
		for (name, value, expected) in [
			(IF_NONE_MATCH, "\"abc\"", Answer::Unchanged),
			(IF_NONE_MATCH, "\"x\", W/\"abc\"", Answer::Unchanged),
			(IF_NONE_MATCH, "*", Answer::Unchanged),
			(IF_NONE_MATCH, "\"x\"", Answer::Part(0..2)),
			(IF_MATCH, "\"abc\"", Answer::Part(0..2)),
			(IF_MATCH, "W/\"abc\"", Answer::Otherwise),
			(IF_MATCH, "\"x\"", Answer::Otherwise),
			(IF_RANGE, "\"abc\"", Answer::Part(0..2)),
			(IF_RANGE, "W/\"abc\"", Answer::Whole),
			(IF_RANGE, "\"x\"", Answer::Whole),
			(IF_RANGE, "Tue, 01 Sep 2026 10:00:00 GMT", Answer::Whole),
		] {
			assert_eq!(answer(&[range.clone(), (name.clone(), value)]), expected, "{name} {value}");
		}
	}

	#[test]
	fn a_range_is_ignored_when_the_method_is_head() {
		let mut headers = HeaderMap::new();
		headers.insert(RANGE, HeaderValue::from_static("bytes=0-1"));

		assert_eq!(decide(&headers, false, ETAG, 1000), Answer::Whole);
	}
}
