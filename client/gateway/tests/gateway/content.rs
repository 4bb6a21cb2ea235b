//! Bytes, ranges, validators, and what is fetched for them.

use crate::{
	client::{get, request, Client},
	library::{config, eventually, serve, serve_with, TestItem},
};
use popnet_media_codec::cid::{cid_text, to_cid};
use rand::{rngs::StdRng, Rng, SeedableRng};
use std::{sync::atomic::Ordering, time::Duration};

#[tokio::test]
async fn the_whole_item_comes_with_its_headers() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;

	let reply = get(gateway.address(), &film.path(), &[]).await;

	assert_eq!((reply.status, reply.is_complete), (200, true));
	assert_eq!(reply.body, film.plaintext);
	for (name, value) in [
		("content-type", "video/mp4"),
		("content-length", "12237"),
		("accept-ranges", "bytes"),
		("x-content-type-options", "nosniff"),
		("access-control-allow-origin", "*"),
		("cache-control", "public, max-age=31536000, immutable"),
		("content-disposition", "inline; filename=\"film.mp4\"; filename*=UTF-8''film.mp4"),
		("content-range", ""),
	] {
		assert_eq!(reply.header(name), value, "{name}");
	}
	assert_eq!(reply.header("etag"), format!("\"{}\"", cid_text(&film.id)));
	assert!(reply.header("access-control-expose-headers").contains("Content-Range"));
	assert_eq!(gateway.metrics().bytes_served, 12_237);
	assert_eq!(gateway.metrics().requests, 1);
}

#[tokio::test]
async fn any_range_comes_back_over_one_connection() {
	// More than 256 stripes, so that the digests come from two segments.
	let film = TestItem::new("long.mp4", "video/mp4", 300 * 80 + 13, 32);
	let gateway = serve(&[&film]).await;
	let mut client = Client::connect(gateway.address()).await;
	let mut rng = StdRng::seed_from_u64(1);
	let size = film.plaintext.len();

	for _ in 0..40 {
		let first = rng.gen_range(0..size);
		let last = rng.gen_range(first..size);
		client.send("GET", &film.path(), &[&format!("Range: bytes={first}-{last}")]).await;
		let reply = client.receive("GET").await;
		assert_eq!((reply.status, reply.is_complete), (206, true));
		assert_eq!(reply.header("content-range"), format!("bytes {first}-{last}/{size}"));
		assert!(reply.body == film.plaintext[first..=last], "{first}-{last}");
	}
}

#[tokio::test]
async fn suffixes_and_open_ends_come_back() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let size = film.plaintext.len();

	for (range, start) in [
		("bytes=-1", size - 1),
		("bytes=-2000", size - 2000),
		("bytes=-999999", 0),
		("bytes=0-", 0),
		("bytes=1520-", 1520),
		("bytes=12236-99999999999999999999", size - 1),
	] {
		let reply = get(gateway.address(), &film.path(), &[&format!("Range: {range}")]).await;
		assert_eq!(reply.status, 206, "{range}");
		assert_eq!(reply.header("content-range"), format!("bytes {start}-{}/{size}", size - 1));
		assert!(reply.body == film.plaintext[start..], "{range}");
	}
}

#[tokio::test]
async fn a_range_beyond_the_end_is_416_and_several_ranges_are_the_whole() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;

	let beyond = get(gateway.address(), &film.path(), &["Range: bytes=12237-"]).await;
	let several = get(gateway.address(), &film.path(), &["Range: bytes=0-1,5-6"]).await;

	assert_eq!(beyond.status, 416);
	assert_eq!(beyond.header("content-range"), "bytes */12237");
	assert_eq!(beyond.json("error"), "range_not_satisfiable");
	assert_eq!(beyond.header("cache-control"), "no-store");
	assert_eq!(several.status, 200);
	assert!(several.body == film.plaintext);
}

#[tokio::test]
async fn head_has_the_headers_and_fetches_nothing() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let mut client = Client::connect(gateway.address()).await;

	client.send("HEAD", &film.path(), &["Range: bytes=0-1"]).await;
	let reply = client.receive("HEAD").await;
	client.send("GET", &film.path(), &["Range: bytes=0-1"]).await;
	let next = client.receive("GET").await;

	assert_eq!((reply.status, reply.header("content-length")), (200, "12237"));
	assert_eq!(reply.header("accept-ranges"), "bytes");
	assert_eq!(reply.header("content-type"), "video/mp4");
	// Nothing of a body stood between the two answers.
	assert_eq!(next.body, film.plaintext[..2]);
	assert_eq!(film.asked(), [0]);
}

#[tokio::test]
async fn a_client_that_has_the_item_gets_304() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let etag = format!("\"{}\"", cid_text(&film.id));

	let have = format!("If-None-Match: \"x\", W/{etag}");
	let same = get(gateway.address(), &film.path(), &[&have]).await;
	let other = get(gateway.address(), &film.path(), &["If-None-Match: \"x\""]).await;
	let wrong = get(gateway.address(), &film.path(), &["If-Match: \"x\""]).await;

	assert_eq!((same.status, same.header("etag")), (304, etag.as_str()));
	assert_eq!(same.header("cache-control"), "public, max-age=31536000, immutable");
	assert_eq!(other.status, 200);
	assert_eq!((wrong.status, wrong.json("error").as_str()), (412, "precondition_failed"));
}

