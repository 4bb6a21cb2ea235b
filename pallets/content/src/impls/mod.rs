//! What the calls and traits do, by topic.

mod deadlines;
mod funds;
mod life;
mod registering;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod viewing;
mod views;
