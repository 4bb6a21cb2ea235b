//! The currency of contracts, which leaves alone what a plan has lent.

use crate::{charge::keep_lent, Config, Pallet};
use core::marker::PhantomData;
use frame_support::traits::{
	fungible::{
		Balanced, Credit, Dust, Inspect, InspectHold, Mutate, MutateHold, Unbalanced,
		UnbalancedHold,
	},
	tokens::{
		DepositConsequence, Fortitude, Precision, Preservation, Provenance, WithdrawConsequence,
	},
	Get, Imbalance, SuppressedDrop,
};
use pallet_transaction_payment::{Config as TxConfig, TxCreditHold};
use popnet_primitives::Balance;
use sp_runtime::{DispatchError, DispatchResult};

/// `Inner`, except that nobody is given a credit out of a fee that a plan has lent.
///
/// Contracts take storage deposits, and existential deposits of accounts that they create, out of the
/// fee of an Ethereum transaction and give them on with `resolve`. Where a plan has lent the fee, `resolve`
/// first tops it up from the signer, and fails if the signer cannot: then the contract call fails, and the
/// plan pays for its weight alone.
///
/// Nor is anything withdrawn from an account that does not exist, and has nothing, as long as it is asked
/// for less than the price of an introduction. An Ethereum transaction gives what its gas is worth beyond
/// the fee before any plan is asked, and as wallets estimate gas for the longest signature, that is rarely
/// nothing. Its nonce is refused next unless a plan introduces the account; and what it did not give is
/// missing for its own deposits alone.
pub struct GuardedLit<T, Inner>(PhantomData<(T, Inner)>);

impl<T: Config, Inner: Inspect<T::AccountId>> Inspect<T::AccountId> for GuardedLit<T, Inner> {
	type Balance = Inner::Balance;

	fn total_issuance() -> Self::Balance {
		Inner::total_issuance()
	}

	fn active_issuance() -> Self::Balance {
		Inner::active_issuance()
	}

	fn minimum_balance() -> Self::Balance {
		Inner::minimum_balance()
	}

	fn total_balance(who: &T::AccountId) -> Self::Balance {
		Inner::total_balance(who)
	}

	fn balance(who: &T::AccountId) -> Self::Balance {
		Inner::balance(who)
	}

	fn reducible_balance(
		who: &T::AccountId,
		keep: Preservation,
		force: Fortitude,
	) -> Self::Balance {
		Inner::reducible_balance(who, keep, force)
	}

	fn can_deposit(
		who: &T::AccountId,
		amount: Self::Balance,
		provenance: Provenance,
	) -> DepositConsequence {
		Inner::can_deposit(who, amount, provenance)
	}

	fn can_withdraw(
		who: &T::AccountId,
		amount: Self::Balance,
	) -> WithdrawConsequence<Self::Balance> {
		Inner::can_withdraw(who, amount)
	}
}

impl<T: Config, Inner: Unbalanced<T::AccountId>> Unbalanced<T::AccountId> for GuardedLit<T, Inner> {
	fn handle_raw_dust(amount: Self::Balance) {
		Inner::handle_raw_dust(amount);
	}

	fn handle_dust(dust: Dust<T::AccountId, Self>) {
		Inner::handle_dust(Dust(dust.0));
	}

	fn write_balance(
		who: &T::AccountId,
		amount: Self::Balance,
	) -> Result<Option<Self::Balance>, DispatchError> {
		Inner::write_balance(who, amount)
	}

	fn set_total_issuance(amount: Self::Balance) {
		Inner::set_total_issuance(amount);
	}

	fn decrease_balance(
		who: &T::AccountId,
		amount: Self::Balance,
		precision: Precision,
		preservation: Preservation,
		force: Fortitude,
	) -> Result<Self::Balance, DispatchError> {
		Inner::decrease_balance(who, amount, precision, preservation, force)
	}

	fn increase_balance(
		who: &T::AccountId,
		amount: Self::Balance,
		precision: Precision,
	) -> Result<Self::Balance, DispatchError> {
		Inner::increase_balance(who, amount, precision)
	}

	fn deactivate(amount: Self::Balance) {
		Inner::deactivate(amount);
	}

	fn reactivate(amount: Self::Balance) {
		Inner::reactivate(amount);
	}
}

impl<T: Config, Inner: Mutate<T::AccountId>> Mutate<T::AccountId> for GuardedLit<T, Inner> {
	fn burn_from(
		who: &T::AccountId,
		amount: Self::Balance,
		preservation: Preservation,
		precision: Precision,
		force: Fortitude,
	) -> Result<Self::Balance, DispatchError> {
		Inner::burn_from(who, amount, preservation, precision, force)
	}

