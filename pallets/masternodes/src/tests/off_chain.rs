//! What the off-chain worker orders and sends.

use crate::{
	mock::*,
	offchain::{REBUILDS_PER_RUN_MAX, SLOTS_PER_RUN_MAX},
	Call, Rosters, Standing,
};
use codec::Decode;
use frame_support::{
	assert_ok,
	traits::{fungible::Mutate, Hooks},
};
use parking_lot::RwLock;
use popnet_primitives::{
	content::ContentId,
	offchain::PATIENCE_BLOCKS,
	services::{
		ContentServices, ContentServicesExt, ScreeningResult, ScreeningTask, StoreTask,
		MASTERNODE_KEY,
	},
	traits::Placer,
	AccountId, Balance,
};
use sp_core::offchain::{
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex},
};

/// Remembers its orders and answers what a test tells it to.
#[derive(Default)]
struct FakeServices {
	ordered: Mutex<Vec<([u8; 32], StoreTask)>>,
	stored: Mutex<BTreeMap<[u8; 32], Vec<ContentId>>>,
	retained: Mutex<BTreeMap<[u8; 32], Vec<ContentId>>>,
	/// Nodes without room.
	full: Mutex<BTreeSet<[u8; 32]>>,
	/// Nodes that do not run.
	stopped: Mutex<BTreeSet<[u8; 32]>>,
}

impl ContentServices for FakeServices {
	fn store(&self, node: [u8; 32], task: StoreTask) {
		self.ordered.lock().unwrap().push((node, task));
	}

	fn stored(&self, node: [u8; 32]) -> Vec<ContentId> {
		self.stored.lock().unwrap().get(&node).cloned().unwrap_or_default()
	}

	fn retain(&self, node: [u8; 32], keep: Vec<ContentId>) {
		self.retained.lock().unwrap().insert(node, keep);
	}

	fn accepts(&self, node: [u8; 32]) -> Option<bool> {
		if self.stopped.lock().unwrap().contains(&node) {
			return None;
		}
		Some(!self.full.lock().unwrap().contains(&node))
	}

	fn screen(&self, _: [u8; 32], _: ScreeningTask) {
		panic!("a Masternode does not screen");
	}

	fn screened(&self, _: [u8; 32], _: ContentId, _: u32) -> Option<ScreeningResult> {
		panic!("a Masternode does not screen");
	}

	fn screening_done(&self, _: [u8; 32], _: ContentId, _: u32) {
		panic!("a Masternode does not screen");
	}
}

/// A node process that has the keys of `nodes`.
struct Worker {
	ext: sp_io::TestExternalities,
	services: Arc<FakeServices>,
	pool: Arc<RwLock<PoolState>>,
	nodes: Vec<AccountId>,
}

impl Worker {
	/// Two local Masternodes that are registered beside three others, and a local key that is not.
	fn new() -> Self {
		let keystore = MemoryKeystore::new();
		let key = |name: &str| -> AccountId {
			keystore.sr25519_generate_new(MASTERNODE_KEY, Some(name)).unwrap().0.into()
		};
		let nodes = vec![key("//Masternode//1"), key("//Masternode//2")];
		key("//Masternode//3");
		let mut ext = ExtBuilder::default().nodes(3).build();
		let (offchain, _) = TestOffchainExt::new();
		let (transactions, pool) = TestTransactionPoolExt::new();
		let services = Arc::new(FakeServices::default());
		ext.register_extension(OffchainDbExt::new(offchain.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain));
		ext.register_extension(TransactionPoolExt::new(transactions));
		ext.register_extension(KeystoreExt::new(keystore));
		ext.register_extension(ContentServicesExt::new(services.clone()));
		ext.execute_with(|| {
			for (n, node) in (100u32..).zip(&nodes) {
				Balances::set_balance(node, 2 * BOND as Balance);
				let origin = RuntimeOrigin::signed(node.clone());
				assert_ok!(Masternodes::register(origin, addresses(n)));
			}
		});
		Self { ext, services, pool, nodes }
	}

	fn execute<R>(&mut self, f: impl FnOnce() -> R) -> R {
		self.ext.execute_with(f)
	}

	/// Runs the worker on `block`; what it writes to the state is not kept, as on a real node.
	fn run_at(&mut self, block: u32) {
		self.ext.execute_with(|| {
			System::set_block_number(block);
			frame_support::storage::with_transaction_unchecked(|| {
				Masternodes::offchain_worker(block);
				sp_runtime::TransactionOutcome::Rollback(())
			});
		});
	}

