//! Prints how long forward passes take, a line of JSON a model, for `peers/forward.py`: plain, with every residual
//! stream kept, and with the scores of the last position alone.

use fascicle_benches::forward::Case;
use fascicle_benches::{device, median};
use serde_json::json;

const RUNS: usize = 9;

fn main() {
    fascicle_core::keep_freed_memory();
    let device = device();
    for case in Case::all(&device) {
        let [batch, positions] = case.shape();
        let times = json!({
            "model": case.name,
            "device": fascicle_core::device_name(&device),
            "threads": std::thread::available_parallelism().map_or(1, usize::from),
            "batch": batch,
            "positions": positions,
            "seconds": median(RUNS, || case.forward()),
            "seconds_with_streams_kept": median(RUNS, || case.capture()),
            "seconds_last_position": case.is_decoder().then(|| median(RUNS, || case.forward_last())),
        });
        println!("{times}");
    }
}
