//! The command line of `popnet`.

use crate::chain_spec::{self, Extensions};
use clap::{CommandFactory, FromArgMatches, Parser};
use sc_cli::{
	CliConfiguration, Database, DefaultConfigurationValues, ImportParams, KeystoreParams,
	NetworkParams, RpcEndpoint, SharedParams, SubstrateCli,
};
use sc_service::{config::PrometheusConfig, BasePath};
use std::path::PathBuf;

/// Subcommands beside running the node.
#[derive(Debug, clap::Subcommand)]
pub enum Subcommand {
	/// Key management.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),
	/// Write the chain specification of `--chain` as JSON.
	BuildSpec(sc_cli::ExportChainSpecCmd),
	/// Validate blocks.
	CheckBlock(sc_cli::CheckBlockCmd),
	/// Export blocks.
	ExportBlocks(sc_cli::ExportBlocksCmd),
	/// Export the state of a block as a chain specification.
	ExportState(sc_cli::ExportStateCmd),
	/// Import blocks.
	ImportBlocks(sc_cli::ImportBlocksCmd),
	/// Revert the chain to an earlier block.
	Revert(sc_cli::RevertCmd),
	/// Delete the whole chain, the relay chain's included.
	PurgeChain(cumulus_client_cli::PurgeChainCmd),
	/// Export the genesis head of the parachain, to register it at a relay chain.
	#[command(alias = "export-genesis-state")]
	ExportGenesisHead(cumulus_client_cli::ExportGenesisHeadCommand),
	/// Export the genesis wasm of the parachain, to register it at a relay chain.
	ExportGenesisWasm(cumulus_client_cli::ExportGenesisWasmCommand),
	/// Measure this machine, or the weights of a runtime.
	#[command(subcommand)]
	Benchmark(Benchmark),
}

/// What can be measured.
#[derive(Debug, clap::Subcommand)]
pub enum Benchmark {
	/// Measure the weights of the runtime given by `--runtime`; `scripts/benchmark` makes one that can
	/// be measured.
	Pallet(Box<frame_benchmarking_cli::PalletCmd>),
	/// Measure processor, memory and disk against what a Delegate's node needs.
	Machine(frame_benchmarking_cli::MachineCmd),
}

/// What the content services of this node do.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub struct ContentArgs {
	/// Run the Masternode whose key of type `mstr` is in the keystore.
	#[arg(long)]
	pub masternode: bool,

	/// Run the Superdelegate whose key of type `sdlg` is in the keystore.
	#[arg(long)]
	pub superdelegate: bool,

	/// Masternodes that a development node runs in its process; genesis endows twelve.
	#[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(0..=12))]
	pub dev_masternodes: u32,

	/// Multiaddresses at which the content network listens; repeat for several. Port 0 takes any
	/// free port. Masternodes of a development node listen on free ports of 127.0.0.1.
	#[arg(long, value_name = "MULTIADDR", default_values_t = [
		"/ip4/0.0.0.0/tcp/30500".to_string(),
		"/ip4/0.0.0.0/tcp/30501/ws".to_string(),
	])]
	pub content_listen: Vec<String>,

	/// Multiaddresses under which others reach this node's content network, when they differ from
	/// the listen addresses.
	#[arg(long, value_name = "MULTIADDR")]
	pub content_public_addr: Vec<String>,

	/// GiB of disk that each Masternode of this node may fill with shards.
	#[arg(long, value_name = "GIB", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
	pub content_quota: u64,

	/// Address of the HTTP gateway through which browsers and players stream content.
	#[arg(long, value_name = "IP:PORT")]
	pub gateway: Option<std::net::SocketAddr>,

	/// The ONNX model that screens, with its description beside it (same name, `.json`). Without
	/// it the model for the moderation test card that this binary carries is used.
	#[arg(long, value_name = "FILE")]
	pub screening_model: Option<PathBuf>,
}

