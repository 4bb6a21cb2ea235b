//! Counting work.

use crate::{Config, InProgress, Pallet, Phase, Record, Records, RoleReward, Roles, WeightInfo};
use popnet_primitives::rewards::{RecordWork, Role, Withheld, Work};
use sp_staking::EraIndex;

impl<T: Config> Pallet<T> {
	/// The era in which work counts that is recorded now. A Masternode's counts where the other
	/// Masternodes' work of the same time will be collected.
	pub(crate) fn era_of_work(role: Role) -> EraIndex {
		match role {
			Role::Masternode => InProgress::<T>::get().collecting,
			Role::Creator | Role::Superdelegate => None,
		}
		.unwrap_or_else(Self::present_era)
	}

	/// Adds collected work of a Masternode.
	pub(crate) fn add_collected(era: EraIndex, who: &T::AccountId, work: Work) {
		if work == Work::default() {
			return;
		}
		Self::change(era, Role::Masternode, who, |reward, record| {
			add_points(reward, record, work.earned);
			record.withhold(work.suspended, Withheld::Suspended);
		});
	}

	/// Declares the Masternodes' points of an era final.
	pub(crate) fn end_collecting(era: EraIndex) {
		let mut reward = Roles::<T>::get(era, Role::Masternode).unwrap_or_default();
		reward.phase = Phase::Paying;
		Roles::<T>::insert(era, Role::Masternode, reward);
	}

	fn change(
		era: EraIndex,
		role: Role,
		who: &T::AccountId,
		apply: impl FnOnce(&mut RoleReward, &mut Record),
	) {
		let mut reward = Roles::<T>::get(era, role).unwrap_or_default();
		let stored = Records::<T>::get((era, role, who));
		if stored.is_none() {
			// More accounts than this do not fit in any state.
			reward.accounts = reward.accounts.saturating_add(1);
		}
		let mut record = stored.unwrap_or_default();
		apply(&mut reward, &mut record);
		Roles::<T>::insert(era, role, reward);
		Records::<T>::insert((era, role, who), record);
	}
}

/// Adds points to an account's and to all; only so many as can be counted.
fn add_points(reward: &mut RoleReward, record: &mut Record, points: u128) {
	let counted = points.min(u128::MAX.saturating_sub(reward.points));
	reward.points = reward.points.saturating_add(counted);
	// An account never has more than all.
	record.points = record.points.saturating_add(counted);
}

impl<T: Config> RecordWork<T::AccountId> for Pallet<T> {
	fn record(role: Role, who: &T::AccountId, points: u128) {
		if points == 0 {
			return;
		}
		Self::change(Self::era_of_work(role), role, who, |reward, record| {
			add_points(reward, record, points);
		});
		Self::register_weight(T::WeightInfo::record());
	}

	fn withhold(role: Role, who: &T::AccountId, points: u128, reason: Withheld) {
		if points == 0 {
			return;
		}
		Self::change(Self::era_of_work(role), role, who, |_, record| {
			record.withhold(points, reason);
		});
		Self::register_weight(T::WeightInfo::record());
	}
}
