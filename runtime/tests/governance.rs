//! Token holders decide: referenda from submission to enactment.

mod chain;

use chain::{account, development, hash_of, Chain};
use codec::Encode;
use frame_support::traits::{schedule::DispatchTime, Bounded};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::ReferendumInfo;
use popnet_runtime::{
	configs::governance::origins::Origin, constants::POP, Balance, Balances, LitGeneration,
	OriginCaller, Runtime, RuntimeCall, Treasury,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Dave, Eve};

/// Takes `call` through a referendum on the track of `origin`, until it is enacted or has failed.
fn decide(chain: &mut Chain, origin: impl Into<OriginCaller>, call: RuntimeCall, aye: bool) {
	let index = pallet_referenda::ReferendumCount::<Runtime>::get();
	let encoded = call.encode();
	chain.ok(Dave, pallet_preimage::Call::note_preimage { bytes: encoded.clone() });
	chain.ok(
		Dave,
		pallet_referenda::Call::submit {
			proposal_origin: Box::new(origin.into()),
			proposal: Bounded::Lookup {
				hash: hash_of(&call),
				len: u32::try_from(encoded.len()).expect("short"),
			},
			enactment_moment: DispatchTime::After(1),
		},
	);
	chain.ok(Dave, pallet_referenda::Call::place_decision_deposit { index });
	for voter in [Alice, Bob, Eve] {
		chain.ok(
			voter,
			pallet_conviction_voting::Call::vote {
				poll_index: index,
				vote: AccountVote::Standard {
					vote: Vote { aye, conviction: Conviction::Locked1x },
					balance: 9_000_000 * POP,
				},
			},
		);
	}
	chain.run_until(400, || {
		!matches!(
			pallet_referenda::ReferendumInfoFor::<Runtime>::get(index),
			Some(ReferendumInfo::Ongoing(_))
		)
	});
	let passed = matches!(
		pallet_referenda::ReferendumInfoFor::<Runtime>::get(index),
		Some(ReferendumInfo::Approved(..))
	);
	assert_eq!(passed, aye);
	chain.run(30);
}

#[test]
fn the_rate_of_lit_changes_by_referendum() {
	development(|chain| {
		let rate = pallet_lit::Current::<Runtime>::get().rate;
		let call = RuntimeCall::LitGeneration(pallet_lit::Call::set_rate { rate: rate / 10 * 15 });

		decide(chain, Origin::Economy, call, true);

		assert_eq!(pallet_lit::Current::<Runtime>::get().rate, rate / 10 * 15);
	});
}

#[test]
fn a_typing_error_in_the_rate_changes_nothing_even_when_it_is_voted_for() {
	development(|chain| {
		let rate = pallet_lit::Current::<Runtime>::get().rate;
		let before = LitGeneration::projection(POP);
		let call = RuntimeCall::LitGeneration(pallet_lit::Call::set_rate { rate: rate * 300_000 });

		decide(chain, Origin::Economy, call, true);

		assert_eq!(LitGeneration::projection(POP), before);
	});
}

#[test]
fn nothing_is_enacted_when_voters_say_nay() {
	development(|chain| {
		let rate = pallet_lit::Current::<Runtime>::get().rate;
		let call = RuntimeCall::LitGeneration(pallet_lit::Call::set_rate { rate: rate / 2 });

		decide(chain, Origin::Economy, call, false);

		assert_eq!(pallet_lit::Current::<Runtime>::get().rate, rate);
	});
}

#[test]
fn a_track_decides_its_own_kind_only() {
	development(|chain| {
		let rate = pallet_lit::Current::<Runtime>::get().rate;
		let call = RuntimeCall::LitGeneration(pallet_lit::Call::set_rate { rate: rate / 2 });

		decide(chain, Origin::ModerationPolicy, call, true);

		assert_eq!(pallet_lit::Current::<Runtime>::get().rate, rate);
	});
}

#[test]
fn the_treasury_spends_what_a_referendum_grants() {
	development(|chain| {
		let pot = Treasury::account_id();
		let amount: Balance = 1_000 * POP;
		chain.ok(
			Eve,
			pallet_balances::Call::<Runtime>::transfer_keep_alive {
				dest: pot.into(),
				value: 2 * amount,
			},
		);
		let call = RuntimeCall::Treasury(pallet_treasury::Call::spend {
			asset_kind: Box::new(()),
			amount,
			beneficiary: Box::new(account(Bob)),
			valid_from: None,
		});

		decide(chain, Origin::Treasury, call, true);
		let before = Balances::free_balance(account(Bob));
		chain.ok(Eve, pallet_treasury::Call::payout { index: 0 });

		assert_eq!(Balances::free_balance(account(Bob)), before + amount);
	});
}
