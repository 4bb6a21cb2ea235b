//! Transfers of POP in our runtime and in a plain one, in turns.
//!
//! A round makes one block of transfers in each runtime, all from the same state: each account sends
//! its first transaction, to another account that exists. What is timed: beginning the block with its
//! inherents, applying the transactions, ending it with its new state root; in a second block of the
//! round, applying the same transactions with their signatures verified before; and in a third one,
//! applying them with all keys that they read in the overlay, which leaves out looking them up; and in a
//! fourth one, applying them on a state behind the trie cache that a node has. The order in which
//! the runtimes have their turn changes from round to round. After every block the balances are checked.

use crate::{
	networks::{Network, Ours, Plain, ENDOWMENT},
	overlay::{preload, Key},
	parts::{self, Part},
	stats::{Estimate, Spread},
};
use anyhow::{ensure, Context};
use codec::Encode;
use popnet_primitives::{AccountId, Balance};
use popnet_runtime::constants::POP;
use serde::Serialize;
use sp_core::{sr25519, Blake2Hasher, Pair};
use sp_externalities::set_and_run_with_externalities;
use sp_io::{hashing::blake2_256, TestExternalities};
use sp_state_machine::{Ext, OverlayedChanges, TrieBackendBuilder};
use sp_trie::{
	cache::{CacheSize, SharedTrieCache},
	recorder::Recorder,
};
use std::time::Instant;

/// Bytes of a node's trie cache, by default.
const TRIE_CACHE_BYTES: usize = 1024 * 1024 * 1024;
/// POP units of a transfer.
const VALUE: Balance = POP;

/// How much is measured.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Extent {
	/// Transfers in a block.
	pub transfers: u32,
	/// Blocks of each kind and runtime.
	pub rounds: u32,
	/// Accounts that exist besides and do nothing.
	pub idle: u32,
}

/// Figures of a runtime.
#[derive(Debug, Serialize)]
pub(crate) struct Runtime {
	/// Its name.
	pub name: &'static str,
	/// Microseconds to apply a transfer, its signature included.
	pub apply: Spread,
	/// Microseconds to apply a transfer whose signature was verified before.
	pub apply_checked: Spread,
	/// Microseconds to apply a transfer, its signature included, without a look into the trie.
	pub apply_overlay: Spread,
	/// Microseconds to apply a transfer, its signature included, on a state behind a node's trie cache.
	pub apply_cached: Spread,
	/// Microseconds of the whole block for each transfer.
	pub block: Spread,
	/// The same on a state behind a node's trie cache.
	pub block_cached: Spread,
	/// Speeds as shares of the plain runtime's.
	pub speed: Speed,
	/// What a transfer touches.
	pub touched: Touched,
}

/// A runtime's speed by the plain runtime's, round by round.
#[derive(Debug, Serialize)]
pub(crate) struct Speed {
	/// See [`Runtime::apply`].
	pub apply: Estimate,
	/// See [`Runtime::apply_checked`].
	pub apply_checked: Estimate,
	/// See [`Runtime::apply_overlay`].
	pub apply_overlay: Estimate,
	/// See [`Runtime::apply_cached`].
	pub apply_cached: Estimate,
	/// See [`Runtime::block`].
	pub block: Estimate,
	/// See [`Runtime::block_cached`].
	pub block_cached: Estimate,
}

/// What a transfer touches, on average of a block.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Touched {
	/// Keys read from the state before the block.
	pub reads: f64,
	/// Keys written.
	pub writes: f64,
	/// Bytes of proof, the new state root not included.
	pub proof_bytes: f64,
}

/// All runtimes, the plain one first.
#[derive(Serialize)]
pub(crate) struct Report {
	/// How much was measured.
	pub extent: Extent,
	/// The runtimes.
	pub runtimes: Vec<Runtime>,
	/// What parts of a transfer cost.
	pub parts: Vec<Part>,
}

/// Measures all runtimes.
pub(crate) fn measure(extent: Extent) -> anyhow::Result<Report> {
	let mut plain = Subject::<Plain>::new(extent)?;
	let mut ours = Subject::<Ours<false>>::new(extent)?;
	let mut staking = Subject::<Ours<true>>::new(extent)?;
	for round in 0..=extent.rounds {
		let mut turns: [&mut dyn Turn; 3] = [&mut plain, &mut ours, &mut staking];
		turns.rotate_left(usize::try_from(round % 3)?);
		for turn in turns {
			// The first round warms caches up.
			turn.turn(round > 0)?;
		}
		ensure!(plain.received == ours.received, "the runtimes have come to different balances");
		ensure!(plain.received == staking.received, "stakers have come to different balances");
	}
	let (reference, accounts) = (plain.times.clone(), plain.accounts.clone());
	let runtimes =
		vec![plain.summary(&reference)?, ours.summary(&reference)?, staking.summary(&reference)?];
	let parts = parts::measure(&accounts, extent.idle, extent.rounds)?;
	Ok(Report { extent, runtimes, parts })
}

