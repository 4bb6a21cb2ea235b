//! What must fail, with which error, and without a trace but nonce and fee.

use crate::{nodes::addresses, world::World};
use frame_support::{storage::with_storage_layer, traits::UnfilteredDispatchable};
use pallet_sponsorship::Refusal;
use popnet_primitives::{
	content::{ContentId, ContentState},
	economics::LeaseTerms,
	rewards::{PaidTo, Role},
};
use popnet_runtime::{
	configs::exchange::Asset,
	constants::{time, LIT, POP},
	Runtime, RuntimeCall, RuntimeOrigin, System,
};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, Perbill, StateVersion, TokenError,
};

fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

fn staking(error: pallet_staking::Error<Runtime>) -> Option<DispatchError> {
	Some(error.into())
}

impl World {
	/// Sends something that must fail.
	pub fn act_wrongly(&mut self) {
		if self.random.chance(20) {
			return self.send_inadmissible();
		}
		let who = self.person();
		let (kind, call, error) = match self.random.below(5) {
			0 => self.wrong_staking(who),
			1 => self.wrong_rewards(who),
			2 => self.wrong_content(who),
			3 => self.wrong_duties(who),
			_ => self.wrong_money(who),
		};
		let Some(error) = error else { return };
		let origin = RuntimeOrigin::signed(self.account(who));
		let before = root();
		let result = with_storage_layer(|| {
			call.clone().dispatch_bypass_filter(origin).map_err(|error| error.error)
		});
		assert_eq!(result.map(|_| ()), Err(error), "{kind}");
		assert_eq!(root(), before, "{kind} has left something behind: {call:?}");
		let attempts = |world: &Self| world.counts.get(kind).map_or(0, |count| count.failed);
		let before = attempts(self);
		let sent = self.send(kind, who, call);
		if attempts(self) > before {
			assert_eq!(sent, Err(error), "{kind}");
		}
		assert!(sent.is_err(), "{kind} was done");
		// It is as it should be.
		self.counts.entry(kind).or_default().done += 1;
	}

	fn wrong_staking(&mut self, who: usize) -> (&'static str, RuntimeCall, Option<DispatchError>) {
		type Call = pallet_staking::Call<Runtime>;
		type Error = pallet_staking::Error<Runtime>;
		let recent = self.ledger.pages.iter().rev().take(40).cloned().collect::<Vec<_>>();
		let account = self.account(who);
		let is_bonded = pallet_staking::Bonded::<Runtime>::contains_key(&account);
		let is_member = pallet_nomination_pools::PoolMembers::<Runtime>::contains_key(&account);
		match self.random.below(4) {
			0 => {
				let Some((era, validator_stash, page)) = self.random.pick(&recent) else {
					return ("pay a page twice", remark(), None);
				};
				let bonded = pallet_staking::Bonded::<Runtime>::contains_key(&validator_stash);
				let call = Call::payout_stakers_by_page { validator_stash, era, page };
				let error = if bonded { Error::AlreadyClaimed } else { Error::NotStash };
				("pay a page twice", call.into(), staking(error))
			}
			1 => {
				let validator_stash = account;
				let era = self.ledger.era + 1_000;
				let call = Call::payout_stakers_by_page { validator_stash, era, page: 0 };
				("pay an era to come", call.into(), staking(Error::InvalidEraToReward))
			}
			2 if is_bonded => {
				let payee = pallet_staking::RewardDestination::Stash;
				let call = Call::bond { value: 100 * POP, payee };
				("bond twice", call.into(), staking(Error::AlreadyBonded))
			}
			_ if is_bonded || is_member => ("join an unknown pool", remark(), None),
			_ => {
				let pool_id = pallet_nomination_pools::LastPoolId::<Runtime>::get() + 1_000;
				let call = pallet_nomination_pools::Call::join { amount: POP, pool_id };
				let error = pallet_nomination_pools::Error::<Runtime>::PoolNotFound.into();
				("join an unknown pool", call.into(), Some(error))
			}
		}
	}

