//! The smallest runtime in which POP is bonded and LIT pays, and verbs for tests.

use crate as pallet_lit;
use frame_support::{
	derive_impl,
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	parameter_types,
	traits::{
		fungible::{BalancedHold, Inspect, InspectHold, Mutate, MutateHold},
		tokens::{Fortitude, Precision, Preservation},
		ConstU128, ConstU64, ConstU8, StorageMapShim,
	},
	weights::{ConstantMultiplier, IdentityFee, Weight},
};
use frame_system::EnsureRoot;
use pallet_transaction_payment::{ChargeTransactionPayment, FungibleAdapter};
use popnet_primitives::{
	economics::{LeaseId, LeaseTerms, INDEX_SCALE, LIT, POP},
	traits::StakeOf,
	Balance,
};
use sp_runtime::{
	traits::DispatchTransaction, transaction_validity::TransactionValidityError, BuildStorage,
};

pub type AccountId = u64;

/// Gives the mock two reasons to hold POP.
#[frame_support::pallet]
pub mod bonding {
	#[pallet::config]
	pub trait Config: frame_system::Config {}
	#[pallet::pallet]
	pub struct Pallet<T>(_);
	#[pallet::composite_enum]
	pub enum HoldReason {
		Bonded,
		Other,
	}
}

#[frame_support::runtime]
mod runtime {
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
		RuntimeTask
	)]
	pub struct Test;
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Lit = pallet_balances<Instance2>;
	#[runtime::pallet_index(3)]
	pub type Bonding = bonding;
	#[runtime::pallet_index(4)]
	pub type Generation = pallet_lit;
	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = frame_system::mocking::MockBlock<Test>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<{ POP / 100 }>;
}

pub const LIT_MINIMUM: Balance = LIT / 1_000;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config<pallet_balances::Instance2> for Test {
	type AccountStore = StorageMapShim<
		pallet_balances::Account<Test, pallet_balances::Instance2>,
		AccountId,
		pallet_balances::AccountData<Balance>,
	>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<LIT_MINIMUM>;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl bonding::Config for Test {}

impl pallet_transaction_payment::Config for Test {
	type FeeMultiplierUpdate = ();
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<LIT_PER_BYTE>>;
	type OnChargeTransaction = pallet_lit::ChargeLit<FungibleAdapter<Lit, ()>>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_lit::ChargeLitWeight<Test, ()>;
	type WeightToFee = IdentityFee<Balance>;
}

pub struct Held;
impl StakeOf<AccountId> for Held {
	fn stake_of(who: &AccountId) -> Balance {
		Balances::balance_on_hold(&REASON, who)
	}
}

/// One thousandth of a LIT per POP and block.
pub const RATE: u128 = INDEX_SCALE / 1_000;
/// A transaction in these tests costs 0.1 LIT for its length, and some for its weight.
pub const LIT_PER_BYTE: Balance = LIT / 1_000;
pub const LENGTH: u32 = 100;
pub const REASON: RuntimeHoldReason = RuntimeHoldReason::Bonding(bonding::HoldReason::Bonded);
pub const OTHER: RuntimeHoldReason = RuntimeHoldReason::Bonding(bonding::HoldReason::Other);

pub const RATE_CHANGE: u64 = 50;
pub const LEASE_MAX: u64 = 3_000;
pub const NOTICE: u64 = 20;
pub const LENT_MIN: Balance = POP;

parameter_types! {
	pub const RateMin: u128 = RATE / 100;
	pub const RateMax: u128 = RATE * 100;
}

impl pallet_lit::Config for Test {
	type BlocksPerDay = ConstU64<100>;
	type LeaseBlocksMax = ConstU64<LEASE_MAX>;
	type LentMin = ConstU128<LENT_MIN>;
	type Lit = Lit;
	type NoticeBlocks = ConstU64<NOTICE>;
	type RateChangeBlocks = ConstU64<RATE_CHANGE>;
	type RateMax = RateMax;
	type RateMin = RateMin;
	type RateOrigin = EnsureRoot<AccountId>;
	type Stake = Held;
	type WeightInfo = ();
}

pub type Observed = pallet_lit::ObservedHolds<Balances, Generation>;
pub type Spendable = pallet_lit::SpendableLit<Test>;

/// A chain where accounts 1 ..= 10 have a million POP each, and nobody has LIT.
pub fn new_test_ext(rate: u128) -> sp_io::TestExternalities {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: (1..=10).map(|who| (who, 1_000_000 * POP)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_lit::GenesisConfig::<Test> { rate, ..Default::default() }
		.assimilate_storage(&mut storage)
		.unwrap();
	let mut externalities = sp_io::TestExternalities::new(storage);
	externalities.execute_with(|| System::set_block_number(1));
	externalities
}

/// Runs `test` on that chain, then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext(RATE).execute_with(|| {
		test();
		Generation::do_try_state().unwrap();
	});
}

