//! Holders who stake alone or through pools, Delegates, and the Superdelegates among them.

use crate::world::World;
use codec::Encode;
use frame_support::traits::Get;
use pallet_nomination_pools::{BondExtra, PoolState};
use pallet_staking::{RewardDestination, ValidatorPrefs};
use popnet_primitives::{rewards::Destination, traits::ReportDuty};
use popnet_runtime::{
	configs::{content::SlashedDuty, rewards::ActiveEra},
	constants::POP,
	AccountId, Balance, Runtime, Session, SessionKeys,
};
use sp_runtime::Perbill;

type Call = pallet_staking::Call<Runtime>;
type Pools = pallet_nomination_pools::Call<Runtime>;
type Duties = pallet_superdelegates::Call<Runtime>;

/// How many of the well-known accounts never stop being Delegates, so that there always are some.
const FAITHFUL: usize = 2;

impl World {
	fn validators(&self) -> Vec<AccountId> {
		pallet_staking::Validators::<Runtime>::iter_keys().collect()
	}

	fn targets(&mut self) -> Vec<AccountId> {
		let validators = self.validators();
		let count = self.random.range(1, 3);
		let picked: std::collections::BTreeSet<_> =
			(0..count).filter_map(|_| self.random.pick(&validators)).collect();
		picked.into_iter().collect()
	}

	fn destination(&mut self) -> RewardDestination<AccountId> {
		match self.random.below(4) {
			0 => RewardDestination::Stash,
			1 => RewardDestination::Account(self.actors[self.next_nobody].account.clone()),
			_ => RewardDestination::Staked,
		}
	}

	/// Somebody who stakes alone, mostly.
	fn staker(&mut self) -> usize {
		for _ in 0..4 {
			let who = self.person();
			if pallet_staking::Bonded::<Runtime>::contains_key(&self.actors[who].account) {
				return who;
			}
		}
		self.person()
	}

	/// Something that a staker does.
	pub fn act_staking(&mut self) {
		let who = self.staker();
		let account = self.account(who);
		let ledger = pallet_staking::Ledger::<Runtime>::get(&account);
		let active = ledger.as_ref().map_or(0, |ledger| ledger.active);
		let total = ledger.as_ref().map_or(0, |ledger| ledger.total);
		match self.random.below(16) {
			0 | 1 => self.start_staking(),
			2 => {
				let max_additional = self.random.amount(self.spendable(who));
				let _ = self.send("bond more", who, Call::bond_extra { max_additional });
			}
			3 | 4 if who >= FAITHFUL => {
				let all = self.random.chance(30);
				let value = if all { active } else { self.random.amount(active) };
				if all {
					let _ = self.send("chill", who, Call::chill {});
				}
				let _ = self.send("unbond", who, Call::unbond { value });
			}
			5 => {
				let value = self.random.amount(total - active);
				let _ = self.send("rebond", who, Call::rebond { value });
			}
			6..=8 => {
				// As many as there can be.
				let num_slashing_spans = 64;
				let call = Call::withdraw_unbonded { num_slashing_spans };
				let _ = self.send("withdraw what is unbonded", who, call);
			}
			9 | 10 if who >= FAITHFUL => {
				let targets = self.targets().into_iter().map(Into::into).collect();
				let _ = self.send("nominate", who, Call::nominate { targets });
			}
			11 if who >= FAITHFUL && self.random.chance(30) => {
				let _ = self.send("chill", who, Call::chill {});
			}
			12 => {
				let payee = self.destination();
				let _ = self.send("choose where rewards go", who, Call::set_payee { payee });
			}
			13 => {
				let somebody = self.staker();
				let dislocated = self.account(somebody).into();
				let call = pallet_bags_list::Call::<Runtime>::rebag { dislocated };
				let _ = self.send("rebag", who, call);
			}
			14 => {
				let destination = self.random.pick(&[Destination::Free, Destination::Compound]);
				let destination = destination.unwrap();
				let call = pallet_rewards::Call::set_destination { destination };
				let _ = self.send("choose what becomes of rewards", who, call);
			}
			_ => {
				let Some(validator_stash) = self.targets().pop() else { return };
				let era = ActiveEra::get().saturating_sub(1);
				let call = Call::payout_stakers_by_page { validator_stash, era, page: 0 };
				let _ = self.send("pay stakers by hand", who, call);
			}
		}
	}

