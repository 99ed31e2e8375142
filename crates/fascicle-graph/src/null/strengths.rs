//! Weights dealt out so that strengths stay (Rubinov & Sporns 2011).

use rand::rngs::StdRng;
use rand::seq::index;

use super::source::{Link, Source};

/// Sums of weights at both ends of links of one sign; in an undirected graph both are the same.
struct Strengths {
    out: Vec<f64>,
    into: Vec<f64>,
    directed: bool,
}

impl Strengths {
    fn of<'a>(nodes: usize, directed: bool, links: impl Iterator<Item = &'a Link>) -> Self {
        let mut strengths = Self { out: vec![0.0; nodes], into: vec![0.0; nodes], directed };
        for link in links {
            strengths.add(link, link.weight.abs());
        }
        strengths
    }

    fn add(&mut self, link: &Link, weight: f64) {
        let (from, to) = (link.from as usize, link.to as usize);
        self.out[from] += weight;
        if self.directed {
            self.into[to] += weight;
        } else {
            self.out[to] += weight;
        }
    }

    /// The weight that what is still missing at both ends makes likely.
    fn expected(&self, link: &Link) -> f64 {
        let into = if self.directed { &self.into } else { &self.out };
        self.out[link.from as usize] * into[link.to as usize]
    }
}

/// Gives the links of `source`, which have moved, the weights of the links that `before` were, so that
/// strengths come near what they were: the edges are ranked by the product of the strengths that their ends
/// still lack, a weight drawn at random goes to the edge of its own rank, and the strengths lacking shrink by
/// it.
pub(crate) fn reassign(source: &mut Source, before: &[Link], period: usize, rng: &mut StdRng) {
    for negative in [false, true] {
        let of_sign = |link: &&Link| link.is_negative() == negative;
        let mut lacking = Strengths::of(source.nodes, source.directed, before.iter().filter(of_sign));
        let mut weights: Vec<f64> = before.iter().filter(of_sign).map(|link| link.weight.abs()).collect();
        weights.sort_by(f64::total_cmp);
        let mut open: Vec<usize> =
            (0..source.links.len()).filter(|&at| source.links[at].is_negative() == negative).collect();
        let sign = if negative { -1.0 } else { 1.0 };
        while !open.is_empty() {
            let expected = |at: &usize| lacking.expected(&source.links[*at]);
            let mut ranked: Vec<(f64, usize)> = open.iter().map(|at| (expected(at), *at)).collect();
            ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut dealt = vec![false; open.len()];
            for rank in index::sample(rng, open.len(), period.min(open.len())) {
                let (link, weight) = (&mut source.links[ranked[rank].1], weights[rank]);
                link.weight = sign * weight;
                lacking.add(link, -weight);
                dealt[rank] = true;
            }
            let mut rank = dealt.iter();
            weights.retain(|_| !rank.next().copied().unwrap_or_default());
            open = ranked.iter().zip(&dealt).filter(|(_, dealt)| !**dealt).map(|((_, at), _)| *at).collect();
        }
    }
}
