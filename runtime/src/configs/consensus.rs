//! Delegates: election by stake, sessions, block authoring.

use super::{
	governance::{
		origins::{self, Ensure},
		TreasuryAccount,
	},
	pace::Paced,
	rewards::ActiveEra,
};
use crate::{constants::*, *};
use frame_election_provider_support::{
	bounds::{ElectionBounds, ElectionBoundsBuilder},
	onchain, SequentialPhragmen,
};
use frame_support::{
	parameter_types,
	traits::{tokens::imbalance::ResolveTo, ConstBool, ConstU32, ConstU64, Contains, Get},
	PalletId,
};
use pallet_session::SessionManager;
use popnet_primitives::traits::{EraObserver, SessionObserver};
use sp_core::U256;
use sp_runtime::{
	traits::{Convert, ConvertInto, OpaqueKeys},
	FixedU128, Perbill,
};

impl pallet_authorship::Config for Runtime {
	type EventHandler = Staking;
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Aura>;
}

impl pallet_aura::Config for Runtime {
	type AllowMultipleBlocksPerSlot = ConstBool<true>;
	type AuthorityId = AuraId;
	type DisabledValidators = ();
	type MaxAuthorities = ConstU32<100>;
	type SlotDuration = ConstU64<{ time::SLOT_DURATION }>;
}

impl cumulus_pallet_aura_ext::Config for Runtime {}

type StakedSessions = pallet_session::historical::NoteHistoricalRoot<Runtime, Staking>;

/// Sessions as staking makes them, with the Superdelegates' seats assigned at each start.
pub struct Sessions;
impl SessionManager<AccountId> for Sessions {
	fn new_session(index: u32) -> Option<Vec<AccountId>> {
		StakedSessions::new_session(index)
	}

	fn new_session_genesis(index: u32) -> Option<Vec<AccountId>> {
		StakedSessions::new_session_genesis(index)
	}

	fn end_session(index: u32) {
		StakedSessions::end_session(index);
	}

	fn start_session(index: u32) {
		let before = ActiveEra::get();
		StakedSessions::start_session(index);
		Superdelegates::on_new_session(Session::validators());
		let era = ActiveEra::get();
		// The first session begins the first era, too.
		if era != before || index == 0 {
			Superdelegates::on_new_era(era);
		}
	}
}

type SessionPeriod = Paced<{ time::SESSION_BLOCKS }, { time::FAST_SESSION_BLOCKS }>;
type RegularSessions = pallet_session::PeriodicSessions<SessionPeriod, ConstU32<0>>;

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ();
	type Keys = SessionKeys;
	type NextSessionRotation = RegularSessions;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = Sessions;
	type ShouldEndSession = RegularSessions;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
}

impl pallet_session::historical::Config for Runtime {
	type FullIdentification = ();
	type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Self>;
	type RuntimeEvent = RuntimeEvent;
}

parameter_types! {
	// The election runs inside one block, so its input is bounded.
	pub ElectionsBounds: ElectionBounds = ElectionBoundsBuilder::default()
		.voters_count(election::VOTERS_MAX.into())
		.targets_count(election::TARGETS_MAX.into())
		.build();
	pub const MaxWinners: u32 = election::TARGETS_MAX;
	pub const MaxBackersPerWinner: u32 = election::VOTERS_MAX;
}

/// Elects Delegates with sequential Phragmén.
pub struct OnChainElection;
impl onchain::Config for OnChainElection {
	type Bounds = ElectionsBounds;
	type DataProvider = Staking;
	type MaxBackersPerWinner = MaxBackersPerWinner;
	type MaxWinnersPerPage = MaxWinners;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type Sort = ConstBool<true>;
	type System = Runtime;
	type WeightInfo = frame_election_provider_support::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const SessionsPerEra: u32 = time::SESSIONS_PER_ERA;
	pub const HistoryDepth: u32 = time::HISTORY_ERAS;
	pub const BagThresholds: &'static [u64] = &election::BAG_THRESHOLDS;
}

/// How large staking's benchmarks are: as large as the election is bounded.
pub struct StakingBenchmarks;
impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<{ election::VOTERS_MAX }>;
	type MaxValidators = ConstU32<{ election::TARGETS_MAX }>;
}

