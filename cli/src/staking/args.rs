//! The command line of staking.

use crate::{
	amounts::{parse_amount, parse_percent},
	args::parse_account,
};
use clap::{Args, Subcommand};
use popnet_primitives::{AccountId, Balance};
use std::str::FromStr;

/// What to do about stake.
#[derive(Subcommand, Debug, Clone)]
pub enum StakingCommand {
	/// Stake POP, which generates LIT at once, and support Delegates with it.
	Stake(Stake),
	/// Take stake back: unbond it, and withdraw what is due.
	Unstake(Unstake),
	/// Stake again what is on its way out.
	Rebond {
		/// How much POP.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
	},
	/// Support these Delegates, and no others, from the next election on.
	Nominate {
		/// The Delegates.
		#[arg(required = true, value_name = "DELEGATE", value_parser = parse_account)]
		delegates: Vec<AccountId>,
	},
	/// Support nobody any more; the stake stays, and goes on generating LIT.
	Chill,
	/// Show what an account stakes, what leaves and when, and what to do next.
	Staking {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// Put an account where its stake belongs in the list that elections read.
	Rebag {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// List the Delegates, who author blocks.
	Delegates,
	/// Be a Delegate.
	Delegate {
		/// What to do.
		#[command(subcommand)]
		action: DelegateAction,
	},
	/// Stake together with others.
	Pool {
		/// What to do.
		#[command(subcommand)]
		action: PoolAction,
	},
}

impl StakingCommand {
	/// Whether it sends a transaction.
	pub fn changes_something(&self) -> bool {
		!matches!(
			self,
			Self::Staking { .. }
				| Self::Delegates
				| Self::Pool { action: PoolAction::List | PoolAction::Show { .. } }
		)
	}
}

/// Arguments of `stake`.
#[derive(Args, Debug, Clone)]
pub struct Stake {
	/// How much POP, in addition to what is staked already.
	#[arg(value_parser = parse_amount)]
	pub amount: Balance,
	/// A Delegate to support; can be given several times. Without it, popctl chooses.
	#[arg(
		long = "delegate",
		value_name = "ACCOUNT",
		value_parser = parse_account,
		conflicts_with = "pool"
	)]
	pub delegates: Vec<AccountId>,
	/// Stake through this pool instead.
	#[arg(long, value_name = "ID")]
	pub pool: Option<u32>,
	/// Where rewards go: staked (they are staked too), stash (the account), or an account.
	#[arg(long, value_name = "staked|stash|ACCOUNT", conflicts_with = "pool")]
	pub payee: Option<Payee>,
}

/// Where rewards go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payee {
	/// To the account, which stakes them.
	Staked,
	/// To the account.
	Stash,
	/// To another account.
	Account(AccountId),
}

impl FromStr for Payee {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		match text {
			"staked" => Ok(Self::Staked),
			"stash" => Ok(Self::Stash),
			_ => parse_account(text)
				.map(Self::Account)
				.map_err(|_| "rewards go to `staked`, `stash` or an account".into()),
		}
	}
}

/// Arguments of `unstake`.
#[derive(Args, Debug, Clone)]
pub struct Unstake {
	/// How much POP; without it, what was unbonded before is withdrawn.
	#[arg(value_parser = parse_amount, conflicts_with = "all")]
	pub amount: Option<Balance>,
	/// Everything.
	#[arg(long)]
	pub all: bool,
	/// Stay until it is due, and withdraw it.
	#[arg(long)]
	pub wait: bool,
	/// The pool that holds the stake; found by itself where the account has a share of one.
	#[arg(long, value_name = "ID")]
	pub pool: Option<u32>,
}

/// What a Delegate does.
#[derive(Subcommand, Debug, Clone)]
pub enum DelegateAction {
	/// Stand for election: bond what is needed, give the node keys, and say the commission.
	Register {
		/// What to keep of the rewards before nominators get their share, in percent.
		#[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
		commission: u32,
		/// How much POP to bond; without it, what is missing to the least stake of a Delegate.
		#[arg(long, value_name = "AMOUNT", value_parser = parse_amount)]
		stake: Option<Balance>,
		/// Keep the keys that the account has, instead of asking the node at --url for new ones.
		#[arg(long)]
		keep_keys: bool,
	},
	/// Change the commission.
	Commission {
		/// The new one, in percent.
		#[arg(value_name = "PERCENT", value_parser = parse_percent)]
		commission: u32,
	},
	/// Stand for election no more.
	Leave,
}

/// What to do with pools.
#[derive(Subcommand, Debug, Clone)]
pub enum PoolAction {
	/// List all pools.
	List,
	/// Show one pool.
	Show {
		/// Number of the pool.
		id: u32,
	},
	/// Open a pool.
	Create {
		/// How much POP to stake in it.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
		/// Name that others see.
		#[arg(long, value_name = "NAME")]
		name: Option<String>,
		/// A Delegate that the pool supports; can be given several times. Without it, popctl chooses.
		#[arg(long = "delegate", value_name = "ACCOUNT", value_parser = parse_account)]
		delegates: Vec<AccountId>,
		/// What to keep of the members' rewards, in percent.
		#[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
		commission: Option<u32>,
	},
	/// Stake through a pool, or add to one's share: the same as `stake AMOUNT --pool ID`.
	Join {
		/// Number of the pool.
		id: u32,
		/// How much POP.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
	},
	/// Collect rewards.
	Claim {
		/// Add them to the stake instead.
		#[arg(long)]
		compound: bool,
	},
	/// Leave a pool entirely: the same as `unstake --all`.
	Leave {
		/// Stay until the stake is due, and withdraw it.
		#[arg(long)]
		wait: bool,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::args::{Cli, Command};
	use clap::Parser;

	fn parsed(words: &[&str]) -> Result<StakingCommand, clap::Error> {
		let all = ["popctl"].iter().chain(words);
		match Cli::try_parse_from(all)?.command {
			Command::Staking(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn stake_takes_delegates_or_a_pool() {
		let stake = parsed(&["stake", "12.5", "--delegate", ALICE, "--payee", "stash"]);
		let StakingCommand::Stake(stake) = stake.unwrap() else { panic!() };
		assert_eq!(stake.delegates.len(), 1);
		assert_eq!(stake.payee, Some(Payee::Stash));
		for wrong in [
			&["stake"][..],
			&["stake", "0"],
			&["stake", "1", "--delegate", ALICE, "--pool", "1"],
			&["stake", "1", "--payee", "stash", "--pool", "1"],
			&["stake", "1", "--payee", "nowhere"],
			&["stake", "1", "--pool", "x"],
			&["nominate"],
			&["delegate", "register"],
			&["delegate", "commission", "101"],
			&["unstake", "1", "--all"],
			&["pool", "join", "1"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}

	#[test]
	fn unstake_takes_an_amount_everything_or_nothing() {
		for (words, amount, all) in [
			(&["unstake"][..], None, false),
			(&["unstake", "1"], Some(1_000_000_000_000), false),
			(&["unstake", "--all", "--wait"], None, true),
		] {
			let StakingCommand::Unstake(unstake) = parsed(words).unwrap() else { panic!() };
			assert_eq!((unstake.amount, unstake.all), (amount, all), "{words:?}");
		}
	}
}
