//! The smallest runtime with Masternodes, and verbs for the tests.

use crate as pallet_masternodes;
use crate::{crypto::MasternodeAuthId, Masternodes as Nodes, Rosters, Standing};
use frame_support::{
	assert_ok, derive_impl, parameter_types,
	traits::{ConstU128, ConstU32, Hooks},
	weights::Weight,
};
use popnet_primitives::{
	content::{Address, Addresses, Coding, ContentId, MediaKind, Registration},
	placement,
	rewards::{RecordWork, Role, Withheld, Work},
	traits::{OnPlaced, Placer, StakeObserver},
	AccountId, Balance,
};
use sp_runtime::{
	testing::TestXt, traits::IdentityLookup, BuildStorage, DispatchResult, MultiSignature,
	MultiSigner,
};

pub const BOND: Balance = 50_000;
pub const UNBONDING: u32 = 20;
pub const PLACEMENT: u32 = 10;
/// First block after a placement's opening at which its slots may be declined.
pub const DECLINABLE: u32 = 8;
pub const RETAIN: u32 = 5;
pub const MASTERNODES_MAX: u32 = 300;
pub const ENDOWMENT: Balance = 100_000;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Masternodes: pallet_masternodes,
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
	fn create_signed_transaction<
		K: frame_system::offchain::AppCrypto<Self::Public, Self::Signature>,
	>(
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
	pub static Placed: Vec<ContentId> = vec![];
	pub static Expired: Vec<ContentId> = vec![];
	pub static StakeChanges: Vec<(AccountId, Balance)> = vec![];
	/// Points recorded, and withheld for suspension.
	pub static Recorded: Vec<(AccountId, Work)> = vec![];
}

/// What the observer of placements is said to take.
pub const OBSERVER_WEIGHT: Weight = Weight::from_parts(5_000, 50);

/// Records what it is told.
pub struct Recorder;
impl OnPlaced for Recorder {
	fn placed(id: ContentId) {
		Placed::mutate(|ids| ids.push(id));
	}

	fn expired(id: ContentId) {
		Expired::mutate(|ids| ids.push(id));
	}

	fn weight() -> Weight {
		OBSERVER_WEIGHT
	}
}
impl RecordWork<AccountId> for Recorder {
	fn record(role: Role, who: &AccountId, earned: u128) {
		assert_eq!(role, Role::Masternode);
		Recorded::mutate(|seen| seen.push((who.clone(), Work { earned, suspended: 0 })));
	}

	fn withhold(role: Role, who: &AccountId, suspended: u128, reason: Withheld) {
		assert_eq!((role, reason), (Role::Masternode, Withheld::Suspended));
		Recorded::mutate(|seen| seen.push((who.clone(), Work { earned: 0, suspended })));
	}
}
impl StakeObserver<AccountId> for Recorder {
	fn stake_changed(who: &AccountId) {
		StakeChanges::mutate(|seen| seen.push((who.clone(), Masternodes::bonded(who))));
	}
}

impl pallet_masternodes::Config for Test {
	type AuthorityId = MasternodeAuthId;
	type BlockNumberProvider = System;
	type Bond = ConstU128<BOND>;
	type Currency = Balances;
	type MaxMasternodes = ConstU32<MASTERNODES_MAX>;
	type OnPlaced = Recorder;
	type PlacementPeriod = ConstU32<PLACEMENT>;
	type RetainInterval = ConstU32<RETAIN>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type StakeObserver = Recorder;
	type UnbondingPeriod = ConstU32<UNBONDING>;
	type WeightInfo = ();
	type Work = Recorder;
}

/// A state with some registered Masternodes, `account(0)` the first.
#[derive(Default)]
pub struct ExtBuilder {
	nodes: u32,
}

impl ExtBuilder {
	pub fn nodes(mut self, nodes: u32) -> Self {
		self.nodes = nodes;
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
		pallet_balances::GenesisConfig::<Test> {
			balances: (0..MASTERNODES_MAX + 10).map(|n| (account(n), ENDOWMENT)).collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		pallet_masternodes::GenesisConfig::<Test> {
			masternodes: (0..self.nodes)
				.map(|n| (account(n), vec![address(n).into_inner()]))
				.collect(),
			..Default::default()
		}
		.assimilate_storage(&mut storage)
		.unwrap();
		let mut ext = sp_io::TestExternalities::from(storage);
		ext.execute_with(|| System::set_block_number(1));
		ext
	}

	/// Runs `test` and checks the invariants after it.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Masternodes::do_try_state().unwrap();
		});
	}
}

