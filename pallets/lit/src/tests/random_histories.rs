//! Random histories against an exact oracle. After every step, for every account: what it was given
//! is exactly what it is due, down to the fraction of a LIT unit, so never one unit too much, and
//! less than one too little; and the invariants of the header hold.
//!
//! The oracle knows no index and no settlement. Whenever blocks pass it adds up stake · rate · blocks
//! in 512-bit integers, over the only denominator there is, and never rounds; leases it moves by the
//! blocks that they last. Only where the pallet forgets an account that has nothing left, the oracle
//! forgets the fraction too, and counts that.
//!
//! `POPNET_HISTORIES` sets the number of histories, of which the longer ones are a tenth and a
//! thousandth. A million of them take about two hours:
//!
//! ```text
//! POPNET_HISTORIES=1000000 cargo test --release -p pallet-lit -- --nocapture histories_match
//! ```

use crate::{
	mock::*, Accounts, Current, Error, LeaseTerms, Minted, NextLease, INDEX_SCALE, LEASES_MAX,
	RATES_PER_PAGE,
};
use frame_support::traits::{
	fungible::{Balanced, Inspect, Mutate, MutateHold},
	tokens::{Fortitude, Precision, Preservation},
	Imbalance,
};
use popnet_primitives::{economics::POP_SUPPLY, traits::StakeOf, Balance};
use proptest::{prelude::*, test_runner::TestRunner};
use sp_core::U512;
use sp_runtime::{DispatchResult, Perbill};
use std::{cell::RefCell, collections::BTreeMap};

const ACCOUNTS: u64 = 10;
const BILLION: u32 = 1_000_000_000;

#[derive(Clone, Debug)]
enum Step {
	Bond(u64, Balance),
	/// So many billionths of what is bonded.
	Unbond(u64, u32),
	Slash(u64, Balance),
	/// Bonded POP passes from one account to another, as when a pool is joined or left.
	Move(u64, u64, Balance),
	/// A reward is minted and bonded.
	Reward(u64, Balance),
	Settle(u64),
	Claim(u64),
	ClaimFor(u64),
	/// A transaction with this tip, as far as the account can pay it.
	Transact(u64, Balance),
	/// A contract takes LIT.
	Spend(u64, Balance),
	Lend(u64, u64, Terms, u64),
	/// The lender of one of the leases, as many modulo their number, ends it early.
	EndLease(usize),
	GiveBack(usize),
	Rate(u128),
	Skip(u64),
}

#[derive(Clone, Copy, Debug)]
enum Terms {
	/// Billionths.
	Share(u32),
	Fixed(Balance),
	/// So many billionths of the stake at the time.
	Part(u32),
}

/// From single units to a hundredth of all POP, mostly one POP and more.
fn amount() -> impl Strategy<Value = Balance> {
	let shift = prop_oneof![3 => 0u32..20, 1 => 0u32..64];
	(shift, 1..POP_SUPPLY / 1_600).prop_map(|(shift, amount)| (amount >> shift).max(1))
}

fn part() -> impl Strategy<Value = u32> {
	(0u32..5, 0..=BILLION).prop_map(|(shift, part)| part >> shift)
}

fn terms() -> impl Strategy<Value = Terms> {
	prop_oneof![
		4 => part().prop_map(Terms::Share),
		1 => amount().prop_map(Terms::Fixed),
		4 => part().prop_map(Terms::Part),
	]
}

fn blocks(max: u64) -> impl Strategy<Value = u64> {
	(0u32..18, 1..max).prop_map(|(shift, blocks)| (blocks >> shift) + 1)
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 1..=ACCOUNTS;
	prop_oneof![
		4 => (who(), amount()).prop_map(|(who, amount)| Step::Bond(who, amount)),
		2 => (who(), part()).prop_map(|(who, part)| Step::Unbond(who, part)),
		1 => (who(), amount()).prop_map(|(who, amount)| Step::Slash(who, amount)),
		1 => (who(), who(), amount()).prop_map(|(from, to, amount)| Step::Move(from, to, amount)),
		1 => (who(), amount()).prop_map(|(who, amount)| Step::Reward(who, amount)),
		2 => who().prop_map(Step::Settle),
		1 => who().prop_map(Step::Claim),
		1 => who().prop_map(Step::ClaimFor),
		2 => (who(), amount()).prop_map(|(who, tip)| Step::Transact(who, tip)),
		2 => (who(), amount()).prop_map(|(who, amount)| Step::Spend(who, amount)),
		8 => (who(), who(), terms(), blocks(LEASE_MAX + 100)).prop_map(
			|(lender, borrower, terms, blocks)| Step::Lend(lender, borrower, terms, blocks)
		),
		2 => any::<usize>().prop_map(Step::EndLease),
		2 => any::<usize>().prop_map(Step::GiveBack),
		3 => (RATE / 100..RATE * 100).prop_map(Step::Rate),
		5 => blocks(200_000).prop_map(Step::Skip),
	]
}

