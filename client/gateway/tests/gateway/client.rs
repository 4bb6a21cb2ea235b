//! An HTTP client small enough to see what is really on the wire.

use std::{net::SocketAddr, time::Duration};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
	time::timeout,
};

/// Longest time that any test waits for an answer.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub struct Reply {
	/// Status code.
	pub status: u16,
	/// The head as it came.
	pub head: String,
	/// As much of the body as came.
	pub body: Vec<u8>,
	/// Whether the body is as long as it was said to be.
	pub is_complete: bool,
}

impl Reply {
	/// A header field; empty when absent.
	pub fn header(&self, name: &str) -> &str {
		let fields = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
		fields
			.filter(|(field, _)| field.eq_ignore_ascii_case(name))
			.map(|(_, value)| value.trim())
			.next()
			.unwrap_or_default()
	}

	/// The body as text.
	pub fn text(&self) -> &str {
		std::str::from_utf8(&self.body).unwrap()
	}

	/// A field of a JSON body.
	pub fn json(&self, field: &str) -> String {
		let value: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
		value[field].as_str().unwrap_or_default().to_owned()
	}
}

/// An open connection.
pub struct Client(pub TcpStream);

impl Client {
	/// Connects.
	pub async fn connect(address: SocketAddr) -> Self {
		Self(TcpStream::connect(address).await.unwrap())
	}

	/// Sends a request; `headers` are whole lines.
	pub async fn send(&mut self, method: &str, path: &str, headers: &[&str]) {
		let mut text = format!("{method} {path} HTTP/1.1\r\nHost: test\r\n");
		for line in headers {
			text.push_str(line);
			text.push_str("\r\n");
		}
		text.push_str("\r\n");
		self.0.write_all(text.as_bytes()).await.unwrap();
	}

	/// Reads an answer to `method`.
	pub async fn receive(&mut self, method: &str) -> Reply {
		timeout(PATIENCE, self.read(method)).await.expect("answer in time")
	}

	async fn read(&mut self, method: &str) -> Reply {
		let mut bytes = Vec::new();
		let end = loop {
			if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
				break end;
			}
			let count = self.0.read_buf(&mut bytes).await.unwrap();
			assert!(count > 0, "closed within the head: {}", String::from_utf8_lossy(&bytes));
		};
		let body = bytes.split_off(end + 4);
		let head = String::from_utf8(bytes).unwrap();
		let status = head[9..12].parse().unwrap();
		let mut reply = Reply { status, head, body, is_complete: true };
		if method == "HEAD" || [204, 304].contains(&status) {
			return reply;
		}
		let length: usize = reply.header("content-length").parse().expect("a length");
		while reply.body.len() < length {
			match self.0.read_buf(&mut reply.body).await {
				Ok(count) if count > 0 => {}
				_ => break,
			}
		}
		reply.is_complete = reply.body.len() == length;
		reply
	}

	/// Whether the other side closes without a further byte.
	pub async fn is_closed(&mut self) -> bool {
		timeout(PATIENCE, self.0.read_u8()).await.expect("in time").is_err()
	}
}

/// One request on a connection of its own.
pub async fn request(address: SocketAddr, method: &str, path: &str, headers: &[&str]) -> Reply {
	let mut client = Client::connect(address).await;
	client.send(method, path, headers).await;
	client.receive(method).await
}

/// A GET on a connection of its own.
pub async fn get(address: SocketAddr, path: &str, headers: &[&str]) -> Reply {
	request(address, "GET", path, headers).await
}
