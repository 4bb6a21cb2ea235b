//! Measures what the economy costs the chain: networks of many stakers ([`stakers`]), the blocks of an
//! era change ([`era`]), and transfers beside those of a plain runtime ([`transfers`]).
//!
//! Everything runs the runtime natively and in memory, on one thread. docs/performance.md has the
//! figures and says what they mean.

mod chain;
mod era;
mod networks;
mod overlay;
mod parts;
mod plain;
mod population;
mod report;
mod stakers;
mod stats;
mod transfers;

use anyhow::ensure;
use clap::{Parser, ValueEnum};
use serde::Serialize;

/// Measures what stakers, eras and LIT fees cost the chain; prints tables in Markdown.
#[derive(Parser)]
struct Options {
	/// Measure only this.
	#[arg(long, value_enum)]
	only: Option<Part>,

	/// Small networks and few repetitions: whether it works, in seconds.
	#[arg(long)]
	quick: bool,

	/// Print JSON.
	#[arg(long)]
	json: bool,

	/// Numbers of stakers, ascending, instead of 1, 1,000, 100,000 and 1,000,000.
	#[arg(long, value_delimiter = ',')]
	stakers: Option<Vec<u32>>,

	/// Repetitions in each network of stakers, instead of 301.
	#[arg(long, value_parser = clap::value_parser!(u32).range(5..=100_000))]
	repetitions: Option<u32>,

	/// Rounds of transfers, instead of 101.
	#[arg(long, value_parser = clap::value_parser!(u32).range(3..=10_000))]
	rounds: Option<u32>,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
	/// Hooks and settlements in networks of different sizes.
	Stakers,
	/// The blocks of an era change.
	Era,
	/// Transfers beside those of a plain runtime.
	Transfers,
}

/// All that was measured.
#[derive(Serialize)]
struct Measured {
	machine: String,
	stakers: Option<Vec<stakers::Subject>>,
	era: Option<era::Report>,
	transfers: Option<transfers::Report>,
}

/// How much is measured.
struct Extent {
	stakers: Vec<u32>,
	repetitions: u32,
	era: era::Size,
	transfers: transfers::Extent,
}

impl Extent {
	fn new(options: &Options) -> Self {
		let mut extent = match options.quick {
			true => Self {
				stakers: vec![1, 1_000],
				repetitions: 15,
				era: era::Size { delegates: 20, nominators: 100 },
				transfers: transfers::Extent { transfers: 50, rounds: 5, idle: 500 },
			},
			false => Self {
				stakers: vec![1, 1_000, 100_000, 1_000_000],
				repetitions: 301,
				era: era::Size { delegates: 100, nominators: 5_000 },
				transfers: transfers::Extent { transfers: 150, rounds: 101, idle: 50_000 },
			},
		};
		if let Some(stakers) = &options.stakers {
			extent.stakers.clone_from(stakers);
		}
		extent.repetitions = options.repetitions.unwrap_or(extent.repetitions);
		extent.transfers.rounds = options.rounds.unwrap_or(extent.transfers.rounds);
		extent
	}
}

fn main() -> anyhow::Result<()> {
	let options = Options::parse();
	let extent = Extent::new(&options);
	ensure!(
		extent.stakers.len() > 1 && extent.stakers.is_sorted_by(|one, next| one < next),
		"--stakers takes at least two numbers in ascending order"
	);
	ensure!(extent.stakers.first() != Some(&0), "--stakers takes no network without any");
	let wanted = |part| options.only.is_none_or(|only| only == part);
	let mut measured =
		Measured { machine: report::machine(), stakers: None, era: None, transfers: None };
	if wanted(Part::Transfers) {
		measured.transfers = Some(transfers::measure(extent.transfers)?);
	}
	if wanted(Part::Era) {
		measured.era = Some(era::measure(extent.era)?);
	}
	if wanted(Part::Stakers) {
		measured.stakers = Some(stakers::measure(&extent.stakers, extent.repetitions)?);
	}
	match options.json {
		true => println!("{}", serde_json::to_string_pretty(&measured)?),
		false => report::print(&measured),
	}
	Ok(())
}
