//! Medians, slopes and intervals.

#[path = "../src/stats.rs"]
mod stats;

use stats::{median, slope, Estimate, Spread};

#[test]
fn a_spread_has_median_and_quartiles_of_unsorted_samples() {
	let spread = Spread::of(&[5.0, 1.0, 4.0, 2.0, 3.0]);

	assert_eq!(spread, Spread { low: 2.0, median: 3.0, high: 4.0 });
	assert_eq!(spread.width(), 2.0);
	assert!(Spread::of(&[]).median.is_nan());
}

#[test]
fn a_slope_is_that_of_the_line() {
	assert_eq!(slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]), 2.0);
	assert_eq!(slope(&[(0.0, 4.0), (5.0, 4.0)]), 0.0);
}

#[test]
fn an_estimate_holds_the_value_in_an_interval_that_grows_with_the_noise() {
	let of = |samples: &[f64]| {
		Estimate::of(&[samples], |groups| groups.first().map_or(f64::NAN, |group| median(group)))
	};
	let quiet = of(&[9.0, 10.0, 11.0, 10.0, 9.0, 11.0, 10.0]);
	let noisy = of(&[1.0, 10.0, 30.0, 5.0, 20.0, 10.0, 15.0]);

	for estimate in [quiet, noisy] {
		assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
		assert_eq!(estimate.value, 10.0);
	}
	assert!(noisy.high - noisy.low > quiet.high - quiet.low);
}
