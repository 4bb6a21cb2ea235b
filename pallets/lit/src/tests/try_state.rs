//! `try_state` finds corrupted state.

use crate::{mock::*, Accounts, Accrual, Current};
use popnet_primitives::economics::POP;

fn fails_after(corrupt: impl FnOnce(Accrual)) {
	new_test_ext(RATE).execute_with(|| {
		bond(1, POP);
		Generation::do_try_state().unwrap();
		corrupt(Accounts::<Test>::get(1).unwrap());
		assert!(Generation::do_try_state().is_err());
	});
}

#[test]
fn try_state_fails_when_recorded_stake_is_stale() {
	fails_after(|good| Accounts::<Test>::insert(1, Accrual { stake: good.stake + 1, ..good }));
}

#[test]
fn try_state_fails_when_stake_is_not_recorded() {
	fails_after(|_| Accounts::<Test>::remove(1));
}

#[test]
fn try_state_fails_when_a_settlement_lies_in_the_future() {
	fails_after(|good| Accounts::<Test>::insert(1, Accrual { index: u128::MAX, ..good }));
}

#[test]
fn try_state_fails_when_an_empty_record_is_stored() {
	fails_after(|_| Accounts::<Test>::insert(2, Accrual::default()));
}

#[test]
fn try_state_fails_when_the_rate_is_of_a_later_block() {
	fails_after(|_| Current::<Test>::mutate(|current| current.since = 99));
}

#[test]
fn try_state_fails_when_the_rate_is_outside_its_limits() {
	fails_after(|_| Current::<Test>::mutate(|current| current.rate = RATE * 101));
}