/// The same, with many small leases between few accounts, which are made faster than they end.
fn crowded_step() -> impl Strategy<Value = Step> {
	let part = (0u32..12, 0..=BILLION / 8).prop_map(|(shift, part)| part >> shift);
	let terms =
		(any::<bool>(), part)
			.prop_map(|(share, part)| if share { Terms::Share(part) } else { Terms::Part(part) });
	prop_oneof![
		3 => step(),
		6 => (1..=4u64, 3..=5u64, terms, 1_000..LEASE_MAX).prop_map(
			|(lender, borrower, terms, blocks)| Step::Lend(lender, borrower, terms, blocks)
		),
		1 => (1u64..50).prop_map(Step::Skip),
	]
}

fn held(who: u64) -> Balance {
	Held::stake_of(&who)
}

fn part_of(stake: Balance, billionths: u32) -> Balance {
	(U512::from(stake) * U512::from(billionths) / U512::from(BILLION)).try_into().unwrap()
}

/// What an account must have been given, and what has become of it.
#[derive(Clone, Copy, Default)]
struct Exact {
	/// LIT units times `INDEX_SCALE`.
	scaled: U512,
	/// LIT units that left the account.
	spent: Balance,
	/// How often the account was forgotten, with less than a LIT unit each time.
	forgotten: u32,
}

#[derive(Clone, Debug)]
struct Loan {
	id: u64,
	lender: u64,
	borrower: u64,
	/// Billionths of the stake; `None` for a fixed amount.
	share: Option<u32>,
	amount: Balance,
	end: u64,
}

type Seen = BTreeMap<String, u64>;

#[derive(Default)]
struct Oracle {
	accounts: BTreeMap<u64, Exact>,
	/// Leases that have not ended, the oldest first.
	loans: Vec<Loan>,
	/// What has been done, and how often.
	seen: Seen,
	/// What all stake has generated, whoever has been given it: LIT units times `INDEX_SCALE`.
	generated: U512,
}

impl Oracle {
	fn account(&mut self, who: u64) -> &mut Exact {
		self.accounts.entry(who).or_default()
	}

	fn see(&mut self, what: impl Into<String>) {
		*self.seen.entry(what.into()).or_default() += 1;
	}

	fn apply(&mut self, step: Step) {
		match step {
			Step::Bond(who, amount) => {
				let amount = amount.min(free_pop(who));
				if amount > 0 {
					bond(who, amount);
				}
				self.refit(who);
			}
			Step::Unbond(who, part) => {
				unbond(who, part_of(held(who), part));
				self.refit(who);
			}
			Step::Slash(who, amount) => {
				slash(who, amount);
				self.refit(who);
			}
			Step::Move(from, to, amount) => {
				use frame_support::traits::tokens::Restriction::OnHold;
				if from == to {
					return;
				}
				let (effort, polite) = (Precision::BestEffort, Fortitude::Polite);
				Observed::transfer_on_hold(&REASON, &from, &to, amount, effort, OnHold, polite)
					.unwrap();
				self.refit(from);
				self.refit(to);
			}
			Step::Reward(who, amount) => {
				Observed::mint_into(&who, amount).unwrap();
				bond(who, amount.min(free_pop(who)).max(1));
				self.refit(who);
			}
			Step::Settle(who) => {
				Generation::settle(&who);
			}
			Step::Claim(who) => {
				let _ = Generation::claim(RuntimeOrigin::signed(who));
			}
			Step::ClaimFor(who) => {
				let _ = Generation::claim_for(RuntimeOrigin::signed(1), who);
			}
			Step::Transact(who, tip) => self.transact(who, tip),
			Step::Spend(who, amount) => self.spend(who, amount),
			Step::Lend(lender, borrower, terms, blocks) => {
				self.lend(lender, borrower, terms, blocks);
			}
			Step::EndLease(index) => self.end_lease(index),
			Step::GiveBack(index) => self.give_back(index),
			Step::Rate(rate) => {
				let current = Current::<Test>::get();
				let bounded = rate
					.clamp(current.rate / 2 + 1, current.rate * 2)
					.clamp(RATE / 100, RATE * 100);
				let is_due =
					current.number == 0 || System::block_number() >= current.since + RATE_CHANGE;
				let expected =
					if is_due { Ok(()) } else { Err(Error::<Test>::RateChangedRecently.into()) };
				assert_eq!(Generation::set_rate(RuntimeOrigin::root(), bounded), expected);
			}
			Step::Skip(blocks) => self.skip(blocks),
		}
	}

