//! The off-chain worker: publishes the key of an approved item, which its panel knows.
//!
//! One key needs one transaction, so members take turns in panel order: the second waits
//! [`BLOCKS_PER_TURN`] blocks for the first, the third as long for the second. Each run goes on behind
//! the item at which the last one stopped, so that keys which are lost for good, and whatever ids
//! others choose, hide none for longer than a walk through all items takes.

use crate::{key_commitment, AwaitingKey, Call, Config, Items, KeyWait, Pallet};
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	offchain::{claim_turn, keep_turn, Position},
	services::popnet_services,
	traits::Screening,
	AccountId, BlockNumber,
};
use sp_runtime::traits::UniqueSaturatedInto;

/// Blocks that each panel member gives the one before it.
pub const BLOCKS_PER_TURN: BlockNumber = 5;
/// Most approved items that a worker passes in one run; the others wait for a later one.
const PASSED_PER_RUN_MAX: usize = 4_096;
/// Most items whose turn has come that a worker asks the local services about in one run.
pub const ASKED_PER_RUN_MAX: usize = 256;

type LocalSigner<T> = Signer<T, <T as Config>::AuthorityId, ForAny>;

impl<T: Config> Pallet<T> {
	/// Publishes, for each local Superdelegate, the key of one item whose turn has come.
	pub(crate) fn work_off_chain() {
		let now = Self::now();
		for account in LocalSigner::<T>::keystore_accounts() {
			let position = Position::of(&account.id, b"awaiting-key");
			let mut reached = None;
			let found = Self::awaiting_from(position.reached().unwrap_or_default())
				.take(PASSED_PER_RUN_MAX)
				.inspect(|(id, _)| reached = Some(*id))
				.filter(|(id, wait)| Self::is_turn_of(&account.id, id, wait.since, now))
				.take(ASKED_PER_RUN_MAX)
				.find_map(|(id, _)| Self::screened_key(&account.id, id).map(|key| (id, key)));
			// A key that could not be sent is found again by the next run.
			let goes_on = found.is_none_or(|(id, key)| Self::send_key(&account, id, key, now));
			if let Some(id) = reached.filter(|_| goes_on) {
				position.stop_at(id);
			}
		}
	}

	/// Every item that awaits its key, once, from the one on that follows `last`, which may be gone.
	fn awaiting_from(last: ContentId) -> impl Iterator<Item = (ContentId, KeyWait)> {
		let reached = AwaitingKey::<T>::hashed_key_for(last);
		let rest = AwaitingKey::<T>::iter_from(reached.clone());
		rest.chain(
			AwaitingKey::<T>::iter()
				.take_while(move |(id, _)| AwaitingKey::<T>::hashed_key_for(id) <= reached),
		)
	}

	/// Whether `member` is on the panel of the item and all members before it have had their time.
	fn is_turn_of(
		member: &AccountId,
		id: &ContentId,
		since: BlockNumber,
		now: BlockNumber,
	) -> bool {
		let panel = T::Screening::view(id).panel;
		let place = panel.iter().position(|(other, _)| other == member);
		place
			.and_then(|place| BlockNumber::try_from(place).ok())
			.is_some_and(|place| now.saturating_sub(since) >= place.saturating_mul(BLOCKS_PER_TURN))
	}

	/// The key that `member` found when it screened the item, if it is the right one.
	fn screened_key(member: &AccountId, id: ContentId) -> Option<[u8; 32]> {
		let round = T::Screening::view(&id).round;
		let key = popnet_services::screened(member.clone().into(), id.0, round)?.key?;
		let commitment = Items::<T>::get(id)?.registration.key_commitment;
		(key_commitment(&key) == commitment).then_some(key)
	}

	/// Sends the key; `false` when it is not the account's turn, or the transaction was not taken.
	fn send_key(account: &Account<T>, id: ContentId, key: [u8; 32], now: BlockNumber) -> bool {
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if !claim_turn(&account.id, nonce, now) {
			return false;
		}
		let sent = Signer::<T, T::AuthorityId>::any_account()
			.send_single_signed_transaction(account, Call::publish_key { id, key });
		let is_sent = sent == Some(Ok(()));
		if !is_sent {
			log::warn!(target: "content", "the key of {id:?} was not sent");
			keep_turn(&account.id, nonce, 0, now);
		}
		is_sent
	}
}
