//! Random histories against an oracle that keeps its own books: what plans hold is what was funded
//! less what was burned and returned, to the last unit; nobody passes a limit; users' LIT never moves
//! unless they move it; an account is introduced once.
//!
//! `POPNET_HISTORIES` sets the number of histories.

use crate::{
	mock::{evm::Script, *},
	Audience, Deployment, Event, HoldReason, PlanId, Users,
};
use frame_support::traits::fungible::InspectHold;
use popnet_primitives::{economics::LIT, Balance};
use proptest::{prelude::*, test_runner::TestRunner};
use std::collections::BTreeMap;

const USERS: std::ops::Range<AccountId> = 100..108;
const PLANS: PlanId = 3;

#[derive(Clone, Copy, Debug)]
enum What {
	Remark,
	/// Fails for those without LIT.
	Transfer,
	/// Wraps what the plan does not pay for.
	Outside,
	/// An Ethereum transaction that stores and frees.
	Ethereum(Balance, Balance),
}

#[derive(Clone, Debug)]
enum Step {
	Open(Balance),
	Fund(PlanId, Balance),
	/// Highest fee, days and records, in this order.
	Change(PlanId, Balance, Balance, Balance, u32),
	Audience(PlanId, bool),
	Close(PlanId, u32),
	Admit(PlanId, AccountId),
	Dismiss(PlanId, AccountId),
	Forget(PlanId, AccountId),
	Send(PlanId, AccountId, What),
	/// The user's last transaction once more, under an old nonce.
	Replay(PlanId, AccountId),
	/// Somebody gives the user LIT.
	Endow(AccountId, Balance),
	/// The user moves all of its LIT away, which reaps who has no other reason to exist.
	Empty(AccountId),
	Skip(u64),
}

fn what() -> impl Strategy<Value = What> {
	prop_oneof![
		4 => Just(What::Remark),
		2 => Just(What::Transfer),
		1 => Just(What::Outside),
		3 => (0..LIT / 20, 0..LIT / 20).prop_map(|(store, free)| What::Ethereum(store, free)),
	]
}

fn step() -> impl Strategy<Value = Step> {
	let plan = || 0..PLANS;
	let user = || USERS;
	let amount = || LIT_MINIMUM..10 * LIT;
	prop_oneof![
		2 => amount().prop_map(Step::Open),
		2 => (plan(), amount()).prop_map(|(plan, amount)| Step::Fund(plan, amount)),
		2 => (plan(), LIT / 20..LIT, LIT / 2..2 * LIT, LIT / 2..4 * LIT, 1u32..8).prop_map(
			|(plan, fee, user, day, users)| Step::Change(plan, fee, user, day, users)
		),
		1 => (plan(), any::<bool>()).prop_map(|(plan, listed)| Step::Audience(plan, listed)),
		1 => (plan(), 0u32..4).prop_map(|(plan, users)| Step::Close(plan, users)),
		2 => (plan(), user()).prop_map(|(plan, who)| Step::Admit(plan, who)),
		2 => (plan(), user()).prop_map(|(plan, who)| Step::Dismiss(plan, who)),
		3 => (plan(), user()).prop_map(|(plan, who)| Step::Forget(plan, who)),
		30 => (plan(), user(), what()).prop_map(|(plan, who, what)| Step::Send(plan, who, what)),
		4 => (plan(), user()).prop_map(|(plan, who)| Step::Replay(plan, who)),
		2 => (user(), amount()).prop_map(|(who, amount)| Step::Endow(who, amount)),
		2 => user().prop_map(Step::Empty),
		3 => (1..DAY).prop_map(Step::Skip),
	]
}

#[derive(Default)]
struct Oracle {
	/// LIT that must be on hold for all plans and the binding.
	held: Balance,
	/// Spent by plan, day and user.
	by_user: BTreeMap<(PlanId, u64, AccountId), Balance>,
	/// Spent by plan and day.
	by_day: BTreeMap<(PlanId, u64), Balance>,
	/// Introductions of each account.
	introduced: BTreeMap<AccountId, u32>,
}

