//! `try_state` finds corrupted state.

use crate::{mock::*, Accounts, AccrualOf, Current, LeaseOf, LeaseTerms, Rates, INDEX_SCALE};
use popnet_primitives::economics::POP;
use sp_runtime::{BoundedVec, Perbill, TryRuntimeError};

/// Lends half, and a fixed amount, from account 1 to account 2, then `corrupt`s the state.
#[track_caller]
fn fails_after(corrupt: impl FnOnce(), reason: &'static str) {
	new_test_ext(RATE).execute_with(|| {
		bond(1, 10 * POP);
		lend(1, 2, LeaseTerms::Share(Perbill::from_percent(50)), 1_000);
		lend(1, 2, LeaseTerms::Fixed(4 * POP), 1_000);
		for rate in [RATE * 2, RATE] {
			skip(RATE_CHANGE);
			Generation::set_rate(RuntimeOrigin::root(), rate).unwrap();
		}
		Generation::do_try_state().unwrap();
		corrupt();
		assert_eq!(Generation::do_try_state(), Err(TryRuntimeError::Other(reason)));
	});
}

fn change(who: AccountId, change: impl FnOnce(&mut AccrualOf<Test>)) {
	Accounts::<Test>::mutate(who, |accrual| change(accrual.as_mut().unwrap()));
}

/// Changes the fixed lease on both sides.
fn change_lease(change: impl Fn(&mut LeaseOf<Test>)) {
	self::change(1, |accrual| change(accrual.given.iter_mut().last().unwrap()));
	self::change(2, |accrual| change(accrual.received.iter_mut().last().unwrap()));
}

#[test]
fn try_state_fails_when_recorded_stake_is_stale() {
	fails_after(|| change(1, |accrual| accrual.stake += 1), "recorded stake is stale");
}

#[test]
fn try_state_fails_when_stake_is_not_recorded() {
	let forget = || {
		bond(3, POP);
		Accounts::<Test>::remove(3);
	};
	fails_after(forget, "stake is not recorded");
}

#[test]
fn try_state_fails_when_a_settlement_lies_in_the_future() {
	fails_after(
		|| change(1, |accrual| accrual.index = u128::MAX),
		"an account is settled in the future",
	);
	fails_after(
		|| change(1, |accrual| accrual.rate_number = 3),
		"an account is settled at a rate to come",
	);
}

#[test]
fn try_state_fails_when_a_fraction_is_a_unit() {
	fails_after(
		|| change(1, |accrual| accrual.fraction = INDEX_SCALE),
		"a fraction is a unit or more",
	);
}

#[test]
fn try_state_fails_when_an_empty_record_is_stored() {
	fails_after(
		|| Accounts::<Test>::insert(3, AccrualOf::<Test>::default()),
		"an empty record is stored",
	);
}

#[test]
fn try_state_fails_when_more_is_lent_than_there_is() {
	fails_after(|| change_lease(|lease| lease.amount = 6 * POP), "more is lent than there is");
	fails_after(
		|| change_lease(|lease| lease.share = Some(Perbill::from_percent(51))),
		"more is lent than there is",
	);
}

#[test]
fn try_state_fails_when_a_share_does_not_follow_the_stake() {
	fails_after(
		|| change_lease(|lease| lease.share = Some(Perbill::from_percent(39))),
		"a share does not follow the stake",
	);
}

#[test]
fn try_state_fails_when_a_lease_is_impossible() {
	fails_after(
		|| change_lease(|lease| lease.id = 2),
		"a lease has a number that is still to be given",
	);
	fails_after(|| change(1, |accrual| accrual.given[1].other = 1), "an account lends to itself");
	fails_after(|| change_lease(|lease| lease.amount = POP / 2 - 1), "a lease is too small");
	fails_after(|| change_lease(|lease| lease.end = 3_102), "a lease is too long");
}

#[test]
fn try_state_fails_when_the_sides_of_a_lease_differ() {
	fails_after(
		|| change(2, |accrual| accrual.received[0].amount += 1),
		"the sides of a lease differ",
	);
	fails_after(
		|| change(2, |accrual| accrual.received[0].end += 1),
		"the sides of a lease differ",
	);
	fails_after(
		|| change(2, |accrual| accrual.received[0].other = 3),
		"the sides of a lease differ",
	);
}

#[test]
fn try_state_fails_when_one_side_of_a_lease_is_missing() {
	let reason = "a lease is recorded by one side only";
	fails_after(|| Accounts::<Test>::remove(2), reason);
	fails_after(
		|| {
			change(2, |accrual| {
				accrual.received.remove(0);
			})
		},
		reason,
	);
	fails_after(
		|| {
			change(1, |accrual| {
				accrual.given.remove(0);
			})
		},
		reason,
	);
}

#[test]
fn try_state_fails_when_leases_are_out_of_order() {
	let reason = "leases are not in their order";
	let reverse = |lease: &LeaseOf<Test>| core::cmp::Reverse(lease.id);
	fails_after(|| change(1, |accrual| accrual.given.sort_by_key(reverse)), reason);
	fails_after(|| change(2, |accrual| accrual.received.sort_by_key(reverse)), reason);
}

#[test]
fn try_state_fails_when_the_rate_is_of_a_later_block() {
	fails_after(
		|| Current::<Test>::mutate(|current| current.since = 102),
		"the rate is of a block that is to come",
	);
}

#[test]
fn try_state_fails_when_the_rate_is_outside_its_limits() {
	let reason = "the rate is outside its limits";
	fails_after(|| Current::<Test>::mutate(|current| current.rate = RATE * 101), reason);
	fails_after(|| Rates::<Test>::mutate(0, |rates| rates[1].rate = RATE / 101), reason);
}

#[test]
fn try_state_fails_when_the_history_is_not_continuous() {
	let change = |change: fn(&mut crate::Generation<u64>)| {
		move || Rates::<Test>::mutate(0, |rates| change(&mut rates[1]))
	};
	let reason = "a rate begins at another index than the one before it ends";
	fails_after(change(|rate| rate.index += 1), reason);
	fails_after(change(|rate| rate.rate += 1), reason);
	fails_after(change(|rate| rate.number = 2), "the rates are not numbered in order");
	fails_after(|| Rates::<Test>::remove(0), "the rates are not numbered in order");
	let add = || Rates::<Test>::insert(1, BoundedVec::default());
	fails_after(add, "the history has a page too many");
}

#[test]
fn try_state_fails_when_two_rates_follow_too_closely() {
	let advance = || {
		Current::<Test>::mutate(|current| {
			current.since -= 1;
			current.index = Rates::<Test>::get(0)[1].index_at(current.since);
		});
	};
	fails_after(advance, "two rates follow too closely");
}
