//! The invariants are noticed when they are broken.

use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	traits::{fungible::MutateHold, tokens::Precision},
};
use popnet_primitives::{content::ContentState, moderation::Decision};

/// Breaks a state with an available item 1, an approved item 2 and an expired item 3, and expects
/// the invariants to notice.
fn breaks(corrupt: impl FnOnce()) {
	build().execute_with(|| {
		available(1);
		assert_ok!(register(1, 2));
		approve(2);
		assert_ok!(register(2, 3));
		decide(3, Decision::Undecided);
		Content::do_try_state().unwrap();

		corrupt();

		assert!(Content::do_try_state().is_err());
	});
}

fn change(n: u8, change: impl FnOnce(&mut Item)) {
	Items::<Test>::mutate(item(n), |item| change(item.as_mut().unwrap()));
}

#[test]
fn deposits_that_differ_from_holds_are_noticed() {
	let reason = || HoldReason::ContentDeposit.into();
	breaks(|| {
		assert_ok!(Balances::release(&reason(), &account(1), 1, Precision::Exact));
	});
	breaks(|| {
		assert_ok!(Balances::hold(&reason(), &account(2), 1));
	});
	breaks(|| change(2, |item| item.deposit += 1));
	breaks(|| change(2, |item| item.owner = account(99)));
}

#[test]
fn missing_bases_and_wrong_ends_are_noticed() {
	breaks(|| change(2, |item| item.base = 0));
	breaks(|| change(3, |item| item.base += 1));
	breaks(|| change(3, |item| item.base -= 1));
	breaks(|| change(2, |item| item.ended_at = Some(1)));
	breaks(|| change(3, |item| item.ended_at = None));
	breaks(|| change(3, |item| item.ended_at = Some(2)));
	breaks(|| change(2, |item| item.reclaimable_at = Some(1)));
	breaks(|| change(3, |item| item.reclaimable_at = Some(0)));
}

#[test]
fn wrong_lists_are_noticed() {
	breaks(|| ItemsOf::<Test>::remove(account(1)));
	breaks(|| ItemsOf::<Test>::insert(account(9), frame_support::BoundedVec::default()));
	breaks(|| ItemsOf::<Test>::mutate(account(2), |items| items.try_push(item(1)).unwrap()));
	breaks(|| ItemsOf::<Test>::mutate(account(1), |items| items.try_push(item(1)).unwrap()));
}

#[test]
fn wrong_states_and_keys_are_noticed() {
	breaks(|| change(1, |item| item.key = None));
	breaks(|| change(1, |item| item.key = Some(key(2))));
	breaks(|| change(2, |item| item.key = Some(key(2))));
	breaks(|| change(2, |item| item.state = ContentState::Screening));
}

#[test]
fn wrong_waits_for_keys_are_noticed() {
	let until = 1 + KEY_PERIOD;
	let wait = KeyWait { since: 1, until };
	breaks(|| AwaitingKey::<Test>::insert(item(1), wait));
	breaks(|| AwaitingKey::<Test>::remove(item(2)));
	breaks(|| KeyDeadlines::<Test>::remove(until, item(2)));
	breaks(|| KeyDeadlines::<Test>::insert(until, item(1), ()));
	breaks(|| KeyDeadlines::<Test>::insert(until + 1, item(2), ()));
	breaks(|| KeyDeadlinesFrom::<Test>::put(until + 1));
}

#[test]
fn wrong_tips_are_noticed() {
	let of = |burned, tips| TipTotals { received: 9, burned, tips };
	breaks(move || Tips::<Test>::insert(item(2), of(1, 1)));
	breaks(move || Tips::<Test>::insert(item(9), of(1, 1)));
	breaks(move || Tips::<Test>::insert(item(1), of(0, 0)));
	breaks(move || Tips::<Test>::insert(item(1), of(1, 2)));
}
