//! Rankings of web pages and of families, as printed.

use fascicle_graph::Adjacency;
use fascicle_graph::measure::{self, Betweenness, Direction, Iteration, Katz, Length, PageRank};

use super::{all_printed, plain, printed};

const TIGHT: Iteration = Iteration { tolerance: 1e-12, most: 100_000 };

/// Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, the web graph of figure 21.4.
#[rustfmt::skip]
const WEB: [(usize, usize, f64); 14] = [
    (0, 2, 1.0), (1, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (2, 2, 1.0), (2, 3, 2.0), (3, 3, 1.0), (3, 4, 1.0),
    (4, 6, 1.0), (5, 5, 1.0), (5, 6, 1.0), (6, 3, 2.0), (6, 4, 1.0), (6, 6, 1.0),
];

/// The same book, examples 21.1 (teleportation at a rate of 0.14, links not weighted) and 21.2 (two links counted twice).
#[test]
fn the_web_of_manning() {
    let web = Adjacency::from_edges(7, true, WEB).unwrap();
    let ranks = PageRank::new().damping(0.86).iteration(TIGHT).of(&web.binary()).unwrap();
    all_printed(&ranks, &[0.05, 0.04, 0.11, 0.25, 0.21, 0.04, 0.31], 2);
    let found = measure::hits(&web, TIGHT).unwrap();
    all_printed(&found.hubs, &[0.03, 0.04, 0.33, 0.18, 0.04, 0.04, 0.35], 2);
    all_printed(&found.authorities, &[0.10, 0.01, 0.12, 0.47, 0.16, 0.01, 0.13], 2);
}

/// Bryan & Leise (2006), "The $25,000,000,000 eigenvector", four pages with m = 0.15.
#[test]
fn four_pages_of_bryan_and_leise() {
    let web = plain(4, true, &[(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 0), (3, 0), (3, 2)]);
    let ranks = PageRank::new().iteration(TIGHT).of(&web).unwrap();
    all_printed(&ranks, &[0.368, 0.142, 0.288, 0.202], 3);
}

/// Wikipedia, "PageRank": A to F and five pages that nothing links to, in per cent. A is a dead end.
#[test]
fn eleven_pages_of_wikipedia() {
    #[rustfmt::skip]
    let links = [
        (1, 2), (2, 1), (3, 0), (3, 1), (4, 1), (4, 3), (4, 5), (5, 1), (5, 4), (6, 1), (6, 4), (7, 1), (7, 4), (8, 1),
        (8, 4), (9, 4), (10, 4),
    ];
    let ranks = PageRank::new().iteration(TIGHT).of(&plain(11, true, &links)).unwrap();
    let shares: Vec<f64> = ranks.iter().map(|rank| 100.0 * rank).collect();
    all_printed(&shares, &[3.3, 38.4, 34.3, 3.9, 8.1, 3.9, 1.6, 1.6, 1.6, 1.6, 1.6], 1);
}

/// networkx's manual, a chain of four: eigenvector centrality, and Katz centrality near the greatest attenuation there is.
#[test]
fn a_chain_of_the_networkx_manual() {
    let chain = plain(4, false, &[(0, 1), (1, 2), (2, 3)]);
    let figures = [0.37, 0.60, 0.60, 0.37];
    all_printed(&measure::eigenvector_centrality(&chain, TIGHT).unwrap(), &figures, 2);
    let golden = f64::midpoint(1.0, 5.0_f64.sqrt());
    let iteration = Iteration { tolerance: 1e-9, most: 10_000 };
    let katz = Katz { attenuation: 1.0 / golden - 0.01, iteration, ..Katz::default() };
    all_printed(&katz.of(&chain).unwrap(), &figures, 2);
}

/// Marriages of Florentine families (Padgett & Ansell 1993): Acciaiuoli, Medici, Castellani, Peruzzi, Strozzi, Barbadori,
/// Ridolfi, Tornabuoni, Albizzi, Salviati, Pazzi, Bischeri, Guadagni, Ginori, Lamberteschi.
#[rustfmt::skip]
const MARRIAGES: [(usize, usize); 20] = [
    (0, 1), (1, 5), (1, 6), (1, 7), (1, 8), (1, 9), (2, 3), (2, 4), (2, 5), (3, 4), (3, 11), (4, 6), (4, 11), (6, 7),
    (7, 12), (8, 13), (8, 12), (9, 10), (11, 12), (12, 14),
];

/// Jackson (2008), Social and Economic Networks, section 1.2.1: the Medici are on .522 of the paths between others, the
/// Strozzi on .103, the Guadagni, who come second, on .255.
#[test]
fn the_medici() {
    let families = plain(15, false, &MARRIAGES);
    let between = Betweenness::new().normalised(true).nodes(&families).unwrap();
    all_printed(&[between[1], between[4], between[12]], &[0.522, 0.103, 0.255], 3);
    let second = (0..15).filter(|&family| family != 1).max_by(|&a, &b| between[a].total_cmp(&between[b]));
    assert_eq!(second, Some(12));
    // networkx.closeness_centrality: 14 others in 25 steps.
    let closeness = measure::closeness(&families, Direction::Total, Length::Hops).unwrap();
    printed(closeness[1], 0.56, 12);
}
