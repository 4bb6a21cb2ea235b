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
