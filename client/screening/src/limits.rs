//! What screening one file may cost, and the programs that do it.

use std::{fmt, path::PathBuf, time::Duration};

/// What screening one file may cost.
#[derive(Clone, Debug)]
pub struct Limits {
	/// Wall-clock time for the whole file, waiting for a place not included.
	pub time: Duration,
	/// Pictures that are sampled from one file.
	pub frames_max: u32,
	/// Largest picture, width times height.
	pub pixels_max: u64,
	/// Longest item.
	pub duration_max: Duration,
	/// Address space of a decoder in bytes. Below 512 MiB ffmpeg may not even start.
	pub memory_bytes_max: u64,
	/// Video streams and covers in one file.
	pub pictures_max: u32,
	/// Files that are screened at the same time; others wait.
	pub parallel_max: u16,
}

impl Default for Limits {
	fn default() -> Self {
		Self {
			time: Duration::from_secs(120),
			frames_max: 64,
			pixels_max: 8192 * 8192 / 2,
			duration_max: Duration::from_secs(12 * 60 * 60),
			memory_bytes_max: 2 * 1024 * 1024 * 1024,
			pictures_max: 8,
			parallel_max: 1,
		}
	}
}

/// The limit that a file exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
	/// [`Limits::time`], or as much processor time in one decoder.
	Time,
	/// [`Limits::memory_bytes_max`].
	Memory,
	/// [`Limits::pixels_max`].
	Pixels,
	/// [`Limits::duration_max`].
	Duration,
	/// [`Limits::pictures_max`].
	Pictures,
	/// Length of the file's description, 256 KiB.
	Description,
}

impl fmt::Display for Limit {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Time => "time",
			Self::Memory => "memory",
			Self::Pixels => "pixels in a picture",
			Self::Duration => "duration",
			Self::Pictures => "video streams and covers",
			Self::Description => "the length of the description",
		})
	}
}

/// The programs that decode; a bare name is looked up in `PATH`.
#[derive(Clone, Debug)]
pub struct Tools {
	/// Decodes; version 5.1 or later.
	pub ffmpeg: PathBuf,
	/// Describes a file; of the same version.
	pub ffprobe: PathBuf,
	/// Sets the limits of a process, from util-linux.
	pub prlimit: PathBuf,
}

impl Default for Tools {
	fn default() -> Self {
		Self { ffmpeg: "ffmpeg".into(), ffprobe: "ffprobe".into(), prlimit: "prlimit".into() }
	}
}
