//! System, time, parachain plumbing and account services.

use crate::{constants::*, *};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use cumulus_pallet_parachain_system::RelayNumberMonotonicallyIncreases;
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	traits::{ConstU32, ConstU64, InstanceFilter},
	weights::constants::{BlockExecutionWeight, ExtrinsicBaseWeight, ParityDbWeight},
};
use frame_system::limits::{BlockLength, BlockWeights};
use scale_info::TypeInfo;
use sp_runtime::traits::AccountIdLookup;

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	pub const SS58Prefix: u16 = 42;
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(limits::BLOCK_LENGTH_MAX)
		.modify_max_length_for_class(DispatchClass::Normal, |length| {
			*length = limits::NORMAL_DISPATCH * *length
		})
		.build();
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.base_block(BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(limits::NORMAL_DISPATCH * limits::MAXIMUM_BLOCK_WEIGHT);
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(limits::MAXIMUM_BLOCK_WEIGHT);
			weights.reserved = Some(
				limits::MAXIMUM_BLOCK_WEIGHT - limits::NORMAL_DISPATCH * limits::MAXIMUM_BLOCK_WEIGHT
			);
		})
		.avg_block_initialization(limits::AVERAGE_ON_INITIALIZE)
		.build_or_panic();
}

#[derive_impl(frame_system::config_preludes::ParaChainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = Block;
	type BlockHashCount = ConstU32<4_096>;
	type BlockLength = RuntimeBlockLength;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = ParityDbWeight;
	type Hash = Hash;
	type Lookup = AccountIdLookup<AccountId, ()>;
	type MaxConsumers = ConstU32<64>;
	type Nonce = Nonce;
	// Accounts get their Ethereum address when they are created.
	type OnKilledAccount = pallet_revive::AutoMapper<Runtime>;
	type OnNewAccount = pallet_revive::AutoMapper<Runtime>;
	type OnSetCode = cumulus_pallet_parachain_system::ParachainSetCode<Self>;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Self>;
	type Version = Version;
}

impl cumulus_pallet_weight_reclaim::Config for Runtime {
	type WeightInfo = ();
}

impl pallet_timestamp::Config for Runtime {
	type MinimumPeriod = ConstU64<0>;
	type Moment = u64;
	type OnTimestampSet = Aura;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Self>;
}

/// Checks that the blocks of a relay slot keep to the parachain's velocity.
pub type ConsensusHook = cumulus_pallet_aura_ext::FixedVelocityConsensusHook<
	Runtime,
	{ relay::SLOT_DURATION_MILLIS },
	{ relay::BLOCK_PROCESSING_VELOCITY },
	{ relay::UNINCLUDED_SEGMENT_CAPACITY },
>;

parameter_types! {
	pub const NoWeight: Weight = Weight::zero();
}

impl cumulus_pallet_parachain_system::Config for Runtime {
	type CheckAssociatedRelayNumber = RelayNumberMonotonicallyIncreases;
	type ConsensusHook = ConsensusHook;
	// No messages from other chains yet: downward messages are dropped unread.
	type DmpQueue = ();
	type OnSystemEvent = ();
	type OutboundXcmpMessageSource = ();
	type RelayParentOffset = ConstU32<{ relay::PARENT_OFFSET }>;
	type ReservedDmpWeight = NoWeight;
	type ReservedXcmpWeight = NoWeight;
	type RuntimeEvent = RuntimeEvent;
	type SchedulingSignatureVerifier = ();
	type SelfParaId = parachain_info::Pallet<Runtime>;
	type WeightInfo = cumulus_pallet_parachain_system::weights::SubstrateWeight<Self>;
	type XcmpMessageHandler = ();
}

impl parachain_info::Config for Runtime {}

impl pallet_utility::Config for Runtime {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Self>;
}

parameter_types! {
	pub const MultisigDepositBase: Balance = currency::deposit(1, 88);
	pub const MultisigDepositFactor: Balance = currency::deposit(0, 32);
	pub const ProxyDepositBase: Balance = currency::deposit(1, 8);
	pub const ProxyDepositFactor: Balance = currency::deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = currency::deposit(1, 8);
	pub const AnnouncementDepositFactor: Balance = currency::deposit(0, 66);
}

impl pallet_multisig::Config for Runtime {
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = MultisigDepositBase;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Self>;
}

/// What a proxy may do for the account that appointed it.
#[derive(
	Copy,
	Clone,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	Debug,
	MaxEncodedLen,
	TypeInfo,
	Default,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	Any,
	/// Stake, content and Masternodes: everything that neither moves a balance nor acts for others.
	NonTransfer,
	/// Bonding, nominating and everything else about stake.
	Staking,
	/// Publishing and managing content, which holds POP as deposits.
	Content,
	/// Running a Masternode: addresses, acknowledgements and pauses, but not its bond.
	Masternode,
	/// Voting, and proposing what to vote on.
	Governance,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		// A tip moves LIT, to an item that whoever sends it may own.
		if matches!(call, RuntimeCall::Content(pallet_content::Call::tip { .. })) {
			return *self == Self::Any;
		}
		match self {
			Self::Any => true,
			Self::NonTransfer => matches!(
				call,
				RuntimeCall::System(..)
					| RuntimeCall::Utility(..)
					| RuntimeCall::Staking(..)
					| RuntimeCall::Session(..)
					| RuntimeCall::VoterList(..)
					| RuntimeCall::NominationPools(..)
					| RuntimeCall::Referenda(..)
					| RuntimeCall::ConvictionVoting(..)
					| RuntimeCall::Preimage(..)
					| RuntimeCall::Bounties(..)
					| RuntimeCall::Superdelegates(..)
					| RuntimeCall::Masternodes(..)
					| RuntimeCall::Content(..)
					| RuntimeCall::Moderation(..)
			),
			Self::Staking => matches!(
				call,
				RuntimeCall::Staking(..)
					| RuntimeCall::Session(..)
					| RuntimeCall::VoterList(..)
					| RuntimeCall::NominationPools(..)
			),
			Self::Governance => matches!(
				call,
				RuntimeCall::Referenda(..)
					| RuntimeCall::ConvictionVoting(..)
					| RuntimeCall::Preimage(..)
					| RuntimeCall::Bounties(..)
					| RuntimeCall::Treasury(..)
			),
			// A publisher also seals the content key to the panel.
			Self::Content => matches!(
				call,
				RuntimeCall::Content(..)
					| RuntimeCall::Moderation(pallet_moderation::Call::seal_keys { .. })
			),
			Self::Masternode => matches!(
				call,
				RuntimeCall::Masternodes(
					pallet_masternodes::Call::update_addresses { .. }
						| pallet_masternodes::Call::acknowledge { .. }
						| pallet_masternodes::Call::decline { .. }
						| pallet_masternodes::Call::suspend { .. }
						| pallet_masternodes::Call::resume { .. }
				)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(left, right) if left == right => true,
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			(Self::NonTransfer, _) => true,
			_ => false,
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
	type CallHasher = BlakeTwo256;
	type Currency = Balances;
	type MaxPending = ConstU32<32>;
	type MaxProxies = ConstU32<32>;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type ProxyType = ProxyType;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Self>;
}

impl pallet_sudo::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_sudo::weights::SubstrateWeight<Self>;
}
