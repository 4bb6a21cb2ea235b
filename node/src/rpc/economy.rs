//! What stake yields and accounts can spend, for wallets. Amounts are decimal strings: not every program
//! reads a large number exactly.

use crate::service::Client;
use jsonrpsee::{
	core::RegisterMethodError,
	types::{error::INVALID_PARAMS_CODE, ErrorObject, ErrorObjectOwned, Params},
	RpcModule,
};
use popnet_primitives::{
	economics::StakeProjection,
	runtime_api::{EconomyApi, PopnetApi},
	AccountId, Balance,
};
use popnet_runtime::Hash;
use serde::{Deserialize, Serialize};
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_core::crypto::Ss58Codec;
use std::sync::Arc;

/// An amount in the smallest units, as callers write it: a decimal string, or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
	Number(u64),
	Text(String),
}

impl Amount {
	fn units(self) -> Result<Balance, ErrorObjectOwned> {
		match self {
			Self::Number(units) => Ok(units.into()),
			Self::Text(text) => text.parse().map_err(|_| {
				invalid(format!("{text} is no amount: give units as a decimal number"))
			}),
		}
	}
}

/// What a stake yields.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
struct Projection {
	/// POP units.
	stake: String,
	/// LIT units that it generates in a day at the present rate.
	lit_per_day: String,
	/// LIT units that a plain transfer of POP costs.
	transfer_fee: String,
	/// Plain transfers that the LIT of a day pays for.
	transfers_per_day: u64,
}

impl Projection {
	fn new(stake: Balance, projection: StakeProjection) -> Self {
		Self {
			stake: stake.to_string(),
			lit_per_day: projection.lit_per_day.to_string(),
			transfer_fee: projection.transfer_fee.to_string(),
			transfers_per_day: projection.transfers_per_day,
		}
	}
}

/// The methods `lit_*`. Each takes the hash of a block as last parameter; without it, the best block is
/// asked.
///
/// # Errors
/// When two methods have the same name.
pub fn methods(client: Arc<Client>) -> Result<RpcModule<Arc<Client>>, RegisterMethodError> {
	let mut module = RpcModule::new(client);
	module.register_blocking_method("lit_projection", |params, client, _| {
		let (stake, at) = read::<Amount>(&params, &client)?;
		let stake = stake.units()?;
		let projection = client.runtime_api().stake_projection(at, stake).map_err(failed)?;
		Ok::<_, ErrorObjectOwned>(Projection::new(stake, projection))
	})?;
	module.register_blocking_method("lit_available", |params, client, _| {
		let (text, at) = read::<String>(&params, &client)?;
		let who = AccountId::from_ss58check(&text)
			.map_err(|error| invalid(format!("{text} is no account: {error}")))?;
		let available = client.runtime_api().lit_available(at, who).map_err(failed)?;
		Ok::<_, ErrorObjectOwned>(available.to_string())
	})?;
	Ok(module)
}

/// The first parameter, and the block that is asked.
fn read<'a, T: Deserialize<'a>>(
	params: &'a Params<'_>,
	client: &Client,
) -> Result<(T, Hash), ErrorObjectOwned> {
	let mut params = params.sequence();
	let first = params.next()?;
	let at: Option<Hash> = params.optional_next()?;
	Ok((first, at.unwrap_or_else(|| client.info().best_hash)))
}

fn invalid(message: String) -> ErrorObjectOwned {
	ErrorObject::owned(INVALID_PARAMS_CODE, message, None::<()>)
}

fn failed(error: ApiError) -> ErrorObjectOwned {
	ErrorObject::owned(super::FAILED, error.to_string(), None::<()>)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn units(json: &str) -> Option<Balance> {
		serde_json::from_str::<Amount>(json).ok()?.units().ok()
	}

	#[test]
	fn amounts_are_numbers_or_decimal_strings() {
		assert_eq!(units("1000"), Some(1_000));
		assert_eq!(units("\"340282366920938463463374607431768211455\""), Some(Balance::MAX));
		for wrong in ["-1", "1.5", "\"1.5\"", "\"0x10\"", "\"\"", "null", "[1]"] {
			assert_eq!(units(wrong), None, "{wrong}");
		}
	}

	#[test]
	fn a_projection_shows_units_as_strings() {
		let projection = StakeProjection { lit_per_day: 7, transfer_fee: 3, transfers_per_day: 2 };
		let json = serde_json::to_value(Projection::new(5, projection)).unwrap();
		let expected = serde_json::json!({
			"stake": "5", "litPerDay": "7", "transferFee": "3", "transfersPerDay": 2,
		});
		assert_eq!(json, expected);
	}
}
