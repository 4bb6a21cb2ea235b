//! A classifier of pictures: an ONNX file, and a description of what goes in and what comes out.
//!
//! The description is the contract with `models/train.py` and with whoever brings another model; see
//! `docs/screening.md`. Everything it says is checked against the ONNX file when the model is loaded,
//! and an empty picture is scored, so that a model that cannot work is refused at start and not in the middle of a
//! vote.

use crate::SCORE_MAX;
use serde::Deserialize;
use std::{
	collections::BTreeSet,
	fs::File,
	io::{self, Read},
	panic::{catch_unwind, AssertUnwindSafe},
	path::{Path, PathBuf},
	sync::Arc,
};
use tract_onnx::{
	prelude::*,
	tract_hir::{
		infer::{Factoid, InferenceFact},
		internal::DimLike,
	},
};

/// Longest ONNX file.
const MODEL_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Longest description.
const DESCRIPTION_BYTES_MAX: u64 = 64 * 1024;
/// Longest side of the input.
const SIDE_MAX: usize = 1024;
/// Most categories of a model.
const CATEGORIES_MAX: usize = 64;
/// Longest name of a category in bytes.
const CATEGORY_BYTES_MAX: usize = 64;

const BUNDLED_MODEL: &[u8] = include_bytes!("../../../models/moderation-test-card.onnx");
const BUNDLED_DESCRIPTION: &[u8] = include_bytes!("../../../models/moderation-test-card.json");

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
	/// A file of the model cannot be read.
	#[error("cannot read {}", path.display())]
	Read {
		/// File concerned.
		path: PathBuf,
		/// What the file system said.
		#[source]
		source: io::Error,
	},
	/// A file of the model is too long.
	#[error("{} is longer than {bytes_max} bytes", path.display())]
	TooLong {
		/// File concerned.
		path: PathBuf,
		/// Bytes allowed.
		bytes_max: u64,
	},
	/// The description is not JSON, or lacks a field.
	#[error("the description of the model cannot be understood")]
	Description(#[source] serde_json::Error),
	/// The description asks for something that is not supported; the text says what.
	#[error("the description of the model is not supported: {0}")]
	Unsupported(&'static str),
	/// The ONNX file is damaged, or uses what the inference engine does not know.
	#[error("the ONNX file cannot be used")]
	Onnx(#[source] Box<dyn std::error::Error + Send + Sync>),
	/// The ONNX file has another input or output than described.
	#[error("the ONNX file does not fit its description: {0}")]
	Misdescribed(String),
	/// The model gave a risk outside 0 to 1 for a category. Remedy: end it with a sigmoid or softmax.
	#[error("the model gave a risk of {value} for {category}")]
	Risk {
		/// Category concerned.
		category: String,
		/// What it gave.
		value: f32,
	},
	/// The inference engine panicked.
	#[error("the inference engine panicked on the model")]
	Panic,
}

impl ModelError {
	fn onnx(error: TractError) -> Self {
		Self::Onnx(error.into())
	}
}

#[derive(Deserialize)]
struct Description {
	name: String,
	version: String,
	input: Input,
	output: String,
	categories: Vec<String>,
}

#[derive(Deserialize)]
struct Input {
	name: String,
	width: usize,
	height: usize,
	channels: Channels,
	mean: [f32; 3],
	std: [f32; 3],
}

/// Order of the three planes.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Channels {
	Rgb,
	Bgr,
}

impl Description {
	fn check(&self) -> Result<(), ModelError> {
		let Input { width, height, mean, std, .. } = &self.input;
		if ![width, height].into_iter().all(|side| (8..=SIDE_MAX).contains(side)) {
			return Err(ModelError::Unsupported("width and height must be from 8 to 1024"));
		}
		if !mean.iter().all(|mean| mean.is_finite()) || !std.iter().all(|std| std.is_normal()) {
			return Err(ModelError::Unsupported("mean must be finite, std finite and not zero"));
		}
		if self.categories.is_empty() || self.categories.len() > CATEGORIES_MAX {
			return Err(ModelError::Unsupported("there must be from 1 to 64 categories"));
		}
		let fits = |name: &String| !name.is_empty() && name.len() <= CATEGORY_BYTES_MAX;
		if !self.categories.iter().all(fits) {
			return Err(ModelError::Unsupported("a category's name must have from 1 to 64 bytes"));
		}
		if self.categories.iter().collect::<BTreeSet<_>>().len() != self.categories.len() {
			return Err(ModelError::Unsupported("two categories have the same name"));
		}
		Ok(())
	}
}

/// A model ready to score pictures.
pub(crate) struct Model {
	plan: Arc<TypedRunnableModel>,
	description: Description,
	hash: [u8; 32],
}

impl Model {
	pub(crate) fn bundled() -> Result<Self, ModelError> {
		Self::new(BUNDLED_MODEL, BUNDLED_DESCRIPTION)
	}

	pub(crate) fn load(path: &Path) -> Result<Self, ModelError> {
		let description = read(&path.with_extension("json"), DESCRIPTION_BYTES_MAX)?;
		Self::new(&read(path, MODEL_BYTES_MAX)?, &description)
	}

	fn new(onnx: &[u8], description: &[u8]) -> Result<Self, ModelError> {
		let description: Description =
			serde_json::from_slice(description).map_err(ModelError::Description)?;
		description.check()?;
		// The engine checks much with assertions; a bad model must not take the node down.
		let plan = catch_unwind(AssertUnwindSafe(|| prepare(onnx, &description)))
			.map_err(|_panic| ModelError::Panic)??;
		let model = Self { plan, description, hash: *blake3::hash(onnx).as_bytes() };
		let empty = vec![0; model.picture_bytes()];
		catch_unwind(AssertUnwindSafe(|| model.score(&empty)))
			.map_err(|_panic| ModelError::Panic)??;
		let Description { name, version, .. } = &model.description;
		tracing::info!(name, version, categories = ?model.categories(), "screening model loaded");
		Ok(model)
	}

	pub(crate) fn categories(&self) -> &[String] {
		&self.description.categories
	}

	pub(crate) fn hash(&self) -> [u8; 32] {
		self.hash
	}

	/// Width and height of the input.
	pub(crate) fn size(&self) -> (usize, usize) {
		(self.description.input.width, self.description.input.height)
	}

	/// Bytes of a picture of the input's size: red, green, blue, row by row.
	pub(crate) fn picture_bytes(&self) -> usize {
		let (width, height) = self.size();
		width * height * 3
	}

	/// Risk per category in basis points. Takes a while: not for the threads of a runtime.
	pub(crate) fn score(&self, picture: &[u8]) -> Result<Vec<u16>, ModelError> {
		let input = self.tensor(picture).map_err(ModelError::onnx)?;
		let outputs = self.plan.run(tvec!(input.into())).map_err(ModelError::onnx)?;
		let risks = outputs
			.first()
			.and_then(|output| output.to_plain_array_view::<f32>().ok())
			.map(|risks| risks.iter().copied().collect::<Vec<_>>())
			.unwrap_or_default();
		if risks.len() != self.categories().len() {
			return Err(misdescribed("the output has another length when run"));
		}
		risks
			.into_iter()
			.zip(self.categories())
			.map(|(risk, name)| basis_points(risk, name))
			.collect()
	}

	/// The planes of a picture, normalised.
	fn tensor(&self, picture: &[u8]) -> TractResult<Tensor> {
		let Input { width, height, channels, mean, std, .. } = &self.description.input;
		let mut values = Vec::with_capacity(picture.len());
		for plane in 0..3 {
			let offset = match channels {
				Channels::Rgb => plane,
				Channels::Bgr => 2 - plane,
			};
			let samples = picture.iter().skip(offset).step_by(3);
			let (mean, std) = (mean[plane], std[plane]);
			values.extend(samples.map(|sample| (f32::from(*sample) / 255.0 - mean) / std));
		}
		Tensor::from_shape(&[1, 3, *height, *width], &values)
	}
}

fn misdescribed(reason: impl Into<String>) -> ModelError {
	ModelError::Misdescribed(reason.into())
}

fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ModelError> {
	let error = |source| ModelError::Read { path: path.to_path_buf(), source };
	let mut bytes = Vec::new();
	let mut file = File::open(path).map_err(error)?.take(bytes_max + 1);
	file.read_to_end(&mut bytes).map_err(error)?;
	if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > bytes_max {
		return Err(ModelError::TooLong { path: path.to_path_buf(), bytes_max });
	}
	Ok(bytes)
}

/// Reads the graph, fixes its input, and compares both ends with the description.
fn prepare(onnx: &[u8], description: &Description) -> Result<Arc<TypedRunnableModel>, ModelError> {
	let Input { name, width, height, .. } = &description.input;
	let graph =
		tract_onnx::onnx().model_for_read(&mut io::Cursor::new(onnx)).map_err(ModelError::onnx)?;
	let inputs = graph.input_outlets().map_err(ModelError::onnx)?;
	let [input] = inputs else {
		return Err(misdescribed(format!("it has {} inputs instead of one", inputs.len())));
	};
	let found = &graph.node(input.node).name;
	if found != name {
		return Err(misdescribed(format!("its input is {found:?}, not {name:?}")));
	}
	let shape = [1, 3, *height, *width];
	let own = graph.input_fact(0).map_err(ModelError::onnx)?;
	if !takes(own, &shape) {
		return Err(misdescribed(format!("its input is {own:?}, not {shape:?} numbers (f32)")));
	}
	let graph = graph
		.with_input_fact(0, f32::fact(shape).into())
		.and_then(|graph| graph.with_outputs_by_name([&description.output]))
		.and_then(|graph| graph.into_optimized())
		.map_err(ModelError::onnx)?;
	let output = graph.output_fact(0).map_err(ModelError::onnx)?;
	let categories = description.categories.len();
	let fits = output.datum_type == f32::datum_type()
		&& output.shape.as_concrete().is_some_and(|shape| shape == [1, categories]);
	if !fits {
		return Err(misdescribed(format!(
			"its output is {output:?}, not {categories} numbers (f32)"
		)));
	}
	graph.into_runnable().map_err(ModelError::onnx)
}

/// Whether an input of the given shape fits what the graph says of itself; what it leaves open, fits.
fn takes(own: &InferenceFact, shape: &[usize]) -> bool {
	let is_number = own.datum_type.concretize().is_none_or(|kind| kind == f32::datum_type());
	let dimensions: Vec<_> = own.shape.dims().collect();
	let has_rank = dimensions.len() == shape.len() || own.shape.is_open();
	let fits = dimensions.iter().zip(shape).all(|(own, wanted)| {
		let own = own.concretize().and_then(|dimension| dimension.to_usize().ok());
		own.is_none_or(|own| own == *wanted)
	});
	is_number && has_rank && fits
}

fn basis_points(risk: f32, category: &str) -> Result<u16, ModelError> {
	// Rounding in a softmax may overshoot by an ulp or two.
	if !(-1e-4..=1.0001).contains(&risk) {
		return Err(ModelError::Risk { category: category.to_string(), value: risk });
	}
	#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=10,000
	Ok((risk.clamp(0.0, 1.0) * f32::from(SCORE_MAX)).round() as u16)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn risk_becomes_basis_points_when_it_is_a_probability() {
		assert_eq!(basis_points(0.0, "x").unwrap(), 0);
		assert_eq!(basis_points(0.12345, "x").unwrap(), 1_235);
		assert_eq!(basis_points(1.00001, "x").unwrap(), SCORE_MAX);
	}

	#[test]
	fn risk_is_refused_when_it_is_no_probability() {
		for risk in [-0.5, 1.5, f32::NAN, f32::INFINITY] {
			assert!(matches!(basis_points(risk, "x"), Err(ModelError::Risk { .. })));
		}
	}
}
