//! Superdelegates, Masternodes, the content registry and moderation.

use super::{
	governance::origins::{self, Ensure},
	rewards::ActiveEra,
};
use crate::{constants::*, *};
use codec::Encode;
use cumulus_pallet_parachain_system::RelayChainStateProof;
use cumulus_primitives_core::relay_chain;
use frame_support::{
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU128, ConstU16, ConstU32, Get, Randomness},
};
use popnet_primitives::traits::{DelegateSet, ReportDuty};
use sp_io::hashing::blake2_256;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

/// The Delegates that author blocks in this session.
pub struct SessionDelegates;
impl DelegateSet<AccountId> for SessionDelegates {
	fn active() -> Vec<AccountId> {
		Session::validators()
	}

	fn stake_of(who: &AccountId) -> Balance {
		pallet_staking::ErasStakersOverview::<Runtime>::get(ActiveEra::get(), who)
			.filter(|_| Self::is_active(who))
			.map_or(0, |overview| overview.total)
	}

	fn total_stake() -> Balance {
		pallet_staking::ErasTotalStake::<Runtime>::get(ActiveEra::get())
	}
}

/// Slashes Superdelegates, and those who nominated them, through staking: deferred, so that a
/// referendum can cancel it.
pub struct SlashedDuty;
impl SlashedDuty {
	fn slash(who: &AccountId, fraction: Perbill) {
		let offence = OffenceDetails { offender: (who.clone(), ()), reporters: Vec::new() };
		let session = Session::current_index();
		let used = <Staking as OnOffenceHandler<AccountId, _, Weight>>::on_offence(
			&[offence],
			&[fraction],
			session,
		);
		// It touches each nominator: what exceeds the announced weight counts against the block.
		System::register_extra_weight_unchecked(
			used.saturating_sub(<Self as ReportDuty<AccountId>>::weight()),
			DispatchClass::Mandatory,
		);
	}
}
impl ReportDuty<AccountId> for SlashedDuty {
	fn missed(who: &AccountId, strikes: u32) {
		let parts = content::MISSED_DUTY_SLASH.deconstruct().saturating_mul(strikes);
		// Saturates at everything.
		Self::slash(who, Perbill::from_parts(parts));
	}

	fn reversed(who: &AccountId) {
		Self::slash(who, content::REVERSED_SLASH);
	}

	fn weight() -> Weight {
		// Without nominators; what they add is registered when it is known.
		<Runtime as frame_system::Config>::DbWeight::get().reads_writes(8, 4)
	}
}

impl pallet_superdelegates::Config for Runtime {
	type CoolDownEras = ConstU32<{ content::COOL_DOWN_ERAS }>;
	type Delegates = SessionDelegates;
	type MaxCandidates = ConstU32<{ content::CANDIDATES_MAX }>;
	type MaxDelegates = ConstU32<{ content::CANDIDATES_MAX }>;
	type MaxSeats = ConstU32<{ content::SEATS_MAX }>;
	type Offences = SlashedDuty;
	type OnLeft = Moderation;
	type RecallEras = ConstU32<{ content::RECALL_ERAS }>;
	type RecallOrigin = Ensure<origins::Superdelegates>;
	type SeatsOrigin = Ensure<origins::Superdelegates>;
	type StrikeEras = ConstU32<{ content::STRIKE_ERAS }>;
	type StrikesMax = ConstU32<{ content::STRIKES_MAX }>;
	type WeightInfo = weights::pallet_superdelegates::WeightInfo<Self>;
}

parameter_types! {
	pub const MasternodeBond: Balance = MASTERNODE_BOND;
	pub const ContentDepositBase: Balance = content::DEPOSIT_BASE;
	pub const TipBurn: Perbill = content::TIP_BURN;
	pub const ContentDepositPerMib: Balance = content::DEPOSIT_PER_MIB;
}

/// Randomness of the relay chain: the output of the verifiable random function of the author of the
/// relay chain block that this block builds on. An author of this chain can choose among the few
/// relay chain blocks that it may build on, but not what comes out of them.
///
/// It is taken to be known since [`content::RANDOMNESS_AGE_BLOCKS`] ago, since a block may build on a
/// relay chain block that is not the newest.
pub struct RelayRandomness;