	fn shelve(who: &T::AccountId, amount: Self::Balance) -> Result<Self::Balance, DispatchError> {
		Inner::shelve(who, amount)
	}

	fn done_mint_into(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_mint_into(who, amount);
	}

	fn done_burn_from(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_burn_from(who, amount);
	}

	fn done_shelve(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_shelve(who, amount);
	}

	fn done_restore(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_restore(who, amount);
	}

	fn done_transfer(source: &T::AccountId, dest: &T::AccountId, amount: Self::Balance) {
		Inner::done_transfer(source, dest, amount);
	}
}

impl<T: Config, Inner: InspectHold<T::AccountId>> InspectHold<T::AccountId>
	for GuardedLit<T, Inner>
{
	type Reason = Inner::Reason;

	fn total_balance_on_hold(who: &T::AccountId) -> Self::Balance {
		Inner::total_balance_on_hold(who)
	}

	fn reducible_total_balance_on_hold(who: &T::AccountId, force: Fortitude) -> Self::Balance {
		Inner::reducible_total_balance_on_hold(who, force)
	}

	fn balance_on_hold(reason: &Self::Reason, who: &T::AccountId) -> Self::Balance {
		Inner::balance_on_hold(reason, who)
	}

	fn hold_available(reason: &Self::Reason, who: &T::AccountId) -> bool {
		Inner::hold_available(reason, who)
	}
}

impl<T: Config, Inner: UnbalancedHold<T::AccountId>> UnbalancedHold<T::AccountId>
	for GuardedLit<T, Inner>
{
	fn set_balance_on_hold(
		reason: &Self::Reason,
		who: &T::AccountId,
		amount: Self::Balance,
	) -> DispatchResult {
		Inner::set_balance_on_hold(reason, who, amount)
	}
}

impl<T: Config, Inner: MutateHold<T::AccountId>> MutateHold<T::AccountId> for GuardedLit<T, Inner> {
	fn done_hold(reason: &Self::Reason, who: &T::AccountId, amount: Self::Balance) {
		Inner::done_hold(reason, who, amount);
	}

	fn done_release(reason: &Self::Reason, who: &T::AccountId, amount: Self::Balance) {
		Inner::done_release(reason, who, amount);
	}

	fn done_burn_held(reason: &Self::Reason, who: &T::AccountId, amount: Self::Balance) {
		Inner::done_burn_held(reason, who, amount);
	}

	fn done_transfer_on_hold(
		reason: &Self::Reason,
		source: &T::AccountId,
		dest: &T::AccountId,
		amount: Self::Balance,
	) {
		Inner::done_transfer_on_hold(reason, source, dest, amount);
	}

	fn done_transfer_and_hold(
		reason: &Self::Reason,
		source: &T::AccountId,
		dest: &T::AccountId,
		transferred: Self::Balance,
	) {
		Inner::done_transfer_and_hold(reason, source, dest, transferred);
	}
}

impl<T, Inner> Balanced<T::AccountId> for GuardedLit<T, Inner>
where
	T: Config + TxConfig,
	T::OnChargeTransaction:
		TxCreditHold<T, Credit: SuppressedDrop<Inner = Credit<T::AccountId, T::Lit>>>,
	Inner: Balanced<T::AccountId, Balance = Balance>,
{
	type OnDropCredit = Inner::OnDropCredit;
	type OnDropDebt = Inner::OnDropDebt;

	fn resolve(
		who: &T::AccountId,
		credit: Credit<T::AccountId, Self>,
	) -> Result<(), Credit<T::AccountId, Self>> {
		if keep_lent::<T>().is_err() {
			return Err(credit);
		}
		Inner::resolve(who, credit)
	}

	fn withdraw(
		who: &T::AccountId,
		value: Self::Balance,
		precision: Precision,
		preservation: Preservation,
		force: Fortitude,
	) -> Result<Credit<T::AccountId, Self>, DispatchError> {
		if value < T::IntroductionPrice::get() && Pallet::<T>::is_missing(who) {
			return Ok(Credit::<T::AccountId, Inner>::zero());
		}
		Inner::withdraw(who, value, precision, preservation, force)
	}

	fn done_rescind(amount: Self::Balance) {
		Inner::done_rescind(amount);
	}

	fn done_issue(amount: Self::Balance) {
		Inner::done_issue(amount);
	}

	fn done_deposit(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_deposit(who, amount);
	}

	fn done_withdraw(who: &T::AccountId, amount: Self::Balance) {
		Inner::done_withdraw(who, amount);
	}
}
