//! Making leases, what they give, and who may end them.

use crate::{mock::*, Accounts, Error, Event, Lease, LeaseTerms, LEASES_MAX};
use frame_support::{assert_noop, assert_ok, traits::fungible::Mutate};
use popnet_primitives::economics::{LIT, POP};
use sp_runtime::{DispatchError::BadOrigin, DispatchResult, Perbill};
use LeaseTerms::{Fixed, Share};

fn percent(percent: u32) -> LeaseTerms {
	Share(Perbill::from_percent(percent))
}

fn try_lend(lender: u64, borrower: u64, terms: LeaseTerms, end: u64) -> DispatchResult {
	Generation::lend(RuntimeOrigin::signed(lender), borrower, terms, end)
}

/// POP units of the leases that `who` gives and receives.
fn amounts(who: u64) -> (Vec<u128>, Vec<u128>) {
	let (given, received) = Generation::leases_of(&who);
	let amounts = |leases: Vec<crate::LeaseOf<Test>>| leases.iter().map(|it| it.amount).collect();
	(amounts(given), amounts(received))
}

/// Account 1 has 1000 POP at stake, which generate one LIT per block.
fn staker(test: impl FnOnce()) {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		test();
	});
}

#[test]
fn lend_moves_income_from_its_block_on() {
	staker(|| {
		skip(10);

		let id = lend(1, 2, Fixed(300 * POP), 1_000);

		let (terms, amount, end) = (Fixed(300 * POP), 300 * POP, 1_011);
		System::assert_last_event(
			Event::Lent { lease: id, lender: 1, borrower: 2, terms, amount, end }.into(),
		);
		skip(10);
		assert_eq!((earned(1), earned(2)), (17 * LIT, 3 * LIT));
	});
}

#[test]
fn both_sides_see_the_lease() {
	staker(|| {
		lend(1, 2, percent(25), 1_000);

		let share = Some(Perbill::from_percent(25));
		let lease = Lease { id: 0, other: 2, share, amount: 250 * POP, end: 1_001 };
		assert_eq!(Generation::leases_of(&1), (vec![lease], vec![]));
		assert_eq!(Generation::leases_of(&2), (vec![], vec![Lease { other: 1, ..lease }]));
	});
}

#[test]
fn income_is_net_of_leases() {
	staker(|| {
		lend(1, 2, percent(25), 10);

		assert_eq!(Generation::income_of(&1), 75 * LIT);
		assert_eq!(Generation::income_of(&2), 25 * LIT);
		assert_eq!(Generation::income_of(&3), 0);
		skip(10);
		assert_eq!(Generation::income_of(&1), 100 * LIT);
		assert_eq!(Generation::income_of(&2), 0);
	});
}

#[test]
fn a_borrower_without_stake_pays_fees_from_the_lease() {
	staker(|| {
		lend(1, 2, percent(100), 1_000);
		skip(1);
		let fee = fee_of(&remark());

		assert_ok!(validate(2, &remark()));
		assert_ok!(transact(2, remark(), 0, None).unwrap());

		assert_eq!(lit(2), LIT - fee);
		assert!(transact(1, remark(), 0, None).is_err());
	});
}

#[test]
fn a_borrowing_contract_spends_from_the_lease() {
	staker(|| {
		lend(1, 99, percent(50), 1_000);
		skip(4);

		assert_ok!(Spendable::transfer(
			&99,
			&3,
			LIT,
			frame_support::traits::tokens::Preservation::Preserve
		));

		assert_eq!((lit(99), lit(3)), (LIT, LIT));
	});
}

