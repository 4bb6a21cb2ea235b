//! The off-chain worker: tells each local Masternode what to fetch and to keep, and acknowledges what
//! it has stored.

use crate::{
	Call, Config, Fetching, Keeping, Masternode, Masternodes, Pallet, Placements,
	ACKNOWLEDGEMENTS_MAX,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{traits::Get, BoundedVec};
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	offchain::{claim_turn, keep_turn},
	services::{popnet_services, StoreTask},
	AccountId, BlockNumber,
};
use sp_runtime::traits::UniqueSaturatedInto;

/// Most slots that a worker looks at for one node in one run; the others wait for a later one.
const SLOTS_PER_RUN_MAX: usize = 256;

type LocalSigner<T> = Signer<T, <T as Config>::AuthorityId, ForAny>;

impl<T: Config> Pallet<T> {
	/// Serves every registered Masternode whose key is in the local keystore.
	pub(crate) fn work_off_chain() {
		let now = Self::now();
		for account in LocalSigner::<T>::keystore_accounts() {
			let Some(masternode) = Masternodes::<T>::get(&account.id) else { continue };
			Self::acknowledge_stored(&account, &masternode, now);
			if now % T::RetainInterval::get().max(1) == 0 {
				Self::retain_placed(&account.id);
			}
		}
	}

	/// Orders what is to be fetched and acknowledges, in one transaction, what has been stored.
	fn acknowledge_stored(account: &Account<T>, masternode: &Masternode, now: BlockNumber) {
		let node: [u8; 32] = account.id.clone().into();
		let mut wanted = Fetching::<T>::iter_prefix(&account.id).take(SLOTS_PER_RUN_MAX).peekable();
		if wanted.peek().is_none() {
			return;
		}
		let stored: BTreeSet<ContentId> = popnet_services::stored(node).into_iter().collect();
		let mut ready: Vec<ContentId> = Vec::new();
		for (id, slot) in wanted {
			let Some(placement) = Placements::<T>::get(id) else { continue };
			if !masternode.keeps(placement.opened_at) {
				continue;
			}
			if stored.contains(&id) {
				ready.push(id);
				continue;
			}
			let task = StoreTask {
				id,
				manifest_size: placement.manifest_size,
				slot,
				slots: placement.slots,
				sources: placement.sources.into_iter().map(Into::into).collect(),
			};
			popnet_services::store(node, task);
		}
		Self::send_acknowledgement(account, ready, now);
	}

	fn send_acknowledgement(account: &Account<T>, mut ready: Vec<ContentId>, now: BlockNumber) {
		ready.truncate(ACKNOWLEDGEMENTS_MAX as usize);
		let Ok(ids) = BoundedVec::try_from(ready) else { return };
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if ids.is_empty() || !claim_turn(&account.id, nonce, now) {
			return;
		}
		let call = Call::acknowledge { ids };
		let sent = Signer::<T, T::AuthorityId>::any_account()
			.send_single_signed_transaction(account, call);
		if sent != Some(Ok(())) {
			log::warn!(target: "masternodes", "acknowledgement of {:?} was not sent", account.id);
			keep_turn(&account.id, nonce, 0, now);
		}
	}

	/// Names every item that the node is part of, so that it can delete the rest.
	fn retain_placed(node: &AccountId) {
		let keep = Keeping::<T>::iter_key_prefix(node)
			.chain(Fetching::<T>::iter_key_prefix(node))
			.collect();
		popnet_services::retain(node.clone().into(), keep);
	}
}
