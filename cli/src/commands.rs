//! Runs one command.

use crate::{
	access::Access,
	amounts::format_amount,
	args::{Command, Global, MasternodeAction, MasternodeName},
	chain::{calls::Call, reads::LocalMasternode, transactions::Signer, Chain},
	errors::Error,
	fetch, governance, lit,
	output::Output,
	publish, rewards, show, sponsor,
	staking::{self, Funds},
	viewing,
};
use codec::{Compact, Encode};
use popnet_media_codec::cid::cid_text;
use popnet_primitives::{content::ContentId, AccountId, Balance};
use serde_json::{json, Value};

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(global: &Global, command: Command, output: Output) -> Result<(), Error> {
	// A missing account is found before the node is asked for anything.
	let access = Access { global, output };
	let signer = || access.signer();
	let account = |chosen| access.account(chosen);
	let connect = || access.connect();
	match command {
		Command::Publish(options) => {
			let signer = signer()?;
			publish::publish(&connect().await?, &signer, &options, output).await
		}
		Command::Fetch(options) => fetch::fetch(&connect().await?, &options, output).await,
		Command::Status { cid } => status(&connect().await?, cid, output).await,
		Command::Items { owner } => {
			let owner = account(owner)?;
			items(&connect().await?, &owner, output).await
		}
		Command::Masternodes { action } => {
			masternodes(&connect().await?, action.unwrap_or(MasternodeAction::List), output).await
		}
		Command::Superdelegates => superdelegates(&connect().await?, output).await,
		Command::Policy => {
			let policy = connect().await?.snapshot().await?.policy().await?;
			output.result(&show::policy_json(&policy), || show::policy_text(&policy));
			Ok(())
		}
		Command::Gateway => gateway(&connect().await?, output).await,
		Command::Balance { account: chosen } => {
			let who = account(chosen)?;
			balance(&connect().await?, &who, output).await
		}
		Command::Transfer { to, amount, lit } => {
			let signer = signer()?;
			transfer(&connect().await?, &signer, (to, amount, lit), output).await
		}
		Command::Withdraw { cid } => {
			let signer = signer()?;
			on_item(&connect().await?, &signer, ("withdraw", "withdrawn"), cid, output).await
		}
		Command::Retire { cid } => {
			let signer = signer()?;
			on_item(&connect().await?, &signer, ("retire", "retired"), cid, output).await
		}
		Command::Reclaim { cid } => {
			let signer = signer()?;
			on_item(&connect().await?, &signer, ("reclaim_deposit", "reclaimed"), cid, output).await
		}
		Command::Forget { cid } => {
			let signer = signer()?;
			on_item(&connect().await?, &signer, ("forget", "forgotten"), cid, output).await
		}
		Command::Viewing(command) => viewing::run(access, command).await,
		Command::Lit(command) => lit::run(access, command).await,
		Command::Sponsor(command) => sponsor::run(access, command).await,
		Command::Staking(command) => staking::run(access, command).await,
		Command::Rewards(command) => rewards::run(access, command).await,
		Command::Governance(command) => governance::run(access, command).await,
	}
}

async fn status(chain: &Chain, id: ContentId, output: Output) -> Result<(), Error> {
	let snapshot = chain.snapshot().await?;
	let status = show::ItemStatus {
		id,
		view: snapshot.item(id).await?.ok_or_else(|| fetch::unknown(id))?,
		slots: snapshot.placement(id).await?,
		margin: snapshot.durability_margin(id).await?,
	};
	output.result(&status.json(), || status.text());
	Ok(())
}

async fn items(chain: &Chain, owner: &AccountId, output: Output) -> Result<(), Error> {
	let snapshot = chain.snapshot().await?;
	let mut listed = Vec::new();
	for id in snapshot.items_of(owner).await? {
		if let Some(view) = snapshot.item(id).await? {
			listed.push((id, view));
		}
	}
	let items: Vec<Value> = listed.iter().map(|(id, view)| show::listed_json(*id, view)).collect();
	output.result(&json!({ "owner": owner.to_string(), "items": items }), || {
		if listed.is_empty() {
			return format!("{owner} has no items");
		}
		let rows: Vec<_> = listed.iter().map(|(id, view)| show::listed_row(*id, view)).collect();
		show::table(&rows)
	});
	Ok(())
}

async fn masternodes(chain: &Chain, action: MasternodeAction, output: Output) -> Result<(), Error> {
	match action {
		MasternodeAction::List => list_masternodes(chain, output).await,
		MasternodeAction::Stop { nodes } => run_masternodes(chain, &nodes, false, output).await,
		MasternodeAction::Start { nodes } => run_masternodes(chain, &nodes, true, output).await,
	}
}

