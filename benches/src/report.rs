//! Medians, the ideal that follows from them, and the machine.

use crate::item::Item;
use std::{collections::BTreeMap, fs, time::Duration};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
	/// Ours: plaintext to blocks.
	Encode,
	/// Ours: all shards in the store to plaintext.
	FetchAll,
	/// Ours: the shards that are left to plaintext.
	FetchRest,
	/// Raw: cipher.
	Encrypt,
	/// Raw: cipher.
	Decrypt,
	/// Raw: erasure code.
	Code,
	/// Raw: erasure code.
	Restore,
	/// Raw: digests of all n shards.
	HashAll,
	/// Raw: digests of k shards.
	HashNeeded,
	/// Raw: digest of the plaintext.
	HashPlaintext,
}

/// The times of all rounds.
#[derive(Default)]
pub(crate) struct Times(BTreeMap<Part, Vec<Duration>>);

impl Times {
	/// Adds one measurement.
	pub(crate) fn add(&mut self, part: Part, time: Duration) {
		self.0.entry(part).or_default().push(time);
	}

	/// Adds a round.
	pub(crate) fn append(&mut self, round: Self) {
		for (part, times) in round.0 {
			self.0.entry(part).or_default().extend(times);
		}
	}

	/// Seconds of the median round; of two middle ones the longer.
	fn median(&self, part: Part) -> f64 {
		let mut times = self.0.get(&part).cloned().unwrap_or_default();
		times.sort_unstable();
		times.get(times.len() / 2).map_or(f64::NAN, Duration::as_secs_f64)
	}
}

/// Prints the tables in Markdown.
pub(crate) fn print(item: &Item, rounds: u32, gone: usize, times: &Times) {
	let coding = item.coding;
	let parity = coding.parity();
	println!("Machine: {}\n", machine());
	println!(
		"{} MiB of random plaintext, {} stripes, n = {}, k = {}, shards of {} KiB; one thread, in \
		 memory, median of {rounds} rounds. MB/s are 10^6 plaintext bytes per second.\n",
		item.plaintext.len() >> 20,
		item.rows.len(),
		coding.total,
		coding.data,
		item.encoded.manifest.shard_len >> 10,
	);
	let table = Table { bytes: item.plaintext.len(), times };
	table.print(
		"Encrypt, encode, hash",
		Part::Encode,
		&[
			(Part::Encrypt, "AES-256-GCM"),
			(Part::Code, "Reed–Solomon parity"),
			(Part::HashAll, "BLAKE3 of all n shards"),
		],
	);
	table.print(
		"Fetch and decode, all shards there",
		Part::FetchAll,
		&[(Part::HashNeeded, "BLAKE3 of k shards"), (Part::Decrypt, "AES-256-GCM")],
	);
	table.print(
		&format!(
			"Fetch and decode, {gone} of 12 Masternodes gone ({parity} of {} shards)",
			coding.total
		),
		Part::FetchRest,
		&[
			(Part::HashNeeded, "BLAKE3 of k shards"),
			(Part::Restore, "Reed–Solomon restoration"),
			(Part::Decrypt, "AES-256-GCM"),
		],
	);
}

struct Table<'a> {
	bytes: usize,
	times: &'a Times,
}

impl Table<'_> {
	/// One table: the parts, the ideal, ours, and how much of the ideal ours is.
	fn print(&self, title: &str, ours: Part, parts: &[(Part, &str)]) {
		println!("| {title} | MB/s |\n|---|---:|");
		for (part, name) in parts {
			println!("| {name} alone | {:.0} |", self.speed(self.times.median(*part)));
		}
		let ideal: f64 = parts.iter().map(|(part, _)| self.times.median(*part)).sum();
		let plaintext = self.times.median(Part::HashPlaintext);
		let own = self.times.median(ours);
		println!("| ideal: one after the other | {:.0} |", self.speed(ideal));
		println!("| **ours** | **{:.0}** |", self.speed(own));
		println!("| **ours / ideal** | **{:.2}** |", ideal / own);
		if ours == Part::Encode {
			println!("| BLAKE3 of the plaintext alone | {:.0} |", self.speed(plaintext));
			println!("| ideal with it | {:.0} |", self.speed(ideal + plaintext));
			println!("| ours / ideal with it | {:.2} |", (ideal + plaintext) / own);
		}
		println!();
	}

	/// Megabytes of plaintext per second.
	fn speed(&self, seconds: f64) -> f64 {
		#[allow(clippy::cast_precision_loss)] // far below 2^53
		let bytes = self.bytes as f64;
		bytes / seconds / 1e6
	}
}

/// Processor and number of cores, as the system names them.
fn machine() -> String {
	let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
	let model = processors
		.lines()
		.find(|line| line.starts_with("model name"))
		.and_then(|line| line.split_once(':'))
		.map_or("unknown processor", |(_, model)| model.trim());
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	format!("{model}, {cores} cores, {}", std::env::consts::ARCH)
}
