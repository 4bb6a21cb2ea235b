//! Rewards of accounts that cannot receive them yet.

use crate::{mock::*, Carries, Carry, Error, Event, Owed};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::rewards::{
	PaidTo,
	Role::{Creator, Superdelegate},
};

/// An account without POP.
const NEWCOMER: AccountId = 77;
/// Points of the era's other creator; of so many the newcomer's one is worth less than an account
/// has to hold.
const MANY: u128 = 10_000_000_000;

/// An era in which the newcomer earns less than an account has to hold. Returns how much.
fn small_era() -> u128 {
	works(Creator, 1, MANY - 1);
	works(Creator, NEWCOMER, 1);
	let amount = era().creators / MANY;
	assert!(0 < amount && amount < MINIMUM);
	amount
}

#[test]
fn an_amount_below_the_existential_deposit_is_carried_for_an_account_without_pop() {
	ExtBuilder::default().build_and_execute(|| {
		let amount = small_era();
		take_events();

		settle_all();

		assert_eq!(paid(0, Creator, NEWCOMER), Some((amount, PaidTo::Carried)));
		assert_eq!(Carries::<Test>::get(NEWCOMER), Some(Carry { amount, era: 0 }));
		assert_eq!((Owed::<Test>::get(), pop(NEWCOMER)), (amount, 0));
		assert_eq!(pop(pot()), MINIMUM + amount);
		let to = PaidTo::Carried;
		let event = Event::Paid { era: 0, role: Creator, who: NEWCOMER, amount, carried: 0, to };
		assert!(take_events().contains(&event));
	});
}

#[test]
fn an_existing_account_gets_the_smallest_amounts() {
	ExtBuilder::default().build_and_execute(|| {
		endow(NEWCOMER, MINIMUM);
		let amount = small_era();

		settle_all();

		assert_eq!(pop(NEWCOMER), MINIMUM + amount);
	});
}

#[test]
fn what_is_carried_adds_up_and_is_paid_with_the_next_reward() {
	ExtBuilder::default().build_and_execute(|| {
		let first = small_era();
		settle_all();
		let second = small_era();
		settle_all();
		let amount = first + second;
		assert_eq!(Carries::<Test>::get(NEWCOMER), Some(Carry { amount, era: 1 }));
		works(Superdelegate, NEWCOMER, 1);
		let third = era().superdelegates;
		take_events();

		settle_all();

		assert_eq!(pop(NEWCOMER), amount + third);
		assert_eq!((Carries::<Test>::get(NEWCOMER), Owed::<Test>::get()), (None, 0));
		assert_eq!(paid(2, Superdelegate, NEWCOMER), Some((third, PaidTo::Free)));
		assert!(take_events().contains(&Event::Paid {
			era: 2,
			role: Superdelegate,
			who: NEWCOMER,
			amount: third,
			carried: amount,
			to: PaidTo::Free
		}));
	});
}

#[test]
fn pay_pays_what_is_carried_as_soon_as_the_account_can_receive_it() {
	ExtBuilder::default().build_and_execute(|| {
		let amount = small_era() + small_era();
		settle_all();
		assert_noop!(pay(0, Creator, NEWCOMER), Error::<Test>::CannotReceive);
		endow(NEWCOMER, MINIMUM);

		assert_ok!(pay(0, Creator, NEWCOMER));

		assert_eq!(pop(NEWCOMER), MINIMUM + amount);
		System::assert_last_event(
			Event::CarryPaid { who: NEWCOMER, amount, to: PaidTo::Free }.into(),
		);
		for era in [0, 1] {
			assert_noop!(pay(era, Creator, NEWCOMER), Error::<Test>::AlreadyPaid);
		}
	});
}

#[test]
fn pay_carries_what_the_account_cannot_receive() {
	ExtBuilder::default().build_and_execute(|| {
		let amount = small_era();

		assert_ok!(pay(0, Creator, NEWCOMER));

		assert_eq!(Carries::<Test>::get(NEWCOMER), Some(Carry { amount, era: 0 }));
		settle_all();
		assert_eq!(Owed::<Test>::get(), amount);
	});
}

#[test]
fn what_is_carried_for_the_length_of_the_history_goes_to_the_treasury() {
	ExtBuilder::default().build_and_execute(|| {
		let amount = small_era();
		settle_all();
		for _ in 1..HISTORY {
			era();
			settle_all();
		}
		assert_eq!(Owed::<Test>::get(), amount);
		era();
		take_events();
		settle_all();

		assert!(take_events().contains(&Event::CarryForfeited { who: NEWCOMER, amount }));
		assert_eq!((Carries::<Test>::get(NEWCOMER), Owed::<Test>::get()), (None, 0));
		let before = pop(TREASURY);
		let reward = era();
		assert_eq!(pop(TREASURY), before + reward.treasury + amount);
	});
}

#[test]
fn more_rewards_lengthen_the_time_for_which_all_is_carried() {
	ExtBuilder::default().build_and_execute(|| {
		let mut amount = small_era();
		settle_all();
		for _ in 1..HISTORY {
			era();
			settle_all();
		}

		amount += small_era();
		settle_all();

		assert_eq!(Carries::<Test>::get(NEWCOMER), Some(Carry { amount, era: HISTORY }));
		for _ in 0..HISTORY {
			era();
			settle_all();
		}
		assert_eq!(Carries::<Test>::get(NEWCOMER), None);
	});
}