#[test]
fn lend_fails_when_borrower_or_end_is_impossible() {
	staker(|| {
		let terms = Fixed(POP);
		assert_noop!(try_lend(1, 1, terms, 100), Error::<Test>::OwnBorrower);
		assert_noop!(try_lend(1, 2, terms, 0), Error::<Test>::EndPassed);
		assert_noop!(try_lend(1, 2, terms, 1), Error::<Test>::EndPassed);
		assert_noop!(try_lend(1, 2, terms, 2 + LEASE_MAX), Error::<Test>::LeaseTooLong);
		assert_noop!(try_lend(1, 2, terms, u64::MAX), Error::<Test>::LeaseTooLong);
		assert_noop!(Generation::lend(RuntimeOrigin::root(), 2, terms, 9), BadOrigin);

		assert_ok!(try_lend(1, 2, terms, 1 + LEASE_MAX));
		assert_ok!(try_lend(1, 2, terms, 2));
	});
}

#[test]
fn lend_fails_when_the_amount_is_too_small() {
	staker(|| {
		for terms in [Fixed(0), Fixed(POP - 1), percent(0), Share(Perbill::from_parts(999_999))] {
			assert_noop!(try_lend(1, 2, terms, 100), Error::<Test>::LeaseTooSmall);
		}
		assert_noop!(try_lend(3, 2, percent(100), 100), Error::<Test>::LeaseTooSmall);

		assert_ok!(try_lend(1, 2, Fixed(POP), 100));
		assert_ok!(try_lend(1, 2, Share(Perbill::from_parts(1_000_000)), 100));
	});
}

#[test]
fn lend_fails_when_more_would_be_lent_than_there_is() {
	staker(|| {
		assert_noop!(try_lend(1, 2, Fixed(1_000 * POP + 1), 100), Error::<Test>::LeaseExceedsStake);
		assert_noop!(try_lend(1, 2, Fixed(u128::MAX), 100), Error::<Test>::LeaseExceedsStake);
		assert_noop!(try_lend(3, 2, Fixed(POP), 100), Error::<Test>::LeaseExceedsStake);

		lend(1, 2, percent(40), 100);
		assert_noop!(try_lend(1, 3, percent(61), 100), Error::<Test>::LeaseExceedsStake);
		assert_noop!(try_lend(1, 3, Fixed(600 * POP + 1), 100), Error::<Test>::LeaseExceedsStake);
		lend(1, 3, Fixed(500 * POP), 100);
		assert_noop!(try_lend(1, 4, percent(11), 100), Error::<Test>::LeaseExceedsStake);
		lend(1, 4, percent(10), 100);
		assert_noop!(try_lend(1, 4, Fixed(POP), 100), Error::<Test>::LeaseExceedsStake);
		assert_eq!(Generation::income_of(&1), 0);
	});
}

#[test]
fn income_received_cannot_be_lent_on() {
	staker(|| {
		lend(1, 2, percent(100), 100);

		assert_noop!(try_lend(2, 3, Fixed(POP), 100), Error::<Test>::LeaseExceedsStake);
		assert_noop!(try_lend(2, 3, percent(100), 100), Error::<Test>::LeaseTooSmall);
	});
}

#[test]
fn lend_fails_when_the_lender_gives_the_most_leases() {
	staker(|| {
		for borrower in 0..u64::from(LEASES_MAX) {
			lend(1, 100 + borrower, Fixed(POP), 10 + borrower);
		}
		assert_noop!(try_lend(1, 2, Fixed(POP), 100), Error::<Test>::TooManyGiven);

		skip(10);

		assert_ok!(try_lend(1, 2, Fixed(POP), 100));
	});
}

/// Account 2 receives the most leases it can: 1 POP from account 3, 2 from 4, and 3 each from 1.
fn full_borrower(test: impl FnOnce()) {
	staker(|| {
		for who in [3, 4, 5] {
			bond(who, 1_000 * POP);
		}
		lend(4, 2, Fixed(2 * POP), 1_000);
		lend(3, 2, Fixed(POP), 1_000);
		for _ in 2..LEASES_MAX {
			lend(1, 2, Fixed(3 * POP), 500);
		}
		test();
	});
}

