//! Which subgraphs are the same up to the names of their nodes.

use std::sync::OnceLock;

use super::MotifSize;

/// A connected graph of three or four nodes, up to the names of these.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Motif {
    /// The number that mfinder and FANMOD give it: the least, over all orders of the nodes, of Σ 2^(n · i +
    /// j) for the edges i → j (38 is the feed-forward loop, 204 the bi-fan). An undirected edge counts in
    /// both directions.
    pub id: u16,
    /// How many nodes it has.
    pub nodes: usize,
    /// Whether its edges have directions.
    pub directed: bool,
    /// Its name, where it has one: of directed triads the one in the triad census (`030T`), else the common
    /// one.
    pub name: Option<&'static str>,
}

impl Motif {
    /// Its edges; an undirected one once.
    #[must_use]
    pub fn edges(&self) -> Vec<(usize, usize)> {
        let pairs = (0..self.nodes).flat_map(|from| (0..self.nodes).map(move |to| (from, to)));
        pairs
            .filter(|&(from, to)| self.directed || from < to)
            .filter(|&(from, to)| self.id >> (self.nodes * from + to) & 1 == 1)
            .collect()
    }
}

/// Names by size, direction and id.
const NAMES: [(usize, bool, u16, &str); 25] = [
    (3, true, 6, "021D"),
    (3, true, 12, "021C"),
    (3, true, 14, "111U"),
    (3, true, 36, "021U"),
    (3, true, 38, "030T"),
    (3, true, 46, "120U"),
    (3, true, 74, "111D"),
    (3, true, 78, "201"),
    (3, true, 98, "030C"),
    (3, true, 102, "120C"),
    (3, true, 108, "120D"),
    (3, true, 110, "210"),
    (3, true, 238, "300"),
    (3, false, 78, "path"),
    (3, false, 238, "triangle"),
    (4, true, 204, "bi-fan"),
    (4, true, 328, "three-chain"),
    (4, true, 904, "bi-parallel"),
    (4, true, 4740, "four-node loop"),
    (4, false, 4382, "star"),
    (4, false, 4698, "path"),
    (4, false, 4958, "paw"),
    (4, false, 13260, "cycle"),
    (4, false, 13278, "diamond"),
    (4, false, 31710, "clique"),
];

/// What of a size there is.
struct Table {
    classes: Vec<Motif>,
    /// For each pattern (bits as in [`pattern_bit`]) its class; none for patterns that are not connected.
    of_pattern: Vec<Option<u8>>,
}

/// The classes of a size, by rising id.
pub(super) fn classes(size: MotifSize, directed: bool) -> &'static [Motif] {
    &table(size, directed).classes
}

/// Sums what was counted by pattern over the classes of directed motifs.
pub(super) fn by_class(size: MotifSize, patterns: &[u64]) -> Vec<u64> {
    let table = table(size, true);
    let mut counts = vec![0; table.classes.len()];
    for (count, class) in patterns.iter().zip(&table.of_pattern) {
        if let Some(class) = class {
            counts[usize::from(*class)] += count;
        }
    }
    counts
}

/// The bit of an edge in a pattern, which leaves the diagonal out: n · (n − 1) bits.
pub(super) fn pattern_bit(nodes: usize, from: usize, to: usize) -> usize {
    (nodes - 1) * from + to - usize::from(to > from)
}

fn table(size: MotifSize, directed: bool) -> &'static Table {
    static TABLES: [[OnceLock<Table>; 2]; 2] = [const { [const { OnceLock::new() }; 2] }; 2];
    TABLES[size.nodes() - 3][usize::from(directed)].get_or_init(|| build(size.nodes(), directed))
}

fn build(nodes: usize, directed: bool) -> Table {
    let ids: Vec<Option<u16>> =
        (0..1 << (nodes * (nodes - 1))).map(|pattern| canonical(nodes, pattern, directed)).collect();
    let mut known: Vec<u16> = ids.iter().flatten().copied().collect();
    known.sort_unstable();
    known.dedup();
    let name = |id| NAMES.iter().find(|row| (row.0, row.1, row.2) == (nodes, directed, id)).map(|row| row.3);
    let of_pattern =
        ids.iter().map(|id| id.and_then(|id| known.binary_search(&id).ok()).map(|class| class as u8));
    Table {
        of_pattern: of_pattern.collect(),
        classes: known.iter().map(|&id| Motif { id, nodes, directed, name: name(id) }).collect(),
    }
}

/// The id of a pattern; none when it is not connected, or should be symmetric and is not.
fn canonical(nodes: usize, pattern: usize, directed: bool) -> Option<u16> {
    let edge = |from: usize, to: usize| from != to && pattern >> pattern_bit(nodes, from, to) & 1 == 1;
    let pairs = || (0..nodes).flat_map(|from| (0..nodes).map(move |to| (from, to)));
    if !directed && pairs().any(|(from, to)| edge(from, to) != edge(to, from)) {
        return None;
    }
    let mut reached = 1_usize;
    for _ in 1..nodes {
        for (from, to) in pairs().filter(|&(from, to)| edge(from, to)) {
            let both = 1 << from | 1 << to;
            if reached & both != 0 {
                reached |= both;
            }
        }
    }
    if reached + 1 != 1 << nodes {
        return None;
    }
    orders(nodes)
        .into_iter()
        .map(|order| {
            let bits = pairs().filter(|&(from, to)| edge(order[from], order[to]));
            bits.fold(0, |id, (from, to)| id | 1_u16 << (nodes * from + to))
        })
        .min()
}

/// Every order of so many nodes.
fn orders(nodes: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for node in 0..nodes {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, node);
                    longer
                })
            })
            .collect();
    }
    orders
}
