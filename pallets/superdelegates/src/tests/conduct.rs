//! Strikes, recalls and bars.

use crate::{
	mock::*, Barred, Candidates, CurrentEra, Departure, Error, Event, StruckAccounts, WeightInfo,
};
use frame_support::{assert_noop, assert_ok};
use popnet_primitives::{content::ContentId, traits::OnMissed};

fn two_members() -> ExtBuilder {
	ExtBuilder::default().members(vec![1, 2])
}

#[test]
fn a_missed_duty_is_counted_and_reported() {
	two_members().build_and_execute(|| {
		miss(1, 2);

		assert_eq!(
			take_events(),
			[Event::Struck { who: 1, strikes: 1 }, Event::Struck { who: 1, strikes: 2 }]
		);
		assert_eq!(Reported::get(), [(1, Some(1)), (1, Some(2))]);
		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn a_member_leaves_at_once_and_is_barred_when_it_has_too_many_strikes() {
	two_members().build_and_execute(|| {
		miss(1, STRIKES_MAX - 1);
		take_events();

		miss(1, 1);

		assert_eq!((in_office(), Departed::get()), (vec![2], vec![1]));
		assert_eq!(
			take_events(),
			[
				Event::Struck { who: 1, strikes: STRIKES_MAX },
				Event::BarredUntil { who: 1, era: COOL_DOWN_ERAS },
				Event::Left { who: 1, reason: Departure::MissedDuties },
				Event::CandidacyEnded { who: 1 },
			]
		);
		assert_eq!(Reported::get().last(), Some(&(1, Some(STRIKES_MAX))));
		// It starts anew when its time is over.
		assert!(StruckAccounts::<Test>::get().is_empty());
	});
}

#[test]
fn whoever_left_for_its_strikes_stands_again_after_the_cool_down_and_not_before() {
	two_members().build_and_execute(|| {
		miss(1, STRIKES_MAX);

		for _ in 0..COOL_DOWN_ERAS {
			assert_noop!(stand(1), Error::<Test>::StillBarred);
			next_era();
		}

		assert_ok!(stand(1));
		assert!(Barred::<Test>::get().is_empty());
	});
}

#[test]
fn strikes_are_forgotten_some_eras_after_the_latest() {
	two_members().build_and_execute(|| {
		miss(1, 1);
		for _ in 1..STRIKE_ERAS {
			next_era();
		}
		miss(1, 1);
		assert_eq!(Reported::get(), [(1, Some(1)), (1, Some(2))]);

		for _ in 0..STRIKE_ERAS {
			next_era();
		}

		assert!(StruckAccounts::<Test>::get().is_empty());
		miss(1, 1);
		assert_eq!(Reported::get().last(), Some(&(1, Some(1))));
	});
}

#[test]
fn leaving_and_standing_again_wipes_no_strikes() {
	two_members().build_and_execute(|| {
		miss(1, STRIKES_MAX - 1);
		withdraw(1).unwrap();
		stand_with(1, &[1, 2, 3]);
		next_era();
		assert_eq!(in_office(), [2, 1]);

		miss(1, 1);

		assert_eq!(in_office(), [2]);
	});
}

#[test]
fn a_former_member_is_struck_for_duties_that_it_still_had() {
	two_members().build_and_execute(|| {
		withdraw(1).unwrap();

		miss(1, STRIKES_MAX);

		assert_eq!(Reported::get().len(), STRIKES_MAX as usize);
		assert_eq!(Departed::get(), [1]);
		assert_noop!(stand(1), Error::<Test>::StillBarred);
	});
}

#[test]
fn a_reversed_verdict_is_a_strike_and_reported_as_such() {
	two_members().build_and_execute(|| {
		Superdelegates::reversed(&1, ContentId([1; 32]));
		assert_eq!(Reported::get(), [(1, None)]);

		miss(1, STRIKES_MAX - 1);

		assert_eq!(in_office(), [2]);
	});
}

#[test]
fn the_strikes_of_others_do_not_count() {
	two_members().build_and_execute(|| {
		miss(1, STRIKES_MAX - 1);
		miss(2, STRIKES_MAX - 1);

		assert_eq!(in_office(), [1, 2]);
	});
}

#[test]
fn the_oldest_strikes_make_room_for_new_ones() {
	two_members().build_and_execute(|| {
		miss(1, 1);
		for other in 0..u64::from(MAX_CANDIDATES) {
			miss(100 + other, 1);
		}

		assert_eq!(StruckAccounts::<Test>::get().len(), MAX_CANDIDATES as usize);
		miss(1, 1);

		assert_eq!(Reported::get().last(), Some(&(1, Some(1))));
	});
}

#[test]
fn a_recalled_member_leaves_at_once_and_is_barred() {
	two_members().build_and_execute(|| {
		assert_ok!(recall(1));

		assert_eq!((in_office(), Departed::get()), (vec![2], vec![1]));
		assert!(!Candidates::<Test>::contains_key(1));
		assert_eq!(
			take_events(),
			[
				Event::BarredUntil { who: 1, era: RECALL_ERAS },
				Event::Left { who: 1, reason: Departure::Recalled },
				Event::CandidacyEnded { who: 1 },
			]
		);
		for _ in 0..RECALL_ERAS {
			assert_noop!(stand(1), Error::<Test>::StillBarred);
			next_era();
		}
		assert_ok!(stand(1));
	});
}

#[test]
fn nobody_escapes_a_recall_by_withdrawing_first() {
	two_members().build_and_execute(|| {
		withdraw(1).unwrap();

		assert_ok!(recall(1));

		assert_noop!(stand(1), Error::<Test>::StillBarred);
		assert_eq!(Departed::get(), [1]);
	});
}

#[test]
fn a_candidate_out_of_office_can_be_recalled() {
	ExtBuilder::default().build_and_execute(|| {
		stand(1).unwrap();

		assert_ok!(recall(1));

		assert!(!Candidates::<Test>::contains_key(1));
		assert!(Departed::get().is_empty());
	});
}

#[test]
fn a_shorter_bar_does_not_end_a_longer_one() {
	two_members().build_and_execute(|| {
		recall(1).unwrap();

		miss(1, STRIKES_MAX);

		assert_eq!(Barred::<Test>::get().len(), 1);
		assert_eq!(Barred::<Test>::get()[0].until, RECALL_ERAS);
	});
}

#[test]
fn the_oldest_bar_makes_room_for_a_new_one() {
	two_members().build_and_execute(|| {
		recall(1).unwrap();
		for other in 0..u64::from(MAX_CANDIDATES) {
			recall(100 + other).unwrap();
		}

		assert_eq!(Barred::<Test>::get().len(), MAX_CANDIDATES as usize);
		assert_ok!(stand(1));
	});
}

#[test]
fn recall_fails_when_the_token_holders_have_not_decided_it() {
	use sp_runtime::DispatchError::BadOrigin;
	two_members().build_and_execute(|| {
		assert_noop!(Superdelegates::recall(RuntimeOrigin::signed(2), 1), BadOrigin);
		assert_noop!(Superdelegates::recall(RuntimeOrigin::none(), 1), BadOrigin);
	});
}

#[test]
fn the_era_is_noted() {
	ExtBuilder::default().build_and_execute(|| {
		next_era();
		next_era();

		assert_eq!(CurrentEra::<Test>::get(), 2);
	});
}

#[test]
fn the_weight_of_a_strike_includes_what_others_do() {
	let expected = <()>::strike().saturating_add(REPORT_WEIGHT).saturating_add(LEFT_WEIGHT);
	assert_eq!(<Superdelegates as OnMissed<AccountId>>::weight(), expected);
}
