//! Networks with many stakers, written to storage in bulk.

use crate::chain::{account, add_delegates, commit, genesis, Chain};
use anyhow::{anyhow, ensure, Context};
use frame_election_provider_support::{ScoreProvider, SortedListProvider};
use frame_support::traits::{tokens::IdAmount, Get};
use pallet_balances::AccountData;
use pallet_staking::{
	Bonded, Ledger, Nominations, Nominators, Payee, RewardDestination, StakingLedger,
};
use popnet_primitives::{traits::StakeOf, AccountId, Balance};
use popnet_runtime::{
	configs::economy::{BondedPop, LitInstance},
	constants::{LIT, POP},
	LitGeneration, Runtime, RuntimeHoldReason, Staking, VoterList,
};
use sp_io::TestExternalities;
use sp_staking::StakingAccount;

/// Delegates of every network, however few stakers it has: more than the list of voters looks at in
/// one block, so that networks differ in their stakers only.
pub(crate) const DELEGATES: u32 = 16;
/// Blocks that are made before stakers join, so that nothing is done for the first time.
const BLOCKS_BEFORE: u32 = 4;
/// Stakers that are written before the trie takes them over.
const CHUNK: u32 = 20_000;

/// POP of all stakers together. Networks have the same issuance, which votes are relative to.
const STAKERS_POP: Balance = 1_000_000_000 * POP;

/// A chain with stakers besides its Delegates, and all its state in the trie.
pub(crate) struct Population {
	/// State and overlay.
	pub externalities: TestExternalities,
	/// The chain, between two blocks.
	pub chain: Chain,
	/// Number of stakers.
	pub stakers: u32,
	/// Delegates that are no well-known accounts, in the order of the list of voters.
	pub delegates: Vec<AccountId>,
}

/// The staker number `index`.
pub(crate) fn staker(index: u32) -> AccountId {
	account("staker", index)
}

/// Who has the POP before the stakers do.
fn treasure() -> AccountId {
	account("treasure", 0)
}

/// POP units that it has bonded: 10 to 1,009 POP.
fn stake_of(index: u32) -> Balance {
	POP * Balance::from(10 + index.wrapping_mul(7_919) % 1_000)
}

impl Population {
	/// Makes a network with this many stakers.
	pub(crate) fn new(stakers: u32) -> anyhow::Result<Self> {
		let mut delegates = Vec::new();
		let (mut externalities, mut chain) = genesis(|config| {
			delegates = add_delegates(config, DELEGATES);
			config.balances.balances.push((treasure(), STAKERS_POP));
		})?;
		for _ in 0..BLOCKS_BEFORE {
			externalities.execute_with(|| chain.empty_block())?;
			commit(&mut externalities)?;
		}
		let target = delegates.first().cloned().ok_or_else(|| anyhow!("there are Delegates"))?;
		let mut written = 0;
		while written < stakers {
			let end = stakers.min(written.saturating_add(CHUNK));
			externalities.execute_with(|| write(written..end, &target))?;
			commit(&mut externalities)?;
			written = end;
		}
		externalities.execute_with(|| chain.empty_block())?;
		commit(&mut externalities)?;
		externalities.backend.backend_storage_mut().purge();
		externalities.execute_with(|| check(stakers))?;
		externalities.reset_overlay();
		Ok(Self { externalities, chain, stakers, delegates })
	}
}

/// Writes what bonding, nominating and having been paid LIT leave behind.
fn write(indices: std::ops::Range<u32>, target: &AccountId) -> anyhow::Result<()> {
	let mut moved: Balance = 0;
	for index in indices.clone() {
		let (who, stake) = (staker(index), stake_of(index));
		moved = moved.saturating_add(stake).saturating_add(POP);
		write_balances(&who, stake)?;
		let accrual = pallet_lit::AccrualOf::<Runtime> {
			stake,
			index: LitGeneration::current_index(),
			rate_number: pallet_lit::Current::<Runtime>::get().number,
			..Default::default()
		};
		pallet_lit::Accounts::<Runtime>::insert(&who, accrual);
		Bonded::<Runtime>::insert(&who, &who);
		Ledger::<Runtime>::insert(&who, StakingLedger::new(who.clone(), stake));
		Payee::<Runtime>::insert(&who, RewardDestination::Staked);
		let targets = vec![target.clone()].try_into().map_err(|_| anyhow!("one nomination"))?;
		let nominations = Nominations { targets, submitted_in: 0, suppressed: false };
		Nominators::<Runtime>::insert(&who, nominations);
		let score = Staking::score(&who).ok_or_else(|| anyhow!("a staker has a score"))?;
		VoterList::on_insert(who, score).map_err(|error| anyhow!("{error:?}"))?;
	}
	let count = Balance::from(indices.end.saturating_sub(indices.start));
	frame_system::Account::<Runtime>::try_mutate(treasure(), |account| {
		account.data.free = account.data.free.checked_sub(moved).context("too many stakers")?;
		anyhow::Ok(())
	})?;
	pallet_balances::TotalIssuance::<Runtime, LitInstance>::mutate(|total| *total += count * LIT);
	Ok(())
}

/// POP in the free balance and on hold, and LIT.
fn write_balances(who: &AccountId, stake: Balance) -> anyhow::Result<()> {
	let data = AccountData { free: POP, reserved: stake, ..Default::default() };
	frame_system::Account::<Runtime>::insert(
		who,
		frame_system::AccountInfo { consumers: 1, providers: 2, data, ..Default::default() },
	);
	let id = RuntimeHoldReason::Staking(pallet_staking::HoldReason::Staking);
	pallet_balances::Holds::<Runtime>::try_mutate(who, |holds| {
		holds.try_push(IdAmount { id, amount: stake }).map_err(|_| anyhow!("one hold"))
	})?;
	let lit = AccountData { free: LIT, ..Default::default() };
	pallet_balances::Account::<Runtime, LitInstance>::insert(who, lit);
	Ok(())
}

/// The pallets themselves see what was written.
fn check(stakers: u32) -> anyhow::Result<()> {
	for index in [0, stakers / 2, stakers.saturating_sub(1)] {
		let (who, stake) = (staker(index), stake_of(index));
		let ledger = Staking::ledger(StakingAccount::Stash(who.clone()));
		ensure!(ledger.is_ok_and(|ledger| ledger.active == stake), "a staker has a ledger");
		ensure!(BondedPop::stake_of(&who) == stake, "its stake is on hold");
		ensure!(VoterList::contains(&who), "it votes");
		ensure!(LitGeneration::available(&who) > LIT, "its stake generates LIT");
	}
	ensure!(VoterList::count() == stakers.saturating_add(DELEGATES), "and so do all others");
	let looked_at = <Runtime as pallet_bags_list::Config>::MaxAutoRebagPerBlock::get();
	ensure!(DELEGATES > looked_at, "the smallest network has too few voters to compare it");
	Ok(())
}
