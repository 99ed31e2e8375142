//! The work that the benchmarks time.
//!
//! `cargo bench --profile dev -p fascicle-benches` runs them with the dependencies as the tests have compiled
//! them: optimised. The device is `FASCICLE_BENCH_DEVICE`, by default `cpu`.

pub mod csr;
pub mod forward;
pub mod generate;

use std::time::Instant;

use burn::tensor::Device;

/// The device to time.
///
/// # Panics
/// When it cannot be had.
pub fn device() -> Device {
    let name = std::env::var("FASCICLE_BENCH_DEVICE").unwrap_or_else(|_| "cpu".to_owned());
    fascicle_core::device(&name).unwrap_or_else(|error| panic!("FASCICLE_BENCH_DEVICE: {error}"))
}

/// Median seconds of one of `runs` runs, after one that does not count.
pub fn median(runs: usize, mut work: impl FnMut()) -> f64 {
    work();
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
