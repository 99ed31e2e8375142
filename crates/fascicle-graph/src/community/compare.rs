//! How alike two partitions of the same nodes are.

use std::collections::{BTreeMap, HashMap};

use crate::GraphError;
use crate::community::Partition;

/// What mutual information is divided by: this mean of both entropies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Normaliser {
    /// Their arithmetic mean, as scikit-learn does by default; half of it gives the V-measure.
    #[default]
    Arithmetic,
    /// Their geometric mean (Strehl & Ghosh 2002).
    Geometric,
    /// The greater one: the only one of these with which 1 − NMI is a metric (Vinh, Epps & Bailey 2010).
    Max,
    /// The smaller one: 1 as soon as one partition refines the other.
    Min,
}

impl Normaliser {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Arithmetic => 0.5 * (a + b),
            Self::Geometric => (a * b).sqrt(),
            Self::Max => a.max(b),
            Self::Min => a.min(b),
        }
    }
}

/// Normalised mutual information: 1 for equal partitions, 0 for independent ones. O(n).
///
/// Two partitions into one community each are equal; where only one of them has a single community, the value is 0.
///
/// # Errors
/// [`GraphError::BadArgument`] when the partitions are not of as many nodes.
pub fn nmi(a: &Partition, b: &Partition, normaliser: Normaliser) -> Result<f64, GraphError> {
    let table = Table::of(a, b)?;
    if a == b {
        return Ok(1.0);
    }
    let information = table.information();
    let bound = normaliser.of(table.entropy_a(), table.entropy_b());
    Ok(if information <= f64::EPSILON || bound == 0.0 { 0.0 } else { information / bound })
}

/// Adjusted mutual information: as [`nmi`], but 0 is what random partitions with these sizes have on average (Vinh, Epps
/// & Bailey 2010; the expectation is exact). Negative where partitions agree less than that.
///
/// O(n) for each pair of different community sizes.
///
/// # Errors
/// [`GraphError::BadArgument`] when the partitions are not of as many nodes.
pub fn ami(a: &Partition, b: &Partition, normaliser: Normaliser) -> Result<f64, GraphError> {
    let table = Table::of(a, b)?;
    if a == b {
        return Ok(1.0);
    }
    let expected = table.expected_information();
    let range = normaliser.of(table.entropy_a(), table.entropy_b()) - expected;
    // As scikit-learn: never divided by 0, and the sign stays.
    let range = if range < 0.0 { range.min(-f64::EPSILON) } else { range.max(f64::EPSILON) };
    Ok((table.information() - expected) / range)
}

/// Variation of information in nats, H(a|b) + H(b|a): a metric, 0 for equal partitions and at most ln n (Meilă 2007). O(n).
///
/// # Errors
/// [`GraphError::BadArgument`] when the partitions are not of as many nodes.
pub fn variation_of_information(a: &Partition, b: &Partition) -> Result<f64, GraphError> {
    let table = Table::of(a, b)?;
    Ok((table.entropy_a() + table.entropy_b() - 2.0 * table.information()).max(0.0))
}

/// Adjusted Rand index (Hubert & Arabie 1985): over pairs of nodes, 1 for equal partitions, 0 for chance. O(n).
///
/// # Errors
/// [`GraphError::BadArgument`] when the partitions are not of as many nodes.
pub fn adjusted_rand_index(a: &Partition, b: &Partition) -> Result<f64, GraphError> {
    let table = Table::of(a, b)?;
    if a == b {
        return Ok(1.0);
    }
    let pairs = |count: usize| count as f64 * (count as f64 - 1.0) / 2.0;
    let together: f64 = table.cells.values().map(|&count| pairs(count)).sum();
    let in_a: f64 = table.a.iter().map(|&count| pairs(count)).sum();
    let in_b: f64 = table.b.iter().map(|&count| pairs(count)).sum();
    let chance = in_a * in_b / pairs(table.nodes);
    Ok((together - chance) / (0.5 * (in_a + in_b) - chance))
}

/// How many nodes are in each community of the one and of the other.
struct Table<'a> {
    nodes: usize,
    a: &'a [usize],
    b: &'a [usize],
    cells: BTreeMap<(u32, u32), usize>,
}

impl<'a> Table<'a> {
    fn of(a: &'a Partition, b: &'a Partition) -> Result<Self, GraphError> {
        b.check(a.node_count())?;
        let mut counts: HashMap<(u32, u32), usize> = HashMap::new();
        for pair in a.labels().iter().copied().zip(b.labels().iter().copied()) {
            *counts.entry(pair).or_default() += 1;
        }
        // In order, so that sums of floats are the same each time.
        Ok(Self { nodes: a.node_count(), a: a.sizes(), b: b.sizes(), cells: counts.into_iter().collect() })
    }

    fn entropy_a(&self) -> f64 {
        entropy(self.a, self.nodes)
    }

    fn entropy_b(&self) -> f64 {
        entropy(self.b, self.nodes)
    }

    /// I(a; b) in nats.
    fn information(&self) -> f64 {
        let nodes = self.nodes as f64;
        let cell = |(&(a, b), &count): (&(u32, u32), &usize)| {
            let product = self.a[a as usize] as f64 * self.b[b as usize] as f64;
            count as f64 / nodes * (nodes * count as f64 / product).ln()
        };
        self.cells.iter().map(cell).sum::<f64>().max(0.0)
    }

