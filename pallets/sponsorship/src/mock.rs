//! The smallest runtime with fees in LIT, something like contracts, and verbs for tests.

use crate as pallet_sponsorship;
use crate::{
	AllowedCall, Audience, CheckNonceOrSponsored, ContractCall, Event, PlanId, Terms, TermsOf,
};
use frame_support::{
	derive_impl,
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	storage::{with_transaction, TransactionOutcome},
	traits::{
		fungible::{Balanced, Inspect, InspectHold, Mutate},
		tokens::{Fortitude, Precision, Preservation},
		ConstU128, ConstU32, ConstU64, ConstU8, StorageMapShim,
	},
	weights::{ConstantMultiplier, IdentityFee, Weight},
};
use frame_system::CheckWeight;
use pallet_transaction_payment::{ChargeTransactionPayment, FungibleAdapter};
use popnet_primitives::{economics::LIT, Balance};
use sp_core::H160;
use sp_runtime::{
	traits::{DispatchTransaction, ExtensionPostDispatchWeightHandler, TransactionExtension},
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
	},
	BoundedVec, BuildStorage, DispatchError, DispatchResult,
};

pub type AccountId = u64;
pub type Nonce = <Test as frame_system::Config>::Nonce;

/// Stands for the virtual machine: what it does with fees and deposits, and nothing else.
#[frame_support::pallet]
pub mod evm {
	use super::{guarded, Balance};
	use alloc::boxed::Box;
	use frame_support::{
		dispatch::PostDispatchInfo,
		pallet_prelude::*,
		storage::{with_transaction, TransactionOutcome},
		traits::fungible::{Balanced, Inspect, MutateHold},
	};
	use frame_system::pallet_prelude::*;
	use sp_core::H160;
	use sp_runtime::traits::Dispatchable;

	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		AccountId = u64,
		RuntimeCall: Dispatchable<PostInfo = PostDispatchInfo>,
	>
	{
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::composite_enum]
	pub enum HoldReason {
		Storage,
	}

	#[pallet::error]
	pub enum Error<T> {
		Reverted,
	}

