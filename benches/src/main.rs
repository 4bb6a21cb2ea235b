//! Measures encoding and fetching of an item next to the raw parts they are made of.
//!
//! One thread, one run: every round encodes the item and fetches it from memory, once with all shards
//! and once without three of twelve Masternodes ([`ours`]), then runs cipher, erasure code and hash
//! alone over the same bytes in the same shapes ([`raw`]). Every output is compared with the input.
//! [`report`] prints the medians and the ideal: the speed at which the raw parts run one after the
//! other. All speeds are plaintext bytes per second, so that they can be combined.

mod item;
mod ours;
mod raw;
mod report;

use anyhow::Context;
use clap::Parser;
use item::Item;
use popnet_primitives::placement::{coding_for, tolerated_losses};
use report::{Part, Times};

/// Masternodes of the development network, whose erasure code is measured.
const MASTERNODES: u32 = 12;

/// Measures encoding and fetching of an item, in memory and on one thread.
#[derive(Parser)]
struct Options {
	/// MiB of random plaintext.
	#[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
	size_mib: u32,

	/// Rounds that are measured; one more goes before them, unmeasured.
	#[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(5..=1000))]
	rounds: u32,
}

fn main() -> anyhow::Result<()> {
	let options = Options::parse();
	let coding = coding_for(MASTERNODES).context("no code without Masternodes")?;
	let item = Item::random(usize::try_from(options.size_mib)? << 20, coding)?;
	let gone: Vec<u32> = (0..tolerated_losses(MASTERNODES)).collect();
	let mut times = Times::default();
	for round in 0..=options.rounds {
		let mut measured = Times::default();
		run(&item, &gone, &mut measured)?;
		if round > 0 {
			times.append(measured);
		}
	}
	report::print(&item, options.rounds, gone.len(), &times);
	Ok(())
}

/// One round: everything once.
fn run(item: &Item, gone: &[u32], times: &mut Times) -> anyhow::Result<()> {
	times.add(Part::Encode, ours::encode(item)?);
	let all = item.store_without(&[], MASTERNODES)?;
	times.add(Part::FetchAll, ours::fetch(item, &all)?);
	drop(all);
	let rest = item.store_without(gone, MASTERNODES)?;
	times.add(Part::FetchRest, ours::fetch(item, &rest)?);
	drop(rest);

	let (encrypting, decrypting) = raw::cipher(item)?;
	times.add(Part::Encrypt, encrypting);
	times.add(Part::Decrypt, decrypting);
	times.add(Part::Code, raw::code(item)?);
	times.add(Part::Restore, raw::restore(item, gone, MASTERNODES)?);
	times.add(Part::HashAll, raw::hash(item, item.coding.total)?);
	times.add(Part::HashNeeded, raw::hash(item, item.coding.data)?);
	times.add(Part::HashPlaintext, raw::hash_plaintext(item)?);
	Ok(())
}
