//! What accounts hold, against the records that explain it, in both directions.

use codec::{Decode, Encode};
use pallet_delegated_staking::{Agents, Delegators};
use pallet_preimage::RequestStatus;
use pallet_referenda::{Deposit, ReferendumInfo};
use popnet_runtime::{AccountId, Balance, LitInstance, Runtime, RuntimeHoldReason};
use std::collections::BTreeMap;

/// Indices of a hold's pallet and reason, by which reasons are put in order.
type Reason = [u8; 2];
type Sums<Key> = BTreeMap<Key, Balance>;
type Check = Result<(), String>;

/// What the balances of all accounts add up to. Amounts are units of POP and LIT.
pub struct Sweep {
	/// POP of all accounts, whatever it is for.
	pub pop: Balance,
	/// LIT of all accounts, whatever it is for.
	pub lit: Balance,
	/// POP that generates LIT.
	pub stake: Balance,
	/// POP that the pot of the rewards can pay with.
	pub pot: Balance,
}

fn key(reason: impl Into<RuntimeHoldReason>) -> Reason {
	let encoded = reason.into().encode();
	[encoded[0], encoded[1]]
}

fn staking() -> Reason {
	key(pallet_staking::HoldReason::Staking)
}

fn pooled() -> Reason {
	key(pallet_delegated_staking::HoldReason::StakingDelegation)
}

fn bond() -> Reason {
	key(pallet_masternodes::HoldReason::MasternodeBond)
}

/// Reads all balances and compares what is on hold with all records. `slashed` is how
/// many POP units members of pools have lost.
pub fn sweep(slashed: Balance) -> Result<Sweep, String> {
	let held = held_pop();
	compare("POP on hold", &held, &recorded_pop())?;
	compare("LIT on hold", &held_lit(), &recorded_lit())?;
	check_agents(slashed)?;
	let of_reasons = |reasons: &[Reason]| {
		held.iter().filter(|((_, reason), _)| reasons.contains(reason)).map(|(_, held)| held).sum()
	};
	let pop = check_pop_accounts(&held)?;
	let lit = check_lit_accounts()?;
	Ok(Sweep {
		pop,
		lit,
		stake: of_reasons(&[staking(), pooled(), bond()]),
		pot: popnet_runtime::Balances::free_balance(popnet_runtime::Rewards::pot()),
	})
}

fn add<Key: Ord>(sums: &mut Sums<Key>, key: Key, amount: Balance) {
	if amount > 0 {
		*sums.entry(key).or_default() += amount;
	}
}

fn compare<Key: Ord + std::fmt::Debug>(what: &str, held: &Sums<Key>, records: &Sums<Key>) -> Check {
	if held == records {
		return Ok(());
	}
	let keys = held.keys().chain(records.keys());
	let wrong: Vec<String> = keys
		.filter(|key| held.get(key) != records.get(key))
		.map(|key| format!("{key:?}: {:?}, recorded {:?}", held.get(key), records.get(key)))
		.collect();
	Err(format!("{what}: {wrong:#?}"))
}

fn held_pop() -> Sums<(AccountId, Reason)> {
	let mut sums = Sums::new();
	for (who, holds) in pallet_balances::Holds::<Runtime>::iter() {
		for hold in holds {
			add(&mut sums, (who.clone(), key(hold.id)), hold.amount);
		}
	}
	sums
}

fn held_lit() -> Sums<(AccountId, Reason)> {
	let mut sums = Sums::new();
	for (who, holds) in pallet_balances::Holds::<Runtime, LitInstance>::iter() {
		for hold in holds {
			add(&mut sums, (who.clone(), key(hold.id)), hold.amount);
		}
	}
	sums
}

fn recorded_pop() -> Sums<(AccountId, Reason)> {
	let mut sums = Sums::new();
	for ledger in pallet_staking::Ledger::<Runtime>::iter_values() {
		// What pools stake is on hold at their members.
		if !Agents::<Runtime>::contains_key(&ledger.stash) {
			add(&mut sums, (ledger.stash, staking()), ledger.total);
		}
	}
	for (who, delegation) in Delegators::<Runtime>::iter() {
		add(&mut sums, (who, pooled()), delegation.amount);
	}
	for (who, masternode) in pallet_masternodes::Masternodes::<Runtime>::iter() {
		add(&mut sums, (who, bond()), masternode.bond);
	}
	let content = key(pallet_content::HoldReason::ContentDeposit);
	for item in pallet_content::Items::<Runtime>::iter_values() {
		add(&mut sums, (item.owner, content), item.deposit);
	}
	let compounding = key(pallet_rewards::HoldReason::Compounding);
	for (who, deposit) in pallet_rewards::Compounding::<Runtime>::iter() {
		add(&mut sums, (who, compounding), deposit);
	}
	let preimage = key(pallet_preimage::HoldReason::Preimage);
	for status in pallet_preimage::RequestStatusFor::<Runtime>::iter_values() {
		let ticket = match status {
			RequestStatus::Unrequested { ticket, .. } => Some(ticket),
			RequestStatus::Requested { maybe_ticket, .. } => maybe_ticket,
		};
		if let Some((who, price)) = ticket {
			add(&mut sums, (who, preimage), Balance::decode(&mut &price.encode()[..]).unwrap());
		}
	}
	sums
}

