//! Prints how long the sparse and the dense layer take, as JSON for `peers/csr.py`.

use fascicle_benches::csr::{DENSITIES, Layer, SIZE};
use fascicle_benches::device;
use serde_json::{Value, json};

fn median(layer: &Layer, work: fn(&Layer)) -> f64 {
    fascicle_benches::median(31, || work(layer))
}

fn main() {
    let device = device();
    let mut rows: Vec<Value> = Vec::new();
    for density in DENSITIES {
        let layer = Layer::new(SIZE, density, &device);
        rows.push(json!({
            "density": density,
            "nnz": layer.nnz(),
            "forward": median(&layer, Layer::sparse_forward),
            "step": median(&layer, Layer::sparse_step),
        }));
    }
    let layer = Layer::new(SIZE, 1.0, &device);
    let times = json!({
        "device": fascicle_core::device_name(&device),
        "threads": std::thread::available_parallelism().map_or(1, usize::from),
        "n": SIZE.n,
        "cols": SIZE.cols,
        "rows": SIZE.rows,
        "sparse": rows,
        "dense": {
            "forward": median(&layer, Layer::dense_forward),
            "step": median(&layer, Layer::dense_step),
        },
    });
    println!("{times:#}");
}