#[tokio::test]
async fn if_range_decides_between_part_and_whole() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let range = "Range: bytes=0-9";

	for (condition, status, length) in [
		(format!("If-Range: \"{}\"", cid_text(&film.id)), 206, 10),
		("If-Range: \"x\"".into(), 200, 12_237),
		("If-Range: Tue, 01 Sep 2026 10:00:00 GMT".into(), 200, 12_237),
	] {
		let reply = get(gateway.address(), &film.path(), &[range, &condition]).await;
		assert_eq!((reply.status, reply.body.len()), (status, length), "{condition}");
	}
}

#[tokio::test]
async fn a_cid_in_another_base_names_the_same_item() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let hex: String = to_cid(&film.id).to_bytes().iter().map(|b| format!("{b:02x}")).collect();

	let reply = get(gateway.address(), &format!("/content/f{hex}"), &["Range: bytes=0-3"]).await;

	assert_eq!((reply.status, &reply.body[..]), (206, &film.plaintext[..4]));
	assert_eq!(reply.header("etag"), format!("\"{}\"", cid_text(&film.id)));
}

#[tokio::test]
async fn a_range_fetches_only_its_stripes() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;

	let one = get(gateway.address(), &film.path(), &["Range: bytes=4560-6079"]).await;
	assert_eq!((one.status, film.asked()), (206, vec![3]));

	let two = get(gateway.address(), &film.path(), &["Range: bytes=6079-6080"]).await;

	assert!(two.body == film.plaintext[6079..=6080]);
	// Stripe 3 was kept.
	assert_eq!(film.asked(), [3, 4]);
}

#[tokio::test]
async fn requests_at_the_same_time_share_a_fetch() {
	let film = TestItem::film();
	film.delay_ms.store(300, Ordering::SeqCst);
	let config = popnet_gateway::Config { cache_bytes_max: 0, ..config() };
	let gateway = serve_with(config, &[&film]).await;

	let path = film.path();
	let one = || get(gateway.address(), &path, &["Range: bytes=10-20"]);
	let replies = tokio::join!(one(), one(), one(), one(), one());

	for reply in [&replies.0, &replies.1, &replies.2, &replies.3, &replies.4] {
		assert!(reply.body == film.plaintext[10..=20]);
	}
	assert_eq!(film.asked(), [0]);
}

#[tokio::test]
async fn stripes_are_read_ahead_as_far_as_configured() {
	let film = TestItem::film();
	film.delay_ms.store(150, Ordering::SeqCst);
	let started = std::time::Instant::now();
	let gateway = serve_with(popnet_gateway::Config { read_ahead: 8, ..config() }, &[&film]).await;

	let reply = get(gateway.address(), &film.path(), &[]).await;

	assert!(reply.body == film.plaintext);
	assert_eq!(film.asked().len(), 9);
	// One after the other would take nine times 150 ms.
	assert!(started.elapsed() < Duration::from_millis(1000), "{:?}", started.elapsed());
}

#[tokio::test]
async fn nothing_more_is_fetched_when_the_client_goes_away() {
	let film = TestItem::film();
	film.delay_ms.store(400, Ordering::SeqCst);
	let gateway = serve(&[&film]).await;
	let mut client = Client::connect(gateway.address()).await;

	client.send("GET", &film.path(), &[]).await;
	eventually("the stream opens", || gateway.metrics().streams_open == 1).await;
	drop(client);

	eventually("the stream ends", || gateway.metrics().streams_open == 0).await;
	eventually("fetches are dropped", || film.dropped.load(Ordering::SeqCst) > 0).await;
	tokio::time::sleep(Duration::from_millis(900)).await;
	assert!(film.asked().len() <= 4, "{:?}", film.asked());
	assert_eq!(gateway.metrics().aborted, 0);
}

#[tokio::test]
async fn a_slow_client_holds_fetching_back() {
	let film = TestItem::new("long.mp4", "video/mp4", 12 * 1024 * 1024, 16 * 1024);
	let gateway = serve(&[&film]).await;
	let socket = tokio::net::TcpSocket::new_v4().unwrap();
	socket.set_recv_buffer_size(16 * 1024).unwrap();
	let mut client = Client(socket.connect(gateway.address()).await.unwrap());

	client.send("GET", &film.path(), &[]).await;
	eventually("the stream opens", || gateway.metrics().streams_open == 1).await;
	tokio::time::sleep(Duration::from_secs(2)).await;
	let asked = film.asked().len();

	assert!(asked < 200, "{asked} of 257 stripes");
	let reply = client.receive("GET").await;
	assert!(reply.body == film.plaintext);
}

#[tokio::test]
async fn a_later_failure_breaks_the_connection() {
	let film = TestItem::film();
	film.fails_from.store(3, Ordering::SeqCst);
	let gateway = serve(&[&film]).await;

	let reply = get(gateway.address(), &film.path(), &[]).await;

	assert_eq!((reply.status, reply.is_complete), (200, false));
	assert!(reply.body.len() <= 3 * 1520);
	assert!(film.plaintext.starts_with(&reply.body));
	eventually("counted", || gateway.metrics().aborted == 1).await;
	assert_eq!(gateway.metrics().streams_open, 0);
}

#[tokio::test]
async fn browsers_of_other_origins_may_ask() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let asks = ["Origin: https://player.example", "Access-Control-Request-Headers: range"];

	let reply = request(gateway.address(), "OPTIONS", &film.path(), &asks).await;

	assert_eq!(reply.status, 204);
	assert_eq!(reply.header("access-control-allow-origin"), "*");
	assert!(reply.header("access-control-allow-headers").contains("Range"));
	assert!(reply.header("access-control-allow-methods").contains("HEAD"));
}
