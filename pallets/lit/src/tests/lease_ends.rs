//! How leases end, and how they follow the lender's stake.

use crate::{mock::*, Accounts, Current, Error, Event, LeaseTerms, WeightInfo, RATES_PER_PAGE};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchClass};
use popnet_primitives::{
	economics::{LIT, POP},
	Balance,
};
use sp_runtime::{DispatchError::BadOrigin, Perbill};
use LeaseTerms::{Fixed, Share};

fn percent(percent: u32) -> LeaseTerms {
	Share(Perbill::from_percent(percent))
}

/// POP of the leases that account 1 gives.
fn given() -> Vec<Balance> {
	Generation::leases_of(&1).0.iter().map(|lease| lease.amount / POP).collect()
}

fn end_lease(lender: u64, id: u64) -> sp_runtime::DispatchResult {
	Generation::end_lease(RuntimeOrigin::signed(lender), id)
}

/// Account 1 has 1000 POP at stake, which generate one LIT per block.
fn staker(test: impl FnOnce()) {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		test();
	});
}

#[test]
fn a_lease_ends_at_its_block_without_anybody_doing_anything() {
	for late in [0, 1, 10_000] {
		staker(|| {
			lend(1, 2, Fixed(300 * POP), 100);

			skip(100 + late);

			let late = Balance::from(late);
			assert_eq!((earned(1), earned(2)), ((70 + late) * LIT, 30 * LIT));
			assert_eq!(Generation::leases_of(&2), (vec![], vec![]));
		});
	}
}

#[test]
fn each_lease_ends_by_itself() {
	staker(|| {
		lend(1, 2, Fixed(100 * POP), 10);
		lend(1, 2, Fixed(200 * POP), 20);
		lend(1, 3, percent(50), 40);

		skip(100);

		assert_eq!(earned(2), (10 * 300 + 10 * 200) * LIT / 1_000);
		assert_eq!(earned(3), 40 * LIT / 2);
		assert_eq!(earned(1), (10 * 200 + 10 * 300 + 20 * 500 + 60 * 1_000) * LIT / 1_000);
	});
}

#[test]
fn an_end_long_past_is_settled_at_the_rates_of_its_time() {
	// Ends in the first, second and third page of the history, and in the first block of a rate.
	for end in [49, 50, 51, 2_777, 2_999] {
		build_and_execute(|| {
			let set_rate = |rate| {
				skip(RATE_CHANGE);
				assert_ok!(Generation::set_rate(RuntimeOrigin::root(), rate));
			};
			// So that the leases begin late in the first page.
			for number in 1..RATES_PER_PAGE - 5 {
				set_rate(RATE << (number % 2));
			}
			bond(1, 1_000 * POP);
			lend(1, 2, Fixed(300 * POP), end);
			// Account 3 is what account 2 would be with stake of its own.
			bond(3, 300 * POP);
			bond(4, 700 * POP);
			let start = System::block_number();
			for number in 0..3 * RATES_PER_PAGE {
				let next = start + RATE_CHANGE * u64::from(number + 1);
				if next > start + end && Accounts::<Test>::get(3).unwrap().stake > 0 {
					System::set_block_number(start + end);
					unbond(3, 300 * POP);
					bond(4, 300 * POP);
				}
				System::set_block_number(next);
				assert_ok!(Generation::set_rate(RuntimeOrigin::root(), RATE << (number % 2)));
			}
			skip(1_000_000);
			assert!(Current::<Test>::get().number > 4 * RATES_PER_PAGE - 10);
			assert_eq!(Accounts::<Test>::get(2).unwrap().rate_number, RATES_PER_PAGE - 6);

			assert_eq!(earned(2), earned(3));
			assert_eq!(earned(1), earned(4));
			Generation::settle(&1);
			Generation::settle(&2);
			assert_eq!((lit(2), lit(1)), (earned(3), earned(4)));
		});
	}
}

#[test]
fn a_lender_ends_a_lease_with_notice() {
	staker(|| {
		let id = lend(1, 2, percent(100), 1_000);
		skip(10);

		assert_ok!(end_lease(1, id));

		let end = System::block_number() + NOTICE;
		System::assert_last_event(
			Event::LeaseChanged { lease: id, amount: 1_000 * POP, end }.into(),
		);
		skip(100);
		assert_eq!(earned(2), (10 + Balance::from(NOTICE)) * LIT);
		assert_eq!(earned(1), (100 - Balance::from(NOTICE)) * LIT);
	});
}

