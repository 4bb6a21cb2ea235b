//! What the calls and hooks do, by topic.

mod bonding;
mod funds;
mod placing;
mod standing;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod views;
mod work;
