//! Who is in office: genesis, rotations, departures.

use crate::{
	types::{is_low_order, is_majority, Departure, Member, ModelHash},
	CandidateOf, Candidates, Config, Error, Event, GenesisConfig, MemberOf, Members, Pallet, Seats,
	WeightInfo,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use core::cmp::Reverse;
use frame_support::{ensure, traits::Get, weights::Weight, BoundedVec};
use popnet_primitives::{
	traits::{DelegateSet, OnLeft},
	Balance,
};
use sp_runtime::{DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
	/// Drops candidates, voters and members who are not in `active`. Returns the weight of the work
	/// done.
	pub fn drop_inactive(active: &[T::AccountId]) -> Weight {
		let active_set: BTreeSet<&T::AccountId> = active.iter().collect();
		let examined: Vec<(T::AccountId, CandidateOf<T>)> = Candidates::<T>::iter().collect();
		let weight = T::WeightInfo::drop_inactive(
			examined.len().saturated_into(),
			active_set.len().saturated_into(),
		);
		for (who, mut candidate) in examined {
			if !active_set.contains(&who) {
				Candidates::<T>::remove(&who);
				Self::deposit_event(Event::CandidacyEnded { who });
				continue;
			}
			let stored = candidate.approvals.len();
			candidate.approvals.retain(|voter| active_set.contains(voter));
			if candidate.approvals.len() < stored {
				Candidates::<T>::insert(&who, &candidate);
			}
		}
		let mut remaining = Members::<T>::get();
		remaining.retain(|member| active_set.contains(&member.who));
		weight.saturating_add(Self::seat(remaining, |_| Departure::LostDelegacy))
	}

	/// Fills the seats with the best of the candidates whom more than half of the active Delegates'
	/// stake approves. Returns the weight of the work done.
	pub fn rotate() -> Weight {
		let stakes: BTreeMap<T::AccountId, Balance> = T::Delegates::active()
			.into_iter()
			.map(|delegate| {
				let stake = T::Delegates::stake_of(&delegate);
				(delegate, stake)
			})
			.collect();
		// The sums of stake saturate far beyond what there is of the token.
		let total = stakes.values().copied().fold(0, Balance::saturating_add);
		let examined: Vec<(T::AccountId, CandidateOf<T>)> = Candidates::<T>::iter().collect();
		let weight =
			T::WeightInfo::rotate(examined.len().saturated_into(), stakes.len().saturated_into());
		let mut eligible: Vec<(Balance, T::AccountId, CandidateOf<T>)> = examined
			.into_iter()
			.filter(|(who, _)| stakes.contains_key(who))
			.map(|(who, candidate)| {
				let approving = candidate
					.approvals
					.iter()
					.filter_map(|voter| stakes.get(voter).copied())
					.fold(0, Balance::saturating_add);
				(approving, who, candidate)
			})
			.filter(|(approving, _, _)| is_majority(*approving, total))
			.collect();
		eligible.sort_by_key(|(approving, _, candidate)| (Reverse(*approving), candidate.standing));
		let approved: BTreeSet<T::AccountId> =
			eligible.iter().map(|(_, who, _)| who.clone()).collect();
		let appointed = eligible
			.into_iter()
			.map(|(_, who, candidate)| Member {
				who,
				screening_key: candidate.screening_key,
				model: candidate.model,
			})
			.take(Seats::<T>::get().saturated_into())
			.collect();
		let departures = Self::seat(BoundedVec::truncate_from(appointed), |who| {
			if !stakes.contains_key(who) {
				Departure::LostDelegacy
			} else if approved.contains(who) {
				Departure::Outvoted
			} else {
				Departure::VotedOut
			}
		});
		weight.saturating_add(departures)
	}

	/// Ends the membership of everyone who is not an active Delegate any more.
	pub(crate) fn remove_inactive_members() -> Weight {
		let members = Members::<T>::get();
		let weight = T::WeightInfo::remove_inactive_members(members.len().saturated_into());
		if members.is_empty() {
			return weight;
		}
		let active: BTreeSet<T::AccountId> = T::Delegates::active().into_iter().collect();
		if members.iter().all(|member| active.contains(&member.who)) {
			return weight;
		}
		let mut remaining = members;
		remaining.retain(|member| active.contains(&member.who));
		weight.saturating_add(Self::seat(remaining, |_| Departure::LostDelegacy))
	}

	pub(crate) fn do_set_seats(seats: u32) -> DispatchResult {
		ensure!((1..=T::MaxSeats::get()).contains(&seats), Error::<T>::SeatsOutOfRange);
		Seats::<T>::put(seats);
		Self::deposit_event(Event::SeatsSet { seats });
		Self::rotate();
		Ok(())
	}

	/// Tells the world that `who`, already removed from the members, has left.
	pub(crate) fn announce_departure(who: &T::AccountId, reason: Departure) {
		Self::deposit_event(Event::Left { who: who.clone(), reason });
		T::OnLeft::left(who);
	}

	pub(crate) fn build_genesis(genesis: &GenesisConfig<T>) {
		assert!(genesis.seats <= T::MaxSeats::get(), "genesis has more seats than allowed");
		assert!(
			genesis.members.len() <= genesis.seats.saturated_into::<usize>(),
			"genesis has more Superdelegates than seats"
		);
		Seats::<T>::put(genesis.seats);
		let mut voters = T::Delegates::active();
		if voters.is_empty() {
			voters = genesis.members.iter().map(|(who, _, _)| who.clone()).collect();
		}
		let approvals = BoundedVec::truncate_from(voters);
		let mut members: Vec<MemberOf<T>> = Vec::new();
		for (who, screening_key, model) in &genesis.members {
			assert!(!is_low_order(screening_key), "genesis has a weak screening key");
			assert!(*model != ModelHash::default(), "genesis has a Superdelegate without a model");
			assert!(!Candidates::<T>::contains_key(who), "genesis names a Superdelegate twice");
			Self::insert_candidate(who, *screening_key, *model, approvals.clone());
			let (screening_key, model) = (*screening_key, *model);
			members.push(Member { who: who.clone(), screening_key, model });
		}
		Members::<T>::put(BoundedVec::truncate_from(members));
	}

	/// Puts `next` in office; `reason` tells why somebody who is not in `next` has left. Returns the
	/// weight of what others do because of it.
	fn seat(
		next: BoundedVec<MemberOf<T>, T::MaxSeats>,
		reason: impl Fn(&T::AccountId) -> Departure,
	) -> Weight {
		let mut weight = Weight::zero();
		let previous = Members::<T>::get();
		if previous == next {
			return weight;
		}
		Members::<T>::put(&next);
		let is_in = |members: &[MemberOf<T>], who: &T::AccountId| {
			members.iter().any(|member| &member.who == who)
		};
		for member in &next {
			if !is_in(&previous, &member.who) {
				Self::deposit_event(Event::Appointed { who: member.who.clone() });
			}
		}
		for member in &previous {
			if !is_in(&next, &member.who) {
				Self::announce_departure(&member.who, reason(&member.who));
				weight.saturating_accrue(T::OnLeft::weight());
			}
		}
		weight
	}
}
