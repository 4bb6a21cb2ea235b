//! What the blocks of an era change cost with as many Delegates as there can be.
//!
//! Every block is executed twice on the same state: once to measure its time, once to record the trie
//! nodes that it touches, the computation of the new state root included. Nothing but inherents is in
//! the blocks; what they do is the runtime's own work.

use crate::{
	chain::{account, add_delegates, commit, genesis, Chain},
	stats::median,
};
use anyhow::{anyhow, ensure};
use frame_election_provider_support::{
	bounds::{ElectionBounds, ElectionBoundsBuilder},
	onchain, ElectionProvider, SequentialPhragmen,
};
use frame_support::traits::{ConstBool, ConstU32, Get, RewardsReporter};
use pallet_staking::{ActiveEra, ErasStakersPaged};
use popnet_primitives::{AccountId, Balance};
use popnet_runtime::{
	constants::{election, POP},
	Runtime, RuntimeEvent, Session, Staking, System,
};
use rand::{rngs::StdRng, seq::SliceRandom, Rng, SeedableRng};
use serde::Serialize;
use sp_core::Blake2Hasher;
use sp_io::TestExternalities;
use sp_runtime::Perbill;
use sp_trie::recorder::Recorder;
use std::{
	collections::BTreeSet,
	time::{Duration, Instant},
};

/// Nominations of every nominator: as many as staking admits.
const NOMINATIONS: usize = 16;
/// Blocks in which an era must have changed and been paid.
const BLOCKS_MAX: u32 = 600;
/// Eras that end before the one whose change is reported, so that nothing is done for the first time.
const ERAS_BEFORE: u32 = 1;
/// Points of a block.
const POINTS: u32 = 20;

/// How large the network is.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Size {
	/// Delegates.
	pub delegates: u32,
	/// Nominators.
	pub nominators: u32,
}

/// What a block cost.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cost {
	/// Milliseconds of compute that the block's weight declares.
	pub weight_ms: f64,
	/// Bytes of proof that the block's weight declares.
	pub weight_proof: u64,
	/// Milliseconds that executing it natively took.
	pub time_ms: f64,
	/// Bytes of the recorded proof, compact as it is sent.
	pub proof: u64,
}

/// A block that did something.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Block {
	/// Its number.
	pub number: u32,
	/// What happened in it.
	pub what: Vec<String>,
	/// What it cost.
	pub cost: Cost,
}

/// An election by itself.
#[derive(Debug, Serialize)]
pub(crate) struct Election {
	/// Voters that it reads at most.
	pub voters_max: u32,
	/// Nominators that back somebody in its result.
	pub nominators: u32,
	/// What it cost; nothing but the election.
	pub cost: Cost,
}

/// The blocks of an era change.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
	/// How large the network is.
	pub size: Size,
	/// Nominators that back a Delegate in the new era.
	pub nominators_exposed: u32,
	/// Pages of exposures that were paid for the ended era.
	pub pages_paid: u32,
	/// Blocks between the first and the last payment to stakers, both included.
	pub payout_blocks: u32,
	/// What a block may cost: weight, its proof, milliseconds between two blocks, and bytes of a proof
	/// that the relay chain takes.
	pub limit: Cost,
	/// Blocks that did something, from the election to the last payment.
	pub blocks: Vec<Block>,
	/// The median of all other blocks, if there are any.
	pub plain: Option<Cost>,
	/// The runtime's election, and one that would read all voters.
	pub elections: Vec<Election>,
}

impl Report {
	/// Whether no block exceeds a limit, by what was measured.
	pub(crate) fn fits(&self) -> bool {
		let within =
			|cost: &Cost| cost.time_ms <= self.limit.time_ms && cost.proof <= self.limit.proof;
		self.blocks.iter().all(|block| within(&block.cost))
	}

	/// Blocks that declare more weight than a block has.
	pub(crate) fn overweight(&self) -> usize {
		let is_over = |cost: &Cost| {
			cost.weight_ms > self.limit.weight_ms || cost.weight_proof > self.limit.weight_proof
		};
		self.blocks.iter().filter(|block| is_over(&block.cost)).count()
	}
}

