//! A model is used as it is, or refused with a reason; it never panics.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]

use popnet_screening::{Limits, ModelError, Screener};
use serde_json::{json, Value};
use std::{fs, path::PathBuf};
use tempfile::TempDir;

const ONNX: &[u8] = include_bytes!("../../../models/moderation-test-card.onnx");
const DESCRIPTION: &str = include_str!("../../../models/moderation-test-card.json");

/// Loads a model from files with the given content.
fn load(onnx: &[u8], description: Option<&str>) -> Result<Screener, ModelError> {
	let folder = TempDir::new().unwrap();
	let path = folder.path().join("model.onnx");
	fs::write(&path, onnx).unwrap();
	if let Some(description) = description {
		fs::write(path.with_extension("json"), description).unwrap();
	}
	Screener::load(&path, Limits::default())
}

/// Why the bundled model is refused with a field of its description changed.
fn refusal(field: &str, value: Value) -> ModelError {
	let mut description: Value = serde_json::from_str(DESCRIPTION).unwrap();
	*description.pointer_mut(field).unwrap() = value;
	load(ONNX, Some(&description.to_string())).map(|_| ()).unwrap_err()
}

#[test]
fn model_is_the_bundled_one_when_loaded_from_its_files() {
	let path = PathBuf::from(concat!(
		env!("CARGO_MANIFEST_DIR"),
		"/../../models/moderation-test-card.onnx"
	));

	let loaded = Screener::load(&path, Limits::default()).unwrap();

	let bundled = Screener::bundled(Limits::default()).unwrap();
	assert_eq!(loaded.model_hash(), bundled.model_hash());
	assert_eq!(bundled.model_hash(), *blake3::hash(ONNX).as_bytes());
	assert_eq!(bundled.categories(), ["moderation-test-card"]);
}

#[test]
fn model_is_refused_when_a_file_is_missing() {
	let error = load(ONNX, None).map(|_| ()).unwrap_err();

	assert!(matches!(error, ModelError::Read { .. }), "{error:?}");
}

#[test]
fn model_is_refused_when_the_description_is_no_json() {
	let error = load(ONNX, Some("{")).map(|_| ()).unwrap_err();

	assert!(matches!(error, ModelError::Description(_)), "{error:?}");
}

#[test]
fn model_is_refused_when_the_description_asks_for_too_much() {
	let refused = [
		("/input/width", json!(4096)),
		("/input/height", json!(0)),
		("/input/std", json!([0, 1, 1])),
		("/categories", json!([])),
		("/categories", json!(["same", "same"])),
		("/categories", json!([""])),
		("/categories", json!(["x".repeat(65)])),
	];

	for (field, value) in refused {
		let error = refusal(field, value);

		assert!(matches!(error, ModelError::Unsupported(_)), "{field}: {error:?}");
	}
}

#[test]
fn model_is_refused_when_it_is_not_as_described() {
	for (field, value) in [
		("/input/name", json!("pictures")),
		("/input/width", json!(128)),
		("/categories", json!(["one", "two"])),
	] {
		let error = refusal(field, value);

		assert!(matches!(error, ModelError::Misdescribed(_)), "{field}: {error:?}");
	}
	let error = refusal("/output", json!("nothing"));
	assert!(matches!(error, ModelError::Onnx(_)), "{error:?}");
}

#[test]
fn model_is_refused_when_the_onnx_file_is_damaged() {
	let mut changed = ONNX.to_vec();
	let noise: Vec<u8> =
		(0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
	changed[..32].fill(0xff);

	for onnx in [&ONNX[..ONNX.len() / 2], &ONNX[..100], &noise, &changed, b""] {
		let error = load(onnx, Some(DESCRIPTION)).map(|_| ()).unwrap_err();

		let expected =
			matches!(error, ModelError::Onnx(_) | ModelError::Misdescribed(_) | ModelError::Panic);
		assert!(expected, "{error:?}");
	}
}

#[test]
fn model_never_panics_when_its_bytes_are_changed() {
	let mut seed = 7u32;
	// The end of the file holds the nodes' names, the input and the output.
	let places = (0..40).chain((0..60).map(|step| ONNX.len() - 1 - step * 7));

	for place in places {
		seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		let mut changed = ONNX.to_vec();
		changed[place] ^= u8::try_from(seed >> 24).unwrap() | 1;

		// Some changes leave a usable model; what matters is that the answer is an answer.
		let _ = load(&changed, Some(DESCRIPTION));
	}
}
