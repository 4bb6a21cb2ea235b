//! The smallest runtime with Delegates, and verbs for tests.

use crate as pallet_superdelegates;
use crate::{ModelHash, ScreeningKey};
use frame_support::{derive_impl, parameter_types, traits::ConstU32, weights::Weight};
use frame_system::EnsureRoot;
use popnet_primitives::{
	content::ContentId,
	traits::{
		DelegateSet, EraObserver, OnLeft, OnMissed, ReportDuty, ScreeningSet, SessionObserver,
	},
	Balance,
};
use sp_runtime::{BuildStorage, DispatchResult};
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
	pub type Superdelegates = pallet_superdelegates;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
}

parameter_types! {
	pub static ActiveDelegates: Vec<AccountId> = vec![];
	pub static Departed: Vec<AccountId> = vec![];
	/// Elected stake where it is not [`STAKE`].
	pub static Stakes: BTreeMap<AccountId, Balance> = BTreeMap::new();
	/// Who was reported, with its strikes, or without for a verdict that was reversed.
	pub static Reported: Vec<(AccountId, Option<u32>)> = vec![];
}

/// Elected stake of a Delegate, unless a test says otherwise.
pub const STAKE: Balance = 100;

pub struct Delegates;
impl DelegateSet<AccountId> for Delegates {
	fn active() -> Vec<AccountId> {
		ActiveDelegates::get()
	}

	fn stake_of(who: &AccountId) -> Balance {
		match Self::is_active(who) {
			true => Stakes::get().get(who).copied().unwrap_or(STAKE),
			false => 0,
		}
	}
}

pub struct RecordDepartures;
impl OnLeft<AccountId> for RecordDepartures {
	fn left(who: &AccountId) {
		assert!(!in_office().contains(who), "told before the member has left");
		Departed::mutate(|departed| departed.push(*who));
	}

	fn weight() -> Weight {
		LEFT_WEIGHT
	}
}

/// What others do when a member leaves.
pub const LEFT_WEIGHT: Weight = Weight::from_parts(7_000, 70);

pub struct RecordReports;
impl ReportDuty<AccountId> for RecordReports {
	fn missed(who: &AccountId, strikes: u32) {
		Reported::mutate(|reported| reported.push((*who, Some(strikes))));
	}

	fn reversed(who: &AccountId) {
		Reported::mutate(|reported| reported.push((*who, None)));
	}

	fn weight() -> Weight {
		REPORT_WEIGHT
	}
}

/// Weight of reporting a strike.
pub const REPORT_WEIGHT: Weight = Weight::from_parts(3_000, 30);

pub const MAX_DELEGATES: u32 = 8;
pub const MAX_CANDIDATES: u32 = 6;
pub const MAX_SEATS: u32 = 4;
pub const COOL_DOWN_ERAS: u32 = 2;
pub const RECALL_ERAS: u32 = 5;
pub const STRIKE_ERAS: u32 = 3;
pub const STRIKES_MAX: u32 = 3;

impl pallet_superdelegates::Config for Test {
	type CoolDownEras = ConstU32<COOL_DOWN_ERAS>;
	type Delegates = Delegates;
	type MaxCandidates = ConstU32<MAX_CANDIDATES>;
	type MaxDelegates = ConstU32<MAX_DELEGATES>;
	type MaxSeats = ConstU32<MAX_SEATS>;
	type Offences = RecordReports;
	type OnLeft = RecordDepartures;
	type RecallEras = ConstU32<RECALL_ERAS>;
	type RecallOrigin = EnsureRoot<AccountId>;
	type SeatsOrigin = EnsureRoot<AccountId>;
	type StrikeEras = ConstU32<STRIKE_ERAS>;
	type StrikesMax = ConstU32<STRIKES_MAX>;
	type WeightInfo = ();
}

/// A chain with five active Delegates of equal stake, 1 ..= 5, and two seats.
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
		Reported::set(vec![]);
		Stakes::set(BTreeMap::new());
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_superdelegates::GenesisConfig::<Test> {
			seats: self.seats,
			members: self.members.into_iter().map(|who| (who, key(who), MODEL)).collect(),
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

pub fn recall(who: AccountId) -> DispatchResult {
	Superdelegates::recall(RuntimeOrigin::root(), who)
}

pub fn declare_model(who: AccountId, model: ModelHash) -> DispatchResult {
	Superdelegates::declare_model(RuntimeOrigin::signed(who), model)
}

/// `who` misses a duty `times` times.
pub fn miss(who: AccountId, times: u32) {
	for _ in 0..times {
		Superdelegates::missed(&who, ContentId([1; 32]));
	}
}

/// A session begins with these Delegates.
pub fn new_session(active: Vec<AccountId>) {
	ActiveDelegates::set(active.clone());
	Superdelegates::on_new_session(active);
}

/// The next era begins with these Delegates, and with it a session.
pub fn new_era(active: Vec<AccountId>) {
	new_session(active);
	Superdelegates::on_new_era(crate::CurrentEra::<Test>::get() + 1);
}

/// The next era begins with the same Delegates.
pub fn next_era() {
	new_era(ActiveDelegates::get());
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
