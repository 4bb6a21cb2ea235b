//! Forgetting.

use crate::{Config, Eras, Event, Pallet, ProgressOf, Records, Roles, WeightInfo};
use frame_support::{
	traits::Get,
	weights::{Weight, WeightMeter},
};
use popnet_primitives::rewards::{PaidTo, Payment, Role};
use sp_staking::EraIndex;

impl<T: Config> Pallet<T> {
	/// Removes paid eras that are older than the history reaches, the oldest first.
	pub(crate) fn remove_history(
		next: EraIndex,
		progress: &mut ProgressOf<T>,
		meter: &mut WeightMeter,
	) {
		let first_kept = next.saturating_sub(T::HistoryDepth::get()).min(progress.era);
		while progress.oldest < first_kept {
			if !Self::remove_records(progress.oldest, meter) {
				return;
			}
			progress.oldest = progress.oldest.saturating_add(1);
		}
	}

	/// Removing what is stored about an era, but for its records; or one of those.
	pub(crate) fn remove_weight() -> Weight {
		T::WeightInfo::remove_record().max(T::WeightInfo::remove_era())
	}

	/// Removes an era, then its records; `false` when the weight does not suffice for all of them.
	fn remove_records(era: EraIndex, meter: &mut WeightMeter) -> bool {
		let mut records = Records::<T>::drain_prefix((era,));
		loop {
			if meter.try_consume(Self::remove_weight()).is_err() {
				return false;
			}
			if Self::remove_era(era) {
				continue;
			}
			let Some(((_, who), record)) = records.next() else {
				// Those of an era that never ended are left.
				Self::remove_roles(era);
				return true;
			};
			if matches!(record.payment, Payment::Paid { to: PaidTo::Carried, .. }) {
				Self::forfeit_carry(era, who);
			}
		}
	}

	/// Removes what is stored about an era, but for its records; `false` when it is removed already.
	pub(crate) fn remove_era(era: EraIndex) -> bool {
		if Eras::<T>::take(era).is_none() {
			return false;
		}
		Self::remove_roles(era);
		Self::deposit_event(Event::HistoryRemoved { era });
		true
	}

	fn remove_roles(era: EraIndex) {
		for role in Role::ALL {
			Roles::<T>::remove(era, role);
		}
	}
}
