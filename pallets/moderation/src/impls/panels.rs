//! Opening, drawing, dismissing and closing panels.

use crate::{
	medians, Config, CurrentPolicy, Duties, Error, Event, Member, Outcomes, Pallet, Panel,
	PanelVec, Panels, Phase, SealedKeys, WeightInfo, PANEL_MIN,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	ensure,
	traits::{Get, Randomness},
	weights::Weight,
};
use popnet_primitives::{
	content::ContentId,
	moderation::{decide, Decision},
	placement::shuffle,
	randomness::SeededRandom,
	traits::{Registry, Screening, ScreeningSet, ScreeningView},
	AccountId, BlockNumber,
};
use sp_runtime::{traits::BlockNumberProvider, DispatchResult};

impl<T: Config> Screening for Pallet<T> {
	fn open(id: ContentId) -> DispatchResult {
		ensure!(!Panels::<T>::contains_key(id), Error::<T>::AlreadyOpen);
		let policy = CurrentPolicy::<T>::get().ok_or(Error::<T>::NoPolicy)?;

		let mut panel = Panel::new(policy, Self::now());
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
		let policy = Self::policy_of(panel.policy);
		ScreeningView {
			round: panel.round,
			keys_sealed: panel.keys_sealed,
			committed: count(panel.committed()),
			revealed: count(panel.revealed()),
			risk: Outcomes::<T>::get(id),
			categories: policy.into_iter().map(|category| category.name).collect(),
			panel: panel
				.members
				.into_iter()
				.map(|member| (member.account, member.screening_key))
				.collect(),
		}
	}

	fn weight_of_item() -> Weight {
		// The longest screening: all attempts but one fail, and both panels are drawn.
		T::WeightInfo::screening_of_item(T::DrawAttemptsMax::get().saturating_add(1))
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
		panel.members = drawn;
		panel.phase = Phase::Sealing;
		panel.round = Self::now();
		panel.policy = CurrentPolicy::<T>::get().unwrap_or(panel.policy);
		Self::set_deadline(id, &mut panel, Some(deadline));
		Panels::<T>::insert(id, panel);
		let members = PanelVec::truncate_from(accounts);
		Self::deposit_event(Event::PanelDrawn { id, members, deadline });
	}

	/// Members by lot. `None` while the randomness is as old as the request, so that whoever could
	/// choose id or time of the request can have known it, or while fewer than [`PANEL_MIN`]
	/// Superdelegates are left without the publisher. Silent members of a first panel come last, so
	/// that they are drawn only when others do not suffice.
	fn draw_members(id: ContentId, panel: &Panel) -> Option<PanelVec<Member>> {
		let (seed, fixed_at) = T::Randomness::random(&(b"popnet-panel-1", id).encode());
		if fixed_at <= panel.requested_at {
			return None;
		}
		let owner = T::Registry::owner(&id);
		let mut candidates = T::ScreeningSet::members();
		candidates.retain(|(account, _)| owner.as_ref() != Some(account));
		if candidates.len() < usize::try_from(PANEL_MIN).ok()? {
			return None;
		}
		let mut random = SeededRandom::new(seed);
		shuffle(&mut candidates, |bound| random.below(bound));

		let (last, first): (Vec<_>, Vec<_>) =
			candidates.into_iter().partition(|(account, _)| panel.silent.contains(account));
		let size = usize::try_from(T::PanelSize::get()).ok()?;
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
		panel.requested_at = Self::now();
		panel.redrawn = true;
		panel.keys_sealed = false;
		Self::set_deadline(id, &mut panel, Some(draw_at));
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::PanelDismissed { id, draw_at });
	}

	/// Decides by what was revealed, or sends the panel home when no majority agrees.
	pub(crate) fn conclude(id: ContentId, panel: Panel) {
		let (findings, majority) = (panel.findings(), panel.majority());
		let policy = Self::policy_of(panel.policy);
		let decision = decide(&findings, majority, &policy);
		if decision == Decision::Undecided {
			return Self::dismiss(id, panel);
		}
		if let Some(risk) = medians(&findings, majority, &policy) {
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
