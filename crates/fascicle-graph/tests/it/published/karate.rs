//! Zachary's karate club (1977), on which most of these measures have been printed somewhere.
//!
//! "KONECT" is the page `ucidata-zachary` of the Koblenz Network Collection (Kunegis 2013, "KONECT: the Koblenz network
//! collection"); it prints five to six digits. What has no other source is by networkx 3.6.1 or igraph 1.0.0 (said there), which
//! is a second program and no publication.

use fascicle_graph::measure::{
    self, Betweenness, Direction, Iteration, Katz, Length, MotifSize, PageRank, motif_counts,
};
use fascicle_graph::path::max_flow;

use super::{all_printed, mean, printed};
use crate::support::karate;

const TIGHT: Iteration = Iteration { tolerance: 1e-13, most: 100_000 };

/// What is no sum of rounded parts is compared with the digits that the programs print.
const PROGRAM: i32 = 9;

/// KONECT: 34 members, 78 ties, greatest degree 17, average degree 4.58824, fill 0.139037.
#[test]
fn degrees() {
    let club = karate(false);
    assert_eq!((club.node_count(), club.edge_count()), (34, 78));
    let degrees = measure::degrees(&club, Direction::Total);
    assert_eq!(degrees.iter().max(), Some(&17));
    printed(degrees.iter().sum::<usize>() as f64 / 34.0, 4.588_24, 5);
    printed(measure::density(&club).unwrap(), 0.139_037, 6);
    // networkx.degree_histogram(G).
    let histogram = [0, 1, 11, 6, 6, 3, 2, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1];
    assert_eq!(measure::degree_distribution(&club, Direction::Total), histogram);
    // Zachary's matrix of strengths: the instructor (1), the president (34), and all ties.
    let strengths = measure::strengths(&karate(true), Direction::Total);
    assert_eq!((strengths[0], strengths[33], strengths.iter().sum::<f64>()), (42.0, 48.0, 2.0 * 231.0));
}

/// KONECT: 528 wedges, 45 triangles, 1,764 claws, 154 squares, clustering coefficient (transitivity) 0.255682.
#[test]
fn triangles_and_small_patterns() {
    let club = karate(false);
    assert_eq!(measure::triangles(&club).iter().sum::<f64>(), 3.0 * 45.0);
    printed(measure::transitivity(&club).unwrap(), 0.255_682, 6);
    let motifs = |size| -> Vec<u64> { motif_counts(&club, size).unwrap().iter().map(|row| row.1).collect() };
    // KONECT counts patterns whatever else joins their nodes, motifs are induced: a triangle has three wedges in it.
    let three = motifs(MotifSize::Three);
    assert_eq!((three[0] + 3 * three[1], three[1]), (528, 45));
    let four = motifs(MotifSize::Four);
    let [star, path, paw, cycle, diamond, clique] = four[..] else { panic!("{four:?}") };
    assert_eq!(star + paw + 2 * diamond + 4 * clique, 1764);
    assert_eq!(cycle + diamond + 3 * clique, 154);
    // igraph: Graph.motifs_randesu(4).
    assert_eq!([star, path, paw, cycle, diamond, clique], [1098, 681, 452, 36, 85, 11]);
}

/// networkx.average_clustering, which is often printed as 0.5706.
#[test]
fn clustering() {
    let club = karate(false);
    let local = measure::clustering(&club).unwrap();
    printed(mean(&local), 0.5706, 4);
    all_printed(&[local[0], local[33]], &[0.15, 0.110_294_118], PROGRAM);
    // networkx.average_clustering(G, weight="weight"), Onnela's.
    printed(mean(&measure::clustering_onnela(&karate(true)).unwrap()), 0.241_391_800, PROGRAM);
}

/// KONECT: −0.475613.
#[test]
fn assortativity() {
    let club = karate(false);
    printed(measure::undirected_degree_assortativity(&club).unwrap().unwrap(), -0.475_613, 6);
    // networkx.attribute_assortativity_coefficient(G, "club"): with whom each member went.
    let hi = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21];
    let clubs: Vec<usize> = (0..34).map(|member| usize::from(!hi.contains(&member))).collect();
    printed(measure::attribute_assortativity(&club, &clubs).unwrap().unwrap(), 0.717_530_864, PROGRAM);
}

/// KONECT: diameter 5. networkx.average_shortest_path_length is 2.4082, as often printed.
#[test]
fn distances() {
    let club = karate(false);
    let hops = measure::hop_counts(&club);
    assert_eq!((hops.diameter(), hops.apart), (5, 0));
    printed(measure::characteristic_path_length(&club, Length::Hops).unwrap().unwrap(), 2.4082, 4);
    // networkx: global_efficiency, local_efficiency, harmonic_centrality.
    printed(measure::global_efficiency(&club, Length::Hops).unwrap(), 0.492_008_318, PROGRAM);
    printed(mean(&measure::local_efficiency(&club, Length::Hops).unwrap()), 0.645_126_510, PROGRAM);
    let harmonic = measure::harmonic(&club, Direction::Total, Length::Hops).unwrap();
    all_printed(&[harmonic[0], harmonic[33]], &[139.0 / 6.0, 23.25], PROGRAM);
}

