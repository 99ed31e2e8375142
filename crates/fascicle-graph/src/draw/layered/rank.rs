//! Which layer each node is in.

use petgraph::algo::greedy_feedback_arc_set;
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;

use super::Ranks;
use crate::draw::groups::in_order;
use crate::draw::scene::Scene;
use crate::{GraphError, GroupBy};

/// The rank of each node, from 0 without gaps.
pub(super) fn ranks(scene: &Scene<'_>, by: &Ranks) -> Result<Vec<usize>, GraphError> {
    let of = match by {
        Ranks::Auto => match from_names(scene) {
            Ok(ranks) => ranks,
            Err(_) => longest_path(scene),
        },
        Ranks::Names => from_names(scene)?,
        Ranks::Attribute(name) => {
            let labels = GroupBy::Attribute(name.clone()).labels(scene.graph)?;
            if let Some(node) = labels.iter().position(Option::is_none) {
                let expected = format!("a value for its attribute `{name}`");
                return Err(GraphError::argument(
                    "a node without a layer",
                    format!("`{}`", scene.name(node)),
                    expected,
                ));
            }
            let labels: Vec<String> = labels.into_iter().flatten().collect();
            let order = in_order(&labels);
            labels.iter().map(|label| order.iter().position(|name| name == label).unwrap_or(0)).collect()
        }
        Ranks::Groups => scene.groups.of.clone(),
        Ranks::LongestPath => longest_path(scene),
    };
    Ok(without_gaps(of))
}

fn without_gaps(ranks: Vec<usize>) -> Vec<usize> {
    let mut used = ranks.clone();
    used.sort_unstable();
    used.dedup();
    ranks.into_iter().map(|rank| used.partition_point(|&other| other < rank)).collect()
}

fn from_names(scene: &Scene<'_>) -> Result<Vec<usize>, GraphError> {
    let of = |name: &str| {
        rank_of(name).ok_or_else(|| {
            let expected = "`input`, `a3.h2`, `m3` or `logits`, or another way to find its layer";
            GraphError::argument("a node's name", format!("`{name}`"), expected)
        })
    };
    scene.graph.names().map(of).collect()
}

/// The place of a part of a transformer in its residual stream: attention of a layer before its MLP.
fn rank_of(name: &str) -> Option<usize> {
    let number = |digits: &str| digits.parse::<u32>().ok().map(|layer| layer as usize);
    match name {
        "input" | "embed" => return Some(0),
        "logits" | "output" => return Some(usize::MAX),
        _ => {}
    }
    let (first, rest) = name.split_at_checked(1)?;
    let (layer, head) = rest.split_once('.').map_or((rest, None), |(layer, head)| (layer, Some(head)));
    match (first, head) {
        ("a", Some(head)) => head.strip_prefix('h').and_then(number)?,
        ("a" | "m", None) => 0,
        _ => return None,
    };
    Some(1 + 2 * number(layer)? + usize::from(first == "m"))
}

/// The length of the longest path to each node, once a few edges that close cycles are set aside (Eades, Lin
/// & Smyth 1993). Nodes without predecessors stand just before the first of their successors.
fn longest_path(scene: &Scene<'_>) -> Vec<usize> {
    let count = scene.count();
    let links = || scene.links.all.iter().filter(|link| link.from != link.to);
    let graph = DiGraph::<(), (), usize>::from_edges(links().map(|link| (link.from, link.to)));
    let mut back = vec![false; graph.edge_count()];
    for edge in greedy_feedback_arc_set(&graph) {
        back[edge.id().index()] = true;
    }
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    for (link, _) in links().zip(&back).filter(|(_, back)| !**back) {
        next[link.from].push(link.to);
        waiting[link.to] += 1;
    }
    let sources: Vec<usize> = (0..count).filter(|&node| waiting[node] == 0).collect();
    let mut ranks = vec![0; count];
    let mut ready = sources.clone();
    while let Some(node) = ready.pop() {
        for &to in &next[node] {
            ranks[to] = ranks[to].max(ranks[node] + 1);
            waiting[to] -= 1;
            if waiting[to] == 0 {
                ready.push(to);
            }
        }
    }
    for node in sources {
        ranks[node] = next[node].iter().map(|&to| ranks[to] - 1).min().unwrap_or(0);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("input", Some(0)),
            ("a0.h11", Some(1)),
            ("m0", Some(2)),
            ("a3.h2", Some(7)),
            ("a3", Some(7)),
            ("m3", Some(8)),
            ("logits", Some(usize::MAX)),
            ("m3.h1", None),
            ("a3.2", None),
            ("AVAL", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(rank_of(name), expected, "{name}");
        }
        assert_eq!(without_gaps(vec![7, 0, usize::MAX, 7]), [1, 0, 2, 1]);
    }
}
