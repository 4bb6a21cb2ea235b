//! The off-chain worker: has items screened by the local services, commits to their results, reveals
//! them, and tells the services when a result is no longer needed.

use crate::{is_well_formed, Call, Config, Duties, Pallet, Panel, Panels, Phase, SealedKeys};
use alloc::vec::Vec;
use codec::Encode;
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	moderation::commitment,
	offchain::{claim_turn, keep_turn},
	services::{popnet_services, ScreeningResult, ScreeningTask},
	traits::Registry,
	AccountId, BlockNumber,
};
use sp_runtime::{offchain::storage::StorageValueRef, traits::UniqueSaturatedInto};

/// Most items that a worker looks at for one member in one run; the others wait for a later one.
const ITEMS_PER_RUN_MAX: usize = 256;
/// Most transactions that a worker sends for one member in one run.
const CALLS_PER_RUN_MAX: usize = 16;
/// Most items whose results a node keeps track of, for one member.
const TRACKED_MAX: usize = 1_024;
/// Blocks for which a result is kept after it was last needed: a fork may need it again.
pub const RESULT_KEPT_BLOCKS: BlockNumber = 32;

/// Items that a member was asked to screen, with the block since which they need it no more.
type Tracked = Vec<(ContentId, Option<BlockNumber>)>;
type LocalSigner<T> = Signer<T, <T as Config>::AuthorityId, ForAny>;

impl<T: Config> Pallet<T> {
	/// Serves every Superdelegate whose key is in the local keystore.
	pub(crate) fn work_off_chain() {
		let now = Self::now();
		for account in LocalSigner::<T>::keystore_accounts() {
			let calls: Vec<Call<T>> = Duties::<T>::iter_key_prefix(&account.id)
				.take(ITEMS_PER_RUN_MAX)
				.filter_map(|id| Self::next_step(&account.id, id))
				.take(CALLS_PER_RUN_MAX)
				.collect();
			Self::send_steps(&account, calls, now);
			Self::release_results(&account.id, now);
		}
	}

	/// What `member` has to send about the item now. Orders its screening when that is due.
	fn next_step(member: &AccountId, id: ContentId) -> Option<Call<T>> {
		let panel = Panels::<T>::get(id)?;
		let place = panel.place_of(member)?;
		let seat = panel.members.get(place)?;
		match (panel.phase, seat.commitment) {
			(Phase::Committing, None) => {
				let Some(result) = screened(member, id) else {
					Self::order_screening(member, id, &panel, place);
					return None;
				};
				if !is_well_formed(&result.verdict.finding, &Self::policy_of(panel.policy)) {
					log::error!(
						target: "moderation",
						"the model of {member:?} does not score the categories of the policy",
					);
					return None;
				}
				let hash = commitment(id, member, &result.verdict, &result.salt);
				Some(Call::commit { id, hash })
			}
			(Phase::Revealing, Some(committed)) if seat.verdict.is_none() => {
				let ScreeningResult { verdict, salt, .. } = screened(member, id)?;
				if commitment(id, member, &verdict, &salt) != committed {
					log::error!(target: "moderation", "{member:?} lost what it committed to");
					return None;
				}
				Some(Call::reveal { id, verdict, salt })
			}
			_ => None,
		}
	}

	fn order_screening(member: &AccountId, id: ContentId, panel: &Panel, place: usize) {
		let Some(registration) = T::Registry::registration(&id) else { return };
		let keys = SealedKeys::<T>::get(id).unwrap_or_default();
		let Some(sealed_key) = keys.get(place) else { return };
		if !track(member, id) {
			return;
		}
		let policy = Self::policy_of(panel.policy);
		let task = ScreeningTask {
			id,
			media: registration.media,
			size: registration.size,
			plaintext_root: registration.plaintext_root,
			key_commitment: registration.key_commitment,
			sealed_key: *sealed_key,
			sources: registration.sources.into_iter().map(Into::into).collect(),
			categories: policy.into_iter().map(|category| category.name.into_inner()).collect(),
		};
		popnet_services::screen(member.clone().into(), task);
	}

	fn send_steps(account: &Account<T>, calls: Vec<Call<T>>, now: BlockNumber) {
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if calls.is_empty() || !claim_turn(&account.id, nonce, now) {
			return;
		}
		let signer = Signer::<T, T::AuthorityId>::any_account();
		let mut sent = 0u32;
		for call in calls {
			match signer.send_single_signed_transaction(account, call) {
				Some(Ok(())) => sent = sent.saturating_add(1),
				_ => log::warn!(target: "moderation", "a verdict of {:?} was not sent", account.id),
			}
		}
		keep_turn(&account.id, nonce, sent, now);
	}

	/// Lets the services delete the results that no panel, no fork and no key publication needs.
	fn release_results(member: &AccountId, now: BlockNumber) {
		let key = tracking_key(member);
		let stored = StorageValueRef::persistent(&key);
		let Ok(Some(tracked)) = stored.get::<Tracked>() else { return };
		let mut kept = Tracked::new();
		let mut released = Vec::new();
		for (id, since) in &tracked {
			let needed = Duties::<T>::contains_key(member, id) || T::Registry::awaits_key(id);
			match since {
				_ if needed => kept.push((*id, None)),
				// A block from the future belongs to another fork: count again.
				Some(since) if *since <= now => {
					match now.saturating_sub(*since) < RESULT_KEPT_BLOCKS {
						true => kept.push((*id, Some(*since))),
						false => released.push(*id),
					}
				}
				_ => kept.push((*id, Some(now))),
			}
		}
		if kept == tracked {
			return;
		}
		// Written only when no other run has changed it meanwhile; else a later run does it.
		let unchanged = |current: Result<Option<Tracked>, _>| match current {
			Ok(Some(current)) if current == tracked => Ok(kept),
			_ => Err(()),
		};
		if stored.mutate(unchanged).is_ok() {
			for id in released {
				popnet_services::screening_done(member.clone().into(), id.0);
			}
		}
	}
}

fn screened(member: &AccountId, id: ContentId) -> Option<ScreeningResult> {
	popnet_services::screened(member.clone().into(), id.0)
}

/// Remembers that `member` was asked to screen the item; `false` when it has too much to do or
/// another run was faster, so that the order has to wait.
fn track(member: &AccountId, id: ContentId) -> bool {
	let key = tracking_key(member);
	let stored = StorageValueRef::persistent(&key);
	let known = |tracked: &Tracked| tracked.iter().any(|(other, _)| *other == id);
	if matches!(stored.get::<Tracked>(), Ok(Some(tracked)) if known(&tracked)) {
		return true;
	}
	let added = stored.mutate(|tracked: Result<Option<Tracked>, _>| {
		let mut tracked = tracked.ok().flatten().unwrap_or_default();
		if tracked.len() >= TRACKED_MAX {
			return Err(());
		}
		tracked.push((id, None));
		Ok(tracked)
	});
	added.is_ok()
}

fn tracking_key(member: &AccountId) -> Vec<u8> {
	(b"popnet/screening/", member).encode()
}
