//! `popnet`: the POP Network node.
//!
//! A thin shell around one runtime: [`cli`] and [`command`] read the command line, [`chain_spec`]
//! turns presets into chains, [`service`] starts the chain and, beside it, the native services for
//! content and screening, [`rpc`] answers clients.
// The SDK's errors are large, and its parts have types of many parameters.
#![allow(clippy::result_large_err, clippy::type_complexity)]

mod chain_spec;
mod cli;
mod command;
mod invariants;
mod rpc;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("error: {}", in_words(&error));
			ExitCode::FAILURE
		}
	}
}

/// The error and what caused it.
fn in_words(error: &sc_cli::Error) -> String {
	let mut text = error.to_string();
	let mut cause = std::error::Error::source(error);
	while let Some(error) = cause {
		let next = error.to_string();
		// Many errors repeat their cause.
		if !text.contains(&next) {
			text = format!("{text}: {next}");
		}
		cause = error.source();
	}
	text
}
