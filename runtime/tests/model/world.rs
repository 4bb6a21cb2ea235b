//! The chain with all who act on it, and what the model knows of it.

use crate::{
	chain::{fresh, Chain},
	generation::Generation,
	holds,
	ledger::Ledger,
	random::Random,
};
use codec::Encode;
use popnet_primitives::content::ContentId;
use popnet_runtime::{
	constants::{content::COMMIT_BLOCKS, time, LIT, POP},
	AccountId, Balance, BlockNumber, Runtime, RuntimeCall, RuntimeEvent, System,
};
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError,
};
use std::collections::BTreeMap;

/// Masternodes of genesis.
const MASTERNODES: u32 = 12;
/// People who get something to begin with.
const PEOPLE: u32 = 16;
/// Accounts that have nothing.
const NOBODIES: u32 = 400;
/// Blocks after which the state is committed.
const COMMIT_EVERY: BlockNumber = 40;

/// How time passes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
	/// An era has three sessions, as ever.
	FullEras,
	/// Governance has every session begin an era.
	ShortEras,
	/// The same, and now and then nobody makes a block for days.
	Weeks,
}

/// Who acts.
pub struct Actor {
	/// Its key.
	pub pair: sr25519::Pair,
	/// Its account.
	pub account: AccountId,
}

/// How often something was tried, and with what outcome.
#[derive(Default, Clone, Copy)]
pub struct Count {
	/// It was done.
	pub done: u32,
	/// The call failed.
	pub failed: u32,
	/// The transaction was not admitted: nobody could or would pay its fee.
	pub refused: u32,
	/// There was no room for the transaction in the block.
	pub postponed: u32,
}

/// What a publisher knows of its item, and has in mind with it.
#[derive(Clone)]
pub struct Draft {
	/// The item.
	pub id: ContentId,
	/// Index of its publisher.
	pub owner: usize,
	/// Its key.
	pub key: [u8; 32],
	/// What screeners will find: basis points, or nothing where it is defective.
	pub score: Option<u16>,
	/// Whether the publisher seals and publishes keys.
	pub diligent: bool,
}

/// A chain, its actors and its model.
pub struct World {
	externalities: Option<sp_io::TestExternalities>,
	/// The chain.
	pub chain: Chain,
	/// The source of all choices.
	pub random: Random,
	/// Everybody who has a key: people first, then Masternodes, then nobodies.
	pub actors: Vec<Actor>,
	/// Index of each account's actor.
	pub index: BTreeMap<AccountId, usize>,
	/// Items that are under way.
	pub drafts: Vec<Draft>,
	/// Accounts that no transaction has come from yet.
	pub next_nobody: usize,
	/// What the chain must have paid, minted and burned.
	pub ledger: Ledger,
	/// What stake must have generated.
	pub generation: Generation,
	/// Tries by kind.
	pub counts: BTreeMap<&'static str, Count>,
	pace: Pace,
	seed: u64,
	stream: u64,
}

fn actors() -> Vec<Actor> {
	let known = Sr25519Keyring::well_known().map(|key| key.pair());
	let named = |path: &str, count: u32| {
		let path = path.to_owned();
		(1..=count).map(move |n| sr25519::Pair::from_string(&format!("{path}{n}"), None).unwrap())
	};
	known
		.chain(named("//Person//", PEOPLE))
		.chain(named("//Masternode//", MASTERNODES))
		.chain(named("//Nobody//", NOBODIES))
		.map(|pair| Actor { account: pair.public().into(), pair })
		.collect()
}

impl World {
	/// A world at its genesis.
	pub fn new(seed: u64, stream: u64, pace: Pace) -> Self {
		let (mut externalities, chain) = fresh();
		let (ledger, generation) = externalities.execute_with(|| {
			let sweep = holds::sweep(0).unwrap_or_else(|error| panic!("genesis: {error}"));
			(Ledger::at_genesis(&sweep), Generation::at_genesis(sweep.stake))
		});
		let actors = actors();
		let index = actors
			.iter()
			.enumerate()
			.map(|(index, actor)| (actor.account.clone(), index))
			.collect();
		let next_nobody = actors.len() - usize::try_from(NOBODIES).unwrap();
		Self {
			externalities: Some(externalities),
			chain,
			random: Random::new(seed, stream),
			actors,
			index,
			drafts: Vec::new(),
			next_nobody,
			ledger,
			generation,
			counts: BTreeMap::new(),
			pace,
			seed,
			stream,
		}
	}

