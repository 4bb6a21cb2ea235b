//! The stages of a publication, as users and programs see them.

use crate::output::Output;
use serde_json::{json, Map, Value};
use std::time::Instant;

/// Which stages are reached, and how long each took.
pub struct Stages {
	output: Output,
	/// Whether only the names are printed.
	bare: bool,
	since: Instant,
	seconds: Map<String, Value>,
}

impl Stages {
	/// No stage yet; the clock of the first one runs.
	pub fn new(output: Output, bare: bool) -> Self {
		Self { output, bare, since: Instant::now(), seconds: Map::new() }
	}

	/// Whether only the names of stages are wanted.
	pub fn is_bare(&self) -> bool {
		self.bare
	}

	/// Tells that a stage is reached, the first time.
	pub fn reached(&mut self, stage: &'static str, detail: &str) {
		if self.seconds.contains_key(stage) {
			return;
		}
		let seconds = (self.since.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
		self.since = Instant::now();
		self.seconds.insert(stage.into(), json!(seconds));
		let event = json!({ "event": stage, "seconds": seconds, "detail": detail });
		self.output.event(&event, || match self.bare {
			true => stage.to_owned(),
			false => format!("{stage:<11}{seconds:>8.1} s  {detail}").trim_end().to_owned(),
		});
	}

	/// Seconds that each stage took.
	pub fn seconds(&self) -> Value {
		Value::Object(self.seconds.clone())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_stage_is_reached_once() {
		let mut stages = Stages::new(Output { json: true }, false);
		stages.reached("encoded", "");
		let first = stages.seconds();
		stages.reached("encoded", "again");
		assert_eq!(stages.seconds(), first);
		stages.reached("registered", "");
		assert_eq!(stages.seconds().as_object().unwrap().len(), 2);
	}
}
