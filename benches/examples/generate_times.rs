//! Prints how many tokens a second come out, a line of JSON a number of texts, for `peers/generate.py`.

use fascicle_benches::device;
use fascicle_benches::generate::{Continuation, NEW, PROMPT};
use serde_json::json;

const RUNS: usize = 5;

fn main() {
    fascicle_core::keep_freed_memory();
    let device = device();
    let continuation = Continuation::new(&device);
    for texts in [1, 4, 8, 16] {
        continuation.run(texts);
        let mut runs: Vec<_> = (0..RUNS).map(|_| continuation.run(texts)).collect();
        runs.sort_by(|a, b| a.others.total_cmp(&b.others));
        let median = runs[RUNS / 2];
        let times = json!({
            "model": "gpt2",
            "device": fascicle_core::device_name(&device),
            "threads": std::thread::available_parallelism().map_or(1, usize::from),
            "texts": texts,
            "prompt": PROMPT,
            "new": NEW,
            "seconds_to_first": median.first,
            "tokens_per_second": (texts * (NEW - 1)) as f64 / median.others,
        });
        println!("{times}");
    }
}
