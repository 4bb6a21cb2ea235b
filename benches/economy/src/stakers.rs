//! What a block and a settlement cost in networks of different sizes.
//!
//! Three things are measured: all `on_initialize` hooks and all `on_idle` hooks of a block without
//! transactions that ends no session, and `claim` of one account, which settles it. Each of them
//! once with its state in the trie, where looking up a key takes longer the more keys there are, and
//! once with the keys that it reads in the overlay, which leaves what the runtime itself does. Reads,
//! writes and the proof are counted in between. Networks take turns, so that noise hits all of them.

use crate::{
	overlay::{preload, Key},
	population::{staker, Population, DELEGATES},
	stats::{median, slope, Estimate, Spread},
};
use anyhow::{anyhow, ensure, Context};
use frame_executive::OnInitializeWithWeightRegistration;
use frame_support::traits::OnIdle;
use popnet_primitives::AccountId;
use popnet_runtime::{
	AllPalletsWithSystem, Executive, Lit, LitGeneration, Runtime, RuntimeOrigin, System,
};
use rand::{rngs::StdRng, Rng, SeedableRng};
use serde::Serialize;
use sp_core::Blake2Hasher;
use sp_runtime::traits::Header as _;
use sp_trie::recorder::Recorder;
use std::{
	hint::black_box,
	time::{Duration, Instant},
};

/// What is measured, in the order of the report.
pub(crate) const SUBJECTS: [&str; 3] =
	["on_initialize of all pallets", "on_idle of all pallets", "settling one account (claim)"];

/// What one measurement touched: see [`InNetwork`].
#[derive(Clone, Copy)]
struct Accesses {
	reads: u64,
	writes: u64,
	proof_bytes: u64,
}

/// A subject in a network.
#[derive(Debug, Serialize)]
pub(crate) struct InNetwork {
	/// Stakers besides the Delegates.
	pub stakers: u32,
	/// Keys read from the state before the block.
	pub reads: Spread,
	/// Keys written for the first time in the block.
	pub writes: Spread,
	/// Bytes of the trie nodes that prove the reads.
	pub proof_bytes: Spread,
	/// Microseconds with the keys in the overlay.
	pub own: Spread,
	/// Microseconds with the keys in the trie.
	pub with_trie: Spread,
}

/// How a cost follows the number of stakers.
#[derive(Debug, Serialize)]
pub(crate) struct Trend {
	/// The cost in the largest network by the cost in the smallest.
	pub ratio: Estimate,
	/// Microseconds for each million of stakers.
	pub slope: Estimate,
	/// Distance of the quartiles of a single measurement in the smallest network, in microseconds.
	pub noise: f64,
}

impl Trend {
	fn of(sizes: &[u32], samples: &[&[f64]]) -> Self {
		let smallest = samples.first().copied().unwrap_or_default();
		let largest = samples.last().copied().unwrap_or_default();
		let millions: Vec<f64> = sizes.iter().map(|size| f64::from(*size) / 1e6).collect();
		Self {
			ratio: Estimate::of(&[smallest, largest], |groups| match groups {
				[smallest, largest] => median(largest) / median(smallest),
				_ => f64::NAN,
			}),
			slope: Estimate::of(samples, |groups| {
				let medians = groups.iter().map(|group| median(group));
				slope(&millions.iter().copied().zip(medians).collect::<Vec<_>>())
			}),
			noise: Spread::of(smallest).width(),
		}
	}

	/// Whether the rise over all stakers drowns in the noise of one measurement.
	pub(crate) fn is_flat(&self, stakers: u32) -> bool {
		(self.slope.value * f64::from(stakers) / 1e6).abs() <= self.noise
	}
}

/// All about one subject.
#[derive(Debug, Serialize)]
pub(crate) struct Subject {
	/// What was measured.
	pub name: &'static str,
	/// Network by network, the smallest first.
	pub networks: Vec<InNetwork>,
	/// Without the trie.
	pub own: Trend,
	/// Whether it is flat in `own`: see [`Trend::is_flat`].
	pub own_is_flat: bool,
	/// With the trie.
	pub with_trie: Trend,
}

