//! What was measured, as tables in Markdown.

use crate::{
	era::{self, Cost},
	stakers::{InNetwork, Subject, Trend},
	stats::{Estimate, Spread},
	transfers, Measured,
};
use std::fs;

/// Prints everything that was measured.
pub(crate) fn print(measured: &Measured) {
	println!("Machine: {}\n", measured.machine);
	for subject in measured.stakers.iter().flatten() {
		print_subject(subject);
	}
	if let Some(era) = &measured.era {
		print_era(era);
	}
	if let Some(transfers) = &measured.transfers {
		print_transfers(transfers);
	}
}

fn print_subject(subject: &Subject) {
	println!(
		"| {}: stakers | reads | writes | proof, bytes | own, µs | with the trie, µs |",
		subject.name
	);
	println!("|---:|---:|---:|---:|---:|---:|");
	for network in &subject.networks {
		let InNetwork { stakers, reads, writes, proof_bytes, own, with_trie } = network;
		println!(
			"| {stakers} | {:.0} | {:.0} | {:.0} | {} | {} |",
			reads.median,
			writes.median,
			proof_bytes.median,
			spread(own),
			spread(with_trie),
		);
	}
	println!();
	let flat = if subject.own_is_flat { "flat" } else { "not flat" };
	println!("- own: {}; {flat}", trend(&subject.own));
	println!("- with the trie: {}\n", trend(&subject.with_trie));
}

fn trend(trend: &Trend) -> String {
	format!(
		"largest / smallest {}, slope {} µs for a million stakers, noise of one measurement {:.2} µs",
		estimate(&trend.ratio),
		estimate(&trend.slope),
		trend.noise,
	)
}

fn print_era(era: &era::Report) {
	println!(
		"| Era change, {} Delegates, {} nominators: block | declared, ms | declared proof, KiB \
		 | measured, ms | measured proof, KiB |",
		era.size.delegates, era.size.nominators,
	);
	println!("|---|---:|---:|---:|---:|");
	println!("| limit | {} |", cost(&era.limit));
	if let Some(plain) = &era.plain {
		println!("| all other blocks, median | {} |", cost(plain));
	}
	for block in &era.blocks {
		println!("| {}: {} | {} |", block.number, block.what.join(", "), cost(&block.cost));
	}
	for election in &era.elections {
		let what = format!("an election alone that reads {} voters", election.voters_max);
		println!("| {what}, {} nominators in it | {} |", election.nominators, cost(&election.cost));
	}
	println!();
	let all = if era.fits() { "all blocks keep" } else { "not all blocks keep" };
	println!(
		"- {all} within time and proof, as measured; {} declare more weight",
		era.overweight()
	);
	println!(
		"- {} of {} nominators back somebody in the new era",
		era.nominators_exposed, era.size.nominators,
	);
	println!("- {} pages of stakers paid, in {} blocks\n", era.pages_paid, era.payout_blocks);
}

fn cost(cost: &Cost) -> String {
	let kib = |bytes: u64| bytes as f64 / 1024.0;
	format!(
		"{:.1} | {:.0} | {:.1} | {:.0}",
		cost.weight_ms,
		kib(cost.weight_proof),
		cost.time_ms,
		kib(cost.proof),
	)
}

fn print_transfers(report: &transfers::Report) {
	println!(
		"{} transfers a block, {} rounds, {} idle accounts.\n",
		report.extent.transfers, report.extent.rounds, report.extent.idle
	);
	println!("| A transfer | reads | writes | proof, bytes | applied, µs | without signature, µs | without the trie, µs | behind a node's cache, µs | with its share of the block, µs | the same behind a node's cache, µs |");
	println!("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
	for runtime in &report.runtimes {
		println!(
			"| {} | {:.2} | {:.2} | {:.0} | {} | {} | {} | {} | {} | {} |",
			runtime.name,
			runtime.touched.reads,
			runtime.touched.writes,
			runtime.touched.proof_bytes,
			spread(&runtime.apply),
			spread(&runtime.apply_checked),
			spread(&runtime.apply_overlay),
			spread(&runtime.apply_cached),
			spread(&runtime.block),
			spread(&runtime.block_cached),
		);
	}
	println!("\n| Speed by that of the plain runtime | transfers/s | applied | without signature | without the trie | behind a node's cache | whole block | whole block behind a node's cache |");
	println!("|---|---:|---:|---:|---:|---:|---:|---:|");
	for runtime in &report.runtimes {
		println!(
			"| {} | {:.0} | {} | {} | {} | {} | {} | {} |",
			runtime.name,
			1e6 / runtime.apply.median,
			estimate(&runtime.speed.apply),
			estimate(&runtime.speed.apply_checked),
			estimate(&runtime.speed.apply_overlay),
			estimate(&runtime.speed.apply_cached),
			estimate(&runtime.speed.block),
			estimate(&runtime.speed.block_cached),
		);
	}
	println!("\n| Parts of a transfer, µs | plain | POP Network |\n|---|---:|---:|");
	for part in &report.parts {
		let plain = part.plain.as_ref().map_or_else(String::new, spread);
		println!("| {} | {plain} | {} |", part.name, spread(&part.ours));
	}
	println!();
}

/// The median, and the quartiles.
fn spread(spread: &Spread) -> String {
	format!("{:.1} ({:.1} … {:.1})", spread.median, spread.low, spread.high)
}

/// The value, and its interval.
fn estimate(estimate: &Estimate) -> String {
	format!("{:.3} ({:.3} … {:.3})", estimate.value, estimate.low, estimate.high)
}

/// Processor and number of cores, as the system names them.
pub(crate) fn machine() -> String {
	let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
	let model = processors
		.lines()
		.find(|line| line.starts_with("model name"))
		.and_then(|line| line.split_once(':'))
		.map_or("unknown processor", |(_, model)| model.trim());
	let cores = std::thread::available_parallelism().map_or(1, usize::from);
	format!("{model}, {cores} cores, {}", std::env::consts::ARCH)
}
