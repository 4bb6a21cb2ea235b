//! Fees are paid from what stake has generated, without a claim.

use crate::{Config, Pallet};
use core::marker::PhantomData;
use pallet_transaction_payment::{OnChargeTransaction, TxCreditHold};
use popnet_primitives::Balance;
use sp_runtime::{
	traits::{DispatchInfoOf, PostDispatchInfoOf},
	transaction_validity::TransactionValidityError,
};

/// Settles the payer, then charges through `Inner`. Native and Ethereum transactions alike.
///
/// While a transaction waits in the pool the settlement happens in a state that is thrown away, so
/// a staker whose LIT balance is zero passes validation too. As the payer is settled before the call
/// runs, the call sees everything that its sender's stake has generated. With `Inner =
/// FungibleAdapter<Lit, ()>` fees and tips are burned: their credit is dropped.
///
/// The weight of the settlement is in [`ChargeLitWeight`](crate::weights::ChargeLitWeight).
pub struct ChargeLit<Inner>(PhantomData<Inner>);

impl<T, Inner> OnChargeTransaction<T> for ChargeLit<Inner>
where
	T: Config + pallet_transaction_payment::Config,
	Inner: OnChargeTransaction<T, Balance = Balance>,
	T::OnChargeTransaction: TxCreditHold<T>,
{
	type Balance = Balance;
	type LiquidityInfo = Inner::LiquidityInfo;

	fn withdraw_fee(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<Self::LiquidityInfo, TransactionValidityError> {
		Pallet::<T>::settle(who);
		Inner::withdraw_fee(who, call, dispatch_info, fee_with_tip, tip)
	}

	fn can_withdraw_fee(
		who: &T::AccountId,
		call: &T::RuntimeCall,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		Pallet::<T>::settle(who);
		Inner::can_withdraw_fee(who, call, dispatch_info, fee_with_tip, tip)
	}

	fn correct_and_deposit_fee(
		who: &T::AccountId,
		dispatch_info: &DispatchInfoOf<T::RuntimeCall>,
		post_info: &PostDispatchInfoOf<T::RuntimeCall>,
		corrected_fee_with_tip: Balance,
		tip: Balance,
		liquidity_info: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		Inner::correct_and_deposit_fee(
			who,
			dispatch_info,
			post_info,
			corrected_fee_with_tip,
			tip,
			liquidity_info,
		)
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

impl<T, Inner> TxCreditHold<T> for ChargeLit<Inner>
where
	T: pallet_transaction_payment::Config,
	Inner: TxCreditHold<T>,
{
	type Credit = Inner::Credit;
}
