//! The command line of sponsors: plans that pay the fees of others.

use crate::{amounts::parse_amount, args::parse_account, dates::Until};
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use popnet_primitives::{AccountId, Balance};

/// What to do about plans.
#[derive(Subcommand, Debug, Clone)]
pub enum SponsorCommand {
	/// Pay the fees of others with LIT that one sets aside, within limits.
	Sponsor {
		/// What to do.
		#[command(subcommand)]
		action: SponsorAction,
	},
}

/// What to do with plans.
#[derive(Subcommand, Debug, Clone)]
pub enum SponsorAction {
	/// Open a plan.
	Open {
		/// How much LIT to set aside for it, besides the deposit.
		#[arg(value_parser = parse_amount)]
		funds: Balance,
		/// What it pays for.
		#[command(flatten)]
		terms: TermsArgs,
	},
	/// Set more LIT aside for a plan.
	Fund {
		/// Number of the plan.
		plan: u32,
		/// How much LIT.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
	},
	/// Show a plan: for whom it pays what until when, what is left, who uses it.
	Show {
		/// Number of the plan.
		plan: u32,
	},
	/// List the plans.
	List {
		/// Only those of this sponsor.
		#[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
		of: Option<AccountId>,
	},
	/// Change what a plan pays for; what is not named stays.
	Change {
		/// Number of the plan.
		plan: u32,
		/// What it pays for from now on.
		#[command(flatten)]
		terms: TermsArgs,
	},
	/// End a plan and get back what is left of its LIT.
	Close {
		/// Number of the plan.
		plan: u32,
	},
	/// Put an account on the list of a plan.
	Admit {
		/// Number of the plan.
		plan: u32,
		/// The account.
		#[arg(value_parser = parse_account)]
		account: AccountId,
	},
	/// Take an account off the list of a plan.
	Dismiss {
		/// Number of the plan.
		plan: u32,
		/// The account.
		#[arg(value_parser = parse_account)]
		account: AccountId,
	},
	/// Have a plan forget an account that has not used it today and is not listed: the deposit for it
	/// goes back to the plan.
	Forget {
		/// Number of the plan.
		plan: u32,
		/// The account.
		#[arg(value_parser = parse_account)]
		account: AccountId,
	},
	/// Have a plan pay for Ethereum transactions to a contract that the signer has deployed.
	Bind(Bind),
	/// Have Ethereum transactions to a contract paid by their signers again.
	Unbind {
		/// Address of the contract.
		#[arg(value_parser = parse_contract)]
		contract: Contract,
	},
	/// Show how much a plan would still pay for an account today.
	Allowance {
		/// Number of the plan.
		plan: u32,
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
}

/// What a plan pays for.
#[derive(Args, Debug, Clone, Default)]
pub struct TermsArgs {
	/// Who may use it: anyone, or accounts that one admits.
	#[arg(long = "for", value_enum, value_name = "WHO")]
	pub audience: Option<Audience>,
	/// A call that it pays for, for example Content.comment, or all of a pallet, for example Content; can
	/// be given several times.
	#[arg(long = "call", value_name = "PALLET.CALL")]
	pub calls: Vec<String>,
	/// A contract that it pays calls of; can be given several times.
	#[arg(long = "contract", value_name = "0x…", value_parser = parse_contract)]
	pub contracts: Vec<Contract>,
	/// Most LIT that one account may use in a day.
	#[arg(long, value_name = "LIT", value_parser = parse_amount)]
	pub per_user: Option<Balance>,
	/// Most LIT that all accounts together may use in a day.
	#[arg(long, value_name = "LIT", value_parser = parse_amount)]
	pub per_day: Option<Balance>,
	/// Highest fee of one transaction; without it, what an account may use in a day.
	#[arg(long, value_name = "LIT", value_parser = parse_amount)]
	pub per_transaction: Option<Balance>,
	/// Make accounts exist that have neither POP nor LIT, for a price that the plan pays.
	#[arg(
		long,
		value_name = "true|false",
		num_args = 0..=1,
		require_equals = true,
		default_missing_value = "true"
	)]
	pub introduce: Option<bool>,
	/// Failed transactions after which an account has to wait for the next day; without it, 5.
	#[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
	pub failures: Option<u32>,
	/// Most accounts that it remembers at a time; without it, 1000.
	#[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
	pub users: Option<u32>,
	/// Until when: 30d or 12h, 2027-01-31, or the number of a block.
	#[arg(long, value_name = "DATE|DURATION|BLOCK")]
	pub until: Option<Until>,
}

/// Who may use a plan, as it is named on the command line.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
	/// Every account; only the limits protect the sponsor.
	Anyone,
	/// Accounts that the sponsor admits.
	Listed,
}

