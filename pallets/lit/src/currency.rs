//! Fungibles that this pallet watches: [`ObservedHolds`] for POP, [`SpendableLit`] for LIT.

use crate::{Config, Pallet};
use core::marker::PhantomData;
use frame_support::{
	storage::{with_transaction, TransactionOutcome},
	traits::{
		fungible::{
			hold::DoneSlash, Balanced, BalancedHold, Dust, Inspect, InspectHold, Mutate,
			MutateHold, Unbalanced, UnbalancedHold,
		},
		tokens::{
			DepositConsequence, Fortitude, Precision, Preservation, Provenance, WithdrawConsequence,
		},
	},
};
use popnet_primitives::traits::StakeObserver;
use sp_runtime::{DispatchError, DispatchResult};

/// `Inner`, with `Observer` told after every change of an amount on hold.
///
/// Every way to hold, release, move or slash held funds ends in `set_balance_on_hold`, so a pallet
/// that bonds through this type cannot change stake unnoticed. `pallet-staking` bonds through it
/// because its own listeners hear of slashes and withdrawals only, and of slashes too early.
pub type ObservedHolds<Inner, Observer> = Watched<Inner, TellHolds<Observer>>;

/// LIT as its owner sees it: what stake has generated counts as balance, and is minted as soon as
/// some of it is spent.
///
/// The currency of contracts. An Ethereum transaction gives its storage deposit before any
/// extension of the transaction runs, thus before [`ChargeLit`](crate::ChargeLit) settles its
/// sender; with this currency it can come from stake like everything else. Credits of this type and
/// of [`Config::Lit`] are the same type, as contracts and fees share one credit.
pub type SpendableLit<T> = Watched<<T as Config>::Lit, Settle<T>>;

/// What happens beside the operations of a fungible.
pub trait Watch<AccountId> {
	/// Before `who`'s free balance decreases.
	fn before_decrease(_who: &AccountId) {}

	/// After an amount on hold of `who` has changed.
	fn hold_changed(_who: &AccountId) {}

	/// The result of `read` as if [`Watch::before_decrease`] had been called before, changing
	/// nothing.
	fn preview<Output>(_who: &AccountId, read: impl Fn() -> Output) -> Output {
		read()
	}
}

/// Tells `Observer` when holds change.
pub struct TellHolds<Observer>(PhantomData<Observer>);

impl<AccountId, Observer: StakeObserver<AccountId>> Watch<AccountId> for TellHolds<Observer> {
	fn hold_changed(who: &AccountId) {
		Observer::stake_changed(who);
	}
}

/// Settles accounts before they spend.
pub struct Settle<T>(PhantomData<T>);

impl<T: Config> Watch<T::AccountId> for Settle<T> {
	fn before_decrease(who: &T::AccountId) {
		Pallet::<T>::settle(who);
	}

	fn preview<Output>(who: &T::AccountId, read: impl Fn() -> Output) -> Output {
		if !Pallet::<T>::would_mint(who) {
			return read();
		}
		let previewed = with_transaction(|| {
			Pallet::<T>::settle(who);
			TransactionOutcome::Rollback(Ok::<_, DispatchError>(read()))
		});
		// Fails only beyond 255 nested transactions; the plain balance is a safe lower bound.
		previewed.unwrap_or_else(|_| read())
	}
}

/// `Inner`, watched by `W`.
pub struct Watched<Inner, W>(PhantomData<(Inner, W)>);

impl<A, Inner: Inspect<A>, W: Watch<A>> Inspect<A> for Watched<Inner, W> {
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
		W::preview(who, || Inner::total_balance(who))
	}

	fn balance(who: &A) -> Self::Balance {
		W::preview(who, || Inner::balance(who))
	}

	fn reducible_balance(who: &A, keep: Preservation, force: Fortitude) -> Self::Balance {
		W::preview(who, || Inner::reducible_balance(who, keep, force))
	}

	fn can_deposit(who: &A, amount: Self::Balance, provenance: Provenance) -> DepositConsequence {
		Inner::can_deposit(who, amount, provenance)
	}

	fn can_withdraw(who: &A, amount: Self::Balance) -> WithdrawConsequence<Self::Balance> {
		W::preview(who, || Inner::can_withdraw(who, amount))
	}
}

impl<A, Inner: Unbalanced<A>, W: Watch<A>> Unbalanced<A> for Watched<Inner, W> {
	fn handle_raw_dust(amount: Self::Balance) {
		Inner::handle_raw_dust(amount);
	}

	fn handle_dust(dust: Dust<A, Self>) {
		Inner::handle_dust(Dust(dust.0));
	}

	fn write_balance(
		who: &A,
		amount: Self::Balance,
	) -> Result<Option<Self::Balance>, DispatchError> {
		// The caller has computed `amount` from a balance that counts what is not minted yet.
		W::before_decrease(who);
		Inner::write_balance(who, amount)
	}

	fn set_total_issuance(amount: Self::Balance) {
		Inner::set_total_issuance(amount);
	}

	fn decrease_balance(
		who: &A,
		amount: Self::Balance,
		precision: Precision,
		preservation: Preservation,
		force: Fortitude,
	) -> Result<Self::Balance, DispatchError> {
		W::before_decrease(who);
		Inner::decrease_balance(who, amount, precision, preservation, force)
	}

	fn increase_balance(
		who: &A,
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

impl<A: Eq, Inner: Mutate<A>, W: Watch<A>> Mutate<A> for Watched<Inner, W> {
	fn burn_from(
		who: &A,
		amount: Self::Balance,
		preservation: Preservation,
		precision: Precision,
		force: Fortitude,
	) -> Result<Self::Balance, DispatchError> {
		// First of all, as burning checks the issuance before it decreases the balance.
		W::before_decrease(who);
		Inner::burn_from(who, amount, preservation, precision, force)
	}

	fn shelve(who: &A, amount: Self::Balance) -> Result<Self::Balance, DispatchError> {
		W::before_decrease(who);
		Inner::shelve(who, amount)
	}

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

impl<A, Inner: InspectHold<A>, W: Watch<A>> InspectHold<A> for Watched<Inner, W> {
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

impl<A, Inner: UnbalancedHold<A>, W: Watch<A>> UnbalancedHold<A> for Watched<Inner, W> {
	fn set_balance_on_hold(
		reason: &Self::Reason,
		who: &A,
		amount: Self::Balance,
	) -> DispatchResult {
		Inner::set_balance_on_hold(reason, who, amount)?;
		W::hold_changed(who);
		Ok(())
	}
}

impl<A: Eq, Inner: MutateHold<A>, W: Watch<A>> MutateHold<A> for Watched<Inner, W> {
	fn done_hold(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_hold(reason, who, amount);
	}

	fn done_release(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_release(reason, who, amount);
	}

	fn done_burn_held(reason: &Self::Reason, who: &A, amount: Self::Balance) {
		Inner::done_burn_held(reason, who, amount);
	}

	fn done_transfer_on_hold(reason: &Self::Reason, source: &A, dest: &A, amount: Self::Balance) {
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

impl<A, Inner: Balanced<A>, W: Watch<A>> Balanced<A> for Watched<Inner, W> {
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

impl<A, Inner: BalancedHold<A>, W> DoneSlash<Inner::Reason, A, Inner::Balance>
	for Watched<Inner, W>
{
	fn done_slash(reason: &Inner::Reason, who: &A, amount: Inner::Balance) {
		Inner::done_slash(reason, who, amount);
	}
}

impl<A, Inner: BalancedHold<A>, W: Watch<A>> BalancedHold<A> for Watched<Inner, W> {}
