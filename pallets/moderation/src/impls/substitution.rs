//! What becomes of the seats of members who leave office.

use crate::{
	Config, Departures, Duties, Event, Pallet, Panel, PanelVec, Panels, Phase, SealedKeys,
	WeightInfo,
};
use frame_support::{defensive, traits::Get, weights::WeightMeter};
use popnet_primitives::{content::ContentId, AccountId};
use sp_runtime::SaturatedConversion;

impl<T: Config> Pallet<T> {
	/// Vacates the seats of everyone who has left office; `false` when the weight did not suffice.
	pub(crate) fn work_off_departures(meter: &mut WeightMeter) -> bool {
		loop {
			if meter.try_consume(T::WeightInfo::departures()).is_err() {
				return false;
			}
			let Some((who, reached)) = Departures::<T>::iter().next() else { return true };
			if !Self::vacate_seats_of(&who, reached, meter) {
				return false;
			}
			Departures::<T>::remove(&who);
		}
	}

	/// Vacates the seats of `who` from the one on that follows `reached`; `false` when the weight did
	/// not suffice.
	fn vacate_seats_of(
		who: &AccountId,
		mut reached: Option<ContentId>,
		meter: &mut WeightMeter,
	) -> bool {
		// Duties to reveal stay, hence the place in the map.
		let next = |reached: Option<ContentId>| match reached {
			None => Duties::<T>::iter_key_prefix(who).next(),
			Some(id) => {
				let from = Duties::<T>::hashed_key_for(who, id);
				Duties::<T>::iter_key_prefix_from(who, from).next()
			}
		};
		while let Some(id) = next(reached) {
			if meter.try_consume(T::WeightInfo::vacate_seat(T::PanelSize::get())).is_err() {
				Departures::<T>::insert(who, reached);
				return false;
			}
			match Panels::<T>::get(id) {
				Some(panel) if panel.is_forming() => Self::vacate_seat(id, panel, who),
				Some(_) => {}
				None => {
					defensive!("a duty belongs to a panel");
				}
			}
			reached = Some(id);
		}
		true
	}

	/// Takes the seat of `who` on `panel`, before anybody can reveal, and has a substitute drawn.
	fn vacate_seat(id: ContentId, mut panel: Panel, who: &AccountId) {
		let Some(place) = panel.place_of(who) else {
			defensive!("a duty belongs to a member");
			return;
		};
		panel.members.remove(place);
		if place < panel.keys.saturated_into() {
			panel.keys = panel.keys.saturating_sub(1);
			Self::discard_key(id, place);
		}
		Self::end_duty(who, id);
		let member = who.clone();
		if panel.substitutes >= T::SubstitutesMax::get() {
			Self::deposit_event(Event::SeatVacated { id, member, draw_at: None });
			return Self::resume(id, panel);
		}
		panel.vacant_since = Some(Self::now());
		let draw_at = Self::set_phase(id, &mut panel, Phase::Substituting, T::DrawDelay::get());
		Panels::<T>::insert(id, panel);
		Self::deposit_event(Event::SeatVacated { id, member, draw_at: Some(draw_at) });
	}

	/// Removes the key that was sealed to the member at `place`.
	fn discard_key(id: ContentId, place: usize) {
		SealedKeys::<T>::mutate_exists(id, |stored| {
			if let Some(keys) = stored {
				if place < keys.len() {
					keys.remove(place);
				}
				if keys.is_empty() {
					*stored = None;
				}
			}
		});
	}

	/// Draws substitutes for the vacant seats of `panel`, or postpones the draw, then lets it go on.
	pub(crate) fn substitute(id: ContentId, mut panel: Panel) {
		let since = panel.vacant_since.unwrap_or(panel.requested_at);
		let seed = Self::seed(b"popnet-substitute-1", id, since);
		if seed.is_none() && Self::may_draw_again(&panel) {
			return Self::postpone_draw(id, panel);
		}
		let left = T::SubstitutesMax::get().saturating_sub(panel.substitutes);
		let wanted = panel.vacant().saturated_into::<u32>().min(left);
		let drawn = match seed {
			Some(seed) => Self::drawn_by_lot(id, &panel, seed, wanted),
			None => PanelVec::default(),
		};
		let used: u32 = drawn.len().saturated_into();
		panel.substitutes = panel.substitutes.saturating_add(used.max(1));
		panel.vacant_since = None;
		let accounts = drawn.iter().map(|member| member.account.clone()).collect();
		for member in drawn {
			Self::begin_duty(&member.account, id);
			// There are at most as many as there were seats.
			let _ = panel.members.try_push(member);
		}
		let members = PanelVec::truncate_from(accounts);
		Self::deposit_event(Event::SubstitutesDrawn { id, members });
		Self::resume(id, panel);
	}

	/// Lets `panel`, whose members have changed, go on: with the sealing of the keys that members lack,
	/// else with committing for the whole time, or with revealing when all have committed. Sends it
	/// home when no majority of the seats is left.
	fn resume(id: ContentId, mut panel: Panel) {
		if panel.members.len() < panel.majority() {
			// Nobody was silent, and no panel waits for keys that its publisher would owe it.
			Self::release_members(id, &panel);
			(panel.members, panel.keys) = (PanelVec::default(), 0);
			return Self::dismiss(id, panel);
		}
		if !panel.is_sealed() {
			Self::set_phase(id, &mut panel, Phase::Sealing, T::KeysPeriod::get());
		} else if panel.committed() == panel.members.len() {
			Self::open_reveal(id, &mut panel);
		} else {
			Self::set_phase(id, &mut panel, Phase::Committing, T::CommitPeriod::get());
		}
		Panels::<T>::insert(id, panel);
	}
}
