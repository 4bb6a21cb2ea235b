//! Which member publishes a key, and when.

use crate::{
	mock::*,
	offchain::{ASKED_PER_RUN_MAX, BLOCKS_PER_TURN},
	AwaitingKey, Call, KeyWait,
};
use codec::{Decode, Encode};
use frame_support::{assert_ok, traits::Hooks};
use parking_lot::RwLock;
use popnet_primitives::{
	content::ContentId,
	moderation::{Finding, Verdict},
	offchain::PATIENCE_BLOCKS,
	services::{
		ContentServices, ContentServicesExt, ScreeningResult, ScreeningTask, StoreTask,
		SUPERDELEGATE_KEY,
	},
	AccountId,
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

/// Whose key it is: a member's, of an item.
type Found = BTreeMap<([u8; 32], ContentId), [u8; 32]>;

/// The keys that local members found.
#[derive(Default)]
struct FakeServices {
	found: Mutex<Found>,
}

impl ContentServices for FakeServices {
	fn screened(&self, member: [u8; 32], id: ContentId, round: u32) -> Option<ScreeningResult> {
		assert_eq!(round, ROUND);
		let found = self.found.lock().unwrap();
		let key = found.get(&(member, id))?;
		let verdict = Verdict { finding: Finding::Scored(Default::default()), model: [0; 32] };
		Some(ScreeningResult { id, round, verdict, salt: [0; 32], key: Some(*key) })
	}

	fn store(&self, _: [u8; 32], _: StoreTask) {
		panic!("the registry orders nothing");
	}

	fn stored(&self, _: [u8; 32]) -> Vec<ContentId> {
		panic!("the registry asks for no shards");
	}

	fn retain(&self, _: [u8; 32], _: Vec<ContentId>) {
		panic!("the registry keeps nothing");
	}

	fn screen(&self, _: [u8; 32], _: ScreeningTask) {
		panic!("the registry orders nothing");
	}

	fn screening_done(&self, _: [u8; 32], _: ContentId, _: u32) {
		panic!("results are moderation's to delete");
	}
}

/// A node process with the keys of the members 0 and 2 of a panel of three.
struct Worker {
	ext: sp_io::TestExternalities,
	services: Arc<FakeServices>,
	pool: Arc<RwLock<PoolState>>,
	panel: Vec<AccountId>,
}

impl Worker {
	/// Item 1 is approved at block 1.
	fn new() -> Self {
		let keystore = MemoryKeystore::new();
		let generate = |name: &str| -> AccountId {
			keystore.sr25519_generate_new(SUPERDELEGATE_KEY, Some(name)).unwrap().0.into()
		};
		let panel = vec![generate("//Alice"), account(50), generate("//Charlie")];
		let (offchain, _) = TestOffchainExt::new();
		let (transactions, pool) = TestTransactionPoolExt::new();
		let services = Arc::new(FakeServices::default());
		let mut ext = build();
		ext.register_extension(OffchainDbExt::new(offchain.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain));
		ext.register_extension(TransactionPoolExt::new(transactions));
		ext.register_extension(KeystoreExt::new(keystore));
		ext.register_extension(ContentServicesExt::new(services.clone()));
		ext.execute_with(|| {
			Panel::set(panel.clone());
			DrawnIn::set(ROUND);
			assert_ok!(register(1, 1));
			approve(1);
		});
		Self { ext, services, pool, panel }
	}

	fn finds(&self, place: usize, key: [u8; 32]) {
		let member: [u8; 32] = self.panel[place].clone().into();
		self.services.found.lock().unwrap().insert((member, item(1)), key);
	}

	/// Runs the worker and returns how many keys it sent, all of item 1.
	fn run_at(&mut self, block: u32) -> usize {
		let sent = self.run(block);
		assert!(sent.iter().all(|id| *id == item(1)));
		sent.len()
	}

	/// Runs the worker and returns the items whose keys it sent; its writes are not kept.
	fn run(&mut self, block: u32) -> Vec<ContentId> {
		self.ext.execute_with(|| {
			System::set_block_number(block);
			frame_support::storage::with_transaction_unchecked(|| {
				Content::offchain_worker(block);
				sp_runtime::TransactionOutcome::Rollback(())
			});
		});
		let sent = std::mem::take(&mut self.pool.write().transactions);
		let item_of = |bytes: &Vec<u8>| {
			let transaction = Extrinsic::decode(&mut &bytes[..]).unwrap();
			let RuntimeCall::Content(Call::publish_key { id, key: sent }) = transaction.function
			else {
				panic!("another call");
			};
			assert_eq!(sent, key(id.0[0]));
			id
		};
		sent.iter().map(item_of).collect()
	}
}

#[test]
fn the_first_member_publishes_at_once_and_only_once() {
	let mut worker = Worker::new();
	worker.finds(0, key(1));
	worker.finds(2, key(1));

	assert_eq!(worker.run_at(2), 1);
	assert_eq!(worker.run_at(3), 0);
}

#[test]
fn a_later_member_waits_for_its_turn() {
	let mut worker = Worker::new();
	worker.finds(2, key(1));

	assert_eq!(worker.run_at(2), 0);
	assert_eq!(worker.run_at(2 * BLOCKS_PER_TURN), 0);
	assert_eq!(worker.run_at(1 + 2 * BLOCKS_PER_TURN), 1);
}

#[test]
fn a_wrong_key_or_none_is_not_published() {
	let mut worker = Worker::new();
	assert_eq!(worker.run_at(2), 0);

	worker.finds(0, key(7));
	assert_eq!(worker.run_at(3), 0);
}

#[test]
fn nothing_is_sent_once_the_key_is_published() {
	let mut worker = Worker::new();
	worker.finds(0, key(1));
	worker.ext.execute_with(|| {
		assert_ok!(publish_key(1));
	});

	assert_eq!(worker.run_at(2), 0);
}

/// `count` items, all before item 1 in the map, await their keys.
fn crowd(count: usize) -> Vec<ContentId> {
	let mine = AwaitingKey::<Test>::hashed_key_for(item(1));
	let crowd: Vec<_> = (0u32..)
		.map(|n| ContentId(blake3::hash(&n.encode()).into()))
		.filter(|id| AwaitingKey::<Test>::hashed_key_for(id) < mine)
		.take(count)
		.collect();
	for id in &crowd {
		AwaitingKey::<Test>::insert(id, KeyWait { since: 1, until: 1_000 });
	}
	crowd
}

#[test]
fn items_of_other_panels_hide_no_key() {
	for block in 2..6 {
		let mut worker = Worker::new();
		worker.finds(0, key(1));
		worker.ext.execute_with(|| crowd(4 * ASKED_PER_RUN_MAX));

		assert_eq!(worker.run_at(block), 1);
	}
}

#[test]
fn lost_keys_hide_no_other_for_longer_than_a_walk_through_all_items() {
	let mut worker = Worker::new();
	worker.finds(0, key(1));
	worker.ext.execute_with(|| {
		// This member is on their panels as well, but knows no key of theirs.
		let crowd = crowd(3 * ASKED_PER_RUN_MAX);
		Screenings::mutate(|ids| ids.extend(crowd));
	});

	// Whatever the block: here the chain stands still.
	let sent: Vec<usize> = (0..4).map(|_| worker.run_at(2)).collect();

	assert_eq!(sent.iter().sum::<usize>(), 1);
}

/// Item 1 and this many others await their keys, which the first member knows.
fn known(worker: &mut Worker, others: u8) {
	for n in 1..=1 + others {
		let member: [u8; 32] = worker.panel[0].clone().into();
		worker.services.found.lock().unwrap().insert((member, item(n)), key(n));
	}
	worker.ext.execute_with(|| {
		for n in 2..2 + others {
			assert_ok!(register(1, n));
			approve(n);
		}
	});
}

#[test]
fn a_key_that_cannot_be_sent_is_the_next_to_be_sent() {
	let mut worker = Worker::new();
	known(&mut worker, 2);
	let order: Vec<ContentId> =
		worker.ext.execute_with(|| AwaitingKey::<Test>::iter_keys().collect());
	let follows = |id: ContentId| {
		let place = order.iter().position(|other| *other == id).unwrap();
		order[(place + 1) % order.len()]
	};

	// The first transaction is under way for some blocks, and then lost.
	let first = worker.run(2);
	assert_eq!(worker.run(3), vec![]);
	let second = worker.run(2 + PATIENCE_BLOCKS);
	let third = worker.run(2 + 2 * PATIENCE_BLOCKS);

	assert_eq!(first.len(), 1);
	assert_eq!(second, vec![follows(first[0])]);
	assert_eq!(third, vec![follows(second[0])]);
}
