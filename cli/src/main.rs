//! `popctl`, the POP Network client: publishes files, fetches items, shows the network.
//!
//! [`args`] is the command line, [`commands`] runs it, [`publish`] and [`fetch`] move content, [`chain`]
//! talks to the node, [`show`] and [`output`] present what it said. [`errors`] gives every failure an
//! exit code and a hint.

mod amounts;
mod args;
mod chain;
mod commands;
mod errors;
mod fetch;
mod output;
mod publish;
mod show;

use args::{usage_error, Cli, Command};
use clap::{error::ErrorKind, Parser};
use errors::Error;
use output::Output;

fn main() {
	std::process::exit(run());
}

fn run() -> i32 {
	let cli = match Cli::try_parse() {
		Ok(cli) => cli,
		Err(error) => return explain(&error),
	};
	let output = Output { json: cli.global.json };
	let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
		Ok(runtime) => runtime,
		Err(error) => {
			let error = Error::caused("no threads can be started", "free some resources", error);
			output.error(&error);
			return error.exit_code();
		}
	};
	let interrupted = match cli.command {
		Command::Publish(_) => publish::RESUME_HINT,
		_ => "",
	};
	let outcome = runtime.block_on(async {
		tokio::select! {
			outcome = commands::run(&cli.global, cli.command, output) => outcome,
			Ok(()) = tokio::signal::ctrl_c() => Err(Error::Interrupted { hint: interrupted.into() }),
		}
	});
	// Whatever still reads or writes in the background is safe to cut off.
	runtime.shutdown_background();
	match outcome {
		Ok(()) => 0,
		Err(error) => {
			output.error(&error);
			error.exit_code()
		}
	}
}

/// Prints what clap has to say: help, the version, or what is wrong with the arguments.
fn explain(error: &clap::Error) -> i32 {
	let code = error.exit_code();
	let is_message = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
	if code == 0 || is_message {
		let _ = error.print(); // nobody may be reading
		return code;
	}
	let json = std::env::args_os().any(|argument| argument == "--json");
	Output { json }.error(&usage_error(error));
	code
}
