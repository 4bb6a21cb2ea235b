//! A chain without a node: blocks with the real inherents, executed by the real `Executive`.
//!
//! Panics on whatever a block author could not have done, as a test should.
#![allow(dead_code)] // every test target uses a part of it

use codec::Encode;
use cumulus_client_parachain_inherent::MockValidationDataInherentDataProvider;
use cumulus_primitives_core::ParaId;
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	traits::UnfilteredDispatchable,
};
use popnet_runtime::{
	constants::{relay, time},
	genesis_config_presets, native_extension, AccountId, Address, Balance, BlockNumber, Executive,
	Hash, Header, Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, RuntimeOrigin,
	SignedPayload, System, UncheckedExtrinsic,
};
use sp_core::{sr25519, Pair};
use sp_inherents::{InherentData, InherentDataProvider};
use sp_keyring::Sr25519Keyring;
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::{
	generic::{self, Digest, Era},
	traits::{BlakeTwo256, Hash as _, Header as _},
	transaction_validity::TransactionValidityError,
	DigestItem, DispatchResult, MultiSignature,
};

/// What applying a transaction came to: refused before it ran, or run with a result.
pub type Applied = Result<DispatchResult, TransactionValidityError>;

/// A chain that grows by [`Chain::block`]; its state is the externalities it runs in.
pub struct Chain {
	number: BlockNumber,
	parent: Header,
}

/// Runs `test` on a fresh chain of the development preset.
pub fn development(test: impl FnOnce(&mut Chain)) {
	let (mut externalities, mut chain) = fresh();
	externalities.execute_with(|| test(&mut chain));
}

/// A fresh chain of the development preset and the state that it has to run in. Who commits the
/// state from time to time keeps long chains fast.
pub fn fresh() -> (sp_io::TestExternalities, Chain) {
	let mut externalities = sp_io::TestExternalities::default();
	externalities.register_extension(KeystoreExt::new(MemoryKeystore::new()));
	let chain = externalities.execute_with(|| {
		let preset =
			Some(sp_genesis_builder::PresetId::from(sp_genesis_builder::DEV_RUNTIME_PRESET));
		let patch = get_preset::<RuntimeGenesisConfig>(&preset, genesis_config_presets::get_preset)
			.expect("the preset exists");
		let defaults = get_preset::<RuntimeGenesisConfig>(&None, |_| None).expect("defaults");
		let mut config: serde_json::Value = serde_json::from_slice(&defaults).expect("JSON");
		merge(&mut config, serde_json::from_slice(&patch).expect("JSON"));
		let config = serde_json::to_vec(&config).expect("JSON");
		build_state::<RuntimeGenesisConfig>(config).expect("a valid genesis");
		let genesis =
			Header::new(0, Hash::default(), Hash::default(), Hash::default(), Digest::default());
		frame_system::BlockHash::<Runtime>::insert(0, genesis.hash());
		Chain { number: 0, parent: genesis }
	});
	(externalities, chain)
}

fn merge(config: &mut serde_json::Value, patch: serde_json::Value) {
	match (config, patch) {
		(serde_json::Value::Object(config), serde_json::Value::Object(patch)) => {
			for (key, value) in patch {
				merge(config.entry(key).or_insert(serde_json::Value::Null), value);
			}
		}
		(config, patch) => *config = patch,
	}
}

impl Chain {
	/// Number of the newest block.
	pub fn number(&self) -> BlockNumber {
		self.number
	}

	/// Makes a block of these transactions and returns what became of each.
	pub fn block(&mut self, transactions: Vec<UncheckedExtrinsic>) -> Vec<Applied> {
		self.begin();
		let results = transactions.into_iter().map(|transaction| self.apply(transaction)).collect();
		self.end();
		results
	}

	/// Lets the next block begin: hooks and inherents run.
	pub fn begin(&mut self) {
		self.number += 1;
		let slot = u64::from(1_000_000 + self.number / relay::BLOCK_PROCESSING_VELOCITY);
		let digest = Digest {
			logs: vec![DigestItem::PreRuntime(
				*b"aura",
				sp_consensus_aura::Slot::from(slot).encode(),
			)],
		};
		let header =
			Header::new(self.number, Hash::default(), Hash::default(), self.parent.hash(), digest);
		Executive::initialize_block(&header);
		for inherent in self.inherents(slot) {
			Executive::apply_extrinsic(inherent).expect("inherents apply").expect("and succeed");
		}
	}

	/// Applies a transaction in the block that has begun. As with a block author, nothing remains of one
	/// that is not admitted.
	pub fn apply(&mut self, transaction: UncheckedExtrinsic) -> Applied {
		sp_io::storage::start_transaction();
		let applied = Executive::apply_extrinsic(transaction);
		match applied {
			Ok(_) => sp_io::storage::commit_transaction(),
			Err(_) => sp_io::storage::rollback_transaction(),
		}
		applied
	}

	/// Ends the block that has begun.
	pub fn end(&mut self) {
		self.parent = Executive::finalize_block();
	}

