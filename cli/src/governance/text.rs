//! Calls as text that people read: decoded by the chain's metadata.

use crate::{
	amounts::{format_percent, pop, rounded},
	chain::state::{account_of, Key, State},
};
use popnet_primitives::{economics::INDEX_SCALE, Balance};
use scale_info::{TypeDef, TypeDefPrimitive};
use subxt::{
	ext::scale_value::{Composite, Primitive, Value, ValueDef, Variant},
	Metadata,
};

/// Bytes that are shown in full.
const BYTES_SHOWN: usize = 40;
/// Most letters of one call.
const LETTERS_MAX: usize = 2_000;
/// Names of arguments that are amounts of POP.
const AMOUNTS: [&str; 8] =
	["amount", "value", "bond", "max_additional", "new_free", "fee", "slash", "deposit"];

/// What a call does, in one line.
pub fn describe(state: &State<'_>, call: &Value<u32>) -> String {
	let blocks_per_day: u32 = state.constant("LitGeneration", "BlocksPerDay").unwrap_or(0);
	let text = Text { metadata: state.metadata() };
	let known = parts(call).and_then(|call| known(&call, blocks_per_day));
	let mut described = known.unwrap_or_else(|| text.value(call, None));
	if described.chars().count() > LETTERS_MAX {
		described = described.chars().take(LETTERS_MAX).chain(['…']).collect();
	}
	described
}

/// A call, taken apart.
struct Parts<'a> {
	pallet: &'a str,
	name: &'a str,
	arguments: &'a Composite<u32>,
}

fn parts(call: &Value<u32>) -> Option<Parts<'_>> {
	let ValueDef::Variant(Variant { name: pallet, values }) = &call.value else { return None };
	let ValueDef::Variant(Variant { name, values: arguments }) = &values.values().next()?.value
	else {
		return None;
	};
	Some(Parts { pallet, name, arguments })
}

/// Calls that are often proposed, in words of their own.
fn known(call: &Parts<'_>, blocks_per_day: u32) -> Option<String> {
	let argument = |index: usize| call.arguments.values().nth(index);
	let number = |index: usize| argument(index).and_then(as_number);
	match (call.pallet, call.name) {
		("LitGeneration", "set_rate") => {
			let per_day = lit_per_day(number(0)?, blocks_per_day);
			Some(format!("let each staked POP generate {} LIT a day", rounded(per_day, 6)))
		}
		("Superdelegates", "set_seats") => Some(format!("have {} Superdelegates", number(0)?)),
		("Treasury", "spend") => Some(format!(
			"pay {} from the treasury to {}",
			pop(number(1)?),
			account_of(bytes_of(argument(2)?)?.try_into().ok()?)
		)),
		("System", "authorize_upgrade") => Some(format!(
			"authorise the runtime with the hash 0x{}",
			hex::encode(bytes_of(argument(0)?)?)
		)),
		("System", "remark") => {
			let bytes = bytes_of(argument(0)?)?;
			let said = String::from_utf8(bytes).ok().filter(|said| {
				!said.is_empty() && said.len() <= 200 && !said.chars().any(char::is_control)
			})?;
			Some(format!("remark “{said}”"))
		}
		_ => None,
	}
}

/// Index units of one LIT unit a POP: a POP has 10^12 units, and the index counts in 10^-24.
const UNITS: u128 = INDEX_SCALE / 1_000_000_000_000;

/// LIT that one POP generates in a day, at a rate in index units for each block.
pub fn lit_per_day(rate: u128, blocks_per_day: u32) -> Balance {
	rate.saturating_mul(u128::from(blocks_per_day)) / UNITS
}

/// The rate at which one POP generates `per_day` LIT in a day; the nearest one.
pub fn rate_for(per_day: Balance, blocks_per_day: u32) -> u128 {
	let blocks = u128::from(blocks_per_day.max(1));
	per_day.saturating_mul(UNITS).saturating_add(blocks / 2) / blocks
}

fn as_number(value: &Value<u32>) -> Option<u128> {
	match &value.value {
		ValueDef::Composite(inner) if inner.len() == 1 => inner.values().next().and_then(as_number),
		_ => value.as_u128(),
	}
}

/// A list of bytes, or what holds nothing but one.
fn bytes_of(value: &Value<u32>) -> Option<Vec<u8>> {
	let ValueDef::Composite(items) = &value.value else { return None };
	let own: Option<Vec<u8>> = items
		.values()
		.map(|item| match &item.value {
			ValueDef::Primitive(Primitive::U128(byte)) => u8::try_from(*byte).ok(),
			_ => None,
		})
		.collect();
	match (items.len(), own) {
		(1, None) => items.values().next().and_then(bytes_of),
		(_, own) => own,
	}
}

struct Text<'a> {
	metadata: &'a Metadata,
}

