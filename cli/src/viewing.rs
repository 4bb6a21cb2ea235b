//! What viewers do: give for an item, say something about it, and say that they play it.

use crate::{
	access::Access,
	amounts::{format_amount, lit, parse_amount},
	args::parse_item,
	chain::{
		calls::Call,
		state::{number_in, State},
		transactions::{Receipt, Signer},
	},
	errors::Error,
	fetch,
	show::{self, row, table},
};
use clap::Subcommand;
use codec::{Compact, Encode};
use popnet_media_codec::cid::cid_text;
use popnet_primitives::{
	content::{ContentId, ContentState, ItemView},
	Balance,
};
use serde_json::{json, Value};

/// Most bytes of a comment, as the chain counts them.
const COMMENT_BYTES_MAX: usize = 1_024;

/// What viewers do.
#[derive(Subcommand, Debug, Clone)]
pub enum ViewingCommand {
	/// Give LIT for an item: its publisher gets nine tenths, and rewards for the tenth that is burned.
	Tip {
		/// Content id of the item.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
		/// How much LIT.
		#[arg(value_parser = parse_amount)]
		amount: Balance,
	},
	/// Say something about an item, where everybody can read it for good.
	Comment {
		/// Content id of the item.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
		/// What to say: at most 1024 bytes.
		#[arg(value_parser = parse_comment)]
		text: String,
	},
	/// Record on the chain that one plays an item. What plays it is `fetch`, or the gateway.
	Play {
		/// Content id of the item.
		#[arg(value_parser = parse_item)]
		cid: ContentId,
	},
}

fn parse_comment(text: &str) -> Result<String, String> {
	if text.trim().is_empty() {
		return Err("there is nothing in this comment".into());
	}
	if text.len() > COMMENT_BYTES_MAX {
		return Err(format!("a comment has at most {COMMENT_BYTES_MAX} bytes"));
	}
	Ok(text.to_owned())
}

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: ViewingCommand) -> Result<(), Error> {
	match command {
		ViewingCommand::Tip { cid, amount } => tip(access, cid, amount).await,
		ViewingCommand::Comment { cid, text } => {
			let call = Call::new("Content", "comment", (cid, text.as_bytes()).encode());
			let receipt = on_available(access, cid, &call).await?;
			report(access, cid, "commented", &receipt);
			Ok(())
		}
		ViewingCommand::Play { cid } => {
			let call = Call::new("Content", "play", cid.encode());
			let receipt = on_available(access, cid, &call).await?;
			report(access, cid, "played", &receipt);
			Ok(())
		}
	}
}

/// Refuses an item that is unknown or not available: the chain would charge a fee for finding out.
fn ensure_available(id: ContentId, view: Option<&ItemView>) -> Result<(), Error> {
	let view = view.ok_or_else(|| fetch::unknown(id))?;
	if view.state == ContentState::Available {
		return Ok(());
	}
	let cid = cid_text(&id.0);
	Err(Error::not_possible(
		format!("{cid} is not available, but {}", show::state_name(&view.state)),
		format!("see `popctl status {cid}`"),
	))
}

async fn on_available(access: Access<'_>, id: ContentId, call: &Call) -> Result<Receipt, Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	ensure_available(id, chain.snapshot().await?.item(id).await?.as_ref())?;
	chain.submit(call, &signer).await
}

async fn tip(access: Access<'_>, id: ContentId, amount: Balance) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	ensure_available(id, chain.snapshot().await?.item(id).await?.as_ref())?;
	ensure_payable(&chain.state().await?, &signer, amount).await?;
	let call = Call::new("Content", "tip", (id, Compact(amount)).encode());
	let receipt = chain.submit(&call, &signer).await?;
	let tipped = receipt.event("Content", "Tipped");
	let part = |index| tipped.and_then(|fields| number_in(fields, index)).unwrap_or(0);
	let (received, burned) = (part(2), part(3));
	let cid = cid_text(&id.0);
	let result = json!({
		"cid": cid,
		"tipped": format_amount(amount),
		"received": format_amount(received),
		"burned": format_amount(burned),
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		table(&[
			row("tipped", format!("{} for {cid}", lit(amount))),
			row("received", format!("{} by its publisher", lit(received))),
			row("burned", format!("{}, which count for its publisher's rewards", lit(burned))),
			row("fee", receipt.fee().text()),
		])
	});
	Ok(())
}

/// Refuses a tip that is too small, or that the account does not have.
async fn ensure_payable(state: &State<'_>, signer: &Signer, amount: Balance) -> Result<(), Error> {
	let least: Balance = state.constant("Content", "TipMin")?;
	if amount < least {
		return Err(Error::usage(
			format!("{} are less than the smallest tip", lit(amount)),
			format!("give at least {}", lit(least)),
		));
	}
	let available: Balance = state.ask("PopnetApi_lit_available", &signer.account).await?;
	if amount > available {
		return Err(Error::insufficient(
			format!("the account has {} for a tip of {}", lit(available), lit(amount)),
			"a plan pays fees and no tips: stake POP, or have LIT sent to the account; see `popctl \
			 lit`",
		));
	}
	Ok(())
}

fn report(access: Access<'_>, id: ContentId, done: &str, receipt: &Receipt) {
	let cid = cid_text(&id.0);
	let result: Value = json!({
		"cid": cid,
		"done": done,
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || table(&[row(done, &cid), row("fee", receipt.fee().text())]));
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		args::{Cli, Command},
		publish::tests::item,
	};
	use clap::Parser;

	fn parsed(words: &[&str]) -> Result<ViewingCommand, clap::Error> {
		match Cli::try_parse_from(["popctl"].iter().chain(words))?.command {
			Command::Viewing(command) => Ok(command),
			other => panic!("{other:?}"),
		}
	}

	#[test]
	fn tips_comments_and_plays_name_an_item() {
		let cid = cid_text(&[7; 32]);
		let tip = parsed(&["tip", &cid, "0.5"]).unwrap();
		assert!(matches!(tip, ViewingCommand::Tip { amount: 500_000_000_000, .. }));
		let comment = parsed(&["comment", &cid, " wonderful "]).unwrap();
		assert!(matches!(comment, ViewingCommand::Comment { text, .. } if text == " wonderful "));
		assert!(parsed(&["play", &cid, "--sponsor", "3"]).is_ok());
		let long = "x".repeat(COMMENT_BYTES_MAX + 1);
		for wrong in [
			&["tip", &cid][..],
			&["tip", &cid, "0"],
			&["comment", &cid, " "],
			&["comment", &cid, &long],
			&["play", "nonsense"],
			&["play", &cid, "--sponsor", "x"],
		] {
			assert_eq!(parsed(wrong).unwrap_err().exit_code(), 2, "{wrong:?}");
		}
	}

	#[test]
	fn only_available_items_are_tipped_and_commented() {
		let id = ContentId([7; 32]);
		assert!(ensure_available(id, Some(&item(ContentState::Available))).is_ok());
		assert_eq!(ensure_available(id, None).unwrap_err().exit_code(), 4);
		let early = ensure_available(id, Some(&item(ContentState::Screening))).unwrap_err();
		assert_eq!(early.exit_code(), 6);
		assert!(early.message().contains("screening"), "{}", early.message());
	}
}
