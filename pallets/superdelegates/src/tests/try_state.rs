//! `try_state` finds corrupted state.

use crate::{
	mock::*, Bar, Barred, Candidates, CurrentEra, Members, NextStanding, Seats, Strikes,
	StruckAccounts,
};

fn fails_after(corrupt: impl FnOnce()) {
	ExtBuilder::default().members(vec![1, 2]).build().execute_with(|| {
		Superdelegates::do_try_state().unwrap();
		corrupt();
		assert!(Superdelegates::do_try_state().is_err());
	});
}

#[test]
fn try_state_fails_when_a_member_is_no_candidate() {
	fails_after(|| Candidates::<Test>::remove(1));
}

#[test]
fn try_state_fails_when_keys_differ() {
	fails_after(|| {
		Candidates::<Test>::mutate(1, |stored| stored.as_mut().unwrap().screening_key = key(9));
	});
}

#[test]
fn try_state_fails_when_members_outnumber_seats() {
	fails_after(|| Seats::<Test>::put(1));
}

#[test]
fn try_state_fails_when_seats_exceed_the_maximum() {
	fails_after(|| Seats::<Test>::put(MAX_SEATS + 1));
}

#[test]
fn try_state_fails_when_a_member_is_in_office_twice() {
	fails_after(|| Members::<Test>::mutate(|members| members[1] = members[0].clone()));
}

#[test]
fn try_state_fails_when_standings_collide() {
	fails_after(|| {
		Candidates::<Test>::mutate(1, |stored| stored.as_mut().unwrap().standing = 1);
	});
}

#[test]
fn try_state_fails_when_a_standing_is_not_given_out() {
	fails_after(|| NextStanding::<Test>::put(1));
}

#[test]
fn try_state_fails_when_a_delegate_approves_twice() {
	fails_after(|| {
		Candidates::<Test>::mutate(1, |stored| {
			stored.as_mut().unwrap().approvals.try_push(1).unwrap();
		});
	});
}

#[test]
fn try_state_fails_when_a_screening_key_is_weak() {
	fails_after(|| {
		Candidates::<Test>::mutate(2, |stored| stored.as_mut().unwrap().screening_key = [0; 32]);
		Members::<Test>::mutate(|members| members[1].screening_key = [0; 32]);
	});
}

#[test]
fn try_state_fails_when_models_differ_or_are_missing() {
	fails_after(|| Members::<Test>::mutate(|members| members[1].model = [9; 32]));
	fails_after(|| {
		Candidates::<Test>::mutate(2, |stored| stored.as_mut().unwrap().model = [0; 32]);
		Members::<Test>::mutate(|members| members[1].model = [0; 32]);
	});
}

fn bar(who: u64, until: u32) {
	Barred::<Test>::mutate(|barred| barred.try_push(Bar { who, until }).unwrap());
}

#[test]
fn try_state_fails_when_bars_are_wrong() {
	fails_after(|| bar(1, 9));
	fails_after(|| bar(8, 0));
	fails_after(|| {
		bar(8, 9);
		bar(8, 10);
	});
}

fn strikes(who: u64, count: u32, last: u32) {
	StruckAccounts::<Test>::mutate(|struck| {
		struck.try_push(Strikes { who, count, last }).unwrap();
	});
}

#[test]
fn try_state_fails_when_strikes_are_wrong() {
	fails_after(|| strikes(1, 0, 0));
	fails_after(|| strikes(1, STRIKES_MAX, 0));
	fails_after(|| strikes(1, 1, 1));
	fails_after(|| {
		strikes(1, 1, 0);
		CurrentEra::<Test>::put(STRIKE_ERAS);
	});
	fails_after(|| {
		strikes(1, 1, 0);
		strikes(1, 2, 0);
	});
}