/// Arguments of `sponsor bind`.
#[derive(Args, Debug, Clone)]
#[command(group(ArgGroup::new("deployment").required(true).args(["nonce", "salt"])))]
pub struct Bind {
	/// Address of the contract.
	#[arg(value_parser = parse_contract)]
	pub contract: Contract,
	/// Number of the plan.
	#[arg(long, value_name = "PLAN")]
	pub plan: u32,
	/// Nonce of the transaction that deployed it.
	#[arg(long)]
	pub nonce: Option<u64>,
	/// Salt with which it was deployed (CREATE2): 0x and 64 hex digits.
	#[arg(long, value_name = "0x…", value_parser = parse_digest, requires = "code_hash")]
	pub salt: Option<Digest>,
	/// Keccak-256 of code and constructor arguments, for a deployment with a salt.
	#[arg(long, value_name = "0x…", value_parser = parse_digest, requires = "salt")]
	pub code_hash: Option<Digest>,
}

/// Address of a contract.
pub type Contract = [u8; 20];
/// 32 bytes.
pub type Digest = [u8; 32];

fn parse_bytes<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
	let mut bytes = [0; LENGTH];
	hex::decode_to_slice(text.trim().strip_prefix("0x")?, &mut bytes).ok()?;
	Some(bytes)
}

fn parse_contract(text: &str) -> Result<Contract, &'static str> {
	parse_bytes(text).ok_or("a contract is named by 0x and 40 hex digits")
}

fn parse_digest(text: &str) -> Result<Digest, &'static str> {
	parse_bytes(text).ok_or("this is not 0x and 64 hex digits")
}

impl SponsorCommand {
	/// Whether it sends a transaction.
	pub fn changes_something(&self) -> bool {
		let Self::Sponsor { action } = self;
		!matches!(
			action,
			SponsorAction::Show { .. }
				| SponsorAction::List { .. }
				| SponsorAction::Allowance { .. }
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::args::{Cli, Command};
	use clap::Parser;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const CONTRACT: &str = "0x00112233445566778899aabbccddeeff00112233";

	fn parsed(words: &[&str]) -> Result<SponsorCommand, clap::Error> {
		let all = [&["popctl", "sponsor"], words].concat();
		match Cli::try_parse_from(all)?.command {
			Command::Sponsor(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn a_plan_says_for_whom_what_and_how_much() {
		let words = [
			"open",
			"50",
			"--for",
			"anyone",
			"--call",
			"Content.comment",
			"--call",
			"Lit",
			"--contract",
			CONTRACT,
			"--per-user",
			"0.1",
			"--per-day",
			"5",
			"--introduce",
			"--until",
			"30d",
		];
		let SponsorCommand::Sponsor { action } = parsed(&words).unwrap();
		let SponsorAction::Open { funds, terms } = action else { panic!() };
		assert_eq!(funds, 50_000_000_000_000);
		assert_eq!(terms.audience, Some(Audience::Anyone));
		assert_eq!((terms.calls.len(), terms.contracts[0][1]), (2, 0x11));
		assert_eq!((terms.introduce, terms.users), (Some(true), None));
		let SponsorCommand::Sponsor { action } =
			parsed(&["change", "3", "--introduce=false"]).unwrap();
		let SponsorAction::Change { plan: 3, terms } = action else { panic!() };
		assert_eq!(terms.introduce, Some(false));
	}

	#[test]
	fn a_binding_proves_the_deployment() {
		let salt = format!("0x{}", "11".repeat(32));
		let bind = |rest: &[&str]| parsed(&[&["bind", CONTRACT, "--plan", "1"], rest].concat());
		assert!(bind(&["--nonce", "7"]).is_ok());
		assert!(bind(&["--salt", &salt, "--code-hash", &salt]).is_ok());
		for wrong in [
			&[][..],
			&["--salt", &salt],
			&["--nonce", "7", "--salt", &salt, "--code-hash", &salt],
			&["--salt", "0x11", "--code-hash", &salt],
		] {
			assert_eq!(bind(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}

	#[test]
	fn what_changes_something_is_told_from_looking() {
		for (words, changes) in [
			(&["show", "1"][..], false),
			(&["list", "--of", ALICE], false),
			(&["allowance", "1"], false),
			(&["fund", "1", "5"], true),
			(&["close", "1"], true),
			(&["admit", "1", ALICE], true),
			(&["dismiss", "1", ALICE], true),
			(&["forget", "1", ALICE], true),
			(&["unbind", CONTRACT], true),
		] {
			assert_eq!(parsed(words).unwrap().changes_something(), changes, "{words:?}");
		}
		for wrong in [
			&["open"][..],
			&["open", "5", "--for", "friends"],
			&["open", "5", "--users", "0"],
			&["show", "x"],
			&["unbind", "0x1234"],
			&["admit", "1", "nobody"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}
}
