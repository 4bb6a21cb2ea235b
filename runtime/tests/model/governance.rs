//! Token holders: referenda from submission to refund, and what they decide.

use crate::{chain::hash_of, world::World};
use codec::Encode;
use frame_support::traits::{fungible::Inspect, schedule::DispatchTime, Bounded};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::ReferendumInfo;
use pallet_rewards::Split;
use popnet_primitives::moderation::{Category, SCORE_MAX};
use popnet_runtime::{
	configs::governance::origins::Origin, constants::POP, Balance, OriginCaller, Runtime,
	RuntimeCall, Treasury,
};
use sp_runtime::Perbill;

type Voting = pallet_conviction_voting::Call<Runtime>;
type Referenda = pallet_referenda::Call<Runtime>;
type Preimages = pallet_preimage::Call<Runtime>;

impl World {
	fn ongoing(&self) -> Vec<u32> {
		pallet_referenda::ReferendumInfoFor::<Runtime>::iter()
			.filter(|(_, info)| matches!(info, ReferendumInfo::Ongoing(_)))
			.map(|(index, _)| index)
			.collect()
	}

	/// Something that a token holder does.
	pub fn act_governance(&mut self) {
		let ongoing = self.ongoing();
		let who = self.whale();
		match self.random.below(12) {
			// Time to leap is when nothing is to be decided.
			0 if ongoing.len() < 3 && !(self.leaps() && self.ledger.era % 12 < 6) => self.propose(),
			1..=5 => {
				let Some(poll_index) = self.random.pick(&ongoing) else { return };
				self.vote_on(who, poll_index);
			}
			6 => {
				let account = self.account(who);
				let votes: Vec<_> =
					pallet_conviction_voting::VotingFor::<Runtime>::iter_prefix(account)
						.filter_map(|(class, voting)| match voting {
							pallet_conviction_voting::Voting::Casting(casting) => {
								Some((class, casting.votes.first()?.0))
							}
							pallet_conviction_voting::Voting::Delegating(_) => None,
						})
						.collect();
				let Some((class, index)) = self.random.pick(&votes) else { return };
				let call = Voting::remove_vote { class: Some(class), index };
				let _ = self.send("take a vote back", who, call);
			}
			7 => {
				let class = self.random.pick(&[10, 11, 12, 13, 14, 15, 16]).unwrap();
				let target = self.account(who).into();
				let _ = self.send("unlock votes", who, Voting::unlock { class, target });
			}
			8 => {
				let index = self.past_referendum();
				let call = Referenda::refund_submission_deposit { index };
				let _ = self.send("take a submission deposit back", who, call);
			}
			9 | 10 => {
				let index = self.past_referendum();
				let call = Referenda::refund_decision_deposit { index };
				let _ = self.send("take a decision deposit back", who, call);
			}
			_ => {
				let spends: Vec<_> = pallet_treasury::Spends::<Runtime>::iter_keys().collect();
				let Some(index) = self.random.pick(&spends) else { return };
				let call = pallet_treasury::Call::payout { index };
				let _ = self.send("collect from the treasury", who, call);
			}
		}
	}

	fn past_referendum(&mut self) -> u32 {
		let count = pallet_referenda::ReferendumCount::<Runtime>::get();
		let recent = self.random.below(count.clamp(1, 12));
		count.saturating_sub(1).saturating_sub(recent)
	}

	fn vote_on(&mut self, who: usize, poll_index: u32) {
		let total = popnet_runtime::Balances::total_balance(&self.actors[who].account);
		let balance = total / 2;
		// Whoever proposed wants it, and mostly convinces the others.
		let aye = self.digest((b"popular", poll_index))[0] < 190 || self.random.chance(20);
		let conviction = self.random.pick(&[Conviction::None, Conviction::Locked1x]).unwrap();
		let vote = AccountVote::Standard { vote: Vote { aye, conviction }, balance };
		let _ = self.send("vote", who, Voting::vote { poll_index, vote });
	}

