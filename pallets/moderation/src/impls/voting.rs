//! Sealing keys, committing, revealing.

use crate::{
	is_well_formed, Config, Duties, Error, Event, Pallet, Panel, Panels, Phase, SealedKeyList,
	SealedKeys,
};
use frame_support::{ensure, traits::Get};
use popnet_primitives::{
	content::ContentId,
	moderation::{Seat, Verdict},
	traits::Registry,
	AccountId,
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_seal_keys(
		owner: AccountId,
		id: ContentId,
		keys: SealedKeyList,
	) -> DispatchResult {
		let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoScreening)?;
		ensure!(T::Registry::owner(&id) == Some(owner), Error::<T>::NotOwner);
		ensure!(panel.phase == Phase::Sealing, Error::<T>::NotSealing);
		ensure!(keys.len() == panel.members.len(), Error::<T>::WrongKeyCount);

		let deadline = Self::after(T::CommitPeriod::get());
		panel.phase = Phase::Committing;
		panel.keys_sealed = true;
		Self::set_deadline(id, &mut panel, Some(deadline));
		for member in panel.members_on_duty() {
			Duties::<T>::insert(member, id, ());
		}
		Panels::<T>::insert(id, panel);
		SealedKeys::<T>::insert(id, keys);
		Self::deposit_event(Event::KeysSealed { id, deadline });
		Ok(())
	}

	pub(crate) fn do_commit(member: AccountId, id: ContentId, hash: [u8; 32]) -> DispatchResult {
		let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoScreening)?;
		let place = panel.place_of(&member).ok_or(Error::<T>::NotMember)?;
		ensure!(panel.phase == Phase::Committing, Error::<T>::NotCommitting);
		let stored = panel.members.get_mut(place).ok_or(Error::<T>::NotMember)?;
		ensure!(stored.commitment.is_none(), Error::<T>::AlreadyCommitted);

		stored.commitment = Some(hash);
		Self::deposit_event(Event::Committed { id, member });
		if panel.committed() == panel.members.len() {
			Self::open_reveal(id, &mut panel);
		}
		Panels::<T>::insert(id, panel);
		Ok(())
	}

	pub(crate) fn do_reveal(
		member: AccountId,
		id: ContentId,
		verdict: Verdict,
		salt: [u8; 32],
	) -> DispatchResult {
		let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoScreening)?;
		let place = panel.place_of(&member).ok_or(Error::<T>::NotMember)?;
		ensure!(panel.phase == Phase::Revealing, Error::<T>::NotRevealing);
		let policy = Self::policy_of(panel.policy);
		let seat = Seat { id, round: panel.round, member: &member };
		let stored = panel.members.get_mut(place).ok_or(Error::<T>::NotMember)?;
		let committed = stored.commitment.ok_or(Error::<T>::NotCommitted)?;
		ensure!(stored.verdict.is_none(), Error::<T>::AlreadyRevealed);
		ensure!(seat.commitment(&verdict, &salt) == committed, Error::<T>::WrongReveal);
		ensure!(is_well_formed(&verdict.finding, &policy), Error::<T>::MalformedVerdict);

		let model = verdict.model;
		stored.verdict = Some(verdict);
		Duties::<T>::remove(&member, id);
		Self::deposit_event(Event::Revealed { id, member, model });
		if panel.revealed() == panel.committed() {
			Self::conclude(id, panel);
		} else {
			Panels::<T>::insert(id, panel);
		}
		Ok(())
	}

	/// Lets those who have committed reveal; the caller stores the panel.
	pub(crate) fn open_reveal(id: ContentId, panel: &mut Panel) {
		for silent in panel.idle_members() {
			Duties::<T>::remove(silent, id);
		}
		let deadline = Self::after(T::RevealPeriod::get());
		panel.phase = Phase::Revealing;
		Self::set_deadline(id, panel, Some(deadline));
		Self::deposit_event(Event::RevealOpened { id, deadline });
	}
}