	fn wrong_rewards(&mut self, who: usize) -> (&'static str, RuntimeCall, Option<DispatchError>) {
		type Call = pallet_rewards::Call<Runtime>;
		type Error = pallet_rewards::Error<Runtime>;
		let ended = self.ledger.era;
		let stranger = self.actors[self.actors.len() - 1].account.clone();
		match self.random.below(4) {
			0 => {
				let recent: Vec<_> = self
					.ledger
					.paid
					.iter()
					.rev()
					.take(60)
					.filter(|((era, ..), to)| {
						**to != PaidTo::Carried && era + time::HISTORY_ERAS > ended + 1
					})
					.map(|(key, _)| key.clone())
					.collect();
				let Some((era, role, payee)) = self.random.pick(&recent) else {
					return ("pay a reward twice", remark(), None);
				};
				let call = Call::pay { era, role, who: payee };
				("pay a reward twice", call.into(), Some(Error::AlreadyPaid.into()))
			}
			1 => {
				// An era may have ended in this block.
				let call = Call::pay { era: ended + 1, role: Role::Creator, who: stranger };
				("pay an era that has not ended", call.into(), Some(Error::EraNotEnded.into()))
			}
			2 if ended > 0 => {
				let call = Call::pay { era: ended - 1, role: Role::Creator, who: stranger };
				("pay a stranger", call.into(), Some(Error::NothingEarned.into()))
			}
			_ => {
				let split = pallet_rewards::Split::default();
				let call = Call::set_split { split };
				let _ = who;
				("split rewards alone", call.into(), Some(DispatchError::BadOrigin))
			}
		}
	}

	fn wrong_content(&mut self, who: usize) -> (&'static str, RuntimeCall, Option<DispatchError>) {
		type Call = pallet_content::Call<Runtime>;
		type Error = pallet_content::Error<Runtime>;
		let unknown = ContentId([0xAB; 32]);
		let drafts = self.drafts.clone();
		let draft = self.random.pick(&drafts);
		let item = draft.as_ref().and_then(|d| pallet_content::Items::<Runtime>::get(d.id));
		let (Some(draft), Some(item)) = (draft, item) else {
			let call = Call::tip { id: unknown, amount: LIT };
			return ("tip nothing", call.into(), Some(Error::UnknownItem.into()));
		};
		let id = draft.id;
		match self.random.below(4) {
			0 => {
				let call = Call::register { registration: item.registration };
				("register twice", call.into(), Some(Error::AlreadyRegistered.into()))
			}
			1 if draft.owner != who => {
				let call = Call::retire { id };
				("retire another's item", call.into(), Some(Error::NotOwner.into()))
			}
			2 if item.state == ContentState::Approved => {
				let call = Call::publish_key { id, key: [0; 32] };
				("publish a wrong key", call.into(), Some(Error::WrongKey.into()))
			}
			_ => {
				let call = Call::play { id: unknown };
				("play nothing", call.into(), Some(Error::UnknownItem.into()))
			}
		}
	}

	fn wrong_duties(&mut self, who: usize) -> (&'static str, RuntimeCall, Option<DispatchError>) {
		let account = self.account(who);
		match self.random.below(6) {
			0 => {
				let ids = sp_runtime::BoundedVec::truncate_from(vec![ContentId([1; 32])]);
				let call = pallet_masternodes::Call::<Runtime>::acknowledge { ids };
				let error = pallet_masternodes::Error::<Runtime>::NotMasternode.into();
				("acknowledge nothing", call.into(), Some(error))
			}
			1 => {
				let call = pallet_masternodes::Call::<Runtime>::withdraw {};
				let error = pallet_masternodes::Error::<Runtime>::NotMasternode.into();
				("withdraw no bond", call.into(), Some(error))
			}
			2 => {
				let taken = pallet_masternodes::Masternodes::<Runtime>::iter_values().next();
				let Some(taken) = taken.filter(|_| self.spendable(who) > 60_000 * POP) else {
					return ("take a peer id", remark(), None);
				};
				let call =
					pallet_masternodes::Call::<Runtime>::register { addresses: taken.addresses };
				let error = pallet_masternodes::Error::<Runtime>::PeerIdTaken.into();
				("take a peer id", call.into(), Some(error))
			}
			3 => {
				let call = pallet_moderation::Call::<Runtime>::commit {
					id: ContentId([1; 32]),
					hash: [0; 32],
				};
				let error = pallet_moderation::Error::<Runtime>::NoScreening.into();
				("screen nothing", call.into(), Some(error))
			}
			4 if !popnet_runtime::Session::validators().contains(&account) => {
				let (screening_key, model) = (self.random.bytes(), [7; 32]);
				let call = pallet_superdelegates::Call::<Runtime>::stand { screening_key, model };
				let error = pallet_superdelegates::Error::<Runtime>::NotActiveDelegate.into();
				("stand without being a Delegate", call.into(), Some(error))
			}
			_ => {
				let call = pallet_masternodes::Call::<Runtime>::update_addresses {
					addresses: addresses("12D3KooWnobody"),
				};
				let error = pallet_masternodes::Error::<Runtime>::NotMasternode.into();
				("change addresses of nothing", call.into(), Some(error))
			}
		}
	}