	/// What a contract does when it is called.
	#[derive(
		Encode, Decode, DecodeWithMemTracking, TypeInfo, Clone, PartialEq, Eq, Debug, Default,
	)]
	pub struct Script {
		/// Takes this storage deposit out of the fee.
		pub store: Balance,
		/// Returns this storage deposit into the fee.
		pub free: Balance,
		/// Gives this account the existential deposit, out of the fee.
		pub create: Option<u64>,
		/// Fails.
		pub revert: bool,
		/// Without the guard.
		pub unguarded: bool,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		#[pallet::call_index(0)]
		#[pallet::weight(Weight::from_parts(1_000_000_000, 0))]
		pub fn call(origin: OriginFor<T>, dest: H160, revert: bool) -> DispatchResult {
			ensure_signed(origin)?;
			let _ = dest;
			ensure!(!revert, Error::<T>::Reverted);
			Ok(())
		}

		/// Succeeds for the chain in any case, as Ethereum transactions do.
		#[pallet::call_index(1)]
		#[pallet::weight(Weight::from_parts(5_000_000_000, 0))]
		pub fn eth_call(
			origin: OriginFor<T>,
			dest: H160,
			script: Script,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin)?;
			let used = Weight::from_parts(2_000_000_000, 0);
			with_transaction(|| match run(super::account_of(&dest), &script, used) {
				Ok(()) => TransactionOutcome::Commit(Ok::<_, DispatchError>(())),
				Err(_) => TransactionOutcome::Rollback(Ok(())),
			})?;
			Ok(Some(used).into())
		}

		#[pallet::call_index(2)]
		#[pallet::weight(call.get_dispatch_info().call_weight)]
		pub fn eth_substrate_call(
			origin: OriginFor<T>,
			call: Box<T::RuntimeCall>,
		) -> DispatchResultWithPostInfo {
			ensure_signed(origin.clone())?;
			call.dispatch(origin)
		}
	}

	fn run(contract: u64, script: &Script, used: Weight) -> DispatchResult {
		type Fee = super::TransactionPayment;
		let reason = HoldReason::Storage.into();
		if script.free > 0 {
			let free = script.free;
			let (exact, keep, polite) =
				(super::Precision::Exact, super::Preservation::Preserve, super::Fortitude::Polite);
			super::Guarded::release(&reason, &contract, free, exact)?;
			let credit = super::Guarded::withdraw(&contract, free, exact, keep, polite)?;
			Fee::deposit_txfee(credit);
		}
		if let Some(newborn) = script.create {
			let minimum = super::Guarded::minimum_balance();
			let credit = Fee::withdraw_txfee(minimum).ok_or("too little fee")?;
			guarded(script.unguarded, &newborn, credit)?;
		}
		if script.store > 0 {
			let credit = Fee::withdraw_txfee(script.store).ok_or("too little fee")?;
			guarded(script.unguarded, &contract, credit)?;
			super::Guarded::hold(&reason, &contract, script.store)?;
		}
		ensure!(!script.revert, DispatchError::Other("reverted"));
		let fee = super::actual_fee_of(&super::eth_call(script.clone()), used);
		let left: Balance = Fee::remaining_txfee();
		ensure!(left >= fee, DispatchError::Other("overdrawn"));
		Ok(())
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
	pub type Evm = evm;
	#[runtime::pallet_index(4)]
	pub type Sponsorship = pallet_sponsorship;
	#[runtime::pallet_index(5)]
	pub type TransactionPayment = pallet_transaction_payment;
	#[runtime::pallet_index(7)]
	pub type Utility = pallet_utility;
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
	type ExistentialDeposit = ConstU128<1_000>;
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

impl evm::Config for Test {}

impl pallet_utility::Config for Test {
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
}

/// A transaction in these tests costs 0.1 LIT for its length, and some for its weight.
pub const LIT_PER_BYTE: Balance = LIT / 1_000;
pub const LENGTH: u32 = 100;

impl pallet_transaction_payment::Config for Test {
	type FeeMultiplierUpdate = ();
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<LIT_PER_BYTE>>;
	type OnChargeTransaction = pallet_sponsorship::ChargeSponsored<FungibleAdapter<Lit, ()>>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type WeightToFee = IdentityFee<Balance>;
}

pub const DAY: u64 = 100;
pub const GRACE: u64 = 50;
pub const CLEAR_MAX: u32 = 3;
pub const PLAN_DEPOSIT: Balance = LIT;
pub const USER_DEPOSIT: Balance = LIT / 10;
pub const BINDING_DEPOSIT: Balance = LIT / 2;
pub const PRICE: Balance = LIT / 5;

impl pallet_sponsorship::Config for Test {
	type BindingDeposit = ConstU128<BINDING_DEPOSIT>;
	type BlocksPerDay = ConstU64<DAY>;
	type ClearMax = ConstU32<CLEAR_MAX>;
	type Contracts = Vm;
	type GraceBlocks = ConstU64<GRACE>;
	type IntroductionPrice = ConstU128<PRICE>;
	type Lit = Lit;
	type PlanDeposit = ConstU128<PLAN_DEPOSIT>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type UserDeposit = ConstU128<USER_DEPOSIT>;
	type WeightInfo = ();
}

pub struct Vm;
impl pallet_sponsorship::Contracts<RuntimeCall, AccountId> for Vm {
	fn inspect(call: &RuntimeCall) -> Option<ContractCall<'_, RuntimeCall>> {
		match call {
			RuntimeCall::Evm(evm::Call::call { dest, .. }) => Some(ContractCall::Native(*dest)),
			RuntimeCall::Evm(evm::Call::eth_call { dest, .. }) => {
				Some(ContractCall::Ethereum(*dest))
			}
			RuntimeCall::Evm(evm::Call::eth_substrate_call { call }) => {
				Some(ContractCall::EthereumRuntime(call))
			}
			_ => None,
		}
	}

	fn address_of(who: &AccountId) -> H160 {
		H160::from_low_u64_be(*who)
	}

	fn account_of(contract: &H160) -> AccountId {
		account_of(contract)
	}
}

pub fn account_of(contract: &H160) -> AccountId {
	contract.to_low_u64_be()
}

pub type Guarded = pallet_sponsorship::GuardedLit<Test, Lit>;

type LitCredit = frame_support::traits::fungible::Credit<AccountId, Lit>;

/// Gives on a credit as contracts do, through their currency or, if `unguarded`, around it.
pub fn guarded(unguarded: bool, to: &AccountId, credit: LitCredit) -> DispatchResult {
	let given = if unguarded {
		<Lit as Balanced<AccountId>>::resolve(to, credit)
	} else {
		Guarded::resolve(to, credit)
	};
	given.map_err(|_| DispatchError::Other("no funds for the deposit"))
}

