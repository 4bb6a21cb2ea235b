//! Medians, slopes, and how certain they are.

use rand::{rngs::StdRng, Rng, SeedableRng};
use serde::Serialize;

/// Resamplings behind an interval.
const RESAMPLINGS: usize = 1_000;

/// Median and quartiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
	/// A quarter of the samples lies below.
	pub low: f64,
	/// Half of the samples lies below.
	pub median: f64,
	/// A quarter of the samples lies above.
	pub high: f64,
}

impl Spread {
	/// Of samples in any order; not a number without any.
	pub(crate) fn of(samples: &[f64]) -> Self {
		let mut sorted = samples.to_vec();
		sorted.sort_unstable_by(f64::total_cmp);
		let quarter = |quarters: usize| {
			let last = sorted.len().saturating_sub(1);
			sorted.get(last * quarters / 4).copied().unwrap_or(f64::NAN)
		};
		Self { low: quarter(1), median: quarter(2), high: quarter(3) }
	}

	/// Distance of the quartiles.
	pub(crate) fn width(&self) -> f64 {
		self.high - self.low
	}
}

/// Median of samples in any order.
pub(crate) fn median(samples: &[f64]) -> f64 {
	Spread::of(samples).median
}

/// A value and the interval that holds 95 % of what resampling the samples gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Estimate {
	/// Lower end of the interval.
	pub low: f64,
	/// The value of the samples themselves.
	pub value: f64,
	/// Upper end of the interval.
	pub high: f64,
}

impl Estimate {
	/// `statistic` of `groups`, with its interval by the bootstrap. Always the same for the same samples.
	pub(crate) fn of(groups: &[&[f64]], statistic: impl Fn(&[Vec<f64>]) -> f64) -> Self {
		let mut rng = StdRng::seed_from_u64(0);
		let mut resample = |group: &&[f64]| -> Vec<f64> {
			let draw = |_| group.get(rng.gen_range(0..group.len().max(1))).copied();
			(0..group.len()).filter_map(draw).collect()
		};
		let mut values: Vec<f64> = (0..RESAMPLINGS)
			.map(|_| {
				let drawn: Vec<Vec<f64>> = groups.iter().map(&mut resample).collect();
				statistic(&drawn)
			})
			.collect();
		values.sort_unstable_by(f64::total_cmp);
		let at = |thousandths: usize| values.get(RESAMPLINGS * thousandths / 1_000).copied();
		let owned: Vec<Vec<f64>> = groups.iter().map(|group| group.to_vec()).collect();
		Self {
			low: at(25).unwrap_or(f64::NAN),
			value: statistic(&owned),
			high: at(974).unwrap_or(f64::NAN),
		}
	}
}

/// Slope of the straight line through `points` with the least squares.
pub(crate) fn slope(points: &[(f64, f64)]) -> f64 {
	let count = points.len() as f64;
	let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
	let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
	let rise: f64 = points.iter().map(|(x, y)| (x - x_mean) * (y - y_mean)).sum();
	let run: f64 = points.iter().map(|(x, _)| (x - x_mean).powi(2)).sum();
	rise / run
}
