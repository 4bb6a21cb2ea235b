//! What the demo shows: publish, screen, scatter, lose Masternodes, play.

use popnet_e2e::{curl, media, run, Network};
use rand::{rngs::StdRng, seq::SliceRandom, SeedableRng};
use serde_json::json;
use std::{fs, process::Command};

/// Masternodes of the network, and how many of them may vanish.
const MASTERNODES: usize = 12;
const LOST: usize = 3;

#[test]
fn video_plays_whichever_three_masternodes_are_lost() {
	let network = Network::start();
	let file = network.file("film.mp4");
	media::video(&file, 20, 0);
	let film = fs::read(&file).unwrap();

	let published = network.popctl(&["publish", file.to_str().unwrap()]).ok();
	for stage in ["encoded", "registered", "sealed", "screened", "placed", "available"] {
		assert!(published.log.contains(stage), "{stage}: {published:#?}");
	}
	let published = published.json();
	assert_eq!(published["state"], "available");
	let cid = published["cid"].as_str().unwrap();
	// Nobody serves the item but Masternodes: popctl has ended.
	assert!(network.fetch(cid) == film);

	let mut rng = StdRng::seed_from_u64(2026);
	let mut numbers: Vec<usize> = (1..=MASTERNODES).collect();
	for _ in 0..3 {
		numbers.shuffle(&mut rng);
		let lost = &numbers[..LOST];
		network.switch_masternodes("stop", lost);
		let running = network.masternodes().iter().filter(|node| node["running"] == true).count();
		assert_eq!(running, MASTERNODES - LOST);
		assert!(network.fetch(cid) == film, "without {lost:?}");
		network.switch_masternodes("start", lost);
	}

	// One more than the code allows: an error that says so, and no file.
	numbers.shuffle(&mut rng);
	network.switch_masternodes("stop", &numbers[..=LOST]);
	let output = network.file("not-to-be");
	let failed = network.popctl(&["fetch", cid, "-o", output.to_str().unwrap()]).exits(9).json();
	assert!(failed["error"]["message"].is_string(), "{failed}");
	assert!(!output.exists());
	network.switch_masternodes("start", &numbers[..=LOST]);
	assert!(network.fetch(cid) == film);
}

#[test]
fn gateway_plays_an_item_in_ranges_while_masternodes_are_lost() {
	let network = Network::start();
	let file = network.file("film.mp4");
	media::video(&file, 10, 1);
	let film = fs::read(&file).unwrap();
	let cid = network.publish(&file);
	network.switch_masternodes("stop", &[2, 5, 11]);
	let url = network.content_url(&cid);

	let whole = curl(&url, &[]);
	assert_eq!(whole.status, 200);
	assert!(whole.body == film);
	for (first, last) in [(0, 0), (1, 4095), (film.len() / 2, film.len() / 2 + 70_000)] {
		let part = curl(&url, &["--range", &format!("{first}-{last}")]);
		assert_eq!(part.status, 206);
		assert!(part.body == film[first..=last], "{first}-{last}");
	}
	assert_eq!(curl(&url, &["--range", &format!("{}-", film.len())]).status, 416);

	let probed = run(Command::new("ffprobe").args([
		"-loglevel",
		"error",
		"-show_entries",
		"format=duration:stream=codec_type",
		"-of",
		"json",
		&url,
	]))
	.ok()
	.json();
	let streams = probed["streams"].as_array().unwrap();
	assert_eq!(streams.len(), 2, "picture and sound: {probed}");
	let duration: f64 = probed["format"]["duration"].as_str().unwrap().parse().unwrap();
	assert!((duration - 10.0).abs() < 0.2, "{probed}");
}

#[test]
fn sound_and_pictures_are_published_too() {
	let network = Network::start();
	let sound = network.file("song.flac");
	media::sound(&sound, 12);
	let picture = network.file("picture.png");
	media::picture(&picture);
	for file in [sound, picture] {
		let cid = network.publish(&file);
		assert!(network.fetch(&cid) == fs::read(&file).unwrap(), "{}", file.display());
	}
	let items = network.popctl(&["items"]).ok();
	assert_eq!(items.text.matches("bafkr4i").count(), 2, "{items:#?}");
}

#[test]
fn test_card_is_rejected_and_readable_nowhere() {
	let network = Network::start();
	let video = network.file("card.mp4");
	media::test_card_video(&video);
	for file in [media::test_card(), video] {
		let rejected = network.popctl(&["publish", file.to_str().unwrap()]).exits(5).json();
		assert!(rejected.to_string().contains("moderation-test-card"), "{rejected}");
		let cid = rejected["cid"].as_str().unwrap();

		let status = network.popctl(&["status", cid]).ok().json();
		assert_eq!(status["state"], "rejected", "{status}");
		let _ = network.popctl(&["fetch", cid]).exits(5);
		let page = curl(&network.content_url(cid), &[]);
		assert_eq!(page.status, 404);
		let page = String::from_utf8_lossy(&page.body).into_owned();
		assert!(page.contains("moderation-test-card"), "{page}");
	}
	assert_eq!(network.stored_blocks(), []);
	// Whoever screened it kept no picture.
	let kept =
		run(Command::new("find").arg(network.file("node")).args(["-path", "*plaintext/*"])).ok();
	assert_eq!(kept.text, "");
	assert_eq!(network.rpc("system_health", json!([]))["isSyncing"], false);
}
