//! Edges given several times, in parts, or with weight 0.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Assembly, Row};
use crate::policy::DuplicatePolicy;
use crate::{ConnectomeError, Note, Place, Relation};

/// The parts of one edge, and what has been said of each.
struct Part {
    /// Where in the list of merged rows it is.
    at: usize,
    /// The row of the file that gave it first, from 0.
    row: u32,
    weights: Vec<f64>,
}

impl Assembly<'_> {
    /// One row for each edge: duplicates as the policy says, parts summed, nothing of weight 0. In order of first mention.
    pub(super) fn merged(&mut self, place: &Place) -> Result<Vec<Row>, ConnectomeError> {
        let rows = std::mem::take(&mut self.rows);
        let parts = self.distinct(rows, place)?;
        let mut edges: Vec<Row> = Vec::with_capacity(parts.len());
        let mut index: HashMap<(Relation, u32, u32), (usize, bool)> = HashMap::with_capacity(parts.len());
        for part in parts {
            match index.entry((part.relation, part.from, part.to)) {
                Entry::Vacant(entry) => {
                    entry.insert((edges.len(), false));
                    edges.push(part);
                }
                Entry::Occupied(mut entry) => {
                    let (at, mixed) = entry.get_mut();
                    let edge = &mut edges[*at];
                    edge.weight += part.weight;
                    *mixed |= edge.sign != part.sign;
                    if *mixed {
                        edge.sign = None;
                    }
                }
            }
        }
        let mut mixed: Vec<usize> = index.values().filter(|(_, mixed)| *mixed).map(|(at, _)| *at).collect();
        mixed.sort_unstable();
        for at in mixed {
            let [from, to] = self.ends(&edges[at]);
            self.report.notes.push(Note::MixedSigns { from, to });
        }
        let (edges, zero): (Vec<Row>, Vec<Row>) = edges.into_iter().partition(|edge| edge.weight != 0.0);
        for edge in zero {
            let [from, to] = self.ends(&edge);
            self.report.notes.push(Note::ZeroWeight { place: place.row(edge.row as usize), from, to });
        }
        Ok(self.strong(edges, place))
    }

    /// The edges that are strong enough.
    fn strong(&mut self, mut edges: Vec<Row>, place: &Place) -> Vec<Row> {
        let before = edges.len();
        edges.retain(|edge| self.at_least <= 0.0 || edge.weight >= self.at_least);
        if edges.len() < before {
            self.report.notes.push(Note::SkippedRows {
                place: place.clone(),
                reason: format!("edges of weight below {}", self.at_least),
                rows: before - edges.len(),
            });
        }
        edges
    }

    /// One row for each part of each edge.
    fn distinct(&mut self, rows: Vec<Row>, place: &Place) -> Result<Vec<Row>, ConnectomeError> {
        let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
        let mut index: HashMap<(Relation, u32, u32, u32), usize> = HashMap::with_capacity(rows.len());
        let mut repeated: HashMap<usize, Part> = HashMap::new();
        for row in rows {
            match index.entry((row.relation, row.from, row.to, row.part)) {
                Entry::Vacant(entry) => {
                    entry.insert(kept.len());
                    kept.push(row);
                }
                Entry::Occupied(entry) => {
                    let at = *entry.get();
                    let first = kept[at];
                    if self.policies.duplicates == DuplicatePolicy::Error {
                        let [from, to] = self.ends(&row);
                        return Err(ConnectomeError::DuplicateEdge {
                            place: place.row(row.row as usize),
                            from,
                            to,
                            relation: row.relation.name(),
                            first: first.row as usize + 1,
                        });
                    }
                    repeated
                        .entry(at)
                        .or_insert_with(|| Part { at, row: first.row, weights: vec![first.weight] })
                        .weights
                        .push(row.weight);
                }
            }
        }
        let mut repeated: Vec<Part> = repeated.into_values().collect();
        repeated.sort_unstable_by_key(|part| (part.row, part.at));
        for Part { at, weights, .. } in repeated {
            let weight = match self.policies.duplicates {
                DuplicatePolicy::Sum => weights.iter().sum(),
                DuplicatePolicy::Max => weights.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                DuplicatePolicy::First | DuplicatePolicy::Error => weights[0],
            };
            kept[at].weight = weight;
            let [from, to] = self.ends(&kept[at]);
            let relation = kept[at].relation.name();
            self.report.notes.push(Note::DuplicateEdge { relation, from, to, weights, kept: weight });
        }
        Ok(kept)
    }

    pub(super) fn ends(&self, row: &Row) -> [String; 2] {
        [row.from, row.to].map(|id| self.known[id as usize].name.clone())
    }
}
