//! Worst case of every call and hook; each asserts its result.

use super::*;
use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use popnet_primitives::{economics::POP, traits::StakeObserver};

/// An account whose stake has generated enough to be minted.
fn staker<T: Config>() -> T::AccountId {
	let who: T::AccountId = whitelisted_caller();
	let accrual = Accrual { stake: 1_000 * POP, index: 0, pending: T::Lit::minimum_balance() };
	Accounts::<T>::insert(&who, accrual);
	Current::<T>::put(Generation { rate: T::RateMax::get(), index: 0, since: 0u32.into() });
	frame_system::Pallet::<T>::set_block_number(10u32.into());
	who
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn claim() {
		let caller = staker::<T>();
		let available = Pallet::<T>::available(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(available > T::Lit::minimum_balance());
		assert_eq!(T::Lit::balance(&caller), available);
	}

	#[benchmark]
	fn set_rate() -> Result<(), BenchmarkError> {
		let origin =
			T::RateOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		let current = Generation { rate: T::RateMax::get(), index: 0, since: 0u32.into() };
		Current::<T>::put(current);
		let rate = T::RateMax::get() / 2 + 1;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, rate.max(T::RateMin::get()));

		assert_eq!(Current::<T>::get().rate, rate.max(T::RateMin::get()));
		Ok(())
	}

	#[benchmark]
	fn settle() {
		let who = staker::<T>();
		let available = Pallet::<T>::available(&who);

		#[block]
		{
			Pallet::<T>::settle(&who);
		}

		assert_eq!(T::Lit::balance(&who), available);
	}

	#[benchmark]
	fn stake_changed() {
		let who = staker::<T>();
		let available = Pallet::<T>::available(&who);

		#[block]
		{
			Pallet::<T>::stake_changed(&who);
		}

		let accrual = Accounts::<T>::get(&who);
		assert_eq!(accrual.map(|accrual| accrual.pending), Some(available));
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::new_test_ext(crate::mock::RATE),
		crate::mock::Test
	);
}
