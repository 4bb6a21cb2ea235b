//! Tips, comments, plays.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use proptest::prelude::*;
use sp_runtime::{DispatchError, Perbill};

fn totals(received: u128, burned: u128, tips: u32) -> TipTotals {
	TipTotals { received, burned, tips }
}

#[test]
fn tip_pays_the_owner_and_burns_a_share_that_counts() {
	build_and_execute(|| {
		available(1);
		let issued = Lit::total_issuance();

		assert_ok!(tip(2, 1, 1_001));

		// A tenth, rounded up.
		assert_eq!((lit(2), lit(1)), (ENDOWMENT - 1_001, 900));
		assert_eq!(Lit::total_issuance(), issued - 101);
		assert_eq!(Recorded::get(), vec![(account(1), 101)]);
		assert_eq!(Content::tips(&item(1)), totals(900, 101, 1));
		let tipped = Event::Tipped { id: item(1), viewer: account(2), received: 900, burned: 101 };
		assert_eq!(events().last(), Some(&tipped));
	});
}

#[test]
fn tips_add_up_for_their_item_only() {
	build_and_execute(|| {
		available(1);
		available(2);

		for (n, amount) in [(1, 100), (2, 1_000), (1, 200)] {
			assert_ok!(tip(2, n, amount));
		}

		assert_eq!(Content::tips(&item(1)), totals(270, 30, 2));
		assert_eq!(Content::tips(&item(2)), totals(900, 100, 1));
		assert_eq!(Content::tips(&item(3)), TipTotals::default());
		assert_eq!(Recorded::get(), [10, 100, 20].map(|points| (account(1), points)));
	});
}

#[test]
fn the_smallest_tip_opens_the_owners_account() {
	build_and_execute(|| {
		available(1);
		assert_eq!(lit(1), 0);

		assert_noop!(tip(2, 1, TIP_MIN - 1), Error::<Test>::TipTooSmall);
		assert_noop!(tip(2, 1, 0), Error::<Test>::TipTooSmall);
		assert_ok!(tip(2, 1, TIP_MIN));

		assert_eq!(lit(1), LIT_MIN);
	});
}

#[test]
fn tip_fails_when_the_item_is_not_available() {
	build_and_execute(|| {
		assert_noop!(tip(2, 1, 100), Error::<Test>::UnknownItem);
		assert_ok!(register(1, 1));
		assert_noop!(tip(2, 1, 100), Error::<Test>::NotAvailable);
		approve(1);
		assert_noop!(tip(2, 1, 100), Error::<Test>::NotAvailable);
		assert_ok!(publish_key(1));
		assert_noop!(tip(2, 1, 100), Error::<Test>::NotAvailable);
		available(2);
		assert_ok!(retire(1, 2));
		assert_noop!(tip(2, 2, 100), Error::<Test>::NotAvailable);
		assert_noop!(Content::tip(RuntimeOrigin::root(), item(2), 100), DispatchError::BadOrigin);
	});
}

#[test]
fn tip_fails_without_enough_lit_beside_what_an_account_has_to_hold() {
	build_and_execute(|| {
		available(1);
		let all = ENDOWMENT - LIT_MIN;

		assert_noop!(tip(9, 1, TIP_MIN), Error::<Test>::InsufficientLit);
		assert_noop!(tip(2, 1, u128::MAX), Error::<Test>::InsufficientLit);
		assert_noop!(tip(2, 1, all + 1), Error::<Test>::InsufficientLit);
		assert_ok!(tip(2, 1, all));

		assert_eq!(lit(2), LIT_MIN);
	});
}

#[test]
fn an_owner_who_tips_itself_pays_the_burn_and_counts() {
	build_and_execute(|| {
		assert_ok!(Content::register(RuntimeOrigin::signed(account(2)), registration(1)));
		approve(1);
		assert_ok!(publish_key(1));
		<Content as popnet_primitives::traits::OnPlaced>::placed(item(1));

		assert_ok!(tip(2, 1, 1_000));

		assert_eq!(lit(2), ENDOWMENT - 100);
		assert_eq!(Recorded::get(), vec![(account(2), 100)]);
		assert_eq!(Content::tips(&item(1)), totals(900, 100, 1));
	});
}

#[test]
fn an_owner_who_cannot_tip_itself_burns_nothing() {
	build_and_execute(|| {
		available(1);

		assert_noop!(tip(1, 1, 100), Error::<Test>::InsufficientLit);

		assert!(Recorded::get().is_empty());
	});
}

