//! Standing, withdrawing, approving.

use crate::{
	types::{is_low_order, is_majority, Candidate, Departure, ModelHash, ScreeningKey},
	Candidates, Config, Error, Event, Members, NextStanding, Pallet,
};
use frame_support::{ensure, traits::Get, BoundedVec};
use popnet_primitives::{traits::DelegateSet, Balance};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_stand(
		who: T::AccountId,
		screening_key: ScreeningKey,
		model: ModelHash,
	) -> DispatchResult {
		Self::ensure_active(&who)?;
		ensure!(!is_low_order(&screening_key), Error::<T>::WeakScreeningKey);
		ensure!(model != ModelHash::default(), Error::<T>::ZeroModel);
		ensure!(!Self::is_barred(&who), Error::<T>::StillBarred);
		ensure!(!Candidates::<T>::contains_key(&who), Error::<T>::AlreadyCandidate);
		ensure!(Candidates::<T>::count() < T::MaxCandidates::get(), Error::<T>::TooManyCandidates);
		Self::insert_candidate(&who, screening_key, model, BoundedVec::new());
		Self::deposit_event(Event::Stood { who, screening_key, model });
		Ok(())
	}

	pub(crate) fn do_withdraw(who: T::AccountId) -> DispatchResult {
		ensure!(Candidates::<T>::contains_key(&who), Error::<T>::NotCandidate);
		Candidates::<T>::remove(&who);
		Self::remove_member(&who, Departure::Withdrew);
		Self::deposit_event(Event::CandidacyEnded { who });
		Ok(())
	}

	pub(crate) fn do_approve(voter: T::AccountId, candidate: T::AccountId) -> DispatchResult {
		Self::ensure_active(&voter)?;
		Candidates::<T>::try_mutate(&candidate, |stored| -> DispatchResult {
			let record = stored.as_mut().ok_or(Error::<T>::NotCandidate)?;
			ensure!(!record.approvals.contains(&voter), Error::<T>::AlreadyApproved);
			record.approvals.try_push(voter.clone()).map_err(|_| Error::<T>::TooManyApprovals)?;
			Ok(())
		})?;
		Self::deposit_event(Event::Approved { voter, candidate });
		Ok(())
	}

	pub(crate) fn do_disapprove(voter: T::AccountId, candidate: T::AccountId) -> DispatchResult {
		let approvals =
			Candidates::<T>::try_mutate(&candidate, |stored| -> Result<_, DispatchError> {
				let record = stored.as_mut().ok_or(Error::<T>::NotCandidate)?;
				ensure!(record.approvals.contains(&voter), Error::<T>::NotApproved);
				record.approvals.retain(|approver| approver != &voter);
				Ok(record.approvals.clone())
			})?;
		// Stake that is not elected any more counts nothing.
		let approving =
			approvals.iter().map(T::Delegates::stake_of).fold(0, Balance::saturating_add);
		if !is_majority(approving, T::Delegates::total_stake()) {
			Self::remove_member(&candidate, Departure::VotedOut);
		}
		Self::deposit_event(Event::Disapproved { voter, candidate });
		Ok(())
	}

	pub(crate) fn do_declare_model(who: T::AccountId, model: ModelHash) -> DispatchResult {
		ensure!(model != ModelHash::default(), Error::<T>::ZeroModel);
		Candidates::<T>::try_mutate(&who, |stored| -> DispatchResult {
			let record = stored.as_mut().ok_or(Error::<T>::NotCandidate)?;
			ensure!(record.model != model, Error::<T>::SameModel);
			record.model = model;
			Ok(())
		})?;
		Members::<T>::mutate(|members| {
			for member in members.iter_mut().filter(|member| member.who == who) {
				member.model = model;
			}
		});
		Self::deposit_event(Event::ModelDeclared { who, model });
		Ok(())
	}

	/// Stores a candidate behind everyone who stood before.
	pub(crate) fn insert_candidate(
		who: &T::AccountId,
		screening_key: ScreeningKey,
		model: ModelHash,
		approvals: BoundedVec<T::AccountId, T::MaxDelegates>,
	) {
		let standing = NextStanding::<T>::mutate(|next| {
			let standing = *next;
			// At one candidacy per nanosecond the counter lasts 500 years.
			*next = next.saturating_add(1);
			standing
		});
		Candidates::<T>::insert(who, Candidate { screening_key, model, standing, approvals });
	}

	/// Ends the membership of `who`, if there is one.
	pub(crate) fn remove_member(who: &T::AccountId, reason: Departure) {
		let mut members = Members::<T>::get();
		let before = members.len();
		members.retain(|member| member.who != *who);
		if members.len() < before {
			Members::<T>::put(members);
			Self::announce_departure(who, reason);
		}
	}

	fn ensure_active(who: &T::AccountId) -> DispatchResult {
		ensure!(T::Delegates::is_active(who), Error::<T>::NotActiveDelegate);
		Ok(())
	}
}
