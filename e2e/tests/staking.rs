//! Stake, pools, Delegates and referenda, as holders of POP use them on a network whose eras take less
//! than a minute.
#![allow(clippy::unwrap_used)]

use popnet_e2e::{Answer, Network};
use serde_json::Value;
use std::{
	process::{Child, Stdio},
	time::{Duration, Instant},
};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const DAVE: &str = "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy";
const EVE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";
/// POP of each well-known account.
const ENDOWMENT: f64 = 10_000_000.0;
/// Longest time for an era to pass, or a referendum to end.
const PATIENCE: Duration = Duration::from_secs(400);

/// A refusal with `code` that says what to do, and `words`.
fn assert_refused(answer: Answer, code: i32, words: &str) {
	let refused = answer.exits(code);
	let error = &refused.json()["error"];
	assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{refused:#?}");
	assert!(error.to_string().contains(words), "{words}: {refused:#?}");
}

fn as_eve(network: &Network, arguments: &[&str]) -> Answer {
	network.popctl(&[arguments, &["--signer", "//Eve"]].concat())
}

fn number(value: &Value) -> f64 {
	value.as_str().unwrap_or_else(|| panic!("no amount: {value}")).parse().unwrap()
}

/// What popctl answers to `arguments` as soon as that fulfils `condition`.
fn until(network: &Network, arguments: &[&str], condition: impl Fn(&Value) -> bool) -> Value {
	let begun = Instant::now();
	loop {
		let answer = network.popctl(arguments).ok().json();
		if condition(&answer) {
			return answer;
		}
		assert!(begun.elapsed() < PATIENCE, "{arguments:?}: {answer}");
		std::thread::sleep(Duration::from_millis(500));
	}
}

/// What a popctl in the background answered; it has to succeed.
fn finished(popctl: Child) -> Value {
	let output = popctl.wait_with_output().unwrap();
	assert!(output.status.success(), "{output:?}");
	serde_json::from_slice(&output.stdout).unwrap()
}

fn free(network: &Network, account: &str) -> f64 {
	number(&network.popctl(&["balance", account]).ok().json()["pop"]["free"])
}

/// All of the endowment is back, with the rewards of a few eras at most.
fn assert_rewarded_little(network: &Network, account: &str) {
	let gained = free(network, account) - ENDOWMENT;
	assert!((0.0..1.0).contains(&gained), "{account} gained {gained} POP");
}

#[test]
fn stake_counts_generates_leaves_and_comes_back() {
	let network = Network::start();
	for (arguments, code, words) in [
		(&["stake", "0.001"][..], 2, "at least 10 POP"),
		(&["stake", "99999999"], 8, "can spare"),
		(&["stake", "100", "--delegate", EVE], 4, "is not a Delegate"),
		(&["stake", "100", "--pool", "7"], 4, "no pool 7"),
		(&["unstake"], 6, "stakes nothing"),
		(&["unstake", "5", "--pool", "7"], 4, "no share of pool 7"),
		(&["rebond", "5"], 6, "nothing is on its way out"),
		(&["nominate", ALICE], 6, "stakes nothing"),
		(&["chill"], 6, "stakes nothing"),
		(&["rebag"], 4, "not in the list"),
		(&["delegate", "leave"], 6, "stakes nothing"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}

	let staked = network.popctl(&["stake", "1000"]).ok().json();
	assert_eq!(staked["active"], "1000", "{staked}");
	assert_eq!(staked["delegates"].as_array().unwrap().len(), 3, "{staked}");
	assert!(number(&staked["lit"]["perDay"]) > 0.9, "{staked}");
	assert!(staked["lit"]["transfersPerDay"].as_u64().unwrap() > 0, "{staked}");
	let counts = staked["countsFrom"]["era"].as_u64().unwrap();
	assert!(staked["countsFrom"]["begins"]["time"].as_str().unwrap().contains('T'));

	// Named Delegates replace those that popctl chose; rewards can go elsewhere.
	let more = ["stake", "20", "--delegate", ALICE, "--payee", "stash"];
	let more = network.popctl(&more).ok().json();
	assert_eq!(more["active"], "1020", "{more}");
	let counting =
		until(&network, &["staking"], |status| status["era"]["active"].as_u64().unwrap() > counts);
	assert_eq!(counting["role"], "nominator", "{counting}");
	assert_eq!(counting["payee"], "go to the account", "{counting}");
	assert_eq!(counting["delegates"][0]["account"], ALICE, "{counting}");
	assert!(number(&counting["delegates"][0]["backing"]) > 1_019.0, "{counting}");
	assert_eq!(network.popctl(&["rebag"]).ok().json()["changed"], false);

	assert_refused(network.popctl(&["unstake", "1015"]), 2, "at most 1010 POP");
	assert_refused(network.popctl(&["unstake", "5000"]), 2, "1020 POP");
	assert_refused(network.popctl(&["unstake"]), 2, "nothing is on its way out");
	let leaving = network.popctl(&["unstake", "400"]).ok().json();
	assert_eq!(leaving["unlocking"][0]["amount"], "400", "{leaving}");
	assert_eq!(leaving["next"], "popctl unstake", "{leaving}");
	// It does nothing, and says until when, while nothing is due.
	let early = network.popctl(&["unstake"]).ok().json();
	assert_eq!((&early["withdrawn"], &early["unbonded"]), (&"0".into(), &"0".into()), "{early}");
	assert_refused(network.popctl(&["rebond", "500"]), 2, "400 POP");
	assert_eq!(network.popctl(&["rebond", "100"]).ok().json()["active"], "720");

	let gone = network.popctl(&["unstake", "--all", "--wait"]).ok().json();
	assert_eq!(gone["active"], "0", "{gone}");
	assert_eq!(gone["unlocking"].as_array().unwrap().len(), 0, "{gone}");
	assert_eq!(gone["withdrawn"], "1020", "{gone}");
	assert_rewarded_little(&network, DAVE);
	assert_refused(network.popctl(&["unstake", "--all"]), 6, "stakes nothing");
	assert!(network.popctl(&["staking"]).ok().text.contains("popctl stake"));
}

#[test]
fn pools_are_opened_joined_and_left_and_delegates_come_and_go() {
	let network = Network::start();
	assert_refused(as_eve(&network, &["pool", "create", "5"]), 2, "at least 1000 POP");
	let create = ["pool", "create", "1000", "--name", "ours", "--commission", "5"];
	assert_eq!(as_eve(&network, &create).ok().json()["pool"], 1);
	let pools = network.popctl(&["pool", "list"]).ok().json();
	assert_eq!(pools["pools"][0]["name"], "ours", "{pools}");
	assert_eq!(pools["pools"][0]["commission"], "5 %", "{pools}");

	assert_refused(network.popctl(&["pool", "join", "1", "0.5"]), 2, "at least 1 POP");
	assert_refused(network.popctl(&["pool", "join", "2", "5"]), 4, "no pool 2");
	assert_refused(network.popctl(&["pool", "claim"]), 6, "no share");
	let joined = network.popctl(&["pool", "join", "1", "50"]).ok().json();
	assert!(number(&joined["lit"]["perDay"]) > 0.04, "{joined}");
	let more = network.popctl(&["stake", "10", "--pool", "1"]).ok().json();
	assert_eq!(more["active"], "60", "{more}");
	assert_refused(network.popctl(&["stake", "100"]), 6, "pool 1");
	assert_refused(network.popctl(&["pool", "claim"]), 6, "no rewards");
	assert_refused(network.popctl(&["unstake", "59.5"]), 2, "at most 59 POP");
	assert_refused(network.popctl(&["unstake", "5", "--pool", "2"]), 4, "its pool is 1");
	let share = network.popctl(&["pool", "show", "1"]).ok().json();
	assert_eq!((&share["members"], &share["share"]["active"]), (&2.into(), &"60".into()));
	// Founders leave last.
	assert_refused(as_eve(&network, &["pool", "leave"]), 6, "1 more members");

	let part = network.popctl(&["unstake", "20"]).ok().json();
	assert_eq!(part["active"], "40", "{part}");
	let leaving = network
		.popctl_command(&["pool", "leave", "--wait"])
		.stdout(Stdio::piped())
		.stderr(Stdio::null())
		.spawn()
		.unwrap();

	// Meanwhile a Delegate comes and goes.
	assert_refused(as_eve(&network, &["delegate", "register", "--commission", "5"]), 6, "pool 1");
	let newcomer = ["--signer", "//Bob//stash"];
	let as_newcomer = |arguments: &[&str]| network.popctl(&[arguments, &newcomer[..]].concat());
	let account = as_newcomer(&["balance"]).ok().json()["account"].as_str().unwrap().to_owned();
	let _ = network.popctl(&["transfer", &account, "20000"]).ok();
	let _ = network.popctl(&["transfer", &account, "50", "--lit"]).ok();
	let few = ["delegate", "register", "--commission", "5", "--stake", "100"];
	assert_refused(as_newcomer(&few), 2, "at least 10000 POP");
	let registered = as_newcomer(&["delegate", "register", "--commission", "5"]).ok().json();
	assert_eq!(registered["active"], "10000", "{registered}");
	let listed = network.popctl(&["delegates"]).ok().json();
	let found =
		listed["delegates"].as_array().unwrap().iter().find(|one| one["account"] == *account);
	assert_eq!(found.unwrap()["commission"], "5 %", "{listed}");
	assert_eq!(as_newcomer(&["delegate", "commission", "2.5"]).ok().json()["before"], "5 %");
	assert_eq!(as_newcomer(&["staking"]).ok().json()["role"], "delegate");
	assert_refused(as_newcomer(&["nominate", ALICE]), 6, "a Delegate supports itself");
	let _ = as_newcomer(&["delegate", "leave"]).ok();
	assert_refused(as_newcomer(&["delegate", "commission", "3"]), 6, "is not a Delegate");

	let left = finished(leaving);
	assert_eq!((&left["active"], &left["withdrawn"]), (&"0".into(), &"60".into()), "{left}");
	let _ = as_eve(&network, &["pool", "leave", "--wait"]).ok();
	assert_eq!(network.popctl(&["pool", "list"]).ok().json()["pools"].as_array().unwrap().len(), 0);
	assert_rewarded_little(&network, EVE);
}

/// Commands of governance on a chain without referenda that make no sense.
fn refuse_what_cannot_be_proposed(network: &Network) {
	for (arguments, code, words) in [
		(&["propose", "seats", "0"][..], 2, "1 to"),
		(&["propose", "lit-rate", "9"], 2, "is not possible"),
		(&["propose", "--call", "0x0000ff", "--track", "root"], 2, "no call"),
		(&["propose", "--call", "nonsense", "--track", "root"], 2, "hexadecimal"),
		(&["propose", "--call", "0x00000c616263", "--track", "money"], 4, "one of root, economy"),
		(&["propose", "upgrade", "/nowhere.wasm"], 7, "cannot be read"),
		(&["referenda", "0"], 4, "no referendum 0"),
		(&["vote", "0", "aye", "5"], 4, "no referendum 0"),
		(&["vote", "delegate", DAVE, "5", "--track", "treasury"], 2, "another account"),
		(&["vote", "undelegate", "--track", "treasury"], 6, "nobody votes"),
		(&["unlock"], 6, "lock nothing"),
		(&["refund-deposit"], 6, "no deposit"),
		(&["treasury", "--payout", "0"], 4, "granted nothing"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}
}

/// What won with conviction is locked for a while, and then free.
fn unlocked_in_the_end(network: &Network) -> Value {
	let begun = Instant::now();
	loop {
		let unlocked = network.popctl(&["unlock"]);
		if unlocked.code == 0 {
			return unlocked.json();
		}
		assert!(begun.elapsed() < PATIENCE, "{unlocked:#?}");
		assert_refused(unlocked, 6, "can be freed yet");
		std::thread::sleep(Duration::from_millis(500));
	}
}

#[test]
fn a_referendum_is_proposed_voted_on_carried_out_and_its_deposits_return() {
	let network = Network::start();
	refuse_what_cannot_be_proposed(&network);

	let proposed = network.popctl(&["propose", "lit-rate", "0.002"]).ok().json();
	assert_eq!((&proposed["referendum"], &proposed["track"]), (&0.into(), &"economy".into()));
	assert_eq!(proposed["decisionDepositPlaced"], true, "{proposed}");
	assert_eq!(proposed["title"], "let each staked POP generate 0.002 LIT a day");
	assert_refused(network.popctl(&["place-deposit", "0"]), 6, "placed already");
	assert_refused(network.popctl(&["refund-deposit", "0"]), 6, "has not ended");
	// A call too long to be part of the referendum lies among the preimages.
	let remark = format!("0x00002103{}", "61".repeat(200));
	let noted = ["propose", "--call", &remark, "--track", "treasury"];
	let noted = network.popctl(&noted).ok().json();
	assert!(noted["title"].as_str().unwrap().starts_with("remark “aaa"), "{noted}");
	assert!(number(&noted["deposits"]["preimage"]) > 0.0, "{noted}");

	assert_refused(
		network.popctl(&["vote", "0", "aye", "99999999"]),
		8,
		"more than the account has",
	);
	let abstained = ["vote", "0", "abstain", "5", "--conviction", "1"];
	assert_refused(network.popctl(&abstained), 2, "no conviction");
	let _ = network.popctl(&["vote", "0", "nay", "5"]).ok();
	let voted = network.popctl(&["vote", "0", "aye", "9000000", "--conviction", "1"]).ok().json();
	assert_eq!(voted["replaces"], "nay with 5 POP at conviction 0", "{voted}");
	for voter in ["//Alice", "//Bob", "//Charlie"] {
		let _ = network.popctl(&["vote", "0", "aye", "9000000", "--signer", voter]).ok();
	}

	let open = network.popctl(&["referenda", "0"]).ok().json();
	assert!(open["approval"]["present"].as_str().unwrap().ends_with('%'), "{open}");
	assert_refused(network.popctl(&["unlock"]), 6, "nothing of it can be freed yet");
	let approved = until(&network, &["referenda", "0"], |shown| shown["state"] == "approved");
	assert!(approved["next"].as_str().unwrap().contains("refund-deposit 0"), "{approved}");
	assert_refused(network.popctl(&["vote", "0", "aye", "5"]), 6, "it was approved");
	let refunded = network.popctl(&["refund-deposit", "0"]).ok().json();
	assert_eq!(refunded["returned"], "20100", "{refunded}");
	assert_refused(network.popctl(&["refund-deposit", "0"]), 6, "nothing of referendum 0");
	// It is carried out: stake generates twice as much.
	let _ =
		until(&network, &["balance", ALICE], |balance| number(&balance["lit"]["perDay"]) > 1_900.0);

	let unlocked = unlocked_in_the_end(&network);
	assert_eq!(unlocked["locked"], "0", "{unlocked}");
	assert_eq!(network.popctl(&["votes"]).ok().json()["locked"], "0");

	// Nobody voted on the other one: it is rejected, and its preimage is needed no more.
	let rejected = until(&network, &["referenda", "1"], |shown| shown["state"] == "rejected");
	assert_eq!(rejected["track"], "treasury", "the node remembers what it was: {rejected}");
	let rest = network.popctl(&["refund-deposit"]).ok().json();
	assert!(number(&rest["returned"]) > 2_000.0, "{rest}");
	assert_eq!(free(&network, DAVE), ENDOWMENT - 100.0);
}
