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
    insta::assert_snapshot!(error(ncap(NcapConfig::new(0))), @"the number of joints is 0; expected at least one joint, because a rigid rod cannot swim");
    insta::assert_snapshot!(error(ncap(NcapConfig { period: 61, ..five() })), @"the oscillator's period in steps is 61; expected an even number of at least 2, so that both half periods are equally long");
    insta::assert_snapshot!(error(ncap(NcapConfig { period: 0, ..five() })), @"the oscillator's period in steps is 0; expected an even number of at least 2, so that both half periods are equally long");
    insta::assert_snapshot!(error(ncap(NcapConfig { turn_input: true, turn_joints: 6, ..five() })), @"6 joints are to turn, but the body has 5; let at most 5 turn");
    let mut circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(circuit.set_parameters(&[1.0])), @"1 parameters are given; this policy has 4");
    insta::assert_snapshot!(error(circuit.set_parameters(&[1.0, 1.0, f64::NAN, -1.0])), @"parameter 2 (`ipsilateral`) is NaN; expected a finite number");
    assert_eq!(circuit.parameters(), [1.0, 1.0, 1.0, -1.0]);
}

#[test]
fn batches() {
    let circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(NcapState::new(0)), @"the batch has no episodes; expected at least one");
    let mut state = NcapState::new(2).unwrap();
    insta::assert_snapshot!(error(state.reset_episode(2)), @"there is no episode 2; the batch has 2, counted from 0");
    let mut torques = [0.0; 10];
    insta::assert_snapshot!(error(circuit.step(&mut state, &[0.0; 8], None, &mut torques)), @"joint angles: 8 values are there; expected 2 × 5 (episodes × joints of the circuit)");
    insta::assert_snapshot!(error(circuit.step(&mut state, &[0.0; 10], None, &mut torques[..5])), @"joint torques: 5 values are there; expected 2 × 5 (episodes × joints of the circuit)");
    let mut angles = [0.0; 10];
    angles[7] = f64::NAN;
    insta::assert_snapshot!(error(circuit.step(&mut state, &angles, None, &mut torques)), @"the angle of joint 2 in episode 1 is NaN; expected a finite number");
    angles[7] = 0.0;
    let controls = [Control::default(); 2];
    insta::assert_snapshot!(error(circuit.step(&mut state, &angles, Some(&controls), &mut torques)), @"the circuit has neither speed nor turn inputs; give no controls, or switch the inputs on in its configuration");
    let steered = ncap(NcapConfig { turn_input: true, ..five() }).unwrap();
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, None, &mut torques)), @"the circuit has speed or turn inputs; give a control for each episode");
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, Some(&controls[..1]), &mut torques)), @"controls: 1 values are there; expected 2 × 1 (episodes × control)");
    let lost = [Control::default(), Control { left: f64::INFINITY, ..Control::default() }];
    insta::assert_snapshot!(error(steered.step(&mut state, &angles, Some(&lost), &mut torques)), @"the left turn signal of episode 1 is inf; expected a finite number");
    assert_eq!(state.steps(), [0, 0], "no step was taken");
}

#[test]
fn lesions() {
    let circuit = ncap(five()).unwrap();
    let mut graph = circuit.to_graph().unwrap();
    let layer = graph.layer("gap", false).unwrap();
    let [a, b] = ["b_dorsal_0", "b_dorsal_1"].map(|name| graph.node(name));
    graph.connect(a, b, layer, 1.0).unwrap();
    insta::assert_snapshot!(error(circuit.lesioned(&graph)), @"the graph has a gap edge b_dorsal_0 -> b_dorsal_1, which the circuit has not; only edges of `to_graph` can be kept");
}

