//! Tests by behaviour.

mod accrual;
mod contracts;
mod fees;
mod random_histories;
mod rate;
mod staking;
mod try_state;
