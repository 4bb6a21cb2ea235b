//! Tests by behaviour.

mod candidacy;
mod conduct;
mod departure;
mod genesis;
mod random_histories;
mod rotation;
mod screening_keys;
mod try_state;
