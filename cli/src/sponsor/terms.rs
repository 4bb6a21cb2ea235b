//! What a plan pays for: as the chain stores it, as users name it, and as people read it.
// The derives of the codec number variants by casts.
#![allow(clippy::cast_possible_truncation)]

use super::args::{Audience as AudienceArg, Contract, TermsArgs};
use crate::{
	amounts::{format_amount, lit},
	chain::state::State,
	dates::Clock,
	errors::Error,
	show::row,
};
use codec::Encode;
use popnet_primitives::Balance;
use serde_json::{json, Value};
use subxt::{ext::scale_decode::DecodeAsType, Metadata};

/// Most calls, and most contracts, of a plan.
const ENTRIES_MAX: usize = 16;
/// Failures of an account in a day where the sponsor names no number.
const FAILURES: u32 = 5;
/// Accounts that a plan remembers where the sponsor names no number.
const USERS: u32 = 1_000;

/// Who may use a plan.
#[derive(DecodeAsType, Encode, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Audience {
	/// Every account.
	Anyone,
	/// Accounts that the sponsor has admitted.
	Listed,
}

impl Audience {
	/// The word by which users name it.
	pub fn word(self) -> &'static str {
		match self {
			Self::Anyone => "anyone",
			Self::Listed => "listed",
		}
	}
}

impl From<AudienceArg> for Audience {
	fn from(audience: AudienceArg) -> Self {
		match audience {
			AudienceArg::Anyone => Self::Anyone,
			AudienceArg::Listed => Self::Listed,
		}
	}
}

/// A call that a plan pays for, by its place in the runtime.
#[derive(DecodeAsType, Encode, Debug, Clone, Copy, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct AllowedCall {
	/// Index of the pallet.
	pub pallet: u8,
	/// Index of the call; `None` for all of the pallet.
	pub call: Option<u8>,
}

impl AllowedCall {
	/// The call that `text` names, whatever its case.
	fn parse(metadata: &Metadata, text: &str) -> Result<Self, Error> {
		let (pallet_name, call_name) = match text.split_once('.') {
			Some((pallet, call)) => (pallet, Some(call)),
			None => (text, None),
		};
		let pallet = metadata.pallets().find(|pallet| {
			pallet.name().eq_ignore_ascii_case(pallet_name) && pallet.call_variants().is_some()
		});
		let Some(pallet) = pallet else {
			let names: Vec<&str> = metadata
				.pallets()
				.filter(|pallet| pallet.call_variants().is_some_and(|calls| !calls.is_empty()))
				.map(|pallet| pallet.name())
				.collect();
			return Err(Error::unknown(
				format!("the runtime has no pallet {pallet_name}"),
				format!("one of {}", names.join(", ")),
			));
		};
		let Some(call_name) = call_name else {
			return Ok(Self { pallet: pallet.call_index(), call: None });
		};
		let calls = pallet.call_variants().unwrap_or_default();
		match calls.iter().find(|call| call.name.eq_ignore_ascii_case(call_name)) {
			Some(call) => Ok(Self { pallet: pallet.call_index(), call: Some(call.index) }),
			None => {
				let names: Vec<&str> = calls.iter().map(|call| call.name.as_str()).collect();
				Err(Error::unknown(
					format!("{} has no call {call_name}", pallet.name()),
					format!("one of {}", names.join(", ")),
				))
			}
		}
	}

	/// Its name, which [`AllowedCall::parse`] reads.
	fn name(self, metadata: &Metadata) -> String {
		let Some(pallet) = metadata.pallet_by_call_index(self.pallet) else {
			return format!("pallet {}", self.pallet);
		};
		match self.call {
			None => pallet.name().to_owned(),
			Some(index) => match pallet.call_variant_by_index(index) {
				Some(call) => format!("{}.{}", pallet.name(), call.name),
				None => format!("{}.{index}", pallet.name()),
			},
		}
	}
}

