//! `popctl`, the POP Network client: publishes files, fetches items, stakes, votes, shows the network.
//!
//! [`args`] is the command line, [`commands`] runs it, with [`access`] to a node and an account.
//! [`publish`] and [`fetch`] move content, [`viewing`] is for those who watch it. [`staking`], [`rewards`]
//! and [`governance`] are for holders of POP, [`lit`] and [`sponsor`] are about who pays fees. [`chain`]
//! talks to the node, [`show`] and [`output`] present what it said. [`errors`] gives every failure an exit
//! code and a hint, [`remedies`] those for what pallets refuse; [`disk`], [`amounts`] and [`dates`] count
//! bytes, money and time.

mod access;
mod amounts;
mod args;
mod chain;
mod commands;
mod dates;
mod disk;
mod errors;
mod fetch;
mod governance;
mod lit;
mod output;
mod publish;
mod remedies;
mod rewards;
mod show;
mod sponsor;
mod staking;
mod viewing;

use args::{usage_error, Cli, Command};
use clap::{error::ErrorKind, Parser};
use errors::Error;
use output::Output;
use staking::args::StakingCommand;

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
	let hint = hint_after_interruption(&cli.command);
	let outcome = runtime.block_on(async {
		tokio::select! {
			// First, so that it is heard from the beginning. The command is dropped then, and with it
			// go unfinished files.
			biased;
			Ok(()) = interruption() => Err(Error::Interrupted { hint: hint.into() }),
			outcome = commands::run(&cli.global, cli.command, output) => outcome,
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

/// What to say when a transaction may be under way.
const LOOK_BEFORE: &str = "it may have gone through all the same; look before you repeat it";

/// How to go on when `command` was interrupted.
fn hint_after_interruption(command: &Command) -> &'static str {
	match command {
		Command::Publish(_) => publish::RESUME_HINT,
		Command::Fetch(_) => "no file was written; run the same command again",
		Command::Staking(StakingCommand::Unstake(_)) => {
			"what is unbonded stays on its way out; run `popctl unstake` again to go on"
		}
		Command::Staking(command) if command.changes_something() => LOOK_BEFORE,
		Command::Governance(command) if command.changes_something() => LOOK_BEFORE,
		Command::Lit(command) if command.changes_something() => LOOK_BEFORE,
		Command::Sponsor(command) if command.changes_something() => LOOK_BEFORE,
		Command::Rewards(command) if command.changes_something() => LOOK_BEFORE,
		Command::Transfer { .. }
		| Command::Viewing(_)
		| Command::Withdraw { .. }
		| Command::Retire { .. }
		| Command::Reclaim { .. }
		| Command::Forget { .. }
		| Command::Masternodes { action: Some(_) } => LOOK_BEFORE,
		_ => "nothing was changed; run the same command again",
	}
}

/// Returns when the user, or the system, wants this process to end.
async fn interruption() -> std::io::Result<()> {
	#[cfg(unix)]
	{
		use tokio::signal::unix::{signal, SignalKind};
		let mut terminate = signal(SignalKind::terminate())?;
		tokio::select! {
			outcome = tokio::signal::ctrl_c() => outcome,
			_ = terminate.recv() => Ok(()),
		}
	}
	#[cfg(not(unix))]
	tokio::signal::ctrl_c().await
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