/// Pays, in all tests.
pub const SPONSOR: AccountId = 1;
/// Has LIT and is nobody's sponsor.
pub const RICH: AccountId = 2;
/// Has POP and no LIT.
pub const POOR: AccountId = 9;
/// Has nothing and does not exist.
pub const NEW: AccountId = 100;
pub const FUNDS: Balance = 100 * LIT;

/// A contract that the sponsor deployed with its first transaction.
pub fn contract() -> H160 {
	crate::Deployment::Create { nonce: 0 }.address(H160::from_low_u64_be(SPONSOR))
}

pub fn new_test_ext() -> sp_io::TestExternalities {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	pallet_balances::GenesisConfig::<Test, pallet_balances::Instance2> {
		balances: vec![
			(SPONSOR, 1_000 * LIT),
			(RICH, 1_000 * LIT),
			(account_of(&contract()), LIT_MINIMUM),
		],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	pallet_balances::GenesisConfig::<Test> {
		balances: vec![(POOR, 1_000_000)],
		..Default::default()
	}
	.assimilate_storage(&mut storage)
	.unwrap();
	let mut externalities = sp_io::TestExternalities::new(storage);
	externalities.execute_with(|| System::set_block_number(1));
	externalities
}

/// Runs `test`, then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		Sponsorship::do_try_state().unwrap();
	});
}

/// Runs `test` with the sponsor's plan of the usual terms.
pub fn with_plan(test: impl FnOnce(PlanId)) {
	build_and_execute(|| test(open(terms())));
}

/// Pays for everything of System and for LIT transfers, and for calls of the contract, one LIT per
/// transaction, two per user and day, five per day.
pub fn terms() -> TermsOf<Test> {
	Terms {
		audience: Audience::Anyone,
		introduces: true,
		calls: allow(&[(0, None), (2, Some(0)), (2, Some(3)), (2, Some(4))]),
		contracts: BoundedVec::truncate_from(vec![contract()]),
		fee_max: LIT,
		user_day_max: 2 * LIT,
		day_max: 5 * LIT,
		failures_max: 3,
		users_max: 10,
		last_block: 1_000,
	}
}

pub fn allow<Bound: frame_support::traits::Get<u32>>(
	calls: &[(u8, Option<u8>)],
) -> BoundedVec<AllowedCall, Bound> {
	let calls = calls.iter().map(|(pallet, call)| AllowedCall { pallet: *pallet, call: *call });
	BoundedVec::truncate_from(calls.collect())
}

pub fn signed(who: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(who)
}

pub fn open(terms: TermsOf<Test>) -> PlanId {
	let plan = crate::NextPlan::<Test>::get();
	Sponsorship::open(signed(SPONSOR), Box::new(terms), FUNDS).unwrap();
	plan
}

/// The usual plan, changed.
pub fn change(plan: PlanId, change: impl FnOnce(&mut TermsOf<Test>)) {
	let mut terms = Sponsorship::plan(plan).unwrap().terms;
	change(&mut terms);
	Sponsorship::change(signed(SPONSOR), plan, Box::new(terms)).unwrap();
}

pub fn skip(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
}

/// Goes to the first block of the next day.
pub fn next_day() {
	System::set_block_number((System::block_number() / DAY + 1) * DAY);
}

pub fn lit(who: AccountId) -> Balance {
	<Lit as Inspect<AccountId>>::balance(&who)
}

pub fn issuance() -> Balance {
	<Lit as Inspect<AccountId>>::total_issuance()
}

pub fn endow_lit(who: AccountId, amount: Balance) {
	<Lit as Mutate<AccountId>>::mint_into(&who, amount).unwrap();
}

pub fn held(reason: crate::HoldReason, who: AccountId) -> Balance {
	Lit::balance_on_hold(&reason.into(), &who)
}

/// LIT left to pay with.
pub fn funds(plan: PlanId) -> Balance {
	Sponsorship::plan(plan).unwrap().funds
}

pub fn exists(who: AccountId) -> bool {
	System::account_exists(&who)
}

pub fn nonce(who: AccountId) -> Nonce {
	System::account_nonce(who)
}

pub fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark_with_event { remark: vec![1] })
}

pub fn transfer(to: AccountId, value: Balance) -> RuntimeCall {
	pallet_balances::Call::<Test, pallet_balances::Instance2>::transfer_allow_death {
		dest: to,
		value,
	}
	.into()
}

pub fn sponsored(plan: PlanId, call: RuntimeCall) -> RuntimeCall {
	crate::Call::sponsored { plan, call: Box::new(call) }.into()
}

pub fn batch(calls: Vec<RuntimeCall>) -> RuntimeCall {
	pallet_utility::Call::batch { calls }.into()
}

