//! What the off-chain worker orders and sends.

use crate::{mock::*, Call};
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
	AccountId, Balance,
};
use sp_core::offchain::{
	testing::{PoolState, TestOffchainExt, TestTransactionPoolExt},
	OffchainDbExt, OffchainWorkerExt, TransactionPoolExt,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex},
};

/// Remembers its orders and answers what a test tells it to.
#[derive(Default)]
struct FakeServices {
	ordered: Mutex<Vec<([u8; 32], StoreTask)>>,
	stored: Mutex<BTreeMap<[u8; 32], Vec<ContentId>>>,
	retained: Mutex<BTreeMap<[u8; 32], Vec<ContentId>>>,
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

	fn screen(&self, _: [u8; 32], _: ScreeningTask) {
		panic!("a Masternode does not screen");
	}

	fn screened(&self, _: [u8; 32], _: ContentId) -> Option<ScreeningResult> {
		panic!("a Masternode does not screen");
	}

	fn screening_done(&self, _: [u8; 32], _: ContentId) {
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
			for node in &nodes {
				Balances::set_balance(node, 2 * BOND as Balance);
				let origin = RuntimeOrigin::signed(node.clone());
				assert_ok!(Masternodes::register(origin, addresses(7)));
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

	/// Takes the sent transactions, oldest first: nonce and acknowledged ids.
	fn sent(&self) -> Vec<(u64, Vec<ContentId>)> {
		let sent = std::mem::take(&mut self.pool.write().transactions);
		sent.iter()
			.map(|bytes| {
				let transaction = Extrinsic::decode(&mut &bytes[..]).unwrap();
				let sp_runtime::generic::Preamble::Signed(nonce, ..) = transaction.preamble else {
					panic!("not signed");
				};
				let RuntimeCall::Masternodes(Call::acknowledge { ids }) = transaction.function
				else {
					panic!("another call");
				};
				(nonce, ids.into_inner())
			})
			.collect()
	}

	fn store(&self, node: usize, ids: &[ContentId]) {
		let node: [u8; 32] = self.nodes[node].clone().into();
		self.services.stored.lock().unwrap().entry(node).or_default().extend(ids);
	}
}

#[test]
fn each_local_masternode_is_told_what_to_fetch() {
	let mut worker = Worker::new();
	worker.execute(|| {
		assert_ok!(place(1));
	});

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
		assert_eq!(task.sources, vec![address(999).into_inner()]);
	}
	assert!(worker.sent().is_empty());
}

#[test]
fn what_is_stored_is_acknowledged_in_one_transaction() {
	let mut worker = Worker::new();
	worker.execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));
		assert_ok!(place(3));
	});
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
	let mut worker = Worker::new();
	worker.execute(|| {
		assert_ok!(place(1));
	});
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
	worker.execute(|| {
		assert_ok!(place(1));
		assert_ok!(place(2));
	});
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
