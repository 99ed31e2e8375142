//! How well scores of possible edges find the true ones: the receiver operating characteristic and precision over
//! recall.

use super::NeuroformerError;

/// The scores of edges, and which are true.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// (score, true), best first.
    edges: Vec<(f64, bool)>,
    positives: usize,
}

impl Ranking {
    /// All ordered pairs of different nodes, scored by `scores` and true where `truth` is not zero; both
    /// `[source][target]` in one row. O(n² log n).
    ///
    /// # Errors
    /// Matrices of different or not square size, a score that is NaN, or no true or no false edge to tell apart.
    pub fn of_matrix(scores: &[f64], truth: &[f64]) -> Result<Self, NeuroformerError> {
        let size = truth.len().isqrt();
        if size * size != truth.len() {
            let expected = "a square number, for all pairs of nodes".to_owned();
            return Err(NeuroformerError::Count { what: "the truth", found: truth.len(), expected });
        }
        if scores.len() != truth.len() {
            let expected = format!("the {} of the truth", truth.len());
            return Err(NeuroformerError::Count { what: "the score", found: scores.len(), expected });
        }
        let off_diagonal = (0..truth.len()).filter(|at| at / size != at % size);
        Self::new(off_diagonal.map(|at| (scores[at], truth[at] != 0.0)))
    }

    /// Any scored things.
    ///
    /// # Errors
    /// A score that is NaN, or none that is true, or none that is false.
    pub fn new(edges: impl IntoIterator<Item = (f64, bool)>) -> Result<Self, NeuroformerError> {
        let mut edges: Vec<(f64, bool)> = edges.into_iter().collect();
        if let Some(at) = edges.iter().position(|(score, _)| score.is_nan()) {
            return Err(NeuroformerError::bad("a score", format!("NaN (number {at})"), "a number"));
        }
        let positives = edges.iter().filter(|(_, positive)| *positive).count();
        if positives == 0 || positives == edges.len() {
            let found = format!("{positives} of {}", edges.len());
            return Err(NeuroformerError::bad(
                "the number of true edges",
                found,
                "at least one true and one false edge",
            ));
        }
        edges.sort_by(|a, b| b.0.total_cmp(&a.0));
        Ok(Self { edges, positives })
    }

    /// After each group of equal scores, best first: (true edges, false edges) found so far.
    fn steps(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut found = (0, 0);
        // −0 and 0 are equal
        self.edges.chunk_by(|a, b| a.0 == b.0).map(move |group| {
            let positive = group.iter().filter(|(_, positive)| *positive).count();
            found = (found.0 + positive, found.1 + group.len() - positive);
            found
        })
    }

    /// (false positive rate, true positive rate) at every threshold, from (0, 0) to (1, 1).
    pub fn roc(&self) -> Vec<(f64, f64)> {
        let (p, n) = (self.positives as f64, (self.edges.len() - self.positives) as f64);
        let points = self.steps().map(|(positive, negative)| (negative as f64 / n, positive as f64 / p));
        std::iter::once((0.0, 0.0)).chain(points).collect()
    }

    /// Area under the curve of [`roc`](Self::roc): the chance that a true edge scores above a false one, ties half.
    pub fn auroc(&self) -> f64 {
        self.roc().windows(2).map(|ends| (ends[1].0 - ends[0].0) * (ends[0].1 + ends[1].1) / 2.0).sum()
    }

    /// Average precision: the mean over true edges of the precision at their score's threshold. A random order scores
    /// the share of true edges.
    pub fn auprc(&self) -> f64 {
        let mut before = 0;
        let mut area = 0.0;
        for (positive, negative) in self.steps() {
            area += (positive - before) as f64 * positive as f64 / (positive + negative) as f64;
            before = positive;
        }
        area / self.positives as f64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn areas_by_hand() {
        // values of scikit-learn 1.5: roc_auc_score and average_precision_score
        for (edges, auroc, auprc) in [
            (&[(0.1, false), (0.4, false), (0.35, true), (0.8, true)][..], 0.75, 0.833_333_333_333_333_3),
            (&[(0.5, true), (0.5, false), (0.5, false)], 0.5, 1.0 / 3.0),
            (&[(3.0, true), (2.0, true), (1.0, false)], 1.0, 1.0),
            (&[(1.0, true), (2.0, false), (3.0, false)], 0.0, 1.0 / 3.0),
        ] {
            let ranking = Ranking::new(edges.iter().copied()).unwrap();
            assert!((ranking.auroc() - auroc).abs() < 1e-12, "{edges:?}: {}", ranking.auroc());
            assert!((ranking.auprc() - auprc).abs() < 1e-12, "{edges:?}: {}", ranking.auprc());
        }
    }

    /// Few different scores, so that ties are common; one true and one false edge at least.
    fn edges() -> impl Strategy<Value = Vec<(f64, bool)>> {
        prop::collection::vec((0u8..6, any::<bool>()), 0..30).prop_map(|rest| {
            let rest = rest.into_iter().map(|(score, positive)| (f64::from(score), positive));
            rest.chain([(2.0, true), (3.0, false)]).collect()
        })
    }

    proptest! {
        #[test]
        fn auroc_counts_pairs(edges in edges()) {
            let (mut wins, mut pairs) = (0.0, 0.0);
            for (good, _) in edges.iter().filter(|(_, positive)| *positive) {
                for (bad, _) in edges.iter().filter(|(_, positive)| !*positive) {
                    pairs += 1.0;
                    wins += if good > bad { 1.0 } else if good == bad { 0.5 } else { 0.0 };
                }
            }
            let ranking = Ranking::new(edges).unwrap();
            prop_assert!((ranking.auroc() - wins / pairs).abs() < 1e-12);
        }

        #[test]
        fn auprc_averages_precisions(edges in edges()) {
            let true_ones: Vec<f64> = edges.iter().filter(|(_, positive)| *positive).map(|(score, _)| *score).collect();
            let precision = |threshold: f64| {
                let taken = edges.iter().filter(|(score, _)| *score >= threshold);
                let (hits, all) = taken.fold((0.0, 0.0), |(hits, all), (_, yes)| (hits + f64::from(*yes), all + 1.0));
                hits / all
            };
            let expected = true_ones.iter().map(|score| precision(*score)).sum::<f64>() / true_ones.len() as f64;
            let ranking = Ranking::new(edges.clone()).unwrap();
            prop_assert!((ranking.auprc() - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn the_diagonal_does_not_count() {
        let ranking = Ranking::of_matrix(&[9.0, 1.0, 0.5, 9.0], &[0.0, 1.0, 0.0, 0.0]).unwrap();
        assert_eq!((ranking.auroc(), ranking.auprc()), (1.0, 1.0));
        assert_eq!(ranking.roc(), [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let refusal =
            |scores: &[f64], truth: &[f64]| Ranking::of_matrix(scores, truth).unwrap_err().to_string();
        insta::assert_snapshot!(refusal(&[0.0; 4], &[0.0; 3]), @"the truth has 3 values; expected a square number, for all pairs of nodes");
        insta::assert_snapshot!(refusal(&[0.0; 3], &[0.0; 4]), @"the score has 3 values; expected the 4 of the truth");
        insta::assert_snapshot!(refusal(&[0.0; 4], &[0.0; 4]), @"the number of true edges is 0 of 2; expected at least one true and one false edge");
        insta::assert_snapshot!(refusal(&[0.0, f64::NAN, 0.0, 0.0], &[0.0, 1.0, 0.0, 0.0]), @"a score is NaN (number 0); expected a number");
    }
}
