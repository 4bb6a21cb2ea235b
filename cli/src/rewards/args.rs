//! The command line of rewards.

use crate::args::parse_account;
use clap::{Args, Subcommand};
use popnet_primitives::AccountId;
use std::str::FromStr;

/// What to do about rewards.
#[derive(Subcommand, Debug, Clone)]
pub enum RewardsCommand {
	/// Show what an account earned in each era, for what, what it missed and why, and whether it is paid.
	Rewards(Rewards),
}

/// Arguments of `rewards`.
#[derive(Args, Debug, Clone)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Rewards {
	/// Something else than looking.
	#[command(subcommand)]
	pub action: Option<RewardsAction>,
	/// The account; without it, the signer's.
	#[arg(value_parser = parse_account)]
	pub account: Option<AccountId>,
	/// This era only.
	#[arg(long, value_name = "ERA", conflicts_with = "eras")]
	pub era: Option<u32>,
	/// So many eras, with the one that is running.
	#[arg(
		long,
		value_name = "NUMBER",
		default_value_t = 4,
		value_parser = clap::value_parser!(u32).range(1..=85)
	)]
	pub eras: u32,
}

/// What to do with rewards.
#[derive(Subcommand, Debug, Clone)]
pub enum RewardsAction {
	/// Pay what an account has earned and has not been paid yet; it happens by itself some blocks after
	/// an era.
	Pay {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// Show or choose where rewards go.
	Destination {
		/// compound: they are staked. free: they stay in the balance. An account: rewards of stake go
		/// there, all others stay in the balance.
		#[arg(value_name = "compound|free|ACCOUNT")]
		to: Option<Goal>,
	},
}

/// Where rewards shall go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
	/// Into the stake.
	Compound,
	/// Into the balance.
	Free,
	/// To another account, those of stake.
	Account(AccountId),
}

impl FromStr for Goal {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		match text {
			"compound" => Ok(Self::Compound),
			"free" => Ok(Self::Free),
			_ => parse_account(text)
				.map(Self::Account)
				.map_err(|_| "rewards go to `compound`, `free` or an account".into()),
		}
	}
}

impl RewardsCommand {
	/// Whether it sends a transaction.
	pub fn changes_something(&self) -> bool {
		let Self::Rewards(options) = self;
		!matches!(options.action, None | Some(RewardsAction::Destination { to: None }))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::args::{Cli, Command};
	use clap::Parser;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn parsed(words: &[&str]) -> Result<RewardsCommand, clap::Error> {
		let all = [&["popctl", "rewards"], words].concat();
		match Cli::try_parse_from(all)?.command {
			Command::Rewards(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn rewards_are_shown_paid_and_directed() {
		for (words, changes) in [
			(&[][..], false),
			(&[ALICE], false),
			(&[ALICE, "--era", "7"], false),
			(&["--eras", "10"], false),
			(&["destination"], false),
			(&["destination", "compound"], true),
			(&["destination", ALICE], true),
			(&["pay"], true),
			(&["pay", ALICE], true),
		] {
			assert_eq!(parsed(words).unwrap().changes_something(), changes, "{words:?}");
		}
		for wrong in [
			&["--era", "1", "--eras", "2"][..],
			&["--eras", "0"],
			&["--eras", "86"],
			&["destination", "nowhere"],
			&["pay", "x"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}
}