async fn list_masternodes(chain: &Chain, output: Output) -> Result<(), Error> {
	let views = chain.snapshot().await?.masternodes().await?;
	// Most nodes have none of their own, and some do not offer to tell.
	let local = match chain.local_masternodes().await {
		Ok(local) => local,
		Err(Error::Internal { .. }) => Vec::new(),
		Err(error) => return Err(error),
	};
	let mut shown: Vec<_> = views
		.iter()
		.map(|view| {
			let account = view.node.to_string();
			(view, local.iter().find(|local| local.account == account))
		})
		.collect();
	shown.sort_by_key(|(_, local)| local.map_or(u32::MAX, |local| local.number));
	let json: Vec<Value> =
		shown.iter().map(|(view, local)| show::masternode_json(view, *local)).collect();
	output.result(&json!({ "masternodes": json }), || {
		let mut rows = vec![show::masternode_heads()];
		rows.extend(shown.iter().map(|(view, local)| show::masternode_row(view, *local)));
		show::table(&rows)
	});
	Ok(())
}

async fn run_masternodes(
	chain: &Chain,
	names: &[MasternodeName],
	run: bool,
	output: Output,
) -> Result<(), Error> {
	let local = chain.local_masternodes().await?;
	// All names are resolved before anything is changed.
	let nodes = names
		.iter()
		.map(|name| resolve(&local, name))
		.collect::<Result<Vec<&LocalMasternode>, Error>>()?;
	let mut changed = Vec::new();
	for node in nodes {
		if !chain.run_masternode(&node.account, run).await? {
			return Err(no_masternode(&node.account));
		}
		changed.push((node.number, node.account.clone()));
	}
	let word = if run { "started" } else { "stopped" };
	let json: Vec<Value> = changed
		.iter()
		.map(|(number, account)| json!({ "number": number, "account": account }))
		.collect();
	output.result(&json!({ word: json }), || {
		let lines = changed.iter().map(|(number, account)| format!("{word} {number} {account}"));
		lines.collect::<Vec<_>>().join("\n")
	});
	Ok(())
}

fn resolve<'a>(
	local: &'a [LocalMasternode],
	name: &MasternodeName,
) -> Result<&'a LocalMasternode, Error> {
	let text = match name {
		MasternodeName::Number(number) => number.to_string(),
		MasternodeName::Account(account) => account.to_string(),
	};
	local
		.iter()
		.find(|node| match name {
			MasternodeName::Number(number) => node.number == *number,
			MasternodeName::Account(_) => node.account == text,
		})
		.ok_or_else(|| no_masternode(&text))
}

fn no_masternode(name: &str) -> Error {
	Error::Unknown {
		what: format!("the node's process has no Masternode {name}"),
		hint: "see `popctl masternodes`: only those with a number can be stopped and started"
			.into(),
	}
}

async fn superdelegates(chain: &Chain, output: Output) -> Result<(), Error> {
	let members = chain.snapshot().await?.superdelegates().await?;
	let json: Vec<Value> = members
		.iter()
		.map(
			|(account, key)| json!({ "account": account.to_string(), "screeningKey": hex::encode(key) }),
		)
		.collect();
	output.result(&json!({ "superdelegates": json }), || {
		let mut rows = vec![vec!["ACCOUNT".to_owned(), "SCREENING KEY".to_owned()]];
		rows.extend(members.iter().map(|(who, key)| vec![who.to_string(), hex::encode(key)]));
		show::table(&rows)
	});
	Ok(())
}

async fn gateway(chain: &Chain, output: Output) -> Result<(), Error> {
	let address = chain.gateway().await?.ok_or_else(|| Error::NotAvailable {
		what: "the node runs no HTTP gateway".into(),
		hint: "start it with a gateway; see popnet --help".into(),
		summary: None,
	})?;
	let url = format!("http://{address}");
	output.result(&json!({ "url": url }), || url.clone());
	Ok(())
}

async fn balance(chain: &Chain, who: &AccountId, output: Output) -> Result<(), Error> {
	let state = chain.state().await?;
	let funds = Funds::read(&state, who).await?;
	let held = funds.total.saturating_sub(funds.free);
	let available = chain.snapshot().await?.lit_available(who).await?;
	let per_day = state.lit_projection(funds.generating).await?;
	let result = json!({
		"account": who.to_string(),
		"pop": {
			"free": format_amount(funds.free),
			"held": format_amount(held),
			"staked": format_amount(funds.generating),
		},
		"lit": { "available": format_amount(available), "perDay": format_amount(per_day) },
	});
	output.result(&result, || {
		let row = |name: &str, amount: Balance, unit: &str| {
			vec![name.to_owned(), format!("{} {unit}", format_amount(amount))]
		};
		let rows = [
			vec!["account".to_owned(), who.to_string()],
			row("free", funds.free, "POP"),
			row("held", held, "POP"),
			row("staked", funds.generating, "POP, part of what is held"),
			row("available", available, "LIT"),
			row("generates", per_day, "LIT a day"),
		];
		show::table(&rows)
	});
	Ok(())
}