/// What a plan pays for. Fields in the order in which the chain encodes them.
#[derive(DecodeAsType, Encode, Debug, Clone, PartialEq, Eq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Terms {
	/// Who may use the plan.
	pub audience: Audience,
	/// Whether it makes accounts exist that have nothing at all.
	pub introduces: bool,
	/// Calls it pays for.
	pub calls: Vec<AllowedCall>,
	/// Contracts it pays calls of.
	pub contracts: Vec<Contract>,
	/// Highest fee of one transaction, in LIT units.
	pub fee_max: Balance,
	/// Most LIT units that one user may spend in a day.
	pub user_day_max: Balance,
	/// Most that all together may.
	pub day_max: Balance,
	/// Failed calls after which a user is out for the day.
	pub failures_max: u32,
	/// Most user records at a time.
	pub users_max: u32,
	/// Last block in which it pays.
	pub last_block: u32,
}

impl Terms {
	/// Terms of a new plan.
	///
	/// # Errors
	/// When something is missing or makes no sense.
	pub fn new(state: &State<'_>, clock: Clock, options: &TermsArgs) -> Result<Self, Error> {
		let missing = |what: &str, hint: &str| Error::usage(format!("{what} is missing"), hint);
		let audience = options.audience.ok_or_else(|| {
			missing("who may use the plan", "pass --for anyone, or --for listed and admit accounts")
		})?;
		let per_user = options.per_user.ok_or_else(|| {
			missing("how much an account may use in a day", "pass --per-user LIT")
		})?;
		let per_day = options.per_day.ok_or_else(|| {
			missing("how much all accounts may use in a day", "pass --per-day LIT")
		})?;
		if options.until.is_none() {
			return Err(missing("the end of the plan", "pass --until 30d, or a date"));
		}
		let empty = Self {
			audience: audience.into(),
			introduces: false,
			calls: Vec::new(),
			contracts: Vec::new(),
			fee_max: per_user,
			user_day_max: per_user,
			day_max: per_day,
			failures_max: FAILURES,
			users_max: USERS,
			last_block: 0,
		};
		empty.changed(state, clock, options)
	}

	/// These terms with what `options` name changed.
	///
	/// # Errors
	/// When the outcome makes no sense.
	pub fn changed(
		self,
		state: &State<'_>,
		clock: Clock,
		options: &TermsArgs,
	) -> Result<Self, Error> {
		let calls = options.calls.iter().map(|name| AllowedCall::parse(state.metadata(), name));
		let calls = calls.collect::<Result<Vec<_>, _>>()?;
		let user_day_max = options.per_user.unwrap_or(self.user_day_max);
		// A limit that is not named follows the one that is.
		let fee_max = options.per_transaction.unwrap_or(self.fee_max.min(user_day_max));
		let terms = Self {
			audience: options.audience.map_or(self.audience, Audience::from),
			introduces: options.introduce.unwrap_or(self.introduces),
			calls: if calls.is_empty() { self.calls } else { calls },
			contracts: match options.contracts.is_empty() {
				true => self.contracts,
				false => options.contracts.clone(),
			},
			fee_max,
			user_day_max,
			day_max: options.per_day.unwrap_or(self.day_max),
			failures_max: options.failures.unwrap_or(self.failures_max),
			users_max: options.users.unwrap_or(self.users_max),
			last_block: options.until.map_or(self.last_block, |until| clock.block_of(until)),
		};
		terms.ensure_sensible(clock)?;
		Ok(terms)
	}

	fn ensure_sensible(&self, clock: Clock) -> Result<(), Error> {
		if self.calls.is_empty() && self.contracts.is_empty() {
			return Err(Error::usage(
				"the plan would pay for nothing",
				"name what it pays for with --call Content.comment, or --contract 0x…",
			));
		}
		if self.calls.len() > ENTRIES_MAX || self.contracts.len() > ENTRIES_MAX {
			return Err(Error::usage(
				format!("a plan lists at most {ENTRIES_MAX} calls and as many contracts"),
				"name whole pallets, or open another plan for the rest",
			));
		}
		if self.fee_max > self.user_day_max || self.user_day_max > self.day_max {
			return Err(Error::usage(
				format!(
					"a transaction may cost {}, an account use {} a day, and all together {}: each \
					 has to be at most the next",
					lit(self.fee_max),
					lit(self.user_day_max),
					lit(self.day_max)
				),
				"change --per-transaction, --per-user or --per-day",
			));
		}
		if self.last_block <= clock.block() {
			return Err(Error::usage(
				format!("the plan would end in the past: {}", clock.at(self.last_block)),
				format!("choose a later --until; the chain is at block {}", clock.block()),
			));
		}
		Ok(())
	}

