//! The smallest runtime with a registry, and verbs for the tests.

use crate as pallet_content;
use crate::{key_commitment, HoldReason, Items};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{fungible::InspectHold, ConstU128, ConstU32, Hooks, StorageMapShim},
	weights::Weight,
};
use frame_system::offchain::AppCrypto;
use popnet_primitives::{
	content::{Address, Coding, ContentId, ContentState, MediaKind, Registration},
	moderation::{Decision, Defect, RejectReason, RiskVector},
	rewards::{RecordWork, Role, Withheld},
	services::crypto::superdelegate,
	traits::{OnPlaced, Placer, Registry, Screening, ScreeningView},
	AccountId, Balance,
};
use sp_runtime::{
	testing::TestXt, traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult,
	MultiSignature, MultiSigner, Perbill,
};

pub const APPEAL: u32 = 30;
pub const GRACE: u32 = 50;
pub const KEY_PERIOD: u32 = 20;
pub const ROUND: u32 = 3;
pub const SCREENING_WEIGHT: Weight = Weight::from_parts(7_000, 70);
pub const PLACE_WEIGHT: Weight = Weight::from_parts(8_000, 80);
pub const DROP_WEIGHT: Weight = Weight::from_parts(9_000, 90);
pub const EXPIRY_WEIGHT: Weight = Weight::from_parts(10_000, 100);
/// Least LIT of an account.
pub const LIT_MIN: Balance = 18;
/// What it leaves after the burn of 10 %, rounded up, is exactly that.
pub const TIP_MIN: Balance = 20;
pub const BASE: Balance = 100;
pub const PER_MIB: Balance = 7;
pub const ITEMS_MAX: u32 = 4;
pub const ENDOWMENT: Balance = 1_000_000;
pub const MIB: u64 = 1024 * 1024;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Content: pallet_content,
		Lit: pallet_balances::<Instance2>,
	}
);

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type Extrinsic = TestXt<RuntimeCall, ()>;

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountData = pallet_balances::AccountData<Balance>;
	type AccountId = AccountId;
	type Block = Block;
	type Lookup = IdentityLookup<AccountId>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<1>;
}

type LitInstance = pallet_balances::Instance2;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config<LitInstance> for Test {
	type AccountStore = StorageMapShim<
		pallet_balances::Account<Test, LitInstance>,
		AccountId,
		pallet_balances::AccountData<Balance>,
	>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<LIT_MIN>;
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

/// Superdelegates' keys.
pub struct TestAuthId;
impl AppCrypto<MultiSigner, MultiSignature> for TestAuthId {
	type GenericPublic = sp_core::sr25519::Public;
	type GenericSignature = sp_core::sr25519::Signature;
	type RuntimeAppPublic = superdelegate::Public;
}

parameter_types! {
	pub static Admitted: Coding = Coding { data: 36, total: 48 };
	pub static Placements: Vec<ContentId> = vec![];
	pub static PlacingFails: bool = false;
	pub static Screenings: Vec<ContentId> = vec![];
	pub static ScreeningFails: bool = false;
	pub static Panel: Vec<AccountId> = vec![];
	pub static KeysSealed: bool = false;
	pub static DrawnIn: u32 = 0;
	pub static TipBurn: Perbill = Perbill::from_percent(10);
	/// Points that creators have got.
	pub static Recorded: Vec<(AccountId, u128)> = vec![];
}

/// Remembers what creators are credited with.
pub struct Recorder;
impl RecordWork<AccountId> for Recorder {
	fn record(role: Role, who: &AccountId, points: u128) {
		assert_eq!(role, Role::Creator);
		Recorded::mutate(|seen| seen.push((who.clone(), points)));
	}

	fn withhold(_: Role, _: &AccountId, _: u128, _: Withheld) {
		panic!("the registry withholds nothing");
	}
}

/// Remembers placements; admits one code.
pub struct FakePlacer;
#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for FakePlacer {
	/// Twelve always are.
	fn activate_masternode() {}
}
impl Placer for FakePlacer {
	fn active() -> u32 {
		12
	}

