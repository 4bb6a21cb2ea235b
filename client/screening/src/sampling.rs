//! Which pictures of a stream are looked at, and what the model says about them.
//!
//! Pictures are spread evenly over the measured length, first and last included. A stream that is cheap
//! to decode is decoded once, from end to end, and every so many-th picture is taken. In a long one the
//! decoder jumps: every second place is met exactly, for the others the key frame before it has to do,
//! which halves the time and leaves nowhere to hide.

use crate::{
	media::Pictures,
	model::Model,
	process::{unexpected, Decoder, Program},
	ScreenError,
};
use std::{sync::Arc, time::Duration};

/// Pixels of all pictures of a stream up to which it is decoded from end to end: about a minute of
/// 1080p, some fifteen seconds of work.
const ONE_PASS_PIXELS_MAX: u64 = 1 << 32;
/// Pictures are no closer to each other than this.
const SPACING_MIN: Duration = Duration::from_millis(250);

/// What the model has said so far.
pub(crate) struct Verdict<'a> {
	model: &'a Arc<Model>,
	/// Highest risk per category, in basis points.
	pub(crate) scores: Vec<u16>,
	/// Pictures scored.
	pub(crate) frames: u32,
}

impl<'a> Verdict<'a> {
	pub(crate) fn new(model: &'a Arc<Model>) -> Self {
		Self { model, scores: vec![0; model.categories().len()], frames: 0 }
	}

	async fn add(&mut self, picture: Vec<u8>) -> Result<(), ScreenError> {
		let model = self.model.clone();
		let scores = tokio::task::spawn_blocking(move || model.score(&picture))
			.await
			.map_err(|_panic| crate::ModelError::Panic)??;
		for (highest, score) in self.scores.iter_mut().zip(scores) {
			*highest = score.max(*highest);
		}
		self.frames = self.frames.saturating_add(1);
		Ok(())
	}
}

/// How a stream is sampled.
#[derive(Debug, PartialEq)]
enum Plan {
	/// Decode all; take every `step`-th picture and number `last`, at most `frames`.
	OnePass { step: u64, last: u64, frames: u32 },
	/// Jump to each of these times.
	Jumps(Vec<Duration>),
}

impl Plan {
	fn of(pictures: &Pictures, frames_max: u32) -> Self {
		let count = pictures.count.max(1);
		let spaced = pictures.duration.as_millis() / SPACING_MIN.as_millis() + 2;
		// A stream without length may still have pictures, as a file with a preview behind it.
		let wanted = if pictures.duration.is_zero() {
			u64::MAX
		} else {
			u64::try_from(spaced).unwrap_or(u64::MAX)
		};
		let wanted = wanted.min(count).min(u64::from(frames_max.max(1)));
		let frames = u32::try_from(wanted).unwrap_or(frames_max);
		if pictures.pixels.saturating_mul(count) <= ONE_PASS_PIXELS_MAX || frames < 2 {
			let step = if wanted < count { count.div_ceil((wanted - 1).max(1)) } else { 1 };
			return Self::OnePass { step, last: count - 1, frames };
		}
		let between = pictures.duration / (frames - 1);
		let one = pictures.duration.div_f64(count as f64);
		let end = pictures.duration.saturating_sub(one * 2);
		Self::Jumps((0..frames).map(|place| (between * place).min(end)).collect())
	}
}

/// Looks at one stream.
pub(crate) async fn sample(
	decoder: &Decoder<'_>,
	pictures: &Pictures,
	frames_max: u32,
	verdict: &mut Verdict<'_>,
) -> Result<(), ScreenError> {
	match Plan::of(pictures, frames_max) {
		Plan::OnePass { step, last, frames } => {
			let select = format!("select='not(mod(n\\,{step}))+eq(n\\,{last})',");
			let selected = Selected { stream: pictures.stream, seek: &[], select: &select, frames };
			decode(decoder, selected, verdict).await?;
		}
		Plan::Jumps(places) => {
			let before = verdict.frames;
			let wanted = u32::try_from(places.len()).unwrap_or(u32::MAX);
			for (number, place) in places.into_iter().enumerate() {
				let mut seek = vec!["-ss".into(), format!("{:.3}", place.as_secs_f64())];
				if number % 2 == 1 {
					seek.push("-noaccurate_seek".into());
				}
				let selected =
					Selected { stream: pictures.stream, seek: &seek, select: "", frames: 1 };
				decode(decoder, selected, verdict).await?;
			}
			if verdict.frames - before < wanted / 2 {
				let reason = "most of its pictures cannot be decoded";
				return Err(ScreenError::NotMedia(reason.into()));
			}
		}
	}
	Ok(())
}

