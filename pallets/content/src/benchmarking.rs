//! Worst case of every call and hook; each asserts its result. What the Masternodes do is theirs to
//! measure.

use super::*;
use alloc::{vec, vec::Vec};
use codec::Encode;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{
		fungible::{Inspect, InspectHold, Mutate, Unbalanced},
		tokens::Precision,
		Get,
	},
	weights::WeightMeter,
	BoundedVec,
};
use frame_system::RawOrigin;
use popnet_primitives::{
	content::{
		stored_size, Address, Addresses, ContentId, ContentState, MediaKind, Registration,
		ADDRESSES_MAX, ADDRESS_BYTES_MAX,
	},
	moderation::{Decision, RiskVector},
	placement,
	traits::{OnPlaced, Placer, Registry},
	AccountId, Balance,
};

/// The content key of every item.
const KEY: [u8; 32] = [7; 32];
/// Plaintext bytes of every item.
const SIZE: u64 = 10 * 1024 * 1024;
/// The item that benchmarks are about.
const ITEM: u32 = 0;

fn item(n: u32) -> ContentId {
	ContentId(blake3::hash(&n.encode()).into())
}

/// An account that can pay every deposit.
fn owner<T: Config>() -> AccountId {
	let who = account("owner", 0, 0);
	let deposit = deposit_for(SIZE * 100, T::DepositBase::get(), T::DepositPerMib::get())
		.expect("a deposit is countable");
	let funds: Balance = deposit + T::Currency::minimum_balance() * 10;
	T::Currency::increase_balance(&who, funds, Precision::Exact).expect("an account can receive");
	who
}

fn sources() -> Addresses {
	let mut address = b"/dns/".to_vec();
	let end = b"/p2p/12D3KooW";
	address.resize(ADDRESS_BYTES_MAX as usize - end.len(), b'x');
	address.extend(end);
	Addresses::truncate_from(vec![Address::truncate_from(address); ADDRESSES_MAX as usize])
}

fn registration<T: Config>() -> Result<Registration, BenchmarkError> {
	T::BenchmarkHelper::activate_masternode();
	let coding = placement::coding_for(T::Placer::active())
		.ok_or(BenchmarkError::Stop("no Masternode is active"))?;
	let stripes = 10;
	let stored_size =
		stored_size(SIZE, coding, stripes).ok_or(BenchmarkError::Stop("an impossible code"))?;
	Ok(Registration {
		id: item(ITEM),
		media: MediaKind::Video,
		size: SIZE,
		plaintext_root: [1; 32],
		key_commitment: key_commitment(&KEY),
		coding,
		stripes,
		manifest_size: 10_000,
		stored_size,
		sources: sources(),
	})
}

/// The ids of as many items as an account may have, but one.
fn other_items<T: Config>() -> Vec<ContentId> {
	(1..T::MaxItemsPerOwner::get()).map(item).collect()
}

/// An account whose list of items is full; only the last one exists, and is being screened.
fn registered<T: Config>() -> Result<AccountId, BenchmarkError> {
	let owner = owner::<T>();
	Pallet::<T>::do_register(owner.clone(), registration::<T>()?)?;
	let mut items = other_items::<T>();
	items.push(item(ITEM));
	ItemsOf::<T>::insert(&owner, BoundedVec::truncate_from(items));
	Ok(owner)
}

/// As [`registered`], and the item is approved.
fn approved<T: Config>() -> Result<AccountId, BenchmarkError> {
	let owner = registered::<T>()?;
	let decision = Decision::Approve(RiskVector::default());
	<Pallet<T> as Registry<AccountId>>::decided(item(ITEM), decision);
	Ok(owner)
}

/// As [`registered`], and the item's placement is open.
fn placing<T: Config>() -> Result<AccountId, BenchmarkError> {
	let owner = approved::<T>()?;
	Pallet::<T>::do_publish_key(owner.clone(), item(ITEM), KEY)?;
	Ok(owner)
}

/// As [`registered`], and the item is available.
fn available<T: Config>() -> Result<AccountId, BenchmarkError> {
	let owner = placing::<T>()?;
	change::<T>(|item| item.state = ContentState::Available);
	Ok(owner)
}

/// As [`registered`], and the item has ended, with a deposit that was locked and is no more.
fn ended<T: Config>() -> Result<AccountId, BenchmarkError> {
	let owner = registered::<T>()?;
	let now = Pallet::<T>::now();
	change::<T>(|item| {
		item.state = ContentState::Expired;
		item.ended_at = Some(now);
		item.reclaimable_at = Some(now);
	});
	Ok(owner)
}

fn change<T: Config>(change: impl FnOnce(&mut Item)) {
	Items::<T>::mutate_extant(item(ITEM), change);
}

fn state<T: Config>() -> Option<ContentState> {
	Items::<T>::get(item(ITEM)).map(|item| item.state)
}

