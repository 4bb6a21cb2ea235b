//! Calls of the runtime, by name.

use popnet_primitives::{AccountId, Balance};
use subxt::{
	ext::{
		scale_encode::{self, EncodeAsFields, FieldIter, TypeResolver},
		scale_value::{Composite, Value},
	},
	tx::Payload,
};

/// A call with its arguments.
#[derive(Clone, Debug)]
pub struct Call {
	pub(super) pallet: &'static str,
	pub(super) name: &'static str,
	arguments: Arguments,
	/// The calls that it makes, by name; empty where it carries none.
	parts: Vec<String>,
}

/// Arguments of a call.
#[derive(Clone, Debug)]
pub enum Arguments {
	/// As the chain encodes them.
	Encoded(Vec<u8>),
	/// In their order; the chain's metadata says how they are encoded.
	Values(Composite<()>),
}

impl EncodeAsFields for Arguments {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		fields: &mut dyn FieldIter<'_, R::TypeId>,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), scale_encode::Error> {
		match self {
			Self::Encoded(bytes) => {
				out.extend_from_slice(bytes);
				Ok(())
			}
			Self::Values(values) => values.encode_as_fields_to(fields, types, out),
		}
	}
}

impl Call {
	/// The call `name` of `pallet` with encoded `arguments`.
	pub fn new(pallet: &'static str, name: &'static str, arguments: Vec<u8>) -> Self {
		Self { pallet, name, arguments: Arguments::Encoded(arguments), parts: Vec::new() }
	}

	/// The call `name` of `pallet` with encoded `arguments`, one of which is another call: it goes by
	/// the name of that one.
	pub fn carrying(
		pallet: &'static str,
		name: &'static str,
		arguments: Vec<u8>,
		inner: String,
	) -> Self {
		Self { pallet, name, arguments: Arguments::Encoded(arguments), parts: vec![inner] }
	}

	/// All `steps` in one transaction, of which none happens where one fails.
	pub fn all(mut steps: Vec<Step>) -> Self {
		if steps.len() == 1 {
			if let Some(step) = steps.pop() {
				return step.into();
			}
		}
		Self::batch("batch_all", steps)
	}

	/// All `steps` in one transaction, which succeeds even where one of them fails.
	pub fn each(steps: Vec<Step>) -> Self {
		Self::batch("force_batch", steps)
	}

	fn batch(name: &'static str, steps: Vec<Step>) -> Self {
		let parts = steps.iter().map(Step::full_name).collect();
		let calls = Value::unnamed_composite(steps.into_iter().map(Step::into_value));
		let arguments = Arguments::Values(Composite::unnamed([calls]));
		Self { pallet: "Utility", name, arguments, parts }
	}

	/// For example `Content.register`.
	pub fn full_name(&self) -> String {
		match self.parts.is_empty() {
			true => format!("{}.{}", self.pallet, self.name),
			false => self.parts.join(" and "),
		}
	}
}

impl Payload for Call {
	type CallData = Arguments;

	fn pallet_name(&self) -> &str {
		self.pallet
	}

	fn call_name(&self) -> &str {
		self.name
	}

	fn call_data(&self) -> &Arguments {
		&self.arguments
	}
}

/// A call that can be part of another one.
#[derive(Clone, Debug)]
pub struct Step {
	pallet: &'static str,
	name: &'static str,
	arguments: Vec<Value>,
}

impl Step {
	/// The call `name` of `pallet` with `arguments` in their order.
	pub fn new(
		pallet: &'static str,
		name: &'static str,
		arguments: impl IntoIterator<Item = Value>,
	) -> Self {
		Self { pallet, name, arguments: arguments.into_iter().collect() }
	}

	/// For example `Staking.bond`.
	pub fn full_name(&self) -> String {
		format!("{}.{}", self.pallet, self.name)
	}

	fn into_value(self) -> Value {
		let call = Value::variant(self.name, Composite::unnamed(self.arguments));
		Value::unnamed_variant(self.pallet, [call])
	}
}

impl From<Step> for Call {
	fn from(step: Step) -> Self {
		Self {
			pallet: step.pallet,
			name: step.name,
			arguments: Arguments::Values(Composite::unnamed(step.arguments)),
			parts: Vec::new(),
		}
	}
}

/// An account as an argument.
pub fn account(who: &AccountId) -> Value {
	Value::from_bytes(AsRef::<[u8]>::as_ref(who))
}

/// An account where a call takes any kind of address.
pub fn address(who: &AccountId) -> Value {
	Value::unnamed_variant("Id", [account(who)])
}

/// An amount, or any other number.
pub fn number(number: impl Into<Balance>) -> Value {
	Value::u128(number.into())
}

/// A list.
pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
	Value::unnamed_composite(items)
}

/// A variant without fields.
pub fn word(name: &str) -> Value {
	Value::variant(name, Composite::unnamed([]))
}

/// A value that may be missing.
pub fn option(value: Option<Value>) -> Value {
	match value {
		Some(value) => Value::unnamed_variant("Some", [value]),
		None => word("None"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_call_carries_its_arguments_as_they_are() {
		let call = Call::new("Content", "register", vec![1, 2, 3]);
		assert!(matches!(call.call_data(), Arguments::Encoded(bytes) if bytes == &[1, 2, 3]));
		assert_eq!(call.full_name(), "Content.register");
	}

	#[test]
	fn several_steps_are_one_batch_and_one_step_is_itself() {
		let bond = || Step::new("Staking", "bond", [number(1u32), word("Staked")]);
		let single = Call::all(vec![bond()]);
		assert_eq!((single.pallet_name(), single.call_name()), ("Staking", "bond"));
		let both = Call::all(vec![bond(), Step::new("Staking", "chill", [])]);
		assert_eq!((both.pallet_name(), both.call_name()), ("Utility", "batch_all"));
		assert_eq!(both.full_name(), "Staking.bond and Staking.chill");
		let each = Call::each(vec![bond()]);
		assert_eq!((each.pallet_name(), each.call_name()), ("Utility", "force_batch"));
	}
}
