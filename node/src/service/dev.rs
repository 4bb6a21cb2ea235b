//! Starts a development network in one process: blocks are sealed by the clock and final at once,
//! the relay chain is imitated, Masternodes and Superdelegates run beside the chain.

use super::{
	content, new_partial, start_offchain_workers, Block, Client, Extra, Mode, OffchainParts,
};
use crate::{cli::ContentArgs, rpc};
use codec::Encode;
use cumulus_client_parachain_inherent::MockValidationDataInherentDataProvider;
use cumulus_primitives_core::{CollectCollationInfo, ParaId};
use futures::StreamExt;
use popnet_runtime::{
	constants::{relay, time},
	Hash, Header,
};
use sc_consensus::LongestChain;
use sc_consensus_manual_seal::{
	consensus::aura::AuraConsensusDataProvider, run_manual_seal, EngineCommand, ManualSealParams,
};
use sc_network::{config::FullNetworkConfiguration, NetworkBackend};
use sc_service::{error::Error as ServiceError, Configuration, PartialComponents, TaskManager};
use sp_api::ProvideRuntimeApi;
use sp_consensus_aura::{
	digests::CompatibleDigestItem, sr25519::AuthoritySignature as AuraSignature,
};
use std::{
	sync::Arc,
	time::{Duration, SystemTime, UNIX_EPOCH},
};

type Network = sc_network::Litep2pNetworkBackend;

/// Starts the network and returns its tasks.
///
/// # Errors
/// When the database, the network or a content service cannot be started.
pub async fn start(
	config: Configuration,
	content_args: ContentArgs,
	block_time_ms: u64,
) -> Result<TaskManager, ServiceError> {
	let PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		transaction_pool,
		other: Extra { mut telemetry, .. },
		..
	} = new_partial(&config, Mode::Development)?;

	let net_config = FullNetworkConfiguration::<_, _, Network>::new(
		&config.network,
		config.prometheus_registry().cloned(),
	);
	let metrics = <Network as NetworkBackend<Block, Hash>>::register_notification_metrics(
		config.prometheus_registry(),
	);
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			block_announce_validator_builder: None,
			block_relay: None,
			client: client.clone(),
			config: &config,
			gap_sync_body_policy: None,
			import_queue,
			metrics,
			net_config,
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			spawn_handle: task_manager.spawn_handle(),
			transaction_pool: transaction_pool.clone(),
			warp_sync_config: None,
		})?;

	let services = content::start(content::Parts {
		args: &content_args,
		config: &config,
		client: client.clone(),
		keystore: keystore_container.local_keystore(),
		task_manager: &task_manager,
		mode: Mode::Development,
	})
	.await?;
	if let Some(services) = &services {
		content::join_network(
			services.clone(),
			client.clone(),
			transaction_pool.clone(),
			&task_manager,
		);
	}
	start_offchain_workers(OffchainParts {
		config: &config,
		task_manager: &task_manager,
		client: client.clone(),
		backend: backend.clone(),
		pool: transaction_pool.clone(),
		keystore: keystore_container.keystore(),
		network: network.clone(),
		services: services.clone().map(|services| services as _),
	})?;

	let proposer = sc_basic_authorship::ProposerFactory::new(
		task_manager.spawn_handle(),
		client.clone(),
		transaction_pool.clone(),
		config.prometheus_registry(),
		telemetry.as_ref().map(|telemetry| telemetry.handle()),
	);
	let sealing = run_manual_seal(ManualSealParams {
		block_import: client.clone(),
		client: client.clone(),
		commands_stream: Box::pin(seal_commands(Duration::from_millis(block_time_ms))),
		consensus_data_provider: Some(Box::new(
			AuraConsensusDataProvider::<Block>::new_with_slot_duration(
				sp_consensus_aura::SlotDuration::from_millis(time::SLOT_DURATION),
			),
		)),
		create_inherent_data_providers: inherents(client.clone()),
		env: proposer,
		pool: transaction_pool.clone(),
		select_chain: LongestChain::new(backend.clone()),
	});
	task_manager.spawn_essential_handle().spawn_blocking("seal", None, sealing);

	let rpc_builder = {
		let (client, pool) = (client.clone(), transaction_pool.clone());
		Box::new(move |_| {
			rpc::create(client.clone(), pool.clone(), services.clone()).map_err(Into::into)
		})
	};
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		backend,
		client,
		config,
		keystore: keystore_container.keystore(),
		network,
		rpc_builder,
		sync_service,
		system_rpc_tx,
		task_manager: &mut task_manager,
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
		transaction_pool,
		tx_handler_controller,
	})?;
	Ok(task_manager)
}

