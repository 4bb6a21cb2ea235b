//! Random histories against a model that recounts everything from scratch.

use crate::{mock::*, Barred, Candidates, CurrentEra, Seats, StruckAccounts};
use frame_support::traits::Hooks;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
enum Step {
	Stand(u64),
	Withdraw(u64),
	Approve(u64, u64),
	Disapprove(u64, u64),
	SetSeats(u32),
	Recall(u64),
	Miss(u64),
	Session(Vec<u64>),
	/// An era begins with these Delegates and their stakes.
	Era(BTreeMap<u64, u128>),
	/// The active Delegates change without a session, as after a slash.
	Block(Vec<u64>),
}

fn step() -> impl Strategy<Value = Step> {
	let who = 1u64..=7;
	let delegates = prop::collection::btree_set(1u64..=7, 1..=7)
		.prop_map(|set| set.into_iter().collect::<Vec<_>>());
	prop_oneof![
		3 => who.clone().prop_map(Step::Stand),
		1 => who.clone().prop_map(Step::Withdraw),
		9 => (who.clone(), who.clone()).prop_map(|(voter, who)| Step::Approve(voter, who)),
		3 => (who.clone(), who).prop_map(|(voter, who)| Step::Disapprove(voter, who)),
		1 => (1u32..=MAX_SEATS).prop_map(Step::SetSeats),
		1 => (1u64..=6).prop_map(Step::Recall),
		4 => (1u64..=6).prop_map(Step::Miss),
		1 => delegates.clone().prop_map(Step::Session),
		4 => prop::collection::btree_map(1u64..=7, 0u128..5, 1..=7).prop_map(Step::Era),
		1 => delegates.prop_map(Step::Block),
	]
}

/// Candidates in the order of their standing, who approves of whom, and who has misbehaved.
#[derive(Default)]
struct Model {
	candidates: Vec<u64>,
	approvals: BTreeMap<u64, BTreeSet<u64>>,
	members: BTreeSet<u64>,
	seats: usize,
	left: Vec<u64>,
	era: u32,
	/// Eras of the strikes that led to no bar yet.
	strikes: BTreeMap<u64, Vec<u32>>,
	barred_until: BTreeMap<u64, u32>,
}

impl Model {
	fn active(&self) -> BTreeSet<u64> {
		ActiveDelegates::get().into_iter().collect()
	}

	fn leave(&mut self, who: u64) {
		if self.members.remove(&who) {
			self.left.push(who);
		}
	}

	fn end_candidacy(&mut self, who: u64) {
		self.candidates.retain(|candidate| *candidate != who);
		self.approvals.remove(&who);
	}

	fn is_barred(&self, who: u64) -> bool {
		self.barred_until.get(&who).is_some_and(|until| self.era < *until)
	}

	fn expel(&mut self, who: u64, eras: u32) {
		let until = self.barred_until.entry(who).or_default();
		*until = (*until).max(self.era + eras);
		self.end_candidacy(who);
		self.leave(who);
	}

	fn miss(&mut self, who: u64) {
		let strikes = self.strikes.entry(who).or_default();
		if strikes.last().is_some_and(|last| self.era - last >= STRIKE_ERAS) {
			strikes.clear();
		}
		strikes.push(self.era);
		if strikes.len() == STRIKES_MAX as usize {
			strikes.clear();
			self.expel(who, COOL_DOWN_ERAS);
		}
	}

	fn drop_inactive(&mut self) {
		let active = self.active();
		for who in self.candidates.clone() {
			if !active.contains(&who) {
				self.end_candidacy(who);
				self.leave(who);
			}
		}
		for voters in self.approvals.values_mut() {
			*voters = voters.intersection(&active).copied().collect();
		}
	}

	fn stake(&self, voters: &BTreeSet<u64>) -> u128 {
		let stakes = Stakes::get();
		let active = voters.intersection(&self.active()).copied().collect::<Vec<_>>();
		active.iter().map(|voter| stakes.get(voter).copied().unwrap_or(STAKE)).sum()
	}

	fn is_approved(&self, who: u64) -> bool {
		2 * self.stake(&self.approvals[&who]) > self.stake(&self.active())
	}

	fn rotate(&mut self) {
		let active = self.active();
		// Picks the best remaining candidate again and again.
		let mut pool: Vec<u64> = self
			.candidates
			.iter()
			.copied()
			.filter(|who| active.contains(who) && self.is_approved(*who))
			.collect();
		let mut appointed = BTreeSet::new();
		while appointed.len() < self.seats && !pool.is_empty() {
			let most = pool.iter().map(|who| self.stake(&self.approvals[who])).max().unwrap();
			let best = |who: &u64| self.stake(&self.approvals[who]) == most;
			let position = pool.iter().position(best).unwrap();
			appointed.insert(pool.remove(position));
		}
		for who in self.members.clone() {
			if !appointed.contains(&who) {
				self.leave(who);
			}
		}
		self.members = appointed;
	}

