//! What a file is: its kind, its pictures and its measured length.
//!
//! `ffprobe` names the streams. What it says about length is a claim of the file; how long a stream is
//! and how many pictures it has is measured by reading every packet, without decoding any.

use crate::{
	process::{reason, unexpected, Decoder, Program},
	Limit, MediaKind, ScreenError,
};
use serde::Deserialize;
use std::time::Duration;

/// Longest answer of either program.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Formats that are a picture, moving at most by being several.
const STILL_FORMATS: [&str; 5] = ["png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe"];
/// Brands of the MP4 family that are a picture.
const STILL_BRANDS: [&str; 2] = ["avif", "mif1"];
/// Formats whose stated length comes from a table, so that less means that something is missing.
const TABLED_FORMATS: [&str; 5] = ["mov", "matroska", "wav", "flac", "avi"];
/// What may be missing at the end: rounding, edit lists, a last packet.
const MISSING_MAX: Duration = Duration::from_millis(500);

/// A file, described.
pub(crate) struct Media {
	pub(crate) kind: MediaKind,
	/// What is to be looked at; empty for sound without a cover.
	pub(crate) pictures: Vec<Pictures>,
	/// Measured length; zero for a still picture.
	pub(crate) duration: Duration,
}

/// One stream of pictures.
pub(crate) struct Pictures {
	/// Number of the stream in the file.
	pub(crate) stream: u32,
	/// Width times height; zero when only decoding will tell.
	pub(crate) pixels: u64,
	/// Pictures in it.
	pub(crate) count: u64,
	/// Measured length; zero for a cover or a still picture.
	pub(crate) duration: Duration,
}

#[derive(Deserialize)]
struct Probe {
	#[serde(default)]
	streams: Vec<Stream>,
	format: Option<Format>,
}

#[derive(Deserialize)]
struct Format {
	#[serde(default)]
	format_name: String,
	#[serde(default)]
	tags: Tags,
}

#[derive(Default, Deserialize)]
struct Tags {
	major_brand: Option<String>,
	#[serde(rename = "DURATION")]
	duration: Option<String>,
}

#[derive(Deserialize)]
struct Stream {
	index: u32,
	codec_type: Option<String>,
	#[serde(default)]
	width: u64,
	#[serde(default)]
	height: u64,
	duration: Option<String>,
	#[serde(default)]
	disposition: Disposition,
	#[serde(default)]
	tags: Tags,
}

#[derive(Default, Deserialize)]
struct Disposition {
	#[serde(default)]
	attached_pic: u8,
}

impl Stream {
	fn is(&self, codec_type: &str) -> bool {
		self.codec_type.as_deref() == Some(codec_type)
	}

	fn is_cover(&self) -> bool {
		self.is("video") && self.disposition.attached_pic != 0
	}

	fn is_video(&self) -> bool {
		self.is("video") && !self.is_cover()
	}

	fn pixels(&self) -> u64 {
		self.width.saturating_mul(self.height)
	}

	/// The length that the file claims for the stream.
	fn stated(&self) -> Option<Duration> {
		self.duration.as_deref().or(self.tags.duration.as_deref()).and_then(parse_duration)
	}
}

impl Probe {
	fn format(&self) -> &str {
		self.format.as_ref().map_or("", |format| &format.format_name)
	}

	fn is_still(&self) -> bool {
		let brand = self.format.as_ref().and_then(|format| format.tags.major_brand.as_deref());
		STILL_FORMATS.contains(&self.format())
			|| brand.is_some_and(|brand| STILL_BRANDS.contains(&brand))
	}

	/// Whether the stated length of a stream can be held against the file.
	fn is_tabled(&self) -> bool {
		self.format().split(',').any(|name| TABLED_FORMATS.contains(&name))
	}
}

/// Packets of one stream.
struct Measured {
	packets: u64,
	duration: Duration,
}

/// Finds out what a file is, decoding no more than `ffprobe` needs for its description.
pub(crate) async fn inspect(decoder: &Decoder<'_>) -> Result<Media, ScreenError> {
	let probe = probe(decoder).await?;
	check_pictures(decoder, &probe)?;
	let mut pictures = Vec::new();
	let mut duration = Duration::ZERO;
	for stream in probe.streams.iter().filter(|stream| stream.is_video()) {
		let measured = measure(decoder, &probe, stream).await?;
		duration = duration.max(measured.duration);
		pictures.push(Pictures {
			stream: stream.index,
			pixels: stream.pixels(),
			count: measured.packets,
			duration: measured.duration,
		});
	}
	let single = pictures.iter().map(|pictures| pictures.count).sum::<u64>() == 1;
	let has_sound = probe.streams.iter().any(|stream| stream.is("audio"));
	let kind = if pictures.is_empty() {
		MediaKind::Audio
	} else if !has_sound && (probe.is_still() || (probe.format() == "gif" && single)) {
		MediaKind::Image
	} else {
		MediaKind::Video
	};
	if kind == MediaKind::Audio {
		let Some(sound) = probe.streams.iter().find(|stream| stream.is("audio")) else {
			return Err(ScreenError::NotMedia("there is neither picture nor sound".into()));
		};
		duration = measure(decoder, &probe, sound).await?.duration;
	}
	if duration > decoder.limits.duration_max {
		return Err(ScreenError::TooComplex(Limit::Duration));
	}
	if kind == MediaKind::Image {
		duration = Duration::ZERO;
	}
	pictures.extend(probe.streams.iter().filter(|stream| stream.is_cover()).map(|cover| {
		Pictures { stream: cover.index, pixels: cover.pixels(), count: 1, duration: Duration::ZERO }
	}));
	Ok(Media { kind, pictures, duration })
}

