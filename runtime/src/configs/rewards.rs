//! POP rewards: how they are divided, and how Delegates and nominators get theirs.

use super::governance::{
	origins::{self, Ensure},
	TreasuryAccount,
};
use crate::{constants::*, *};
use frame_support::{
	dispatch::GetDispatchInfo,
	parameter_types,
	traits::{ConstU128, ConstU32, Get, UnfilteredDispatchable},
	PalletId,
};
use frame_system::RawOrigin;
use pallet_staking::{ErasStakersOverview, ErasStakersPaged, WeightInfo as _};
use popnet_primitives::rewards::{
	Compound, Earned, PaidTo, Payment, Reason, RewardView, StakerPage, StakerPayouts,
};
use sp_runtime::{DispatchResult, Perbill};
use sp_staking::{EraIndex, PagedExposureMetadata, StakingAccount};

type StakingWeights = <Runtime as pallet_staking::Config>::WeightInfo;
type StakingCall = pallet_staking::Call<Runtime>;

/// Pays Delegates and their nominators page by page, as anybody could by `payout_stakers_by_page`.
pub struct Stakers;

impl StakerPayouts<AccountId> for Stakers {
	fn pay_next(
		era: EraIndex,
		after: Option<&StakerPage<AccountId>>,
	) -> Option<(StakerPage<AccountId>, Weight)> {
		let page = next_page(era, after)?;
		let call = StakingCall::payout_stakers_by_page {
			validator_stash: page.validator.clone(),
			era,
			page: page.index,
		};
		let weight = call.get_dispatch_info().call_weight;
		let origin = RawOrigin::Signed(Rewards::pot()).into();
		let used = match call.dispatch_bypass_filter(origin) {
			Ok(info) => info.actual_weight,
			// Somebody has claimed it before; nothing is left to pay.
			Err(error) => error.post_info.actual_weight,
		};
		Some((page, used.unwrap_or(weight).saturating_add(lookup())))
	}

	fn weight_max() -> Weight {
		let page = <Runtime as pallet_staking::Config>::MaxExposurePageSize::get();
		// Each nominator of the page and the Delegate may compound.
		let stakes = stake_grows().saturating_mul(u64::from(page).saturating_add(1));
		StakingWeights::payout_stakers_alive_staked(page)
			.saturating_add(lookup())
			.saturating_add(stakes)
	}

	fn look_weight() -> Weight {
		lookup()
	}
}

/// What LIT generation registers when stake grows, which ends no lease.
fn stake_grows() -> Weight {
	<<Runtime as pallet_lit::Config>::WeightInfo as pallet_lit::WeightInfo>::stake_changed(0)
}

/// Finding the next page reads two entries.
fn lookup() -> Weight {
	<Runtime as frame_system::Config>::DbWeight::get().reads(2)
}

/// The page after `after`: of the same Delegate, or the first one of the next in the map's order.
fn next_page(
	era: EraIndex,
	after: Option<&StakerPage<AccountId>>,
) -> Option<StakerPage<AccountId>> {
	let mut delegates = match after {
		None => ErasStakersOverview::<Runtime>::iter_key_prefix(era),
		Some(page) => {
			let index = page.index.checked_add(1)?;
			let pages = ErasStakersOverview::<Runtime>::get(era, &page.validator)
				.map_or(0, |overview| overview.page_count);
			if index < pages {
				return Some(StakerPage { validator: page.validator.clone(), index });
			}
			let last = ErasStakersOverview::<Runtime>::hashed_key_for(era, &page.validator);
			ErasStakersOverview::<Runtime>::iter_key_prefix_from(era, last)
		}
	};
	delegates.next().map(|validator| StakerPage { validator, index: 0 })
}

/// Bonds what an account has earned: added to its stake, or a first bond whose rewards compound too.
pub struct Bonded;

impl Compound<AccountId> for Bonded {
	fn compound(who: &AccountId, amount: Balance) -> DispatchResult {
		let origin: RuntimeOrigin = RawOrigin::Signed(who.clone()).into();
		let is_bonded = Staking::ledger(StakingAccount::Stash(who.clone())).is_ok();
		let call = if is_bonded {
			StakingCall::bond_extra { max_additional: amount }
		} else {
			StakingCall::bond { value: amount, payee: pallet_staking::RewardDestination::Staked }
		};
		frame_support::storage::with_storage_layer(|| {
			call.dispatch_bypass_filter(origin).map(|_| ()).map_err(|error| error.error)
		})
	}

	fn weight() -> Weight {
		StakingWeights::bond().max(StakingWeights::bond_extra())
	}

	fn weight_max() -> Weight {
		Self::weight().saturating_add(stake_grows())
	}
}