	fn transact(&mut self, who: u64, tip: Balance) {
		let cost = fee_of(&remark()) + tip;
		let before = Generation::available(&who);
		let is_enough = before >= cost + LIT_MINIMUM;
		assert_eq!(transact(who, remark(), tip, None).is_ok(), is_enough);
		if is_enough {
			self.account(who).spent += cost;
			assert_eq!(Generation::available(&who), before - cost);
		}
	}

	fn spend(&mut self, who: u64, amount: Balance) {
		let keep = Preservation::Preserve;
		let (effort, polite) = (Precision::BestEffort, Fortitude::Polite);
		let seen = Spendable::reducible_balance(&who, keep, polite);
		let credit = Spendable::withdraw(&who, amount, effort, keep, polite).unwrap();
		assert_eq!(credit.peek(), amount.min(seen));
		self.account(who).spent += credit.peek();
	}

	/// Time passes: the only place where anything is generated.
	fn skip(&mut self, blocks: u64) {
		let now = System::block_number();
		let rate = U512::from(Current::<Test>::get().rate);
		for who in 1..=ACCOUNTS {
			let all = rate * U512::from(blocks) * U512::from(held(who));
			self.account(who).scaled += all;
			self.generated += all;
		}
		for loan in self.loans.clone() {
			let lasts = blocks.min(loan.end - now);
			let moved = rate * U512::from(lasts) * U512::from(loan.amount);
			let lender = self.account(loan.lender);
			lender.scaled = lender.scaled.checked_sub(moved).expect("more is lent than is had");
			self.account(loan.borrower).scaled += moved;
		}
		self.loans.retain(|loan| loan.end > now + blocks);
		skip(blocks);
	}

	/// Billionths of the stake of `lender` that are lent, and POP units lent besides.
	fn lent(&self, lender: u64) -> (u64, Balance) {
		let of_lender = self.loans.iter().filter(|loan| loan.lender == lender);
		let shares = of_lender.clone().filter_map(|loan| loan.share).map(u64::from).sum();
		let fixed = of_lender.filter(|loan| loan.share.is_none()).map(|loan| loan.amount).sum();
		(shares, fixed)
	}

	/// Most fixed amounts beside `shares` billionths.
	fn left(stake: Balance, shares: u64) -> Balance {
		part_of(stake, BILLION - u32::try_from(shares).unwrap())
	}

	fn lend(&mut self, lender: u64, borrower: u64, terms: Terms, blocks: u64) {
		let stake = held(lender);
		let (share, amount) = match terms {
			Terms::Share(share) => (Some(share), part_of(stake, share)),
			Terms::Fixed(amount) => (None, amount),
			Terms::Part(part) => (None, part_of(stake, part)),
		};
		let given = match share {
			Some(share) => LeaseTerms::Share(Perbill::from_parts(share)),
			None => LeaseTerms::Fixed(amount),
		};
		let (id, end) = (NextLease::<Test>::get(), System::block_number() + blocks);
		let loan = Loan { id, lender, borrower, share, amount, end };
		let expected = self.try_lend(loan, blocks);
		let result = Generation::lend(RuntimeOrigin::signed(lender), borrower, given, end);
		self.see(result.map_or_else(<&str>::from, |()| "Lent"));
		assert_eq!(result, expected);
	}

