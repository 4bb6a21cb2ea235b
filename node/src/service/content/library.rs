//! What the gateway may stream: public items that the chain calls Available.

use crate::service::Client;
use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use popnet_content_net::{Host, Retrieval, Whereabouts};
use popnet_gateway::{Item, Library, Listed, Refusal, LISTED_MAX};
use popnet_media_codec::{cid::Digest, CommittedKey, ContentKey, Manifest};
use popnet_primitives::{
	content::{ContentId, ContentState},
	moderation::{CategoryName, Defect, RejectReason},
	runtime_api::PopnetApi,
};
use popnet_runtime::Hash;
use sc_client_api::HeaderBackend;
use sp_api::ProvideRuntimeApi;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Items that are kept open.
const OPEN_MAX: usize = 256;
/// Answers of the chain that are kept for one block.
const ANSWERS_MAX: usize = 4_096;
/// Longest wait for a manifest.
const MANIFEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for the manifest of an item that is only listed.
const LISTED_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads the chain and fetches through one host.
pub struct ChainLibrary {
	client: Arc<Client>,
	viewer: Host,
	open: Mutex<HashMap<Digest, Arc<OpenItem>>>,
	answers: Mutex<Answers>,
}

/// What the chain has answered at one final block.
#[derive(Default)]
struct Answers {
	at: Hash,
	items: HashMap<Digest, Result<Playable, Refusal>>,
	list: Option<Vec<Listed>>,
}

/// What it takes to open an item.
#[derive(Clone)]
struct Playable {
	key: [u8; 32],
	slots: Vec<Vec<String>>,
}

impl ChainLibrary {
	/// Reads `client` and fetches through `viewer`.
	pub fn new(client: Arc<Client>, viewer: Host) -> Self {
		Self { client, viewer, open: Mutex::default(), answers: Mutex::default() }
	}

	/// What the chain says at its last final block. Players ask for many ranges of an item: the
	/// runtime is called once a block.
	async fn ask(&self, id: Digest) -> Result<Playable, Refusal> {
		let at = self.client.info().finalized_hash;
		let known = {
			let mut answers = self.answers.lock();
			if answers.at != at || answers.items.len() >= ANSWERS_MAX {
				*answers = Answers { at, ..Answers::default() };
			}
			answers.items.get(&id).cloned()
		};
		if let Some(answer) = known {
			return answer;
		}
		let client = self.client.clone();
		let answer = tokio::task::spawn_blocking(move || playable(&client, at, ContentId(id)))
			.await
			.map_err(|error| Refusal::Unavailable(error.to_string()))?;
		let mut answers = self.answers.lock();
		if answers.at == at {
			answers.items.insert(id, answer.clone());
		}
		answer
	}

	async fn open_item(&self, id: Digest) -> Result<Arc<OpenItem>, Refusal> {
		let Playable { key, slots } = self.ask(id).await?;
		let known = self.open.lock().get(&id).filter(|open| open.slots == slots).cloned();
		if let Some(open) = known {
			return Ok(open);
		}
		let retrieval = Retrieval::new(self.viewer.clone(), Whereabouts::Slots(slots.clone()));
		let manifest = tokio::time::timeout(MANIFEST_TIMEOUT, retrieval.manifest(&id))
			.await
			.map_err(|_| Refusal::Unavailable("no Masternode delivered its manifest".into()))?
			.map_err(|error| Refusal::Unavailable(error.to_string()))?;
		let key = ContentKey::open(key, &manifest.key_commitment)
			.map_err(|error| Refusal::Unavailable(error.to_string()))?;
		let opened = Arc::new(OpenItem { manifest, key, slots, retrieval });
		let mut open = self.open.lock();
		if open.len() >= OPEN_MAX {
			open.clear();
		}
		open.insert(id, opened.clone());
		Ok(opened)
	}

	async fn listed(&self, id: Digest) -> Option<Listed> {
		let item = tokio::time::timeout(LISTED_TIMEOUT, self.open_item(id)).await.ok()?.ok()?;
		Some(Listed {
			id,
			name: item.manifest.name.clone(),
			mime: item.manifest.mime.clone(),
			size: item.manifest.size,
		})
	}
}