	/// Takes the sent transactions, oldest first: nonce and call.
	fn sent_calls(&self) -> Vec<(u64, Call<Test>)> {
		let sent = std::mem::take(&mut self.pool.write().transactions);
		sent.iter()
			.map(|bytes| {
				let transaction = Extrinsic::decode(&mut &bytes[..]).unwrap();
				let sp_runtime::generic::Preamble::Signed(nonce, ..) = transaction.preamble else {
					panic!("not signed");
				};
				let RuntimeCall::Masternodes(call) = transaction.function else {
					panic!("another pallet's call");
				};
				(nonce, call)
			})
			.collect()
	}

	/// Takes the sent transactions, all of which acknowledge: nonce and ids.
	fn sent(&self) -> Vec<(u64, Vec<ContentId>)> {
		let ids = |(nonce, call)| match call {
			Call::acknowledge { ids } => (nonce, ids.into_inner()),
			_ => panic!("another call"),
		};
		self.sent_calls().into_iter().map(ids).collect()
	}

	/// Takes the orders for node `node`.
	fn ordered(&self, node: usize) -> Vec<StoreTask> {
		let node = self.key(node);
		let ordered = std::mem::take(&mut *self.services.ordered.lock().unwrap());
		ordered.into_iter().filter(|(other, _)| *other == node).map(|(_, task)| task).collect()
	}

	fn key(&self, node: usize) -> [u8; 32] {
		self.nodes[node].clone().into()
	}

	/// Stops all services but that of node 0.
	fn alone(self) -> Self {
		self.services.stopped.lock().unwrap().insert(self.key(1));
		self
	}

	/// Places items that nobody acknowledges.
	fn place(&mut self, items: &[u8]) {
		self.execute(|| {
			for n in items {
				assert_ok!(place(*n));
			}
		});
	}

	/// Places item `n` and has all but node 0 acknowledge it.
	fn place_on_others(&mut self, n: u8) {
		let own = self.nodes[0].clone();
		self.execute(|| {
			assert_ok!(place(n));
			for node in Rosters::<Test>::get(item(n)).unwrap() {
				if node != own {
					let ids = vec![item(n)].try_into().unwrap();
					assert_ok!(Masternodes::acknowledge(RuntimeOrigin::signed(node), ids));
				}
			}
		});
	}

	/// Places item `n` and has all acknowledge it.
	fn place_on_all(&mut self, n: u8) {
		self.place_on_others(n);
		let origin = RuntimeOrigin::signed(self.nodes[0].clone());
		self.execute(|| {
			let ids = vec![item(n)].try_into().unwrap();
			assert_ok!(Masternodes::acknowledge(origin, ids));
		});
	}

	fn store(&self, node: usize, ids: &[ContentId]) {
		let node = self.key(node);
		self.services.stored.lock().unwrap().entry(node).or_default().extend(ids);
	}
}

#[test]
fn each_local_masternode_is_told_what_to_fetch() {
	let mut worker = Worker::new();
	worker.place(&[1]);

	worker.run_at(2);

	let ordered = worker.services.ordered.lock().unwrap().clone();
	assert_eq!(ordered.len(), 2);
	let roster = worker.execute(|| crate::Rosters::<Test>::get(item(1)).unwrap());
	for (node, task) in ordered {
		assert!(worker.nodes.contains(&AccountId::new(node)));
		assert_eq!(task.id, item(1));
		assert_eq!(task.slots, 5);
		assert_eq!(roster[task.slot as usize], AccountId::new(node));
		assert_eq!(task.manifest_size, 1_000);
		assert_eq!(task.coding, worker.execute(|| Masternodes::coding().unwrap()));
		assert_eq!(task.sources, vec![address(999).into_inner()]);
		assert!(task.holders.is_empty(), "nobody has acknowledged yet");
	}
	assert!(worker.sent().is_empty());
}

#[test]
fn what_is_stored_is_acknowledged_in_one_transaction() {
	let mut worker = Worker::new();
	worker.place(&[1, 2, 3]);
	// Stored, but not placed on anybody: not the chain's business.
	worker.store(0, &[item(1), item(2), item(200)]);

	worker.run_at(2);

	let sent = worker.sent();
	assert_eq!(sent.len(), 1);
	let mut ids = sent[0].1.clone();
	ids.sort();
	assert_eq!((sent[0].0, ids), (0, vec![item(1), item(2)]));
	// What is stored is not ordered again; everything else is.
	let ordered = worker.services.ordered.lock().unwrap();
	assert_eq!(ordered.len(), 1 + 3);
}

