//! The tracks of referenda: what each kind of decision needs to pass, and how long it takes.

use super::origins::Origin;
use crate::{
	configs::pace::Pace,
	constants::{governance, time, POP},
	Balance, BlockNumber, OriginCaller,
};
use alloc::{borrow::Cow, vec::Vec};
use frame_system::RawOrigin;
use pallet_referenda::{Curve, Track, TrackInfo};
use sp_runtime::{FixedI64, Perbill};

/// Number of a track, which is the number of its origin in `Origin` plus ten; root is zero.
pub type TrackId = u16;

/// Share of approving votes: all at the start, half at the end.
const APPROVAL: Curve = Curve::LinearDecreasing {
	length: Perbill::one(),
	floor: Perbill::from_percent(50),
	ceil: Perbill::one(),
};

/// Share of all POP that has to support a decision, from `ceil` at the start down to `floor` percent.
const fn support(ceil: u32, floor: u32) -> Curve {
	Curve::LinearDecreasing {
		length: Perbill::one(),
		floor: Perbill::from_percent(floor),
		ceil: Perbill::from_percent(ceil),
	}
}

/// Approval that two thirds must give at half time, for decisions that leave nothing to undo.
const CAREFUL: Curve = Curve::make_reciprocal(
	1,
	2,
	FixedI64::from_rational(2, 3),
	FixedI64::from_rational(1, 2),
	FixedI64::from_u32(1),
);

/// What distinguishes one track from another. Times are in hours of the real pace.
struct Rules {
	id: TrackId,
	name: &'static str,
	max_deciding: u32,
	deposit: Balance,
	prepare_hours: BlockNumber,
	decision_days: BlockNumber,
	confirm_hours: BlockNumber,
	enactment_hours: BlockNumber,
	approval: Curve,
	support: Curve,
}

const TRACKS: [Rules; 8] = [
	Rules {
		id: 0,
		name: "root",
		max_deciding: 1,
		deposit: 100_000 * POP,
		prepare_hours: 2,
		decision_days: 14,
		confirm_hours: 24,
		enactment_hours: 24,
		approval: CAREFUL,
		support: support(50, 5),
	},
	Rules {
		id: 10,
		name: "economy",
		max_deciding: 3,
		deposit: 20_000 * POP,
		prepare_hours: 2,
		decision_days: 14,
		confirm_hours: 24,
		enactment_hours: 24,
		approval: CAREFUL,
		support: support(50, 2),
	},
	Rules {
		id: 11,
		name: "moderation policy",
		max_deciding: 5,
		deposit: 5_000 * POP,
		prepare_hours: 2,
		decision_days: 7,
		confirm_hours: 12,
		enactment_hours: 6,
		approval: APPROVAL,
		support: support(25, 1),
	},
	Rules {
		id: 12,
		name: "superdelegates",
		max_deciding: 5,
		deposit: 5_000 * POP,
		prepare_hours: 1,
		decision_days: 7,
		confirm_hours: 3,
		enactment_hours: 0,
		approval: APPROVAL,
		support: support(25, 1),
	},
	Rules {
		id: 13,
		name: "staking",
		max_deciding: 10,
		deposit: 5_000 * POP,
		prepare_hours: 1,
		// A slash is applied after three days and a half; this has to be faster.
		decision_days: 2,
		confirm_hours: 3,
		enactment_hours: 0,
		approval: APPROVAL,
		support: support(25, 1),
	},
	Rules {
		id: 14,
		name: "treasury",
		max_deciding: 20,
		deposit: 2_000 * POP,
		prepare_hours: 2,
		decision_days: 14,
		confirm_hours: 24,
		enactment_hours: 24,
		approval: APPROVAL,
		support: support(25, 1),
	},
	Rules {
		id: 15,
		name: "referendum canceller",
		max_deciding: 20,
		deposit: 5_000 * POP,
		prepare_hours: 1,
		decision_days: 3,
		confirm_hours: 3,
		enactment_hours: 0,
		approval: APPROVAL,
		support: support(10, 1),
	},
	Rules {
		id: 16,
		name: "referendum killer",
		max_deciding: 20,
		deposit: 20_000 * POP,
		prepare_hours: 1,
		decision_days: 7,
		confirm_hours: 3,
		enactment_hours: 0,
		approval: CAREFUL,
		support: support(25, 2),
	},
];

impl Rules {
	/// Blocks of so many hours, in the present pace.
	fn hours(hours: BlockNumber) -> BlockNumber {
		Pace::pick(hours * time::HOURS, governance::FAST_BLOCKS_PER_HOUR * hours)
	}

	fn track(&self) -> Track<TrackId, Balance, BlockNumber> {
		let mut name = [0; 25];
		for (slot, byte) in name.iter_mut().zip(self.name.bytes()) {
			*slot = byte;
		}
		Track {
			id: self.id,
			info: TrackInfo {
				name,
				max_deciding: self.max_deciding,
				decision_deposit: self.deposit,
				prepare_period: Self::hours(self.prepare_hours),
				decision_period: Pace::pick(
					self.decision_days * time::DAYS,
					governance::FAST_DECISION_BLOCKS,
				),
				confirm_period: Self::hours(self.confirm_hours),
				min_enactment_period: Self::hours(self.enactment_hours).max(1),
				min_approval: self.approval.clone(),
				min_support: self.support.clone(),
			},
		}
	}
}

/// The tracks of this runtime.
pub struct Tracks;

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for Tracks {
	type Id = TrackId;
	type RuntimeOrigin = OriginCaller;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<TrackId, Balance, BlockNumber>>> {
		TRACKS.iter().map(|rules| Cow::Owned(rules.track())).collect::<Vec<_>>().into_iter()
	}

	fn track_for(origin: &OriginCaller) -> Result<TrackId, ()> {
		match origin {
			OriginCaller::system(RawOrigin::Root) => Ok(0),
			OriginCaller::Origins(decided) => Ok(match decided {
				Origin::Economy => 10,
				Origin::ModerationPolicy => 11,
				Origin::Superdelegates => 12,
				Origin::Staking => 13,
				Origin::Treasury => 14,
				Origin::ReferendumCanceller => 15,
				Origin::ReferendumKiller => 16,
			}),
			_ => Err(()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_referenda::TracksInfo;

	#[test]
	fn tracks_are_consistent_in_both_paces() {
		sp_io::TestExternalities::default().execute_with(|| {
			for pace in [Pace::Real, Pace::Fast] {
				crate::configs::pace::Current::<crate::Runtime>::put(pace);
				assert_eq!(Tracks::check_integrity(), Ok(()));
				for track in Tracks::tracks() {
					assert!(track.info.confirm_period <= track.info.decision_period);
					assert!(track.info.decision_period > 0);
				}
			}
		});
	}
}
