//! Tests by behaviour.

mod ending;
mod life;
mod off_chain;
mod registering;
mod try_state;
mod viewing;
