//! Publishing: encode, register, seal the key to the panel, serve until Masternodes hold everything.
//!
//! The order makes an interruption harmless: everything is encoded and recorded before the item is
//! registered, and every later step asks the chain what is still to be done ([`following`]).

mod encoding;
mod following;
mod means;
mod media;
mod serving;
mod stages;
mod work;

use crate::{
	args,
	chain::{calls::Call, transactions::Signer, Chain},
	errors::Error,
	output::Output,
	show,
};
use codec::Encode;
use media::{Claims, Source};
use popnet_content_net::Host;
use popnet_media_codec::{cid::cid_text, Manifest};
use popnet_primitives::{
	content::{Address, Addresses, Coding, ContentId, ContentState, ItemView, Registration},
	AccountId,
};
use stages::Stages;
use std::sync::Arc;
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
	let work = Arc::new(Work::open(&parent, &source, &signer.account)?);
	let mut stages = Stages::new(output, options.stages);

	let local = chain.is_on_this_machine().await?;
	let mut prepared = prepare(chain, signer, &source, &work, output).await?;
	let id = ContentId(prepared.record.id);
	stages.reached("encoded", &cid_text(&id.0));
	let ended = prepared.known.as_ref().is_some_and(|view| has_ended(&view.state));
	let mut host = None;
	if !ended {
		let serving = serving::Serving {
			listen: &options.listen,
			announce: &options.announce,
			local,
			registered: prepared.known.as_ref().map(|view| &view.registration.sources),
		};
		let started = serving::start(&work, &mut prepared.record, &serving).await?;
		if let Some(manifest) = &prepared.manifest {
			if prepared.known.is_none() {
				let registration =
					registration(&prepared.record, manifest, &source, &started, local)?;
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
	signer: &Signer,
	source: &Source,
	work: &Arc<Work>,
	output: Output,
) -> Result<Prepared, Error> {
	if let Some(record) = work.record()? {
		let snapshot = chain.snapshot().await?;
		let known = snapshot.item(ContentId(record.id)).await?;
		let wanted = snapshot.coding().await?;
		let manifest = work.complete(&record)?;
		let cid = cid_text(&record.id);
		match next(known.as_ref(), &signer.account, manifest.as_ref(), wanted) {
			Next::GoOn => return Ok(Prepared { record, manifest, known }),
			Next::Anew(why) => output.note(&format!("{cid} {why}; encoding the file anew")),
			Next::Stuck => {
				return Err(Error::internal(
					format!("blocks of {cid} are missing in {}", work.folder().display()),
					format!("popctl withdraw {cid}, then publish the file again"),
				))
			}
		}
	}
	let (record, manifest) = encode(chain, signer, source, work, output).await?;
	Ok(Prepared { record, manifest: Some(manifest), known: None })
}

/// What to do with the item of an earlier run.
#[derive(Debug, PartialEq, Eq)]
enum Next {
	/// Go on with it.
	GoOn,
	/// Publish the file as a new item; why.
	Anew(&'static str),
	/// The network wants blocks that are gone.
	Stuck,
}

/// What to do with the item of an earlier run of `account`: `known` to the chain or not, with all
/// blocks here if there is a `manifest`, while the chain asks for the code `wanted`.
fn next(
	known: Option<&ItemView>,
	account: &AccountId,
	manifest: Option<&Manifest>,
	wanted: Option<Coding>,
) -> Next {
	let coding = manifest
		.map(|manifest| Coding { data: manifest.coding.data, total: manifest.coding.total });
	match known {
		// Whoever sees a registration can send it first; only another key makes another item.
		Some(view) if view.owner != *account => Next::Anew("was registered by another account"),
		Some(view) if view.state == ContentState::Expired => Next::Anew("has expired"),
		Some(view) if manifest.is_none() && !has_ended(&view.state) => Next::Stuck,
		Some(_) => Next::GoOn,
		None if manifest.is_none() => Next::Anew("is not complete"),
		None if coding != wanted => {
			Next::Anew("has a code that the network does not take any more")
		}
		None => Next::GoOn,
	}
}

async fn encode(
	chain: &Chain,
	signer: &Signer,
	source: &Source,
	work: &Arc<Work>,
	output: Output,
) -> Result<(Record, Manifest), Error> {
	let snapshot = chain.snapshot().await?;
	let coding = snapshot.coding().await?.ok_or_else(|| Error::NotAvailable {
		what: "the network has no active Masternodes".into(),
		hint: "wait until some have joined; see `popctl masternodes`".into(),
		summary: None,
	})?;
	let stored_size = encoding::stored_size(source.size, coding);
	means::ensure_means(&snapshot, signer, work, stored_size).await?;
	let bar = output.bytes_bar(source.size, "encoding");
	let encoded = encoding::encode(work, source, coding, &bar).await;
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
			let reason = show::reject_reason(reason, &view.categories);
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

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use popnet_media_codec::{encoder::Description, ContentKey, Encoder};
	use popnet_primitives::{
		content::MediaKind,
		moderation::{Defect, RejectReason},
	};

	const CODING: Coding = Coding { data: 3, total: 4 };
	const OTHER_CODING: Coding = Coding { data: 9, total: 12 };

	fn account(number: u8) -> AccountId {
		AccountId::new([number; 32])
	}

	fn manifest() -> Manifest {
		let key = ContentKey::generate(&mut rand::rngs::OsRng);
		let coding = popnet_media_codec::Coding { data: CODING.data, total: CODING.total };
		let description = Description {
			media: popnet_media_codec::MediaKind::Video,
			mime: "video/mp4".into(),
			name: "clip.mp4".into(),
		};
		let mut encoder = Encoder::new(&key, coding, 64, description).unwrap();
		let mut sink = |_, _: &[u8]| Ok::<_, ()>(());
		encoder.push(b"some frames", &mut sink).unwrap();
		encoder.finish(&mut sink).unwrap().manifest
	}

	/// An item of account 1.
	pub fn item(state: ContentState) -> ItemView {
		ItemView {
			owner: account(1),
			state,
			registration: Registration {
				id: ContentId([7; 32]),
				media: MediaKind::Video,
				size: 11,
				plaintext_root: [1; 32],
				key_commitment: [2; 32],
				coding: CODING,
				stripes: 1,
				manifest_size: 300,
				stored_size: 40,
				sources: Addresses::default(),
			},
			registered_at: 5,
			deposit: 9,
			key: None,
			risk: None,
			panel: Vec::new(),
			keys_sealed: false,
			votes: (0, 0),
			categories: Vec::new(),
		}
	}

	fn states() -> Vec<ContentState> {
		vec![
			ContentState::Screening,
			ContentState::Approved,
			ContentState::Placing,
			ContentState::Available,
			ContentState::Rejected(RejectReason::Defective(Defect::NotMedia)),
			ContentState::Expired,
		]
	}

	#[test]
	fn item_goes_on_when_it_is_the_signers() {
		let manifest = manifest();
		for state in states() {
			let item = item(state);
			let next = next(Some(&item), &account(1), Some(&manifest), Some(OTHER_CODING));
			match item.state {
				ContentState::Expired => assert!(matches!(next, Next::Anew(_))),
				_ => assert_eq!(next, Next::GoOn),
			}
		}
	}

	#[test]
	fn item_is_encoded_anew_when_another_account_registered_it() {
		let manifest = manifest();
		for state in states() {
			let item = item(state);
			for manifest in [Some(&manifest), None] {
				let next = next(Some(&item), &account(2), manifest, Some(CODING));
				assert_eq!(next, Next::Anew("was registered by another account"));
			}
		}
	}

	#[test]
	fn item_without_blocks_is_stuck_until_it_has_ended() {
		let next = |state| next(Some(&item(state)), &account(1), None, Some(CODING));
		assert_eq!(next(ContentState::Screening), Next::Stuck);
		assert_eq!(next(ContentState::Placing), Next::Stuck);
		assert_eq!(next(ContentState::Available), Next::GoOn);
	}

	#[test]
	fn unregistered_item_goes_on_when_complete_and_coded_as_wanted() {
		let manifest = manifest();
		let next = |manifest, wanted| next(None, &account(1), manifest, wanted);
		assert_eq!(next(Some(&manifest), Some(CODING)), Next::GoOn);
		assert!(matches!(next(Some(&manifest), Some(OTHER_CODING)), Next::Anew(_)));
		assert!(matches!(next(Some(&manifest), None), Next::Anew(_)));
		assert!(matches!(next(None, Some(CODING)), Next::Anew(_)));
	}
}
