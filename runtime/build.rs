//! Builds the wasm of the runtime.

fn main() {
	println!("cargo::rustc-check-cfg=cfg(next_version)");
	println!("cargo::rerun-if-env-changed=POPNET_NEXT_VERSION");
	if std::env::var_os("POPNET_NEXT_VERSION").is_some() {
		println!("cargo::rustc-cfg=next_version");
	}
	#[cfg(feature = "std")]
	substrate_wasm_builder::WasmBuilder::build_using_defaults();
}