	fn try_lend(&mut self, loan: Loan, blocks: u64) -> DispatchResult {
		let stake = held(loan.lender);
		let (mut shares, mut fixed) = self.lent(loan.lender);
		match loan.share {
			Some(share) => shares += u64::from(share),
			None => fixed += loan.amount,
		}
		if loan.lender == loan.borrower {
			return Err(Error::<Test>::OwnBorrower.into());
		}
		if blocks > LEASE_MAX {
			return Err(Error::<Test>::LeaseTooLong.into());
		}
		if loan.amount < LENT_MIN {
			return Err(Error::<Test>::LeaseTooSmall.into());
		}
		if self.loans.iter().filter(|it| it.lender == loan.lender).count() == LEASES_MAX as usize {
			return Err(Error::<Test>::TooManyGiven.into());
		}
		if shares > u64::from(BILLION) || fixed > Self::left(stake, shares) {
			return Err(Error::<Test>::LeaseExceedsStake.into());
		}
		let of_borrower = self.loans.iter().filter(|it| it.borrower == loan.borrower);
		if of_borrower.clone().count() == LEASES_MAX as usize {
			let weakest = of_borrower.map(|it| (it.amount, u64::MAX - it.id)).min().unwrap();
			if loan.amount < 2 * weakest.0 {
				return Err(Error::<Test>::TooManyReceived.into());
			}
			self.loans.retain(|it| it.id != u64::MAX - weakest.1);
			self.see("Displaced");
		}
		self.loans.push(loan);
		Ok(())
	}

	/// The stake of `lender` may have changed.
	fn refit(&mut self, lender: u64) {
		let stake = held(lender);
		let (shares, fixed) = self.lent(lender);
		let left = Self::left(stake, shares);
		let mut excess = fixed.saturating_sub(left);
		if excess > 0 && shares > 0 {
			self.see("CutBesideShares");
		}
		let before = self.loans.len();
		for loan in self.loans.iter_mut().rev().filter(|loan| loan.lender == lender) {
			match loan.share {
				Some(share) => loan.amount = part_of(stake, share),
				None => {
					let cut = excess.min(loan.amount);
					loan.amount -= cut;
					excess -= cut;
				}
			}
		}
		self.loans.retain(|loan| loan.amount >= LENT_MIN / 2);
		if self.loans.len() < before {
			self.see("CutToNothing");
		}
	}

	fn end_lease(&mut self, index: usize) {
		let count = self.loans.len().max(1);
		let Some(loan) = self.loans.get_mut(index % count) else { return };
		let end = System::block_number() + NOTICE;
		let result = Generation::end_lease(RuntimeOrigin::signed(loan.lender), loan.id);
		if end < loan.end {
			assert_eq!(result, Ok(()));
			loan.end = end;
		} else {
			assert_eq!(result, Err(Error::<Test>::EndsSoon.into()));
		}
	}

	fn give_back(&mut self, index: usize) {
		if self.loans.is_empty() {
			return;
		}
		let loan = self.loans.remove(index % self.loans.len());
		Generation::give_back(RuntimeOrigin::signed(loan.borrower), loan.id).unwrap();
	}

	fn check(&mut self) {
		let (mut spent, mut balances) = (0, 0);
		let mut given = U512::zero();
		for who in 1..=ACCOUNTS {
			self.check_forgotten(who);
			self.see_history(who);
			let exact = *self.account(who);
			let accrual = Generation::settled_account(&who);
			let got = U512::from(lit(who) + accrual.pending + exact.spent);
			assert_eq!(got, exact.scaled / U512::from(INDEX_SCALE), "account {who}");
			let rest = exact.scaled % U512::from(INDEX_SCALE);
			assert_eq!(U512::from(accrual.fraction), rest, "fraction of account {who}");
			let ids = |leases: &[crate::LeaseOf<Test>]| -> Vec<_> {
				leases.iter().map(|it| (it.id, it.other, it.amount, it.end)).collect()
			};
			let of = |is_its: fn(&Loan) -> (u64, u64)| -> Vec<_> {
				let loans = self.loans.iter().filter(|loan| is_its(loan).0 == who);
				loans.map(|loan| (loan.id, is_its(loan).1, loan.amount, loan.end)).collect()
			};
			assert_eq!(ids(&accrual.given), of(|loan| (loan.lender, loan.borrower)));
			assert_eq!(ids(&accrual.received), of(|loan| (loan.borrower, loan.lender)));
			given += exact.scaled;
			spent += exact.spent;
			balances += lit(who);
		}
		let short = self.generated - given;
		let forgotten: u32 = self.accounts.values().map(|exact| exact.forgotten).sum();
		assert!(short <= U512::from(INDEX_SCALE) * U512::from(forgotten), "something is lost");
		let issuance = <Lit as Inspect<u64>>::total_issuance();
		assert_eq!(issuance, balances);
		assert_eq!(Minted::<Test>::get(), issuance + spent, "issued = minted - burned");
		Generation::do_try_state().unwrap();
	}

