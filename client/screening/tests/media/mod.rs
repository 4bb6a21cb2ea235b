//! Media made with ffmpeg for the tests.
#![allow(dead_code)] // no test file needs all of it

use std::{
	path::{Path, PathBuf},
	process::{Command, Stdio},
};
use tempfile::TempDir;

/// A folder of media that vanishes after the test.
pub struct Media(TempDir);

/// A moving test picture, and a sound.
pub const PATTERN: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=duration=2:size=640x360:rate=25"];
pub const TONE: [&str; 4] = ["-f", "lavfi", "-i", "sine=duration=2"];
/// H.264 as fast as it gets.
pub const X264: [&str; 6] = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/// The moderation test card.
pub fn card() -> &'static str {
	concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/moderation-test-card.png")
}

impl Media {
	pub fn new() -> Self {
		Self(TempDir::new().unwrap())
	}

	pub fn path(&self, name: &str) -> PathBuf {
		self.0.path().join(name)
	}

	/// Has ffmpeg make a file.
	pub fn make(&self, name: &str, arguments: &[&[&str]]) -> PathBuf {
		let path = self.path(name);
		let status = Command::new("ffmpeg")
			.args(["-v", "error", "-nostdin", "-y"])
			.args(arguments.concat())
			.arg(&path)
			.current_dir(self.0.path())
			.stdin(Stdio::null())
			.status()
			.expect("ffmpeg is installed");
		assert!(status.success(), "ffmpeg cannot make {name}");
		path
	}

	pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
		let path = self.path(name);
		std::fs::write(&path, bytes).unwrap();
		path
	}

	/// A script in place of a program.
	pub fn script(&self, name: &str, body: &str) -> PathBuf {
		use std::os::unix::fs::PermissionsExt;
		let path = self.write(name, format!("#!/bin/sh\n{body}\n"));
		std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
		path
	}

	/// The first part of a file.
	pub fn head(&self, of: &Path, name: &str, percent: usize) -> PathBuf {
		let bytes = std::fs::read(of).unwrap();
		self.write(name, &bytes[..bytes.len() * percent / 100])
	}
}
