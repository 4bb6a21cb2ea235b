//! What operators use beside a running development network: chain specifications, genesis for the
//! relay chain, a collator, metrics.
#![allow(clippy::unwrap_used)]

use popnet_e2e::{address_after, binary, curl, media, run, Network};
use serde_json::Value;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};

/// Longest time for a collator to answer.
const START: Duration = Duration::from_secs(120);

fn popnet(arguments: &[&str]) -> Command {
	let mut command = Command::new(binary("popnet"));
	command.args(arguments);
	command
}

#[test]
fn chain_specification_and_genesis_are_exported_and_read_again() {
	let folder = tempfile::tempdir().unwrap();
	let spec = folder.path().join("local.json");
	let spec = spec.to_str().unwrap();
	let _ = run(&mut popnet(&["build-spec", "--chain", "local", "--raw", "--output", spec])).ok();
	let written: Value = serde_json::from_slice(&fs::read(spec).unwrap()).unwrap();
	assert_eq!(written["id"], "popnet-local");
	assert_eq!(written["para_id"], 2000);
	assert_eq!(written["properties"]["tokenSymbol"][1], "LIT");

	let head = |chain: &str| {
		let base = folder.path().join("base");
		let base = base.to_str().unwrap();
		run(&mut popnet(&["export-genesis-head", "--chain", chain, "--base-path", base])).ok().text
	};
	let expected = head("local");
	assert!(expected.starts_with("0x") && expected.len() > 100, "{expected}");
	assert_eq!(head(spec), expected, "the file gives the same genesis as the preset");

	let wasm = run(&mut popnet(&["export-genesis-wasm", "--chain", spec])).ok().text;
	assert!(wasm.starts_with("0x") && wasm.len() > 1_000_000, "{} bytes", wasm.len());
}

#[test]
fn wrong_chain_is_an_error_that_says_what_to_do() {
	let refused = run(&mut popnet(&["--chain", "/nowhere.json", "--tmp"])).exits(1);
	assert!(
		refused.log.contains("error: ") && refused.log.contains("/nowhere.json"),
		"{refused:#?}"
	);
	let relay = run(&mut popnet(&["--chain", "local", "--tmp"])).exits(1);
	assert!(relay.log.contains("-- --chain rococo-local.json"), "{relay:#?}");
	let keyless = run(&mut popnet(&["--chain", "local", "--collator", "--tmp"])).exits(1);
	assert!(keyless.log.contains("key generate-node-key"), "{keyless:#?}");
}

/// A relay chain that no other node is known of, so that the test stays on this machine: the
/// specification of a public one that the SDK carries, without its boot nodes.
fn lonely_relay_chain(folder: &Path) -> PathBuf {
	let metadata = run(Command::new("cargo").args([
		"metadata",
		"--format-version=1",
		"--locked",
		"--offline",
		"--manifest-path",
		concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
	]))
	.ok()
	.json();
	let service = metadata["packages"]
		.as_array()
		.unwrap()
		.iter()
		.find(|package| package["name"] == "polkadot-service")
		.unwrap();
	let manifest = Path::new(service["manifest_path"].as_str().unwrap());
	let source = manifest.parent().unwrap().join("chain-specs/westend.json");
	let mut spec: Value = serde_json::from_slice(&fs::read(source).unwrap()).unwrap();
	spec["bootNodes"] = Value::Array(Vec::new());
	spec["telemetryEndpoints"] = Value::Null;
	let path = folder.join("relay.json");
	fs::write(&path, spec.to_string()).unwrap();
	path
}

/// A node that ends with this value.
struct Node(Child);

impl Drop for Node {
	fn drop(&mut self) {
		self.0.kill().unwrap();
		self.0.wait().unwrap();
	}
}

#[test]
fn collator_starts_with_its_relay_chain_and_answers() {
	let folder = tempfile::tempdir().unwrap();
	let relay = lonely_relay_chain(folder.path());
	let log_file = folder.path().join("log");
	let log = File::create(&log_file).unwrap();
	let quiet = ["--no-prometheus", "--no-telemetry", "--no-mdns", "--port", "0"];
	let base = folder.path().join("node");
	let key = ["key", "generate-node-key", "--chain", "local", "--base-path"];
	let _ = run(popnet(&key).arg(&base)).ok();
	let mut command = popnet(&["--chain", "local", "--collator", "--alice"]);
	command.args(quiet).args(["--rpc-port", "0", "--base-path"]).arg(&base);
	command.args(["--", "--chain"]).arg(relay).args(quiet).args(["--rpc-port", "0"]);
	command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
	let mut node = Node(command.spawn().unwrap());

	let started = Instant::now();
	let read = || fs::read_to_string(&log_file).unwrap();
	let address = loop {
		// The relay chain's node, which opens its RPC first, marks its lines.
		let own: String = read()
			.lines()
			.filter(|line| !line.contains("[Relaychain]"))
			.collect::<Vec<_>>()
			.join("\n");
		if let Some(address) = address_after("Running JSON-RPC server: addr=", &own) {
			break address;
		}
		assert_eq!(node.0.try_wait().unwrap(), None, "the collator has ended:\n{}", read());
		assert!(started.elapsed() < START, "no RPC:\n{}", read());
		std::thread::sleep(Duration::from_millis(200));
	};
	let ask = |method: &str| {
		let request = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":[]}}"#);
		let header = "Content-Type: application/json";
		let answer =
			curl(&format!("http://{address}"), &["--header", header, "--data", &request]).body;
		serde_json::from_slice::<Value>(&answer).unwrap()["result"].clone()
	};
	assert_eq!(ask("system_chain"), "POP Network Local Testnet");
	assert_eq!(ask("system_nodeRoles")[0], "Authority");
	assert!(ask("chain_getFinalizedHead").as_str().is_some_and(|hash| hash.starts_with("0x")));
	assert_eq!(node.0.try_wait().unwrap(), None, "the collator has ended:\n{}", read());
}

/// The value of a metric whose line has all of `words`.
fn metric(metrics: &str, words: &[&str]) -> f64 {
	let line = metrics.lines().find(|line| words.iter().all(|word| line.contains(word)));
	let value = line.and_then(|line| line.split_whitespace().last());
	value.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no metric {words:?}"))
}

#[test]
fn every_service_has_metrics() {
	let network = Network::start();
	let film = network.file("film.mp4");
	media::video(&film, 3, 30);
	let cid = network.publish(&film);
	assert_eq!(curl(&network.content_url(&cid), &[]).status, 200);
	// They are refreshed every five seconds.
	std::thread::sleep(Duration::from_secs(6));
	let metrics = network.metrics();
	for node in network.masternodes() {
		let account = node["account"].as_str().unwrap();
		let of_node = |what: &str| metric(&metrics, &["popnet_masternode{", account, what]);
		assert_eq!(of_node("\"running\""), 1.0);
		assert_eq!(of_node("\"shares_complete\""), 1.0);
		assert!(of_node("\"bytes_stored\"") > 0.0);
	}
	assert_eq!(metrics.matches("what=\"finished\"").count(), 3, "one for each Superdelegate");
	assert!(metric(&metrics, &["popnet_gateway{", "\"bytes_served\""]) > 0.0);
	assert!(metric(&metrics, &["popnet_retrieval{", "\"bytes_fetched\""]) > 0.0);
	assert!(metric(&metrics, &["substrate_block_height{", "finalized"]) > 0.0);
}