pub fn bond(who: AccountId, amount: Balance) {
	Observed::hold(&REASON, &who, amount).unwrap();
}

pub fn unbond(who: AccountId, amount: Balance) {
	Observed::release(&REASON, &who, amount, Precision::Exact).unwrap();
}

pub fn slash(who: AccountId, amount: Balance) {
	drop(Observed::slash(&REASON, &who, amount));
}

pub fn skip(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
}

/// Lends on `terms` for `blocks` from now. Returns the lease's number.
pub fn lend(lender: AccountId, borrower: AccountId, terms: LeaseTerms, blocks: u64) -> LeaseId {
	let id = crate::NextLease::<Test>::get();
	let end = System::block_number() + blocks;
	Generation::lend(RuntimeOrigin::signed(lender), borrower, terms, end).unwrap();
	id
}

/// LIT units of `who`, minted or not.
pub fn earned(who: AccountId) -> Balance {
	lit(who) + Generation::settled_account(&who).pending
}

/// LIT in the free balance.
pub fn lit(who: AccountId) -> Balance {
	<Lit as Inspect<AccountId>>::balance(&who)
}

/// POP that could be bonded.
pub fn free_pop(who: AccountId) -> Balance {
	Balances::reducible_balance(&who, Preservation::Preserve, Fortitude::Polite)
}

/// Gives LIT out of nothing, outside of the pallet's books.
pub fn endow_lit(who: AccountId, amount: Balance) {
	<Lit as Mutate<AccountId>>::mint_into(&who, amount).unwrap();
}

pub fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: vec![] })
}

/// The fee of a transaction with `call` before it runs.
pub fn fee_of(call: &RuntimeCall) -> Balance {
	let info = info_of(call);
	TransactionPayment::compute_fee(LENGTH, &info, 0)
}

/// Validates, charges and runs `call` as a transaction of `who`, and corrects the fee to `actual`
/// weight. The inner result is that of the call.
pub fn transact(
	who: AccountId,
	call: RuntimeCall,
	tip: Balance,
	actual: Option<Weight>,
) -> Result<Result<(), sp_runtime::DispatchError>, TransactionValidityError> {
	use sp_runtime::traits::Dispatchable;
	let info = info_of(&call);
	let result = ChargeTransactionPayment::<Test>::from(tip).test_run(
		RuntimeOrigin::signed(who),
		&call.clone(),
		&info,
		LENGTH as usize,
		0,
		|origin| {
			let post = PostDispatchInfo { actual_weight: actual, ..Default::default() };
			call.dispatch(origin).map(|_| post).map_err(|error| {
				sp_runtime::DispatchErrorWithPostInfo { post_info: post, error: error.error }
			})
		},
	)?;
	Ok(result.map(|_| ()).map_err(|error| error.error))
}

/// Validates `call` as a transaction of `who`, as the pool does: nothing of it stays.
pub fn validate(who: AccountId, call: &RuntimeCall) -> Result<(), TransactionValidityError> {
	use sp_runtime::transaction_validity::TransactionSource;
	frame_support::storage::with_transaction(|| {
		let result = ChargeTransactionPayment::<Test>::from(0).validate_only(
			RuntimeOrigin::signed(who),
			call,
			&info_of(call),
			LENGTH as usize,
			TransactionSource::External,
			0,
		);
		frame_support::storage::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(
			result.map(|_| ()),
		))
	})
	.unwrap()
}

/// The weight of `call` without that of the charge, so that fees are the same with and without it.
fn info_of(call: &RuntimeCall) -> DispatchInfo {
	call.get_dispatch_info()
}
