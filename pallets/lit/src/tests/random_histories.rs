//! Random histories against an exact oracle: after every step, for every account, never one LIT
//! unit too much, and at most one too little per operation on the account.
//!
//! The oracle adds up stake · rate · blocks in 512-bit integers, over the only denominator there
//! is, and never rounds. `POPNET_HISTORIES` sets the number of histories; the ignored test runs a
//! million of them when the variable says nothing else.

use crate::{mock::*, Accounts, Current, Minted, INDEX_SCALE};
use frame_support::traits::{
	fungible::{Balanced, Inspect, Mutate, MutateHold},
	tokens::{Fortitude, Precision, Preservation},
	Imbalance,
};
use popnet_primitives::{economics::POP_SUPPLY, traits::StakeOf, Balance};
use proptest::{prelude::*, test_runner::TestRunner};
use sp_core::U512;
use std::collections::BTreeMap;

const ACCOUNTS: u64 = 10;

#[derive(Clone, Debug)]
enum Step {
	Bond(u64, Balance),
	Unbond(u64, Balance),
	Slash(u64, Balance),
	/// Bonded POP passes from one account to another.
	Move(u64, u64, Balance),
	/// A reward is minted and bonded.
	Reward(u64, Balance),
	Settle(u64),
	Claim(u64),
	/// A transaction with this tip, as far as the account can pay it.
	Transact(u64, Balance),
	/// A contract takes LIT.
	Spend(u64, Balance),
	Rate(u128),
	Skip(u64),
}

/// From single units to a hundredth of all POP, every magnitude equally likely.
fn amount() -> impl Strategy<Value = Balance> {
	(0u32..64, 1..POP_SUPPLY / 1_600).prop_map(|(shift, amount)| (amount >> shift).max(1))
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 1..=ACCOUNTS;
	prop_oneof![
		3 => (who(), amount()).prop_map(|(who, amount)| Step::Bond(who, amount)),
		2 => (who(), amount()).prop_map(|(who, amount)| Step::Unbond(who, amount)),
		1 => (who(), amount()).prop_map(|(who, amount)| Step::Slash(who, amount)),
		1 => (who(), who(), amount()).prop_map(|(from, to, amount)| Step::Move(from, to, amount)),
		1 => (who(), amount()).prop_map(|(who, amount)| Step::Reward(who, amount)),
		3 => who().prop_map(Step::Settle),
		1 => who().prop_map(Step::Claim),
		3 => (who(), amount()).prop_map(|(who, tip)| Step::Transact(who, tip)),
		2 => (who(), amount()).prop_map(|(who, amount)| Step::Spend(who, amount)),
		1 => (RATE / 100..RATE * 100).prop_map(Step::Rate),
		5 => (0u32..18, 1u64..200_000).prop_map(|(shift, blocks)| Step::Skip((blocks >> shift) + 1)),
	]
}

fn held(who: u64) -> Balance {
	Held::stake_of(&who)
}

/// What an account must have been given, and what has become of it.
#[derive(Clone, Copy, Default)]
struct Exact {
	/// LIT units times `INDEX_SCALE`.
	scaled: U512,
	/// Operations on the account, each of which may round.
	operations: u128,
	/// LIT units that left the account.
	spent: Balance,
}

#[derive(Default)]
struct Oracle {
	accounts: BTreeMap<u64, Exact>,
}

impl Oracle {
	fn account(&mut self, who: u64) -> &mut Exact {
		self.accounts.entry(who).or_default()
	}

	fn touch(&mut self, who: u64) {
		self.account(who).operations += 1;
	}

