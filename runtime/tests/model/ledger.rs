//! What was minted, burned and paid, as the events tell and the schedule allows; computed apart from
//! the pallets.

use crate::holds::Sweep;
use pallet_rewards::{EraReward, Event as Rewarded, Split};
use popnet_primitives::{
	content::ContentId,
	rewards::{PaidTo, Role},
};
use popnet_runtime::{
	constants::{currency, rewards},
	AccountId, Balance, BlockNumber, LitInstance, Runtime, RuntimeEvent,
};
use sp_core::U256;
use sp_runtime::Perbill;
use std::collections::{BTreeMap, BTreeSet};

type Check = Result<(), String>;
/// An era.
pub type Era = u32;

/// What an era pays for something, and has paid.
#[derive(Default, Clone, Copy)]
struct Budget {
	amount: Balance,
	paid: Balance,
	is_settled: bool,
}

/// A page of a Delegate's backers in an era.
type Page = (Era, AccountId, u32);

/// The books of the chain.
pub struct Ledger {
	/// The era that is running.
	pub era: Era,
	/// Accounts that were paid for a role in an era, with where it went.
	pub paid: BTreeMap<(Era, Role, AccountId), PaidTo>,
	/// Pages that staking has paid.
	pub pages: BTreeSet<Page>,
	/// POP units that members of pools were slashed.
	pub pooled_slashes: Balance,
	pop: Balance,
	lit: Balance,
	paid_until: BlockNumber,
	split: Split,
	roles: BTreeMap<(Era, Role), Budget>,
	stakers: BTreeMap<Era, Budget>,
	/// Who was paid on a page.
	staker_payments: BTreeSet<(Page, AccountId)>,
	page: Option<Page>,
	joined: Option<(Era, Balance)>,
	owed: Balance,
	owners: BTreeMap<ContentId, AccountId>,
	/// LIT units burned by tips for each creator.
	tips: BTreeMap<Era, BTreeMap<AccountId, u128>>,
	minted: Balance,
	burned_lit: Balance,
	generated: Balance,
	slashed: Balance,
	/// Scheduled calls that succeeded.
	enacted: u32,
}

/// `amount · share`, rounded down.
fn part(amount: Balance, share: Perbill) -> Balance {
	amount / 1_000_000_000 * Balance::from(share.deconstruct())
		+ amount % 1_000_000_000 * Balance::from(share.deconstruct()) / 1_000_000_000
}

/// POP units that are left of the pool after `block`: `pool · ((all − block) / all)²`, rounded down.
fn left(block: BlockNumber) -> Balance {
	let all = U256::from(rewards::BLOCKS);
	let rest = all - U256::from(block);
	let units = U256::from(rewards::POOL) * rest * rest / (all * all);
	units.as_u128()
}

fn is(condition: bool, error: impl FnOnce() -> String) -> Check {
	if condition {
		return Ok(());
	}
	Err(error())
}

impl Ledger {
	/// The books at genesis, when nothing was minted beside the balances.
	pub fn at_genesis(sweep: &Sweep) -> Self {
		Self {
			era: 0,
			paid: BTreeMap::new(),
			pages: BTreeSet::new(),
			pooled_slashes: 0,
			pop: sweep.pop,
			lit: sweep.lit,
			paid_until: 0,
			split: Split {
				masternodes: Perbill::from_percent(35),
				stakers: Perbill::from_percent(30),
				creators: Perbill::from_percent(15),
				superdelegates: Perbill::from_percent(10),
				treasury: Perbill::from_percent(10),
			},
			roles: BTreeMap::new(),
			stakers: BTreeMap::new(),
			staker_payments: BTreeSet::new(),
			page: None,
			joined: None,
			owed: 0,
			owners: BTreeMap::new(),
			tips: BTreeMap::new(),
			minted: 0,
			burned_lit: 0,
			generated: 0,
			slashed: 0,
			enacted: 0,
		}
	}

