//! Staking: alone and through pools, in and out.

mod chain;

use chain::{account, development, Chain};
use frame_election_provider_support::SortedListProvider;
use frame_support::{assert_err, traits::fungible::Inspect};
use pallet_staking::{RewardDestination, ValidatorPrefs};
use popnet_primitives::traits::StakeOf;
use popnet_runtime::{
	configs::economy::BondedPop,
	constants::{time, POP},
	Balances, LitGeneration, NominationPools, Runtime, Session, VoterList,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve};

const ERA: u32 = time::FAST_SESSION_BLOCKS * time::SESSIONS_PER_ERA;

fn active_era() -> u32 {
	pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

/// Runs until the next era is active.
fn next_era(chain: &mut Chain) {
	let era = active_era();
	chain.run_until(2 * ERA, || active_era() > era);
}

fn bond(chain: &mut Chain, who: sp_keyring::Sr25519Keyring, amount: u128) {
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
fn stake_counts_from_the_next_era_and_comes_back_after_the_bonding_period() {
	development(|chain| {
		let before = Balances::total_balance(&account(Dave));
		bond(chain, Dave, 50_000 * POP);
		let payee = RewardDestination::Stash;
		chain.ok(Dave, pallet_staking::Call::<Runtime>::set_payee { payee });
		next_era(chain);
		next_era(chain);
		let first_page = (active_era(), account(Alice), 0);
		let backers = pallet_staking::ErasStakersPaged::<Runtime>::get(first_page)
			.expect("somebody nominates Alice");
		assert!(backers.others.iter().any(|other| other.who == account(Dave)));

		chain.ok(Dave, pallet_staking::Call::<Runtime>::unbond { value: 50_000 * POP });
		let early = pallet_staking::Call::<Runtime>::withdraw_unbonded { num_slashing_spans: 0 };
		chain.ok(Dave, early.clone());
		assert_eq!(BondedPop::stake_of(&account(Dave)), 50_000 * POP, "it is too early");
		for _ in 0..=time::FAST_BONDING_ERAS {
			next_era(chain);
		}
		chain.ok(Dave, early);

		assert_eq!(BondedPop::stake_of(&account(Dave)), 0);
		let rewards = Balances::free_balance(account(Dave)) - before;
		assert!(rewards > 0 && rewards < 10 * POP, "{rewards}: fees were paid in LIT");
	});
}

#[test]
fn a_pool_member_has_a_stake_that_generates_lit_and_ends_with_it() {
	development(|chain| {
		chain.ok(
			Dave,
			pallet_nomination_pools::Call::create {
				amount: 10_000 * POP,
				root: account(Dave).into(),
				nominator: account(Dave).into(),
				bouncer: account(Dave).into(),
			},
		);
		chain.ok(Eve, pallet_nomination_pools::Call::join { amount: 5_000 * POP, pool_id: 1 });
		assert_eq!(BondedPop::stake_of(&account(Eve)), 5_000 * POP);
		let pool = NominationPools::api_pool_accounts(1).0;
		assert_eq!(BondedPop::stake_of(&pool), 0, "what is counted twice is generated twice");
		let available = LitGeneration::available(&account(Eve));
		chain.run(10);
		assert!(LitGeneration::available(&account(Eve)) > available);

		chain.ok(
			Eve,
			pallet_nomination_pools::Call::unbond {
				member_account: account(Eve).into(),
				unbonding_points: 5_000 * POP,
			},
		);
		for _ in 0..=time::FAST_BONDING_ERAS {
			next_era(chain);
		}
		chain.ok(
			Eve,
			pallet_nomination_pools::Call::withdraw_unbonded {
				member_account: account(Eve).into(),
				num_slashing_spans: 0,
			},
		);

		assert_eq!(BondedPop::stake_of(&account(Eve)), 0);
	});
}

#[test]
fn whoever_stakes_alone_joins_no_pool_and_a_member_does_not_stake_alone() {
	development(|chain| {
		bond(chain, Eve, 1_000 * POP);
		chain.ok(
			Dave,
			pallet_nomination_pools::Call::create {
				amount: 10_000 * POP,
				root: account(Dave).into(),
				nominator: account(Dave).into(),
				bouncer: account(Dave).into(),
			},
		);

		let joined = chain
			.submit(Eve, pallet_nomination_pools::Call::join { amount: 100 * POP, pool_id: 1 })
			.expect("valid");
		assert!(joined.is_err());
		let unknown = chain
			.submit(Bob, pallet_nomination_pools::Call::join { amount: 100 * POP, pool_id: 7 })
			.expect("valid");
		assert!(unknown.is_err());
		let bonded = chain
			.submit(
				Dave,
				pallet_staking::Call::<Runtime>::bond {
					value: 100 * POP,
					payee: RewardDestination::Staked,
				},
			)
			.expect("valid");
		assert_err!(bonded, pallet_staking::Error::<Runtime>::Restricted);
	});
}

#[test]
fn voters_are_read_by_stake() {
	development(|chain| {
		bond(chain, Eve, 100 * POP);
		bond(chain, Dave, 2_000_000 * POP);

		let order: Vec<_> = VoterList::iter().collect();

		let place = |who| order.iter().position(|voter| *voter == account(who)).expect("a voter");
		assert!(place(Dave) < place(Charlie), "two millions go before one");
		assert!(place(Charlie) < place(Eve));
	});
}

#[test]
fn a_stale_proof_of_session_keys_is_refused() {
	development(|chain| {
		let keys =
			popnet_runtime::SessionKeys::generate(&codec::Encode::encode(&account(Eve)), None);
		chain.ok(
			Dave,
			pallet_staking::Call::<Runtime>::bond {
				value: 20_000 * POP,
				payee: RewardDestination::Staked,
			},
		);
		chain.ok(
			Dave,
			pallet_staking::Call::<Runtime>::validate { prefs: ValidatorPrefs::default() },
		);

		let foreign = chain
			.submit(
				Dave,
				pallet_session::Call::<Runtime>::set_keys {
					keys: keys.keys,
					proof: codec::Encode::encode(&keys.proof),
				},
			)
			.expect("valid");

		assert_err!(foreign, pallet_session::Error::<Runtime>::InvalidProof);
		assert!(!Session::validators().contains(&account(Dave)));
	});
}
