//! Communities, modules and comparisons of partitions, as printed.

use fascicle_graph::Adjacency;
use fascicle_graph::community::{
    Consensus, Detected, Leiden, Louvain, Modularity, Normaliser, Partition, Quality, adjusted_rand_index,
    ami, nmi, variation_of_information,
};
use fascicle_graph::measure::{Direction, attribute_assortativity, participation};

use super::{plain, printed};
use crate::support::karate;

/// The greatest modularity of the karate club is 0.4198, with groups of 12, 11, 6 and 5 (Brandes et al. 2008, "On modularity
/// clustering"). Blondel et al. (2008), table 1, give 0.42 for Louvain. Weighted it is 0.4449 (igraph).
#[test]
fn communities_of_the_karate_club() {
    let best = |run: &dyn Fn(u64) -> Detected| -> Detected {
        let runs = (0..20).map(run);
        runs.max_by(|a, b| a.quality.total_cmp(&b.quality)).unwrap()
    };
    let (club, weighted, modularity) = (karate(false), karate(true), Modularity::default());
    let leiden = |seed| Leiden { iterations: 10, ..Leiden::seeded(seed) };
    let found = best(&|seed: u64| leiden(seed).run(&club, &modularity).unwrap());
    printed(found.quality, 0.4198, 4);
    assert_eq!(found.partition.sizes(), [12, 11, 6, 5]);
    let found = best(&|seed: u64| leiden(seed).run(&weighted, &modularity).unwrap());
    printed(found.quality, 0.4449, 4);
    let found = best(&|seed: u64| Louvain { seed }.run(&club, &modularity).unwrap());
    printed(found.quality, 0.42, 2);
    let found = Consensus::default().run(&club, &modularity).unwrap();
    printed(found.quality, 0.42, 2);
}

/// networkx.community.modularity and igraph's Graph.modularity: of how the least cut divides the club (member 9 with the
/// president), 0.3715, and 0.4036 with weights. networkx's manual: of two triangles with a bridge, 0.35714.
#[test]
fn modularity_of_given_divisions() {
    let instructors = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 17, 18, 20, 22];
    let labels: Vec<u32> = (1..=34).map(|member| u32::from(!instructors.contains(&member))).collect();
    let cut = Partition::new(&labels);
    let modularity = Modularity::default();
    printed(modularity.of(&karate(false), &cut).unwrap(), 0.371_466_141, 9);
    printed(modularity.of(&karate(true), &cut).unwrap(), 0.403_628_118, 9);
    let barbell = plain(6, false, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]);
    let halves = Partition::new(&[0, 0, 0, 1, 1, 1]);
    printed(modularity.of(&barbell, &halves).unwrap(), 0.357_142_857_142_857, 14);
}

/// Fortunato & Barthélemy (2007), "Resolution limit in community detection": of thirty cliques of five in a ring, 0.876 as
/// single cliques and 0.888 in pairs.
#[test]
fn the_resolution_limit() {
    let mut edges = Vec::new();
    for first in (0..150).step_by(5) {
        edges.extend((0..5).flat_map(|a| (0..a).map(move |b| (first + a, first + b))));
        edges.push((first, (first + 6) % 150));
    }
    let graph = plain(150, false, &edges);
    let of = |size: u32| {
        let labels: Vec<u32> = (0..150).map(|node| node / size).collect();
        Modularity::default().of(&graph, &Partition::new(&labels)).unwrap()
    };
    printed(of(5), 0.876, 3);
    printed(of(10), 0.888, 3);
}

