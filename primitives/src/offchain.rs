//! Turns: how off-chain workers avoid sending two transactions with one nonce.
//!
//! A worker reads its account's nonce from the state of the block it runs on. While a transaction
//! waits in the pool that nonce is taken, and a second transaction with it would be refused or would
//! replace the first. So a worker claims a *turn* before it sends; the turn ends when the account's
//! nonce has moved past what was sent, or after [`PATIENCE_BLOCKS`] when the transaction was lost.
//! Workers of different pallets that sign with the same account share its turn.

use crate::{AccountId, BlockNumber};
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

fn key_of(account: &AccountId) -> alloc::vec::Vec<u8> {
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
