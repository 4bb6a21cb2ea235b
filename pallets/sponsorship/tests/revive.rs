//! Plans and the real virtual machine: signed Ethereum transactions to a real contract, through the
//! executive, from accounts that have nothing.
#![allow(missing_docs, clippy::unwrap_used)]

use codec::Encode;
use frame_support::{
	assert_ok, derive_impl,
	dispatch::DispatchClass,
	parameter_types,
	storage::{with_transaction, TransactionOutcome},
	traits::{
		fungible::{Inspect, InspectHold},
		ConstBool, ConstU128, ConstU32, ConstU8, StorageMapShim, VariantCountOf,
	},
	weights::{
		constants::{ParityDbWeight, WEIGHT_REF_TIME_PER_SECOND},
		ConstantMultiplier, Weight,
	},
	BoundedVec,
};
use frame_system::{limits::BlockWeights, EnsureSigned};
use pallet_revive::{
	evm::{
		fees::{BlockRatioFee, Info},
		runtime::{EthExtra, SetWeightLimit, UncheckedExtrinsic},
		tx_extension::SetOrigin,
		Account, GenericTransaction, InputOrData, TransactionUnsigned,
	},
	AccountId32Mapper, AddressMapper, AutoMapper, RUNTIME_PALLETS_ADDR,
};
use pallet_sponsorship::{
	AllowedCall, Audience, ContractCall, Contracts, Deployment, Event, HoldReason, Terms,
};
use pallet_transaction_payment::{
	ChargeTransactionPayment, ConstFeeMultiplier, FungibleAdapter, Multiplier,
};
use popnet_primitives::{economics::LIT, Balance};
use sp_core::{H160, U256};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, One},
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	AccountId32, BuildStorage, DispatchError, FixedU128, MultiAddress, MultiSignature,
};

type AccountId = AccountId32;
type Address = MultiAddress<AccountId, ()>;
type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Transaction>;
type Transaction = UncheckedExtrinsic<Address, MultiSignature, Extra>;
type TxExtension = (
	pallet_sponsorship::CheckNonceOrSponsored<Runtime>,
	frame_system::CheckWeight<Runtime>,
	ChargeTransactionPayment<Runtime>,
	SetOrigin<Runtime>,
);
type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

impl SetWeightLimit for RuntimeCall {
	fn set_weight_limit(&mut self, new: Weight) -> Weight {
		match self {
			Self::Revive(
				pallet_revive::Call::eth_call { weight_limit, .. }
				| pallet_revive::Call::eth_instantiate_with_code { weight_limit, .. },
			) => core::mem::replace(weight_limit, new),
			_ => Weight::zero(),
		}
	}
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extra;

impl EthExtra for Extra {
	type Config = Runtime;
	type ExtensionOtherVersions = sp_runtime::traits::InvalidVersion;
	type ExtensionV0 = TxExtension;

	fn get_eth_extension(nonce: u32, tip: Balance) -> TxExtension {
		(
			pallet_sponsorship::CheckNonceOrSponsored::from_ethereum(nonce),
			frame_system::CheckWeight::new(),
			ChargeTransactionPayment::from(tip),
			SetOrigin::new_from_eth_transaction(),
		)
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
	pub struct Runtime;
	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(11)]
	pub type Lit = pallet_balances<Instance2>;
	#[runtime::pallet_index(12)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(14)]
	pub type Sponsorship = pallet_sponsorship;
	#[runtime::pallet_index(50)]
	pub type Revive = pallet_revive;
}

const NORMAL: sp_runtime::Perbill = sp_runtime::Perbill::from_percent(75);

parameter_types! {
	pub const MaximumBlock: Weight =
		Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), 10 * 1024 * 1024);
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::builder()
		.for_class(DispatchClass::all(), |weights| {
			weights.base_extrinsic = Weight::from_parts(100_000_000, 0);
		})
		.for_class(DispatchClass::Normal, |weights| {
			weights.max_total = Some(NORMAL * MaximumBlock::get());
		})
		.for_class(DispatchClass::Operational, |weights| {
			weights.max_total = Some(MaximumBlock::get());
		})
		.avg_block_initialization(sp_runtime::Perbill::from_percent(10))
		.build_or_panic();
	pub FeeMultiplier: Multiplier = Multiplier::one();
	pub const MaxEthExtrinsicWeight: FixedU128 = FixedU128::from_rational(9, 10);
}

