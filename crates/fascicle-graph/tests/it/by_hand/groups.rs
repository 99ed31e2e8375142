//! Modules and communities: roles of nodes, quality of partitions, what two partitions have in common.

use fascicle_graph::community::{
    Consensus, Cpm, LabelPropagation, Leiden, Louvain, Modularity, Normaliser, Partition, Quality,
    adjusted_rand_index, ami, nmi, variation_of_information,
};
use fascicle_graph::measure::{Direction, participation, within_module_z};
use fascicle_graph::null::Benchmark;
use fascicle_graph::ops;

use super::{plain, same, weighted, weighted_kite};

#[test]
fn roles_in_three_modules() {
    // Node 0 is joined with 1 and 2 of its own module, and with 3 and 4, which are one each: 1 − (4 + 1 + 1) / 16.
    let edges = [(0, 1, 1.0), (0, 2, 1.0), (0, 3, 1.0), (0, 4, 1.0)];
    let modules = [7, 7, 7, 2, 9];
    let star = weighted(5, false, &edges);
    let all = Direction::Total;
    same(&participation(&star, &modules, all).unwrap(), &[10.0 / 16.0, 0.0, 0.0, 0.0, 0.0]);
    // Within module 7: 2, 1, 1. Mean 4/3, variance (4/9 + 1/9 + 1/9) / 3 = 2/9: (2/3) / (√2/3) and −(1/3) / (√2/3).
    let low = -0.5_f64.sqrt();
    same(&within_module_z(&star, &modules, all).unwrap(), &[2.0_f64.sqrt(), low, low, 0.0, 0.0]);
    // With weights 5, 1, 1, 1 the shares are 6/8, 1/8 and 1/8.
    let edges = [(0, 1, 5.0), (0, 2, 1.0), (0, 3, 1.0), (0, 4, 1.0)];
    let ends = [1.0 - 38.0 / 64.0, 0.0, 0.0, 0.0, 0.0];
    same(&participation(&weighted(5, false, &edges), &modules, all).unwrap(), &ends);
    // 0 → 1, 0 → 3, 4 → 0: out, one half each; in, everything from module 9.
    let directed = plain(5, true, &[(0, 1), (0, 3), (4, 0)]);
    let first = |direction| participation(&directed, &modules, direction).unwrap()[0];
    same(&[first(Direction::Out), first(Direction::In), first(all)], &[0.5, 0.0, 1.0 - 3.0 / 9.0]);
}

/// Two triangles with a bridge.
const BARBELL: [(usize, usize); 7] = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)];

fn halves() -> Partition {
    Partition::new(&[0, 0, 0, 1, 1, 1])
}

#[test]
fn quality_of_two_triangles() {
    let graph = plain(6, false, &BARBELL);
    let modularity = Modularity::default();
    // Six of seven edges inside, and seven of fourteen ends on either side.
    same(&[modularity.of(&graph, &halves()).unwrap()], &[6.0 / 7.0 - 0.5]);
    same(&[modularity.resolution(0.5).of(&graph, &halves()).unwrap()], &[6.0 / 7.0 - 0.25]);
    // Alone, nodes of degrees 2, 2, 3, 3, 2, 2: −(4 · 4 + 2 · 9) / 14².
    same(&[modularity.of(&graph, &Partition::singletons(6)).unwrap()], &[-34.0 / 196.0]);
    same(&[modularity.of(&graph, &Partition::whole(6)).unwrap()], &[0.0]);
    // 0 ⇄ 1, 2 ⇄ 3, 1 → 2: four of five inside; out-degrees 3 and 2, in-degrees 2 and 3: 4/5 − (3 · 2 + 2 · 3) / 25.
    let directed = plain(4, true, &[(0, 1), (1, 0), (2, 3), (3, 2), (1, 2)]);
    same(&[modularity.of(&directed, &Partition::new(&[0, 0, 1, 1])).unwrap()], &[0.8 - 12.0 / 25.0]);
    // The bridge repels: inside 6 − (6² + 6²) / 24 + (1 + 1) / 4 = 3.5, over 6 + 1.
    let signed = BARBELL.map(|(a, b)| (a, b, if (a, b) == (2, 3) { -1.0 } else { 1.0 }));
    same(&[Modularity::signed().of(&weighted(6, false, &signed), &halves()).unwrap()], &[0.5]);
    // Six edges inside, and twice three pairs.
    same(&[Cpm { resolution: 0.25 }.of(&graph, &halves()).unwrap()], &[6.0 - 0.25 * 6.0]);
}

