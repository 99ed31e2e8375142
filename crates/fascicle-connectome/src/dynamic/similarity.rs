//! How alike two factorisations of one tensor are.

use fascicle_graph::matching::assign_max;

use super::Factorisation;
use crate::ConnectomeError;

/// How alike two factorisations are, and which component answers to which.
#[derive(Clone, Debug, PartialEq)]
pub struct FactorMatch {
    /// 1 for the same components in any order and scale, 0 where none has anything in common.
    pub similarity: f64,
    /// For each component of the first its partner in the second; `None` where the second has fewer.
    pub partners: Vec<Option<usize>>,
}

/// The factor-match similarity (Tomasi & Bro 2006): components are paired so that the sum of their congruences, the product over
/// modes of the cosines of their parts, is greatest, and the mean of these is taken. A component without partner
/// counts as 0, and so does one that is 0 itself. Whether low-error factorisations from different starts agree says whether a
/// rank is too high (Williams et al. 2018, "Unsupervised discovery of demixed, low-dimensional neural dynamics").
///
/// O(R² · Σ sizes + R³).
///
/// # Errors
/// [`ConnectomeError::BadArgument`] for factorisations of tensors of different shapes.
pub fn factor_match(a: &Factorisation, b: &Factorisation) -> Result<FactorMatch, ConnectomeError> {
    let shape = |fit: &Factorisation| fit.factors.iter().map(super::Factor::size).collect::<Vec<_>>();
    if shape(a) != shape(b) {
        let expected = format!("{:?} (that of the first)", shape(a));
        return Err(ConnectomeError::argument(
            "the shape of the second factorisation",
            format!("{:?}", shape(b)),
            expected,
        ));
    }
    let n = a.rank().max(b.rank());
    let mut congruence = vec![0.0; n * n];
    for i in 0..a.rank() {
        for j in 0..b.rank() {
            let cosines =
                a.factors.iter().zip(&b.factors).map(|(a, b)| cosine(a.component(i), b.component(j)));
            congruence[i * n + j] = cosines.product();
        }
    }
    // invariant: a square table, whose cosines are finite as factors are
    let found = assign_max(&congruence, n, n).expect("a square table of cosines");
    let partners = found.columns[..a.rank()].iter().map(|j| j.filter(|&j| j < b.rank())).collect();
    Ok(FactorMatch { similarity: found.total / n as f64, partners })
}

/// The cosine of two vectors; 0 where one of them is 0.
fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
    let norms = (dot(a, a) * dot(b, b)).sqrt();
    if norms > 0.0 { dot(a, b) / norms } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dynamic::Factor;

    fn of(modes: &[&[&[f64]]]) -> Factorisation {
        let factor = |columns: &&[&[f64]]| {
            Factor::new(&columns.iter().map(|column| column.to_vec()).collect::<Vec<_>>()).unwrap()
        };
        Factorisation {
            factors: modes.iter().map(factor).collect(),
            error: 0.0,
            errors: Vec::new(),
            converged: true,
        }
    }

    #[track_caller]
    fn check(a: &Factorisation, b: &Factorisation, similarity: f64, partners: &[Option<usize>]) {
        let found = factor_match(a, b).unwrap();
        assert!((found.similarity - similarity).abs() < 1e-12, "{} is not {similarity}", found.similarity);
        assert_eq!(found.partners, partners);
    }

    #[test]
    fn known_values() {
        let a = of(&[&[&[1.0, 0.0], &[0.0, 1.0]], &[&[1.0, 0.0, 0.0], &[0.0, 3.0, 4.0]]]);
        let swapped = of(&[&[&[0.0, 2.0], &[5.0, 0.0]], &[&[0.0, 0.3, 0.4], &[7.0, 0.0, 0.0]]]);
        check(&a, &a, 1.0, &[Some(0), Some(1)]);
        check(&a, &swapped, 1.0, &[Some(1), Some(0)]);
        // the second component's cosines: 1 and 0.8
        let near = of(&[&[&[1.0, 0.0], &[0.0, 1.0]], &[&[1.0, 0.0, 0.0], &[0.0, 0.0, 1.0]]]);
        check(&a, &near, 0.9, &[Some(0), Some(1)]);
        let one = of(&[&[&[0.0, 1.0]], &[&[0.0, 3.0, 4.0]]]);
        check(&a, &one, 0.5, &[None, Some(0)]);
        check(&one, &a, 0.5, &[Some(1)]);
        let nothing = of(&[&[&[0.0, 0.0]], &[&[0.0, 3.0, 4.0]]]);
        check(&nothing, &one, 0.0, &[Some(0)]);
    }

    #[test]
    fn shapes_must_agree() {
        let (a, b) = (of(&[&[&[1.0]], &[&[1.0, 1.0]]]), of(&[&[&[1.0]], &[&[1.0]]]));
        insta::assert_snapshot!(
            factor_match(&a, &b).unwrap_err(),
            @"the shape of the second factorisation is [1, 1]; expected [1, 2] (that of the first)"
        );
    }

    proptest! {
        #[test]
        fn order_and_scale_do_not_matter(
            numbers in proptest::collection::vec(0.01_f64..1.0, 4 * 9),
            order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(),
            scale in 0.1_f64..10.0,
        ) {
            let columns = |from: usize, size: usize| -> Vec<Vec<f64>> {
                (0..4).map(|c| numbers[c * 9 + from..][..size].to_vec()).collect()
            };
            let modes = [columns(0, 2), columns(2, 3), columns(5, 4)];
            let fit = |modes: &[Vec<Vec<f64>>]| {
                let factors = modes.iter().map(|columns| Factor::new(columns).unwrap()).collect();
                Factorisation { factors, error: 0.0, errors: Vec::new(), converged: true }
            };
            let shuffled: Vec<Vec<Vec<f64>>> = modes
                .iter()
                .map(|columns| {
                    order.iter().map(|&c| columns[c].iter().map(|value| value * scale).collect()).collect()
                })
                .collect();
            let (a, b) = (fit(&modes), fit(&shuffled));
            let found = factor_match(&a, &b).unwrap();
            prop_assert!((found.similarity - 1.0).abs() < 1e-12);
            prop_assert!((factor_match(&b, &a).unwrap().similarity - 1.0).abs() < 1e-12);
        }
    }
}
