//! The triad census: how many of the sixteen kinds of three nodes a directed graph has.

use rayon::prelude::*;

use super::triangles::Pairs;
use crate::Adjacency;

/// How many triads there are of each of the sixteen classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TriadCensus {
    /// In the order of [`TriadCensus::NAMES`].
    pub counts: [u128; 16],
}

impl TriadCensus {
    /// The classes by their numbers of mutual, asymmetric and null dyads, with D(own), U(p), C(yclic), T(ransitive)
    /// (Holland & Leinhardt 1970).
    pub const NAMES: [&'static str; 16] = [
        "003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U",
        "120C", "210", "300",
    ];

    /// The count of a class by its name; none if there is no such class.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u128> {
        Self::NAMES.iter().position(|&class| class == name).map(|class| self.counts[class])
    }

    /// Names and counts.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, u128)> + '_ {
        Self::NAMES.into_iter().zip(self.counts)
    }
}

/// How many of the dyads of a triad of each class are mutual, and how many asymmetric.
const DYADS: [(i128, i128); 16] = [
    (0, 0),
    (0, 1),
    (1, 0),
    (0, 2),
    (0, 2),
    (0, 2),
    (1, 1),
    (1, 1),
    (0, 3),
    (0, 3),
    (2, 0),
    (1, 2),
    (1, 2),
    (1, 2),
    (2, 1),
    (3, 0),
];

/// A dyad as seen from one of its nodes: an edge out, an edge in, or both.
const OUT: usize = 1;
const IN: usize = 2;
const MUTUAL: usize = 3;

/// The class of two dyads that share a node, with null between the others.
const fn wedge(one: usize, two: usize) -> usize {
    match (one, two) {
        (OUT, OUT) => 3,
        (IN, IN) => 4,
        (OUT, IN) | (IN, OUT) => 5,
        (MUTUAL, IN) | (IN, MUTUAL) => 6,
        (MUTUAL, OUT) | (OUT, MUTUAL) => 7,
        _ => 10,
    }
}

/// The dyad as the other node sees it.
const fn turned(dyad: usize) -> usize {
    (dyad >> 1) | ((dyad & 1) << 1)
}

/// The class of three dyads: from the first node to the second, the second to the third, the first to the third.
fn closed(ab: usize, bc: usize, ac: usize) -> usize {
    let mutual = [ab, bc, ac].iter().filter(|&&dyad| dyad == MUTUAL).count();
    match mutual {
        3 => 15,
        2 => 14,
        1 => {
            // What the node outside the mutual dyad does to the two in it.
            let (one, two) = if ab == MUTUAL {
                (turned(ac), turned(bc))
            } else if bc == MUTUAL {
                (ab, ac)
            } else {
                (turned(ab), bc)
            };
            match (one, two) {
                (OUT, OUT) => 11,
                (IN, IN) => 12,
                _ => 13,
            }
        }
        _ => {
            if ab == bc && bc != ac {
                9
            } else {
                8
            }
        }
    }
}

/// The triad census of a graph.
///
/// Only triangles are looked for, once each; triads of two dyads are counted from the degrees less those in triangles,
/// triads of one and of none from the numbers of dyads and nodes. O(m^1.5) at worst, in parallel, where visiting every
/// connected triad (Batagelj & Mrvar 2001) takes O(m Δ).
///
/// Self-loops do not count, nor do weights; parallel edges count once. Edges of an undirected graph are mutual. Below
/// three nodes every count is 0.
#[must_use]
pub fn triad_census(adjacency: &Adjacency) -> TriadCensus {
    let nodes = adjacency.node_count() as i128;
    let pairs = Pairs::new(adjacency, |to, from| u8::from(to.is_some()) | (u8::from(from.is_some()) << 1));
    let mut counts = [0i128; 16];
    let (mut mutual, mut asymmetric) = (0, 0);
    let mut seen = vec![[0i128; 4]; adjacency.node_count()];
    for (low, high, dyad) in pairs.pairs() {
        let dyad = usize::from(dyad);
        *if dyad == MUTUAL { &mut mutual } else { &mut asymmetric } += 1;
        seen[low][dyad] += 1;
        seen[high][turned(dyad)] += 1;
    }
    for [_, out, into, both] in seen {
        for (one, two, count) in [
            (OUT, OUT, out * (out - 1) / 2),
            (IN, IN, into * (into - 1) / 2),
            (MUTUAL, MUTUAL, both * (both - 1) / 2),
            (OUT, IN, out * into),
            (OUT, MUTUAL, out * both),
            (IN, MUTUAL, into * both),
        ] {
            counts[wedge(one, two)] += count;
        }
    }
    for (code, &count) in triangles(&pairs).iter().enumerate().filter(|(_, count)| **count > 0) {
        let (ab, bc, ac) = (code & 3, (code >> 2) & 3, code >> 4);
        counts[closed(ab, bc, ac)] += i128::from(count);
        for (one, two) in [(ab, ac), (turned(ab), bc), (turned(ac), turned(bc))] {
            counts[wedge(one, two)] -= i128::from(count);
        }
    }
    let inside = |of: fn(&(i128, i128)) -> i128| -> i128 {
        DYADS.iter().zip(counts).map(|(dyads, count)| of(dyads) * count).sum()
    };
    let (in_mutual, in_asymmetric) = (inside(|dyads| dyads.0), inside(|dyads| dyads.1));
    if nodes >= 3 {
        counts[1] = asymmetric * (nodes - 2) - in_asymmetric;
        counts[2] = mutual * (nodes - 2) - in_mutual;
        counts[0] = nodes * (nodes - 1) * (nodes - 2) / 6 - counts.iter().sum::<i128>();
    }
    TriadCensus { counts: counts.map(|count| count as u128) }
}

/// How many triangles there are with each three dyads, two bits each.
fn triangles(pairs: &Pairs<u8>) -> [u64; 64] {
    let add = |mut one: [u64; 64], two: [u64; 64]| {
        for (sum, count) in one.iter_mut().zip(two) {
            *sum += count;
        }
        one
    };
    let ranks: Vec<usize> = (0..pairs.nodes.len()).collect();
    ranks
        .par_chunks(256)
        .map_init(
            || vec![0; pairs.nodes.len()],
            |mark, ranks| {
                let mut counts = [0; 64];
                for &rank in ranks {
                    pairs.triangles_of(rank, mark, |_, [ab, bc, ac]| {
                        counts[usize::from(ab | (bc << 2) | (ac << 4))] += 1;
                    });
                }
                counts
            },
        )
        .reduce(|| [0; 64], add)
}
