//! A new runtime is proposed, voted on, put in place, and makes blocks.
#![allow(clippy::unwrap_used)]

use popnet_e2e::{binary, Network};
use serde_json::{json, Value};
use std::time::{Duration, Instant};

/// Longest time for a referendum on the root track, and for a relay chain to let an upgrade be.
const PATIENCE: Duration = Duration::from_secs(500);
/// Largest runtime that is compressed.
const RUNTIME_BYTES_MAX: usize = 50 * 1024 * 1024;

/// What `look` finds as soon as it finds something.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
	let begun = Instant::now();
	loop {
		if let Some(found) = look() {
			return found;
		}
		assert!(begun.elapsed() < PATIENCE, "{what}");
		std::thread::sleep(Duration::from_millis(500));
	}
}

fn spec_version(network: &Network) -> u64 {
	network.rpc("state_getRuntimeVersion", json!([]))["specVersion"].as_u64().unwrap()
}

#[test]
fn a_referendum_upgrades_the_runtime() {
	let built = binary("popnet").with_file_name("popnet_runtime.next.wasm");
	let code = std::fs::read(&built).expect("`scripts/next-runtime` makes the next runtime");
	let code = sp_maybe_compressed_blob::compress_strongly(&code, RUNTIME_BYTES_MAX).unwrap();
	let mut network = Network::start();
	assert_eq!(spec_version(&network), 1);
	let file = network.file("next.wasm");
	std::fs::write(&file, &code).unwrap();
	let file = file.to_str().unwrap();

	// Nobody puts a runtime in place that no referendum has authorised.
	let refused = network.popctl(&["apply-upgrade", file]).exits(6);
	assert!(refused.text.contains("no upgrade is authorised"), "{refused:#?}");
	let proposed = network.popctl(&["propose", "upgrade", file]).ok().json();
	assert_eq!((&proposed["referendum"], &proposed["track"]), (&0.into(), &"root".into()));
	for voter in ["//Alice", "//Bob", "//Charlie", "//Dave", "//Eve"] {
		let aye = ["vote", "0", "aye", "9000000", "--conviction", "1", "--signer", voter];
		let _ = network.popctl(&aye).ok();
	}
	let _: Value = until("the referendum was not approved", || {
		let shown = network.popctl(&["referenda", "0"]).ok().json();
		(shown["state"] == "approved").then_some(shown)
	});

	// It is authorised some blocks later; only this very file can be put in place.
	let other = network.file("other.wasm");
	std::fs::write(&other, b"\0asm\x01\0\0\0").unwrap();
	until("the upgrade was not authorised", || {
		let answer = network.popctl(&["apply-upgrade", other.to_str().unwrap()]);
		answer.text.contains("is not the runtime that is authorised").then_some(())
	});
	// Whoever carries it out need not be the one who proposed it.
	let _ = network.popctl(&["apply-upgrade", file, "--signer", "//Eve"]).ok();
	until("the runtime was not replaced", || (spec_version(&network) == 2).then_some(()));

	// Transactions are signed for the new version, and what was stored before is understood.
	let _ =
		network.popctl(&["transfer", "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw", "5"]).ok();
	let staked = network.popctl(&["stake", "100"]).ok().json();
	assert_eq!(staked["active"], "100", "{staked}");
	// The node knows the former runtime only, so it does not judge this state.
	network.kill();
}
