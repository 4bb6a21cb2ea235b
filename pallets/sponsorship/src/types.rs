//! Stored types with their pure methods, and what a transaction may be refused for.
// Derived encoders cast the indices of variants, of which there are never 256.
#![allow(clippy::cast_possible_truncation)]

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen, Output};
use frame_support::{traits::ConstU32, BoundedVec};
use popnet_primitives::Balance;
use scale_info::TypeInfo;
use sp_core::{H160, H256};
use sp_io::hashing::keccak_256;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

/// Number of a plan, never used twice.
pub type PlanId = u32;
/// Number of a day: blocks since genesis divided by the blocks of a day.
pub type Day = u32;

/// Most entries of [`Terms::calls`].
pub const CALLS_MAX: u32 = 16;
/// Most entries of [`Terms::contracts`].
pub const CONTRACTS_MAX: u32 = 16;

/// Who may use a plan.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Audience {
	/// Every account, new ones too: only the limits protect the sponsor from many keys of one person.
	Anyone,
	/// Accounts that the sponsor has admitted.
	Listed,
}

/// Calls that a plan pays for, by their position in the runtime. Only the outermost call is looked
/// at: whoever lists a wrapper (batch, proxy, multisig) lists everything.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub struct AllowedCall {
	/// Index of the pallet in the runtime.
	pub pallet: u8,
	/// Index of the call in the pallet; `None` for all of its calls.
	pub call: Option<u8>,
}

impl AllowedCall {
	/// Whether `call` is one of those meant.
	pub fn covers(&self, call: &impl Encode) -> bool {
		let [pallet, index] = indices(call);
		self.pallet == pallet && self.call.is_none_or(|only| only == index)
	}
}

/// Index of the pallet and of the call: the first two bytes of every encoded runtime call.
fn indices(call: &impl Encode) -> [u8; 2] {
	/// Takes the first two bytes and forgets the rest, so that nothing is allocated.
	#[derive(Default)]
	struct Head {
		bytes: [u8; 2],
		taken: usize,
	}

	impl Output for Head {
		fn write(&mut self, bytes: &[u8]) {
			let free = self.bytes.iter_mut().skip(self.taken);
			self.taken = self.taken.saturating_add(bytes.len());
			free.zip(bytes).for_each(|(to, from)| *to = *from);
		}
	}

	let mut head = Head::default();
	call.encode_to(&mut head);
	head.bytes
}

/// What a plan pays for: who, which calls, how much, how long. Amounts are LIT units.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Terms<BlockNumber> {
	/// Who may use the plan.
	pub audience: Audience,
	/// Whether it makes accounts exist that have nothing at all.
	pub introduces: bool,
	/// Calls it pays for.
	pub calls: BoundedVec<AllowedCall, ConstU32<CALLS_MAX>>,
	/// Contracts that it pays calls of, native and, once bound, Ethereum transactions alike.
	pub contracts: BoundedVec<H160, ConstU32<CONTRACTS_MAX>>,
	/// Highest fee of one transaction, before unused weight is given back.
	pub fee_max: Balance,
	/// Most that one user may spend in a day.
	pub user_day_max: Balance,
	/// Most that all users together may spend in a day.
	pub day_max: Balance,
	/// Failed calls after which a user is out for the day, from 1.
	pub failures_max: u32,
	/// Most user records at a time, each of which locks a deposit of the plan's funds.
	pub users_max: u32,
	/// Last block in which it pays.
	pub last_block: BlockNumber,
}

impl<BlockNumber> Terms<BlockNumber> {
	/// Whether there is something to pay for.
	pub fn allow_something(&self) -> bool {
		!self.calls.is_empty() || !self.contracts.is_empty()
	}

	/// Whether no limit makes a smaller one useless: `0 < fee ≤ user's day ≤ day`, and somebody may fail
	/// once.
	pub fn are_in_order(&self) -> bool {
		self.fee_max > 0
			&& self.fee_max <= self.user_day_max
			&& self.user_day_max <= self.day_max
			&& self.failures_max > 0
			&& self.users_max > 0
	}

	/// Whether the plan pays for `call`, which calls `contract` if any.
	pub fn cover(&self, call: &impl Encode, contract: Option<H160>) -> bool {
		self.calls.iter().any(|allowed| allowed.covers(call))
			|| contract.is_some_and(|contract| self.contracts.contains(&contract))
	}
}