#[derive_impl(frame_system::config_preludes::ParaChainDefaultConfig)]
impl frame_system::Config for Runtime {
	type AccountData = ();
	type AccountId = AccountId;
	type Block = Block;
	type BlockWeights = RuntimeBlockWeights;
	type DbWeight = ParityDbWeight;
	type Hash = sp_core::H256;
	type Lookup = sp_runtime::traits::AccountIdLookup<AccountId, ()>;
	type Nonce = u32;
	type OnKilledAccount = AutoMapper<Runtime>;
	type OnNewAccount = AutoMapper<Runtime>;
	type OnSetCode = ();
}

const LIT_MINIMUM: Balance = LIT / 1_000_000;

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config<pallet_balances::Instance2> for Runtime {
	type AccountStore = StorageMapShim<
		pallet_balances::Account<Runtime, pallet_balances::Instance2>,
		AccountId,
		pallet_balances::AccountData<Balance>,
	>;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<LIT_MINIMUM>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type FreezeIdentifier = RuntimeFreezeReason;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_transaction_payment::Config for Runtime {
	type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ LIT / 1_000_000 }>>;
	type OnChargeTransaction = pallet_sponsorship::ChargeSponsored<FungibleAdapter<Lit, ()>>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
	type WeightToFee = BlockRatioFee<1, 1, Self, Balance>;
}

#[derive_impl(pallet_revive::config_preludes::TestDefaultConfig)]
impl pallet_revive::Config for Runtime {
	type AddressMapper = AccountId32Mapper<Self>;
	type AutoMap = ConstBool<true>;
	type Balance = Balance;
	type Currency = pallet_sponsorship::GuardedLit<Runtime, Lit>;
	type DepositPerByte = ConstU128<{ LIT / 10_000 }>;
	type DepositPerChildTrieItem = ConstU128<{ LIT / 100 }>;
	type DepositPerItem = ConstU128<{ LIT / 10 }>;
	type FeeInfo = Info<Address, MultiSignature, Extra>;
	type GasScale = ConstU32<50_000>;
	type InstantiateOrigin = EnsureSigned<AccountId>;
	type MaxEthExtrinsicWeight = MaxEthExtrinsicWeight;
	type UploadOrigin = EnsureSigned<AccountId>;
	type WeightInfo = pallet_revive::weights::SubstrateWeight<Self>;
}

const PRICE: Balance = LIT / 50;
const USER_DEPOSIT: Balance = LIT / 100;

impl pallet_sponsorship::Config for Runtime {
	type BindingDeposit = ConstU128<LIT>;
	type BlocksPerDay = ConstU32<100>;
	type ClearMax = ConstU32<100>;
	type Contracts = VirtualMachine;
	type GraceBlocks = ConstU32<100>;
	type IntroductionPrice = ConstU128<PRICE>;
	type Lit = Lit;
	type PlanDeposit = ConstU128<LIT>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type UserDeposit = ConstU128<USER_DEPOSIT>;
	type WeightInfo = ();
}

/// As a runtime tells the pallet of its virtual machine.
pub struct VirtualMachine;
impl Contracts<RuntimeCall, AccountId> for VirtualMachine {
	fn inspect(call: &RuntimeCall) -> Option<ContractCall<'_, RuntimeCall>> {
		let RuntimeCall::Revive(call) = call else { return None };
		match call {
			pallet_revive::Call::call { dest, .. } => Some(ContractCall::Native(*dest)),
			pallet_revive::Call::eth_call { dest, .. } => Some(ContractCall::Ethereum(*dest)),
			pallet_revive::Call::eth_instantiate_with_code { .. } => {
				Some(ContractCall::EthereumDeployment)
			}
			pallet_revive::Call::eth_substrate_call { call, .. } => {
				Some(ContractCall::EthereumRuntime(call))
			}
			_ => None,
		}
	}

	fn address_of(who: &AccountId) -> H160 {
		AccountId32Mapper::<Runtime>::to_address(who)
	}

	fn account_of(contract: &H160) -> AccountId {
		AccountId32Mapper::<Runtime>::to_fallback_account_id(contract)
	}
}