/// Key and whereabouts of an item that the public may have at block `at`.
fn playable(client: &Client, at: Hash, id: ContentId) -> Result<Playable, Refusal> {
	let api = client.runtime_api();
	let failed = |error: sp_api::ApiError| Refusal::Unavailable(error.to_string());
	let item = api.item(at, id).map_err(failed)?.ok_or(Refusal::Unknown)?;
	match &item.state {
		ContentState::Available => {}
		ContentState::Screening => return Err(Refusal::NotYet("it is being screened".into())),
		ContentState::Approved => {
			return Err(Refusal::NotYet("it passed screening and waits for its placement".into()))
		}
		ContentState::Placing => {
			return Err(Refusal::NotYet("Masternodes are still storing it".into()))
		}
		ContentState::Rejected(reason) => {
			return Err(Refusal::Rejected(explain(reason, &item.categories)));
		}
		ContentState::Expired => return Err(Refusal::Expired),
	}
	let key = item.key.ok_or_else(|| Refusal::Unavailable("its key is not public".into()))?;
	let slots = api.placement(at, id).map_err(failed)?.unwrap_or_default();
	let text = |address: &[u8]| String::from_utf8(address.to_vec()).ok();
	let slots = slots
		.into_iter()
		.map(|slot| slot.addresses.iter().filter_map(|address| text(address)).collect())
		.collect();
	Ok(Playable { key, slots })
}

fn explain(reason: &RejectReason, categories: &[CategoryName]) -> String {
	match reason {
		RejectReason::Policy { category, score } => {
			let name = categories
				.get(usize::from(*category))
				.map(|name| String::from_utf8_lossy(name).into_owned())
				.unwrap_or_else(|| format!("category {category}"));
			let (whole, rest) = (score / 100, score % 100);
			format!("the panel found {name} with a score of {whole}.{rest:02} %")
		}
		RejectReason::Defective(defect) => match defect {
			Defect::Unreachable => "its publisher did not deliver it to the panel".into(),
			Defect::WrongKey => "its key does not open it".into(),
			Defect::Corrupt => "its shards do not fit its registration".into(),
			Defect::NotMedia => "it is not the media it claims to be".into(),
			Defect::TooComplex => "decoding it exceeds the limits of screening".into(),
		},
	}
}

#[async_trait]
impl Library for ChainLibrary {
	async fn open(&self, id: Digest) -> Result<Arc<dyn Item>, Refusal> {
		Ok(self.open_item(id).await?)
	}

	async fn list(&self) -> Vec<Listed> {
		let at = self.client.info().finalized_hash;
		let known = Some(self.answers.lock()).filter(|known| known.at == at);
		if let Some(list) = known.and_then(|known| known.list.clone()) {
			return list;
		}
		let client = self.client.clone();
		let newest = move || {
			let limit = u32::try_from(LISTED_MAX).unwrap_or(u32::MAX);
			client.runtime_api().available_items(at, limit).unwrap_or_default()
		};
		let ids = tokio::task::spawn_blocking(newest).await.unwrap_or_default();
		let listed = ids.into_iter().map(|id| self.listed(id.0));
		let list: Vec<Listed> =
			futures::future::join_all(listed).await.into_iter().flatten().collect();
		let mut answers = self.answers.lock();
		if answers.at == at {
			answers.list = Some(list.clone());
		}
		list
	}
}

struct OpenItem {
	manifest: Manifest,
	key: CommittedKey,
	slots: Vec<Vec<String>>,
	retrieval: Retrieval,
}

#[async_trait]
impl Item for OpenItem {
	fn manifest(&self) -> &Manifest {
		&self.manifest
	}

	async fn stripe(&self, stripe: u64) -> Result<Bytes, Refusal> {
		self.retrieval
			.stripe(&self.manifest, &self.key, stripe)
			.await
			.map(Bytes::from)
			.map_err(|error| Refusal::Unavailable(error.to_string()))
	}
}