	/// People: the well-known accounts and those who got something from them.
	pub fn people(&self) -> usize {
		Sr25519Keyring::well_known().count() + usize::try_from(PEOPLE).unwrap()
	}

	/// Somebody of the people.
	pub fn person(&mut self) -> usize {
		let people = self.people();
		self.random.index(people).unwrap()
	}

	/// One of the well-known accounts, who have most.
	pub fn whale(&mut self) -> usize {
		self.random.index(Sr25519Keyring::well_known().count()).unwrap()
	}

	/// Somebody who runs or could run a Masternode.
	pub fn node(&mut self) -> usize {
		let people = self.people();
		people + self.random.index(usize::try_from(MASTERNODES).unwrap()).unwrap()
	}

	/// The account of an actor.
	pub fn account(&self, actor: usize) -> AccountId {
		self.actors[actor].account.clone()
	}

	/// Whether numbers of blocks may pass without blocks.
	pub fn leaps(&self) -> bool {
		self.pace == Pace::Weeks
	}

	/// Runs until `eras` eras have ended.
	pub fn run(&mut self, eras: u32) {
		self.in_state(Self::set_up);
		while self.ledger.era < eras {
			self.in_state(|world| {
				for _ in 0..COMMIT_EVERY {
					world.block();
				}
			});
		}
	}

	/// Runs `action` in the chain's state, and commits what it has changed.
	pub fn in_state<Outcome>(&mut self, action: impl FnOnce(&mut Self) -> Outcome) -> Outcome {
		let mut externalities = self.externalities.take().unwrap();
		let outcome = externalities.execute_with(|| action(self));
		externalities.commit_all().unwrap();
		self.externalities = Some(externalities);
		outcome
	}

