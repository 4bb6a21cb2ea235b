//! Lenders and borrowers of LIT, sponsors and those for whom they pay.

use crate::world::World;
use codec::Encode;
use pallet_sponsorship::{AllowedCall, Audience, PlanId, Terms};
use popnet_primitives::economics::LeaseTerms;
use popnet_runtime::{
	constants::{time, LIT, POP},
	AccountId, BlockNumber, LitGeneration, Runtime, RuntimeCall,
};
use sp_runtime::Perbill;

type Leases = pallet_lit::Call<Runtime>;
type Plans = pallet_sponsorship::Call<Runtime>;

fn remark(bytes: u32) -> RuntimeCall {
	let remark = vec![1; usize::try_from(bytes).unwrap()];
	RuntimeCall::System(frame_system::Call::remark { remark })
}

fn allowed(call: &RuntimeCall) -> AllowedCall {
	let bytes = call.encode();
	AllowedCall { pallet: bytes[0], call: Some(bytes[1]) }
}

impl World {
	/// Something about leases.
	pub fn act_leases(&mut self) {
		let accounts: Vec<AccountId> = pallet_lit::Accounts::<Runtime>::iter_keys().collect();
		let somebody = self.random.pick(&accounts).and_then(|who| self.index.get(&who).copied());
		let person = self.person();
		let who = somebody.unwrap_or(person);
		let account = self.account(who);
		match self.random.below(8) {
			0..=2 => self.lend(who),
			3 | 4 => {
				let given = LitGeneration::leases_of(&account).0;
				let lease = self.random.pick(&given).map_or(0, |lease| lease.id);
				let _ = self.send("end a lease", who, Leases::end_lease { lease });
			}
			5 => {
				let received = LitGeneration::leases_of(&account).1;
				let lease = self.random.pick(&received).map_or(0, |lease| lease.id);
				let _ = self.send("give a lease back", who, Leases::give_back { lease });
			}
			6 => {
				let _ = self.send("claim", who, Leases::claim {});
			}
			_ => {
				let payer = self.person();
				let _ = self.send("claim for another", payer, Leases::claim_for { who: account });
			}
		}
	}

	fn lend(&mut self, who: usize) {
		let stake = pallet_lit::Accounts::<Runtime>::get(self.account(who)).map_or(0, |a| a.stake);
		let terms = match self.random.chance(50) {
			true => LeaseTerms::Share(Perbill::from_percent(self.random.range(1, 60))),
			false => LeaseTerms::Fixed(100 * POP + self.random.amount(stake)),
		};
		let borrower = match self.random.chance(20) {
			true => self.actors[self.next_nobody + 1].account.clone(),
			false => {
				let person = self.person();
				self.account(person)
			}
		};
		let longest = if self.leaps() { 20 * time::DAYS } else { 1_000 };
		let end = self.chain.number() + 1 + self.random.below(longest);
		let _ = self.send("lend", who, Leases::lend { borrower, terms, end });
	}

	fn terms(&mut self) -> Terms<BlockNumber> {
		let call = remark(0);
		let blocks = if self.leaps() { 10 * time::DAYS } else { 3_000 };
		let last_block = self.chain.number() + self.random.range(100, blocks);
		Terms {
			audience: self.random.pick(&[Audience::Anyone, Audience::Listed]).unwrap(),
			introduces: self.random.chance(80),
			calls: vec![allowed(&call)].try_into().unwrap(),
			contracts: Default::default(),
			fee_max: LIT / 10,
			user_day_max: LIT / 5,
			day_max: LIT,
			failures_max: 3,
			users_max: self.random.range(2, 20),
			last_block,
		}
	}

	/// Something that a sponsor does, or somebody for whom it pays.
	pub fn act_sponsors(&mut self) {
		let plans: Vec<(PlanId, usize)> = pallet_sponsorship::Plans::<Runtime>::iter()
			.map(|(id, plan)| (id, self.index[&plan.sponsor]))
			.collect();
		let whale = self.whale();
		if plans.len() < 2 || (plans.len() < 6 && self.random.once_in(8)) {
			let terms = Box::new(self.terms());
			let funds = LIT + self.random.amount(3 * LIT);
			let _ = self.send("open a plan", whale, Plans::open { terms, funds });
			return;
		}
		let (plan, sponsor) = self.random.pick(&plans).unwrap();
		let users: Vec<AccountId> =
			pallet_sponsorship::Users::<Runtime>::iter_key_prefix(plan).collect();
		let somebody = self.person();
		let known = self.random.pick(&users).unwrap_or_else(|| self.account(somebody));
		match self.random.below(18) {
			0 | 1 => {
				let amount = self.random.amount(2 * LIT);
				let _ = self.send("fund a plan", sponsor, Plans::fund { plan, amount });
			}
			2 => {
				let terms = Box::new(self.terms());
				let _ = self.send("change a plan", sponsor, Plans::change { plan, terms });
			}
			3 | 4 => {
				let who = match self.random.chance(50) {
					true => self.account(somebody),
					false => self.actors[self.next_nobody].account.clone(),
				};
				let _ = self.send("admit to a plan", sponsor, Plans::admit { plan, who });
			}
			5 => {
				let _ =
					self.send("dismiss from a plan", sponsor, Plans::dismiss { plan, who: known });
			}
			6 if self.leaps() => {
				let call = Plans::forget { plan, who: known };
				let _ = self.send("forget a user of a plan", somebody, call);
			}
			7 if self.random.once_in(3) => {
				let users = self.random.below(10);
				let closer = if self.random.once_in(4) { somebody } else { sponsor };
				let _ = self.send("close a plan", closer, Plans::close { plan, users });
			}
			8..=10 => self.introduce(plan),
			_ => {
				let who = self.index.get(&known).copied().unwrap_or(somebody);
				let call = Box::new(remark(self.random.below(300)));
				let _ = self.send("be sponsored", who, Plans::sponsored { plan, call });
			}
		}
	}

	/// The first transaction of an account that has nothing.
	fn introduce(&mut self, plan: PlanId) {
		let who = self.next_nobody;
		if who + 2 >= self.actors.len() {
			return;
		}
		let call = Box::new(remark(10));
		let sent = self.send("be introduced by a plan", who, Plans::sponsored { plan, call });
		if sent.is_ok() {
			self.next_nobody += 1;
		}
	}
}
