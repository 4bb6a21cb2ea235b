//! The invariants of the header.

use crate::{is_low_order, Candidates, Config, Members, NextStanding, Pallet, Seats};
use alloc::collections::BTreeSet;
use frame_support::{ensure, traits::Get};
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks that members, candidates and seats agree, in both directions.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
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
		}

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
			let voters: BTreeSet<_> = candidate.approvals.iter().collect();
			ensure!(voters.len() == candidate.approvals.len(), "a Delegate approves twice");
		}
		ensure!(count == Candidates::<T>::count(), "candidates are miscounted");
		ensure!(count <= T::MaxCandidates::get(), "more candidates than allowed");
		Ok(())
	}
}
