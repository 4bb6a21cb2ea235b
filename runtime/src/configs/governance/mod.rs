//! Referenda on POP, the treasury, and what they need: preimages, a scheduler, origins.

use super::pace::Paced;
use crate::{constants::*, *};
use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration,
		tokens::{currency::ActiveIssuanceOf, PayFromAccount, UnityAssetBalanceConversion},
		AsEnsureOriginWithArg, ConstU128, ConstU32, EqualPrivilegeOnly, LinearStoragePrice,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureSigned};
use origins::Ensure;
use pallet_bounties::TransferFungible;
use sp_runtime::{traits::IdentityLookup, Perbill, Permill};

pub mod origins;
pub mod tracks;

parameter_types! {
	pub const PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	pub const PreimageDepositBase: Balance = currency::deposit(2, 64);
	pub const PreimageDepositPerByte: Balance = currency::deposit(0, 1);
	pub SchedulerWeight: Weight =
		Perbill::from_percent(80) * configs::system::RuntimeBlockWeights::get().max_block;
}

impl pallet_preimage::Config for Runtime {
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageDepositBase, PreimageDepositPerByte, Balance>,
	>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
}

impl pallet_scheduler::Config for Runtime {
	type BlockNumberProvider = System;
	type MaxScheduledPerBlock = ConstU32<50>;
	type MaximumWeight = SchedulerWeight;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type PalletsOrigin = OriginCaller;
	type Preimages = Preimage;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
}

impl pallet_conviction_voting::Config for Runtime {
	type BlockNumberProvider = System;
	type Currency = Balances;
	type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
	// Delegating weighs as much as so many votes, and has to fit a block.
	type MaxVotes = ConstU32<16>;
	type Polls = Referenda;
	type RuntimeEvent = RuntimeEvent;
	type VoteLockingPeriod =
		Paced<{ governance::VOTE_LOCKING_BLOCKS }, { governance::FAST_VOTE_LOCKING_BLOCKS }>;
	type VotingHooks = ();
	type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
}

impl pallet_referenda::Config for Runtime {
	type AlarmInterval = ConstU32<1>;
	type BlockNumberProvider = System;
	type CancelOrigin = Ensure<origins::ReferendumCanceller>;
	type Currency = Balances;
	type KillOrigin = Ensure<origins::ReferendumKiller>;
	type MaxQueued = ConstU32<100>;
	type Preimages = Preimage;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Scheduler;
	type Slash = Treasury;
	type SubmissionDeposit = ConstU128<{ governance::SUBMISSION_DEPOSIT }>;
	type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type Tracks = tracks::Tracks;
	type UndecidingTimeout =
		Paced<{ governance::UNDECIDING_BLOCKS }, { governance::FAST_UNDECIDING_BLOCKS }>;
	type Votes = pallet_conviction_voting::VotesOf<Runtime>;
	type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const TreasuryPalletId: PalletId = PalletId(*b"pop/trsy");
	pub TreasuryAccount: AccountId = Treasury::account_id();
	pub const NothingBurned: Permill = Permill::zero();
	pub const SpendLimit: Balance = Balance::MAX;
}

impl pallet_treasury::Config for Runtime {
	type AssetKind = ();
	type BalanceConverter = UnityAssetBalanceConversion;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type BlockNumberProvider = System;
	type Burn = NothingBurned;
	type BurnDestination = ();
	type Currency = Balances;
	type MaxApprovals = ConstU32<100>;
	type PalletId = TreasuryPalletId;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	type PayoutPeriod = ConstU32<{ governance::PAYOUT_BLOCKS }>;
	type RejectOrigin = Ensure<origins::Treasury>;
	type RuntimeEvent = RuntimeEvent;
	type SpendFunds = Bounties;
	type SpendOrigin =
		frame_system::EnsureWithSuccess<Ensure<origins::Treasury>, AccountId, SpendLimit>;
	type SpendPeriod = Paced<{ governance::SPEND_BLOCKS }, { governance::FAST_SPEND_BLOCKS }>;
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const CuratorDepositMultiplier: Permill = Permill::from_percent(50);
	pub const CuratorDepositMin: Option<Balance> = Some(10 * POP);
	pub const CuratorDepositMax: Option<Balance> = Some(10_000 * POP);
}

impl pallet_bounties::Config for Runtime {
	type BountyDepositBase = ConstU128<{ governance::BOUNTY_DEPOSIT }>;
	type BountyDepositPayoutDelay = ConstU32<{ governance::BOUNTY_DELAY_BLOCKS }>;
	type BountyUpdatePeriod = ConstU32<{ governance::BOUNTY_UPDATE_BLOCKS }>;
	type BountyValueMinimum = ConstU128<{ governance::BOUNTY_MIN }>;
	type ChildBountyManager = ();
	type CuratorDepositMax = CuratorDepositMax;
	type CuratorDepositMin = CuratorDepositMin;
	type CuratorDepositMultiplier = CuratorDepositMultiplier;
	type DataDepositPerByte = PreimageDepositPerByte;
	type MaximumReasonLength = ConstU32<1_024>;
	type OnSlash = Treasury;
	type RuntimeEvent = RuntimeEvent;
	type TransferAllAssets = TransferFungible<AccountId, Balances>;
	type WeightInfo = pallet_bounties::weights::SubstrateWeight<Runtime>;
}
