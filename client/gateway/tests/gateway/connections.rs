//! Connections: how many, how long, and how they end.

use crate::{
	client::{get, Client},
	library::{config, eventually, serve, serve_with, TestItem},
};
use popnet_gateway::{Config, Gateway, GatewayError};
use std::{sync::atomic::Ordering, sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt, net::TcpListener};

#[tokio::test]
async fn one_connection_too_many_is_told_to_come_back() {
	let film = TestItem::film();
	let gateway = serve_with(Config { connections_max: 1, ..config() }, &[&film]).await;
	let mut first = Client::connect(gateway.address()).await;
	first.send("GET", &film.path(), &["Range: bytes=0-0"]).await;
	first.receive("GET").await;

	let mut second = Client::connect(gateway.address()).await;
	second.send("GET", &film.path(), &[]).await;
	let refused = second.receive("GET").await;

	assert_eq!((refused.status, refused.json("error").as_str()), (503, "overloaded"));
	assert_eq!(refused.header("retry-after"), "5");
	assert!(second.is_closed().await);
	// The first goes on, and its place is free after it.
	first.send("GET", &film.path(), &[]).await;
	assert_eq!(first.receive("GET").await.status, 200);
	drop(first);
	for _ in 0..100 {
		let reply = get(gateway.address(), &film.path(), &[]).await;
		if reply.status == 200 {
			return;
		}
		tokio::time::sleep(Duration::from_millis(20)).await;
	}
	panic!("the place was never freed");
}

#[tokio::test]
async fn one_stream_too_many_is_told_to_come_back() {
	let film = TestItem::film();
	film.delay_ms.store(500, Ordering::SeqCst);
	// Half of 4 KiB has room for one stripe of 1,520 bytes.
	let gateway = serve_with(Config { streams_bytes_max: 4096, ..config() }, &[&film]).await;
	let mut first = Client::connect(gateway.address()).await;
	first.send("GET", &film.path(), &[]).await;
	eventually("the first stream opens", || gateway.metrics().streams_open == 1).await;

	let refused = get(gateway.address(), &film.path(), &[]).await;

	assert_eq!((refused.status, refused.json("error").as_str()), (503, "overloaded"));
	assert!(first.receive("GET").await.body == film.plaintext);
}

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
	let film = TestItem::film();
	let header_timeout = Duration::from_millis(300);
	let gateway = serve_with(Config { header_timeout, ..config() }, &[&film]).await;
	let mut client = Client::connect(gateway.address()).await;
	client.send("GET", &film.path(), &["Range: bytes=0-0"]).await;
	client.receive("GET").await;

	let started = std::time::Instant::now();
	for byte in b"GET / HTTP/1.1\r\nX: ".iter().cycle() {
		if client.0.write_all(&[*byte]).await.is_err() {
			break;
		}
		assert!(started.elapsed() < Duration::from_secs(5), "still open");
		tokio::time::sleep(Duration::from_millis(40)).await;
	}
}

#[tokio::test]
async fn an_idle_connection_is_closed_but_not_a_waiting_one() {
	let film = TestItem::film();
	film.delay_ms.store(900, Ordering::SeqCst);
	let short = Duration::from_millis(300);
	let config = Config { header_timeout: short, idle_timeout: short, ..config() };
	let gateway = serve_with(config, &[&film]).await;
	let mut client = Client::connect(gateway.address()).await;

	client.send("GET", &film.path(), &["Range: bytes=0-3000"]).await;
	let reply = client.receive("GET").await;

	assert!(reply.body == film.plaintext[..=3000]);
	assert!(client.is_closed().await);
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut_off() {
	let film = TestItem::new("long.mp4", "video/mp4", 12 * 1024 * 1024, 64 * 1024);
	let stall_timeout = Duration::from_millis(300);
	let gateway = serve_with(Config { stall_timeout, ..config() }, &[&film]).await;
	let mut client = Client::connect(gateway.address()).await;

	client.send("GET", &film.path(), &[]).await;
	eventually("the stream opens", || gateway.metrics().streams_open == 1).await;

	eventually("the stream is cut off", || gateway.metrics().streams_open == 0).await;
	assert!(!client.receive("GET").await.is_complete);
}

#[tokio::test]
async fn stop_ends_streams_and_frees_the_port() {
	let film = TestItem::film();
	film.delay_ms.store(20_000, Ordering::SeqCst);
	let gateway = serve(&[&film]).await;
	let address = gateway.address();
	let mut client = Client::connect(address).await;
	client.send("GET", &film.path(), &[]).await;
	eventually("the stripe is asked for", || film.asked().len() == 1).await;

	let started = std::time::Instant::now();
	gateway.stop().await;

	assert!(started.elapsed() < Duration::from_secs(10));
	assert!(client.is_closed().await);
	eventually("the fetch is dropped", || film.dropped.load(Ordering::SeqCst) == 1).await;
	TcpListener::bind(address).await.expect("the port is free");
}

#[tokio::test]
async fn a_dropped_gateway_frees_the_port() {
	let film = TestItem::film();
	let gateway = serve(&[&film]).await;
	let address = gateway.address();

	drop(gateway);

	for _ in 0..500 {
		if TcpListener::bind(address).await.is_ok() {
			return;
		}
		tokio::time::sleep(Duration::from_millis(10)).await;
	}
	panic!("the port is still taken");
}

#[tokio::test]
async fn start_fails_when_the_port_is_taken_or_a_limit_is_zero() {
	let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let library = || Arc::new(crate::library::TestLibrary::default());

	let listen = taken.local_addr().unwrap();
	let busy = Gateway::start(Config { listen, ..config() }, library()).await;
	let zero = Gateway::start(Config { connections_max: 0, ..config() }, library()).await;

	assert!(matches!(busy, Err(GatewayError::Listen { address, .. }) if address == listen));
	assert!(matches!(zero, Err(GatewayError::Zero("connections_max"))));
}
