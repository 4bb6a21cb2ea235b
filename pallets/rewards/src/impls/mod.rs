//! What the calls, the traits and the hook do.

mod destinations;
mod eras;
mod funds;
mod history;
mod hook;
mod paying;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
mod views;
mod work;
