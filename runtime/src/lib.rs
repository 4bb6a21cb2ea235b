//! The POP Network runtime: one wasm for the development chain and the parachain.
//!
//! Reading order: this file (which modules there are and how a transaction looks), [`constants`]
//! (every number), [`configs`] (how each module is set up), [`apis`] (what clients can ask).
#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
// The macros of runtime, runtime APIs and parameter types write items without documentation.
#![allow(missing_docs)]

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod constants;
pub mod genesis_config_presets;
#[cfg(feature = "std")]
pub mod invariants;
pub mod weights;

use alloc::{borrow::Cow, vec::Vec};
use codec::Encode;
pub use configs::{contracts::EthExtraImpl, economy::LitInstance, system::ProxyType};
use frame_support::weights::Weight;
pub use popnet_primitives::{AccountId, Balance, BlockNumber};
pub use sp_consensus_aura::sr25519::AuthorityId as AuraId;
use sp_runtime::{
	generic, impl_opaque_keys,
	traits::{BlakeTwo256, IdentifyAccount, SaturatedConversion, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// Signature of a native transaction.
pub type Signature = MultiSignature;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// Number of transactions that an account has sent.
pub type Nonce = u32;
/// Hash of blocks, transactions and storage.
pub type Hash = sp_core::H256;
/// Block header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// Block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// Block with its justifications.
pub type SignedBlock = generic::SignedBlock<Block>;

/// What every transaction carries beside its call, and checks before the call runs.
pub type TxExtension = cumulus_pallet_weight_reclaim::StorageWeightReclaim<
	Runtime,
	(
		frame_system::CheckNonZeroSender<Runtime>,
		frame_system::CheckSpecVersion<Runtime>,
		frame_system::CheckTxVersion<Runtime>,
		frame_system::CheckGenesis<Runtime>,
		frame_system::CheckEra<Runtime>,
		pallet_sponsorship::CheckNonceOrSponsored<Runtime>,
		frame_system::CheckWeight<Runtime>,
		pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
		frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
		// After everything that relies on a signed origin.
		pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
	),
>;

/// The extension of a native transaction with this nonce, tip (in LIT units) and era.
pub fn native_extension(nonce: Nonce, tip: Balance, era: generic::Era) -> TxExtension {
	let nonce = pallet_sponsorship::CheckNonceOrSponsored::from(nonce);
	tx_extension(nonce, tip, era, Default::default())
}

/// The extension of a transaction with this nonce, tip (in LIT units) and era; `nonce` and `origin`
/// tell native and Ethereum transactions apart.
pub fn tx_extension(
	nonce: pallet_sponsorship::CheckNonceOrSponsored<Runtime>,
	tip: Balance,
	era: generic::Era,
	origin: pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
) -> TxExtension {
	(
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(era),
		nonce,
		frame_system::CheckWeight::new(),
		pallet_transaction_payment::ChargeTransactionPayment::from(tip),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		origin,
	)
		.into()
}

/// A transaction as it stands in a block: native or Ethereum.
pub type UncheckedExtrinsic =
	pallet_revive::evm::runtime::UncheckedExtrinsic<Address, Signature, EthExtraImpl>;
/// What a native transaction's signature covers.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

impl_opaque_keys! {
	/// What a Delegate's node signs with.
	pub struct SessionKeys {
		/// Authors blocks.
		pub aura: Aura,
	}
}

// The version stands in the wasm as a literal, so two of them need a macro.
macro_rules! version {
	($spec_version:tt) => {
		/// Version of this runtime.
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: Cow::Borrowed("popnet"),
			impl_name: Cow::Borrowed("popnet"),
			authoring_version: 1,
			spec_version: $spec_version,
			impl_version: 0,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}
#[cfg(not(next_version))]
version!(1);
// To which a test upgrades: `scripts/next-runtime` builds it.
#[cfg(next_version)]
version!(2);

#[frame_support::runtime]
mod runtime {
	/// The runtime.
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
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type ParachainSystem = cumulus_pallet_parachain_system;
	#[runtime::pallet_index(2)]
	pub type Timestamp = pallet_timestamp;
	#[runtime::pallet_index(3)]
	pub type ParachainInfo = parachain_info;
	#[runtime::pallet_index(4)]
	pub type WeightReclaim = cumulus_pallet_weight_reclaim;

	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(11)]
	pub type Lit = pallet_balances<Instance2>;
	#[runtime::pallet_index(12)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(13)]
	pub type LitGeneration = pallet_lit;

	#[runtime::pallet_index(14)]
	pub type Sponsorship = pallet_sponsorship;
	#[runtime::pallet_index(15)]
	pub type Rewards = pallet_rewards;
	#[runtime::pallet_index(16)]
	pub type PoolShares = pallet_assets;
	#[runtime::pallet_index(17)]
	pub type Exchange = pallet_asset_conversion;

	#[runtime::pallet_index(20)]
	pub type Authorship = pallet_authorship;
	#[runtime::pallet_index(21)]
	pub type Staking = pallet_staking;
	#[runtime::pallet_index(22)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(23)]
	pub type Historical = pallet_session::historical;
	#[runtime::pallet_index(24)]
	pub type Aura = pallet_aura;
	#[runtime::pallet_index(25)]
	pub type AuraExt = cumulus_pallet_aura_ext;

	#[runtime::pallet_index(26)]
	pub type VoterList = pallet_bags_list;
	#[runtime::pallet_index(27)]
	pub type DelegatedStaking = pallet_delegated_staking;
	#[runtime::pallet_index(28)]
	pub type NominationPools = pallet_nomination_pools;
	#[runtime::pallet_index(29)]
	pub type PaceOfChain = configs::pace;

	#[runtime::pallet_index(30)]
	pub type Utility = pallet_utility;
	#[runtime::pallet_index(31)]
	pub type Proxy = pallet_proxy;
	#[runtime::pallet_index(32)]
	pub type Multisig = pallet_multisig;
	#[runtime::pallet_index(33)]
	pub type Sudo = pallet_sudo;

	#[runtime::pallet_index(40)]
	pub type Superdelegates = pallet_superdelegates;
	#[runtime::pallet_index(41)]
	pub type Masternodes = pallet_masternodes;
	#[runtime::pallet_index(42)]
	pub type Content = pallet_content;
	#[runtime::pallet_index(43)]
	pub type Moderation = pallet_moderation;

	#[runtime::pallet_index(60)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(61)]
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(62)]
	pub type Referenda = pallet_referenda;
	#[runtime::pallet_index(63)]
	pub type ConvictionVoting = pallet_conviction_voting;
	#[runtime::pallet_index(64)]
	pub type Origins = configs::governance::origins;
	#[runtime::pallet_index(65)]
	pub type Treasury = pallet_treasury;
	#[runtime::pallet_index(66)]
	pub type Bounties = pallet_bounties;

	#[runtime::pallet_index(50)]
	pub type Revive = pallet_revive;
}

impl frame_system::offchain::SigningTypes for Runtime {
	type Public = <Signature as Verify>::Signer;
	type Signature = Signature;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

/// Blocks for which a transaction of an off-chain worker stays valid.
const WORKER_TRANSACTION_PERIOD: u64 = 64;

impl<LocalCall> frame_system::offchain::CreateSignedTransaction<LocalCall> for Runtime
where
	RuntimeCall: From<LocalCall>,
{
	fn create_signed_transaction<
		C: frame_system::offchain::AppCrypto<Self::Public, Self::Signature>,
	>(
		call: RuntimeCall,
		public: <Signature as Verify>::Signer,
		account: AccountId,
		nonce: Nonce,
	) -> Option<UncheckedExtrinsic> {
		let current: u64 = System::block_number().saturated_into::<u64>().saturating_sub(1);
		let era = generic::Era::mortal(WORKER_TRANSACTION_PERIOD, current);
		let extension = native_extension(nonce, 0, era);
		let payload = SignedPayload::new(call, extension).ok()?;
		let signature = payload.using_encoded(|bytes| C::sign(bytes, public.clone()))?;
		let (call, extension, _) = payload.deconstruct();
		debug_assert_eq!(public.into_account(), account);
		let transaction = generic::UncheckedExtrinsic::new_signed(
			call,
			Address::Id(account),
			signature,
			extension,
		);
		Some(transaction.into())
	}
}

cumulus_pallet_parachain_system::register_validate_block! {
	Runtime = Runtime,
	BlockExecutor = cumulus_pallet_aura_ext::BlockExecutor::<Runtime, Executive>,
}
