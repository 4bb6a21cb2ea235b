//! A chain without a node: the real genesis, blocks with the real inherents, executed by the real
//! `Executive`, natively.

use anyhow::{anyhow, Context};
use codec::Encode;
use cumulus_client_parachain_inherent::MockValidationDataInherentDataProvider;
use cumulus_primitives_core::{relay_chain::HeadData, ParaId};
use frame_support::{
	genesis_builder_helper::get_preset, inherent::ProvideInherent, traits::BuildGenesisConfig,
};
use popnet_primitives::{AccountId, Balance};
use popnet_runtime::{
	constants::{relay, time, POP},
	genesis_config_presets, BlockNumber, Executive, Hash, Header, ParachainSystem, Runtime,
	RuntimeCall, RuntimeGenesisConfig, SessionKeys, Timestamp, UncheckedExtrinsic,
};
use sp_core::sr25519;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_inherents::{InherentData, InherentDataProvider};
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_runtime::{
	generic::{self, Digest},
	traits::Header as _,
	DigestItem,
};

/// Slot of the first blocks.
const FIRST_SLOT: u64 = 1_000_000;
/// POP that a Delegate bonds.
const DELEGATE_STAKE: Balance = 1_000_000 * POP;

/// Where a chain is; its state is the externalities it runs in.
#[derive(Clone)]
pub(crate) struct Chain {
	number: BlockNumber,
	parent: Header,
}

/// A fresh chain of the development preset as `adapt` changes it, its genesis being committed.
pub(crate) fn genesis(
	adapt: impl FnOnce(&mut RuntimeGenesisConfig),
) -> anyhow::Result<(TestExternalities, Chain)> {
	let mut externalities = TestExternalities::default();
	let chain = externalities.execute_with(|| {
		let preset = Some(PresetId::from(DEV_RUNTIME_PRESET));
		let patch = get_preset::<RuntimeGenesisConfig>(&preset, genesis_config_presets::get_preset)
			.context("the preset is missing")?;
		let defaults = get_preset::<RuntimeGenesisConfig>(&None, |_| None)
			.context("the defaults are missing")?;
		let mut json = serde_json::from_slice(&defaults)?;
		merge(&mut json, serde_json::from_slice(&patch)?);
		let mut config: RuntimeGenesisConfig = serde_json::from_value(json)?;
		adapt(&mut config);
		config.build();
		let parent =
			Header::new(0, Hash::default(), Hash::default(), Hash::default(), Digest::default());
		frame_system::BlockHash::<Runtime>::insert(0, parent.hash());
		anyhow::Ok(Chain { number: 0, parent })
	})?;
	commit(&mut externalities)?;
	Ok((externalities, chain))
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

/// Moves what blocks have written from the overlay to the trie, as a node does after each block.
pub(crate) fn commit(externalities: &mut TestExternalities) -> anyhow::Result<()> {
	externalities.commit_all().map_err(|error| anyhow!(error))
}

/// The account number `index` of a kind.
pub(crate) fn account(kind: &str, index: u32) -> AccountId {
	AccountId::new(blake2_256(&(kind, index).encode()))
}

/// Adds Delegates to a genesis until there are `count`; returns those that were added.
pub(crate) fn add_delegates(config: &mut RuntimeGenesisConfig, count: u32) -> Vec<AccountId> {
	let present = config.staking.validator_count;
	let added: Vec<AccountId> = (present..count).map(|index| account("Delegate", index)).collect();
	for who in &added {
		config.balances.balances.push((who.clone(), 2 * DELEGATE_STAKE));
		config.staking.stakers.push((
			who.clone(),
			who.clone(),
			DELEGATE_STAKE,
			sp_staking::StakerStatus::Validator,
		));
		let aura = sr25519::Public::from_raw(blake2_256(who.as_ref())).into();
		config.session.keys.push((who.clone(), who.clone(), SessionKeys { aura }));
	}
	config.staking.validator_count = present.max(count);
	added
}

impl Chain {
	/// Number of the newest block.
	pub(crate) fn number(&self) -> BlockNumber {
		self.number
	}

	/// What is known of the next block before it is made.
	pub(crate) fn next_header(&self) -> Header {
		let slot = sp_consensus_aura::Slot::from(self.next_slot());
		let digest = Digest { logs: vec![DigestItem::PreRuntime(*b"aura", slot.encode())] };
		Header::new(
			self.number.saturating_add(1),
			Hash::default(),
			Hash::default(),
			self.parent.hash(),
			digest,
		)
	}

	/// Begins the next block and applies its inherents.
	pub(crate) fn begin(&mut self) -> anyhow::Result<()> {
		Executive::initialize_block(&self.next_header());
		self.apply_inherents()?;
		self.number = self.number.saturating_add(1);
		Ok(())
	}

	/// Applies the inherents of the next block, which has been initialized.
	pub(crate) fn apply_inherents(&self) -> anyhow::Result<()> {
		for inherent in self.inherents()? {
			Executive::apply_extrinsic(inherent)
				.map_err(|error| anyhow!("an inherent is invalid: {error:?}"))?
				.map_err(|error| anyhow!("an inherent failed: {error:?}"))?;
		}
		Ok(())
	}

	/// Ends the block that has begun.
	pub(crate) fn end(&mut self) {
		self.parent = Executive::finalize_block();
	}

	/// Makes a block without transactions.
	pub(crate) fn empty_block(&mut self) -> anyhow::Result<()> {
		self.begin()?;
		self.end();
		Ok(())
	}

	fn next_slot(&self) -> u64 {
		let next = self.number.saturating_add(1);
		FIRST_SLOT.saturating_add(u64::from(next / relay::BLOCK_PROCESSING_VELOCITY))
	}

	fn inherents(&self) -> anyhow::Result<Vec<UncheckedExtrinsic>> {
		let (next, slot) = (self.number.saturating_add(1), self.next_slot());
		let within_slot =
			u64::from(next % relay::BLOCK_PROCESSING_VELOCITY) * time::MILLISECS_PER_BLOCK;
		let timestamp = sp_timestamp::InherentDataProvider::new(
			(slot * u64::from(relay::SLOT_DURATION_MILLIS) + within_slot).into(),
		);
		let relay = MockValidationDataInherentDataProvider::<()> {
			current_para_block: next,
			current_para_block_head: Some(HeadData(self.parent.encode())),
			para_blocks_per_relay_epoch: 10,
			para_id: ParaId::from(relay::PARA_ID),
			relay_blocks_per_para_block: 0,
			relay_offset: u32::try_from(slot)?,
			relay_parent_offset: relay::PARENT_OFFSET,
			..Default::default()
		};
		let mut data = InherentData::new();
		futures::executor::block_on(async {
			timestamp.provide_inherent_data(&mut data).await?;
			relay.provide_inherent_data(&mut data).await
		})
		.map_err(|error| anyhow!("{error:?}"))?;
		let time = Timestamp::create_inherent(&data).context("a block has a time")?;
		let relay = ParachainSystem::create_inherent(&data).context("and a relay parent")?;
		Ok([RuntimeCall::from(time), RuntimeCall::from(relay)]
			.map(|call| generic::UncheckedExtrinsic::new_bare(call).into())
			.into())
	}
}
