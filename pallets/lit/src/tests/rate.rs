//! The rate of generation, and projections.

use crate::{mock::*, Current, Error, Event, Rates, RATES_PER_PAGE};
use frame_support::{assert_noop, assert_ok, traits::Hooks};
use popnet_primitives::economics::{LIT, POP};
use sp_runtime::{BuildStorage, DispatchError::BadOrigin};

fn set_rate(rate: u128) -> sp_runtime::DispatchResult {
	Generation::set_rate(RuntimeOrigin::root(), rate)
}

#[test]
fn set_rate_counts_from_its_block_on() {
	build_and_execute(|| {
		bond(1, 1_000 * POP);
		skip(10);

		assert_ok!(set_rate(RATE * 2));

		System::assert_last_event(Event::RateChanged { from: RATE, to: RATE * 2 }.into());
		assert_eq!(Generation::available(&1), 10 * LIT);
		skip(RATE_CHANGE);
		assert_eq!(Generation::available(&1), 110 * LIT);
		assert_ok!(set_rate(RATE));
		skip(10);
		assert_eq!(Generation::available(&1), 120 * LIT);
	});
}

#[test]
fn set_rate_fails_when_the_rate_is_out_of_range() {
	build_and_execute(|| {
		for rate in [0, RATE / 100 - 1, RATE * 100 + 1, u128::MAX] {
			assert_noop!(set_rate(rate), Error::<Test>::RateOutOfRange);
		}
	});
}

#[test]
fn set_rate_fails_when_the_step_is_too_large() {
	build_and_execute(|| {
		assert_noop!(set_rate(RATE * 2 + 1), Error::<Test>::RateStepTooLarge);
		assert_noop!(set_rate(RATE / 2 - 1), Error::<Test>::RateStepTooLarge);

		for rate in [RATE / 2, RATE, RATE * 2] {
			assert_ok!(set_rate(rate));
			skip(RATE_CHANGE);
		}
	});
}

#[test]
fn set_rate_fails_when_the_rate_has_changed_recently() {
	build_and_execute(|| {
		assert_ok!(set_rate(RATE * 2));
		assert_noop!(set_rate(RATE), Error::<Test>::RateChangedRecently);
		skip(RATE_CHANGE - 1);
		assert_noop!(set_rate(RATE), Error::<Test>::RateChangedRecently);

		skip(1);

		assert_ok!(set_rate(RATE));
	});
}

#[test]
fn the_history_keeps_every_rate() {
	build_and_execute(|| {
		let rates = [RATE, RATE * 2, RATE * 3 / 2];
		for number in 1..=2 * RATES_PER_PAGE {
			skip(RATE_CHANGE);
			assert_ok!(set_rate(rates[number as usize % 3]));
		}

		let pages = [0, 1, 2].map(|page| Rates::<Test>::get(page).into_inner());
		assert_eq!(pages.each_ref().map(Vec::len), [64, 64, 0]);
		for (number, rate) in pages.iter().flatten().enumerate() {
			assert_eq!((rate.number as usize, rate.rate), (number, rates[number % 3]));
		}
	});
}

#[test]
fn set_rate_never_more_than_halves_an_odd_rate() {
	build_and_execute(|| {
		Current::<Test>::mutate(|current| current.rate = RATE + 1);

		assert_noop!(set_rate(RATE / 2), Error::<Test>::RateStepTooLarge);
		assert_ok!(set_rate(RATE / 2 + 1));
	});
}

#[test]
fn set_rate_fails_when_the_origin_is_not_governance() {
	build_and_execute(|| {
		assert_noop!(Generation::set_rate(RuntimeOrigin::signed(1), RATE), BadOrigin);
	});
}

#[test]
fn a_chain_without_generation_can_start_it_with_any_rate_inside_the_limits() {
	new_test_ext(0).execute_with(|| {
		bond(1, 1_000 * POP);
		skip(10);
		assert_eq!(Generation::available(&1), 0);

		assert_ok!(set_rate(RATE * 50));

		skip(1);
		assert_eq!(Generation::available(&1), 50 * LIT);
		Generation::do_try_state().unwrap();
	});
}

#[test]
#[should_panic(expected = "outside its limits")]
fn genesis_is_refused_when_the_rate_is_out_of_range() {
	let _ = crate::GenesisConfig::<Test> { rate: RATE * 101, ..Default::default() }.build_storage();
}

#[test]
fn projection_is_a_day_of_generation() {
	build_and_execute(|| {
		assert_eq!(Generation::projection(1_000 * POP), 100 * LIT);
		assert_eq!(Generation::projection(0), 0);

		bond(1, 777 * POP);
		skip(100);
		assert_eq!(Generation::available(&1), Generation::projection(777 * POP));
	});
}

#[test]
fn constants_of_the_mock_are_sound() {
	Generation::integrity_test();
}