pub fn eth_call(script: evm::Script) -> RuntimeCall {
	evm::Call::eth_call { dest: contract(), script }.into()
}

pub type TxExtension =
	(CheckNonceOrSponsored<Test>, CheckWeight<Test>, ChargeTransactionPayment<Test>);

pub fn extension(nonce: Nonce, tip: Balance) -> TxExtension {
	(
		CheckNonceOrSponsored::from(nonce),
		CheckWeight::new(),
		ChargeTransactionPayment::<Test>::from(tip),
	)
}

pub fn eth_extension(nonce: Nonce) -> TxExtension {
	(
		CheckNonceOrSponsored::from_ethereum(nonce),
		CheckWeight::new(),
		ChargeTransactionPayment::<Test>::from(0),
	)
}

pub fn info_of(call: &RuntimeCall) -> DispatchInfo {
	let mut info = call.get_dispatch_info();
	info.extension_weight = extension(0, 0).weight(call);
	info
}

/// The fee of a transaction with `call` that has used `used`.
pub fn actual_fee_of(call: &RuntimeCall, used: Weight) -> Balance {
	let info = info_of(call);
	let mut post_info = PostDispatchInfo { actual_weight: Some(used), ..Default::default() };
	post_info.set_extension_weight(&info);
	TransactionPayment::compute_actual_fee(LENGTH, &info, &post_info, 0)
}

/// The fee of a transaction with `call` before it runs.
pub fn fee_of(call: &RuntimeCall) -> Balance {
	TransactionPayment::compute_fee(LENGTH, &info_of(call), 0)
}

fn atomically<Output>(
	run: impl FnOnce() -> Result<Output, TransactionValidityError>,
	keep: bool,
) -> Result<Output, TransactionValidityError> {
	with_transaction(|| {
		let result = run();
		if keep && result.is_ok() {
			TransactionOutcome::Commit(Ok::<_, DispatchError>(result))
		} else {
			TransactionOutcome::Rollback(Ok(result))
		}
	})
	.unwrap()
}

/// Puts a transaction with the next nonce into a block. The inner result is that of the call.
pub fn transact(
	who: AccountId,
	call: RuntimeCall,
) -> Result<DispatchResult, TransactionValidityError> {
	transact_with(who, call, extension(nonce(who), 0))
}

/// As [`transact`]; an invalid transaction leaves no trace, as block builders discard it.
pub fn transact_with(
	who: AccountId,
	call: RuntimeCall,
	extension: TxExtension,
) -> Result<DispatchResult, TransactionValidityError> {
	atomically(|| apply(who, call, extension), true)
}

/// Puts an Ethereum transaction with the next nonce into a block: the signer gives `deposit` before
/// any extension runs.
pub fn eth_transact(
	who: AccountId,
	call: RuntimeCall,
	deposit: Balance,
) -> Result<DispatchResult, TransactionValidityError> {
	let give_and_apply = || {
		let (exact, keep, polite) = (Precision::Exact, Preservation::Preserve, Fortitude::Polite);
		let credit = Guarded::withdraw(&who, deposit, exact, keep, polite)
			.map_err(|_| InvalidTransaction::Payment)?;
		TransactionPayment::deposit_txfee(credit);
		apply(who, call, eth_extension(nonce(who)))
	};
	atomically(give_and_apply, true)
}

fn apply(
	who: AccountId,
	call: RuntimeCall,
	extension: TxExtension,
) -> Result<DispatchResult, TransactionValidityError> {
	let info = info_of(&call);
	let result = extension.dispatch_transaction(signed(who), call, &info, LENGTH as usize, 0)?;
	System::note_applied_extrinsic(&result, info);
	Ok(result.map(|_| ()).map_err(|error| error.error))
}

/// Validates a transaction as the pool does: nothing of it stays.
pub fn validate(
	who: AccountId,
	call: &RuntimeCall,
	extension: TxExtension,
) -> Result<ValidTransaction, TransactionValidityError> {
	let info = info_of(call);
	atomically(
		|| {
			extension
				.validate_only(
					signed(who),
					call,
					&info,
					LENGTH as usize,
					TransactionSource::External,
					0,
				)
				.map(|(validity, _, _)| validity)
		},
		false,
	)
}

/// The fee that a plan has paid last, as its event tells.
pub fn last_paid() -> Balance {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::Sponsorship(Event::FeePaid { fee, .. }) => Some(fee),
			_ => None,
		})
		.unwrap()
}
