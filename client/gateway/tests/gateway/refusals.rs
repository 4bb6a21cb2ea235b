//! What cannot be played, and how a client learns why.

use crate::{
	client::{get, request},
	library::{config, serve, TestItem, TestLibrary},
};
use popnet_gateway::{Gateway, Refusal};
use popnet_media_codec::cid::cid_text;
use std::sync::{atomic::Ordering, Arc};

const KINDS: [(u8, &str, u16, &str); 5] = [
	(1, "unknown", 404, "registered"),
	(2, "not_yet", 404, "screening"),
	(3, "rejected", 404, "copyright & more"),
	(4, "expired", 404, "expired"),
	(5, "unavailable", 503, "four Masternodes"),
];

fn refusal(kind: u8) -> Refusal {
	match kind {
		1 => Refusal::Unknown,
		2 => Refusal::NotYet("screening".into()),
		3 => Refusal::Rejected("copyright & more".into()),
		4 => Refusal::Expired,
		_ => Refusal::Unavailable("four Masternodes are silent".into()),
	}
}

async fn refusing() -> Gateway {
	let refused = KINDS.iter().map(|(kind, ..)| ([*kind; 32], refusal(*kind))).collect();
	let library = TestLibrary { refused, ..Default::default() };
	Gateway::start(config(), Arc::new(library)).await.unwrap()
}

#[tokio::test]
async fn every_refusal_has_its_word_and_reason() {
	let gateway = refusing().await;

	for (kind, word, status, reason) in KINDS {
		let path = format!("/content/{}", cid_text(&[kind; 32]));
		let reply = get(gateway.address(), &path, &["Range: bytes=0-1"]).await;
		assert_eq!((reply.status, reply.json("error").as_str()), (status, word));
		assert!(reply.json("message").contains(reason), "{}", reply.text());
		assert_eq!(reply.header("content-type"), "application/json");
		assert_eq!(reply.header("access-control-allow-origin"), "*");
		assert_eq!(reply.header("cache-control"), "no-store");
		assert_eq!(reply.header("retry-after").is_empty(), status != 503);
	}
	assert_eq!(gateway.metrics().refused, 5);
}

#[tokio::test]
async fn the_player_page_shows_the_reason() {
	let gateway = refusing().await;

	for (kind, word, status, reason) in KINDS {
		let path = format!("/play/{}", cid_text(&[kind; 32]));
		let reply = get(gateway.address(), &path, &[]).await;
		assert_eq!(reply.status, status);
		assert!(reply.text().contains(&format!("data-reason=\"{word}\"")));
		assert!(reply.text().contains(&reason.replace('&', "&amp;")), "{}", reply.text());
	}
}

#[tokio::test]
async fn an_item_whose_first_stripe_is_missing_is_a_clean_503() {
	let film = TestItem::film();
	film.fails_from.store(0, Ordering::SeqCst);
	let gateway = serve(&[&film]).await;

	let reply = get(gateway.address(), &film.path(), &[]).await;

	assert_eq!((reply.status, reply.is_complete), (503, true));
	assert_eq!(reply.json("error"), "unavailable");
	assert_eq!(reply.header("retry-after"), "5");
	assert_eq!(gateway.metrics().aborted, 0);
}

#[tokio::test]
async fn a_stripe_that_takes_too_long_is_unavailable() {
	let film = TestItem::film();
	film.delay_ms.store(60_000, Ordering::SeqCst);
	let timeout = std::time::Duration::from_millis(200);
	let config = popnet_gateway::Config { stripe_timeout: timeout, ..config() };
	let gateway = crate::library::serve_with(config, &[&film]).await;

	let reply = get(gateway.address(), &film.path(), &[]).await;

	assert_eq!((reply.status, reply.json("error").as_str()), (503, "unavailable"));
	assert_eq!(film.dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_malformed_cid_is_400_with_the_reason() {
	let gateway = refusing().await;

	for (cid, reason) in [
		("hello", "not a CID"),
		("%ff%fe", "not a CID"),
		("%2e%2e%2fetc", "not a CID"),
		("QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n", "version 0"),
		("bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", "BLAKE3"),
	] {
		let reply = get(gateway.address(), &format!("/content/{cid}"), &[]).await;
		assert_eq!((reply.status, reply.json("error").as_str()), (400, "malformed_cid"), "{cid}");
		assert!(reply.json("message").contains(reason), "{}", reply.text());
		assert_eq!(get(gateway.address(), &format!("/play/{cid}"), &[]).await.status, 400);
	}
}

#[tokio::test]
async fn other_methods_are_405_and_other_paths_404() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;

	let post = request(gateway.address(), "POST", &film.path(), &["Content-Length: 0"]).await;
	let put = request(gateway.address(), "PUT", "/", &["Content-Length: 0"]).await;
	let nowhere = get(gateway.address(), "/etc/passwd", &[]).await;

	assert_eq!((post.status, post.json("error").as_str()), (405, "method_not_allowed"));
	assert_eq!(post.header("allow"), "GET, HEAD, OPTIONS");
	assert_eq!(put.status, 405);
	assert_eq!((nowhere.status, nowhere.json("error").as_str()), (404, "no_such_path"));
}
