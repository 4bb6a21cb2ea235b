//! Registering items, and what is refused.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use popnet_primitives::content::{Coding, ContentState, Registration, CONTENT_SIZE_MAX};
use proptest::prelude::*;
use sp_runtime::{DispatchError, TokenError};

fn try_register(change: impl FnOnce(&mut Registration)) -> Result<(), DispatchError> {
	let mut changed = registration(1);
	change(&mut changed);
	Content::register(RuntimeOrigin::signed(account(1)), changed)
}

#[test]
fn register_holds_the_deposit_and_opens_the_screening() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		let held = Balances::balance_on_hold(&HoldReason::ContentDeposit.into(), &account(1));
		assert_eq!(held, DEPOSIT);
		assert_eq!(Screenings::get(), vec![item(1)]);
		assert_eq!(Content::items_of(&account(1)), vec![item(1)]);
		assert_eq!(
			events(),
			vec![Event::Registered { id: item(1), owner: account(1), deposit: DEPOSIT }]
		);
		let view = Content::item(item(1)).unwrap();
		assert_eq!(view.state, ContentState::Screening);
		assert_eq!((view.owner, view.deposit, view.registered_at), (account(1), DEPOSIT, 1));
		assert_eq!((view.key, view.votes, view.keys_sealed), (None, (3, 2), true));
		assert_eq!(view.registration, registration(1));
		assert_eq!(Content::item(item(2)), None);
	});
}

#[test]
fn register_fails_for_a_known_id_whoever_asks() {
	build_and_execute(|| {
		assert_ok!(register(1, 1));

		assert_noop!(register(1, 1), Error::<Test>::AlreadyRegistered);
		assert_noop!(register(2, 1), Error::<Test>::AlreadyRegistered);
	});
}

#[test]
fn register_fails_when_the_owner_has_too_many_items() {
	build_and_execute(|| {
		for n in 1..=ITEMS_MAX as u8 {
			assert_ok!(register(1, n));
		}

		assert_noop!(register(1, 50), Error::<Test>::TooManyItems);
		assert_ok!(register(2, 50));
	});
}

#[test]
fn register_fails_without_funds_for_the_deposit() {
	build_and_execute(|| {
		let poor = RuntimeOrigin::signed(account(9));
		assert_noop!(Content::register(poor, registration(1)), TokenError::FundsUnavailable);
	});
}

#[test]
fn register_changes_nothing_when_the_screening_cannot_open() {
	build_and_execute(|| {
		ScreeningFails::set(true);
		// Calls run in a storage layer, as on the chain.
		let result = frame_support::storage::with_storage_layer(|| register(1, 1));

		assert_eq!(result, Err(DispatchError::Other("no screening")));
		assert_eq!(Content::item(item(1)), None);
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
	});
}

#[test]
fn register_fails_when_the_code_breaks_the_promise() {
	build_and_execute(|| {
		assert_noop!(
			try_register(|r| r.coding = Coding { data: 40, total: 48 }),
			Error::<Test>::CodingNotAdmitted
		);
	});
}

#[test]
fn register_fails_for_impossible_numbers() {
	build_and_execute(|| {
		assert_noop!(try_register(|r| r.size = 0), Error::<Test>::InvalidSize);
		assert_noop!(try_register(|r| r.size = CONTENT_SIZE_MAX + 1), Error::<Test>::InvalidSize);
		assert_noop!(try_register(|r| r.manifest_size = 0), Error::<Test>::InvalidManifestSize);
		assert_noop!(
			try_register(|r| r.manifest_size = u32::MAX),
			Error::<Test>::InvalidManifestSize
		);
		assert_noop!(try_register(|r| r.stripes = 0), Error::<Test>::InvalidStripes);
		assert_noop!(
			try_register(|r| r.stripes = (10 * MIB) as u32 + 1),
			Error::<Test>::InvalidStripes
		);
		assert_noop!(
			try_register(|r| r.stored_size = r.size - 1),
			Error::<Test>::ImplausibleStoredSize
		);
		assert_noop!(
			try_register(|r| r.stored_size = r.size * 2),
			Error::<Test>::ImplausibleStoredSize
		);
		assert_noop!(
			try_register(|r| r.stored_size = u64::MAX),
			Error::<Test>::ImplausibleStoredSize
		);
		assert_noop!(
			try_register(|r| r.coding = Coding { data: 0, total: 48 }),
			Error::<Test>::ImplausibleStoredSize
		);
	});
}

#[test]
fn register_fails_for_missing_or_bad_sources_and_digests() {
	build_and_execute(|| {
		assert_noop!(
			try_register(|r| r.sources = Default::default()),
			Error::<Test>::InvalidSources
		);
		assert_noop!(
			try_register(|r| r.sources[0] = b"/ip4/10.0.0.1/tcp/1".to_vec().try_into().unwrap()),
			Error::<Test>::InvalidSources
		);
		assert_noop!(try_register(|r| r.id.0 = [0; 32]), Error::<Test>::ZeroDigest);
		assert_noop!(try_register(|r| r.plaintext_root = [0; 32]), Error::<Test>::ZeroDigest);
		assert_noop!(try_register(|r| r.key_commitment = [0; 32]), Error::<Test>::ZeroDigest);
	});
}

#[test]
fn the_key_commitment_is_the_codecs() {
	let commitment = key_commitment(&[7; 32]);
	let mut context = blake3::Hasher::new_derive_key("popnet 2026 key commitment v1");
	context.update(&[7; 32]);
	assert_eq!(commitment, *context.finalize().as_bytes());
	assert_ne!(commitment, key_commitment(&[8; 32]));
}

proptest! {
	/// An encoding that pads every shard by less than the slack is always plausible, one that
	/// stores less than the plaintext or more than the limit never is.
	#[test]
	fn stored_sizes_are_judged_by_the_codes_arithmetic(
		size in 1u64..1_000_000_000,
		data in 1u16..=256,
		parity in 0u16..=256,
		stripe_bytes in 100_000u64..10_000_000,
		padding in 0u64..SHARD_SLACK_BYTES,
	) {
		let stripes = size.div_ceil(stripe_bytes);
		let total = data + parity;
		let mut honest = registration(1);
		honest.size = size;
		honest.coding = Coding { data, total };
		honest.stripes = stripes as u32;
		// Each stripe is cut in `data` equal parts, each then padded.
		let full = size / stripe_bytes;
		let rest = size % stripe_bytes;
		let shards = |bytes: u64| match bytes {
			0 => 0,
			_ => (bytes.div_ceil(u64::from(data)) + padding) * u64::from(total),
		};
		honest.stored_size = full * shards(stripe_bytes) + shards(rest);
		prop_assert_eq!(check(&honest), Ok(()));

		let mut short = honest.clone();
		short.stored_size = size - 1;
		prop_assert_eq!(check(&short), Err(Flaw::StoredSize));
		let mut long = honest.clone();
		long.stored_size = size * u64::from(total) * 11 / 10 / u64::from(data)
			+ stripes * u64::from(total) * SHARD_SLACK_BYTES + 2;
		prop_assert_eq!(check(&long), Err(Flaw::StoredSize));
	}

	/// Deposits grow with every started MiB and never overflow below the item limit.
	#[test]
	fn deposits_count_started_mebibytes(mib in 0u64..1_000_000, bytes in 1u64..=MIB) {
		prop_assert_eq!(
			deposit_for(mib * MIB + bytes, BASE, PER_MIB),
			Some(BASE + PER_MIB * u128::from(mib + 1))
		);
		prop_assert_eq!(deposit_for(mib * MIB, 1, u128::MAX).is_none(), mib > 0);
	}
}
