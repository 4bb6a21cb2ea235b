//! Tests by behaviour.

mod acknowledging;
mod bonding;
mod off_chain;
mod placing;
mod try_state;
