//! Random histories of several items, whose members come and go: the invariants hold after every step,
//! and every decision has the majority of a panel behind it.

use crate::{mock::*, *};
use frame_support::{traits::Hooks, weights::Weight};
use popnet_primitives::{
	moderation::{Decision, Defect, Finding, RejectReason, Verdict},
	AccountId,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Items of one history.
const ITEMS: u8 = 3;
/// Superdelegates there can be.
const PEOPLE: u8 = 8;

#[derive(Clone, Debug)]
enum Step {
	Open(u8),
	Cancel(u8),
	Seal(u8),
	/// The member at this place commits to a finding.
	Commit(u8, usize, u16),
	/// The member at this place reveals what it has committed to.
	Reveal(u8, usize),
	/// Everybody commits to a finding of this kind, and reveals, who can.
	Everybody(u8, u16),
	Leave(u8),
	Join(u8),
	Declare(u8, bool),
	Admit(bool),
	/// This many blocks end, with all the weight that hooks want.
	Blocks(u32),
	/// A block ends with this share of the weight of a phase.
	NarrowBlock(u64),
	Randomness(bool),
}

fn step() -> impl Strategy<Value = Step> {
	let item = 0..ITEMS;
	let who = 1..=PEOPLE;
	prop_oneof![
		6 => item.clone().prop_map(Step::Open),
		2 => item.clone().prop_map(Step::Cancel),
		14 => item.clone().prop_map(Step::Seal),
		8 => (item.clone(), 0usize..3, 0u16..3).prop_map(|(n, place, kind)| {
			Step::Commit(n, place, kind)
		}),
		4 => (item.clone(), 0usize..3).prop_map(|(n, place)| Step::Reveal(n, place)),
		10 => (item, 0u16..3).prop_map(|(n, kind)| Step::Everybody(n, kind)),
		4 => who.clone().prop_map(Step::Leave),
		4 => who.clone().prop_map(Step::Join),
		1 => (who, any::<bool>()).prop_map(|(who, other)| Step::Declare(who, other)),
		1 => any::<bool>().prop_map(Step::Admit),
		12 => (1u32..4).prop_map(Step::Blocks),
		3 => (0u64..4).prop_map(Step::NarrowBlock),
		1 => any::<bool>().prop_map(Step::Randomness),
	]
}

/// What members have committed to, by item and round, so that they can reveal it.
#[derive(Default)]
struct History {
	verdicts: BTreeMap<(u8, u32, AccountId), Verdict>,
}

impl History {
	fn apply(&mut self, step: Step) {
		match step {
			Step::Open(n) => {
				let _ = open(n);
			}
			Step::Cancel(n) => cancel(n),
			Step::Seal(n) => {
				let count = Panels::<Test>::get(item(n)).map_or(0, |panel| panel.members.len());
				let _ = seal_as(Owner::get(), item(n), count as u8);
			}
			Step::Commit(n, place, kind) => self.commit(n, place, kind),
			Step::Reveal(n, place) => self.reveal(n, place),
			Step::Everybody(n, kind) => {
				for place in 0..3 {
					self.commit(n, place, kind);
				}
				for place in 0..3 {
					self.reveal(n, place);
				}
			}
			Step::Leave(who) => leave(&account(who)),
			Step::Join(who) => Members::mutate(|members| {
				if !members.contains(&account(who)) {
					members.push(account(who));
				}
			}),
			Step::Declare(who, other) => {
				declare(&account(who), if other { [8; 32] } else { MODEL })
			}
			Step::Admit(some) => {
				let models = if some { vec![MODEL] } else { vec![] };
				let models = models.try_into().unwrap();
				Moderation::admit_models(RuntimeOrigin::root(), models).unwrap();
			}
			Step::Blocks(count) => run_to(System::block_number() + count),
			Step::NarrowBlock(share) => {
				let weight = <() as WeightInfo>::end_phase(PANEL).saturating_mul(share) / 2;
				let now = System::block_number();
				let used = Moderation::on_idle(now, weight);
				assert!(used.all_lte(weight));
				System::set_block_number(now + 1);
			}
			Step::Randomness(old) => SeedAge::set(if old { 1_000 } else { 0 }),
		}
	}

	/// A finding of kind 0 is clean, of kind 1 forbidden, of kind 2 a defect.
	fn commit(&mut self, n: u8, place: usize, kind: u16) {
		let Some(panel) = Panels::<Test>::get(item(n)) else { return };
		let Some(member) = panel.members.get(place).map(|member| member.account.clone()) else {
			return;
		};
		let model = Models::get().get(&member).copied().unwrap_or(MODEL);
		let found = match kind {
			2 => defect(Defect::Corrupt),
			kind => score(kind * 9_000),
		};
		let verdict = Verdict { model, ..found };
		if commit(&member, n, &verdict).is_ok() {
			assert!(Members::get().contains(&member));
			self.verdicts.insert((n, panel.round, member), verdict);
		}
	}

	fn reveal(&mut self, n: u8, place: usize) {
		let Some(panel) = Panels::<Test>::get(item(n)) else { return };
		let Some(stored) = panel.members.get(place) else { return };
		let seat = (n, panel.round, stored.account.clone());
		let Some(verdict) = self.verdicts.get(&seat) else { return };
		let due = panel.phase == Phase::Revealing
			&& stored.commitment.is_some()
			&& stored.verdict.is_none();
		assert_eq!(reveal(&stored.account, n, verdict).is_ok(), due);
	}
}

/// How many members have revealed what the decision says.
fn behind(panel: &Panel, decision: &Decision) -> usize {
	let agrees = |finding: &Finding| match (decision, finding) {
		(Decision::Approve(_), Finding::Scored(risk)) => risk[0] < THRESHOLD,
		(Decision::Reject(RejectReason::Policy { .. }), Finding::Scored(risk)) => {
			risk[0] >= THRESHOLD
		}
		(Decision::Reject(RejectReason::Defective(_)), Finding::Defective(_)) => true,
		_ => false,
	};
	panel.findings().iter().filter(|finding| agrees(finding)).count()
}

/// Every decision that stands has more than half of the seats behind it.
fn check_decisions() {
	let mut seen = BTreeSet::new();
	// The latest decision about an item is the one of the panel that is stored.
	for (id, decision) in Decisions::get().into_iter().rev() {
		let stored = Panels::<Test>::get(id).filter(|panel| panel.phase == Phase::Decided);
		let Some(panel) = stored.filter(|_| seen.insert(id)) else { continue };
		if decision != Decision::Undecided {
			assert!(2 * behind(&panel, &decision) > panel.seats as usize, "{panel:?}");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	#[test]
	fn invariants_hold_whoever_comes_and_goes(
		expels: bool,
		duties_max in 2u32..6,
		steps in prop::collection::vec(step(), 1..250),
	) {
		build_and_execute(|| {
			appoint((1..=PEOPLE).map(account).collect());
			SilenceExpels::set(expels);
			DutiesMax::set(duties_max);
			// One of those who screen also publishes.
			Owner::set(account(1));
			let mut history = History::default();
			for step in steps {
				history.apply(step);
				Moderation::do_try_state().unwrap();
				check_decisions();
			}
			// Whatever has happened, everything ends.
			SeedAge::set(0);
			let attempts = DRAW_ATTEMPTS * DRAW_RETRY + DRAW_DELAY;
			let episode = DRAW_DELAY + KEYS + COMMIT + REVEAL;
			run_to(System::block_number() + attempts + (SUBSTITUTES + 4) * episode);
			assert!(InScreening::get().is_empty());
			assert!(OpenDuties::<Test>::get().is_empty() && Duties::<Test>::iter().count() == 0);
			assert!(Moderation::on_idle(System::block_number(), Weight::MAX).all_lt(Weight::MAX));
		});
	}
}
