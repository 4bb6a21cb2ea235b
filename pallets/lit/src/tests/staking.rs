//! The staking pallet bonds through [`ObservedHolds`]: whatever it does to a ledger, the recorded
//! stake is what it holds, and what was generated before the change is kept.

use crate as pallet_lit;
use crate::{Accounts, ObservedHolds};
use frame_election_provider_support::NoElection;
use frame_support::{
	assert_ok, derive_impl,
	traits::{
		fungible::{Inspect, InspectHold},
		ConstU128, ConstU32, ConstU64, StorageMapShim, UnixTime,
	},
};
use frame_system::EnsureRoot;
use pallet_staking::{
	slashing::do_slash, CurrentEra, EraInfo, EraRewardPoints, ErasRewardPoints,
	ErasValidatorReward, Exposure, Ledger, RewardDestination, ValidatorPrefs,
};
use popnet_primitives::{
	economics::{INDEX_SCALE, LIT, POP},
	traits::StakeOf,
	Balance,
};
use sp_runtime::BuildStorage;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask
	)]
	pub struct Chain;
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Lit = pallet_balances<Instance2>;
	#[runtime::pallet_index(3)]
	pub type Generation = pallet_lit;
	#[runtime::pallet_index(4)]
	pub type Staking = pallet_staking;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Chain {
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = frame_system::mocking::MockBlock<Chain>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Chain {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<{ POP / 100 }>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config<pallet_balances::Instance2> for Chain {
	type AccountStore = StorageMapShim<
		pallet_balances::Account<Chain, pallet_balances::Instance2>,
		u64,
		pallet_balances::AccountData<Balance>,
	>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
}

impl pallet_lit::Config for Chain {
	type BlocksPerDay = ConstU64<100>;
	type LeaseBlocksMax = ConstU64<1_000>;
	type LentMin = ConstU128<POP>;
	type Lit = Lit;
	type NoticeBlocks = ConstU64<10>;
	type RateChangeBlocks = ConstU64<100>;
	type RateMax = ConstU128<INDEX_SCALE>;
	type RateMin = ConstU128<1>;
	type RateOrigin = EnsureRoot<u64>;
	type Stake = HeldByStaking;
	type WeightInfo = ();
}

pub struct HeldByStaking;
impl StakeOf<u64> for HeldByStaking {
	fn stake_of(who: &u64) -> Balance {
		Balances::balance_on_hold(&pallet_staking::HoldReason::Staking.into(), who)
	}
}

pub struct NoTime;
impl UnixTime for NoTime {
	fn now() -> core::time::Duration {
		core::time::Duration::ZERO
	}
}

type Election = NoElection<(u64, u64, Staking, ConstU32<10>, ConstU32<10>)>;

#[derive_impl(pallet_staking::config_preludes::TestDefaultConfig)]
impl pallet_staking::Config for Chain {
	type AdminOrigin = EnsureRoot<u64>;
	type Currency = ObservedHolds<Balances, Generation>;
	type ElectionProvider = Election;
	type EraPayout = ();
	type GenesisElectionProvider = Election;
	type OldCurrency = Balances;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type UnixTime = NoTime;
	type VoterList = pallet_staking::UseNominatorsAndValidatorsMap<Self>;
}

/// LIT that 1000 POP generate in a block.
const RATE: u128 = INDEX_SCALE / 1_000;
/// Accounts 1 ..= 4; 4 has bonded 1000 POP at genesis.
const GENESIS_STAKER: u64 = 4;

fn build_and_execute(test: impl FnOnce()) {
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: (1..=4).map(|who| (who, 100_000 * POP)).collect(),
			..Default::default()
		},
		generation: pallet_lit::GenesisConfig { rate: RATE, ..Default::default() },
		staking: pallet_staking::GenesisConfig {
			stakers: vec![(
				GENESIS_STAKER,
				GENESIS_STAKER,
				1_000 * POP,
				pallet_staking::StakerStatus::Idle,
			)],
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		CurrentEra::<Chain>::put(0);
		test();
	});
}

fn signed(who: u64) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

fn bond(who: u64, pop: Balance) {
	assert_ok!(Staking::bond(signed(who), pop * POP, RewardDestination::Staked));
}

