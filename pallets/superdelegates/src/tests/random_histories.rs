//! Random histories against a model that recounts everything from scratch.

use crate::{mock::*, Candidates, Seats};
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
	Session(Vec<u64>),
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
		3 => delegates.clone().prop_map(Step::Session),
		1 => delegates.prop_map(Step::Block),
	]
}

/// Candidates in the order of their standing, and who approves of whom.
#[derive(Default)]
struct Model {
	candidates: Vec<u64>,
	approvals: BTreeMap<u64, BTreeSet<u64>>,
	members: BTreeSet<u64>,
	seats: usize,
	left: Vec<u64>,
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

	fn rotate(&mut self) {
		let active = self.active();
		for who in self.candidates.clone() {
			if !active.contains(&who) {
				self.end_candidacy(who);
			}
		}
		for voters in self.approvals.values_mut() {
			*voters = voters.intersection(&active).copied().collect();
		}
		// Picks the best remaining candidate again and again.
		let mut pool: Vec<u64> = self
			.candidates
			.iter()
			.copied()
			.filter(|who| 2 * self.approvals[who].len() > active.len())
			.collect();
		let mut appointed = BTreeSet::new();
		while appointed.len() < self.seats && !pool.is_empty() {
			let most = pool.iter().map(|who| self.approvals[who].len()).max().unwrap();
			let position = pool.iter().position(|who| self.approvals[who].len() == most).unwrap();
			appointed.insert(pool.remove(position));
		}
		for who in self.members.clone() {
			if !appointed.contains(&who) {
				self.leave(who);
			}
		}
		self.members = appointed;
	}

	/// Applies a step to the model and to the chain, and compares the outcome.
	fn apply(&mut self, step: Step) {
		let active = self.active();
		match step {
			Step::Stand(who) => {
				let fits = self.candidates.len() < MAX_CANDIDATES as usize;
				let possible = active.contains(&who) && !self.candidates.contains(&who) && fits;
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
				if possible && 2 * self.approvals[&who].len() <= active.len() {
					self.leave(who);
				}
			}
			Step::SetSeats(seats) => {
				Superdelegates::set_seats(RuntimeOrigin::root(), seats).unwrap();
				self.seats = seats as usize;
				self.rotate();
			}
			Step::Session(delegates) => {
				new_session(delegates);
				self.rotate();
			}
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
		Superdelegates::do_try_state().unwrap();
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
