//! What one pallet may ask of another. Pallets meet only through these traits.

use crate::{
	content::{Addresses, Coding, ContentId, Registration},
	moderation::Decision,
};
use alloc::vec::Vec;
use sp_runtime::DispatchResult;

/// The elected Delegates, as `pallet-superdelegates` sees them.
pub trait DelegateSet<AccountId: PartialEq> {
	/// Delegates of the present session.
	fn active() -> Vec<AccountId>;
	/// Whether `who` is one of them.
	fn is_active(who: &AccountId) -> bool {
		Self::active().iter().any(|delegate| delegate == who)
	}
}

/// The Superdelegates, as `pallet-moderation` sees them.
pub trait ScreeningSet<AccountId> {
	/// Superdelegates in office with their X25519 screening keys.
	fn members() -> Vec<(AccountId, [u8; 32])>;
}

/// Who is told when an item enters screening; implemented by `pallet-moderation`.
pub trait Screening {
	/// Opens the screening of a freshly registered item.
	fn open(id: ContentId) -> DispatchResult;
	/// Ends a screening whose item was withdrawn.
	fn cancel(id: ContentId);
}

/// The registry, as `pallet-moderation` sees it; implemented by `pallet-content`.
pub trait Registry<AccountId> {
	/// Account that registered the item.
	fn owner(id: &ContentId) -> Option<AccountId>;
	/// The registration, while the item exists.
	fn registration(id: &ContentId) -> Option<Registration>;
	/// Takes the panel's decision. `Undecided` ends the item as expired.
	fn decided(id: ContentId, decision: Decision);
}

/// The Masternodes, as `pallet-content` sees them; implemented by `pallet-masternodes`.
pub trait Placer {
	/// Active Masternodes that take placements.
	fn active() -> u32;
	/// Whether `coding` keeps the durability promise on the present Masternodes.
	fn admits(coding: Coding) -> bool;
	/// Opens the placement of an approved item. Fails when the code does not keep the promise on
	/// the Masternodes that are active now.
	fn place(id: ContentId, coding: Coding, manifest_size: u32, sources: Addresses) -> DispatchResult;
	/// Drops a placement; Masternodes delete what they hold of it.
	fn drop(id: ContentId);
}

/// Who is told when all slots of a placement are acknowledged; implemented by `pallet-content`.
pub trait OnPlaced {
	/// All shards of the item are stored.
	fn placed(id: ContentId);
	/// The placement did not complete in time.
	fn expired(id: ContentId);
}

/// Who is told that an account's stake has changed; implemented by `pallet-lit`.
pub trait StakeObserver<AccountId> {
	/// Called after the change, in the same block.
	fn stake_changed(who: &AccountId);
}

impl<AccountId> StakeObserver<AccountId> for () {
	fn stake_changed(_: &AccountId) {}
}

/// POP that generates LIT for an account: what is bonded in staking and as a Masternode.
pub trait StakeOf<AccountId> {
	/// POP units that are bonded now.
	fn stake_of(who: &AccountId) -> crate::Balance;
}