async fn probe(decoder: &Decoder<'_>) -> Result<Probe, ScreenError> {
	const ENTRIES: &str = "format=format_name:format_tags=major_brand:\
		stream=index,codec_type,width,height,duration:stream_disposition=attached_pic:\
		stream_tags=DURATION";
	let before = ["-show_entries", ENTRIES, "-of", "json=compact=1"].map(String::from);
	let answer = decoder.start(Program::Ffprobe, &before, &[])?.answer(ANSWER_BYTES_MAX).await?;
	let probe: Probe = serde_json::from_slice(&answer.bytes)
		.map_err(|_unreadable| unexpected(decoder.place(Program::Ffprobe)))?;
	if probe.streams.is_empty() {
		return Err(ScreenError::NotMedia(reason(&answer.complaints)));
	}
	Ok(probe)
}

fn check_pictures(decoder: &Decoder<'_>, probe: &Probe) -> Result<(), ScreenError> {
	let visible = probe.streams.iter().filter(|stream| stream.is("video"));
	let count = u32::try_from(visible.clone().count()).unwrap_or(u32::MAX);
	if count > decoder.limits.pictures_max {
		return Err(ScreenError::TooComplex(Limit::Pictures));
	}
	let largest = visible.map(Stream::pixels).max().unwrap_or(0);
	if largest > decoder.limits.pixels_max {
		return Err(ScreenError::TooComplex(Limit::Pixels));
	}
	Ok(())
}

/// Counts a stream's packets and measures its length, and misses what should be there.
async fn measure(
	decoder: &Decoder<'_>,
	probe: &Probe,
	stream: &Stream,
) -> Result<Measured, ScreenError> {
	let map = format!("0:{}", stream.index);
	let after = ["-map", &map, "-c", "copy", "-f", "null", "-nostats", "-stats_period", "600"];
	let after = after.into_iter().chain(["-progress", "pipe:1", "-"]).map(String::from);
	let after: Vec<_> = after.collect();
	let answer = decoder.start(Program::Ffmpeg, &[], &after)?.answer(ANSWER_BYTES_MAX).await?;
	let words = String::from_utf8_lossy(&answer.bytes);
	let last = |name: &str| {
		let mut values =
			words.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
		values.next_back().and_then(|value| value.trim().parse::<u64>().ok())
	};
	let duration = Duration::from_micros(last("out_time_us").unwrap_or(0));
	// ffmpeg counts packets of pictures only.
	let packets = last("frame").unwrap_or(0);
	if stream.is_video() && packets == 0 {
		return Err(ScreenError::NotMedia(reason(&answer.complaints)));
	}
	if let Some(stated) = stream.stated().filter(|_| probe.is_tabled()) {
		if (duration + MISSING_MAX).as_secs_f64() < stated.as_secs_f64() * 0.9 {
			return Err(ScreenError::NotMedia(format!(
				"it breaks off after {:.1} of {:.1} seconds",
				duration.as_secs_f64(),
				stated.as_secs_f64()
			)));
		}
	}
	Ok(Measured { packets, duration })
}

/// Reads `12.5` and `00:00:12.500000000`.
fn parse_duration(text: &str) -> Option<Duration> {
	let mut seconds = 0.0;
	for part in text.split(':') {
		seconds = seconds * 60.0 + part.trim().parse::<f64>().ok()?;
	}
	Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn duration_is_read_when_written_in_seconds_or_by_the_clock() {
		assert_eq!(parse_duration("12.5"), Some(Duration::from_millis(12_500)));
		assert_eq!(parse_duration("01:00:02.250000000"), Some(Duration::from_millis(3_602_250)));
	}

	#[test]
	fn duration_is_unknown_when_it_makes_no_sense() {
		assert_eq!(parse_duration("N/A"), None);
		assert_eq!(parse_duration("-4"), None);
		assert_eq!(parse_duration("1e300"), None);
	}
}
