//! The off-chain worker: tells each local Masternode what to fetch and to keep, and reports for it
//! what it has stored, what nobody gives it, and whether it has room for more.
//!
//! Lists of slots are gone through a part at a time. Each run goes on behind the slot at which the
//! last one stopped, and begins anew after the end, so that however many items cannot be fetched,
//! every other one has its turn.

use crate::{
	Call, Config, Fetching, Keeping, Masternode, Masternodes, Pallet, Placement, Placements,
	Standing, ACKNOWLEDGEMENTS_MAX,
};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	vec::Vec,
};
use codec::Encode;
use frame_support::{storage::IterableStorageDoubleMap, traits::Get, BoundedVec};
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	offchain::{claim_turn, keep_turn, Position},
	services::{popnet_services, StoreTask},
	AccountId, BlockNumber,
};
use sp_core::ConstU32;
use sp_runtime::{offchain::storage::StorageValueRef, traits::UniqueSaturatedInto};

/// Most slots of a list that a worker looks at for one node in one run; the others wait for a later
/// one.
pub const SLOTS_PER_RUN_MAX: usize = 256;
/// Most orders of a list that name the other holders, whose addresses have to be looked up.
pub const REBUILDS_PER_RUN_MAX: u32 = 16;

type LocalSigner<T> = Signer<T, <T as Config>::AuthorityId, ForAny>;
type Ids = BoundedVec<ContentId, ConstU32<ACKNOWLEDGEMENTS_MAX>>;

/// A Masternode that runs in this process.
struct Local {
	id: AccountId,
	masternode: Masternode,
	/// Items that its service holds completely.
	stored: BTreeSet<ContentId>,
	/// Whether its service has room for more.
	accepts: bool,
	now: BlockNumber,
}

impl<T: Config> Pallet<T> {
	/// Serves every registered Masternode whose key is in the local keystore and whose service
	/// runs.
	pub(crate) fn work_off_chain() {
		let now = Self::now();
		for account in LocalSigner::<T>::keystore_accounts() {
			let id = account.id.clone();
			let Some(masternode) = Masternodes::<T>::get(&id) else { continue };
			let Some(accepts) = popnet_services::accepts(id.clone().into()) else { continue };
			let stored = popnet_services::stored(id.clone().into()).into_iter().collect();
			let local = Local { id, masternode, stored, accepts, now };
			let mut calls = Self::fetch_open(&local);
			calls.extend(Self::change_standing(&local));
			Self::restore_damaged(&local);
			if now % T::RetainInterval::get().max(1) == 0 {
				Self::retain_placed(&local);
			}
			Self::send(&account, calls, now);
		}
	}

	/// Orders what is to be fetched. Returns the acknowledgement of what is stored, and the refusal
	/// of what will not come in time.
	fn fetch_open(local: &Local) -> Vec<Call<T>> {
		let mut ready = Ids::default();
		let mut hopeless = Ids::default();
		let mut rebuilds = 0u32;
		let mut last = None;
		let position = Position::of(&local.id, b"fetching");
		for (id, slot) in next_slots::<Fetching<T>>(&local.id, &position) {
			if ready.is_full() || rebuilds == REBUILDS_PER_RUN_MAX {
				break;
			}
			last = Some(id);
			let Some(placement) = Self::placement_kept_by(local, id) else { continue };
			if local.stored.contains(&id) {
				// Not full, see above.
				let _ = ready.try_push(id);
				continue;
			}
			let declinable = placement.takes_declines(local.now, T::PlacementPeriod::get())
				&& !placement.declined.contains(slot);
			if declinable {
				// When it is full, the others follow in the next transaction.
				let _ = hopeless.try_push(id);
			}
			let rebuilt = placement.is_restorable();
			rebuilds = rebuilds.saturating_add(u32::from(rebuilt));
			Self::order(local, id, slot, placement, rebuilt);
		}
		if let Some(last) = last {
			position.stop_at(last);
		}
		let mut calls = Vec::new();
		if !ready.is_empty() {
			calls.push(Call::acknowledge { ids: ready });
		}
		if !hopeless.is_empty() {
			calls.push(Call::decline { ids: hopeless });
		}
		calls
	}

	/// Orders again what the node has acknowledged and its service holds no more.
	fn restore_damaged(local: &Local) {
		let mut rebuilds = 0u32;
		let mut last = None;
		let position = Position::of(&local.id, b"keeping");
		for (id, slot) in next_slots::<Keeping<T>>(&local.id, &position) {
			if rebuilds == REBUILDS_PER_RUN_MAX {
				break;
			}
			last = Some(id);
			if local.stored.contains(&id) {
				continue;
			}
			let Some(placement) = Self::placement_kept_by(local, id) else { continue };
			rebuilds = rebuilds.saturating_add(1);
			Self::order(local, id, slot, placement, true);
		}
		if let Some(last) = last {
			position.stop_at(last);
		}
	}

