//! What can go wrong, what to do about it, and the exit code that says so.

use crate::remedies::remedy;
use popnet_shard_store::StoreError;
use serde_json::Value;
use std::{error::Error as StdError, path::PathBuf};

/// What another crate said.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// The table of exit codes, shown by `--help` and repeated in docs/popctl.md.
pub const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    internal error, a full or unwritable disk, or the node does not offer what was asked
  2    wrong usage
  3    the node cannot be reached
  4    unknown item, account, Masternode, Delegate, pool, lease, plan or referendum
  5    rejected by screening
  6    expired, not yet available, or not possible as things stand
  7    bad file
  8    insufficient funds: POP for a deposit or stake, or LIT for a fee
  9    retrieval failed
  10   timeout
  11   the transaction failed
  130  interrupted";

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
	/// Something that is nobody's input: the disk, the runtime, a bug.
	#[error("{what}")]
	Internal {
		/// What failed.
		what: String,
		/// What to do.
		hint: String,
		/// Why.
		#[source]
		source: Option<Cause>,
	},
	/// The work folder cannot be used.
	#[error("the work folder cannot be used")]
	Store(#[from] StoreError),
	/// The arguments make no sense.
	#[error("{what}")]
	Usage {
		/// What is wrong.
		what: String,
		/// What to do.
		hint: String,
	},
	/// No connection to the node.
	#[error("the node at {url} cannot be reached")]
	Unreachable {
		/// Where it was looked for.
		url: String,
		/// Why.
		#[source]
		source: Option<Cause>,
	},
	/// The chain or the node does not know it.
	#[error("{what}")]
	Unknown {
		/// What is unknown.
		what: String,
		/// What to do.
		hint: String,
	},
	/// The panel refused the item.
	#[error("{cid} was rejected: {reason}")]
	Rejected {
		/// The item.
		cid: String,
		/// Why.
		reason: String,
		/// What is known about the item, for programs.
		summary: Option<Box<Value>>,
	},
	/// The item, or the network, is not in a state in which this works.
	#[error("{what}")]
	NotAvailable {
		/// What is not available.
		what: String,
		/// What to do.
		hint: String,
		/// What is known about the item, for programs.
		summary: Option<Box<Value>>,
	},
	/// The file cannot be published.
	#[error("{} {what}", path.display())]
	BadFile {
		/// The file.
		path: PathBuf,
		/// What is wrong with it.
		what: String,
		/// What to do.
		hint: String,
	},
	/// An account has too little POP or LIT.
	#[error("{what}")]
	InsufficientFunds {
		/// What cannot be paid.
		what: String,
		/// What to do.
		hint: String,
	},
	/// Too few Masternodes delivered the item.
	#[error("{cid} cannot be retrieved")]
	Retrieval {
		/// The item.
		cid: String,
		/// Why.
		#[source]
		source: Cause,
	},
	/// Something took longer than `--timeout`.
	#[error("no progress for {seconds} s while {what}")]
	Timeout {
		/// What was waited for.
		what: String,
		/// Seconds waited.
		seconds: u64,
		/// What to do.
		hint: String,
	},
	/// The chain refused a transaction.
	#[error("{call} failed with {name}: {docs}")]
	Transaction {
		/// The call, for example `Content.register`.
		call: String,
		/// The pallet's error, for example `Content.AlreadyRegistered`.
		name: String,
		/// What the pallet says about it.
		docs: String,
	},
	/// Ctrl-C, or SIGTERM.
	#[error("interrupted")]
	Interrupted {
		/// How to go on.
		hint: String,
	},
}

