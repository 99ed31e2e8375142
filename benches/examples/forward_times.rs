//! Forward passes on request, for `peers/forward.py`, which takes turns with its own.
//!
//! Each line of the input is a model and what to do, `minilm forward`: `forward` plain, `streams` with every residual stream
//! kept, `last` with the scores of the last position alone. Each is answered with the seconds that it took, after a first
//! line of JSON on device and threads.

use std::io::{BufRead, stdin};
use std::time::Instant;

use fascicle_benches::device;
use fascicle_benches::forward::Case;
use serde_json::json;

fn main() {
    fascicle_core::keep_freed_memory();
    let device = device();
    let cases = Case::all(&device);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{}", json!({"device": fascicle_core::device_name(&device), "threads": threads}));
    for line in stdin().lock().lines() {
        let line = line.expect("a line");
        let (model, work) = line.split_once(' ').expect("a model and what to do");
        let case = cases.iter().find(|case| case.name == model).expect("a model by its name");
        let start = Instant::now();
        match work {
            "forward" => case.forward(),
            "streams" => case.capture(),
            "last" => case.forward_last(),
            _ => panic!("{work}: expected forward, streams or last"),
        }
        println!("{}", start.elapsed().as_secs_f64());
    }
}
