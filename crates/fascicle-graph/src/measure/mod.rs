//! Measures of a graph: how its nodes and edges are placed, how they cluster, how far apart they are.
//!
//! Every measure takes an [`Adjacency`](crate::Adjacency), so that what became of layers, directions, parallel edges,
//! self-loops and weights is said once, by the [`View`](crate::View). Measures of nodes return one number a node in the
//! order of the nodes. A number that is undefined for a whole graph (the mean path of a graph without paths) is `None`;
//! one that is undefined for a node (clustering with one neighbour) is 0, as in networkx and igraph.
//!
//! What runs in parallel sums in an order that does not depend on the number of threads: results are the same bits on
//! one core and on sixty-four.

mod assortativity;
mod betweenness;
mod check;
mod closeness;
mod clustering;
mod components;
mod core_number;
mod degree;
mod efficiency;
mod hits;
mod modules;
mod motif;
mod neighbours;
mod pagerank;
mod path_length;
mod power;
mod reach;
mod reciprocity;
mod rich_club;
mod small_world;
mod spectral;
mod sums;
mod triads;
mod triangles;
mod wave;

pub use crate::length::Length;
pub use assortativity::{
    attribute_assortativity, degree_assortativity, numeric_assortativity, undirected_degree_assortativity,
};
pub use betweenness::Betweenness;
pub use closeness::{closeness, harmonic};
pub use clustering::{
    clustering, clustering_barrat, clustering_directed, clustering_directed_weighted, clustering_onnela,
    transitivity, triangles,
};
pub use components::{Components, strong_components, weak_components};
pub use core_number::core_numbers;
pub use degree::{Direction, degree_distribution, degrees, density, strengths};
pub use efficiency::{global_efficiency, local_efficiency};
pub use hits::{Hits, hits};
pub use modules::{participation, within_module_z};
pub use motif::{Motif, MotifScore, MotifSize, motif_counts, motif_scores, significance_profile};
pub use pagerank::PageRank;
pub use path_length::{HopCounts, characteristic_path_length, hop_counts};
pub use power::Iteration;
pub use reciprocity::{reciprocity, reciprocity_excess, weighted_reciprocity};
pub use rich_club::{RichClub, RichClubCurve, RichClubLevel, Richness};
pub use small_world::{Clustering, SmallWorld, small_world};
pub use spectral::{Katz, eigenvector_centrality};
pub use triads::{TriadCensus, triad_census};
