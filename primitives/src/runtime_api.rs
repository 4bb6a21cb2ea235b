//! The runtime API by which clients read items, placements and Masternodes.

use crate::{
	content::{Coding, ContentId, ItemView, MasternodeView, SlotView},
	moderation::Policy,
	AccountId, Balance,
};
use alloc::vec::Vec;

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
}
