//! What to do when a pallet refuses, for the refusals that a user can do something about.

/// What to do about the error `name`, for example `Staking.InsufficientBond`.
pub fn remedy(name: &str) -> Option<&'static str> {
	let (pallet, error) = name.split_once('.')?;
	match pallet {
		"Content" | "Moderation" => content(error),
		"Staking" => staking(error),
		"NominationPools" => pools(error),
		"Session" => session(error),
		"Referenda" => referenda(error),
		"ConvictionVoting" => voting(error),
		"VoterList" => Some("see `popctl staking`: only accounts that nominate are in the list"),
		"LitGeneration" => lit(error),
		"Sponsorship" => sponsorship(error),
		"Rewards" => rewards(error),
		"Exchange" => exchange(error),
		"Preimage" => preimage(error),
		"Treasury" => {
			Some("see `popctl referenda`: the treasury spends what a referendum approves")
		}
		"System" => system(error),
		_ => None,
	}
}

fn content(error: &str) -> Option<&'static str> {
	Some(match error {
		"AlreadyRegistered" => {
			"another account was first; run the same command again: it encodes the file anew under a \
			 new key"
		}
		"BeingScreened" => "the panel has the key: wait for its verdict with `popctl status`",
		"NotWithdrawable" => {
			"an available item ends with `popctl retire`, an ended one goes with `popctl forget`"
		}
		"NotAvailable" => "see `popctl status`",
		"TipTooSmall" => "give more",
		"InsufficientLit" => "give less, and keep some for fees; see `popctl lit`",
		_ => return None,
	})
}

fn lit(error: &str) -> Option<&'static str> {
	Some(match error {
		"NothingToClaim" => "wait until stake has generated more; see `popctl lit`",
		"OwnBorrower" => "name another account that is to have the LIT",
		"EndPassed" => "choose a later --until",
		"LeaseTooLong" => "choose an earlier --until, and lend again after it",
		"LeaseTooSmall" => "lend more, or stake more; see `popctl lit`",
		"LeaseExceedsStake" => "lend less, or stake more; see `popctl lease list`",
		"TooManyGiven" => "end a lease first with `popctl lease end`; see `popctl lease list`",
		"TooManyReceived" => {
			"the borrower has as many leases as it can, none of which is half as large: lend more, or \
			 wait until one ends"
		}
		"UnknownLease" => "it has ended; see `popctl lease list`",
		"EndsSoon" => "nothing is to be done: it ends by itself; see `popctl lease list`",
		_ => return None,
	})
}

fn sponsorship(error: &str) -> Option<&'static str> {
	Some(match error {
		"UnknownPlan" => "see `popctl sponsor list`",
		"NotSponsor" => "sign as the account that opened the plan; see `popctl sponsor show`",
		"PlanClosing" => "open another plan with `popctl sponsor open`",
		"NothingAllowed" => "name what it pays for with --call or --contract",
		"LimitsOutOfOrder" => {
			"a transaction may cost at most what an account may use in a day, and that is at most what \
			 all may"
		}
		"LastBlockOver" => "choose a later --until",
		"NotAbandoned" => "only its sponsor may close it yet; see `popctl sponsor show`",
		"AlreadyListed" => "nothing is to be done",
		"NotListed" | "UnknownUser" => "see `popctl sponsor show`",
		"TooManyUsers" => {
			"raise that with `popctl sponsor change --users`, or forget some with `popctl sponsor forget`"
		}
		"FundsTooLow" => "add to the plan with `popctl sponsor fund`",
		"RecordInUse" => "wait for tomorrow, or take it off the list with `popctl sponsor dismiss`",
		"NotDeployer" => {
			"only whoever deployed the contract may: give the nonce, or salt and code hash, of that"
		}
		"ContractNotInPlan" => "have its sponsor run `popctl sponsor change --contract`",
		"UnknownBinding" => "nothing is to be done: its transactions are paid by their signers",
		"NotBindingOwner" => "sign as the account that bound it",
		"Nested" => "leave out --sponsor",
		_ => return None,
	})
}

fn rewards(error: &str) -> Option<&'static str> {
	Some(match error {
		"EraNotEnded" | "StillCounting" => "wait some blocks; see `popctl rewards`",
		"UnknownEra" => "the chain has forgotten it",
		"NothingEarned" | "AlreadyPaid" => "nothing is to be done; see `popctl rewards`",
		"CannotReceive" => "have some POP sent to the account first",
		"DestinationUnchanged" => "nothing is to be done; see `popctl rewards destination`",
		_ => return None,
	})
}

fn exchange(error: &str) -> Option<&'static str> {
	Some(match error {
		"ProvidedMaximumNotSufficientForSwap" | "ProvidedMinimumNotSufficientForSwap" => {
			"the price has moved meanwhile: run the command again, or allow more with --slippage"
		}
		"PoolNotFound" => "nobody has put POP and LIT in the exchange yet",
		"AmountOutTooHigh" | "ZeroLiquidity" => "the exchange has too little: trade less",
		_ => return None,
	})
}