	/// The first blocks: eras get short, Masternodes bond, people get something.
	fn set_up(&mut self) {
		self.chain.begin();
		let mut first =
			vec![pallet_staking::Call::<Runtime>::set_validator_count { new: 5 }.into()];
		if self.pace != Pace::FullEras {
			first.push(pallet_staking::Call::<Runtime>::force_new_era_always {}.into());
		}
		let batch = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: first });
		self.must(0, pallet_sudo::Call::sudo { call: Box::new(batch) });
		self.open_market();
		self.end_block();
		self.chain.begin();
		let people = Sr25519Keyring::well_known().count()..self.people();
		for person in people.clone() {
			self.give(person % 5, person, 20_000 * POP, 20 * LIT);
		}
		self.end_block();
		self.chain.begin();
		for n in 0..usize::try_from(MASTERNODES).unwrap() {
			self.register_node(people.end + n);
		}
		self.end_block();
	}

	/// One block of whatever comes to mind.
	fn block(&mut self) {
		if self.leaps() && self.random.once_in(40) {
			self.leap();
		}
		self.chain.begin();
		self.work();
		for _ in 0..self.random.below(6) {
			self.act();
		}
		if self.random.once_in(8) {
			self.act_wrongly();
		}
		if self.random.once_in(400) {
			self.offend();
		}
		self.end_block();
	}

	/// Lets hours, days or weeks pass, if nothing is scheduled for then.
	fn leap(&mut self) {
		let is_idle = pallet_scheduler::Agenda::<Runtime>::iter_values()
			.all(|agenda| agenda.iter().all(Option::is_none));
		// Who is on a panel would miss its duty. Some do.
		let on_duty = !pallet_moderation::OpenDuties::<Runtime>::get().is_empty();
		if is_idle && (!on_duty || self.random.once_in(12)) {
			let most = self.random.pick(&[COMMIT_BLOCKS, time::DAYS, 20 * time::DAYS]).unwrap();
			// It would search all these blocks for something to do.
			pallet_scheduler::IncompleteSince::<Runtime>::kill();
			self.chain.leap(1 + self.random.below(most));
			self.counts.entry("leap").or_default().done += 1;
		}
	}

	fn act(&mut self) {
		match self.random.below(100) {
			0..18 => self.act_staking(),
			18..28 => self.act_pools(),
			28..36 => self.act_delegates(),
			36..40 => self.act_nodes(),
			40..53 => self.act_content(),
			53..60 => self.act_leases(),
			60..70 => self.act_sponsors(),
			70..76 => self.act_market(),
			76..83 => self.act_transfers(),
			_ => self.act_governance(),
		}
	}

	/// Applies a transaction of `who` in the block under way; `kind` is what it is counted as.
	pub fn send(
		&mut self,
		kind: &'static str,
		who: usize,
		call: impl Into<RuntimeCall>,
	) -> Result<(), DispatchError> {
		let call = call.into();
		let actor = &self.actors[who];
		let nonce = System::account_nonce(&actor.account);
		let transaction = self.chain.sign_by(&actor.pair, call.clone(), nonce, 0);
		let applied = self.chain.apply(transaction);
		let count = self.counts.entry(kind).or_default();
		match applied {
			Ok(Ok(())) => {
				count.done += 1;
				Ok(())
			}
			Ok(Err(error)) => {
				count.failed += 1;
				Err(error)
			}
			Err(TransactionValidityError::Invalid(
				InvalidTransaction::Payment | InvalidTransaction::Custom(101..=112),
			)) => {
				count.refused += 1;
				Err(DispatchError::CannotLookup)
			}
			Err(TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources)) => {
				count.postponed += 1;
				Err(DispatchError::Exhausted)
			}
			Err(error) => panic!("{kind}: {error:?}: {call:?}"),
		}
	}

	/// Applies a transaction that has to succeed.
	pub fn must(&mut self, who: usize, call: impl Into<RuntimeCall>) {
		let call = call.into();
		let sent = self.send("set up", who, call.clone());
		assert_eq!(sent, Ok(()), "{call:?}");
	}

	/// Ends the block under way and compares everything with the model.
	pub fn end_block(&mut self) {
		self.chain.end();
		let events = self.chain.events();
		self.check(&events).unwrap_or_else(|error| {
			let (number, era) = (self.chain.number(), self.ledger.era);
			let events: Vec<_> = events.iter().filter(|event| !is_noise(event)).collect();
			panic!("block {number}, era {era}: {error}\nevents of the block: {events:#?}")
		});
	}

	/// Compares the chain after a block with `events` with the model.
	pub fn check(&mut self, events: &[RuntimeEvent]) -> Result<(), String> {
		let number = self.chain.number();
		let era = self.ledger.era;
		self.ledger.read(number, events)?;
		let sweep = holds::sweep(self.ledger.pooled_slashes)?;
		self.ledger.check(&sweep)?;
		self.generation.advance(number, events, sweep.stake);
		if self.ledger.era != era {
			self.generation.check()?;
			popnet_runtime::invariants::check().map_err(|violation| violation.to_string())?;
		}
		Ok(())
	}

	/// Checks that the run was not an idle one, which other seeds need not promise. Placements are declined
	/// shortly before they expire, for which leaping chains have hardly a block.
	pub fn close(&mut self) {
		for (kind, count) in &self.counts {
			let Count { done, failed, refused, postponed } = count;
			println!(
				"{kind}: {done} done, {failed} failed, {refused} refused, {postponed} postponed"
			);
		}
		println!("{}", self.ledger.summary());
		if self.ledger.era >= 150 && self.seed == 0 {
			for (kind, count) in &self.counts {
				let waits = self.leaps() && *kind == "decline a slot";
				assert!(waits || count.done > 0, "nobody ever managed to {kind}");
			}
			self.ledger.check_busy();
		}
	}

	/// Digest of something with this world's seed, for choices that are made again and again.
	pub fn digest(&self, what: impl Encode) -> [u8; 32] {
		sp_io::hashing::blake2_256(&(self.seed, self.stream, what).encode())
	}

	/// POP that `who` can spend, less a reserve for later.
	pub fn spendable(&self, who: usize) -> Balance {
		let balance = popnet_runtime::Balances::usable_balance(&self.actors[who].account);
		balance.saturating_sub(100 * POP)
	}
}

/// Events that say nothing to whoever looks for an error.
fn is_noise(event: &RuntimeEvent) -> bool {
	matches!(event, RuntimeEvent::ParachainSystem(_) | RuntimeEvent::System(_))
}

impl Drop for World {
	fn drop(&mut self) {
		if std::thread::panicking() {
			let Self { seed, stream, .. } = self;
			eprintln!("failed with POPNET_SEED={seed} in stream {stream}");
		}
	}
}