impl Oracle {
	fn held_now() -> Balance {
		held(HoldReason::Plan, SPONSOR) + held(HoldReason::Deposit, SPONSOR)
	}

	/// Sends what a plan may or may not pay for, and writes down what became of all LIT.
	fn send(&mut self, plan: PlanId, who: AccountId, what: What, nonce: Nonce) {
		System::reset_events();
		let before = (lit(who), issuance(), Self::held_now(), stored());
		let is_ethereum = matches!(what, What::Ethereum(..));
		let accepted = match what {
			What::Remark => transact_with(who, sponsored(plan, remark()), extension(nonce, 0)),
			What::Transfer => {
				// One that leaves no dust, which would be burned.
				let call = pallet_balances::Call::<Test, pallet_balances::Instance2>::
					transfer_keep_alive { dest: RICH, value: LIT };
				transact_with(who, sponsored(plan, call.into()), extension(nonce, 0))
			}
			What::Outside => {
				transact_with(who, sponsored(plan, batch(vec![remark()])), extension(nonce, 0))
			}
			What::Ethereum(store, free) => {
				let free = free.min(stored());
				eth_transact(who, eth_call(Script { store, free, ..Default::default() }), 0)
			}
		};
		let (paid, price) = self.read_events();
		let after = (lit(who), issuance(), Self::held_now(), stored());
		let burned = before.1 - after.1;

		let is_valid = accepted.is_ok();
		let succeeded = accepted.is_ok_and(|result| result.is_ok());
		assert!(is_valid || (paid.is_none() && price == 0 && before == after));
		assert!(!(matches!(what, What::Outside) && is_valid));
		if let Some((plan, fee)) = paid {
			// A freed deposit below what an account must have is burned if its owner has nothing.
			let freed = before.3.saturating_sub(after.3);
			let dust = if after.0 == 0 && freed < LIT_MINIMUM { freed } else { 0 };
			assert_eq!(burned, fee + price + dust, "a plan pays what is burned");
			assert_eq!(before.2 - after.2, fee + price, "a plan loses what it pays");
			let moved = if matches!(what, What::Transfer) && succeeded { LIT } else { 0 };
			let left = before.0 + before.3 - moved - dust;
			assert_eq!(after.0 + after.3, left, "a user's LIT moved");
			self.held -= fee + price;
			let day = System::block_number() / DAY;
			let of_user = self.by_user.entry((plan, day, who)).or_default();
			*of_user += fee + price;
			let of_day = self.by_day.entry((plan, day)).or_default();
			*of_day += fee + price;
			let terms = limits_of(plan);
			assert!(fee <= terms.0 && *of_user <= terms.1 && *of_day <= terms.2);
		} else if is_valid {
			// The signer paid, so it was an Ethereum transaction that the plan refused.
			assert!(is_ethereum && price == 0 && before.2 == after.2);
			assert_eq!(before.0 + before.3 - after.0 - after.3, burned);
		}
	}

	/// Who paid what fee, and what an introduction cost.
	fn read_events(&mut self) -> (Option<(PlanId, Balance)>, Balance) {
		let (mut paid, mut cost) = (None, 0);
		for record in System::events() {
			match record.event {
				RuntimeEvent::Sponsorship(Event::FeePaid { plan, fee, .. }) => {
					assert_eq!(paid.replace((plan, fee)), None, "paid twice");
				}
				RuntimeEvent::Sponsorship(Event::Introduced { who, price, .. }) => {
					let times = self.introduced.entry(who).or_default();
					*times += 1;
					assert_eq!(*times, 1, "introduced twice");
					cost += price;
				}
				_ => {}
			}
		}
		(paid, cost)
	}

