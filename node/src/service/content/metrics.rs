//! Prometheus metrics of the content services.

use super::Services;
use prometheus_endpoint::{register, GaugeVec, Opts, PrometheusError, Registry, U64};
use sc_service::TaskManager;
use sp_core::crypto::Ss58Codec;
use std::{sync::Arc, time::Duration};

const PERIOD: Duration = Duration::from_secs(5);

struct Gauges {
	masternode: GaugeVec<U64>,
	screening: GaugeVec<U64>,
	gateway: GaugeVec<U64>,
	viewer: GaugeVec<U64>,
}

/// Registers the metrics and keeps them up to date.
///
/// # Errors
/// When a name is taken.
pub fn start(
	registry: &Registry,
	services: Arc<Services>,
	task_manager: &TaskManager,
) -> Result<(), PrometheusError> {
	let gauge = |name: &str, help: &str, labels: &[&str]| {
		register(GaugeVec::<U64>::new(Opts::new(name, help), labels)?, registry)
	};
	let gauges = Gauges {
		masternode: gauge(
			"popnet_masternode",
			"State and counters of each Masternode of this process",
			&["account", "what"],
		)?,
		screening: gauge(
			"popnet_screening",
			"Items of each Superdelegate of this process",
			&["account", "what"],
		)?,
		gateway: gauge("popnet_gateway", "Counters of the HTTP gateway", &["what"])?,
		viewer: gauge(
			"popnet_retrieval",
			"Counters of the host that fetches for gateway and screening",
			&["what"],
		)?,
	};
	let updating = async move {
		loop {
			gauges.update(&services);
			tokio::time::sleep(PERIOD).await;
		}
	};
	task_manager.spawn_handle().spawn("content-metrics", "content", updating);
	Ok(())
}

impl Gauges {
	fn update(&self, services: &Services) {
		for local in &services.masternodes {
			let account = local.account.to_ss58check();
			let (keeper, net) = (&local.keeper, local.keeper.metrics());
			let shares = keeper.share_counts();
			let values = [
				("running", u64::from(keeper.host().is_some())),
				("blocks_stored", keeper.blocks() as u64),
				("bytes_stored", keeper.bytes()),
				("shares_complete", shares.complete as u64),
				("shares_damaged", shares.damaged as u64),
				("shares_under_way", shares.under_way as u64),
				("shares_without_room", shares.without_room),
				("blocks_damaged", shares.blocks_damaged),
				("blocks_served", net.blocks_served),
				("bytes_served", net.bytes_served),
				("blocks_missing", net.blocks_missing),
				("requests_refused", net.requests_refused),
				("wants_unanswered", net.wants_unanswered),
				("bytes_fetched", net.bytes_fetched),
				("lies", net.lies),
				("requests_failed", net.requests_failed),
				("peers", net.peers),
			];
			for (what, value) in values {
				self.masternode.with_label_values(&[account.as_str(), what]).set(value);
			}
		}
		for (account, service) in &services.superdelegates {
			let account = sp_core::crypto::AccountId32::from(*account).to_ss58check();
			let (under_way, kept, finished) = service.counts();
			let values =
				[("under_way", under_way as u64), ("kept", kept as u64), ("finished", finished)];
			for (what, value) in values {
				self.screening.with_label_values(&[account.as_str(), what]).set(value);
			}
		}
		if let Some(gateway) = &services.gateway {
			let metrics = gateway.metrics();
			let values = [
				("requests", metrics.requests),
				("bytes_served", metrics.bytes_served),
				("refused", metrics.refused),
				("aborted", metrics.aborted),
				("streams_open", metrics.streams_open),
			];
			for (what, value) in values {
				self.gateway.with_label_values(&[what]).set(value);
			}
		}
		let net = services.viewer.metrics();
		let values = [
			("blocks_fetched", net.blocks_fetched),
			("bytes_fetched", net.bytes_fetched),
			("lies", net.lies),
			("requests_failed", net.requests_failed),
			("peers", net.peers),
		];
		for (what, value) in values {
			self.viewer.with_label_values(&[what]).set(value);
		}
	}
}