#[test]
fn a_transaction_is_not_sent_again_while_one_is_pending() {
	let mut worker = Worker::new().alone();
	worker.place(&[1]);
	worker.store(0, &[item(1)]);

	worker.run_at(2);
	assert_eq!(worker.sent().len(), 1);
	worker.run_at(3);
	worker.run_at(1 + PATIENCE_BLOCKS);
	assert_eq!(worker.sent().len(), 0);

	// Lost: it is sent again with the same nonce.
	worker.run_at(2 + PATIENCE_BLOCKS);
	assert_eq!(worker.sent(), vec![(0, vec![item(1)])]);
}

#[test]
fn the_next_transaction_follows_as_soon_as_the_last_is_included() {
	let mut worker = Worker::new();
	worker.place(&[1, 2]);
	let node = worker.nodes[0].clone();
	worker.store(0, &[item(1)]);
	worker.run_at(2);
	assert_eq!(worker.sent(), vec![(0, vec![item(1)])]);

	worker.store(0, &[item(2)]);
	worker.execute(|| {
		System::inc_account_nonce(&node);
		let ids = vec![item(1)].try_into().unwrap();
		assert_ok!(Masternodes::acknowledge(RuntimeOrigin::signed(node.clone()), ids));
	});
	worker.run_at(3);

	assert_eq!(worker.sent(), vec![(1, vec![item(2)])]);
}

#[test]
fn one_transaction_carries_no_more_than_a_call_admits() {
	let mut worker = Worker::new();
	worker.execute(|| {
		for n in 0..70 {
			assert_ok!(place(n));
		}
	});
	worker.store(0, &(0..70).map(item).collect::<Vec<_>>());

	worker.run_at(2);

	let sent = worker.sent();
	assert_eq!(sent.len(), 1);
	assert_eq!(sent[0].1.len(), 64);
}

#[test]
fn nodes_are_told_what_to_keep_at_the_interval() {
	let mut worker = Worker::new();
	let node = worker.nodes[0].clone();
	worker.execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));
		let ids = vec![item(1)].try_into().unwrap();
		assert_ok!(Masternodes::acknowledge(RuntimeOrigin::signed(node.clone()), ids));
	});

	worker.run_at(RETAIN - 1);
	assert!(worker.services.retained.lock().unwrap().is_empty());
	worker.run_at(RETAIN);

	let retained = worker.services.retained.lock().unwrap().clone();
	assert_eq!(retained.len(), 2);
	let mut keep = retained[&<[u8; 32]>::from(node)].clone();
	keep.sort();
	assert_eq!(keep, vec![item(1), item(2)]);
}

#[test]
fn what_a_fork_does_not_know_is_kept_for_another_interval() {
	let mut worker = Worker::new().alone();
	worker.place_on_all(1);
	worker.store(0, &[item(1), item(2)]);
	let node = worker.key(0);
	let kept = |worker: &mut Worker, block: u32| {
		worker.run_at(block);
		let mut kept = worker.services.retained.lock().unwrap()[&node].clone();
		kept.sort();
		kept
	};

	// Item 2 is stored and not placed: dropped, or not yet known to this fork.
	assert_eq!(kept(&mut worker, RETAIN), [item(1), item(2)]);
	// Another fork has a block of the same height, which says the same.
	assert_eq!(kept(&mut worker, RETAIN), [item(1), item(2)]);

	// The fork that wins knows of it, and forgets it later.
	worker.place(&[2]);
	assert_eq!(kept(&mut worker, 2 * RETAIN), [item(1), item(2)]);
	worker.execute(|| <Masternodes as Placer>::drop(item(2)));
	assert_eq!(kept(&mut worker, 3 * RETAIN), [item(1), item(2)]);
	assert_eq!(kept(&mut worker, 4 * RETAIN), [item(1)]);
}

