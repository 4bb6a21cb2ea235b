//! The invariants are noticed when they are broken.

use crate::{mock::*, *};
use popnet_primitives::{content::SEALED_KEY_BYTES, moderation::RiskVector};

/// Breaks a state with item 1 drawing, 2 sealing, 3 committing and 4 decided, and expects the
/// invariants to notice.
fn breaks(corrupt: impl FnOnce()) {
	build().execute_with(|| {
		let members = sealed(4);
		vote(&members, 4, &[score(1), score(2), score(3)]);
		sealed(3);
		draw(2);
		open(1).unwrap();
		Moderation::do_try_state().unwrap();

		corrupt();

		assert!(Moderation::do_try_state().is_err());
	});
}

fn change(n: u8, change: impl FnOnce(&mut Panel)) {
	Panels::<Test>::mutate(item(n), |panel| change(panel.as_mut().unwrap()));
}

#[test]
fn wrong_deadlines_are_noticed() {
	breaks(|| {
		let _ = Deadlines::<Test>::clear(u32::MAX, None);
	});
	breaks(|| Deadlines::<Test>::insert(500, item(4), ()));
	breaks(|| change(2, |panel| panel.deadline = None));
	breaks(|| DeadlinesFrom::<Test>::put(500));
}

#[test]
fn wrong_duties_are_noticed() {
	breaks(|| Duties::<Test>::insert(account(1), item(4), ()));
	breaks(|| Duties::<Test>::remove(&members(3)[0], item(3)));
	breaks(|| change(2, |panel| panel.members[0] = panel.members[1].clone()));
}

#[test]
fn wrong_phases_are_noticed() {
	breaks(|| change(2, |panel| panel.phase = Phase::Drawing));
	breaks(|| change(2, |panel| panel.phase = Phase::Committing));
	breaks(|| change(3, |panel| panel.members[0].verdict = Some(score(1))));
	breaks(|| change(4, |panel| panel.members[0].commitment = None));
}

#[test]
fn wrong_keys_outcomes_and_policies_are_noticed() {
	breaks(|| SealedKeys::<Test>::remove(item(3)));
	breaks(|| {
		let keys = SealedKeyList::truncate_from(vec![[0; SEALED_KEY_BYTES]; 2]);
		SealedKeys::<Test>::insert(item(3), keys);
	});
	breaks(|| SealedKeys::<Test>::insert(item(90), SealedKeyList::default()));
	breaks(|| Outcomes::<Test>::insert(item(3), RiskVector::default()));
	breaks(|| Policies::<Test>::insert(7, Moderation::policy()));
	breaks(|| change(1, |panel| panel.policy = 3));
}
