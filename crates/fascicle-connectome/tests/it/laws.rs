//! Laws that hold for any matrix.

use fascicle_connectome::{AutapsePolicy, ConnectomeFormat, GapPolicy, Policies};
use proptest::prelude::*;

use crate::world::{World, good};

const NAMES: [&str; 5] = ["ADAL", "AVAL", "RIML", "ASHL", "PVCL"];

fn csv(weights: &[Vec<u8>]) -> String {
    let mut text = format!(",{}\n", NAMES.join(","));
    for (name, row) in NAMES.iter().zip(weights) {
        let row: Vec<String> =
            row.iter().map(|&weight| if weight == 0 { String::new() } else { weight.to_string() }).collect();
        text += &format!("{name},{}\n", row.join(","));
    }
    text
}

fn matrix() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(0_u8..4, NAMES.len()), NAMES.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_chemical_matrix_is_read_as_it_is(weights in matrix()) {
        let world = World::new();
        let file = world.file("chem.csv", csv(&weights));
        let (graph, report) = good(&file, ConnectomeFormat::Cook2019, &Policies::default());
        let entries = weights.iter().flatten().filter(|&&weight| weight != 0).count();
        prop_assert_eq!(graph.edge_count(), entries);
        prop_assert_eq!(graph.names().collect::<Vec<_>>(), NAMES);
        for (from, to, edge) in graph.edges() {
            prop_assert_eq!(edge.weight, f64::from(weights[from.index()][to.index()]));
        }
        prop_assert_eq!(report.layers.iter().map(|layer| layer.edges).sum::<usize>(), entries);
        let dropped = Policies { autapses: AutapsePolicy::Drop, ..Policies::default() };
        let (without, _) = good(&file, ConnectomeFormat::Cook2019, &dropped);
        let autapses = (0..NAMES.len()).filter(|&i| weights[i][i] != 0).count();
        prop_assert_eq!(without.edge_count(), entries - autapses);
    }

    #[test]
    fn gap_junctions_become_symmetric(weights in matrix()) {
        let world = World::new();
        let file = world.file("elec.csv", csv(&weights));
        for (gaps, join) in [
            (GapPolicy::Max, (|a: f64, b: f64| a.max(b)) as fn(f64, f64) -> f64),
            (GapPolicy::Mean, |a, b| f64::midpoint(a, b)),
            (GapPolicy::Sum, |a, b| if a == b { a } else { a + b }),
        ] {
            let (graph, _) = good(&file, ConnectomeFormat::Cook2019, &Policies { gaps, ..Policies::default() });
            let mut seen = 0;
            for (from, to, edge) in graph.edges() {
                let at = |i: usize, j: usize| f64::from(weights[i][j]);
                let (i, j) = (from.index(), to.index());
                prop_assert_eq!(edge.weight, join(at(i, j), at(j, i)));
                seen += 1;
            }
            let expected = (0..NAMES.len())
                .flat_map(|i| (0..NAMES.len()).map(move |j| (i, j)))
                .filter(|&(i, j)| weights[i][j] != 0 || weights[j][i] != 0)
                .count();
            prop_assert_eq!(seen, expected);
        }
    }
}
