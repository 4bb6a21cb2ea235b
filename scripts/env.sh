# Sourced by every script: where builds go and which toolchain makes the runtime's wasm.
# shellcheck shell=bash

# shellcheck disable=SC2034 # read by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# The build cache lives outside the checkout, so that a fresh clone on the same machine reuses it.
POPNET_CACHE=${POPNET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/popnet}
export POPNET_CACHE
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$POPNET_CACHE/target}
export PATH=$HOME/.cargo/bin:$PATH

# `scripts/setup` links the toolchain popnet-wasm only where rustup cannot add the wasm target itself.
wasm_target_in() { [[ -d $("$@" --print sysroot 2>/dev/null)/lib/rustlib/wasm32v1-none/lib ]]; }
choose_wasm_toolchain() {
	if ! wasm_target_in rustc && [[ -x $POPNET_CACHE/wasm-toolchain/bin/rustc ]]; then
		export WASM_BUILD_TOOLCHAIN=popnet-wasm
	fi
}
choose_wasm_toolchain
export WASM_BUILD_NO_COLOR=1

# set_up <arguments…>: installs what is missing; only then it is known which toolchain makes the wasm.
# Standard output stays the calling script's own.
set_up() {
	"$root/scripts/setup" "$@" >&2
	choose_wasm_toolchain
	own_the_cache
}

# Clones share the cache, and cargo tells sources apart by their times only: what another clone built
# last would pass for this one's. So all sources of this clone become new when it takes over.
own_the_cache() {
	local owner=$POPNET_CACHE/checkout
	mkdir -p "$POPNET_CACHE"
	[[ $(cat "$owner" 2>/dev/null) != "$root" ]] || return 0
	find "$root" \( -name node_modules -o -path "$root/stubs" -o -name .git \) -prune \
		-o -name '*.rs' -exec touch {} +
	printf '%s\n' "$root" >"$owner"
}

say() { printf '\033[1m%s\033[0m\n' "$*"; }
die() {
	printf '\033[1;31merror:\033[0m %s\n' "$*" >&2
	exit 1
}

# The wasm builder looks for Cargo.lock next to the target folder, which is elsewhere.
export WASM_BUILD_WORKSPACE_HINT=$root

# A fresh clone has fresh modification times. What stands in for a crate deep in the SDK never
# changes; an old time keeps cargo from building half of the SDK again.
find "$root/stubs" -type f -exec touch -d '2026-01-01' {} +