impl Text<'_> {
	/// The last part of the name of a type.
	fn type_name(&self, id: u32) -> &str {
		let found = self.metadata.types().resolve(id);
		found.and_then(|found| found.path.segments.last()).map_or("", String::as_str)
	}

	/// A list of bytes.
	fn bytes(&self, items: &Composite<u32>) -> Option<Vec<u8>> {
		if items.is_empty() || !items.values().all(|item| self.is_byte(item.context)) {
			return None;
		}
		items.values().map(|item| item.as_u128().and_then(|byte| u8::try_from(byte).ok())).collect()
	}

	fn is_byte(&self, id: u32) -> bool {
		let found = self.metadata.types().resolve(id);
		found.is_some_and(|found| found.type_def == TypeDef::Primitive(TypeDefPrimitive::U8))
	}

	fn value(&self, value: &Value<u32>, name: Option<&str>) -> String {
		match self.type_name(value.context) {
			"AccountId32" => {
				let key = bytes_of(value).and_then(|bytes| Key::try_from(bytes).ok());
				if let Some(key) = key {
					return account_of(key).to_string();
				}
			}
			"Perbill" => {
				if let Some(parts) = as_number(value).and_then(|parts| u32::try_from(parts).ok()) {
					return format_percent(parts);
				}
			}
			_ => {}
		}
		match &value.value {
			ValueDef::Variant(variant) => self.variant(variant),
			ValueDef::Composite(items) => match self.bytes(items) {
				Some(bytes) => bytes_text(&bytes),
				None => self.composite(items, name),
			},
			ValueDef::Primitive(Primitive::U128(number))
				if name.is_some_and(|name| AMOUNTS.contains(&name)) =>
			{
				pop(*number)
			}
			ValueDef::Primitive(Primitive::U128(number)) => number.to_string(),
			ValueDef::Primitive(Primitive::I128(number)) => number.to_string(),
			ValueDef::Primitive(Primitive::Bool(truth)) => truth.to_string(),
			ValueDef::Primitive(Primitive::String(text)) => format!("“{}”", text.escape_debug()),
			other => format!("{other:?}"),
		}
	}

	/// A variant; a call, which is one in another one, reads `Pallet.call`.
	fn variant(&self, variant: &Variant<u32>) -> String {
		let inner = variant.values.values().next();
		if let (1, Some(inner)) = (variant.values.len(), inner) {
			match &inner.value {
				ValueDef::Variant(call) if self.type_name(inner.context) == "Call" => {
					return format!("{}.{}", variant.name, self.variant(call));
				}
				_ if matches!(variant.name.as_str(), "Id" | "Some") => {
					return self.value(inner, None);
				}
				_ => {}
			}
		}
		match variant.values.is_empty() {
			true => variant.name.clone(),
			false => format!("{}({})", variant.name, self.fields(&variant.values)),
		}
	}

	fn composite(&self, composite: &Composite<u32>, name: Option<&str>) -> String {
		match (composite.len(), composite) {
			(0, _) => "()".into(),
			// A wrapper around one value.
			(1, Composite::Unnamed(items)) => {
				items.first().map(|item| self.value(item, name)).unwrap_or_default()
			}
			(_, Composite::Unnamed(_)) => format!("[{}]", self.fields(composite)),
			(_, Composite::Named(_)) => format!("({})", self.fields(composite)),
		}
	}

	fn fields(&self, composite: &Composite<u32>) -> String {
		let fields: Vec<String> = match composite {
			Composite::Named(fields) => fields
				.iter()
				.map(|(name, value)| format!("{name}: {}", self.value(value, Some(name))))
				.collect(),
			Composite::Unnamed(fields) => {
				fields.iter().map(|value| self.value(value, None)).collect()
			}
		};
		fields.join(", ")
	}
}

fn bytes_text(bytes: &[u8]) -> String {
	match bytes.get(..BYTES_SHOWN) {
		Some(start) if bytes.len() > BYTES_SHOWN => {
			format!("0x{}… ({} bytes)", hex::encode(start), bytes.len())
		}
		_ => format!("0x{}", hex::encode(bytes)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Blocks of two seconds.
	const BLOCKS_PER_DAY: u32 = 43_200;

	fn call(pallet: &str, name: &str, arguments: Vec<Value>) -> Value<u32> {
		let call = Value::variant(name, Composite::unnamed(arguments));
		Value::unnamed_variant(pallet, [call]).map_context(|()| 0)
	}

	fn known_text(call: &Value<u32>) -> Option<String> {
		parts(call).and_then(|call| known(&call, BLOCKS_PER_DAY))
	}

	#[test]
	fn rates_are_told_in_lit_for_a_pop_and_day() {
		let per_day = 1_000_000_000;
		let rate = rate_for(per_day, BLOCKS_PER_DAY);
		assert_eq!(rate, INDEX_SCALE / 1_000 / u128::from(BLOCKS_PER_DAY));
		assert!(lit_per_day(rate, BLOCKS_PER_DAY).abs_diff(per_day) <= 1);
		let text = known_text(&call("LitGeneration", "set_rate", vec![Value::u128(rate)]));
		assert!(text.unwrap().contains("LIT a day"));
	}

	#[test]
	fn usual_proposals_are_told_in_words() {
		let seats = call("Superdelegates", "set_seats", vec![Value::u128(5)]);
		assert_eq!(known_text(&seats).as_deref(), Some("have 5 Superdelegates"));
		let spend = vec![
			Value::unnamed_composite([]),
			Value::u128(1_500_000_000_000),
			Value::from_bytes([7; 32]),
			Value::unnamed_variant("None", []),
		];
		let text = known_text(&call("Treasury", "spend", spend)).unwrap();
		let account = account_of([7; 32]);
		assert_eq!(text, format!("pay 1.5 POP from the treasury to {account}"));
		let remark = call("System", "remark", vec![Value::from_bytes(b"hello")]);
		assert_eq!(known_text(&remark).as_deref(), Some("remark “hello”"));
		let binary = call("System", "remark", vec![Value::from_bytes([0, 1, 2, 3])]);
		assert_eq!(known_text(&binary), None);
	}

	#[test]
	fn long_bytes_are_cut() {
		assert_eq!(bytes_text(&[1, 2]), "0x0102");
		assert!(bytes_text(&[0; 100]).ends_with("… (100 bytes)"));
	}
}
