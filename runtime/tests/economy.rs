//! What an era pays and to whom, what LIT does for those who have none, and what misconduct costs.

mod chain;

use chain::{account, development, Chain};
use frame_support::{
	assert_err,
	traits::{
		fungible::{Inspect, InspectHold},
		InstanceFilter, UnfilteredDispatchable,
	},
};
use pallet_sponsorship::{AllowedCall, Audience, Refusal, Terms};
use pallet_staking::RewardDestination;
use popnet_primitives::{
	economics::{reward_pool_left, LeaseTerms},
	rewards::{Earned, Payment, Reason, RecordWork, Role},
	traits::ReportDuty,
};
use popnet_runtime::{
	configs::{content::SlashedDuty, governance::origins::Origin, rewards::staker_rewards_of},
	constants::{rewards, time, LIT, POP},
	AccountId, Balances, BlockNumber, Lit, LitGeneration, ProxyType, Rewards, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeHoldReason, Sponsorship, System, Treasury,
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{transaction_validity::InvalidTransaction, Perbill};

const ERA: BlockNumber = time::FAST_SESSION_BLOCKS * time::SESSIONS_PER_ERA;

fn active_era() -> u32 {
	pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

/// Runs until the next era is active.
fn next_era(chain: &mut Chain) {
	let era = active_era();
	chain.run_until(2 * ERA, || active_era() > era);
}

fn bond(chain: &mut Chain, who: Sr25519Keyring, amount: u128) {
	chain.ok(
		who,
		pallet_staking::Call::<Runtime>::bond { value: amount, payee: RewardDestination::Staked },
	);
	chain.ok(
		who,
		pallet_staking::Call::<Runtime>::nominate { targets: vec![account(Alice).into()] },
	);
}

#[test]
fn an_era_pays_everybody_by_itself_and_says_for_what() {
	development(|chain| {
		bond(chain, Dave, 500_000 * POP);
		next_era(chain);
		next_era(chain);
		// What earlier eras pay is paid.
		chain.run(10);
		let era = active_era();
		Rewards::record(Role::Creator, &account(Eve), 3);
		Rewards::record(Role::Creator, &account(Ferdie), 1);
		let before = Balances::total_issuance();
		let eve = Balances::free_balance(account(Eve));
		let treasury = Balances::free_balance(Treasury::account_id());
		next_era(chain);
		chain.run(10);

		let paid = pallet_rewards::Eras::<Runtime>::get(era).expect("the era has ended");
		let minted = Balances::total_issuance() - before;
		assert!(minted <= paid.total(), "{minted} of {}", paid.total());
		assert!(paid.total() - minted < POP / 1_000, "staking rounds a little away, no more");
		assert_eq!(Balances::free_balance(account(Eve)) - eve, paid.creators * 3 / 4);
		let views = Rewards::rewards_of(era, &account(Eve));
		assert!(matches!(
			views.as_slice(),
			[view] if view.reason == Reason::Published
				&& view.earned == Earned::Exact(paid.creators * 3 / 4)
				&& matches!(view.payment, Payment::Paid { .. })
		));
		let of_dave = staker_rewards_of(era, &account(Dave));
		assert!(matches!(
			of_dave.as_slice(),
			[view] if view.reason == Reason::Nominated { validator: account(Alice) }
				&& matches!(view.payment, Payment::Paid { amount, .. } if amount > 0)
		));
		for delegate in [Alice, Bob, Charlie] {
			assert!(staker_rewards_of(era, &account(delegate))
				.iter()
				.any(|view| view.reason == Reason::Validated
					&& matches!(view.payment, Payment::Paid { amount, .. } if amount > 0)));
		}
		// Nobody stored or screened anything: their parts are the treasury's.
		let gained = Balances::free_balance(Treasury::account_id()) - treasury;
		assert!(gained >= paid.treasury + paid.masternodes + paid.superdelegates);
	});
}

#[test]
fn all_eras_together_pay_what_the_schedule_says() {
	development(|chain| {
		let before = Balances::total_issuance();
		for _ in 0..4 {
			next_era(chain);
		}
		let until = pallet_rewards::PaidUntil::<Runtime>::get();
		let planned = reward_pool_left(rewards::POOL, 0, rewards::BLOCKS)
			- reward_pool_left(rewards::POOL, until, rewards::BLOCKS);
		let promised: u128 =
			pallet_rewards::Eras::<Runtime>::iter_values().map(|era| era.total()).sum();

		assert_eq!(promised, planned);
		assert!(Balances::total_issuance() - before <= planned);
	});
}

/// A plan of Alice that pays for transfers of POP and LIT.
fn open_plan(chain: &mut Chain, user_day: u128) -> u32 {
	let plan = pallet_sponsorship::NextPlan::<Runtime>::get();
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let bytes = codec::Encode::encode(&remark);
	let terms = Terms {
		audience: Audience::Anyone,
		introduces: true,
		calls: vec![AllowedCall { pallet: bytes[0], call: Some(bytes[1]) }]
			.try_into()
			.expect("one call"),
		contracts: Default::default(),
		fee_max: LIT / 10,
		user_day_max: user_day,
		day_max: LIT,
		failures_max: 3,
		users_max: 10,
		last_block: chain.number() + 10_000,
	};
	chain.ok(Alice, pallet_sponsorship::Call::open { terms: Box::new(terms), funds: 2 * LIT });
	plan
}

fn sponsored(plan: u32, call: impl Into<RuntimeCall>) -> pallet_sponsorship::Call<Runtime> {
	pallet_sponsorship::Call::sponsored { plan, call: Box::new(call.into()) }
}

#[test]
fn the_first_transaction_of_somebody_who_has_nothing_is_paid_by_a_plan() {
	development(|chain| {
		let plan = open_plan(chain, LIT);
		let nobody = Sr25519Keyring::One;
		assert!(!System::account_exists(&account(nobody)));
		let held = |who: &AccountId| {
			let reason = RuntimeHoldReason::Sponsorship(pallet_sponsorship::HoldReason::Plan);
			<Lit as InspectHold<AccountId>>::balance_on_hold(&reason, who)
		};
		let before = held(&account(Alice));

		let call = sponsored(plan, frame_system::Call::remark { remark: vec![1] });
		chain.ok(nobody, call);

		assert_eq!(System::account_nonce(account(nobody)), 1);
		assert_eq!(Lit::free_balance(account(nobody)), 0, "nothing was given away");
		let cost = before - held(&account(Alice));
		assert!(cost > 0 && cost < LIT / 10, "{cost}");
		assert!(Sponsorship::allowance(plan, &account(nobody)) < LIT);
	});
}

#[test]
fn a_plan_pays_for_nothing_else_and_nobody_can_drain_it() {
	development(|chain| {
		let plan = open_plan(chain, LIT / 10);
		let one = Sr25519Keyring::One;
		let foreign = sponsored(
			plan,
			pallet_balances::Call::<Runtime>::transfer_all {
				dest: account(Bob).into(),
				keep_alive: false,
			},
		);
		let refused = chain.submit(one, foreign).expect_err("is outside of the plan");
		assert_eq!(refused, InvalidTransaction::Custom(Refusal::CallOutsidePlan as u8).into());

		let call = || sponsored(plan, frame_system::Call::remark { remark: vec![1; 1_000] });
		let first = chain.sign_with(one, call().into(), 0, 0);
		assert_eq!(chain.block(vec![first.clone()]), [Ok(Ok(()))]);
		assert_eq!(chain.block(vec![first]), [Err(InvalidTransaction::Stale.into())]);
		let mut paid = 0;
		for _ in 0..200 {
			match chain.submit(one, call()) {
				Ok(result) => {
					assert_eq!(result, Ok(()));
					paid += 1;
				}
				Err(error) => {
					let limit = InvalidTransaction::Custom(Refusal::UserLimit as u8).into();
					assert_eq!(error, limit, "after {paid} transactions");
					break;
				}
			}
		}
		assert_eq!(Sponsorship::allowance(plan, &account(Dave)), LIT / 10, "others still can");
	});
}

#[test]
fn a_lease_pays_the_fees_of_somebody_without_stake_and_ends_by_itself() {
	development(|chain| {
		bond(chain, Dave, 1_000_000 * POP);
		let end = chain.number() + 50;
		chain.ok(
			Dave,
			pallet_lit::Call::lend {
				borrower: account(Ferdie),
				terms: LeaseTerms::Share(Perbill::from_percent(50)),
				end,
			},
		);
		assert_eq!(Lit::free_balance(account(Ferdie)), 0, "Ferdie has no LIT of his own");
		chain.run(30);
		chain.ok(Ferdie, frame_system::Call::<Runtime>::remark { remark: Vec::new() });
		chain.run_to(end);
		let at_end = LitGeneration::available(&account(Ferdie));
		chain.run(30);

		assert_eq!(LitGeneration::available(&account(Ferdie)), at_end, "it has ended");
		assert_eq!(LitGeneration::leases_of(&account(Ferdie)).1, Vec::new());
		let itself = chain
			.submit(
				Dave,
				pallet_lit::Call::lend {
					borrower: account(Dave),
					terms: LeaseTerms::Fixed(1_000 * POP),
					end: chain.number() + 100,
				},
			)
			.expect("valid");
		assert!(itself.is_err());
	});
}

/// Slashes that wait to be applied.
fn unapplied() -> usize {
	pallet_staking::UnappliedSlashes::<Runtime>::iter_values().map(|slashes| slashes.len()).sum()
}

/// POP units that `who` lost to a slash in the newest block.
fn slashed(who: Sr25519Keyring) -> Option<u128> {
	System::events().into_iter().find_map(|record| match record.event {
		RuntimeEvent::Staking(pallet_staking::Event::Slashed { staker, amount })
			if staker == account(who) =>
		{
			Some(amount)
		}
		_ => None,
	})
}

#[test]
fn a_missed_duty_costs_the_superdelegate_and_its_nominators_unless_it_is_cancelled() {
	development(|chain| {
		bond(chain, Dave, 500_000 * POP);
		next_era(chain);
		next_era(chain);
		chain.run(10);
		let staked = |who| Balances::total_balance(&account(who));
		let before = (staked(Alice), staked(Dave));
		SlashedDuty::missed(&account(Alice), 2);
		chain.run(5);
		assert!(unapplied() > 0, "a referendum has time to cancel it");
		assert_eq!((staked(Alice), staked(Dave)), before);
		chain.run_until(3 * ERA, || slashed(Dave).is_some());

		assert_eq!(slashed(Dave), Some(1_000 * POP), "0.2 % of 500,000");
		assert_eq!(slashed(Alice).map(|lost| lost / POP), Some(2_000), "and of a million");
		assert_eq!(unapplied(), 0);
	});
}

#[test]
fn a_slash_that_a_referendum_cancels_is_never_applied() {
	development(|chain| {
		next_era(chain);
		SlashedDuty::missed(&account(Alice), 2);
		chain.run(5);
		let era = pallet_staking::UnappliedSlashes::<Runtime>::iter()
			.find_map(|(era, slashes)| (!slashes.is_empty()).then_some(era))
			.expect("it waits");
		let slash_indices = vec![0];

		let cancel = pallet_staking::Call::<Runtime>::cancel_deferred_slash { era, slash_indices };
		let by_referendum = cancel.dispatch_bypass_filter(Origin::Staking.into());

		assert!(by_referendum.is_ok(), "{by_referendum:?}");
		assert_eq!(unapplied(), 0);
	});
}

#[test]
fn a_rate_outside_of_its_limits_is_refused_and_changes_nothing() {
	development(|chain| {
		let rate = pallet_lit::Current::<Runtime>::get().rate;
		let call = RuntimeCall::LitGeneration(pallet_lit::Call::set_rate { rate: rate * 300_000 });
		chain.ok(Alice, pallet_sudo::Call::sudo { call: Box::new(call) });
		assert!(chain.events().iter().any(|event| matches!(
			event,
			RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result: Err(_) })
		)));
		assert_eq!(pallet_lit::Current::<Runtime>::get().rate, rate);
		let stranger = chain.submit(Bob, pallet_lit::Call::set_rate { rate }).expect("valid");
		assert_err!(stranger, sp_runtime::DispatchError::BadOrigin);
	});
}

#[test]
fn a_proxy_that_moves_no_balance_does_not_tip() {
	let id = popnet_primitives::content::ContentId([1; 32]);
	let tip = RuntimeCall::Content(pallet_content::Call::tip { id, amount: LIT });
	let retire = RuntimeCall::Content(pallet_content::Call::retire { id });
	for kind in [ProxyType::NonTransfer, ProxyType::Content] {
		assert!(kind.filter(&retire) && !kind.filter(&tip), "{kind:?}");
	}
	assert!(ProxyType::Any.filter(&tip));
}
