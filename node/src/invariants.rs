//! Checks the invariants of a block's state with the native runtime.

use crate::service::{Block, Client};
use popnet_runtime::{invariants, Hash, VERSION};
use sp_runtime::traits::HashingFor;
use sp_state_machine::{Ext, OverlayedChanges};

/// Why a state was not found to be sound.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
	/// Another runtime's state may be laid out differently.
	#[error("the chain runs version {chain} of the runtime, this node knows version {native}")]
	Version {
		/// On chain.
		chain: u32,
		/// In this binary.
		native: u32,
	},
	/// The state is not there: pruned, or the block is unknown.
	#[error("the state cannot be read: {0}")]
	Unreadable(String),
	/// An invariant does not hold.
	#[error("{0}")]
	Violated(#[from] invariants::Violation),
}

/// Checks all invariants on the state after the block `at`. Reads all of it: takes seconds where there
/// are many accounts.
///
/// # Errors
/// See [`Unsound`].
pub fn check(client: &Client, at: Hash) -> Result<(), Unsound> {
	let unreadable = |error: &dyn std::fmt::Display| Unsound::Unreadable(error.to_string());
	let chain = client
		.runtime_version_at(at, sp_core::traits::CallContext::Offchain)
		.map_err(|error| unreadable(&error))?
		.spec_version;
	let native = VERSION.spec_version;
	if chain != native {
		return Err(Unsound::Version { chain, native });
	}
	let state = client.state_at(at).map_err(|error| unreadable(&error))?;
	let mut changes = OverlayedChanges::<HashingFor<Block>>::default();
	let mut externalities = Ext::new(&mut changes, &state, None);
	sp_externalities::set_and_run_with_externalities(&mut externalities, invariants::check)?;
	Ok(())
}
