use fascicle_graph::{Sign, draw};

use super::close;
use crate::swimmer::{Init, Kind, Ncap, NcapConfig, Policy, Task};

fn steered() -> Ncap {
    let config = NcapConfig { speed_input: true, turn_input: true, ..NcapConfig::new(3) };
    Ncap::new(config, Init::Constant, 0).unwrap()
}

#[test]
fn nodes_layers_and_signs() {
    let graph = steered().to_graph().unwrap();
    let listed: Vec<String> = graph
        .edges()
        .filter(|(_, to, _)| graph.name(*to).contains("dorsal") && !graph.name(*to).ends_with('2'))
        .map(|(from, to, edge)| {
            let layer = &graph.layers()[edge.layer.index()].name;
            format!("{layer}: {} -> {} {}", graph.name(from), graph.name(to), edge.weight)
        })
        .collect();
    insta::assert_snapshot!(listed.join("\n"), @r"
    speed: speed -> b_dorsal_0 -1
    turn: turn_dorsal -> b_dorsal_0 1
    oscillator: oscillator_dorsal -> b_dorsal_0 1
    ipsilateral: b_dorsal_0 -> muscle_dorsal_0 1
    contralateral: b_ventral_0 -> muscle_dorsal_0 -1
    proprioceptive: muscle_dorsal_0 -> b_dorsal_1 1
    speed: speed -> b_dorsal_1 -1
    ipsilateral: b_dorsal_1 -> muscle_dorsal_1 1
    contralateral: b_ventral_1 -> muscle_dorsal_1 -1
    ");
    for (_, _, edge) in graph.edges() {
        let kind: Kind = graph.layers()[edge.layer.index()].name.parse().unwrap();
        assert_eq!(edge.sign, Some(kind.sign()));
        assert_eq!(edge.weight, f64::from(kind.sign().number()));
    }
    // oscillator, speed, turn; two B-neurons and two muscles a segment
    assert_eq!(graph.node_count(), 2 + 1 + 2 + 4 * 3);
    let kinds = |kind: &str| graph.petgraph().node_weights().filter(|node| node.kind == kind).count();
    assert_eq!(["oscillator", "command", "B-neuron", "muscle"].map(kinds), [2, 3, 6, 6]);
}

#[test]
fn without_constraints_the_sign_is_that_of_the_weight() {
    let config = NcapConfig { sign_constraints: false, ..NcapConfig::new(2) };
    let mut ncap = Ncap::new(config, Init::Constant, 0).unwrap();
    ncap.set_parameters(&[-1.0, 0.0, 1.0, 1.0]).unwrap();
    let graph = ncap.to_graph().unwrap();
    for (layer, expected) in [
        ("proprioceptive", Some(Sign::Negative)),
        ("oscillator", None),
        ("contralateral", Some(Sign::Positive)),
    ] {
        let layer = graph.find_layer(layer).unwrap();
        let mut signs =
            graph.edges().filter(|(_, _, edge)| edge.layer == layer).map(|(_, _, edge)| edge.sign);
        assert!(signs.all(|sign| sign == expected));
    }
}

#[test]
fn a_removed_edge_is_a_zero_weight_and_no_other() {
    let mut ncap = Ncap::new(NcapConfig::new(3), Init::Constant, 0).unwrap();
    ncap.set_parameters(&[0.9, 0.8, 0.7, -0.6]).unwrap();
    let graph = ncap.to_graph().unwrap();
    let [from, to] = ["b_dorsal_1", "muscle_dorsal_1"].map(|name| graph.find(name).unwrap());
    let cut = graph.filtered(|_, _| true, |a, b, _| (a, b) != (from, to));
    let lesioned = ncap.lesioned(&cut).unwrap();
    // dorsal at the second joint is silent, everything else as it was
    let angles = [0.5, 0.4, -0.2];
    let (mut before, mut after) = ([0.0; 3], [0.0; 3]);
    ncap.act(0, &angles, &mut before);
    lesioned.act(0, &angles, &mut after);
    close(&before, &[0.56, 0.9 * 0.5 * 0.7, 0.9 * 0.4 * 0.7], 1e-15);
    close(&after, &[before[0], 0.0, before[2]], 1e-15);
    assert_eq!(lesioned.parameters(), ncap.parameters());
    let again = lesioned.to_graph().unwrap();
    assert_eq!((again.node_count(), again.edge_count()), (graph.node_count(), graph.edge_count() - 1));
    // what is cut stays cut when parameters change, and cannot be had back from the whole graph
    let mut trained = lesioned.clone();
    trained.set_parameters(&[1.0, 1.0, 1.0, -1.0]).unwrap();
    trained.act(0, &angles, &mut after);
    close(&after, &[1.0, 0.0, 0.4], 1e-15);
    assert!(lesioned.lesioned(&graph).is_err());
}

#[test]
fn a_lesion_in_the_middle_stops_the_wave_there() {
    let ncap = Ncap::new(NcapConfig::new(5), Init::Constant, 0).unwrap();
    let graph = ncap.to_graph().unwrap();
    let layer = graph.find_layer("proprioceptive").unwrap();
    let to = ["b_dorsal_3", "b_ventral_3"].map(|name| graph.find(name).unwrap());
    let cut = graph.filtered(|_, _| true, |_, target, edge| edge.layer != layer || !to.contains(&target));
    let task = Task::new(5).steps(600);
    let (whole, _) = task.record(&ncap).unwrap();
    let (lesioned, trace) = task.record(&ncap.lesioned(&cut).unwrap()).unwrap();
    let wave = trace.wave(60, 120).unwrap();
    assert!(wave.amplitudes[..3].iter().all(|amplitude| *amplitude > 0.5), "{wave:?}");
    close(&wave.amplitudes[3..], &[0.0, 0.0], 1e-15);
    assert!(lesioned.speed < whole.speed);
}

#[test]
fn can_be_drawn() {
    let graph = steered().to_graph().unwrap();
    let picture = draw::svg(&graph, &draw::Options::new(draw::Layered::default())).unwrap();
    for name in ["oscillator_dorsal", "b_ventral_2", "muscle_dorsal_0"] {
        assert!(picture.contains(name), "{name}");
    }
}
