//! Programs and what they answer.

use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	process::{Command, Output},
};

/// The built binary `name`, which lies two folders above the test that runs.
///
/// # Panics
/// When it has not been built.
pub fn binary(name: &str) -> PathBuf {
	let test = std::env::current_exe().unwrap();
	let release = test.parent().and_then(Path::parent).unwrap();
	let path = release.join(name);
	assert!(path.exists(), "{} is missing: run scripts/build first", path.display());
	path
}

/// What a program answered.
#[derive(Debug)]
pub struct Answer {
	/// Exit code; -1 when it was killed.
	pub code: i32,
	/// Standard output.
	pub text: String,
	/// Standard error.
	pub log: String,
}

impl Answer {
	fn of(output: Output) -> Self {
		Self {
			code: output.status.code().unwrap_or(-1),
			text: String::from_utf8_lossy(&output.stdout).into_owned(),
			log: String::from_utf8_lossy(&output.stderr).into_owned(),
		}
	}

	/// The JSON object on standard output.
	///
	/// # Panics
	/// When there is none.
	pub fn json(&self) -> Value {
		serde_json::from_str(self.text.trim())
			.unwrap_or_else(|error| panic!("no JSON ({error}): {self:#?}"))
	}

	/// The same, of a program that had to succeed.
	///
	/// # Panics
	/// When it failed.
	#[must_use]
	pub fn ok(self) -> Self {
		assert_eq!(self.code, 0, "{self:#?}");
		self
	}

	/// The same, of a program that had to end with `code`.
	///
	/// # Panics
	/// When it ended otherwise, or crashed.
	#[must_use]
	pub fn exits(self, code: i32) -> Self {
		assert_eq!(self.code, code, "{self:#?}");
		assert!(!self.log.contains("panicked"), "{self:#?}");
		self
	}
}

/// Runs a program to its end.
///
/// # Panics
/// When it cannot be started.
pub fn run(command: &mut Command) -> Answer {
	let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
	Answer::of(output)
}

/// What an HTTP request brought.
#[derive(Debug)]
pub struct Download {
	/// HTTP status.
	pub status: u16,
	/// Body.
	pub body: Vec<u8>,
}

/// Asks for `url` with curl.
///
/// # Panics
/// When there is no answer.
pub fn curl(url: &str, options: &[&str]) -> Download {
	let output = Command::new("curl")
		.args([
			"--silent",
			"--show-error",
			"--max-time",
			"120",
			"--write-out",
			"%{stderr}%{http_code}",
		])
		.args(options)
		.arg(url)
		.output()
		.unwrap();
	let log = String::from_utf8_lossy(&output.stderr).into_owned();
	assert!(output.status.success(), "{url}: {log}");
	let digits = log.len().saturating_sub(3);
	Download { status: log[digits..].parse().unwrap(), body: output.stdout }
}
