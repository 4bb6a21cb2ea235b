//! How much LIT all stake together must have generated, computed block by block.

use popnet_primitives::economics::INDEX_SCALE;
use popnet_runtime::{constants::lit, Balance, BlockNumber, Runtime, RuntimeEvent};
use sp_core::U256;

/// A rate and the block and index at which it took effect.
struct Rate {
	since: BlockNumber,
	index: U256,
	rate: u128,
}

/// What stake has generated since genesis, in LIT units times [`INDEX_SCALE`].
pub struct Generation {
	rates: Vec<Rate>,
	/// All stake after the block that was seen last.
	stake: Balance,
	block: BlockNumber,
	generated: U256,
	minted: U256,
	/// Settlements at which a part of a unit may have been forgotten.
	settlements: u64,
}

impl Generation {
	/// Nothing is generated yet; POP units of `stake` begin.
	pub fn at_genesis(stake: Balance) -> Self {
		Self {
			rates: vec![Rate { since: 0, index: U256::zero(), rate: lit::RATE }],
			stake,
			block: 0,
			generated: U256::zero(),
			minted: U256::zero(),
			settlements: 0,
		}
	}

	fn index_at(&self, block: BlockNumber) -> U256 {
		let rate = self.rates.iter().rev().find(|rate| rate.since <= block).unwrap();
		rate.index + U256::from(rate.rate) * U256::from(block - rate.since)
	}

	/// Enters block `number`, after which there is `stake`.
	pub fn advance(&mut self, number: BlockNumber, events: &[RuntimeEvent], stake: Balance) {
		let rise = self.index_at(number) - self.index_at(self.block);
		self.generated += U256::from(self.stake) * rise;
		self.stake = stake;
		self.block = number;
		for event in events {
			match event {
				RuntimeEvent::LitGeneration(pallet_lit::Event::RateChanged { to, .. }) => {
					let index = self.index_at(number);
					self.rates.push(Rate { since: number, index, rate: *to });
				}
				RuntimeEvent::LitGeneration(event) => {
					self.settlements += 2;
					if let pallet_lit::Event::Generated { amount, .. } = event {
						self.minted += U256::from(*amount) * U256::from(INDEX_SCALE);
					}
				}
				RuntimeEvent::Balances(pallet_balances::Event::Released { .. })
				| RuntimeEvent::Staking(_)
				| RuntimeEvent::DelegatedStaking(_)
				| RuntimeEvent::Masternodes(_) => self.settlements += 1,
				_ => {}
			}
		}
	}

	/// LIT that is generated and not minted, as the records tell.
	fn pending(&self) -> (U256, U256) {
		let mut gained = U256::zero();
		let mut lost = U256::zero();
		for account in pallet_lit::Accounts::<Runtime>::iter_values() {
			let from = U256::from(account.index);
			let rise = |end: BlockNumber| {
				self.index_at(end.min(self.block)).checked_sub(from).expect("an end that is passed")
			};
			gained += U256::from(account.pending) * U256::from(INDEX_SCALE);
			gained += U256::from(account.fraction);
			gained += U256::from(account.stake) * rise(self.block);
			for lease in account.received {
				gained += U256::from(lease.amount) * rise(lease.end);
			}
			for lease in account.given {
				lost += U256::from(lease.amount) * rise(lease.end);
			}
		}
		(gained, lost)
	}

	/// Not one unit may have been generated too much, and less than one for each settlement too little:
	/// where an account is forgotten, its part of a unit is.
	pub fn check(&self) -> Result<(), String> {
		let (gained, lost) = self.pending();
		let accounted = self.minted + gained - lost;
		let Some(missing) = self.generated.checked_sub(accounted) else {
			return Err(format!("{} LIT/{INDEX_SCALE} too much", accounted - self.generated));
		};
		if missing > U256::from(self.settlements) * U256::from(INDEX_SCALE) {
			return Err(format!("{missing} LIT units/{INDEX_SCALE} are missing"));
		}
		Ok(())
	}
}
