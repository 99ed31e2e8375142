//! The configuration model.

use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::pairs::Pairs;
use super::source::{Link, Source};
use super::weights::shuffle;
use super::{Moves, Null, NullModel};
use crate::{Adjacency, GraphError};

/// Half-edges joined at random (Molloy & Reed 1995). In a directed graph a weight stays with its source; in
/// an undirected one weights are dealt out anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Configuration {
    /// Self-loops and parallel edges are left out, so that hubs lose a few edges. O(m).
    #[default]
    Erased,
    /// The whole is drawn again until it has neither: exactly the degrees, and every such graph equally
    /// likely, but hopeless in graphs that are not sparse ([`Rewire`](super::Rewire) is made for those).
    Repeated {
        /// After how many draws to give up.
        attempts: usize,
    },
}

impl NullModel for Configuration {
    fn sample(&self, graph: &Adjacency, rng: &mut StdRng) -> Result<Null, GraphError> {
        let mut source = Source::of(graph)?;
        if !source.directed {
            shuffle(&mut source.links, |_| true, rng);
        }
        let attempts = match self {
            Self::Erased => 1,
            Self::Repeated { attempts } => *attempts,
        };
        for _ in 0..attempts {
            let joined = join(&source, rng);
            if *self == Self::Erased || joined.len() == source.links.len() {
                source.links = joined;
                return Ok(Null { graph: source.finish()?, moves: Moves::default() });
            }
        }
        Err(GraphError::Unsatisfiable {
            what: "a configuration model without self-loops and parallel edges",
            why: format!("none was found in {attempts} attempts; erase them, or rewire the graph instead"),
        })
    }
}

/// Joins all half-edges at random and leaves out what is not simple.
fn join(source: &Source, rng: &mut StdRng) -> Vec<Link> {
    let mut links = source.links.clone();
    if source.directed {
        let mut targets: Vec<u32> = links.iter().map(|link| link.to).collect();
        targets.shuffle(rng);
        for (link, to) in links.iter_mut().zip(targets) {
            link.to = to;
        }
    } else {
        let mut stubs: Vec<u32> = links.iter().flat_map(|link| [link.from, link.to]).collect();
        stubs.shuffle(rng);
        for (link, ends) in links.iter_mut().zip(stubs.chunks_exact(2)) {
            (link.from, link.to) = (ends[0], ends[1]);
        }
    }
    let mut pairs = Pairs::new(source.nodes, source.directed, std::iter::empty());
    links.retain(|link| link.from != link.to && pairs.insert(link.from, link.to));
    links
}
