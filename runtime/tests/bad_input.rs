//! What users get wrong: each mistake has an error of its own and changes nothing but, as a transaction,
//! nonce and fee.

mod chain;

use chain::{account, development, Chain};
use frame_support::{
	storage::with_storage_layer,
	traits::{fungible::Inspect, UnfilteredDispatchable},
};
use pallet_sponsorship::{AllowedCall, Audience, Refusal, Terms};
use pallet_staking::RewardDestination;
use popnet_primitives::{
	economics::LeaseTerms,
	rewards::{RecordWork, Role},
};
use popnet_runtime::{
	configs::governance::origins::Origin,
	constants::{currency, lit, time, LIT, POP},
	Balances, BlockNumber, Lit, LitGeneration, Rewards, Runtime, RuntimeCall, RuntimeOrigin,
	SessionKeys, System,
};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Dave, Eve};
use sp_runtime::{
	transaction_validity::InvalidTransaction, ArithmeticError, DispatchError, Perbill,
	StateVersion, TokenError,
};

const ERA: BlockNumber = time::FAST_SESSION_BLOCKS * time::SESSIONS_PER_ERA;

fn root() -> Vec<u8> {
	sp_io::storage::root(StateVersion::V1)
}

/// Dispatches `call`, which has to fail with `error` and leave the state as it is.
fn refused_from(origin: RuntimeOrigin, call: RuntimeCall, error: DispatchError) {
	let before = root();
	let result = with_storage_layer(|| {
		call.clone().dispatch_bypass_filter(origin).map_err(|error| error.error)
	});
	assert_eq!(result.map(|_| ()), Err(error), "{call:?}");
	assert_eq!(root(), before, "{call:?}");
}

/// The same, and as a transaction of `who` in a block.
fn refused(
	chain: &mut Chain,
	who: Sr25519Keyring,
	call: impl Into<RuntimeCall>,
	error: impl Into<DispatchError>,
) {
	let (call, error) = (call.into(), error.into());
	refused_from(RuntimeOrigin::signed(account(who)), call.clone(), error);
	let id = account(who);
	let pop = (Balances::free_balance(&id), <Balances as Inspect<_>>::total_balance(&id));
	let (lit, nonce) = (LitGeneration::available(&id), System::account_nonce(&id));
	assert_eq!(chain.submit(who, call), Ok(Err(error)));
	assert_eq!((Balances::free_balance(&id), <Balances as Inspect<_>>::total_balance(&id)), pop);
	assert_eq!(System::account_nonce(&id), nonce + 1);
	assert!(LitGeneration::available(&id) < lit + LIT, "no more than what stake generates");
}

fn bond(chain: &mut Chain, who: Sr25519Keyring, value: u128) {
	chain
		.ok(who, pallet_staking::Call::<Runtime>::bond { value, payee: RewardDestination::Staked });
}

