//! What is done to scores before a token is drawn.

use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A token that may come next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) score: f64,
}

/// Higher scores first, of equal ones the lower id.
fn rank(a: &Candidate, b: &Candidate) -> Ordering {
    b.score.total_cmp(&a.score).then(a.id.cmp(&b.id))
}

/// The first of all tokens.
pub(super) fn first(scores: &[f64]) -> Option<i64> {
    let candidates = scores.iter().enumerate().map(|(id, score)| Candidate { id: id as i64, score: *score });
    candidates.min_by(rank).map(|first| first.id)
}

/// Divides the score of each token in `seen` by `penalty`, or multiplies it where it is negative: once, however often
/// the token is there.
pub(super) fn penalise(scores: &mut [f64], seen: &[i64], penalty: f64) {
    for id in seen.iter().collect::<BTreeSet<_>>() {
        let Some(score) = usize::try_from(*id).ok().and_then(|id| scores.get_mut(id)) else { continue };
        let changed = if *score < 0.0 { *score * penalty } else { *score / penalty };
        // a penalty next to nothing would make infinity of it
        *score = changed.min(f64::MAX);
    }
}

/// Divides scores by `temperature`, measured from the highest, so that none grows beyond bounds.
pub(super) fn cool(candidates: &mut [Candidate], temperature: f64) {
    let highest = highest(candidates);
    for candidate in candidates {
        candidate.score = (candidate.score - highest) / temperature;
    }
}

/// Keeps the first `k`.
pub(super) fn top_k(candidates: &mut Vec<Candidate>, k: usize) {
    if k < candidates.len() {
        let mut ranked = candidates.clone();
        let (_, last, _) = ranked.select_nth_unstable_by(k - 1, rank);
        keep_to(candidates, *last);
    }
}

/// Keeps the fewest, from the first on, whose probabilities add up to at least `p`.
pub(super) fn top_p(candidates: &mut Vec<Candidate>, p: f64) {
    if p >= 1.0 {
        return;
    }
    let probabilities = softmax(candidates);
    // all that are less likely than this have less than 1 − p together: the others reach p without them
    let least = (1.0 - p) / candidates.len() as f64;
    let mut likely: Vec<(Candidate, f64)> = candidates
        .iter()
        .copied()
        .zip(probabilities)
        .filter(|(_, probability)| *probability >= least)
        .collect();
    likely.sort_unstable_by(|(a, _), (b, _)| rank(a, b));
    let mut sum = 0.0;
    let reached = likely.iter().find(|(_, probability)| {
        sum += probability;
        sum >= p
    });
    // rounding may leave the sum a hair below a p next to 1: then all are needed
    if let Some((last, _)) = reached {
        keep_to(candidates, *last);
    }
}

/// Probabilities of the candidates, in their order.
pub(super) fn softmax(candidates: &[Candidate]) -> Vec<f64> {
    let total: f64 = weights(candidates).sum();
    weights(candidates).map(|weight| weight / total).collect()
}

fn weights(candidates: &[Candidate]) -> impl Iterator<Item = f64> {
    let highest = highest(candidates);
    candidates.iter().map(move |candidate| (candidate.score - highest).exp())
}

fn highest(candidates: &[Candidate]) -> f64 {
    candidates.iter().map(|candidate| candidate.score).fold(f64::NEG_INFINITY, f64::max)
}

fn keep_to(candidates: &mut Vec<Candidate>, last: Candidate) {
    candidates.retain(|candidate| rank(candidate, &last) != Ordering::Greater);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens 0, 1, … with these probabilities.
    fn of(probabilities: &[f64]) -> Vec<Candidate> {
        let candidate = |(id, p): (usize, &f64)| Candidate { id: id as i64, score: p.ln() };
        probabilities.iter().enumerate().map(candidate).collect()
    }

    fn ids(candidates: &[Candidate]) -> Vec<i64> {
        candidates.iter().map(|candidate| candidate.id).collect()
    }

    #[track_caller]
    fn check_top_k(probabilities: &[f64], k: usize, expected: &[i64]) {
        let mut candidates = of(probabilities);
        top_k(&mut candidates, k);
        assert_eq!(ids(&candidates), expected);
    }

    #[test]
    fn the_k_highest_stay() {
        let uneven = [0.1, 0.4, 0.2, 0.3];
        check_top_k(&uneven, 1, &[1]);
        check_top_k(&uneven, 2, &[1, 3]);
        check_top_k(&uneven, 3, &[1, 2, 3]);
        check_top_k(&uneven, 4, &[0, 1, 2, 3]);
        check_top_k(&uneven, 99, &[0, 1, 2, 3]);
        // of equal ones the lower ids
        check_top_k(&[0.2, 0.3, 0.2, 0.3], 1, &[1]);
        check_top_k(&[0.2, 0.3, 0.2, 0.3], 3, &[0, 1, 3]);
        // tokens that cannot come are ranked last
        check_top_k(&[0.0, 0.5, 0.0, 0.5], 3, &[0, 1, 3]);
    }

    #[track_caller]
    fn check_top_p(probabilities: &[f64], p: f64, expected: &[i64]) {
        let mut candidates = of(probabilities);
        top_p(&mut candidates, p);
        assert_eq!(ids(&candidates), expected);
    }

    #[test]
    fn the_fewest_that_reach_p_stay() {
        let uneven = [0.1, 0.4, 0.2, 0.3];
        check_top_p(&uneven, 1e-9, &[1]);
        check_top_p(&uneven, 0.39, &[1]);
        check_top_p(&uneven, 0.41, &[1, 3]);
        check_top_p(&uneven, 0.69, &[1, 3]);
        check_top_p(&uneven, 0.71, &[1, 2, 3]);
        check_top_p(&uneven, 0.89, &[1, 2, 3]);
        check_top_p(&uneven, 0.91, &[0, 1, 2, 3]);
        check_top_p(&uneven, 1.0, &[0, 1, 2, 3]);
        // scores need not be logarithms of probabilities
        let mut shifted = of(&uneven);
        shifted.iter_mut().for_each(|candidate| candidate.score += 700.0);
        top_p(&mut shifted, 0.71);
        assert_eq!(ids(&shifted), [1, 2, 3]);
        // of equal ones the lower ids
        check_top_p(&[0.25; 4], 0.4, &[0, 1]);
    }

    #[test]
    fn many_level_tokens_are_cut_at_p() {
        // 1000 equal tokens: p of them, rounded up
        let mut candidates = of(&[1e-3; 1000]);
        top_p(&mut candidates, 0.7005);
        assert_eq!(ids(&candidates), (0..701).collect::<Vec<_>>());
    }

    #[test]
    fn repeated_tokens_are_penalised_once() {
        let mut scores = [2.0, -2.0, 3.0, 0.0];
        penalise(&mut scores, &[1, 0, 0, 1, 3, 77, -1], 2.0);
        assert_eq!(scores, [1.0, -4.0, 3.0, 0.0]);
    }

    #[test]
    fn extreme_settings_stay_numbers() {
        let mut scores = [1e30, -1e30];
        penalise(&mut scores, &[0, 1], 1e-300);
        assert!(scores.iter().all(|score| score.is_finite()), "{scores:?}");
        let mut candidates = of(&[0.5, 0.3, 0.2]);
        cool(&mut candidates, 1e-320);
        assert_eq!(softmax(&candidates), [1.0, 0.0, 0.0]);
    }
}
