//! The runtimes in which transfers are measured, behind one interface.

use crate::{
	chain::{self, commit, Chain},
	plain,
};
use anyhow::anyhow;
use codec::Encode;
use frame_support::{
	dispatch::{DispatchInfo, GetDispatchInfo, PostDispatchInfo},
	traits::fungible::Mutate,
};
use popnet_primitives::{AccountId, Balance};
use popnet_runtime::{constants::POP, Address, LitGeneration, Runtime};
use sp_core::{sr25519, Pair};
use sp_io::TestExternalities;
use sp_runtime::{
	generic::{self, Digest, Era},
	traits::{Applyable, Checkable, Dispatchable, Header as _},
	ApplyExtrinsicResult, MultiSignature,
};

/// POP that every account begins with.
pub(crate) const ENDOWMENT: Balance = 1_000 * POP;
/// LIT that every account begins with.
const LIT: Balance = 100 * popnet_runtime::constants::LIT;
/// POP whose income pays the fees of those who stake.
const STAKE: Balance = 10_000_000 * POP;

/// A chain on which accounts transfer POP. All but `genesis` runs in the externalities that it returns.
pub(crate) trait Network: Clone {
	/// A transaction as it stands in a block.
	type Extrinsic: Clone + Encode;
	/// One whose signature was verified.
	type Checked: Clone;
	/// What it calls.
	type Call: Clone;

	/// For the report.
	const NAME: &'static str;

	/// A chain on which `accounts` and `idle` others own [`ENDOWMENT`], in the trie.
	fn genesis(accounts: &[AccountId], idle: u32) -> anyhow::Result<(TestExternalities, Self)>;
	/// A transfer.
	fn transfer(to: &AccountId, value: Balance) -> Self::Call;
	/// The first transaction of `from`: a transfer.
	fn sign(
		from: &sr25519::Pair,
		to: &AccountId,
		value: Balance,
	) -> anyhow::Result<Self::Extrinsic>;
	/// Verifies the signature.
	fn check(extrinsic: Self::Extrinsic) -> anyhow::Result<Self::Checked>;
	/// Begins a block and applies its inherents.
	fn begin(&mut self) -> anyhow::Result<()>;
	/// Applies a transaction.
	fn apply(extrinsic: Self::Extrinsic) -> anyhow::Result<()>;
	/// Applies a transaction whose signature was verified.
	fn apply_checked(checked: Self::Checked, encoded: Vec<u8>) -> anyhow::Result<()>;
	/// Ends the block.
	fn end(&mut self);
	/// Counts a transaction of `who` that is not made, which moves its account to the overlay.
	fn count_transaction(who: &AccountId);
	/// POP units that `who` owns.
	fn balance(who: &AccountId) -> Balance;
	/// The fees that have been paid in this block, if they are in POP.
	fn pop_fees() -> Vec<Balance>;
}

/// Our runtime. Fees are paid from a LIT balance, or from what stake generates.
#[derive(Clone)]
pub(crate) struct Ours<const STAKING: bool>(Chain);

impl<const STAKING: bool> Network for Ours<STAKING> {
	type Call = popnet_runtime::RuntimeCall;
	type Checked = <Self::Extrinsic as Checkable<Context<Runtime>>>::Checked;
	type Extrinsic = popnet_runtime::UncheckedExtrinsic;

	const NAME: &'static str = match STAKING {
		false => "POP Network, fees from a LIT balance",
		true => "POP Network, fees from what stake generates",
	};

	fn genesis(accounts: &[AccountId], idle: u32) -> anyhow::Result<(TestExternalities, Self)> {
		let (mut externalities, mut chain) = chain::genesis(|_| {})?;
		externalities.execute_with(|| {
			for who in &owners(accounts, idle) {
				popnet_runtime::Balances::mint_into(who, ENDOWMENT).map_err(failed)?;
				popnet_runtime::Lit::mint_into(who, LIT).map_err(failed)?;
				if STAKING {
					let accrual = pallet_lit::AccrualOf::<Runtime> {
						stake: STAKE,
						index: LitGeneration::current_index(),
						..Default::default()
					};
					pallet_lit::Accounts::<Runtime>::insert(who, accrual);
				}
			}
			chain.empty_block()
		})?;
		commit(&mut externalities)?;
		Ok((externalities, Self(chain)))
	}

	fn transfer(to: &AccountId, value: Balance) -> Self::Call {
		let dest = Address::Id(to.clone());
		pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value }.into()
	}

	fn sign(
		from: &sr25519::Pair,
		to: &AccountId,
		value: Balance,
	) -> anyhow::Result<Self::Extrinsic> {
		let extension = popnet_runtime::native_extension(0, 0, Era::Immortal);
		let payload = popnet_runtime::SignedPayload::new(Self::transfer(to, value), extension)
			.map_err(invalid)?;
		let signature = payload.using_encoded(|bytes| from.sign(bytes));
		let (call, extension, _) = payload.deconstruct();
		Ok(generic::UncheckedExtrinsic::new_signed(
			call,
			Address::Id(AccountId::from(from.public())),
			MultiSignature::Sr25519(signature),
			extension,
		)
		.into())
	}

	fn check(extrinsic: Self::Extrinsic) -> anyhow::Result<Self::Checked> {
		extrinsic.check(&Context::<Runtime>::default()).map_err(invalid)
	}

	fn begin(&mut self) -> anyhow::Result<()> {
		self.0.begin()
	}

	fn apply(extrinsic: Self::Extrinsic) -> anyhow::Result<()> {
		succeeded(popnet_runtime::Executive::apply_extrinsic(extrinsic))
	}

	fn apply_checked(checked: Self::Checked, encoded: Vec<u8>) -> anyhow::Result<()> {
		apply_checked::<Runtime, _>(checked, encoded)
	}

	fn end(&mut self) {
		self.0.end();
	}

	fn count_transaction(who: &AccountId) {
		popnet_runtime::System::inc_account_nonce(who);
	}

	fn balance(who: &AccountId) -> Balance {
		popnet_runtime::Balances::free_balance(who)
	}

	fn pop_fees() -> Vec<Balance> {
		Vec::new()
	}
}

