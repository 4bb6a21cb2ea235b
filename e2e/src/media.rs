//! Real media, made with ffmpeg, so that each test has content of its own.

use crate::process::run;
use std::{
	path::{Path, PathBuf},
	process::Command,
};

/// The moderation test card of this repository.
pub fn test_card() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/moderation-test-card.png")
}

/// A video with sound of `seconds`; `variation` makes it another one.
///
/// # Panics
/// When ffmpeg fails.
pub fn video(file: &Path, seconds: u32, variation: u32) {
	let picture = format!("testsrc2=size=640x360:rate=25:duration={seconds}");
	let sound = format!("sine=frequency={}:duration={seconds}", 220 + variation);
	ffmpeg(
		file,
		&[
			"-f",
			"lavfi",
			"-i",
			&picture,
			"-f",
			"lavfi",
			"-i",
			&sound,
			"-c:v",
			"libx264",
			"-preset",
			"ultrafast",
			"-crf",
			"18",
			"-pix_fmt",
			"yuv420p",
			"-c:a",
			"aac",
			"-movflags",
			"+faststart",
		],
	);
}

/// Five seconds of the moderation test card as a re-encoded, scaled video.
///
/// # Panics
/// When ffmpeg fails.
pub fn test_card_video(file: &Path) {
	let card = test_card();
	ffmpeg(
		file,
		&[
			"-loop",
			"1",
			"-i",
			card.to_str().unwrap(),
			"-t",
			"5",
			"-vf",
			"scale=480:270",
			"-r",
			"10",
			"-c:v",
			"libx264",
			"-crf",
			"30",
			"-pix_fmt",
			"yuv420p",
		],
	);
}

/// Some seconds of sound without a cover.
///
/// # Panics
/// When ffmpeg fails.
pub fn sound(file: &Path, seconds: u32) {
	let tone = format!("sine=frequency=440:duration={seconds}");
	ffmpeg(file, &["-f", "lavfi", "-i", &tone]);
}

/// A picture.
///
/// # Panics
/// When ffmpeg fails.
pub fn picture(file: &Path) {
	ffmpeg(file, &["-f", "lavfi", "-i", "mandelbrot=size=320x240", "-frames:v", "1"]);
}

/// Runs ffmpeg with `options` and writes `file`.
///
/// # Panics
/// When ffmpeg fails.
pub fn ffmpeg(file: &Path, options: &[&str]) {
	let _ = run(Command::new("ffmpeg")
		.args(["-nostdin", "-loglevel", "error", "-y"])
		.args(options)
		.arg(file))
	.ok();
}
