//! What the calls and hooks do.

mod candidacy;
mod rotation;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
