//! What one pallet may ask of another. Pallets meet only through these traits.

use crate::{
	content::{Coding, ContentId, Registration},
	moderation::{CategoryName, Decision, RiskVector},
	AccountId as Account, Balance, BlockNumber,
};
use alloc::vec::Vec;
use sp_runtime::{DispatchResult, Weight};

/// The elected Delegates, as `pallet-superdelegates` sees them.
pub trait DelegateSet<AccountId: PartialEq> {
	/// Delegates of the present session.
	fn active() -> Vec<AccountId>;
	/// Whether `who` is one of them.
	fn is_active(who: &AccountId) -> bool {
		Self::active().iter().any(|delegate| delegate == who)
	}
	/// POP units, own and nominated, that elected `who`; 0 for one who is not active.
	fn stake_of(who: &AccountId) -> Balance;
	/// POP units that elected all active Delegates together.
	fn total_stake() -> Balance {
		let stakes = Self::active().into_iter().map(|delegate| Self::stake_of(&delegate));
		// There is far less of the token than can be counted.
		stakes.fold(0, Balance::saturating_add)
	}
}

/// The Superdelegates, as `pallet-moderation` sees them.
pub trait ScreeningSet<AccountId> {
	/// Superdelegates in office with their X25519 screening keys.
	fn members() -> Vec<(AccountId, [u8; 32])>;
	/// BLAKE3 digest of the model that `who` has declared to run; `None` for one not in office.
	fn model_of(who: &AccountId) -> Option<[u8; 32]>;
}

/// Who is told when a Superdelegate leaves office, so that duties can pass to another.
pub trait OnLeft<AccountId> {
	/// Called after `who` has left; `who` is no longer in [`ScreeningSet::members`].
	fn left(who: &AccountId);
	/// Weight of one call.
	fn weight() -> Weight {
		Weight::zero()
	}
}

impl<AccountId> OnLeft<AccountId> for () {
	fn left(_: &AccountId) {}
}

/// Who is told that a session has begun; implemented by `pallet-superdelegates`.
pub trait SessionObserver<AccountId> {
	/// `active` are the Delegates of the session that begins.
	fn on_new_session(active: Vec<AccountId>);
}

/// Who is told that an era has begun; implemented by `pallet-superdelegates`.
pub trait EraObserver {
	/// Era `era` has begun, as staking counts. Called after [`SessionObserver::on_new_session`] for
	/// the session that begins with it, when [`DelegateSet`] tells the stakes of the new era.
	fn on_new_era(era: u32);
}

/// Who is told when an item enters screening; implemented by `pallet-moderation`.
pub trait Screening {
	/// Opens the screening of a freshly registered item.
	fn open(id: ContentId) -> DispatchResult;
	/// Ends the screening of an item that was withdrawn or forgotten, and forgets its outcome.
	fn cancel(id: ContentId);
	/// How far the screening of an item has come; the default for an item that has none.
	fn view(id: &ContentId) -> ScreeningView;
	/// Weight of all that hooks will do for one item, which its registration pays.
	fn weight_of_item() -> Weight;
}

/// How far a screening has come.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScreeningView {
	/// Block in which the present panel was drawn: the round of its results.
	pub round: BlockNumber,
	/// Panel members with their X25519 screening keys, in panel order; empty until it is drawn.
	pub panel: Vec<(Account, [u8; 32])>,
	/// Whether the publisher has sealed the content key to the panel.
	pub keys_sealed: bool,
	/// Members who have committed to a verdict.
	pub committed: u32,
	/// Members who have revealed their verdict.
	pub revealed: u32,
	/// The decision's risk vector, once the panel has decided on scores.
	pub risk: Option<RiskVector>,
	/// Names of the categories that risk vector and reason of the decision refer to, in order: those
	/// of the policy by which the panel decides, which need not be the present one.
	pub categories: Vec<CategoryName>,
}

/// Who is told how panel members do their duty; implemented by `pallet-superdelegates`.
pub trait OnMissed<AccountId> {
	/// `who` did not commit or reveal in time. Called once for each missed duty.
	fn missed(who: &AccountId, id: ContentId);
	/// An appeal has reversed the verdict of `who`. Called once for each verdict; by nobody before
	/// there are appeals.
	fn reversed(_who: &AccountId, _id: ContentId) {}
	/// Weight of one call.
	fn weight() -> Weight {
		Weight::zero()
	}
}

impl<AccountId> OnMissed<AccountId> for () {
	fn missed(_: &AccountId, _: ContentId) {}
}

/// Who punishes Superdelegates for what `pallet-superdelegates` reports; implemented by the runtime.
pub trait ReportDuty<AccountId> {
	/// `who` has missed a duty. `strikes`: how many of its strikes count now, this one included.
	fn missed(who: &AccountId, strikes: u32);
	/// An appeal has reversed a verdict of `who`.
	fn reversed(who: &AccountId);
	/// Weight of one call.
	fn weight() -> Weight {
		Weight::zero()
	}
}

impl<AccountId> ReportDuty<AccountId> for () {
	fn missed(_: &AccountId, _: u32) {}
	fn reversed(_: &AccountId) {}
}

/// The registry, as `pallet-moderation` sees it; implemented by `pallet-content`.
pub trait Registry<AccountId> {
	/// Account that registered the item.
	fn owner(id: &ContentId) -> Option<AccountId>;
	/// The registration, while the item exists.
	fn registration(id: &ContentId) -> Option<Registration>;
	/// Whether the item is approved and its content key is still to be published.
	fn awaits_key(id: &ContentId) -> bool;
	/// The items in state Screening, for checks only: reads all items.
	fn in_screening() -> Vec<ContentId>;
	/// Takes the panel's decision. `Undecided` ends the item as expired.
	fn decided(id: ContentId, decision: Decision);
}

/// The Masternodes, as `pallet-content` sees them; implemented by `pallet-masternodes`.
pub trait Placer {
	/// Active Masternodes that take placements.
	fn active() -> u32;
	/// Whether `coding` keeps the durability promise on the present Masternodes; what a
	/// registration has to.
	fn admits(coding: Coding) -> bool;
	/// Opens the placement of an approved item, whose code was admitted when it was registered. Fails
	/// when so many Masternodes have joined or left since that the code falls short of the promise by
	/// more than [`is_placeable`](crate::placement::is_placeable) forgives.
	fn place(registration: &Registration) -> DispatchResult;
	/// Drops a placement; Masternodes delete what they hold of it.
	fn drop(id: ContentId);
	/// Weight of one `place`.
	fn weight_of_place() -> Weight {
		Weight::zero()
	}
	/// Weight of one `drop`.
	fn weight_of_drop() -> Weight {
		Weight::zero()
	}
	/// Weight of what hooks do for a placement that does not complete, which its registration pays.
	fn weight_of_expiry() -> Weight {
		Weight::zero()
	}
}

/// Who is told when all slots of a placement are acknowledged; implemented by `pallet-content`.
pub trait OnPlaced {
	/// All shards of the item are stored.
	fn placed(id: ContentId);
	/// The placement did not complete in time.
	fn expired(id: ContentId);
	/// Most weight of one call.
	fn weight() -> Weight {
		Weight::zero()
	}
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
	fn stake_of(who: &AccountId) -> Balance;
}
