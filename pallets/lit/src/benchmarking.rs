//! Worst case of every call and hook; each asserts its result.

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use popnet_primitives::{economics::POP_SUPPLY, traits::StakeObserver};
use sp_runtime::traits::Saturating;

/// What the benchmarked accounts have at stake: enough for the smallest lease, often.
const STAKE: Balance = POP_SUPPLY / 100;
/// Number of the first lease that is still running.
const RUNNING: LeaseId = 1_000;

/// Fills two pages of the history and goes to a block in which `end()` has passed.
fn grow_old<T: Config>() {
	let rate = T::RateMin::get();
	let mut current = Generation::<BlockNumberFor<T>> { rate, ..Default::default() };
	for page in 0..2u32 {
		let mut rates = BoundedVec::new();
		for _ in 0..RATES_PER_PAGE {
			let since = current.since.saturating_add(T::RateChangeBlocks::get());
			assert!(rates.try_push(current).is_ok());
			let number = current.number.saturating_add(1);
			current = Generation { rate, index: current.index_at(since), since, number };
		}
		Rates::<T>::insert(page, rates);
	}
	Current::<T>::put(current);
	NextLease::<T>::put(RUNNING.saturating_mul(2));
	frame_system::Pallet::<T>::set_block_number(current.since.saturating_add(1u32.into()));
}

/// An end whose index stands in the second page.
fn end<T: Config>() -> BlockNumberFor<T> {
	T::RateChangeBlocks::get().saturating_mul((RATES_PER_PAGE + RATES_PER_PAGE / 2).into())
}

fn later<T: Config>() -> BlockNumberFor<T> {
	frame_system::Pallet::<T>::block_number().saturating_add(T::LeaseBlocksMax::get())
}

fn lease<T: Config>(id: LeaseId, other: &T::AccountId) -> LeaseOf<T> {
	Lease { id, other: other.clone(), share: None, amount: T::LentMin::get(), end: end::<T>() }
}

fn running<T: Config>(id: LeaseId, other: &T::AccountId) -> LeaseOf<T> {
	Lease { end: later::<T>(), ..lease::<T>(id, other) }
}

/// An account that was settled last at genesis, with all leases that it can have, all ended since,
/// but for the newest ones that are given here instead.
fn old_account<T: Config>(given: Option<LeaseOf<T>>, received: Option<LeaseOf<T>>) -> AccrualOf<T> {
	let other: T::AccountId = account("other", 0, 0);
	let fill = |newest: Option<LeaseOf<T>>| {
		let ended = LEASES_MAX.saturating_sub(u32::from(newest.is_some()));
		let mut leases: Vec<_> =
			(0..ended).map(|id| lease::<T>(LeaseId::from(id), &other)).collect();
		leases.extend(newest);
		BoundedVec::truncate_from(leases)
	};
	let pending = T::Lit::minimum_balance();
	let (given, received) = (fill(given), fill(received));
	Accrual { stake: STAKE, pending, given, received, ..Default::default() }
}

/// The caller with all leases that it can have, all ended since it was settled last.
fn old_caller<T: Config>() -> T::AccountId {
	grow_old::<T>();
	let who: T::AccountId = whitelisted_caller();
	Accounts::<T>::insert(&who, old_account::<T>(None, None));
	who
}