    /// The mean of I over all pairs of partitions with these sizes.
    fn expected_information(&self) -> f64 {
        let nodes = self.nodes;
        let factorials = log_factorials(nodes);
        let (sizes_a, sizes_b) = (multiplicities(self.a), multiplicities(self.b));
        let mut expected = 0.0;
        for (&a, &times_a) in &sizes_a {
            for (&b, &times_b) in &sizes_b {
                let fixed = factorials[a] + factorials[b] + factorials[nodes - a] + factorials[nodes - b]
                    - factorials[nodes];
                let mut sum = 0.0;
                for both in 1.max((a + b).saturating_sub(nodes))..=a.min(b) {
                    let odds = fixed
                        - factorials[both]
                        - factorials[a - both]
                        - factorials[b - both]
                        - factorials[nodes + both - a - b];
                    let ratio = nodes as f64 * both as f64 / (a as f64 * b as f64);
                    sum += both as f64 / nodes as f64 * ratio.ln() * odds.exp();
                }
                expected += (times_a * times_b) as f64 * sum;
            }
        }
        expected
    }
}

fn entropy(sizes: &[usize], nodes: usize) -> f64 {
    let share = |&size: &usize| size as f64 / nodes as f64;
    -sizes.iter().map(share).map(|share| share * share.ln()).sum::<f64>()
}

fn multiplicities(sizes: &[usize]) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for &size in sizes {
        *counts.entry(size).or_default() += 1;
    }
    counts
}

/// ln 0!, ln 1!, … ln n!.
pub(super) fn log_factorials(most: usize) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain((1..=most).map(|number| {
            sum += (number as f64).ln();
            sum
        }))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// NMI by arithmetic, geometric, max and min; AMI by arithmetic and max; ARI.
    #[track_caller]
    fn check(a: &[u32], b: &[u32], expected: [f64; 7]) {
        let (a, b) = (Partition::new(a), Partition::new(b));
        let normalisers = [Normaliser::Arithmetic, Normaliser::Geometric, Normaliser::Max, Normaliser::Min];
        let mut found: Vec<f64> = normalisers.iter().map(|by| nmi(&a, &b, *by).unwrap()).collect();
        found.push(ami(&a, &b, Normaliser::Arithmetic).unwrap());
        found.push(ami(&a, &b, Normaliser::Max).unwrap());
        found.push(adjusted_rand_index(&a, &b).unwrap());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
        }
    }

    /// scikit-learn 1.8: `normalized_mutual_info_score`, `adjusted_mutual_info_score`, `adjusted_rand_score`.
    #[test]
    fn as_scikit_learn_has_it() {
        check(
            &[0, 0, 0, 1, 1, 1],
            &[0, 0, 1, 1, 2, 2],
            [
                0.5158037429793889,
                0.5295405780575618,
                0.420619835714305,
                0.6666666666666669,
                0.2987924581708901,
                0.22504228319830885,
                0.24242424242424243,
            ],
        );
        check(&[0, 0, 1, 1], &[0, 1, 0, 1], [0.0, 0.0, 0.0, 0.0, -0.5, -0.5, -0.5]);
        check(&[0, 0, 0, 0], &[0, 1, 2, 3], [0.0; 7]);
        check(
            &[0, 1, 2, 3],
            &[0, 0, 1, 1],
            [0.6666666666666666, 0.7071067811865475, 0.5, 1.0, 0.0, 0.0, 0.0],
        );
        let blocks: Vec<u32> = (0..60).map(|node| node / 10).collect();
        let noisy = [
            0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 3, 1, 5, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4,
            0, 3, 2, 3, 3, 5, 3, 4, 5, 4, 4, 3, 4, 4, 3, 4, 3, 4, 5, 5, 0, 5, 5, 4, 2, 5, 5, 5,
        ];
        let expected = [
            0.5188717840027309,
            0.5188815446925727,
            0.5157086071095064,
            0.5220740040225467,
            0.43842302697684893,
            0.4353065582408548,
            0.40339007711334207,
        ];
        check(&blocks, &noisy, expected);
        check(&[4, 4, 2], &[0, 0, 1], [1.0; 7]);
    }

    #[test]
    fn lengths_must_agree() {
        let error = nmi(&Partition::whole(2), &Partition::whole(3), Normaliser::Max).unwrap_err();
        insta::assert_snapshot!(error, @"the partition's length is 3; expected one label for each of the 2 nodes");
    }

    proptest! {
        #[test]
        fn variation_of_information_is_a_metric(
            labels in proptest::collection::vec((0_u32..4, 0_u32..4, 0_u32..4), 1..30),
        ) {
            let [a, b, c] = [0, 1, 2].map(|which| {
                let of = |&(a, b, c): &(u32, u32, u32)| [a, b, c][which];
                Partition::new(&labels.iter().map(of).collect::<Vec<_>>())
            });
            let vi = |x: &Partition, y: &Partition| variation_of_information(x, y).unwrap();
            prop_assert!(vi(&a, &a).abs() < 1e-12);
            prop_assert!((vi(&a, &b) - vi(&b, &a)).abs() < 1e-12);
            prop_assert!(vi(&a, &c) <= vi(&a, &b) + vi(&b, &c) + 1e-12);
            prop_assert!(vi(&a, &b) <= (labels.len() as f64).ln() + 1e-12);
            prop_assert!((vi(&a, &b) < 1e-9) == (a == b));
            for by in [Normaliser::Arithmetic, Normaliser::Geometric, Normaliser::Max, Normaliser::Min] {
                let value = nmi(&a, &b, by).unwrap();
                prop_assert!((0.0..=1.0 + 1e-9).contains(&value));
                prop_assert!((value - nmi(&b, &a, by).unwrap()).abs() < 1e-9);
            }
        }
    }
}
