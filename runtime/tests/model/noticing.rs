//! The model itself: it notices what is wrong.

use crate::world::{Pace, World};
use frame_support::traits::fungible::Mutate;
use popnet_primitives::rewards::PaidTo;
use popnet_runtime::{Balances, Lit, Runtime, RuntimeEvent};

/// What the model says after `corrupt`, which returns the events that would have told of it.
fn verdict(corrupt: impl FnOnce(&mut World) -> Vec<RuntimeEvent>) -> Result<(), String> {
	let mut world = World::new(0, 6, Pace::ShortEras);
	world.run(6);
	world.in_state(|world| {
		let events = corrupt(world);
		world.check(&events)?;
		world.generation.check()
	})
}

fn assert_noticed(what: &str, corrupt: impl FnOnce(&mut World) -> Vec<RuntimeEvent>) {
	let error = verdict(corrupt).expect_err(what);
	assert!(error.contains(what), "{error}");
}

#[test]
fn books_are_right_when_nothing_is_wrong() {
	assert_eq!(verdict(|_| Vec::new()), Ok(()));
}

#[test]
fn a_unit_out_of_nothing_is_noticed() {
	assert_noticed("POP units are issued", |world| {
		Balances::mint_into(&world.account(0), 1).unwrap();
		Vec::new()
	});
	assert_noticed("LIT units are issued", |world| {
		Lit::mint_into(&world.account(0), 1).unwrap();
		Vec::new()
	});
	assert_noticed("accounts have", |world| {
		let account = world.account(0);
		frame_system::Account::<Runtime>::mutate(account, |account| account.data.free += 1);
		Vec::new()
	});
}

#[test]
fn a_hold_without_its_record_and_a_record_without_its_hold_are_noticed() {
	assert_noticed("POP on hold", |_| {
		let node = pallet_masternodes::Masternodes::<Runtime>::iter_keys().next().unwrap();
		pallet_masternodes::Masternodes::<Runtime>::mutate(node, |node| {
			node.as_mut().unwrap().bond -= 1;
		});
		Vec::new()
	});
	assert_noticed("POP on hold", |world| {
		pallet_rewards::Compounding::<Runtime>::insert(world.account(7), 5);
		Vec::new()
	});
	assert_noticed("LIT on hold", |_| {
		let plan = pallet_sponsorship::Plans::<Runtime>::iter_keys().next().unwrap();
		pallet_sponsorship::Plans::<Runtime>::mutate(plan, |plan| {
			plan.as_mut().unwrap().funds += 1;
		});
		Vec::new()
	});
}

#[test]
fn a_second_payment_is_noticed() {
	assert_noticed("is paid twice", |world| {
		let (era, role, who) = world.ledger.paid.keys().next().unwrap().clone();
		let paid =
			pallet_rewards::Event::Paid { era, role, who, amount: 1, carried: 0, to: PaidTo::Free };
		vec![RuntimeEvent::Rewards(paid)]
	});
	assert_noticed("is paid twice", |world| {
		let (era_index, validator_stash, page) = world.ledger.pages.first().unwrap().clone();
		let payout =
			pallet_staking::Event::PayoutStarted { era_index, validator_stash, page, next: None };
		vec![RuntimeEvent::Staking(payout)]
	});
}

#[test]
fn an_era_that_pays_more_than_the_schedule_says_is_noticed() {
	assert_noticed("to pay and pays", |world| {
		let reward = pallet_rewards::EraReward { creators: 1, ..Default::default() };
		let ended = pallet_rewards::Event::EraEnded { era: world.ledger.era, reward };
		vec![RuntimeEvent::Rewards(ended)]
	});
}

#[test]
fn lit_that_no_stake_has_generated_is_noticed() {
	assert_noticed("too much", |_| {
		let who = pallet_lit::Accounts::<Runtime>::iter_keys().next().unwrap();
		pallet_lit::Accounts::<Runtime>::mutate(who, |account| {
			account.as_mut().unwrap().pending += 1_000_000;
		});
		Vec::new()
	});
}
