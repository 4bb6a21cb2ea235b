//! Tests by behaviour.

mod acknowledging;
mod bonding;
mod off_chain;
mod placing;
mod standing;
mod try_state;
