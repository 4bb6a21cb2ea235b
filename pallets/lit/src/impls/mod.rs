//! What the calls and hooks do.

mod accrual;
mod leases;
mod rate;
#[cfg(any(feature = "try-runtime", test))]
mod try_state;
