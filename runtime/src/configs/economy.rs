//! POP, LIT and fees.

use super::{
	governance::origins::{self, Ensure},
	pace::Paced,
};
use crate::{constants::*, *};
use frame_support::{
	dispatch::GetDispatchInfo,
	parameter_types,
	traits::{fungible::InspectHold, ConstU128, ConstU32, ConstU8, StorageMapShim, VariantCountOf},
	weights::ConstantMultiplier,
};
use pallet_revive::evm::fees::BlockRatioFee;
use pallet_transaction_payment::{ConstFeeMultiplier, FungibleAdapter, Multiplier};
use popnet_primitives::{economics::StakeProjection, traits::StakeOf};
use sp_runtime::traits::{One, TransactionExtension};

/// POP.
pub type PopInstance = ();
/// LIT.
pub type LitInstance = pallet_balances::Instance2;

parameter_types! {
	pub const ExistentialDepositPop: Balance = currency::EXISTENTIAL_DEPOSIT_POP;
	pub const ExistentialDepositLit: Balance = currency::EXISTENTIAL_DEPOSIT_LIT;
}

impl pallet_balances::Config for Runtime {
	type AccountStore = System;
	type Balance = Balance;
	type DoneSlashHandler = ();
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDepositPop;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

impl pallet_balances::Config<LitInstance> for Runtime {
	type AccountStore = StorageMapShim<
		pallet_balances::Account<Runtime, LitInstance>,
		AccountId,
		pallet_balances::AccountData<Balance>,
	>;
	type Balance = Balance;
	type DoneSlashHandler = ();
	type DustRemoval = ();
	type ExistentialDeposit = ExistentialDepositLit;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type ReserveIdentifier = [u8; 8];
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	pub const LitPerByte: Balance = currency::LIT_PER_BYTE;
	// LIT's price of weight is constant: it does not follow demand.
	pub FeeMultiplier: Multiplier = Multiplier::one();
}

impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
	type LengthToFee = ConstantMultiplier<Balance, LitPerByte>;
	// Fees are burned: the credit is dropped.
	type OnChargeTransaction =
		pallet_sponsorship::ChargeSponsored<pallet_lit::ChargeLit<FungibleAdapter<Lit, ()>>>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_lit::ChargeLitWeight<
		Runtime,
		pallet_transaction_payment::weights::SubstrateWeight<Runtime>,
	>;
	type WeightToFee = BlockRatioFee<1, 1, Self, Balance>;
}

/// POP that generates LIT: what staking and pools hold, unbonding included until it is withdrawn, as
/// it can be slashed that long, and what is bonded as a Masternode.
pub struct BondedPop;
impl StakeOf<AccountId> for BondedPop {
	fn stake_of(who: &AccountId) -> Balance {
		let staking = RuntimeHoldReason::Staking(pallet_staking::HoldReason::Staking);
		let pooled = RuntimeHoldReason::DelegatedStaking(
			pallet_delegated_staking::HoldReason::StakingDelegation,
		);
		[staking, pooled]
			.iter()
			.map(|reason| <Balances as InspectHold<AccountId>>::balance_on_hold(reason, who))
			.fold(Masternodes::bonded(who), Balance::saturating_add)
	}
}

parameter_types! {
	pub const LitRateMin: u128 = lit::RATE_MIN;
	pub const LitRateMax: u128 = lit::RATE_MAX;
	pub const BlocksPerDay: BlockNumber = time::DAYS;
}

impl pallet_lit::Config for Runtime {
	type BlocksPerDay = BlocksPerDay;
	type LeaseBlocksMax = ConstU32<{ lit::LEASE_BLOCKS_MAX }>;
	type LentMin = ConstU128<{ lit::LENT_MIN }>;
	type Lit = Lit;
	type NoticeBlocks = Paced<{ lit::NOTICE_BLOCKS }, { time::MINUTES }>;
	type RateChangeBlocks = ConstU32<{ lit::RATE_CHANGE_BLOCKS }>;
	type RateMax = LitRateMax;
	type RateMin = LitRateMin;
	type RateOrigin = Ensure<origins::Economy>;
	type Stake = BondedPop;
	type WeightInfo = weights::pallet_lit::WeightInfo<Self>;
}

/// What `stake` POP units yield in a day, in LIT and in plain transfers of POP.
pub fn stake_projection(stake: Balance) -> StakeProjection {
	let call = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: Address::Id(AccountId::new([0; 32])),
		value: POP,
	});
	let mut info = call.get_dispatch_info();
	let extension = native_extension(0, 0, generic::Era::Immortal);
	info.extension_weight = TransactionExtension::<RuntimeCall>::weight(&extension, &call);
	let transfer_fee = TransactionPayment::compute_fee(SIGNED_TRANSFER_BYTES, &info, 0);
	let lit_per_day = LitGeneration::projection(stake);
	let transfers = lit_per_day.checked_div(transfer_fee).unwrap_or_default();
	StakeProjection {
		lit_per_day,
		transfer_fee,
		transfers_per_day: u64::try_from(transfers).unwrap_or(u64::MAX),
	}
}

/// Bytes of a signed transfer with an ordinary nonce and era.
const SIGNED_TRANSFER_BYTES: u32 = 144;