	fn admits(coding: Coding) -> bool {
		coding == Admitted::get()
	}

	fn place(registration: &Registration) -> DispatchResult {
		let id = registration.id;
		// Something to be rolled back when it fails.
		frame_support::storage::unhashed::put(b"placing", &id);
		if PlacingFails::get() {
			return Err(DispatchError::Other("no place"));
		}
		Placements::mutate(|ids| ids.push(id));
		Ok(())
	}

	fn drop(id: ContentId) {
		Placements::mutate(|ids| ids.retain(|other| *other != id));
	}

	fn weight_of_place() -> Weight {
		PLACE_WEIGHT
	}

	fn weight_of_drop() -> Weight {
		DROP_WEIGHT
	}

	fn weight_of_expiry() -> Weight {
		EXPIRY_WEIGHT
	}
}

/// Remembers screenings; all have one panel.
pub struct FakeScreening;
impl Screening for FakeScreening {
	fn open(id: ContentId) -> DispatchResult {
		if ScreeningFails::get() {
			return Err(DispatchError::Other("no screening"));
		}
		Screenings::mutate(|ids| ids.push(id));
		Ok(())
	}

	fn cancel(id: ContentId) {
		Screenings::mutate(|ids| ids.retain(|other| *other != id));
	}

	fn weight_of_item() -> Weight {
		SCREENING_WEIGHT
	}

	fn view(id: &ContentId) -> ScreeningView {
		if !Screenings::get().contains(id) {
			return ScreeningView::default();
		}
		ScreeningView {
			round: DrawnIn::get(),
			panel: Panel::get().into_iter().map(|member| (member, [9; 32])).collect(),
			keys_sealed: KeysSealed::get(),
			committed: 3,
			revealed: 2,
			risk: Some(vec![17].try_into().unwrap()),
			categories: vec![b"violence".to_vec().try_into().unwrap()],
		}
	}
}

impl pallet_content::Config for Test {
	type AppealPeriod = ConstU32<APPEAL>;
	type AuthorityId = TestAuthId;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FakePlacer;
	type BlockNumberProvider = System;
	type Currency = Balances;
	type DepositBase = ConstU128<BASE>;
	type DepositPerMib = ConstU128<PER_MIB>;
	type GracePeriod = ConstU32<GRACE>;
	type KeyPeriod = ConstU32<KEY_PERIOD>;
	type Lit = Lit;
	type MaxItemsPerOwner = ConstU32<ITEMS_MAX>;
	type Placer = FakePlacer;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Screening = FakeScreening;
	type TipBurn = TipBurn;
	type TipMin = ConstU128<TIP_MIN>;
	type WeightInfo = ();
	type Work = Recorder;
}

