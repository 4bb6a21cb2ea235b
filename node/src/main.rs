//! `popnet`: the POP Network node.
//!
//! A thin shell around one runtime: [`cli`] and [`command`] read the command line, [`chain_spec`]
//! turns presets into chains, [`service`] starts the chain and, beside it, the native services for
//! content and screening, [`rpc`] answers clients.

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
