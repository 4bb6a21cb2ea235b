//! What verdicts earn.

use crate::{deviates, points_for, Config, Pallet, Panel};
use frame_support::traits::Get;
use popnet_primitives::{
	content::ContentId,
	moderation::{Decision, RiskVector},
	rewards::{RecordWork, Role, Withheld},
	traits::Registry,
	AccountId,
};

impl<T: Config> Pallet<T> {
	/// Records the verdicts that the members of `panel` have revealed.
	pub(crate) fn reward(
		id: ContentId,
		panel: &Panel,
		decision: &Decision,
		medians: Option<&RiskVector>,
	) {
		let points = Self::points_of(id);
		for member in &panel.members {
			let Some(verdict) = &member.verdict else { continue };
			let (who, finding) = (&member.account, &verdict.finding);
			if deviates(finding, decision, medians, T::DeviationMax::get()) {
				T::Work::withhold(Role::Superdelegate, who, points, Withheld::Deviating);
			} else {
				T::Work::record(Role::Superdelegate, who, points);
			}
		}
	}

	/// Notes that `who` earns nothing for the item.
	pub(crate) fn withhold_for_silence(id: ContentId, who: &AccountId) {
		let points = Self::points_of(id);
		T::Work::withhold(Role::Superdelegate, who, points, Withheld::MissedDuty);
	}

	fn points_of(id: ContentId) -> u128 {
		points_for(T::Registry::registration(&id).map_or(0, |registration| registration.size))
	}
}