#[test]
fn end_lease_fails_when_the_end_is_within_the_notice() {
	staker(|| {
		let long = lend(1, 2, Fixed(POP), 1_000);
		let short = lend(1, 2, Fixed(POP), NOTICE);
		assert_noop!(end_lease(1, short), Error::<Test>::EndsSoon);

		assert_ok!(end_lease(1, long));

		assert_noop!(end_lease(1, long), Error::<Test>::EndsSoon);
		skip(5);
		assert_noop!(end_lease(1, long), Error::<Test>::EndsSoon);
		skip(NOTICE);
		assert_noop!(end_lease(1, long), Error::<Test>::UnknownLease);
	});
}

#[test]
fn only_its_lender_ends_a_lease_with_notice() {
	staker(|| {
		let id = lend(1, 2, Fixed(POP), 1_000);

		assert_noop!(end_lease(2, id), Error::<Test>::UnknownLease);
		assert_noop!(end_lease(3, id), Error::<Test>::UnknownLease);
		assert_noop!(end_lease(1, id + 1), Error::<Test>::UnknownLease);
		assert_noop!(Generation::end_lease(RuntimeOrigin::none(), id), BadOrigin);
	});
}

#[test]
fn neither_side_can_take_lit_of_the_other_at_the_end() {
	staker(|| {
		let id = lend(1, 2, percent(50), 1_000);
		skip(10);
		// The borrower spends all it can, in the last block too.
		let spent = 4 * LIT;
		endow_lit(2, LIT_MINIMUM);
		assert_ok!(transact(2, remark(), spent, None).unwrap());
		let lender = earned(1);

		assert_ok!(Generation::give_back(RuntimeOrigin::signed(2), id));

		assert_eq!(earned(1), lender);
		assert_eq!(earned(2), 5 * LIT + LIT_MINIMUM - spent - fee_of(&remark()));
	});
}

#[test]
fn shares_follow_the_stake_both_ways() {
	staker(|| {
		lend(1, 2, percent(40), 1_000);
		lend(1, 3, percent(60), 1_000);
		skip(10);
		unbond(1, 500 * POP);
		assert_eq!(given(), [200, 300]);
		skip(10);
		bond(1, 1_500 * POP);
		assert_eq!(given(), [800, 1_200]);
		skip(10);

		assert_eq!(earned(2), (4 + 2 + 8) * LIT);
		assert_eq!(earned(3), (6 + 3 + 12) * LIT);
		assert_eq!(earned(1), 0);
	});
}

#[test]
fn fixed_leases_are_cut_the_newest_first() {
	staker(|| {
		lend(1, 2, Fixed(300 * POP), 1_000);
		lend(1, 3, Fixed(200 * POP), 1_000);
		lend(1, 4, percent(20), 1_000);
		lend(1, 5, Fixed(100 * POP), 1_000);

		unbond(1, 250 * POP);
		assert_eq!(given(), [300, 200, 150, 100], "600 of 750 are left by the share");
		slash(1, 150 * POP);
		assert_eq!(given(), [300, 180, 120], "480 of 600 are left by the share");
		System::assert_has_event(Event::LeaseChanged { lease: 3, amount: 0, end: 1_001 }.into());
		assert_eq!(Generation::leases_of(&5).1, vec![]);

		bond(1, 400 * POP);
		assert_eq!(given(), [300, 180, 200], "what was cut stays cut");
		unbond(1, 1_000 * POP);
		assert_eq!(given(), [] as [Balance; 0]);
	});
}

#[test]
fn a_lease_of_less_than_half_the_least_amount_ends() {
	staker(|| {
		lend(1, 2, Share(Perbill::from_parts(1_000_000)), 1_000);
		skip(10);
		unbond(1, 500 * POP);
		assert_eq!(Generation::leases_of(&2).1.len(), 1);

		unbond(1, 1);

		assert_eq!(Generation::leases_of(&2).1.len(), 0);
		skip(10);
		assert_eq!(earned(2), LIT / 100);
	});
}

#[test]
fn what_was_lent_before_a_cut_stays_the_borrowers() {
	staker(|| {
		lend(1, 2, Fixed(1_000 * POP), 1_000);
		skip(10);
		unbond(1, 1_000 * POP);
		skip(10);

		assert_eq!((earned(1), earned(2)), (0, 10 * LIT));
		Generation::settle(&2);
		assert_eq!(Accounts::<Test>::iter().count(), 0, "records are forgotten");
	});
}

#[test]
fn a_stake_change_counts_the_leases_that_change() {
	staker(|| {
		lend(1, 2, percent(10), 1_000);
		lend(1, 3, percent(10), 1_000);
		lend(1, 4, Fixed(POP), 1_000);
		let before = *System::block_weight().get(DispatchClass::Mandatory);

		bond(1, POP * 1_000);

		let spent = System::block_weight().get(DispatchClass::Mandatory).saturating_sub(before);
		assert_eq!(spent, <() as WeightInfo>::stake_changed(2));
	});
}
