//! Pages, and names that want to be more than names.

use crate::{
	client::get,
	library::{config, serve, TestItem, TestLibrary},
};
use popnet_gateway::Gateway;
use popnet_media_codec::cid::cid_text;
use std::sync::Arc;

const HOSTILE: &str = "\"><script>alert(1)</script>\r\nSet-Cookie: a=b\r\n\r\n<img src=x>'.mp4";

#[tokio::test]
async fn a_hostile_name_stays_a_name() {
	let film = TestItem::new(HOSTILE, "video/mp4\r\nX-Evil: 1", 100, 512);
	let gateway = serve(&[&film]).await;

	let item = get(gateway.address(), &film.path(), &[]).await;
	let home = get(gateway.address(), "/", &[]).await;
	let player = get(gateway.address(), &format!("/play/{}", cid_text(&film.id)), &[]).await;

	assert_eq!(item.status, 200);
	assert!(item.body == film.plaintext);
	assert_eq!(item.header("content-type"), "application/octet-stream");
	assert!(!item.head.contains("\nSet-Cookie") && !item.head.contains("X-Evil"), "{}", item.head);
	assert_eq!(item.header("content-disposition").matches('"').count(), 2);
	for page in [home, player] {
		assert_eq!(page.status, 200);
		let text = page.text();
		assert!(!text.contains("<script>") && !text.contains("<img") && !text.contains("X-Evil"));
		assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
	}
}

#[tokio::test]
async fn pages_are_locked_down() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let path = format!("/play/{}", cid_text(&film.id));

	for path in ["/", path.as_str(), "/play/nonsense"] {
		let page = get(gateway.address(), path, &[]).await;
		let policy = page.header("content-security-policy");
		assert!(
			policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
			"{policy}"
		);
		assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
		assert_eq!(page.header("x-content-type-options"), "nosniff");
		assert!(!page.text().contains("http://") && !page.text().contains("https://"));
	}
}

#[tokio::test]
async fn the_player_fits_the_kind_of_media() {
	let kinds = [
		("video/mp4", "<video"),
		("audio/mpeg", "<audio"),
		("image/png", "<img"),
		("image/svg+xml", "does not show"),
		("text/html", "does not show"),
	];

	for (size, (mime, shown)) in (100..).zip(kinds) {
		let item = TestItem::new("thing", mime, size, 512);
		let gateway = serve(&[&item]).await;
		let page = get(gateway.address(), &format!("/play/{}", cid_text(&item.id)), &[]).await;
		assert!(page.text().contains(shown), "{mime}: {}", page.text());
		assert!(page.text().contains(&cid_text(&item.id)));
		assert!(page.text().contains(&format!("{size} bytes")));
		let bytes = get(gateway.address(), &item.path(), &[]).await;
		let is_opaque = bytes.header("content-type") == "application/octet-stream";
		assert_eq!(is_opaque, shown == "does not show", "{mime}");
	}
}

#[tokio::test]
async fn the_front_page_lists_items_and_opens_ids() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let cid = cid_text(&film.id);

	let home = get(gateway.address(), "/", &[]).await;
	let found = get(gateway.address(), &format!("/play?cid={cid}"), &[]).await;
	let lost = get(gateway.address(), "/play?cid=%3Cb%3E", &[]).await;

	assert!(home.text().contains(&format!("href=\"/play/{cid}\"")));
	assert!(home.text().contains("film.mp4") && home.text().contains("11.9 KiB"));
	assert_eq!((found.status, found.header("location")), (303, format!("/play/{cid}").as_str()));
	assert_eq!(lost.status, 400);
}

#[tokio::test]
async fn assets_and_health_answer() {
	let gateway = Gateway::start(config(), Arc::new(TestLibrary::default())).await.unwrap();

	for (name, mime) in [
		("page.css", "text/css; charset=utf-8"),
		("player.js", "text/javascript; charset=utf-8"),
		("icon.svg", "image/svg+xml"),
	] {
		let asset = get(gateway.address(), &format!("/assets/{name}"), &[]).await;
		assert_eq!((asset.status, asset.header("content-type")), (200, mime));
	}
	assert_eq!(get(gateway.address(), "/assets/other", &[]).await.status, 404);
	let health = get(gateway.address(), "/health", &[]).await;
	assert_eq!((health.status, health.json("status").as_str()), (200, "ok"));
	assert!(get(gateway.address(), "/", &[]).await.text().contains("No public item"));
}
