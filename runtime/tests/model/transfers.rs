//! Transfers of POP and LIT, accounts that vanish, and proxies.

use crate::world::World;
use popnet_runtime::{
	constants::{currency, LIT, POP},
	Balance, Lit, LitInstance, ProxyType, Runtime, RuntimeCall,
};

type Pop = pallet_balances::Call<Runtime>;
type LitCall = pallet_balances::Call<Runtime, LitInstance>;
type Proxies = pallet_proxy::Call<Runtime>;

impl World {
	/// Gives POP and LIT, which has to succeed.
	pub fn give(&mut self, from: usize, to: usize, pop: Balance, lit: Balance) {
		let dest = || self.actors[to].account.clone().into();
		let (give_pop, give_lit) = (
			Pop::transfer_keep_alive { dest: dest(), value: pop },
			LitCall::transfer_keep_alive { dest: dest(), value: lit },
		);
		self.must(from, give_pop);
		self.must(from, RuntimeCall::Lit(give_lit));
	}

	/// Somebody moves a balance.
	pub fn act_transfers(&mut self) {
		let (who, to) = (self.person(), self.person());
		let dest = self.account(to);
		let account = self.account(who);
		match self.random.below(14) {
			0..=2 => {
				let value = self.random.amount(self.spendable(who) / 10);
				let call = Pop::transfer_keep_alive { dest: dest.into(), value };
				let _ = self.send("give POP", who, call);
			}
			3..=5 => {
				let value = self.random.amount(Lit::usable_balance(&account) / 10);
				let call = LitCall::transfer_allow_death { dest: dest.into(), value };
				let _ = self.send("give LIT", who, RuntimeCall::Lit(call));
			}
			6 => {
				let value = self.random.amount(POP);
				let call = Pop::burn { value, keep_alive: true };
				if self.send("burn POP", who, call).is_ok() {
					self.ledger.burn_pop(value);
				}
			}
			7 => {
				let value = self.random.amount(LIT / 1_000);
				let call = LitCall::burn { value, keep_alive: true };
				if self.send("burn LIT", who, RuntimeCall::Lit(call)).is_ok() {
					self.ledger.burn_lit(value);
				}
			}
			8..=10 => self.leave_dust(who),
			11 => {
				// Somebody becomes poor, and is helped.
				let call = Pop::transfer_all { dest: dest.into(), keep_alive: true };
				if self.random.chance(20) && who > 12 {
					let _ = self.send("give everything", who, call);
				} else {
					let whale = self.whale();
					let value = 5_000 * POP;
					let call = Pop::transfer_allow_death { dest: account.into(), value };
					let _ = self.send("give POP", whale, call);
				}
			}
			12 => {
				let call = Proxies::add_proxy {
					delegate: dest.into(),
					proxy_type: ProxyType::Staking,
					delay: 0,
				};
				if self.random.chance(40) {
					let _ = self.send("appoint a proxy", who, call);
				} else {
					let _ = self.send("dismiss proxies", who, Proxies::remove_proxies {});
				}
			}
			_ => {
				let real = pallet_proxy::Proxies::<Runtime>::iter_keys().collect::<Vec<_>>();
				let Some(real) = self.random.pick(&real) else { return };
				let (list, _) = pallet_proxy::Proxies::<Runtime>::get(&real);
				let Some(proxy) = list.first().map(|proxy| self.index[&proxy.delegate]) else {
					return;
				};
				let max_additional = self.random.amount(POP);
				let call = pallet_staking::Call::bond_extra { max_additional };
				let call = Proxies::proxy {
					real: real.into(),
					force_proxy_type: None,
					call: Box::new(call.into()),
				};
				let _ = self.send("act as a proxy", proxy, call);
			}
		}
	}

	/// A new account gets something, gives most of it away, and what is left is lost with it.
	fn leave_dust(&mut self, who: usize) {
		let poor = self.next_nobody;
		if poor + 2 >= self.actors.len() {
			return;
		}
		self.next_nobody += 1;
		let dest = || self.actors[poor].account.clone().into();
		let (give_pop, give_lit) = (
			Pop::transfer_keep_alive { dest: dest(), value: POP },
			LitCall::transfer_keep_alive { dest: dest(), value: LIT / 10 },
		);
		let gave_pop = self.send("give POP", who, give_pop).is_ok();
		let gave_lit = self.send("give LIT", who, RuntimeCall::Lit(give_lit)).is_ok();
		if !gave_pop || !gave_lit {
			return;
		}
		let back = self.account(who);
		let dust = 1 + self.random.amount(currency::EXISTENTIAL_DEPOSIT_POP / 2);
		let value = POP - dust;
		let call = Pop::transfer_allow_death { dest: back.into(), value };
		let _ = self.send("leave dust", poor, call);
	}
}
