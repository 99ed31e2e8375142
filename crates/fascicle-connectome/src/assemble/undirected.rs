//! Undirected edges in both directions, with one weight.

use std::collections::HashMap;
use std::path::Path;

use super::{Assembly, Listing, Row};
use crate::policy::GapPolicy;
use crate::{ConnectomeError, Note, Relation};

/// An unordered pair of cells in one layer, with the weights that the file gives it.
struct Pair {
    first: Row,
    forward: f64,
    backward: Option<f64>,
}

impl Assembly<'_> {
    /// Whether the graph's layer for this relation is directed.
    pub(super) fn is_directed(&self, relation: Relation) -> bool {
        relation.directed() || self.policies.gaps == GapPolicy::Keep
    }

    /// The edges, those of undirected layers in both directions and with one weight, as the policy says.
    pub(super) fn symmetric(&mut self, edges: Vec<Row>, file: &Path) -> Result<Vec<Row>, ConnectomeError> {
        let mut out = Vec::with_capacity(edges.len());
        let mut pairs: Vec<Pair> = Vec::new();
        let mut index: HashMap<(Relation, u32, u32), usize> = HashMap::new();
        for edge in edges {
            if edge.relation.directed() || edge.from == edge.to {
                out.push(edge);
                continue;
            }
            let key = (edge.relation, edge.from.min(edge.to), edge.from.max(edge.to));
            match index.get(&key) {
                Some(&at) => pairs[at].backward = Some(edge.weight),
                None => {
                    index.insert(key, pairs.len());
                    pairs.push(Pair { first: edge, forward: edge.weight, backward: None });
                }
            }
        }
        let mut once: Vec<(Relation, usize)> = Vec::new();
        for pair in &pairs {
            let relation = pair.first.relation;
            if pair.backward.is_none()
                && self.listing == Listing::Once
                && self.policies.gaps != GapPolicy::Keep
            {
                match once.iter_mut().find(|(known, _)| *known == relation) {
                    Some((_, count)) => *count += 1,
                    None => once.push((relation, 1)),
                }
            }
            self.both_directions(pair, file, &mut out)?;
        }
        self.report.notes.extend(
            once.into_iter().map(|(relation, edges)| Note::ListedOnce { relation: relation.name(), edges }),
        );
        Ok(out)
    }

    fn both_directions(
        &mut self,
        pair: &Pair,
        file: &Path,
        out: &mut Vec<Row>,
    ) -> Result<(), ConnectomeError> {
        let Pair { first, forward, .. } = *pair;
        let turned = Row { from: first.to, to: first.from, ..first };
        let backward = match (pair.backward, self.listing) {
            (Some(backward), _) => backward,
            (None, Listing::Both) => 0.0,
            (None, Listing::Once) if self.policies.gaps == GapPolicy::Keep => {
                out.push(first);
                return Ok(());
            }
            (None, Listing::Once) => forward,
        };
        if forward == backward {
            out.extend([first, turned]);
            return Ok(());
        }
        let [from, to] = self.ends(&first);
        let relation = first.relation.name();
        let kept = match self.policies.gaps {
            GapPolicy::Require => {
                let file = file.to_owned();
                return Err(ConnectomeError::Asymmetric { file, relation, from, to, forward, backward });
            }
            GapPolicy::Max => Some(forward.max(backward)),
            GapPolicy::Mean => Some(f64::midpoint(forward, backward)),
            GapPolicy::Sum => Some(forward + backward),
            GapPolicy::Keep => None,
        };
        self.report.notes.push(Note::Asymmetric { relation, from, to, forward, backward, kept });
        let weights = kept.map_or([forward, backward], |kept| [kept; 2]);
        out.extend(
            [first, turned]
                .into_iter()
                .zip(weights)
                .map(|(row, weight)| Row { weight, ..row })
                .filter(|row| row.weight != 0.0),
        );
        Ok(())
    }
}