	fn start_staking(&mut self) {
		let who = self.person();
		let value = self.random.amount(self.spendable(who) / 4);
		let payee = self.destination();
		if self.send("bond", who, Call::bond { value, payee }).is_err() {
			return;
		}
		let targets = self.targets().into_iter().map(Into::into).collect();
		let _ = self.send("nominate", who, Call::nominate { targets });
	}

	/// Something that a Delegate does, or a Superdelegate.
	pub fn act_delegates(&mut self) {
		let delegates = Session::validators();
		let one = self.random.pick(&delegates).unwrap();
		let other = self.random.pick(&delegates).unwrap();
		let Some(who) = self.index.get(&one).copied() else { return };
		let candidates: Vec<_> =
			pallet_superdelegates::Candidates::<Runtime>::iter_keys().collect();
		match self.random.below(12) {
			0 | 1 => self.become_delegate(),
			2 => {
				let commission = Perbill::from_percent(self.random.below(30));
				let prefs = ValidatorPrefs { commission, blocked: false };
				let _ = self.send("change commission", who, Call::validate { prefs });
			}
			3 if who >= FAITHFUL && self.random.once_in(4) => {
				let _ = self.send("chill", who, Call::chill {});
			}
			4 | 5 => {
				let others: Vec<_> =
					delegates.into_iter().filter(|one| !candidates.contains(one)).collect();
				let one = self.random.pick(&others).unwrap_or(one);
				let who = self.index[&one];
				let (screening_key, model) = (self.random.bytes(), [7; 32]);
				let _ = self.send("stand", who, Duties::stand { screening_key, model });
			}
			6..=8 => {
				let candidate = self.random.pick(&candidates).unwrap_or(other);
				let _ = self.send("approve of a candidate", who, Duties::approve { candidate });
			}
			9 if self.random.once_in(6) => {
				let candidate = self.random.pick(&candidates).unwrap_or(other);
				let _ = self.send("take approval back", who, Duties::disapprove { candidate });
			}
			10 if self.random.once_in(6) => {
				let _ = self.send("withdraw a candidacy", who, Duties::withdraw {});
			}
			_ => {
				let model = self.random.pick(&[[7; 32], [8; 32]]).unwrap();
				let _ = self.send("declare a model", who, Duties::declare_model { model });
			}
		}
	}

	fn become_delegate(&mut self) {
		let who = self.whale();
		let account = self.account(who);
		if pallet_staking::Validators::<Runtime>::contains_key(&account) {
			return;
		}
		if !pallet_staking::Bonded::<Runtime>::contains_key(&account) {
			let value = Balance::from(self.random.range(100_000, 1_500_000)) * POP;
			let payee = RewardDestination::Staked;
			let _ = self.send("bond", who, Call::bond { value, payee });
		} else {
			let max_additional = Balance::from(self.random.range(100_000, 1_500_000)) * POP;
			let _ = self.send("bond more", who, Call::bond_extra { max_additional });
		}
		let seed = format!("//Keys//{who}").into_bytes();
		let keys = SessionKeys::generate(&account.encode(), Some(seed));
		let call = pallet_session::Call::set_keys { keys: keys.keys, proof: keys.proof.encode() };
		let _ = self.send("set session keys", who, call);
		let prefs = ValidatorPrefs { commission: Perbill::from_percent(5), blocked: false };
		let _ = self.send("become a Delegate", who, Call::validate { prefs });
	}

