//! The command line of LIT: what pays fees, where it comes from, and lending it.

use crate::{
	amounts::{parse_amount, parse_percent},
	args::parse_account,
	dates::Until,
};
use clap::{Args, Subcommand};
use popnet_primitives::{economics::LeaseId, AccountId, Balance};

/// What to do about LIT.
#[derive(Subcommand, Debug, Clone)]
pub enum LitCommand {
	/// Show the LIT of an account, what comes in each day, and how many transfers that is.
	Lit(Lit),
	/// Lend LIT income, or give it back.
	Lease {
		/// What to do.
		#[command(subcommand)]
		action: LeaseAction,
	},
}

/// Arguments of `lit`.
#[derive(Args, Debug, Clone)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Lit {
	/// Something else than looking.
	#[command(subcommand)]
	pub action: Option<LitAction>,
	/// The account; without it, the signer's.
	#[arg(value_parser = parse_account)]
	pub account: Option<AccountId>,
	/// Show what a stake of so much POP yields instead; no account is needed.
	#[arg(long, value_name = "POP", value_parser = parse_amount, conflicts_with = "account")]
	pub stake: Option<Balance>,
}

/// What to do with LIT.
#[derive(Subcommand, Debug, Clone)]
pub enum LitAction {
	/// Have what stake and leases have generated put into the balance. Fees do that by themselves.
	Claim {
		/// For this account, for example a contract.
		#[arg(long = "for", value_name = "ACCOUNT", value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// Buy LIT with POP on the exchange.
	Buy(Buy),
	/// Sell LIT for POP on the exchange.
	Sell(Sell),
}

/// Arguments of `lit buy`.
#[derive(Args, Debug, Clone)]
pub struct Buy {
	/// How much LIT.
	#[arg(value_parser = parse_amount)]
	pub amount: Balance,
	/// Most POP to pay; without it, what is quoted and the slippage.
	#[arg(long, value_name = "POP", value_parser = parse_amount)]
	pub max: Option<Balance>,
	/// By how much the price may get worse until the transaction runs, in percent.
	#[arg(
		long,
		value_name = "PERCENT",
		default_value = "1",
		conflicts_with = "max",
		value_parser = parse_percent
	)]
	pub slippage: u32,
}

/// Arguments of `lit sell`.
#[derive(Args, Debug, Clone)]
pub struct Sell {
	/// How much LIT.
	#[arg(value_parser = parse_amount)]
	pub amount: Balance,
	/// Least POP to get; without it, what is quoted less the slippage.
	#[arg(long, value_name = "POP", value_parser = parse_amount)]
	pub min: Option<Balance>,
	/// By how much the price may get worse until the transaction runs, in percent.
	#[arg(
		long,
		value_name = "PERCENT",
		default_value = "1",
		conflicts_with = "min",
		value_parser = parse_percent
	)]
	pub slippage: u32,
}

/// What to do with leases.
#[derive(Subcommand, Debug, Clone)]
pub enum LeaseAction {
	/// Lend a part of the LIT that one's stake generates, until a certain time.
	Give(Give),
	/// List the leases that an account gives and receives.
	List {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// End a lease that one gives, after the time of notice.
	End {
		/// Number of the lease.
		id: LeaseId,
	},
	/// Give a lease that one receives back to its lender, at once.
	Return {
		/// Number of the lease.
		id: LeaseId,
	},
}

/// Arguments of `lease give`.
#[derive(Args, Debug, Clone)]
pub struct Give {
	/// Account that receives the LIT.
	#[arg(value_parser = parse_account)]
	pub to: AccountId,
	/// This share of what the stake generates, however the stake changes, in percent.
	#[arg(
		long,
		value_name = "PERCENT",
		required_unless_present = "per_day",
		conflicts_with = "per_day",
		value_parser = parse_percent
	)]
	pub share: Option<u32>,
	/// So much LIT a day, at the present rate.
	#[arg(long, value_name = "LIT", value_parser = parse_amount)]
	pub per_day: Option<Balance>,
	/// Until when: 30d or 12h, 2027-01-31, or the number of a block.
	#[arg(long, value_name = "DATE|DURATION|BLOCK")]
	pub until: Until,
}

impl LitCommand {
	/// Whether it sends a transaction.
	pub fn changes_something(&self) -> bool {
		match self {
			Self::Lit(options) => options.action.is_some(),
			Self::Lease { action } => !matches!(action, LeaseAction::List { .. }),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::args::{Cli, Command};
	use clap::Parser;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	fn parsed(words: &[&str]) -> Result<LitCommand, clap::Error> {
		match Cli::try_parse_from(["popctl"].iter().chain(words))?.command {
			Command::Lit(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn lit_shows_projects_claims_and_exchanges() {
		for (words, changes) in [
			(&["lit"][..], false),
			(&["lit", ALICE], false),
			(&["lit", "--stake", "1000"], false),
			(&["lit", "claim"], true),
			(&["lit", "claim", "--for", ALICE], true),
			(&["lit", "buy", "5"], true),
			(&["lit", "buy", "5", "--max", "10"], true),
			(&["lit", "sell", "5", "--slippage", "0.5"], true),
			(&["lease", "list"], false),
			(&["lease", "end", "3"], true),
			(&["lease", "return", "3"], true),
		] {
			assert_eq!(parsed(words).unwrap().changes_something(), changes, "{words:?}");
		}
		for wrong in [
			&["lit", "--stake", "0"][..],
			&["lit", ALICE, "--stake", "5"],
			&["lit", "buy"],
			&["lit", "buy", "5", "--max", "10", "--slippage", "1"],
			&["lit", "sell", "5", "--slippage", "101"],
			&["lease"],
			&["lease", "end", "x"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}

	#[test]
	fn a_lease_says_to_whom_how_much_and_until_when() {
		let give = |rest: &[&str]| parsed(&[&["lease", "give", ALICE], rest].concat());
		let share = give(&["--share", "12.5%", "--until", "30d"]).unwrap();
		let LitCommand::Lease { action: LeaseAction::Give(share) } = share else { panic!() };
		assert_eq!((share.share, share.until), (Some(125_000_000), Until::In(2_592_000)));
		let fixed = give(&["--per-day", "0.5", "--until", "12345"]).unwrap();
		let LitCommand::Lease { action: LeaseAction::Give(fixed) } = fixed else { panic!() };
		assert_eq!((fixed.per_day, fixed.until), (Some(500_000_000_000), Until::Block(12_345)));
		for wrong in [
			&["--until", "30d"][..],
			&["--share", "5"],
			&["--share", "5", "--per-day", "1", "--until", "30d"],
			&["--share", "101", "--until", "30d"],
			&["--per-day", "0", "--until", "30d"],
			&["--share", "5", "--until", "tomorrow"],
		] {
			assert_eq!(give(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}
}