	fn call_names(&self, metadata: &Metadata) -> Vec<String> {
		self.calls.iter().map(|call| call.name(metadata)).collect()
	}

	fn contract_names(&self) -> Vec<String> {
		self.contracts.iter().map(contract_text).collect()
	}

	/// Names of the calls and contracts.
	pub fn names(&self, metadata: &Metadata) -> Vec<String> {
		[self.call_names(metadata), self.contract_names()].concat()
	}

	/// For programs.
	pub fn json(&self, metadata: &Metadata, clock: Clock) -> Value {
		json!({
			"for": self.audience.word(),
			"introduces": self.introduces,
			"calls": self.call_names(metadata),
			"contracts": self.contract_names(),
			"perTransaction": format_amount(self.fee_max),
			"perUser": format_amount(self.user_day_max),
			"perDay": format_amount(self.day_max),
			"failures": self.failures_max,
			"users": self.users_max,
			"until": clock.at(self.last_block).json(),
		})
	}

	/// For people.
	pub fn rows(&self, metadata: &Metadata, clock: Clock) -> Vec<Vec<String>> {
		let mut rows = vec![row(
			"pays for",
			match self.audience {
				Audience::Anyone => "anyone",
				Audience::Listed => "accounts that its sponsor has admitted",
			},
		)];
		if self.introduces {
			rows.push(row("", "also for accounts that have neither POP nor LIT"));
		}
		if !self.calls.is_empty() {
			rows.push(row("calls", self.call_names(metadata).join(", ")));
		}
		rows.extend(self.contract_names().iter().map(|contract| row("contract", contract)));
		rows.push(row(
			"limits",
			format!(
				"{} for a transaction, {} a day for an account, {} a day for all",
				lit(self.fee_max),
				lit(self.user_day_max),
				lit(self.day_max)
			),
		));
		rows.push(row(
			"",
			format!("{} failed transactions of an account in a day", self.failures_max),
		));
		rows.push(row("until", clock.at(self.last_block)));
		rows
	}
}

/// A contract for people.
pub fn contract_text(contract: &Contract) -> String {
	format!("0x{}", hex::encode(contract))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use popnet_primitives::economics::LIT;

	/// Terms that make sense until block 500.
	pub fn terms() -> Terms {
		Terms {
			audience: Audience::Anyone,
			introduces: true,
			calls: vec![AllowedCall { pallet: 42, call: Some(7) }],
			contracts: Vec::new(),
			fee_max: LIT / 10,
			user_day_max: LIT,
			day_max: 10 * LIT,
			failures_max: 5,
			users_max: 1_000,
			last_block: 500,
		}
	}

	#[test]
	fn terms_are_encoded_as_the_chain_has_them() {
		let terms = Terms { contracts: vec![[9; 20]], ..terms() };
		let bytes = terms.encode();
		// Audience, introduces, one call of pallet 42 with index 7, one contract.
		assert_eq!(bytes.get(..8), Some(&[0, 1, 4, 42, 1, 7, 4, 9][..]));
		assert_eq!(bytes.len(), 27 + 3 * 16 + 3 * 4);
	}

	#[test]
	fn terms_that_make_no_sense_are_refused_with_what_is_wrong() {
		let clock = Clock::new(160, 2_000);
		assert!(terms().ensure_sensible(clock).is_ok());
		let nothing = Terms { calls: Vec::new(), ..terms() };
		let many = Terms { contracts: vec![[1; 20]; 17], ..terms() };
		let fee = Terms { fee_max: 2 * LIT, ..terms() };
		let user = Terms { day_max: LIT / 2, ..terms() };
		let past = Terms { last_block: 160, ..terms() };
		for (wrong, words) in [
			(nothing, "pay for nothing"),
			(many, "at most 16"),
			(fee, "at most the next"),
			(user, "at most the next"),
			(past, "in the past"),
		] {
			let error = wrong.ensure_sensible(clock).unwrap_err();
			assert_eq!(error.exit_code(), 2, "{words}");
			assert!(error.message().contains(words), "{}", error.message());
			assert!(!error.hint().is_empty());
		}
	}
}
