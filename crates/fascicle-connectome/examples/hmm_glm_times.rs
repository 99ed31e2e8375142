//! How long expectation–maximisation of a Poisson GLM with hidden states takes, for `benches/peers/hmm_glm.py`.
//!
//! ```text
//! cargo run --example hmm_glm_times -- [FILE]
//! ```
//!
//! Prints seconds as JSON, and writes the model and the spike counts to FILE. The size is that of the paper's synthetic data
//! (arXiv:2310.15263) with ten of its thirty trials.

use std::ops::ControlFlow;
use std::time::Instant;

use fascicle_connectome::hmm::Chain;
use fascicle_connectome::hmm_glm::{Basis, HmmGlm, Iteration, Link, Options, Prior, Trial, fit_watched};
use serde_json::json;

const STATES: usize = 5;
const NEURONS: usize = 20;
const TRIALS: u64 = 10;
const BINS: usize = 2000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let weights: Vec<f64> = (0..STATES * NEURONS * NEURONS)
        .map(|at| match (at * 7 + at / 20 * 5 + at / 400 * 3) % 10 {
            0 => 0.9,
            5 => -0.9,
            _ => 0.0,
        })
        .collect();
    let chain = Chain::sticky(STATES, 0.98)?;
    let model = HmmGlm::new(Link::Sigmoid, Basis::default(), chain, vec![0.0; NEURONS], weights)?;
    let simulate = |trial| Ok::<Trial, Box<dyn std::error::Error>>(model.simulate(BINS, trial)?.trial);
    let trials: Vec<Trial> = (0..TRIALS).map(simulate).collect::<Result<_, _>>()?;
    if let Some(file) = std::env::args().nth(1) {
        let counts: Vec<&[f64]> = trials.iter().map(Trial::counts).collect();
        let given = json!({
            "states": STATES, "neurons": NEURONS, "bins": BINS, "counts": counts,
            "basis": model.basis().values(), "bias": model.bias(), "weights": model.weights(),
            "transition": model.chain().transition(),
        });
        std::fs::write(file, given.to_string())?;
    }

    let log_likelihood: f64 = model.log_likelihoods(&trials)?.iter().sum();
    let e_step = median((0..11).map(|_| seconds(|| model.log_likelihoods(&trials).map(|_| ()))).collect());
    let mut rounds = serde_json::Map::new();
    for (name, prior) in
        [("plain", Prior::Flat), ("gaussian", Prior::gaussian()), ("one-hot", Prior::one_hot())]
    {
        let options = Options { iterations: 7, tolerance: 0.0, ..Options::new(STATES).prior(prior) };
        let mut ends = Vec::new();
        let mut watch = |_: &Iteration| {
            ends.push(Instant::now());
            ControlFlow::Continue(())
        };
        fit_watched(&trials, &options, &mut watch)?;
        // each from the end of the one before, the first of which has just begun to tell states apart
        let times: Vec<f64> = ends.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
        rounds.insert(name.to_owned(), json!({ "first": times[0], "median": median(times) }));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!(
        "{:#}",
        json!({
            "threads": threads, "steps": Options::new(STATES).steps, "log_likelihood": log_likelihood,
            "e_step": e_step, "round": rounds,
        })
    );
    Ok(())
}

fn seconds<E>(work: impl FnOnce() -> Result<(), E>) -> f64 {
    let start = Instant::now();
    // what it gives was looked at before
    let _ = work();
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
