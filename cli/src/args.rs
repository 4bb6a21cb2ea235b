//! The command line.

use crate::{
	amounts::parse_amount,
	errors::{Error, EXIT_CODES},
	governance::args::GovernanceCommand,
	lit::args::LitCommand,
	rewards::args::RewardsCommand,
	sponsor::args::SponsorCommand,
	staking::args::StakingCommand,
	viewing::ViewingCommand,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use popnet_media_codec::cid::{parse_cid, CidError};
use popnet_primitives::{
	content::{ContentId, MediaKind},
	AccountId, Balance,
};
use std::{path::PathBuf, str::FromStr, time::Duration};

/// Heading of the options that every command takes.
const COMMON: &str = "Options of every command";

/// What a newcomer tries first; ends `--help` together with the exit codes.
const EXAMPLES: &str = "\
Examples, for a node that was started with popnet --dev:
  popctl --signer //Dave publish film.mp4
  popctl fetch bafkr4i… -o copy.mp4
  popctl --signer //Dave stake 1000
  popctl --signer //Dave lit
  popctl masternodes";

fn after_help() -> String {
	format!("{EXAMPLES}\n\n{EXIT_CODES}")
}

/// The POP Network client: publish, fetch, stake, vote, inspect.
#[derive(Parser, Debug)]
#[command(name = "popctl", version, about, after_help = after_help(), arg_required_else_help = true)]
pub struct Cli {
	/// What every command takes.
	#[command(flatten)]
	pub global: Global,
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// What every command takes.
#[derive(Args, Debug, Clone)]
pub struct Global {
	/// WebSocket address of a node.
	#[arg(
		long,
		global = true,
		help_heading = COMMON,
		env = "POPCTL_URL",
		default_value = "ws://127.0.0.1:9944",
		value_parser = parse_url
	)]
	pub url: String,
	/// Secret of the account that signs: a phrase, or 0x and a seed, with derivation; e.g. //Dave.
	#[arg(
		long,
		global = true,
		help_heading = COMMON,
		env = "POPCTL_SIGNER",
		hide_env_values = true,
		value_name = "SURI"
	)]
	pub signer: Option<String>,
	/// File that holds the secret; goes before --signer.
	#[arg(long, global = true, help_heading = COMMON, value_name = "FILE")]
	pub signer_file: Option<PathBuf>,
	/// Number of the plan that pays the fees of what is sent, instead of the account.
	#[arg(long, global = true, help_heading = COMMON, value_name = "PLAN")]
	pub sponsor: Option<u32>,
	/// Print one JSON object as result; events are JSON lines on standard error.
	#[arg(long, global = true, help_heading = COMMON)]
	pub json: bool,
	/// Seconds to wait without any progress.
	#[arg(
		long,
		global = true,
		help_heading = COMMON,
		default_value_t = 300,
		value_name = "SECONDS",
		value_parser = clap::value_parser!(u64).range(1..=1_000_000)
	)]
	pub timeout: u64,
}

