//! A fungible that tells when holds change.

use core::marker::PhantomData;
use frame_support::traits::{
	fungible::{
		hold::DoneSlash, Balanced, BalancedHold, Dust, Inspect, InspectHold, Mutate, MutateHold, Unbalanced,
		UnbalancedHold,
	},
	tokens::{
		DepositConsequence, Fortitude, Preservation, Provenance, WithdrawConsequence,
	},
};
use popnet_primitives::traits::StakeObserver;
use sp_runtime::{DispatchError, DispatchResult};

/// `Inner`, with `Observer` told after every change of an amount on hold.
///
/// Every way to hold, release, move or slash held funds ends in `set_balance_on_hold`, so a pallet
/// that bonds through this type cannot change stake unnoticed. `pallet-staking` bonds through it
/// because its own listeners hear of slashes and withdrawals only.
pub struct ObservedHolds<Inner, Observer>(PhantomData<(Inner, Observer)>);

impl<A, Inner: Inspect<A>, O> Inspect<A> for ObservedHolds<Inner, O> {
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

	fn total_balance(who: &A) -> Self::Balance {
		Inner::total_balance(who)
	}

	fn balance(who: &A) -> Self::Balance {
		Inner::balance(who)
	}

	fn reducible_balance(who: &A, keep: Preservation, force: Fortitude) -> Self::Balance {
		Inner::reducible_balance(who, keep, force)
	}

	fn can_deposit(who: &A, amount: Self::Balance, provenance: Provenance) -> DepositConsequence {
		Inner::can_deposit(who, amount, provenance)
	}

	fn can_withdraw(who: &A, amount: Self::Balance) -> WithdrawConsequence<Self::Balance> {
		Inner::can_withdraw(who, amount)
	}
}

impl<A, Inner: Unbalanced<A>, O> Unbalanced<A> for ObservedHolds<Inner, O> {
	fn handle_dust(dust: Dust<A, Self>) {
		Inner::handle_dust(Dust(dust.0));
	}

	fn write_balance(
		who: &A,
		amount: Self::Balance,
	) -> Result<Option<Self::Balance>, DispatchError> {
		Inner::write_balance(who, amount)
	}

	fn set_total_issuance(amount: Self::Balance) {
		Inner::set_total_issuance(amount);
	}

	fn deactivate(amount: Self::Balance) {
		Inner::deactivate(amount);
	}

	fn reactivate(amount: Self::Balance) {
		Inner::reactivate(amount);
	}
}

impl<A: Eq, Inner: Mutate<A>, O> Mutate<A> for ObservedHolds<Inner, O> {
	fn done_mint_into(who: &A, amount: Self::Balance) {
		Inner::done_mint_into(who, amount);
	}

	fn done_burn_from(who: &A, amount: Self::Balance) {
		Inner::done_burn_from(who, amount);
	}

	fn done_shelve(who: &A, amount: Self::Balance) {
		Inner::done_shelve(who, amount);
	}

	fn done_restore(who: &A, amount: Self::Balance) {
		Inner::done_restore(who, amount);
	}

	fn done_transfer(source: &A, dest: &A, amount: Self::Balance) {
		Inner::done_transfer(source, dest, amount);
	}
}

impl<A, Inner: InspectHold<A>, O> InspectHold<A> for ObservedHolds<Inner, O> {
	type Reason = Inner::Reason;

	fn total_balance_on_hold(who: &A) -> Self::Balance {
		Inner::total_balance_on_hold(who)
	}

	fn reducible_total_balance_on_hold(who: &A, force: Fortitude) -> Self::Balance {
		Inner::reducible_total_balance_on_hold(who, force)
	}

	fn balance_on_hold(reason: &Self::Reason, who: &A) -> Self::Balance {
		Inner::balance_on_hold(reason, who)
	}

	fn hold_available(reason: &Self::Reason, who: &A) -> bool {
		Inner::hold_available(reason, who)
	}
}

impl<A, Inner: UnbalancedHold<A>, O: StakeObserver<A>> UnbalancedHold<A>
	for ObservedHolds<Inner, O>
{
	fn set_balance_on_hold(
		reason: &Self::Reason,
		who: &A,
		amount: Self::Balance,
	) -> DispatchResult {
		Inner::set_balance_on_hold(reason, who, amount)?;
		O::stake_changed(who);
		Ok(())
	}
}

impl<A: Eq, Inner: MutateHold<A>, O: StakeObserver<A>> MutateHold<A> for ObservedHolds<Inner, O> {
	fn done_hold(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_hold(reason, who, amount);
	}

	fn done_release(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_release(reason, who, amount);
	}

	fn done_burn_held(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_burn_held(reason, who, amount);
	}

	fn done_transfer_on_hold(
		reason: &Self::Reason,
		source: &A,
		dest: &A,
		amount: Self::Balance,
	) {
		Inner::done_transfer_on_hold(reason, source, dest, amount);
	}

	fn done_transfer_and_hold(
		reason: &Self::Reason,
		source: &A,
		dest: &A,
		transferred: Self::Balance,
	) {
		Inner::done_transfer_and_hold(reason, source, dest, transferred);
	}
}

impl<A, Inner: Balanced<A>, O> Balanced<A> for ObservedHolds<Inner, O> {
	type OnDropCredit = Inner::OnDropCredit;
	type OnDropDebt = Inner::OnDropDebt;

	fn done_rescind(amount: Self::Balance) {
		Inner::done_rescind(amount);
	}

	fn done_issue(amount: Self::Balance) {
		Inner::done_issue(amount);
	}

	fn done_deposit(who: &A, amount: Self::Balance) {
		Inner::done_deposit(who, amount);
	}

	fn done_withdraw(who: &A, amount: Self::Balance) {
		Inner::done_withdraw(who, amount);
	}
}

impl<A, Inner: BalancedHold<A>, O> DoneSlash<Inner::Reason, A, Inner::Balance>
	for ObservedHolds<Inner, O>
{
	fn done_slash(reason: &Inner::Reason, who: &A, amount: Inner::Balance) {
		Inner::done_slash(reason, who, amount);
	}
}

impl<A, Inner: BalancedHold<A>, O: StakeObserver<A>> BalancedHold<A> for ObservedHolds<Inner, O> {}