/// LIT units spent in one day.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct Spending {
	/// The day.
	pub day: Day,
	/// LIT units.
	pub amount: Balance,
}

impl Spending {
	/// LIT units spent on `day`.
	pub fn on(&self, day: Day) -> Balance {
		if self.day == day {
			return self.amount;
		}
		0
	}

	/// Adds `amount` to what was spent on `day`, forgetting other days. Callers have checked it
	/// against a limit, so saturation is out of reach.
	pub fn add(&mut self, day: Day, amount: Balance) {
		*self = Self { day, amount: self.on(day).saturating_add(amount) };
	}

	/// Takes back what turned out not to be spent; at most what was added on that day.
	pub fn take_back(&mut self, day: Day, amount: Balance) {
		*self = Self { day, amount: self.on(day).saturating_sub(amount) };
	}
}

/// How far a plan has come.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum State {
	/// Pays until its last block.
	Open,
	/// Pays nothing any more; user records are being removed.
	Closing,
}

/// A plan.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Plan<AccountId, BlockNumber> {
	/// In whose account its LIT is on hold.
	pub sponsor: AccountId,
	/// What it pays for.
	pub terms: Terms<BlockNumber>,
	/// How far it has come.
	pub state: State,
	/// LIT units left to pay with, on hold as `Plan`.
	pub funds: Balance,
	/// LIT units on hold as `Deposit` for the plan itself, without its user records.
	pub deposit: Balance,
	/// What all users together have spent, introductions included.
	pub spent: Spending,
	/// User records.
	pub users: u32,
}

/// What a transaction costs a plan at most. LIT units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
	/// The day that it counts for.
	pub day: Day,
	/// The fee, before unused weight is given back.
	pub fee: Balance,
	/// The price of making the user's account exist; zero where it does.
	pub introduction: Balance,
	/// What a new user record locks; zero where there is one.
	pub deposit: Balance,
}

impl<AccountId, BlockNumber> Plan<AccountId, BlockNumber> {
	/// Whether the limits leave room for `cost` of a user with this record, or with none.
	pub fn afford(&self, user: Option<&User>, cost: &Cost) -> Result<(), Refusal> {
		let terms = &self.terms;
		if cost.fee > terms.fee_max {
			return Err(Refusal::FeeTooHigh);
		}
		let user = user.copied().unwrap_or_default();
		if user.failures_on(cost.day) >= terms.failures_max {
			return Err(Refusal::TooManyFailures);
		}
		// What saturates is above every limit, unless a limit is the highest number there is; then the
		// funds decide, which no sum of real amounts saturates.
		let spent = cost.fee.saturating_add(cost.introduction);
		if user.spent.on(cost.day).saturating_add(spent) > terms.user_day_max {
			return Err(Refusal::UserLimit);
		}
		if self.spent.on(cost.day).saturating_add(spent) > terms.day_max {
			return Err(Refusal::DayLimit);
		}
		if cost.deposit > 0 && self.users >= terms.users_max {
			return Err(Refusal::Full);
		}
		if spent.saturating_add(cost.deposit) > self.funds {
			return Err(Refusal::Exhausted);
		}
		Ok(())
	}

	/// Takes what [`Plan::afford`] has found to be there.
	pub fn spend(&mut self, user: &mut User, day: Day, amount: Balance) {
		self.funds = self.funds.saturating_sub(amount);
		self.spent.add(day, amount);
		// Failures are of the day that `spent` is of.
		user.failures = user.failures_on(day);
		user.spent.add(day, amount);
	}

	/// Whether the plan is past its last block.
	pub fn is_over(&self, now: BlockNumber) -> bool
	where
		BlockNumber: PartialOrd + Copy,
	{
		now > self.terms.last_block
	}
}

/// What a plan remembers of one user.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
)]
pub struct User {
	/// Whether the sponsor has admitted the user.
	pub listed: bool,
	/// What the user has spent, the introduction included.
	pub spent: Spending,
	/// Calls that failed on the day of `spent`, the running one included until it succeeds.
	pub failures: u32,
	/// LIT units on hold as `Deposit` in the sponsor's account for this record.
	pub deposit: Balance,
}

impl User {
	/// Calls that failed on `day`.
	pub fn failures_on(&self, day: Day) -> u32 {
		if self.spent.day == day {
			return self.failures;
		}
		0
	}