	fn placement_kept_by(local: &Local, id: ContentId) -> Option<Placement> {
		Placements::<T>::get(id).filter(|placement| local.masternode.keeps(placement.opened_at))
	}

	/// Orders the shards of a slot; `rebuilt` when those of the other slots may help.
	fn order(local: &Local, id: ContentId, slot: u32, placement: Placement, rebuilt: bool) {
		let holders = if rebuilt { Self::holders(id, slot) } else { Vec::new() };
		let task = StoreTask {
			id,
			manifest_size: placement.manifest_size,
			slot,
			slots: placement.slots,
			sources: placement.sources.into_iter().map(Into::into).collect(),
			holders,
			coding: placement.coding,
		};
		popnet_services::store(local.id.clone().into(), task);
	}

	/// The addresses of each slot's node in slot order; none for `own`, and for nodes that store
	/// nothing.
	fn holders(id: ContentId, own: u32) -> Vec<Vec<Vec<u8>>> {
		let slots = Self::placement(id).unwrap_or_default();
		let addresses = (0u32..).zip(slots).map(|(number, slot)| {
			let holds = slot.acknowledged && number != own;
			let addresses = if holds { slot.addresses.into_inner() } else { Vec::new() };
			addresses.into_iter().map(Into::into).collect()
		});
		addresses.collect()
	}

	/// The call by which a node without room leaves the active ones, or one that has room, and
	/// nothing left to fetch, returns to them.
	fn change_standing(local: &Local) -> Option<Call<T>> {
		match local.masternode.standing {
			Standing::Active { .. } => (!local.accepts).then_some(Call::suspend {}),
			Standing::Suspended { until } => {
				let due = local.accepts
					&& until <= local.now
					&& Fetching::<T>::iter_key_prefix(&local.id).next().is_none();
				due.then_some(Call::resume {})
			}
			Standing::Leaving { .. } => None,
		}
	}

	/// Sends `calls` when it is the account's turn.
	fn send(account: &Account<T>, calls: Vec<Call<T>>, now: BlockNumber) {
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if calls.is_empty() || !claim_turn(&account.id, nonce, now) {
			return;
		}
		let signer = Signer::<T, T::AuthorityId>::any_account();
		let mut sent = 0u32;
		for call in calls {
			match signer.send_single_signed_transaction(account, call) {
				Some(Ok(())) => sent = sent.saturating_add(1),
				_ => log::warn!(target: "masternodes", "a report of {:?} was not sent", account.id),
			}
		}
		keep_turn(&account.id, nonce, sent, now);
	}

	/// Names every item that the node has to keep, so that it can delete the rest. What it holds
	/// and has no part in is named until a second list, at least an interval later, lacks it too:
	/// this block may lie on a fork that does not know of a placement.
	fn retain_placed(local: &Local) {
		let mut keep: BTreeSet<ContentId> = Keeping::<T>::iter_key_prefix(&local.id)
			.chain(Fetching::<T>::iter_key_prefix(&local.id))
			.collect();
		let key = (b"popnet/unplaced/", &local.id).encode();
		let record = StorageValueRef::persistent(&key);
		let before: BTreeMap<ContentId, BlockNumber> =
			record.get().ok().flatten().unwrap_or_default();
		let unplaced: BTreeMap<ContentId, BlockNumber> = local
			.stored
			.difference(&keep)
			.map(|id| match before.get(id) {
				Some(since) if *since <= local.now => (*id, *since),
				// A block from the future belongs to another fork: count again.
				_ => (*id, local.now),
			})
			.collect();
		if unplaced != before {
			record.set(&unplaced);
		}
		let young = |since: BlockNumber| local.now.saturating_sub(since) < T::RetainInterval::get();
		keep.extend(unplaced.iter().filter(|(_, since)| young(**since)).map(|(id, _)| *id));
		popnet_services::retain(local.id.clone().into(), keep.into_iter().collect());
	}
}

/// The slots of `node` in the list `M` that follow its position there, in the list's order.
fn next_slots<M>(node: &AccountId, position: &Position) -> Vec<(ContentId, u32)>
where
	M: IterableStorageDoubleMap<AccountId, ContentId, u32>,
{
	let Some(last) = position.reached() else {
		return M::iter_prefix(node).take(SLOTS_PER_RUN_MAX).collect();
	};
	let reached = M::hashed_key_for(node, last);
	let rest = M::iter_prefix_from(node, reached.clone());
	let again = M::iter_prefix(node).take_while(|(id, _)| M::hashed_key_for(node, id) <= reached);
	rest.chain(again).take(SLOTS_PER_RUN_MAX).collect()
}
