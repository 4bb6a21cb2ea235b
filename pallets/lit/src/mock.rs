//! The smallest runtime in which POP is bonded and LIT pays.

use crate as pallet_lit;
use frame_support::{
	derive_impl, parameter_types,
	traits::{
		fungible::{InspectHold, MutateHold},
		tokens::Precision,
		ConstU128, ConstU64, StorageMapShim,
	},
};
use frame_system::EnsureRoot;
use popnet_primitives::{
	economics::{INDEX_SCALE, LIT, POP},
	traits::StakeOf,
	Balance,
};
use sp_runtime::BuildStorage;

pub type AccountId = u64;

/// Gives the mock something to hold POP for.
#[frame_support::pallet]
pub mod bonding {
	#[pallet::config]
	pub trait Config: frame_system::Config {}
	#[pallet::pallet]
	pub struct Pallet<T>(_);
	#[pallet::composite_enum]
	pub enum HoldReason {
		Bonded,
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
}

impl bonding::Config for Test {}

pub struct Held;
impl StakeOf<AccountId> for Held {
	fn stake_of(who: &AccountId) -> Balance {
		Balances::balance_on_hold(&REASON, who)
	}
}

/// One thousandth of a LIT per POP and block.
pub const RATE: u128 = INDEX_SCALE / 1_000;
pub const REASON: RuntimeHoldReason = RuntimeHoldReason::Bonding(bonding::HoldReason::Bonded);

parameter_types! {
	pub const RateMin: u128 = RATE / 100;
	pub const RateMax: u128 = RATE * 100;
}

impl pallet_lit::Config for Test {
	type BlocksPerDay = ConstU64<100>;
	type Lit = Lit;
	type RateMax = RateMax;
	type RateMin = RateMin;
	type RateOrigin = EnsureRoot<AccountId>;
	type Stake = Held;
	type WeightInfo = ();
}

type Observed = pallet_lit::ObservedHolds<Balances, Generation>;

/// Runs `test` on a chain where accounts 1 ..= 9 hold a million POP each, then checks invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: (1..=9).map(|who| (who, 1_000_000 * POP)).collect(),
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_lit::GenesisConfig::<Test> { rate: RATE, ..Default::default() }
		.assimilate_storage(&mut storage)
		.unwrap();
	let mut externalities = sp_io::TestExternalities::new(storage);
	externalities.execute_with(|| {
		System::set_block_number(1);
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
	use frame_support::traits::fungible::BalancedHold;
	drop(Observed::slash(&REASON, &who, amount));
}

pub fn skip(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
}