	fn wrong_money(&mut self, who: usize) -> (&'static str, RuntimeCall, Option<DispatchError>) {
		let account = self.account(who);
		let other = self.account((who + 1) % self.people());
		match self.random.below(8) {
			0 => {
				let terms = LeaseTerms::Share(Perbill::from_percent(10));
				let end = self.chain.number() + 100;
				let call = pallet_lit::Call::<Runtime>::lend { borrower: account, terms, end };
				let error = pallet_lit::Error::<Runtime>::OwnBorrower.into();
				("lend to itself", call.into(), Some(error))
			}
			1 => {
				let lease = pallet_lit::NextLease::<Runtime>::get() + 1;
				let call = pallet_lit::Call::<Runtime>::end_lease { lease };
				let error = pallet_lit::Error::<Runtime>::UnknownLease.into();
				("end no lease", call.into(), Some(error))
			}
			2 => {
				let rate = pallet_lit::Current::<Runtime>::get().rate;
				let call = pallet_lit::Call::<Runtime>::set_rate { rate };
				("set the rate alone", call.into(), Some(DispatchError::BadOrigin))
			}
			3 => {
				let plan = pallet_sponsorship::NextPlan::<Runtime>::get() + 1;
				let call = pallet_sponsorship::Call::<Runtime>::fund { plan, amount: LIT };
				let error = pallet_sponsorship::Error::<Runtime>::UnknownPlan.into();
				("fund no plan", call.into(), Some(error))
			}
			4 => {
				let call = pallet_balances::Call::<Runtime>::transfer_allow_death {
					dest: other.into(),
					value: Self::too_much(),
				};
				let error = TokenError::FundsUnavailable.into();
				("give too much", call.into(), Some(error))
			}
			5 => {
				let call = pallet_treasury::Call::<Runtime>::spend {
					asset_kind: Box::new(()),
					amount: POP,
					beneficiary: Box::new(account),
					valid_from: None,
				};
				("spend the treasury alone", call.into(), Some(DispatchError::BadOrigin))
			}
			6 => {
				let path = vec![Box::new(Asset::Pop), Box::new(Asset::Pop)];
				let call = pallet_asset_conversion::Call::swap_exact_tokens_for_tokens {
					path,
					amount_in: POP,
					amount_out_min: 1,
					send_to: account,
					keep_alive: true,
				};
				let error = pallet_asset_conversion::Error::<Runtime>::InvalidAssetPair.into();
				("exchange POP for itself", call.into(), Some(error))
			}
			_ => {
				let index = pallet_referenda::ReferendumCount::<Runtime>::get() + 1;
				let call = pallet_referenda::Call::<Runtime>::refund_decision_deposit { index };
				let error = pallet_referenda::Error::<Runtime>::BadReferendum.into();
				("take back no deposit", call.into(), Some(error))
			}
		}
	}

	/// A transaction that no block may have: wrong nonce, or a plan that does not pay.
	fn send_inadmissible(&mut self) {
		let who = self.person();
		let actor = &self.actors[who];
		let nonce = System::account_nonce(&actor.account);
		let plan = pallet_sponsorship::NextPlan::<Runtime>::get() + 1;
		let sponsored = pallet_sponsorship::Call::sponsored { plan, call: Box::new(remark()) };
		let (kind, nonce, call, error) = match self.random.below(3) {
			0 if nonce > 0 => ("send again", nonce - 1, remark(), InvalidTransaction::Stale),
			1 => ("send too early", nonce + 1, remark(), InvalidTransaction::Future),
			_ => {
				let unknown = InvalidTransaction::Custom(Refusal::UnknownPlan as u8);
				("be sponsored by nobody", nonce, sponsored.into(), unknown)
			}
		};
		let transaction = self.chain.sign_by(&actor.pair, call, nonce, 0);
		let before = root();
		let applied = self.chain.apply(transaction);
		// Whether there is room and a fee can be paid, is looked at before some nonces are.
		let refused = [InvalidTransaction::ExhaustsResources, InvalidTransaction::Payment];
		if !refused.into_iter().any(|reason| applied == Err(reason.into())) {
			assert_eq!(applied, Err(TransactionValidityError::Invalid(error)), "{kind}");
		}
		assert_eq!(root(), before, "{kind} has left something behind");
		self.counts.entry(kind).or_default().done += 1;
	}
}

fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() })
}
