//! Opening, drawing, dismissing and closing panels.

use crate::{
	medians, Config, CurrentPolicy, Duties, Error, Event, Member, Outcomes, Pallet, Panel,
	PanelVec, Panels, Phase, SealedKeys,
};
use alloc::vec::Vec;
use frame_support::{ensure, traits::Get};
use popnet_primitives::{
	content::ContentId,
	moderation::{decide, Decision},
	placement::shuffle,
	randomness::SeededRandom,
	traits::{Registry, Screening, ScreeningSet, ScreeningView},
	AccountId, BlockNumber,
};
use sp_runtime::{
	traits::{BlakeTwo256, BlockNumberProvider, Hash},
	DispatchResult,
};

impl<T: Config> Screening for Pallet<T> {
	fn open(id: ContentId) -> DispatchResult {
		ensure!(!Panels::<T>::contains_key(id), Error::<T>::AlreadyOpen);
		let policy = CurrentPolicy::<T>::get().ok_or(Error::<T>::NoPolicy)?;

		let mut panel = Panel::new(policy);
		Self::set_deadline(id, &mut panel, Some(Self::after(T::DrawDelay::get())));
		Panels::<T>::insert(id, panel);
		Ok(())
	}

	fn cancel(id: ContentId) {
		let Some(mut panel) = Panels::<T>::take(id) else { return };
		Self::set_deadline(id, &mut panel, None);
		Self::release_members(id, &panel);
		Outcomes::<T>::remove(id);
	}

	fn view(id: &ContentId) -> ScreeningView {
		let Some(panel) = Panels::<T>::get(id) else { return ScreeningView::default() };
		let count = |members: usize| u32::try_from(members).unwrap_or(u32::MAX);
		// The keys of a panel that has decided are deleted; it decides without them only when the
		// publisher never sealed any, and then nobody has committed.
		let keys_sealed = match panel.phase {
			Phase::Drawing | Phase::Sealing => false,
			Phase::Committing | Phase::Revealing => true,
			Phase::Decided => panel.committed() > 0,
		};
		ScreeningView {
			keys_sealed,
			committed: count(panel.committed()),
			revealed: count(panel.revealed()),
			risk: Outcomes::<T>::get(id),
			panel: panel
				.members
				.into_iter()
				.map(|member| (member.account, member.screening_key))
				.collect(),
		}
	}
}

impl<T: Config> Pallet<T> {
	/// The present block of this pallet's clock.
	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	/// The block that lies `blocks` after the present one.
	pub(crate) fn after(blocks: BlockNumber) -> BlockNumber {
		Self::now().saturating_add(blocks)
	}

	/// Draws the members of `panel`, or postpones the draw, or gives up.
	pub(crate) fn draw(id: ContentId, mut panel: Panel) {
		let Some(drawn) = Self::draw_members(id, &panel) else {
			panel.failed_draws = panel.failed_draws.saturating_add(1);
			if panel.failed_draws >= T::DrawAttemptsMax::get() {
				return Self::close(id, panel, Decision::Undecided);
			}
			let until = Self::after(T::DrawRetryPeriod::get());
			Self::set_deadline(id, &mut panel, Some(until));
			Panels::<T>::insert(id, panel);
			return Self::deposit_event(Event::DrawPostponed { id, until });
		};
		let deadline = Self::after(T::KeysPeriod::get());
		let accounts: Vec<AccountId> = drawn.iter().map(|member| member.account.clone()).collect();
		for account in &accounts {
			Duties::<T>::insert(account, id, ());
		}
		panel.members = drawn;
		panel.phase = Phase::Sealing;
		panel.policy = CurrentPolicy::<T>::get().unwrap_or(panel.policy);
		Self::set_deadline(id, &mut panel, Some(deadline));
		Panels::<T>::insert(id, panel);
		let members = PanelVec::truncate_from(accounts);
		Self::deposit_event(Event::PanelDrawn { id, members, deadline });
	}

	/// Members by lot; `None` when there are fewer Superdelegates than a panel needs. Those who
	/// should not be on it come last, so that they are drawn only when others do not suffice.
	fn draw_members(id: ContentId, panel: &Panel) -> Option<PanelVec<Member>> {
		let size = usize::try_from(T::PanelSize::get()).ok()?;
		let mut candidates = T::ScreeningSet::members();
		if candidates.len() < size {
			return None;
		}
		let parent = frame_system::Pallet::<T>::parent_hash();
		let seed = BlakeTwo256::hash_of(&(parent, T::RelaySeed::get(), id));
		let mut random = SeededRandom::new(seed.0);
		shuffle(&mut candidates, |bound| random.below(bound));

		let owner = T::Registry::owner(&id);
		let (last, first): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|(account, _)| {
			owner.as_ref() == Some(account) || panel.silent.contains(account)
		});
		let members = first.into_iter().chain(last).take(size);
		let members = members.map(|(account, key)| Member::new(account, key)).collect::<Vec<_>>();
		PanelVec::try_from(members).ok()
	}

	/// Sends the panel home: draws another one, or leaves the item undecided if it was the second.
	pub(crate) fn dismiss(id: ContentId, mut panel: Panel) {
		if panel.redrawn {
			return Self::close(id, panel, Decision::Undecided);
		}
		let draw_at = Self::after(T::DrawDelay::get());
		Self::release_members(id, &panel);
		panel.silent = PanelVec::truncate_from(panel.idle_members().cloned().collect());
		panel.members = PanelVec::default();
		panel.phase = Phase::Drawing;
		panel.failed_draws = 0;
		panel.redrawn = true;
		Self::set_deadline(id, &mut panel, Some(draw_at));
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::PanelDismissed { id, draw_at });
	}

	/// Decides by what was revealed.
	pub(crate) fn conclude(id: ContentId, panel: Panel) {
		let findings = panel.findings();
		let policy = Self::policy_of(panel.policy);
		let decision = decide(&findings, &policy);
		if let Some(risk) = medians(&findings, &policy) {
			Outcomes::<T>::insert(id, risk);
		}
		Self::close(id, panel, decision);
	}

	/// Ends the work of `panel` and hands its decision to the registry.
	pub(crate) fn close(id: ContentId, mut panel: Panel, decision: Decision) {
		Self::release_members(id, &panel);
		Self::set_deadline(id, &mut panel, None);
		panel.phase = Phase::Decided;
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::Decided { id, decision: decision.clone() });
		T::Registry::decided(id, decision);
	}

	/// Takes item and sealed keys from the members.
	fn release_members(id: ContentId, panel: &Panel) {
		for member in &panel.members {
			Duties::<T>::remove(&member.account, id);
		}
		SealedKeys::<T>::remove(id);
	}
}
