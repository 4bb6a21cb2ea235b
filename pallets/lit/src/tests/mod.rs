//! Tests by behaviour.

mod accrual;
mod contracts;
mod fees;
mod lease_ends;
mod leases;
mod random_histories;
mod rate;
mod staking;
mod try_state;
