//! Governance: holders of POP decide by referenda.
//!
//! [`propose`] begins one, [`vote`] decides it, [`referenda`] shows it, [`upgrade`] puts a runtime in
//! place that one has authorised, [`treasury`] collects what one has granted. [`tracks`] is what each kind
//! of decision needs, [`referendum`] and [`voting`] are what the chain keeps, [`text`] makes calls
//! readable.

pub mod args;
mod propose;
mod referenda;
mod referendum;
mod text;
mod tracks;
mod treasury;
mod upgrade;
mod vote;
mod voting;

use crate::{access::Access, errors::Error};
use args::GovernanceCommand;

/// Runs `command`.
///
/// # Errors
/// Whatever keeps it from being done.
pub async fn run(access: Access<'_>, command: GovernanceCommand) -> Result<(), Error> {
	match command {
		GovernanceCommand::Referenda { id } => referenda::show(access, id).await,
		GovernanceCommand::Vote(options) => vote::run(access, options).await,
		GovernanceCommand::Votes { account } => vote::show(access, account).await,
		GovernanceCommand::Unlock => vote::unlock(access).await,
		GovernanceCommand::Propose(options) => propose::propose(access, &options).await,
		GovernanceCommand::PlaceDeposit { referendum } => {
			propose::place_deposit(access, referendum).await
		}
		GovernanceCommand::RefundDeposit { referendum } => {
			propose::refund_deposit(access, referendum).await
		}
		GovernanceCommand::ApplyUpgrade { file } => upgrade::apply(access, &file).await,
		GovernanceCommand::Treasury { payout } => treasury::run(access, payout).await,
	}
}