	/// Lets `blocks` numbers pass without a block, as if nobody had used the chain for so long. What is
	/// scheduled for these numbers is never done: for chains on which nothing is.
	pub fn leap(&mut self, blocks: BlockNumber) {
		self.number += blocks;
		System::set_block_number(self.number);
	}

	fn inherents(&self, slot: u64) -> Vec<UncheckedExtrinsic> {
		let timestamp = sp_timestamp::InherentDataProvider::new(
			(slot * u64::from(relay::SLOT_DURATION_MILLIS)
				+ u64::from(self.number % relay::BLOCK_PROCESSING_VELOCITY)
					* time::MILLISECS_PER_BLOCK)
				.into(),
		);
		let relay = MockValidationDataInherentDataProvider::<()> {
			current_para_block: self.number,
			current_para_block_head: Some(cumulus_primitives_core::relay_chain::HeadData(
				self.parent.encode(),
			)),
			para_blocks_per_relay_epoch: 10,
			para_id: ParaId::from(relay::PARA_ID),
			relay_blocks_per_para_block: 0,
			relay_offset: u32::try_from(slot).expect("a slot of this test"),
			relay_parent_offset: relay::PARENT_OFFSET,
			..Default::default()
		};
		let mut data = InherentData::new();
		futures::executor::block_on(async {
			timestamp.provide_inherent_data(&mut data).await.expect("time");
			relay.provide_inherent_data(&mut data).await.expect("validation data");
		});
		use frame_support::inherent::ProvideInherent;
		let calls = [
			popnet_runtime::Timestamp::create_inherent(&data).map(RuntimeCall::from),
			popnet_runtime::ParachainSystem::create_inherent(&data).map(RuntimeCall::from),
		];
		calls
			.into_iter()
			.flatten()
			.map(|call| generic::UncheckedExtrinsic::new_bare(call).into())
			.collect()
	}

	/// Makes empty blocks until `number` has been reached.
	pub fn run_to(&mut self, number: BlockNumber) {
		while self.number < number {
			self.block(Vec::new());
		}
	}

	/// Makes `blocks` empty blocks.
	pub fn run(&mut self, blocks: BlockNumber) {
		self.run_to(self.number + blocks);
	}

	/// Makes empty blocks until `done`, at most `limit`.
	pub fn run_until(&mut self, limit: BlockNumber, done: impl Fn() -> bool) {
		for _ in 0..limit {
			if done() {
				return;
			}
			self.block(Vec::new());
		}
		assert!(done(), "not reached within {limit} blocks");
	}

	/// Makes a block of one transaction by `who`.
	pub fn submit(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> Applied {
		let transaction = self.sign(who, call.into());
		self.block(vec![transaction]).remove(0)
	}

	/// Like [`Chain::submit`], for what has to succeed.
	pub fn ok(&mut self, who: Sr25519Keyring, call: impl Into<RuntimeCall>) {
		let call = call.into();
		let applied = self.submit(who, call.clone());
		assert_eq!(applied, Ok(Ok(())), "{who:?}: {call:?}");
	}

	/// A signed transaction with the next nonce of `who`.
	pub fn sign(&self, who: Sr25519Keyring, call: RuntimeCall) -> UncheckedExtrinsic {
		self.sign_with(who, call, System::account_nonce(who.to_account_id()), 0)
	}

	/// A signed transaction with `nonce` and `tip`.
	pub fn sign_with(
		&self,
		who: Sr25519Keyring,
		call: RuntimeCall,
		nonce: u32,
		tip: Balance,
	) -> UncheckedExtrinsic {
		self.sign_by(&who.pair(), call, nonce, tip)
	}

	/// Like [`Chain::sign_with`], for any key.
	pub fn sign_by(
		&self,
		who: &sr25519::Pair,
		call: RuntimeCall,
		nonce: u32,
		tip: Balance,
	) -> UncheckedExtrinsic {
		let extension = native_extension(nonce, tip, Era::Immortal);
		let payload = SignedPayload::new(call, extension).expect("a payload");
		let signature = payload.using_encoded(|bytes| who.sign(bytes));
		let (call, extension, _) = payload.deconstruct();
		generic::UncheckedExtrinsic::new_signed(
			call,
			Address::Id(who.public().into()),
			MultiSignature::Sr25519(signature),
			extension,
		)
		.into()
	}

	/// Dispatches `call` as root, outside of any block.
	pub fn root(&self, call: impl Into<RuntimeCall>) {
		let result = call.into().dispatch_bypass_filter(RuntimeOrigin::root());
		assert!(result.is_ok(), "{result:?}");
	}

	/// Events of the newest block.
	pub fn events(&self) -> Vec<RuntimeEvent> {
		System::events().into_iter().map(|record| record.event).collect()
	}
}

/// Hash by which a call's preimage is known.
pub fn hash_of(call: &RuntimeCall) -> Hash {
	BlakeTwo256::hash_of(call)
}

/// Account of a well-known key.
pub fn account(who: Sr25519Keyring) -> AccountId {
	who.to_account_id()
}
