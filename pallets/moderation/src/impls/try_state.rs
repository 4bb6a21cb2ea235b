//! The invariants of the pallet's header.

use crate::{
	Config, CurrentPolicy, Deadlines, DeadlinesFrom, Duties, Outcomes, Pallet, Panel, Panels,
	Phase, Policies, SealedKeys,
};
use alloc::collections::BTreeSet;
use frame_support::ensure;
use popnet_primitives::content::ContentId;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut deadlines = BTreeSet::new();
		let mut duties = BTreeSet::new();
		for (id, panel) in Panels::<T>::iter() {
			Self::check_panel(id, &panel)?;
			deadlines.extend(panel.deadline.map(|deadline| (deadline, id)));
			if panel.phase != Phase::Decided {
				for member in panel.members {
					ensure!(duties.insert((member.account, id)), "a member is on a panel twice");
				}
			}
		}
		let stored: BTreeSet<_> = Deadlines::<T>::iter().map(|(at, id, ())| (at, id)).collect();
		ensure!(stored == deadlines, "a deadline without a panel, or the other way round");
		if let Some(from) = DeadlinesFrom::<T>::get() {
			ensure!(stored.iter().all(|(at, _)| *at >= from), "a deadline was passed over");
		}
		let stored: BTreeSet<_> = Duties::<T>::iter().map(|(who, id, ())| (who, id)).collect();
		ensure!(stored == duties, "a duty without a panel, or the other way round");
		for id in SealedKeys::<T>::iter_keys() {
			ensure!(Panels::<T>::contains_key(id), "sealed keys belong to no panel");
		}
		for id in Outcomes::<T>::iter_keys() {
			let decided = Panels::<T>::get(id).is_some_and(|panel| panel.phase == Phase::Decided);
			ensure!(decided, "an outcome without a decision");
		}
		Self::check_policies()
	}

	fn check_panel(id: ContentId, panel: &Panel) -> Result<(), TryRuntimeError> {
		let decided = panel.phase == Phase::Decided;
		ensure!(decided == panel.deadline.is_none(), "a panel never ends, or has but does not");
		ensure!(
			decided || (panel.phase == Phase::Drawing) == panel.members.is_empty(),
			"a panel has members before it is drawn, or none after"
		);
		let keys = SealedKeys::<T>::decode_len(id);
		let expected = matches!(panel.phase, Phase::Committing | Phase::Revealing)
			.then_some(panel.members.len());
		ensure!(keys == expected, "sealed keys that should not be there, or too few");
		ensure!(Policies::<T>::contains_key(panel.policy), "a panel's policy does not exist");
		for member in &panel.members {
			let may_reveal = matches!(panel.phase, Phase::Revealing | Phase::Decided);
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
