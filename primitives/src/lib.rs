//! Types and pure rules shared by the runtime, the node and the clients.
#![cfg_attr(not(feature = "std"), no_std)]
