//! Components, triads, motifs, rich clubs, small worlds, and what they are compared with.

use fascicle_graph::Adjacency;
use fascicle_graph::measure::{
    self, MotifScore, MotifSize, RichClub, Richness, SmallWorld, motif_counts, significance_profile,
};
use fascicle_graph::null::Comparison;

use super::{chain, kite, plain, same, weighted};

#[test]
fn components_of_a_cycle_a_pair_and_a_node() {
    // 0 → 1 → 2 → 0, 2 → 3, 3 ⇄ 4, and 5 by itself.
    let graph = plain(6, true, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3)]);
    let strong = measure::strong_components(&graph);
    assert_eq!((strong.of.as_slice(), strong.sizes.as_slice()), (&[0, 0, 0, 1, 1, 2][..], &[3, 2, 1][..]));
    assert_eq!(strong.largest(), [0, 1, 2]);
    let weak = measure::weak_components(&graph);
    assert_eq!((weak.of.as_slice(), weak.sizes.as_slice()), (&[0, 0, 0, 0, 0, 1][..], &[5, 1][..]));
}

#[test]
fn four_triads() {
    // 0 → 1 → 2, 0 → 2, 2 ⇄ 3. Nodes 0, 1, 2: transitive. 0, 1, 3: one edge. 0, 2, 3 and 1, 2, 3: a mutual pair that a third
    // node points to.
    let census = measure::triad_census(&plain(4, true, &[(0, 1), (1, 2), (0, 2), (2, 3), (3, 2)]));
    for (name, count) in census.iter() {
        let expected = match name {
            "030T" | "012" => 1,
            "111D" => 2,
            _ => 0,
        };
        assert_eq!(count, expected, "{name}");
    }
}

/// What there is, by name.
fn motifs(graph: &Adjacency, size: MotifSize) -> Vec<(&'static str, u64)> {
    let counts = motif_counts(graph, size).unwrap();
    let there = counts.into_iter().filter(|row| row.1 > 0);
    there.map(|(motif, count)| (motif.name.unwrap_or("no name"), count)).collect()
}

#[test]
fn motifs_of_known_graphs() {
    use MotifSize::{Four, Three};

    // The triangle, and 0–2–3 and 1–2–3.
    assert_eq!(motifs(&kite(), Three), [("path", 2), ("triangle", 1)]);
    assert_eq!(motifs(&kite(), Four), [("paw", 1)]);
    // Any three of four leaves with the centre.
    let star = plain(5, false, &[(0, 1), (0, 2), (0, 3), (0, 4)]);
    assert_eq!(motifs(&star, Four), [("star", 4)]);
    assert_eq!(motifs(&star, Three), [("path", 6)]);
    // A ring of five less any one of its nodes.
    let ring = plain(5, false, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]);
    assert_eq!(motifs(&ring, Four), [("path", 5)]);
    // A ring of four; and with one diagonal.
    let mut edges = vec![(0, 1), (1, 2), (2, 3), (3, 0)];
    assert_eq!(motifs(&plain(4, false, &edges), Four), [("cycle", 1)]);
    edges.push((0, 2));
    assert_eq!(motifs(&plain(4, false, &edges), Four), [("diamond", 1)]);
    // Four of five nodes that are all joined.
    let pairs: Vec<_> = (0..5).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
    assert_eq!(motifs(&plain(5, false, &pairs), Four), [("clique", 5)]);
    // Two that point to the same two: a bi-fan, whose four triads are two of 021D and two of 021U.
    let fan = plain(4, true, &[(0, 2), (0, 3), (1, 2), (1, 3)]);
    assert_eq!(motifs(&fan, Four), [("bi-fan", 1)]);
    assert_eq!(motifs(&fan, Three), [("021D", 2), ("021U", 2)]);
    // A chain of four, a loop of four, and 0 → 1 → 3, 0 → 2 → 3.
    assert_eq!(motifs(&chain(4, true), Four), [("three-chain", 1)]);
    assert_eq!(motifs(&plain(4, true, &[(0, 1), (1, 2), (2, 3), (3, 0)]), Four), [("four-node loop", 1)]);
    assert_eq!(motifs(&plain(4, true, &[(0, 1), (0, 2), (1, 3), (2, 3)]), Four), [("bi-parallel", 1)]);
}

#[test]
fn a_profile_of_two_scores() {
    // Null counts 1 and 3: mean 2, standard deviation √2. Counts 5 and 6 are 3/√2 and 4/√2 above it: (3, 4) over 5.
    let classes = motif_counts(&kite(), MotifSize::Three).unwrap();
    let scores: Vec<MotifScore> = classes
        .into_iter()
        .zip([5, 6])
        .map(|((motif, _), count)| {
            let nulls = Comparison::new(count as f64, &[1.0, 3.0]).unwrap();
            MotifScore { motif, count, nulls }
        })
        .collect();
    same(&[scores[0].nulls.z.unwrap()], &[3.0 / 2.0_f64.sqrt()]);
    same(&significance_profile(&scores), &[0.6, 0.8]);
}

/// φ at each level; −1 for none.
fn phi(club: RichClub, graph: &Adjacency) -> Vec<f64> {
    club.levels(graph).unwrap().iter().map(|level| level.phi.unwrap_or(-1.0)).collect()
}

#[test]
fn rich_clubs_of_a_kite() {
    // Degrees 2, 2, 3, 1. k = 0: 4 of 6 pairs; k = 1: nodes 0, 1, 2 with 3 of 3; k = 2: node 2 alone.
    same(&phi(RichClub::default(), &kite()), &[4.0 / 6.0, 1.0, -1.0]);
    // By weight, k = 1: 3 + 2 + 1, of the strongest three, 4 + 3 + 2.
    let kite = weighted(4, false, &[(0, 1, 3.0), (0, 2, 2.0), (1, 2, 1.0), (2, 3, 4.0)]);
    same(&phi(RichClub { weighted: true, ..RichClub::default() }, &kite), &[1.0, 6.0 / 9.0, -1.0]);
    // 0 → 1, 0 → 2, 1 → 0, 1 → 2, 2 → 3: degrees 3, 3, 3, 1; in-degrees 1, 1, 2, 1; out-degrees 2, 2, 1, 0.
    let graph = plain(4, true, &[(0, 1), (0, 2), (1, 0), (1, 2), (2, 3)]);
    let by = |richness| phi(RichClub { richness, weighted: false }, &graph);
    // All four: 5 of 12 ordered pairs; nodes 0, 1, 2: 4 of 6.
    same(&by(Richness::Degree), &[5.0 / 12.0, 4.0 / 6.0, 4.0 / 6.0]);
    // k = 1: node 2 alone.
    same(&by(Richness::In), &[5.0 / 12.0, -1.0]);
    // k = 0: nodes 0, 1, 2; k = 1: 0 ⇄ 1.
    same(&by(Richness::Out), &[4.0 / 6.0, 1.0]);
}

#[test]
fn three_indices_of_a_small_world() {
    let world = SmallWorld {
        clustering: 0.5,
        path: 2.0,
        random_clustering: 0.1,
        random_path: 1.6,
        lattice_clustering: 0.6,
        lattice_path: 4.0,
    };
    // (0.5 / 0.1) / (2 / 1.6); 1.6 / 2 − 0.5 / 0.6; (2 − 4) / (1.6 − 4) · (0.5 − 0.1) / (0.6 − 0.1).
    same(&[world.sigma().unwrap()], &[4.0]);
    same(&[world.omega().unwrap()], &[-1.0 / 30.0]);
    same(&[world.index().unwrap()], &[2.0 / 3.0]);
}