	/// Whether nothing is lost by forgetting the record on `day`.
	pub fn is_stale(&self, day: Day) -> bool {
		!self.listed && self.spent.on(day) == 0 && self.failures_on(day) == 0
	}
}

/// How a plan pays for a transaction.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Manner {
	/// The transaction names the plan.
	Named,
	/// The transaction is Ethereum's and calls a bound contract. The fee is lent to it, because
	/// contracts take storage deposits out of the fee.
	Lent,
}

/// A fee that a plan pays, while its transaction runs. Never stored beyond it.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Payment<AccountId> {
	/// The plan.
	pub plan: PlanId,
	/// Its sponsor, should the transaction close the plan.
	pub sponsor: AccountId,
	/// Who sent the transaction.
	pub who: AccountId,
	/// LIT units set aside: the fee before unused weight is given back.
	pub fee: Balance,
	/// How it is paid.
	pub manner: Manner,
}

/// That Ethereum transactions to a contract are paid by a plan.
#[derive(
	Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Clone, PartialEq, Eq, Debug,
)]
pub struct Binding<AccountId> {
	/// The plan.
	pub plan: PlanId,
	/// Who has bound it and pays the deposit.
	pub owner: AccountId,
	/// LIT units on hold as `Deposit` in the owner's account.
	pub deposit: Balance,
}

/// How an account deployed a contract, which determines the contract's address.
#[derive(
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
)]
pub enum Deployment {
	/// With a transaction of this nonce (CREATE).
	Create {
		/// Nonce of the transaction.
		nonce: u64,
	},
	/// With a salt (CREATE2, EIP-1014).
	Create2 {
		/// The salt.
		salt: [u8; 32],
		/// Keccak-256 of code and constructor arguments.
		init_code_hash: H256,
	},
}

impl Deployment {
	/// Address of the contract that `deployer` deployed like this.
	pub fn address(&self, deployer: H160) -> H160 {
		let mut preimage = Vec::with_capacity(85);
		match self {
			Self::Create { nonce } => {
				let nonce = rlp(*nonce);
				// An RLP list of address and nonce: 21 and at most 9 bytes, a short list in any case.
				let length = u8::try_from(nonce.len()).unwrap_or_default().saturating_add(21);
				preimage.push(0xc0u8.saturating_add(length));
				preimage.push(0x94);
				preimage.extend_from_slice(deployer.as_bytes());
				preimage.extend_from_slice(&nonce);
			}
			Self::Create2 { salt, init_code_hash } => {
				preimage.push(0xff);
				preimage.extend_from_slice(deployer.as_bytes());
				preimage.extend_from_slice(salt);
				preimage.extend_from_slice(init_code_hash.as_bytes());
			}
		}
		H160::from(H256::from(keccak_256(&preimage)))
	}
}

/// The RLP encoding of a number.
fn rlp(number: u64) -> Vec<u8> {
	let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
	match bytes.as_slice() {
		[single] if *single < 0x80 => bytes,
		longer => {
			// At most eight bytes.
			let length = u8::try_from(longer.len()).unwrap_or_default();
			core::iter::once(0x80u8.saturating_add(length)).chain(longer.iter().copied()).collect()
		}
	}
}

/// Why a plan does not pay for a transaction. In the pool these are custom codes of an invalid
/// transaction, so that a wallet can tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Refusal {
	/// There is no such plan, or it is being closed.
	UnknownPlan = 101,
	/// The plan's last block is over.
	Expired = 102,
	/// The call is another `sponsored`.
	Nested = 103,
	/// The plan does not pay for this call.
	CallOutsidePlan = 104,
	/// The plan is for listed accounts, and this one is not.
	NotListed = 105,
	/// The account does not exist and the plan does not introduce accounts.
	NotIntroduced = 106,
	/// The fee is above what the plan pays for one transaction.
	FeeTooHigh = 107,
	/// The user has failed too often today.
	TooManyFailures = 108,
	/// The user's limit of today would be passed.
	UserLimit = 109,
	/// The plan's limit of today would be passed.
	DayLimit = 110,
	/// The plan has as many user records as it wants.
	Full = 111,
	/// The plan's funds do not suffice.
	Exhausted = 112,
}

impl From<Refusal> for TransactionValidityError {
	fn from(refusal: Refusal) -> Self {
		InvalidTransaction::Custom(refusal as u8).into()
	}
}