	/// Notes what the account needs of the history.
	fn see_history(&mut self, who: u64) {
		let accrual = Accounts::<Test>::get(who).unwrap_or_default();
		let (first, now) = (accrual.rate_number, Current::<Test>::get().number);
		if first < now && accrual.last_end(System::block_number()).is_some() {
			self.see("EndAtPastRate");
			if first / RATES_PER_PAGE < now / RATES_PER_PAGE {
				self.see("EndInSecondPage");
			}
		}
	}

	/// Forgets the fraction of `who` as the pallet does, which may do so only if nothing else is left.
	fn check_forgotten(&mut self, who: u64) {
		let has_lease = self.loans.iter().any(|loan| loan.lender == who || loan.borrower == who);
		let exact = self.account(who);
		let fraction = exact.scaled % U512::from(INDEX_SCALE);
		if Accounts::<Test>::contains_key(who) || fraction.is_zero() {
			return;
		}
		exact.scaled -= fraction;
		exact.forgotten += 1;
		assert!(held(who) == 0 && !has_lease, "account {who} is forgotten");
	}
}

fn run_history(steps: Vec<Step>) -> Seen {
	new_test_ext(RATE).execute_with(|| {
		let mut oracle = Oracle::default();
		for who in 1..=ACCOUNTS / 2 {
			bond(who, free_pop(who) >> who);
		}
		for step in steps {
			oracle.apply(step);
			oracle.check();
		}
		oracle.seen
	})
}

/// Runs histories of `step`s, as many as asked for, or `default`, and a part of as many as the
/// longer ones are. Fails also if they never reach one of `goals`.
fn run_histories(
	(default, part, length): (u32, u32, usize),
	step: impl Strategy<Value = Step>,
	goals: &[&str],
) {
	let asked = std::env::var("POPNET_HISTORIES").ok().and_then(|count| count.parse::<u32>().ok());
	let cases = asked.map_or(default, |asked| (asked / part).max(1));
	let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
	let seen = RefCell::new(Seen::new());
	TestRunner::new(config)
		.run(&prop::collection::vec(step, length / 2..length), |steps| {
			for (what, count) in run_history(steps) {
				*seen.borrow_mut().entry(what).or_default() += count;
			}
			Ok(())
		})
		.unwrap();
	println!("{cases} histories: {:?}", seen.borrow());
	for goal in goals.iter().filter(|_| cases >= default) {
		assert!(seen.borrow().contains_key(*goal), "no history has {goal}");
	}
}

#[test]
fn random_histories_match_the_exact_oracle() {
	let goals = [
		"Lent",
		"OwnBorrower",
		"LeaseTooLong",
		"LeaseTooSmall",
		"LeaseExceedsStake",
		"CutToNothing",
		"EndAtPastRate",
	];
	run_histories((1_500, 1, 80), step(), &goals);
}

#[test]
fn crowded_histories_match_the_exact_oracle() {
	let goals = ["TooManyGiven", "TooManyReceived", "Displaced", "CutBesideShares", "CutToNothing"];
	run_histories((150, 10, 250), crowded_step(), &goals);
}

#[test]
fn long_histories_match_the_exact_oracle() {
	run_histories((5, 1_000, 3_000), step(), &["EndAtPastRate", "EndInSecondPage"]);
}
