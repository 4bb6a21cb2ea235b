//! What the off-chain worker orders, sends and releases.

use crate::{
	mock::*,
	offchain::{CALLS_PER_RUN_MAX, ITEMS_PER_RUN_MAX, RESULT_KEPT_BLOCKS},
	Call, Panels, Phase,
};
use codec::Decode;
use frame_support::{assert_ok, traits::Hooks};
use parking_lot::RwLock;
use popnet_primitives::{
	content::{ContentId, SEALED_KEY_BYTES},
	moderation::{Finding, Verdict},
	services::{
		ContentServices, ContentServicesExt, ScreeningResult, ScreeningTask, StoreTask,
		SUPERDELEGATE_KEY,
	},
	AccountId, BlockNumber,
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

type MemberAndItem = ([u8; 32], ContentId);

/// Remembers its orders and answers with the verdicts that a test sets, whatever the round.
#[derive(Default)]
struct FakeServices {
	ordered: Mutex<Vec<([u8; 32], ScreeningTask)>>,
	results: Mutex<BTreeMap<MemberAndItem, (BlockNumber, Verdict)>>,
	done: Mutex<Vec<(MemberAndItem, BlockNumber)>>,
}

impl ContentServices for FakeServices {
	fn screen(&self, member: [u8; 32], task: ScreeningTask) {
		self.ordered.lock().unwrap().push((member, task));
	}

	fn screened(&self, member: [u8; 32], id: ContentId, _: BlockNumber) -> Option<ScreeningResult> {
		let (round, verdict) = self.results.lock().unwrap().get(&(member, id)).cloned()?;
		Some(ScreeningResult { id, round, verdict, salt: SALT, key: None })
	}

	fn screening_done(&self, member: [u8; 32], id: ContentId, round: BlockNumber) {
		self.done.lock().unwrap().push(((member, id), round));
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

	/// The services of `place` have a verdict for the present panel of item `n`.
	fn finds(&mut self, place: usize, n: u8, verdict: Verdict) {
		let member: [u8; 32] = self.local[place].clone().into();
		let round = self.execute(|| panel(n).round);
		self.services.results.lock().unwrap().insert((member, item(n)), (round, verdict));
	}

	/// Takes what the services were asked to screen for `place`: items and rounds.
	fn ordered(&self, place: usize) -> Vec<(ContentId, BlockNumber)> {
		let ordered = std::mem::take(&mut *self.services.ordered.lock().unwrap());
		let local = |member: &[u8; 32]| AccountId::new(*member) == self.local[place];
		let ordered = ordered.into_iter().filter(|(member, _)| local(member));
		ordered.map(|(_, task)| (task.id, task.round)).collect()
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

/// What `place` commits to for the present panel of item `n`.
fn commit_call(worker: &mut Worker, place: usize, n: u8, verdict: &Verdict) -> Call<Test> {
	let member = worker.local[place].clone();
	worker.execute(|| Call::commit { id: item(n), hash: commitment(&member, n, verdict) })
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
	let round = worker.execute(|| view(1).round);
	assert_eq!(ordered.len(), 2);
	for (member, task) in ordered {
		let place = panel.iter().position(|other| *other == AccountId::new(member)).unwrap();
		let expected = registration(item(1));
		assert_eq!(task.sealed_key, [place as u8; SEALED_KEY_BYTES]);
		assert_eq!((task.id, task.media, task.size), (item(1), expected.media, expected.size));
		assert_eq!(task.round, round);
		assert_eq!(task.plaintext_root, expected.plaintext_root);
		assert_eq!(task.key_commitment, expected.key_commitment);
		assert_eq!(task.sources, vec![expected.sources[0].to_vec()]);
		assert_eq!(task.categories, vec![b"moderation-test-card".to_vec()]);
		assert_eq!((task.coding, task.stripes), (expected.coding, expected.stripes));
		assert_eq!(task.stored_size, expected.stored_size);
		assert_eq!(task.manifest_size, expected.manifest_size);
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
	let commit_0 = commit_call(&mut worker, 0, 1, &verdict);
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
fn a_verdict_of_a_model_that_was_not_declared_is_not_committed_until_it_is() {
	let mut worker = Worker::new();
	worker.execute(|| sealed(1));
	let verdict = Verdict { model: [8; 32], ..score(1) };
	worker.finds(0, 1, verdict.clone());

	worker.run();
	assert!(worker.sent().is_empty());

	let member = worker.local[0].clone();
	worker.execute(|| declare(&member, [8; 32]));
	worker.run();
	let commit = commit_call(&mut worker, 0, 1, &verdict);
	assert_eq!(worker.sent(), vec![(0, commit)]);
}

#[test]
fn a_verdict_of_a_model_that_the_policy_does_not_admit_is_not_committed() {
	let mut worker = Worker::new();
	let member = worker.local[0].clone();
	worker.execute(|| {
		let models = vec![MODEL].try_into().unwrap();
		assert_ok!(Moderation::admit_models(RuntimeOrigin::root(), models));
		sealed(1);
		declare(&member, [8; 32]);
	});
	worker.finds(0, 1, Verdict { model: [8; 32], ..score(1) });

	worker.run();

	assert!(worker.sent().is_empty());
}

#[test]
fn a_substitute_is_told_to_screen_once_it_has_its_key_and_the_others_go_on_meanwhile() {
	let mut worker = Worker::new();
	let (substitute, other) = (worker.local[0].clone(), worker.local[1].clone());
	worker.execute(|| {
		// The first panel is drawn from others and the second local member.
		Members::set(vec![account(3), account(4), other]);
		sealed(1);
		Members::mutate(|members| members.push(substitute.clone()));
		leave(&account(4));
		run_to(System::block_number() + DRAW_DELAY + 1);
		assert!(members(1).contains(&substitute));
	});

	worker.run();
	assert!(worker.ordered(0).is_empty());
	worker.finds(1, 1, score(1));
	worker.run();
	let commit = commit_call(&mut worker, 1, 1, &score(1));
	assert_eq!(worker.sent(), vec![(0, commit)]);

	worker.execute(|| seal(1).unwrap());
	worker.run();
	let round = worker.execute(|| view(1).round);
	assert_eq!(worker.ordered(0), vec![(item(1), round)]);
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
	let round = worker.execute(|| view(1).round);
	let released = |who: &AccountId| done.contains(&((who.clone().into(), item(1)), round));
	assert!(worker.local.iter().all(released));

	// Told once.
	worker.run();
	assert_eq!(worker.services.done.lock().unwrap().len(), 2);
}

/// Has the first panel of item 1 dismissed while the local members have results, and the same
/// members drawn again. Returns both rounds.
fn redrawn(worker: &mut Worker) -> (BlockNumber, BlockNumber) {
	worker.execute(|| sealed(1));
	worker.run();
	let (first, _) = (worker.execute(|| view(1).round), worker.ordered(0));
	worker.finds(0, 1, score(1));
	worker.finds(1, 1, score(1));
	worker.execute(|| {
		run_to(System::block_number() + COMMIT + DRAW_DELAY + 2);
		assert_ok!(seal(1));
	});
	(first, worker.execute(|| view(1).round))
}

#[test]
fn the_result_of_a_former_round_is_not_used() {
	let mut worker = Worker::new();
	let (first, second) = redrawn(&mut worker);
	assert_ne!(first, second);

	worker.run();
	assert!(worker.sent().is_empty());
	assert_eq!(worker.ordered(0), vec![(item(1), second)]);

	worker.finds(0, 1, score(2));
	worker.run();
	let commit = commit_call(&mut worker, 0, 1, &score(2));
	assert_eq!(worker.sent(), vec![(0, commit)]);
}

#[test]
fn the_result_of_a_former_round_is_released_and_that_of_the_present_one_is_not() {
	let mut worker = Worker::new();
	let (first, _) = redrawn(&mut worker);
	worker.run();
	worker.execute(|| {
		AwaitsKey::set(true);
		vote(&members(1), 1, &[score(1), score(1), score(1)]);
		run_to(System::block_number() + RESULT_KEPT_BLOCKS);
	});

	worker.run();

	let done = worker.services.done.lock().unwrap().clone();
	assert_eq!(done.len(), 2);
	assert!(done.iter().all(|(_, round)| *round == first));
}

/// Seals the keys of `count` items, more than a worker looks at in one run.
fn crowd(worker: &mut Worker, count: u16) {
	let ids = (0..count).map(|n| ContentId(sp_io::hashing::blake2_256(&n.to_le_bytes())));
	worker.execute(|| {
		for id in ids.clone() {
			assert_ok!(open_item(id));
		}
		run_to(System::block_number() + DRAW_DELAY + 1);
		for id in ids {
			assert_ok!(seal_as(Owner::get(), id, PANEL as u8));
		}
	});
}

#[test]
fn every_item_has_its_turn_however_many_there_are() {
	let mut worker = Worker::new();
	let runs = 3;
	crowd(&mut worker, ITEMS_PER_RUN_MAX as u16 * (runs - 1) + 1);

	let mut reached = BTreeSet::new();
	for _ in 0..runs {
		worker.run();
		let ordered = worker.ordered(0);
		assert_eq!(ordered.len(), ITEMS_PER_RUN_MAX);
		reached.extend(ordered.into_iter().map(|(id, _)| id));
	}

	assert_eq!(reached.len(), ITEMS_PER_RUN_MAX * 2 + 1);
}

#[test]
fn what_could_not_be_sent_is_not_passed_over() {
	let mut worker = Worker::new();
	crowd(&mut worker, ITEMS_PER_RUN_MAX as u16 + 1);
	let member = worker.local[0].clone();
	let duties: Vec<_> = worker.execute(|| Moderation::duties_in_turn(&member).collect());
	for id in &duties {
		let round = worker.execute(|| Panels::<Test>::get(id).unwrap().round);
		let result = (round, score(1));
		worker.services.results.lock().unwrap().insert((member.clone().into(), *id), result);
	}
	let committed = |sent: Vec<(u64, Call<Test>)>| {
		let id = |call| match call {
			Call::commit { id, .. } => id,
			other => panic!("{other:?}"),
		};
		sent.into_iter().map(|(_, call)| id(call)).collect::<Vec<_>>()
	};

	worker.run();
	let first = worker.sent();
	// Nothing is included yet, so that the second run cannot send.
	worker.run();
	assert!(worker.sent().is_empty());
	for (_, call) in &first {
		worker.include(0, call.clone());
	}
	worker.run();

	let (next, later) = (committed(first), committed(worker.sent()));
	assert_eq!(next, duties[..CALLS_PER_RUN_MAX]);
	assert_eq!(later, duties[CALLS_PER_RUN_MAX..2 * CALLS_PER_RUN_MAX]);
}
