//! The POP Virtual Machine: contracts with LIT as their currency.

use crate::{constants::*, *};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU32, ConstU64},
};
use frame_system::EnsureSigned;
use pallet_revive::evm::{fees::Info, runtime::EthExtra};
use sp_runtime::{FixedU128, Perbill};

parameter_types! {
	pub const DepositPerItem: Balance = LIT / 10;
	pub const DepositPerChildTrieItem: Balance = LIT / 100;
	pub const DepositPerByte: Balance = LIT / 10_000;
	pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
	pub const MaxEthExtrinsicWeight: FixedU128 = FixedU128::from_rational(9, 10);
}

impl pallet_revive::Config for Runtime {
	type AddressMapper = pallet_revive::AccountId32Mapper<Self>;
	type AllowEVMBytecode = ConstBool<true>;
	type AutoMap = ConstBool<true>;
	type Balance = Balance;
	type ChainId = ConstU64<7_670>;
	type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
	type Currency = pallet_sponsorship::GuardedLit<Runtime, pallet_lit::SpendableLit<Runtime>>;
	type DebugEnabled = ConstBool<false>;
	type Deposit = ();
	type DepositPerByte = DepositPerByte;
	type DepositPerChildTrieItem = DepositPerChildTrieItem;
	type DepositPerItem = DepositPerItem;
	type FeeInfo = Info<Address, Signature, EthExtraImpl>;
	type FindAuthor = <Runtime as pallet_authorship::Config>::FindAuthor;
	type GasScale = ConstU32<50_000>;
	type InstantiateOrigin = EnsureSigned<AccountId>;
	type MaxEthExtrinsicWeight = MaxEthExtrinsicWeight;
	// LIT has 12 decimals, Ethereum's wallets expect 18.
	type NativeToEthRatio = ConstU32<1_000_000>;
	type OnBurn = ();
	type PVFMemory = ConstU32<{ 512 * 1024 * 1024 }>;
	type Precompiles = ();
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeMemory = ConstU32<{ 128 * 1024 * 1024 }>;
	type RuntimeOrigin = RuntimeOrigin;
	type Time = Timestamp;
	type UploadOrigin = EnsureSigned<AccountId>;
	type WeightInfo = pallet_revive::weights::SubstrateWeight<Self>;
}

/// The extensions of a transaction that arrives as a signed Ethereum transaction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EthExtraImpl;

impl EthExtra for EthExtraImpl {
	type Config = Runtime;
	type ExtensionOtherVersions = sp_runtime::traits::InvalidVersion;
	type ExtensionV0 = TxExtension;

	fn get_eth_extension(nonce: u32, tip: Balance) -> Self::ExtensionV0 {
		tx_extension(
			pallet_sponsorship::CheckNonceOrSponsored::from_ethereum(nonce),
			tip,
			sp_runtime::generic::Era::Immortal,
			pallet_revive::evm::tx_extension::SetOrigin::<Runtime>::new_from_eth_transaction(),
		)
	}
}
