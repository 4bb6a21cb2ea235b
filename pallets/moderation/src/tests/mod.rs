//! Tests by behaviour.

mod drawing;
mod models;
mod off_chain;
mod policy;
mod random_histories;
mod rewards;
mod silence;
mod substitution;
mod try_state;
mod voting;
