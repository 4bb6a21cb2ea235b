//! Publishing: encode, register, seal the key to the panel, serve until Masternodes hold everything.
//!
//! The order makes an interruption harmless: everything is encoded and recorded before the item is
//! registered, and every later step asks the chain what is still to be done ([`following`]).

mod encoding;
mod following;
mod media;
mod serving;
mod stages;
mod work;

use crate::{
	args,
	chain::{
		transactions::{Call, Signer},
		Chain,
	},
	errors::Error,
	output::Output,
	show,
};
use codec::Encode;
use media::{Claims, Source};
use popnet_content_net::Host;
use popnet_media_codec::{cid::cid_text, Manifest};
use popnet_primitives::content::{
	Address, Addresses, Coding, ContentId, ContentState, ItemView, Registration,
};
use stages::Stages;
use work::{Record, Work};

/// What to say when a run ends before the item is available.
pub const RESUME_HINT: &str =
	"run the same command again: it goes on with the same item, and registers nothing twice";

/// A publication that is encoded, here or by an earlier run.
struct Prepared {
	record: Record,
	/// The manifest; `None` when the item needs no blocks from here any more.
	manifest: Option<Manifest>,
	/// What the chain knows about the item already.
	known: Option<ItemView>,
}

/// Publishes a file and waits until it is available.
///
/// # Errors
/// When anything fails, the panel rejects the item, or nothing happens for too long.
pub async fn publish(
	chain: &Chain,
	signer: &Signer,
	options: &args::Publish,
	output: Output,
) -> Result<(), Error> {
	let claims = Claims {
		kind: options.kind.map(Into::into),
		mime: options.mime.clone(),
		name: options.name.clone(),
	};
	let source = media::inspect(&options.file, &claims)?;
	let parent = match &options.work_dir {
		Some(folder) => folder.clone(),
		None => work::default_parent()?,
	};
	let work = Work::open(&parent, &source, &signer.account)?;
	let mut stages = Stages::new(output, options.stages);

	let mut prepared = prepare(chain, &source, &work, output).await?;
	let id = ContentId(prepared.record.id);
	stages.reached("encoded", &cid_text(&id.0));
	let ended = prepared.known.as_ref().is_some_and(|view| has_ended(&view.state));
	let mut host = None;
	if !ended {
		let serving = serving::Serving {
			listen: &options.listen,
			announce: &options.announce,
			local: chain.is_local(),
			registered: prepared.known.as_ref().map(|view| &view.registration.sources),
		};
		let started = serving::start(&work, &mut prepared.record, &serving).await?;
		if let Some(manifest) = &prepared.manifest {
			if prepared.known.is_none() {
				let registration =
					registration(&prepared.record, manifest, &source, &started, chain.is_local())?;
				register(chain, signer, registration).await?;
			}
		}
		host = Some(started);
	}
	stages.reached("registered", "");
	let following = following::Following {
		chain,
		signer,
		id,
		key: prepared.record.key,
		host: host.as_ref(),
		output,
	};
	let outcome = following.run(&mut stages).await;
	if let Some(host) = host {
		host.stop().await;
	}
	let view = outcome?;
	// Nobody needs the blocks from here any more; the record stays, for the next run to know.
	work.drop_blocks()?;
	conclude(chain, id, &view, &stages, output).await
}

/// Whether nothing more will happen that needs the publisher.
fn has_ended(state: &ContentState) -> bool {
	matches!(state, ContentState::Available | ContentState::Rejected(_) | ContentState::Expired)
}

/// The item of an earlier run if it can go on, else a new one.
async fn prepare(
	chain: &Chain,
	source: &Source,
	work: &Work,
	output: Output,
) -> Result<Prepared, Error> {
	if let Some(record) = work.record()? {
		let snapshot = chain.snapshot().await?;
		let known = snapshot.item(ContentId(record.id)).await?;
		let manifest = work.complete(&record)?;
		let cid = cid_text(&record.id);
		match known {
			Some(view) if view.state == ContentState::Expired => {
				output.note(&format!("{cid} has expired; publishing the file anew"));
			}
			Some(view) if manifest.is_none() && !has_ended(&view.state) => {
				return Err(Error::internal(
					format!("blocks of {cid} are missing in {}", work.folder().display()),
					format!("popctl withdraw {cid}, then publish the file again"),
				));
			}
			Some(view) => return Ok(Prepared { record, manifest, known: Some(view) }),
			None => {
				let wanted = snapshot.coding().await?;
				let usable = manifest.filter(|manifest| {
					let Coding { data, total } = wanted.unwrap_or(Coding { data: 0, total: 0 });
					(manifest.coding.data, manifest.coding.total) == (data, total)
				});
				if usable.is_some() {
					return Ok(Prepared { record, manifest: usable, known: None });
				}
			}
		}
	}
	let (record, manifest) = encode(chain, source, work, output).await?;
	Ok(Prepared { record, manifest: Some(manifest), known: None })
}

