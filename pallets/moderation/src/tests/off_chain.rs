//! What the off-chain worker orders, sends and releases.

use crate::{mock::*, offchain::RESULT_KEPT_BLOCKS, Call, Phase};
use codec::Decode;
use frame_support::{assert_ok, traits::Hooks};
use parking_lot::RwLock;
use popnet_primitives::{
	content::{ContentId, SEALED_KEY_BYTES},
	moderation::{commitment, Finding, Verdict},
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

type MemberAndItem = ([u8; 32], ContentId);

/// Remembers its orders and answers with the verdicts that a test sets.
#[derive(Default)]
struct FakeServices {
	ordered: Mutex<Vec<([u8; 32], ScreeningTask)>>,
	results: Mutex<BTreeMap<MemberAndItem, Verdict>>,
	done: Mutex<Vec<MemberAndItem>>,
}

impl ContentServices for FakeServices {
	fn screen(&self, member: [u8; 32], task: ScreeningTask) {
		self.ordered.lock().unwrap().push((member, task));
	}

	fn screened(&self, member: [u8; 32], id: ContentId) -> Option<ScreeningResult> {
		let verdict = self.results.lock().unwrap().get(&(member, id)).cloned()?;
		Some(ScreeningResult { id, verdict, salt: SALT, key: None })
	}

	fn screening_done(&self, member: [u8; 32], id: ContentId) {
		self.done.lock().unwrap().push((member, id));
	}

	fn store(&self, _: [u8; 32], _: StoreTask) {
		panic!("a Superdelegate stores nothing");
	}

	fn stored(&self, _: [u8; 32]) -> Vec<ContentId> {
		panic!("a Superdelegate stores nothing");
	}

	fn retain(&self, _: [u8; 32], _: Vec<ContentId>) {
		panic!("a Superdelegate stores nothing");
	}
}

/// A node process with the keys of `local`, two of three Superdelegates.
struct Worker {
	ext: sp_io::TestExternalities,
	services: Arc<FakeServices>,
	pool: Arc<RwLock<PoolState>>,
	local: Vec<AccountId>,
}

impl Worker {
	fn new() -> Self {
		let keystore = MemoryKeystore::new();
		let generate = |name: &str| -> AccountId {
			keystore.sr25519_generate_new(SUPERDELEGATE_KEY, Some(name)).unwrap().0.into()
		};
		let local = vec![generate("//Alice"), generate("//Bob")];
		let (offchain, _) = TestOffchainExt::new();
		let (transactions, pool) = TestTransactionPoolExt::new();
		let services = Arc::new(FakeServices::default());
		let mut ext = build();
		ext.register_extension(OffchainDbExt::new(offchain.clone()));
		ext.register_extension(OffchainWorkerExt::new(offchain));
		ext.register_extension(TransactionPoolExt::new(transactions));
		ext.register_extension(KeystoreExt::new(keystore));
		ext.register_extension(ContentServicesExt::new(services.clone()));
		let members = local.iter().cloned().chain([account(3)]).collect();
		ext.execute_with(|| Members::set(members));
		Self { ext, services, pool, local }
	}

	fn execute<R>(&mut self, f: impl FnOnce() -> R) -> R {
		self.ext.execute_with(f)
	}

	/// Runs the worker now; what it writes to the state is not kept, as on a real node.
	fn run(&mut self) {
		self.execute(|| {
			frame_support::storage::with_transaction_unchecked(|| {
				Moderation::offchain_worker(System::block_number());
				sp_runtime::TransactionOutcome::Rollback(())
			});
		});
	}

	/// Takes the sent transactions, oldest first: nonce and call.
	fn sent(&self) -> Vec<(u64, Call<Test>)> {
		let sent = std::mem::take(&mut self.pool.write().transactions);
		let decode = |bytes: &Vec<u8>| {
			let transaction = Extrinsic::decode(&mut &bytes[..]).unwrap();
			let sp_runtime::generic::Preamble::Signed(nonce, ..) = transaction.preamble else {
				panic!("not signed");
			};
			let RuntimeCall::Moderation(call) = transaction.function else {
				panic!("another call");
			};
			(nonce, call)
		};
		sent.iter().map(decode).collect()
	}

	fn finds(&self, place: usize, n: u8, verdict: Verdict) {
		let member: [u8; 32] = self.local[place].clone().into();
		self.services.results.lock().unwrap().insert((member, item(n)), verdict);
	}

	/// Executes what `place` has sent, as the chain would.
	fn include(&mut self, place: usize, call: Call<Test>) {
		use sp_runtime::traits::Dispatchable;
		let who = self.local[place].clone();
		self.execute(|| {
			System::inc_account_nonce(&who);
			let call = RuntimeCall::Moderation(call);
			assert_ok!(call.dispatch(RuntimeOrigin::signed(who)));
		});
	}
}

fn commit_call(member: &AccountId, n: u8, verdict: &Verdict) -> Call<Test> {
	Call::commit { id: item(n), hash: commitment(item(n), member, verdict, &SALT) }
}

#[test]
fn nothing_is_ordered_before_the_keys_are_sealed() {
	let mut worker = Worker::new();
	worker.execute(|| draw(1));

	worker.run();

	assert!(worker.services.ordered.lock().unwrap().is_empty());
	assert!(worker.sent().is_empty());
}

#[test]
fn each_local_member_is_told_what_to_screen() {
	let mut worker = Worker::new();
	let panel = worker.execute(|| sealed(1));

	worker.run();

	let ordered = worker.services.ordered.lock().unwrap().clone();
	assert_eq!(ordered.len(), 2);
	for (member, task) in ordered {
		let place = panel.iter().position(|other| *other == AccountId::new(member)).unwrap();
		let expected = registration(item(1));
		assert_eq!(task.sealed_key, [place as u8; SEALED_KEY_BYTES]);
		assert_eq!((task.id, task.media, task.size), (item(1), expected.media, expected.size));
		assert_eq!(task.plaintext_root, expected.plaintext_root);
		assert_eq!(task.key_commitment, expected.key_commitment);
		assert_eq!(task.sources, vec![expected.sources[0].to_vec()]);
		assert_eq!(task.categories, vec![b"moderation-test-card".to_vec()]);
	}
	assert!(worker.sent().is_empty());
}

#[test]
fn a_result_is_committed_once_and_revealed_when_the_time_comes() {
	let mut worker = Worker::new();
	worker.execute(|| sealed(1));
	let verdict = score(42);
	worker.finds(0, 1, verdict.clone());

	worker.run();
	let commit_0 = commit_call(&worker.local[0], 1, &verdict);
	assert_eq!(worker.sent(), vec![(0, commit_0.clone())]);
	worker.run();
	assert!(worker.sent().is_empty());

	worker.include(0, commit_0);
	worker.run();
	assert!(worker.sent().is_empty());
	worker.execute(|| {
		assert_ok!(commit(&account(3), 1, &score(1)));
		run_to(System::block_number() + COMMIT + 1);
		assert_eq!(panel(1).phase, Phase::Revealing);
	});
	worker.run();
	let reveal = Call::reveal { id: item(1), verdict, salt: SALT };
	assert_eq!(worker.sent(), vec![(1, reveal.clone())]);

	worker.include(0, reveal);
	worker.run();
	assert!(worker.sent().is_empty());
}

#[test]
fn several_items_are_served_in_one_run_with_rising_nonces() {
	let mut worker = Worker::new();
	worker.execute(|| {
		sealed(1);
		sealed(2);
	});
	worker.finds(0, 1, score(1));
	worker.finds(0, 2, score(2));

	worker.run();

	let sent = worker.sent();
	assert_eq!(sent.iter().map(|(nonce, _)| *nonce).collect::<Vec<_>>(), vec![0, 1]);

	// Only the first is included: the second is still under way.
	worker.include(0, sent[0].1.clone());
	worker.run();
	assert!(worker.sent().is_empty());
	worker.include(0, sent[1].1.clone());
	worker.run();
	assert!(worker.sent().is_empty());
}

#[test]
fn a_verdict_that_does_not_fit_the_policy_is_not_committed() {
	let mut worker = Worker::new();
	worker.execute(|| sealed(1));
	let finding = Finding::Scored(vec![1, 2, 3].try_into().unwrap());
	worker.finds(0, 1, Verdict { finding, model: [0; 32] });

	worker.run();

	assert!(worker.sent().is_empty());
}

#[test]
fn a_verdict_that_changed_after_the_commitment_is_not_revealed() {
	let mut worker = Worker::new();
	worker.execute(|| sealed(1));
	let member = worker.local[0].clone();
	worker.execute(|| {
		assert_ok!(commit(&member, 1, &score(1)));
		assert_ok!(commit(&account(3), 1, &score(1)));
		run_to(System::block_number() + COMMIT + 1);
	});
	worker.finds(0, 1, score(2));

	worker.run();

	assert!(worker.sent().is_empty());
}

#[test]
fn results_are_released_when_nobody_needs_them_any_more() {
	let mut worker = Worker::new();
	let panel = worker.execute(|| sealed(1));
	worker.run();
	worker.execute(|| {
		AwaitsKey::set(true);
		vote(&panel, 1, &[score(1), score(1), score(1)]);
		run_to(System::block_number() + 2 * RESULT_KEPT_BLOCKS);
	});

	// The key is still to be published: the members are the ones who know it.
	worker.run();
	worker.execute(|| run_to(System::block_number() + 2 * RESULT_KEPT_BLOCKS));
	worker.run();
	assert!(worker.services.done.lock().unwrap().is_empty());

	worker.execute(|| AwaitsKey::set(false));
	worker.run();
	worker.execute(|| run_to(System::block_number() + RESULT_KEPT_BLOCKS - 1));
	worker.run();
	assert!(worker.services.done.lock().unwrap().is_empty());
	worker.execute(|| run_to(System::block_number() + 1));
	worker.run();
	let done = worker.services.done.lock().unwrap().clone();
	assert_eq!(done.len(), 2);
	assert!(worker.local.iter().all(|who| done.contains(&(who.clone().into(), item(1)))));

	// Told once.
	worker.run();
	assert_eq!(worker.services.done.lock().unwrap().len(), 2);
}