pub fn account(n: u32) -> AccountId {
	let mut bytes = [1; 32];
	bytes[..4].copy_from_slice(&n.to_be_bytes());
	AccountId::new(bytes)
}

pub fn address(n: u32) -> Address {
	format!("/ip4/127.0.0.1/tcp/{}/p2p/12D3KooW{n}", 30_000 + n).into_bytes().try_into().unwrap()
}

pub fn addresses(n: u32) -> Addresses {
	vec![address(n)].try_into().unwrap()
}

pub fn item(n: u8) -> ContentId {
	ContentId([n; 32])
}

/// An item of many.
pub fn numbered(n: u32) -> ContentId {
	ContentId(account(n).into())
}

pub fn register(n: u32) -> DispatchResult {
	Masternodes::register(RuntimeOrigin::signed(account(n)), addresses(n))
}

pub fn leave(n: u32) -> DispatchResult {
	Masternodes::leave(RuntimeOrigin::signed(account(n)))
}

pub fn withdraw(n: u32) -> DispatchResult {
	Masternodes::withdraw(RuntimeOrigin::signed(account(n)))
}

/// Places item `n` with the code that the present network asks for.
pub fn place(n: u8) -> DispatchResult {
	place_with(n, Masternodes::coding().unwrap())
}

pub fn place_with(n: u8, coding: Coding) -> DispatchResult {
	<Masternodes as Placer>::place(&registration(item(n), coding, 1_000))
}

/// Places item `n`, whose shards take `stored_size` bytes together.
pub fn place_sized(n: u8, stored_size: u64) -> DispatchResult {
	let coding = Masternodes::coding().unwrap();
	<Masternodes as Placer>::place(&registration(item(n), coding, stored_size))
}

pub fn registration(id: ContentId, coding: Coding, stored_size: u64) -> Registration {
	Registration {
		id,
		media: MediaKind::Video,
		size: 500,
		plaintext_root: [1; 32],
		key_commitment: [2; 32],
		coding,
		stripes: 1,
		manifest_size: 1_000,
		stored_size,
		sources: addresses(999),
	}
}

pub fn acknowledge(node: u32, items: &[u8]) -> DispatchResult {
	let ids = items.iter().map(|n| item(*n)).collect::<Vec<_>>().try_into().unwrap();
	Masternodes::acknowledge(RuntimeOrigin::signed(account(node)), ids)
}

pub fn decline(node: u32, items: &[u8]) -> DispatchResult {
	let ids = items.iter().map(|n| item(*n)).collect::<Vec<_>>().try_into().unwrap();
	Masternodes::decline(RuntimeOrigin::signed(account(node)), ids)
}

pub fn suspend(n: u32) -> DispatchResult {
	Masternodes::suspend(RuntimeOrigin::signed(account(n)))
}

pub fn resume(n: u32) -> DispatchResult {
	Masternodes::resume(RuntimeOrigin::signed(account(n)))
}

pub fn evict(n: u32) -> DispatchResult {
	Masternodes::evict(RuntimeOrigin::root(), account(n))
}

pub fn standing(n: u32) -> Standing {
	Nodes::<Test>::get(account(n)).unwrap().standing
}

/// Places item `n` and has every active Masternode acknowledge it.
pub fn place_completely(n: u8) {
	place_without(n, &[]);
}

/// Places item `n` and has every active Masternode but `silent` acknowledge it.
pub fn place_without(n: u8, silent: &[u32]) {
	assert_ok!(place(n));
	acknowledge_without(n, silent);
}

/// Has every Masternode in the roster of item `n` but `silent` acknowledge it.
pub fn acknowledge_without(n: u8, silent: &[u32]) {
	let silent: Vec<AccountId> = silent.iter().copied().map(account).collect();
	for node in Rosters::<Test>::get(item(n)).unwrap() {
		if !silent.contains(&node) {
			let ids = vec![item(n)].try_into().unwrap();
			assert_ok!(Masternodes::acknowledge(RuntimeOrigin::signed(node), ids));
		}
	}
}

pub fn active() -> u32 {
	<Masternodes as Placer>::active()
}

pub fn tolerated() -> u32 {
	placement::tolerated_losses(active())
}

/// Ends blocks with all the weight they want until `block` begins.
pub fn run_to(block: u32) {
	while System::block_number() < block {
		Masternodes::on_idle(System::block_number(), Weight::MAX);
		System::set_block_number(System::block_number() + 1);
	}
}

pub fn events() -> Vec<crate::Event<Test>> {
	let own = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Masternodes(event) => Some(event),
		_ => None,
	});
	own.collect()
}
