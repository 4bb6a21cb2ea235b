//! Worst case of every call and hook; each asserts its result.

use super::*;
use crate::types::is_low_order as weak;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;

/// The model of every candidate.
const MODEL: ModelHash = [5; 32];

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
			MODEL,
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

/// Records of `count` other accounts, one strike away from the end of their membership or barred.
fn fill_records<T: Config>(count: u32) {
	let last = T::StrikesMax::get().saturating_sub(1).max(1);
	let era = CurrentEra::<T>::get();
	let others = accounts::<T>("other", count);
	let strikes = others.iter().cloned().map(|who| Strikes { who, count: last, last: era });
	StruckAccounts::<T>::put(BoundedVec::truncate_from(strikes.collect()));
	let bars = others.into_iter().map(|who| Bar { who, until: era + 1 });
	Barred::<T>::put(BoundedVec::truncate_from(bars.collect()));
}

/// Ends everything that genesis has begun.
fn reset<T: Config>() {
	let _ = Candidates::<T>::clear(u32::MAX, None);
	Members::<T>::kill();
	Barred::<T>::kill();
	StruckAccounts::<T>::kill();
	Seats::<T>::put(T::MaxSeats::get());
}

/// Puts `members`, who are candidates, in office.
fn seat_all<T: Config>(members: &[T::AccountId]) {
	let seated = (0u32..)
		.zip(members)
		.map(|(n, who)| {
			let who = who.clone();
			Member { who, screening_key: screening_key(n), model: MODEL }
		})
		.collect::<Vec<_>>();
	Members::<T>::put(BoundedVec::truncate_from(seated));
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn stand() -> Result<(), BenchmarkError> {
		reset::<T>();
		fill_records::<T>(T::MaxCandidates::get());
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
		fill_candidates::<T>(core::slice::from_ref(&candidate), &others);

		#[extrinsic_call]
		_(RawOrigin::Signed(voter.clone()), candidate.clone());

		let approvals = Candidates::<T>::get(&candidate).map(|stored| stored.approvals);
		assert!(approvals.is_some_and(|approvals| approvals.contains(&voter)));
		Ok(())
	}

	#[benchmark]
	fn disapprove(d: Linear<1, { T::MaxDelegates::get() }>) -> Result<(), BenchmarkError> {
		reset::<T>();
		let members = accounts::<T>("member", T::MaxSeats::get());
		let voters = accounts::<T>("voter", d);
		fill_candidates::<T>(&members, &voters);
		seat_all::<T>(&members);
		let candidate = members[members.len() - 1].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(voters[0].clone()), candidate.clone());

		let approvals = Candidates::<T>::get(&candidate).map(|stored| stored.approvals.len());
		assert_eq!(approvals, Some(voters.len() - 1));
		// The voters are not elected, so that their approvals are worth nothing.
		assert_eq!(Members::<T>::decode_len(), Some(members.len() - 1));
		Ok(())
	}

	#[benchmark]
	fn recall() -> Result<(), BenchmarkError> {
		reset::<T>();
		fill_records::<T>(T::MaxCandidates::get());
		let members = accounts::<T>("member", T::MaxSeats::get());
		fill_candidates::<T>(&members, &accounts::<T>("voter", T::MaxDelegates::get()));
		seat_all::<T>(&members);
		let who = members[members.len() - 1].clone();
		let origin =
			T::RecallOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, who.clone());

		assert!(Pallet::<T>::is_barred(&who));
		assert!(!Candidates::<T>::contains_key(&who));
		assert_eq!(Members::<T>::decode_len(), Some(members.len() - 1));
		Ok(())
	}

	#[benchmark]
	fn declare_model() -> Result<(), BenchmarkError> {
		reset::<T>();
		let members = accounts::<T>("member", T::MaxSeats::get());
		fill_candidates::<T>(&members, &accounts::<T>("voter", T::MaxDelegates::get()));
		seat_all::<T>(&members);
		let caller = members[members.len() - 1].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), [6; 32]);

		assert_eq!(Pallet::<T>::model_of(&caller), Some([6; 32]));
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
		fill_candidates::<T>(&accounts::<T>("candidate", c), &accounts::<T>("voter", d));
		let elected = delegate::<T>()?;
		Pallet::<T>::insert_candidate(
			&elected,
			screening_key(c),
			MODEL,
			BoundedVec::truncate_from(T::Delegates::active()),
		);

		#[block]
		{
			Pallet::<T>::rotate();
		}

		assert_eq!(Members::<T>::decode_len(), Some(1));
		assert_eq!(Pallet::<T>::model_of(&elected), Some(MODEL));
		Ok(())
	}

	#[benchmark]
	fn drop_inactive(
		c: Linear<0, { T::MaxCandidates::get() }>,
		d: Linear<1, { T::MaxDelegates::get() }>,
	) -> Result<(), BenchmarkError> {
		reset::<T>();
		let candidates = accounts::<T>("candidate", c);
		let voters = accounts::<T>("voter", d);
		fill_candidates::<T>(&candidates, &voters);
		let mut active = candidates.clone();
		active.extend(voters.into_iter().skip(1));

		#[block]
		{
			Pallet::<T>::drop_inactive(&active);
		}

		assert_eq!(Candidates::<T>::count(), c);
		let approvals = Candidates::<T>::iter_values().map(|stored| stored.approvals.len());
		assert!(approvals.into_iter().all(|approvals| approvals == d as usize - 1));
		Ok(())
	}

	#[benchmark]
	fn begin_era() -> Result<(), BenchmarkError> {
		reset::<T>();
		fill_records::<T>(T::MaxCandidates::get());
		let era = CurrentEra::<T>::get() + T::StrikeEras::get();

		#[block]
		{
			Pallet::<T>::begin_era(era);
		}

		assert_eq!(CurrentEra::<T>::get(), era);
		assert!(Barred::<T>::get().is_empty() && StruckAccounts::<T>::get().is_empty());
		Ok(())
	}

	#[benchmark]
	fn strike() -> Result<(), BenchmarkError> {
		reset::<T>();
		fill_records::<T>(T::MaxCandidates::get());
		let members = accounts::<T>("member", T::MaxSeats::get());
		fill_candidates::<T>(&members, &accounts::<T>("voter", T::MaxDelegates::get()));
		seat_all::<T>(&members);
		let who = members[members.len() - 1].clone();
		for _ in 1..T::StrikesMax::get() {
			Pallet::<T>::strike(&who);
		}

		#[block]
		{
			Pallet::<T>::strike(&who);
		}

		assert!(Pallet::<T>::is_barred(&who));
		assert_eq!(Members::<T>::decode_len(), Some(members.len() - 1));
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