	fn apply(&mut self, step: Step) {
		match step {
			Step::Bond(who, amount) => {
				let amount = amount.min(free_pop(who));
				if amount > 0 {
					self.touch(who);
					bond(who, amount);
				}
			}
			Step::Unbond(who, amount) => {
				self.touch(who);
				unbond(who, amount.min(held(who)));
			}
			Step::Slash(who, amount) => {
				self.touch(who);
				slash(who, amount);
			}
			Step::Move(from, to, amount) => {
				use frame_support::traits::tokens::Restriction::OnHold;
				self.touch(from);
				self.touch(to);
				let (effort, polite) = (Precision::BestEffort, Fortitude::Polite);
				Observed::transfer_on_hold(&REASON, &from, &to, amount, effort, OnHold, polite)
					.unwrap();
			}
			Step::Reward(who, amount) => {
				self.touch(who);
				Observed::mint_into(&who, amount).unwrap();
				bond(who, amount.min(free_pop(who)).max(1));
			}
			Step::Settle(who) => {
				self.touch(who);
				Generation::settle(&who);
			}
			Step::Claim(who) => {
				self.touch(who);
				let _ = Generation::claim(RuntimeOrigin::signed(who));
			}
			Step::Transact(who, tip) => {
				self.touch(who);
				let cost = fee_of(&remark()) + tip;
				let before = Generation::available(&who);
				let is_enough = before >= cost + LIT_MINIMUM;
				assert_eq!(transact(who, remark(), tip, None).is_ok(), is_enough);
				if is_enough {
					self.account(who).spent += cost;
					assert_eq!(Generation::available(&who), before - cost);
				}
			}
			Step::Spend(who, amount) => {
				self.touch(who);
				let keep = Preservation::Preserve;
				let (effort, polite) = (Precision::BestEffort, Fortitude::Polite);
				let seen = Spendable::reducible_balance(&who, keep, polite);
				let credit = Spendable::withdraw(&who, amount, effort, keep, polite).unwrap();
				assert_eq!(credit.peek(), amount.min(seen));
				self.account(who).spent += credit.peek();
			}
			Step::Rate(rate) => {
				let now = Current::<Test>::get().rate;
				let bounded = rate.clamp(now / 2 + 1, now * 2).clamp(RATE / 100, RATE * 100);
				Generation::set_rate(RuntimeOrigin::root(), bounded).unwrap();
			}
			Step::Skip(blocks) => {
				let rise = U512::from(Current::<Test>::get().rate) * U512::from(blocks);
				for who in 1..=ACCOUNTS {
					self.account(who).scaled += rise * U512::from(held(who));
				}
				skip(blocks);
			}
		}
	}

	fn check(&self) {
		let mut spent = 0;
		let mut balances = 0;
		for who in 1..=ACCOUNTS {
			let exact = self.accounts.get(&who).copied().unwrap_or_default();
			let accrual = Accounts::<Test>::get(who).unwrap_or_default();
			let pending = accrual.settled(Generation::current_index()).pending;
			let got = U512::from(lit(who) + pending + exact.spent);
			let fair = exact.scaled / U512::from(INDEX_SCALE);
			assert!(got <= fair, "account {who} was given {got}, fair is {fair}");
			let short = fair - got;
			// One more for the settlement that this check stands for.
			let allowed = U512::from(exact.operations + 1);
			assert!(short <= allowed, "account {who} is {short} short, allowed is {allowed}");
			spent += exact.spent;
			balances += lit(who);
		}
		let issuance = <Lit as Inspect<u64>>::total_issuance();
		assert_eq!(issuance, balances);
		assert_eq!(Minted::<Test>::get(), issuance + spent, "issued = minted - burned");
	}
}

fn run_history(steps: Vec<Step>) {
	build_and_execute(|| {
		let mut oracle = Oracle::default();
		for step in steps {
			oracle.apply(step);
			oracle.check();
		}
	});
}

fn run_histories(default: u32, length: usize) {
	let cases = std::env::var("POPNET_HISTORIES")
		.ok()
		.and_then(|count| count.parse().ok())
		.unwrap_or(default);
	let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
	TestRunner::new(config)
		.run(&prop::collection::vec(step(), 1..length), |steps| {
			run_history(steps);
			Ok(())
		})
		.unwrap();
}

#[test]
fn random_histories_match_the_exact_oracle() {
	run_histories(1_500, 150);
}

#[test]
fn long_histories_match_the_exact_oracle() {
	run_histories(10, 5_000);
}

#[test]
#[ignore = "takes long: a million histories"]
fn a_million_random_histories_match_the_exact_oracle() {
	run_histories(1_000_000, 40);
}
