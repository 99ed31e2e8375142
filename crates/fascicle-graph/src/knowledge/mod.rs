//! Knowledge graphs: facts read from files, paths to reason with, and where each step of an answer comes from.
//!
//! A fact is a head, a relation and a tail. As a [`PathwayGraph`](crate::PathwayGraph) the entities are nodes and
//! each relation is a directed layer, so that everything else in this crate (measures, pictures, formats) takes it;
//! [`KPaths`](crate::path::KPaths) finds a few short paths with different relations between two entities.
//! [`FactIndex`] is the same graph sorted for reasoning, as KG-TRACES does it (Wu et al. 2025, "KG-TRACES: enhancing
//! large language models with knowledge graph-constrained trajectory reasoning and attribution supervision",
//! arXiv 2506.00783): shortest paths from question to answer, relation paths carried out step by step, random walks
//! that lead astray, paths ranked without a question, and steps tagged by whether the graph knows them.
//!
//! ```
//! use fascicle_graph::knowledge::{Evidence, FactIndex, graph_of, parse_facts};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let facts = parse_facts("maria\tparents\tjosef\njosef\tnationality\taustria\n")?;
//! let graph = graph_of(&facts)?;
//! let index = FactIndex::new(&graph)?;
//! let [maria, austria] = [index.entity("maria")?, index.entity("austria")?];
//! let way = index.relations(&["parents", "nationality"])?;
//! assert_eq!(index.ends(maria, &way)?, [austria]);
//! let steps = index.attribute(maria, &way, &[austria])?;
//! assert!(steps.iter().all(|step| step.evidence == Evidence::Kg));
//! # Ok(())
//! # }
//! ```

mod answers;
mod attribution;
mod fact;
mod follow;
mod held_out;
mod index;
mod negative;
mod phrases;
mod question;
mod ranking;
mod rows;
mod shortest;
mod target;
#[cfg(test)]
mod tests;

pub use answers::{AnswerScore, Matching, normalised, score_answers};
pub use attribution::{Effect, Evidence, TaggedStep};
pub use fact::{Fact, facts_of, graph_of, parse_facts, read_facts};
pub use held_out::{Leak, leaks, without};
pub use index::{FactIndex, FactPath, FactPaths};
pub use negative::NegativeWalks;
pub use phrases::Phrases;
pub use question::{Question, parse_questions, read_questions};
pub use ranking::{RankBy, RankedPath, Ranking};
pub use target::{read_target, write_target};