/// Pictures that one run of the decoder shall deliver.
struct Selected<'a> {
	stream: u32,
	/// Options that go before the input.
	seek: &'a [String],
	/// Filter that picks them, with its comma; empty for the first ones.
	select: &'a str,
	/// No more than this many.
	frames: u32,
}

/// Decodes, shrinks and scores, one picture after the other.
async fn decode(
	decoder: &Decoder<'_>,
	selected: Selected<'_>,
	verdict: &mut Verdict<'_>,
) -> Result<(), ScreenError> {
	let (width, height) = verdict.model.size();
	let filter = format!("{}scale={width}:{height}:flags=area,format=rgb24", selected.select);
	let map = format!("0:{}", selected.stream);
	let frames = selected.frames.to_string();
	let after = ["-map", &map, "-vf", &filter, "-fps_mode", "passthrough", "-frames:v", &frames];
	let after = after.into_iter().chain(["-f", "rawvideo", "pipe:1"]).map(String::from);
	let after: Vec<_> = after.collect();
	let mut running = decoder.start(Program::Ffmpeg, selected.seek, &after)?;
	let mut frames = 0;
	let mut picture = vec![0; verdict.model.picture_bytes()];
	while running.fill(&mut picture).await? {
		frames += 1;
		if frames > selected.frames {
			return Err(unexpected(decoder.place(Program::Ffmpeg)).into());
		}
		verdict.add(picture.clone()).await?;
	}
	running.finish().await?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn pictures(pixels: u64, count: u64, seconds: u64) -> Pictures {
		Pictures { stream: 0, pixels, count, duration: Duration::from_secs(seconds) }
	}

	/// Numbers of the pictures that a single pass takes.
	fn taken(plan: &Plan, count: u64) -> Vec<u64> {
		let Plan::OnePass { step, last, .. } = plan else { panic!("not a single pass: {plan:?}") };
		(0..count).filter(|number| number % step == 0 || number == last).collect()
	}

	#[test]
	fn plan_takes_all_pictures_when_there_are_few() {
		let plan = Plan::of(&pictures(100, 7, 60), 64);

		assert_eq!(taken(&plan, 7), (0..7).collect::<Vec<_>>());
	}

	#[test]
	fn plan_keeps_to_its_maximum_and_takes_first_and_last_when_there_are_many() {
		for count in [2, 3, 63, 64, 65, 66, 127, 128, 129, 1000, 1001, 4096] {
			for frames_max in [2, 3, 10, 64] {
				let plan = Plan::of(&pictures(100, count, 1_000), frames_max);

				let taken = taken(&plan, count);
				assert!(
					taken.len() <= usize::try_from(frames_max).unwrap(),
					"{count} {frames_max}"
				);
				assert_eq!(taken.first(), Some(&0));
				assert_eq!(taken.last(), Some(&(count - 1)));
			}
		}
	}

	#[test]
	fn plan_spaces_pictures_when_the_item_is_short() {
		let plan = Plan::of(&pictures(100, 100, 2), 64);

		assert!(taken(&plan, 100).len() <= 10);
	}

	#[test]
	fn plan_jumps_when_the_item_is_long() {
		let Plan::Jumps(places) = Plan::of(&pictures(1920 * 1080, 180_000, 7_200), 64) else {
			panic!("decodes two hours from end to end");
		};

		assert_eq!(places.len(), 64);
		assert_eq!(places.first(), Some(&Duration::ZERO));
		assert!(places.last().is_some_and(|last| last.as_secs_f64() > 7_199.8));
		assert!(places.is_sorted());
	}

	#[test]
	fn plan_takes_one_picture_when_it_is_a_cover() {
		assert_eq!(
			Plan::of(&pictures(100, 1, 0), 64),
			Plan::OnePass { step: 1, last: 0, frames: 1 }
		);
	}
}