	fn apply(&mut self, step: Step) {
		match step {
			Step::Open(amount) => {
				if crate::NextPlan::<Test>::get() < PLANS {
					Sponsorship::open(signed(SPONSOR), Box::new(terms()), amount).unwrap();
					self.held += amount + PLAN_DEPOSIT;
				}
			}
			Step::Fund(plan, amount) => {
				if Sponsorship::fund(signed(SPONSOR), plan, amount).is_ok() {
					self.held += amount;
				}
			}
			Step::Change(plan, fee, user, day, users) => {
				// Limits only ever rise within a history, so that what was allowed stays allowed.
				let (fee_was, user_was, day_was) = limits_of(plan);
				let fee_max = fee.max(fee_was);
				let user_day_max = user.max(user_was).max(fee_max);
				let day_max = day.max(day_was).max(user_day_max);
				let users_max = users;
				let terms = crate::Terms { fee_max, user_day_max, day_max, users_max, ..terms() };
				let _ = Sponsorship::change(signed(SPONSOR), plan, Box::new(terms));
			}
			Step::Audience(plan, listed) => {
				if let Some(mut terms) = Sponsorship::plan(plan).map(|plan| plan.terms) {
					terms.audience = if listed { Audience::Listed } else { Audience::Anyone };
					let _ = Sponsorship::change(signed(SPONSOR), plan, Box::new(terms));
				}
			}
			Step::Close(plan, users) => {
				let before = lit(SPONSOR);
				let _ = Sponsorship::close(signed(SPONSOR), plan, users);
				self.held -= lit(SPONSOR) - before;
			}
			Step::Admit(plan, who) => {
				let _ = Sponsorship::admit(signed(SPONSOR), plan, who);
			}
			Step::Dismiss(plan, who) => {
				let _ = Sponsorship::dismiss(signed(SPONSOR), plan, who);
			}
			Step::Forget(plan, who) => {
				let before = lit(SPONSOR);
				let _ = Sponsorship::forget(signed(RICH), plan, who);
				self.held -= lit(SPONSOR) - before;
			}
			Step::Send(plan, who, what) => self.send(plan, who, what, nonce(who)),
			Step::Replay(plan, who) => {
				if let Some(old) = nonce(who).checked_sub(1) {
					let before = System::account_nonce(who);
					self.send(plan, who, What::Remark, old);
					assert_eq!(System::account_nonce(who), before, "a replay passed");
				}
			}
			Step::Endow(who, amount) => endow_lit(who, amount),
			Step::Empty(who) => {
				let _ = Lit::transfer_all(signed(who), RICH, false);
				assert!(exists(who) || !self.introduced.contains_key(&who), "reaped");
			}
			Step::Skip(blocks) => {
				if System::block_number() + blocks < 900 {
					skip(blocks);
				}
			}
		}
	}

	fn check(&self) {
		assert_eq!(Self::held_now(), self.held);
		Sponsorship::do_try_state().unwrap();
		for (plan, _, user) in Users::<Test>::iter() {
			assert!(user.spent.amount <= limits_of(plan).1);
		}
	}
}

fn stored() -> Balance {
	Lit::balance_on_hold(&evm::HoldReason::Storage.into(), &account_of(&contract()))
}

/// Highest fee, and limits of user and day.
fn limits_of(plan: PlanId) -> (Balance, Balance, Balance) {
	Sponsorship::plan(plan)
		.map(|plan| (plan.terms.fee_max, plan.terms.user_day_max, plan.terms.day_max))
		.unwrap_or_default()
}

fn run_history(steps: Vec<Step>) {
	build_and_execute(|| {
		let mut oracle = Oracle::default();
		oracle.apply(Step::Open(20 * LIT));
		let proof = Some(Deployment::Create { nonce: 0 });
		Sponsorship::bind(signed(SPONSOR), 0, contract(), proof).unwrap();
		oracle.held += BINDING_DEPOSIT;
		for step in steps {
			oracle.apply(step);
			oracle.check();
		}
	});
}

#[test]
fn random_histories_match_the_oracle() {
	let cases =
		std::env::var("POPNET_HISTORIES").ok().and_then(|count| count.parse().ok()).unwrap_or(300);
	let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
	TestRunner::new(config)
		.run(&prop::collection::vec(step(), 1..150), |steps| {
			run_history(steps);
			Ok(())
		})
		.unwrap();
}