/// A command to seal and finalise a block, empty or not, every `period`. When sealing takes longer
/// than the period the missed ticks are skipped, not made up for.
fn seal_commands(period: Duration) -> impl futures::Stream<Item = EngineCommand<Hash>> {
	let mut ticks = tokio::time::interval(period);
	ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
	futures::stream::unfold(ticks, |mut ticks| async move {
		ticks.tick().await;
		Some(((), ticks))
	})
	.map(|()| EngineCommand::SealNewBlock {
		create_empty: true,
		finalize: true,
		parent_hash: None,
		sender: None,
	})
}

/// Milliseconds since the Unix epoch.
fn now_ms() -> u64 {
	SystemTime::now()
		.duration_since(UNIX_EPOCH)
		.map(|elapsed| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX))
		.unwrap_or_default()
}

/// What a collator would get from the relay chain: time and a validation proof.
///
/// The relay chain's slot follows the wall clock, but a slot admits only as many blocks as the
/// parachain's velocity allows. A chain that seals faster than that gets a relay clock of its own
/// that runs ahead, and goes on from there when the node is started again.
fn inherents(
	client: Arc<Client>,
) -> impl Fn(
	Hash,
	(),
) -> futures::future::Ready<
	Result<
		(sp_timestamp::InherentDataProvider, MockValidationDataInherentDataProvider<()>),
		Box<dyn std::error::Error + Send + Sync>,
	>,
> + Send
       + Sync {
	let slot_ms = u64::from(relay::SLOT_DURATION_MILLIS);
	let clock = parking_lot::Mutex::new(RelayClock::default());
	move |parent: Hash, ()| {
		let provide = || -> Result<_, Box<dyn std::error::Error + Send + Sync>> {
			let header = client
				.header(parent)?
				.ok_or_else(|| format!("the parent block {parent} is not in the database"))?;
			let upgrade = client
				.runtime_api()
				.collect_collation_info(parent, &header)
				.map(|info| info.new_validation_code.is_some())
				.unwrap_or_default();
			let slot = clock.lock().next(now_ms() / slot_ms, slot_of(&header));
			let timestamp = (slot * slot_ms).max(now_ms().min((slot + 1) * slot_ms - 1));
			let relay = MockValidationDataInherentDataProvider::<()> {
				current_para_block: header.number + 1,
				current_para_block_head: Some(cumulus_primitives_core::relay_chain::HeadData(
					header.encode(),
				)),
				para_blocks_per_relay_epoch: 10,
				para_id: ParaId::from(relay::PARA_ID),
				relay_blocks_per_para_block: 0,
				relay_offset: u32::try_from(slot)?,
				relay_parent_offset: relay::PARENT_OFFSET,
				upgrade_go_ahead: upgrade
					.then_some(cumulus_primitives_core::relay_chain::UpgradeGoAhead::GoAhead),
				..Default::default()
			};
			Ok((sp_timestamp::InherentDataProvider::new(timestamp.into()), relay))
		};
		futures::future::ready(provide())
	}
}

/// Slot of a block; 0 for genesis. Aura's slots and the relay chain's are of one length.
fn slot_of(header: &Header) -> u64 {
	let slot = |item| CompatibleDigestItem::<AuraSignature>::as_aura_pre_digest(item);
	header.digest.logs().iter().find_map(slot).map(u64::from).unwrap_or_default()
}

/// Hands out relay chain slots: each at most as often as the parachain's velocity allows.
#[derive(Default)]
struct RelayClock {
	slot: u64,
	blocks: u32,
}

impl RelayClock {
	/// The slot of the next block; `parent_slot` is that of the block it builds on, which an earlier
	/// run may have sealed.
	fn next(&mut self, wall_slot: u64, parent_slot: u64) -> u64 {
		if parent_slot > self.slot {
			// How many blocks share the parent's slot is not known: count it as full.
			*self = Self { slot: parent_slot, blocks: relay::BLOCK_PROCESSING_VELOCITY };
		}
		if wall_slot > self.slot {
			*self = Self { slot: wall_slot, blocks: 0 };
		} else if self.blocks >= relay::BLOCK_PROCESSING_VELOCITY {
			*self = Self { slot: self.slot + 1, blocks: 0 };
		}
		self.blocks += 1;
		self.slot
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_slot_is_never_used_more_often_than_the_velocity_allows() {
		let mut clock = RelayClock::default();
		let slots: Vec<u64> = (0..12).map(|_| clock.next(7, 0)).collect();
		assert_eq!(slots, [7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10]);
		assert_eq!(clock.next(20, 10), 20);
		assert_eq!(clock.next(19, 20), 20, "time never goes back");
	}

	#[test]
	fn a_clock_that_ran_ahead_goes_on_from_there_when_the_node_is_started_again() {
		let mut clock = RelayClock::default();
		assert_eq!(clock.next(7, 40), 41);
		assert_eq!(clock.next(7, 41), 41);
	}

	#[test]
	fn aura_and_relay_chain_slots_are_of_one_length() {
		assert_eq!(time::SLOT_DURATION, u64::from(relay::SLOT_DURATION_MILLIS));
	}
}
