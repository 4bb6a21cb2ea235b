//! Where results, events and errors go.
//!
//! Results go to standard output: text, or with `--json` one object per command. Everything on the way
//! goes to standard error: progress bars and notes, or with `--json` one object per line. A reader that
//! has gone away is no error.

use crate::errors::Error;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{json, Value};
use std::{
	io::{self, Write},
	time::Duration,
};

/// How this run talks.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	/// Whether a program reads.
	pub json: bool,
}

impl Output {
	/// The result of the command.
	pub fn result(self, value: &Value, text: impl FnOnce() -> String) {
		match self.json {
			true => line(io::stdout(), &value.to_string()),
			false => line(io::stdout(), text().trim_end()),
		}
	}

	/// Something that happened on the way and that people want to read on standard output.
	pub fn event(self, value: &Value, text: impl FnOnce() -> String) {
		match self.json {
			true => line(io::stderr(), &value.to_string()),
			false => line(io::stdout(), &text()),
		}
	}

	/// A remark on standard error.
	pub fn note(self, text: &str) {
		match self.json {
			true => line(io::stderr(), &json!({ "event": "note", "message": text }).to_string()),
			false => line(io::stderr(), text),
		}
	}

	/// The error that ends the run.
	pub fn error(self, error: &Error) {
		let (message, hint) = (error.message(), error.hint());
		line(io::stderr(), &format!("error: {message}"));
		if !hint.is_empty() {
			line(io::stderr(), &format!("hint: {hint}"));
		}
		if self.json {
			let mut value = error.summary().cloned().unwrap_or_else(|| json!({}));
			let code = error.exit_code();
			let details =
				json!({ "code": code, "kind": error.kind(), "message": message, "hint": hint });
			if let Some(object) = value.as_object_mut() {
				object.insert("error".into(), details);
			}
			line(io::stdout(), &value.to_string());
		}
	}

	/// A bar that counts bytes; invisible to programs.
	pub fn bytes_bar(self, bytes: u64, what: &'static str) -> ProgressBar {
		if self.json {
			return ProgressBar::hidden();
		}
		let bar = ProgressBar::new(bytes).with_message(what);
		let template = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
		if let Ok(style) = ProgressStyle::with_template(template) {
			bar.set_style(style);
		}
		bar
	}

	/// A sign of life while something is waited for; invisible to programs.
	pub fn spinner(self) -> ProgressBar {
		if self.json {
			return ProgressBar::hidden();
		}
		let bar = ProgressBar::new_spinner();
		bar.enable_steady_tick(Duration::from_millis(120));
		bar
	}
}

fn line(mut to: impl Write, text: &str) {
	let _ = writeln!(to, "{text}").and_then(|()| to.flush()); // nobody may be reading
}
