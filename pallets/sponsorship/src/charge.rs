//! Fees of transactions, paid by plans.

use crate::{types::Manner, Config, Current, Pallet, Payment, PaymentOf, WeightInfo};
use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchClass,
	traits::{
		fungible::{Balanced, Credit},
		SuppressedDrop,
	},
};
use pallet_transaction_payment::{
	Config as TxConfig, OnChargeTransaction, Pallet as TransactionPayment, TxCreditHold,
};
use popnet_primitives::Balance;
use sp_runtime::{
	traits::{DispatchInfoOf, PostDispatchInfoOf},
	transaction_validity::TransactionValidityError,
};

/// Has the plan pay that a transaction names or that its contract is bound to, and the signer through
/// `Inner` otherwise. Tips are always the signer's.
///
/// A named plan pays or the transaction is invalid. The plan of a contract pays what it admits and
/// leaves the rest to the signer, who has signed an ordinary Ethereum transaction.
///
/// The fee is set aside first and burned once it is known. Contracts take storage deposits of Ethereum
/// transactions out of the fee's credit, so there the fee is lent: issued into the credit, taken out of it
/// and burned afterwards, while the plan's own LIT stays on hold. What the credit lacks then, the plan
/// would have to replace; [`GuardedLit`](crate::GuardedLit) sees to it that it lacks nothing.
pub struct ChargeSponsored<Inner>(PhantomData<Inner>);

/// What is known of a fee while its transaction runs.
pub struct Charged<AccountId, LiquidityInfo> {
	inner: LiquidityInfo,
	payment: Option<Payment<AccountId>>,
}

impl<AccountId, LiquidityInfo: Default> Default for Charged<AccountId, LiquidityInfo> {
	fn default() -> Self {
		Self { inner: LiquidityInfo::default(), payment: None }
	}
}

impl<T, Inner> OnChargeTransaction<T> for ChargeSponsored<Inner>
where
	T: Config + TxConfig,
	Inner: OnChargeTransaction<T, Balance = Balance>,
	T::OnChargeTransaction:
		TxCreditHold<T, Credit: SuppressedDrop<Inner = Credit<T::AccountId, T::Lit>>>,
{
	type Balance = Balance;
	type LiquidityInfo = Charged<T::AccountId, Inner::LiquidityInfo>;

	fn withdraw_fee(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<Self::LiquidityInfo, TransactionValidityError> {
		let payment = pay::<T>(who, call, fee_with_tip.saturating_sub(tip))?;
		let of_signer = if payment.is_some() { tip } else { fee_with_tip };
		let inner = Inner::withdraw_fee(who, call, dispatch_info, of_signer, tip)?;
		Ok(Charged { inner, payment })
	}

	fn can_withdraw_fee(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		let fee = fee_with_tip.saturating_sub(tip);
		let admission = Pallet::<T>::consult(call, |plan, target| {
			Pallet::<T>::admission(plan, who, target, fee, 0)
		})?;
		let of_signer = if admission.is_some() { tip } else { fee_with_tip };
		Inner::can_withdraw_fee(who, call, dispatch_info, of_signer, tip)
	}

	fn correct_and_deposit_fee(
		who: &T::AccountId,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		corrected_fee_with_tip: Balance,
		tip: Balance,
		liquidity_info: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		let Charged { inner, payment } = liquidity_info;
		let mut of_signer = corrected_fee_with_tip;
		if let Some(payment) = payment {
			of_signer = tip;
			settle::<T>(payment, corrected_fee_with_tip.saturating_sub(tip));
		}
		// What is left in the fee's credit is the signer's: deposits given and not needed.
		Inner::correct_and_deposit_fee(who, dispatch_info, post_info, of_signer, tip, inner)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(who: &T::AccountId, amount: Balance) {
		Inner::endow_account(who, amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		Inner::minimum_balance()
	}
}

impl<T: TxConfig, Inner: TxCreditHold<T>> TxCreditHold<T> for ChargeSponsored<Inner> {
	type Credit = Inner::Credit;
}

fn pay<T>(
	who: &T::AccountId,
	call: &T::RuntimeCall,
	fee: Balance,
) -> Result<Option<PaymentOf<T>>, TransactionValidityError>
where
	T: Config + TxConfig,
	T::OnChargeTransaction:
		TxCreditHold<T, Credit: SuppressedDrop<Inner = Credit<T::AccountId, T::Lit>>>,
{
	let payment =
		Pallet::<T>::consult(call, |plan, target| Pallet::<T>::pay(plan, who, target, fee))?;
	if payment.as_ref().is_some_and(|payment| payment.manner == Manner::Lent) {
		TransactionPayment::<T>::deposit_txfee(T::Lit::issue(fee));
		// The weight of `sponsored` includes this; that of an Ethereum transaction is its gas, which must
		// not depend on who pays.
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			<T as Config>::WeightInfo::pay(),
			DispatchClass::Normal,
		);
	}
	Ok(payment)
}

fn settle<T>(payment: PaymentOf<T>, fee: Balance)
where
	T: Config + TxConfig,
	T::OnChargeTransaction:
		TxCreditHold<T, Credit: SuppressedDrop<Inner = Credit<T::AccountId, T::Lit>>>,
{
	let lost = match payment.manner {
		Manner::Named => 0,
		Manner::Lent => {
			let left: Balance = TransactionPayment::<T>::remaining_txfee();
			let returned = left.min(payment.fee);
			// Dropped, that is burned: it was issued for this transaction.
			drop(TransactionPayment::<T>::withdraw_txfee(returned));
			payment.fee.saturating_sub(returned)
		}
	};
	// Never more than was set aside.
	let paid = fee.saturating_add(lost).min(payment.fee);
	Pallet::<T>::settle(payment, paid);
}

/// Tops up the fee's credit from the signer where less is left in it than a plan has lent.
pub(crate) fn keep_lent<T>() -> sp_runtime::DispatchResult
where
	T: Config + TxConfig,
	T::OnChargeTransaction:
		TxCreditHold<T, Credit: SuppressedDrop<Inner = Credit<T::AccountId, T::Lit>>>,
{
	use frame_support::traits::tokens::{Fortitude, Precision, Preservation};
	let Some(payment) = Current::<T>::get().filter(|payment| payment.manner == Manner::Lent) else {
		return Ok(());
	};
	let left: Balance = TransactionPayment::<T>::remaining_txfee();
	let missing = payment.fee.saturating_sub(left);
	if missing == 0 {
		return Ok(());
	}
	let (exact, keep, polite) = (Precision::Exact, Preservation::Preserve, Fortitude::Polite);
	let credit = T::Lit::withdraw(&payment.who, missing, exact, keep, polite)?;
	TransactionPayment::<T>::deposit_txfee(credit);
	Ok(())
}
