//! Checks the invariants of our modules on the state that it runs in, natively: `try_state` without a
//! runtime that is built for it.

use crate::*;
use sp_runtime::DispatchError;

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
	/// The module whose invariant it is.
	pub module: &'static str,
	/// What is wrong.
	pub error: DispatchError,
}

impl core::fmt::Display for Violation {
	fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		let words: &'static str = self.error.into();
		write!(formatter, "{}: {words}", self.module)
	}
}

impl std::error::Error for Violation {}

/// Checks all of them.
///
/// # Errors
/// The first one that does not hold.
pub fn check() -> Result<(), Violation> {
	let checks = [
		("Content", Content::do_try_state as fn() -> Result<(), DispatchError>),
		("LitGeneration", LitGeneration::do_try_state),
		("Masternodes", Masternodes::do_try_state),
		("Moderation", Moderation::do_try_state),
		("Rewards", Rewards::do_try_state),
		("Sponsorship", Sponsorship::do_try_state),
		("Superdelegates", Superdelegates::do_try_state),
	];
	checks
		.into_iter()
		.try_for_each(|(module, check)| check().map_err(|error| Violation { module, error }))
}
