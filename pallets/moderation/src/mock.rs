//! The smallest runtime with moderation, and verbs for the tests.

use crate as pallet_moderation;
use crate::{crypto::SuperdelegateAuthId, Panel, Panels};
use codec::Encode;
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{ConstU16, ConstU32, Hooks, Randomness},
	weights::Weight,
};
use frame_system::{offchain::AppCrypto, EnsureRoot};
use popnet_primitives::{
	content::{Coding, ContentId, MediaKind, Registration, SEALED_KEY_BYTES},
	moderation::{Category, Decision, Defect, Finding, Seat, Verdict},
	rewards::{RecordWork, Role, Withheld},
	traits::{OnLeft, OnMissed, Registry, Screening, ScreeningSet, ScreeningView},
	AccountId,
};
use sp_runtime::{
	testing::TestXt, traits::IdentityLookup, BuildStorage, DispatchResult, MultiSignature,
	MultiSigner,
};
use std::collections::{BTreeMap, BTreeSet};

pub const COMMIT: u32 = 10;
pub const DEVIATION_MAX: u16 = 1_000;
pub const DRAW_ATTEMPTS: u32 = 3;
pub const DRAW_DELAY: u32 = 2;
pub const DRAW_RETRY: u32 = 4;
pub const KEYS: u32 = 8;
pub const PANEL: u32 = 3;
pub const REVEAL: u32 = 6;
pub const SUBSTITUTES: u32 = 4;
/// Model of every Superdelegate, unless a test says otherwise.
pub const MODEL: [u8; 32] = [7; 32];
/// What others do when a member was silent.
pub const MISSED_WEIGHT: Weight = Weight::from_parts(5_000, 50);
pub const THRESHOLD: u16 = 5_000;
pub const SALT: [u8; 32] = [33; 32];

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Moderation: pallet_moderation,
	}
);

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type Extrinsic = TestXt<RuntimeCall, ()>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Block = Block;
	type Lookup = IdentityLookup<AccountId>;
}

