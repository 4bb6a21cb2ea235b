//! Drives the whole runtime through random eras with all roles acting, and compares it with an
//! independent model after every block.
//!
//! Each test is a chain of its own with its own seed; together they run [`ERAS`] eras. To try others:
//! `POPNET_SEED=7 POPNET_ERAS=5000 cargo nextest run --release --test model`. A failure names seed, era
//! and block, and the same seed fails in the same block again.
#![allow(clippy::unwrap_used)]

#[path = "../chain/mod.rs"]
mod chain;
mod content;
mod generation;
mod governance;
mod holds;
mod invalid;
mod ledger;
mod market;
mod nodes;
mod noticing;
mod random;
mod sponsors;
mod staking;
mod transfers;
mod world;

use world::{Pace, World};

/// Eras of all tests together.
const ERAS: u32 = 1_000;
/// Parts into which the eras are divided. Each test runs some.
const PARTS: u32 = 20;

/// Number in the environment variable `name`, if it is set.
fn setting(name: &str) -> Option<u64> {
	let text = std::env::var(name).ok()?;
	Some(text.parse().unwrap_or_else(|_| panic!("{name} must be a number, not {text:?}")))
}

/// Runs `parts` of the eras on a chain that differs from the others by `stream`.
fn run(stream: u64, parts: u32, pace: Pace) {
	let eras = setting("POPNET_ERAS").map_or(ERAS, |eras| u32::try_from(eras).unwrap());
	let seed = setting("POPNET_SEED").unwrap_or(0);
	let mut world = World::new(seed, stream, pace);
	world.run((eras * parts).div_ceil(PARTS));
	world.in_state(|world| world.close());
}

#[test]
fn books_are_right_in_eras_of_full_length() {
	run(1, 2, Pace::FullEras);
}

#[test]
fn books_are_right_in_short_eras() {
	run(2, 5, Pace::ShortEras);
}

#[test]
fn books_are_right_in_other_short_eras() {
	run(3, 5, Pace::ShortEras);
}

#[test]
fn books_are_right_when_weeks_pass() {
	run(4, 4, Pace::Weeks);
}

#[test]
fn books_are_right_when_other_weeks_pass() {
	run(5, 4, Pace::Weeks);
}
