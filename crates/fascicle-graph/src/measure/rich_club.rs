//! Rich club: are the hubs of a network wired to each other more than chance would have it?
//!
//! φ(k) is the density among nodes of degree > k (Zhou & Mondragón 2004; Colizza et al. 2006), or in a
//! weighted graph the part that their edges have of what as many of the strongest edges would weigh (Opsahl
//! et al. 2008). It rises with k in almost any graph, so it is read over its mean in degree-preserving null
//! models.

use std::ops::RangeInclusive;

use crate::null::{Comparison, NullModel, Nulls};
use crate::{Adjacency, GraphError};

/// What makes a node rich.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Richness {
    /// Its degree; in a directed graph in- and out-degree together.
    #[default]
    Degree,
    /// How many edges enter it.
    In,
    /// How many edges leave it.
    Out,
}

/// How to look for a rich club. Self-loops do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RichClub {
    /// What makes a node rich.
    pub richness: Richness,
    /// Whether φ is of weights instead of counts.
    pub weighted: bool,
}

/// The nodes of more than some degree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RichClubLevel {
    /// k: the club's nodes have more than this.
    pub degree: usize,
    /// How many nodes they are.
    pub nodes: usize,
    /// How many edges there are between them.
    pub edges: usize,
    /// φ(k); none for less than two nodes, or for weights where there is no edge (or only such of weight 0).
    pub phi: Option<f64>,
    /// φ beside that of null graphs, where it was asked for and any of them has it.
    pub nulls: Option<Comparison>,
}

impl RichClubLevel {
    /// φ over the mean φ of null graphs; none where there is none or it is 0.
    #[must_use]
    pub fn normalised(&self) -> Option<f64> {
        self.nulls.and_then(|nulls| nulls.ratio())
    }

    /// Whether normalised φ exceeds 1 by more than so many of its standard deviations.
    #[must_use]
    pub fn exceeds(&self, sigmas: f64) -> bool {
        let sd = self.nulls.and_then(|nulls| nulls.relative_sd());
        // Where nothing varies, 1 plus a rounding is 1.
        let above = |(normalised, sd): (f64, f64)| normalised > 1.0 + (sigmas * sd).max(1e-9);
        self.normalised().zip(sd).is_some_and(above)
    }
}

impl RichClub {
    /// φ at every degree from 0 to one below the greatest. O(n + m) time, O(m log m) with weights.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when φ is of weights and one is negative.
    pub fn levels(&self, graph: &Adjacency) -> Result<Vec<RichClubLevel>, GraphError> {
        let richness: Vec<usize> =
            (0..graph.node_count()).map(|node| self.richness.of(graph, node)).collect();
        let most = richness.iter().max().copied().unwrap_or_default();
        // What enters the club when k falls below the poorer end: counted there first, then summed from the
        // top.
        let (mut nodes, mut edges, mut weights) = (vec![0; most + 1], vec![0; most + 1], vec![0.0; most + 1]);
        let mut strongest = Vec::with_capacity(graph.edge_count());
        for &rich in &richness {
            nodes[rich] += 1;
        }
        for (from, to, weight) in graph.edges().filter(|&(from, to, _)| from != to) {
            let poorer = richness[from].min(richness[to]);
            edges[poorer] += 1;
            weights[poorer] += weight;
            strongest.push(weight);
        }
        if self.weighted {
            if let Some(weight) = strongest.iter().find(|&&weight| weight < 0.0) {
                let expected = "at least 0 in a weighted rich club (Weighting::Magnitude)";
                return Err(GraphError::argument("an edge's weight", weight, expected));
            }
            strongest.sort_by(|a, b| b.total_cmp(a));
        }
        let summed = strongest.iter().scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        let strongest: Vec<f64> = std::iter::once(0.0).chain(summed).collect();
        let ordered = if graph.is_directed() { 1.0 } else { 0.5 };
        let mut levels = Vec::with_capacity(most);
        let (mut members, mut inside, mut weight) = (0_usize, 0, 0.0);
        for degree in (0..most).rev() {
            members += nodes[degree + 1];
            inside += edges[degree + 1];
            weight += weights[degree + 1];
            let (have, most) = if self.weighted {
                (weight, strongest[inside])
            } else {
                (inside as f64, ordered * members as f64 * (members as f64 - 1.0))
            };
            let phi = (members > 1 && most > 0.0).then(|| have / most);
            levels.push(RichClubLevel { degree, nodes: members, edges: inside, phi, nulls: None });
        }
        levels.reverse();
        Ok(levels)
    }

    /// As [`RichClub::levels`], with each φ beside those of null graphs.
    ///
    /// # Errors
    /// As [`RichClub::levels`] and [`Nulls::each`].
    pub fn normalised<M: NullModel>(
        &self,
        graph: &Adjacency,
        nulls: &Nulls<M>,
    ) -> Result<RichClubCurve, GraphError> {
        let mut levels = self.levels(graph)?;
        let copies = nulls.each(graph, |null| {
            let levels = self.levels(&null.graph)?;
            Ok(levels.into_iter().map(|level| level.phi).collect::<Vec<_>>())
        })?;
        for (at, level) in levels.iter_mut().enumerate() {
            let values: Vec<f64> = copies.iter().filter_map(|phi| phi.get(at).copied().flatten()).collect();
            level.nulls = level.phi.and_then(|phi| Comparison::new(phi, &values));
        }
        let richness = (0..graph.node_count()).map(|node| self.richness.of(graph, node)).collect();
        Ok(RichClubCurve { levels, richness })
    }
}

impl Richness {
    /// Of a node, without its self-loop.
    fn of(self, graph: &Adjacency, node: usize) -> usize {
        let own = |row: &[u32]| row.len() - row.iter().filter(|&&other| other as usize == node).count();
        match (self, graph.is_directed()) {
            (Self::In, _) => own(graph.incoming(node)),
            (Self::Out, _) | (Self::Degree, false) => own(graph.out(node)),
            (Self::Degree, true) => own(graph.out(node)) + own(graph.incoming(node)),
        }
    }
}

/// φ at every level, beside null graphs.
#[derive(Clone, Debug, PartialEq)]
pub struct RichClubCurve {
    /// From k = 0 up.
    pub levels: Vec<RichClubLevel>,
    /// What each node has of what makes rich.
    pub richness: Vec<usize>,
}

impl RichClubCurve {
    /// The runs of consecutive k at which normalised φ exceeds 1 + `sigmas` · σ, where σ is the standard
    /// deviation of the null graphs' φ over its mean (Towlson et al. 2013 call such a run the rich-club
    /// regime).
    #[must_use]
    pub fn regimes(&self, sigmas: f64) -> Vec<RangeInclusive<usize>> {
        let mut regimes: Vec<RangeInclusive<usize>> = Vec::new();
        for level in self.levels.iter().filter(|level| level.exceeds(sigmas)) {
            match regimes.last_mut() {
                Some(last) if *last.end() + 1 == level.degree => *last = *last.start()..=level.degree,
                _ => regimes.push(level.degree..=level.degree),
            }
        }
        regimes
    }

    /// Where the rich club begins: the longest run of [`RichClubCurve::regimes`], the higher one of equals.
    #[must_use]
    pub fn regime(&self, sigmas: f64) -> Option<RangeInclusive<usize>> {
        self.regimes(sigmas).into_iter().max_by_key(|run| run.end() - run.start())
    }

    /// The nodes with more than this, in rising order.
    #[must_use]
    pub fn members(&self, degree: usize) -> Vec<usize> {
        (0..self.richness.len()).filter(|&node| self.richness[node] > degree).collect()
    }
}

#[cfg(test)]
mod tests;
