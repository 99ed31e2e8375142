//! How many components there are: errors and agreement of replicates over ranks.

use super::{Factorisation, Ntf, Tensor, factor_match};
use crate::ConnectomeError;

/// The factorisations of one rank.
#[derive(Clone, Debug, PartialEq)]
pub struct RankFit {
    /// The rank.
    pub rank: usize,
    /// A factorisation for each replicate, by rising error.
    pub fits: Vec<Factorisation>,
    /// The factor-match similarity of each other replicate to the best, in that order: near 1 while a rank is no higher than
    /// what the data determine.
    pub similarities: Vec<f64>,
}

impl RankFit {
    /// The best replicate.
    #[must_use]
    pub fn best(&self) -> &Factorisation {
        &self.fits[0]
    }
}

/// Factorises at each of these ranks with the settings of `ntf` but its rank.
///
/// # Errors
/// As [`Ntf::fit`].
pub fn rank_sweep(
    tensor: &Tensor,
    ranks: impl IntoIterator<Item = usize>,
    ntf: &Ntf,
) -> Result<Vec<RankFit>, ConnectomeError> {
    ranks
        .into_iter()
        .map(|rank| {
            let fits = Ntf { rank, ..*ntf }.fit(tensor)?;
            let similarity = |other| Ok::<f64, ConnectomeError>(factor_match(&fits[0], other)?.similarity);
            let similarities = fits[1..].iter().map(similarity).collect::<Result<_, _>>()?;
            Ok(RankFit { rank, fits, similarities })
        })
        .collect()
}

/// The rank at the elbow of the error curve: where it lies farthest below the line from the first to the last rank of the
/// sweep, both axes scaled to 1 (Satopää et al. 2011, "Finding a kneedle in a haystack"). `None` for fewer than three ranks and
/// where the error does not fall or never lies below that line. It depends on which ranks were swept: look at the curve.
#[must_use]
pub fn elbow(sweep: &[RankFit]) -> Option<usize> {
    let (first, last) = (sweep.first()?, sweep.last()?);
    let fall = first.best().error - last.best().error;
    let span = last.rank as f64 - first.rank as f64;
    if sweep.len() < 3 || fall <= 0.0 || span <= 0.0 {
        return None;
    }
    let below = |fit: &RankFit| {
        let fallen = (first.best().error - fit.best().error) / fall;
        fallen - (fit.rank as f64 - first.rank as f64) / span
    };
    let deepest = sweep.iter().max_by(|a, b| below(a).total_cmp(&below(b)))?;
    (below(deepest) > 1e-9).then_some(deepest.rank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dynamic::Factor;

    #[track_caller]
    fn check(errors: &[f64], expected: Option<usize>) {
        let factor = Factor::new(&[vec![1.0]]).unwrap();
        let fit = |(at, &error): (usize, &f64)| {
            let fit = Factorisation { factors: vec![factor.clone()], error, errors: vec![], converged: true };
            RankFit { rank: at + 1, fits: vec![fit], similarities: vec![] }
        };
        let sweep: Vec<RankFit> = errors.iter().enumerate().map(fit).collect();
        assert_eq!(elbow(&sweep), expected, "{errors:?}");
    }

    #[test]
    fn elbows() {
        check(&[0.9, 0.5, 0.2, 0.18, 0.16], Some(3));
        check(&[0.9, 0.3, 0.29, 0.28], Some(2));
        // a straight line, a rise, a fall that gets steeper, and too few
        check(&[0.4, 0.3, 0.2, 0.1], None);
        check(&[0.1, 0.2, 0.3], None);
        check(&[0.9, 0.8, 0.1], None);
        check(&[0.9, 0.1], None);
        check(&[], None);
    }
}
