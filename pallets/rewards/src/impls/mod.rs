//! What the calls, the traits and the hook do.

mod destinations;
mod eras;
mod funds;
mod history;
mod hook;
mod paying;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod views;
mod work;
