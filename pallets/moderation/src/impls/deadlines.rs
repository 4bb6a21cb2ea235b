//! What happens when a phase's time is over.

use crate::{
	Config, Deadlines, DeadlinesFrom, Duty, Event, Missed, Pallet, Panel, Panels, Phase, WeightInfo,
};
use alloc::vec::Vec;
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};
use popnet_primitives::{
	content::ContentId, moderation::Decision, traits::OnMissed, AccountId, BlockNumber,
};

impl<T: Config> Pallet<T> {
	/// Moves the deadline of `panel`, which the caller stores.
	pub(crate) fn set_deadline(id: ContentId, panel: &mut Panel, at: Option<BlockNumber>) {
		if let Some(old) = panel.deadline {
			Deadlines::<T>::remove(old, id);
		}
		if let Some(new) = at {
			Deadlines::<T>::insert(new, id, ());
		}
		panel.deadline = at;
	}

	/// Begins a phase of `panel`, which the caller stores. Returns its deadline.
	pub(crate) fn set_phase(
		id: ContentId,
		panel: &mut Panel,
		phase: Phase,
		period: BlockNumber,
	) -> BlockNumber {
		let deadline = Self::after(period);
		panel.phase = phase;
		Self::set_deadline(id, panel, Some(deadline));
		deadline
	}

	/// Weight of ending one phase, with everything that others do because of it.
	pub(crate) fn weight_of_end_phase() -> Weight {
		let size = T::PanelSize::get();
		T::WeightInfo::end_phase(size)
			.saturating_add(T::OnMissed::weight().saturating_mul(size.into()))
	}

	/// Ends the phases whose time is over, as far as the weight reaches.
	pub(crate) fn work_off_deadlines(meter: &mut WeightMeter) {
		if meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
			return;
		}
		let now = Self::now();
		let started_at = DeadlinesFrom::<T>::get();
		let mut block = started_at.unwrap_or(now);
		while block <= now {
			let done = Self::work_off_deadlines_of(block, meter);
			if !done || meter.try_consume(T::WeightInfo::deadlines_of_block()).is_err() {
				break;
			}
			block = block.saturating_add(1);
		}
		if started_at != Some(block) {
			DeadlinesFrom::<T>::put(block);
		}
	}

	/// Ends the phases that are over at `block`; `false` when the weight did not suffice.
	fn work_off_deadlines_of(block: BlockNumber, meter: &mut WeightMeter) -> bool {
		while let Some(id) = Deadlines::<T>::iter_key_prefix(block).next() {
			if meter.try_consume(Self::weight_of_end_phase()).is_err() {
				return false;
			}
			// Removed here as well, so that the loop ends whatever the panel says.
			Deadlines::<T>::remove(block, id);
			match Panels::<T>::get(id) {
				Some(panel) => Self::end_phase(id, panel),
				None => {
					defensive!("a deadline belongs to a panel");
				}
			}
		}
		true
	}

	/// Ends the present phase of `panel` at its deadline.
	fn end_phase(id: ContentId, mut panel: Panel) {
		match panel.phase {
			Phase::Drawing => Self::draw(id, panel),
			Phase::Substituting => Self::substitute(id, panel),
			Phase::Sealing => {
				Self::deposit_event(Event::KeysMissing { id });
				Self::close(id, panel, Decision::Undecided);
			}
			Phase::Committing => {
				Self::note_missed(id, panel.idle_members().cloned().collect(), Duty::Commit);
				if panel.committed() < panel.majority() {
					return Self::dismiss(id, panel);
				}
				Self::open_reveal(id, &mut panel);
				Panels::<T>::insert(id, panel);
			}
			Phase::Revealing => {
				Self::note_missed(id, panel.members_on_duty().cloned().collect(), Duty::Reveal);
				Self::conclude(id, panel);
			}
			Phase::Decided => {
				defensive!("a panel that has decided has no deadline");
			}
		}
	}

	fn note_missed(id: ContentId, members: Vec<AccountId>, duty: Duty) {
		for member in members {
			Missed::<T>::mutate(&member, |count| *count = count.saturating_add(1));
			Self::withhold_for_silence(id, &member);
			T::OnMissed::missed(&member, id);
			Self::deposit_event(Event::MissedDuty { id, member, duty });
		}
	}
}
