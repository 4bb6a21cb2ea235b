//! The gateway over real sockets, with items in memory.
#![allow(clippy::cast_possible_truncation, clippy::unwrap_used)]

mod client;
mod connections;
mod content;
mod library;
mod pages;
mod refusals;