#[test]
fn dust_does_not_fill_the_places_of_a_borrower() {
	full_borrower(|| {
		skip(10);
		assert_noop!(try_lend(5, 2, Fixed(2 * POP - 1), 100), Error::<Test>::TooManyReceived);

		assert_ok!(try_lend(5, 2, Fixed(2 * POP), 100));

		System::assert_has_event(Event::Displaced { lease: 1 }.into());
		assert_eq!(Generation::leases_of(&3).0, vec![]);
		assert_eq!(Generation::leases_of(&2).1.len(), LEASES_MAX as usize);
		skip(10);
		// Ten blocks of all leases, then ten more with one POP more.
		assert_eq!(earned(2), LIT * (10 * 45 + 10 * 46) / 1_000);
		assert_eq!(earned(3), LIT * (10 * 999 + 10 * 1_000) / 1_000);
	});
}

#[test]
fn of_the_smallest_leases_the_newest_gives_way() {
	full_borrower(|| {
		assert_ok!(try_lend(5, 2, Fixed(2 * POP), 100));
		assert_noop!(try_lend(5, 2, Fixed(3 * POP), 100), Error::<Test>::TooManyReceived);

		// The lender of the lease that gives way may be the new one's.
		assert_ok!(try_lend(5, 2, Fixed(4 * POP), 100));

		assert_eq!((amounts(4).0, amounts(5).0), (vec![2 * POP], vec![4 * POP]));
	});
}

#[test]
fn an_ended_lease_makes_room_for_another_borrower_lease() {
	full_borrower(|| {
		assert_noop!(try_lend(3, 2, Fixed(POP), 600), Error::<Test>::TooManyReceived);
		skip(500);

		assert_ok!(try_lend(3, 2, Fixed(POP), 600));

		assert_eq!(amounts(2).1, [2 * POP, POP, POP]);
	});
}

#[test]
fn give_back_ends_the_lease_at_once_and_keeps_what_was_given() {
	staker(|| {
		let id = lend(1, 2, Fixed(300 * POP), 1_000);
		skip(10);

		assert_ok!(Generation::give_back(RuntimeOrigin::signed(2), id));

		System::assert_last_event(Event::GivenBack { lease: id }.into());
		assert_eq!(Generation::leases_of(&1), (vec![], vec![]));
		skip(10);
		assert_eq!((earned(1), earned(2)), (17 * LIT, 3 * LIT));
	});
}

#[test]
fn only_its_borrower_gives_a_lease_back() {
	staker(|| {
		let id = lend(1, 2, Fixed(POP), 10);
		let give_back = |who, id| Generation::give_back(RuntimeOrigin::signed(who), id);

		assert_noop!(give_back(1, id), Error::<Test>::UnknownLease);
		assert_noop!(give_back(3, id), Error::<Test>::UnknownLease);
		assert_noop!(give_back(2, id + 1), Error::<Test>::UnknownLease);
		assert_noop!(Generation::give_back(RuntimeOrigin::none(), id), BadOrigin);
		skip(10);
		assert_noop!(give_back(2, id), Error::<Test>::UnknownLease);
	});
}

#[test]
fn claim_for_mints_for_a_contract_and_forgets_its_leases() {
	staker(|| {
		lend(1, 99, percent(100), 10);
		skip(20);

		assert_ok!(Generation::claim_for(RuntimeOrigin::signed(3), 99));

		assert_eq!(lit(99), 10 * LIT);
		assert_eq!(Accounts::<Test>::get(99), None);
		let nothing = Error::<Test>::NothingToClaim;
		assert_noop!(Generation::claim_for(RuntimeOrigin::signed(3), 99), nothing);
		assert_noop!(Generation::claim_for(RuntimeOrigin::none(), 99), BadOrigin);
	});
}

#[test]
fn a_borrower_claims_even_after_its_fee_has_minted_everything() {
	staker(|| {
		lend(1, 2, percent(100), 1_000);
		skip(1);

		assert_ok!(transact(2, crate::Call::<Test>::claim {}.into(), 0, None).unwrap());
	});
}
