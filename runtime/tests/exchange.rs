//! POP and LIT change hands on chain.

mod chain;

use chain::{account, development, Chain};
use frame_support::assert_err;
use pallet_asset_conversion::Error;
use popnet_runtime::{
	configs::exchange::Asset,
	constants::{LIT, POP},
	Balances, Exchange, Lit, Runtime,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Dave};

/// Opens the pool with 10,000 POP and 100 LIT.
fn open(chain: &mut Chain) {
	chain.ok(
		Alice,
		pallet_asset_conversion::Call::create_pool {
			asset1: Box::new(Asset::Pop),
			asset2: Box::new(Asset::Lit),
		},
	);
	chain.ok(
		Alice,
		pallet_asset_conversion::Call::add_liquidity {
			asset1: Box::new(Asset::Pop),
			asset2: Box::new(Asset::Lit),
			amount1_desired: 10_000 * POP,
			amount2_desired: 100 * LIT,
			amount1_min: 0,
			amount2_min: 0,
			mint_to: account(Alice),
		},
	);
}

fn sell_lit(amount: u128, least: u128) -> pallet_asset_conversion::Call<Runtime> {
	pallet_asset_conversion::Call::swap_exact_tokens_for_tokens {
		path: vec![Box::new(Asset::Lit), Box::new(Asset::Pop)],
		amount_in: amount,
		amount_out_min: least,
		send_to: account(Bob),
		keep_alive: true,
	}
}

#[test]
fn lit_that_a_creator_earned_becomes_pop_at_the_quoted_price() {
	development(|chain| {
		open(chain);
		let quoted =
			Exchange::quote_price_exact_tokens_for_tokens(Asset::Lit, Asset::Pop, 10 * LIT, true)
				.expect("there is a pool");
		let before = (Balances::total_issuance(), Balances::free_balance(account(Bob)));

		chain.ok(Bob, sell_lit(10 * LIT, quoted));

		assert_eq!(Balances::free_balance(account(Bob)), before.1 + quoted);
		assert_eq!(Balances::total_issuance(), before.0, "an exchange mints nothing");
		// 10,000 · 10 · 0.997 / (100 + 10 · 0.997)
		assert_eq!(quoted / POP, 906);
	});
}

#[test]
fn a_swap_fails_and_changes_nothing_when_the_price_has_moved() {
	development(|chain| {
		open(chain);
		chain.ok(Dave, sell_lit(50 * LIT, 1));
		let before = (
			Balances::free_balance(account(Bob)),
			Exchange::get_reserves(Asset::Pop, Asset::Lit).ok(),
		);

		let applied = chain.submit(Bob, sell_lit(10 * LIT, 900 * POP)).expect("valid");

		assert_err!(applied, Error::<Runtime>::ProvidedMinimumNotSufficientForSwap);
		assert_eq!(Balances::free_balance(account(Bob)), before.0);
		assert_eq!(Exchange::get_reserves(Asset::Pop, Asset::Lit).ok(), before.1);
	});
}

#[test]
fn liquidity_comes_back_with_its_share_of_the_fees() {
	development(|chain| {
		open(chain);
		chain.ok(Dave, sell_lit(50 * LIT, 1));
		let shares = popnet_runtime::PoolShares::balance(0, account(Alice));
		let before = (Balances::free_balance(account(Alice)), Lit::free_balance(account(Alice)));

		chain.ok(
			Alice,
			pallet_asset_conversion::Call::remove_liquidity {
				asset1: Box::new(Asset::Pop),
				asset2: Box::new(Asset::Lit),
				lp_token_burn: shares,
				amount1_min_receive: 0,
				amount2_min_receive: 0,
				withdraw_to: account(Alice),
			},
		);

		let pop = (Balances::free_balance(account(Alice)) - before.0) / POP;
		let lit = (Lit::free_balance(account(Alice)) - before.1) / LIT;
		assert!((149..=150).contains(&lit), "what was sold came in, less the fee: {lit}");
		assert_eq!(pop, 6_673, "and the constant product, with the fee, went out");
	});
}
