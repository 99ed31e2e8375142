//! Degrees, communities, and who is where.

use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::{Lfr, WHAT};
use crate::GraphError;

/// The part of half-edges that may be stranded without another draw.
const NEGLIGIBLE: f64 = 0.002;

/// The mean degree comes this near to the one asked for.
const NEAR: f64 = 0.02;

/// Attempts per node to come that near.
const REDRAWS: usize = 20;

/// What is to be wired.
pub(super) struct Plan {
    /// How many edges of each node stay in its community.
    pub(super) internal: Vec<usize>,
    /// How many leave it.
    pub(super) external: Vec<usize>,
    /// The community of each node.
    pub(super) communities: Vec<usize>,
    /// How many communities there are.
    pub(super) count: usize,
}

impl Plan {
    /// How many half-edges find no partner on their side of a community's border: outside, because one
    /// community has more than all others together; inside, because the degrees are those of no simple graph.
    fn stranded(&self) -> usize {
        let mut outgoing = vec![0; self.count];
        let mut internal = vec![Vec::new(); self.count];
        for (node, &community) in self.communities.iter().enumerate() {
            outgoing[community] += self.external[node];
            internal[community].push(self.internal[node]);
        }
        let most = outgoing.iter().max().copied().unwrap_or_default();
        let outside = (2 * most).saturating_sub(outgoing.iter().sum());
        outside + internal.into_iter().map(excess).sum::<usize>()
    }
}

/// By how much degrees exceed what Erdős & Gallai (1960) allow in a simple graph; 0 where (but for parity)
/// there is one. O(n · d).
fn excess(mut degrees: Vec<usize>) -> usize {
    degrees.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    // Beyond those who want more neighbours than come before them, the bound only slackens.
    let hubs = degrees.iter().enumerate().take_while(|(at, degree)| **degree >= *at);
    let over = hubs.map(|(at, degree)| {
        sum += degree;
        let rest: usize = degrees[at + 1..].iter().map(|&degree| degree.min(at + 1)).sum();
        usize::saturating_sub(sum, (at + 1) * at + rest)
    });
    over.max().unwrap_or_default()
}

/// Integers from `least` with p(x) ∝ x^−exponent.
struct PowerLaw {
    least: usize,
    cumulative: Vec<f64>,
}

impl PowerLaw {
    fn new(least: usize, most: usize, exponent: f64) -> Self {
        let mut total = 0.0;
        let rising = (least..=most).map(|value| {
            total += (value as f64).powf(-exponent);
            total
        });
        Self { least, cumulative: rising.collect() }
    }

    fn draw(&self, rng: &mut StdRng) -> usize {
        let total = self.cumulative.last().copied().unwrap_or_default();
        let at = rng.random::<f64>() * total;
        let beyond = self.cumulative.partition_point(|&sum| sum <= at);
        self.least + beyond.min(self.cumulative.len() - 1)
    }
}

/// The least degree whose power law has the mean nearest to the one asked for.
pub(super) fn least_degree(lfr: &Lfr) -> Result<usize, GraphError> {
    // From the greatest down, each mean from the sums of the one before.
    let (mut sum, mut total) = (0.0, 0.0);
    let mut best = (f64::INFINITY, lfr.max_degree);
    let mut lowest = 0.0;
    for least in (1..=lfr.max_degree).rev() {
        let share = (least as f64).powf(-lfr.degree_exponent);
        total += share;
        sum += share * least as f64;
        lowest = sum / total;
        let off = (lowest - lfr.degree).abs();
        if off < best.0 {
            best = (off, least);
        }
    }
    if !(lowest - 0.5..=lfr.max_degree as f64).contains(&lfr.degree) {
        let expected = format!(
            "a number within {lowest:.2}..={} (the means of degrees up to {} with exponent {})",
            lfr.max_degree, lfr.max_degree, lfr.degree_exponent
        );
        return Err(GraphError::argument("the mean degree", lfr.degree, expected));
    }
    Ok(best.1)
}