impl Global {
	/// The longest wait without progress.
	pub fn patience(&self) -> Duration {
		Duration::from_secs(self.timeout)
	}
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
	/// Encode a file, register it, have it screened, and serve it until Masternodes hold it.
	Publish(Publish),
	/// Retrieve an item from the Masternodes and check every byte.
	Fetch(Fetch),
	/// Show where an item stands.
	Status {
		/// Content id of the item, as `publish` prints it.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
	/// List the items of an account.
	Items {
		/// The account; without it, the signer's.
		#[arg(long, value_parser = parse_account, value_name = "ACCOUNT")]
		owner: Option<AccountId>,
	},
	/// List the Masternodes, or stop and start those of the node's own process.
	Masternodes {
		/// What to do with them; without it, list them.
		#[command(subcommand)]
		action: Option<MasternodeAction>,
	},
	/// List the Superdelegates in office.
	Superdelegates,
	/// Show the moderation policy.
	Policy,
	/// Print the address of the node's HTTP gateway.
	Gateway,
	/// Show an account's POP and LIT.
	Balance {
		/// The account; without it, the signer's.
		#[arg(value_parser = parse_account)]
		account: Option<AccountId>,
	},
	/// Send POP, or LIT.
	Transfer {
		/// Account that receives: an SS58 address, 0x and 64 hex digits, or an Ethereum address.
		#[arg(value_parser = parse_account)]
		to: AccountId,
		/// How much, for example 12.5; at most 12 digits after the point.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
		/// Send LIT instead of POP.
		#[arg(long)]
		lit: bool,
	},
	/// End an item that is not yet available, while no panel screens it.
	Withdraw {
		/// Content id of the item, as `publish` prints it.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
	/// End an available item: Masternodes delete it, and nobody can fetch it any more.
	Retire {
		/// Content id of the item, as `publish` prints it.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
	/// Get back the deposit of an ended item, but for its base, when the time for an appeal is over.
	Reclaim {
		/// Content id of the item, as `publish` prints it.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
	/// Remove an ended item from the registry and get back all that is left of its deposit.
	Forget {
		/// Content id of the item, as `publish` prints it.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
	/// Say something about an item, and give for it.
	#[command(flatten)]
	Viewing(ViewingCommand),
	/// LIT.
	#[command(flatten)]
	Lit(LitCommand),
	/// Plans that pay the fees of others.
	#[command(flatten)]
	Sponsor(SponsorCommand),
	/// Stake.
	#[command(flatten)]
	Staking(StakingCommand),
	/// Rewards.
	#[command(flatten)]
	Rewards(RewardsCommand),
	/// Referenda.
	#[command(flatten)]
	Governance(GovernanceCommand),
}

/// Arguments of `publish`.
#[derive(Args, Debug, Clone)]
pub struct Publish {
	/// The video, sound or picture to publish.
	pub file: PathBuf,
	/// Kind of media; without it, guessed from the file.
	#[arg(long, value_enum)]
	pub kind: Option<Kind>,
	/// Name that viewers see; without it, the file's.
	#[arg(long, value_name = "TITLE", value_parser = parse_text)]
	pub name: Option<String>,
	/// Media type, for example video/mp4; without it, guessed from the file.
	#[arg(long, value_parser = parse_mime)]
	pub mime: Option<String>,
	/// Where to serve the item from, e.g. /ip4/0.0.0.0/tcp/30600; can be given several times.
	#[arg(long, value_name = "MULTIADDR", value_parser = parse_multiaddr)]
	pub listen: Vec<String>,
	/// Where others reach that, if it is not the same; can be given several times.
	#[arg(long, value_name = "MULTIADDR", value_parser = parse_multiaddr)]
	pub announce: Vec<String>,
	/// Where to keep shards and keys until the item is available; each file gets a folder in it.
	#[arg(long, value_name = "DIR")]
	pub work_dir: Option<PathBuf>,
	/// Print the bare name of each stage, one per line, and nothing else on the way.
	#[arg(long)]
	pub stages: bool,
}

/// Arguments of `fetch`.
#[derive(Args, Debug, Clone)]
pub struct Fetch {
	/// Content id of the item, as `publish` prints it.
	#[arg(value_parser = parse_item)]
	pub cid: ContentId,
	/// File or folder to write to; without it, the published name in this folder.
	#[arg(short, long, value_name = "FILE")]
	pub output: Option<PathBuf>,
	/// Replace a file that is there already.
	#[arg(long)]
	pub force: bool,
}

/// What to do with Masternodes.
#[derive(Subcommand, Debug)]
pub enum MasternodeAction {
	/// List all Masternodes.
	List,
	/// Stop Masternodes of the node's own process, as if their machines were gone.
	Stop {
		/// Their numbers, as `masternodes` shows them, or accounts.
		#[arg(required = true, value_name = "NUMBER|ACCOUNT")]
		nodes: Vec<MasternodeName>,
	},
	/// Start them again.
	Start {
		/// Their numbers or accounts.
		#[arg(required = true, value_name = "NUMBER|ACCOUNT")]
		nodes: Vec<MasternodeName>,
	},
}

/// How a user names a Masternode of the node's own process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MasternodeName {
	/// By number, from 1.
	Number(u32),
	/// By account.
	Account(AccountId),
}

impl FromStr for MasternodeName {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, Self::Err> {
		match text.parse() {
			Ok(number) => Ok(Self::Number(number)),
			Err(_) => parse_account(text).map(Self::Account),
		}
	}
}

/// Kind of media, as it is named on the command line.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
	/// Moving pictures.
	Video,
	/// Sound.
	Audio,
	/// A still picture.
	Image,
}

impl From<Kind> for MediaKind {
	fn from(kind: Kind) -> Self {
		match kind {
			Kind::Video => Self::Video,
			Kind::Audio => Self::Audio,
			Kind::Image => Self::Image,
		}
	}
}

/// Reads a content id, with or without `ipfs://` before it.
pub fn parse_item(text: &str) -> Result<ContentId, CidError> {
	let text = text.trim();
	let bare = match text.get(..7) {
		Some(scheme) if scheme.eq_ignore_ascii_case("ipfs://") => text.get(7..).unwrap_or_default(),
		_ => text,
	};
	parse_cid(bare.trim_end_matches('/')).map(ContentId)
}

/// Reads an account: SS58, 32 bytes in hex, or an Ethereum address.
pub fn parse_account(text: &str) -> Result<AccountId, String> {
	let text = text.trim();
	let ethereum = text.strip_prefix("0x").filter(|digits| digits.len() == 40);
	if let Some(digits) = ethereum {
		let mut bytes = [0xEE; 32];
		let (address, _) = bytes.split_at_mut(20);
		return hex::decode_to_slice(digits, address)
			.map(|()| AccountId::new(bytes))
			.map_err(|_| "this is no Ethereum address".into());
	}
	text.parse().map_err(|_| {
		"this is no account; one is an SS58 address, 0x and 64 hex digits, or an Ethereum address"
			.into()
	})
}

fn parse_url(text: &str) -> Result<String, String> {
	let rest = text.strip_prefix("ws://").or_else(|| text.strip_prefix("wss://"));
	match rest {
		Some(host) if !host.is_empty() => Ok(text.to_owned()),
		_ => Err("a node's address begins with ws:// or wss://".into()),
	}
}

fn parse_text(text: &str) -> Result<String, String> {
	if text.is_empty() || text.len() > popnet_media_codec::manifest::TEXT_BYTES_MAX {
		return Err("1 to 255 bytes are possible".into());
	}
	Ok(text.to_owned())
}

fn parse_mime(text: &str) -> Result<String, String> {
	let plain = |part: &str| {
		!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
	};
	match text.split_once('/') {
		Some((kind, subtype)) if plain(kind) && plain(subtype) => parse_text(text),
		_ => Err("a media type looks like video/mp4".into()),
	}
}

fn parse_multiaddr(text: &str) -> Result<String, String> {
	let bytes_max = usize::try_from(popnet_primitives::content::ADDRESS_BYTES_MAX).unwrap_or(0);
	if !text.starts_with('/') || !text.contains("/tcp/") || text.len() > bytes_max {
		return Err("a multiaddress looks like /ip4/192.0.2.7/tcp/30600".into());
	}
	Ok(text.to_owned())
}

/// What clap found wrong, as this program's error.
pub fn usage_error(error: &clap::Error) -> Error {
	let text = error.to_string();
	let mut paragraphs = text.split("\n\n").map(str::trim);
	let what = paragraphs.next().unwrap_or_default().trim_start_matches("error: ");
	let hint = paragraphs
		.find_map(|part| {
			part.strip_prefix("tip: ").or_else(|| part.starts_with("Usage:").then_some(part))
		})
		.unwrap_or("see popctl --help");
	let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
	Error::usage(flat(what), flat(hint))
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn the_command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	#[test]
	fn an_item_is_named_by_cid_or_ipfs_address() {
		let id = parse_item(&popnet_media_codec::cid::cid_text(&[7; 32]));
		assert_eq!(id, Ok(ContentId([7; 32])));
		let text = popnet_media_codec::cid::cid_text(&[7; 32]);
		for form in [format!("ipfs://{text}"), format!("IPFS://{text}/"), format!(" {text} ")] {
			assert_eq!(parse_item(&form), Ok(ContentId([7; 32])), "{form}");
		}
		for form in ["", "ipfs://", "hello", "ü", "ipfs:/ü"] {
			assert_eq!(parse_item(form), Err(CidError::Malformed), "{form}");
		}
		let old = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n";
		assert_eq!(parse_item(old), Err(CidError::Version));
	}

	#[test]
	fn a_bad_cid_is_wrong_usage_and_says_why() {
		let error = Cli::try_parse_from(["popctl", "status", "hello"]).unwrap_err();
		assert_eq!(error.exit_code(), 2);
		let error = usage_error(&error);
		assert_eq!(error.exit_code(), 2);
		assert!(error.message().contains("not a CID"), "{}", error.message());
	}

	#[test]
	fn accounts_come_in_three_forms() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let hex = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";
		assert_eq!(parse_account(alice), parse_account(hex));
		let ethereum = parse_account("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266").unwrap();
		let bytes: &[u8] = ethereum.as_ref();
		assert_eq!((bytes[0], bytes[20], bytes[31]), (0xf3, 0xee, 0xee));
		for text in ["", "0x", "alice", &alice[1..], &format!("0x{}", "zz".repeat(20))] {
			assert!(parse_account(text).is_err(), "{text}");
		}
		assert_eq!("3".parse(), Ok(MasternodeName::Number(3)));
		assert!(matches!(alice.parse(), Ok(MasternodeName::Account(_))));
	}

	#[test]
	fn global_options_may_follow_the_command() {
		let cid = popnet_media_codec::cid::cid_text(&[7; 32]);
		let words = ["popctl", "fetch", &cid, "--json", "--timeout", "5", "--url", "ws://node:1"];
		let cli = Cli::try_parse_from(words).unwrap();
		assert!(cli.global.json);
		assert_eq!(cli.global.timeout, 5);
		assert_eq!(cli.global.url, "ws://node:1");
	}

	#[test]
	fn malformed_options_are_refused() {
		for wrong in [
			vec!["popctl", "policy", "--url", "http://x"],
			vec!["popctl", "policy", "--timeout", "0"],
			vec!["popctl", "publish", "f", "--kind", "text"],
			vec!["popctl", "publish", "f", "--mime", "mp4"],
			vec!["popctl", "publish", "f", "--listen", "127.0.0.1:1"],
			vec!["popctl", "transfer", "x", "1"],
			vec!["popctl", "masternodes", "stop"],
		] {
			let error = Cli::try_parse_from(&wrong).unwrap_err();
			assert_eq!(error.exit_code(), 2, "{wrong:?}");
			assert!(!usage_error(&error).message().is_empty());
		}
	}
}
