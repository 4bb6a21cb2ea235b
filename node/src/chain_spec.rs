//! Chain specifications: the presets of the runtime, or a JSON file.

use popnet_runtime::constants::relay::PARA_ID;
use sc_chain_spec::{ChainSpecExtension, ChainSpecGroup, Properties};
use sc_service::ChainType;
use serde::{Deserialize, Serialize};

/// What a chain specification says beside the genesis state.
#[derive(
	Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ChainSpecGroup, ChainSpecExtension,
)]
pub struct Extensions {
	/// The relay chain: the id of a preset of the SDK or the path of a chain specification.
	#[serde(alias = "relayChain", alias = "RelayChain")]
	pub relay_chain: String,
	/// The parachain id.
	#[serde(alias = "paraId", alias = "ParaId")]
	pub para_id: u32,
}

impl Extensions {
	/// The extensions of `spec`, if it has ours.
	pub fn of(spec: &dyn sc_service::ChainSpec) -> Option<&Self> {
		sc_chain_spec::get_extension(spec.extensions())
	}
}

/// A POP Network chain.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), vec!["POP", "LIT"].into());
	properties.insert("tokenDecimals".into(), vec![12, 12].into());
	properties.insert("ss58Format".into(), 42.into());
	properties
}

fn preset(name: &str, id: &str, preset: &str, chain_type: ChainType) -> Result<ChainSpec, String> {
	let wasm = popnet_runtime::WASM_BINARY
		.ok_or("this binary was built without the wasm runtime; build it with ./scripts/build")?;
	let extensions = Extensions { relay_chain: "rococo-local".into(), para_id: PARA_ID };
	Ok(ChainSpec::builder(wasm, extensions)
		.with_name(name)
		.with_id(id)
		.with_chain_type(chain_type)
		.with_genesis_config_preset_name(preset)
		.with_protocol_id("popnet")
		.with_properties(properties())
		.build())
}

/// Loads `dev`, `local`, or the chain specification at a path.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match id {
		"dev" | "popnet-dev" => preset(
			"POP Network Development",
			"popnet-dev",
			sp_genesis_builder::DEV_RUNTIME_PRESET,
			ChainType::Development,
		),
		"local" | "popnet-local" => preset(
			"POP Network Local Testnet",
			"popnet-local",
			sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET,
			ChainType::Local,
		),
		"" => Err("name a chain: --dev, --chain local, or --chain <file>.json".into()),
		path => ChainSpec::from_json_file(path.into())
			.map_err(|error| format!("cannot read the chain specification {path}: {error}")),
	}
}
