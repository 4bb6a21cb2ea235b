//! Programs of others: Helia fetches a shard by its CID, @polkadot/api reads and signs.

use popnet_e2e::{media, run, Network};
use popnet_media_codec::cid::cid_text;
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
};

/// A script of `e2e/clients` under Node 22.
fn script(name: &str) -> Command {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
	assert!(
		folder.join("node_modules").exists(),
		"the clients are not installed: npm ci --prefix e2e/clients"
	);
	let cache = std::env::var_os("POPNET_CACHE").map(PathBuf::from);
	let own = cache.map(|cache| cache.join("node22/node_modules/.bin/node"));
	let node = own.filter(|node| node.exists()).unwrap_or_else(|| "node".into());
	let mut command = Command::new(node);
	command.arg(folder.join(name));
	command
}

#[test]
fn helia_fetches_a_shard_from_a_masternode() {
	let network = Network::start();
	let film = network.file("film.mp4");
	media::video(&film, 5, 20);
	let _ = network.publish(&film);
	let masternode = network.masternodes().swap_remove(3);
	let account = masternode["account"].as_str().unwrap();
	let (_, digest, file) =
		network.stored_blocks().into_iter().find(|(owner, ..)| owner == account).unwrap();
	for address in masternode["addresses"].as_array().unwrap() {
		let output = network.file("shard");
		let _ = run(script("helia.mjs")
			.arg(address.as_str().unwrap())
			.arg(cid_text(&digest))
			.arg(&output))
		.ok();
		assert!(fs::read(&output).unwrap() == fs::read(&file).unwrap(), "{address}");
		fs::remove_file(output).unwrap();
	}
}

#[test]
fn polkadot_api_reads_the_chain_and_pays_with_lit_from_stake() {
	let network = Network::start();
	let report = run(script("polkadot-api.mjs").arg(network.url())).ok();
	println!("{}", report.text);
}

/// What polkadot.js Apps checks and derives; bond, nominate, earn, unbond, withdraw; a pool; a
/// referendum.
#[test]
fn polkadot_api_stakes_earns_leaves_and_votes() {
	let network = Network::start();
	let report = run(script("staking.mjs").arg(network.url()).arg("--rewards")).ok();
	println!("{}", report.text);
}

#[test]
fn polkadot_api_client_generates_descriptors_signs_and_finalises() {
	let network = Network::start();
	let report = run(script("papi.mjs").arg(network.url())).ok();
	println!("{}", report.text);
}
