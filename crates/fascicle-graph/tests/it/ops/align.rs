use fascicle_graph::PathwayGraph;
use fascicle_graph::ops::align;

use super::read;
use crate::support::assert_close;

#[test]
fn two_animals() {
    let a = read(
        "p q chem 1\n q r chem 2\n q r chem 1\n r s chem 5\n s p chem 2\n p x chem 9\n q p gap 2\n r r gap 1",
    );
    let b = read(
        "s r chem 1\n r s chem 4\n q r chem 4\n p q chem 2\n s p chem 1\n y s chem 3\n p q gap 5\n q s gap 1\n p q func 1",
    );
    let found = align(&a, &b).unwrap();
    assert_eq!(
        (&found.shared[..], &found.only_a[..], &found.only_b[..]),
        (&["p", "q", "r", "s"].map(String::from)[..], &["x".to_owned()][..], &["y".to_owned()][..])
    );
    let counts: Vec<_> = found
        .layers
        .iter()
        .map(|layer| (layer.name.as_str(), layer.both(), layer.only_a(), layer.only_b(), layer.jaccard()))
        .collect();
    assert_eq!(
        counts,
        [("chem", 4, 0, 1, Some(0.8)), ("gap", 1, 1, 1, Some(1.0 / 3.0)), ("func", 0, 0, 1, Some(0.0))]
    );
    let chem: Vec<_> =
        found.layers[0].edges.iter().map(|edge| (edge.from, edge.to, edge.a, edge.b)).collect();
    assert_eq!(
        chem,
        [
            (0, 1, Some(1.0), Some(2.0)),
            (1, 2, Some(3.0), Some(4.0)),
            (2, 3, Some(5.0), Some(4.0)),
            (3, 0, Some(2.0), Some(1.0)),
            (3, 2, None, Some(1.0)),
        ]
    );
    // scipy 1.17: spearmanr([1, 3, 5, 2], [2, 4, 4, 1])
    assert_close(found.layers[0].spearman().unwrap(), SPEARMAN, 1e-14);
    assert_eq!(found.layers[1].spearman(), None);
}

const SPEARMAN: f64 = 0.7378647873726218;

#[test]
fn a_graph_and_itself_or_nothing() {
    let a = read("p q chem 1\n q r chem 2");
    let same = align(&a, &a).unwrap();
    assert_eq!((same.layers[0].jaccard(), same.layers[0].spearman()), (Some(1.0), Some(1.0)));
    let none = align(&a, &PathwayGraph::new()).unwrap();
    assert_eq!((none.shared.len(), none.layers[0].jaccard()), (0, None));
    let mut other = PathwayGraph::new();
    other.layer("chem", false).unwrap();
    insta::assert_snapshot!(align(&a, &other).unwrap_err(), @"layer `chem` is directed, not undirected");
}
