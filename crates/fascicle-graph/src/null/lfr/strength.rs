//! Weights that give every node its strength inside and outside its community.

use super::LfrWeights;
use crate::null::source::Source;

/// Sweeps over all nodes until strengths fit to this part, or so many times.
const PRECISION: f64 = 1e-6;
const SWEEPS: usize = 500;

/// A weight never falls below this part of what its edge started from.
const FLOOR: f64 = 1e-6;

/// Weights the links so that node i of degree k has strength k^β, of which μw lies on external links. Where a
/// node has only links of one kind, they carry all. Strengths that no weights give are met as nearly as
/// scaling does.
pub(super) fn weigh(source: &mut Source, communities: &[usize], weights: &LfrWeights) {
    let nodes = source.nodes;
    // The links of each node, inside and outside.
    let mut of_node = [vec![Vec::new(); nodes], vec![Vec::new(); nodes]];
    for (at, link) in source.links.iter().enumerate() {
        let (from, to) = (link.from as usize, link.to as usize);
        let kind = usize::from(communities[from] != communities[to]);
        of_node[kind][from].push(at);
        of_node[kind][to].push(at);
    }
    for kind in 0..2 {
        let target = |node: usize| {
            let (own, other) = (of_node[kind][node].len(), of_node[1 - kind][node].len());
            let part = if kind == 0 { 1.0 - weights.mixing } else { weights.mixing };
            let strength = ((own + other) as f64).powf(weights.exponent);
            if other == 0 { strength } else { strength * part }
        };
        let targets: Vec<f64> = (0..nodes).map(target).collect();
        for (node, places) in of_node[kind].iter().enumerate() {
            for &at in places {
                // Of both ends, the later one says: any positive start will do.
                source.links[at].weight = (targets[node] / places.len() as f64).max(f64::MIN_POSITIVE);
            }
        }
        let floors: Vec<f64> = source.links.iter().map(|link| FLOOR * link.weight).collect();
        for _ in 0..SWEEPS {
            let mut off = 0.0_f64;
            for (places, &target) in
                of_node[kind].iter().zip(&targets).filter(|(places, _)| !places.is_empty())
            {
                let strength: f64 = places.iter().map(|&at| source.links[at].weight).sum();
                let factor = target / strength;
                off = off.max((factor - 1.0).abs());
                for &at in places {
                    let weight = &mut source.links[at].weight;
                    *weight = (*weight * factor).max(floors[at]);
                }
            }
            if off < PRECISION {
                break;
            }
        }
    }
}
