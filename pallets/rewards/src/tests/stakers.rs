//! Delegates and nominators are paid without a claim.

use crate::{mock::*, Event, InProgress};
use frame_support::weights::Weight;
use popnet_primitives::rewards::StakerPage;

fn page(validator: AccountId, index: u32) -> StakerPage<AccountId> {
	StakerPage { validator, index }
}

#[test]
fn every_page_of_an_era_is_paid_once_and_in_order() {
	ExtBuilder::default().build_and_execute(|| {
		Pages::mutate(|pages| {
			pages.insert(0, vec![page(1, 0), page(1, 1), page(2, 0)]);
			pages.insert(1, vec![page(3, 0)]);
		});
		era();
		take_events();

		settle_all();
		settle_all();

		assert_eq!(PaidPages::get(), [(0, page(1, 0)), (0, page(1, 1)), (0, page(2, 0))]);
		assert!(take_events().contains(&Event::StakersPaid { era: 0 }));
		era();
		settle_all();
		assert_eq!(PaidPages::get().last(), Some(&(1, page(3, 0))));
		assert_eq!(InProgress::<Test>::get().stakers_era, 2);
	});
}

#[test]
fn a_page_waits_for_a_block_with_room_for_the_largest_one() {
	ExtBuilder::default().build_and_execute(|| {
		Pages::mutate(|pages| pages.insert(0, vec![page(1, 0), page(1, 1)]));
		era();
		while InProgress::<Test>::get().era == 0 {
			idle(room(PAGE_WEIGHT - Weight::from_parts(0, 1)));
		}

		idle(room(PAGE_WEIGHT - Weight::from_parts(1, 0)));
		assert!(PaidPages::get().is_empty());
		let used = idle(room(PAGE_WEIGHT));

		assert_eq!(PaidPages::get(), [(0, page(1, 0))]);
		assert_eq!(used, room(PAGE_WEIGHT / 2));
	});
}

#[test]
fn what_a_page_registers_takes_room_and_is_not_reported_again() {
	ExtBuilder::default().build_and_execute(|| {
		Pages::mutate(|pages| pages.insert(0, vec![page(1, 0), page(1, 1), page(2, 0)]));
		era();
		while InProgress::<Test>::get().era == 0 {
			idle(room(PAGE_WEIGHT - Weight::from_parts(0, 1)));
		}
		Registers::set(PAGE_WEIGHT / 2);
		let before = System::block_weight().total();

		// Two pages would fit by what they report.
		let used = idle(room(PAGE_WEIGHT * 2 - Weight::from_parts(1, 1)));

		assert_eq!(PaidPages::get(), [(0, page(1, 0))]);
		assert_eq!(used, room(PAGE_WEIGHT / 2));
		assert_eq!(System::block_weight().total() - before, PAGE_WEIGHT / 2);
	});
}