/// Runs a network of this size until an era has changed and the one before is paid.
pub(crate) fn measure(size: Size) -> anyhow::Result<Report> {
	let (mut externalities, mut chain) = network(size)?;
	let mut blocks: Vec<Block> = Vec::new();
	let (mut rewarded, mut paid) = (false, false);
	while !paid {
		ensure!(chain.number() < BLOCKS_MAX, "no era was paid within {BLOCKS_MAX} blocks");
		let block = execute(&mut externalities, &mut chain)?;
		let era = externalities.execute_with(active_era);
		if era == ERAS_BEFORE && !rewarded {
			rewarded = true;
			externalities.execute_with(reward_all);
			commit(&mut externalities)?;
		}
		paid = era > ERAS_BEFORE && block.what.iter().any(|what| what.starts_with(PAID));
		blocks.push(block);
	}
	let election = blocks.iter().rposition(|block| block.what.iter().any(|what| what == ELECTED));
	let blocks = blocks.split_off(election.unwrap_or_default());
	let nominators_exposed = externalities.execute_with(nominators_exposed);
	let elections = vec![
		elect::<{ election::VOTERS_MAX }>(&mut externalities)?,
		elect::<ALL_VOTERS>(&mut externalities)?,
	];
	report(size, nominators_exposed, &blocks, elections)
}

const ELECTED: &str = "Delegates elected";
const PAID: &str = "all stakers paid";

fn network(size: Size) -> anyhow::Result<(TestExternalities, Chain)> {
	let mut rng = StdRng::seed_from_u64(2);
	genesis(|config| {
		add_delegates(config, size.delegates);
		let delegates: Vec<AccountId> =
			config.staking.stakers.iter().map(|staker| staker.0.clone()).collect();
		for index in 0..size.nominators {
			let who = account("nominator", index);
			let stake = Balance::from(rng.gen_range(10..10_000u32)) * POP;
			let targets = delegates.choose_multiple(&mut rng, NOMINATIONS).cloned().collect();
			config.balances.balances.push((who.clone(), stake + POP));
			config.staking.stakers.push((
				who.clone(),
				who,
				stake,
				sp_staking::StakerStatus::Nominator(targets),
			));
		}
	})
}

/// Gives every Delegate a block's points, as in an era that is long enough for all to author.
fn reward_all() {
	Staking::reward_by_ids(Session::validators().into_iter().map(|who| (who, POINTS)));
}

