//! The invariants of the pallet's header.

use crate::{
	AdmittedModels, Config, CurrentPolicy, Deadlines, DeadlinesFrom, Departures, Duties, ModelHash,
	OpenDuties, Outcomes, Pallet, Panel, Panels, Phase, Policies, SealedKeys, PANEL_MIN,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::Get};
use popnet_primitives::{
	content::ContentId,
	traits::{Registry, ScreeningSet},
	AccountId,
};
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut open = BTreeSet::new();
		let mut deadlines = BTreeSet::new();
		let mut duties = BTreeSet::new();
		for (id, panel) in Panels::<T>::iter() {
			Self::check_phase(&panel)?;
			Self::check_keys(id, &panel)?;
			Self::check_members(id, &panel)?;
			Self::check_seats(&panel)?;
			deadlines.extend(panel.deadline.map(|deadline| (deadline, id)));
			duties.extend(panel.members_on_duty().map(|member| (member.clone(), id)));
			if panel.phase != Phase::Decided {
				open.insert(id);
			}
		}
		let in_screening: BTreeSet<_> = T::Registry::in_screening().into_iter().collect();
		ensure!(open == in_screening, "a screening without an item, or the other way round");
		let stored: BTreeSet<_> = Deadlines::<T>::iter().map(|(at, id, ())| (at, id)).collect();
		ensure!(stored == deadlines, "a deadline without a panel, or the other way round");
		if let Some(from) = DeadlinesFrom::<T>::get() {
			ensure!(stored.iter().all(|(at, _)| *at >= from), "a deadline was passed over");
		}
		Self::check_duties(duties)?;
		for id in SealedKeys::<T>::iter_keys() {
			ensure!(Panels::<T>::contains_key(id), "sealed keys belong to no panel");
		}
		for id in Outcomes::<T>::iter_keys() {
			let decided = Panels::<T>::get(id).is_some_and(|panel| panel.phase == Phase::Decided);
			ensure!(decided, "an outcome without a decision");
		}
		Self::check_policies()
	}

	fn check_phase(panel: &Panel) -> Result<(), TryRuntimeError> {
		let decided = panel.phase == Phase::Decided;
		ensure!(decided == panel.deadline.is_none(), "a panel never ends, or has but does not");
		ensure!(
			decided || (panel.phase == Phase::Drawing) == (panel.seats == 0),
			"a panel has seats before it is drawn, or none after"
		);
		ensure!(
			decided || panel.failed_draws < T::DrawAttemptsMax::get(),
			"a panel is drawn too often"
		);
		ensure!(Policies::<T>::contains_key(panel.policy), "a panel's policy does not exist");
		Ok(())
	}

	fn check_keys(id: ContentId, panel: &Panel) -> Result<(), TryRuntimeError> {
		let keys: usize = panel.keys.saturated_into();
		let needed = panel.phase != Phase::Decided && keys > 0;
		ensure!(
			SealedKeys::<T>::decode_len(id) == needed.then_some(keys),
			"sealed keys that should not be there, or too few"
		);
		ensure!(keys <= panel.members.len(), "keys are sealed to nobody");
		match panel.phase {
			Phase::Committing | Phase::Revealing => {
				ensure!(panel.is_sealed(), "a member works without its key");
			}
			Phase::Sealing => ensure!(!panel.is_sealed(), "a panel waits for keys that it has"),
			Phase::Drawing | Phase::Substituting | Phase::Decided => {}
		}
		Ok(())
	}

	fn check_seats(panel: &Panel) -> Result<(), TryRuntimeError> {
		let works = matches!(panel.phase, Phase::Sealing | Phase::Committing | Phase::Revealing);
		ensure!(
			!works || panel.members.len() >= panel.majority(),
			"a panel works on without a majority of its members"
		);
		ensure!(
			(panel.phase == Phase::Substituting) == panel.vacant_since.is_some(),
			"a seat waits for a substitute who is not drawn, or the other way round"
		);
		ensure!(
			panel.phase != Phase::Substituting || panel.vacant() > 0,
			"a substitute is drawn for a seat that is taken"
		);
		ensure!(panel.substitutes <= T::SubstitutesMax::get(), "there were too many substitutes");
		if panel.is_forming() {
			for member in &panel.members {
				let who = &member.account;
				ensure!(
					T::ScreeningSet::model_of(who).is_some() || Departures::<T>::contains_key(who),
					"a member has left office unnoticed"
				);
			}
		}
		Ok(())
	}

	fn check_duties(expected: BTreeSet<(AccountId, ContentId)>) -> Result<(), TryRuntimeError> {
		let stored: BTreeSet<_> = Duties::<T>::iter().map(|(who, id, ())| (who, id)).collect();
		ensure!(stored == expected, "a duty without work, or the other way round");
		let mut counted = BTreeMap::<AccountId, u32>::new();
		for (who, _) in stored {
			let count = counted.entry(who).or_default();
			*count = count.saturating_add(1);
		}
		ensure!(
			counted.values().all(|count| *count <= T::DutiesMax::get()),
			"a member has too much to do"
		);
		ensure!(*OpenDuties::<T>::get() == counted, "a member's duties are miscounted");
		Ok(())
	}

	fn check_members(id: ContentId, panel: &Panel) -> Result<(), TryRuntimeError> {
		if panel.members.is_empty() {
			return Ok(());
		}
		let accounts: BTreeSet<_> = panel.members.iter().map(|member| &member.account).collect();
		ensure!(accounts.len() == panel.members.len(), "a member is on a panel twice");
		let seats: usize = panel.seats.saturated_into();
		ensure!(
			panel.seats >= PANEL_MIN && panel.members.len() <= seats,
			"a panel has too few seats, or too many members"
		);
		let judges_itself = T::Registry::owner(&id).is_some_and(|owner| accounts.contains(&owner));
		ensure!(!judges_itself, "a publisher is on its own panel");
		ensure!(
			panel.requested_at < panel.round && panel.round <= Self::now(),
			"a panel was drawn before it was requested, or will be"
		);
		let may_reveal = matches!(panel.phase, Phase::Revealing | Phase::Decided);
		let keys: usize = panel.keys.saturated_into();
		for (place, member) in panel.members.iter().enumerate() {
			let model = member.commitment.map(|commitment| commitment.model);
			ensure!(model.is_none() || place < keys, "a commitment without the key");
			ensure!(
				model.is_none_or(|model| Self::admits(panel.policy, &model)),
				"a commitment with a model that the policy does not admit"
			);
			let Some(verdict) = &member.verdict else { continue };
			ensure!(may_reveal, "a verdict out of turn");
			ensure!(model == Some(verdict.model), "a verdict of another model than committed to");
		}
		Ok(())
	}

	fn check_policies() -> Result<(), TryRuntimeError> {
		let stored: BTreeSet<_> = Policies::<T>::iter_keys().collect();
		let expected: BTreeSet<_> =
			CurrentPolicy::<T>::get().map(|current| 0..=current).into_iter().flatten().collect();
		ensure!(stored == expected, "a policy is missing or too many");
		for (version, models) in AdmittedModels::<T>::iter() {
			ensure!(stored.contains(&version), "models are admitted by no policy");
			let distinct: BTreeSet<_> = models.iter().collect();
			ensure!(
				!models.is_empty()
					&& distinct.len() == models.len()
					&& !models.contains(&ModelHash::default()),
				"a list of models is empty, or names one twice or none"
			);
		}
		Ok(())
	}
}
