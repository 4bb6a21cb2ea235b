//! Creators, apps and contracts pay the transaction fees of their users, within limits.
//!
//! # Terms
//!
//! *Plan*: what a *sponsor* pays for: who, which calls, how much LIT per transaction, per user and day,
//! per day in total, until which block. *User record*: what a plan remembers of one account: whether it
//! is listed, what it has spent today, how often it failed today. *Introduction*: making an account
//! exist that has neither POP nor LIT. *Binding*: the plan that pays for Ethereum transactions to a
//! contract.
//!
//! # Life of a plan
//!
//! `open` puts LIT on hold in the sponsor's account: funds to pay with and a deposit. A user wraps a call
//! in `sponsored`, which dispatches it with the user's own origin; [`ChargeSponsored`] takes the fee from
//! the plan's funds. When the fee is due it is only set aside, and burned once it is known: what is not
//! used never leaves the plan. A tip is always the user's own. A transaction that a plan does not admit
//! is invalid and costs nobody anything ([`Refusal`] has the codes). The first transaction of an account
//! with a plan creates its user record, whose deposit is locked out of the plan's funds and returns there
//! when anybody `forget`s the record on a later day. `close` ends the plan, record by record, and returns
//! everything; once the plan is over for [`Config::GraceBlocks`], anybody may do that.
//!
//! # New users
//!
//! [`CheckNonceOrSponsored`] stands where `CheckNonce` stood and lets an account without POP and LIT pass
//! when it sends a `sponsored` call that its plan admits. The account is given a *sufficient* reference
//! that is never taken back, for a price that is burned ([`Config::IntroductionPrice`], counted towards
//! the limits). No LIT is given that could be moved away; and as the account can never be reaped, its
//! nonce never starts again: an introduction and a transaction happen once. What the state keeps for good
//! is paid for good.
//!
//! # What protects a sponsor
//!
//! A failing call costs a fee, so failures are counted: one is recorded before the call and taken back by
//! its success. Transfers and storage deposits of a call are made with the user's own origin and money.
//! `sponsored` inside `sponsored` is refused; any other wrapper is paid for only where the plan lists it,
//! and then whatever it wraps is paid for too. Many keys of one person share the plan's limit per day.
//! Replaying transactions of an account that was reaped is bounded by the same limits: records are kept by
//! account, not by existence.
//!
//! # Ethereum
//!
//! A contract's own account, or whoever proves to have deployed it, `bind`s it to a plan whose sponsor
//! lists it. Ethereum transactions to it are then paid by the plan where it admits them, otherwise by
//! their signer as ever. Contracts take storage deposits out of the fee, so the fee is lent to the
//! transaction and taken back whole; [`GuardedLit`], the currency of contracts, tops it up from the signer
//! whenever a deposit would eat into it. Failures are not counted, as a reverted Ethereum transaction
//! succeeds for the chain. A `sponsored` call may also be carried by an Ethereum transaction to the
//! runtime's address. Either way the signer may be an account with nothing.
//!
//! # Invariants
//!
//! - `held(Plan, a) = Σ funds` over the plans that `a` sponsors; `held(Deposit, a) = Σ plan deposits + Σ
//!   user record deposits + Σ deposits of bindings that a owns`; for every account.
//! - `plan.users` = number of its user records; no record without a plan; no record of a later day.
//! - LIT held for plans = funded + locked − burned as fees − burned for introductions − returned.
//!
//! # What it does not do
//!
//! It guarantees no one that a plan will pay. It filters no calls: a proxy filter that lets `sponsored` pass
//! still meets the inner call, which keeps its origin. Clock: the parachain's block number.
#![cfg_attr(not(feature = "std"), no_std)]
// Pallets of the tests, which derive encoders as well.
#![cfg_attr(test, allow(clippy::cast_possible_truncation))]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod charge;
mod contracts;
mod guard;
mod impls;
#[cfg(test)]
mod mock;
mod nonce;
#[cfg(test)]
mod tests;
mod types;
pub mod weights;