/// Stores the first word that it is called with, at slot zero.
const CODE: [u8; 16] = [
	// PUSH7 (PUSH1 0, CALLDATALOAD, PUSH1 0, SSTORE, STOP)
	0x66, 0x60, 0x00, 0x35, 0x60, 0x00, 0x55, 0x00, //
	// PUSH1 0, MSTORE, PUSH1 7, PUSH1 25, RETURN
	0x60, 0x00, 0x52, 0x60, 0x07, 0x60, 0x19, 0xf3,
];

const FUNDS: Balance = 1_000 * LIT;
const PLAN: u32 = 0;

fn sponsor() -> Account {
	Account::from_secret_key([1; 32])
}

fn user() -> Account {
	Account::from_secret_key([2; 32])
}

fn id(account: &Account) -> AccountId {
	account.substrate_account()
}

/// The sponsor's first deployment.
fn contract() -> H160 {
	Deployment::Create { nonce: 0 }.address(sponsor().address())
}

fn contract_account() -> AccountId {
	VirtualMachine::account_of(&contract())
}

fn lit(who: &AccountId) -> Balance {
	<Lit as Inspect<AccountId>>::balance(who)
}

fn issuance() -> Balance {
	<Lit as Inspect<AccountId>>::total_issuance()
}

fn held(reason: HoldReason, who: &AccountId) -> Balance {
	Lit::balance_on_hold(&reason.into(), who)
}

fn stored() -> Balance {
	let reason = pallet_revive::HoldReason::StorageDepositReserve;
	Lit::balance_on_hold(&reason.into(), &contract_account())
}

fn endow(who: &AccountId, amount: Balance) {
	use frame_support::traits::fungible::Mutate;
	<Lit as Mutate<AccountId>>::mint_into(who, amount).unwrap();
}

fn word(value: u8) -> Vec<u8> {
	let mut word = vec![0; 32];
	word[31] = value;
	word
}

/// What a wallet does: asks what the transaction takes, signs it, sends it.
fn estimate(from: &Account, to: Option<H160>, input: Vec<u8>) -> U256 {
	with_transaction(|| {
		let tx = GenericTransaction {
			from: Some(from.address()),
			to,
			input: InputOrData::from(input),
			..Default::default()
		};
		let estimate = Revive::dry_run_eth_transact(tx, None, true, None);
		TransactionOutcome::Rollback(Ok::<_, DispatchError>(estimate))
	})
	.unwrap()
	.unwrap()
	.eth_gas
}

fn signed(from: &Account, to: Option<H160>, input: Vec<u8>, gas: U256) -> Transaction {
	let tx = GenericTransaction {
		to,
		input: InputOrData::from(input),
		gas: Some(gas),
		gas_price: Some(Revive::evm_base_fee()),
		nonce: Some(System::account_nonce(id(from)).into()),
		chain_id: Some(42.into()),
		r#type: Some(0.into()),
		value: Some(U256::zero()),
		..Default::default()
	};
	let unsigned: TransactionUnsigned = tx.try_into_unsigned().unwrap();
	let payload = from.sign_transaction(unsigned).signed_payload();
	generic::UncheckedExtrinsic::new_bare(pallet_revive::Call::eth_transact { payload }.into())
		.into()
}

