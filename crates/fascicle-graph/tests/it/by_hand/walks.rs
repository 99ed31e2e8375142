//! PageRank, hubs and authorities, eigenvector and Katz centrality, spectra.

use fascicle_graph::measure::{self, Iteration, Katz, PageRank};

use super::{chain, near, plain, weighted};

const TIGHT: Iteration = Iteration { tolerance: 1e-13, most: 100_000 };

/// The golden ratio: φ² = φ + 1.
const PHI: f64 = 1.618_033_988_749_895;

#[test]
fn pagerank_of_few_pages() {
    let of = |graph| PageRank::new().iteration(TIGHT).of(&graph).unwrap();
    // 0 → 1, and 1 is a dead end, from which the walker jumps: p₁ − p₀ = 0.85 p₀, and p₀ + p₁ = 1.
    near(&of(plain(2, true, &[(0, 1)])), &[1.0 / 2.85, 1.85 / 2.85], 1e-12);
    // A star of three: c = 0.15/4 + 0.85 (1 − c).
    let centre = (0.15 / 4.0 + 0.85) / 1.85;
    let leaf = (1.0 - centre) / 3.0;
    near(&of(plain(4, false, &[(0, 1), (0, 2), (0, 3)])), &[centre, leaf, leaf, leaf], 1e-12);
    // 0 sends three quarters to 1 and one to 2, which both send all back: p₀ = 0.05 + 0.85 (1 − p₀).
    let first = 0.9 / 1.85;
    let shares = [first, 0.05 + 0.85 * 0.75 * first, 0.05 + 0.85 * 0.25 * first];
    near(&of(weighted(3, true, &[(0, 1, 3.0), (0, 2, 1.0), (1, 0, 1.0), (2, 0, 1.0)])), &shares, 1e-12);
    // Back and forth, with jumps to 0 alone: p₁ = 0.85 p₀.
    let jumping = PageRank::new().jumps_to(vec![1.0, 0.0]).iteration(TIGHT);
    let ranks = jumping.of(&plain(2, false, &[(0, 1)])).unwrap();
    near(&ranks, &[1.0 / 1.85, 0.85 / 1.85], 1e-12);
}

#[test]
fn hubs_and_authorities_in_golden_ratio() {
    // 0 → 2, 1 → 2, 1 → 3. Hubs h₀ = a₂, h₁ = a₂ + a₃; authorities a₂ = h₀ + h₁, a₃ = h₁: (1, φ) and (φ², φ), each over
    // its sum.
    let found = measure::hits(&plain(4, true, &[(0, 2), (1, 2), (1, 3)]), TIGHT).unwrap();
    let (less, more) = (1.0 / (PHI * PHI), 1.0 / PHI);
    near(&found.hubs, &[less, more, 0.0, 0.0], 1e-12);
    near(&found.authorities, &[0.0, 0.0, more, less], 1e-12);
}

#[test]
fn eigenvector_centrality_of_chains_and_stars() {
    let of = |graph| measure::eigenvector_centrality(&graph, TIGHT).unwrap();
    // φ · 1 = φ and φ · φ = 1 + φ.
    let length = (2.0 + 2.0 * PHI * PHI).sqrt();
    near(&of(chain(4, false)), &[1.0 / length, PHI / length, PHI / length, 1.0 / length], 1e-11);
    // Four leaves l around c: 2 l = c and 2 c = 4 l; c² + 4 l² = 1.
    let (centre, leaf) = (0.5_f64.sqrt(), 0.125_f64.sqrt());
    let star = plain(5, false, &[(0, 1), (0, 2), (0, 3), (0, 4)]);
    near(&of(star), &[centre, leaf, leaf, leaf, leaf], 1e-11);
    // A cycle with weights 1, 2 and 4 that runs one way: λ = 2, and 2 x₁ = x₀, 2 x₂ = 2 x₁, 2 x₀ = 4 x₂.
    let cycle = weighted(3, true, &[(0, 1, 1.0), (1, 2, 2.0), (2, 0, 4.0)]);
    let unit = 1.0 / 6.0_f64.sqrt();
    near(&of(cycle), &[2.0 * unit, unit, unit], 1e-11);
}