#[test]
fn tips_are_remembered_until_the_item_is_forgotten() {
	build_and_execute(|| {
		available(1);
		assert_ok!(tip(2, 1, 100));
		assert_ok!(retire(1, 1));
		assert_eq!(Content::tips(&item(1)), totals(90, 10, 1));

		assert_ok!(forget(1, 1));

		assert!(!Tips::<Test>::contains_key(item(1)));
		available(1);
		assert_eq!(Content::tips(&item(1)), TipTotals::default());
	});
}

/// What is stored, but for events.
fn state_root() -> Vec<u8> {
	System::reset_events();
	sp_io::storage::root(sp_runtime::StateVersion::V1)
}

#[test]
fn comment_is_an_event_and_nothing_else() {
	build_and_execute(|| {
		available(1);
		let before = state_root();
		let text = "Schön! 🎬".as_bytes();

		assert_ok!(comment(9, 1, text));

		let commented = Event::Commented {
			id: item(1),
			viewer: account(9),
			text: text.to_vec().try_into().unwrap(),
		};
		assert_eq!(events(), vec![commented]);
		assert_eq!(state_root(), before);
	});
}

#[test]
fn comment_fails_for_text_that_is_none() {
	build_and_execute(|| {
		available(1);

		for text in [&b"\xff\xfe"[..], b"\xc3\x28", b"ok \xed\xa0\x80"] {
			assert_noop!(comment(2, 1, text), Error::<Test>::CommentNotUtf8);
		}
		for text in ["", " ", "\n\t \u{2003}"] {
			assert_noop!(comment(2, 1, text.as_bytes()), Error::<Test>::CommentBlank);
		}
		assert_ok!(comment(2, 1, &[b'x'; COMMENT_BYTES_MAX as usize]));
		assert!(CommentText::try_from(vec![b'x'; COMMENT_BYTES_MAX as usize + 1]).is_err());
	});
}

#[test]
fn comment_and_play_fail_when_the_item_is_not_available() {
	build_and_execute(|| {
		assert_noop!(comment(2, 1, b"first"), Error::<Test>::UnknownItem);
		assert_noop!(play(2, 1), Error::<Test>::UnknownItem);
		assert_ok!(register(1, 1));
		assert_noop!(comment(2, 1, b"first"), Error::<Test>::NotAvailable);
		assert_noop!(play(2, 1), Error::<Test>::NotAvailable);
		let root = RuntimeOrigin::root;
		assert_noop!(Content::play(root(), item(1)), DispatchError::BadOrigin);
		let text = CommentText::default();
		assert_noop!(Content::comment(root(), item(1), text), DispatchError::BadOrigin);
	});
}

#[test]
fn play_is_an_event_and_nothing_else() {
	build_and_execute(|| {
		available(1);
		let before = state_root();

		assert_ok!(play(9, 1));
		assert_ok!(play(9, 1));

		let played = Event::Played { id: item(1), viewer: account(9) };
		assert_eq!(events(), vec![played.clone(), played]);
		assert!(Recorded::get().is_empty());
		assert_eq!(state_root(), before);
	});
}

#[test]
fn the_configuration_is_sound() {
	build_and_execute(Content::integrity_test);
}

#[test]
#[should_panic(expected = "the smallest tip must open an account")]
fn a_smallest_tip_that_opens_no_account_is_refused() {
	TipBurn::set(Perbill::from_percent(11));
	build_and_execute(Content::integrity_test);
}

#[test]
#[should_panic(expected = "tips of nothing would count")]
fn a_burn_of_nothing_is_refused() {
	TipBurn::set(Perbill::zero());
	build_and_execute(Content::integrity_test);
}

proptest! {
	/// Nothing is lost, the burn is at least its share and less than a unit more.
	#[test]
	fn a_tip_is_divided_to_the_last_unit(amount: u128, parts in 1u32..=1_000_000_000) {
		let burn = Perbill::from_parts(parts);
		let tip = Tip::divide(amount, burn);

		prop_assert_eq!(tip.received.checked_add(tip.burned), Some(amount));
		prop_assert_eq!(tip.burned > 0, amount > 0);
		let floor = burn.mul_floor(amount);
		prop_assert!(tip.burned == floor || tip.burned == floor + 1);
	}
}
