//! Tests by behaviour.

mod drawing;
mod off_chain;
mod policy;
mod silence;
mod try_state;
mod voting;
