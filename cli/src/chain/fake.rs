//! A node for tests: it speaks JSON-RPC and says what a test tells it to say.

use super::Chain;
use codec::Encode;
use jsonrpsee::{
	server::{Server, ServerHandle},
	RpcModule,
};
use serde_json::{json, Value};
use std::{net::SocketAddr, time::Duration};

/// Answers of the runtime API, by function.
pub type Answers = Vec<(&'static str, Vec<u8>)>;

/// A running node; it ends with this value.
pub struct Node {
	address: SocketAddr,
	_server: ServerHandle,
}

impl Node {
	/// Starts a node that knows a genesis block and a final block, and whatever `add` teaches it.
	pub async fn start(add: impl FnOnce(&mut RpcModule<()>)) -> Self {
		let hash = json!(format!("0x{}", "11".repeat(32)));
		let mut module = RpcModule::new(());
		answer(&mut module, "chain_getBlockHash", hash.clone());
		answer(&mut module, "chain_getFinalizedHead", hash);
		add(&mut module);
		let server = Server::builder().build("127.0.0.1:0").await.unwrap();
		let address = server.local_addr().unwrap();
		Self { address, _server: server.start(module) }
	}

	/// Where it is reached.
	pub fn url(&self) -> String {
		format!("ws://{}", self.address)
	}

	/// A connection that waits for `seconds` at most.
	pub async fn chain(&self, seconds: u64) -> Chain {
		Chain::connect(&self.url(), Duration::from_secs(seconds)).await.unwrap()
	}
}

/// Lets the node answer `method` with `value`.
pub fn answer(module: &mut RpcModule<()>, method: &'static str, value: Value) {
	module.register_method(method, move |_, (), _| value.clone()).unwrap();
}

/// Lets the node answer the functions of the runtime API that `answers` names.
pub fn runtime(module: &mut RpcModule<()>, answers: Answers) {
	let find = move |function: &str| {
		let answer = answers.iter().find(|(name, _)| function == format!("PopnetApi_{name}"));
		answer.map(|(_, bytes)| format!("0x{}", hex::encode(bytes)))
	};
	module
		.register_method("state_call", move |params, (), _| {
			let (function, _, _): (String, String, String) = params.parse().unwrap();
			find(&function).unwrap_or_default()
		})
		.unwrap();
}

/// An answer of the runtime API.
pub fn says(function: &'static str, value: impl Encode) -> (&'static str, Vec<u8>) {
	(function, value.encode())
}
