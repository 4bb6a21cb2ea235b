//! Sealing keys, committing, revealing.

use crate::{
	is_well_formed, Commitment, Config, Error, Event, Pallet, Panel, Panels, Phase, SealedKeyList,
	SealedKeys,
};
use frame_support::{ensure, traits::Get};
use popnet_primitives::{
	content::ContentId,
	moderation::{Seat, Verdict},
	traits::{Registry, ScreeningSet},
	AccountId,
};
use sp_runtime::{DispatchResult, SaturatedConversion};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_seal_keys(
		owner: AccountId,
		id: ContentId,
		keys: SealedKeyList,
	) -> DispatchResult {
		let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoScreening)?;
		ensure!(T::Registry::owner(&id) == Some(owner), Error::<T>::NotOwner);
		let waits = panel.is_forming() && !panel.is_sealed() && !panel.members.is_empty();
		ensure!(waits, Error::<T>::NotSealing);
		ensure!(keys.len() == panel.members.len(), Error::<T>::WrongKeyCount);

		let stored = SealedKeys::<T>::get(id).unwrap_or_default();
		let new = keys.into_iter().skip(stored.len());
		// As many as there are members, so that nothing is cut off.
		let sealed = SealedKeyList::truncate_from(stored.iter().copied().chain(new).collect());
		SealedKeys::<T>::insert(id, sealed);
		panel.keys = panel.members.len().saturated_into();
		if panel.phase == Phase::Sealing {
			Self::set_phase(id, &mut panel, Phase::Committing, T::CommitPeriod::get());
		}
		let deadline = panel.deadline.unwrap_or_default();
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::KeysSealed { id, deadline });
		Ok(())
	}

	pub(crate) fn do_commit(member: AccountId, id: ContentId, hash: [u8; 32]) -> DispatchResult {
		let mut panel = Panels::<T>::get(id).ok_or(Error::<T>::NoScreening)?;
		let place = panel.place_of(&member).ok_or(Error::<T>::NotMember)?;
		ensure!(panel.may_commit(place), Error::<T>::NotCommitting);
		let policy = panel.policy;
		let stored = panel.members.get_mut(place).ok_or(Error::<T>::NotMember)?;
		ensure!(stored.commitment.is_none(), Error::<T>::AlreadyCommitted);
		let model = T::ScreeningSet::model_of(&member).ok_or(Error::<T>::NotInOffice)?;
		ensure!(Self::admits(policy, &model), Error::<T>::ModelNotAdmitted);

		stored.commitment = Some(Commitment { hash, model });
		Self::deposit_event(Event::Committed { id, member });
		if panel.phase == Phase::Committing && panel.committed() == panel.members.len() {
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
		ensure!(seat.commitment(&verdict, &salt) == committed.hash, Error::<T>::WrongReveal);
		ensure!(verdict.model == committed.model, Error::<T>::WrongModel);
		ensure!(is_well_formed(&verdict.finding, &policy), Error::<T>::MalformedVerdict);

		let model = verdict.model;
		stored.verdict = Some(verdict);
		Self::end_duty(&member, id);
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
		for member in &panel.members {
			if member.commitment.is_none() {
				Self::end_duty(&member.account, id);
			}
		}
		let deadline = Self::set_phase(id, panel, Phase::Revealing, T::RevealPeriod::get());
		Self::deposit_event(Event::RevealOpened { id, deadline });
	}
}
