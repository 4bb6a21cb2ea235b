//! Worst case of every call and hook; each asserts its result.

use super::*;
use crate::types::is_low_order as weak;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;

/// A screening key for candidate `n`.
fn screening_key(n: u32) -> ScreeningKey {
	let mut key = [9; 32];
	key[..4].copy_from_slice(&n.to_le_bytes());
	assert!(!weak(&key));
	key
}

/// Fills the list of approvals of `count` candidates with `voters`.
fn fill_candidates<T: Config>(accounts: &[T::AccountId], voters: &[T::AccountId]) {
	for (n, who) in (0u32..).zip(accounts) {
		Pallet::<T>::insert_candidate(
			who,
			screening_key(n),
			[0; 32],
			BoundedVec::truncate_from(voters.to_vec()),
		);
	}
}

fn accounts<T: Config>(name: &'static str, count: u32) -> Vec<T::AccountId> {
	(0..count).map(|n| account(name, n, 0)).collect()
}

/// An active Delegate. The set of Delegates belongs to the runtime, which has to have one.
fn delegate<T: Config>() -> Result<T::AccountId, BenchmarkError> {
	T::Delegates::active()
		.into_iter()
		.next()
		.ok_or(BenchmarkError::Stop("the runtime has no active Delegate at genesis"))
}

/// Ends everything that genesis has begun.
fn reset<T: Config>() {
	let _ = Candidates::<T>::clear(u32::MAX, None);
	Members::<T>::kill();
	Seats::<T>::put(T::MaxSeats::get());
}

/// Puts `members`, who are candidates, in office.
fn seat_all<T: Config>(members: &[T::AccountId]) {
	let seated = (0u32..)
		.zip(members)
		.map(|(n, who)| Member { who: who.clone(), screening_key: screening_key(n) })
		.collect::<Vec<_>>();
	Members::<T>::put(BoundedVec::truncate_from(seated));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn stand() -> Result<(), BenchmarkError> {
		reset::<T>();
		let caller = delegate::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), screening_key(0), [1; 32]);

		assert!(Candidates::<T>::contains_key(&caller));
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		reset::<T>();
		let members = accounts::<T>("member", T::MaxSeats::get());
		fill_candidates::<T>(&members, &accounts::<T>("voter", T::MaxDelegates::get()));
		seat_all::<T>(&members);
		let caller = members[members.len() - 1].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(!Candidates::<T>::contains_key(&caller));
		assert_eq!(Members::<T>::decode_len(), Some(members.len() - 1));
		Ok(())
	}

	#[benchmark]
	fn approve() -> Result<(), BenchmarkError> {
		reset::<T>();
		let voter = delegate::<T>()?;
		let candidate: T::AccountId = account("candidate", 0, 0);
		let others = accounts::<T>("voter", T::MaxDelegates::get().saturating_sub(1));
		fill_candidates::<T>(&[candidate.clone()], &others);

		#[extrinsic_call]
		_(RawOrigin::Signed(voter.clone()), candidate.clone());

		let approvals = Candidates::<T>::get(&candidate).map(|stored| stored.approvals);
		assert!(approvals.is_some_and(|approvals| approvals.contains(&voter)));
		Ok(())
	}

	#[benchmark]
	fn disapprove() -> Result<(), BenchmarkError> {
		reset::<T>();
		let members = accounts::<T>("member", T::MaxSeats::get());
		let voter: T::AccountId = account("voter", 0, 0);
		fill_candidates::<T>(&members, &[voter.clone()]);
		seat_all::<T>(&members);
		let candidate = members[members.len() - 1].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(voter), candidate.clone());

		let approvals = Candidates::<T>::get(&candidate).map(|stored| stored.approvals.len());
		assert_eq!(approvals, Some(0));
		assert_eq!(Members::<T>::decode_len(), Some(members.len() - 1));
		Ok(())
	}

	#[benchmark]
	fn set_seats(
		c: Linear<0, { T::MaxCandidates::get() }>,
		d: Linear<1, { T::MaxDelegates::get() }>,
	) -> Result<(), BenchmarkError> {
		reset::<T>();
		fill_candidates::<T>(&accounts::<T>("candidate", c), &accounts::<T>("voter", d));
		let origin =
			T::SeatsOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, 1);

		assert_eq!(Seats::<T>::get(), 1);
		Ok(())
	}

	#[benchmark]
	fn rotate(
		c: Linear<0, { T::MaxCandidates::get() }>,
		d: Linear<1, { T::MaxDelegates::get() }>,
	) -> Result<(), BenchmarkError> {
		reset::<T>();
		let candidates = accounts::<T>("candidate", c);
		let active: Vec<_> = candidates.iter().cloned().chain(accounts::<T>("voter", d)).collect();
		let mut voters = active.clone();
		voters.truncate(T::MaxDelegates::get() as usize);
		fill_candidates::<T>(&candidates, &voters);

		#[block]
		{
			Pallet::<T>::rotate(&voters);
		}

		let seated = Members::<T>::decode_len().unwrap_or_default();
		assert_eq!(seated, candidates.len().min(T::MaxSeats::get() as usize));
		Ok(())
	}

	#[benchmark]
	fn remove_inactive_members(s: Linear<0, { T::MaxSeats::get() }>) -> Result<(), BenchmarkError> {
		reset::<T>();
		let members = accounts::<T>("member", s);
		fill_candidates::<T>(&members, &[]);
		seat_all::<T>(&members);

		#[block]
		{
			Pallet::<T>::remove_inactive_members();
		}

		assert!(Members::<T>::get().is_empty());
		Ok(())
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