	/// Enters the events of block `number`.
	pub fn read(&mut self, number: BlockNumber, events: &[RuntimeEvent]) -> Check {
		self.page = None;
		for event in events {
			match event {
				RuntimeEvent::Balances(event) => self.read_pop(event),
				RuntimeEvent::Lit(event) => self.read_lit(event),
				RuntimeEvent::Staking(event) => self.read_staking(event)?,
				RuntimeEvent::Rewards(event) => self.read_rewards(number, event)?,
				RuntimeEvent::LitGeneration(pallet_lit::Event::Generated { amount, .. }) => {
					self.lit += amount;
					self.generated += amount;
				}
				RuntimeEvent::TransactionPayment(
					pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
				) => self.burn_lit(*actual_fee),
				RuntimeEvent::Sponsorship(pallet_sponsorship::Event::Introduced {
					price, ..
				}) => self.burn_lit(*price),
				RuntimeEvent::DelegatedStaking(pallet_delegated_staking::Event::Slashed {
					amount,
					..
				}) => self.pooled_slashes += amount,
				RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched {
					result: Ok(()),
					..
				}) => self.enacted += 1,
				RuntimeEvent::Content(pallet_content::Event::Registered { id, owner, .. }) => {
					self.owners.insert(*id, owner.clone());
				}
				RuntimeEvent::Content(pallet_content::Event::Tipped { id, burned, .. }) => {
					self.burn_lit(*burned);
					let owner = self.owners.get(id).ok_or("a tip for nothing")?.clone();
					*self.tips.entry(self.era).or_default().entry(owner).or_default() += burned;
				}
				_ => {}
			}
		}
		Ok(())
	}

	/// LIT units that were burned.
	pub fn burn_lit(&mut self, amount: Balance) {
		self.lit -= amount;
		self.burned_lit += amount;
	}

	/// POP is burned as dust and by whoever wants to.
	fn read_pop(&mut self, event: &pallet_balances::Event<Runtime>) {
		if let pallet_balances::Event::DustLost { amount, .. } = event {
			self.pop -= amount;
		}
	}

	fn read_lit(&mut self, event: &pallet_balances::Event<Runtime, LitInstance>) {
		if let pallet_balances::Event::DustLost { amount, .. } = event {
			self.burn_lit(*amount);
		}
	}

	/// POP units that somebody has burned by a call of its own.
	pub fn burn_pop(&mut self, amount: Balance) {
		self.pop -= amount;
	}

	fn read_staking(&mut self, event: &pallet_staking::Event<Runtime>) -> Check {
		use pallet_staking::Event;
		match event {
			Event::PayoutStarted { era_index, validator_stash, page, .. } => {
				let page = (*era_index, validator_stash.clone(), *page);
				is(self.pages.insert(page.clone()), || format!("{page:?} is paid twice"))?;
				self.page = Some(page);
			}
			Event::Rewarded { stash, amount, .. } => {
				let page = self.page.clone().ok_or("a reward without a page")?;
				let budget = self.stakers.get_mut(&page.0).ok_or("a reward of no era")?;
				budget.paid += amount;
				let Budget { amount: most, paid, .. } = *budget;
				is(paid <= most, || format!("{paid} of {most} are paid to stakers of {page:?}"))?;
				let payment = (page, stash.clone());
				is(!self.staker_payments.contains(&payment), || format!("{payment:?} twice"))?;
				self.staker_payments.insert(payment);
				self.mint(*amount);
			}
			Event::Slashed { amount, .. } => self.slashed += amount,
			_ => {}
		}
		Ok(())
	}

	fn mint(&mut self, amount: Balance) {
		self.pop += amount;
		self.minted += amount;
	}

	fn read_rewards(&mut self, number: BlockNumber, event: &Rewarded<Runtime>) -> Check {
		match event {
			Rewarded::SplitChanged { split } => self.split = *split,
			Rewarded::MasternodesJoined { with, amount, .. } => {
				self.joined = Some((*with, *amount))
			}
			Rewarded::EraEnded { era, reward } => self.end_era(number, *era, reward)?,
			Rewarded::Paid { era, role, who, amount, carried, to } => {
				let key = (*era, *role, who.clone());
				is(!self.paid.contains_key(&key), || format!("{key:?} is paid twice"))?;
				self.check_creator(&key, *amount)?;
				self.paid.insert(key, *to);
				self.take(*era, *role, *amount)?;
				if *to != PaidTo::Carried {
					self.owed -= amount + carried;
				}
			}
			Rewarded::CarryPaid { amount, .. } | Rewarded::CarryForfeited { amount, .. } => {
				self.owed -= amount;
			}
			Rewarded::Settled { era, role, rest }
			| Rewarded::NobodyEarned { era, role, amount: rest } => {
				self.take(*era, *role, *rest)?;
				self.owed -= rest;
				let budget = self.roles.entry((*era, *role)).or_default();
				let Budget { amount, paid, .. } = *budget;
				is(amount == paid, || format!("{role:?} of era {era}: {paid} of {amount} paid"))?;
				budget.is_settled = true;
			}
			_ => {}
		}
		Ok(())
	}

	/// An era must pay what the schedule says, divided by the split.
	fn end_era(&mut self, number: BlockNumber, era: Era, reward: &EraReward) -> Check {
		is(era == self.era, || format!("era {era} has ended, not {}", self.era))?;
		let total = left(self.paid_until) - left(number);
		self.paid_until = number;
		self.era += 1;
		let split = self.split;
		let planned = EraReward {
			masternodes: part(total, split.masternodes),
			stakers: part(total, split.stakers),
			creators: part(total, split.creators),
			superdelegates: part(total, split.superdelegates),
			treasury: reward.treasury,
		};
		is(planned == *reward && reward.total() == total, || {
			format!("era {era} has {total} to pay and pays {reward:?}")
		})?;
		let collected = match self.joined.take() {
			Some((with, amount)) if amount == reward.masternodes && with < era => with,
			None => era,
			Some(joined) => return Err(format!("the Masternodes' share went to {joined:?}")),
		};
		let amounts = [
			(collected, Role::Masternode, reward.masternodes),
			(era, Role::Creator, reward.creators),
			(era, Role::Superdelegate, reward.superdelegates),
		];
		for (era, role, amount) in amounts {
			let budget = self.roles.entry((era, role)).or_default();
			is(!budget.is_settled, || format!("{role:?} of era {era} is paid already"))?;
			budget.amount += amount;
			self.owed += amount;
		}
		self.stakers.insert(era, Budget { amount: reward.stakers, ..Budget::default() });
		// Staking mints the stakers' part when it pays.
		self.mint(total - reward.stakers);
		Ok(())
	}

	fn take(&mut self, era: Era, role: Role, amount: Balance) -> Check {
		let budget = self.roles.get_mut(&(era, role)).ok_or("a payment of no era")?;
		budget.paid += amount;
		let Budget { amount, paid, is_settled } = *budget;
		is(!is_settled, || format!("{role:?} of era {era} was paid out"))?;
		is(paid <= amount, || format!("{role:?} of era {era}: {paid} of {amount} paid"))
	}

	/// A creator must get its part of what was burned for all.
	fn check_creator(&self, (era, role, who): &(Era, Role, AccountId), amount: Balance) -> Check {
		if *role != Role::Creator {
			return Ok(());
		}
		let tips = self.tips.get(era).ok_or("a creator of an era without tips")?;
		let own = tips.get(who).copied().unwrap_or_default();
		let all: u128 = tips.values().sum();
		let budget = self.roles.get(&(*era, *role)).map_or(0, |budget| budget.amount);
		let share = (U256::from(budget) * U256::from(own) / U256::from(all)).as_u128();
		is(amount == share, || format!("{who:?} got {amount} of {share} in era {era}"))
	}

	/// Compares the books with what accounts have.
	pub fn check(&self, sweep: &Sweep) -> Check {
		let pop = popnet_runtime::Balances::total_issuance();
		let lit = popnet_runtime::Lit::total_issuance();
		is(pop == self.pop, || format!("{pop} POP units are issued, not {}", self.pop))?;
		is(lit == self.lit, || format!("{lit} LIT units are issued, not {}", self.lit))?;
		is(sweep.pop == pop, || format!("accounts have {} POP units of {pop}", sweep.pop))?;
		is(sweep.lit == lit, || format!("accounts have {} LIT units of {lit}", sweep.lit))?;
		let owed = pallet_rewards::Owed::<Runtime>::get();
		is(owed == self.owed, || format!("{owed} are owed, not {}", self.owed))?;
		let needed = if owed > 0 { owed + currency::EXISTENTIAL_DEPOSIT_POP } else { 0 };
		is(sweep.pot >= needed, || format!("the pot has {} of {needed}", sweep.pot))?;
		let most = rewards::POOL - left(self.paid_until);
		is(self.minted <= most, || format!("{} of {most} are minted", self.minted))
	}

	/// What has happened, in a line.
	pub fn summary(&self) -> String {
		format!(
			"{} eras, {} payments for roles, {} to stakers, minted {} POP units, slashed {}, generated {} \
			 LIT units, burned {}, {} scheduled calls",
			self.era,
			self.paid.len(),
			self.staker_payments.len(),
			self.minted,
			self.slashed,
			self.generated,
			self.burned_lit,
			self.enacted
		)
	}

	/// Checks that there was something to check: everybody was paid, and somebody slashed.
	pub fn check_busy(&self) {
		for role in Role::ALL {
			assert!(self.paid.keys().any(|(_, paid, _)| *paid == role), "no {role:?} was paid");
		}
		assert!(!self.staker_payments.is_empty(), "no staker was paid");
		assert!(self.slashed > 0, "nobody was slashed");
		assert!(self.enacted > 0, "nothing was enacted");
		assert!(self.generated > 0 && self.burned_lit > 0, "LIT did not circulate");
	}
}
