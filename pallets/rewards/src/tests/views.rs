//! What clients see.

use crate::mock::*;
use frame_support::assert_ok;
use popnet_primitives::rewards::{
	Earned, PaidTo, Payment, Reason, RewardView,
	Role::{Creator, Masternode, Superdelegate},
	Withheld,
};

#[test]
fn the_running_era_shows_an_estimate() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 3);
		works(Creator, 2, 1);
		skip(10);

		let views = Rewards::rewards_of(0, &1);

		let amount_total = Rewards::accrued().creators;
		assert!(amount_total > 0);
		assert_eq!(
			views,
			[RewardView {
				reason: Reason::Published,
				points: 3,
				points_total: 4,
				amount_total,
				earned: Earned::Estimate(amount_total * 3 / 4),
				payment: Payment::Pending,
				withheld: vec![],
			}]
		);
	});
}

#[test]
fn an_ended_era_shows_what_was_earned_and_paid() {
	ExtBuilder::default().build_and_execute(|| {
		works(Superdelegate, 1, 3);
		works(Superdelegate, 2, 1);
		let amount_total = era().superdelegates;
		let view = || Rewards::rewards_of(0, &1).pop().unwrap();
		let amount = amount_total * 3 / 4;
		assert_eq!((view().earned, view().payment), (Earned::Exact(amount), Payment::Pending));

		assert_ok!(pay(0, Superdelegate, 1));

		assert_eq!(view().payment, Payment::Paid { amount, to: PaidTo::Free });
		assert_eq!((view().reason, view().amount_total), (Reason::Screened, amount_total));
	});
}

#[test]
fn withheld_points_show_what_they_would_have_earned() {
	ExtBuilder::default().build_and_execute(|| {
		works(Superdelegate, 1, 3);
		withhold(Superdelegate, 1, 1, Withheld::MissedDuty);
		withhold(Superdelegate, 1, 3, Withheld::Deviating);
		withhold(Superdelegate, 2, 1, Withheld::MissedDuty);

		let total = era().superdelegates;

		let worth = |who| Rewards::rewards_of(0, &who).pop().unwrap().withheld;
		assert_eq!(worth(1), [(Withheld::MissedDuty, total / 4), (Withheld::Deviating, total / 2)]);
		assert_eq!(worth(2), [(Withheld::MissedDuty, total / 4)]);
	});
}

#[test]
fn work_of_masternodes_shows_before_it_is_collected() {
	ExtBuilder::default().build_and_execute(|| {
		serves(1, 3, 2);
		serves(2, 1, 0);
		works(Masternode, 3, 4);
		skip(10);
		let view = |era, who| Rewards::rewards_of(era, &who).pop();
		let shares =
			|era, who| view(era, who).map(|view| (view.points, view.points_total, view.earned));

		let running = Rewards::accrued().masternodes;
		assert_eq!(shares(0, 1), Some((3, 8, Earned::Estimate(running * 3 / 8))));
		assert_eq!(shares(0, 3), Some((4, 8, Earned::Estimate(running / 2))));
		assert_eq!(view(0, 1).unwrap().withheld, [(Withheld::Suspended, running / 5)]);

		let ended = era().masternodes;
		assert_eq!(shares(0, 1), Some((3, 8, Earned::Estimate(ended * 3 / 8))));
		assert_eq!(shares(1, 1), None);

		settle_all();
		assert_eq!(shares(0, 1), Some((3, 8, Earned::Exact(ended * 3 / 8))));
		serves(1, 1, 0);
		assert_eq!(shares(1, 1), Some((1, 1, Earned::Estimate(0))));
	});
}

#[test]
fn nothing_shows_for_accounts_and_eras_without_records() {
	ExtBuilder::default().build_and_execute(|| {
		works(Creator, 1, 3);

		assert_eq!(Rewards::rewards_of(0, &2), []);
		assert_eq!(Rewards::rewards_of(1, &1), []);
		assert_eq!(Rewards::rewards_of(u32::MAX, &1), []);
	});
}

#[test]
fn each_role_shows_by_itself() {
	ExtBuilder::default().build_and_execute(|| {
		works(Superdelegate, 1, 1);
		works(Creator, 1, 1);
		works(Masternode, 1, 1);

		let reasons: Vec<_> =
			Rewards::rewards_of(0, &1).into_iter().map(|view| view.reason).collect();

		assert_eq!(reasons, [Reason::Stored, Reason::Published, Reason::Screened]);
	});
}