fn active_era() -> u32 {
	pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

fn next_era(chain: &mut Chain) {
	let era = active_era();
	chain.run_until(2 * ERA, || active_era() > era);
}

#[test]
fn amounts_that_overflow() {
	development(|chain| {
		bond(chain, Dave, 1_000 * POP);
		let most = u128::MAX;
		let dest = account(Eve);
		let pay = pallet_balances::Call::<Runtime>::transfer_keep_alive {
			dest: dest.clone().into(),
			value: most,
		};
		refused(chain, Dave, RuntimeCall::Balances(pay), ArithmeticError::Underflow);
		let pay = pallet_balances::Call::transfer_keep_alive { dest: dest.into(), value: most };
		refused(chain, Dave, RuntimeCall::Lit(pay), ArithmeticError::Underflow);
		let lend = pallet_lit::Call::<Runtime>::lend {
			borrower: account(Eve),
			terms: LeaseTerms::Fixed(most),
			end: chain.number() + 100,
		};
		refused(chain, Dave, lend, pallet_lit::Error::<Runtime>::LeaseExceedsStake);
		let open = pallet_sponsorship::Call::<Runtime>::open {
			terms: Box::new(terms(chain)),
			funds: most,
		};
		refused(chain, Dave, open, TokenError::FundsUnavailable);
		let join = pallet_nomination_pools::Call::<Runtime>::create {
			amount: most,
			root: account(Eve).into(),
			nominator: account(Eve).into(),
			bouncer: account(Eve).into(),
		};
		refused(chain, Eve, join, TokenError::FundsUnavailable);
	});
}

#[test]
fn dust() {
	development(|chain| {
		bond(chain, Dave, 1_000 * POP);
		let nobody = account(Sr25519Keyring::One);
		let value = currency::EXISTENTIAL_DEPOSIT_POP - 1;
		let pay = pallet_balances::Call::transfer_keep_alive { dest: nobody.clone().into(), value };
		refused(chain, Dave, RuntimeCall::Balances(pay), TokenError::BelowMinimum);
		let value = currency::EXISTENTIAL_DEPOSIT_LIT - 1;
		let pay = pallet_balances::Call::transfer_keep_alive { dest: nobody.into(), value };
		refused(chain, Dave, RuntimeCall::Lit(pay), TokenError::BelowMinimum);
		let lend = pallet_lit::Call::<Runtime>::lend {
			borrower: account(Eve),
			terms: LeaseTerms::Fixed(1),
			end: chain.number() + 100,
		};
		refused(chain, Dave, lend, pallet_lit::Error::<Runtime>::LeaseTooSmall);
		let nominate =
			pallet_staking::Call::<Runtime>::bond { value: 1, payee: RewardDestination::Staked };
		refused(chain, Eve, nominate, pallet_staking::Error::<Runtime>::InsufficientBond);
	});
}

#[test]
fn a_wrong_era() {
	development(|chain| {
		next_era(chain);
		let (validator_stash, era) = (account(Alice), active_era() + 1_000);
		let pay = pallet_staking::Call::<Runtime>::payout_stakers_by_page {
			validator_stash,
			era,
			page: 0,
		};
		refused(chain, Dave, pay, pallet_staking::Error::<Runtime>::InvalidEraToReward);
		for (era, error) in [
			(active_era(), pallet_rewards::Error::<Runtime>::EraNotEnded),
			(u32::MAX, pallet_rewards::Error::<Runtime>::EraNotEnded),
		] {
			let pay = pallet_rewards::Call::<Runtime>::pay {
				era,
				role: Role::Creator,
				who: account(Eve),
			};
			refused(chain, Dave, pay, error);
		}
	});
}

#[test]
fn an_unknown_pool() {
	development(|chain| {
		type Call = pallet_nomination_pools::Call<Runtime>;
		type Error = pallet_nomination_pools::Error<Runtime>;
		let join = Call::join { amount: 5 * POP, pool_id: 7 };
		refused(chain, Dave, join, Error::PoolNotFound);
		refused(chain, Dave, Call::claim_payout {}, Error::PoolMemberNotFound);
	});
}

#[test]
fn a_reward_claimed_twice() {
	development(|chain| {
		bond(chain, Dave, 500_000 * POP);
		let targets = vec![account(Alice).into()];
		chain.ok(Dave, pallet_staking::Call::<Runtime>::nominate { targets });
		next_era(chain);
		next_era(chain);
		let era = active_era();
		Rewards::record(Role::Creator, &account(Eve), 3);
		next_era(chain);
		// By itself; everybody may be first, and nobody second.
		chain.run(10);
		let pay = pallet_staking::Call::<Runtime>::payout_stakers_by_page {
			validator_stash: account(Alice),
			era,
			page: 0,
		};
		refused(chain, Dave, pay, pallet_staking::Error::<Runtime>::AlreadyClaimed);
		let pay =
			pallet_rewards::Call::<Runtime>::pay { era, role: Role::Creator, who: account(Eve) };
		refused(chain, Eve, pay, pallet_rewards::Error::<Runtime>::AlreadyPaid);
	});
}

#[test]
fn a_stale_proof_of_session_keys() {
	development(|chain| {
		let owner = codec::Encode::encode(&account(Alice));
		let former = SessionKeys::generate(&owner, None);
		let present = SessionKeys::generate(&owner, None);
		let proof = codec::Encode::encode(&former.proof);
		let error = pallet_session::Error::<Runtime>::InvalidProof;
		let keys = present.keys.clone();
		let stale = pallet_session::Call::<Runtime>::set_keys { keys: keys.clone(), proof };
		refused(chain, Alice, stale, error);
		// Nor does it help to have seen the proof of somebody else.
		let proof = codec::Encode::encode(&present.proof);
		let set = pallet_session::Call::<Runtime>::set_keys { keys, proof };
		let error = pallet_session::Error::<Runtime>::InvalidProof;
		refused(chain, Bob, set.clone(), error);
		chain.ok(Alice, set);
	});
}

/// A plan that pays for remarks.
fn terms(chain: &Chain) -> pallet_sponsorship::TermsOf<Runtime> {
	let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
	let bytes = codec::Encode::encode(&remark);
	Terms {
		audience: Audience::Anyone,
		introduces: true,
		calls: vec![AllowedCall { pallet: bytes[0], call: Some(bytes[1]) }]
			.try_into()
			.expect("one call"),
		contracts: Default::default(),
		fee_max: LIT,
		user_day_max: LIT,
		day_max: LIT,
		failures_max: 3,
		users_max: 10,
		last_block: chain.number() + 10_000,
	}
}

#[test]
fn an_exhausted_sponsor() {
	development(|chain| {
		let plan = pallet_sponsorship::NextPlan::<Runtime>::get();
		let funds = LIT / 50;
		let terms = Box::new(terms(chain));
		chain.ok(Alice, pallet_sponsorship::Call::open { terms, funds });
		let remark = frame_system::Call::<Runtime>::remark { remark: vec![1; 1_000] };
		let call =
			|| pallet_sponsorship::Call::sponsored { plan, call: Box::new(remark.clone().into()) };
		let nobody = Sr25519Keyring::One;
		let mut last = Ok(Ok(()));
		for _ in 0..1_000 {
			let before = root();
			let transaction = chain.sign(nobody, call().into());
			chain.begin();
			let begun = root();
			last = chain.apply(transaction);
			if last.is_err() {
				assert_eq!(root(), begun);
			}
			chain.end();
			assert_ne!(root(), before, "a block has been made");
			if last.is_err() {
				break;
			}
		}
		let exhausted = InvalidTransaction::Custom(Refusal::Exhausted as u8);
		assert_eq!(last, Err(exhausted.into()));
		assert_eq!(Lit::free_balance(account(nobody)), 0);
	});
}

#[test]
fn a_lease_to_oneself() {
	development(|chain| {
		bond(chain, Dave, 10_000 * POP);
		for terms in [LeaseTerms::Share(Perbill::from_percent(50)), LeaseTerms::Fixed(1_000 * POP)]
		{
			let end = chain.number() + 100;
			let lend = pallet_lit::Call::<Runtime>::lend { borrower: account(Dave), terms, end };
			refused(chain, Dave, lend, pallet_lit::Error::<Runtime>::OwnBorrower);
		}
	});
}

#[test]
fn a_rate_outside_of_its_limits() {
	development(|chain| {
		chain.run(2);
		let present = pallet_lit::Current::<Runtime>::get().rate;
		type Error = pallet_lit::Error<Runtime>;
		for (rate, error) in [
			(0, Error::RateOutOfRange),
			(lit::RATE_MIN - 1, Error::RateOutOfRange),
			(lit::RATE_MAX + 1, Error::RateOutOfRange),
			(u128::MAX, Error::RateOutOfRange),
			// A slip of a decimal place, either way.
			(present * 10, Error::RateStepTooLarge),
			(present / 10, Error::RateStepTooLarge),
		] {
			let set: RuntimeCall = pallet_lit::Call::set_rate { rate }.into();
			refused_from(Origin::Economy.into(), set.clone(), error.into());
			refused(chain, Dave, set, DispatchError::BadOrigin);
		}
	});
}
