//! What verdicts earn.

use crate::{mock::*, *};
use frame_support::assert_ok;
use popnet_primitives::{
	moderation::{Decision, Defect, Finding, RejectReason, RiskVector},
	rewards::Withheld,
	AccountId,
};
use proptest::prelude::*;

/// What a verdict on an item of the mock earns.
const POINTS: u128 = 101;

/// What was recorded about `who`.
fn work_of(who: &AccountId) -> Vec<Option<Withheld>> {
	let work = Work::get();
	assert!(work.iter().all(|(_, points, _)| *points == POINTS));
	work.into_iter().filter(|(other, _, _)| other == who).map(|(_, _, reason)| reason).collect()
}

#[test]
fn verdicts_that_are_close_to_the_median_earn_points() {
	build_and_execute(|| {
		let members = sealed(1);

		vote(&members, 1, &[score(0), score(DEVIATION_MAX), score(2 * DEVIATION_MAX)]);

		assert!(members.iter().all(|member| work_of(member) == [None]));
	});
}

#[test]
fn a_verdict_far_from_the_median_earns_nothing() {
	build_and_execute(|| {
		let members = sealed(1);

		vote(&members, 1, &[score(0), score(1), score(DEVIATION_MAX + 2)]);

		assert_eq!(work_of(&members[0]), [None]);
		assert_eq!(work_of(&members[2]), [Some(Withheld::Deviating)]);
	});
}

#[test]
fn calling_a_sound_item_defective_earns_nothing_and_the_other_way_round() {
	build_and_execute(|| {
		let members = sealed(1);
		vote(&members, 1, &[score(0), defect(Defect::Corrupt), score(0)]);
		assert_eq!(work_of(&members[1]), [Some(Withheld::Deviating)]);
	});
	build_and_execute(|| {
		let members = sealed(1);
		vote(&members, 1, &[defect(Defect::NotMedia), score(0), defect(Defect::Corrupt)]);
		assert_eq!(work_of(&members[1]), [Some(Withheld::Deviating)]);
		assert_eq!((work_of(&members[0]), work_of(&members[2])), (vec![None], vec![None]));
	});
}

#[test]
fn a_panel_that_does_not_decide_is_no_measure() {
	build_and_execute(|| {
		let members = sealed(1);
		assert_ok!(commit(&members[0], 1, &score(THRESHOLD)));
		assert_ok!(commit(&members[1], 1, &score(0)));
		run_to(System::block_number() + COMMIT + 1);

		assert_ok!(reveal(&members[0], 1, &score(THRESHOLD)));
		assert_ok!(reveal(&members[1], 1, &score(0)));

		assert!(Decisions::get().is_empty());
		assert_eq!((work_of(&members[0]), work_of(&members[1])), (vec![None], vec![None]));
		assert_eq!(work_of(&members[2]), [Some(Withheld::MissedDuty)]);
	});
}

#[test]
fn silence_earns_nothing_whichever_duty_was_missed() {
	build_and_execute(|| {
		let members = sealed(1);
		assert_ok!(commit(&members[0], 1, &score(1)));
		assert_ok!(commit(&members[1], 1, &score(1)));
		run_to(System::block_number() + COMMIT + 1);
		assert_ok!(reveal(&members[0], 1, &score(1)));
		run_to(System::block_number() + REVEAL + 1);

		assert_eq!(work_of(&members[0]), [None]);
		assert_eq!(work_of(&members[1]), [Some(Withheld::MissedDuty)]);
		assert_eq!(work_of(&members[2]), [Some(Withheld::MissedDuty)]);
	});
}

#[test]
fn points_grow_with_the_size_up_to_a_bound() {
	let mib = 1024 * 1024;
	for (size, points) in [
		(0, 100),
		(1, 101),
		(8 * mib, 101),
		(8 * mib + 1, 102),
		(900 * 8 * mib, 1_000),
		(900 * 8 * mib + 1, 1_000),
		(u64::MAX, 1_000),
	] {
		assert_eq!(points_for(size), points, "{size}");
	}
}

proptest! {
	/// A score deviates exactly when one of its columns lies further from the median than tolerated.
	#[test]
	fn scores_deviate_by_their_worst_column(
		scores in prop::collection::vec(0u16..=10_000, 3),
		medians in prop::collection::vec(0u16..=10_000, 3),
		tolerance in 0u16..10_000,
	) {
		let worst = scores
			.iter()
			.zip(&medians)
			.map(|(score, median)| (i32::from(*score) - i32::from(*median)).abs())
			.max()
			.unwrap();
		let finding = Finding::Scored(scores.try_into().unwrap());
		let medians = RiskVector::try_from(medians).unwrap();
		let reason = RejectReason::Policy { category: 0, score: 1 };
		for decision in [Decision::Approve(medians.clone()), Decision::Reject(reason)] {
			prop_assert_eq!(
				deviates(&finding, &decision, Some(&medians), tolerance),
				worst > i32::from(tolerance)
			);
		}
		prop_assert!(!deviates(&finding, &Decision::Undecided, Some(&medians), tolerance));
		let defective = Decision::Reject(RejectReason::Defective(Defect::WrongKey));
		prop_assert!(deviates(&finding, &defective, None, tolerance));
	}
}