/// A lease between two accounts that are as old as can be. Returns lender and borrower.
fn old_lease<T: Config>() -> (T::AccountId, T::AccountId) {
	grow_old::<T>();
	let (lender, borrower) = (account("lender", 0, 0), account("borrower", 0, 0));
	let given = running::<T>(RUNNING, &borrower);
	let received = running::<T>(RUNNING, &lender);
	Accounts::<T>::insert(&lender, old_account::<T>(Some(given), None));
	Accounts::<T>::insert(&borrower, old_account::<T>(None, Some(received)));
	(lender, borrower)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn claim() {
		let caller = old_caller::<T>();
		let available = Pallet::<T>::available(&caller);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()));

		assert!(available > T::Lit::minimum_balance());
		assert_eq!(T::Lit::balance(&caller), available);
	}

	#[benchmark]
	fn claim_for() {
		let caller = old_caller::<T>();
		let who: T::AccountId = account("who", 0, 0);
		Accounts::<T>::insert(&who, old_account::<T>(None, None));
		let available = Pallet::<T>::available(&who);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), who.clone());

		assert_eq!(T::Lit::balance(&who), available);
		assert_eq!(Pallet::<T>::leases_of(&who), Default::default());
	}

	#[benchmark]
	fn set_rate() -> Result<(), BenchmarkError> {
		let origin =
			T::RateOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		grow_old::<T>();
		// The last rate that its page takes.
		let number = RATES_PER_PAGE.saturating_mul(2).saturating_sub(1);
		Rates::<T>::mutate(1, |page| page.truncate(page.len().saturating_sub(1)));
		Current::<T>::mutate(|current| current.number = number);
		frame_system::Pallet::<T>::set_block_number(later::<T>());
		let rate = T::RateMin::get().saturating_mul(2).min(T::RateMax::get());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, rate);

		assert_eq!(Current::<T>::get().rate, rate);
		assert_eq!(Rates::<T>::get(1).len(), RATES_PER_PAGE as usize);
		Ok(())
	}

	#[benchmark]
	fn lend() {
		let lender = old_caller::<T>();
		let borrower: T::AccountId = account("borrower", 0, 0);
		let mut taker = old_account::<T>(None, None);
		for index in 0..LEASES_MAX {
			let other: T::AccountId = account("lender", index, 0);
			let id = RUNNING.saturating_add(index.into());
			let given = running::<T>(id, &borrower);
			Accounts::<T>::insert(&other, old_account::<T>(Some(given), None));
			if let Some(received) = taker.received.get_mut(index as usize) {
				*received = running::<T>(id, &other);
			}
		}
		Accounts::<T>::insert(&borrower, taker);
		let terms = LeaseTerms::Fixed(T::LentMin::get().saturating_mul(2));

		#[extrinsic_call]
		_(RawOrigin::Signed(lender.clone()), borrower.clone(), terms, later::<T>());

		let given = Pallet::<T>::leases_of(&lender).0;
		assert_eq!(given.len(), 1);
		let received = Pallet::<T>::leases_of(&borrower).1;
		assert_eq!(received.last().map(|lease| &lease.other), Some(&lender));
		assert_eq!(received.len(), LEASES_MAX as usize);
	}

	#[benchmark]
	fn end_lease() {
		let (lender, borrower) = old_lease::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(lender.clone()), RUNNING);

		let end = frame_system::Pallet::<T>::block_number() + T::NoticeBlocks::get();
		let ends = |leases: Vec<LeaseOf<T>>| leases.iter().map(|it| it.end).collect::<Vec<_>>();
		assert_eq!(ends(Pallet::<T>::leases_of(&lender).0), [end]);
		assert_eq!(ends(Pallet::<T>::leases_of(&borrower).1), [end]);
	}

	#[benchmark]
	fn give_back() {
		let (lender, borrower) = old_lease::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(borrower.clone()), RUNNING);

		assert_eq!(Pallet::<T>::leases_of(&lender), Default::default());
		assert_eq!(Pallet::<T>::leases_of(&borrower), Default::default());
	}

	#[benchmark]
	fn settle() {
		let who = old_caller::<T>();
		let available = Pallet::<T>::available(&who);

		#[block]
		{
			Pallet::<T>::settle(&who);
		}

		assert_eq!(T::Lit::balance(&who), available);
		assert_eq!(Pallet::<T>::leases_of(&who), Default::default());
	}

	/// The lender has no stake any more, so its leases end, of which as many as asked for are running.
	#[benchmark]
	fn stake_changed(n: Linear<0, LEASES_MAX>) {
		let who = old_caller::<T>();
		let mut giver = old_account::<T>(None, None);
		for index in 0..n {
			let borrower: T::AccountId = account("borrower", index, 0);
			let id = RUNNING.saturating_add(index.into());
			let received = running::<T>(id, &who);
			Accounts::<T>::insert(&borrower, old_account::<T>(None, Some(received)));
			if let Some(given) = giver.given.get_mut(index as usize) {
				*given = running::<T>(id, &borrower);
			}
		}
		Accounts::<T>::insert(&who, giver);

		#[block]
		{
			Pallet::<T>::stake_changed(&who);
		}

		assert_eq!(Pallet::<T>::leases_of(&who), Default::default());
		for index in 0..n {
			let borrower: T::AccountId = account("borrower", index, 0);
			assert!(Pallet::<T>::leases_of(&borrower).1.is_empty());
		}
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::new_test_ext(crate::mock::RATE),
		crate::mock::Test
	);
}