pub use charge::{ChargeSponsored, Charged};
pub use contracts::{ContractCall, Contracts};
pub use guard::GuardedLit;
pub use nonce::{CheckNonceOrSponsored, Pre, Val};
pub use pallet::*;
pub use types::{
	AllowedCall, Audience, Binding, Cost, Day, Deployment, Manner, Payment, Plan, PlanId, Refusal,
	Spending, State, Terms, User, CALLS_MAX, CONTRACTS_MAX,
};
pub use weights::WeightInfo;

use alloc::boxed::Box;
use frame_support::{
	dispatch::{DispatchInfo, PostDispatchInfo},
	pallet_prelude::*,
	traits::{
		fungible::{Balanced, MutateHold},
		IsSubType,
	},
};
use frame_system::pallet_prelude::*;
use popnet_primitives::Balance;
use sp_core::H160;
use sp_runtime::traits::Dispatchable;

/// A plan of this runtime.
pub type PlanOf<T> = Plan<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;
/// Terms of this runtime.
pub type TermsOf<T> = Terms<BlockNumberFor<T>>;
/// A payment of this runtime.
pub type PaymentOf<T> = Payment<<T as frame_system::Config>::AccountId>;
/// A binding of this runtime.
pub type BindingOf<T> = Binding<<T as frame_system::Config>::AccountId>;