fn recorded_lit() -> Sums<(AccountId, Reason)> {
	let mut sums = Sums::new();
	let funds = key(pallet_sponsorship::HoldReason::Plan);
	let deposits = key(pallet_sponsorship::HoldReason::Deposit);
	let mut sponsors = BTreeMap::new();
	for (id, plan) in pallet_sponsorship::Plans::<Runtime>::iter() {
		add(&mut sums, (plan.sponsor.clone(), funds), plan.funds);
		add(&mut sums, (plan.sponsor.clone(), deposits), plan.deposit);
		sponsors.insert(id, plan.sponsor);
	}
	for (id, _, user) in pallet_sponsorship::Users::<Runtime>::iter() {
		let sponsor = sponsors.get(&id).expect("a user record has a plan");
		add(&mut sums, (sponsor.clone(), deposits), user.deposit);
	}
	for binding in pallet_sponsorship::Bindings::<Runtime>::iter_values() {
		add(&mut sums, (binding.owner, deposits), binding.deposit);
	}
	sums
}

/// POP that is reserved without a reason of its own.
fn recorded_reserves() -> Sums<AccountId> {
	let mut sums = Sums::new();
	for info in pallet_referenda::ReferendumInfoFor::<Runtime>::iter_values() {
		let deposits: [Option<Deposit<AccountId, Balance>>; 2] = match info {
			ReferendumInfo::Ongoing(status) => {
				[Some(status.submission_deposit), status.decision_deposit]
			}
			ReferendumInfo::Approved(_, submission, decision)
			| ReferendumInfo::Rejected(_, submission, decision)
			| ReferendumInfo::Cancelled(_, submission, decision)
			| ReferendumInfo::TimedOut(_, submission, decision) => [submission, decision],
			ReferendumInfo::Killed(_) => [None, None],
		};
		for deposit in deposits.into_iter().flatten() {
			add(&mut sums, deposit.who, deposit.amount);
		}
	}
	for (who, (_, deposit)) in pallet_proxy::Proxies::<Runtime>::iter() {
		add(&mut sums, who, deposit);
	}
	for (_, who, account) in pallet_assets::Account::<Runtime>::iter() {
		match account.reason {
			pallet_assets::ExistenceReason::DepositHeld(deposit) => add(&mut sums, who, deposit),
			pallet_assets::ExistenceReason::DepositFrom(payer, deposit) => {
				add(&mut sums, payer, deposit);
			}
			_ => {}
		}
	}
	sums
}

/// Compares what each account has reserved with its holds and reserves; returns the sum of all POP.
fn check_pop_accounts(held: &Sums<(AccountId, Reason)>) -> Result<Balance, String> {
	let mut expected = recorded_reserves();
	for ((who, _), amount) in held {
		add(&mut expected, who.clone(), *amount);
	}
	let mut reserved = Sums::new();
	let mut sum = 0;
	for (who, account) in frame_system::Account::<Runtime>::iter() {
		sum += account.data.free + account.data.reserved;
		add(&mut reserved, who, account.data.reserved);
	}
	compare("POP reserved", &reserved, &expected)?;
	Ok(sum)
}

/// The same for LIT, which is never reserved without a hold.
fn check_lit_accounts() -> Result<Balance, String> {
	let mut expected = Sums::new();
	for ((who, _), amount) in held_lit() {
		add(&mut expected, who, amount);
	}
	let mut reserved = Sums::new();
	let mut sum = 0;
	for (who, account) in pallet_balances::Account::<Runtime, LitInstance>::iter() {
		sum += account.free + account.reserved;
		add(&mut reserved, who, account.reserved);
	}
	compare("LIT reserved", &reserved, &expected)?;
	Ok(sum)
}

/// What members have given to a pool is what it stakes, has got back, or is still to be slashed for. The
/// parts that members pay of a slash may come to more than the slash, and the SDK takes them off what is
/// still to be slashed only down to zero; so a pool may be left with more, but never with less.
fn check_agents(slashed: Balance) -> Check {
	let mut delegated: Sums<AccountId> = Sums::new();
	for delegation in Delegators::<Runtime>::iter_values() {
		add(&mut delegated, delegation.agent, delegation.amount);
	}
	let mut totals = Sums::new();
	for (agent, ledger) in Agents::<Runtime>::iter() {
		let staked =
			pallet_staking::Ledger::<Runtime>::get(&agent).map_or(0, |staked| staked.total);
		let known = staked + ledger.unclaimed_withdrawals + ledger.pending_slash;
		if known < ledger.total_delegated || known > ledger.total_delegated + slashed {
			return Err(format!("a pool has {known}, and was given {}", ledger.total_delegated));
		}
		add(&mut totals, agent, ledger.total_delegated);
	}
	compare("POP of pools", &totals, &delegated)
}
