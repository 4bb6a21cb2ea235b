//! The smallest runtime with Delegates, and verbs for tests.

use crate as pallet_superdelegates;
use crate::{ModelHash, ScreeningKey};
use frame_support::{derive_impl, parameter_types, traits::ConstU32};
use frame_system::EnsureRoot;
use popnet_primitives::traits::{DelegateSet, OnLeft, ScreeningSet, SessionObserver};
use sp_runtime::{BuildStorage, DispatchResult};

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
	pub type Superdelegates = pallet_superdelegates;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

parameter_types! {
	pub static ActiveDelegates: Vec<AccountId> = vec![];
	pub static Departed: Vec<AccountId> = vec![];
}

pub struct Delegates;
impl DelegateSet<AccountId> for Delegates {
	fn active() -> Vec<AccountId> {
		ActiveDelegates::get()
	}
}

pub struct RecordDepartures;
impl OnLeft<AccountId> for RecordDepartures {
	fn left(who: &AccountId) {
		assert!(!in_office().contains(who), "told before the member has left");
		Departed::mutate(|departed| departed.push(*who));
	}
}

pub const MAX_DELEGATES: u32 = 8;
pub const MAX_CANDIDATES: u32 = 6;
pub const MAX_SEATS: u32 = 4;

impl pallet_superdelegates::Config for Test {
	type Delegates = Delegates;
	type MaxCandidates = ConstU32<MAX_CANDIDATES>;
	type MaxDelegates = ConstU32<MAX_DELEGATES>;
	type MaxSeats = ConstU32<MAX_SEATS>;
	type OnLeft = RecordDepartures;
	type SeatsOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
}

/// A chain with five active Delegates, 1 ..= 5, and two seats.
pub struct ExtBuilder {
	seats: u32,
	delegates: Vec<AccountId>,
	members: Vec<AccountId>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { seats: 2, delegates: vec![1, 2, 3, 4, 5], members: vec![] }
	}
}

impl ExtBuilder {
	pub fn seats(mut self, seats: u32) -> Self {
		self.seats = seats;
		self
	}

	pub fn delegates(mut self, delegates: Vec<AccountId>) -> Self {
		self.delegates = delegates;
		self
	}

	pub fn members(mut self, members: Vec<AccountId>) -> Self {
		self.members = members;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		ActiveDelegates::set(self.delegates);
		Departed::set(vec![]);
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_superdelegates::GenesisConfig::<Test> {
			seats: self.seats,
			members: self.members.into_iter().map(|who| (who, key(who), [0; 32])).collect(),
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
			Superdelegates::do_try_state().unwrap();
		});
	}
}

/// A screening key that belongs to `who`.
pub fn key(who: AccountId) -> ScreeningKey {
	let secret = x25519_dalek::StaticSecret::from([who.to_le_bytes()[0] + 1; 32]);
	x25519_dalek::PublicKey::from(&secret).to_bytes()
}

pub const MODEL: ModelHash = [7; 32];

pub fn stand(who: AccountId) -> DispatchResult {
	Superdelegates::stand(RuntimeOrigin::signed(who), key(who), MODEL)
}

pub fn withdraw(who: AccountId) -> DispatchResult {
	Superdelegates::withdraw(RuntimeOrigin::signed(who))
}

pub fn approve(voter: AccountId, candidate: AccountId) -> DispatchResult {
	Superdelegates::approve(RuntimeOrigin::signed(voter), candidate)
}

pub fn disapprove(voter: AccountId, candidate: AccountId) -> DispatchResult {
	Superdelegates::disapprove(RuntimeOrigin::signed(voter), candidate)
}

/// `candidate` stands and all of `voters` approve.
pub fn stand_with(candidate: AccountId, voters: &[AccountId]) {
	stand(candidate).unwrap();
	for voter in voters {
		approve(*voter, candidate).unwrap();
	}
}

/// A session begins with these Delegates.
pub fn new_session(active: Vec<AccountId>) {
	ActiveDelegates::set(active.clone());
	Superdelegates::on_new_session(active);
}

/// Superdelegates in office, in order.
pub fn in_office() -> Vec<AccountId> {
	Superdelegates::members().into_iter().map(|(who, _)| who).collect()
}

/// Events of this pallet since the last call.
pub fn take_events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}
