//! The nonce of accounts, and of those that a plan makes exist.

use crate::{impls::Ask, Config, ContractCall, Contracts, Pallet, WeightInfo};
use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
	dispatch::{DispatchClass, DispatchInfo, PostDispatchInfo},
	pallet_prelude::TransactionSource,
	traits::Get,
	weights::Weight,
};
use frame_system::CheckNonce;
use pallet_transaction_payment::{Config as TxConfig, OnChargeTransaction};
use popnet_primitives::Balance;
use scale_info::{StaticTypeInfo, TypeInfo};
use sp_runtime::{
	traits::{
		AsSystemOriginSigner, CheckedSub, DispatchInfoOf, Dispatchable, Implication, One,
		PostDispatchInfoOf, TransactionExtension, ValidateResult,
	},
	transaction_validity::{InvalidTransaction, TransactionValidityError, ValidTransaction},
	DispatchResult,
};

/// [`CheckNonce`], which lets an account pass that does not exist if a plan introduces it and pays.
///
/// Clients cannot tell it from `CheckNonce`: identifier, encoding and metadata are the same. Natively
/// signed transactions with a call that only an Ethereum transaction can make are refused here: they
/// fail for certain, and would do so at the cost of a plan.
#[derive(Encode, Decode, DecodeWithMemTracking, Clone, PartialEq, Eq)]
pub struct CheckNonceOrSponsored<T: Config> {
	inner: CheckNonce<T>,
	/// Skipped, as only the runtime can say so.
	#[codec(skip)]
	is_ethereum: bool,
}

impl<T: Config> CheckNonceOrSponsored<T> {
	/// For a native transaction.
	pub fn from(nonce: T::Nonce) -> Self {
		Self { inner: CheckNonce::from(nonce), is_ethereum: false }
	}

	/// For a transaction that arrived as a signed Ethereum transaction.
	pub fn from_ethereum(nonce: T::Nonce) -> Self {
		Self { inner: CheckNonce::from(nonce), is_ethereum: true }
	}
}

impl<T: Config> core::fmt::Debug for CheckNonceOrSponsored<T> {
	fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		self.inner.fmt(formatter)
	}
}

impl<T: Config + Send + Sync> TypeInfo for CheckNonceOrSponsored<T>
where
	CheckNonce<T>: StaticTypeInfo,
{
	type Identity = <CheckNonce<T> as TypeInfo>::Identity;

	fn type_info() -> scale_info::Type {
		<CheckNonce<T> as TypeInfo>::type_info()
	}
}

/// What validation has found.
pub enum Val<AccountId, Known> {
	/// The account exists, or nobody introduces it.
	Known(Known),
	/// A plan is to introduce this account.
	New(AccountId),
}

/// What preparation has done.
pub enum Pre<Known> {
	/// Only the nonce was checked; this weight for an introduction was not needed.
	Known(Known, Weight),
	/// An account was introduced.
	New,
}