impl pallet_staking::Config for Runtime {
	type AdminOrigin = Ensure<origins::Staking>;
	type BenchmarkingConfig = StakingBenchmarks;
	type BondingDuration = Paced<{ time::BONDING_ERAS }, { time::FAST_BONDING_ERAS }>;
	// Bonds through a currency that tells LIT generation of every change.
	type Currency = pallet_lit::ObservedHolds<Balances, LitGeneration>;
	type CurrencyBalance = Balance;
	type CurrencyToVote = sp_staking::currency_to_vote::U128CurrencyToVote;
	type ElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type EraPayout = Rewards;
	type EventListeners = (NominationPools, DelegatedStaking);
	// Whoever stakes through a pool does not stake alone too: votes and exits would get entangled.
	type Filter = pallet_nomination_pools::AllPoolMembers<Runtime>;
	type GenesisElectionProvider = Self::ElectionProvider;
	type HistoryDepth = HistoryDepth;
	type MaxControllersInDeprecationBatch = ConstU32<100>;
	type MaxExposurePageSize = ConstU32<64>;
	type MaxUnlockingChunks = ConstU32<32>;
	type MaxValidatorSet = MaxWinners;
	type NextNewSession = Session;
	type NominationsQuota = pallet_staking::FixedNominationsQuota<16>;
	type OldCurrency = Balances;
	type Reward = ();
	// What is not for stakers: Masternodes, creators, Superdelegates, treasury.
	type RewardRemainder = Rewards;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SessionInterface = Self;
	type SessionsPerEra = SessionsPerEra;
	type Slash = ResolveTo<TreasuryAccount, Balances>;
	type SlashDeferDuration = Paced<{ time::SLASH_DEFER_ERAS }, { time::FAST_SLASH_DEFER_ERAS }>;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type UnixTime = Timestamp;
	type VoterList = VoterList;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}

/// Voters in the order of their stake, roughly: an election reads from the top.
impl pallet_bags_list::Config for Runtime {
	type BagThresholds = BagThresholds;
	type MaxAutoRebagPerBlock = ConstU32<10>;
	type RuntimeEvent = RuntimeEvent;
	type Score = sp_npos_elections::VoteWeight;
	type ScoreProvider = Staking;
	type WeightInfo = pallet_bags_list::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const DelegatedStakingPalletId: PalletId = PalletId(*b"pop/dlgs");
	pub const PoolsPalletId: PalletId = PalletId(*b"pop/pool");
	pub const NoSlashReward: Perbill = Perbill::zero();
}

impl pallet_delegated_staking::Config for Runtime {
	type CoreStaking = Staking;
	// Members of pools generate LIT themselves: their POP stays on hold in their accounts.
	type Currency = pallet_lit::ObservedHolds<Balances, LitGeneration>;
	type OnSlash = ResolveTo<TreasuryAccount, Balances>;
	type PalletId = DelegatedStakingPalletId;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SlashRewardFraction = NoSlashReward;
}

/// Balances as wide numbers, in which pools compute.
pub struct BalanceToU256;
impl Convert<Balance, U256> for BalanceToU256 {
	fn convert(balance: Balance) -> U256 {
		balance.into()
	}
}

/// And back; saturates.
pub struct U256ToBalance;
impl Convert<U256, Balance> for U256ToBalance {
	fn convert(number: U256) -> Balance {
		number.try_into().unwrap_or(Balance::MAX)
	}
}

impl pallet_nomination_pools::Config for Runtime {
	type AdminOrigin = Ensure<origins::Staking>;
	type BalanceToU256 = BalanceToU256;
	type BlockNumberProvider = System;
	type Currency = Balances;
	type Filter = StakesAlone;
	type MaxMetadataLen = ConstU32<256>;
	type MaxPointsToBalance = frame_support::traits::ConstU8<10>;
	type MaxUnbonding = ConstU32<8>;
	type MaxUnbondingPools = ConstU32<{ time::BONDING_ERAS + 4 }>;
	type PalletId = PoolsPalletId;
	type RewardCounter = FixedU128;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type StakeAdapter =
		pallet_nomination_pools::adapter::DelegateStake<Self, Staking, DelegatedStaking>;
	type U256ToBalance = U256ToBalance;
	type WeightInfo = pallet_nomination_pools::weights::SubstrateWeight<Runtime>;
}

/// Accounts that stake in their own name, which no pool takes as members.
pub struct StakesAlone;
impl Contains<AccountId> for StakesAlone {
	fn contains(who: &AccountId) -> bool {
		pallet_staking::Bonded::<Runtime>::contains_key(who)
	}
}
