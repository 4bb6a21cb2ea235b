//! The command line of governance.

use crate::{amounts::parse_amount, args::parse_account};
use clap::{Args, Subcommand, ValueEnum};
use popnet_primitives::{AccountId, Balance};
use std::path::PathBuf;

/// What to do about referenda.
#[derive(Subcommand, Debug, Clone)]
pub enum GovernanceCommand {
	/// List the referenda, or show one: what it would do, how it stands, what happens next.
	Referenda {
		/// Number of the referendum; without it, list all.
		#[arg(value_name = "REFERENDUM")]
		id: Option<u32>,
	},
	/// Vote on a referendum, or delegate votes.
	Vote(Vote),
	/// Show an account's votes, and what they lock until when.
	Votes {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// Free what votes lock no more.
	Unlock,
	/// Propose a referendum.
	Propose(Propose),
	/// Place the deposit without which a referendum is not decided.
	PlaceDeposit {
		/// Number of the referendum.
		referendum: u32,
	},
	/// Get back the deposits of ended referenda.
	RefundDeposit {
		/// Number of the referendum; without it, all whose deposits are the signer's.
		referendum: Option<u32>,
	},
	/// Show what the treasury has and has granted, or pay a grant out.
	Treasury {
		/// Pay out the grant with this number.
		#[arg(long, value_name = "ID")]
		payout: Option<u32>,
	},
	/// Upgrade the runtime to one that a referendum has authorised.
	ApplyUpgrade {
		/// The runtime, as it was proposed.
		file: PathBuf,
	},
}

/// Arguments of `vote`.
#[derive(Args, Debug, Clone)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Vote {
	/// Something else than voting.
	#[command(subcommand)]
	pub action: Option<VoteAction>,
	/// Number of the referendum.
	#[arg(required = true)]
	pub referendum: Option<u32>,
	/// Which way.
	#[arg(required = true, value_enum)]
	pub way: Option<Way>,
	/// How much POP: staked POP may vote, and stays staked.
	#[arg(required = true, value_parser = parse_amount)]
	pub amount: Option<Balance>,
	/// 0: a tenth of a vote for each POP, which is never locked. 1 to 6: so many votes, locked for 1,
	/// 2, 4, 8, 16 or 32 periods when this way wins.
	#[arg(
		long,
		default_value_t = 0,
		value_name = "0..6",
		value_parser = clap::value_parser!(u8).range(0..=6)
	)]
	pub conviction: u8,
}

/// Which way to vote.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
	/// For it.
	Aye,
	/// Against it.
	Nay,
	/// Neither, which still counts as support.
	Abstain,
}

/// What to do with votes.
#[derive(Subcommand, Debug, Clone)]
pub enum VoteAction {
	/// Take a vote back.
	Remove {
		/// Number of the referendum.
		referendum: u32,
	},
	/// Let another account vote with one's POP.
	Delegate {
		/// The account that votes.
		#[arg(value_parser = parse_account)]
		to: AccountId,
		/// How much POP.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
		/// Name of the track on which it votes, for example economy.
		#[arg(long, value_name = "NAME")]
		track: String,
		/// As for a vote of one's own; what is locked counts from the end of the delegation.
		#[arg(
			long,
			default_value_t = 0,
			value_name = "0..6",
			value_parser = clap::value_parser!(u8).range(0..=6)
		)]
		conviction: u8,
	},
	/// Vote oneself again.
	Undelegate {
		/// Name of the track.
		#[arg(long, value_name = "NAME")]
		track: String,
	},
}

/// Arguments of `propose`.
#[derive(Args, Debug, Clone)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Propose {
	/// What to propose; without it, --call says so.
	#[command(subcommand)]
	pub proposal: Option<Proposal>,
	/// The call to propose, encoded as the runtime encodes it, in hex.
	#[arg(long, required = true, value_name = "0x…")]
	pub call: Option<String>,
	/// Track that decides: root, economy, moderation policy, superdelegates, staking, treasury,
	/// referendum canceller, referendum killer.
	#[arg(long, required = true, value_name = "NAME")]
	pub track: Option<String>,
}

/// Something that is often proposed.
#[derive(Subcommand, Debug, Clone)]
pub enum Proposal {
	/// How much LIT each staked POP generates in a day.
	LitRate {
		/// LIT for each POP and day, for example 0.001.
		#[arg(value_parser = parse_amount)]
		rate: Balance,
	},
	/// How many Superdelegates there are.
	Seats {
		/// So many.
		seats: u32,
	},
	/// Pay POP from the treasury.
	TreasurySpend {
		/// How much.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
		/// Account that receives it.
		#[arg(value_parser = parse_account)]
		to: AccountId,
	},
	/// Authorise a new runtime, which anybody can then put in place with `apply-upgrade`.
	Upgrade {
		/// The runtime, as compiled to wasm.
		file: PathBuf,
	},
}

impl GovernanceCommand {
	/// Whether it sends a transaction.
	pub fn changes_something(&self) -> bool {
		!matches!(
			self,
			Self::Referenda { .. } | Self::Votes { .. } | Self::Treasury { payout: None }
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::args::{Cli, Command};
	use clap::Parser;

	fn parsed(words: &[&str]) -> Result<GovernanceCommand, clap::Error> {
		let all = ["popctl"].iter().chain(words);
		match Cli::try_parse_from(all)?.command {
			Command::Governance(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn a_vote_names_referendum_way_and_amount() {
		let vote = parsed(&["vote", "3", "aye", "100", "--conviction", "2"]).unwrap();
		let GovernanceCommand::Vote(vote) = vote else { panic!() };
		assert_eq!((vote.referendum, vote.way, vote.conviction), (Some(3), Some(Way::Aye), 2));
		let removed = parsed(&["vote", "remove", "3"]).unwrap();
		let GovernanceCommand::Vote(removed) = removed else { panic!() };
		assert!(matches!(removed.action, Some(VoteAction::Remove { referendum: 3 })));
		assert!(parsed(&["vote", "delegate", ALICE, "1", "--track", "economy"]).is_ok());
	}

	#[test]
	fn a_proposal_is_named_or_given_as_bytes() {
		for right in [
			&["propose", "lit-rate", "0.002"][..],
			&["propose", "seats", "5"],
			&["propose", "treasury-spend", "10", ALICE],
			&["propose", "upgrade", "runtime.wasm"],
			&["propose", "--call", "0x0000", "--track", "root"],
			&["refund-deposit"],
			&["refund-deposit", "3"],
			&["referenda"],
			&["referenda", "3"],
		] {
			assert!(parsed(right).is_ok(), "{right:?}");
		}
		for wrong in [
			&["propose", "--call", "0x00"][..],
			&["propose", "--track", "root"],
			&["vote", "3", "aye"],
			&["vote", "3", "perhaps", "1"],
			&["vote", "3", "aye", "1", "--conviction", "7"],
			&["vote", "3", "aye", "0"],
			&["vote", "delegate", ALICE, "1"],
			&["referenda", "x"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}
}
