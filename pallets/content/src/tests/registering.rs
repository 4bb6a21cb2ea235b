//! Registering items, and what is refused.

use crate::{mock::*, *};
use codec::Encode;
use frame_support::{assert_noop, assert_ok, dispatch::GetDispatchInfo};
use popnet_media_codec::{
	cid::digest,
	encoder::{Description, Encoder},
	erasure,
	manifest::{self, Index, Manifest, MediaKind as ManifestKind, Segment, INLINE_STRIPES_MAX},
	ContentKey,
};
use popnet_primitives::{
	content::{
		stored_size, Coding, ContentState, Registration, CODED_BYTES_MAX, CONTENT_SIZE_MAX,
		MANIFEST_SIZE_MAX, SHARDS_MAX, SHARD_BYTES_MAX, STRIPE_BYTES_MAX,
	},
	traits::OnPlaced,
};
use proptest::prelude::*;
use rand::rngs::OsRng;
use sp_runtime::{DispatchError, TokenError};

fn try_register(change: impl FnOnce(&mut Registration)) -> Result<(), DispatchError> {
	let mut changed = registration(1);
	change(&mut changed);
	Content::register(RuntimeOrigin::signed(account(1)), changed)
}

#[test]
fn register_holds_the_deposit_and_opens_the_screening() {
	build_and_execute(|| {
		draw_panel();
		KeysSealed::set(true);

		assert_ok!(register(1, 1));

		assert_eq!(held(1), DEPOSIT);
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
fn register_pays_for_what_hooks_will_do() {
	let weight = Call::<Test>::register { registration: registration(1) }.get_dispatch_info();
	let hooks = <() as WeightInfo>::expire_keyless() + SCREENING_WEIGHT + EXPIRY_WEIGHT;
	assert_eq!(weight.call_weight, <() as WeightInfo>::register() + hooks);
}

#[test]
fn calls_pay_for_what_the_masternodes_do() {
	let id = item(1);
	let weight_of = |call: Call<Test>| call.get_dispatch_info().call_weight;

	let placing = weight_of(Call::publish_key { id, key: key(1) });
	assert_eq!(placing, <() as WeightInfo>::publish_key() + PLACE_WEIGHT);
	assert_eq!(weight_of(Call::withdraw { id }), <() as WeightInfo>::withdraw() + DROP_WEIGHT);
	assert_eq!(weight_of(Call::retire { id }), <() as WeightInfo>::retire() + DROP_WEIGHT);
	assert_eq!(<Content as OnPlaced>::weight(), <() as WeightInfo>::placement_ended());
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
		Admitted::set(Coding { data: 30, total: 48 });

		assert_noop!(register(1, 1), Error::<Test>::CodingNotAdmitted);
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
		for stripes in [0, (10 * MIB) as u32 + 1] {
			assert_noop!(try_register(|r| r.stripes = stripes), Error::<Test>::InvalidStripes);
		}
		for coding in [
			Coding { data: 0, total: 48 },
			Coding { data: 49, total: 48 },
			Coding { data: 36, total: SHARDS_MAX + 1 },
		] {
			assert_noop!(try_register(|r| r.coding = coding), Error::<Test>::InvalidCoding);
		}
		let exact = registration(1).stored_size;
		for stored in [0, 10 * MIB, exact - 1, exact + 1, u64::MAX] {
			assert_noop!(
				try_register(|r| r.stored_size = stored),
				Error::<Test>::ImplausibleStoredSize
			);
		}
	});
}

#[test]
fn stripes_are_at_most_as_long_as_the_codec_allows() {
	let limits = [
		(Coding { data: 36, total: 48 }, u64::from(SHARD_BYTES_MAX)),
		(Coding { data: 100, total: 120 }, STRIPE_BYTES_MAX / 100),
		(Coding { data: 100, total: 700 }, CODED_BYTES_MAX / 700 - 1),
	];
	for (coding, shard_len) in limits {
		let longest = u64::from(coding.data) * shard_len - 16;
		let with = |size: u64, stripes: u32| {
			let stored_size = stored_size(size, coding, stripes).unwrap();
			check(&Registration { size, stripes, coding, stored_size, ..registration(1) })
		};

		assert_eq!(with(longest, 1), Ok(()), "{coding:?}");
		assert_eq!(with(longest + 1, 1), Err(Flaw::Stripes), "{coding:?}");
		assert_eq!(with(longest + 1, 2), Ok(()), "{coding:?}");
	}
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

#[test]
fn the_codecs_limits_are_the_registrys() {
	assert_eq!(erasure::SHARDS_MAX, SHARDS_MAX);
	assert_eq!(manifest::SHARD_BYTES_MAX, SHARD_BYTES_MAX);
	assert_eq!(manifest::STRIPE_BYTES_MAX, STRIPE_BYTES_MAX);
	assert_eq!(manifest::CODED_BYTES_MAX, CODED_BYTES_MAX);
	assert_eq!(manifest::MANIFEST_BYTES_MAX, MANIFEST_SIZE_MAX as usize);
}

/// What a publisher registers for a manifest.
fn declared(manifest: &Manifest) -> Registration {
	let erasure::Coding { data, total } = manifest.coding;
	Registration {
		size: manifest.size,
		coding: Coding { data, total },
		stripes: u32::try_from(manifest.stripes()).unwrap(),
		stored_size: manifest.stored_size(),
		..registration(1)
	}
}

/// The manifest of `size` bytes, with digests that name nothing; `None` when the codec makes none.
fn manifest_of(size: u64, coding: erasure::Coding, shard_len: u32) -> Option<Manifest> {
	let row = vec![[7u8; 32]; usize::from(coding.total)];
	let capacity = u64::from(coding.data) * u64::from(shard_len) - 16;
	let index = match size.div_ceil(capacity) {
		stripes if stripes <= u64::from(INLINE_STRIPES_MAX) => {
			Index::Inline(vec![row; stripes as usize])
		}
		stripes => Index::Segments(vec![Segment { shards: row }; stripes.div_ceil(256) as usize]),
	};
	let what = (1u8, ManifestKind::Video, "video/mp4", "film.mp4");
	let bytes = (what, size, [1u8; 32], [2u8; 32], coding, shard_len, index).encode();
	Manifest::decode_verified(&bytes, &digest(&bytes)).ok()
}

#[test]
fn the_largest_and_the_smallest_item_are_judged_as_the_codec_makes_them() {
	let coding = erasure::Coding { data: 36, total: 48 };
	for size in [1, 20, 21, 16 * MIB, 512 * MIB, CONTENT_SIZE_MAX - 1, CONTENT_SIZE_MAX] {
		let honest = declared(&manifest_of(size, coding, 64 * 1024).unwrap());

		assert_eq!(check(&honest), Ok(()), "{size}");
		let least = (u128::from(size) * 48).div_ceil(36);
		assert!(u128::from(honest.stored_size) >= least, "{size}");
	}
}

proptest! {
	/// What the codec's manifest says is the one stored size that is admitted.
	#[test]
	fn stored_sizes_are_the_manifests(
		data in 1u16..=SHARDS_MAX,
		parity in 0u16..SHARDS_MAX,
		half_shard in 1u32..=32 * 1024,
		stripes in 1u64..3_000,
		share in 0.0..1.0f64,
	) {
		let coding = erasure::Coding { data, total: data.saturating_add(parity).min(SHARDS_MAX) };
		let capacity = (u64::from(data) * u64::from(half_shard) * 2).saturating_sub(16);
		prop_assume!(capacity > 0);
		let last = 1 + (share * (capacity - 1) as f64) as u64;
		let size = (capacity * (stripes - 1) + last).min(CONTENT_SIZE_MAX);
		let manifest = manifest_of(size, coding, half_shard * 2);
		prop_assume!(manifest.is_some());
		let honest = declared(&manifest.unwrap());
		prop_assert_eq!(check(&honest), Ok(()));

		for wrong in [honest.stored_size - 1, honest.stored_size + 1] {
			let lie = Registration { stored_size: wrong, ..honest.clone() };
			prop_assert_eq!(check(&lie), Err(Flaw::StoredSize));
		}
	}

	/// The blocks that the encoder hands out take what is registered for them.
	#[test]
	fn stored_sizes_are_those_of_the_blocks(
		data in 1u16..12,
		parity in 0u16..12,
		half_shard in 9u32..64,
		size in 1usize..30_000,
	) {
		let coding = erasure::Coding { data, total: data + parity };
		let what = Description {
			media: ManifestKind::Video,
			mime: "video/mp4".into(),
			name: "film.mp4".into(),
		};
		let key = ContentKey::generate(&mut OsRng);
		let mut encoder = Encoder::new(&key, coding, half_shard * 2, what).unwrap();
		let mut bytes = 0;
		let mut sink = |_: [u8; 32], block: &[u8]| -> Result<(), ()> {
			bytes += block.len() as u64;
			Ok(())
		};
		encoder.push(&vec![3; size], &mut sink).unwrap();
		let encoded = encoder.finish(&mut sink).unwrap();

		let honest = declared(&encoded.manifest);
		prop_assert_eq!(bytes - u64::from(encoded.manifest_size), honest.stored_size);
		prop_assert_eq!(check(&honest), Ok(()));
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
