//! Staking: POP that generates LIT and elects Delegates.
//!
//! [`stake`] and [`unstake`] move it, [`support`] says whom it elects, [`delegates`] and [`register`] are
//! about those, [`pool`] is for small stakes, [`status`] shows it all. [`position`] is what an account
//! has, [`eras`] when things count.

pub mod args;
mod delegates;
mod eras;
mod pool;
mod position;
mod register;
mod stake;
mod status;
mod support;
mod unstake;

pub use eras::Eras;
pub use position::{Funds, Position};
pub use stake::payee;
pub use status::Destination;

use crate::{
	access::Access,
	amounts::{format_amount, rounded},
	chain::state::State,
	errors::Error,
};
use args::{DelegateAction, PoolAction, Stake, StakingCommand, Unstake};
use popnet_primitives::{AccountId, Balance};
use position::Role;
use serde_json::{json, Value};

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: StakingCommand) -> Result<(), Error> {
	match command {
		StakingCommand::Stake(Stake { amount, pool: Some(id), .. }) => {
			pool::join(access, id, amount).await
		}
		StakingCommand::Stake(options) => stake::stake(access, &options).await,
		StakingCommand::Unstake(options) => unstake::unstake(access, &options).await,
		StakingCommand::Rebond { amount } => stake::rebond(access, amount).await,
		StakingCommand::Nominate { delegates } => support::nominate(access, &delegates).await,
		StakingCommand::Chill => support::chill(access).await,
		StakingCommand::Staking { account } => {
			let who = access.account(account)?;
			status::show(&access.connect().await?, &who, access.output).await
		}
		StakingCommand::Rebag { account } => support::rebag(access, account).await,
		StakingCommand::Delegates => delegates::list(&access.connect().await?, access.output).await,
		StakingCommand::Delegate { action } => match action {
			DelegateAction::Register { commission, stake, keep_keys } => {
				register::register(access, register::Terms { commission, stake, keep_keys }).await
			}
			DelegateAction::Commission { commission } => {
				register::commission(access, commission).await
			}
			DelegateAction::Leave => register::leave(access).await,
		},
		StakingCommand::Pool { action } => on_pool(access, action).await,
	}
}

async fn on_pool(access: Access<'_>, action: PoolAction) -> Result<(), Error> {
	match action {
		PoolAction::List => pool::list(access).await,
		PoolAction::Show { id } => pool::show(access, id).await,
		PoolAction::Create { amount, name, delegates, commission } => {
			let terms = pool::Terms { amount, name, delegates, commission };
			pool::create(access, terms).await
		}
		PoolAction::Join { id, amount } => pool::join(access, id, amount).await,
		PoolAction::Claim { compound } => pool::claim(access, compound).await,
		PoolAction::Leave { wait } => {
			let options = Unstake { amount: None, all: true, wait, pool: None };
			unstake::unstake(access, &options).await
		}
	}
}

/// The word for what an account does with its stake.
fn role_name(role: &Role) -> &'static str {
	match role {
		Role::Idle => "idle",
		Role::Nominator(_) => "nominator",
		Role::Delegate(_) => "delegate",
	}
}

/// LIT that a stake generates.
struct Generation {
	per_day: Balance,
	transfers: Balance,
}

impl Generation {
	/// What `stake` generates for `who`.
	async fn read(state: &State<'_>, who: &AccountId, stake: Balance) -> Result<Self, Error> {
		let per_day = state.lit_projection(stake).await?;
		let fee = state.transfer_fee(who).await?;
		Ok(Self { per_day, transfers: per_day.checked_div(fee).unwrap_or(0) })
	}

	fn json(&self) -> Value {
		json!({
			"perDay": format_amount(self.per_day),
			"transfersPerDay": u64::try_from(self.transfers).unwrap_or(u64::MAX),
		})
	}

	fn text(&self) -> String {
		let transfers = match self.transfers {
			1 => "1 transfer".to_owned(),
			count => format!("{count} transfers"),
		};
		format!("{} LIT a day, which pays for {transfers}", rounded(self.per_day, 6))
	}
}

#[cfg(test)]
pub mod tests {
	pub use super::delegates::tests::who;
}
