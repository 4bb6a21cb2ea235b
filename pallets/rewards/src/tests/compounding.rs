//! Rewards that are bonded.

use crate::{mock::*, Compounding, Error, Event};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use popnet_primitives::rewards::{
	Destination::{self, Compound, Free},
	PaidTo,
	Role::{Creator, Superdelegate},
};
use sp_runtime::{DispatchResult, TokenError};

fn set_destination(who: AccountId, destination: Destination) -> DispatchResult {
	Rewards::set_destination(RuntimeOrigin::signed(who), destination)
}

fn held(who: AccountId) -> popnet_primitives::Balance {
	Balances::total_balance_on_hold(&who)
}

#[test]
fn rewards_stay_free_unless_the_account_wants_them_bonded() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Creator, 2, 1);
		assert_ok!(set_destination(2, Compound));
		System::assert_last_event(Event::DestinationSet { who: 2, destination: Compound }.into());
		let amount = era().creators / 2;

		settle_all();

		assert_eq!(Bonded::get(), [(2, amount)]);
		assert_eq!(paid(0, Creator, 1), Some((amount, PaidTo::Free)));
		assert_eq!(paid(0, Creator, 2), Some((amount, PaidTo::Compounded)));
	});
}

#[test]
fn a_reward_that_cannot_be_bonded_stays_free_and_its_record_says_so() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 2, 1);
		assert_ok!(set_destination(2, Compound));
		let amount = era().creators;
		BondingFails::set(true);

		settle_all();

		assert_eq!(pop(2), ENDOWMENT - DEPOSIT + amount);
		assert_eq!(paid(0, Creator, 2), Some((amount, PaidTo::NotCompounded)));
		assert!(!half_bonded());
		let to = PaidTo::NotCompounded;
		let event = Event::Paid { era: 0, role: Creator, who: 2, amount, carried: 0, to };
		assert!(take_events().contains(&event));
	});
}

#[test]
fn the_choice_at_the_time_of_payment_counts() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 1);
		works(Superdelegate, 1, 1);
		assert_ok!(set_destination(1, Compound));
		let reward = era();
		assert_ok!(pay(0, Creator, 1));
		assert_ok!(set_destination(1, Free));

		settle_all();

		assert_eq!(Bonded::get(), [(1, reward.creators)]);
		assert_eq!(paid(0, Creator, 1), Some((reward.creators, PaidTo::Compounded)));
		assert_eq!(paid(0, Superdelegate, 1), Some((reward.superdelegates, PaidTo::Free)));
	});
}

#[test]
fn the_choice_takes_a_deposit_and_gives_it_back() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(set_destination(1, Compound));
		assert_eq!((held(1), Compounding::<Test>::get(1)), (DEPOSIT, Some(DEPOSIT)));
		assert_eq!(Rewards::destination_of(&1), Compound);

		assert_ok!(set_destination(1, Free));

		assert_eq!((held(1), pop(1), Compounding::<Test>::get(1)), (0, ENDOWMENT, None));
		assert_eq!(Rewards::destination_of(&1), Free);
	});
}

#[test]
fn set_destination_fails_when_nothing_would_change() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(set_destination(1, Free), Error::<Test>::DestinationUnchanged);
		assert_ok!(set_destination(1, Compound));
		assert_noop!(set_destination(1, Compound), Error::<Test>::DestinationUnchanged);
	});
}

#[test]
fn set_destination_fails_when_the_deposit_is_missing() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(set_destination(77, Compound), TokenError::FundsUnavailable);
	});
}
