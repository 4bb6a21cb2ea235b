//! Worst case of every call and of what transactions do beside them; each asserts its result.

use super::*;
use crate::impls::Target;
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::traits::fungible::{Balanced, Inspect, InspectHold};
use frame_system::RawOrigin;
use popnet_primitives::economics::LIT;

/// An account with plenty of LIT.
fn endowed<T: Config>(name: &'static str) -> T::AccountId {
	let who: T::AccountId = account(name, 0, 0);
	let amount = LIT.saturating_mul(1_000_000);
	assert!(T::Lit::resolve(&who, T::Lit::issue(amount)).is_ok());
	who
}

fn funds<T: Config>() -> Balance {
	let minimum = <T::Lit as Inspect<T::AccountId>>::minimum_balance();
	(T::UserDeposit::get() + T::IntroductionPrice::get() + minimum) * 1_000
}

fn remark<T: Config>() -> T::RuntimeCall {
	frame_system::Call::<T>::remark { remark: vec![] }.into()
}

/// Full lists, the covering entry last, for calls of the system pallet.
fn terms<T: Config>(contract: H160) -> TermsOf<T> {
	let covering = remark::<T>().using_encoded(|bytes| bytes[0]);
	let unused = AllowedCall { pallet: u8::MAX, call: Some(u8::MAX) };
	let mut calls = vec![unused; CALLS_MAX as usize - 1];
	calls.push(AllowedCall { pallet: covering, call: None });
	let mut contracts = vec![H160::zero(); CONTRACTS_MAX as usize - 1];
	contracts.push(contract);
	Terms {
		audience: Audience::Anyone,
		introduces: true,
		calls: BoundedVec::truncate_from(calls),
		contracts: BoundedVec::truncate_from(contracts),
		fee_max: Balance::MAX,
		user_day_max: Balance::MAX,
		day_max: Balance::MAX,
		failures_max: u32::MAX,
		users_max: u32::MAX,
		last_block: u32::MAX.into(),
	}
}

fn opened<T: Config>(sponsor: &T::AccountId, contract: H160) -> PlanId {
	let id = NextPlan::<T>::get();
	Pallet::<T>::do_open(sponsor.clone(), terms::<T>(contract), funds::<T>())
		.expect("the sponsor has plenty");
	id
}

