use fascicle_graph::path::{Length, Paths};
use proptest::prelude::*;

use crate::support::{Steps, all_paths, graph, karate, multigraph, small_multigraph};

#[test]
fn karate_club() {
    let club = karate(false);
    let paths = Paths::hops(&club);
    // networkx: all_shortest_paths(karate_club_graph(), 15, 16)
    let hubs = [(32, 2), (32, 8), (32, 31), (33, 8), (33, 13), (33, 19), (33, 31)];
    let expected =
        hubs.iter().flat_map(|&(a, b)| [5, 6].map(|c| vec![15, a, b, 0, c, 16])).collect::<Vec<_>>();
    assert_eq!(paths.all_shortest(15, 16).unwrap().map(|path| path.nodes).collect::<Vec<_>>(), expected);
    // networkx: all_simple_paths(karate_club_graph(), 16, 26, cutoff=5)
    assert_eq!(paths.simple(16, 26, 5).unwrap().count(), 8);
    assert_eq!(paths.simple(16, 26, 4).unwrap().count(), 0);
    assert_eq!(paths.simple(16, 26, 100).unwrap().take(1000).count(), 1000);
}

#[test]
fn bad_arguments() {
    let club = karate(false);
    let paths = Paths::hops(&club);
    insta::assert_snapshot!(paths.simple(0, 40, 3).unwrap_err(), @"target is 40; expected a node below 34");
    insta::assert_snapshot!(paths.all_shortest(40, 0).unwrap_err(), @"source is 40; expected a node below 34");
    insta::assert_snapshot!(paths.simple(0, 1, 3).unwrap().at_most(f64::NAN).unwrap_err(), @"the greatest length is NaN; expected a number");
}

proptest! {
    #[test]
    fn as_by_trying_everything((nodes, edges) in small_multigraph(), directed: bool, hops in 0_usize..5, limit in 0_u8..9) {
        let graph = graph(nodes, &edges);
        let view = multigraph(&graph, directed);
        let paths = Paths::new(&view, Length::Weight).unwrap();
        let limit = f64::from(limit);
        for target in 1..nodes {
            let all = all_paths(&edges, directed, 0, target);
            let mut expected: Vec<Steps> =
                all.iter().filter(|path| path.1.len() <= hops && path.0 <= limit).map(|path| path.1.clone()).collect();
            expected.sort();
            let steps = |path: fascicle_graph::path::Path| -> Steps {
                path.nodes[1..].iter().copied().zip(path.edges.iter().map(|edge| edge.index())).collect()
            };
            let found: Vec<Steps> =
                paths.simple(0, target, hops).unwrap().at_most(limit).unwrap().map(steps).collect();
            prop_assert_eq!(found, expected);

            let mut shortest: Vec<Steps> =
                all.iter().filter(|path| path.0 == all[0].0).map(|path| path.1.clone()).collect();
            shortest.sort();
            prop_assert_eq!(paths.all_shortest(0, target).unwrap().map(steps).collect::<Vec<_>>(), shortest);
        }
    }
}