/// The three that networkx's and igraph's tutorials print: members 1, 3 and 34 for closeness, 1, 34 and 33 for betweenness.
#[test]
fn centralities() {
    let club = karate(false);
    let of = |values: Vec<f64>, members: [usize; 3]| members.map(|member| values[member - 1]);
    let closeness = measure::closeness(&club, Direction::Total, Length::Hops).unwrap();
    all_printed(&of(closeness, [1, 3, 34]), &[0.5690, 0.5593, 0.55], 4);
    let betweenness = Betweenness::new().normalised(true).nodes(&club).unwrap();
    all_printed(&of(betweenness, [1, 34, 33]), &[0.4376, 0.3041, 0.1452], 4);
    // networkx.edge_betweenness_centrality(G, normalized=False): the tie of 1 and 32 carries most.
    let edges = Betweenness::new().edges(&club).unwrap();
    let (value, (from, to, _)) = edges.iter().zip(club.edges()).max_by(|a, b| a.0.total_cmp(b.0)).unwrap();
    assert_eq!((from + 1, to + 1), (1, 32));
    printed(*value, 71.392_857, 6);
    let ranks = PageRank::new().iteration(TIGHT).of(&club).unwrap();
    all_printed(&of(ranks, [34, 1, 33]), &[0.1009, 0.0970, 0.0717], 4);
    let eigenvector = measure::eigenvector_centrality(&club, TIGHT).unwrap();
    all_printed(&of(eigenvector, [34, 1, 3]), &[0.3734, 0.3555, 0.3172], 4);
    let hubs = measure::hits(&club, TIGHT).unwrap().hubs;
    all_printed(&of(hubs, [1, 34, 34])[..2], &[0.0714, 0.0750], 4);
    // katz_centrality_numpy(G), with attenuation 0.1.
    let katz = Katz { iteration: Iteration { tolerance: 1e-11, ..TIGHT }, ..Katz::default() };
    let katz = katz.of(&club).unwrap();
    all_printed(&of(katz, [1, 34, 34])[..2], &[0.321_324_622, 0.331_406_427], PROGRAM);
}

/// The estimate from ten sources is right on average: 0.4376 within four standard errors of a thousand of them.
#[test]
fn sampled_betweenness() {
    let club = karate(false);
    let of_first = |seed| Betweenness::new().normalised(true).sampled(10, seed).nodes(&club).unwrap()[0];
    let estimates: Vec<f64> = (0..1000).map(of_first).collect();
    let average = mean(&estimates);
    let variance = estimates.iter().map(|value| (value - average).powi(2)).sum::<f64>() / 999.0;
    assert!(variance > 1e-6, "{variance}");
    assert!((average - 0.4376).abs() < 4.0 * (variance / 1000.0).sqrt() + 5e-5, "{average}");
}

/// networkx.core_number: the deepest core has ten members of four ties each (degeneracy 4).
#[test]
fn cores() {
    let cores = measure::core_numbers(&karate(false), Direction::Total);
    let deepest: Vec<usize> = (0..34).filter(|&member| cores[member] == 4).collect();
    assert_eq!(deepest, [0, 1, 2, 3, 7, 8, 13, 30, 32, 33]);
    let sizes = [0, 1, 2, 3, 4].map(|depth| cores.iter().filter(|&&core| core == depth).count());
    assert_eq!(sizes, [0, 1, 11, 12, 10]);
}

/// Zachary's own result: the least cut between instructor and president is how the club broke up, but for member 9, who
/// stayed with the instructor for his black belt.
#[test]
fn the_cut_that_broke_the_club() {
    let flow = max_flow(&karate(true), &[0], &[33]).unwrap();
    assert_eq!(flow.value, 22.0);
    let instructors: Vec<usize> = flow.source_side.iter().map(|member| member + 1).collect();
    assert_eq!(instructors, [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 17, 18, 20, 22]);
}

/// KONECT: spectral norm 6.72570, algebraic connectivity 0.468525.
#[cfg(feature = "lapack")]
#[test]
fn spectra() {
    use fascicle_graph::spectral::{End, eigenpairs, fiedler, leading_eigenvalue};

    let club = karate(false);
    printed(eigenpairs(&club, 1, End::Leading).unwrap()[0].value, 6.725_70, 5);
    printed(leading_eigenvalue(&club).unwrap().abs(), 6.725_70, 5);
    printed(fiedler(&club).unwrap().value, 0.468_525, 6);
}