// The expansion casts indices of variants, of which there are never 256.
#[allow(clippy::cast_possible_truncation)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;

	/// What this pallet needs. Clock: the parachain's block number.
	#[pallet::config]
	pub trait Config:
		frame_system::Config<
		RuntimeEvent: From<Event<Self>>,
		RuntimeCall: IsSubType<Call<Self>>
		                 + Dispatchable<Info = DispatchInfo, PostInfo = PostDispatchInfo>,
	>
	{
		/// The LIT token.
		type Lit: MutateHold<Self::AccountId, Balance = Balance, Reason = Self::RuntimeHoldReason>
			+ Balanced<Self::AccountId>;
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;
		/// The virtual machine.
		type Contracts: Contracts<Self::RuntimeCall, Self::AccountId>;
		/// LIT units on hold for a plan.
		#[pallet::constant]
		type PlanDeposit: Get<Balance>;
		/// LIT units locked out of a plan's funds for each user record.
		#[pallet::constant]
		type UserDeposit: Get<Balance>;
		/// LIT units on hold for a binding.
		#[pallet::constant]
		type BindingDeposit: Get<Balance>;
		/// LIT units burned for making an account exist for good.
		#[pallet::constant]
		type IntroductionPrice: Get<Balance>;
		/// Blocks of a day.
		#[pallet::constant]
		type BlocksPerDay: Get<BlockNumberFor<Self>>;
		/// Blocks after its last one from which anybody may close a plan.
		#[pallet::constant]
		type GraceBlocks: Get<BlockNumberFor<Self>>;
		/// Most user records that one `close` removes.
		#[pallet::constant]
		type ClearMax: Get<u32>;
		/// Weights of the calls and of what transactions do beside them.
		type WeightInfo: WeightInfo;
	}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// Why LIT is on hold.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// To pay with: the funds of plans.
		Plan,
		/// For what is stored: plans, user records, bindings.
		Deposit,
	}

	/// Number of the next plan.
	#[pallet::storage]
	pub type NextPlan<T: Config> = StorageValue<_, PlanId, ValueQuery>;

	/// The plans. Written by their sponsors and by the transactions they pay for.
	#[pallet::storage]
	pub type Plans<T: Config> = StorageMap<_, Twox64Concat, PlanId, PlanOf<T>, OptionQuery>;

	/// What a plan remembers of a user. Written by the sponsor and by the user's transactions; removed
	/// by anybody once it is stale.
	#[pallet::storage]
	pub type Users<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		PlanId,
		Blake2_128Concat,
		T::AccountId,
		User,
		OptionQuery,
	>;

	/// The plan of a contract. Written by the contract's account and by its deployer.
	#[pallet::storage]
	pub type Bindings<T: Config> = StorageMap<_, Blake2_128Concat, H160, BindingOf<T>, OptionQuery>;

	/// The fee that a plan pays for the transaction that runs now; none between transactions.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub type Current<T: Config> = StorageValue<_, PaymentOf<T>, OptionQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A plan is open.
		Opened {
			/// The plan.
			plan: PlanId,
			/// Who pays.
			sponsor: T::AccountId,
			/// LIT units to pay with.
			funds: Balance,
		},
		/// A plan has more to pay with.
		Funded {
			/// The plan.
			plan: PlanId,
			/// LIT units added.
			amount: Balance,
		},
		/// A plan has new terms.
		Changed {
			/// The plan.
			plan: PlanId,
		},
		/// A plan pays nothing any more; user records are left to remove.
		Closing {
			/// The plan.
			plan: PlanId,
			/// User records left.
			users: u32,
		},
		/// A plan is gone; its LIT is free again.
		Closed {
			/// The plan.
			plan: PlanId,
			/// LIT units returned, the deposit included.
			returned: Balance,
		},
		/// An account may use the plan.
		Admitted {
			/// The plan.
			plan: PlanId,
			/// The account.
			who: T::AccountId,
		},
		/// An account is no longer listed.
		Dismissed {
			/// The plan.
			plan: PlanId,
			/// The account.
			who: T::AccountId,
		},
		/// A user record is removed; its deposit is back in the plan's funds.
		Forgotten {
			/// The plan.
			plan: PlanId,
			/// The account.
			who: T::AccountId,
		},
		/// Ethereum transactions to the contract are paid by a plan.
		Bound {
			/// The contract.
			contract: H160,
			/// The plan.
			plan: PlanId,
		},
		/// Ethereum transactions to the contract are paid by their signers.
		Unbound {
			/// The contract.
			contract: H160,
		},
		/// A plan made an account exist.
		Introduced {
			/// The plan.
			plan: PlanId,
			/// The account.
			who: T::AccountId,
			/// LIT units burned.
			price: Balance,
		},
		/// A plan paid the fee of a transaction.
		FeePaid {
			/// The plan.
			plan: PlanId,
			/// Who sent the transaction.
			who: T::AccountId,
			/// LIT units burned.
			fee: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such plan. Look up the number that `Opened` told.
		UnknownPlan,
		/// Only the sponsor may do this. Sign as the account that opened the plan.
		NotSponsor,
		/// The plan is being closed. Open another one.
		PlanClosing,
		/// The terms allow no call and no contract. Name at least one.
		NothingAllowed,
		/// A limit is zero or above the next wider one. Keep `0 < fee_max ≤ user_day_max ≤ day_max`, and
		/// `failures_max` and `users_max` above zero.
		LimitsOutOfOrder,
		/// The last block of the terms is over. Choose a later one.
		LastBlockOver,
		/// Every number is taken by a plan. Use one that exists.
		TooManyPlans,
		/// Only its sponsor may close a plan that is not over for `GraceBlocks`. Wait.
		NotAbandoned,
		/// The account is listed already. Nothing is left to do.
		AlreadyListed,
		/// The account is not listed. Nothing is left to do.
		NotListed,
		/// The plan has as many user records as its terms want. Raise `users_max`, or forget stale ones.
		TooManyUsers,
		/// The plan's funds do not cover the deposit of a user record. Fund it.
		FundsTooLow,
		/// There is no such user record. Nothing is left to do.
		UnknownUser,
		/// The record is listed or of today. Wait for the next day, or have the sponsor dismiss it.
		RecordInUse,
		/// The caller is neither the contract nor proves to have deployed it. Give the nonce, or salt and
		/// code hash, of the deployment.
		NotDeployer,
		/// The plan's terms do not list the contract. Have its sponsor add it.
		ContractNotInPlan,
		/// The contract is bound to no plan. Nothing is left to do.
		UnknownBinding,
		/// Only the contract, the binding's owner or, once the plan is gone, anybody may unbind.
		NotBindingOwner,
		/// A sponsored call cannot be inside another one. Sponsor the inner call itself.
		Nested,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			use frame_support::traits::fungible::Inspect;
			assert!(T::BlocksPerDay::get() > 0u32.into(), "a day must have blocks");
			assert!(T::ClearMax::get() > 0, "closing must come to an end");
			assert!(T::UserDeposit::get() > 0, "user records must cost something");
			assert!(T::IntroductionPrice::get() > 0, "accounts must cost something");
			let minimum = <T::Lit as Inspect<T::AccountId>>::minimum_balance();
			assert!(
				T::PlanDeposit::get() >= minimum && T::BindingDeposit::get() >= minimum,
				"a deposit must be returnable to an account without free LIT"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Opens a plan with `funds` LIT units to pay with, beside the deposit.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::open())]
		pub fn open(
			origin: OriginFor<T>,
			terms: Box<TermsOf<T>>,
			#[pallet::compact] funds: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_open(who, *terms, funds)
		}

		/// Adds `amount` LIT units to the plan's funds. The sponsor only.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::fund())]
		pub fn fund(
			origin: OriginFor<T>,
			plan: PlanId,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_fund(&who, plan, amount)
		}

		/// Gives the plan new terms, at once. What was spent today stays spent. The sponsor only.
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::change())]
		pub fn change(
			origin: OriginFor<T>,
			plan: PlanId,
			terms: Box<TermsOf<T>>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_change(&who, plan, *terms)
		}

		/// Ends the plan: from now on it pays nothing, up to `users` user records are removed, at most
		/// `ClearMax`, and with the last one the plan goes and all LIT is returned. To be repeated, then by
		/// anybody, while `Closing` tells of records left. The sponsor at any time; anybody once the plan is
		/// over for `GraceBlocks`.
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::close((*users).min(T::ClearMax::get())))]
		pub fn close(origin: OriginFor<T>, plan: PlanId, users: u32) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let removed = Self::do_close(&who, plan, users.min(T::ClearMax::get()))?;
			Ok(Some(T::WeightInfo::close(removed)).into())
		}

		/// Lists an account. Its record locks a deposit out of the plan's funds. The sponsor only.
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::admit())]
		pub fn admit(origin: OriginFor<T>, plan: PlanId, who: T::AccountId) -> DispatchResult {
			let sponsor = ensure_signed(origin)?;
			Self::do_admit(&sponsor, plan, &who)
		}

		/// Takes an account off the list. Its record goes at once, or can be forgotten tomorrow if it was
		/// used today. The sponsor only.
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::dismiss())]
		pub fn dismiss(origin: OriginFor<T>, plan: PlanId, who: T::AccountId) -> DispatchResult {
			let sponsor = ensure_signed(origin)?;
			Self::do_dismiss(&sponsor, plan, &who)
		}

		/// Removes a user record that is not listed and not of today, or any record of a plan that is
		/// being closed. Anybody.
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::forget())]
		pub fn forget(origin: OriginFor<T>, plan: PlanId, who: T::AccountId) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_forget(plan, &who)
		}

		/// Has `plan`, whose terms list the contract, pay for Ethereum transactions to it; replaces an
		/// earlier binding. The contract's account without `deployment`, or whoever deployed it, as
		/// `deployment` proves.
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::bind())]
		pub fn bind(
			origin: OriginFor<T>,
			plan: PlanId,
			contract: H160,
			deployment: Option<Deployment>,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_bind(who, plan, contract, deployment)
		}

		/// Removes a binding. The contract's account or who bound it; anybody once the plan is gone.
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::unbind())]
		pub fn unbind(origin: OriginFor<T>, contract: H160) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_unbind(&who, contract)
		}

		/// Runs `call` as the signer. As the outermost call of a transaction, or carried by an Ethereum
		/// transaction, its fee is the plan's; inside any other call it is a plain wrapper, and the fee is
		/// that call's.
		#[pallet::call_index(9)]
		#[pallet::weight((
			T::WeightInfo::sponsored().saturating_add(call.get_dispatch_info().call_weight),
			DispatchClass::Normal,
		))]
		pub fn sponsored(
			origin: OriginFor<T>,
			plan: PlanId,
			call: Box<<T as frame_system::Config>::RuntimeCall>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin.clone())?;
			Self::do_sponsored(origin, who, plan, *call)
		}
	}
}
