//! Mixing, degrees and sizes as asked for, at the values that benchmarks use.

use proptest::prelude::*;

use super::*;

/// Degrees and community sizes of a benchmark.
fn shape(benchmark: &Benchmark) -> (Vec<usize>, Vec<usize>) {
    let degrees = (0..benchmark.graph.node_count()).map(|node| benchmark.graph.out_degree(node)).collect();
    let count = benchmark.communities.iter().max().unwrap() + 1;
    let mut sizes = vec![0; count];
    benchmark.communities.iter().for_each(|&community| sizes[community] += 1);
    (degrees, sizes)
}

#[track_caller]
fn check(lfr: &Lfr, mean_degree: f64) {
    for seed in 0..10 {
        let benchmark = lfr.generate(seed).unwrap();
        let (degrees, sizes) = shape(&benchmark);
        assert_eq!((degrees.len(), benchmark.graph.loops()), (lfr.nodes, 0));
        assert!(degrees.iter().all(|&degree| degree <= lfr.max_degree));
        let mean = degrees.iter().sum::<usize>() as f64 / lfr.nodes as f64;
        assert!((mean / mean_degree - 1.0).abs() < 0.03, "seed {seed}: mean degree {mean}");
        assert!(
            (benchmark.mixing() - lfr.mixing).abs() <= lfr.tolerance,
            "seed {seed}: {}",
            benchmark.mixing()
        );
        assert!(sizes.iter().all(|&size| size > 0) && sizes.len() > 1, "seed {seed}: {sizes:?}");
        if let Some((least, most)) = lfr.community_sizes {
            assert!(sizes.iter().all(|size| (least..=most).contains(size)), "seed {seed}: {sizes:?}");
        }
        if let Some(weights) = &lfr.weights {
            let off = (benchmark.weight_mixing() - weights.mixing).abs();
            assert!(off < 0.05, "seed {seed}: {}", benchmark.weight_mixing());
            assert!(benchmark.graph.edges().all(|(_, _, weight)| weight > 0.0));
        }
    }
}

#[test]
fn the_dynamic_connectome_benchmarks() {
    let base =
        Lfr { weights: Some(LfrWeights { mixing: 0.5, exponent: 2.0 }), ..Lfr::new(125, 25.0, 100, 0.5) };
    check(&base, 25.0);
    for exponent in [0.5, 1.0] {
        check(&Lfr { weights: Some(LfrWeights { mixing: 0.5, exponent }), ..base.clone() }, 25.0);
    }
    for mixing in [0.25, 0.75] {
        check(&Lfr { mixing, ..base.clone() }, 25.0);
        check(&Lfr { weights: Some(LfrWeights { mixing, exponent: 2.0 }), ..base.clone() }, 25.0);
    }
    check(&Lfr { degree: 10.0, ..base }, 10.0);
}

#[test]
fn the_published_benchmarks() {
    // Lancichinetti & Fortunato 2009: 1,000 nodes, small and big communities.
    for (mixing, sizes) in [(0.1, (10, 50)), (0.5, (10, 50)), (0.3, (20, 100)), (0.8, (20, 100))] {
        let lfr = Lfr { community_sizes: Some(sizes), ..Lfr::new(1000, 20.0, 50, mixing) };
        check(&Lfr { tolerance: 0.02, ..lfr }, 20.0);
    }
}

#[test]
fn strengths_are_powers_of_degrees() {
    let weights = Some(LfrWeights { mixing: 0.3, exponent: 1.5 });
    let lfr = Lfr { weights, community_sizes: Some((20, 100)), ..Lfr::new(500, 20.0, 50, 0.3) };
    let benchmark = lfr.generate(4).unwrap();
    let graph = &benchmark.graph;
    let (mut off, mut outside_off, mut total) = (0.0, 0.0, 0.0);
    for node in 0..500 {
        let strength: f64 = graph.out_weights(node).iter().sum();
        let outside: f64 = graph
            .out_edges(node)
            .filter(|&(to, _)| benchmark.communities[to] != benchmark.communities[node])
            .map(|(_, weight)| weight)
            .sum();
        let wanted = (graph.out_degree(node) as f64).powf(1.5);
        off += (strength - wanted).abs();
        outside_off += (outside - 0.3 * wanted).abs();
        total += wanted;
    }
    assert!(off / total < 0.01 && outside_off / total < 0.01, "{} {}", off / total, outside_off / total);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn a_seed_is_a_benchmark(seed: u64, mixing in 0.1..0.7_f64) {
        let lfr = Lfr { community_sizes: Some((20, 60)), ..Lfr::new(200, 10.0, 30, mixing) };
        let benchmark = lfr.generate(seed).unwrap();
        prop_assert!((benchmark.mixing() - mixing).abs() < 0.03, "{}", benchmark.mixing());
        prop_assert_eq!(benchmark, lfr.generate(seed).unwrap());
    }
}

#[test]
fn errors() {
    let error = |lfr: &Lfr| lfr.generate(0).unwrap_err().to_string();
    let base = Lfr::new(100, 10.0, 30, 0.3);
    insta::assert_snapshot!(error(&Lfr { mixing: 1.2, ..base.clone() }), @"the mixing of edges is 1.2; expected a number within 0..=1");
    insta::assert_snapshot!(error(&Lfr { max_degree: 100, ..base.clone() }), @"the greatest degree is 100; expected a degree within 1..=99 (one less than the nodes)");
    insta::assert_snapshot!(error(&Lfr { degree: 1.0, ..base.clone() }), @"the mean degree is 1; expected a number within 2.48..=30 (the means of degrees up to 30 with exponent 2)");
    insta::assert_snapshot!(error(&Lfr { degree: 31.0, ..base.clone() }), @"the mean degree is 31; expected a number within 2.48..=30 (the means of degrees up to 30 with exponent 2)");
    insta::assert_snapshot!(error(&Lfr { community_sizes: Some((8, 4)), ..base.clone() }), @"the range of community sizes is 8..=4; expected a range with 1 <= least <= greatest and least <= 100 (the nodes)");
    insta::assert_snapshot!(error(&Lfr { community_sizes: Some((5, 10)), ..base.clone() }), @"an LFR benchmark with these values cannot be made: the nodes with most internal edges need a community of 18 nodes or more, and 200 draws of sizes within 5..=10 for 100 nodes did not hold them all; allow larger communities, or lower the greatest degree");
    let weights = Some(LfrWeights { mixing: f64::NAN, exponent: 1.0 });
    insta::assert_snapshot!(error(&Lfr { weights, ..base.clone() }), @"the mixing of weights is NaN; expected a number within 0..=1");
    insta::assert_snapshot!(error(&Lfr { mixing: 0.05, ..Lfr::new(30, 20.0, 29, 0.5) }), @"an LFR benchmark with these values cannot be made: these degrees need a community of all nodes, and no edge leaves it; lower the greatest degree");
}