	/// A Delegate is reported.
	pub fn offend(&mut self) {
		let delegates = Session::validators();
		let Some(who) = self.random.pick(&delegates) else { return };
		let strikes = self.random.range(1, 3);
		SlashedDuty::missed(&who, strikes);
		if self.random.once_in(4) {
			SlashedDuty::reversed(&who);
		}
		self.counts.entry("report an offence").or_default().done += 1;
	}

	fn member(&mut self) -> Option<(usize, u32)> {
		let members: Vec<_> = pallet_nomination_pools::PoolMembers::<Runtime>::iter().collect();
		let (account, member) = self.random.pick(&members)?;
		Some((*self.index.get(&account)?, member.pool_id))
	}

	/// Something that happens in a nomination pool.
	pub fn act_pools(&mut self) {
		let pools: Vec<_> = pallet_nomination_pools::BondedPools::<Runtime>::iter_keys().collect();
		let choice = self.random.below(14);
		if choice < 4 {
			return self.join_pool(&pools);
		}
		let Some((who, pool_id)) = self.member() else { return };
		let account = self.account(who);
		let somebody = self.person();
		let points = pallet_nomination_pools::PoolMembers::<Runtime>::get(&account)
			.map_or(0, |member| member.points);
		match choice {
			4 => {
				let amount = self.random.amount(self.spendable(who));
				let extra = match self.random.chance(30) {
					true => BondExtra::Rewards,
					false => BondExtra::FreeBalance(amount),
				};
				let _ = self.send("bond more in a pool", who, Pools::bond_extra { extra });
			}
			5 | 6 => {
				let unbonding_points =
					if self.random.chance(40) { points } else { self.random.amount(points) };
				let member_account = account.into();
				let call = Pools::unbond { member_account, unbonding_points };
				let _ = self.send("unbond from a pool", who, call);
			}
			7 | 8 => {
				let member_account = account.into();
				let call = Pools::withdraw_unbonded { member_account, num_slashing_spans: 8 };
				let _ = self.send("withdraw from a pool", somebody, call);
			}
			9 => {
				let _ = self.send("claim a pool's reward", who, Pools::claim_payout {});
			}
			10 => {
				let validators = self.targets();
				let call = Pools::nominate { pool_id, validators };
				let _ = self.send("nominate for a pool", who, call);
			}
			11 => {
				let commission = Perbill::from_percent(self.random.below(15));
				let new_commission = Some((commission, account));
				let call = Pools::set_commission { pool_id, new_commission };
				let _ = self.send("set a pool's commission", who, call);
			}
			12 => {
				let member_account = account.into();
				let call = Pools::apply_slash { member_account };
				let _ = self.send("apply a pool's slash", somebody, call);
			}
			_ => {
				let state = self.random.pick(&[PoolState::Blocked, PoolState::Open]).unwrap();
				let state = if self.random.chance(5) { PoolState::Destroying } else { state };
				let call = Pools::set_state { pool_id, state };
				let _ = self.send("change a pool's state", who, call);
			}
		}
	}

	fn join_pool(&mut self, pools: &[u32]) {
		let who = self.person();
		if pools.len() < 3 {
			let amount = Balance::from(self.random.range(1_000, 5_000)) * POP;
			let account = self.account(who);
			let call = Pools::create {
				amount,
				root: account.clone().into(),
				nominator: account.clone().into(),
				bouncer: account.into(),
			};
			if self.send("open a pool", who, call).is_ok() {
				let pool_id = pallet_nomination_pools::LastPoolId::<Runtime>::get();
				let validators = self.targets();
				let call = Pools::nominate { pool_id, validators };
				let _ = self.send("nominate for a pool", who, call);
			}
			return;
		}
		let amount = self.random.amount(self.spendable(who) / 4);
		let pool_id = self.random.pick(pools).unwrap();
		let _ = self.send("join a pool", who, Pools::join { amount, pool_id });
	}
}
