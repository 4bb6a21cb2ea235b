//! The invariants of the pallet's header.

use crate::{
	Config, CurrentPolicy, Deadlines, DeadlinesFrom, Duties, Outcomes, Pallet, Panel, Panels,
	Phase, Policies, SealedKeys, PANEL_MIN,
};
use alloc::collections::BTreeSet;
use frame_support::{ensure, traits::Get};
use popnet_primitives::{content::ContentId, traits::Registry};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut open = BTreeSet::new();
		let mut deadlines = BTreeSet::new();
		let mut duties = BTreeSet::new();
		for (id, panel) in Panels::<T>::iter() {
			Self::check_phase(id, &panel)?;
			Self::check_members(id, &panel)?;
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
		let stored: BTreeSet<_> = Duties::<T>::iter().map(|(who, id, ())| (who, id)).collect();
		ensure!(stored == duties, "a duty without work, or the other way round");
		for id in SealedKeys::<T>::iter_keys() {
			ensure!(Panels::<T>::contains_key(id), "sealed keys belong to no panel");
		}
		for id in Outcomes::<T>::iter_keys() {
			let decided = Panels::<T>::get(id).is_some_and(|panel| panel.phase == Phase::Decided);
			ensure!(decided, "an outcome without a decision");
		}
		Self::check_policies()
	}

	fn check_phase(id: ContentId, panel: &Panel) -> Result<(), TryRuntimeError> {
		let decided = panel.phase == Phase::Decided;
		ensure!(decided == panel.deadline.is_none(), "a panel never ends, or has but does not");
		ensure!(
			decided || (panel.phase == Phase::Drawing) == panel.members.is_empty(),
			"a panel has members before it is drawn, or none after"
		);
		ensure!(
			decided || panel.failed_draws < T::DrawAttemptsMax::get(),
			"a panel is drawn too often"
		);
		let works = matches!(panel.phase, Phase::Committing | Phase::Revealing);
		let keys = SealedKeys::<T>::decode_len(id);
		ensure!(
			keys == works.then_some(panel.members.len()),
			"sealed keys that should not be there, or too few"
		);
		ensure!(decided || panel.keys_sealed == works, "keys are sealed and not there, or both");
		ensure!(Policies::<T>::contains_key(panel.policy), "a panel's policy does not exist");
		Ok(())
	}

	fn check_members(id: ContentId, panel: &Panel) -> Result<(), TryRuntimeError> {
		if panel.members.is_empty() {
			return Ok(());
		}
		let accounts: BTreeSet<_> = panel.members.iter().map(|member| &member.account).collect();
		ensure!(accounts.len() == panel.members.len(), "a member is on a panel twice");
		ensure!(panel.members.len() >= PANEL_MIN as usize, "a panel has too few members");
		let judges_itself = T::Registry::owner(&id).is_some_and(|owner| accounts.contains(&owner));
		ensure!(!judges_itself, "a publisher is on its own panel");
		ensure!(
			panel.requested_at < panel.round && panel.round <= Self::now(),
			"a panel was drawn before it was requested, or will be"
		);
		let may_reveal = matches!(panel.phase, Phase::Revealing | Phase::Decided);
		for member in &panel.members {
			ensure!(
				member.commitment.is_none() || panel.keys_sealed,
				"a commitment without the keys"
			);
			ensure!(
				member.verdict.is_none() || (member.commitment.is_some() && may_reveal),
				"a verdict out of turn"
			);
		}
		Ok(())
	}

	fn check_policies() -> Result<(), TryRuntimeError> {
		let stored: BTreeSet<_> = Policies::<T>::iter_keys().collect();
		let expected: BTreeSet<_> =
			CurrentPolicy::<T>::get().map(|current| 0..=current).into_iter().flatten().collect();
		ensure!(stored == expected, "a policy is missing or too many");
		Ok(())
	}
}
