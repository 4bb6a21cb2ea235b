//! Tests by behaviour.

mod acknowledging;
mod bonding;
mod off_chain;
mod placing;
mod random_histories;
mod standing;
mod try_state;
mod working;