fn send(from: &Account, to: Option<H160>, input: Vec<u8>) -> Result<(), TransactionValidityError> {
	let gas = estimate(from, to, input.clone());
	let transaction = signed(from, to, input, gas);
	with_transaction(|| match Executive::apply_extrinsic(transaction) {
		Ok(result) => {
			result.unwrap();
			TransactionOutcome::Commit(Ok::<_, DispatchError>(Ok(())))
		}
		Err(error) => TransactionOutcome::Rollback(Ok(Err(error))),
	})
	.unwrap()
}

fn call(from: &Account, value: u8) -> Result<(), TransactionValidityError> {
	System::reset_events();
	send(from, Some(contract()), word(value))
}

fn reverted() -> bool {
	System::events().iter().any(|record| {
		matches!(
			record.event,
			RuntimeEvent::Revive(pallet_revive::Event::EthExtrinsicRevert { .. })
		)
	})
}

fn paid() -> Option<Balance> {
	System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::Sponsorship(Event::FeePaid { fee, .. }) => Some(fee),
		_ => None,
	})
}

/// A chain with the sponsor's contract and a plan that is bound to it.
fn with_contract(test: impl FnOnce()) {
	let mut storage = frame_system::GenesisConfig::<Runtime>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Runtime, pallet_balances::Instance2> {
		balances: vec![(id(&sponsor()), 10_000 * LIT)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_revive::GenesisConfig::<Runtime>::default().assimilate_storage(&mut storage).unwrap();
	sp_io::TestExternalities::new(storage).execute_with(|| {
		let header = generic::Header {
			parent_hash: Default::default(),
			number: 1,
			state_root: Default::default(),
			extrinsics_root: Default::default(),
			digest: Default::default(),
		};
		Executive::initialize_block(&header);
		assert_ok!(send(&sponsor(), None, CODE.to_vec()));
		assert!(!reverted());
		let terms = Terms {
			audience: Audience::Anyone,
			introduces: true,
			calls: BoundedVec::truncate_from(vec![AllowedCall { pallet: 0, call: None }]),
			contracts: BoundedVec::truncate_from(vec![contract()]),
			fee_max: 10 * LIT,
			user_day_max: 50 * LIT,
			day_max: 100 * LIT,
			failures_max: 3,
			users_max: 100,
			last_block: 1_000,
		};
		let origin = || RuntimeOrigin::signed(id(&sponsor()));
		assert_ok!(Sponsorship::open(origin(), Box::new(terms), FUNDS));
		let proof = Some(Deployment::Create { nonce: 0 });
		assert_ok!(Sponsorship::bind(origin(), PLAN, contract(), proof));
		test();
		let funds = Sponsorship::plan(PLAN).unwrap().funds;
		assert_eq!(held(HoldReason::Plan, &id(&sponsor())), funds);
		assert!(!pallet_sponsorship::Current::<Runtime>::exists());
	});
}

#[test]
fn an_account_with_nothing_calls_a_contract() {
	with_contract(|| {
		let all = issuance();
		assert!(!System::account_exists(&id(&user())));

		assert_ok!(call(&user(), 0));

		assert!(!reverted());
		assert_eq!((System::account_nonce(id(&user())), lit(&id(&user()))), (1, 0));
		let fee = paid().unwrap();
		assert_eq!(issuance(), all - fee - PRICE);
		let left = FUNDS - USER_DEPOSIT - PRICE - fee;
		assert_eq!(Sponsorship::plan(PLAN).unwrap().funds, left);
	});
}

#[test]
fn an_account_with_nothing_is_refused_where_nobody_pays() {
	with_contract(|| {
		let payment = Err(InvalidTransaction::Payment.into());
		assert_eq!(send(&user(), Some(H160::repeat_byte(7)), vec![]), payment);

		assert_ok!(Sponsorship::unbind(RuntimeOrigin::signed(id(&sponsor())), contract()));

		assert_eq!(call(&user(), 0), payment);
	});
}

#[test]
fn an_account_with_nothing_cannot_store_at_the_cost_of_the_plan() {
	with_contract(|| {
		let (all, before) = (issuance(), stored());

		assert_ok!(call(&user(), 1));

		assert!(reverted());
		assert_eq!(stored(), before);
		assert_eq!(issuance(), all - paid().unwrap() - PRICE);
	});
}

#[test]
fn deposits_are_the_signers_and_fees_the_plans() {
	with_contract(|| {
		let who = id(&user());
		endow(&who, 10 * LIT);
		let (before, all) = (stored(), issuance());

		assert_ok!(call(&user(), 1));
		assert!(!reverted());
		let deposit = stored() - before;
		let rounding = 10 * LIT - deposit - lit(&who);
		assert!(deposit > 0 && rounding < LIT / 10_000, "{deposit} {rounding}");
		assert_eq!(issuance(), all - paid().unwrap() - rounding);

		let (rich, all) = (lit(&who), issuance());
		assert_ok!(call(&user(), 0));
		assert!(!reverted());

		assert_eq!(stored(), before);
		let rounding = rich + deposit - lit(&who);
		assert!(rounding < LIT / 10_000);
		assert_eq!(issuance(), all - paid().unwrap() - rounding);
	});
}

#[test]
fn storing_and_freeing_over_and_over_gains_nothing() {
	with_contract(|| {
		let who = id(&user());
		endow(&who, 10 * LIT);
		let before = stored();
		for round in 0..10 {
			assert_ok!(call(&user(), 1 - round % 2));
			assert!(paid().is_some() && !reverted());
		}

		assert!(lit(&who) <= 10 * LIT);
		assert_eq!(stored(), before);
	});
}

#[test]
fn a_plan_pays_what_the_signer_would_pay() {
	with_contract(|| {
		let who = id(&user());
		endow(&who, 10 * LIT);
		assert_ok!(call(&user(), 0));
		let fee = paid().unwrap();
		let gas = estimate(&user(), Some(contract()), word(0));
		assert_ok!(Sponsorship::unbind(RuntimeOrigin::signed(id(&sponsor())), contract()));
		let rich = lit(&who);

		assert_eq!(estimate(&user(), Some(contract()), word(0)), gas);
		assert_ok!(call(&user(), 0));

		assert_eq!(paid(), None);
		// Gas is whole, and signatures differ in length.
		let own = rich - lit(&who);
		assert!(own.abs_diff(fee) < LIT / 10_000, "{own} {fee}");
	});
}

#[test]
fn an_account_with_nothing_names_a_plan_in_an_ethereum_transaction() {
	with_contract(|| {
		let remark = frame_system::Call::remark_with_event { remark: vec![1] };
		let sponsored: RuntimeCall =
			pallet_sponsorship::Call::sponsored { plan: PLAN, call: Box::new(remark.into()) }
				.into();

		assert_ok!(send(&user(), Some(RUNTIME_PALLETS_ADDR), sponsored.encode()));

		assert!(!reverted());
		assert_eq!((System::account_nonce(id(&user())), lit(&id(&user()))), (1, 0));
		assert!(paid().is_some());
		assert!(System::events().iter().any(|record| matches!(
			record.event,
			RuntimeEvent::System(frame_system::Event::Remarked { .. })
		)));
	});
}

#[test]
fn deployments_are_proved_by_the_addresses_of_the_virtual_machine() {
	let deployer = sponsor().address();
	for nonce in [0, 1, 127, 128, 255, 256, u64::MAX] {
		let address = Deployment::Create { nonce }.address(deployer);
		assert_eq!(address, pallet_revive::create1(&deployer, nonce));
	}
	let (salt, init_code) = ([3; 32], [1, 2, 3]);
	let init_code_hash = sp_io::hashing::keccak_256(&init_code).into();
	let address = Deployment::Create2 { salt, init_code_hash }.address(deployer);
	assert_eq!(address, pallet_revive::create2(&deployer, &init_code, &[], &salt));
}

#[test]
fn the_contract_is_where_its_deployment_says() {
	with_contract(|| {
		assert!(pallet_revive::AccountInfo::<Runtime>::is_contract(&contract()));
	});
}
