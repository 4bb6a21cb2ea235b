//! LIT as its users meet it: what stake yields, leases, plans that pay for newcomers, rewards with their
//! reasons, and the exchange.
#![allow(clippy::unwrap_used)]

use popnet_e2e::{media, run, Answer, Network};
use serde_json::{json, Value};
use std::{
	path::{Path, PathBuf},
	process::Command,
	time::{Duration, Instant},
};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const DAVE: &str = "5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy";
const EVE: &str = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw";
/// A CID that nobody has published.
const CID: &str = "bafkr4idmsbiy63b34imdpeseubr7wbx6qexlpq4ltaz3cz5abbpq6ppmqe";
/// The contract that Dave's address deploys with a transaction of nonce 7 (CREATE).
const CONTRACT: &str = "0xe86ad32878db51abad0e1ee9dcedaf4007d71bb8";
/// Blocks of notice where the pace is fast.
const NOTICE_BLOCKS: u64 = 30;
/// Longest time for some eras to pass.
const PATIENCE: Duration = Duration::from_secs(400);

/// A refusal with `code` that says what to do, and `words`.
fn assert_refused(answer: Answer, code: i32, words: &str) {
	let refused = answer.exits(code);
	let error = &refused.json()["error"];
	assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{refused:#?}");
	assert!(error.to_string().contains(words), "{words}: {refused:#?}");
}

/// popctl as another account than Dave.
fn popctl_as(network: &Network, signer: &str, arguments: &[&str]) -> Answer {
	network.popctl(&[arguments, &["--signer", signer]].concat())
}

/// The address of the account of a secret.
fn address(network: &Network, signer: &str) -> String {
	let balance = popctl_as(network, signer, &["balance"]).ok().json();
	balance["account"].as_str().unwrap().to_owned()
}

/// The units of an amount as popctl writes it.
fn units(value: &Value) -> u128 {
	let text = value.as_str().unwrap_or_else(|| panic!("no amount: {value}"));
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	format!("{whole}{fraction:0<12}").parse().unwrap()
}

/// The units that the node's JSON-RPC names.
fn raw(value: &Value) -> u128 {
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

/// Publishes a picture as Dave.
fn publish(network: &Network) -> String {
	let picture = network.file("picture.png");
	media::picture(&picture);
	network.publish(&picture)
}

/// What a stake yields is the same for popctl and for programs that ask the node.
fn assert_projection(network: &Network, stake: u128) {
	let shown = network.popctl(&["lit", "--stake", &stake.to_string()]).ok().json();
	let (text, number) = ((stake * 1_000_000_000_000).to_string(), stake * 1_000_000_000_000);
	let asked = network.rpc("lit_projection", json!([text]));
	for (mine, theirs) in
		[("stake", "stake"), ("litPerDay", "litPerDay"), ("transferFee", "transferFee")]
	{
		assert_eq!(units(&shown[mine]), raw(&asked[theirs]), "{shown} {asked}");
	}
	assert_eq!(shown["transfersPerDay"], asked["transfersPerDay"]);
	assert!(shown["transfersPerDay"].as_u64().unwrap() > 0, "{shown}");
	if let Ok(number) = u64::try_from(number) {
		assert_eq!(network.rpc("lit_projection", json!([number])), asked);
	}
}

fn refuse_impossible_leases(network: &Network) {
	for (arguments, code, words) in [
		(&["lease", "give", DAVE, "--share", "5", "--until", "1d"][..], 2, "the same account"),
		(&["lease", "give", EVE, "--share", "5", "--until", "1"], 2, "in the past"),
		(&["lease", "give", EVE, "--share", "5", "--until", "2020-01-01"], 2, "in the past"),
		(&["lease", "give", EVE, "--share", "101", "--until", "1d"], 2, "percentage"),
		(&["lease", "give", EVE, "--share", "5", "--until", "someday"], 2, "an end looks like"),
		(&["lease", "give", EVE, "--share", "5", "--until", "99w"], 2, "the longest lease"),
		(&["lease", "give", EVE, "--share", "0.0001", "--until", "1d"], 2, "the least"),
		(&["lease", "give", EVE, "--per-day", "99999", "--until", "1d"], 6, "more than there is"),
		(&["lease", "end", "7"], 4, "lease 7"),
		(&["lease", "return", "7"], 4, "lease 7"),
		(&["lit", "buy", "5"], 6, "nobody has put"),
		(&["lit", "sell", "5"], 6, "nobody has put"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}
}

#[test]
fn income_of_a_stake_is_lent_pays_fees_and_comes_back() {
	let network = Network::start();
	assert_projection(&network, 1_000);
	assert_projection(&network, 50_000_000);
	let idle = ["lease", "give", EVE, "--share", "5", "--until", "1d"];
	assert_refused(network.popctl(&idle), 6, "stakes nothing");
	assert_refused(network.popctl(&["lit", "claim"]), 6, "nothing has been generated");

	let _ = network.popctl(&["stake", "1000000"]).ok();
	refuse_impossible_leases(&network);
	let lit = until(&network, &["lit"], |lit| units(&lit["accrued"]) > 0);
	assert_eq!((&lit["staked"], &lit["income"]["given"]), (&"1000000".into(), &"0".into()));
	let projected = network.popctl(&["lit", "--stake", "1000000"]).ok().json();
	assert_eq!(lit["perDay"], projected["litPerDay"], "{lit}");
	assert_eq!(lit["transfersPerDay"], projected["transfersPerDay"], "{lit}");
	assert_eq!(units(&lit["free"]) + units(&lit["accrued"]), units(&lit["available"]));
	let claimed = network.popctl(&["lit", "claim"]).ok().json();
	assert!(units(&claimed["claimed"]) >= units(&lit["accrued"]), "{claimed}");

	// Somebody with nothing but the POP that keeps the account alive.
	let borrower = address(&network, "//Borrower");
	let _ = network.popctl(&["transfer", &borrower, "5"]).ok();
	let pays = ["transfer", DAVE, "1"];
	assert_refused(popctl_as(&network, "//Borrower", &pays), 8, "too little LIT");
	let give = ["lease", "give", &borrower, "--share", "40", "--until", "30d"];
	let given = network.popctl(&give).ok().json();
	let lease = given["lease"].to_string();
	assert_eq!((&given["share"], &given["amount"]), (&"40 %".into(), &"400000".into()));
	let together = units(&given["perDay"]) + units(&given["left"]);
	assert!(units(&projected["litPerDay"]).abs_diff(together) <= 1, "rounded down: {given}");
	let fixed = ["lease", "give", EVE, "--per-day", "0.5", "--until", "2h"];
	let fixed = network.popctl(&fixed).ok().json();
	assert!(units(&fixed["perDay"]) >= 500_000_000_000, "{fixed}");
	assert_eq!(fixed["share"], Value::Null, "{fixed}");
	let much = ["lease", "give", EVE, "--share", "60", "--until", "2h"];
	assert_refused(network.popctl(&much), 6, "more than there is");

	// Nothing but the lease pays for what the borrower does.
	let plenty = 20 * units(&projected["transferFee"]);
	let asked = ["lit", &borrower];
	let rich = until(&network, &asked, |lit| units(&lit["available"]) > plenty);
	assert_eq!((&rich["staked"], &rich["income"]["stake"]), (&"0".into(), &"0".into()), "{rich}");
	assert_eq!(rich["income"]["received"], rich["perDay"], "{rich}");
	assert_eq!(rich["leases"]["received"][0]["other"], DAVE, "{rich}");
	let available = network.rpc("lit_available", json!([borrower]));
	assert!(raw(&available) >= units(&rich["available"]), "{available}");
	let _ = popctl_as(&network, "//Borrower", &pays).ok();
	assert_refused(popctl_as(&network, "//Borrower", &["lease", "end", &lease]), 6, "return");
	assert_refused(network.popctl(&["lease", "return", &lease]), 6, "end");

	let ended = network.popctl(&["lease", "end", &lease]).ok().json();
	assert_eq!(ended["noticeBlocks"], NOTICE_BLOCKS, "{ended}");
	assert!(units(&ended["stillPaid"]) > 0, "{ended}");
	assert_refused(network.popctl(&["lease", "end", &lease]), 6, "ends by itself");
	let list = ["lease", "list", &borrower];
	let _ = until(&network, &list, |leases| leases["received"] == json!([]));
	let kept = network.popctl(&asked).ok().json();
	assert!(units(&kept["available"]) > 0 && kept["perDay"] == "0", "{kept}");

	let lease = fixed["lease"].to_string();
	let returned = popctl_as(&network, "//Eve", &["lease", "return", &lease]).ok().json();
	assert_eq!(returned["perDay"], "0", "{returned}");
	let rest = network.popctl(&["lease", "list"]).ok().json();
	assert_eq!((&rest["given"], &rest["received"]), (&json!([]), &json!([])), "{rest}");
	// What was generated for others is theirs even if they do nothing.
	let _ = network.popctl(&["lit", "claim", "--for", &borrower]).ok();
}

fn refuse_impossible_plans(network: &Network) {
	let full = |change: &[&'static str]| {
		let mut words = vec!["sponsor", "open", "10", "--call", "Content", "--for", "anyone"];
		words.extend(["--per-user", "1", "--per-day", "5", "--until", "1d"]);
		words.extend(change);
		words
	};
	for (change, code, words) in [
		(&["--call", "Nonsense"][..], 4, "no pallet Nonsense"),
		(&["--call", "Content.nonsense"], 4, "no call nonsense"),
		(&["--per-transaction", "2"], 2, "at most the next"),
	] {
		assert_refused(network.popctl(&full(change)), code, words);
	}
	for (arguments, code, words) in [
		(&["sponsor", "open", "10", "--for", "anyone"][..], 2, "is missing"),
		(&["sponsor", "show", "9"], 4, "no plan 9"),
		(&["sponsor", "fund", "9", "1"], 4, "no plan 9"),
		(&["sponsor", "allowance", "9"], 4, "no plan 9"),
		(&["sponsor", "close", "9"], 4, "no plan 9"),
		(&["sponsor", "unbind", CONTRACT], 4, "no plan is bound"),
		(&["sponsor", "bind", CONTRACT, "--plan", "9", "--nonce", "7"], 4, "no plan 9"),
		(&["transfer", EVE, "1", "--sponsor", "9"], 4, "no plan 9"),
		(&["comment", CID, "hello"], 4, "unknown"),
		(&["tip", CID, "1"], 4, "unknown"),
		(&["play", CID], 4, "unknown"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}
}

#[test]
fn a_plan_pays_for_accounts_that_have_nothing() {
	let network = Network::start();
	refuse_impossible_plans(&network);
	let cid = publish(&network);
	let newcomer = address(&network, "//Newcomer");
	let as_newcomer = |arguments: &[&str]| popctl_as(&network, "//Newcomer", arguments);
	assert_refused(as_newcomer(&["play", &cid]), 8, "too little LIT");

	let open = ["sponsor", "open", "1", "--for", "anyone", "--introduce", "--call"];
	let terms = ["content.comment", "--call", "Content.play", "--per-user", "0.5"];
	let limits = ["--per-day", "0.9", "--until", "30d", "--users", "2"];
	let opened = network.popctl(&[&open[..], &terms, &limits].concat()).ok().json();
	assert_eq!((&opened["plan"], &opened["funds"]), (&0.into(), &"1".into()), "{opened}");
	assert_eq!(opened["terms"]["calls"], json!(["Content.comment", "Content.play"]));
	assert_eq!(opened["terms"]["perTransaction"], "0.5", "{opened}");
	let allowed = as_newcomer(&["sponsor", "allowance", "0"]).ok().json();
	assert_eq!(allowed["allowance"], "0.5", "{allowed}");

	// Neither POP nor LIT, and no transaction before.
	let said = as_newcomer(&["comment", &cid, "wonderful", "--sponsor", "0"]).ok().json();
	assert_eq!(said["fee"]["plan"], 0, "{said}");
	let balance = as_newcomer(&["balance"]).ok().json();
	assert_eq!((&balance["pop"]["free"], &balance["lit"]["available"]), (&"0".into(), &"0".into()));
	assert_eq!(as_newcomer(&["play", &cid, "--sponsor", "0"]).ok().json()["done"], "played");
	let shown = network.popctl(&["sponsor", "show", "0"]).ok().json();
	assert_eq!(shown["accounts"][0]["account"], newcomer, "{shown}");
	assert!(units(&shown["usedToday"]) > units(&said["fee"]["lit"]), "{shown}");
	assert!(units(&shown["funds"]) < units(&opened["funds"]), "{shown}");

	// Fees only, and only of what it pays for.
	assert_refused(as_newcomer(&["tip", &cid, "1", "--sponsor", "0"]), 8, "a plan pays fees");
	assert_refused(as_newcomer(&["lit", "claim", "--sponsor", "0"]), 6, "nothing has been");
	let transfer = ["transfer", EVE, "1", "--sponsor", "0"];
	assert_refused(as_newcomer(&transfer), 6, "does not pay for Balances.transfer_keep_alive");
	let of_eve = |arguments: &[&str]| popctl_as(&network, "//Eve", arguments);
	for arguments in [
		&["sponsor", "fund", "0", "1"][..],
		&["sponsor", "change", "0", "--users", "5"],
		&["sponsor", "admit", "0", EVE],
		&["sponsor", "close", "0"],
	] {
		assert_refused(of_eve(arguments), 6, "is that of");
	}

	// A limit that is reached, and one that is raised again.
	let lower = ["sponsor", "change", "0", "--per-user", "0.001"];
	let lowered = network.popctl(&lower).ok().json();
	assert_eq!(lowered["terms"]["perTransaction"], "0.001", "{lowered}");
	let play = ["play", &cid, "--sponsor", "0"];
	assert_refused(as_newcomer(&play), 6, "more than plan 0 pays");
	let part = ["sponsor", "change", "0", "--per-user", "0.02", "--per-transaction", "0.02"];
	let _ = network.popctl(&part).ok();
	let begun = Instant::now();
	loop {
		let answer = as_newcomer(&play);
		if answer.code != 0 {
			assert_refused(answer, 6, "in a day");
			break;
		}
		assert!(begun.elapsed() < PATIENCE);
	}

	// A list instead of everybody.
	let listed = ["sponsor", "change", "0", "--for", "listed", "--per-user", "0.5"];
	let _ = network.popctl(&listed).ok();
	assert_refused(as_newcomer(&play), 6, "not listed");
	let _ = network.popctl(&["sponsor", "admit", "0", &newcomer]).ok();
	assert_refused(network.popctl(&["sponsor", "admit", "0", &newcomer]), 6, "already");
	let _ = as_newcomer(&play).ok();
	assert_refused(network.popctl(&["sponsor", "forget", "0", &newcomer]), 6, "today");
	let _ = network.popctl(&["sponsor", "dismiss", "0", &newcomer]).ok();
	assert_refused(network.popctl(&["sponsor", "dismiss", "0", &newcomer]), 4, "not on the list");
	assert_refused(network.popctl(&["sponsor", "forget", "0", DAVE]), 4, "does not know");
	let _ = network.popctl(&["sponsor", "fund", "0", "2"]).ok();

	let closed = network.popctl(&["sponsor", "close", "0"]).ok().json();
	assert!(units(&closed["returned"]) > 2_900_000_000_000, "{closed}");
	assert_refused(as_newcomer(&play), 4, "no plan 0");
	let plans = network.popctl(&["sponsor", "list", "--of", DAVE]).ok().json();
	assert_eq!(plans["plans"], json!([]), "{plans}");
}

#[test]
fn a_plan_is_exhausted_and_pays_for_contracts() {
	let network = Network::start();
	let cid = publish(&network);
	let terms = ["--for", "anyone", "--introduce", "--call", "Content.play"];
	let limits = ["--per-user", "1", "--per-day", "5", "--until", "1d"];
	let open = [&["sponsor", "open", "0.05", "--contract", CONTRACT][..], &terms, &limits].concat();
	let _ = network.popctl(&open).ok();
	let play = ["play", &cid, "--sponsor", "0"];
	let begun = Instant::now();
	loop {
		let answer = popctl_as(&network, "//Another", &play);
		if answer.code != 0 {
			assert_refused(answer, 8, "too little LIT left");
			break;
		}
		assert!(begun.elapsed() < PATIENCE);
	}
	let _ = network.popctl(&["sponsor", "fund", "0", "1"]).ok();
	let _ = popctl_as(&network, "//Another", &play).ok();

	let bind = |rest: &[&str]| {
		network.popctl(&[&["sponsor", "bind", CONTRACT, "--plan", "0"], rest].concat())
	};
	assert_refused(bind(&["--nonce", "8"]), 11, "deployed");
	let other = "0x1753f9256810ad854bde9ad4dc95f0582bfec4c7";
	let unlisted = ["sponsor", "bind", other, "--plan", "0", "--nonce", "7"];
	assert_refused(network.popctl(&unlisted), 6, "does not list");
	assert_eq!(bind(&["--nonce", "7"]).ok().json()["plan"], 0);
	// What Dave's address deploys with a salt of 0x11… and a code hash of 0x22… (CREATE2).
	let _ = network.popctl(&["sponsor", "change", "0", "--contract", other]).ok();
	let (salt, code) = (format!("0x{}", "11".repeat(32)), format!("0x{}", "22".repeat(32)));
	let salted = ["sponsor", "bind", other, "--plan", "0", "--salt", &salt, "--code-hash", &code];
	assert_eq!(network.popctl(&salted).ok().json()["plan"], 0);
	assert_refused(popctl_as(&network, "//Eve", &["sponsor", "unbind", other]), 6, "has bound");
	for contract in [CONTRACT, other] {
		let unbound = network.popctl(&["sponsor", "unbind", contract]).ok().json();
		assert_eq!(unbound["plan"], Value::Null, "{unbound}");
	}
}

/// The reward of the account in an era that has ended, for work in a role, if it is paid.
fn paid<'a>(shown: &'a Value, role: &str) -> Option<&'a Value> {
	let eras = shown["eras"].as_array().unwrap().iter().filter(|era| era["running"] == false);
	let rewards = eras.flat_map(|era| era["rewards"].as_array().unwrap());
	rewards.into_iter().find(|reward| {
		reward["for"] == role && reward["paid"].is_string() && units(&reward["paid"]) > 0
	})
}

#[test]
fn each_reward_says_for_what_and_goes_where_its_owner_wants() {
	let network = Network::start();
	let cid = publish(&network);
	let tipped = popctl_as(&network, "//Eve", &["tip", &cid, "10"]).ok().json();
	assert_eq!((&tipped["received"], &tipped["burned"]), (&"9".into(), &"1".into()), "{tipped}");
	let _ = popctl_as(&network, "//Eve", &["stake", "100000"]).ok();
	for (arguments, code, words) in [
		(&["tip", &cid, "0.000001"][..], 2, "smallest tip"),
		(&["tip", &cid, "99999"], 8, "for a tip of"),
		(&["rewards", "--era", "99"], 2, "has not begun"),
		(&["rewards", "destination", "free"], 6, "there already"),
		(&["rewards", "destination", EVE], 6, "stakes nothing"),
		(&["rewards", "pay", &address(&network, "//Nobody")], 6, "is paid"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}
	let bonded = network.popctl(&["rewards", "destination", "compound"]).ok().json();
	assert_eq!(bonded["destination"]["work"], "compound", "{bonded}");
	assert!(units(&bonded["held"]) > 0, "{bonded}");

	// The publisher is rewarded for the tip, and what it gets is staked.
	let shown =
		until(&network, &["rewards", "--eras", "10"], |shown| paid(shown, "creator").is_some());
	let reward = paid(&shown, "creator").unwrap();
	assert_eq!((&reward["points"], &reward["estimate"]), (&"1000000000000".into(), &false.into()));
	assert_eq!(reward["paidTo"], "paid, and staked", "{reward}");
	assert_eq!(reward["earned"], reward["paid"], "{reward}");
	let staked = network.popctl(&["staking"]).ok().json();
	assert_eq!(staked["bonded"], reward["paid"], "{staked}");
	let running = shown["eras"].as_array().unwrap().last().unwrap();
	assert_eq!(running["running"], true, "{shown}");

	// So are those who make blocks, who screen, who store, and who support.
	let of = |account: &str, role: &str| {
		let arguments = ["rewards", account, "--eras", "10"];
		let shown = until(&network, &arguments, |shown| paid(shown, role).is_some());
		paid(&shown, role).unwrap().clone()
	};
	assert!(units(&of(ALICE, "delegate")["amountTotal"]) > 0);
	let _ = of(ALICE, "superdelegate");
	let masternode = network.masternodes().swap_remove(0);
	let stored = of(masternode["account"].as_str().unwrap(), "masternode");
	assert!(units(&stored["earned"]) < units(&stored["amountTotal"]), "{stored}");
	assert!(of(EVE, "nominator")["delegate"].is_string());
	assert_refused(popctl_as(&network, "//Eve", &["rewards", "pay", DAVE]), 6, "is paid");

	let elsewhere = ["rewards", "destination", DAVE];
	let elsewhere = popctl_as(&network, "//Eve", &elsewhere).ok().json();
	assert_eq!(elsewhere["destination"]["stake"], DAVE, "{elsewhere}");
	let free = network.popctl(&["rewards", "destination", "free"]).ok().json();
	assert_eq!(free["destination"], json!({ "work": "free", "stake": "free" }), "{free}");
	assert!(units(&free["returned"]) > 0, "{free}");
}

/// Opens the exchange with 10,000 POP and 100 LIT of Eve, as any wallet can.
const OPEN_EXCHANGE: &str = "
	import { connect, finalised, keyring, run, UNIT } from './lib/chain.mjs'
	await run(async () => {
		const api = await connect(process.argv[1])
		const eve = keyring.addFromUri('//Eve')
		const { createPool, addLiquidity } = api.tx.exchange
		await finalised(api, createPool('Pop', 'Lit'), eve)
		const [pop, lit] = [10_000n * UNIT, 100n * UNIT]
		await finalised(api, addLiquidity('Pop', 'Lit', pop, lit, 0, 0, eve.address), eve)
		return {}
	})";

/// A script under Node 22, beside those of `e2e/clients`.
fn script(text: &str) -> Command {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
	assert!(
		folder.join("node_modules").exists(),
		"the clients are not installed: npm ci --prefix e2e/clients"
	);
	let cache = std::env::var_os("POPNET_CACHE").map(PathBuf::from);
	let own = cache.map(|cache| cache.join("node22/node_modules/.bin/node"));
	let node = own.filter(|node| node.exists()).unwrap_or_else(|| "node".into());
	let mut command = Command::new(node);
	command.args(["--input-type=module", "--eval", text]).current_dir(folder);
	command
}

#[test]
fn lit_is_bought_and_sold_at_the_quoted_price() {
	let network = Network::start();
	let _ = run(script(OPEN_EXCHANGE).arg(network.url())).ok();
	let before = network.popctl(&["balance"]).ok().json();

	let bought = network.popctl(&["lit", "buy", "10"]).ok().json();
	assert_eq!((&bought["bought"], &bought["paid"]), (&"10".into(), &bought["quoted"]), "{bought}");
	// 10,000 · 10 / (0.997 · 90)
	assert_eq!(units(&bought["paid"]) / 1_000_000_000_000, 1_114, "{bought}");
	let limit = units(&bought["limit"]) * 100;
	assert!(limit >= units(&bought["quoted"]) * 101, "{bought}");
	let after = network.popctl(&["balance"]).ok().json();
	let spent = units(&before["pop"]["free"]) - units(&after["pop"]["free"]);
	assert_eq!(spent, units(&bought["paid"]), "{after}");
	let gained = units(&after["lit"]["available"]) + units(&bought["fee"]["lit"]);
	assert_eq!(gained, units(&before["lit"]["available"]) + 10_000_000_000_000, "{after}");

	let sold = network.popctl(&["lit", "sell", "10", "--slippage", "0.5"]).ok().json();
	assert_eq!((&sold["sold"], &sold["received"]), (&"10".into(), &sold["quoted"]), "{sold}");
	assert!(units(&sold["received"]) < units(&bought["paid"]), "{sold}");
	for (arguments, code, words) in [
		(&["lit", "buy", "10", "--max", "5"][..], 6, "--max"),
		(&["lit", "sell", "10", "--min", "99999"], 6, "--min"),
		(&["lit", "buy", "1000"], 6, "does not have"),
		(&["lit", "sell", "5000"], 8, "the account has"),
	] {
		assert_refused(network.popctl(arguments), code, words);
	}
}
