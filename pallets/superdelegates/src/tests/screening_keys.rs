//! Which screening keys are weak, against an implementation of X25519.

use crate::is_low_order;
use proptest::prelude::*;
use x25519_dalek::{PublicKey, StaticSecret};

/// Whether the shared secret with `key` depends on the other side's secret.
fn protects(key: [u8; 32]) -> bool {
	StaticSecret::from([42; 32]).diffie_hellman(&PublicKey::from(key)).was_contributory()
}

fn hex(text: &str) -> [u8; 32] {
	core::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
}

#[test]
fn every_weak_key_is_recognised_with_and_without_the_ignored_bit() {
	let prime_minus = |low: &str| hex(&format!("{low}{}7f", "ff".repeat(30)));
	let weak = [
		[0; 32],
		hex(&format!("01{}", "00".repeat(31))),
		hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
		hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
		prime_minus("ec"),
		prime_minus("ed"),
		prime_minus("ee"),
	];

	for mut key in weak {
		assert!(!protects(key) && is_low_order(&key), "{key:02x?}");
		key[31] |= 0x80;
		assert!(!protects(key) && is_low_order(&key), "{key:02x?}");
	}
}

#[test]
fn neighbours_of_weak_keys_are_accepted() {
	for low in [0xeb, 0xef] {
		let mut key = [0xff; 32];
		key[0] = low;
		key[31] = 0x7f;
		assert!(protects(key) && !is_low_order(&key), "{key:02x?}");
	}
	let mut two = [0; 32];
	two[0] = 2;
	assert!(protects(two) && !is_low_order(&two));
}

proptest! {
	#[test]
	fn a_key_is_refused_exactly_when_it_protects_nothing(key: [u8; 32]) {
		prop_assert_eq!(is_low_order(&key), !protects(key));
	}
}