#[test]
fn every_item_has_its_turn_when_many_cannot_be_fetched() {
	let mut worker = Worker::new().alone();
	let items = 3 * SLOTS_PER_RUN_MAX as u32 + 7;
	worker.execute(|| {
		for n in 0..items {
			let coding = Masternodes::coding().unwrap();
			assert_ok!(<Masternodes as Placer>::place(&registration(numbered(n), coding, 1_000)));
		}
	});
	let mut seen = BTreeSet::new();

	for block in 2..6 {
		worker.run_at(block);
		let ordered = worker.ordered(0);
		assert_eq!(ordered.len(), SLOTS_PER_RUN_MAX);
		seen.extend(ordered.into_iter().map(|task| task.id));
	}

	assert_eq!(seen.len(), items as usize);
}

#[test]
fn the_round_goes_on_when_the_slot_it_stopped_at_is_gone() {
	let mut worker = Worker::new().alone();
	worker.place(&[0, 1, 2, 3, 4]);
	worker.run_at(2);
	let first = worker.ordered(0);
	assert_eq!(first.len(), 5);
	let last = first.last().unwrap().id;
	worker.execute(|| <Masternodes as Placer>::drop(last));

	worker.run_at(3);

	let ids = |tasks: &[StoreTask]| tasks.iter().map(|task| task.id).collect::<BTreeSet<_>>();
	assert_eq!(ids(&worker.ordered(0)), ids(&first[..4]));
}

#[test]
fn a_slot_that_the_publisher_does_not_serve_is_ordered_from_the_others_once_they_suffice() {
	let mut worker = Worker::new().alone();
	worker.place_on_others(1);

	worker.run_at(2);

	let tasks = worker.ordered(0);
	assert_eq!(tasks.len(), 1);
	let slots = worker.execute(|| Masternodes::placement(item(1)).unwrap());
	assert_eq!(tasks[0].sources, vec![address(999).into_inner()]);
	assert_eq!(tasks[0].holders.len(), 5);
	for ((slot, holder), number) in slots.iter().zip(&tasks[0].holders).zip(0..) {
		let expected: Vec<Vec<u8>> = match number == tasks[0].slot {
			true => vec![],
			false => slot.addresses.iter().map(|address| address.to_vec()).collect(),
		};
		assert_eq!(*holder, expected);
	}
}

#[test]
fn what_is_acknowledged_and_no_longer_stored_is_ordered_again() {
	let mut worker = Worker::new().alone();
	worker.place_on_all(1);
	worker.place_on_all(2);
	worker.store(0, &[item(2)]);

	worker.run_at(2);

	let tasks = worker.ordered(0);
	assert_eq!(tasks.len(), 1);
	assert_eq!(tasks[0].id, item(1));
	let empty = tasks[0].holders.iter().filter(|holder| holder.is_empty()).count();
	assert_eq!((tasks[0].holders.len(), empty), (5, 1));
	// Nothing is left to acknowledge, and the item is still to be kept.
	assert!(worker.sent_calls().is_empty());
	worker.run_at(RETAIN);
	let keep = worker.services.retained.lock().unwrap()[&worker.key(0)].clone();
	assert_eq!(keep.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([item(1), item(2)]));
}

#[test]
fn a_lost_disk_is_restored_a_few_items_at_a_time_and_completely() {
	let mut worker = Worker::new().alone();
	let per_run = REBUILDS_PER_RUN_MAX as usize;
	for n in 0..40 {
		worker.place_on_all(n);
	}
	let mut seen = BTreeSet::new();

	for block in 2..5 {
		worker.run_at(block);
		let ordered = worker.ordered(0);
		assert_eq!(ordered.len(), per_run);
		seen.extend(ordered.into_iter().map(|task| task.id));
	}

	assert_eq!(seen.len(), 40);
}

#[test]
fn nothing_is_ordered_or_sent_for_a_node_that_does_not_run() {
	let mut worker = Worker::new().alone();
	worker.services.stopped.lock().unwrap().insert(worker.key(0));
	worker.place_on_all(1);
	worker.place(&[2]);

	worker.run_at(RETAIN);

	assert!(worker.ordered(0).is_empty());
	assert!(worker.services.retained.lock().unwrap().is_empty());
	assert!(worker.sent_calls().is_empty());
}

