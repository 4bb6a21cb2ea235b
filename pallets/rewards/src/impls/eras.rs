//! What an era pays, and its end.

use crate::{
	Config, CreditOf, Ending, EraReward, Eras, Error, Event, InProgress, NextEra, PaidUntil,
	Pallet, Phase, Roles, Split, SplitInForce, WeightInfo,
};
use frame_support::{
	dispatch::DispatchClass,
	ensure,
	traits::{Get, Imbalance, OnUnbalanced},
	weights::Weight,
};
use popnet_primitives::{
	economics::reward_pool_left,
	rewards::{Role, MASTERNODES_SHARE},
	Balance,
};
use sp_runtime::{DispatchResult, SaturatedConversion};
use sp_staking::{EraIndex, EraPayout};

impl<T: Config> Pallet<T> {
	/// The era that is running. When staking's active era is at its end already, the next one.
	pub fn present_era() -> EraIndex {
		T::Era::get().max(NextEra::<T>::get())
	}

	/// What the running era would pay if it ended now.
	pub fn accrued() -> EraReward {
		let left_at = |block| reward_pool_left(T::RewardPool::get(), block, T::RewardBlocks::get());
		let amount = left_at(PaidUntil::<T>::get()).saturating_sub(left_at(Self::now()));
		SplitInForce::<T>::get().divide(amount)
	}

	pub(crate) fn now() -> u32 {
		frame_system::Pallet::<T>::block_number().saturated_into()
	}

	pub(crate) fn do_set_split(split: Split) -> DispatchResult {
		ensure!(split.masternodes == MASTERNODES_SHARE, Error::<T>::MasternodesShareFixed);
		ensure!(split.is_whole(), Error::<T>::NotWhole);
		SplitInForce::<T>::put(split);
		Self::deposit_event(Event::SplitChanged { split });
		Ok(())
	}

	/// Ends the present era, which was to pay `planned`; `received` of that is in the pot. Roles are
	/// promised what the pot has, and the treasury gets all else.
	pub(crate) fn end_era(planned: EraReward, received: Balance) {
		let mut available = Self::surplus();
		let mut promise = |amount: Balance| {
			let promised = amount.min(available);
			available = available.saturating_sub(promised);
			promised
		};
		let mut reward = EraReward {
			masternodes: promise(planned.masternodes),
			creators: promise(planned.creators),
			superdelegates: promise(planned.superdelegates),
			// Staking may have kept less for stakers than planned, and handed over the difference.
			stakers: planned.total().saturating_sub(received),
			treasury: 0,
		};
		reward.treasury = received.saturating_sub(reward.roles());
		Self::owe(reward.roles());
		Self::sweep();

		let era = Self::open_payment(&reward);
		Eras::<T>::insert(era, reward);
		Self::deposit_event(Event::EraEnded { era, reward });
	}

	/// Begins the payment of the present era and turns to the next one.
	fn open_payment(reward: &EraReward) -> EraIndex {
		let era = Self::present_era();
		let mut progress = InProgress::<T>::get();
		progress.skip_to(NextEra::<T>::get(), era);
		NextEra::<T>::put(era.saturating_add(1));
		for role in [Role::Creator, Role::Superdelegate] {
			let mut entry = Roles::<T>::get(era, role).unwrap_or_default();
			entry.endow(reward.of(role));
			entry.phase = Phase::Paying;
			Roles::<T>::insert(era, role, entry);
		}
		let amount = reward.of(Role::Masternode);
		let collected = *progress.collecting.get_or_insert(era);
		let mut entry = Roles::<T>::get(collected, Role::Masternode).unwrap_or_default();
		entry.endow(amount);
		Roles::<T>::insert(collected, Role::Masternode, entry);
		if collected != era {
			Self::deposit_event(Event::MasternodesJoined { era, with: collected, amount });
		}
		InProgress::<T>::put(progress);
		era
	}

	/// Counts weight of work inside of calls and hooks that know nothing of it.
	pub(crate) fn register_weight(weight: Weight) {
		frame_system::Pallet::<T>::register_extra_weight_unchecked(
			weight,
			DispatchClass::Mandatory,
		);
	}
}

impl<T: Config> EraPayout<Balance> for Pallet<T> {
	/// The stakers' part, and everything else. Staking calls this when an era ends, and hands over
	/// everything else in the same block.
	fn era_payout(_: Balance, _: Balance, _: u64) -> (Balance, Balance) {
		let planned = Self::accrued();
		PaidUntil::<T>::put(Self::now());
		Ending::<T>::put(planned);
		(planned.stakers, planned.total().saturating_sub(planned.stakers))
	}
}

impl<T: Config> OnUnbalanced<CreditOf<T>> for Pallet<T> {
	/// Takes the credit of an ending era, which may be zero. Any other credit is for the treasury.
	fn on_unbalanced(credit: CreditOf<T>) {
		Self::register_weight(T::WeightInfo::end_era());
		let received = credit.peek();
		Self::take_in(credit);
		match Ending::<T>::take() {
			Some(planned) => Self::end_era(planned, received),
			None => Self::sweep(),
		}
	}
}
