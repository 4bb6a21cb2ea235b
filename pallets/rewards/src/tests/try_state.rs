//! `try_state` finds corrupted state.

use crate::{
	mock::*, Carries, Carry, Compounding, Ending, EraReward, Eras, InProgress, NextEra, Owed,
	PaidUntil, Phase, Record, Records, Roles, Split, SplitInForce,
};
use frame_support::{
	assert_ok,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	},
};
use popnet_primitives::rewards::{
	Destination, PaidTo, Payment,
	Role::{Creator, Masternode, Superdelegate},
	Withheld,
};
use sp_runtime::Perbill;

/// Three eras: one is settled, one has ended, one is running. Something is carried for 77.
fn fails_after(corrupt: impl FnOnce()) {
	ExtBuilder::default().build().execute_with(|| {
		assert_ok!(Rewards::set_destination(RuntimeOrigin::signed(2), Destination::Compound));
		for _ in 0..2 {
			serves(1, 5, 1);
			works(Creator, 2, 10_000_000_000);
			works(Creator, 77, 1);
			works(Superdelegate, 3, 1);
			settle_all();
			era();
		}
		assert_ok!(pay(1, Creator, 2));
		works(Creator, 2, 1);
		assert!(Carries::<Test>::contains_key(77));
		Rewards::do_try_state().unwrap();
		corrupt();
		assert!(Rewards::do_try_state().is_err());
	});
}

fn change_record(era: u32, who: AccountId, change: impl FnOnce(&mut Record)) {
	Records::<Test>::mutate((era, Creator, who), |record| change(record.as_mut().unwrap()));
}

#[test]
fn try_state_fails_when_the_split_does_not_add_up() {
	fails_after(|| {
		SplitInForce::<Test>::put(Split { stakers: Perbill::zero(), ..Default::default() });
	});
}

#[test]
fn try_state_fails_when_the_share_of_masternodes_has_changed() {
	fails_after(|| {
		let (masternodes, treasury) = (Perbill::from_percent(30), Perbill::from_percent(15));
		SplitInForce::<Test>::put(Split { masternodes, treasury, ..Default::default() });
	});
}

#[test]
fn try_state_fails_when_the_pool_is_paid_in_advance() {
	fails_after(|| PaidUntil::<Test>::put(10_000));
}

#[test]
fn try_state_fails_when_a_credit_did_not_come() {
	fails_after(|| Ending::<Test>::put(EraReward::default()));
}

#[test]
fn try_state_fails_when_progress_is_ahead_of_the_eras() {
	fails_after(|| InProgress::<Test>::mutate(|progress| progress.era = 9));
	fails_after(|| InProgress::<Test>::mutate(|progress| progress.stakers_era = 9));
	fails_after(|| InProgress::<Test>::mutate(|progress| progress.oldest = 1));
	fails_after(|| NextEra::<Test>::put(1));
}

#[test]
fn try_state_fails_when_work_is_collected_for_a_wrong_era() {
	fails_after(|| InProgress::<Test>::mutate(|progress| progress.collecting = Some(9)));
	fails_after(|| {
		Roles::<Test>::mutate(1, Masternode, |role| role.as_mut().unwrap().phase = Phase::Paying);
	});
}

#[test]
fn try_state_fails_when_something_is_stored_for_a_future_era() {
	fails_after(|| Eras::<Test>::insert(9, EraReward::default()));
	fails_after(|| Eras::<Test>::insert(2, EraReward::default()));
	fails_after(|| Records::<Test>::insert((9, Creator, 1), Record::default()));
}

#[test]
fn try_state_fails_when_points_do_not_add_up() {
	fails_after(|| change_record(2, 2, |record| record.points += 1));
	fails_after(|| {
		Roles::<Test>::mutate(1, Superdelegate, |role| role.as_mut().unwrap().points += 1);
	});
}

#[test]
fn try_state_fails_when_accounts_are_miscounted() {
	fails_after(|| Records::<Test>::insert((2, Creator, 5), Record::default()));
	fails_after(|| {
		Roles::<Test>::mutate(2, Creator, |role| role.as_mut().unwrap().accounts += 1);
	});
}

#[test]
fn try_state_fails_when_a_record_has_no_role() {
	fails_after(|| Records::<Test>::insert((2, Superdelegate, 5), Record::default()));
}

#[test]
fn try_state_fails_when_a_reason_is_recorded_twice() {
	fails_after(|| {
		change_record(2, 2, |record| {
			for _ in 0..2 {
				record.withheld.try_push((Withheld::Deviating, 1)).unwrap();
			}
		});
	});
}

#[test]
fn try_state_fails_when_an_account_is_paid_twice() {
	// Marked as pending again, it would be.
	fails_after(|| change_record(1, 2, |record| record.payment = Payment::Pending));
	fails_after(|| change_record(0, 2, |record| record.payment = Payment::Pending));
}

#[test]
fn try_state_fails_when_an_account_got_a_wrong_share() {
	fails_after(|| {
		change_record(1, 2, |record| {
			record.payment = Payment::Paid { amount: 1, to: PaidTo::Free };
		});
	});
}

#[test]
fn try_state_fails_when_somebody_is_paid_while_points_are_counted() {
	fails_after(|| {
		change_record(2, 2, |record| {
			record.payment = Payment::Paid { amount: 0, to: PaidTo::Free };
		});
	});
}

#[test]
fn try_state_fails_when_a_running_era_has_an_amount() {
	fails_after(|| {
		Roles::<Test>::mutate(2, Creator, |role| role.as_mut().unwrap().endow(5));
		Owed::<Test>::mutate(|owed| *owed += 5);
		endow(pot(), 5);
	});
}

#[test]
fn try_state_fails_when_a_settled_role_has_a_rest() {
	fails_after(|| {
		Roles::<Test>::mutate(0, Creator, |role| role.as_mut().unwrap().unpaid = 5);
		Owed::<Test>::mutate(|owed| *owed += 5);
		endow(pot(), 5);
	});
}

#[test]
fn try_state_fails_when_paid_and_unpaid_are_not_the_amount() {
	fails_after(|| {
		Roles::<Test>::mutate(1, Creator, |role| role.as_mut().unwrap().unpaid += 1);
		Owed::<Test>::mutate(|owed| *owed += 1);
		endow(pot(), 1);
	});
}

#[test]
fn try_state_fails_when_something_is_carried_without_a_record() {
	fails_after(|| {
		Carries::<Test>::mutate(77, |carry| carry.as_mut().unwrap().era = 1);
	});
	fails_after(|| Carries::<Test>::insert(5, Carry { amount: 0, era: 0 }));
}

#[test]
fn try_state_fails_when_what_is_owed_is_miscounted() {
	fails_after(|| Owed::<Test>::mutate(|owed| *owed -= 1));
	fails_after(|| Carries::<Test>::remove(77));
}

#[test]
fn try_state_fails_when_the_pot_has_less_than_is_owed() {
	fails_after(|| {
		let (keep, precision) = (Preservation::Preserve, Precision::Exact);
		Balances::burn_from(&pot(), 1, keep, precision, Fortitude::Polite).unwrap();
	});
}

#[test]
fn try_state_fails_when_a_deposit_differs_from_what_is_held() {
	fails_after(|| Compounding::<Test>::insert(2, DEPOSIT - 1));
	fails_after(|| Compounding::<Test>::remove(2));
	fails_after(|| Compounding::<Test>::insert(3, 1));
	fails_after(|| Compounding::<Test>::insert(999, 1));
}
