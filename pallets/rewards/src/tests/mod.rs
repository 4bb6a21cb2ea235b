//! Tests by behaviour.

mod carrying;
mod compounding;
mod eras;
mod history;
mod idle;
mod paying;
mod random_histories;
mod stakers;
mod staking;
mod try_state;
mod views;
mod work;
