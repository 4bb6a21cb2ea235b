//! The benchmark itself, on small networks: it works, and what must not depend on speed holds.

use serde_json::Value;
use std::process::Command;

/// Runs one part of the benchmark and returns what it measured.
fn measured(part: &str) -> Value {
	let output = Command::new(env!("CARGO_BIN_EXE_economy-bench"))
		.args(["--quick", "--json", "--only", part])
		.output()
		.expect("the benchmark starts");
	assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
	let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
	json.get(part).cloned().expect("what was asked for")
}

fn number(value: &Value, path: &str) -> f64 {
	value.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path} in {value}"))
}

fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
	value.pointer(path).and_then(Value::as_array).unwrap_or_else(|| panic!("{path} in {value}"))
}

#[test]
fn accesses_are_the_same_with_one_staker_and_with_a_thousand() {
	let subjects = measured("stakers");

	let subjects = list(&subjects, "");
	assert_eq!(subjects.len(), 3);
	for subject in subjects {
		let networks = list(subject, "/networks");
		assert_eq!(networks.len(), 2);
		for touched in ["/reads/median", "/writes/median"] {
			let counts: Vec<f64> = networks.iter().map(|one| number(one, touched)).collect();
			assert_eq!(counts.first(), counts.last(), "{touched} of {subject}");
			assert!(counts.iter().all(|count| (1.0..500.0).contains(count)), "{subject}");
		}
		let ratio = number(subject, "/own/ratio/value");
		assert!((0.3..3.0).contains(&ratio), "{ratio} in {subject}");
	}
}

#[test]
fn the_blocks_of_a_small_era_change_fit_and_pay_everybody() {
	let era = measured("era");

	assert_eq!(number(&era, "/nominators_exposed"), 100.0);
	assert!(number(&era, "/pages_paid") >= 20.0, "each of 20 Delegates has a page: {era}");
	let what = |block: &Value| list(block, "/what").iter().map(Value::to_string).collect();
	let happened: Vec<String> =
		list(&era, "/blocks").iter().flat_map(what as fn(_) -> Vec<_>).collect();
	for part in ["Delegates elected", "ended", "all stakers paid"] {
		assert!(happened.iter().any(|what| what.contains(part)), "{part}: {happened:?}");
	}
	for block in list(&era, "/blocks") {
		let proof = number(block, "/cost/proof");
		assert!((1.0..=number(&era, "/limit/proof")).contains(&proof), "{block}");
	}
}

#[test]
fn transfers_run_in_both_runtimes_at_comparable_speed() {
	let transfers = measured("transfers");

	let runtimes = list(&transfers, "/runtimes");
	assert_eq!(runtimes.len(), 3);
	for runtime in runtimes {
		for speed in
			["apply", "apply_checked", "apply_overlay", "apply_cached", "block", "block_cached"]
		{
			let ratio = number(runtime, &format!("/speed/{speed}/value"));
			assert!((0.2..2.0).contains(&ratio), "{speed} in {runtime}");
		}
		let reads = number(runtime, "/touched/reads");
		assert!((1.0..20.0).contains(&reads), "{runtime}");
	}
}