async fn encode(
	chain: &Chain,
	source: &Source,
	work: &Work,
	output: Output,
) -> Result<(Record, Manifest), Error> {
	let coding = chain.snapshot().await?.coding().await?.ok_or_else(|| Error::NotAvailable {
		what: "the network has no active Masternodes".into(),
		hint: "wait until some have joined; see `popctl masternodes`".into(),
		summary: None,
	})?;
	let bar = output.bytes_bar(source.size, "encoding");
	let encoded = tokio::task::block_in_place(|| encoding::encode(work, source, coding, &bar));
	bar.finish_and_clear();
	encoded
}

fn registration(
	record: &Record,
	manifest: &Manifest,
	source: &Source,
	host: &Host,
	local: bool,
) -> Result<Registration, Error> {
	let addresses = serving::announced(&host.addresses(), local);
	let sources: Vec<Address> = addresses
		.into_iter()
		.filter_map(|address| Address::try_from(address.into_bytes()).ok())
		.collect();
	let sources = Addresses::try_from(sources)
		.map_err(|_| Error::internal("there are too many addresses", "use --announce"))?;
	let too_large = |_| Error::BadFile {
		path: source.path.clone(),
		what: "has too many stripes to be registered".into(),
		hint: "cut it into parts".into(),
	};
	Ok(Registration {
		id: ContentId(record.id),
		media: source.kind,
		size: manifest.size,
		plaintext_root: manifest.plaintext_root,
		key_commitment: manifest.key_commitment,
		coding: Coding { data: manifest.coding.data, total: manifest.coding.total },
		stripes: u32::try_from(manifest.stripes()).map_err(too_large)?,
		manifest_size: record.manifest_size,
		stored_size: manifest.stored_size(),
		sources,
	})
}

/// Registers the item, unless an earlier run's transaction has done it meanwhile.
async fn register(chain: &Chain, signer: &Signer, registration: Registration) -> Result<(), Error> {
	let id = registration.id;
	let call = Call::new("Content", "register", registration.encode());
	match chain.submit(&call, signer).await {
		Err(Error::Transaction { name, call, docs }) if name.ends_with("AlreadyRegistered") => {
			let known = chain.snapshot().await?.item(id).await?;
			match known.is_some_and(|view| view.owner == signer.account) {
				true => Ok(()),
				false => Err(Error::Transaction { name, call, docs }),
			}
		}
		outcome => outcome.map(|_| ()),
	}
}

/// The result, or the error that the item's end is.
async fn conclude(
	chain: &Chain,
	id: ContentId,
	view: &ItemView,
	stages: &Stages,
	output: Output,
) -> Result<(), Error> {
	let snapshot = chain.snapshot().await?;
	let slots = snapshot.placement(id).await?.map(|slots| slots.len());
	let cid = cid_text(&id.0);
	let mut summary = show::publication(id, view, slots, stages.seconds());
	match &view.state {
		ContentState::Rejected(reason) => {
			let reason = show::reject_reason(reason, &snapshot.policy().await?);
			summary["reason"] = reason.clone().into();
			Err(Error::Rejected { cid, reason, summary: Some(Box::new(summary)) })
		}
		ContentState::Available => {
			output.result(&summary, || format!("{cid} is available"));
			Ok(())
		}
		_ => {
			summary["reason"] = show::EXPIRED.into();
			Err(Error::NotAvailable {
				what: format!("{cid} has expired: {}", show::EXPIRED),
				hint: "publish the file again; the old item goes with `popctl forget`".into(),
				summary: Some(Box::new(summary)),
			})
		}
	}
}