/// Microseconds for each transfer, one entry a round.
#[derive(Clone, Default)]
struct Times {
	apply: Vec<f64>,
	apply_checked: Vec<f64>,
	apply_overlay: Vec<f64>,
	apply_cached: Vec<f64>,
	block: Vec<f64>,
	block_cached: Vec<f64>,
}

struct Subject<N: Network> {
	externalities: TestExternalities,
	network: N,
	accounts: Vec<AccountId>,
	extrinsics: Vec<N::Extrinsic>,
	checked: Vec<(N::Checked, Vec<u8>)>,
	times: Times,
	touched: Touched,
	/// Keys that the transactions read.
	keys: Vec<Key>,
	/// What a node keeps of the trie between blocks.
	cache: SharedTrieCache<Blake2Hasher>,
	/// What accounts have received in the latest block.
	received: Vec<Balance>,
}

trait Turn {
	/// One block of each kind.
	fn turn(&mut self, keep: bool) -> anyhow::Result<()>;
}

impl<N: Network> Subject<N> {
	fn new(extent: Extent) -> anyhow::Result<Self> {
		let pairs: Vec<sr25519::Pair> = (0..extent.transfers)
			.map(|index| sr25519::Pair::from_seed(&blake2_256(&index.encode())))
			.collect();
		let accounts: Vec<AccountId> =
			pairs.iter().map(|pair| AccountId::from(pair.public())).collect();
		let (mut externalities, network) = N::genesis(&accounts, extent.idle)?;
		let (mut extrinsics, mut checked) = (Vec::new(), Vec::new());
		let receivers = accounts.iter().cycle().skip(1);
		externalities.execute_with(|| {
			for (pair, to) in pairs.iter().zip(receivers) {
				let extrinsic = N::sign(pair, to, VALUE)?;
				checked.push((N::check(extrinsic.clone())?, extrinsic.encode()));
				extrinsics.push(extrinsic);
			}
			anyhow::Ok(())
		})?;
		externalities.reset_overlay();
		let mut subject = Self {
			externalities,
			network,
			accounts,
			extrinsics,
			checked,
			times: Times::default(),
			touched: Touched::default(),
			keys: Vec::new(),
			cache: SharedTrieCache::new(CacheSize::new(TRIE_CACHE_BYTES), None),
			received: Vec::new(),
		};
		subject.count()?;
		Ok(subject)
	}

	/// Microseconds for each transfer that applying and the whole block take.
	fn block(
		&mut self,
		state: State<'_>,
		apply: impl FnOnce() -> anyhow::Result<()>,
	) -> anyhow::Result<(f64, f64)> {
		let mut network = self.network.clone();
		let accounts = &self.accounts;
		let count = accounts.len() as f64;
		let run = || {
			let start = Instant::now();
			network.begin()?;
			if let State::Overlay(keys) = state {
				preload(keys);
			}
			let begun = Instant::now();
			apply()?;
			let applied = begun.elapsed();
			network.end();
			let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6 / count;
			let times = (micros(applied), micros(start.elapsed()));
			anyhow::Ok((times, received::<N>(accounts)?))
		};
		let (times, received) = if matches!(state, State::Cached) {
			let backend = TrieBackendBuilder::wrap(&self.externalities.backend)
				.with_cache(self.cache.local_cache_trusted())
				.build();
			let mut changes = OverlayedChanges::default();
			let mut externalities = Ext::new(&mut changes, &backend, None);
			set_and_run_with_externalities(&mut externalities, run)?
		} else {
			self.externalities.reset_overlay();
			self.externalities.execute_with(run)?
		};
		self.received = received;
		Ok(times)
	}

