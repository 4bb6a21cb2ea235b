//! Staking ends eras, asks what they pay, and hands over the credit; its payouts are driven page by
//! page. The wiring is that of a runtime.

use crate as pallet_rewards;
use crate::{EraReward, Eras};
use frame_election_provider_support::NoElection;
use frame_support::{
	derive_impl, parameter_types,
	traits::{fungible::Inspect, ConstU128, ConstU32, Get, Hooks, UnixTime},
	weights::Weight,
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_session::SessionManager;
use pallet_staking::{
	ActiveEra, ActiveEraInfo, CurrentEra, EraInfo, EraRewardPoints, ErasRewardPoints,
	ErasStakersOverview, ErasStartSessionIndex, ErasTotalStake, RewardDestination, ValidatorPrefs,
	WeightInfo as _,
};
use popnet_primitives::{
	economics::POP,
	rewards::{Compound, StakerPage, StakerPayouts},
	Balance,
};
use sp_runtime::{traits::AccountIdConversion, BuildStorage, DispatchResult};
use sp_staking::{EraIndex, Exposure, IndividualExposure};

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
	pub type Staking = pallet_staking;
	#[runtime::pallet_index(3)]
	pub type Rewards = pallet_rewards;
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
	type Currency = Balances;
	type ElectionProvider = Election;
	type EraPayout = Rewards;
	type GenesisElectionProvider = Election;
	type MaxExposurePageSize = ConstU32<2>;
	type OldCurrency = Balances;
	type RewardRemainder = Rewards;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type UnixTime = NoTime;
	type VoterList = pallet_staking::UseNominatorsAndValidatorsMap<Self>;
}

/// Staking's active era.
pub struct ActiveStakingEra;
impl Get<EraIndex> for ActiveStakingEra {
	fn get() -> EraIndex {
		ActiveEra::<Chain>::get().map_or(0, |era| era.index)
	}
}

/// Drives staking's payouts.
pub struct StakingPages;
impl StakerPayouts<u64> for StakingPages {
	fn pay_next(
		era: EraIndex,
		after: Option<&StakerPage<u64>>,
	) -> Option<(StakerPage<u64>, Weight)> {
		let more = after.filter(|page| {
			let pages = ErasStakersOverview::<Chain>::get(era, page.validator);
			pages.is_some_and(|overview| page.index + 1 < overview.page_count)
		});
		let page = match (more, after) {
			(Some(page), _) => StakerPage { validator: page.validator, index: page.index + 1 },
			(None, Some(page)) => {
				let key = ErasStakersOverview::<Chain>::hashed_key_for(era, page.validator);
				let validator =
					ErasStakersOverview::<Chain>::iter_key_prefix_from(era, key).next()?;
				StakerPage { validator, index: 0 }
			}
			(None, None) => {
				let validator = ErasStakersOverview::<Chain>::iter_key_prefix(era).next()?;
				StakerPage { validator, index: 0 }
			}
		};
		let origin = RuntimeOrigin::signed(page.validator);
		let paid = Staking::payout_stakers_by_page(origin, page.validator, era, page.index);
		let weight = match paid {
			Ok(info) => info.actual_weight,
			Err(error) => error.post_info.actual_weight,
		};
		Some((page, weight.unwrap_or_else(Self::weight_max)))
	}

	fn weight_max() -> Weight {
		<Chain as pallet_staking::Config>::WeightInfo::payout_stakers_alive_staked(2)
	}

	fn look_weight() -> Weight {
		Self::weight_max()
	}
}

/// Bonds rewards of those who have bonded.
pub struct Extra;
impl Compound<u64> for Extra {
	fn compound(who: &u64, amount: Balance) -> DispatchResult {
		Staking::bond_extra(RuntimeOrigin::signed(*who), amount)
	}

	fn weight() -> Weight {
		Self::weight_max()
	}

	fn weight_max() -> Weight {
		<Chain as pallet_staking::Config>::WeightInfo::bond_extra()
	}
}

const TREASURY: u64 = 100;
const POOL: Balance = 1_000_000 * POP;

parameter_types! {
	pub const RewardsPalletId: PalletId = PalletId(*b"pop/rwrd");
	pub const Treasury: u64 = TREASURY;
}

impl pallet_rewards::Config for Chain {
	type Compound = Extra;
	type CompoundDeposit = ConstU128<0>;
	type Currency = Balances;
	type Era = ActiveStakingEra;
	type HistoryDepth = ConstU32<84>;
	type Masternodes = ();
	type PalletId = RewardsPalletId;
	type ParameterOrigin = EnsureRoot<u64>;
	type RewardBlocks = ConstU32<1_000>;
	type RewardPool = ConstU128<POOL>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stakers = StakingPages;
	type Treasury = Treasury;
	type WeightInfo = ();
}

