//! Superdelegates, Masternodes, the content registry and moderation.

use crate::{constants::*, *};
use codec::Encode;
use frame_support::{parameter_types, traits::ConstU32};
use frame_system::EnsureRoot;
use popnet_primitives::traits::DelegateSet;

/// The Delegates that author blocks in this session.
pub struct SessionDelegates;
impl DelegateSet<AccountId> for SessionDelegates {
	fn active() -> Vec<AccountId> {
		Session::validators()
	}
}

impl pallet_superdelegates::Config for Runtime {
	type Delegates = SessionDelegates;
	type MaxCandidates = ConstU32<{ content::CANDIDATES_MAX }>;
	type MaxDelegates = ConstU32<{ content::CANDIDATES_MAX }>;
	type MaxSeats = ConstU32<{ content::SEATS_MAX }>;
	type OnLeft = ();
	type SeatsOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

parameter_types! {
	pub const MasternodeBond: Balance = MASTERNODE_BOND;
	pub const ContentDepositBase: Balance = content::DEPOSIT_BASE;
	pub const ContentDepositPerMib: Balance = content::DEPOSIT_PER_MIB;
	/// Randomness that no single parachain author chooses: the relay chain's storage root of the
	/// block that this block builds on.
	pub RelaySeed: [u8; 32] = sp_io::hashing::blake2_256(
		&cumulus_pallet_parachain_system::ValidationData::<Runtime>::get()
			.map(|data| (data.relay_parent_storage_root, data.relay_parent_number))
			.encode()
	);
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
	type WeightInfo = ();
}

impl pallet_content::Config for Runtime {
	type AppealPeriod = ConstU32<{ content::APPEAL_BLOCKS }>;
	type AuthorityId = pallet_moderation::crypto::SuperdelegateAuthId;
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = ContentDepositBase;
	type DepositPerMib = ContentDepositPerMib;
	type MaxItemsPerOwner = ConstU32<{ content::ITEMS_PER_OWNER }>;
	type Placer = Masternodes;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Screening = Moderation;
	type WeightInfo = ();
}

impl pallet_moderation::Config for Runtime {
	type AuthorityId = pallet_moderation::crypto::SuperdelegateAuthId;
	type BlockNumberProvider = System;
	type CommitPeriod = ConstU32<{ content::COMMIT_BLOCKS }>;
	type DrawAttemptsMax = ConstU32<{ content::DRAW_ATTEMPTS }>;
	type DrawDelay = ConstU32<{ content::DRAW_DELAY_BLOCKS }>;
	type DrawRetryPeriod = ConstU32<{ content::DRAW_RETRY_BLOCKS }>;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type KeysPeriod = ConstU32<{ content::KEYS_BLOCKS }>;
	type OnMissed = ();
	type PanelSize = ConstU32<{ content::PANEL_SIZE }>;
	type Registry = Content;
	type RelaySeed = RelaySeed;
	type RevealPeriod = ConstU32<{ content::REVEAL_BLOCKS }>;
	type ScreeningSet = Superdelegates;
	type WeightInfo = ();
}
