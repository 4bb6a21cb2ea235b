//! The program as users and scripts meet it: signals, help, and what it writes when nobody watches.

#![allow(clippy::unwrap_used)]

use std::{
	io::Read,
	net::TcpListener,
	process::{Command, Output, Stdio},
};

/// A CID that nobody has published.
const CID: &str = "bafkr4idmsbiy63b34imdpeseubr7wbx6qexlpq4ltaz3cz5abbpq6ppmqe";

fn popctl(arguments: &[&str]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_popctl"));
	command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
	for name in ["POPCTL_URL", "POPCTL_SIGNER"] {
		command.env_remove(name);
	}
	command
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

/// Sends `signal` to popctl with `arguments` while it waits for a node that never answers.
#[cfg(unix)]
fn interrupted(signal: &str, arguments: &[&str]) -> Output {
	let node = TcpListener::bind("127.0.0.1:0").unwrap();
	let url = format!("ws://{}", node.local_addr().unwrap());
	let child = popctl(arguments).args(["--url", &url]).spawn().unwrap();
	let (mut connection, _) = node.accept().unwrap();
	// It waits once it has asked something.
	connection.read_exact(&mut [0; 4]).unwrap();
	let signalled = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
	assert!(signalled.success());
	child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn interrupt_ends_with_130() {
	for signal in ["-INT", "-TERM"] {
		let ended = interrupted(signal, &["--json", "status", CID]);
		assert_eq!(ended.status.code(), Some(130), "{ended:?}");
		let answer: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
		assert_eq!(answer["error"]["kind"], "interrupted");
		assert_eq!(answer["error"]["code"], 130);
		assert_ne!(answer["error"]["hint"], "");
	}
}

#[cfg(unix)]
#[test]
fn interrupted_publication_says_how_to_go_on() {
	let folder = tempfile::tempdir().unwrap();
	let film = folder.path().join("film.mp4");
	std::fs::write(&film, b"some frames").unwrap();
	let ended = interrupted("-INT", &["--signer", "//Alice", "publish", film.to_str().unwrap()]);
	assert_eq!(ended.status.code(), Some(130), "{ended:?}");
	assert!(text(&ended.stderr).contains("run the same command again"), "{ended:?}");
}

#[test]
fn nothing_is_coloured_when_nobody_watches() {
	for arguments in [&["--help"][..], &["publish", "--help"], &["status", "nonsense"], &[]] {
		let output = popctl(arguments).output().unwrap();
		let written = [output.stdout, output.stderr].concat();
		assert!(!written.is_empty());
		assert!(!written.contains(&0x1b), "{arguments:?}: {}", text(&written));
	}
}

#[test]
fn help_of_every_command_explains_its_arguments() {
	let help = text(&popctl(&["--help"]).output().unwrap().stdout);
	let commands: Vec<&str> = help
		.lines()
		.skip_while(|line| !line.starts_with("Commands:"))
		.skip(1)
		.take_while(|line| !line.is_empty())
		// What is indented further goes on with the line before.
		.filter_map(|line| line.strip_prefix("  ").filter(|rest| !rest.starts_with(' ')))
		.filter_map(|line| line.split_whitespace().next())
		.filter(|command| *command != "help")
		.collect();
	assert!(commands.contains(&"publish") && commands.contains(&"forget"), "{help}");
	assert!(help.contains("130  interrupted") && help.contains("Examples"), "{help}");
	for command in commands {
		let output = popctl(&[command, "--help"]).output().unwrap();
		assert!(output.status.success(), "{command}");
		let help = text(&output.stdout);
		assert!(help.contains(&format!("Usage: popctl {command}")), "{help}");
		assert!(help.contains("--signer"), "{help}");
	}
}