	fn begin_era(&mut self, stakes: BTreeMap<u64, u128>) {
		let delegates = stakes.keys().copied().collect();
		Stakes::set(stakes);
		new_era(delegates);
		self.era += 1;
		self.drop_inactive();
		self.rotate();
	}

	/// Applies a step to the model and to the chain, and compares the outcome.
	fn apply(&mut self, step: Step) {
		let active = self.active();
		match step {
			Step::Stand(who) => {
				let fits = self.candidates.len() < MAX_CANDIDATES as usize;
				let possible = active.contains(&who)
					&& !self.candidates.contains(&who)
					&& !self.is_barred(who)
					&& fits;
				assert_eq!(stand(who).is_ok(), possible);
				if possible {
					self.candidates.push(who);
					self.approvals.insert(who, BTreeSet::new());
				}
			}
			Step::Withdraw(who) => {
				assert_eq!(withdraw(who).is_ok(), self.candidates.contains(&who));
				self.end_candidacy(who);
				self.leave(who);
			}
			Step::Approve(voter, who) => {
				let voters = self.approvals.get_mut(&who);
				let possible = active.contains(&voter)
					&& voters.map(|voters| voters.insert(voter)).unwrap_or_default();
				assert_eq!(approve(voter, who).is_ok(), possible);
			}
			Step::Disapprove(voter, who) => {
				let voters = self.approvals.get_mut(&who);
				let possible = voters.map(|voters| voters.remove(&voter)).unwrap_or_default();
				assert_eq!(disapprove(voter, who).is_ok(), possible);
				if possible && !self.is_approved(who) {
					self.leave(who);
				}
			}
			Step::SetSeats(seats) => {
				Superdelegates::set_seats(RuntimeOrigin::root(), seats).unwrap();
				self.seats = seats as usize;
				self.rotate();
			}
			Step::Recall(who) => {
				recall(who).unwrap();
				self.expel(who, RECALL_ERAS);
			}
			Step::Miss(who) => {
				miss(who, 1);
				self.miss(who);
			}
			Step::Session(delegates) => {
				new_session(delegates);
				self.drop_inactive();
			}
			Step::Era(stakes) => self.begin_era(stakes),
			Step::Block(delegates) => {
				ActiveDelegates::set(delegates);
				Superdelegates::on_initialize(1);
				for who in self.members.clone() {
					if !self.active().contains(&who) {
						self.leave(who);
					}
				}
			}
		}
		self.compare();
	}

	fn compare(&self) {
		assert_eq!(in_office().into_iter().collect::<BTreeSet<_>>(), self.members);
		assert_eq!(Seats::<Test>::get() as usize, self.seats);
		let stored: BTreeMap<u64, BTreeSet<u64>> = Candidates::<Test>::iter()
			.map(|(who, candidate)| (who, candidate.approvals.into_iter().collect()))
			.collect();
		assert_eq!(stored, self.approvals);
		let sorted = |mut list: Vec<u64>| {
			list.sort_unstable();
			list
		};
		assert_eq!(sorted(Departed::get()), sorted(self.left.clone()));
		self.compare_conduct();
		Superdelegates::do_try_state().unwrap();
	}

	fn compare_conduct(&self) {
		assert_eq!(CurrentEra::<Test>::get(), self.era);
		let barred: BTreeSet<u64> = Barred::<Test>::get().into_iter().map(|bar| bar.who).collect();
		let expected = (1..=7).filter(|who| self.is_barred(*who)).collect();
		assert_eq!(barred, expected);
		let strikes: BTreeMap<u64, usize> = StruckAccounts::<Test>::get()
			.into_iter()
			.map(|strikes| (strikes.who, strikes.count as usize))
			.collect();
		let count = |eras: &Vec<u32>| match eras.last() {
			Some(last) if self.era - last < STRIKE_ERAS => eras.len(),
			_ => 0,
		};
		let expected = self.strikes.iter().map(|(who, eras)| (*who, count(eras)));
		assert_eq!(strikes, expected.filter(|(_, count)| *count > 0).collect());
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	#[test]
	fn random_histories_agree_with_a_recount(steps in prop::collection::vec(step(), 1..80)) {
		ExtBuilder::default().delegates(vec![1, 2, 3]).build_and_execute(|| {
			let mut model = Model { seats: 2, ..Default::default() };
			for step in steps {
				model.apply(step);
			}
		});
	}
}
