//! Amounts of POP and LIT as people write them.

use popnet_primitives::Balance;

/// Digits after the point: one POP, or LIT, has 10^12 units.
pub const DECIMALS: usize = 12;
const UNIT: Balance = 1_000_000_000_000;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
	/// Not a decimal number.
	#[error("an amount looks like 12 or 12.5, without sign or unit")]
	Malformed,
	/// More digits after the point than there are units.
	#[error("an amount has at most 12 digits after the point")]
	TooManyDecimals,
	/// Larger than can be counted.
	#[error("the amount is larger than can be counted")]
	TooLarge,
	/// Nothing.
	#[error("the amount must be more than 0")]
	Zero,
}

/// The units that a text like `12.5` means.
///
/// # Errors
/// When the text is no amount, or the amount is 0.
pub fn parse_amount(text: &str) -> Result<Balance, AmountError> {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
	let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
	if !digits(whole) || !digits(fraction) {
		return Err(AmountError::Malformed);
	}
	let fraction = fraction.trim_end_matches('0');
	if fraction.len() > DECIMALS {
		return Err(AmountError::TooManyDecimals);
	}
	let padded = format!("{fraction:0<DECIMALS$}");
	let units: Balance = padded.parse().map_err(|_| AmountError::Malformed)?;
	let whole: Balance = whole.parse().map_err(|_| AmountError::TooLarge)?;
	let amount = whole
		.checked_mul(UNIT)
		.and_then(|amount| amount.checked_add(units))
		.ok_or(AmountError::TooLarge)?;
	match amount {
		0 => Err(AmountError::Zero),
		amount => Ok(amount),
	}
}

/// An amount as text that [`parse_amount`] reads: no needless zeros.
pub fn format_amount(units: Balance) -> String {
	let (whole, rest) = (units / UNIT, units % UNIT);
	if rest == 0 {
		return whole.to_string();
	}
	let fraction = format!("{rest:0>DECIMALS$}");
	format!("{whole}.{}", fraction.trim_end_matches('0'))
}

/// A number of bytes for people.
pub fn format_bytes(bytes: u64) -> String {
	indicatif::BinaryBytes(bytes).to_string()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn amounts_are_read_exactly() {
		assert_eq!(parse_amount("12.5"), Ok(12_500_000_000_000));
		assert_eq!(parse_amount("1"), Ok(UNIT));
		assert_eq!(parse_amount("0.000000000001"), Ok(1));
		assert_eq!(parse_amount("007.10"), Ok(7_100_000_000_000));
		assert_eq!(parse_amount("1.0000000000000000"), Ok(UNIT));
		assert_eq!(parse_amount("340282366920938463463374607.431768211455"), Ok(Balance::MAX));
	}

	#[test]
	fn what_is_no_amount_is_told_apart() {
		for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.2.3", " 1", "12 POP", "٣"] {
			assert_eq!(parse_amount(text), Err(AmountError::Malformed), "{text}");
		}
		assert_eq!(parse_amount("0.0000000000001"), Err(AmountError::TooManyDecimals));
		assert_eq!(parse_amount("0"), Err(AmountError::Zero));
		assert_eq!(parse_amount("0.0"), Err(AmountError::Zero));
		for text in ["340282366920938463463374607.431768211456", &"9".repeat(60)] {
			assert_eq!(parse_amount(text), Err(AmountError::TooLarge), "{text}");
		}
	}

	#[test]
	fn what_is_shown_can_be_read_again() {
		for units in [1, UNIT, UNIT + 1, 12_500_000_000_000, Balance::MAX] {
			assert_eq!(parse_amount(&format_amount(units)), Ok(units));
		}
		assert_eq!(format_amount(0), "0");
		assert_eq!(format_amount(1_230_000_000_000), "1.23");
	}
}