	fn summary(self, plain: &Times) -> anyhow::Result<Runtime> {
		let speed = |plain: &[f64], own: &[f64]| {
			let ratios: Vec<f64> = plain.iter().zip(own).map(|(plain, own)| plain / own).collect();
			Estimate::of(&[&ratios], |groups| {
				groups.first().map_or(f64::NAN, |ratios| crate::stats::median(ratios))
			})
		};
		let own = &self.times;
		Ok(Runtime {
			name: N::NAME,
			apply: Spread::of(&own.apply),
			apply_checked: Spread::of(&own.apply_checked),
			apply_overlay: Spread::of(&own.apply_overlay),
			apply_cached: Spread::of(&own.apply_cached),
			block: Spread::of(&own.block),
			block_cached: Spread::of(&own.block_cached),
			speed: Speed {
				apply: speed(&plain.apply, &own.apply),
				apply_checked: speed(&plain.apply_checked, &own.apply_checked),
				apply_overlay: speed(&plain.apply_overlay, &own.apply_overlay),
				apply_cached: speed(&plain.apply_cached, &own.apply_cached),
				block: speed(&plain.block, &own.block),
				block_cached: speed(&plain.block_cached, &own.block_cached),
			},
			touched: self.touched,
		})
	}

	/// Counts what the transfers of a block touch.
	fn count(&mut self) -> anyhow::Result<()> {
		let mut network = self.network.clone();
		self.externalities.reset_overlay();
		self.externalities.execute_with(|| network.begin())?;
		let before = self.externalities.overlayed_changes().changes().count();
		let recorder = Recorder::<Blake2Hasher>::default();
		let extrinsics = self.extrinsics.clone();
		self.externalities.execute_with_recorder(recorder.clone(), || {
			extrinsics.into_iter().try_for_each(N::apply)
		})?;
		let written = self.externalities.overlayed_changes().changes().count();
		let count = self.accounts.len() as f64;
		let recorded = recorder.recorded_keys();
		self.keys = recorded.into_values().flatten().map(|(key, _)| key.to_vec()).collect();
		self.touched = Touched {
			reads: self.keys.len() as f64 / count,
			writes: written.abs_diff(before) as f64 / count,
			proof_bytes: recorder.estimate_encoded_size() as f64 / count,
		};
		Ok(())
	}
}

impl<N: Network> Turn for Subject<N> {
	fn turn(&mut self, keep: bool) -> anyhow::Result<()> {
		let all = self.extrinsics.clone();
		let (apply, block) = self.block(State::Trie, || all.into_iter().try_for_each(N::apply))?;
		let checked = self.checked.clone();
		let (apply_checked, _) = self.block(State::Trie, || {
			checked
				.into_iter()
				.try_for_each(|(checked, encoded)| N::apply_checked(checked, encoded))
		})?;
		let (keys, all) = (self.keys.clone(), self.extrinsics.clone());
		let (apply_overlay, _) =
			self.block(State::Overlay(&keys), || all.into_iter().try_for_each(N::apply))?;
		let all = self.extrinsics.clone();
		let (apply_cached, block_cached) =
			self.block(State::Cached, || all.into_iter().try_for_each(N::apply))?;
		if keep {
			self.times.apply.push(apply);
			self.times.apply_checked.push(apply_checked);
			self.times.apply_overlay.push(apply_overlay);
			self.times.apply_cached.push(apply_cached);
			self.times.block.push(block);
			self.times.block_cached.push(block_cached);
		}
		Ok(())
	}
}

/// How the state before a block is reached.
#[derive(Clone, Copy)]
enum State<'a> {
	/// By looking keys up in the trie.
	Trie,
	/// These keys are in the overlay when the transactions are applied.
	Overlay(&'a [Key]),
	/// Behind a node's trie cache, which earlier blocks have filled.
	Cached,
}

/// What everybody has received in the block. Everybody has sent a transfer, and pays the fee in the
/// fees' token.
fn received<N: Network>(accounts: &[AccountId]) -> anyhow::Result<Vec<Balance>> {
	let fees = N::pop_fees();
	let fee = fees.first().copied().unwrap_or_default();
	ensure!(fees.iter().all(|other| *other == fee), "equal transfers have unequal fees");
	ensure!(fees.is_empty() || fees.len() == accounts.len(), "a fee is missing");
	let sent = VALUE.checked_add(fee).context("a fee beyond all balances")?;
	let received: Vec<Balance> = accounts
		.iter()
		.map(|who| {
			let kept = ENDOWMENT.checked_sub(sent).context("more was sent than owned")?;
			N::balance(who).checked_sub(kept).context("a balance is too small")
		})
		.collect::<anyhow::Result<_>>()?;
	ensure!(received.iter().all(|received| *received == VALUE), "a balance is wrong");
	Ok(received)
}
