//! How a command gets at a node, and at the account that signs.

use crate::{
	args::Global,
	chain::{transactions::Signer, Chain},
	errors::Error,
	output::Output,
};
use popnet_primitives::AccountId;

/// What every command may use.
#[derive(Clone, Copy)]
pub struct Access<'a> {
	/// Options of every command.
	pub global: &'a Global,
	/// Where results go.
	pub output: Output,
}

impl Access<'_> {
	/// The account that signs.
	///
	/// # Errors
	/// When no secret was given, or a malformed one.
	pub fn signer(self) -> Result<Signer, Error> {
		let global = self.global;
		Signer::new(global.signer.as_deref(), global.signer_file.as_deref())
			.map(|signer| signer.sponsored_by(global.sponsor))
	}

	/// `chosen`, or the account that signs.
	///
	/// # Errors
	/// When neither is given.
	pub fn account(self, chosen: Option<AccountId>) -> Result<AccountId, Error> {
		match chosen {
			Some(account) => Ok(account),
			None => self.signer().map(|signer| signer.account),
		}
	}

	/// A connection to the node.
	///
	/// # Errors
	/// When it cannot be reached.
	pub async fn connect(self) -> Result<Chain, Error> {
		Chain::connect(&self.global.url, self.global.patience()).await
	}
}
