//! Lending LIT income: making leases, ending them, and fitting them to the stake.

use crate::{Config, Error, Event, LeaseOf, NextLease, Pallet};
use alloc::vec::Vec;
use frame_support::{defensive, ensure, traits::Get};
use frame_system::pallet_prelude::BlockNumberFor;
use popnet_primitives::economics::{Lease, LeaseId, LeaseTerms};
use sp_runtime::{
	traits::{Saturating, Zero},
	ArithmeticError, DispatchResult,
};

impl<T: Config> Pallet<T> {
	/// The leases that `who` gives and receives now, the oldest first.
	pub fn leases_of(who: &T::AccountId) -> (Vec<LeaseOf<T>>, Vec<LeaseOf<T>>) {
		let accrual = Self::settled_account(who);
		(accrual.given.into_inner(), accrual.received.into_inner())
	}

	pub(crate) fn do_lend(
		lender: T::AccountId,
		borrower: T::AccountId,
		terms: LeaseTerms,
		end: BlockNumberFor<T>,
	) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		ensure!(lender != borrower, Error::<T>::OwnBorrower);
		ensure!(end > now, Error::<T>::EndPassed);
		ensure!(end.saturating_sub(now) <= T::LeaseBlocksMax::get(), Error::<T>::LeaseTooLong);
		let id = NextLease::<T>::get();
		let next = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		let mut giver = Self::settled_account(&lender);
		let amount = terms.amount(giver.stake);
		ensure!(amount >= T::LentMin::get(), Error::<T>::LeaseTooSmall);
		let given = Lease { id, other: borrower.clone(), share: terms.share(), amount, end };
		giver.given.try_push(given.clone()).map_err(|_| Error::<T>::TooManyGiven)?;
		ensure!(giver.fits(), Error::<T>::LeaseExceedsStake);
		let displaced = Self::displaced(&borrower, &given)?;

		NextLease::<T>::put(next);
		if let Some(old) = displaced {
			Self::remove(&old.other, &borrower, old.id);
			Self::deposit_event(Event::Displaced { lease: old.id });
		}
		let received = Lease { other: lender.clone(), ..given.clone() };
		// There is room: seen above for the lender, and made for the borrower.
		Self::amend(&lender, |giver| giver.given.try_push(given))
			.map_err(|_| Error::<T>::TooManyGiven)?;
		Self::amend(&borrower, |taker| taker.received.try_push(received))
			.map_err(|_| Error::<T>::TooManyReceived)?;
		Self::deposit_event(Event::Lent { lease: id, lender, borrower, terms, amount, end });
		Ok(())
	}

	pub(crate) fn do_end_lease(lender: T::AccountId, id: LeaseId) -> DispatchResult {
		let given = Self::settled_account(&lender).given;
		let lease = given.into_iter().find(|lease| lease.id == id);
		let mut lease = lease.ok_or(Error::<T>::UnknownLease)?;
		let earliest =
			frame_system::Pallet::<T>::block_number().saturating_add(T::NoticeBlocks::get());
		ensure!(earliest < lease.end, Error::<T>::EndsSoon);

		lease.end = earliest;
		Self::amend(&lender, |giver| {
			if let Some(given) = giver.given.iter_mut().find(|given| given.id == id) {
				given.end = earliest;
			}
		});
		Self::tell_borrower(&lease);
		Ok(())
	}

	pub(crate) fn do_give_back(borrower: T::AccountId, id: LeaseId) -> DispatchResult {
		let received = Self::settled_account(&borrower).received;
		let lease = received.into_iter().find(|lease| lease.id == id);
		let lender = lease.ok_or(Error::<T>::UnknownLease)?.other;

		Self::remove(&lender, &borrower, id);
		Self::deposit_event(Event::GivenBack { lease: id });
		Ok(())
	}

	/// Settles the borrower of `lease`, which has changed on its lender's side, and records the
	/// change; an amount of zero means that the lease has ended.
	pub(crate) fn tell_borrower(lease: &LeaseOf<T>) {
		let (id, amount, end) = (lease.id, lease.amount, lease.end);
		let is_known = Self::amend(&lease.other, |taker| {
			let Some(received) = taker.received.iter_mut().find(|lease| lease.id == id) else {
				return false;
			};
			received.amount = amount;
			received.end = end;
			if amount.is_zero() {
				taker.received.retain(|lease| lease.id != id);
			}
			true
		});
		if !is_known {
			defensive!("a lease is unknown to its borrower");
		}
		Self::deposit_event(Event::LeaseChanged { lease: id, amount, end });
	}

	/// The lease that has to give way if `borrower` is to receive `new`.
	fn displaced(
		borrower: &T::AccountId,
		new: &LeaseOf<T>,
	) -> Result<Option<LeaseOf<T>>, Error<T>> {
		let taker = Self::settled_account(borrower);
		if !taker.received.is_full() {
			return Ok(None);
		}
		let weakest = taker.weakest().ok_or(Error::<T>::TooManyReceived)?;
		ensure!(new.amount / 2 >= weakest.amount, Error::<T>::TooManyReceived);
		Ok(Some(weakest.clone()))
	}

	/// Settles both sides of a lease and ends it in this block.
	fn remove(lender: &T::AccountId, borrower: &T::AccountId, id: LeaseId) {
		Self::amend(lender, |giver| giver.given.retain(|lease| lease.id != id));
		Self::amend(borrower, |taker| taker.received.retain(|lease| lease.id != id));
	}
}
