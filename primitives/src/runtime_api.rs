//! The runtime API by which clients read items, placements and Masternodes.

use crate::{
	content::{Coding, ContentId, ItemView, MasternodeView, SlotView},
	economics::{Lease, StakeProjection},
	moderation::Policy,
	rewards::RewardView,
	AccountId, Balance, BlockNumber,
};
use alloc::vec::Vec;

/// Leases of LIT income: those that an account gives, and those that it receives.
pub type Leases = (Vec<Lease<AccountId, BlockNumber>>, Vec<Lease<AccountId, BlockNumber>>);

sp_api::decl_runtime_apis! {
	/// Read access to content, placements and LIT, at the queried block.
	pub trait PopnetApi {
		/// Everything about one item; `None` when it is unknown.
		fn item(id: ContentId) -> Option<ItemView>;
		/// The slots of an item's placement in order; `None` when it has none.
		fn placement(id: ContentId) -> Option<Vec<SlotView>>;
		/// How many more Masternodes may vanish, whichever they are, without losing the item.
		fn durability_margin(id: ContentId) -> Option<u32>;
		/// Items that `owner` has registered, newest last.
		fn items_of(owner: AccountId) -> Vec<ContentId>;
		/// At most `limit` items that are Available, the newest registrations first.
		fn available_items(limit: u32) -> Vec<ContentId>;
		/// All Masternodes, active, suspended and leaving.
		fn masternodes() -> Vec<MasternodeView>;
		/// The code that an item registered now has to use; `None` without active Masternodes.
		fn coding() -> Option<Coding>;
		/// Superdelegates in office with their X25519 screening keys.
		fn superdelegates() -> Vec<(AccountId, [u8; 32])>;
		/// The moderation policy.
		fn policy() -> Policy;
		/// LIT that `who` can spend: the free balance and what stake has generated since it was
		/// last touched, in LIT units.
		fn lit_available(who: AccountId) -> Balance;
		/// LIT units that `stake` POP units generate in a day at the present rate.
		fn lit_projection(stake: Balance) -> Balance;
	}

	/// Read access to the economy, at the queried block.
	pub trait EconomyApi {
		/// What `stake` POP units yield: LIT units in a day at the present rate, and how many plain
		/// transfers that pays for.
		fn stake_projection(stake: Balance) -> StakeProjection;
		/// LIT units that `who` gets in a day at the present rate, net of leases.
		fn lit_income(who: AccountId) -> Balance;
		/// The leases that `who` gives and receives, the oldest first.
		fn leases_of(who: AccountId) -> Leases;
		/// What `who` earned in `era`, for what, what was withheld and why; for the running era an
		/// estimate.
		fn rewards_of(era: u32, who: AccountId) -> Vec<RewardView<AccountId>>;
		/// LIT units of fees that a plan would still pay for `who` today.
		fn sponsor_allowance(plan: u32, who: AccountId) -> Balance;
	}
}
