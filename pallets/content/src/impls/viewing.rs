//! The calls of viewers.

use crate::{
	check_comment, CommentFlaw, CommentText, Config, Error, Event, Item, Items, Pallet, Tip,
	TipTotals, Tips,
};
use frame_support::{
	ensure,
	traits::{
		fungible::Inspect,
		tokens::{Fortitude, Preservation},
		Get,
	},
};
use popnet_primitives::{
	content::{ContentId, ContentState},
	rewards::{RecordWork, Role},
	AccountId, Balance,
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_tip(viewer: AccountId, id: ContentId, amount: Balance) -> DispatchResult {
		let owner = Self::available(&id)?.owner;
		ensure!(amount >= T::TipMin::get(), Error::<T>::TipTooSmall);
		let (keep, force) = (Preservation::Preserve, Fortitude::Polite);
		let spendable = T::Lit::reducible_balance(&viewer, keep, force);
		ensure!(amount <= spendable, Error::<T>::InsufficientLit);
		let tip = Tip::divide(amount, T::TipBurn::get());

		Self::pay_tip(&viewer, &owner, tip)?;
		T::Work::record(Role::Creator, &owner, tip.burned);
		Tips::<T>::mutate(id, |totals| totals.add(tip));
		let Tip { received, burned } = tip;
		Self::deposit_event(Event::Tipped { id, viewer, received, burned });
		Ok(())
	}

	pub(crate) fn do_comment(
		viewer: AccountId,
		id: ContentId,
		text: CommentText,
	) -> DispatchResult {
		Self::available(&id)?;
		check_comment(&text).map_err(Error::<T>::from)?;

		Self::deposit_event(Event::Commented { id, viewer, text });
		Ok(())
	}

	pub(crate) fn do_play(viewer: AccountId, id: ContentId) -> DispatchResult {
		Self::available(&id)?;

		Self::deposit_event(Event::Played { id, viewer });
		Ok(())
	}

	/// What viewers have given for the item; zeros for one that is unknown.
	pub fn tips(id: &ContentId) -> TipTotals {
		Tips::<T>::get(id)
	}

	fn available(id: &ContentId) -> Result<Item, Error<T>> {
		let item = Items::<T>::get(id).ok_or(Error::<T>::UnknownItem)?;
		match item.state {
			ContentState::Available => Ok(item),
			_ => Err(Error::<T>::NotAvailable),
		}
	}
}

impl<T> From<CommentFlaw> for Error<T> {
	fn from(flaw: CommentFlaw) -> Self {
		match flaw {
			CommentFlaw::Encoding => Self::CommentNotUtf8,
			CommentFlaw::Blank => Self::CommentBlank,
		}
	}
}
