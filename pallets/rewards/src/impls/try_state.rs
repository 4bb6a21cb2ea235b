//! The invariants of the header.

use crate::{
	Carries, Compounding, Config, Ending, Eras, HoldReason, InProgress, NextEra, Owed, PaidUntil,
	Pallet, Phase, Records, RoleReward, Roles, SplitInForce,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{
	ensure,
	traits::{
		fungible::{Inspect, InspectHold},
		Get,
	},
};
use popnet_primitives::{
	rewards::{PaidTo, Payment, Role, MASTERNODES_SHARE},
	Balance,
};
use sp_runtime::TryRuntimeError;
use sp_staking::EraIndex;

/// What the records of a role in an era add up to.
#[derive(Default)]
struct Sums {
	points: u128,
	accounts: u32,
	paid: Balance,
	pending: u32,
}

impl<T: Config> Pallet<T> {
	/// Checks every invariant. Not between the two calls by which staking ends an era.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_parameters()?;
		Self::check_progress()?;
		Self::check_roles()?;
		Self::check_carries()?;
		Self::check_pot()?;
		Self::check_deposits()
	}

	fn check_parameters() -> Result<(), TryRuntimeError> {
		let split = SplitInForce::<T>::get();
		ensure!(split.is_whole(), "the split does not add up");
		ensure!(split.masternodes == MASTERNODES_SHARE, "the Masternodes' share has changed");
		ensure!(PaidUntil::<T>::get() <= Self::now(), "the pool is paid for blocks to come");
		ensure!(Ending::<T>::get().is_none(), "an era ended and its credit did not come");
		Ok(())
	}

	fn check_progress() -> Result<(), TryRuntimeError> {
		let progress = InProgress::<T>::get();
		let next = NextEra::<T>::get();
		ensure!(progress.era <= next, "an era is paid that has not ended");
		ensure!(progress.stakers_era <= next, "stakers are paid for an era that has not ended");
		ensure!(progress.oldest <= progress.era, "an era is forgotten that is not paid");
		if let Some(era) = progress.collecting {
			ensure!((progress.era..next).contains(&era), "work is collected for a wrong era");
			let phase = Roles::<T>::get(era, Role::Masternode).map(|reward| reward.phase);
			ensure!(phase == Some(Phase::Counting), "work is collected after it was counted");
		}
		let stored = progress.oldest..=Self::present_era();
		let eras = Roles::<T>::iter_keys().map(|(era, _)| era).chain(Eras::<T>::iter_keys());
		for era in eras.chain(Records::<T>::iter_keys().map(|(era, _, _)| era)) {
			ensure!(stored.contains(&era), "something is stored about a forgotten or future era");
		}
		for era in Eras::<T>::iter_keys() {
			ensure!(era < next, "an era has a reward and has not ended");
		}
		Ok(())
	}

	fn check_roles() -> Result<(), TryRuntimeError> {
		let mut sums: BTreeMap<(EraIndex, Role), Sums> = BTreeMap::new();
		for ((era, role, _), record) in Records::<T>::iter() {
			if Self::is_forgotten(era) {
				continue;
			}
			let reward = Roles::<T>::get(era, role).ok_or("a record without its role")?;
			let sum = sums.entry((era, role)).or_default();
			sum.points = sum.points.checked_add(record.points).ok_or("points overflow")?;
			sum.accounts = sum.accounts.saturating_add(1);
			let reasons: BTreeSet<_> = record.withheld.iter().map(|(reason, _)| reason).collect();
			ensure!(reasons.len() == record.withheld.len(), "a reason is recorded twice");
			match record.payment {
				Payment::Pending => sum.pending = sum.pending.saturating_add(1),
				Payment::Paid { amount, .. } => {
					ensure!(amount == reward.share(record.points), "an account got a wrong share");
					sum.paid = sum.paid.checked_add(amount).ok_or("payments overflow")?;
				}
			}
		}
		for (era, role, reward) in Roles::<T>::iter() {
			let sum = sums.remove(&(era, role)).unwrap_or_default();
			Self::check_role(era, &reward, &sum)?;
		}
		Ok(())
	}

	/// Whether an era is being removed: its records are not complete any more.
	fn is_forgotten(era: EraIndex) -> bool {
		let is_last = era == InProgress::<T>::get().oldest && !Eras::<T>::contains_key(era);
		is_last && era.saturating_add(T::HistoryDepth::get()) < NextEra::<T>::get()
	}

	fn check_role(era: EraIndex, reward: &RoleReward, sum: &Sums) -> Result<(), TryRuntimeError> {
		ensure!(reward.points == sum.points, "points do not add up");
		ensure!(reward.accounts == sum.accounts, "accounts are miscounted");
		let unsettled = reward.unpaid.checked_add(sum.paid) == Some(reward.amount);
		match reward.phase {
			Phase::Counting => {
				ensure!(sum.pending == sum.accounts, "an account is paid before points are final");
				ensure!(unsettled, "an amount is not what is unpaid");
				let ended = era < NextEra::<T>::get();
				ensure!(ended || reward.amount == 0, "a running era has an amount");
			}
			Phase::Paying => ensure!(unsettled, "an amount is not what is paid and unpaid"),
			Phase::Settled => {
				ensure!(sum.pending == 0, "a settled role has accounts that are not paid");
				ensure!(reward.unpaid == 0, "a settled role has an unpaid rest");
				ensure!(sum.paid <= reward.amount, "accounts got more than the role has");
			}
		}
		Ok(())
	}

	fn check_carries() -> Result<(), TryRuntimeError> {
		for (who, carry) in Carries::<T>::iter() {
			ensure!(carry.amount > 0, "nothing is carried");
			let recorded = Role::ALL.into_iter().any(|role| {
				let record = Records::<T>::get((carry.era, role, &who)).unwrap_or_default();
				matches!(record.payment, Payment::Paid { to: PaidTo::Carried, .. })
			});
			ensure!(recorded, "something is carried without a record");
		}
		Ok(())
	}

	fn check_pot() -> Result<(), TryRuntimeError> {
		let unpaid = Roles::<T>::iter_values().map(|reward| reward.unpaid);
		let carried = Carries::<T>::iter_values().map(|carry| carry.amount);
		let owed = unpaid
			.chain(carried)
			.try_fold(0, Balance::checked_add)
			.ok_or("what is owed overflows")?;
		ensure!(owed == Owed::<T>::get(), "what is owed is miscounted");
		let needed = match owed {
			0 => 0,
			_ => owed.checked_add(T::Currency::minimum_balance()).ok_or("the pot overflows")?,
		};
		ensure!(T::Currency::balance(&Self::pot()) >= needed, "the pot has less than is owed");
		Ok(())
	}

	fn check_deposits() -> Result<(), TryRuntimeError> {
		let reason = HoldReason::Compounding.into();
		let mut recorded: BTreeMap<_, _> = Compounding::<T>::iter().collect();
		for who in frame_system::Account::<T>::iter_keys() {
			let deposit = recorded.remove(&who).unwrap_or_default();
			let held = T::Currency::balance_on_hold(&reason, &who);
			ensure!(held == deposit, "a deposit differs from what is held");
		}
		ensure!(recorded.values().all(|deposit| *deposit == 0), "a deposit belongs to no account");
		Ok(())
	}
}
