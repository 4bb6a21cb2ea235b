//! Worst case of every call and hook; each asserts its result.
//!
//! The first members of a panel are the Superdelegates of the genesis, who have to be at least
//! [`PANEL_MIN`]; the others are made up, and may do everything but commit.

// Panels, policies and lists have far fewer than 256 entries.
#![allow(clippy::cast_possible_truncation)]

use super::*;
use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{
	traits::{EnsureOrigin, Get},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use popnet_primitives::{
	content::{ContentId, SEALED_KEY_BYTES},
	moderation::{
		Category, CategoryName, Finding, Policy, RiskVector, Seat, Verdict, CATEGORIES_MAX,
		CATEGORY_NAME_BYTES_MAX,
	},
	traits::{OnLeft, ScreeningSet},
	AccountId, BlockNumber,
};

/// The item of every benchmark.
const ID: ContentId = ContentId([3; 32]);
/// Salt of every commitment.
const SALT: [u8; 32] = [4; 32];

/// As many categories as there can be, with the longest names.
fn policy() -> Policy {
	let category = |n: u8| {
		let mut name = alloc::vec![b'a'; CATEGORY_NAME_BYTES_MAX as usize];
		name[0] = b'a' + n;
		Category { name: CategoryName::truncate_from(name), threshold: 5_000 }
	};
	Policy::truncate_from((0..CATEGORIES_MAX as u8).map(category).collect())
}

/// As many models as can be admitted, those of the Superdelegates in office first.
fn models<T: Config>() -> ModelList {
	let mut models: Vec<ModelHash> = T::ScreeningSet::members()
		.iter()
		.filter_map(|(who, _)| T::ScreeningSet::model_of(who))
		.collect();
	models.sort();
	models.dedup();
	models.extend((1..=MODELS_MAX as u8).map(|n| [n.wrapping_add(100); 32]));
	ModelList::truncate_from(models)
}

/// Puts the largest policy into force.
fn set_policy<T: Config>() -> Result<PolicyVersion, BenchmarkError> {
	Pallet::<T>::do_set_policy(policy()).map_err(|_| BenchmarkError::Stop("invalid policy"))?;
	Pallet::<T>::do_admit_models(models::<T>())
		.map_err(|_| BenchmarkError::Stop("invalid models"))?;
	CurrentPolicy::<T>::get().ok_or(BenchmarkError::Stop("no policy"))
}

/// `count` members, Superdelegates in office first.
fn panel_members<T: Config>(count: u32) -> Result<Vec<Member>, BenchmarkError> {
	let in_office = T::ScreeningSet::members();
	if in_office.len() < PANEL_MIN as usize {
		return Err(BenchmarkError::Stop("the genesis has too few Superdelegates"));
	}
	let others = (0..count).map(|n| (account("member", n, 0), [n as u8; 32]));
	let members = in_office.into_iter().chain(others).take(count as usize);
	Ok(members.map(|(account, key)| Member::new(account, key)).collect())
}

/// What everybody finds: nothing, in every category.
fn verdict(model: ModelHash) -> Verdict {
	let risk = RiskVector::truncate_from(alloc::vec![1; CATEGORIES_MAX as usize]);
	Verdict { finding: Finding::Scored(risk), model }
}

fn keys(count: usize) -> SealedKeyList {
	SealedKeyList::truncate_from(alloc::vec![[6; SEALED_KEY_BYTES]; count])
}

/// Lets a few blocks pass, so that there is a past in which a panel was requested.
fn pass_time<T: Config>() -> BlockNumber {
	let later = T::DrawDelay::get().saturating_add(2);
	frame_system::Pallet::<T>::set_block_number(later.into());
	Pallet::<T>::now()
}

/// An item with a panel of `count` in `phase`, whose deadline is now: all have committed in phase
/// Revealing, all but the first in phase Committing. Returns its publisher.
fn panel_in<T: Config>(phase: Phase, count: u32) -> Result<AccountId, BenchmarkError> {
	let owner: AccountId = account("owner", 0, 0);
	T::BenchmarkHelper::register(&owner, ID);
	let version = set_policy::<T>()?;
	let now = pass_time::<T>();
	let mut panel = Panel::new(version, now.saturating_sub(2));
	panel.round = now.saturating_sub(1);
	panel.seats = count;
	panel.phase = phase;
	panel.members = PanelVec::truncate_from(panel_members::<T>(count)?);
	panel.failed_draws = T::DrawAttemptsMax::get() - 1;
	if matches!(phase, Phase::Committing | Phase::Revealing) {
		panel.keys = count;
		SealedKeys::<T>::insert(ID, keys(count as usize));
		let round = panel.round;
		let idle = usize::from(phase == Phase::Committing);
		for member in panel.members.iter_mut().skip(idle) {
			let model = T::ScreeningSet::model_of(&member.account).unwrap_or_default();
			let seat = Seat { id: ID, round, member: &member.account };
			let hash = seat.commitment(&verdict(model), &SALT);
			member.commitment = Some(Commitment { hash, model });
		}
	}
	store::<T>(panel, now);
	Ok(owner)
}

/// Stores a panel whose deadline is `deadline`, with the duties of its members.
fn store<T: Config>(mut panel: Panel, deadline: BlockNumber) {
	Pallet::<T>::set_deadline(ID, &mut panel, Some(deadline));
	for member in panel.members_on_duty() {
		Pallet::<T>::begin_duty(member, ID);
	}
	Panels::<T>::insert(ID, panel);
}

fn stored<T: Config>() -> Result<Panel, BenchmarkError> {
	Panels::<T>::get(ID).ok_or(BenchmarkError::Stop("the panel is gone"))
}

/// Works off what is due in this block, as `on_idle` does.
fn end_block<T: Config>() {
	let mut meter = WeightMeter::new();
	Pallet::<T>::work_off_deadlines(&mut meter);
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_policy() -> Result<(), BenchmarkError> {
		let version = super::set_policy::<T>()?;
		let origin = T::GovernanceOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, policy());

		assert_eq!(CurrentPolicy::<T>::get(), Some(version + 1));
		assert_eq!(AdmittedModels::<T>::get(version + 1), models::<T>());
		Ok(())
	}

	#[benchmark]
	fn admit_models() -> Result<(), BenchmarkError> {
		let version = super::set_policy::<T>()?;
		let origin = T::GovernanceOrigin::try_successful_origin()
			.map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, models::<T>());

		assert_eq!(CurrentPolicy::<T>::get(), Some(version + 1));
		assert_eq!(Pallet::<T>::policy(), policy());
		Ok(())
	}

	#[benchmark]
	fn seal_keys() -> Result<(), BenchmarkError> {
		let owner = panel_in::<T>(Phase::Sealing, PANEL_MAX)?;

		#[extrinsic_call]
		_(RawOrigin::Signed(owner), ID, keys(PANEL_MAX as usize));

		let panel = stored::<T>()?;
		assert_eq!((panel.phase, panel.keys), (Phase::Committing, PANEL_MAX));
		assert_eq!(SealedKeys::<T>::decode_len(ID), Some(PANEL_MAX as usize));
		Ok(())
	}

	#[benchmark]
	fn commit() -> Result<(), BenchmarkError> {
		panel_in::<T>(Phase::Committing, PANEL_MAX)?;
		let caller = stored::<T>()?.members[0].account.clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ID, [7; 32]);

		assert_eq!(stored::<T>()?.phase, Phase::Revealing);
		Ok(())
	}

	#[benchmark]
	fn reveal(m: Linear<PANEL_MIN, PANEL_MAX>) -> Result<(), BenchmarkError> {
		panel_in::<T>(Phase::Revealing, m)?;
		let caller = stored::<T>()?.members[0].account.clone();
		Panels::<T>::mutate(ID, |panel| {
			for member in panel.iter_mut().flat_map(|panel| panel.members.iter_mut().skip(1)) {
				member.verdict = member.commitment.map(|commitment| verdict(commitment.model));
			}
		});
		let model = T::ScreeningSet::model_of(&caller).unwrap_or_default();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), ID, verdict(model), SALT);

		assert_eq!(stored::<T>()?.phase, Phase::Decided);
		assert!(Outcomes::<T>::contains_key(ID));
		assert!(OpenDuties::<T>::get().is_empty());
		Ok(())
	}

	#[benchmark]
	fn left() -> Result<(), BenchmarkError> {
		panel_in::<T>(Phase::Committing, PANEL_MAX)?;
		let who = stored::<T>()?.members[0].account.clone();

		#[block]
		{
			<Pallet<T> as OnLeft<AccountId>>::left(&who);
		}

		assert!(Departures::<T>::contains_key(&who));
		Ok(())
	}

	#[benchmark]
	fn departures() {
		let who: AccountId = account("member", 0, 0);
		Departures::<T>::insert(&who, Some(ID));
		let limit = T::WeightInfo::departures().saturating_mul(2);

		#[block]
		{
			Pallet::<T>::work_off_departures(&mut WeightMeter::with_limit(limit));
		}

		assert!(!Departures::<T>::contains_key(&who));
	}

	#[benchmark]
	fn vacate_seat(m: Linear<PANEL_MIN, PANEL_MAX>) -> Result<(), BenchmarkError> {
		panel_in::<T>(Phase::Committing, m)?;
		// The last who are a majority, of a second panel, after as many substitutes as there can be.
		Panels::<T>::mutate(ID, |panel| {
			if let Some(panel) = panel {
				panel.substitutes = T::SubstitutesMax::get();
				panel.seats = m.saturating_mul(2).saturating_sub(1);
				panel.redrawn = true;
			}
		});
		let who = stored::<T>()?.members[0].account.clone();
		<Pallet<T> as OnLeft<AccountId>>::left(&who);

		#[block]
		{
			Pallet::<T>::work_off_departures(&mut WeightMeter::new());
		}

		assert_eq!(stored::<T>()?.phase, Phase::Decided);
		assert!(OpenDuties::<T>::get().is_empty());
		assert!(!SealedKeys::<T>::contains_key(ID));
		Ok(())
	}

	#[benchmark]
	fn deadlines_of_block() {
		let now = pass_time::<T>();

		#[block]
		{
			end_block::<T>();
		}

		assert_eq!(DeadlinesFrom::<T>::get(), Some(now + 1));
	}

	#[benchmark]
	fn end_phase(m: Linear<PANEL_MIN, PANEL_MAX>) -> Result<(), BenchmarkError> {
		// All but a majority are silent at the time to reveal, and the rest decides.
		panel_in::<T>(Phase::Revealing, m)?;
		Panels::<T>::mutate(ID, |panel| {
			if let Some(panel) = panel {
				let majority = panel.majority();
				for member in panel.members.iter_mut().take(majority) {
					member.verdict = member.commitment.map(|commitment| verdict(commitment.model));
				}
			}
		});

		#[block]
		{
			end_block::<T>();
		}

		assert_eq!(stored::<T>()?.phase, Phase::Decided);
		assert!(Outcomes::<T>::contains_key(ID));
		assert!(OpenDuties::<T>::get().is_empty());
		Ok(())
	}

	#[benchmark]
	fn draw(
		m: Linear<1, { T::SubstitutesMax::get().min(PANEL_MAX) }>,
	) -> Result<(), BenchmarkError> {
		panel_in::<T>(Phase::Substituting, PANEL_MAX)?;
		// Those who are left are not in office, so that all of these can be drawn.
		Panels::<T>::mutate(ID, |panel| {
			if let Some(panel) = panel {
				let gone = panel.members.len().saturating_sub((PANEL_MAX - m) as usize);
				panel.members.drain(..gone).for_each(|member| {
					Pallet::<T>::end_duty(&member.account, ID);
				});
				panel.vacant_since = Some(0);
			}
		});

		#[block]
		{
			end_block::<T>();
		}

		let in_office = T::ScreeningSet::members().len() as u32;
		assert_eq!(Panels::<T>::get(ID).map(|panel| panel.substitutes), Some(m.min(in_office)));
		Ok(())
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::build(), crate::mock::Test);
}
