//! What the calls and hooks do.

mod accrual;
mod leases;
mod rate;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
