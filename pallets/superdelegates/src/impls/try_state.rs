//! The invariants of the header.

use crate::{
	is_low_order, Barred, Candidates, Config, CurrentEra, Members, ModelHash, NextStanding, Pallet,
	Seats, StruckAccounts,
};
use alloc::collections::BTreeSet;
use frame_support::{ensure, traits::Get};
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_members()?;
		Self::check_candidates()?;
		Self::check_conduct()
	}

	fn check_members() -> Result<(), TryRuntimeError> {
		let members = Members::<T>::get();
		ensure!(Seats::<T>::get() <= T::MaxSeats::get(), "more seats than allowed");
		ensure!(
			members.len() <= Seats::<T>::get().saturated_into::<usize>(),
			"more members than seats"
		);
		let mut seen = BTreeSet::new();
		for member in &members {
			ensure!(seen.insert(member.who.clone()), "a member is in office twice");
			let candidate =
				Candidates::<T>::get(&member.who).ok_or("a member is not a candidate")?;
			ensure!(
				candidate.screening_key == member.screening_key,
				"a member's key differs from its candidacy"
			);
			ensure!(candidate.model == member.model, "a member's model differs from its candidacy");
		}
		Ok(())
	}

	fn check_candidates() -> Result<(), TryRuntimeError> {
		let mut count = 0u32;
		let mut standings = BTreeSet::new();
		for (_, candidate) in Candidates::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(standings.insert(candidate.standing), "two candidates have one standing");
			ensure!(
				candidate.standing < NextStanding::<T>::get(),
				"a standing is not given out yet"
			);
			ensure!(!is_low_order(&candidate.screening_key), "a screening key is weak");
			ensure!(candidate.model != ModelHash::default(), "a candidate has no model");
			let voters: BTreeSet<_> = candidate.approvals.iter().collect();
			ensure!(voters.len() == candidate.approvals.len(), "a Delegate approves twice");
		}
		ensure!(count == Candidates::<T>::count(), "candidates are miscounted");
		ensure!(count <= T::MaxCandidates::get(), "more candidates than allowed");
		Ok(())
	}

	fn check_conduct() -> Result<(), TryRuntimeError> {
		let era = CurrentEra::<T>::get();
		let mut seen = BTreeSet::new();
		for bar in Barred::<T>::get() {
			ensure!(era < bar.until, "a bar has outlived its time");
			ensure!(!Candidates::<T>::contains_key(&bar.who), "a candidate is barred");
			ensure!(seen.insert(bar.who), "an account is barred twice");
		}
		let mut seen = BTreeSet::new();
		for strikes in StruckAccounts::<T>::get() {
			ensure!(
				(1..T::StrikesMax::get()).contains(&strikes.count),
				"strikes that are none, or had to end a membership"
			);
			ensure!(
				strikes.last <= era && strikes.count_in(era, T::StrikeEras::get()),
				"strikes from the future, or that do not count any more"
			);
			ensure!(seen.insert(strikes.who), "an account's strikes are counted apart");
		}
		Ok(())
	}
}
