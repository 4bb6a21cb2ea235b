//! The exchange of POP and LIT.

use crate::world::World;
use pallet_asset_conversion::Call;
use popnet_runtime::{
	configs::exchange::Asset,
	constants::{LIT, POP},
	AccountId, Balance, Lit, PoolShares, Runtime,
};

type Exchange = Call<Runtime>;

impl World {
	/// Opens the only pool and fills it.
	pub fn open_market(&mut self) {
		let (asset1, asset2) = (Box::new(Asset::Pop), Box::new(Asset::Lit));
		self.must(0, Exchange::create_pool { asset1: asset1.clone(), asset2: asset2.clone() });
		let add = Exchange::add_liquidity {
			asset1,
			asset2,
			amount1_desired: 50_000 * POP,
			amount2_desired: 100 * LIT,
			amount1_min: 0,
			amount2_min: 0,
			mint_to: self.account(0),
		};
		self.must(0, add);
	}

	/// Somebody exchanges, or provides what others exchange.
	pub fn act_market(&mut self) {
		let who = self.person();
		let account = self.account(who);
		let (asset1, asset2) = (Box::new(Asset::Pop), Box::new(Asset::Lit));
		let pop = self.random.amount((self.spendable(who) / 10).min(5_000 * POP));
		let lit = self.random.amount((Lit::usable_balance(&account) / 4).min(10 * LIT));
		match self.random.below(8) {
			0 => {
				// As much as the pool takes for that POP.
				let pop = Balance::from(self.random.range(10, 2_000)) * POP;
				let lit = Lit::usable_balance(&account) / 2;
				let call = Exchange::add_liquidity {
					asset1,
					asset2,
					amount1_desired: pop,
					amount2_desired: lit,
					amount1_min: 0,
					amount2_min: 0,
					mint_to: account,
				};
				let _ = self.send("add liquidity", who, call);
			}
			1 => {
				let providers: Vec<AccountId> =
					pallet_assets::Account::<Runtime>::iter_key_prefix(0)
						.filter(|account| self.index.contains_key(account))
						.collect();
				let account = self.random.pick(&providers).unwrap_or(account);
				let who = self.index[&account];
				let shares = PoolShares::balance(0, &account);
				let all = self.random.chance(30) && who > 0;
				let lp_token_burn = if all { shares } else { self.random.amount(shares / 4) };
				let call = Exchange::remove_liquidity {
					asset1,
					asset2,
					lp_token_burn,
					amount1_min_receive: 0,
					amount2_min_receive: 0,
					withdraw_to: account,
				};
				let _ = self.send("remove liquidity", who, call);
			}
			choice => {
				let buys_lit = choice < 5;
				let path = if buys_lit { vec![asset1, asset2] } else { vec![asset2, asset1] };
				let call = Exchange::swap_exact_tokens_for_tokens {
					path,
					amount_in: if buys_lit { pop } else { lit },
					amount_out_min: 1,
					send_to: account,
					keep_alive: true,
				};
				let kind = if buys_lit { "buy LIT" } else { "sell LIT" };
				let _ = self.send(kind, who, call);
			}
		}
	}
}
