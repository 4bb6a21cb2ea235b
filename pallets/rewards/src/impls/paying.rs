//! Paying accounts.

use crate::{
	Carries, Carry, Config, Eras, Error, Event, NextEra, Pallet, Phase, Record, Records, Roles,
	WeightInfo,
};
use frame_support::{dispatch::DispatchResultWithPostInfo, ensure};
use popnet_primitives::{
	rewards::{PaidTo, Payment, Role},
	Balance,
};
use sp_runtime::DispatchError;
use sp_staking::EraIndex;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_pay(
		era: EraIndex,
		role: Role,
		who: &T::AccountId,
	) -> DispatchResultWithPostInfo {
		ensure!(era < NextEra::<T>::get(), Error::<T>::EraNotEnded);
		ensure!(Eras::<T>::contains_key(era), Error::<T>::UnknownEra);
		let reward = Roles::<T>::get(era, role).ok_or(Error::<T>::NothingEarned)?;
		ensure!(reward.phase != Phase::Counting, Error::<T>::StillCounting);
		let record = Records::<T>::get((era, role, who)).ok_or(Error::<T>::NothingEarned)?;
		ensure!(reward.share(record.points) > 0, Error::<T>::NothingEarned);

		let to = match record.payment {
			Payment::Pending => Self::pay_record(era, role, who, record),
			Payment::Paid { to: PaidTo::Carried, .. } => Self::pay_carry(who)?,
			Payment::Paid { .. } => return Err(Error::<T>::AlreadyPaid.into()),
		};
		let nothing_bonded = matches!(to, PaidTo::Free | PaidTo::Carried);
		Ok(nothing_bonded.then(T::WeightInfo::pay).into())
	}

	/// Pays what an account has earned, or carries it. The record is pending, and the points of the
	/// role are final.
	pub(crate) fn pay_record(
		era: EraIndex,
		role: Role,
		who: &T::AccountId,
		mut record: Record,
	) -> PaidTo {
		let mut reward = Roles::<T>::get(era, role).unwrap_or_default();
		// The shares of all accounts fit in the amount; whatever a record says, none gets what belongs
		// to another role or era.
		let amount = reward.share(record.points).min(reward.unpaid);
		reward.unpaid = reward.unpaid.saturating_sub(amount);
		Roles::<T>::insert(era, role, reward);
		let to = match amount {
			0 => PaidTo::Free,
			_ => Self::pay_or_carry(era, role, who, amount),
		};
		record.payment = Payment::Paid { amount, to };
		Records::<T>::insert((era, role, who), record);
		to
	}

	/// Ends the payment of a role: what nobody got goes to the treasury.
	pub(crate) fn settle(era: EraIndex, role: Role) {
		let mut reward = Roles::<T>::get(era, role).unwrap_or_default();
		let rest = core::mem::take(&mut reward.unpaid);
		reward.phase = Phase::Settled;
		Roles::<T>::insert(era, role, reward);
		Self::owe_less(rest);
		Self::sweep();
		Self::deposit_event(match reward.points {
			0 => Event::NobodyEarned { era, role, amount: rest },
			_ => Event::Settled { era, role, rest },
		});
	}

	/// Gives what is carried for the account of a record of `era` to the treasury, if nothing of a
	/// later era is in it. The record is gone.
	pub(crate) fn forfeit_carry(era: EraIndex, who: T::AccountId) {
		let Some(carry) = Carries::<T>::get(&who).filter(|carry| carry.era == era) else { return };
		Carries::<T>::remove(&who);
		// It is surplus from now on, which the next sweep finds.
		Self::owe_less(carry.amount);
		Self::deposit_event(Event::CarryForfeited { who, amount: carry.amount });
	}

	/// Pays `amount`, which is owed, with what is carried for the account; or carries both.
	fn pay_or_carry(era: EraIndex, role: Role, who: &T::AccountId, amount: Balance) -> PaidTo {
		let carry = Carries::<T>::get(who).unwrap_or_default();
		// Both are below the issuance.
		let due = amount.saturating_add(carry.amount);
		let (to, carried) = match Self::hand_over(who, due) {
			Ok(to) => {
				Carries::<T>::remove(who);
				Self::owe_less(due);
				(to, carry.amount)
			}
			Err(_) => {
				Carries::<T>::insert(who, Carry { amount: due, era: era.max(carry.era) });
				(PaidTo::Carried, 0)
			}
		};
		Self::deposit_event(Event::Paid { era, role, who: who.clone(), amount, carried, to });
		to
	}

	/// Pays what is carried for the account.
	fn pay_carry(who: &T::AccountId) -> Result<PaidTo, DispatchError> {
		let amount = Carries::<T>::get(who).ok_or(Error::<T>::AlreadyPaid)?.amount;
		let to = Self::hand_over(who, amount).map_err(|_| Error::<T>::CannotReceive)?;
		Carries::<T>::remove(who);
		Self::owe_less(amount);
		Self::deposit_event(Event::CarryPaid { who: who.clone(), amount, to });
		Ok(to)
	}
}
