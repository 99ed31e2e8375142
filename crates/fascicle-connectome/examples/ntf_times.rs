//! Times the non-negative factorisation of one tensor, for `benches/peers/ntf.py`:
//!
//! ```text
//! cargo run -p fascicle-connectome --example ntf_times -- FILE TIMES WORMS PAIRS RANK SWEEPS
//! ```
//!
//! FILE holds little-endian doubles: the tensor, row-major, NaN for what was not observed, then the factor of each mode, component
//! after component. Prints one line of JSON: seconds of the fastest of some runs, sweeps, the relative error, threads.

use std::time::Instant;

use fascicle_connectome::dynamic::{Factor, Ntf, Tensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, sizes @ ..] = &arguments[..] else { return Err("FILE TIMES WORMS PAIRS RANK SWEEPS".into()) };
    let sizes = sizes.iter().map(|size| size.parse()).collect::<Result<Vec<usize>, _>>()?;
    let [times, worms, pairs, rank, iterations] = sizes[..] else {
        return Err("FILE TIMES WORMS PAIRS RANK SWEEPS are needed".into());
    };
    let shape = [times, worms, pairs];
    let bytes = std::fs::read(file)?;
    let (numbers, _) = bytes.as_chunks::<8>();
    let mut numbers = numbers.iter().map(|bytes| f64::from_le_bytes(*bytes));
    let tensor = Tensor::with_gaps(&shape, numbers.by_ref().take(times * worms * pairs).collect())?;
    let mut start = Vec::new();
    for size in shape {
        let columns: Vec<Vec<f64>> = (0..rank).map(|_| numbers.by_ref().take(size).collect()).collect();
        start.push(Factor::new(&columns)?);
    }
    let ntf = Ntf { iterations, tolerance: 0.0, ..Ntf::new(rank) };
    let mut least = f64::INFINITY;
    let mut error = f64::NAN;
    let mut sweeps = 0;
    for _ in 0..7 {
        let clock = Instant::now();
        let fit = ntf.fit_from(&tensor, &start)?;
        least = least.min(clock.elapsed().as_secs_f64());
        (error, sweeps) = (fit.error, fit.errors.len());
    }
    println!(
        "{}",
        serde_json::json!({
            "seconds": least, "sweeps": sweeps, "error": error, "threads": rayon::current_num_threads()
        })
    );
    Ok(())
}
