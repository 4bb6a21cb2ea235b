//! The node is killed; what was acknowledged is still there, and work goes on.

use popnet_e2e::{media, Network};
use std::{
	fs,
	process::Stdio,
	time::{Duration, Instant},
};

#[test]
fn available_item_survives_when_the_node_is_killed() {
	let mut network = Network::start();
	let film = network.file("film.mp4");
	media::video(&film, 10, 6);
	let cid = network.publish(&film);
	let mut before = network.stored_blocks();
	network.kill();
	network.resume();
	let mut after = network.stored_blocks();
	before.sort();
	after.sort();
	assert!(before == after);
	assert!(network.fetch(&cid) == fs::read(&film).unwrap());
}

#[test]
fn publishing_goes_on_when_the_node_is_killed_at_any_moment() {
	let mut network = Network::start();
	for (variation, stage) in (7..).zip(["registered", "sealed", "screened", "placed"]) {
		let film = network.file(&format!("film-{stage}.mp4"));
		media::video(&film, 4, variation);
		let log = network.file("publishing");
		let mut publishing = network
			.popctl_command(&["publish", film.to_str().unwrap(), "--timeout", "20"])
			.stdout(Stdio::null())
			.stderr(fs::File::create(&log).unwrap())
			.spawn()
			.unwrap();
		let started = Instant::now();
		while !fs::read_to_string(&log).unwrap().contains(stage) {
			assert!(started.elapsed() < Duration::from_secs(120), "{stage} is never reached");
			if publishing.try_wait().unwrap().is_some() {
				break;
			}
			std::thread::sleep(Duration::from_millis(20));
		}
		network.kill();
		let ended = publishing.wait().unwrap();
		assert!(ended.code().is_some(), "popctl crashed: {ended:?}");
		network.resume();
		// The same command again: the item that was begun is finished, none is registered twice.
		let cid = network.publish(&film);
		assert!(network.fetch(&cid) == fs::read(&film).unwrap(), "killed when {stage}");
	}
	assert_eq!(network.popctl(&["items"]).ok().text.matches("bafkr4i").count(), 4);
}
