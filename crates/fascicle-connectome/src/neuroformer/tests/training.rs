//! Training learns what can be learned, the same way each time.

use burn::tensor::DType;

use super::super::{
    HubNetwork, Neuroformer, NeuroformerConfig, NeuroformerError, Ranking, Simulation, TrainConfig, Window,
    Windowing, train,
};

fn world() -> (Simulation, Vec<Window>) {
    let network = HubNetwork { hubs: 2, followers: 3, hub_rate: 6.0, weight: 1.4, ..HubNetwork::default() };
    let simulation = network.simulate(40.0, 1).unwrap();
    let windowing = Windowing::default();
    let vocabulary = windowing.vocabulary(8).unwrap();
    let windows = windowing.windows(&simulation.spikes, vocabulary).unwrap();
    (simulation, windows)
}

fn learn(
    config: NeuroformerConfig,
    windows: &[Window],
    device: &burn::tensor::Device,
    training: TrainConfig,
) -> Result<(Neuroformer, Vec<f64>), NeuroformerError> {
    let vocabulary = Windowing::default().vocabulary(8)?;
    let model = Neuroformer::new(config, vocabulary, 3, device, DType::F32)?;
    let mut losses = Vec::new();
    let model = train(model, windows, &training, &mut |step| losses.push(step.loss))?;
    Ok((model, losses))
}

#[test]
fn a_small_network_learns_who_follows_whom() {
    let (simulation, windows) = world();
    let config = NeuroformerConfig { d_model: 16, heads: 2, ..NeuroformerConfig::small() };
    for (name, device) in fascicle_core::testing::test_devices() {
        let training =
            TrainConfig { steps: 120, batch: 32, learning_rate: 1e-2, warmup: 10, ..TrainConfig::default() };
        let (model, losses) = learn(config.clone(), &windows, &device, training).unwrap();
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
        assert!(mean(&losses[110..]) < 0.9 * mean(&losses[..5]), "{name}: {losses:?}");
        let seen = model.evaluate(&windows, 64).unwrap();
        let totals = simulation.spikes.totals();
        let common = *totals.iter().max().unwrap() as f64 / totals.iter().sum::<usize>() as f64;
        assert!(seen.top1_neuron > 1.3 * common, "{name}: {seen:?}, always the commonest {common}");
        let mass = model.attention_mass(&windows, 64).unwrap();
        let auroc = Ranking::of_matrix(&mass.lift(), &simulation.adjacency()).unwrap().auroc();
        assert!(auroc > 0.8, "{name}: {auroc}");
        // all attention on spikes is at most all attention
        let spent: f64 = mass.current.attention.iter().sum();
        assert!(spent > 0.0 && spent <= seen.spikes as f64, "{name}");
    }
}

/// A head for behaviour changes nothing of what the network says of spikes, and a few windows teach it to read who spiked.
#[test]
fn behaviour_is_learned_on_top_of_spikes() {
    let (_, windows) = world();
    let device = fascicle_core::device("cpu").unwrap();
    let config = NeuroformerConfig { d_model: 16, heads: 2, ..NeuroformerConfig::small() };
    let training =
        TrainConfig { steps: 60, batch: 32, learning_rate: 1e-2, warmup: 5, ..TrainConfig::default() };
    let (model, _) = learn(config, &windows, &device, training).unwrap();
    let before = model.evaluate(&windows[..100], 50).unwrap();
    assert!(model.decode(&windows[..2], 2).is_err());
    let model = model.with_behaviour(1, 9).unwrap();
    // how often the first hub spiked in the window and before
    let hub = |window: &Window| {
        let spikes = window.current.spikes().iter().chain(window.past.spikes());
        spikes.filter(|neuron| **neuron == 0).count() as f64
    };
    let told: Vec<Window> =
        windows.iter().map(|window| Window { behaviour: vec![hub(window)], ..window.clone() }).collect();
    let losses = |model: &Neuroformer| model.evaluate(&told[..100], 50).unwrap();
    assert_eq!(losses(&model), before);
    let test = &told[200..400];
    let error = |model: &Neuroformer| {
        let decoded = model.decode(test, 64).unwrap();
        assert_eq!(decoded.len(), 200);
        decoded.iter().zip(test).map(|(x, window)| (x - window.behaviour[0]).powi(2)).sum::<f64>()
    };
    let mean = told[..100].iter().map(|window| window.behaviour[0]).sum::<f64>() / 100.0;
    let by_mean: f64 = test.iter().map(|window| (mean - window.behaviour[0]).powi(2)).sum();
    let model = train(model, &told[..100], &training, &mut |_| ()).unwrap();
    assert!(error(&model) < by_mean, "{}, and {by_mean} by the mean", error(&model));
    insta::assert_snapshot!(model.clone().with_behaviour(0, 1).unwrap_err(), @"the number of behaviour variables is 0; expected at least one");
}

#[test]
fn a_seed_decides_everything() {
    let (_, windows) = world();
    let device = fascicle_core::device("cpu").unwrap();
    let config = NeuroformerConfig { d_model: 8, heads: 2, ..NeuroformerConfig::small() };
    let run = |seed| {
        let training = TrainConfig { steps: 4, batch: 8, seed, ..TrainConfig::default() };
        learn(config.clone(), &windows, &device, training).unwrap().1
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn dropout_drops_in_training_alone() {
    let (_, windows) = world();
    let device = fascicle_core::device("cpu").unwrap();
    let config = NeuroformerConfig { d_model: 8, heads: 2, dropout: 0.5, ..NeuroformerConfig::small() };
    let training = TrainConfig { steps: 1, batch: 8, learning_rate: 1e-12, ..TrainConfig::default() };
    let (model, dropped) = learn(config.clone(), &windows, &device, training).unwrap();
    let (_, whole) =
        learn(NeuroformerConfig { dropout: 0.0, ..config }, &windows, &device, training).unwrap();
    assert_ne!(dropped, whole);
    let [a, b] = [(); 2].map(|()| model.evaluate(&windows[..50], 10).unwrap());
    assert_eq!(a, b);
}

#[test]
fn refusals_say_what_is_wrong() {
    let (_, windows) = world();
    let device = fascicle_core::device("cpu").unwrap();
    let config = NeuroformerConfig { d_model: 8, heads: 2, ..NeuroformerConfig::small() };
    let refusal = |windows: &[Window], training: TrainConfig| {
        learn(config.clone(), windows, &device, training).unwrap_err().to_string()
    };
    insta::assert_snapshot!(refusal(&[], TrainConfig::default()), @"the number of windows is 0 in batches of 64; expected at least one each");
    insta::assert_snapshot!(refusal(&windows, TrainConfig { learning_rate: 0.0, ..TrainConfig::default() }), @"the learning rate is 0; expected a positive number");
    let wild = TrainConfig { learning_rate: 1e30, warmup: 0, batch: 4, steps: 50, ..TrainConfig::default() };
    let error = learn(config.clone(), &windows, &device, wild).unwrap_err();
    assert!(matches!(error, NeuroformerError::Diverged { .. }), "{error}");
}
