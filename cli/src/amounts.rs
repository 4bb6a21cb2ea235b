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

/// An amount of POP for people.
pub fn pop(units: Balance) -> String {
	format!("{} POP", format_amount(units))
}

/// An amount of LIT for people.
pub fn lit(units: Balance) -> String {
	format!("{} LIT", format_amount(units))
}

/// An amount without unit for people, to the nearest of `digits` digits after the point.
pub fn rounded(units: Balance, digits: u32) -> String {
	let cut = u32::try_from(DECIMALS).unwrap_or(0).saturating_sub(digits);
	let step = Balance::from(10u8).pow(cut);
	let steps = units.saturating_add(step / 2) / step;
	format_amount(steps.saturating_mul(step))
}

/// Parts of the whole that the chain counts in: a thousand millionth.
pub const WHOLE: u32 = 1_000_000_000;

/// Parts that a text like `7.5` means as a percentage; a `%` may follow.
///
/// # Errors
/// When the text is no number of 0 to 100 with at most 7 digits after the point.
pub fn parse_percent(text: &str) -> Result<u32, String> {
	/// Parts of one percent, as digits.
	const DIGITS: usize = 7;
	let text = text.trim_end_matches('%').trim_end();
	let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
	let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
	let parts = (digits(whole) && digits(fraction) && fraction.len() <= DIGITS)
		.then(|| format!("{whole}{fraction:0<DIGITS$}").parse::<u32>().ok())
		.flatten();
	match parts {
		Some(parts) if parts <= WHOLE => Ok(parts),
		_ => Err("a percentage looks like 5 or 7.5, and is at most 100".into()),
	}
}

/// Parts of the whole as a percentage for people.
pub fn format_percent(parts: u32) -> String {
	let (whole, rest) = (parts / 10_000_000, parts % 10_000_000);
	if rest == 0 {
		return format!("{whole} %");
	}
	let fraction = format!("{rest:07}");
	format!("{whole}.{} %", fraction.trim_end_matches('0'))
}

/// The same to two digits after the point, rounded down.
pub fn short_percent(parts: u32) -> String {
	format_percent(parts - parts % 100_000)
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
	fn amounts_are_rounded_to_the_nearest() {
		assert_eq!(rounded(999_999_999_999, 6), "1");
		assert_eq!(rounded(123_456_789_012, 4), "0.1235");
		assert_eq!(rounded(4, 6), "0");
		assert_eq!(rounded(4, 12), "0.000000000004");
		assert_eq!(rounded(Balance::MAX, 0), "340282366920938463463374607");
	}

	#[test]
	fn percentages_are_read_exactly_and_shown_briefly() {
		for (text, parts) in
			[("0", 0), ("5", 50_000_000), ("7.5%", 75_000_000), ("0.0000001", 1), ("100 %", WHOLE)]
		{
			assert_eq!(parse_percent(text), Ok(parts), "{text}");
		}
		for text in ["", "%", "-1", "100.1", "101", "1e1", "5.", ".5", "0.00000001", "99999999999"]
		{
			assert!(parse_percent(text).is_err(), "{text}");
		}
		assert_eq!(format_percent(75_000_000), "7.5 %");
		assert_eq!(format_percent(WHOLE), "100 %");
		assert_eq!(format_percent(1), "0.0000001 %");
		assert_eq!(short_percent(333_333_333), "33.33 %");
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