	/// What is proposed, by what kind of decision, and what it is counted as.
	fn proposal(&mut self) -> (&'static str, OriginCaller, RuntimeCall) {
		let beneficiary = self.person();
		let beneficiary = self.account(beneficiary);
		match self.random.below(9) {
			0 => {
				let rate = pallet_lit::Current::<Runtime>::get().rate;
				let rate = rate / 10 * u128::from(self.random.range(6, 19));
				(
					"propose a rate",
					Origin::Economy.into(),
					pallet_lit::Call::set_rate { rate }.into(),
				)
			}
			1 => {
				let more = self.random.below(10);
				let split = Split {
					stakers: Perbill::from_percent(20 + more),
					creators: Perbill::from_percent(25 - more),
					..Split::default()
				};
				let call = pallet_rewards::Call::set_split { split };
				("propose a split", Origin::Economy.into(), call.into())
			}
			2 => {
				let seats = self.random.range(2, 5);
				let call = pallet_superdelegates::Call::set_seats { seats };
				("propose seats", Origin::Superdelegates.into(), call.into())
			}
			3 => {
				let name = b"moderation-test-card".to_vec().try_into().unwrap();
				let policy = vec![Category { name, threshold: SCORE_MAX / 2 }].try_into().unwrap();
				let call = pallet_moderation::Call::set_policy { policy };
				("propose a policy", Origin::ModerationPolicy.into(), call.into())
			}
			4 => {
				let era = pallet_staking::UnappliedSlashes::<Runtime>::iter_keys().last();
				let call = pallet_staking::Call::cancel_deferred_slash {
					era: era.unwrap_or_default(),
					slash_indices: vec![0],
				};
				("propose to cancel a slash", Origin::Staking.into(), call.into())
			}
			5 => {
				let index = self.ongoing().last().copied().unwrap_or_default();
				let call = pallet_referenda::Call::cancel { index };
				("propose to cancel a referendum", Origin::ReferendumCanceller.into(), call.into())
			}
			6 => {
				let index = self.ongoing().last().copied().unwrap_or_default();
				let call = pallet_referenda::Call::kill { index };
				("propose to kill a referendum", Origin::ReferendumKiller.into(), call.into())
			}
			_ => {
				let pot = popnet_runtime::Balances::free_balance(Treasury::account_id());
				let amount: Balance = self.random.amount(pot / 10);
				let call = pallet_treasury::Call::spend {
					asset_kind: Box::new(()),
					amount,
					beneficiary: Box::new(beneficiary),
					valid_from: None,
				};
				("propose to spend", Origin::Treasury.into(), call.into())
			}
		}
	}

	fn propose(&mut self) {
		let who = self.whale();
		let (kind, origin, call) = self.proposal();
		let encoded = call.encode();
		let hash = hash_of(&call);
		let len = u32::try_from(encoded.len()).unwrap();
		let note = Preimages::note_preimage { bytes: encoded };
		let _ = self.send("note a preimage", who, note);
		if self.random.once_in(8) {
			let _ = self.send("take a preimage back", who, Preimages::unnote_preimage { hash });
			return;
		}
		let index = pallet_referenda::ReferendumCount::<Runtime>::get();
		let submit = Referenda::submit {
			proposal_origin: Box::new(origin),
			proposal: Bounded::Lookup { hash, len },
			enactment_moment: DispatchTime::After(1),
		};
		if self.send(kind, who, submit).is_err() {
			return;
		}
		if self.random.chance(85) {
			let deposit = Referenda::place_decision_deposit { index };
			let _ = self.send("place a decision deposit", who, deposit);
		}
		// Most decisions are not close.
		for voter in 0..self.random.below(8) {
			self.vote_on(usize::try_from(voter).unwrap(), index);
		}
	}

	/// More POP than anybody has.
	pub fn too_much() -> Balance {
		100_000_000 * POP
	}
}
