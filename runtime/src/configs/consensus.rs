//! Delegates: election by stake, sessions, block authoring.

use crate::{constants::*, *};
use frame_election_provider_support::{
	bounds::{ElectionBounds, ElectionBoundsBuilder},
	onchain, SequentialPhragmen,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU32, ConstU64, Nothing},
};
use frame_system::EnsureRoot;
use pallet_session::SessionManager;
use popnet_primitives::traits::SessionObserver;
use sp_runtime::{
	traits::{ConvertInto, OpaqueKeys},
	Perbill,
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
		StakedSessions::start_session(index);
		Superdelegates::on_new_session(Session::validators());
	}
}

parameter_types! {
	pub const SessionPeriod: BlockNumber = time::SESSION_BLOCKS;
	pub const SessionOffset: BlockNumber = 0;
}

impl pallet_session::Config for Runtime {
	type Currency = Balances;
	type DisablingStrategy = ();
	type KeyDeposit = ();
	type Keys = SessionKeys;
	type NextSessionRotation = pallet_session::PeriodicSessions<SessionPeriod, SessionOffset>;
	type RuntimeEvent = RuntimeEvent;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type SessionManager = Sessions;
	type ShouldEndSession = pallet_session::PeriodicSessions<SessionPeriod, SessionOffset>;
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
	pub const BondingDuration: u32 = time::BONDING_ERAS;
	pub const SlashDeferDuration: u32 = time::SLASH_DEFER_ERAS;
	pub const HistoryDepth: u32 = 84;
}

/// How large staking's benchmarks are: as large as the election is bounded.
pub struct StakingBenchmarks;
impl pallet_staking::BenchmarkingConfig for StakingBenchmarks {
	type MaxNominators = ConstU32<{ election::VOTERS_MAX }>;
	type MaxValidators = ConstU32<{ election::TARGETS_MAX }>;
}

impl pallet_staking::Config for Runtime {
	type AdminOrigin = EnsureRoot<AccountId>;
	type BenchmarkingConfig = StakingBenchmarks;
	type BondingDuration = BondingDuration;
	// Bonds through a currency that tells LIT generation of every change.
	type Currency = pallet_lit::ObservedHolds<Balances, LitGeneration>;
	type CurrencyBalance = Balance;
	type CurrencyToVote = sp_staking::currency_to_vote::U128CurrencyToVote;
	type ElectionProvider = onchain::OnChainExecution<OnChainElection>;
	type EraPayout = crate::configs::economy::NoIssuance;
	type EventListeners = ();
	type Filter = Nothing;
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
	type RewardRemainder = ();
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type SessionInterface = Self;
	type SessionsPerEra = SessionsPerEra;
	type Slash = ();
	type SlashDeferDuration = SlashDeferDuration;
	type TargetList = pallet_staking::UseValidatorsMap<Self>;
	type UnixTime = Timestamp;
	type VoterList = pallet_staking::UseNominatorsAndValidatorsMap<Self>;
	type WeightInfo = pallet_staking::weights::SubstrateWeight<Runtime>;
}
