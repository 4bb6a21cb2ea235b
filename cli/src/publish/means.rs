//! Whether a publication can be paid for and kept on disk, asked before anything is encoded.
//!
//! What an encoded item takes follows from its size and its code alone, so that nobody waits an hour
//! for a refusal.

use super::work::Work;
use crate::{
	amounts::format_amount,
	chain::{
		reads::{DepositTerms, Snapshot},
		transactions::Signer,
	},
	disk::ensure_room,
	errors::Error,
};
use popnet_primitives::Balance;

const MIB: u64 = 1024 * 1024;

/// Refuses a publication of `stored_size` bytes that the signer cannot pay for, or that the disk of
/// the work folder has no room for.
///
/// # Errors
/// When POP, LIT or room is missing, or the node cannot be asked.
pub async fn ensure_means(
	snapshot: &Snapshot<'_>,
	signer: &Signer,
	work: &Work,
	stored_size: u64,
) -> Result<(), Error> {
	let means = Means {
		account: signer.account.to_string(),
		pop: snapshot.pop_free(&signer.account).await?,
		lit: snapshot.lit_available(&signer.account).await?,
		sponsored: signer.sponsor.is_some(),
	};
	means.ensure_payable(deposit(stored_size, snapshot.deposit_terms().await?))?;
	// What an earlier run has left is deleted before anything is written.
	let needed = stored_size.saturating_sub(work.store.used());
	ensure_room(work.folder(), needed, "choose another disk with --work-dir")
}

/// What an account can spend.
struct Means {
	account: String,
	pop: Balance,
	lit: Balance,
	/// Whether a plan pays the fees.
	sponsored: bool,
}

impl Means {
	fn ensure_payable(&self, deposit: Balance) -> Result<(), Error> {
		let Self { account, pop, lit, sponsored } = self;
		if *pop < deposit {
			return Err(Error::InsufficientFunds {
				what: format!(
					"the item's deposit is {} POP, and {account} has {} POP free",
					format_amount(deposit),
					format_amount(*pop)
				),
				hint: "have POP sent to the account; deposits of ended items come back with \
				       `popctl forget`"
					.into(),
			});
		}
		if *lit == 0 && !sponsored {
			return Err(Error::InsufficientFunds {
				what: format!("{account} has no LIT for the fees of a publication"),
				hint:
					"stake POP and wait for it to generate LIT, or have LIT sent to the account; \
				       see `popctl balance`"
						.into(),
			});
		}
		Ok(())
	}
}

/// POP units that the chain holds for an item. Same formula as `deposit_for` in `pallets/content`.
fn deposit(stored_size: u64, terms: DepositTerms) -> Balance {
	let mebibytes = Balance::from(stored_size.div_ceil(MIB));
	terms.per_mib.saturating_mul(mebibytes).saturating_add(terms.base)
}

#[cfg(test)]
mod tests {
	use super::*;
	#[test]
	fn deposit_counts_each_started_mebibyte() {
		let terms = DepositTerms { base: 100, per_mib: 3 };
		assert_eq!(deposit(1, terms), 103);
		assert_eq!(deposit(MIB, terms), 103);
		assert_eq!(deposit(MIB + 1, terms), 106);
		assert_eq!(deposit(u64::MAX, DepositTerms { base: 1, per_mib: u128::MAX }), u128::MAX);
	}

	#[test]
	fn publication_is_refused_when_pop_or_lit_is_missing() {
		let means = |pop, lit| Means { account: "5Grw".into(), pop, lit, sponsored: false };

		assert!(means(10, 1).ensure_payable(10).is_ok());
		assert!(Means { sponsored: true, ..means(10, 0) }.ensure_payable(10).is_ok());
		let no_pop = means(9, 1).ensure_payable(10).unwrap_err();
		let no_lit = means(10, 0).ensure_payable(10).unwrap_err();

		assert_eq!((no_pop.exit_code(), no_lit.exit_code()), (8, 8));
		assert!(no_pop.message().contains("POP"), "{}", no_pop.message());
		assert!(no_lit.message().contains("LIT"), "{}", no_lit.message());
		assert!(!no_pop.hint().is_empty() && !no_lit.hint().is_empty());
	}
}
