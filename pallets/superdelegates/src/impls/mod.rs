//! What the calls, hooks and traits do.

mod candidacy;
mod conduct;
mod rotation;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