#[test]
fn two_triangles_are_found() {
    // Of the ways to divide them, the triangles have the greatest modularity: 5/14.
    let graph = plain(6, false, &BARBELL);
    for seed in 0..5 {
        let found = [
            Louvain { seed }.run(&graph, &Modularity::default()).unwrap(),
            Leiden::seeded(seed).run(&graph, &Modularity::default()).unwrap(),
            Consensus { leiden: Leiden::seeded(seed), ..Consensus::default() }
                .run(&graph, &Modularity::default())
                .unwrap(),
        ];
        for found in found {
            assert_eq!(found.partition, halves());
            same(&[found.quality], &[5.0 / 14.0]);
        }
        // Without the bridge: whichever node of a triangle is visited first takes another's label, which then leads.
        let apart = plain(6, false, &BARBELL[..6]);
        assert_eq!(LabelPropagation { seed, ..LabelPropagation::default() }.run(&apart).unwrap(), halves());
    }
}

#[test]
fn two_halves_across() {
    // {0, 1} {2, 3} and {0, 2} {1, 3} know nothing of each other: I = 0, H = ln 2 each. Of the three ways to pair four nodes
    // one has I = ln 2: E[I] = ln 2 / 3, and (0 − 1/3) / (1 − 1/3). Of six pairs none is together twice, by chance
    // 2 · 2 / 6 would be: (0 − 2/3) / (2 − 2/3).
    let (a, b) = (Partition::new(&[0, 0, 1, 1]), Partition::new(&[0, 1, 0, 1]));
    same(&[nmi(&a, &b, Normaliser::Arithmetic).unwrap()], &[0.0]);
    same(&[ami(&a, &b, Normaliser::Arithmetic).unwrap()], &[-0.5]);
    same(&[adjusted_rand_index(&a, &b).unwrap()], &[-0.5]);
    same(&[variation_of_information(&a, &b).unwrap()], &[2.0 * 2.0_f64.ln()]);
}

#[test]
fn a_half_that_is_divided_again() {
    use Normaliser::{Arithmetic, Geometric, Max, Min};

    // {0, 1} {2, 3} and {0, 1} {2} {3}, in units of ln 2: H = 1 and 1/2 + 2/4 · 2 = 3/2; I = 1, as the second refines the first.
    let (a, b) = (Partition::new(&[0, 0, 1, 1]), Partition::new(&[0, 0, 1, 2]));
    let by = |normaliser| nmi(&a, &b, normaliser).unwrap();
    same(
        &[by(Arithmetic), by(Geometric), by(Max), by(Min)],
        &[1.0 / 1.25, 1.0 / 1.5_f64.sqrt(), 1.0 / 1.5, 1.0],
    );
    same(&[variation_of_information(&a, &b).unwrap()], &[0.5 * 2.0_f64.ln()]);
    // The pair falls into one half with probability 1/3, where I = 1; else the cells are four of one node each, two in rows
    // of a single: I = 2/4 · 1. E[I] = 1/3 + 2/3 · 1/2 = 2/3.
    same(&[ami(&a, &b, Arithmetic).unwrap()], &[(1.0 - 2.0 / 3.0) / (1.25 - 2.0 / 3.0)]);
    same(&[ami(&a, &b, Max).unwrap()], &[(1.0 - 2.0 / 3.0) / (1.5 - 2.0 / 3.0)]);
    // One pair together twice; 2 · 1 / 6 by chance; (2 + 1) / 2 at most.
    same(&[adjusted_rand_index(&a, &b).unwrap()], &[(1.0 - 1.0 / 3.0) / (1.5 - 1.0 / 3.0)]);
}

#[test]
fn mixing_of_a_kite() {
    // Of four edges the tail leaves its community, with 8 of 8 + 1 + 1 + 8.
    let benchmark = Benchmark { graph: weighted_kite(), communities: vec![0, 0, 0, 1] };
    same(&[benchmark.mixing(), benchmark.weight_mixing()], &[0.25, 8.0 / 18.0]);
}

#[test]
fn correlation_of_three_pairs() {
    // Off their means: −1, 0, 1 and −1, 1, 0. The products sum to 1, the squares to 2 each.
    same(&[ops::pearson(&[1.0, 2.0, 3.0], &[1.0, 3.0, 2.0]).unwrap()], &[0.5]);
    // Ranks 3/2, 3/2, 3 and 1, 2, 3, off their mean of 2: products of 1/2, 0 and 1; squares of 3/2 and 2.
    same(&[ops::spearman(&[4.0, 4.0, 9.0], &[0.1, 0.2, 70.0]).unwrap()], &[1.5 / 3.0_f64.sqrt()]);
}
