//! What a plan has to know of the virtual machine: which calls are of contracts, and whose address is
//! whose.

use sp_core::H160;

/// A call that has to do with contracts.
pub enum ContractCall<'a, Call> {
	/// A native transaction calls a contract.
	Native(H160),
	/// An Ethereum transaction calls a contract.
	Ethereum(H160),
	/// An Ethereum transaction deploys a contract.
	EthereumDeployment,
	/// An Ethereum transaction carries a call of the runtime.
	EthereumRuntime(&'a Call),
}

/// The virtual machine as this pallet sees it.
pub trait Contracts<Call, AccountId> {
	/// What `call` has to do with contracts, if anything.
	fn inspect(call: &Call) -> Option<ContractCall<'_, Call>>;
	/// The Ethereum address of an account.
	fn address_of(who: &AccountId) -> H160;
	/// The account of a contract.
	fn account_of(contract: &H160) -> AccountId;
}