pub fn build() -> sp_io::TestExternalities {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: vec![(account(1), ENDOWMENT), (account(2), ENDOWMENT)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_balances::GenesisConfig::<Test, LitInstance> {
		balances: vec![(account(2), ENDOWMENT)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	let mut ext = sp_io::TestExternalities::from(storage);
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs `test` and checks the invariants after it.
pub fn build_and_execute(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		Content::do_try_state().unwrap();
	});
}

pub fn account(n: u8) -> AccountId {
	AccountId::new([n; 32])
}

pub fn item(n: u8) -> ContentId {
	ContentId([n; 32])
}

/// The content key of item `n`.
pub fn key(n: u8) -> [u8; 32] {
	[n.wrapping_add(100); 32]
}

pub fn address() -> Address {
	b"/ip4/127.0.0.1/tcp/30500/p2p/12D3KooW".to_vec().try_into().unwrap()
}

/// A registration of 10 MiB that everything admits.
pub fn registration(n: u8) -> Registration {
	Registration {
		id: item(n),
		media: MediaKind::Video,
		size: 10 * MIB,
		plaintext_root: [1; 32],
		key_commitment: key_commitment(&key(n)),
		coding: Coding { data: 36, total: 48 },
		stripes: 5,
		manifest_size: 9_000,
		stored_size: 13_981_152,
		sources: vec![address()].try_into().unwrap(),
	}
}

/// What [`registration`] costs: 14 started MiB.
pub const DEPOSIT: Balance = BASE + REST;
/// The part of it that is not the base.
pub const REST: Balance = 14 * PER_MIB;

/// Ends blocks up to `block`, which begins.
pub fn run_to(block: u32) {
	while System::block_number() < block {
		Content::on_idle(System::block_number(), Weight::MAX);
		System::set_block_number(System::block_number() + 1);
	}
}

/// A panel is drawn for all items that are being screened.
pub fn draw_panel() {
	Panel::set(vec![account(11), account(12), account(13)]);
	DrawnIn::set(ROUND);
}

/// The panel is sent home; another one is still to be drawn.
pub fn dismiss_panel() {
	Panel::set(vec![]);
	KeysSealed::set(false);
}

pub fn register(who: u8, n: u8) -> DispatchResult {
	Content::register(RuntimeOrigin::signed(account(who)), registration(n))
}

pub fn withdraw(who: u8, n: u8) -> DispatchResult {
	Content::withdraw(RuntimeOrigin::signed(account(who)), item(n))
}

pub fn publish_key(n: u8) -> DispatchResult {
	Content::publish_key(RuntimeOrigin::signed(account(2)), item(n), key(n))
}

pub fn reclaim(who: u8, n: u8) -> DispatchResult {
	Content::reclaim_deposit(RuntimeOrigin::signed(account(who)), item(n))
}

pub fn retire(who: u8, n: u8) -> DispatchResult {
	Content::retire(RuntimeOrigin::signed(account(who)), item(n))
}

pub fn forget(who: u8, n: u8) -> DispatchResult {
	Content::forget(RuntimeOrigin::signed(account(who)), item(n))
}

pub fn tip(who: u8, n: u8, amount: Balance) -> DispatchResult {
	Content::tip(RuntimeOrigin::signed(account(who)), item(n), amount)
}

pub fn comment(who: u8, n: u8, text: &[u8]) -> DispatchResult {
	let text = text.to_vec().try_into().unwrap();
	Content::comment(RuntimeOrigin::signed(account(who)), item(n), text)
}

pub fn play(who: u8, n: u8) -> DispatchResult {
	Content::play(RuntimeOrigin::signed(account(who)), item(n))
}

pub fn decide(n: u8, decision: Decision) {
	<Content as Registry<AccountId>>::decided(item(n), decision);
}

pub fn approve(n: u8) {
	decide(n, Decision::Approve(RiskVector::default()));
}

pub fn by_policy() -> RejectReason {
	RejectReason::Policy { category: 0, score: 9_000 }
}

pub fn by_defect() -> RejectReason {
	RejectReason::Defective(Defect::NotMedia)
}

/// Item `n` of account 1, registered, approved and placed.
pub fn available(n: u8) {
	assert_ok!(register(1, n));
	approve(n);
	assert_ok!(publish_key(n));
	<Content as OnPlaced>::placed(item(n));
}

pub fn state(n: u8) -> ContentState {
	Items::<Test>::get(item(n)).unwrap().state
}

/// LIT units of account `who`.
pub fn lit(who: u8) -> Balance {
	Lit::free_balance(account(who))
}

/// POP units on hold for the items of account `who`.
pub fn held(who: u8) -> Balance {
	Balances::balance_on_hold(&HoldReason::ContentDeposit.into(), &account(who))
}

pub fn events() -> Vec<crate::Event<Test>> {
	let own = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Content(event) => Some(event),
		_ => None,
	});
	own.collect()
}
