//! Random histories against an oracle that knows nothing of phases, cursors and weights: it adds up
//! in wide integers what everybody did in which era, and what that is worth.

use super::eras::any_split;
use crate::{mock::*, Carries, InProgress, Owed, Records, Split};
use frame_support::{traits::fungible::Inspect, weights::Weight};
use popnet_primitives::{
	economics::POP,
	rewards::{
		Destination,
		Role::{self, Creator, Masternode, Superdelegate},
		Withheld,
	},
	Balance,
};
use proptest::{prelude::*, test_runner::TestRunner};
use sp_core::U512;
use std::collections::{BTreeMap, BTreeSet};

/// Accounts 1 ..= 6 have POP at genesis, 7 ..= 9 have none.
const ACCOUNTS: u64 = 9;

#[derive(Clone, Debug)]
enum Step {
	Work(Role, u64, u128),
	Serve(u64, u128),
	Withhold(Role, u64, u128),
	EndEra(u64),
	/// Blocks with room for so many thousandths of the largest step.
	Idle(Vec<u16>),
	/// An era counted back from the running one.
	Pay(u32, Role, u64),
	Choose(u64, Destination),
	BondingFails(bool),
	Split(Split),
	/// An account without POP gets some.
	Endow(u64),
}

fn role() -> impl Strategy<Value = Role> {
	prop_oneof![Just(Masternode), Just(Creator), Just(Superdelegate)]
}

/// Points of every magnitude.
fn points() -> impl Strategy<Value = u128> {
	(0u32..100, any::<u128>()).prop_map(|(shift, points)| (points >> 20 >> shift).max(1))
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 1..=ACCOUNTS;
	let destination = prop_oneof![Just(Destination::Free), Just(Destination::Compound)];
	prop_oneof![
		8 => (role(), who(), points()).prop_map(|(role, who, n)| Step::Work(role, who, n)),
		4 => (who(), points()).prop_map(|(who, n)| Step::Serve(who, n)),
		2 => (role(), who(), points()).prop_map(|(role, who, n)| Step::Withhold(role, who, n)),
		4 => (0u32..9, 0u64..200).prop_map(|(shift, blocks)| Step::EndEra(blocks >> shift)),
		6 => prop::collection::vec(0u16..4_000, 1..30).prop_map(Step::Idle),
		8 => (0u32..4, role(), who()).prop_map(|(back, role, who)| Step::Pay(back, role, who)),
		2 => (who(), destination).prop_map(|(who, destination)| Step::Choose(who, destination)),
		1 => any::<bool>().prop_map(Step::BondingFails),
		1 => any_split().prop_map(Step::Split),
		1 => (7..=ACCOUNTS).prop_map(Step::Endow),
	]
}

/// What was done and what it is worth.
#[derive(Default)]
struct Oracle {
	/// Points of an account in a role in an era, Masternodes' apart.
	points: BTreeMap<(u32, Role, u64), u128>,
	/// Points of Masternodes, all eras together.
	served: BTreeMap<u64, u128>,
	/// Amounts of ended eras by role.
	amounts: BTreeMap<(u32, Role), Balance>,
	/// POP units that stakers and all others get.
	issued: Balance,
	stakers: Balance,
	/// POP units given from outside.
	endowed: BTreeMap<u64, Balance>,
	split: Split,
	paid_until: u64,
}

impl Oracle {
	fn apply(&mut self, step: Step) {
		let era = ActiveEra::get();
		match step {
			Step::Work(role, who, points) => {
				works(role, who, points);
				match role {
					Masternode => *self.served.entry(who).or_default() += points,
					_ => *self.points.entry((era, role, who)).or_default() += points,
				}
			}
			Step::Serve(who, points) => {
				serves(who, points, points / 2);
				*self.served.entry(who).or_default() += points;
			}
			Step::Withhold(role, who, points) => {
				withhold(role, who, points, Withheld::MissedDuty);
			}
			Step::EndEra(blocks) => {
				skip(blocks);
				self.end_era(era);
			}
			Step::Idle(rooms) => {
				for thousandths in rooms {
					let room = Rewards::step_max() * u64::from(thousandths) / 1_000;
					assert!(idle(room).all_lte(room));
				}
			}
			Step::Pay(back, role, who) => self.pay(era.saturating_sub(back), role, who),
			Step::Choose(who, destination) => {
				// Fails when nothing would change, or without the deposit.
				let _ = Rewards::set_destination(RuntimeOrigin::signed(who), destination);
			}
			Step::BondingFails(fails) => BondingFails::set(fails),
			Step::Split(split) => {
				Rewards::set_split(RuntimeOrigin::root(), split).unwrap();
				self.split = split;
			}
			Step::Endow(who) => {
				endow(who, MINIMUM);
				*self.endowed.entry(who).or_default() += MINIMUM;
			}
		}
		self.check();
	}

