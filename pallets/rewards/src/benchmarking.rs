//! Worst case of every call and of every step of the hook; each asserts its result.

use super::*;
use frame_benchmarking::v2::*;
use frame_support::traits::{Imbalance, OnUnbalanced};
use frame_system::RawOrigin;
use popnet_primitives::rewards::{Payment, RecordWork, Withheld, Work};
use sp_staking::EraPayout;

/// What the benchmarked era pays to a role.
fn role_amount<T: Config>() -> Balance {
	T::Currency::minimum_balance().saturating_mul(1_000)
}

/// The account that has worked, with POP and all reasons for withheld points.
fn worker<T: Config>(era: EraIndex, role: Role) -> T::AccountId {
	let who: T::AccountId = account("worker", 0, 0);
	T::Currency::set_balance(&who, T::Currency::minimum_balance());
	Pallet::<T>::record(role, &who, 1);
	for reason in [Withheld::Suspended, Withheld::MissedDuty, Withheld::Deviating] {
		Pallet::<T>::withhold(role, &who, 1, reason);
	}
	assert!(Records::<T>::contains_key((era, role, &who)));
	who
}

/// An era has ended in which one account is to be paid as a creator, with something carried for it.
fn era_to_pay<T: Config>() -> (EraIndex, T::AccountId) {
	let era = Pallet::<T>::present_era();
	let who = worker::<T>(era, Role::Creator);
	let (amount, carried) = (role_amount::<T>(), T::Currency::minimum_balance());
	let mut reward = Roles::<T>::get(era, Role::Creator).unwrap_or_default();
	reward.endow(amount);
	reward.phase = Phase::Paying;
	Roles::<T>::insert(era, Role::Creator, reward);
	Carries::<T>::insert(&who, Carry { amount: carried, era });
	Eras::<T>::insert(era, EraReward { creators: amount, ..Default::default() });
	NextEra::<T>::put(era.saturating_add(1));
	let owed = amount.saturating_add(carried);
	Owed::<T>::put(owed);
	let minimum = T::Currency::minimum_balance();
	T::Currency::set_balance(&Pallet::<T>::pot(), owed.saturating_add(minimum));
	(era, who)
}

fn payment_of<T: Config>(era: EraIndex, who: &T::AccountId) -> Payment {
	Records::<T>::get((era, Role::Creator, who)).unwrap_or_default().payment
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_split() -> Result<(), BenchmarkError> {
		let origin =
			T::ParameterOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		let usual = Split::default();
		let split = Split { stakers: usual.creators, creators: usual.stakers, ..usual };

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, split);

		assert_eq!(SplitInForce::<T>::get(), split);
		Ok(())
	}

	#[benchmark]
	fn pay() {
		let (era, who) = era_to_pay::<T>();
		let before = T::Currency::balance(&who);
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), era, Role::Creator, who.clone());

		let paid = role_amount::<T>().saturating_add(T::Currency::minimum_balance());
		assert_eq!(T::Currency::balance(&who), before.saturating_add(paid));
	}

	#[benchmark]
	fn set_destination() {
		let caller: T::AccountId = whitelisted_caller();
		let deposit = T::CompoundDeposit::get();
		let minimum = T::Currency::minimum_balance();
		T::Currency::set_balance(&caller, deposit.saturating_add(minimum));

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), Destination::Compound);

		assert_eq!(Compounding::<T>::get(&caller), Some(deposit));
	}

	#[benchmark]
	fn record() {
		let era = Pallet::<T>::present_era();
		let who = worker::<T>(era, Role::Creator);

		#[block]
		{
			Pallet::<T>::withhold(Role::Creator, &who, 5, Withheld::Deviating);
		}

		let stored = Records::<T>::get((era, Role::Creator, &who)).unwrap_or_default();
		assert_eq!(stored.withheld.last(), Some(&(Withheld::Deviating, 6)));
	}

	#[benchmark]
	fn end_era() {
		// An earlier era is still being collected, so that this one joins it.
		let first = Pallet::<T>::present_era();
		let issue = |now: u32| {
			frame_system::Pallet::<T>::set_block_number(now.into());
			let (_, rest) = Pallet::<T>::era_payout(0, 0, 0);
			T::Currency::issue(rest)
		};
		Pallet::<T>::on_unbalanced(issue(1));
		let second = Pallet::<T>::present_era();
		worker::<T>(second, Role::Creator);
		let credit = issue(T::RewardBlocks::get());
		let received = credit.peek();

		#[block]
		{
			Pallet::<T>::on_unbalanced(credit);
		}

		let reward = Eras::<T>::get(second).unwrap_or_default();
		assert_eq!(reward.roles().saturating_add(reward.treasury), received);
		assert_eq!(InProgress::<T>::get().collecting, Some(first));
	}

	#[benchmark]
	fn look() {
		era_to_pay::<T>();

		#[block]
		{
			Pallet::<T>::proceed(T::WeightInfo::look());
		}

		// There is nothing to collect, which costs nothing to find out.
		assert_eq!(InProgress::<T>::get().stage, Stage::Paying(Role::Masternode));
	}

	#[benchmark]
	fn collect() {
		let era = Pallet::<T>::present_era();
		let who = worker::<T>(era, Role::Masternode);

		#[block]
		{
			Pallet::<T>::add_collected(era, &who, Work { earned: 5, suspended: 3 });
		}

		let stored = Records::<T>::get((era, Role::Masternode, &who)).unwrap_or_default();
		assert_eq!(stored.points, 6);
	}

	#[benchmark]
	fn pay_record() {
		let (era, who) = era_to_pay::<T>();
		let before = T::Currency::balance(&who);

		#[block]
		{
			let found = Pallet::<T>::record_after(era, Role::Creator, None);
			let (who, stored) = found.unwrap_or_else(|| (who.clone(), Record::default()));
			Pallet::<T>::pay_record(era, Role::Creator, &who, stored);
		}

		let amount = role_amount::<T>();
		assert_eq!(payment_of::<T>(era, &who), Payment::Paid { amount, to: PaidTo::Free });
		assert!(T::Currency::balance(&who) > before);
	}

	#[benchmark]
	fn settle() {
		let (era, _) = era_to_pay::<T>();
		let before = T::Currency::balance(&T::Treasury::get());

		#[block]
		{
			Pallet::<T>::settle(era, Role::Creator);
		}

		let received = before.saturating_add(role_amount::<T>());
		assert_eq!(T::Currency::balance(&T::Treasury::get()), received);
	}

	#[benchmark]
	fn remove_record() {
		let (era, who) = era_to_pay::<T>();
		Pallet::<T>::remove_era(era);

		#[block]
		{
			assert!(!Pallet::<T>::remove_era(era));
			Records::<T>::drain_prefix((era,)).next();
			Pallet::<T>::forfeit_carry(era, who.clone());
		}

		assert!(!Carries::<T>::contains_key(&who));
		assert!(!Records::<T>::contains_key((era, Role::Creator, &who)));
	}

	#[benchmark]
	fn remove_era() {
		let (era, _) = era_to_pay::<T>();
		for role in Role::ALL {
			Roles::<T>::insert(era, role, RoleReward::default());
		}

		#[block]
		{
			Pallet::<T>::remove_era(era);
		}

		assert!(!Eras::<T>::contains_key(era));
		assert_eq!(Roles::<T>::iter_prefix(era).count(), 0);
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::ExtBuilder::default().build(),
		crate::mock::Test
	);
}
