//! Plans that pay the fees of others, for native and for Ethereum transactions.

use crate::{constants::*, *};
use frame_support::traits::{ConstU128, ConstU32};
use pallet_revive::AddressMapper;
use pallet_sponsorship::{ContractCall, Contracts};
use sp_core::H160;

type Mapper = <Runtime as pallet_revive::Config>::AddressMapper;

/// The POP Virtual Machine, as plans see it.
pub struct Machine;

impl Contracts<RuntimeCall, AccountId> for Machine {
	fn inspect(call: &RuntimeCall) -> Option<ContractCall<'_, RuntimeCall>> {
		let RuntimeCall::Revive(call) = call else { return None };
		match call {
			pallet_revive::Call::call { dest, .. } => Some(ContractCall::Native(*dest)),
			pallet_revive::Call::eth_call { dest, .. } => Some(ContractCall::Ethereum(*dest)),
			pallet_revive::Call::eth_instantiate_with_code { .. } => {
				Some(ContractCall::EthereumDeployment)
			}
			pallet_revive::Call::eth_substrate_call { call, .. } => {
				Some(ContractCall::EthereumRuntime(call))
			}
			_ => None,
		}
	}

	fn address_of(who: &AccountId) -> H160 {
		Mapper::to_address(who)
	}

	fn account_of(contract: &H160) -> AccountId {
		Mapper::to_fallback_account_id(contract)
	}
}

impl pallet_sponsorship::Config for Runtime {
	type BindingDeposit = ConstU128<{ sponsorship::BINDING_DEPOSIT }>;
	type BlocksPerDay = ConstU32<{ time::DAYS }>;
	type ClearMax = ConstU32<{ sponsorship::CLEAR_MAX }>;
	type Contracts = Machine;
	type GraceBlocks = ConstU32<{ sponsorship::GRACE_BLOCKS }>;
	type IntroductionPrice = ConstU128<{ sponsorship::INTRODUCTION_PRICE }>;
	type Lit = pallet_lit::SpendableLit<Runtime>;
	type PlanDeposit = ConstU128<{ sponsorship::PLAN_DEPOSIT }>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type UserDeposit = ConstU128<{ sponsorship::USER_DEPOSIT }>;
	type WeightInfo = weights::pallet_sponsorship::WeightInfo<Self>;
}