/// Measures `repetitions` times in networks of `sizes` stakers, the smallest first.
pub(crate) fn measure(sizes: &[u32], repetitions: u32) -> anyhow::Result<Vec<Subject>> {
	let mut networks = Vec::new();
	for size in sizes {
		let start = Instant::now();
		networks.push(Samples::new(Population::new(*size)?));
		eprintln!("{size} stakers are there after {:.0} s", start.elapsed().as_secs_f64());
	}
	let mut rng = StdRng::seed_from_u64(1);
	for repetition in 0..=repetitions {
		for network in &mut networks {
			// The first one warms caches up.
			network.repeat(&mut rng, repetition > 0)?;
		}
	}
	let subject = |(index, name)| summary(index, name, &networks);
	SUBJECTS.into_iter().enumerate().map(subject).collect()
}

/// All measurements of a network, by subject.
struct Samples {
	population: Population,
	own: [Vec<f64>; SUBJECTS.len()],
	with_trie: [Vec<f64>; SUBJECTS.len()],
	accesses: [Vec<Accesses>; SUBJECTS.len()],
}

/// One measurement.
struct Observed {
	time: Duration,
	accesses: Accesses,
	keys: Vec<Key>,
}

impl Samples {
	fn new(population: Population) -> Self {
		Self {
			population,
			own: Default::default(),
			with_trie: Default::default(),
			accesses: Default::default(),
		}
	}

	/// Counts, then measures in the trie, then in the overlay.
	fn repeat(&mut self, rng: &mut StdRng, keep: bool) -> anyhow::Result<()> {
		let population = &mut self.population;
		let who = staker(rng.gen_range(0..population.stakers));
		// The list of voters goes on where it was: among the stakers, if that many follow.
		let at = match population.delegates.first() {
			Some(delegate) if population.stakers <= DELEGATES => delegate.clone(),
			_ => staker(rng.gen_range(0..population.stakers)),
		};
		let counted = population.all(&at, &who, &[], true)?;
		let keys: Vec<Key> = counted.iter().flat_map(|one| one.keys.iter().cloned()).collect();
		let with_trie = population.all(&at, &who, &[], false)?;
		let own = population.all(&at, &who, &keys, false)?;
		if !keep {
			return Ok(());
		}
		let micros = |observed: &Observed| observed.time.as_secs_f64() * 1e6;
		for (samples, observed) in self.own.iter_mut().zip(&own) {
			samples.push(micros(observed));
		}
		for (samples, observed) in self.with_trie.iter_mut().zip(&with_trie) {
			samples.push(micros(observed));
		}
		for (samples, observed) in self.accesses.iter_mut().zip(&counted) {
			samples.push(observed.accesses);
		}
		Ok(())
	}
}

impl Population {
	/// All subjects once, with `keys` in the overlay.
	fn all(
		&mut self,
		at: &AccountId,
		who: &AccountId,
		keys: &[Key],
		count: bool,
	) -> anyhow::Result<[Observed; SUBJECTS.len()]> {
		let [on_initialize, on_idle] = self.hooks(at, keys, count)?;
		Ok([on_initialize, on_idle, self.claim(who, keys, count)?])
	}

