//! Runs what the command line asks for.

use crate::{
	chain_spec::Extensions,
	cli::{Benchmark, Cli, RelayChainCli, Subcommand},
	service,
};
use sc_cli::SubstrateCli;
use sc_service::{config::DatabaseSource, PartialComponents};

/// Runs a chain operation that works on the client and the database alone.
macro_rules! chain_operation {
	($runner:expr, |$config:ident, $parts:ident| $operation:expr) => {{
		$runner.async_run(|$config| {
			let $parts = service::new_partial(&$config, service::Mode::of(&$config))?;
			let operation = $operation;
			Ok((operation, $parts.task_manager))
		})
	}};
}

/// Parses the command line and runs it.
pub fn run() -> sc_cli::Result<()> {
	let cli = Cli::from_args().with_default_database();
	match &cli.subcommand {
		None => run_node(cli),
		Some(Subcommand::Key(command)) => command.run(&cli),
		Some(Subcommand::BuildSpec(command)) => {
			let spec = cli.load_spec(&command.chain)?;
			command.run(spec)
		}
		Some(Subcommand::CheckBlock(command)) => {
			let runner = cli.create_runner(command)?;
			chain_operation!(runner, |config, parts| command.run(parts.client, parts.import_queue))
		}
		Some(Subcommand::ExportBlocks(command)) => {
			let runner = cli.create_runner(command)?;
			chain_operation!(runner, |config, parts| command.run(parts.client, config.database))
		}
		Some(Subcommand::ExportState(command)) => {
			let runner = cli.create_runner(command)?;
			chain_operation!(runner, |config, parts| command.run(parts.client, config.chain_spec))
		}
		Some(Subcommand::ImportBlocks(command)) => {
			let runner = cli.create_runner(command)?;
			chain_operation!(runner, |config, parts| command.run(parts.client, parts.import_queue))
		}
		Some(Subcommand::Revert(command)) => {
			let runner = cli.create_runner(command)?;
			chain_operation!(runner, |config, parts| command.run(parts.client, parts.backend, None))
		}
		Some(Subcommand::PurgeChain(command)) => {
			let runner = cli.create_runner(command)?;
			let relay_cli = RelayChainCli::new(runner.config(), cli.relay_chain_args.iter());
			runner.sync_run(|config| {
				let relay_config = relay_configuration(&relay_cli, &config)?;
				command.run(config, relay_config)
			})
		}
		Some(Subcommand::ExportGenesisHead(command)) => {
			let runner = cli.create_runner(command)?;
			runner.sync_run(|mut config| {
				// This command has no option for the database and needs none that lasts.
				let path = config.base_path.config_dir("genesis-head");
				config.database = DatabaseSource::ParityDb { path };
				let PartialComponents { client, .. } =
					service::new_partial(&config, service::Mode::of(&config))?;
				command.run::<service::Block, _>(client)
			})
		}
		Some(Subcommand::ExportGenesisWasm(command)) => {
			let runner = cli.create_runner(command)?;
			runner.sync_run(|config| command.run(&*config.chain_spec))
		}
		// Without a runner, as it knows no chain: it says itself why a benchmark fails.
		Some(Subcommand::Benchmark(Benchmark::Pallet(command))) => {
			let levels = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".into());
			sc_tracing::logging::LoggerBuilder::new(levels)
				.init()
				.map_err(|error| format!("no log: {error}"))?;
			type Hashing = sp_runtime::traits::HashingFor<service::Block>;
			command.run_with_spec::<Hashing, service::HostFunctions>(None)
		}
		Some(Subcommand::Benchmark(Benchmark::Machine(command))) => {
			let runner = cli.create_runner(command)?;
			runner.sync_run(|mut config| {
				// Its folder is where the disk is measured.
				let path = config.base_path.config_dir("benchmark");
				config.database = DatabaseSource::ParityDb { path };
				command.run(&config, frame_benchmarking_cli::SUBSTRATE_REFERENCE_HARDWARE.clone())
			})
		}
	}
}

fn relay_configuration(
	cli: &RelayChainCli,
	config: &sc_service::Configuration,
) -> sc_cli::Result<sc_service::Configuration> {
	SubstrateCli::create_configuration(cli, cli, config.tokio_handle.clone())
		.map_err(|error| format!("relay chain arguments: {error}").into())
}

fn run_node(cli: Cli) -> sc_cli::Result<()> {
	let runner = cli.create_runner(&cli.run.normalize())?;
	let relay_cli = RelayChainCli::new(runner.config(), cli.relay_chain_args.iter());
	let collator_options = cli.run.collator_options();
	runner.run_node_until_exit(|config| async move {
		if service::Mode::of(&config) == service::Mode::Development {
			return service::dev::start(config, cli.content, cli.dev_block_time)
				.await
				.map_err(Into::into);
		}
		let para_id = Extensions::of(&*config.chain_spec)
			.map(|extensions| extensions.para_id)
			.ok_or("the chain specification names no para_id")?;
		let relay_config = relay_configuration(&relay_cli, &config)?;
		service::parachain::start(
			config,
			relay_config,
			collator_options,
			cli.content,
			para_id.into(),
		)
		.await
		.map_err(Into::into)
	})
}