fn active_era() -> u32 {
	ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

/// Nominators that back somebody in the active era.
fn nominators_exposed() -> u32 {
	let pages = ErasStakersPaged::<Runtime>::iter_prefix_values((active_era(),));
	let who: BTreeSet<AccountId> =
		pages.flat_map(|page| page.others.clone()).map(|other| other.who).collect();
	u32::try_from(who.len()).unwrap_or(u32::MAX)
}

/// Makes the next block, with what it cost.
fn execute(externalities: &mut TestExternalities, chain: &mut Chain) -> anyhow::Result<Block> {
	externalities.reset_overlay();
	let mut measured = chain.clone();
	let time = externalities.execute_with(|| {
		let start = Instant::now();
		measured.empty_block()?;
		anyhow::Ok(start.elapsed())
	})?;

	externalities.reset_overlay();
	let root = *externalities.backend.root();
	let recorder = Recorder::<Blake2Hasher>::default();
	externalities.execute_with_recorder(recorder.clone(), || chain.empty_block())?;
	let (weight, what) = externalities.execute_with(|| (System::block_weight().total(), events()));
	commit(externalities)?;
	let cost = cost(weight, time, recorder, root)?;
	Ok(Block { number: chain.number(), what, cost })
}

fn cost(
	weight: frame_support::weights::Weight,
	time: Duration,
	recorder: Recorder<Blake2Hasher>,
	root: sp_core::H256,
) -> anyhow::Result<Cost> {
	let proof = recorder.drain_storage_proof();
	let proof = match proof.is_empty() {
		true => 0,
		false => proof
			.encoded_compact_size::<Blake2Hasher>(root)
			.ok_or_else(|| anyhow!("a proof of another state"))?,
	};
	Ok(Cost {
		weight_ms: weight.ref_time() as f64 / 1e9,
		weight_proof: weight.proof_size(),
		time_ms: time.as_secs_f64() * 1e3,
		proof: proof as u64,
	})
}

/// What happened in the newest block, as far as it is about eras.
fn events() -> Vec<String> {
	let (mut what, mut pages) = (Vec::new(), 0u32);
	for record in System::events() {
		match record.event {
			RuntimeEvent::Session(pallet_session::Event::NewSession { session_index }) => {
				what.push(format!("session {session_index}"));
			}
			RuntimeEvent::Staking(pallet_staking::Event::StakersElected) => {
				what.push(ELECTED.into());
			}
			RuntimeEvent::Staking(pallet_staking::Event::EraPaid { era_index, .. }) => {
				what.push(format!("era {era_index} ended"));
			}
			RuntimeEvent::Staking(pallet_staking::Event::PayoutStarted { .. }) => {
				pages = pages.saturating_add(1);
			}
			RuntimeEvent::Rewards(pallet_rewards::Event::StakersPaid { era }) => {
				what.push(format!("{PAID} for era {era}"));
			}
			_ => {}
		}
	}
	if pages > 0 {
		what.insert(0, format!("{pages} {PAGES}"));
	}
	what
}

const PAGES: &str = "pages of stakers paid";

/// Pages that a block has paid, by its description.
fn pages_of(block: &Block) -> u32 {
	let count = |what: &String| what.strip_suffix(PAGES)?.trim().parse::<u32>().ok();
	block.what.iter().filter_map(count).sum()
}

/// More voters than there are.
const ALL_VOTERS: u32 = 10_000;

/// An election that reads this many voters.
struct Reading<const VOTERS: u32>;

impl<const VOTERS: u32> Get<ElectionBounds> for Reading<VOTERS> {
	fn get() -> ElectionBounds {
		ElectionBoundsBuilder::default()
			.voters_count(VOTERS.into())
			.targets_count(election::TARGETS_MAX.into())
			.build()
	}
}

impl<const VOTERS: u32> onchain::Config for Reading<VOTERS> {
	type Bounds = Self;
	type DataProvider = Staking;
	type MaxBackersPerWinner = ConstU32<VOTERS>;
	type MaxWinnersPerPage = ConstU32<{ election::TARGETS_MAX }>;
	type Solver = SequentialPhragmen<AccountId, Perbill>;
	type Sort = ConstBool<true>;
	type System = Runtime;
	type WeightInfo = frame_election_provider_support::weights::SubstrateWeight<Runtime>;
}

/// Elects in the present state; nothing is written.
fn elect<const VOTERS: u32>(externalities: &mut TestExternalities) -> anyhow::Result<Election> {
	let elect = || onchain::OnChainExecution::<Reading<VOTERS>>::elect(0);
	externalities.reset_overlay();
	let time = externalities.execute_with(|| {
		let start = Instant::now();
		elect().map(|_| start.elapsed())
	});
	let time = time.map_err(|error| anyhow!("an election failed: {error:?}"))?;
	externalities.reset_overlay();
	let root = *externalities.backend.root();
	let recorder = Recorder::<Blake2Hasher>::default();
	let (weight, supports) = externalities.execute_with_recorder(recorder.clone(), || {
		let before = System::block_weight().total();
		let supports = elect();
		(System::block_weight().total().saturating_sub(before), supports)
	});
	externalities.reset_overlay();
	let supports = supports.map_err(|error| anyhow!("an election failed: {error:?}"))?;
	let winners: BTreeSet<&AccountId> = supports.iter().map(|(winner, _)| winner).collect();
	let backers: BTreeSet<&AccountId> = supports
		.iter()
		.flat_map(|(_, support)| support.voters.iter().map(|(who, _)| who))
		.filter(|who| !winners.contains(who))
		.collect();
	Ok(Election {
		voters_max: VOTERS,
		nominators: u32::try_from(backers.len())?,
		cost: cost(weight, time, recorder, root)?,
	})
}

fn report(
	size: Size,
	nominators_exposed: u32,
	blocks: &[Block],
	elections: Vec<Election>,
) -> anyhow::Result<Report> {
	let (eventful, plain): (Vec<Block>, Vec<Block>) =
		blocks.iter().cloned().partition(|block| !block.what.is_empty());
	let paying: Vec<u32> =
		eventful.iter().filter(|block| pages_of(block) > 0).map(|block| block.number).collect();
	let payout_blocks = match (paying.first(), paying.last()) {
		(Some(first), Some(last)) => last.saturating_sub(*first).saturating_add(1),
		_ => 0,
	};
	let typical = |of: fn(&Cost) -> f64| {
		median(&plain.iter().map(|block| of(&block.cost)).collect::<Vec<_>>())
	};
	let max = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
	#[allow(clippy::cast_possible_truncation)] // medians of whole bytes
	let plain = (!plain.is_empty()).then(|| Cost {
		weight_ms: typical(|cost| cost.weight_ms),
		weight_proof: typical(|cost| cost.weight_proof as f64) as u64,
		time_ms: typical(|cost| cost.time_ms),
		proof: typical(|cost| cost.proof as f64) as u64,
	});
	Ok(Report {
		size,
		nominators_exposed,
		pages_paid: eventful.iter().map(pages_of).sum(),
		payout_blocks,
		limit: Cost {
			weight_ms: max.ref_time() as f64 / 1e9,
			weight_proof: max.proof_size(),
			time_ms: popnet_runtime::constants::time::MILLISECS_PER_BLOCK as f64,
			proof: cumulus_primitives_core::relay_chain::MAX_POV_SIZE.into(),
		},
		blocks: eventful,
		plain,
		elections,
	})
}
