//! A development network of one process, and popctl against it.

use crate::process::{binary, curl, run, Answer};
use serde_json::{json, Value};
use std::{
	fs::{self, File},
	panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// Below the folder of a Masternode: its blocks.
pub const SHARD_FILES: &str = "shards/blocks";

/// Longest time for the node to start and for its Masternodes to register.
const START: Duration = Duration::from_secs(120);
/// Time between two looks.
const LOOK: Duration = Duration::from_millis(200);

/// A running network; it ends with this value.
pub struct Network {
	folder: TempDir,
	options: Vec<String>,
	node: Option<Child>,
	rpc: String,
}

impl Network {
	/// Starts `popnet --dev` and waits until its twelve Masternodes are registered.
	///
	/// # Panics
	/// When that takes too long.
	pub fn start() -> Self {
		Self::start_with(&[])
	}

	/// The same with further options of the node.
	///
	/// # Panics
	/// When that takes too long.
	pub fn start_with(options: &[&str]) -> Self {
		let folder = tempfile::tempdir().unwrap();
		let options = options.iter().map(ToString::to_string).collect();
		let mut network = Self { folder, options, node: None, rpc: String::new() };
		network.resume();
		network
	}

	/// Starts the node again with the same data.
	///
	/// # Panics
	/// When that takes too long.
	pub fn resume(&mut self) {
		let log = File::create(self.log_file()).unwrap();
		let node = Command::new(binary("popnet"))
			.args(["--dev", "--dev-block-time", "250", "--rpc-port", "0", "--port", "0"])
			.args(["--prometheus-port", "0", "--no-telemetry"])
			.args(["--gateway", "127.0.0.1:0", "--base-path"])
			.arg(self.folder.path().join("node"))
			.args(&self.options)
			.stdin(Stdio::null())
			.stdout(log.try_clone().unwrap())
			.stderr(log)
			.spawn()
			.unwrap();
		self.node = Some(node);
		let started = Instant::now();
		self.rpc = loop {
			match address_after("Running JSON-RPC server: addr=", &self.log()) {
				Some(address) => break address,
				None => self.wait(started, "its RPC"),
			}
		};
		while !self.log().contains("Masternodes are registered") {
			self.wait(started, "its Masternodes");
		}
	}

	fn wait(&mut self, started: Instant, what: &str) {
		let ended = self.node.as_mut().and_then(|node| node.try_wait().unwrap());
		assert!(
			ended.is_none() && started.elapsed() < START,
			"the node has ended ({ended:?}) or {what} did not start:\n{}",
			self.log()
		);
		std::thread::sleep(LOOK);
	}

	/// Ends the node at once, as `kill -9` does.
	///
	/// # Panics
	/// When it does not run.
	pub fn kill(&mut self) {
		let mut node = self.node.take().unwrap();
		node.kill().unwrap();
		node.wait().unwrap();
	}

	fn log_file(&self) -> PathBuf {
		self.folder.path().join("log")
	}

	/// What the node has printed since it was last started.
	///
	/// # Panics
	/// When it never was.
	pub fn log(&self) -> String {
		fs::read_to_string(self.log_file()).unwrap()
	}

	/// A file of the test.
	pub fn file(&self, name: &str) -> PathBuf {
		self.folder.path().join(name)
	}

	/// WebSocket address of the node.
	pub fn url(&self) -> String {
		format!("ws://{}", self.rpc)
	}

	/// popctl with `--json` as Dave, ready to be run or spawned.
	pub fn popctl_command(&self, arguments: &[&str]) -> Command {
		let mut command = Command::new(binary("popctl"));
		command
			.args(["--json", "--url", &self.url(), "--signer", "//Dave"])
			.args(arguments)
			.env("XDG_DATA_HOME", self.folder.path().join("popctl"))
			.stdin(Stdio::null());
		command
	}

	/// Runs popctl with `--json` as Dave.
	pub fn popctl(&self, arguments: &[&str]) -> Answer {
		run(&mut self.popctl_command(arguments))
	}

	/// Publishes `file`, which has to become Available, and returns its CID.
	///
	/// # Panics
	/// When it does not.
	pub fn publish(&self, file: &Path) -> String {
		let published = self.popctl(&["publish", file.to_str().unwrap()]).ok().json();
		assert_eq!(published["state"], "available", "{published}");
		published["cid"].as_str().unwrap().to_owned()
	}

	/// Fetches the item into a new file and returns its bytes.
	///
	/// # Panics
	/// When popctl fails.
	pub fn fetch(&self, cid: &str) -> Vec<u8> {
		let output = self.file("fetched");
		let _ = fs::remove_file(&output); // of an earlier fetch
		let _ = self.popctl(&["fetch", cid, "-o", output.to_str().unwrap()]).ok();
		fs::read(&output).unwrap()
	}

	/// Calls a JSON-RPC method.
	///
	/// # Panics
	/// When there is no result.
	pub fn rpc(&self, method: &str, parameters: Value) -> Value {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": parameters });
		let answer = curl(
			&format!("http://{}", self.rpc),
			&["--header", "Content-Type: application/json", "--data", &request.to_string()],
		);
		let answer: Value = serde_json::from_slice(&answer.body).unwrap();
		assert!(answer.get("error").is_none(), "{method}: {answer}");
		answer["result"].clone()
	}

	/// What Prometheus would read.
	///
	/// # Panics
	/// When the node does not answer.
	pub fn metrics(&self) -> String {
		let address = address_after("Prometheus exporter started at ", &self.log()).unwrap();
		String::from_utf8(curl(&format!("http://{address}/metrics"), &[]).body).unwrap()
	}

	/// Where the gateway serves the item.
	///
	/// # Panics
	/// When the node has no gateway.
	pub fn content_url(&self, cid: &str) -> String {
		let gateway = self.rpc("popnet_gateway", json!([]));
		format!("http://{}/content/{cid}", gateway.as_str().unwrap())
	}

	/// The Masternodes of the process as the RPC lists them.
	///
	/// # Panics
	/// When the node has none.
	pub fn masternodes(&self) -> Vec<Value> {
		self.rpc("popnet_localMasternodes", json!([])).as_array().unwrap().clone()
	}

	/// Stops or starts Masternodes by number, from 1.
	///
	/// # Panics
	/// When popctl fails.
	pub fn switch_masternodes(&self, action: &str, numbers: &[usize]) {
		let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
		let mut arguments = vec!["masternodes", action];
		arguments.extend(numbers.iter().map(String::as_str));
		let _ = self.popctl(&arguments).ok();
	}

	/// Every block that Masternodes of this network have on disk: who, digest, file.
	///
	/// # Panics
	/// When the folders cannot be read.
	pub fn stored_blocks(&self) -> Vec<(String, [u8; 32], PathBuf)> {
		let root = self.folder.path().join("node/chains/popnet-dev/content/masternodes");
		let mut found = Vec::new();
		for masternode in entries(&root) {
			for prefix in entries(&masternode.join(SHARD_FILES)) {
				for file in entries(&prefix) {
					let digest = format!("{}{}", name(&prefix), name(&file));
					let digest = hex::decode(digest).unwrap().try_into().unwrap();
					found.push((name(&masternode), digest, file));
				}
			}
		}
		found
	}
}

/// The first address that a line of `log` has after `words`.
pub fn address_after(words: &str, log: &str) -> Option<String> {
	let addresses = log.lines().find_map(|line| line.split(words).nth(1))?;
	Some(addresses.split(',').next()?.trim().to_owned())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
	let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
	entries.map(|entry| entry.unwrap().path()).collect()
}

fn name(path: &Path) -> String {
	path.file_name().unwrap().to_string_lossy().into_owned()
}

impl Drop for Network {
	/// Whatever a test did, the state of the chain is sound.
	fn drop(&mut self) {
		if self.node.is_none() {
			return;
		}
		let checked = (!std::thread::panicking()).then(|| {
			// The node has to end in any case.
			catch_unwind(AssertUnwindSafe(|| self.rpc("popnet_checkState", json!([]))))
		});
		self.kill();
		if let Some(Err(failure)) = checked {
			resume_unwind(failure);
		}
	}
}