impl frame_system::offchain::SigningTypes for Test {
	type Public = MultiSigner;
	type Signature = MultiSignature;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Test
where
	RuntimeCall: From<C>,
{
	type Extrinsic = Extrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateSignedTransaction<C> for Test
where
	RuntimeCall: From<C>,
{
	fn create_signed_transaction<K: AppCrypto<Self::Public, Self::Signature>>(
		call: RuntimeCall,
		_: MultiSigner,
		_: AccountId,
		nonce: u32,
	) -> Option<Extrinsic> {
		// The test transaction names no account: its number is the nonce.
		Some(Extrinsic::new_signed(call, nonce.into(), (), ()))
	}
}

parameter_types! {
	pub static Members: Vec<AccountId> = (1..=9).map(account).collect();
	pub static Owner: AccountId = account(200);
	pub static Seed: [u8; 32] = [5; 32];
	/// Blocks for which the seed has been known.
	pub static SeedAge: u32 = 0;
	pub static InScreening: BTreeSet<ContentId> = BTreeSet::new();
	pub static Decisions: Vec<(ContentId, Decision)> = vec![];
	pub static AwaitsKey: bool = false;
	pub static Silent: Vec<(AccountId, ContentId)> = vec![];
	/// Whether whoever is silent leaves office at once.
	pub static SilenceExpels: bool = false;
	/// Declared models that are not [`MODEL`].
	pub static Models: BTreeMap<AccountId, [u8; 32]> = BTreeMap::new();
	pub static DutiesMax: u32 = 1_000;
	/// Points that were recorded, or withheld for a reason.
	pub static Work: Vec<(AccountId, u128, Option<Withheld>)> = vec![];
}

/// X25519 key of a Superdelegate.
pub fn screening_key(who: &AccountId) -> [u8; 32] {
	let mut key: [u8; 32] = who.clone().into();
	key[31] = 99;
	key
}

/// The Superdelegates in [`Members`].
pub struct FakeSet;
impl ScreeningSet<AccountId> for FakeSet {
	fn members() -> Vec<(AccountId, [u8; 32])> {
		Members::get().into_iter().map(|who| (who.clone(), screening_key(&who))).collect()
	}

	fn model_of(who: &AccountId) -> Option<[u8; 32]> {
		let declared = Models::get().get(who).copied().unwrap_or(MODEL);
		Members::get().contains(who).then_some(declared)
	}
}

/// `who` leaves office.
pub fn leave(who: &AccountId) {
	Members::mutate(|members| members.retain(|member| member != who));
	<Moderation as OnLeft<AccountId>>::left(who);
}

/// These are in office from now on.
pub fn appoint(members: Vec<AccountId>) {
	for who in Members::get() {
		if !members.contains(&who) {
			leave(&who);
		}
	}
	Members::set(members);
}

/// `who` declares another model.
pub fn declare(who: &AccountId, model: [u8; 32]) {
	Models::mutate(|models| models.insert(who.clone(), model));
}

/// Every item belongs to [`Owner`].
pub struct FakeRegistry;
impl Registry<AccountId> for FakeRegistry {
	fn owner(_: &ContentId) -> Option<AccountId> {
		Some(Owner::get())
	}

	fn registration(id: &ContentId) -> Option<Registration> {
		Some(registration(*id))
	}

	fn awaits_key(_: &ContentId) -> bool {
		AwaitsKey::get()
	}

	fn in_screening() -> Vec<ContentId> {
		InScreening::get().into_iter().collect()
	}

	fn decided(id: ContentId, decision: Decision) {
		InScreening::mutate(|ids| ids.remove(&id));
		Decisions::mutate(|decisions| decisions.push((id, decision)));
	}
}

/// Digests of [`Seed`], known since [`SeedAge`] blocks.
pub struct FakeRandomness;
impl Randomness<[u8; 32], u32> for FakeRandomness {
	fn random(subject: &[u8]) -> ([u8; 32], u32) {
		let digest = sp_io::hashing::blake2_256(&(Seed::get(), subject).encode());
		(digest, System::block_number().saturating_sub(SeedAge::get()))
	}
}

/// Remembers who was silent.
pub struct Recorder;
impl OnMissed<AccountId> for Recorder {
	fn missed(who: &AccountId, id: ContentId) {
		// A member that was expelled in this block may have missed another duty in it.
		let forming = Panels::<Test>::get(id).is_some_and(|panel| panel.is_forming());
		let in_office = Members::get().contains(who);
		assert!(!forming || in_office || SilenceExpels::get(), "blamed after it had left");
		Silent::mutate(|silent| silent.push((who.clone(), id)));
		if SilenceExpels::get() {
			leave(who);
		}
	}

	fn weight() -> Weight {
		MISSED_WEIGHT
	}
}

/// Remembers points.
pub struct WorkBook;
impl RecordWork<AccountId> for WorkBook {
	fn record(role: Role, who: &AccountId, points: u128) {
		assert_eq!(role, Role::Superdelegate);
		Work::mutate(|work| work.push((who.clone(), points, None)));
	}

	fn withhold(role: Role, who: &AccountId, points: u128, reason: Withheld) {
		assert_eq!(role, Role::Superdelegate);
		Work::mutate(|work| work.push((who.clone(), points, Some(reason))));
	}
}

/// The fake registry knows every item; it is told that this one is being screened.
#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for FakeRegistry {
	fn register(owner: &AccountId, id: ContentId) {
		Owner::set(owner.clone());
		InScreening::mutate(|ids| ids.insert(id));
	}
}

impl pallet_moderation::Config for Test {
	type AuthorityId = SuperdelegateAuthId;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FakeRegistry;
	type BlockNumberProvider = System;
	type CommitPeriod = ConstU32<COMMIT>;
	type DeviationMax = ConstU16<DEVIATION_MAX>;
	type DrawAttemptsMax = ConstU32<DRAW_ATTEMPTS>;
	type DrawDelay = ConstU32<DRAW_DELAY>;
	type DrawRetryPeriod = ConstU32<DRAW_RETRY>;
	type DutiesMax = DutiesMax;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type KeysPeriod = ConstU32<KEYS>;
	type OnMissed = Recorder;
	type PanelSize = ConstU32<PANEL>;
	type Randomness = FakeRandomness;
	type Registry = FakeRegistry;
	type RevealPeriod = ConstU32<REVEAL>;
	type ScreeningSet = FakeSet;
	type SubstitutesMax = ConstU32<SUBSTITUTES>;
	type WeightInfo = ();
	type Work = WorkBook;
}

/// Ends what a former test on the same thread has left.
fn forget() {
	Members::set((1..=9).map(account).collect());
	Owner::set(account(200));
	Seed::set([5; 32]);
	SeedAge::set(0);
	InScreening::set(BTreeSet::new());
	Decisions::set(vec![]);
	AwaitsKey::set(false);
	Silent::set(vec![]);
	SilenceExpels::set(false);
	Models::set(BTreeMap::new());
	DutiesMax::set(1_000);
	Work::set(vec![]);
}

/// A state with a policy of `categories`.
pub fn build_with(categories: Vec<Category>) -> sp_io::TestExternalities {
	forget();
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_moderation::GenesisConfig::<Test> { policy: categories, ..Default::default() }
		.assimilate_storage(&mut storage)
		.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

pub fn build() -> sp_io::TestExternalities {
	build_with(vec![category("moderation-test-card", THRESHOLD)])
}

/// Runs `test` and checks the invariants after it.
pub fn build_and_execute(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		Moderation::do_try_state().unwrap();
	});
}

