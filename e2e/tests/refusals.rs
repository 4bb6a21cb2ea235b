//! Bad input: a clear error for the person it concerns, and a network that goes on.
#![allow(clippy::unwrap_used)]

use popnet_e2e::{curl, media, run, Answer, Network};
use std::{
	collections::BTreeSet,
	fs::{self, File},
	path::Path,
	process::Command,
};

/// A CID that nobody has published.
const UNKNOWN: &str = "bafkr4idmsbiy63b34imdpeseubr7wbx6qexlpq4ltaz3cz5abbpq6ppmqe";

/// Publishes `file` and demands that the panel rejects it for `reason`.
fn assert_rejected(network: &Network, file: &Path, reason: &str) {
	let rejected = network.popctl(&["publish", file.to_str().unwrap()]).exits(5);
	assert!(rejected.text.contains(reason), "{rejected:#?}");
	assert_eq!(network.stored_blocks(), []);
}

fn assert_explained(answer: Answer) {
	let error = &answer.json()["error"];
	assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{answer:#?}");
	assert!(error["hint"].as_str().is_some_and(|text| !text.is_empty()), "{answer:#?}");
}

#[test]
fn file_without_media_is_rejected_and_the_next_film_is_published() {
	let network = Network::start();
	let file = network.file("letter.mp4");
	fs::write(&file, "Dear moderators, this is not a film.\n".repeat(1_000)).unwrap();
	assert_rejected(&network, &file, "media");
	let film = network.file("film.mp4");
	media::video(&film, 2, 2);
	let cid = network.publish(&film);
	assert!(network.fetch(&cid) == fs::read(&film).unwrap());
}

#[test]
fn truncated_film_is_rejected() {
	let network = Network::start();
	let film = network.file("film.mkv");
	media::video(&film, 5, 3);
	let bytes = fs::read(&film).unwrap();
	let cut = network.file("cut.mkv");
	fs::write(&cut, &bytes[..200]).unwrap();
	assert_rejected(&network, &cut, "media");
}

#[test]
fn decompression_bomb_is_rejected() {
	let network = Network::start();
	let bomb = network.file("bomb.png");
	// 256 million pixels in half a megabyte; ffmpeg makes no larger ones.
	let source = "color=size=16000x16000,format=gray";
	media::ffmpeg(&bomb, &["-f", "lavfi", "-i", source, "-frames:v", "1"]);
	assert!(bomb.metadata().unwrap().len() < 2_000_000);
	assert_rejected(&network, &bomb, "limit");
}

#[test]
fn files_that_cannot_be_published_are_refused_before_anything_is_sent() {
	let network = Network::start();
	let empty = network.file("empty.mp4");
	File::create(&empty).unwrap();
	assert_explained(network.popctl(&["publish", empty.to_str().unwrap()]).exits(7));
	assert_explained(network.popctl(&["publish", "/nowhere/film.mp4"]).exits(7));
	assert_explained(network.popctl(&["publish", "/"]).exits(7));
	let untold = network.file("untold");
	fs::write(&untold, [7; 5_000]).unwrap();
	assert_explained(network.popctl(&["publish", untold.to_str().unwrap()]).exits(7));
	assert_eq!(network.popctl(&["items"]).ok().text.matches("bafkr4i").count(), 0);
}

#[test]
fn ten_gigabytes_are_refused_when_the_deposit_is_missing() {
	let network = Network::start();
	let huge = network.file("huge.mp4");
	File::create(&huge).unwrap().set_len(10_000_000_000).unwrap();
	let huge = huge.to_str().unwrap();
	let refused = network.popctl(&["publish", huge, "--signer", "//Nobody"]).exits(8);
	assert!(refused.text.contains("POP"), "{refused:#?}");
	assert_explained(refused);
	// It is refused before anything is encoded.
	for publication in fs::read_dir(network.file("popctl/popctl")).unwrap() {
		let blocks = publication.unwrap().path().join("shards/blocks");
		assert_eq!(fs::read_dir(blocks).unwrap().count(), 0);
	}
}

#[test]
fn full_disk_of_the_publisher_is_an_error_and_not_half_an_item() {
	let network = Network::start();
	let film = network.file("film.mp4");
	media::video(&film, 20, 4);
	let popctl = network.popctl_command(&["publish", film.to_str().unwrap()]);
	// No file may grow beyond 16 KiB, as on a disk that is full.
	let mut limited = Command::new("bash");
	limited
		.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""])
		.arg(popctl.get_program());
	limited.args(popctl.get_args());
	for (name, value) in popctl.get_envs() {
		limited.env(name, value.unwrap_or_default());
	}
	let refused = run(&mut limited).exits(1);
	assert!(refused.text.contains("is full"), "{refused:#?}");
	assert_explained(refused);
	// With room again the same command goes on.
	let cid = network.publish(&film);
	assert!(network.fetch(&cid) == fs::read(&film).unwrap());
}

#[test]
fn wrong_cid_is_unknown_or_a_usage_error() {
	let network = Network::start();
	assert_explained(network.popctl(&["fetch", UNKNOWN]).exits(4));
	assert_explained(network.popctl(&["status", UNKNOWN]).exits(4));
	for wrong in ["nonsense", "bafkr4i", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG"] {
		let _ = network.popctl(&["fetch", wrong]).exits(2);
	}
	let page = curl(&network.content_url(UNKNOWN), &[]);
	assert_eq!(page.status, 404);
	assert!(!page.body.is_empty());
	assert_ne!(curl(&network.content_url("nonsense"), &[]).status, 200);
}

#[test]
fn flipped_bits_on_three_masternodes_change_nothing() {
	let network = Network::start();
	let film = network.file("film.mp4");
	media::video(&film, 10, 5);
	let cid = network.publish(&film);
	let blocks = network.stored_blocks();
	let masternodes: BTreeSet<&String> = blocks.iter().map(|(masternode, ..)| masternode).collect();
	assert_eq!(masternodes.len(), 12);
	let damaged: Vec<_> = masternodes.into_iter().take(3).collect();
	for (_, _, file) in blocks.iter().filter(|(masternode, ..)| damaged.contains(&masternode)) {
		let mut bytes = fs::read(file).unwrap();
		let middle = bytes.len() / 2;
		bytes[middle] ^= 4;
		fs::write(file, bytes).unwrap();
	}
	assert!(network.fetch(&cid) == fs::read(&film).unwrap());
	assert!(curl(&network.content_url(&cid), &[]).body == fs::read(&film).unwrap());
}

#[test]
fn node_that_cannot_be_reached_is_named() {
	let refused = run(Command::new(popnet_e2e::binary("popctl")).args([
		"--json",
		"--url",
		"ws://127.0.0.1:9",
		"status",
		UNKNOWN,
	]))
	.exits(3);
	assert_explained(refused);
}