/// The plain runtime.
#[derive(Clone)]
pub(crate) struct Plain {
	number: u32,
	parent: plain::Header,
}

impl Network for Plain {
	type Call = plain::RuntimeCall;
	type Checked = <Self::Extrinsic as Checkable<Context<plain::Runtime>>>::Checked;
	type Extrinsic = plain::UncheckedExtrinsic;

	const NAME: &'static str = "plain runtime of the SDK";

	fn genesis(accounts: &[AccountId], idle: u32) -> anyhow::Result<(TestExternalities, Self)> {
		let mut externalities = TestExternalities::default();
		let hash = plain::Hash::default();
		let parent = plain::Header::new(0, hash, hash, hash, Digest::default());
		let mut network = Self { number: 0, parent };
		externalities.execute_with(|| {
			frame_system::BlockHash::<plain::Runtime>::insert(0, network.parent.hash());
			for who in &owners(accounts, idle) {
				plain::Balances::mint_into(who, ENDOWMENT).map_err(failed)?;
			}
			network.begin()?;
			network.end();
			anyhow::Ok(())
		})?;
		commit(&mut externalities)?;
		Ok((externalities, network))
	}

	fn transfer(to: &AccountId, value: Balance) -> Self::Call {
		let dest = plain::Address::Id(to.clone());
		pallet_balances::Call::<plain::Runtime>::transfer_keep_alive { dest, value }.into()
	}

	fn sign(
		from: &sr25519::Pair,
		to: &AccountId,
		value: Balance,
	) -> anyhow::Result<Self::Extrinsic> {
		let payload = plain::SignedPayload::new(Self::transfer(to, value), plain::extension(0))
			.map_err(invalid)?;
		let signature = payload.using_encoded(|bytes| from.sign(bytes));
		let (call, extension, _) = payload.deconstruct();
		Ok(plain::UncheckedExtrinsic::new_signed(
			call,
			plain::Address::Id(AccountId::from(from.public())),
			MultiSignature::Sr25519(signature),
			extension,
		))
	}

	fn check(extrinsic: Self::Extrinsic) -> anyhow::Result<Self::Checked> {
		extrinsic.check(&Context::<plain::Runtime>::default()).map_err(invalid)
	}

	fn begin(&mut self) -> anyhow::Result<()> {
		self.number = self.number.saturating_add(1);
		let hash = plain::Hash::default();
		let parent = self.parent.hash();
		let header = plain::Header::new(self.number, hash, hash, parent, Digest::default());
		plain::Executive::initialize_block(&header);
		let now = u64::from(self.number) * popnet_runtime::constants::time::MILLISECS_PER_BLOCK;
		let time = pallet_timestamp::Call::<plain::Runtime>::set { now };
		Self::apply(plain::UncheckedExtrinsic::new_bare(time.into()))
	}

	fn apply(extrinsic: Self::Extrinsic) -> anyhow::Result<()> {
		succeeded(plain::Executive::apply_extrinsic(extrinsic))
	}

	fn apply_checked(checked: Self::Checked, encoded: Vec<u8>) -> anyhow::Result<()> {
		apply_checked::<plain::Runtime, _>(checked, encoded)
	}

	fn end(&mut self) {
		self.parent = plain::Executive::finalize_block();
	}

	fn count_transaction(who: &AccountId) {
		plain::System::inc_account_nonce(who);
	}

	fn balance(who: &AccountId) -> Balance {
		plain::Balances::free_balance(who)
	}

	fn pop_fees() -> Vec<Balance> {
		let fee = |event| match event {
			plain::RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
			) => Some(actual_fee),
			_ => None,
		};
		plain::System::events().into_iter().filter_map(|record| fee(record.event)).collect()
	}
}

fn owners(accounts: &[AccountId], idle: u32) -> Vec<AccountId> {
	accounts.iter().cloned().chain((0..idle).map(|index| chain::account("idle", index))).collect()
}

type Context<T> = frame_system::ChainContext<T>;

/// What `Executive` does with a transaction after it has decoded it and verified its signature.
#[allow(deprecated)] // the validation of unsigned transactions is a bound of the SDK's
fn apply_checked<T, X>(checked: X, encoded: Vec<u8>) -> anyhow::Result<()>
where
	T: frame_system::Config + sp_runtime::traits::ValidateUnsigned<Call = T::RuntimeCall>,
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	X: Applyable<Call = T::RuntimeCall> + GetDispatchInfo,
{
	let len = encoded.len();
	let info = checked.get_dispatch_info();
	frame_system::Pallet::<T>::note_extrinsic(encoded);
	let result = checked.apply::<T>(&info, len).map_err(invalid)?;
	frame_system::Pallet::<T>::note_applied_extrinsic(&result, info);
	result.map(|_| ()).map_err(|error| failed(error.error))
}

fn succeeded(applied: ApplyExtrinsicResult) -> anyhow::Result<()> {
	applied.map_err(invalid)?.map_err(failed)
}

fn invalid(error: impl std::fmt::Debug) -> anyhow::Error {
	anyhow!("a transaction is invalid: {error:?}")
}

fn failed(error: impl std::fmt::Debug) -> anyhow::Error {
	anyhow!("a transaction failed: {error:?}")
}