fn held<T: Config>(reason: HoldReason, who: &T::AccountId) -> Balance {
	T::Lit::balance_on_hold(&reason.into(), who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open() {
		let caller = endowed::<T>("sponsor");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), Box::new(terms::<T>(H160::zero())), funds::<T>());

		assert_eq!(held::<T>(HoldReason::Plan, &caller), funds::<T>());
		assert!(Pallet::<T>::plan(0).is_some());
	}

	#[benchmark]
	fn fund() {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, LIT);

		assert_eq!(held::<T>(HoldReason::Plan, &caller), funds::<T>() + LIT);
	}

	#[benchmark]
	fn change() {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());
		let changed = Terms { users_max: 1, ..terms::<T>(H160::zero()) };

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, Box::new(changed.clone()));

		assert_eq!(Pallet::<T>::plan(id).map(|plan| plan.terms), Some(changed));
	}

	#[benchmark]
	fn close(u: Linear<0, { T::ClearMax::get() }>) {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());
		for index in 0..u {
			let who = account("user", index, 0);
			Pallet::<T>::do_admit(&caller, id, &who).expect("the plan has funds");
		}

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, u);

		assert!(Pallet::<T>::plan(id).is_none());
		assert_eq!(held::<T>(HoldReason::Plan, &caller), 0);
		assert_eq!(held::<T>(HoldReason::Deposit, &caller), 0);
	}

	#[benchmark]
	fn admit() {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());
		let who: T::AccountId = account("user", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, who.clone());

		assert!(Users::<T>::get(id, &who).is_some_and(|user| user.listed));
	}

	#[benchmark]
	fn dismiss() {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());
		let who: T::AccountId = account("user", 0, 0);
		Pallet::<T>::do_admit(&caller, id, &who).expect("the plan has funds");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, who.clone());

		assert!(Users::<T>::get(id, &who).is_none());
	}

	#[benchmark]
	fn forget() {
		let caller = endowed::<T>("sponsor");
		let id = opened::<T>(&caller, H160::zero());
		let who: T::AccountId = account("user", 0, 0);
		Pallet::<T>::do_admit(&caller, id, &who).expect("the plan has funds");
		Pallet::<T>::do_close(&caller, id, 0).expect("the sponsor may close");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, who.clone());

		assert!(Pallet::<T>::plan(id).is_none());
		assert_eq!(held::<T>(HoldReason::Deposit, &caller), 0);
	}

	#[benchmark]
	fn bind() {
		let caller = endowed::<T>("sponsor");
		let deployment = Deployment::Create2 { salt: [1; 32], init_code_hash: Default::default() };
		let contract = deployment.address(T::Contracts::address_of(&caller));
		let id = opened::<T>(&caller, contract);
		let earlier = endowed::<T>("earlier");
		let deposit = T::BindingDeposit::get();
		Pallet::<T>::hold(HoldReason::Deposit, &earlier, deposit).expect("it has plenty");
		Bindings::<T>::insert(contract, Binding { plan: id, owner: earlier.clone(), deposit });

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, contract, Some(deployment));

		assert_eq!(Bindings::<T>::get(contract).map(|binding| binding.owner), Some(caller));
		assert_eq!(held::<T>(HoldReason::Deposit, &earlier), 0);
	}

	#[benchmark]
	fn unbind() {
		let caller = endowed::<T>("sponsor");
		let deployment = Deployment::Create { nonce: u64::MAX };
		let contract = deployment.address(T::Contracts::address_of(&caller));
		let id = opened::<T>(&caller, contract);
		Pallet::<T>::do_bind(caller.clone(), id, contract, Some(deployment))
			.expect("the caller deployed it");

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), contract);

		assert!(Bindings::<T>::get(contract).is_none());
	}

	#[benchmark]
	fn sponsored() {
		let sponsor = endowed::<T>("sponsor");
		let id = opened::<T>(&sponsor, H160::zero());
		let caller: T::AccountId = whitelisted_caller();
		let call = remark::<T>();
		let fee = T::IntroductionPrice::get();
		assert!(Pallet::<T>::pay(id, &caller, Target::Call(&call), fee).is_ok());

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), id, Box::new(call));

		assert_eq!(Users::<T>::get(id, &caller).map(|user| user.failures), Some(0));
	}

	#[benchmark]
	fn pay() {
		let sponsor = endowed::<T>("sponsor");
		let id = opened::<T>(&sponsor, H160::zero());
		let who: T::AccountId = account("user", 0, 0);
		let call = remark::<T>();
		let fee = T::IntroductionPrice::get();

		#[block]
		{
			assert!(Pallet::<T>::admission(id, &who, Target::Call(&call), fee, 0).is_ok());
			if let Ok(payment) = Pallet::<T>::pay(id, &who, Target::Call(&call), fee) {
				Pallet::<T>::settle(payment, fee);
			}
		}

		assert_eq!(Users::<T>::get(id, &who).map(|user| user.spent.amount), Some(fee));
		let left = funds::<T>() - fee - T::UserDeposit::get();
		assert_eq!(held::<T>(HoldReason::Plan, &sponsor), left);
	}

	#[benchmark]
	fn introduce() {
		let sponsor = endowed::<T>("sponsor");
		let id = opened::<T>(&sponsor, H160::zero());
		let who: T::AccountId = account("user", 0, 0);
		let call = remark::<T>();

		#[block]
		{
			assert!(Pallet::<T>::introduce(id, &who, Target::Call(&call), 1).is_ok());
		}

		assert!(!Pallet::<T>::is_missing(&who));
		let left = funds::<T>() - T::IntroductionPrice::get() - T::UserDeposit::get();
		assert_eq!(held::<T>(HoldReason::Plan, &sponsor), left);
	}

	#[benchmark]
	fn look_up() {
		let caller = endowed::<T>("sponsor");
		let deployment = Deployment::Create { nonce: 0 };
		let contract = deployment.address(T::Contracts::address_of(&caller));
		let id = opened::<T>(&caller, contract);
		Pallet::<T>::do_bind(caller.clone(), id, contract, Some(deployment))
			.expect("the caller deployed it");
		let mut asked = false;

		#[block]
		{
			if let Some(binding) = Bindings::<T>::get(contract) {
				let target = Target::Contract(contract);
				asked = Pallet::<T>::admission(binding.plan, &caller, target, 1, 0).is_ok();
			}
		}

		assert!(asked);
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
