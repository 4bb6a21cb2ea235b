//! What the calls, hooks and traits do.

mod candidacy;
mod conduct;
mod rotation;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
