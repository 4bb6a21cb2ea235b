//! The exchange: POP against LIT, so that LIT which creators earn can become POP and POP buys LIT.
//!
//! Constant-product pools of the SDK, of which that of POP and LIT is the one that clients use; their
//! shares are assets of their own.
//! What stake has generated counts, since whoever pays a fee is settled before the call runs.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use super::governance::origins::{self, Ensure};
use crate::{constants::*, *};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{
		fungible::UnionOf, tokens::imbalance::ResolveAssetTo, AsEnsureOriginWithArg, ConstU128,
		ConstU32, NeverEnsureOrigin,
	},
	PalletId,
};
use frame_system::EnsureRoot;
use pallet_asset_conversion::{AccountIdConverter, Ascending};
use scale_info::TypeInfo;
use sp_core::U256;
use sp_runtime::{
	traits::{AccountIdConversion, Convert},
	Either, Permill,
};

/// What can be exchanged.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum Asset {
	/// POP.
	Pop,
	/// LIT.
	Lit,
	/// Shares of a pool, by the number of their asset.
	Shares(u32),
}

/// Tells POP from the rest.
pub struct PopOrOther;
impl Convert<Asset, Either<(), LitOrShares>> for PopOrOther {
	fn convert(asset: Asset) -> Either<(), LitOrShares> {
		match asset {
			Asset::Pop => Either::Left(()),
			Asset::Lit => Either::Right(LitOrShares::Lit),
			Asset::Shares(id) => Either::Right(LitOrShares::Shares(id)),
		}
	}
}

/// Everything but POP.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum LitOrShares {
	/// LIT.
	Lit,
	/// Shares of a pool.
	Shares(u32),
}

/// Tells LIT from shares.
pub struct LitOrOther;
impl Convert<LitOrShares, Either<(), u32>> for LitOrOther {
	fn convert(asset: LitOrShares) -> Either<(), u32> {
		match asset {
			LitOrShares::Lit => Either::Left(()),
			LitOrShares::Shares(id) => Either::Right(id),
		}
	}
}

type LitAndShares = UnionOf<Lit, PoolShares, LitOrOther, LitOrShares, AccountId>;
/// POP, LIT and shares under one roof.
pub type Assets = UnionOf<Balances, LitAndShares, PopOrOther, Asset, AccountId>;

parameter_types! {
	pub const ExchangePalletId: PalletId = PalletId(*b"pop/exch");
	pub ExchangeAccount: AccountId = ExchangePalletId::get().into_account_truncating();
	pub const SwapFee: Permill = Permill::from_parts(exchange::FEE_PARTS_PER_MILLION);
	pub const SwapFeeMax: Permill = Permill::from_percent(5);
	pub const NoWithdrawalFee: Permill = Permill::zero();
	pub const SetupFeeAsset: Asset = Asset::Pop;
}

impl pallet_assets::Config for Runtime {
	type ApprovalDeposit = ConstU128<{ currency::deposit(1, 64) }>;
	type AssetAccountDeposit = ConstU128<{ currency::deposit(1, 64) }>;
	type AssetDeposit = ConstU128<0>;
	type AssetId = u32;
	type AssetIdAllocator = ();
	type AssetIdParameter = codec::Compact<u32>;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type CallbackHandle = ();
	// Only the exchange makes assets: the shares of its pools.
	type CreateOrigin = AsEnsureOriginWithArg<NeverEnsureOrigin<AccountId>>;
	type Currency = Balances;
	type Extra = ();
	type ForceOrigin = EnsureRoot<AccountId>;
	type Freezer = ();
	type Holder = ();
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type RemoveItemsLimit = ConstU32<1_000>;
	type ReserveData = ();
	type RuntimeEvent = RuntimeEvent;
	type StringLimit = ConstU32<50>;
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
}

impl pallet_asset_conversion::Config for Runtime {
	type AdminOrigin = Ensure<origins::Economy>;
	type AssetKind = Asset;
	type Assets = Assets;
	type Balance = Balance;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = PopAndLit;
	type HigherPrecisionBalance = U256;
	type LPFee = SwapFee;
	type LiquidityWithdrawalFee = NoWithdrawalFee;
	type MaxSwapFee = SwapFeeMax;
	type MaxSwapPathLength = ConstU32<2>;
	type MintMinLiquidity = ConstU128<{ exchange::LIQUIDITY_MIN }>;
	type PalletId = ExchangePalletId;
	type PoolAssetId = u32;
	type PoolAssets = PoolShares;
	type PoolId = (Asset, Asset);
	type PoolLocator =
		Ascending<AccountId, Asset, AccountIdConverter<ExchangePalletId, (Asset, Asset)>>;
	type PoolSetupFee = ConstU128<{ exchange::SETUP_FEE }>;
	type PoolSetupFeeAsset = SetupFeeAsset;
	type PoolSetupFeeTarget = ResolveAssetTo<super::governance::TreasuryAccount, Assets>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_asset_conversion::weights::SubstrateWeight<Runtime>;
}

/// The pair that clients use.
#[cfg(feature = "runtime-benchmarks")]
pub struct PopAndLit;
#[cfg(feature = "runtime-benchmarks")]
impl pallet_asset_conversion::BenchmarkHelper<Asset> for PopAndLit {
	fn create_pair(_: u32, _: u32) -> (Asset, Asset) {
		(Asset::Pop, Asset::Lit)
	}
}
