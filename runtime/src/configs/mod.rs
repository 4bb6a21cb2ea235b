//! How each pallet is configured, by subject.

pub mod consensus;
pub mod content;
pub mod contracts;
pub mod economy;
pub mod exchange;
pub mod governance;
pub mod pace;
pub mod rewards;
pub mod sponsorship;
pub mod system;
