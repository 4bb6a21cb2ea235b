//! What the calls, hooks and traits do, by topic.

mod deadlines;
mod panels;
mod policy;
mod rewards;
mod substitution;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod voting;