pub fn category(name: &str, threshold: u16) -> Category {
	Category { name: name.as_bytes().to_vec().try_into().unwrap(), threshold }
}

pub fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

pub fn item(n: u8) -> ContentId {
	ContentId([n; 32])
}

pub fn registration(id: ContentId) -> Registration {
	Registration {
		id,
		media: MediaKind::Video,
		size: 1_000,
		plaintext_root: [1; 32],
		key_commitment: [2; 32],
		coding: Coding { data: 36, total: 48 },
		stripes: 1,
		manifest_size: 500,
		stored_size: 2_000,
		sources: vec![b"/ip4/127.0.0.1/tcp/1/p2p/12D3KooW".to_vec().try_into().unwrap()]
			.try_into()
			.unwrap(),
	}
}

pub fn open_item(id: ContentId) -> DispatchResult {
	<Moderation as Screening>::open(id)?;
	InScreening::mutate(|ids| ids.insert(id));
	Ok(())
}

pub fn open(n: u8) -> DispatchResult {
	open_item(item(n))
}

/// Withdraws or forgets item `n`.
pub fn cancel(n: u8) {
	<Moderation as Screening>::cancel(item(n));
	InScreening::mutate(|ids| ids.remove(&item(n)));
}

pub fn view(n: u8) -> ScreeningView {
	<Moderation as Screening>::view(&item(n))
}

pub fn panel(n: u8) -> Panel {
	Panels::<Test>::get(item(n)).unwrap()
}

/// The accounts on the panel, in its order.
pub fn members(n: u8) -> Vec<AccountId> {
	panel(n).members.into_iter().map(|member| member.account).collect()
}

/// Opens the screening of item `n` and has its panel drawn.
pub fn draw(n: u8) -> Vec<AccountId> {
	assert_ok!(open(n));
	run_to(System::block_number() + DRAW_DELAY + 1);
	members(n)
}

pub fn seal_as(owner: AccountId, id: ContentId, count: u8) -> DispatchResult {
	let keys: Vec<_> = (0..count).map(|place| [place; SEALED_KEY_BYTES]).collect();
	Moderation::seal_keys(RuntimeOrigin::signed(owner), id, keys.try_into().unwrap())
}

pub fn seal(n: u8) -> DispatchResult {
	seal_as(Owner::get(), item(n), PANEL as u8)
}

/// Draws the panel of item `n` and seals its keys.
pub fn sealed(n: u8) -> Vec<AccountId> {
	let members = draw(n);
	assert_ok!(seal(n));
	members
}

pub fn score(score: u16) -> Verdict {
	Verdict { finding: Finding::Scored(vec![score].try_into().unwrap()), model: MODEL }
}

pub fn defect(defect: Defect) -> Verdict {
	Verdict { finding: Finding::Defective(defect), model: MODEL }
}

/// What `member` commits to for the present panel of item `n`.
pub fn commitment(member: &AccountId, n: u8, verdict: &Verdict) -> [u8; 32] {
	let round = Panels::<Test>::get(item(n)).map_or(0, |panel| panel.round);
	Seat { id: item(n), round, member }.commitment(verdict, &SALT)
}

pub fn commit(member: &AccountId, n: u8, verdict: &Verdict) -> DispatchResult {
	let hash = commitment(member, n, verdict);
	Moderation::commit(RuntimeOrigin::signed(member.clone()), item(n), hash)
}

pub fn reveal(member: &AccountId, n: u8, verdict: &Verdict) -> DispatchResult {
	Moderation::reveal(RuntimeOrigin::signed(member.clone()), item(n), verdict.clone(), SALT)
}

/// Has each member commit to its verdict and then reveal it.
pub fn vote(members: &[AccountId], n: u8, verdicts: &[Verdict]) {
	for (member, verdict) in members.iter().zip(verdicts) {
		assert_ok!(commit(member, n, verdict));
	}
	for (member, verdict) in members.iter().zip(verdicts) {
		assert_ok!(reveal(member, n, verdict));
	}
}

/// Ends blocks with all the weight they want until `block` begins. Each has a parent hash of its own.
pub fn run_to(block: u32) {
	while System::block_number() < block {
		let now = System::block_number();
		let mut parent = [0; 32];
		parent[..4].copy_from_slice(&now.to_le_bytes());
		frame_support::storage::unhashed::put(
			&frame_support::storage::storage_prefix(b"System", b"ParentHash"),
			&parent,
		);
		Moderation::on_idle(now, Weight::MAX);
		System::set_block_number(now + 1);
	}
}

pub fn events() -> Vec<crate::Event<Test>> {
	let own = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Moderation(event) => Some(event),
		_ => None,
	});
	own.collect()
}