impl RelayRandomness {
	fn seed() -> [u8; 32] {
		let data = cumulus_pallet_parachain_system::ValidationData::<Runtime>::get();
		let proof = cumulus_pallet_parachain_system::RelayStateProof::<Runtime>::get();
		let root = data.as_ref().map(|data| data.relay_parent_storage_root).unwrap_or_default();
		let drawn = proof
			.and_then(|proof| {
				RelayChainStateProof::new(parachain_info::Pallet::<Runtime>::get(), root, proof)
					.ok()
			})
			.and_then(|state| {
				let key = relay_chain::well_known_keys::CURRENT_BLOCK_RANDOMNESS;
				state.read_optional_entry::<Option<[u8; 32]>>(key).ok()
			})
			.flatten()
			.flatten();
		// The imitated relay chain of a development node has no randomness of its own.
		let number = data.map(|data| data.relay_parent_number).unwrap_or_default();
		drawn.unwrap_or_else(|| blake2_256(&(root, number).encode()))
	}
}

impl Randomness<[u8; 32], BlockNumber> for RelayRandomness {
	fn random(subject: &[u8]) -> ([u8; 32], BlockNumber) {
		let known_since = System::block_number().saturating_sub(content::RANDOMNESS_AGE_BLOCKS);
		(blake2_256(&(Self::seed(), subject).encode()), known_since)
	}
}

impl pallet_masternodes::Config for Runtime {
	type AuthorityId = pallet_masternodes::crypto::MasternodeAuthId;
	type BlockNumberProvider = System;
	type Bond = MasternodeBond;
	type Currency = Balances;
	type MaxMasternodes = ConstU32<{ content::MASTERNODES_MAX }>;
	type OnPlaced = Content;
	type PlacementPeriod = ConstU32<{ content::PLACEMENT_BLOCKS }>;
	type RetainInterval = ConstU32<{ content::RETAIN_BLOCKS }>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type StakeObserver = LitGeneration;
	type UnbondingPeriod = ConstU32<{ content::MASTERNODE_UNBONDING_BLOCKS }>;
	type WeightInfo = weights::pallet_masternodes::WeightInfo<Self>;
	type Work = Rewards;
}

impl pallet_content::Config for Runtime {
	type AppealPeriod = ConstU32<{ content::APPEAL_BLOCKS }>;
	type AuthorityId = pallet_moderation::crypto::SuperdelegateAuthId;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::OneMasternode;
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = ContentDepositBase;
	type DepositPerMib = ContentDepositPerMib;
	type GracePeriod = ConstU32<{ content::GRACE_BLOCKS }>;
	type KeyPeriod = ConstU32<{ content::KEY_BLOCKS }>;
	type Lit = pallet_lit::SpendableLit<Runtime>;
	type MaxItemsPerOwner = ConstU32<{ content::ITEMS_PER_OWNER }>;
	type Placer = Masternodes;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Screening = Moderation;
	type TipBurn = TipBurn;
	type TipMin = ConstU128<{ content::TIP_MIN }>;
	type WeightInfo = weights::pallet_content::WeightInfo<Self>;
	type Work = Rewards;
}

impl pallet_moderation::Config for Runtime {
	type AuthorityId = pallet_moderation::crypto::SuperdelegateAuthId;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::ScreenedItems;
	type BlockNumberProvider = System;
	type CommitPeriod = ConstU32<{ content::COMMIT_BLOCKS }>;
	type DeviationMax = ConstU16<{ content::DEVIATION_MAX }>;
	type DrawAttemptsMax = ConstU32<{ content::DRAW_ATTEMPTS }>;
	type DrawDelay = ConstU32<{ content::DRAW_DELAY_BLOCKS }>;
	type DrawRetryPeriod = ConstU32<{ content::DRAW_RETRY_BLOCKS }>;
	type DutiesMax = ConstU32<{ content::DUTIES_MAX }>;
	type GovernanceOrigin = Ensure<origins::ModerationPolicy>;
	type KeysPeriod = ConstU32<{ content::KEYS_BLOCKS }>;
	type OnMissed = Superdelegates;
	type PanelSize = ConstU32<{ content::PANEL_SIZE }>;
	type Randomness = RelayRandomness;
	type Registry = Content;
	type RevealPeriod = ConstU32<{ content::REVEAL_BLOCKS }>;
	type ScreeningSet = Superdelegates;
	type SubstitutesMax = ConstU32<{ content::SUBSTITUTES_MAX }>;
	type WeightInfo = weights::pallet_moderation::WeightInfo<Self>;
	type Work = Rewards;
}
