//! The smallest runtime in which eras end and pay, and verbs for tests.

use crate as pallet_rewards;
use crate::{EraReward, Record, RoleReward, WeightInfo};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	storage::unhashed,
	traits::{
		fungible::{Balanced, Inspect, Mutate},
		ConstU128, Hooks, OnUnbalanced,
	},
	weights::Weight,
	PalletId,
};
use frame_system::EnsureRoot;
use popnet_primitives::{
	economics::POP,
	rewards::{
		Compound, PaidTo, Payment, RecordWork, Role, StakerPage, StakerPayouts, Withheld, Work,
		WorkSource,
	},
	Balance,
};
use sp_runtime::{traits::AccountIdConversion, BuildStorage, DispatchError, DispatchResult};
use sp_staking::{EraIndex, EraPayout};
use std::collections::BTreeMap;

pub type AccountId = u64;

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
	pub type Rewards = pallet_rewards;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type Block = frame_system::mocking::MockBlock<Test>;
}

/// Least POP of an account.
pub const MINIMUM: Balance = POP / 100;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<MINIMUM>;
}

/// Account of the treasury, alive at genesis.
pub const TREASURY: AccountId = 100;
/// What the treasury has at genesis, and accounts 1 ..= 6.
pub const ENDOWMENT: Balance = 1_000 * POP;
/// What an account holds for having its rewards bonded.
pub const DEPOSIT: Balance = POP / 10;
/// Ended eras that are remembered.
pub const HISTORY: u32 = 4;
/// Weight of asking a Masternode for its work.
pub const WORK_WEIGHT: Weight = Weight::from_parts(7_000, 70);
/// Weight of bonding a reward.
pub const COMPOUND_WEIGHT: Weight = Weight::from_parts(11_000, 110);
/// Weight of paying a page of stakers, at most; one page takes half of it.
pub const PAGE_WEIGHT: Weight = Weight::from_parts(500_000_000, 130_000);

parameter_types! {
	pub const RewardsPalletId: PalletId = PalletId(*b"pop/rwrd");
	pub const Treasury: AccountId = TREASURY;
	pub static ActiveEra: EraIndex = 0;
	pub static Pool: Balance = 320_000_000 * POP;
	pub static PoolBlocks: u32 = 1_000;
	pub static Depth: u32 = HISTORY;
	/// Work of Masternodes that is not taken yet. Those with none are Masternodes too.
	pub static Worked: BTreeMap<AccountId, Work> = BTreeMap::new();
	/// What was bonded, in order.
	pub static Bonded: Vec<(AccountId, Balance)> = vec![];
	pub static BondingFails: bool = false;
	/// Pages of stakers of each era.
	pub static Pages: BTreeMap<EraIndex, Vec<StakerPage<AccountId>>> = BTreeMap::new();
	/// What each page and each bond registers by itself, beside what is reported.
	pub static Registers: Weight = Weight::zero();
	/// Pages that were paid, in order.
	pub static PaidPages: Vec<(EraIndex, StakerPage<AccountId>)> = vec![];
}

/// Masternodes whose work the tests invent.
pub struct Masternodes;
impl WorkSource<AccountId> for Masternodes {
	fn next(after: Option<&AccountId>) -> Option<AccountId> {
		let worked = Worked::get();
		match after {
			Some(after) => worked.range(after + 1..).next().map(|(who, _)| *who),
			None => worked.keys().next().copied(),
		}
	}

	fn take(who: &AccountId) -> Work {
		Worked::mutate(|worked| worked.get_mut(who).map(std::mem::take).unwrap_or_default())
	}

	fn pending(who: &AccountId) -> Work {
		Worked::get().get(who).copied().unwrap_or_default()
	}

	fn weight_max() -> Weight {
		WORK_WEIGHT
	}
}

const BONDING: &[u8] = b"bonding";

/// As stake does that changes.
fn register() {
	System::register_extra_weight_unchecked(Registers::get(), DispatchClass::Mandatory);
}

/// Remembers what is bonded.
pub struct Bonds;
impl Compound<AccountId> for Bonds {
	fn compound(who: &AccountId, amount: Balance) -> DispatchResult {
		assert!(Balances::balance(who) >= amount, "bonded before it was paid");
		// Something to be rolled back when it fails.
		unhashed::put(BONDING, who);
		if BondingFails::get() {
			return Err(DispatchError::Other("no bond"));
		}
		unhashed::kill(BONDING);
		register();
		Bonded::mutate(|bonded| bonded.push((*who, amount)));
		Ok(())
	}

	fn weight() -> Weight {
		COMPOUND_WEIGHT
	}

	fn weight_max() -> Weight {
		COMPOUND_WEIGHT
	}
}

/// Remembers which pages are paid.
pub struct Stakers;
impl StakerPayouts<AccountId> for Stakers {
	fn pay_next(
		era: EraIndex,
		after: Option<&StakerPage<AccountId>>,
	) -> Option<(StakerPage<AccountId>, Weight)> {
		let pages = Pages::get().remove(&era).unwrap_or_default();
		let position = match after {
			Some(after) => pages.iter().position(|page| page == after).unwrap() + 1,
			None => 0,
		};
		let page = pages.get(position)?.clone();
		PaidPages::mutate(|paid| paid.push((era, page.clone())));
		register();
		Some((page, PAGE_WEIGHT / 2))
	}

