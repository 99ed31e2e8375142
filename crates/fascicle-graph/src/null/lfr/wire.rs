//! From degrees to edges.

use std::collections::BinaryHeap;

use rand::rngs::StdRng;

use super::draw::Plan;
use crate::null::pairs::Pairs;
use crate::null::source::{Link, Source};
use crate::null::swap::{Carry, swap};

/// Swaps per edge, as for any null model.
const SWAPS: f64 = 10.0;

/// A random simple graph with the internal and external degrees of the plan. What cannot stay inside goes
/// outside, and what cannot go outside stays inside.
pub(super) fn wire(plan: &Plan, rng: &mut StdRng) -> Source {
    let nodes = plan.communities.len();
    let members = members(plan);
    let mut pairs = Pairs::new(nodes, false, std::iter::empty());
    let mut missing = plan.internal.clone();
    let mut inside: Vec<Vec<Link>> =
        members.iter().map(|members| join(&mut missing, members, &mut pairs, |_, _| true)).collect();
    for (missing, external) in missing.iter_mut().zip(&plan.external) {
        *missing += external;
    }
    let all: Vec<u32> = (0..nodes as u32).collect();
    let apart = |a: u32, b: u32| plan.communities[a as usize] != plan.communities[b as usize];
    let outside = join(&mut missing, &all, &mut pairs, apart);
    for (members, links) in members.iter().zip(&mut inside) {
        links.extend(join(&mut missing, members, &mut pairs, |_, _| true));
    }
    let mut links: Vec<Link> = members
        .iter()
        .zip(inside)
        .flat_map(|(members, links)| shuffled_inside(members, links, rng))
        .collect();
    let mut outside = Source::simple(nodes, outside);
    swap(&mut outside, SWAPS, rng, |first, second| {
        (apart(first.from, second.to) && apart(second.from, first.to)).then_some(Carry::Source)
    });
    links.extend(outside.links);
    Source::simple(nodes, links)
}

fn members(plan: &Plan) -> Vec<Vec<u32>> {
    let mut members = vec![Vec::new(); plan.count];
    for (node, &community) in plan.communities.iter().enumerate() {
        members[community].push(node as u32);
    }
    members
}

/// The construction of Havel (1955) and Hakimi (1962): the node that lacks most edges is joined to those that
/// lack most after it. `missing` says what each node lacks, and afterwards what it could not get.
fn join(
    missing: &mut [usize],
    among: &[u32],
    pairs: &mut Pairs,
    allowed: impl Fn(u32, u32) -> bool,
) -> Vec<Link> {
    let lacking = among.iter().map(|&node| (missing[node as usize], node));
    let mut heap: BinaryHeap<(usize, u32)> = lacking.filter(|&(missing, _)| missing > 0).collect();
    let (mut links, mut back) = (Vec::new(), Vec::new());
    while let Some((mut wanted, node)) = heap.pop() {
        while wanted > 0 {
            let Some((count, other)) = heap.pop() else { break };
            if !allowed(node, other) || !pairs.insert(node, other) {
                back.push((count, other));
                continue;
            }
            links.push(Link { from: node, to: other, weight: 1.0 });
            wanted -= 1;
            missing[other as usize] -= 1;
            if count > 1 {
                back.push((count - 1, other));
            }
        }
        missing[node as usize] = wanted;
        heap.extend(back.drain(..));
    }
    links
}

/// Swaps within a community, whose nodes are numbered from 0 meanwhile.
fn shuffled_inside(members: &[u32], mut links: Vec<Link>, rng: &mut StdRng) -> Vec<Link> {
    // Members rise, so their places are found by bisection.
    let place = |node: u32| members.partition_point(|&member| member < node) as u32;
    for link in &mut links {
        (link.from, link.to) = (place(link.from), place(link.to));
    }
    let mut source = Source::simple(members.len(), links);
    swap(&mut source, SWAPS, rng, |_, _| Some(Carry::Source));
    for link in &mut source.links {
        (link.from, link.to) = (members[link.from as usize], members[link.to as usize]);
    }
    source.links
}
