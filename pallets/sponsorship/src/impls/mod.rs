//! What the calls and the transactions they are in do.

mod bindings;
mod funds;
mod payment;
mod plans;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod users;
mod views;

pub(crate) use payment::{Ask, Target};