impl<T> TransactionExtension<T::RuntimeCall> for CheckNonceOrSponsored<T>
where
	T: Config + TxConfig + Send + Sync,
	<T as TxConfig>::OnChargeTransaction: OnChargeTransaction<T, Balance = Balance>,
	T::RuntimeCall: Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	<T::RuntimeCall as Dispatchable>::RuntimeOrigin: AsSystemOriginSigner<T::AccountId> + Clone,
	CheckNonce<T>: StaticTypeInfo,
{
	const IDENTIFIER: &'static str =
		<CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::IDENTIFIER;
	type Implicit = ();
	type Val = Val<T::AccountId, <CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::Val>;
	type Pre = Pre<<CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::Pre>;

	fn weight(&self, call: &T::RuntimeCall) -> Weight {
		let checked = self.inner.weight(call);
		let sponsored = match Pallet::<T>::ask(call) {
			None => Weight::zero(),
			Some(Ask::Named(..)) => {
				<T as Config>::WeightInfo::pay().saturating_add(introduction::<T>())
			}
			// Gas must not depend on who pays: the rest is registered where it happens.
			Some(Ask::Contract(_)) => <T as Config>::WeightInfo::look_up(),
		};
		checked.saturating_add(sponsored)
	}

	fn validate(
		&self,
		origin: <T::RuntimeCall as Dispatchable>::RuntimeOrigin,
		call: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		len: usize,
		implicit: Self::Implicit,
		inherited: &impl Implication,
		source: TransactionSource,
	) -> ValidateResult<Self::Val, T::RuntimeCall> {
		if let Some(who) = origin.as_system_origin_signer() {
			if !self.is_ethereum && is_ethereums::<T>(call) {
				return Err(InvalidTransaction::Call.into());
			}
			if Pallet::<T>::is_missing(who) && is_introduced::<T>(who, call, fee::<T>(info, len))? {
				let validity = self.validity_of_new(who)?;
				return Ok((validity, Val::New(who.clone()), origin));
			}
		}
		let (validity, val, origin) =
			self.inner.validate(origin, call, info, len, implicit, inherited, source)?;
		Ok((validity, Val::Known(val), origin))
	}

	fn prepare(
		self,
		val: Self::Val,
		origin: &<T::RuntimeCall as Dispatchable>::RuntimeOrigin,
		call: &T::RuntimeCall,
		info: &DispatchInfoOf<T::RuntimeCall>,
		len: usize,
	) -> Result<Self::Pre, TransactionValidityError> {
		match val {
			Val::Known(val) => {
				let unused = match Pallet::<T>::ask(call) {
					Some(Ask::Named(..)) => introduction::<T>(),
					_ => Weight::zero(),
				};
				let pre = self.inner.prepare(val, origin, call, info, len)?;
				Ok(Pre::Known(pre, unused))
			}
			Val::New(who) => {
				introduce::<T>(&who, call, fee::<T>(info, len))?;
				CheckNonce::<T>::prepare_nonce_for_account(&who, self.inner.0)?;
				Ok(Pre::New)
			}
		}
	}

	fn post_dispatch_details(
		pre: Self::Pre,
		info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		len: usize,
		result: &DispatchResult,
	) -> Result<Weight, TransactionValidityError> {
		match pre {
			Pre::Known(pre, unused) => {
				let refund =
					<CheckNonce<T> as TransactionExtension<T::RuntimeCall>>::post_dispatch_details(
						pre, info, post_info, len, result,
					)?;
				Ok(refund.saturating_add(unused))
			}
			Pre::New => Ok(Weight::zero()),
		}
	}
}

impl<T: Config> CheckNonceOrSponsored<T> {
	/// What the pool has to know of the first transaction, or one after it, of an account that does not
	/// exist: the tags that `CheckNonce` gives to one that does.
	fn validity_of_new(
		&self,
		who: &T::AccountId,
	) -> Result<ValidTransaction, TransactionValidityError> {
		let (nonce, next) = (self.inner.0, frame_system::Pallet::<T>::account_nonce(who));
		if nonce < next {
			return Err(InvalidTransaction::Stale.into());
		}
		let before = nonce.checked_sub(&One::one()).filter(|_| nonce > next);
		Ok(ValidTransaction {
			provides: alloc::vec![(who, nonce).encode()],
			requires: before.map(|before| (who, before).encode()).into_iter().collect(),
			..Default::default()
		})
	}
}

/// Whether only an Ethereum transaction can make this call.
fn is_ethereums<T: Config>(call: &T::RuntimeCall) -> bool {
	matches!(
		T::Contracts::inspect(call),
		Some(
			ContractCall::Ethereum(_)
				| ContractCall::EthereumDeployment
				| ContractCall::EthereumRuntime(_)
		)
	)
}

fn introduction<T: Config>() -> Weight {
	T::WeightInfo::introduce()
}

/// The fee that `ChargeTransactionPayment` will ask for, without a tip.
fn fee<T>(info: &DispatchInfoOf<T::RuntimeCall>, len: usize) -> Balance
where
	T: Config + TxConfig,
	<T as TxConfig>::OnChargeTransaction: OnChargeTransaction<T, Balance = Balance>,
{
	// No transaction is longer than a block, which is far below four gigabytes.
	let len = u32::try_from(len).unwrap_or(u32::MAX);
	pallet_transaction_payment::Pallet::<T>::compute_fee(len, info, 0)
}

/// Whether the plan that `call` asks would make `who` exist and pay `fee`.
fn is_introduced<T: Config>(
	who: &T::AccountId,
	call: &T::RuntimeCall,
	fee: Balance,
) -> Result<bool, TransactionValidityError> {
	let price = T::IntroductionPrice::get();
	let admission = Pallet::<T>::consult(call, |plan, target| {
		Pallet::<T>::admission(plan, who, target, fee, price)
	})?;
	Ok(admission.is_some())
}

fn introduce<T: Config>(
	who: &T::AccountId,
	call: &T::RuntimeCall,
	fee: Balance,
) -> Result<(), TransactionValidityError> {
	let is_contract = Pallet::<T>::consult(call, |plan, target| {
		Pallet::<T>::introduce(plan, who, target, fee).map(|()| target.is_contract())
	})?
	// Validation found a plan, and nothing has happened since.
	.ok_or(InvalidTransaction::Payment)?;
	if is_contract {
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			introduction::<T>(),
			DispatchClass::Normal,
		);
	}
	Ok(())
}
