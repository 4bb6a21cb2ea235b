//! What clients see.

use crate::{Config, Pallet, Phase, Record, Records, Roles};
use alloc::vec::Vec;
use popnet_primitives::rewards::{Earned, RewardView, Role, Withheld, Work, WorkSource};
use sp_staking::EraIndex;

impl<T: Config> Pallet<T> {
	/// What `who` earned in roles in `era`, one entry for each role with a record; an estimate as long
	/// as points are counted. Asks all Masternodes for their work, and is for clients only.
	pub fn rewards_of(era: EraIndex, who: &T::AccountId) -> Vec<RewardView<T::AccountId>> {
		Role::ALL.into_iter().filter_map(|role| Self::reward_of(era, role, who)).collect()
	}

	fn reward_of(
		era: EraIndex,
		role: Role,
		who: &T::AccountId,
	) -> Option<RewardView<T::AccountId>> {
		let mut reward = Roles::<T>::get(era, role).unwrap_or_default();
		let mut record = Records::<T>::get((era, role, who)).unwrap_or_default();
		let is_collected = role != Role::Masternode || era != Self::era_of_work(role);
		if !is_collected {
			add_pending(&mut record, T::Masternodes::pending(who));
		}
		if record == Record::default() {
			return None;
		}
		if !is_collected {
			reward.points = reward.points.saturating_add(Self::pending_points());
		}
		if era == Self::present_era() {
			reward.amount = Self::accrued().of(role);
		}
		let share = reward.share(record.points);
		let withheld = record
			.withheld
			.iter()
			.map(|(reason, points)| (*reason, reward.worth(*points)))
			.collect();
		Some(RewardView {
			reason: role.into(),
			points: record.points,
			points_total: reward.points,
			amount_total: reward.amount,
			earned: match reward.phase {
				Phase::Counting => Earned::Estimate(share),
				Phase::Paying | Phase::Settled => Earned::Exact(share),
			},
			payment: record.payment,
			withheld,
		})
	}

	/// Points that all Masternodes have earned and that are not collected yet.
	fn pending_points() -> u128 {
		let mut points = 0u128;
		let mut after = None;
		while let Some(who) = T::Masternodes::next(after.as_ref()) {
			points = points.saturating_add(T::Masternodes::pending(&who).earned);
			after = Some(who);
		}
		points
	}
}

/// Adds work that is not collected yet.
fn add_pending(record: &mut Record, work: Work) {
	record.points = record.points.saturating_add(work.earned);
	record.withhold(work.suspended, Withheld::Suspended);
}
