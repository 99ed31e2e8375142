//! Measures of a graph beside null models: rich clubs, motifs, small worlds.

#[cfg(test)]
mod karate;
mod motif;
mod rich_club;
mod small_world;

pub use motif::{Motif, MotifScore, MotifSize, motif_counts, motif_scores, significance_profile};
pub use rich_club::{RichClub, RichClubCurve, RichClubLevel, Richness};
pub use small_world::{Clustering, SmallWorld, small_world};
