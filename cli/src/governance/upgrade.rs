//! New runtimes: files that can be proposed, and putting an authorised one in place.

use crate::{
	access::Access,
	chain::{
		calls::Call,
		state::{Key, State},
	},
	errors::Error,
};
use codec::Encode;
use serde_json::json;
use std::path::Path;
use subxt::ext::scale_decode::DecodeAsType;

/// How compiled wasm begins.
const WASM: [u8; 4] = *b"\0asm";
/// How a runtime begins that was compressed as nodes expect it.
const COMPRESSED: [u8; 8] = [82, 188, 83, 118, 70, 219, 142, 5];
/// Longest runtime that a transaction can carry.
const RUNTIME_BYTES_MAX: usize = 3_500_000;

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Authorised {
	code_hash: Key,
}

/// Reads a runtime.
///
/// # Errors
/// When the file cannot be read, or is no runtime.
pub fn read(file: &Path) -> Result<Vec<u8>, Error> {
	let bad = |what: String, hint: &str| Error::BadFile {
		path: file.to_owned(),
		what,
		hint: hint.to_owned(),
	};
	const BUILD: &str =
		"name the runtime that the build left: popnet_runtime.compact.compressed.wasm";
	let code =
		std::fs::read(file).map_err(|error| bad(format!("cannot be read: {error}"), BUILD))?;
	if !code.starts_with(&WASM) && !code.starts_with(&COMPRESSED) {
		return Err(bad("is no runtime".into(), BUILD));
	}
	if code.len() > RUNTIME_BYTES_MAX {
		return Err(bad(
			format!("is larger than {RUNTIME_BYTES_MAX} bytes"),
			"use the compressed runtime",
		));
	}
	Ok(code)
}

/// The hash of the runtime that is authorised.
async fn authorised(state: &State<'_>) -> Result<Key, Error> {
	let found: Option<Authorised> = state.value("System", "AuthorizedUpgrade", Vec::new()).await?;
	found.map(|found| found.code_hash).ok_or_else(|| {
		Error::not_possible(
			"no upgrade is authorised",
			"propose one with `popctl propose upgrade FILE`; see `popctl referenda`",
		)
	})
}

/// Puts the runtime that a referendum has authorised in place.
pub async fn apply(access: Access<'_>, file: &Path) -> Result<(), Error> {
	let signer = access.signer()?;
	let code = read(file)?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let authorised = authorised(&state).await?;
	if state.hash(&code) != authorised {
		return Err(Error::BadFile {
			path: file.to_owned(),
			what: format!("is not the runtime that is authorised: 0x{}", hex::encode(authorised)),
			hint: "name the file that was proposed".into(),
		});
	}
	let call = Call::new("System", "apply_authorized_upgrade", code.encode());
	let receipt = chain.submit(&call, &signer).await?;
	if receipt.event("System", "RejectedInvalidAuthorizedUpgrade").is_some() {
		return Err(Error::not_possible(
			"the runtime is refused: its version is not higher than the present one's",
			"build it with a higher spec_version, and propose it again",
		));
	}
	let hash = format!("0x{}", hex::encode(authorised));
	let result = json!({
		"hash": hash,
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		format!("the runtime {hash} is in place as soon as the relay chain lets it be")
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_runtimes_are_read() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("runtime.wasm");
		assert_eq!(read(&file).unwrap_err().exit_code(), 7);
		std::fs::write(&file, b"#!/bin/sh").unwrap();
		assert!(read(&file).unwrap_err().message().contains("no runtime"));
		std::fs::write(&file, b"\0asm and so on").unwrap();
		assert!(read(&file).is_ok());
		std::fs::write(&file, [&WASM[..], &vec![0; RUNTIME_BYTES_MAX]].concat()).unwrap();
		assert!(read(&file).unwrap_err().message().contains("larger"));
	}
}