	/// The pool after `block` blocks, computed apart from the formula under test.
	fn pool_left(block: u64) -> U512 {
		let (pool, total) = (U512::from(Pool::get()), U512::from(PoolBlocks::get()));
		let left = total - U512::from(block).min(total);
		pool * left * left / (total * total)
	}

	fn end_era(&mut self, era: u32) {
		let now = System::block_number();
		let budget = (Self::pool_left(self.paid_until) - Self::pool_left(now)).low_u128();
		self.paid_until = now;
		let part = |share: sp_runtime::Perbill| {
			(U512::from(budget) * U512::from(share.deconstruct()) / U512::from(1_000_000_000))
				.low_u128()
		};

		let stakers = end_era();

		assert_eq!(stakers, part(self.split.stakers));
		self.stakers += stakers;
		self.issued += budget;
		self.amounts.insert((era, Masternode), part(self.split.masternodes));
		self.amounts.insert((era, Creator), part(self.split.creators));
		self.amounts.insert((era, Superdelegate), part(self.split.superdelegates));
	}

	/// What an account that is no Masternode earned, by role and era.
	fn worth(&self, era: u32, role: Role, who: u64) -> Balance {
		let of = |(e, r): (u32, Role)| e == era && r == role;
		let all = self
			.points
			.iter()
			.filter(|((e, r, _), _)| of((*e, *r)))
			.fold(U512::zero(), |sum, (_, points)| sum + U512::from(*points));
		let own = self.points.get(&(era, role, who)).copied().unwrap_or_default();
		let amount = self.amounts.get(&(era, role)).copied().unwrap_or_default();
		if all.is_zero() {
			return 0;
		}
		(U512::from(amount) * U512::from(own) / all).low_u128()
	}

	/// Pays by hand: succeeds at most once for each account, role and era.
	fn pay(&self, era: u32, role: Role, who: u64) {
		let before = pop(who);
		let carried = Carries::<Test>::get(who).map_or(0, |carry| carry.amount);
		let was_paid = Records::<Test>::get((era, role, who))
			.is_some_and(|record| record.payment != popnet_primitives::rewards::Payment::Pending);
		if pay(era, role, who).is_err() {
			assert_eq!(pop(who), before);
			return;
		}
		let gained = pop(who) - before;
		if was_paid {
			assert_eq!(gained, carried);
		} else if role != Masternode {
			let worth = self.worth(era, role, who);
			let now = Carries::<Test>::get(who).map_or(0, |carry| carry.amount);
			assert!(worth > 0 && gained + now == worth + carried);
		}
	}

	/// What holds after every step.
	fn check(&self) {
		Rewards::do_try_state().unwrap();
		let genesis = 7 * ENDOWMENT + self.endowed.values().sum::<Balance>();
		assert_eq!(Balances::total_issuance(), genesis + self.issued - self.stakers);
	}

	/// What an account had from elsewhere, its deposit included.
	fn had(&self, who: u64) -> Balance {
		let genesis = if who <= 6 { ENDOWMENT } else { 0 };
		genesis + self.endowed.get(&who).copied().unwrap_or_default()
	}

