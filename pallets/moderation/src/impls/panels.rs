//! Opening, drawing, dismissing and closing panels.

use crate::{
	has_room, is_admitted, medians, AdmittedModels, Config, CurrentPolicy, Duties, Error, Event,
	Member, OpenDuties, Outcomes, Pallet, Panel, PanelVec, Panels, Phase, SealedKeys, WeightInfo,
	PANEL_MIN,
};
use alloc::vec::Vec;
use codec::Encode;
use frame_support::{
	defensive, ensure,
	traits::{Get, Randomness},
	weights::Weight,
};
use popnet_primitives::{
	content::ContentId,
	moderation::{decide, Decision},
	placement::shuffle,
	randomness::SeededRandom,
	traits::{OnMissed, Registry, Screening, ScreeningSet, ScreeningView},
	AccountId, BlockNumber,
};
use sp_runtime::{traits::BlockNumberProvider, DispatchResult, SaturatedConversion};

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
			keys_sealed: panel.is_sealed(),
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
		// The longest screening: all attempts but one fail, both panels are drawn, and there are as
		// many substitutes as there can be. Every seat falls vacant or misses a duty.
		let (size, substitutes) = (T::PanelSize::get(), T::SubstitutesMax::get());
		let seats = size.saturating_mul(2);
		let draws = T::DrawAttemptsMax::get().saturating_add(1).saturating_add(substitutes);
		T::WeightInfo::screening_of_item(draws, seats.saturating_add(substitutes), size)
			.saturating_add(T::OnMissed::weight().saturating_mul(seats.into()))
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
		panel.policy = CurrentPolicy::<T>::get().unwrap_or(panel.policy);
		let Some(drawn) = Self::draw_members(id, &panel) else {
			if !Self::may_draw_again(&panel) {
				return Self::close(id, panel, Decision::Undecided);
			}
			return Self::postpone_draw(id, panel);
		};
		let accounts = drawn.iter().map(|member| member.account.clone()).collect();
		panel.seats = drawn.len().saturated_into();
		panel.members = drawn;
		panel.round = Self::now();
		let deadline = Self::set_phase(id, &mut panel, Phase::Sealing, T::KeysPeriod::get());
		for member in panel.members_on_duty() {
			Self::begin_duty(member, id);
		}
		Panels::<T>::insert(id, panel);
		let members = PanelVec::truncate_from(accounts);
		Self::deposit_event(Event::PanelDrawn { id, members, deadline });
	}

	/// Whether another draw may fail without the item's being given up.
	pub(crate) fn may_draw_again(panel: &Panel) -> bool {
		panel.failed_draws.saturating_add(1) < T::DrawAttemptsMax::get()
	}

	/// Has a draw repeated that failed.
	pub(crate) fn postpone_draw(id: ContentId, mut panel: Panel) {
		panel.failed_draws = panel.failed_draws.saturating_add(1);
		let phase = panel.phase;
		let until = Self::set_phase(id, &mut panel, phase, T::DrawRetryPeriod::get());
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::DrawPostponed { id, until });
	}

	/// Members by lot. `None` while the randomness is as old as the request, or while fewer than
	/// [`PANEL_MIN`] Superdelegates can be drawn.
	fn draw_members(id: ContentId, panel: &Panel) -> Option<PanelVec<Member>> {
		let seed = Self::seed(b"popnet-panel-1", id, panel.requested_at)?;
		let members = Self::drawn_by_lot(id, panel, seed, T::PanelSize::get());
		(members.len() >= PANEL_MIN.saturated_into()).then_some(members)
	}

	/// Randomness for a draw; `None` while it is as old as the request of block `requested_at`, so that
	/// whoever could choose id or time of the request can have known it.
	pub(crate) fn seed(
		purpose: &[u8],
		id: ContentId,
		requested_at: BlockNumber,
	) -> Option<[u8; 32]> {
		let (seed, fixed_at) = T::Randomness::random(&(purpose, id).encode());
		(fixed_at > requested_at).then_some(seed)
	}

	/// At most `count` Superdelegates by lot who may join `panel`: not its publisher or members, those
	/// whose model its policy does not admit, or those with too much to do. Silent members of a first
	/// panel come last, so that they are drawn only when others do not suffice.
	pub(crate) fn drawn_by_lot(
		id: ContentId,
		panel: &Panel,
		seed: [u8; 32],
		count: u32,
	) -> PanelVec<Member> {
		let owner = T::Registry::owner(&id);
		let mut candidates = T::ScreeningSet::members();
		candidates.retain(|(account, _)| {
			owner.as_ref() != Some(account) && panel.place_of(account).is_none()
		});
		let mut random = SeededRandom::new(seed);
		shuffle(&mut candidates, |bound| random.below(bound));

		let (last, first): (Vec<_>, Vec<_>) =
			candidates.into_iter().partition(|(account, _)| panel.silent.contains(account));
		let models = AdmittedModels::<T>::get(panel.policy);
		let counts = OpenDuties::<T>::get();
		let is_able = |(account, _): &(AccountId, [u8; 32])| {
			let model = T::ScreeningSet::model_of(account);
			model.is_some_and(|model| is_admitted(&models, &model))
				&& has_room(&counts, account, T::DutiesMax::get())
		};
		let members = first
			.into_iter()
			.chain(last)
			.filter(is_able)
			.take(count.saturated_into())
			.map(|(account, key)| Member::new(account, key));
		PanelVec::truncate_from(members.collect())
	}

	/// Sends the panel home: draws another one, or leaves the item undecided if it was the second.
	pub(crate) fn dismiss(id: ContentId, mut panel: Panel) {
		if panel.redrawn {
			return Self::close(id, panel, Decision::Undecided);
		}
		let draw_at = Self::after(T::DrawDelay::get());
		Self::release_members(id, &panel);
		let silent = PanelVec::truncate_from(panel.idle_members().cloned().collect());
		let mut next = Panel {
			round: panel.round,
			failed_draws: panel.failed_draws,
			substitutes: panel.substitutes,
			redrawn: true,
			silent,
			..Panel::new(panel.policy, Self::now())
		};
		Self::set_deadline(id, &mut panel, None);
		Self::set_deadline(id, &mut next, Some(draw_at));
		Panels::<T>::insert(id, next);
		Self::deposit_event(Event::PanelDismissed { id, draw_at });
	}

	/// Decides by what was revealed, or sends the panel home when no majority agrees.
	pub(crate) fn conclude(id: ContentId, panel: Panel) {
		let (findings, majority) = (panel.findings(), panel.majority());
		let policy = Self::policy_of(panel.policy);
		let decision = decide(&findings, majority, &policy);
		let medians = medians(&findings, majority, &policy);
		Self::reward(id, &panel, &decision, medians.as_ref());
		if decision == Decision::Undecided {
			return Self::dismiss(id, panel);
		}
		if let Some(risk) = medians {
			Outcomes::<T>::insert(id, risk);
		}
		Self::close(id, panel, decision);
	}

	/// Ends the work of `panel` and hands its decision to the registry.
	pub(crate) fn close(id: ContentId, mut panel: Panel, decision: Decision) {
		Self::release_members(id, &panel);
		Self::set_deadline(id, &mut panel, None);
		panel.phase = Phase::Decided;
		panel.vacant_since = None;
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::Decided { id, decision: decision.clone() });
		T::Registry::decided(id, decision);
	}

	/// Takes item and sealed keys from the members.
	pub(crate) fn release_members(id: ContentId, panel: &Panel) {
		for member in &panel.members {
			Self::end_duty(&member.account, id);
		}
		SealedKeys::<T>::remove(id);
	}

	/// Gives `member` the item to work on.
	pub(crate) fn begin_duty(member: &AccountId, id: ContentId) {
		Duties::<T>::insert(member, id, ());
		OpenDuties::<T>::mutate(|counts| match counts.get_mut(member) {
			Some(count) => *count = count.saturating_add(1),
			None => {
				let inserted = counts.try_insert(member.clone(), 1);
				if inserted.is_err() {
					defensive!("a draw leaves room for the duties of a panel");
				}
			}
		});
	}

	/// Takes the item from `member`, if it has it.
	pub(crate) fn end_duty(member: &AccountId, id: ContentId) {
		if Duties::<T>::take(member, id).is_some() {
			OpenDuties::<T>::mutate(|counts| {
				let Some(count) = counts.get_mut(member) else { return };
				*count = count.saturating_sub(1);
				if *count == 0 {
					counts.remove(member);
				}
			});
		}
	}
}
