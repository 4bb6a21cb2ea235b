//! What clients can ask.

use crate::{mock::*, Audience};
use frame_support::{assert_ok, assert_storage_noop};
use popnet_primitives::economics::LIT;

#[test]
fn the_allowance_shrinks_with_what_is_spent() {
	with_plan(|plan| {
		assert_eq!(Sponsorship::allowance(plan, &RICH), 2 * LIT);
		assert_ok!(transact(RICH, sponsored(plan, remark())));

		assert_eq!(Sponsorship::allowance(plan, &RICH), 2 * LIT - last_paid());
		next_day();

		assert_eq!(Sponsorship::allowance(plan, &RICH), 2 * LIT);
	});
}

#[test]
fn the_allowance_is_the_smallest_limit() {
	with_plan(|plan| {
		change(plan, |terms| terms.user_day_max = terms.day_max);
		assert_ok!(transact(POOR, sponsored(plan, remark())));
		assert_eq!(Sponsorship::allowance(plan, &RICH), 5 * LIT - last_paid());

		change(plan, |terms| terms.day_max = 1_000 * LIT);
		change(plan, |terms| terms.user_day_max = 1_000 * LIT);

		assert_eq!(Sponsorship::allowance(plan, &RICH), funds(plan) - USER_DEPOSIT);
		assert_eq!(Sponsorship::allowance(plan, &POOR), funds(plan));
	});
}

#[test]
fn there_is_no_allowance_where_a_plan_does_not_admit() {
	with_plan(|plan| {
		assert_eq!(Sponsorship::allowance(9, &RICH), 0);
		change(plan, |terms| terms.introduces = false);
		assert_eq!(Sponsorship::allowance(plan, &NEW), 0);
		change(plan, |terms| terms.audience = Audience::Listed);
		assert_eq!(Sponsorship::allowance(plan, &RICH), 0);
		assert_ok!(Sponsorship::admit(signed(SPONSOR), plan, RICH));
		assert_eq!(Sponsorship::allowance(plan, &RICH), 2 * LIT);
		change(plan, |terms| (terms.audience, terms.users_max) = (Audience::Anyone, 1));
		assert_eq!(Sponsorship::allowance(plan, &POOR), 0);
		System::set_block_number(1_001);
		assert_eq!(Sponsorship::allowance(plan, &RICH), 0);
		assert_ok!(Sponsorship::close(signed(SPONSOR), plan, 0));

		assert_eq!(Sponsorship::allowance(plan, &RICH), 0);
	});
}

#[test]
fn plans_for_a_call_are_those_that_would_pay() {
	with_plan(|first| {
		let second = open(terms());
		change(second, |terms| terms.introduces = false);
		let third = open(terms());
		change(third, |terms| terms.calls = allow(&[(7, None)]));

		assert_storage_noop!({
			let plans =
				|who, fee, from, limit| Sponsorship::plans_for(&who, &remark(), fee, from, limit);
			assert_eq!(plans(RICH, 0, 0, 10), vec![first, second]);
			assert_eq!(plans(RICH, LIT, 1, 10), vec![second]);
			assert_eq!(plans(RICH, LIT + 1, 0, 10), Vec::<u32>::new());
			assert_eq!(plans(RICH, 0, 0, 1), vec![first]);
			assert_eq!(plans(NEW, 0, 0, u32::MAX), vec![first]);
			assert_eq!(plans(RICH, 0, u32::MAX, u32::MAX), Vec::<u32>::new());
			assert_eq!(Sponsorship::plans_for(&RICH, &batch(vec![]), 0, 0, 10), vec![third]);
		});
	});
}