	/// Everything is paid: accounts have what their work is worth, the treasury has all else.
	fn check_paid(&self) {
		let ended = ActiveEra::get();
		let mut received = 0;
		for who in 1..=ACCOUNTS {
			let creator_and_superdelegate: Balance = (0..ended)
				.flat_map(|era| [(era, Creator), (era, Superdelegate)])
				.map(|(era, role)| self.worth(era, role, who))
				.sum();
			let as_masternode = Self::masternode_worth(who);
			let carried = Carries::<Test>::get(who).map_or(0, |carry| carry.amount);
			let got = <Balances as Inspect<u64>>::total_balance(&who) + carried - self.had(who);
			assert_eq!(got, creator_and_superdelegate + as_masternode, "account {who}");
			received += got;
		}
		assert_eq!(pop(pot()), Owed::<Test>::get() + MINIMUM);
		assert_eq!(pop(TREASURY), ENDOWMENT + self.issued - self.stakers - received);
		self.check_served(ended);
	}

	/// What a Masternode earned. In which era its work was collected is the chain's to say; what
	/// shares there are, and that no point is lost or invented, is not.
	fn masternode_worth(who: u64) -> Balance {
		let eras: BTreeSet<u32> = Records::<Test>::iter_keys().map(|(era, _, _)| era).collect();
		let mut worth = 0;
		for era in eras {
			let points: BTreeMap<u64, u128> = Records::<Test>::iter_prefix((era, Masternode))
				.map(|(who, record)| (who, record.points))
				.collect();
			let all = points.values().fold(U512::zero(), |sum, points| sum + U512::from(*points));
			let own = points.get(&who).copied().unwrap_or_default();
			if !all.is_zero() {
				let amount = U512::from(role_of(era, Masternode).amount);
				worth += (amount * U512::from(own) / all).low_u128();
			}
		}
		worth
	}

	fn check_served(&self, ended: u32) {
		for who in 1..=ACCOUNTS {
			let recorded: u128 = (0..=ended)
				.filter_map(|era| Records::<Test>::get((era, Masternode, who)))
				.map(|record| record.points)
				.sum();
			let waiting = Worked::get().get(&who).map_or(0, |work| work.earned);
			assert_eq!(recorded + waiting, self.served.get(&who).copied().unwrap_or_default());
		}
		let shares: Balance = (0..ended).map(|era| self.amounts[&(era, Masternode)]).sum();
		let amounts: Balance = (0..ended)
			.filter_map(|era| crate::Roles::<Test>::get(era, Masternode))
			.map(|role| role.amount)
			.sum();
		assert_eq!(amounts, shares);
	}
}

/// Takes the steps, ends the running era, and pays everything.
fn run_history(pool: Balance, steps: Vec<Step>, depth: u32) {
	ExtBuilder::default().pool(pool, 1_000).build_and_execute(|| {
		Depth::set(depth);
		// The pot is alive, so that the first era pays like all others.
		endow(pot(), MINIMUM);
		let mut oracle = Oracle { endowed: [(pot(), MINIMUM)].into(), ..Default::default() };
		for step in steps {
			oracle.apply(step);
		}
		oracle.apply(Step::EndEra(10));
		idle(Weight::MAX);

		let ended = ActiveEra::get();
		let progress = InProgress::<Test>::get();
		assert_eq!((progress.era, progress.oldest), (ended, ended.saturating_sub(depth)));
		if progress.oldest == 0 {
			oracle.check_paid();
		}
	});
}

fn run_histories(default: u32, depth: u32) {
	let cases = std::env::var("POPNET_HISTORIES")
		.ok()
		.and_then(|count| count.parse().ok())
		.unwrap_or(default);
	let config = ProptestConfig { cases, failure_persistence: None, ..Default::default() };
	// From all POP to so little that most shares are below the existential deposit, and odd.
	let pool = (0u32..34, 1..320_000_000 * POP).prop_map(|(shift, pool)| (pool >> shift) | 1);
	TestRunner::new(config)
		.run(&(pool, prop::collection::vec(step(), 1..120)), |(pool, steps)| {
			run_history(pool, steps, depth);
			Ok(())
		})
		.unwrap();
}

#[test]
fn random_histories_match_the_exact_oracle() {
	// Nothing is forgotten, so that everything can be counted again.
	run_histories(400, 1_000);
}

#[test]
fn random_histories_that_are_forgotten_keep_the_invariants() {
	run_histories(200, 2);
}
