//! Contracts whose Ethereum transactions a plan pays for.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use super::{
	args::{Bind, Contract, Digest},
	plan::Plan,
	terms::contract_text,
};
use crate::{
	access::Access,
	amounts::lit,
	chain::{
		calls::{number, Call, Step},
		state::{account_of, Key, State},
		transactions::{Receipt, Signer},
	},
	errors::Error,
	show::{row, table},
};
use codec::Encode;
use popnet_primitives::Balance;
use serde_json::json;
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// How an account deployed a contract, encoded as the chain has it.
#[derive(Encode, Debug, Clone, Copy, PartialEq, Eq)]
enum Deployment {
	Create { nonce: u64 },
	Create2 { salt: Digest, init_code_hash: Digest },
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Binding {
	plan: u32,
	owner: Key,
}

async fn binding(state: &State<'_>, contract: Contract) -> Result<Option<Binding>, Error> {
	state.value("Sponsorship", "Bindings", vec![Value::from_bytes(contract)]).await
}

/// Binds a contract to a plan.
pub async fn bind(access: Access<'_>, options: &Bind) -> Result<(), Error> {
	let signer = access.signer()?;
	let deployment = match (options.nonce, options.salt, options.code_hash) {
		(Some(nonce), ..) => Deployment::Create { nonce },
		(None, Some(salt), Some(init_code_hash)) => Deployment::Create2 { salt, init_code_hash },
		_ => {
			return Err(Error::usage(
				"how the contract was deployed is missing",
				"pass --nonce, or --salt and --code-hash",
			))
		}
	};
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let (id, contract) = (options.plan, options.contract);
	let plan = Plan::read(&state, id).await?;
	if !plan.terms.contracts.contains(&contract) {
		return Err(Error::not_possible(
			format!("plan {id} does not list the contract {}", contract_text(&contract)),
			format!("have its sponsor run `popctl sponsor change {id} --contract 0x…`"),
		));
	}
	ensure_deposit(&state, &signer).await?;
	let arguments = (id, contract, Some(deployment)).encode();
	let call = Call::new("Sponsorship", "bind", arguments);
	let receipt = chain.submit(&call, &signer).await?;
	report(access, contract, Some(id), &receipt);
	Ok(())
}

/// Refuses a binding whose deposit the account does not have.
async fn ensure_deposit(state: &State<'_>, signer: &Signer) -> Result<(), Error> {
	let deposit: Balance = state.constant("Sponsorship", "BindingDeposit")?;
	let available: Balance = state.ask("PopnetApi_lit_available", &signer.account).await?;
	if deposit <= available {
		return Ok(());
	}
	Err(Error::insufficient(
		format!("a binding holds {}, and the account has {}", lit(deposit), lit(available)),
		"see `popctl lit`",
	))
}

/// Removes a binding.
pub async fn unbind(access: Access<'_>, contract: Contract) -> Result<(), Error> {
	let signer = access.signer()?;
	let chain = access.connect().await?;
	let state = chain.state().await?;
	let bound = binding(&state, contract).await?.ok_or_else(|| {
		Error::unknown(
			format!("no plan is bound to the contract {}", contract_text(&contract)),
			"nothing is to be done: its transactions are paid by their signers",
		)
	})?;
	let owner = account_of(bound.owner);
	let plan: Option<Plan> = state.value("Sponsorship", "Plans", vec![number(bound.plan)]).await?;
	if owner != signer.account && plan.is_some() {
		return Err(Error::not_possible(
			format!("{owner} has bound the contract to plan {}", bound.plan),
			"sign as that account; anybody may unbind it once the plan is gone",
		));
	}
	let call = Step::new("Sponsorship", "unbind", [Value::from_bytes(contract)]).into();
	let receipt = chain.submit(&call, &signer).await?;
	report(access, contract, None, &receipt);
	Ok(())
}

fn report(access: Access<'_>, contract: Contract, plan: Option<u32>, receipt: &Receipt) {
	let contract = contract_text(&contract);
	let result = json!({
		"contract": contract,
		"plan": plan,
		"fee": receipt.fee().json(),
		"block": receipt.block,
		"transaction": receipt.transaction,
	});
	access.output.result(&result, || {
		let paid = match plan {
			Some(plan) => format!("by plan {plan} where it admits them, else by their signers"),
			None => "by their signers".into(),
		};
		table(&[row("contract", &contract), row("paid", paid), row("fee", receipt.fee().text())])
	});
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn deployments_are_encoded_as_the_chain_has_them() {
		let create = Some(Deployment::Create { nonce: 258 }).encode();
		assert_eq!(create, [1, 0, 2, 1, 0, 0, 0, 0, 0, 0]);
		let salted = Deployment::Create2 { salt: [1; 32], init_code_hash: [2; 32] };
		assert_eq!(salted.encode(), [&[1][..], &[1; 32], &[2; 32]].concat());
	}
}
