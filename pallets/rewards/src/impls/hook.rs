//! What happens by itself, as far as a block has room.

use crate::{
	Config, Event, InProgress, NextEra, Pallet, Phase, ProgressOf, Record, Records, Roles, Stage,
	WeightInfo,
};
use frame_support::weights::{Weight, WeightMeter};
use popnet_primitives::rewards::{Compound, Destination, Payment, Role, StakerPayouts, WorkSource};
use sp_staking::EraIndex;

/// What may still be used. Stake that changes registers its weight by itself, beside what the hook
/// reports: both count against the limit, and the hook reports only its own.
pub(crate) struct Budget {
	meter: WeightMeter,
	registered: Weight,
}

impl Budget {
	fn new(limit: Weight) -> Self {
		Self { meter: WeightMeter::with_limit(limit), registered: Weight::zero() }
	}

	/// Runs `step` and counts what it registers.
	fn watch<T: Config, R>(&mut self, step: impl FnOnce() -> R) -> R {
		let total = || frame_system::Pallet::<T>::block_weight().total();
		let before = total();
		let result = step();
		let registered = total().saturating_sub(before);
		self.registered.saturating_accrue(registered);
		self.meter.consume(registered);
		result
	}

	/// What the hook has used, without what is registered already.
	fn used(&self) -> Weight {
		self.meter.consumed().saturating_sub(self.registered)
	}
}

impl<T: Config> Pallet<T> {
	/// Goes on with what is to be done and returns the weight used. With what is registered meanwhile
	/// it is at most `remaining`. With [`step_max`](Self::step_max) it always gets on.
	pub(crate) fn proceed(remaining: Weight) -> Weight {
		let mut budget = Budget::new(remaining);
		if budget.meter.try_consume(T::WeightInfo::look()).is_err() {
			return budget.used();
		}
		let next = NextEra::<T>::get();
		let stored = InProgress::<T>::get();
		let mut progress = stored.clone();
		Self::pay_roles(next, &mut progress, &mut budget);
		Self::pay_stakers(next, &mut progress, &mut budget);
		Self::remove_history(next, &mut progress, &mut budget.meter);
		if progress != stored {
			InProgress::<T>::put(progress);
		}
		budget.used()
	}

	/// Most weight that looking what is to be done and one step of it use.
	pub fn step_max() -> Weight {
		let step = Self::collect_weight()
			.max(Self::pay_weight().saturating_add(T::Compound::weight_max()))
			.max(T::Stakers::weight_max())
			.max(Self::remove_weight());
		T::WeightInfo::look().saturating_add(step)
	}

	/// Asking one Masternode for its work, or finding that there is none left.
	fn collect_weight() -> Weight {
		T::WeightInfo::collect().saturating_add(T::Masternodes::weight_max())
	}

	/// Paying one account, without the bond, or finding that there is none left.
	fn pay_weight() -> Weight {
		T::WeightInfo::pay_record().max(T::WeightInfo::settle())
	}

	/// Works off the roles of ended eras, the oldest first.
	fn pay_roles(next: EraIndex, progress: &mut ProgressOf<T>, budget: &mut Budget) {
		while progress.era < next {
			let went_on = match progress.stage {
				Stage::Collecting => Self::collect_next(progress, &mut budget.meter),
				Stage::Paying(role) => Self::pay_next(role, progress, budget),
			};
			if !went_on {
				return;
			}
		}
	}

	/// Collects the work of the next Masternode; `false` when the weight does not suffice.
	fn collect_next(progress: &mut ProgressOf<T>, meter: &mut WeightMeter) -> bool {
		let era = progress.era;
		if progress.collecting != Some(era) {
			progress.advance();
			return true;
		}
		if meter.try_consume(Self::collect_weight()).is_err() {
			return false;
		}
		match T::Masternodes::next(progress.after.as_ref()) {
			Some(who) => {
				let work = T::Masternodes::take(&who);
				Self::add_collected(era, &who, work);
				progress.after = Some(who);
			}
			None => {
				Self::end_collecting(era);
				progress.collecting = None;
				progress.advance();
			}
		}
		true
	}

	/// Pays the next account of a role; `false` when the weight does not suffice.
	fn pay_next(role: Role, progress: &mut ProgressOf<T>, budget: &mut Budget) -> bool {
		if budget.meter.try_consume(Self::pay_weight()).is_err() {
			return false;
		}
		let era = progress.era;
		// An era that never ended pays nothing, nor do Masternodes whose share is in another era.
		if Roles::<T>::get(era, role).is_none_or(|reward| reward.phase != Phase::Paying) {
			progress.advance();
			return true;
		}
		let Some((who, record)) = Self::record_after(era, role, progress.after.as_ref()) else {
			Self::settle(era, role);
			progress.advance();
			return true;
		};
		if record.payment == Payment::Pending {
			let bonds = record.points > 0 && Self::destination_of(&who) == Destination::Compound;
			if bonds && !budget.meter.can_consume(T::Compound::weight_max()) {
				return false;
			}
			if bonds {
				budget.meter.consume(T::Compound::weight());
			}
			budget.watch::<T, _>(|| Self::pay_record(era, role, &who, record));
		}
		progress.after = Some(who);
		true
	}

	pub(crate) fn record_after(
		era: EraIndex,
		role: Role,
		after: Option<&T::AccountId>,
	) -> Option<(T::AccountId, Record)> {
		match after {
			Some(who) => {
				let key = Records::<T>::hashed_key_for((era, role, who));
				Records::<T>::iter_prefix_from((era, role), key).next()
			}
			None => Records::<T>::iter_prefix((era, role)).next(),
		}
	}

	/// Works off the stakers of ended eras, the oldest first.
	fn pay_stakers(next: EraIndex, progress: &mut ProgressOf<T>, budget: &mut Budget) {
		let weight_max = T::Stakers::weight_max();
		while progress.stakers_era < next && budget.meter.can_consume(weight_max) {
			let era = progress.stakers_era;
			let after = progress.stakers_after.take();
			match budget.watch::<T, _>(|| T::Stakers::pay_next(era, after.as_ref())) {
				Some((page, weight)) => {
					budget.meter.consume(weight.min(weight_max));
					progress.stakers_after = Some(page);
				}
				None => {
					budget.meter.consume(T::Stakers::look_weight());
					progress.stakers_era = era.saturating_add(1);
					Self::deposit_event(Event::StakersPaid { era });
				}
			}
		}
	}
}
