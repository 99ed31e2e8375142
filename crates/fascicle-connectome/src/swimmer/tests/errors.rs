use crate::ConnectomeError;
use crate::swimmer::{
    Body, BodyConfig, Control, Evolution, EvolutionConfig, Init, Mlp, Ncap, NcapConfig, NcapState, Policy,
    SwimmerError, Task, train,
};

fn ncap(config: NcapConfig) -> Result<Ncap, SwimmerError> {
    Ncap::new(config, Init::Constant, 0)
}

fn five() -> NcapConfig {
    NcapConfig::new(5)
}

#[track_caller]
fn error<T>(result: Result<T, SwimmerError>) -> String {
    match result {
        Ok(_) => panic!("an error was expected"),
        Err(error) => {
            let text = error.to_string();
            assert_eq!(ConnectomeError::from(error).to_string(), text);
            text
        }
    }
}

#[test]
fn circuits() {
    insta::assert_snapshot!(error(ncap(NcapConfig::new(0))), @"");
    insta::assert_snapshot!(error(ncap(NcapConfig { period: 61, ..five() })), @"");
    insta::assert_snapshot!(error(ncap(NcapConfig { period: 0, ..five() })), @"");
    insta::assert_snapshot!(error(ncap(NcapConfig { turn_input: true, turn_joints: 6, ..five() })), @"");
    let mut circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(circuit.set_parameters(&[1.0])), @"");
    insta::assert_snapshot!(error(circuit.set_parameters(&[1.0, 1.0, f64::NAN, -1.0])), @"");
    assert_eq!(circuit.parameters(), [1.0, 1.0, 1.0, -1.0]);
}

#[test]
fn batches() {
    let circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(NcapState::new(0)), @"");
    let mut state = NcapState::new(2).unwrap();
    insta::assert_snapshot!(error(state.reset_episode(2)), @"");
    let mut torques = [0.0; 10];
    insta::assert_snapshot!(error(circuit.step(&mut state, &[0.0; 8], None, &mut torques)), @"");
    insta::assert_snapshot!(error(circuit.step(&mut state, &[0.0; 10], None, &mut torques[..5])), @"");
    let mut angles = [0.0; 10];
    angles[7] = f64::NAN;
    insta::assert_snapshot!(error(circuit.step(&mut state, &angles, None, &mut torques)), @"");
    angles[7] = 0.0;
    let controls = [Control::default(); 2];
    insta::assert_snapshot!(error(circuit.step(&mut state, &angles, Some(&controls), &mut torques)), @"");
    let steered = ncap(NcapConfig { turn_input: true, ..five() }).unwrap();
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, None, &mut torques)), @"");
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, Some(&controls[..1]), &mut torques)), @"");
    let lost = [Control::default(), Control { left: f64::INFINITY, ..Control::default() }];
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, Some(&lost), &mut torques)), @"");
    assert_eq!(state.steps(), [0, 0], "no step was taken");
}

#[test]
fn lesions() {
    let circuit = ncap(five()).unwrap();
    let mut graph = circuit.to_graph().unwrap();
    let layer = graph.layer("gap", false).unwrap();
    let [a, b] = ["b_dorsal_0", "b_dorsal_1"].map(|name| graph.node(name));
    graph.connect(a, b, layer, 1.0).unwrap();
    insta::assert_snapshot!(error(circuit.lesioned(&graph)), @"");
}

#[test]
fn bodies() {
    let base = || BodyConfig::new(5);
    insta::assert_snapshot!(error(Body::new(BodyConfig::new(0))), @"");
    insta::assert_snapshot!(error(Body::new(BodyConfig { substeps: 0, ..base() })), @"");
    insta::assert_snapshot!(error(Body::new(BodyConfig { normal_drag: 0.0, ..base() })), @"");
    insta::assert_snapshot!(error(Body::new(BodyConfig { lag: f64::NAN, ..base() })), @"");
    let mut body = Body::new(base()).unwrap();
    insta::assert_snapshot!(error(body.step(&[0.0; 4])), @"");
    insta::assert_snapshot!(error(body.step(&[0.0, 0.0, f64::NEG_INFINITY, 0.0, 0.0])), @"");
    insta::assert_snapshot!(error(body.set_angles(&[0.0; 6])), @"");
}

#[test]
fn tasks() {
    let circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(Task::new(6).swim(&circuit)), @"");
    insta::assert_snapshot!(error(Task::new(5).steps(0).swim(&circuit)), @"");
    insta::assert_snapshot!(error(Task { desired_speed: -0.1, ..Task::new(5) }.swim(&circuit)), @"");
    let (_, trace) = Task::new(5).steps(80).record(&circuit).unwrap();
    insta::assert_snapshot!(error(trace.wave(60, 40)), @"");
    insta::assert_snapshot!(error(trace.wave(0, 0)), @"");
    insta::assert_snapshot!(error(Mlp::new(5, 0, 60.0, 0)), @"");
    insta::assert_snapshot!(error(Mlp::new(5, 64, 0.0, 0)), @"");
}

#[test]
fn evolution() {
    let new = |config| Evolution::new(vec![0.0; 3], config, 0);
    let base = EvolutionConfig::default;
    insta::assert_snapshot!(error(new(EvolutionConfig { population: 7, ..base() })), @"");
    insta::assert_snapshot!(error(new(EvolutionConfig { population: 0, ..base() })), @"");
    insta::assert_snapshot!(error(new(EvolutionConfig { sigma: 0.0, ..base() })), @"");
    insta::assert_snapshot!(error(new(EvolutionConfig { l2: -1.0, ..base() })), @"");
    let mut evolution = new(base()).unwrap();
    evolution.ask();
    insta::assert_snapshot!(error(evolution.tell(&[0.0; 4])), @"");
    let mut fitness = [0.0; 8];
    fitness[5] = f64::NAN;
    insta::assert_snapshot!(error(evolution.tell(&fitness)), @"");
    assert_eq!(evolution.parameters(), [0.0; 3]);
    let circuit = ncap(five()).unwrap();
    let nowhere = |policy: &Ncap| Task::new(4).swim(policy).map(|swim| swim.reward);
    insta::assert_snapshot!(error(train(&circuit, &nowhere, base(), 1, 0, &mut |_| ())), @"");
}