async fn transfer(
	chain: &Chain,
	signer: &Signer,
	(to, amount, lit): (AccountId, Balance, bool),
	output: Output,
) -> Result<(), Error> {
	/// `MultiAddress::Id`.
	const ACCOUNT: u8 = 0;
	let (pallet, unit) = if lit { ("Lit", "LIT") } else { ("Balances", "POP") };
	let arguments = (ACCOUNT, &to, Compact(amount)).encode();
	let call = Call::new(pallet, "transfer_keep_alive", arguments);
	let receipt = chain.submit(&call, signer).await?;
	let result = json!({
		"from": signer.account.to_string(),
		"to": to.to_string(),
		"amount": format_amount(amount),
		"unit": unit,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	output.result(&result, || format!("sent {} {unit} to {to}", format_amount(amount)));
	Ok(())
}

/// A call of `Content` that takes an item and nothing else.
async fn on_item(
	chain: &Chain,
	signer: &Signer,
	(name, done): (&'static str, &'static str),
	id: ContentId,
	output: Output,
) -> Result<(), Error> {
	// The chain would charge a fee for finding out.
	let known = chain.snapshot().await?.item(id).await?;
	known.ok_or_else(|| fetch::unknown(id))?;
	let receipt = chain.submit(&Call::new("Content", name, id.encode()), signer).await?;
	let cid = cid_text(&id.0);
	let result = json!({
		"cid": cid,
		"done": done,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	output.result(&result, || format!("{done} {cid}"));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		args::Cli,
		chain::fake::{self, says, Node},
		publish::tests::item,
	};
	use clap::Parser;
	use popnet_primitives::content::{ContentState, ItemView};

	/// What popctl says to `words` of a user of `node`.
	async fn popctl(node: &Node, words: &[&str]) -> Result<(), Error> {
		let url = node.url();
		let all = ["popctl", "--json", "--timeout", "5", "--url", &url];
		let cli = Cli::try_parse_from(all.iter().chain(words)).unwrap();
		run(&cli.global, cli.command, Output { json: true }).await
	}

	async fn fetched(view: Option<ItemView>) -> Error {
		let node = Node::start(|module| fake::runtime(module, vec![says("item", view)])).await;
		popctl(&node, &["fetch", &cid_text(&[7; 32])]).await.unwrap_err()
	}

	#[tokio::test]
	async fn method_that_the_node_does_not_offer_is_an_internal_error() {
		let node = Node::start(|_| {}).await;

		let error = popctl(&node, &["gateway"]).await.unwrap_err();

		assert_eq!(error.exit_code(), 1);
		assert!(error.message().contains("popnet_gateway"), "{}", error.message());
		assert!(!error.hint().is_empty());
	}

	#[tokio::test]
	async fn node_without_gateway_is_told_apart() {
		let node = Node::start(|module| fake::answer(module, "popnet_gateway", Value::Null)).await;
		assert_eq!(popctl(&node, &["gateway"]).await.unwrap_err().exit_code(), 6);
		let address = json!("127.0.0.1:8080");
		let node = Node::start(|module| fake::answer(module, "popnet_gateway", address)).await;
		assert!(popctl(&node, &["gateway"]).await.is_ok());
	}

	#[tokio::test]
	async fn fetch_says_in_which_state_an_item_is_not_available() {
		for (state, words) in [
			(ContentState::Screening, "is being screened"),
			(ContentState::Approved, "waits for its placement"),
			(ContentState::Placing, "is being stored"),
			(ContentState::Expired, "has expired"),
		] {
			let error = fetched(Some(item(state))).await;
			assert_eq!(error.exit_code(), 6);
			assert!(error.message().contains(words), "{}", error.message());
			assert!(!error.hint().is_empty());
		}
		assert_eq!(fetched(None).await.exit_code(), 4);
	}

	#[test]
	fn local_masternodes_are_found_by_number_and_account() {
		let alice = AccountId::new([1; 32]);
		let text = format!(
			r#"[{{"number":1,"account":"{alice}","peerId":"12D3","addresses":["/x"],"running":true,"blocks":2,"bytes":3}}]"#
		);
		let local: Vec<LocalMasternode> = serde_json::from_str(&text).unwrap();
		assert_eq!(local[0].peer_id, "12D3");
		assert!(resolve(&local, &MasternodeName::Number(1)).is_ok());
		assert!(resolve(&local, &MasternodeName::Account(alice)).is_ok());
		let error = resolve(&local, &MasternodeName::Number(2)).unwrap_err();
		assert_eq!(error.exit_code(), 4);
	}
}