fn staking(error: &str) -> Option<&'static str> {
	Some(match error {
		"NotController" | "NotStash" => "the account stakes nothing: begin with `popctl stake`",
		"AlreadyBonded" | "AlreadyPaired" => "add to the stake with `popctl stake`",
		"InsufficientBond" => {
			"too little would remain for this role: unstake less, or everything with `popctl unstake \
			 --all`"
		}
		"NoMoreChunks" => {
			"too many parts are on their way out: withdraw what is due with `popctl unstake`, or wait \
			 for the next era"
		}
		"NoUnlockChunk" => "nothing is on its way out; see `popctl staking`",
		"BadTarget" => "choose Delegates that accept nominations; see `popctl delegates`",
		"EmptyTargets" | "TooManyTargets" => "name 1 to 16 Delegates",
		"TooManyNominators" => "join a pool instead; see `popctl pool list`",
		"TooManyValidators" => "all places are taken: try again when a Delegate has left",
		"CommissionTooLow" => "ask for a higher commission",
		"Restricted" => {
			"the account stakes through a pool, and nobody does both; see `popctl staking`"
		}
		"NotEnoughFunds" => "stake less; see `popctl balance`",
		"AlreadyClaimed" | "InvalidEraToReward" => "nothing is left to be claimed for this era",
		"IncorrectSlashingSpans" => "something changed meanwhile: run the same command again",
		_ => return None,
	})
}

fn pools(error: &str) -> Option<&'static str> {
	Some(match error {
		"PoolNotFound" | "InvalidPoolId" => "see `popctl pool list`",
		"PoolMemberNotFound" => "join a pool with `popctl pool join`",
		"AccountBelongsToOtherPool" => {
			"leave that pool first with `popctl pool leave`, or add to the stake in it"
		}
		"FullyUnbonding" => "the stake is on its way out: wait for it with `popctl unstake --wait`",
		"MaxUnbondingLimit" => {
			"too many parts are on their way out: withdraw what is due with `popctl unstake`"
		}
		"CannotWithdrawAny" => "nothing is due yet; see `popctl staking`",
		"MinimumBondNotMet" => {
			"too little would be left, or be put in: see `popctl pool show`; leave entirely with \
			 `popctl pool leave`"
		}
		"NotOpen" | "MaxPoolMembers" | "OverflowRisk" => {
			"choose another pool; see `popctl pool list`"
		}
		"MaxPools" => "join a pool instead; see `popctl pool list`",
		"NotNominator" | "DoesNotHavePermission" | "NotKickerOrDestroying" => {
			"only the accounts that `popctl pool show` names may do that"
		}
		"CommissionExceedsMaximum" | "CommissionExceedsGlobalMaximum" => "ask for less commission",
		"Restricted" => {
			"the account stakes in its own name, and nobody does both: end that first with `popctl \
			 unstake --all --wait`"
		}
		_ => return None,
	})
}

fn session(error: &str) -> Option<&'static str> {
	Some(match error {
		"InvalidProof" => {
			"the keys were not made for this account: ask the node that will author blocks, with --url"
		}
		"DuplicatedKey" => "another Delegate uses these keys: make new ones",
		"NoKeys" => "set keys with `popctl delegate register`",
		_ => return None,
	})
}

fn referenda(error: &str) -> Option<&'static str> {
	Some(match error {
		"NotOngoing" => "it has ended; see `popctl referenda`",
		"HasDeposit" => "somebody has placed it already; nothing is left to do",
		"BadReferendum" => "see `popctl referenda`",
		"Unfinished" => "wait for its end; see `popctl referenda`",
		"NoDeposit" => "it was returned already, or nobody placed one",
		"BadStatus" => "it is returned only when the referendum is approved or cancelled",
		"NoTrack" | "BadTrack" => "name a track that `popctl propose --help` explains",
		"NoPermission" => "only the account that paid the deposit may do that",
		_ => return None,
	})
}

fn voting(error: &str) -> Option<&'static str> {
	Some(match error {
		"NotOngoing" => "it has ended; see `popctl referenda`",
		"NotVoter" => "the account has no vote there; see `popctl votes`",
		"AlreadyDelegating" => {
			"the account's votes on this track are delegated: end that first with `popctl vote \
			 undelegate`"
		}
		"AlreadyVoting" => {
			"remove the account's own votes on this track first with `popctl vote remove`"
		}
		"InsufficientFunds" => "vote with less; see `popctl balance`",
		"NotDelegating" => "nothing is delegated on this track; see `popctl votes`",
		"Nonsense" => "name another account",
		"MaxVotesReached" => "remove votes on ended referenda first with `popctl unlock`",
		"BadClass" => "name a track that `popctl propose --help` explains",
		_ => return None,
	})
}

fn preimage(error: &str) -> Option<&'static str> {
	Some(match error {
		"TooBig" => "a call has at most 4 MiB",
		"AlreadyNoted" => "the same call was proposed before; run the same command again",
		"NotAuthorized" | "NotNoted" => "only the account that noted it may remove it",
		_ => return None,
	})
}

fn system(error: &str) -> Option<&'static str> {
	Some(match error {
		"NothingAuthorized" => {
			"no upgrade is authorised: propose it first with `popctl propose upgrade`"
		}
		"Unauthorized" => "another runtime was authorised: name the file that was proposed",
		"SpecVersionNeedsToIncrease" | "InvalidSpecName" => {
			"build a runtime of this network with a higher version"
		}
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_remedy_belongs_to_the_pallet_that_refuses() {
		assert_ne!(remedy("Staking.Restricted"), remedy("NominationPools.Restricted"));
		assert_eq!(remedy("Staking.Unheard"), None);
		assert_eq!(remedy("a refusal by the transaction pool"), None);
		assert!(remedy("ConvictionVoting.NotVoter").is_some());
	}
}