#[test]
fn what_nobody_delivers_is_declined_near_the_end_of_the_period() {
	let mut worker = Worker::new().alone();
	worker.place(&[1]);

	worker.run_at(DECLINABLE);
	assert!(worker.sent_calls().is_empty());
	worker.run_at(1 + DECLINABLE);

	let decline = Call::decline { ids: vec![item(1)].try_into().unwrap() };
	assert_eq!(worker.sent_calls(), vec![(0, decline)]);
	let node = worker.nodes[0].clone();
	worker.execute(|| {
		System::inc_account_nonce(&node);
		let ids = vec![item(1)].try_into().unwrap();
		assert_ok!(Masternodes::decline(RuntimeOrigin::signed(node.clone()), ids));
	});
	worker.run_at(2 + DECLINABLE);
	assert!(worker.sent_calls().is_empty());
	assert_eq!(worker.ordered(0).len(), 3, "it is tried to the end");
}

#[test]
fn what_can_be_rebuilt_is_not_declined() {
	let mut worker = Worker::new().alone();
	worker.place_on_others(1);

	worker.run_at(1 + DECLINABLE);

	assert!(worker.sent_calls().is_empty());
}

#[test]
fn a_node_without_room_suspends_itself_and_resumes_when_it_has_some() {
	let mut worker = Worker::new().alone();
	let (node, key) = (worker.nodes[0].clone(), worker.key(0));
	worker.services.full.lock().unwrap().insert(key);

	worker.run_at(2);
	assert_eq!(worker.sent_calls(), vec![(0, Call::suspend {})]);
	worker.execute(|| {
		System::inc_account_nonce(&node);
		assert_ok!(Masternodes::suspend(RuntimeOrigin::signed(node.clone())));
	});
	let until = 2 + PLACEMENT;
	assert_eq!(
		worker.execute(|| crate::Masternodes::<Test>::get(&node).unwrap().standing),
		Standing::Suspended { until }
	);

	// Still full; then not over; then due.
	worker.run_at(until);
	assert!(worker.sent_calls().is_empty());
	worker.services.full.lock().unwrap().clear();
	worker.run_at(until - 1);
	assert!(worker.sent_calls().is_empty());
	worker.run_at(until);
	assert_eq!(worker.sent_calls(), vec![(1, Call::resume {})]);
}

#[test]
fn a_node_does_not_resume_while_it_has_something_to_fetch() {
	let mut worker = Worker::new().alone();
	let node = worker.nodes[0].clone();
	worker.execute(|| {
		assert_ok!(place(1));
		assert_ok!(Masternodes::suspend(RuntimeOrigin::signed(node.clone())));
	});

	worker.store(0, &[item(1)]);
	worker.run_at(1 + PLACEMENT);
	assert_eq!(worker.sent(), vec![(0, vec![item(1)])]);
	worker.execute(|| {
		System::inc_account_nonce(&node);
		let ids = vec![item(1)].try_into().unwrap();
		assert_ok!(Masternodes::acknowledge(RuntimeOrigin::signed(node.clone()), ids));
	});
	worker.run_at(2 + PLACEMENT);

	assert_eq!(worker.sent_calls(), vec![(1, Call::resume {})]);
}

#[test]
fn several_reports_of_one_node_have_nonces_that_follow_one_another() {
	let mut worker = Worker::new().alone();
	worker.place(&[1, 2, 3]);
	worker.store(0, &[item(1)]);
	worker.services.full.lock().unwrap().insert(worker.key(0));

	worker.run_at(1 + DECLINABLE);

	let sent = worker.sent_calls();
	assert_eq!(sent.iter().map(|(nonce, _)| *nonce).collect::<Vec<_>>(), [0, 1, 2]);
	assert!(matches!(&sent[0].1, Call::acknowledge { ids } if ids.len() == 1));
	assert!(matches!(&sent[1].1, Call::decline { ids } if ids.len() == 2));
	assert!(matches!(&sent[2].1, Call::suspend {}));

	// One of them is included: the turn goes on for the others.
	let node = worker.nodes[0].clone();
	worker.execute(|| System::inc_account_nonce(&node));
	worker.run_at(2 + DECLINABLE);
	assert!(worker.sent_calls().is_empty());
}

#[test]
fn without_services_and_keys_the_worker_does_nothing() {
	let mut ext = ExtBuilder::default().nodes(3).build();
	let (offchain, _) = TestOffchainExt::new();
	ext.register_extension(OffchainDbExt::new(offchain.clone()));
	ext.register_extension(OffchainWorkerExt::new(offchain));
	ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	ext.execute_with(|| {
		assert_ok!(place(1));
		Masternodes::offchain_worker(2);
	});
}
