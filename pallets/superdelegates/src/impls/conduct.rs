//! Strikes and bars.

use crate::{
	types::{Bar, Departure, EraIndex, Strikes},
	Barred, Candidates, Config, CurrentEra, Event, Pallet, StruckAccounts, WeightInfo,
};
use frame_support::{traits::Get, weights::Weight, BoundedVec};

impl<T: Config> Pallet<T> {
	/// Notes the era and drops the records that mean nothing in it.
	pub(crate) fn begin_era(era: EraIndex) -> Weight {
		CurrentEra::<T>::put(era);
		StruckAccounts::<T>::mutate(|struck| {
			struck.retain(|strikes| strikes.count_in(era, T::StrikeEras::get()));
		});
		Barred::<T>::mutate(|barred| barred.retain(|bar| era < bar.until));
		T::WeightInfo::begin_era()
	}

	/// Counts a strike against `who`, who is expelled if it is one too many. Returns the strikes that
	/// count.
	pub(crate) fn strike(who: &T::AccountId) -> u32 {
		let era = CurrentEra::<T>::get();
		let count = StruckAccounts::<T>::mutate(|struck| {
			// Those that do not count any more were dropped when the era began.
			let before = struck.iter().find(|strikes| strikes.who == *who);
			let count = before.map_or(1, |strikes| strikes.count.saturating_add(1));
			struck.retain(|strikes| strikes.who != *who);
			if count < T::StrikesMax::get() {
				push_latest(struck, Strikes { who: who.clone(), count, last: era });
			}
			count
		});
		Self::deposit_event(Event::Struck { who: who.clone(), strikes: count });
		if count >= T::StrikesMax::get() {
			Self::expel(who, Departure::MissedDuties, T::CoolDownEras::get());
		}
		count
	}

	/// Ends candidacy and membership of `who`, if there are any, and bars it for `eras` eras.
	pub(crate) fn expel(who: &T::AccountId, reason: Departure, eras: EraIndex) {
		let until = CurrentEra::<T>::get().saturating_add(eras);
		let until = Barred::<T>::mutate(|barred| {
			let before = barred.iter().find(|bar| bar.who == *who).map(|bar| bar.until);
			let until = before.map_or(until, |before| before.max(until));
			barred.retain(|bar| bar.who != *who);
			push_latest(barred, Bar { who: who.clone(), until });
			until
		});
		let was_candidate = Candidates::<T>::take(who).is_some();
		Self::deposit_event(Event::BarredUntil { who: who.clone(), era: until });
		Self::remove_member(who, reason);
		if was_candidate {
			Self::deposit_event(Event::CandidacyEnded { who: who.clone() });
		}
	}

	/// Whether `who` cannot stand in the present era.
	pub(crate) fn is_barred(who: &T::AccountId) -> bool {
		Barred::<T>::get().iter().any(|bar| bar.who == *who)
	}
}

/// Appends `record`; in a full list the oldest makes room.
fn push_latest<R, Max: Get<u32>>(records: &mut BoundedVec<R, Max>, record: R) {
	// Fails for lists without any room only, which `integrity_test` rules out.
	let _ = records.force_insert_keep_right(records.len(), record);
}
