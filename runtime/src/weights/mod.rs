//! Measured weights of our modules. `scripts/benchmark` writes the files.

pub mod pallet_content;
pub mod pallet_lit;
pub mod pallet_masternodes;
pub mod pallet_moderation;
pub mod pallet_rewards;
pub mod pallet_sponsorship;
pub mod pallet_superdelegates;
