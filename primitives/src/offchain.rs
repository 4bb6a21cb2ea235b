//! What off-chain workers remember from one run to the next, in the node's off-chain database.
//!
//! **Turns**: how they avoid sending two transactions with one nonce.
//!
//! A worker reads its account's nonce from the state of the block it runs on. While a transaction
//! waits in the pool that nonce is taken, and a second transaction with it would be refused or would
//! replace the first. So a worker claims a *turn* before it sends; the turn ends when the account's
//! nonce has moved past what was sent, or after [`PATIENCE_BLOCKS`] when the transaction was lost.
//! Workers of different pallets that sign with the same account share its turn.
//!
//! **[`Position`]s**: how they go through lists that are too long for one run. Each run goes on behind
//! the item at which the last one stopped and begins anew after the end, so that every item has its
//! turn, whatever ids others choose for theirs.

use crate::{content::ContentId, AccountId, BlockNumber};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use sp_runtime::offchain::storage::StorageValueRef;

/// Blocks after which a transaction that was not included is taken for lost.
pub const PATIENCE_BLOCKS: BlockNumber = 10;

/// What is under way for an account; kept in the node's off-chain database.
#[derive(Encode, Decode)]
struct Turn {
	/// The account's nonce once everything that was sent is included.
	nonce_after: u64,
	/// First block at which the turn counts as over in any case.
	until: BlockNumber,
}

fn key_of(account: &AccountId) -> Vec<u8> {
	(b"popnet/turn/", account).encode()
}

/// Claims the turn of `account`, whose nonce is `nonce` at block `now`. `false` while an earlier
/// transaction is under way, or when a worker that runs at the same time was faster.
pub fn claim_turn(account: &AccountId, nonce: u64, now: BlockNumber) -> bool {
	let key = key_of(account);
	let claimed = StorageValueRef::persistent(&key).mutate(|stored| match stored {
		// A turn that ends later than any turn claimed now can end belongs to another chain or fork.
		Ok(Some(Turn { nonce_after, until }))
			if nonce < nonce_after
				&& now < until
				&& until <= now.saturating_add(PATIENCE_BLOCKS) =>
		{
			Err(())
		}
		_ => Ok(turn(nonce, 1, now)),
	});
	claimed.is_ok()
}

/// Records that `sent` transactions, the first with `nonce`, are under way. With none the turn is
/// given back. Only for a caller that has claimed the turn.
pub fn keep_turn(account: &AccountId, nonce: u64, sent: u32, now: BlockNumber) {
	StorageValueRef::persistent(&key_of(account)).set(&turn(nonce, sent, now));
}

fn turn(nonce: u64, sent: u32, now: BlockNumber) -> Turn {
	Turn {
		nonce_after: nonce.saturating_add(u64::from(sent)),
		until: now.saturating_add(PATIENCE_BLOCKS),
	}
}

/// Where the worker of an account has stopped in a list of items.
pub struct Position(Vec<u8>);

impl Position {
	/// That of `account` in `list`, a name that no other list of the account has.
	pub fn of(account: &AccountId, list: &[u8]) -> Self {
		Self((b"popnet/position/", list, account).encode())
	}

	/// The item at which the last run stopped; `None` before the first. It may be gone from the list.
	pub fn reached(&self) -> Option<ContentId> {
		StorageValueRef::persistent(&self.0).get().ok().flatten()
	}

	/// Remembers that this run stops at `last`.
	pub fn stop_at(&self, last: ContentId) {
		StorageValueRef::persistent(&self.0).set(&last);
	}
}
