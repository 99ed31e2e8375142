//! What holds in every small graph.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{
    Evidence, Fact, FactIndex, FactPath, Leak, Matching, NegativeWalks, facts_of, graph_of, parse_facts,
    score_answers, without,
};

/// Every chain of so many facts from an entity, by trying everything.
fn all_chains(facts: &[(usize, u32, usize)], from: usize, hops: usize) -> Vec<FactPath> {
    let mut chains = vec![FactPath { nodes: vec![from], relations: Vec::new() }];
    for _ in 0..hops {
        let longer = |chain: &FactPath| {
            let onward = facts.iter().filter(|fact| Some(fact.0) == chain.end());
            onward
                .map(|&(_, relation, tail)| {
                    let mut longer = chain.clone();
                    longer.relations.push(relation);
                    longer.nodes.push(tail);
                    longer
                })
                .collect::<Vec<_>>()
        };
        chains = chains.iter().flat_map(longer).collect();
    }
    chains
}

fn small_facts() -> impl Strategy<Value = Vec<Fact>> {
    let fact = (0_u8..6, 0_u8..3, 0_u8..6)
        .prop_map(|(h, r, t)| Fact::new(format!("e{h}"), format!("r{r}"), format!("e{t}")));
    proptest::collection::vec(fact, 1..18)
}

proptest! {
    #[test]
    fn chains_are_those_of_the_relations(facts in small_facts(), hops in 0_usize..4, pick in 0_usize..1000) {
        let graph = graph_of(&facts).unwrap();
        let index = FactIndex::new(&graph).unwrap();
        let known: Vec<_> = index.facts().collect();
        let all = all_chains(&known, 0, hops);
        // A relation path that is there, if any is.
        let relations = all.get(pick % all.len().max(1)).map_or_else(|| vec![0; hops], |chain| chain.relations.clone());
        let expected: BTreeSet<FactPath> = all.into_iter().filter(|chain| chain.relations == relations).collect();
        let found = index.chains(0, &relations, usize::MAX).unwrap();
        prop_assert!(!found.capped);
        // Each once, in the order of their entities.
        prop_assert_eq!(&found.paths, &expected.iter().cloned().collect::<Vec<_>>());
        let ends: BTreeSet<usize> = expected.iter().filter_map(FactPath::end).collect();
        prop_assert_eq!(index.ends(0, &relations).unwrap(), ends.into_iter().collect::<Vec<_>>());
        let tags = index.attribute(0, &relations, &[]).unwrap();
        prop_assert_eq!(tags.iter().all(|tag| tag.evidence == Evidence::Kg), !expected.is_empty());
        // What has begun to be inferred stays so.
        prop_assert!(tags.windows(2).all(|pair| pair[0].evidence == Evidence::Kg || pair[1].evidence == Evidence::Inferred));
    }

    #[test]
    fn shortest_are_the_shortest_of_all(facts in small_facts()) {
        let graph = graph_of(&facts).unwrap();
        let index = FactIndex::new(&graph).unwrap();
        let known: Vec<_> = index.facts().collect();
        for to in 0..graph.node_count() {
            let expected: BTreeSet<FactPath> = (0..graph.node_count())
                .map(|hops| all_chains(&known, 0, hops).into_iter().filter(|chain| chain.end() == Some(to)).collect())
                .find(|chains: &BTreeSet<FactPath>| !chains.is_empty())
                .unwrap_or_default();
            let found = index.shortest(0, to, usize::MAX).unwrap().paths;
            prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn negatives_are_facts_that_end_elsewhere(facts in small_facts(), seed: u64, hops in 0_usize..4) {
        let graph = graph_of(&facts).unwrap();
        let index = FactIndex::new(&graph).unwrap();
        let answers = [graph.node_count() - 1];
        let walks = NegativeWalks::new().hops(hops).from(&index, 0, &answers, seed).unwrap();
        prop_assert_eq!(walks.iter().collect::<BTreeSet<_>>().len(), walks.len());
        for walk in &walks {
            prop_assert_eq!(walk.relations.len(), hops);
            prop_assert!(walk.facts().all(|(head, relation, tail)| index.contains(head, relation, tail)));
            prop_assert_ne!(walk.end(), Some(answers[0]));
        }
        prop_assert_eq!(walks, NegativeWalks::new().hops(hops).from(&index, 0, &answers, seed).unwrap());
    }

    #[test]
    fn facts_there_and_back(facts in small_facts(), held in 0_usize..18) {
        let text: String = facts.iter().map(|fact| format!("{}\t{}\t{}\n", fact.head, fact.relation, fact.tail)).collect();
        prop_assert_eq!(&parse_facts(&text).unwrap(), &facts);
        let once: BTreeSet<Fact> = facts.iter().cloned().collect();
        let kept: Vec<Fact> = facts_of(&graph_of(&facts).unwrap()).collect();
        prop_assert_eq!(kept.len(), once.len());
        prop_assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), once);
        // The more tells, the less is kept.
        let held_out = &facts[held.min(facts.len() - 1)..];
        let sizes = [Leak::Fact, Leak::EitherWay, Leak::Pair].map(|leak| without(&facts, held_out, leak).len());
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b), "{:?}", sizes);
    }

    #[test]
    fn scores_are_shares(predicted in proptest::collection::vec("[ab]{0,3}", 0..6), answers in proptest::collection::vec("[ab]{2,3}", 1..4)) {
        let [exact, generous] = [Matching::Exact, Matching::Contains].map(|matching| score_answers(&predicted, &answers, matching).unwrap());
        for score in [exact, generous] {
            for share in [score.hit, score.first, score.accuracy, score.precision, score.f1] {
                prop_assert!((0.0..=1.0).contains(&share), "{:?}", score);
            }
            prop_assert_eq!(score.hit > 0.0, score.f1 > 0.0);
            prop_assert!(score.hit >= score.first);
        }
        // Whatever is exactly right contains the answer.
        prop_assert!(generous.accuracy >= exact.accuracy && generous.precision >= exact.precision);
    }
}