/// Draws until hardly a half-edge is stranded, or so many times, and gives the best.
pub(super) fn plan(lfr: &Lfr, draws: usize, rng: &mut StdRng) -> Result<Plan, GraphError> {
    let least = least_degree(lfr)?;
    let law = PowerLaw::new(least, lfr.max_degree, lfr.degree_exponent);
    let mut best: Option<(usize, Plan)> = None;
    let mut largest = usize::MAX;
    for _ in 0..draws {
        let (internal, external) = degrees(lfr, &law, rng);
        let need = internal.iter().max().copied().unwrap_or_default() + 1;
        largest = largest.min(need);
        let Some(sizes) = sizes(lfr, least, need, rng) else { continue };
        let Some(communities) = settle(&sizes, &internal, rng) else { continue };
        let plan = Plan { internal, external, communities, count: sizes.len() };
        let stranded = plan.stranded();
        let negligible = lfr.degree * lfr.nodes as f64 * NEGLIGIBLE;
        if best.as_ref().is_none_or(|(least, _)| stranded < *least) {
            best = Some((stranded, plan));
        }
        if stranded as f64 <= negligible {
            break;
        }
    }
    best.map(|(_, plan)| plan).ok_or_else(|| {
        let (from, to) = lfr.community_sizes.unwrap_or((least.max(3), lfr.max_degree));
        GraphError::Unsatisfiable {
            what: WHAT,
            why: format!(
                "the nodes with most internal edges need a community of {largest} nodes or more, and {draws} draws of \
                 sizes within {from}..={to} for {} nodes did not hold them all; allow larger communities, or lower \
                 the greatest degree",
                lfr.nodes
            ),
        }
    })
}

/// Internal and external degrees. Few draws of a power law have its mean: single nodes draw again where that
/// helps. A part of 1 − μ stays, rounded up or down so that the mean is kept.
fn degrees(lfr: &Lfr, law: &PowerLaw, rng: &mut StdRng) -> (Vec<usize>, Vec<usize>) {
    let mut degrees: Vec<usize> = (0..lfr.nodes).map(|_| law.draw(rng)).collect();
    let wanted = lfr.degree * lfr.nodes as f64;
    let mut sum = degrees.iter().sum::<usize>() as f64;
    for _ in 0..REDRAWS * lfr.nodes {
        if (sum - wanted).abs() <= NEAR * wanted {
            break;
        }
        let node = rng.random_range(0..lfr.nodes);
        let new = law.draw(rng);
        let moved = sum - degrees[node] as f64 + new as f64;
        if (moved - wanted).abs() < (sum - wanted).abs() {
            (degrees[node], sum) = (new, moved);
        }
    }
    if degrees.iter().sum::<usize>() % 2 == 1
        && let Some(greatest) = degrees.iter_mut().max()
    {
        *greatest -= 1;
    }
    let internal = |&degree: &usize| {
        let exact = (1.0 - lfr.mixing) * degree as f64;
        let up = rng.random::<f64>() < exact.fract();
        (exact as usize + usize::from(up)).min(degree)
    };
    let internal: Vec<usize> = degrees.iter().map(internal).collect();
    let external = degrees.iter().zip(&internal).map(|(degree, internal)| degree - internal).collect();
    (internal, external)
}

/// Sizes of communities that together hold every node.
fn sizes(lfr: &Lfr, least_degree: usize, need: usize, rng: &mut StdRng) -> Option<Vec<usize>> {
    let (least, most) = lfr.community_sizes.unwrap_or((least_degree.max(3), lfr.max_degree.max(3)));
    let law = PowerLaw::new(least, most, lfr.community_exponent);
    let mut sizes = Vec::new();
    let mut placed = 0;
    if lfr.community_sizes.is_none() && need > least {
        sizes.push(need);
        placed = need;
    }
    loop {
        let size = law.draw(rng);
        if placed + size > lfr.nodes {
            break;
        }
        sizes.push(size);
        placed += size;
    }
    if placed > lfr.nodes {
        return None;
    }
    // Those left over join communities that may still grow.
    let limit = if lfr.community_sizes.is_some() { most } else { lfr.nodes };
    for _ in placed..lfr.nodes {
        let open: Vec<usize> = (0..sizes.len()).filter(|&at| sizes[at] < limit).collect();
        sizes[*open.choose(rng)?] += 1;
    }
    Some(sizes)
}

/// A community for each node, larger than its internal degree; those with most internal edges choose first.
/// That finds a place for all if there is one, because whoever comes later fits wherever an earlier one does.
fn settle(sizes: &[usize], internal: &[usize], rng: &mut StdRng) -> Option<Vec<usize>> {
    let mut order: Vec<usize> = (0..internal.len()).collect();
    order.shuffle(rng);
    order.sort_by_key(|&node| std::cmp::Reverse(internal[node]));
    let mut by_size: Vec<usize> = (0..sizes.len()).collect();
    by_size.sort_by_key(|&community| std::cmp::Reverse(sizes[community]));
    // One entry a free place, of the communities that are large enough by now.
    let (mut places, mut opened) = (Vec::new(), by_size.iter().copied().peekable());
    let mut communities = vec![0; internal.len()];
    for node in order {
        while let Some(community) = opened.next_if(|&community| sizes[community] > internal[node]) {
            places.extend(std::iter::repeat_n(community, sizes[community]));
        }
        if places.is_empty() {
            return None;
        }
        communities[node] = places.swap_remove(rng.random_range(0..places.len()));
    }
    Some(communities)
}