	/// The hooks of the next block.
	fn hooks(
		&mut self,
		at: &AccountId,
		keys: &[Key],
		count: bool,
	) -> anyhow::Result<[Observed; 2]> {
		let header = self.chain.next_header();
		let number = *header.number();
		self.externalities.reset_overlay();
		self.externalities.execute_with(|| {
			preload(keys);
			pallet_bags_list::NextNodeAutoRebagged::<Runtime>::put(at);
			System::reset_events();
			System::initialize(&number, header.parent_hash(), header.digest());
		});
		let (_, on_initialize) = self.observe(count, || {
			<AllPalletsWithSystem as OnInitializeWithWeightRegistration<Runtime>>
				::on_initialize_with_weight_registration(number)
		});
		let chain = self.chain.clone();
		let remaining = self.externalities.execute_with(|| {
			System::note_finished_initialize();
			chain.apply_inherents()?;
			Executive::inherents_applied();
			System::note_finished_extrinsics();
			let max = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
			anyhow::Ok(max.saturating_sub(System::block_weight().total()))
		})?;
		let (_, on_idle) = self.observe(count, || AllPalletsWithSystem::on_idle(number, remaining));
		Ok([on_initialize, on_idle])
	}

	/// A claim in the next block.
	fn claim(&mut self, who: &AccountId, keys: &[Key], count: bool) -> anyhow::Result<Observed> {
		let header = self.chain.next_header();
		self.externalities.reset_overlay();
		let before = self.externalities.execute_with(|| {
			preload(keys);
			System::initialize(header.number(), header.parent_hash(), header.digest());
			Lit::free_balance(who)
		});
		let origin = RuntimeOrigin::signed(who.clone());
		let (result, observed) = self.observe(count, || LitGeneration::claim(origin));
		result.map_err(|error| anyhow!("a claim failed: {error:?}"))?;
		let after = self.externalities.execute_with(|| Lit::free_balance(who));
		ensure!(after > before, "a claim minted nothing");
		Ok(observed)
	}

	fn observe<R>(&mut self, count: bool, run: impl FnOnce() -> R) -> (R, Observed) {
		let written = self.externalities.overlayed_changes().changes().count();
		let recorder = Recorder::<Blake2Hasher>::default();
		let timed = || {
			let start = Instant::now();
			let result = black_box(run());
			(result, start.elapsed())
		};
		let (result, time) = if count {
			self.externalities.execute_with_recorder(recorder.clone(), timed)
		} else {
			self.externalities.execute_with(timed)
		};
		let recorded = recorder.recorded_keys();
		let keys: Vec<Key> =
			recorded.into_values().flatten().map(|(key, _)| key.to_vec()).collect();
		let writes = self.externalities.overlayed_changes().changes().count().abs_diff(written);
		let accesses = Accesses {
			reads: keys.len() as u64,
			writes: writes as u64,
			proof_bytes: recorder.estimate_encoded_size() as u64,
		};
		(result, Observed { time, accesses, keys })
	}
}

fn summary(index: usize, name: &'static str, networks: &[Samples]) -> anyhow::Result<Subject> {
	let of = |all: fn(&Samples) -> &[Vec<f64>; SUBJECTS.len()]| -> Vec<&[f64]> {
		networks.iter().filter_map(|network| all(network).get(index)).map(Vec::as_slice).collect()
	};
	let (own, with_trie) = (of(|network| &network.own), of(|network| &network.with_trie));
	let mut rows = Vec::new();
	for (network, (own, with_trie)) in networks.iter().zip(own.iter().zip(&with_trie)) {
		let accesses = network.accesses.get(index).context("a subject is missing")?;
		let spread = |of: fn(&Accesses) -> u64| {
			Spread::of(&accesses.iter().map(|one| of(one) as f64).collect::<Vec<_>>())
		};
		rows.push(InNetwork {
			stakers: network.population.stakers,
			reads: spread(|one| one.reads),
			writes: spread(|one| one.writes),
			proof_bytes: spread(|one| one.proof_bytes),
			own: Spread::of(own),
			with_trie: Spread::of(with_trie),
		});
	}
	let sizes: Vec<u32> = networks.iter().map(|network| network.population.stakers).collect();
	let own = Trend::of(&sizes, &own);
	let largest = sizes.last().copied().unwrap_or_default();
	let own_is_flat = own.is_flat(largest);
	Ok(Subject { name, networks: rows, own_is_flat, own, with_trie: Trend::of(&sizes, &with_trie) })
}