/// The era that is running or ending.
pub struct ActiveEra;
impl Get<EraIndex> for ActiveEra {
	fn get() -> EraIndex {
		pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
	}
}

parameter_types! {
	pub const RewardsPalletId: PalletId = PalletId(*b"pop/rwrd");
}

impl pallet_rewards::Config for Runtime {
	type Compound = Bonded;
	type CompoundDeposit = ConstU128<{ rewards::COMPOUND_DEPOSIT }>;
	type Currency = Balances;
	type Era = ActiveEra;
	type HistoryDepth = ConstU32<{ time::HISTORY_ERAS }>;
	type Masternodes = Masternodes;
	type PalletId = RewardsPalletId;
	type ParameterOrigin = Ensure<origins::Economy>;
	type RewardBlocks = ConstU32<{ rewards::BLOCKS }>;
	type RewardPool = ConstU128<{ rewards::POOL }>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Stakers = Stakers;
	type Treasury = TreasuryAccount;
	type WeightInfo = weights::pallet_rewards::WeightInfo<Self>;
}

/// What Delegates and nominators earn, as staking will pay or has paid it, for clients: reads all
/// exposures of an era.
pub fn staker_rewards_of(era: EraIndex, who: &AccountId) -> Vec<RewardView<AccountId>> {
	ErasStakersOverview::<Runtime>::iter_prefix(era)
		.filter_map(|(delegate, overview)| StakerReward::new(era, delegate, overview).view(who))
		.collect()
}

/// The rewards of one Delegate and its nominators in an era.
struct StakerReward {
	era: EraIndex,
	delegate: AccountId,
	overview: PagedExposureMetadata<Balance>,
}

impl StakerReward {
	fn new(era: EraIndex, delegate: AccountId, overview: PagedExposureMetadata<Balance>) -> Self {
		Self { era, delegate, overview }
	}

	/// The entry of `who`, if it backs this Delegate or is it.
	fn view(&self, who: &AccountId) -> Option<RewardView<AccountId>> {
		let all = pallet_staking::ErasRewardPoints::<Runtime>::get(self.era);
		let points = all.individual.get(&self.delegate).copied().unwrap_or_default();
		let paid_for_era = pallet_staking::ErasValidatorReward::<Runtime>::get(self.era);
		let amount_total = paid_for_era.unwrap_or_else(|| Rewards::accrued().stakers);
		let payout = Perbill::from_rational(points, all.total) * amount_total;
		let commission =
			pallet_staking::ErasValidatorPrefs::<Runtime>::get(self.era, &self.delegate).commission
				* payout;
		let left = payout.saturating_sub(commission);
		let (reason, earned, page) = if *who == self.delegate {
			let own = Perbill::from_rational(self.overview.own, self.overview.total) * left;
			(Reason::Validated, own.saturating_add(commission), None)
		} else {
			let (page, stake) = self.nomination(who)?;
			let part = Perbill::from_rational(stake, self.overview.total) * left;
			(Reason::Nominated { validator: self.delegate.clone() }, part, Some(page))
		};
		let is_paid = self.is_paid(page);
		Some(RewardView {
			reason,
			points: points.into(),
			points_total: all.total.into(),
			amount_total,
			earned: match paid_for_era {
				Some(_) => Earned::Exact(earned),
				None => Earned::Estimate(earned),
			},
			payment: if is_paid {
				Payment::Paid { amount: earned, to: Self::destination(who) }
			} else {
				Payment::Pending
			},
			withheld: Vec::new(),
		})
	}

	/// Page and stake with which `who` backs the Delegate.
	fn nomination(&self, who: &AccountId) -> Option<(u32, Balance)> {
		(0..self.overview.page_count).find_map(|page| {
			let exposures = ErasStakersPaged::<Runtime>::get((self.era, &self.delegate, page))?;
			let own = exposures.others.iter().find(|other| other.who == *who)?;
			Some((page, own.value))
		})
	}

	/// Whether this page is paid; without one, all pages, over which a commission is spread.
	fn is_paid(&self, page: Option<u32>) -> bool {
		let claimed = pallet_staking::ClaimedRewards::<Runtime>::get(self.era, &self.delegate);
		match page {
			Some(page) => claimed.contains(&page),
			None => (0..self.overview.page_count.max(1)).all(|page| claimed.contains(&page)),
		}
	}

	fn destination(who: &AccountId) -> PaidTo {
		match Staking::payee(StakingAccount::Stash(who.clone())) {
			Some(pallet_staking::RewardDestination::Staked) => PaidTo::Compounded,
			_ => PaidTo::Free,
		}
	}
}