#[test]
fn katz_centrality_of_chains() {
    let of = |attenuation, base, normalised, graph| {
        Katz { attenuation, base, normalised, iteration: TIGHT }.of(&graph).unwrap()
    };
    // x = x/4 + 1.
    near(&of(0.25, 1.0, false, chain(2, false)), &[4.0 / 3.0; 2], 1e-12);
    // 0 → 1 → 2: 2, 2 + 2/2, 2 + 3/2; of length √(4 + 9 + 49/4).
    near(&of(0.5, 2.0, false, chain(3, true)), &[2.0, 3.0, 3.5], 1e-12);
    let length = 25.25_f64.sqrt();
    near(&of(0.5, 2.0, true, chain(3, true)), &[2.0 / length, 3.0 / length, 3.5 / length], 1e-12);
}

#[cfg(feature = "lapack")]
mod spectra {
    use fascicle_graph::spectral::{
        End, Laplacian, WeightMatrix, eigenpairs, eigenvalues, fiedler, leading_eigenvalue,
        spectral_bisection, spectral_embedding, spectral_partition, spectrum,
    };

    use super::super::{chain, kite, near, plain, same, weighted};

    #[test]
    fn spectra_of_small_graphs() {
        // The chain of three: (1, 1, 1), (1, 0, −1) and (1, −2, 1).
        let line = chain(3, false);
        near(&spectrum(&Laplacian::combinatorial(&line).unwrap()).unwrap(), &[0.0, 1.0, 3.0], 1e-12);
        // Normalised, a bipartite graph has 0, 2 and what lies between mirrored at 1.
        near(&spectrum(&Laplacian::normalised(&line).unwrap()).unwrap(), &[0.0, 1.0, 2.0], 1e-12);
        // The kite: the trace is 8; (1, −1, 0, 0) has 3; what is orthogonal to it and to all ones gives 1 and 4.
        near(&spectrum(&Laplacian::combinatorial(&kite()).unwrap()).unwrap(), &[0.0, 1.0, 3.0, 4.0], 1e-12);
        // A triangle: 2 for all ones, −1 for what sums to nothing.
        let triangle = plain(3, false, &[(0, 1), (1, 2), (2, 0)]);
        let top = eigenpairs(&triangle, 3, End::Leading).unwrap();
        near(&top.iter().map(|pair| pair.value).collect::<Vec<_>>(), &[2.0, -1.0, -1.0], 1e-12);
        // Weights 2 and 8 there and back: ±√16.
        let pair = weighted(2, true, &[(0, 1, 2.0), (1, 0, 8.0)]);
        let mut values: Vec<f64> =
            eigenvalues(&WeightMatrix(&pair)).unwrap().iter().map(|value| value.re).collect();
        values.sort_by(f64::total_cmp);
        near(&values, &[-4.0, 4.0], 1e-12);
        // A cycle with weights 1, 2 and 4: the third root of their product.
        let cycle = weighted(3, true, &[(0, 1, 1.0), (1, 2, 2.0), (2, 0, 4.0)]);
        let leading = leading_eigenvalue(&cycle).unwrap();
        near(&[leading.re, leading.im], &[2.0, 0.0], 1e-10);
    }

    #[test]
    fn places_and_halves() {
        // The chain's second eigenvector is (1, 0, −1) / √2, of every Laplacian's.
        let line = chain(3, false);
        let pair = fiedler(&line).unwrap();
        same(&[pair.value, pair.vector[1], pair.vector[0] + pair.vector[2]], &[1.0, 0.0, 0.0]);
        same(&[pair.vector[0].abs()], &[0.5_f64.sqrt()]);
        let places = spectral_embedding(&line, 1).unwrap();
        near(&[places[1][0], places[0][0] + places[2][0]], &[0.0, 0.0], 1e-9);
        assert!(places[0][0].abs() > 0.1, "{places:?}");
        // Two triangles with a bridge.
        let pair = plain(6, false, &[(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]);
        assert_eq!(spectral_bisection(&pair).unwrap().labels(), [0, 0, 0, 1, 1, 1]);
        assert_eq!(spectral_partition(&pair, 2, 0).unwrap().labels(), [0, 0, 0, 1, 1, 1]);
    }
}
