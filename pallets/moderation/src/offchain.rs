//! The off-chain worker: has items screened by the local services, commits to their results, reveals
//! them, and tells the services when a result is no longer needed.
//!
//! With more duties than a run looks at, the next run goes on where the last one stopped and begins
//! again after the last duty, so that no item waits for ever, whatever ids others register.

use crate::{
	is_well_formed, Call, Config, Duties, ModelHash, Pallet, Panel, Panels, Phase, SealedKeys,
};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	moderation::Seat,
	offchain::{claim_turn, keep_turn, Position},
	services::{popnet_services, ScreeningResult, ScreeningTask},
	traits::{Registry, ScreeningSet},
	AccountId, BlockNumber,
};
use sp_core::H256;
use sp_runtime::{offchain::storage::StorageValueRef, traits::UniqueSaturatedInto};

/// Most items that a worker looks at for one member in one run; the others wait for a later one.
pub const ITEMS_PER_RUN_MAX: usize = 256;
/// Most transactions that a worker sends for one member in one run.
pub const CALLS_PER_RUN_MAX: usize = 16;
/// Most items whose results a node keeps track of, for one member.
const TRACKED_MAX: usize = 1_024;
/// Blocks for which a result is kept after it was last needed: a fork may need it again.
pub const RESULT_KEPT_BLOCKS: BlockNumber = 32;

/// A screening that was ordered for a member, until its result is released.
#[derive(Encode, Decode, Clone, PartialEq, Eq)]
struct Ordered {
	id: ContentId,
	/// Block in which the panel was drawn.
	round: BlockNumber,
	/// Block since which nobody needs the result.
	unneeded_since: Option<BlockNumber>,
}

type LocalSigner<T> = Signer<T, <T as Config>::AuthorityId, ForAny>;

impl<T: Config> Pallet<T> {
	/// Serves every Superdelegate whose key is in the local keystore.
	pub(crate) fn work_off_chain() {
		let now = Self::now();
		for account in LocalSigner::<T>::keystore_accounts() {
			let mut reached = None;
			let calls: Vec<Call<T>> = Self::duties_in_turn(&account.id)
				.take(ITEMS_PER_RUN_MAX)
				.inspect(|id| reached = Some(*id))
				.filter_map(|id| Self::next_step(&account.id, id))
				.take(CALLS_PER_RUN_MAX)
				.collect();
			// What could not be sent is found again by the next run.
			if Self::send_steps(&account, calls, now) {
				if let Some(id) = reached {
					duties_position(&account.id).stop_at(id);
				}
			}
			Self::release_results(&account.id, now);
		}
	}

	/// The duties of `member`, each once, from the one on that follows those of the last run.
	pub(crate) fn duties_in_turn(member: &AccountId) -> impl Iterator<Item = ContentId> {
		let last = duties_position(member).reached().unwrap_or_default();
		let reached = Duties::<T>::hashed_key_for(member, last);
		let owner = member.clone();
		let from_start = Duties::<T>::iter_key_prefix(member);
		Duties::<T>::iter_key_prefix_from(member, reached.clone()).chain(
			from_start.take_while(move |id| Duties::<T>::hashed_key_for(&owner, id) <= reached),
		)
	}