#[test]
fn bodies() {
    let base = || BodyConfig::new(5);
    insta::assert_snapshot!(error(Body::new(BodyConfig::new(0))), @"the body's number of joints is 0; expected at least 1");
    insta::assert_snapshot!(error(Body::new(BodyConfig { substeps: 0, ..base() })), @"the number of substeps is 0; expected at least 1");
    insta::assert_snapshot!(error(Body::new(BodyConfig { normal_drag: 0.0, ..base() })), @"the drag across the body is 0; expected a positive number");
    insta::assert_snapshot!(error(Body::new(BodyConfig { lag: f64::NAN, ..base() })), @"the joint lag in seconds is NaN; expected a positive number");
    let mut body = Body::new(base()).unwrap();
    insta::assert_snapshot!(error(body.step(&[0.0; 4])), @"joint torques: 4 values are there; expected 1 × 5 (body × joints)");
    insta::assert_snapshot!(error(body.step(&[0.0, 0.0, f64::NEG_INFINITY, 0.0, 0.0])), @"the torque at joint 2 is -inf; expected a finite number");
    insta::assert_snapshot!(error(body.set_angles(&[0.0; 6])), @"joint angles: 6 values are there; expected 1 × 5 (body × joints)");
}

#[test]
fn tasks() {
    let circuit = ncap(five()).unwrap();
    insta::assert_snapshot!(error(Task::new(6).swim(&circuit)), @"the policy moves 5 joints, the body has 6; build the policy for 6 joints, or a body of 5");
    insta::assert_snapshot!(error(Task::new(5).steps(0).swim(&circuit)), @"the number of steps is 0; expected at least 1");
    insta::assert_snapshot!(error(Task { desired_speed: -0.1, ..Task::new(5) }.swim(&circuit)), @"the desired speed in body lengths a second is -0.1; expected a positive number");
    let (_, trace) = Task::new(5).steps(80).record(&circuit).unwrap();
    insta::assert_snapshot!(error(trace.wave(60, 40)), @"the wave's period is 60; expected a number of steps, at least 1, that fits into what is not skipped");
    insta::assert_snapshot!(error(trace.wave(0, 0)), @"the wave's period is 0; expected a number of steps, at least 1, that fits into what is not skipped");
    insta::assert_snapshot!(error(Mlp::new(5, 0, 60.0, 0)), @"the number of hidden units is 0; expected at least 1");
    insta::assert_snapshot!(error(Mlp::new(5, 64, 0.0, 0)), @"the period of the phase input is 0; expected a positive number");
}

#[test]
fn evolution() {
    let new = |config| Evolution::new(vec![0.0; 3], config, 0);
    let base = EvolutionConfig::default;
    insta::assert_snapshot!(error(new(EvolutionConfig { population: 7, ..base() })), @"the population is 7; expected an even number of at least 2, because perturbations come in pairs");
    insta::assert_snapshot!(error(new(EvolutionConfig { population: 0, ..base() })), @"the population is 0; expected an even number of at least 2, because perturbations come in pairs");
    insta::assert_snapshot!(error(new(EvolutionConfig { sigma: 0.0, ..base() })), @"the perturbation's sigma is 0; expected a positive number");
    insta::assert_snapshot!(error(new(EvolutionConfig { l2: -1.0, ..base() })), @"the L2 coefficient is -1; expected 0 or a positive number");
    let mut evolution = new(base()).unwrap();
    evolution.ask();
    insta::assert_snapshot!(error(evolution.tell(&[0.0; 4])), @"fitness: 4 values are there; expected 8 × 1 (candidates asked for × fitness)");
    let mut fitness = [0.0; 8];
    fitness[5] = f64::NAN;
    insta::assert_snapshot!(error(evolution.tell(&fitness)), @"generation 0: the fitness of candidate 5 is NaN; expected a finite number");
    assert_eq!(evolution.parameters(), [0.0; 3]);
    let circuit = ncap(five()).unwrap();
    let nowhere = |policy: &Ncap| Task::new(4).swim(policy).map(|swim| swim.reward);
    insta::assert_snapshot!(error(train(&circuit, &nowhere, base(), 1, 0, &mut |_| ())), @"the policy moves 5 joints, the body has 4; build the policy for 4 joints, or a body of 5");
}