	fn weight_max() -> Weight {
		PAGE_WEIGHT
	}

	fn look_weight() -> Weight {
		PAGE_WEIGHT
	}
}

impl pallet_rewards::Config for Test {
	type Compound = Bonds;
	type CompoundDeposit = ConstU128<DEPOSIT>;
	type Currency = Balances;
	type Era = ActiveEra;
	type HistoryDepth = Depth;
	type Masternodes = Masternodes;
	type PalletId = RewardsPalletId;
	type ParameterOrigin = EnsureRoot<AccountId>;
	type RewardBlocks = PoolBlocks;
	type RewardPool = Pool;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stakers = Stakers;
	type Treasury = Treasury;
	type WeightInfo = ();
}

/// A chain in its first era, where accounts 1 ..= 6 and the treasury have POP.
pub struct ExtBuilder {
	pool: Balance,
	blocks: u32,
	endowed: Vec<AccountId>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		let endowed = (1..=6).chain([TREASURY]).collect();
		Self { pool: 320_000_000 * POP, blocks: 1_000, endowed }
	}
}

impl ExtBuilder {
	/// A pool of `pool` units over `blocks` blocks.
	pub fn pool(mut self, pool: Balance, blocks: u32) -> Self {
		(self.pool, self.blocks) = (pool, blocks);
		self
	}

	/// Only these accounts have POP.
	pub fn endowed(mut self, endowed: Vec<AccountId>) -> Self {
		self.endowed = endowed;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		ActiveEra::set(0);
		Pool::set(self.pool);
		PoolBlocks::set(self.blocks);
		Depth::set(HISTORY);
		Worked::set(BTreeMap::new());
		Bonded::set(vec![]);
		BondingFails::set(false);
		Pages::set(BTreeMap::new());
		PaidPages::set(vec![]);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: self.endowed.into_iter().map(|who| (who, ENDOWMENT)).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut externalities = sp_io::TestExternalities::new(storage);
		externalities.execute_with(|| System::set_block_number(1));
		externalities
	}

	/// Runs `test`, then checks the invariants.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Rewards::do_try_state().unwrap();
		});
	}
}

pub fn skip(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
}

/// Ends the active era as staking does. Returns what staking keeps for stakers.
pub fn end_era() -> Balance {
	let (stakers, rest) = Rewards::era_payout(0, Balances::total_issuance(), 0);
	Rewards::on_unbalanced(Balances::issue(rest));
	ActiveEra::mutate(|era| *era += 1);
	stakers
}

/// A hundred blocks pass and the active era ends. Returns what it pays.
pub fn era() -> EraReward {
	let ending = ActiveEra::get();
	skip(100);
	end_era();
	crate::Eras::<Test>::get(ending).unwrap()
}

/// A block with room for `weight` after its transactions.
pub fn idle(weight: Weight) -> Weight {
	Rewards::on_idle(System::block_number(), weight)
}

/// A block with all the room there is.
pub fn settle_all() {
	idle(Weight::MAX);
}

pub fn works(role: Role, who: AccountId, points: u128) {
	Rewards::record(role, &who, points);
}

pub fn withhold(role: Role, who: AccountId, points: u128, reason: Withheld) {
	Rewards::withhold(role, &who, points, reason);
}

/// A Masternode earns points, to be collected at the end of the era.
pub fn serves(who: AccountId, earned: u128, suspended: u128) {
	Worked::mutate(|worked| {
		let work = worked.entry(who).or_default();
		work.earned += earned;
		work.suspended += suspended;
	});
}

pub fn pay(era: EraIndex, role: Role, who: AccountId) -> DispatchResult {
	Rewards::pay(RuntimeOrigin::signed(9), era, role, who).map(|_| ()).map_err(|error| error.error)
}

/// POP in the free balance.
pub fn pop(who: AccountId) -> Balance {
	<Balances as Inspect<AccountId>>::balance(&who)
}

/// Gives POP out of nothing.
pub fn endow(who: AccountId, amount: Balance) {
	<Balances as Mutate<AccountId>>::mint_into(&who, amount).unwrap();
}

/// The account that holds what is to be paid.
pub fn pot() -> AccountId {
	RewardsPalletId::get().into_account_truncating()
}

pub fn record_of(era: EraIndex, role: Role, who: AccountId) -> Record {
	crate::Records::<Test>::get((era, role, who)).unwrap()
}

pub fn role_of(era: EraIndex, role: Role) -> RoleReward {
	crate::Roles::<Test>::get(era, role).unwrap()
}

/// What `who` was paid, and where to.
pub fn paid(era: EraIndex, role: Role, who: AccountId) -> Option<(Balance, PaidTo)> {
	match record_of(era, role, who).payment {
		Payment::Pending => None,
		Payment::Paid { amount, to } => Some((amount, to)),
	}
}

/// What a failed bond has left in the storage.
pub fn half_bonded() -> bool {
	unhashed::exists(BONDING)
}

/// Room for `look` and this much.
pub fn room(weight: Weight) -> Weight {
	<() as WeightInfo>::look() + weight
}

/// Events of this pallet since the last call.
pub fn take_events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}
