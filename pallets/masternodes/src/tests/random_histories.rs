//! Random histories against a model that adds up every node's bytes block by block.

use crate::{mock::*, Placements, Standing, Stocks};
use frame_support::traits::Hooks;
use popnet_primitives::{
	rewards::{Work, WorkSource},
	traits::Placer,
	AccountId,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const NODES: u32 = 6;
const ITEMS: u8 = 4;

#[derive(Clone, Debug)]
enum Step {
	Register(u32),
	Leave(u32),
	Evict(u32),
	Withdraw(u32),
	Suspend(u32),
	Resume(u32),
	/// An item with shards of so many bytes.
	Place(u8, u64),
	Acknowledge(u32, Vec<u8>),
	Drop(u8),
	Take(u32),
	Blocks(u32),
}

fn step() -> impl Strategy<Value = Step> {
	let (node, item) = (0..NODES, 0..ITEMS);
	let items = prop::collection::vec(item.clone(), 1..5);
	let size = prop_oneof![0u64..5_000, Just(u64::MAX)];
	prop_oneof![
		2 => node.clone().prop_map(Step::Register),
		1 => node.clone().prop_map(Step::Leave),
		1 => node.clone().prop_map(Step::Evict),
		2 => node.clone().prop_map(Step::Withdraw),
		1 => node.clone().prop_map(Step::Suspend),
		2 => node.clone().prop_map(Step::Resume),
		4 => (item.clone(), size).prop_map(|(item, size)| Step::Place(item, size)),
		9 => (node.clone(), items).prop_map(|(node, items)| Step::Acknowledge(node, items)),
		1 => item.prop_map(Step::Drop),
		2 => node.prop_map(Step::Take),
		5 => (1..PLACEMENT).prop_map(Step::Blocks),
	]
}

/// What the model knows of a node.
#[derive(Default)]
struct Node {
	/// Items that it has acknowledged, with the bytes of its slot.
	stores: BTreeMap<u8, u128>,
	/// Whether it is suspended for silence, and has not resumed.
	silent: bool,
	/// Block at which its duties end.
	until: Option<u32>,
	work: Work,
}

#[derive(Default)]
struct Model {
	nodes: BTreeMap<u32, Node>,
	/// Slots of each item that are still to be acknowledged, and the bytes of a slot.
	open: BTreeMap<u8, (BTreeSet<u32>, u128)>,
	/// What nodes had when they withdrew.
	recorded: BTreeMap<u32, Work>,
}

impl Model {
	fn acknowledge(&mut self, n: u32, items: &[u8]) {
		let Some(node) = self.nodes.get_mut(&n) else { return };
		for item in items {
			if let Some((open, bytes)) = self.open.get_mut(item) {
				if open.remove(&n) {
					node.stores.insert(*item, *bytes);
				}
			}
		}
	}

	fn end(&mut self, item: u8) {
		self.open.remove(&item);
		for node in self.nodes.values_mut() {
			node.stores.remove(&item);
		}
	}

	fn withdraw(&mut self, n: u32) {
		let node = self.nodes.remove(&n).unwrap();
		let sum = self.recorded.entry(n).or_default();
		sum.earned += node.work.earned;
		sum.suspended += node.work.suspended;
		// Its open slots are nobody's.
		self.open.values_mut().for_each(|(open, _)| {
			open.remove(&n);
		});
	}

	/// The block ends: placements expire, silent nodes are suspended, and every byte counts for one
	/// block.
	fn end_block(&mut self) {
		let now = System::block_number();
		let before: BTreeSet<u8> = (0..ITEMS).filter(|n| is_placed(*n)).collect();
		Masternodes::on_idle(now, frame_support::weights::Weight::MAX);
		for item in before.into_iter().filter(|n| !is_placed(*n)) {
			self.end(item);
		}
		for (n, node) in &mut self.nodes {
			// A suspension that nobody has asked for is one for silence.
			let suspended = matches!(standing(*n), Standing::Suspended { .. });
			node.silent |= suspended && !Suspended::get().contains(n);
			let bytes: u128 = node.stores.values().sum();
			match node.silent {
				_ if node.until.is_some_and(|until| until <= now) => {}
				true => node.work.suspended += bytes,
				false => node.work.earned += bytes,
			}
		}
		System::set_block_number(now + 1);
	}

	/// Applies a step to the chain and, if it succeeds there, to the model.
	fn apply(&mut self, step: Step) {
		let now = System::block_number();
		match step {
			Step::Register(n) if register(n).is_ok() => {
				self.nodes.insert(n, Node::default());
			}
			Step::Leave(n) if leave(n).is_ok() => self.leave(n, now),
			Step::Evict(n) if evict(n).is_ok() => self.leave(n, now),
			Step::Withdraw(n) if withdraw(n).is_ok() => self.withdraw(n),
			Step::Suspend(n) if suspend(n).is_ok() => Suspended::mutate(|nodes| nodes.push(n)),
			Step::Resume(n) if resume(n).is_ok() => {
				self.nodes.get_mut(&n).unwrap().silent = false;
				Suspended::mutate(|nodes| nodes.retain(|other| *other != n));
			}
			Step::Place(item, size) if active() > 0 && place_sized(item, size).is_ok() => {
				let roster = (0..NODES).filter(|n| is_active(*n)).collect::<BTreeSet<_>>();
				let bytes = u128::from(size) / roster.len() as u128;
				self.open.insert(item, (roster, bytes));
			}
			Step::Acknowledge(n, items) if acknowledge(n, &items).is_ok() => {
				self.acknowledge(n, &items);
			}
			Step::Drop(n) => {
				<Masternodes as Placer>::drop(item(n));
				self.end(n);
			}
			Step::Take(n) => {
				let expected = self.nodes.get_mut(&n).map(|node| std::mem::take(&mut node.work));
				let taken = <Masternodes as WorkSource<AccountId>>::take(&account(n));
				assert_eq!(taken, expected.unwrap_or_default());
			}
			Step::Blocks(blocks) => (0..blocks).for_each(|_| self.end_block()),
			_ => {}
		}
	}

	fn leave(&mut self, n: u32, now: u32) {
		self.nodes.get_mut(&n).unwrap().until = Some(now + UNBONDING);
		Suspended::mutate(|nodes| nodes.retain(|other| *other != n));
	}

	fn compare(&self) {
		assert_eq!(Stocks::<Test>::iter().count(), self.nodes.len());
		for (n, node) in &self.nodes {
			let pending = <Masternodes as WorkSource<AccountId>>::pending(&account(*n));
			assert_eq!(pending, node.work);
			let bytes: u128 = node.stores.values().sum();
			assert_eq!(Stocks::<Test>::get(account(*n)).unwrap().bytes, bytes);
		}
		let mut recorded: BTreeMap<AccountId, Work> = BTreeMap::new();
		for (who, work) in Recorded::get() {
			let sum = recorded.entry(who).or_default();
			sum.earned += work.earned;
			sum.suspended += work.suspended;
		}
		for (n, work) in &self.recorded {
			assert_eq!(recorded.remove(&account(*n)).unwrap_or_default(), *work);
		}
		assert!(recorded.is_empty());
		Masternodes::do_try_state().unwrap();
	}
}

frame_support::parameter_types! {
	/// Nodes that have suspended themselves and not resumed.
	pub static Suspended: Vec<u32> = vec![];
}

fn is_placed(n: u8) -> bool {
	Placements::<Test>::contains_key(item(n))
}

fn is_active(n: u32) -> bool {
	crate::Active::<Test>::get().contains(&account(n))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(100))]

	#[test]
	fn random_histories_earn_what_a_sum_over_blocks_says(
		steps in prop::collection::vec(step(), 1..100),
	) {
		ExtBuilder::default().build_and_execute(|| {
			Recorded::take();
			Suspended::take();
			let mut model = Model::default();
			for step in steps {
				model.apply(step);
				model.compare();
			}
		});
	}
}