fn held<T: Config>(who: &AccountId) -> Balance {
	T::Currency::balance_on_hold(&HoldReason::ContentDeposit.into(), who)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() -> Result<(), BenchmarkError> {
		let caller = owner::<T>();
		ItemsOf::<T>::insert(&caller, BoundedVec::truncate_from(other_items::<T>()));
		let registration = registration::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), registration);

		assert_eq!(state::<T>(), Some(ContentState::Screening));
		assert!(held::<T>(&caller) > T::DepositBase::get());
		Ok(())
	}

	#[benchmark]
	fn withdraw() -> Result<(), BenchmarkError> {
		let caller = placing::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), item(ITEM));

		assert_eq!(state::<T>(), Some(ContentState::Expired));
		assert_eq!(held::<T>(&caller), T::DepositBase::get());
		Ok(())
	}

	#[benchmark]
	fn publish_key() -> Result<(), BenchmarkError> {
		let caller = approved::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), item(ITEM), KEY);

		assert_eq!(state::<T>(), Some(ContentState::Placing));
		Ok(())
	}

	#[benchmark]
	fn reclaim_deposit() -> Result<(), BenchmarkError> {
		let caller = ended::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), item(ITEM));

		assert_eq!(held::<T>(&caller), T::DepositBase::get());
		Ok(())
	}

	#[benchmark]
	fn forget() -> Result<(), BenchmarkError> {
		let caller = ended::<T>()?;
		Tips::<T>::insert(item(ITEM), TipTotals { received: 9, burned: 1, tips: 1 });

		#[extrinsic_call]
		_(RawOrigin::Signed(caller.clone()), item(ITEM));

		assert_eq!(state::<T>(), None);
		assert!(!Tips::<T>::contains_key(item(ITEM)));
		assert_eq!(held::<T>(&caller), 0);
		Ok(())
	}

	#[benchmark]
	fn retire() -> Result<(), BenchmarkError> {
		let caller = available::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), item(ITEM));

		assert_eq!(state::<T>(), Some(ContentState::Expired));
		Ok(())
	}

	/// The owner has no LIT account yet, which costs a reference to its account.
	#[benchmark]
	fn tip() -> Result<(), BenchmarkError> {
		let owner = available::<T>()?;
		let viewer: AccountId = account("viewer", 0, 0);
		T::Lit::mint_into(&viewer, T::TipMin::get() * 10)?;
		let amount = T::TipMin::get() * 2;
		let expected = Tip::divide(amount, T::TipBurn::get());

		#[extrinsic_call]
		_(RawOrigin::Signed(viewer), item(ITEM), amount);

		assert_eq!(T::Lit::balance(&owner), expected.received);
		assert_eq!(Tips::<T>::get(item(ITEM)).burned, expected.burned);
		Ok(())
	}

	#[benchmark]
	fn comment() -> Result<(), BenchmarkError> {
		let viewer = available::<T>()?;
		// All of it is read before it is known not to be blank.
		let mut text = vec![b' '; COMMENT_BYTES_MAX as usize - 1];
		text.push(b'x');
		let text = CommentText::truncate_from(text);

		#[extrinsic_call]
		_(RawOrigin::Signed(viewer.clone()), item(ITEM), text.clone());

		let event = Event::<T>::Commented { id: item(ITEM), viewer, text };
		frame_system::Pallet::<T>::assert_last_event(event.into());
		Ok(())
	}

	#[benchmark]
	fn play() -> Result<(), BenchmarkError> {
		let viewer = available::<T>()?;

		#[extrinsic_call]
		_(RawOrigin::Signed(viewer.clone()), item(ITEM));

		let event = Event::<T>::Played { id: item(ITEM), viewer };
		frame_system::Pallet::<T>::assert_last_event(event.into());
		Ok(())
	}

	#[benchmark]
	fn deadlines_of_block() {
		KeyDeadlinesFrom::<T>::kill();
		let mut meter = WeightMeter::with_limit(T::WeightInfo::deadlines_of_block());

		#[block]
		{
			Pallet::<T>::expire_keyless(&mut meter);
		}

		// The weight does not reach for the next block.
		assert_eq!(KeyDeadlinesFrom::<T>::get(), Some(Pallet::<T>::now()));
	}

	#[benchmark]
	fn expire_keyless() -> Result<(), BenchmarkError> {
		approved::<T>()?;
		let until = Pallet::<T>::now() + T::KeyPeriod::get();

		#[block]
		{
			Pallet::<T>::expire_keyless_of(until, &mut WeightMeter::new());
		}

		assert_eq!(state::<T>(), Some(ContentState::Expired));
		assert!(!AwaitingKey::<T>::contains_key(item(ITEM)));
		Ok(())
	}

	#[benchmark]
	fn placement_ended() -> Result<(), BenchmarkError> {
		placing::<T>()?;

		#[block]
		{
			<Pallet<T> as OnPlaced>::expired(item(ITEM));
		}

		assert_eq!(state::<T>(), Some(ContentState::Expired));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::build(), crate::mock::Test);
}