/// Delegates 1 and 2, each with nominators of which two fit in a page.
const EXPOSED: [(u64, &[u64]); 2] = [(1, &[11, 12, 13]), (2, &[21])];

fn expose(era: EraIndex) {
	for (validator, nominators) in EXPOSED {
		let others = nominators.iter().map(|who| IndividualExposure { who: *who, value: POP });
		let others: Vec<_> = others.collect();
		let total = POP * (1 + nominators.len() as u128);
		EraInfo::<Chain>::set_exposure(era, &validator, Exposure { total, own: POP, others });
	}
	ErasTotalStake::<Chain>::insert(era, 6 * POP);
	let individual = EXPOSED.map(|(validator, _)| (validator, 1)).into_iter().collect();
	ErasRewardPoints::<Chain>::insert(era, EraRewardPoints { total: 2, individual });
}

fn build_and_execute(test: impl FnOnce()) {
	let stakers: Vec<u64> = vec![1, 2, 11, 12, 13, 21];
	let storage = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig {
			balances: stakers.iter().chain(&[TREASURY]).map(|who| (*who, 1_000 * POP)).collect(),
			..Default::default()
		},
		..Default::default()
	}
	.build_storage()
	.unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		System::set_block_number(1);
		CurrentEra::<Chain>::put(0);
		ActiveEra::<Chain>::put(ActiveEraInfo { index: 0, start: Some(0) });
		for who in stakers {
			let origin = RuntimeOrigin::signed(who);
			Staking::bond(origin, 100 * POP, RewardDestination::Stash).unwrap();
		}
		for (validator, _) in EXPOSED {
			let origin = RuntimeOrigin::signed(validator);
			Staking::validate(origin, ValidatorPrefs::default()).unwrap();
		}
		expose(0);
		test();
		Rewards::do_try_state().unwrap();
	});
}

/// The active era ends with session `index`, and the next one begins.
fn end_era_with_session(index: u32) {
	let next = ActiveStakingEra::get() + 1;
	ErasStartSessionIndex::<Chain>::insert(next, index + 1);
	CurrentEra::<Chain>::put(next);
	<Staking as SessionManager<u64>>::end_session(index);
	<Staking as SessionManager<u64>>::start_session(index + 1);
}

fn free(who: u64) -> Balance {
	<Balances as Inspect<u64>>::balance(&who)
}

#[test]
fn staking_hands_over_everything_but_the_stakers_part() {
	build_and_execute(|| {
		let before = Balances::total_issuance();
		System::set_block_number(100);

		end_era_with_session(0);

		let reward: EraReward = Eras::<Chain>::get(0).unwrap();
		assert_eq!(reward.total(), POOL * 19 / 100);
		assert_eq!(reward.stakers, pallet_staking::ErasValidatorReward::<Chain>::get(0).unwrap());
		assert_eq!(Balances::total_issuance(), before + reward.total() - reward.stakers);
		let pot = RewardsPalletId::get().into_account_truncating();
		assert_eq!(free(pot), reward.roles() + POP / 100);
		assert_eq!(free(TREASURY), 1_000 * POP + reward.treasury - POP / 100);
		assert_eq!(ActiveStakingEra::get(), 1);
	});
}

#[test]
fn all_pages_of_all_delegates_are_paid_without_a_claim() {
	build_and_execute(|| {
		System::set_block_number(100);
		end_era_with_session(0);
		let stakers = Eras::<Chain>::get(0).unwrap().stakers;
		// Somebody does not want to wait.
		Staking::payout_stakers_by_page(RuntimeOrigin::signed(9), 1, 0, 1).unwrap();

		Rewards::on_idle(100, Weight::MAX);

		let nominators_of_1: Balance = [11, 12, 13].map(|who| free(who) - 900 * POP).iter().sum();
		assert_eq!(free(21) - 900 * POP, stakers / 4);
		assert_eq!(free(2) - 900 * POP, stakers / 4);
		assert_eq!(nominators_of_1 + free(1) - 900 * POP, stakers / 2);
		assert_eq!(crate::InProgress::<Chain>::get().stakers_era, 1);
	});
}

#[test]
fn compounding_adds_to_a_bond() {
	use popnet_primitives::rewards::{Destination, RecordWork, Role};
	build_and_execute(|| {
		Rewards::set_destination(RuntimeOrigin::signed(11), Destination::Compound).unwrap();
		Rewards::record(Role::Creator, &11, 5);
		System::set_block_number(100);
		end_era_with_session(0);
		let amount = Eras::<Chain>::get(0).unwrap().creators;

		Rewards::on_idle(100, Weight::MAX);

		let ledger = pallet_staking::Ledger::<Chain>::get(11).unwrap();
		assert_eq!(ledger.active, 100 * POP + amount);
	});
}
