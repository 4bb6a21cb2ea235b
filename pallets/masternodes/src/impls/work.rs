//! What stored bytes earn.

use crate::{Config, Pallet, Placement, Stock, Stocks, WeightInfo};
use frame_support::{defensive, weights::Weight};
use popnet_primitives::{
	rewards::{RecordWork, Role, Withheld, Work, WorkSource},
	AccountId,
};

impl<T: Config> WorkSource<AccountId> for Pallet<T> {
	/// In the order of the map: that of the hashes of accounts, which nobody's coming or going changes.
	fn next(after: Option<&AccountId>) -> Option<AccountId> {
		match after {
			Some(after) => Stocks::<T>::iter_keys_from(Stocks::<T>::hashed_key_for(after)).next(),
			None => Stocks::<T>::iter_keys().next(),
		}
	}

	fn take(who: &AccountId) -> Work {
		Stocks::<T>::mutate_extant(who, |stock| stock.take(Self::now()))
	}

	fn pending(who: &AccountId) -> Work {
		Stocks::<T>::get(who).map(|mut stock| stock.take(Self::now())).unwrap_or_default()
	}

	fn weight_max() -> Weight {
		T::WeightInfo::take_work()
	}
}

impl<T: Config> Pallet<T> {
	/// Begins the stock of a node that registers.
	pub(crate) fn open_stock(node: &AccountId) {
		Stocks::<T>::insert(node, Stock::new(Self::now()));
	}

	/// Changes the stock of a registered node, after counting what it was.
	pub(crate) fn change_stock(node: &AccountId, change: impl FnOnce(&mut Stock)) {
		Stocks::<T>::mutate(node, |stock| match stock {
			Some(stock) => {
				stock.count(Self::now());
				change(stock);
			}
			None => {
				defensive!("a registered Masternode has a stock");
			}
		});
	}

	/// Takes a slot of `placement`, which is removed, from the stock of the node that has acknowledged
	/// it, unless the node has withdrawn since.
	pub(crate) fn shrink_stock(node: &AccountId, placement: &Placement) {
		Stocks::<T>::mutate_extant(node, |stock| {
			if stock.keeps(placement.opened_at) {
				stock.count(Self::now());
				// The slot is in it.
				stock.bytes = stock.bytes.saturating_sub(u128::from(placement.slot_bytes()));
			}
		});
	}

	/// Ends the stock of a node that withdraws, and has recorded what nobody has taken.
	pub(crate) fn close_stock(node: &AccountId) {
		let Some(mut stock) = Stocks::<T>::take(node) else {
			defensive!("a registered Masternode has a stock");
			return;
		};
		let Work { earned, suspended } = stock.take(Self::now());
		if earned > 0 {
			T::Work::record(Role::Masternode, node, earned);
		}
		if suspended > 0 {
			T::Work::withhold(Role::Masternode, node, suspended, Withheld::Suspended);
		}
	}
}
