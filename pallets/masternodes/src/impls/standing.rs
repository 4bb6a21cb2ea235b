//! Suspending and resuming.

use crate::{
	Active, Config, Counting, Error, Event, Masternode, Masternodes, Pallet, Placement, Roster,
	Standing,
};
use alloc::{collections::BTreeSet, vec::Vec};
use frame_support::{defensive, ensure, traits::Get};
use popnet_primitives::{content::ContentId, AccountId};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_suspend(node: AccountId) -> DispatchResult {
		let masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		ensure!(masternode.is_active(), Error::<T>::NotActive);

		Self::deactivate([&node]);
		Self::suspend_one(node, masternode, None);
		Ok(())
	}

	pub(crate) fn do_resume(node: AccountId) -> DispatchResult {
		let mut masternode = Masternodes::<T>::get(&node).ok_or(Error::<T>::NotMasternode)?;
		let Standing::Suspended { until } = masternode.standing else {
			return Err(Error::<T>::NotSuspended.into());
		};
		let now = Self::now();
		ensure!(until <= now, Error::<T>::StillSuspended);
		let mut active = Active::<T>::get();
		active.try_push(node.clone()).map_err(|_| Error::<T>::TooManyMasternodes)?;

		Active::<T>::put(active);
		masternode.standing = Standing::Active { since: now };
		Masternodes::<T>::insert(&node, masternode);
		Self::change_stock(&node, |stock| stock.counting = Counting::Earned);
		Self::deposit_event(Event::Resumed { node });
		Ok(())
	}

	/// Suspends the nodes of `roster` that let the placement of the item expire without a word.
	pub(crate) fn suspend_silent(id: ContentId, placement: &Placement, roster: Roster) {
		let silent: Vec<(AccountId, Masternode)> = (0u32..)
			.zip(roster)
			.filter(|(slot, _)| !placement.acknowledged.contains(*slot))
			.filter(|(slot, _)| !placement.declined.contains(*slot))
			.filter_map(|(_, node)| Masternodes::<T>::get(&node).map(|found| (node, found)))
			.filter(|(_, masternode)| masternode.answers_for(placement.opened_at))
			.collect();
		if silent.is_empty() {
			return;
		}
		Self::deactivate(silent.iter().map(|(node, _)| node));
		for (node, masternode) in silent {
			Self::suspend_one(node, masternode, Some(id));
		}
	}

	/// Takes `nodes`, all of which are active, from the list of those.
	pub(crate) fn deactivate<'a>(nodes: impl IntoIterator<Item = &'a AccountId>) {
		let nodes: BTreeSet<&AccountId> = nodes.into_iter().collect();
		Active::<T>::mutate(|active| {
			let before = active.len();
			active.retain(|other| !nodes.contains(other));
			if before.saturating_sub(active.len()) != nodes.len() {
				defensive!("an active Masternode is not in the list of those");
			}
		});
	}

	/// Stores and tells that `node`, which is no longer in the list of active ones, is suspended. One
	/// that was silent earns nothing until it resumes; one that has no room for more still does.
	fn suspend_one(node: AccountId, mut masternode: Masternode, missed: Option<ContentId>) {
		let until = masternode.suspend(Self::now(), T::PlacementPeriod::get());
		Masternodes::<T>::insert(&node, masternode);
		if missed.is_some() {
			Self::change_stock(&node, |stock| stock.counting = Counting::Withheld);
		}
		Self::deposit_event(Event::Suspended { node, missed, until });
	}
}
