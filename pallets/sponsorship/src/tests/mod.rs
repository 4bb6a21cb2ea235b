//! Tests by behaviour.

mod bindings;
mod clients;
mod ethereum;
mod failures;
mod fees;
mod limits;
mod new_users;
mod plans;
mod random_histories;
mod try_state;
mod users;
mod views;