	/// What `member` has to send about the item now. Orders its screening when that is due.
	fn next_step(member: &AccountId, id: ContentId) -> Option<Call<T>> {
		let panel = Panels::<T>::get(id)?;
		let place = panel.place_of(member)?;
		let stored = panel.members.get(place)?;
		let seat = Seat { id, round: panel.round, member };
		match (panel.phase, stored.commitment) {
			(_, None) if panel.may_commit(place) => {
				let Some(result) = screened(&seat) else {
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
				if !Self::may_score(member, &panel, &result.verdict.model) {
					return None;
				}
				let hash = seat.commitment(&result.verdict, &result.salt);
				Some(Call::commit { id, hash })
			}
			(Phase::Revealing, Some(committed)) if stored.verdict.is_none() => {
				let ScreeningResult { verdict, salt, .. } = screened(&seat)?;
				if seat.commitment(&verdict, &salt) != committed.hash {
					log::error!(target: "moderation", "{member:?} lost what it committed to");
					return None;
				}
				Some(Call::reveal { id, verdict, salt })
			}
			_ => None,
		}
	}

	/// Whether verdicts of `model` count: `member` has declared it, and the policy admits it.
	fn may_score(member: &AccountId, panel: &Panel, model: &ModelHash) -> bool {
		let declared = T::ScreeningSet::model_of(member);
		if declared != Some(*model) {
			log::error!(
				target: "moderation",
				"the model of {member:?} is {:?}, declared is {:?}; \
				 superdelegates.declare_model changes that",
				H256(*model),
				declared.map(H256),
			);
			return false;
		}
		if !Self::admits(panel.policy, model) {
			log::error!(target: "moderation", "the policy does not admit the model of {member:?}");
			return false;
		}
		true
	}

	fn order_screening(member: &AccountId, id: ContentId, panel: &Panel, place: usize) {
		let Some(registration) = T::Registry::registration(&id) else { return };
		let keys = SealedKeys::<T>::get(id).unwrap_or_default();
		let Some(sealed_key) = keys.get(place) else { return };
		if !track(member, id, panel.round) {
			return;
		}
		let policy = Self::policy_of(panel.policy);
		let task = ScreeningTask {
			id,
			round: panel.round,
			media: registration.media,
			size: registration.size,
			plaintext_root: registration.plaintext_root,
			key_commitment: registration.key_commitment,
			sealed_key: *sealed_key,
			sources: registration.sources.into_iter().map(Into::into).collect(),
			categories: policy.into_iter().map(|category| category.name.into_inner()).collect(),
			coding: registration.coding,
			stripes: registration.stripes,
			stored_size: registration.stored_size,
			manifest_size: registration.manifest_size,
		};
		popnet_services::screen(member.clone().into(), task);
	}

	/// Sends `calls`; `false` when it is not the account's turn.
	fn send_steps(account: &Account<T>, calls: Vec<Call<T>>, now: BlockNumber) -> bool {
		if calls.is_empty() {
			return true;
		}
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if !claim_turn(&account.id, nonce, now) {
			return false;
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
		true
	}

	/// Whether `member` may still have to commit to its result of this round, reveal it, or publish
	/// the key that it found.
	fn needs_result(member: &AccountId, id: ContentId, round: BlockNumber) -> bool {
		Panels::<T>::get(id).is_some_and(|panel| {
			let open = panel.phase != Phase::Decided || T::Registry::awaits_key(&id);
			open && panel.round == round && panel.place_of(member).is_some()
		})
	}

	/// Lets the services delete the results that no panel, no fork and no key publication needs, those
	/// of a former round among them.
	fn release_results(member: &AccountId, now: BlockNumber) {
		let key = ordered_key(member);
		let stored = StorageValueRef::persistent(&key);
		let Ok(Some(tracked)) = stored.get::<Vec<Ordered>>() else { return };
		let mut kept = Vec::new();
		let mut released = Vec::new();
		for ordered in &tracked {
			let needed = Self::needs_result(member, ordered.id, ordered.round);
			// A block from the future belongs to another fork: count again.
			let since = ordered.unneeded_since.filter(|since| *since <= now).unwrap_or(now);
			if !needed && now.saturating_sub(since) >= RESULT_KEPT_BLOCKS {
				released.push((ordered.id, ordered.round));
				continue;
			}
			kept.push(Ordered { unneeded_since: (!needed).then_some(since), ..ordered.clone() });
		}
		if kept == tracked {
			return;
		}
		// Written only when no other run has changed it meanwhile; else a later run does it.
		let unchanged = |current: Result<Option<Vec<Ordered>>, _>| match current {
			Ok(Some(current)) if current == tracked => Ok(kept),
			_ => Err(()),
		};
		if stored.mutate(unchanged).is_ok() {
			for (id, round) in released {
				popnet_services::screening_done(member.clone().into(), id.0, round);
			}
		}
	}
}

/// The result for the panel of the round, and for no other.
fn screened(seat: &Seat) -> Option<ScreeningResult> {
	popnet_services::screened(seat.member.clone().into(), seat.id.0, seat.round)
		.filter(|result| result.round == seat.round)
}

/// Remembers that `member` was asked to screen the item; `false` when it has too much to do or
/// another run was faster, so that the order has to wait.
fn track(member: &AccountId, id: ContentId, round: BlockNumber) -> bool {
	let key = ordered_key(member);
	let stored = StorageValueRef::persistent(&key);
	let known = |tracked: &[Ordered]| tracked.iter().any(|o| o.id == id && o.round == round);
	if matches!(stored.get::<Vec<Ordered>>(), Ok(Some(tracked)) if known(&tracked)) {
		return true;
	}
	let added = stored.mutate(|tracked: Result<Option<Vec<Ordered>>, _>| {
		let mut tracked = tracked.ok().flatten().unwrap_or_default();
		if tracked.len() >= TRACKED_MAX {
			return Err(());
		}
		tracked.push(Ordered { id, round, unneeded_since: None });
		Ok(tracked)
	});
	added.is_ok()
}

fn ordered_key(member: &AccountId) -> Vec<u8> {
	(b"popnet/screenings-ordered/", member).encode()
}

/// Where the worker of `member` has stopped in its duties.
fn duties_position(member: &AccountId) -> Position {
	Position::of(member, b"duties")
}