/// scikit-learn's manual: `adjusted_rand_score` 0.57 and −0.5, `v_measure_score` 0.8 and 0.66, `adjusted_mutual_info_score` 0.
/// Yeung & Ruzzo (2001), "Details of the adjusted Rand index": 0.313 for a table of ten objects.
#[test]
fn comparisons_of_partitions() {
    let of = |a: &[u32], b: &[u32]| (Partition::new(a), Partition::new(b));
    let (a, b) = of(&[0, 0, 1, 2], &[0, 0, 1, 1]);
    printed(adjusted_rand_index(&a, &b).unwrap(), 0.57, 2);
    printed(nmi(&a, &b, Normaliser::Arithmetic).unwrap(), 0.8, 12);
    let (a, b) = of(&[0, 0, 1, 1], &[0, 1, 0, 1]);
    printed(adjusted_rand_index(&a, &b).unwrap(), -0.5, 12);
    let (a, b) = of(&[0, 0, 1, 1], &[0, 1, 2, 3]);
    // Printed as 0.66, which is cut off.
    printed(nmi(&a, &b, Normaliser::Arithmetic).unwrap(), 2.0 / 3.0, 12);
    let (a, b) = of(&[0, 0, 0, 0], &[0, 1, 2, 3]);
    printed(ami(&a, &b, Normaliser::Arithmetic).unwrap(), 0.0, 12);
    // Rows 1 1 0, 1 2 1 and 0 0 4.
    let (a, b) = of(&[0, 0, 1, 1, 1, 1, 2, 2, 2, 2], &[0, 1, 0, 1, 1, 2, 2, 2, 2, 2]);
    printed(adjusted_rand_index(&a, &b).unwrap(), 0.313, 3);
}

/// Meilă (2007), "Comparing clusterings": all together and all alone are ln n apart, the greatest distance there is; two
/// halves are ln 2 from the same divided in two again.
#[test]
fn variation_of_information_of_meila() {
    for n in [2, 7, 64] {
        let far = variation_of_information(&Partition::whole(n), &Partition::singletons(n)).unwrap();
        printed(far, (n as f64).ln(), 12);
    }
    let halves = Partition::new(&[0, 0, 0, 0, 1, 1, 1, 1]);
    let quarters = Partition::new(&[0, 0, 1, 1, 2, 2, 3, 3]);
    printed(variation_of_information(&halves, &quarters).unwrap(), 2.0_f64.ln(), 12);
}

/// Newman (2003), "Mixing patterns in networks", table I: couples by race in San Francisco (Catania et al. 1992), r = 0.621.
#[test]
fn couples_of_san_francisco() {
    // In thousandths, black, hispanic, white, other.
    let table = [[258, 16, 35, 13], [12, 157, 58, 19], [13, 23, 306, 35], [5, 7, 24, 16]];
    let (mut edges, mut groups) = (Vec::new(), Vec::new());
    for (woman, row) in table.iter().enumerate() {
        for (man, &couples) in row.iter().enumerate() {
            for _ in 0..couples {
                edges.push((groups.len(), groups.len() + 1, 1.0));
                groups.extend([woman, man]);
            }
        }
    }
    let couples = Adjacency::from_edges(groups.len(), true, edges).unwrap();
    let r = attribute_assortativity(&couples, &groups).unwrap().unwrap();
    // Sixteen shares, each rounded to three digits, sum to 0.997: so much, or so little, do they leave open.
    assert!((r - 0.621).abs() < 0.003, "{r}");
}

/// Guimerà & Amaral (2005), "Functional cartography": a node whose edges are spread evenly over M modules has 1 − 1/M, one with
/// all of them in its own has 0.
#[test]
fn participation_of_guimera_and_amaral() {
    for modules in [2, 4, 10] {
        // Three edges into each module, the hub's own among them.
        let edges: Vec<_> = (1..=3 * modules).map(|leaf| (0, leaf)).collect();
        let star = plain(3 * modules + 1, false, &edges);
        let of: Vec<usize> = (0..=3 * modules).map(|node| node % modules).collect();
        let found = participation(&star, &of, Direction::Total).unwrap()[0];
        printed(found, 1.0 - 1.0 / modules as f64, 12);
        let alone = participation(&star, &vec![0; 3 * modules + 1], Direction::Total).unwrap()[0];
        printed(alone, 0.0, 12);
    }
}
