//! Screens media: how likely is it that an item shows what a model looks for?
//!
//! [`Screener::screen`] takes a file and the kind that its publisher claims. [`ffprobe`](Tools) says
//! what the file is, `ffmpeg` decodes pictures spread over its whole length, an ONNX model gives every
//! picture a risk per category, and the [`Assessment`] holds the highest of each. Sound is not
//! listened to; of an audio file the cover is screened.
//!
//! The file comes from a stranger. Whatever decodes it runs as a process of its own under hard
//! [`Limits`] of memory, processor time and wall-clock time, reads nothing but the open file, writes
//! nothing but its standard output, and knows no network. What exceeds a limit is refused as
//! [`ScreenError::TooComplex`]: an item is never passed because it could not be looked at.
//!
//! The crate knows neither chain nor node. `docs/screening.md` describes how to bring another model.

mod limits;
mod media;
mod model;
mod process;
mod sampling;

pub use limits::{Limit, Limits, Tools};
pub use model::ModelError;

use model::Model;
use process::Decoder;
use std::{io, path::Path, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Highest score in basis points: certainty.
pub const SCORE_MAX: u16 = 10_000;

/// What a file claims to be, or is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
	/// Moving pictures, with or without sound.
	Video,
	/// Sound, with or without a cover.
	Audio,
	/// One still picture.
	Image,
}

/// What the model found in an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
	/// Risk per category in basis points, `0..=`[`SCORE_MAX`], in the order of
	/// [`Screener::categories`]; the highest of all pictures.
	pub scores: Vec<u16>,
	/// Pictures that were scored; 0 for sound without a cover.
	pub frames: u32,
	/// Length as measured from the file's packets, in milliseconds; 0 for a still picture.
	pub duration_ms: u64,
}

/// Why an item could not be assessed.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
	/// The file is damaged, or in a format that is not screened; the text says what the decoder said.
	#[error("the file is not media that can be screened: {0}")]
	NotMedia(String),
	/// The file is media of another kind than claimed.
	#[error("the file is claimed to be {claimed:?} but is {found:?}")]
	WrongKind {
		/// What the caller said.
		claimed: MediaKind,
		/// What the file is.
		found: MediaKind,
	},
	/// Looking at the file exceeds a limit.
	#[error("looking at the file exceeds the limit of {0}")]
	TooComplex(Limit),
	/// The file or a program of this machine cannot be used; says nothing about the item.
	#[error(transparent)]
	Tool(#[from] ToolError),
	/// The model failed; says nothing about the item.
	#[error(transparent)]
	Model(#[from] ModelError),
}

/// What is wrong with this machine's files and programs.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
	/// A program cannot be started. Remedy: install it, or name its place in [`Tools`].
	#[error("cannot start {}", program.display())]
	Start {
		/// Program concerned.
		program: PathBuf,
		/// What the system said.
		#[source]
		source: io::Error,
	},
	/// `prlimit` cannot find the program, or cannot set its limits; the text says which.
	#[error("{} cannot be run under its limits: {reason}", program.display())]
	Confine {
		/// Program concerned.
		program: PathBuf,
		/// What `prlimit` said.
		reason: String,
	},
	/// A program wrote what it should not. Remedy: a supported version of ffmpeg, 5.1 or later.
	#[error("{} answered with something unexpected", program.display())]
	Answer {
		/// Program concerned.
		program: PathBuf,
	},
	/// The file or a pipe cannot be read.
	#[error("cannot read {}", path.display())]
	Io {
		/// File or program concerned.
		path: PathBuf,
		/// What the system said.
		#[source]
		source: io::Error,
	},
}

/// Screens files with one model; clones share it.
#[derive(Clone)]
pub struct Screener {
	model: Arc<Model>,
	limits: Limits,
	tools: Arc<Tools>,
	places: Arc<Semaphore>,
}

impl Screener {
	/// A screener with the model in this program, which knows the moderation test card and nothing else.
	///
	/// # Errors
	/// Never in a program that passed its tests.
	pub fn bundled(limits: Limits) -> Result<Self, ModelError> {
		Ok(Self::with_model(Model::bundled()?, limits))
	}

	/// A screener with the model at `model`, described by the `.json` file of the same name beside it.
	///
	/// # Errors
	/// When a file cannot be read, or the model is not as `docs/screening.md` requires.
	pub fn load(model: &Path, limits: Limits) -> Result<Self, ModelError> {
		Ok(Self::with_model(Model::load(model)?, limits))
	}

	fn with_model(model: Model, limits: Limits) -> Self {
		let places = Arc::new(Semaphore::new(usize::from(limits.parallel_max.max(1))));
		Self { model: Arc::new(model), limits, tools: Arc::new(Tools::default()), places }
	}

	/// The same screener with other programs than those in `PATH`.
	#[must_use]
	pub fn with_tools(mut self, tools: Tools) -> Self {
		self.tools = Arc::new(tools);
		self
	}

	/// Names of what the model looks for.
	#[must_use]
	pub fn categories(&self) -> &[String] {
		self.model.categories()
	}

	/// BLAKE3 digest of the ONNX file.
	#[must_use]
	pub fn model_hash(&self) -> [u8; 32] {
		self.model.hash()
	}

	/// Assesses a file that is claimed to be of a kind.
	///
	/// Waits for a place when as many files as [`Limits::parallel_max`] are being screened. Dropping
	/// the future ends the decoder.
	///
	/// # Errors
	/// When the file cannot be assessed; [`ScreenError::Tool`] and [`ScreenError::Model`] are no fault
	/// of the file.
	pub async fn screen(&self, file: &Path, kind: MediaKind) -> Result<Assessment, ScreenError> {
		// The semaphore is never closed, so a refusal cannot happen; without a place it still works.
		let _place = self.places.acquire().await.ok();
		tokio::time::timeout(self.limits.time, self.assess(file, kind))
			.await
			.map_err(|_elapsed| ScreenError::TooComplex(Limit::Time))?
	}

	async fn assess(&self, file: &Path, claimed: MediaKind) -> Result<Assessment, ScreenError> {
		let decoder = Decoder::open(file, &self.tools, &self.limits).await?;
		let media = media::inspect(&decoder).await?;
		if media.kind != claimed {
			return Err(ScreenError::WrongKind { claimed, found: media.kind });
		}
		let mut verdict = sampling::Verdict::new(&self.model);
		let streams = u32::try_from(media.pictures.len()).unwrap_or(u32::MAX).max(1);
		let frames_max = (self.limits.frames_max / streams).max(1);
		for picture in &media.pictures {
			sampling::sample(&decoder, picture, frames_max, &mut verdict).await?;
		}
		if verdict.frames == 0 && !media.pictures.is_empty() {
			return Err(ScreenError::NotMedia("no picture can be decoded".into()));
		}
		tracing::debug!(kind = ?claimed, frames = verdict.frames, scores = ?verdict.scores, "screened");
		Ok(Assessment {
			scores: verdict.scores,
			frames: verdict.frames,
			duration_ms: milliseconds(media.duration),
		})
	}
}

fn milliseconds(duration: Duration) -> u64 {
	u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
