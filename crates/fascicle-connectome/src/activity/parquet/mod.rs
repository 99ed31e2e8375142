//! The table in which homogenised recordings are published: a row for each neuron of each worm.
//!
//! Columns: `source_dataset`, `raw_data_file`, `worm`, `neuron`, `slot`, `is_labeled_neuron`, `smooth_method`,
//! `interpolate_method`, `normalization_method`, the lists `original_calcium_data`, `calcium_data`,
//! `original_time_in_seconds`, `time_in_seconds`, and `original_max_timesteps`, `max_timesteps` (Simeon et al. 2024, arXiv
//! 2411.12091). Any other column is passed over.
//!
//! Published files keep numbers in half or single precision. In half precision, time stamps are 0.5 s apart from 512 s on
//! and 1 s apart from 1,024 s on: of a recording of 1,100 s with a step of 0.333 s, a fifth repeat the one before. Reading
//! therefore takes the step out of all stamps together and rebuilds the time from it.

mod collect;
mod columns;
mod read;
mod step;
#[cfg(test)]
mod tests;
mod write;

pub use read::{ReadOptions, Slots, read};
pub use write::{Precision, write};

/// The columns that must be there.
const NEEDED: [&str; 7] =
    ["source_dataset", "worm", "neuron", "slot", "is_labeled_neuron", "calcium_data", "time_in_seconds"];

/// The texts that a worm's neurons share.
const TEXTS: [&str; 4] = ["raw_data_file", "smooth_method", "interpolate_method", "normalization_method"];