/// Ten blocks pass; checks that `who` has `pop` at stake and that it generated accordingly.
#[track_caller]
fn expect_stake(who: u64, pop: Balance) {
	let recorded = Accounts::<Chain>::get(who).map_or(0, |accrual| accrual.stake);
	assert_eq!(recorded, pop * POP);
	assert_eq!(Ledger::<Chain>::get(who).map_or(0, |ledger| ledger.total), recorded);
	Generation::do_try_state().unwrap();
	let before = Generation::available(&who);

	System::set_block_number(System::block_number() + 10);

	assert_eq!(Generation::available(&who) - before, pop * LIT / 100);
}

#[test]
fn stake_of_genesis_generates_from_block_zero() {
	build_and_execute(|| {
		assert_eq!(Generation::available(&GENESIS_STAKER), LIT);
		expect_stake(GENESIS_STAKER, 1_000);
	});
}

#[test]
fn bonding_generates_from_its_block_on() {
	build_and_execute(|| {
		bond(1, 1_000);
		expect_stake(1, 1_000);
		assert_ok!(Staking::bond_extra(signed(1), 500 * POP));
		expect_stake(1, 1_500);
		assert_eq!(Generation::available(&1), 25 * LIT);
	});
}

#[test]
fn unbonding_pop_generates_until_it_is_withdrawn() {
	build_and_execute(|| {
		bond(1, 1_000);
		assert_ok!(Staking::unbond(signed(1), 400 * POP));
		expect_stake(1, 1_000);
		assert_ok!(Staking::rebond(signed(1), 100 * POP));
		expect_stake(1, 1_000);

		CurrentEra::<Chain>::put(3);
		assert_ok!(Staking::withdraw_unbonded(signed(1), 0));

		expect_stake(1, 700);
	});
}

#[test]
fn leaving_altogether_keeps_what_was_generated() {
	build_and_execute(|| {
		bond(1, 1_000);
		expect_stake(1, 1_000);
		assert_ok!(Staking::unbond(signed(1), 1_000 * POP));
		CurrentEra::<Chain>::put(3);

		assert_ok!(Staking::withdraw_unbonded(signed(1), 0));

		expect_stake(1, 0);
		assert_eq!(Generation::settle(&1), 10 * LIT);
		assert_eq!(Accounts::<Chain>::get(1), None);
	});
}

#[test]
fn forced_unstaking_ends_generation() {
	build_and_execute(|| {
		bond(1, 1_000);
		assert_ok!(Staking::force_unstake(RuntimeOrigin::root(), 1, 0));
		expect_stake(1, 0);
	});
}

#[test]
fn a_slash_counts_from_its_block_on() {
	build_and_execute(|| {
		bond(1, 1_000);
		assert_ok!(Staking::unbond(signed(1), 500 * POP));
		expect_stake(1, 1_000);

		let (mut payout, mut slashed) = (0, Default::default());
		do_slash::<Chain>(&1, 200 * POP, &mut payout, &mut slashed, 0);
		drop(slashed);

		expect_stake(1, 800);
		assert_eq!(Generation::available(&1), 18 * LIT);
	});
}

#[test]
fn a_compounded_reward_counts_from_its_payout_on() {
	build_and_execute(|| {
		bond(1, 1_000);
		assert_ok!(Staking::validate(signed(1), ValidatorPrefs::default()));
		let own = 1_000 * POP;
		EraInfo::<Chain>::set_exposure(0, &1, Exposure { total: own, own, others: vec![] });
		ErasValidatorReward::<Chain>::insert(0, 50 * POP);
		ErasRewardPoints::<Chain>::insert(
			0,
			EraRewardPoints { total: 1, individual: [(1, 1)].into_iter().collect() },
		);
		CurrentEra::<Chain>::put(1);

		assert_ok!(Staking::payout_stakers(signed(2), 1, 0));

		expect_stake(1, 1_050);
	});
}

#[test]
fn a_reaped_stash_generates_nothing() {
	build_and_execute(|| {
		bond(1, 1_000);
		let (mut payout, mut slashed) = (0, Default::default());
		do_slash::<Chain>(&1, 1_000 * POP, &mut payout, &mut slashed, 0);
		drop(slashed);
		assert_eq!(<Balances as Inspect<u64>>::total_balance(&1), 99_000 * POP);

		assert_ok!(Staking::reap_stash(signed(2), 1, 0));

		expect_stake(1, 0);
	});
}