impl Error {
	/// An error in the arguments.
	pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
		Self::Usage { what: what.into(), hint: hint.into() }
	}

	/// Something that the chain does not know.
	pub fn unknown(what: impl Into<String>, hint: impl Into<String>) -> Self {
		Self::Unknown { what: what.into(), hint: hint.into() }
	}

	/// Something that is not possible as things stand.
	pub fn not_possible(what: impl Into<String>, hint: impl Into<String>) -> Self {
		Self::NotAvailable { what: what.into(), hint: hint.into(), summary: None }
	}

	/// Something that the account cannot pay.
	pub fn insufficient(what: impl Into<String>, hint: impl Into<String>) -> Self {
		Self::InsufficientFunds { what: what.into(), hint: hint.into() }
	}

	/// An error without a cause that this program knows.
	pub fn internal(what: impl Into<String>, hint: impl Into<String>) -> Self {
		Self::Internal { what: what.into(), hint: hint.into(), source: None }
	}

	/// An error that another crate reports.
	pub fn caused(
		what: impl Into<String>,
		hint: impl Into<String>,
		source: impl Into<Cause>,
	) -> Self {
		Self::Internal { what: what.into(), hint: hint.into(), source: Some(source.into()) }
	}

	/// The exit code of the process.
	pub fn exit_code(&self) -> i32 {
		match self {
			Self::Internal { .. } | Self::Store(_) => 1,
			Self::Usage { .. } => 2,
			Self::Unreachable { .. } => 3,
			Self::Unknown { .. } => 4,
			Self::Rejected { .. } => 5,
			Self::NotAvailable { .. } => 6,
			Self::BadFile { .. } => 7,
			Self::InsufficientFunds { .. } => 8,
			Self::Retrieval { .. } => 9,
			Self::Timeout { .. } => 10,
			Self::Transaction { .. } => 11,
			Self::Interrupted { .. } => 130,
		}
	}

	/// A word for programs that read the JSON.
	pub fn kind(&self) -> &'static str {
		match self {
			Self::Internal { .. } | Self::Store(_) => "internal",
			Self::Usage { .. } => "usage",
			Self::Unreachable { .. } => "node_unreachable",
			Self::Unknown { .. } => "unknown",
			Self::Rejected { .. } => "rejected",
			Self::NotAvailable { .. } => "not_available",
			Self::BadFile { .. } => "bad_file",
			Self::InsufficientFunds { .. } => "insufficient_funds",
			Self::Retrieval { .. } => "retrieval_failed",
			Self::Timeout { .. } => "timeout",
			Self::Transaction { .. } => "transaction_failed",
			Self::Interrupted { .. } => "interrupted",
		}
	}

	/// The error and everything that caused it, in one line.
	pub fn message(&self) -> String {
		let mut message = self.to_string();
		let mut cause = self.source();
		while let Some(error) = cause {
			let text = error.to_string();
			// Some crates repeat their cause in their own text.
			if !message.contains(&text) {
				message.push_str(": ");
				message.push_str(&text);
			}
			cause = error.source();
		}
		message.replace(['\n', '\r'], " ")
	}

	/// What is known about the item that the error concerns, for programs.
	pub fn summary(&self) -> Option<&Value> {
		match self {
			Self::Rejected { summary, .. } | Self::NotAvailable { summary, .. } => {
				summary.as_deref()
			}
			_ => None,
		}
	}

	/// What to do about it.
	pub fn hint(&self) -> String {
		match self {
			Self::Internal { hint, .. }
			| Self::Usage { hint, .. }
			| Self::Unknown { hint, .. }
			| Self::NotAvailable { hint, .. }
			| Self::BadFile { hint, .. }
			| Self::InsufficientFunds { hint, .. }
			| Self::Timeout { hint, .. }
			| Self::Interrupted { hint } => hint.clone(),
			Self::Store(StoreError::InUse(_)) => {
				"another popctl is publishing this file; wait for it, or stop it".into()
			},
			Self::Store(StoreError::DiskFull(_)) => {
				"make room, or choose another disk with --work-dir".into()
			},
			Self::Store(_) => "choose another folder with --work-dir".into(),
			Self::Unreachable { .. } => {
				"start a node (popnet --dev), or name one with --url or POPCTL_URL".into()
			},
			Self::Rejected { .. } => {
				"see the policy with `popctl policy`; for a defect, repair the file and publish it again"
					.into()
			},
			Self::Retrieval { .. } => {
				"too many of its Masternodes may be down; see `popctl status`, and try again".into()
			},
			Self::Transaction { name, .. } => remedy(name)
				.unwrap_or("nothing was changed; a fee may have been charged")
				.into(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn samples() -> Vec<(Error, i32)> {
		let text = String::new;
		vec![
			(Error::internal("a", "b"), 1),
			(Error::Store(StoreError::Digest), 1),
			(Error::usage("a", "b"), 2),
			(Error::Unreachable { url: text(), source: None }, 3),
			(Error::Unknown { what: text(), hint: text() }, 4),
			(Error::Rejected { cid: text(), reason: text(), summary: None }, 5),
			(Error::NotAvailable { what: text(), hint: text(), summary: None }, 6),
			(Error::BadFile { path: PathBuf::new(), what: text(), hint: text() }, 7),
			(Error::InsufficientFunds { what: text(), hint: text() }, 8),
			(Error::Retrieval { cid: text(), source: "x".into() }, 9),
			(Error::Timeout { what: text(), seconds: 1, hint: text() }, 10),
			(Error::Transaction { call: text(), name: text(), docs: text() }, 11),
			(Error::Interrupted { hint: text() }, 130),
		]
	}

	#[test]
	fn every_error_has_its_code_and_the_help_names_it() {
		for (error, code) in samples() {
			assert_eq!(error.exit_code(), code, "{error:?}");
			assert!(
				EXIT_CODES.lines().any(|line| line.trim_start().starts_with(&format!("{code} "))),
				"{code}"
			);
		}
	}

	#[test]
	fn kinds_and_codes_are_one_to_one() {
		let mut seen: Vec<(i32, &str)> =
			samples().iter().map(|(error, code)| (*code, error.kind())).collect();
		seen.sort_unstable();
		seen.dedup();
		assert_eq!(seen.len(), 12);
	}

	#[test]
	fn full_disk_is_named_with_what_to_do() {
		let error = Error::from(StoreError::DiskFull("/work".into()));
		assert_eq!(error.exit_code(), 1);
		assert!(error.message().ends_with("the disk that holds /work is full"));
		assert!(error.hint().contains("make room"));
	}

	#[test]
	fn item_of_another_account_is_published_under_a_new_key() {
		let transaction = |name: &str| Error::Transaction {
			call: "Content.register".into(),
			name: name.into(),
			docs: String::new(),
		};
		assert!(transaction("Content.AlreadyRegistered").hint().contains("new key"));
		assert!(transaction("Content.TooManyItems").hint().contains("nothing was changed"));
	}

	#[test]
	fn a_message_names_each_cause_once() {
		let error = Error::caused("outer", "", "inner");
		assert_eq!(error.message(), "outer: inner");
		let error = Error::caused("outer inner", "", "inner");
		assert_eq!(error.message(), "outer inner");
	}
}