/// The POP Network node.
#[derive(Debug, Parser)]
#[command(
	propagate_version = true,
	args_conflicts_with_subcommands = true,
	subcommand_negates_reqs = true
)]
pub struct Cli {
	/// A subcommand; without one the node runs.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// Options of the node.
	#[command(flatten)]
	pub run: cumulus_client_cli::RunCmd,

	/// Options of the content services.
	#[command(flatten)]
	pub content: ContentArgs,

	/// Milliseconds between the blocks of a development chain.
	#[arg(long, value_name = "MS", default_value_t = popnet_runtime::constants::time::MILLISECS_PER_BLOCK, value_parser = clap::value_parser!(u64).range(100..=60_000))]
	pub dev_block_time: u64,

	/// Arguments of the relay chain node, after `--`.
	#[arg(raw = true)]
	pub relay_chain_args: Vec<String>,
}

impl Cli {
	/// The same with ParityDB where the command line names no database: RocksDB, the SDK's default,
	/// is not in this binary.
	#[must_use]
	pub fn with_default_database(mut self) -> Self {
		let chosen = match &mut self.subcommand {
			None => &mut self.run.base.import_params.database_params.database,
			Some(Subcommand::CheckBlock(command)) => {
				&mut command.import_params.database_params.database
			}
			Some(Subcommand::ImportBlocks(command)) => {
				&mut command.import_params.database_params.database
			}
			Some(Subcommand::ExportBlocks(command)) => &mut command.database_params.database,
			Some(Subcommand::ExportState(command)) => &mut command.database_params.database,
			Some(Subcommand::Revert(command)) => &mut command.database_params.database,
			Some(Subcommand::PurgeChain(command)) => &mut command.base.database_params.database,
			Some(
				Subcommand::Benchmark(_)
				| Subcommand::Key(_)
				| Subcommand::BuildSpec(_)
				| Subcommand::ExportGenesisHead(_)
				| Subcommand::ExportGenesisWasm(_),
			) => return self,
		};
		chosen.get_or_insert(Database::ParityDb);
		self
	}
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"POP Network".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		"The POP Network node: streaming media on a parachain.\n\n\
		 `popnet --dev` runs a whole network in one process: one block author, three \
		 Superdelegates, twelve Masternodes and the HTTP gateway. What follows `--` goes to the \
		 relay chain node of a collator: `popnet key generate-node-key --chain local`, then \
		 `popnet --chain local --collator -- --chain relay.json`."
			.into()
	}

	fn author() -> String {
		"POP Network".into()
	}

	fn support_url() -> String {
		env!("CARGO_PKG_REPOSITORY").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		chain_spec::load(id).map(|spec| Box::new(spec) as _)
	}
}

/// The command line of the relay chain node inside a collator.
#[derive(Debug)]
pub struct RelayChainCli {
	base: polkadot_cli::RunCmd,
	chain_id: Option<String>,
	base_path: PathBuf,
}

impl RelayChainCli {
	/// Parses what followed `--`; the relay chain's data goes below the parachain's.
	pub fn new<'a>(
		config: &sc_service::Configuration,
		arguments: impl Iterator<Item = &'a String>,
	) -> Self {
		let matches = polkadot_cli::RunCmd::command()
			.no_binary_name(true)
			.help_template("Arguments of the relay chain node:\n\n{options}")
			.get_matches_from(arguments);
		let base =
			polkadot_cli::RunCmd::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
		let chain_id =
			Extensions::of(&*config.chain_spec).map(|extensions| extensions.relay_chain.clone());
		Self { base, chain_id, base_path: config.base_path.path().join("relay") }
	}
}

impl SubstrateCli for RelayChainCli {
	fn impl_name() -> String {
		Cli::impl_name()
	}

	fn impl_version() -> String {
		Cli::impl_version()
	}

	fn description() -> String {
		Cli::description()
	}

	fn author() -> String {
		Cli::author()
	}

	fn support_url() -> String {
		Cli::support_url()
	}

	fn copyright_start_year() -> i32 {
		Cli::copyright_start_year()
	}

	fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		// The runtimes of local relay chains are not in this binary: each takes minutes to compile.
		if id == "dev" || id.ends_with("-dev") || id.ends_with("-local") {
			return Err(format!(
				"the relay chain {id} is not built in; write its specification to a file (`polkadot build-spec \
				 --chain {id} --raw`) and pass it after `--`: popnet … -- --chain {id}.json"
			));
		}
		polkadot_cli::Cli::from_iter([Self::executable_name()].iter()).load_spec(id)
	}
}

impl DefaultConfigurationValues for RelayChainCli {
	fn p2p_listen_port() -> u16 {
		30334
	}

	fn rpc_listen_port() -> u16 {
		9945
	}

	fn prometheus_listen_port() -> u16 {
		9616
	}
}

impl CliConfiguration<Self> for RelayChainCli {
	fn shared_params(&self) -> &SharedParams {
		self.base.base.shared_params()
	}

	fn import_params(&self) -> Option<&ImportParams> {
		self.base.base.import_params()
	}

	fn network_params(&self) -> Option<&NetworkParams> {
		self.base.base.network_params()
	}

	fn keystore_params(&self) -> Option<&KeystoreParams> {
		self.base.base.keystore_params()
	}

	fn base_path(&self) -> sc_cli::Result<Option<BasePath>> {
		Ok(self
			.shared_params()
			.base_path()?
			.or_else(|| Some(BasePath::new(self.base_path.clone()))))
	}

	fn rpc_addr(&self, default_port: u16) -> sc_cli::Result<Option<Vec<RpcEndpoint>>> {
		self.base.base.rpc_addr(default_port)
	}

	fn prometheus_config(
		&self,
		default_port: u16,
		chain_spec: &Box<dyn sc_service::ChainSpec>,
	) -> sc_cli::Result<Option<PrometheusConfig>> {
		self.base.base.prometheus_config(default_port, chain_spec)
	}

	fn database(&self) -> sc_cli::Result<Option<Database>> {
		let chosen = self.base.base.import_params.database_params.database();
		Ok(chosen.or(Some(Database::ParityDb)))
	}

	// The logger is the parachain's; the relay chain side has nothing of its own to set up.
	fn init<F>(&self, _: &String, _: &String, _: F) -> sc_cli::Result<()>
	where
		F: FnOnce(&mut sc_cli::LoggerBuilder),
	{
		Ok(())
	}

	fn chain_id(&self, is_dev: bool) -> sc_cli::Result<String> {
		let id = self.base.base.chain_id(is_dev)?;
		Ok(if id.is_empty() { self.chain_id.clone().unwrap_or_default() } else { id })
	}

	fn role(&self, is_dev: bool) -> sc_cli::Result<sc_service::Role> {
		self.base.base.role(is_dev)
	}

	fn transaction_pool(
		&self,
		is_dev: bool,
	) -> sc_cli::Result<sc_service::config::TransactionPoolOptions> {
		self.base.base.transaction_pool(is_dev)
	}

	fn rpc_methods(&self) -> sc_cli::Result<sc_service::config::RpcMethods> {
		self.base.base.rpc_methods()
	}

	fn rpc_max_connections(&self) -> sc_cli::Result<u32> {
		self.base.base.rpc_max_connections()
	}

	fn rpc_cors(&self, is_dev: bool) -> sc_cli::Result<Option<Vec<String>>> {
		self.base.base.rpc_cors(is_dev)
	}

	fn force_authoring(&self) -> sc_cli::Result<bool> {
		self.base.base.force_authoring()
	}

	fn announce_block(&self) -> sc_cli::Result<bool> {
		self.base.base.announce_block()
	}

	fn telemetry_endpoints(
		&self,
		chain_spec: &Box<dyn sc_service::ChainSpec>,
	) -> sc_cli::Result<Option<sc_telemetry::TelemetryEndpoints>> {
		self.base.base.telemetry_endpoints(chain_spec)
	}

	fn node_name(&self) -> sc_cli::Result<String> {
		self.base.base.node_name()
	}
}
