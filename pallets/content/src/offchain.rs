//! The off-chain worker: publishes the key of an approved item, which its panel knows.
//!
//! One key needs one transaction, so members take turns in panel order: the second waits
//! [`BLOCKS_PER_TURN`] blocks for the first, the third as long for the second. Each run starts at
//! another item, so that keys which are lost for good hide no others.

use crate::{key_commitment, AwaitingKey, Call, Config, Items, KeyWait, Pallet};
use codec::Encode;
use frame_system::offchain::{Account, ForAny, SendSignedTransaction, Signer};
use popnet_primitives::{
	content::ContentId,
	offchain::{claim_turn, keep_turn},
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
			let found = Self::awaiting_from(now)
				.take(PASSED_PER_RUN_MAX)
				.filter(|(id, wait)| Self::is_turn_of(&account.id, id, wait.since, now))
				.take(ASKED_PER_RUN_MAX)
				.find_map(|(id, _)| Self::screened_key(&account.id, id).map(|key| (id, key)));
			if let Some((id, key)) = found {
				Self::send_key(&account, id, key, now);
			}
		}
	}

	/// Every item that awaits its key, once, from a place in the map on that block `now` picks.
	fn awaiting_from(now: BlockNumber) -> impl Iterator<Item = (ContentId, KeyWait)> {
		let picked = ContentId(blake3::hash(&now.encode()).into());
		let start = AwaitingKey::<T>::hashed_key_for(picked);
		let before = start.clone();
		AwaitingKey::<T>::iter_from(start).chain(
			AwaitingKey::<T>::iter()
				.take_while(move |(id, _)| AwaitingKey::<T>::hashed_key_for(id) <= before),
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

	fn send_key(account: &Account<T>, id: ContentId, key: [u8; 32], now: BlockNumber) {
		let nonce = frame_system::Pallet::<T>::account_nonce(&account.id).unique_saturated_into();
		if !claim_turn(&account.id, nonce, now) {
			return;
		}
		let sent = Signer::<T, T::AuthorityId>::any_account()
			.send_single_signed_transaction(account, Call::publish_key { id, key });
		if sent != Some(Ok(())) {
			log::warn!(target: "content", "the key of {id:?} was not sent");
			keep_turn(&account.id, nonce, 0, now);
		}
	}
}
