//! What the gateway may stream: public items that the chain calls Available.

use crate::service::Client;
use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::Mutex;
use popnet_content_net::{Host, Retrieval, Whereabouts};
use popnet_gateway::{Item, Library, Listed, Refusal};
use popnet_media_codec::{cid::Digest, CommittedKey, ContentKey, Manifest};
use popnet_primitives::{
	content::{ContentId, ContentState, ItemView, SlotView},
	moderation::{Defect, RejectReason},
	runtime_api::PopnetApi,
};
use sc_client_api::HeaderBackend;
use sp_api::ProvideRuntimeApi;
use std::{collections::HashMap, sync::Arc};

/// Items that are kept open.
const OPEN_MAX: usize = 256;
/// Items that the front page shows.
const LISTED_MAX: u32 = 100;

/// Reads the chain and fetches through one host.
pub struct ChainLibrary {
	client: Arc<Client>,
	viewer: Host,
	open: Mutex<HashMap<Digest, Arc<OpenItem>>>,
}

impl ChainLibrary {
	/// Reads `client` and fetches through `viewer`.
	pub fn new(client: Arc<Client>, viewer: Host) -> Self {
		Self { client, viewer, open: Mutex::default() }
	}

	/// What the chain says at its last final block.
	fn ask(&self, id: ContentId) -> Result<(ItemView, Vec<SlotView>), Refusal> {
		let at = self.client.info().finalized_hash;
		let api = self.client.runtime_api();
		let failed = |error: sp_api::ApiError| Refusal::Unavailable(error.to_string());
		let item = api.item(at, id).map_err(failed)?.ok_or(Refusal::Unknown)?;
		match &item.state {
			ContentState::Available => {}
			ContentState::Screening => return Err(Refusal::NotYet("it is being screened".into())),
			ContentState::Approved => {
				return Err(Refusal::NotYet(
					"it passed screening and waits for its placement".into(),
				))
			}
			ContentState::Placing => {
				return Err(Refusal::NotYet("Masternodes are still storing it".into()))
			}
			ContentState::Rejected(reason) => {
				return Err(Refusal::Rejected(self.explain(reason)));
			}
			ContentState::Expired => return Err(Refusal::Expired),
		}
		let slots = api.placement(at, id).map_err(failed)?.unwrap_or_default();
		Ok((item, slots))
	}

	fn explain(&self, reason: &RejectReason) -> String {
		let at = self.client.info().finalized_hash;
		match reason {
			RejectReason::Policy { category, score } => {
				let policy = self.client.runtime_api().policy(at).unwrap_or_default();
				let name = policy
					.get(usize::from(*category))
					.map(|category| String::from_utf8_lossy(&category.name).into_owned())
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

	async fn open_item(&self, id: Digest) -> Result<Arc<OpenItem>, Refusal> {
		let (view, slots) = self.ask(ContentId(id))?;
		let slots: Vec<Vec<String>> = slots
			.into_iter()
			.map(|slot| {
				let text = |address: &[u8]| String::from_utf8(address.to_vec()).ok();
				slot.addresses.iter().filter_map(|address| text(address)).collect()
			})
			.collect();
		let known = self.open.lock().get(&id).filter(|open| open.slots == slots).cloned();
		if let Some(open) = known {
			return Ok(open);
		}
		let key = view.key.ok_or_else(|| Refusal::Unavailable("its key is not public".into()))?;
		let retrieval = Retrieval::new(self.viewer.clone(), Whereabouts::Slots(slots.clone()));
		let manifest = retrieval
			.manifest(&id)
			.await
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
}

#[async_trait]
impl Library for ChainLibrary {
	async fn open(&self, id: Digest) -> Result<Arc<dyn Item>, Refusal> {
		Ok(self.open_item(id).await?)
	}

	async fn list(&self) -> Vec<Listed> {
		let at = self.client.info().finalized_hash;
		let ids = self.client.runtime_api().available_items(at, LISTED_MAX).unwrap_or_default();
		let opened = ids.into_iter().map(|id| async move {
			let item = self.open_item(id.0).await.ok()?;
			Some(Listed {
				id: id.0,
				name: item.manifest.name.clone(),
				mime: item.manifest.mime.clone(),
				size: item.manifest.size,
			})
		});
		futures::future::join_all(opened).await.into_iter().flatten().collect()
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
